"""What a proof may take on trust: claims that no rule gives, each of a kind that is named and that is looked at."""

from __future__ import annotations

from collections.abc import Callable

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import (
    And,
    Const,
    EventAtom,
    Inertial,
    Program,
    Reached,
    Rel,
    Value,
)
from tenure.logic.formulas import bodies, occurrences
from tenure.logic.truth import UNKNOWN
from tenure.proofs.days import doubted_days
from tenure.proofs.duties import doubted
from tenure.proofs.rules import Premises, Rule, need
from tenure.proofs.spans import edge_types
from tenure.proofs.steps import Choice, Claim, Row, UnfitError
from tenure.proofs.theory import FIRST, Theory
from tenure.time import Instant

#: The kinds of trust, each with what it is about; the page on proofs lists them too.
KINDS = {
    "duty": "the state of a duty that hangs on something unknown",
    "days": "a number of days of which it is not known whether all count",
    "unknown value": "what depends on a value that the record leaves open",
    "order": "what depends on the order of events of one instant",
    "computed": "a relation whose rows are calculated from amounts",
    "settled": "an act done before an effect that reaches back, which keeps the validity that it had",
    "term": "the term of a span of which it is not certain when it began",
}


def _is_open(theory: Theory, claim: Claim) -> bool:
    """An event behind the formula has an attribute that is null."""
    types = theory.types_behind(claim.formula)
    some = any(v is UNKNOWN_VALUE for t in types for e in theory.by_type.get(t, ()) for _, v in e.data)
    return some and isinstance(claim.formula, Rel | Value | EventAtom)


def _is_order(theory: Theory, claim: Claim) -> bool:
    """One stage at which several events happened, or what does not begin again after an end of such a stage."""
    here = claim.start == claim.end and len(theory.together(claim.start)) > 1
    return (here and isinstance(claim.formula, Row | EventAtom)) or _may_be_over(theory, claim)


def _may_be_over(theory: Theory, claim: Claim) -> bool:
    definition = theory.definition(claim.formula.name) if isinstance(claim.formula, Row) else None
    if not isinstance(definition, Inertial) or not definition.final or claim.level != UNKNOWN:
        return False
    return any(True for _ in theory.crowded(FIRST, claim.end, edge_types(theory, definition)))


def _is_computed(theory: Theory, claim: Claim) -> bool:
    """A relation whose rows cannot be listed, or what is so for none of them."""
    if claim.at_least or not isinstance(claim.formula, Rel | And):
        return False
    try:
        if isinstance(claim.formula, Rel):
            theory.possible.keys(claim.formula.name)
        theory.bindings(claim.formula, claim.env, claim.start, claim.end)
    except UnfitError:
        return True
    return False


def _is_term(theory: Theory, claim: Claim) -> bool:
    """A span with terms; that its truth is unknown somewhere is what makes its beginning so."""
    definition = theory.definition(claim.formula.name) if isinstance(claim.formula, Row) else None
    return isinstance(definition, Inertial) and bool(definition.terms)


def _is_settled(theory: Theory, claim: Claim) -> bool:
    """One act, done since an instant to which something reached back that came later."""
    atom = claim.formula
    if not isinstance(atom, EventAtom) or not isinstance(atom.id, Const):
        return False
    act = theory.by_id.get(atom.id.value)
    if act is None or act.type not in theory.program.acts:
        return False
    later = ((id, at) for id, at in reached_back(theory.program) if at is not None and at <= act.at)
    return any(id not in theory.by_id or act.at <= theory.by_id[id].at for id, _ in later if id is not None)


def reached_back(program: Program) -> set[tuple[str | None, Instant | None]]:
    """The events whose effects reach back, each with the instants at which they take effect."""
    effects = {reaching.effect.name for reaching in program.reaching}
    formulas = (f for d in program.definitions if d.name in effects for f in bodies(d).values())
    atoms = (found.atom for formula in formulas for found in occurrences(formula))
    return {(atom.event, atom.at) for atom in atoms if isinstance(atom, Reached)}


_FITTING: dict[str, Callable[[Theory, Claim], bool]] = {
    "unknown value": _is_open,
    "order": _is_order,
    "computed": _is_computed,
    "settled": _is_settled,
    "term": _is_term,
}


def _trust(kind: str) -> Rule:
    def rule(theory: Theory, claim: Claim, _how: Choice) -> Premises:
        need(_FITTING[kind](theory, claim), f"nothing there to take on trust as {KINDS[kind]}")
        return ()

    return rule


#: The rule that takes a claim on trust, by its name.
TRUST_RULES: dict[str, Rule] = {
    "trust: duty": doubted,
    "trust: days": doubted_days,
    **{f"trust: {kind}": _trust(kind) for kind in _FITTING},
}


def trusted_kind(rule: str) -> str | None:
    """The kind of trust that a rule is, or None."""
    return rule.removeprefix("trust: ") if rule in TRUST_RULES else None

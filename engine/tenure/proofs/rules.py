"""The rules for formulas: what a claim about a formula follows from, by what its parts are.

Each rule says which other claims are enough for a claim; a proof is checked by asking its rules, and found by asking
them too.  Truth is three-valued throughout (DESIGN §3): ``not φ`` is at least n where φ is at most 2 − n.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import evolve

from tenure.history import Event
from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import (
    And,
    Compare,
    Const,
    Earlier,
    EventAtom,
    Exists,
    Fixed,
    Formula,
    Holds,
    Not,
    Or,
    Reached,
    Rel,
    Start,
    Value,
    with_events,
)
from tenure.logic.terms import Env, unify, value_of
from tenure.logic.truth import TRUE, UNKNOWN
from tenure.proofs.steps import Choice, Claim, Row, UnfitError
from tenure.proofs.theory import FIRST, Theory, plain_truth

D = TypeVar("D")
Premises = tuple[Claim, ...]
Rule = Callable[[Theory, Claim, Choice], Premises]


def need(condition: object, why: str) -> None:
    """Refuse the rule unless ``condition``."""
    if not condition:
        raise UnfitError(why)


def chosen(value: int | None, why: str) -> int:
    """A stage or number that the rule must be given."""
    if value is None:
        raise UnfitError(why)
    return value


# ---------------------------------------------------------------- time


def split(_theory: Theory, claim: Claim, how: Choice) -> Premises:
    """Throughout a range, if throughout its two parts; ``at`` is the last stage of the first."""
    middle = chosen(how.at, "where to split is not said")
    need(claim.start <= middle < claim.end, "the parts are not parts of the range")
    return claim.during(claim.start, middle), claim.during(middle + 1, claim.end)


def before_time(_theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """Nothing holds before the first stage."""
    need(not claim.at_least and claim.end < FIRST, "not before the beginning of time")
    need(isinstance(claim.formula, Rel | EventAtom | Value), "not about a relation or an event")
    return ()


# ---------------------------------------------------------------- connectives


def parts(_theory: Theory, claim: Claim, how: Choice) -> Premises:
    """All of a conjunction for one witness, or none of a disjunction."""
    match claim.formula:
        case And(each) if claim.at_least:
            env = _with(claim, how)
            return tuple(claim.about(part, env) for part in each)
        case Or(each) if not claim.at_least:
            return tuple(claim.about(part) for part in each)
    raise UnfitError("not a conjunction that is claimed, nor a disjunction that is denied")


def part(_theory: Theory, claim: Claim, how: Choice) -> Premises:
    """One part of a disjunction, or one part of a conjunction that fails."""
    number = chosen(how.number, "which part is not said")
    match claim.formula:
        case And(each) if not claim.at_least and 0 <= number < len(each):
            return (claim.about(each[number]),)
        case Or(each) if claim.at_least and 0 <= number < len(each):
            return (claim.about(each[number]),)
    raise UnfitError("no such part")


def cases(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """Not for any value, if not for each value that there can be."""
    need(isinstance(claim.formula, And) and not claim.at_least, "not a conjunction that is denied")
    unbound = claim.unbound
    found = theory.bindings(claim.formula, claim.env, claim.start, claim.end)
    need(all(unbound & env.keys() for env in found), "a case says nothing about the variables")
    return tuple(dict.fromkeys(claim.about(claim.formula, env) for env in found))


def valued(_theory: Theory, claim: Claim, how: Choice) -> Premises:
    """A measure has one value: for that value, or for none."""
    number = chosen(how.number, "which part is not said")
    need(isinstance(claim.formula, And) and not claim.at_least, "not a conjunction that is denied")
    assert isinstance(claim.formula, And)
    need(0 <= number < len(claim.formula.parts), "no such part")
    atom = claim.formula.parts[number]
    if not isinstance(atom, Value):
        raise UnfitError("not the value of a measure")
    env = _with(claim, how)
    value = value_of(atom.result, env)
    need(value is not UNKNOWN_VALUE, "the value is not known")
    surely = evolve(claim.about(atom, env), at_least=True, level=TRUE)
    need(not surely.unbound, "the measure is not of one group")
    return surely, claim.about(claim.formula, env)


def inside(_theory: Theory, claim: Claim, how: Choice) -> Premises:
    """``not``, ``exists`` and one stage earlier: by what is inside."""
    match claim.formula:
        case Not(of):
            need(not claim.unbound, "a variable of what is denied has no value")
            return (claim.turned().about(of),)
        case Exists(variables, of):
            env = {n: v for n, v in claim.env.items() if n not in variables}
            if claim.at_least:
                need(not env.keys() & dict(how.bindings).keys(), "a witness for what has a value already")
                env |= dict(how.bindings)
            return (claim.about(of, env),)
        case Earlier(of, entering):
            back = (claim.start % 2, claim.end % 2) if entering else (1, 1)
            return (claim.about(now(of)).during(claim.start - back[0], claim.end - back[1]),)
    raise UnfitError("nothing is inside")


def now(formula: Formula) -> Formula:
    """``formula`` as it is read one stage back: looking back within looks no further."""
    key = id(formula)
    known = _NOW.get(key)
    if known is None or known[0] is not formula:
        known = _NOW[key] = (formula, _now(formula))
    return known[1]


_NOW: dict[int, tuple[Formula, Formula]] = {}


def _now(formula: Formula) -> Formula:
    match formula:
        case Earlier(of):
            return _now(of)
        case And(each):
            inner = tuple(_now(p) for p in each)
            return formula if all(a is b for a, b in zip(inner, each, strict=True)) else And(inner)
        case Or(each):
            inner = tuple(_now(p) for p in each)
            return formula if all(a is b for a, b in zip(inner, each, strict=True)) else Or(inner)
        case Not(of):
            return formula if _now(of) is of else Not(_now(of))
        case Exists(variables, of):
            return formula if _now(of) is of else Exists(variables, _now(of))
        case _:
            return formula


def _with(claim: Claim, how: Choice) -> Env:
    """The bindings of the claim with those of its witness."""
    witness = dict(how.bindings)
    need(witness.keys() <= claim.unbound, "a witness for what has a value already")
    return {**claim.env, **witness}


# ---------------------------------------------------------------- atoms


def plain(_theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """Comparisons, dates and what is fixed, by calculation."""
    if not isinstance(claim.formula, Compare | Fixed | Reached | Start):
        raise UnfitError("not to be calculated")
    least, most = plain_truth(claim.formula, claim.env, claim.start, claim.end)
    need(least >= claim.level if claim.at_least else most <= claim.level, "the calculation says otherwise")
    return ()


def event(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """An event of this stage is an instance; where it is an act, it took effect."""
    atom = claim.formula
    if not isinstance(atom, EventAtom) or not claim.at_least:
        raise UnfitError("not an event that is claimed")
    happened = theory.by_id.get(how.event or "")
    if happened is None or happened.type != atom.type:
        raise UnfitError(f"there is no {atom.type} {how.event}")
    need(claim.start == claim.end == with_events(happened.at), f"{happened.id} was at another time")
    ways = theory.matches(atom, happened, claim.env)
    need(any(truth >= claim.level for _, truth in ways), f"{happened.id} is no such event")
    return () if atom.attempted else _effective(theory, claim, happened)


def events(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """No event of these stages is an instance that took effect."""
    atom = claim.formula
    if not isinstance(atom, EventAtom) or claim.at_least or _is_one(atom):
        raise UnfitError("not events that are denied")
    found: list[Claim] = []
    for happened in theory.events(atom.type, claim.start, claim.end):
        if any(truth > claim.level for _, truth in theory.matches(atom, happened, claim.env)):
            need(not atom.attempted and happened.type in theory.program.acts, f"{happened.id} happened")
            found += _effective(theory, claim, happened)
    return tuple(found)


def _is_one(atom: EventAtom) -> bool:
    return isinstance(atom.id, Const) and not atom.args and not atom.by


def _effective(theory: Theory, claim: Claim, happened: Event) -> Premises:
    """The claim that an act took effect; a fact always does."""
    if happened.type not in theory.program.acts:
        return ()
    return (claim.about(theory.this(happened), {}).at(with_events(happened.at)),)


def power(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """An act takes effect by the powers at t⁻; where events of its tick could change them, after these as well."""
    atom = claim.formula
    if not isinstance(atom, EventAtom) or not _is_one(atom) or not isinstance(atom.id, Const):
        raise UnfitError("not one act")
    happened = theory.by_id.get(atom.id.value)
    if happened is None or happened.type not in theory.program.acts:
        raise UnfitError("not one act")
    need(claim.start == claim.end == with_events(happened.at), f"{happened.id} was at another time")
    attempts = [
        (rule, env, truth)
        for rule in theory.program.acts[happened.type]
        for env, truth in theory.matches(rule.attempt, happened, {})
    ]
    if claim.at_least:
        number = chosen(how.number, "which power is not said")
        need(0 <= number < len(attempts) and attempts[number][2] >= claim.level, "no such attempt")
        attempts = [attempts[number]]
    else:
        attempts = [a for a in attempts if a[2] > claim.level]
    before = claim.at(claim.start - 1)
    found = [before.about(now(theory.judged(rule)), env) for rule, env, _ in attempts]
    if claim.level != UNKNOWN and len(theory.together(claim.start)) > 1:
        found += [claim.about(theory.judged(rule), env) for rule, env, _ in attempts]
    return tuple(found)


# ---------------------------------------------------------------- relations


def row(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """One row of a relation agrees."""
    if (
        not isinstance(claim.formula, Rel)
        or isinstance(claim.formula, Row)
        or not claim.at_least
        or how.key is None
    ):
        raise UnfitError("no row is named")
    need(len(how.key) == len(claim.formula.args), "the row has other columns")
    found = unify(claim.formula.args, how.key, claim.env)
    need(found is not None and found[1] >= claim.level, "the row is another")
    return (claim.about(theory.row(claim.formula.name, how.key), {}),)


def rows(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """No row that there can be agrees, or none of those that do holds."""
    if not isinstance(claim.formula, Rel) or isinstance(claim.formula, Row) or claim.at_least:
        raise UnfitError("not a relation that is denied")
    name, args = claim.formula.name, claim.formula.args
    found: list[Claim] = []
    for key in theory.possible.rows(name, args, claim.env):
        matched = unify(args, key, claim.env)
        if matched is not None and matched[1] > claim.level:
            found.append(claim.about(theory.row(name, key), {}))
    return tuple(dict.fromkeys(found))


def holds(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """``R(x) := φ``."""
    definition, env = row_of(theory, claim, Holds)
    return (claim.about(definition.body, env),)


def row_of(theory: Theory, claim: Claim, kind: type[D]) -> tuple[D, Env]:
    """The definition and the bindings of a claim about one row of a relation of that kind."""
    if not isinstance(claim.formula, Row):
        raise UnfitError("not about one row of a relation")
    definition = theory.definition(claim.formula.name)
    if not isinstance(definition, kind):
        raise UnfitError("its definition is of another kind")
    found = unify(definition.head, claim.formula.key, {})
    if found is None:
        raise UnfitError("the relation has no such row")
    return definition, found[0]


FORMULA_RULES: dict[str, Rule] = {
    "split": split,
    "before time": before_time,
    "parts": parts,
    "part": part,
    "cases": cases,
    "valued": valued,
    "inside": inside,
    "calculated": plain,
    "event": event,
    "no event": events,
    "power": power,
    "row": row,
    "no row": rows,
    "definition": holds,
}

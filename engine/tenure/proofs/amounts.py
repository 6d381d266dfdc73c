"""The rules for what is counted and summed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenure.logic.arithmetic import calculate
from tenure.logic.definitions import DayCount, EventAtom, Measure, Stage, Value, with_events
from tenure.logic.formulas import occurrences
from tenure.logic.terms import Env, unify, value_of
from tenure.logic.truth import FALSE, TRUE
from tenure.proofs.rules import Premises, Rule, need
from tenure.proofs.steps import Choice, Claim, UnfitError
from tenure.proofs.theory import Theory

#: What may count: the stages at which, and the bindings under which.
Entry = tuple[Stage, Stage, Env]


def amount(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """The value of a measure: for each entry that there can be, whether it counts (1 in ``key``) or not (0)."""
    need(claim.at_least, "not a value that is claimed")
    measure, group, result = _measured(theory, claim)
    entries = list(candidates(theory, measure, group, claim))
    flags = how.key or ()
    need(len(flags) == len(entries), "the entries are others")
    premises: list[Claim] = []
    total = None
    for is_counted, (start, end, env) in zip(flags, entries, strict=True):
        make = Claim.least if is_counted else Claim.most
        premises.append(make(measure.over, start, end).about(measure.over, env))
        if is_counted:
            need(_stays(theory, measure, claim, start), "an entry is not in the window throughout")
            total = added(measure, total, env)
    if total is None:
        need(measure.kind in ("count", "sum"), "there is nothing")
        total = 0
    need(total == result, f"it comes to {total}")
    return tuple(premises)


def other_value(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """Not this value, for it has another: the one in ``key``."""
    need(not claim.at_least and how.key is not None and len(how.key) == 1, "no other value is named")
    assert how.key is not None
    measure, group, result = measure_of(theory, claim)
    need(how.key[0] != result, "that is the same value")
    formula = theory.worth(measure.name, tuple(value_of(t, group) for t in measure.group), how.key[0])
    return (Claim.least(formula, claim.start, claim.end, TRUE),)


def nothing(theory: Theory, claim: Claim, _how: Choice) -> Premises:
    """A least or greatest value of nothing is none."""
    need(not claim.at_least, "not a value that is denied")
    measure, group, _ = _measured(theory, claim)
    need(measure.kind in ("min", "max"), "nothing counts as 0")
    found = candidates(theory, measure, group, claim)
    return tuple(Claim.most(measure.over, a, b, FALSE).about(measure.over, env) for a, b, env in found)


def _measured(theory: Theory, claim: Claim) -> tuple[Measure, Env, Any]:
    """The same of a measure of events or rows."""
    measure, group, result = measure_of(theory, claim)
    if not isinstance(measure, Measure):
        raise UnfitError("not a measure of events or rows")
    return measure, group, result


def measure_of(theory: Theory, claim: Claim) -> tuple[Measure | DayCount, Env, Any]:
    """The measure, the bindings of its group, and the value in question (None where it is open)."""
    atom = claim.formula
    if not isinstance(atom, Value):
        raise UnfitError("not the value of a measure")
    measure = theory.definition(atom.name)
    if not isinstance(measure, Measure | DayCount):
        raise UnfitError("not the value of a measure")
    if isinstance(measure, Measure) and measure.open:
        raise UnfitError("an open future has no proof")
    try:
        values = tuple(value_of(t, claim.env) for t in atom.group)
        result = value_of(atom.result, claim.env) if not claim.unbound else None
    except KeyError as missing:
        raise UnfitError(f"{missing} has no value") from missing
    found = unify(measure.group, values, {})
    if found is None or theory.possible.has_unknown(atom.name):
        raise UnfitError("the measure has no such group")
    return measure, found[0], result


def candidates(theory: Theory, measure: Measure, group: Env, claim: Claim) -> Iterator[Entry]:
    """What may count at some stage of the claim, in order."""
    if measure.level:
        for env in theory.bindings(measure.over, group, claim.start, claim.end):
            yield claim.start, claim.end, env
        return
    types = {o.atom.type for o in occurrences(measure.over) if isinstance(o.atom, EventAtom) and o.positive}
    ticks = {e.at for name in types for e in theory.by_type.get(name, ())}
    for stage in sorted(with_events(t) for t in ticks):
        gone = measure.within is not None and theory.limit(measure.within, stage) <= claim.start
        if stage <= claim.end and not gone:
            for env in theory.bindings(measure.over, group, stage, stage):
                yield stage, stage, env


def _stays(theory: Theory, measure: Measure, claim: Claim, stage: Stage) -> bool:
    if measure.level:
        return True
    inside = measure.within is None or theory.limit(measure.within, stage) > claim.end
    return stage <= claim.start and inside


def added(measure: Measure, total: Any, env: Env) -> Any:
    """``total`` with one more entry."""
    try:
        value = 1 if measure.of is None else value_of(measure.of, env)
    except KeyError as missing:
        raise UnfitError(f"{missing} has no value") from missing
    op = {"count": "+", "sum": "+"}.get(measure.kind, measure.kind)
    return value if total is None else calculate(op, total, value)


AMOUNT_RULES: dict[str, Rule] = {
    "amount": amount,
    "other value": other_value,
    "no amount": nothing,
}

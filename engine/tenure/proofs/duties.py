"""The rule for the states of duties: an account of what came about, and what becomes of the instances by it.

Everything that the replay of an account asks for is to be proved: what is said to be so, and that nothing else was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from tenure.diagnostics import TimeError
from tenure.logic.definitions import OWED, Duty, Rel, Stage
from tenure.logic.terms import unify
from tenure.logic.truth import UNKNOWN
from tenure.proofs.accounts import Account, Asked, Entry, Formulas, Key, Matter
from tenure.proofs.instances import Replay
from tenure.proofs.rules import Premises, Rule, need
from tenure.proofs.steps import Choice, Claim, Row, UnfitError
from tenure.proofs.theory import FIRST, Theory


def account(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """A state of an instance, or that it has none such: by replaying what ``key`` says came about."""
    formulas = formulas_of(theory, claim)
    said = _said(formulas, how.key or ())
    replay = replayed(formulas, lambda matter: said.get(matter, []), claim)
    is_level = _is_in(formulas, replay, claim)
    need(is_level, "the account comes to another state")
    return tuple(dict.fromkeys(c for asked in replay.asked for c in _to_prove(formulas, asked, said)))


def no_instance(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """No instance of a duty without trigger: those that there are began when ``key`` says, and none is so."""
    if not isinstance(claim.formula, Rel) or isinstance(claim.formula, Row) or claim.at_least:
        raise UnfitError("not a relation that is denied")
    name, args = claim.formula.name, claim.formula.args
    formulas = formulas_of(theory, claim)
    need(formulas.is_of_clause, "an event triggers the duty")
    said = _said(formulas, how.key or ())
    found: list[Claim] = []
    for origin in formulas.origins():
        asked = Asked(Matter("trigger", origin), FIRST, claim.end)
        found += _to_prove(formulas, asked, said)
    for key in _instances(formulas, name, said):
        matched = unify(args, key, claim.env)
        if matched is not None and matched[1] > claim.level:
            found.append(claim.about(theory.row(name, key), {}))
    return tuple(dict.fromkeys(found))


def _instances(formulas: Formulas, name: str, said: Mapping[Matter, list[Entry]]) -> Iterator[Key]:
    """The rows of a relation of the duty: of each first instance, and of all that began when ``said`` has it."""
    rung, _ = formulas.relations[name]
    for key in formulas.theory.possible.first_rows(formulas.duty)[name]:
        yield key
        for origin, ways in formulas.origins().items():
            if any(formulas.same_but_for_sides(keys[rung], key) for keys in ways):
                for entry in said.get(Matter("trigger", origin), []):
                    yield (formulas.theory.limits.written(entry.start // 2), *key[1:])


def formulas_of(theory: Theory, claim: Claim) -> Formulas:
    """The formulas of the duty that a claim is about."""
    if not isinstance(claim.formula, Rel):
        raise UnfitError("not about a relation")
    duty = theory.definition(claim.formula.name)
    if not isinstance(duty, Duty):
        raise UnfitError("not about a duty")
    need(not theory.possible.has_unknown(claim.formula.name), "an instance may be another")
    if duty.name not in theory.of_duties:
        theory.of_duties[duty.name] = Formulas(theory, duty)
    return theory.of_duties[duty.name]


def replayed(formulas: Formulas, said: Account, claim: Claim) -> Replay:
    """The instances that a claim is about, with those that an event might have performed in their place."""
    row = claim.row
    rung, _ = formulas.relations[row.name]
    origins = formulas.origins()
    until = {
        origin: claim.end
        for origin, ways in origins.items()
        if any(formulas.same_but_for_sides(keys[rung], row.key) for keys in ways)
    }
    while True:
        replay = Replay(formulas, said, dict(until))
        try:
            replay.run()
        except TimeError as error:
            raise UnfitError("a limit is outside the calendar") from error
        wider = _rivals(formulas, replay, origins)
        if not wider:
            return replay
        until = {**until, **wider}


def _rivals(
    formulas: Formulas, replay: Replay, origins: Mapping[Key, list[tuple[Key, ...]]]
) -> dict[Key, Stage]:
    """The instances that an event which performed one of these might have performed as well, until then."""
    found: dict[Key, Stage] = {}
    for stage, event in replay.used:
        for origin, ways in origins.items():
            known = max(replay.until.get(origin, FIRST - 1), found.get(origin, FIRST - 1))
            if known < stage and any(
                event in formulas.may_perform(rung, key, stage)
                for keys in ways
                for rung, key in enumerate(keys)
            ):
                found[origin] = stage
    return found


def _is_in(formulas: Formulas, replay: Replay, claim: Claim) -> bool:
    """Whether the row of a claim is in its state throughout, or never."""
    rung, wanted = formulas.relations[claim.row.name]
    states = replay.states(rung, claim.row.key, claim.start, claim.end)
    fits = [state in OWED if wanted is None else state == wanted for state in states]
    return all(fits) if claim.at_least else not any(fits)


def _said(formulas: Formulas, key: Key) -> dict[Matter, list[Entry]]:
    """The account that a choice gives; what becomes so anew must have ceased to be so in between."""
    found: dict[Matter, list[Entry]] = {}
    for part in key:
        need(isinstance(part, tuple) and len(part) == 6, "not an account")
        role, about, performer, start, end, witness = part
        need(role in formulas.by_role and start <= end, "the duty has no such formula")
        found.setdefault(Matter(role, about, performer), []).append(Entry(start, end, witness))
    for matter, entries in found.items():
        if formulas.witnesses(matter.role) and matter.role != "trigger":
            need(all(e.start == e.end for e in entries), "not at single stages")
            need(all(a.start <= b.start for a, b in pairwise(entries)), "the account is out of order")
        else:
            need(all(a.end + 1 < b.start for a, b in pairwise(entries)), "the account is out of order")
    return found


def told(matter: Matter, entry: Entry) -> tuple[Any, ...]:
    """An entry as an account has it."""
    return (matter.role, matter.key, matter.performer, entry.start, entry.end, entry.witness)


# ---------------------------------------------------------------- what is to be proved


def _to_prove(formulas: Formulas, asked: Asked, said: Mapping[Matter, list[Entry]]) -> Iterator[Claim]:
    """That the formula was so where the account says so within these stages, and nowhere else."""
    matter = asked.matter
    formula, env = formulas.formula(matter), formulas.env(matter)
    is_rise = matter.role == "trigger" or not formulas.witnesses(matter.role)
    last = asked.start - 1
    for entry in said.get(matter, []):
        if entry.end < asked.start or entry.start > asked.end:
            continue
        yield from _denied(formulas, matter, last + 1, entry.start - 1)
        # What was so one stage before did not become so at the first: hence one stage more.
        start = max(entry.start, asked.start - 1, FIRST)
        so = Claim.least(formula, start, min(entry.end, asked.end))
        yield so.about(formula, {**env, **dict(entry.witness)})
        if is_rise and entry.start == asked.start > FIRST:
            yield from _denied(formulas, matter, entry.start - 1, entry.start - 1)
        if formulas.witnesses(matter.role):
            yield from _others_denied(formulas, matter, entry, said[matter])
        last = max(last, entry.end)
    yield from _denied(formulas, matter, last + 1, asked.end)


def _denied(formulas: Formulas, matter: Matter, start: Stage, end: Stage) -> Iterator[Claim]:
    if start <= end:
        formula = formulas.formula(matter)
        yield Claim.most(formula, start, end).about(formula, formulas.env(matter))


def _others_denied(formulas: Formulas, matter: Matter, entry: Entry, entries: list[Entry]) -> Iterator[Claim]:
    """That nothing else was a witness at the same stage."""
    formula = formulas.formula(matter)
    claimed = {e.witness for e in entries if e.start <= entry.start <= e.end}
    for other in formulas.options(matter, entry.start):
        if other not in claimed:
            denied = Claim.most(formula, entry.start, entry.start)
            yield denied.about(formula, {**formulas.env(matter), **dict(other)})


# ---------------------------------------------------------------- what is not known


def doubted(theory: Theory, claim: Claim, how: Choice) -> Premises:
    """Something that the duty hangs on is unknown at ``at``: a formula, or the order of the events of an instant."""
    formulas = formulas_of(theory, claim)
    need(how.at is not None and FIRST <= how.at <= claim.end, "no stage at which something is unknown")
    assert how.at is not None
    if how.key is None:
        types = frozenset[str]().union(*map(theory.types_behind, formulas.by_role.values()))
        need(list(theory.crowded(how.at, how.at, types)), "the order of events does not matter then")
        return ()
    need(len(how.key) == 3 and how.key[0] in formulas.by_role, "the duty has no such formula")
    matter = Matter(*how.key)
    formula = formulas.formula(matter)
    least = Claim.least(formula, how.at, how.at, UNKNOWN).about(formula, formulas.env(matter))
    most = Claim.most(formula, how.at, how.at, UNKNOWN).about(formula, formulas.env(matter))
    return least, most


DUTY_RULES: dict[str, Rule] = {"account": account, "no instance": no_instance}

"""The nearest missing facts: what would have made a position held.  Each is tried as a supposition before it is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from tenure.diagnostics import TenureError
from tenure.history import Event
from tenure.logic.definitions import (
    PERFORMED_AMOUNT,
    PERFORMER,
    Const,
    Duty,
    EventAtom,
    Inertial,
    Rung,
    relations_of,
    with_events,
)
from tenure.logic.formulas import occurrences
from tenure.logic.tables import Key
from tenure.logic.terms import Env, unify, value_of
from tenure.norms import Position
from tenure.proofs.steps import Claim, bound
from tenure.proofs.verdicts import VerdictProof
from tenure.timeline.grounds import GroundsOfVerdict
from tenure.timeline.objects import value_text
from tenure.timeline.verdict import Verdict

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

#: How many suppositions are tried, and how many of those that work are told.
MOST_TRIES = 24
MOST_TOLD = 3
_SECOND = 1_000_000


@frozen
class Counterfactual:
    """A supposition under which the position is held, in words; ``event`` is the event that it drops or moves."""

    words: str
    event: str | None
    changes: dict[str, Any]


def counterfactuals(
    timeline: Timeline, verdict: Verdict, grounds: GroundsOfVerdict
) -> Iterator[Counterfactual]:
    """The changes of one event under which the position would be held, the likeliest first; each was tried."""
    told = 0
    if verdict.cause is not None and verdict.cause.limit is not None:
        limit = verdict.cause.limit
        earlier = (
            timeline.verdict(verdict.position, limit - 1, verdict.seen_as) if limit <= verdict.at else None
        )
        if earlier is not None and earlier.status == "held":
            yield Counterfactual(f"before {timeline.text(limit)}", None, {})
    for number, candidate in enumerate(_candidates(timeline, verdict, grounds)):
        if number >= MOST_TRIES or told >= MOST_TOLD:
            return
        if _is_held(timeline, verdict, candidate.changes):
            told += 1
            yield candidate


def _is_held(timeline: Timeline, verdict: Verdict, changes: dict[str, Any]) -> bool:
    try:
        supposed = timeline.suppose(**changes)
        meant = _meant(timeline, supposed, verdict.position)
        return any(supposed.verdict(p, verdict.at, verdict.seen_as).status == "held" for p in meant)
    except TenureError:
        return False


def _meant(timeline: Timeline, supposed: Timeline, position: Position) -> list[Position]:
    """The position; one that never arose stands for that against anyone."""
    if position.counterparty is not None or position in timeline.line.sources:
        return [position]
    return [p for p in supposed.line.sources if evolve(p, counterparty=None) == position] or [position]


def _candidates(timeline: Timeline, verdict: Verdict, grounds: GroundsOfVerdict) -> Iterator[Counterfactual]:
    seen: set[str] = set()
    cause = verdict.cause.event if verdict.cause is not None else None
    formal = _decisive(timeline, verdict, grounds)
    resting = formal.events() if formal is not None else frozenset()
    for event in (*(e for e in timeline.line.events if e.id == cause), *_latest(timeline, resting, cause)):
        if event.id not in seen and event.id in timeline.history.by_id:
            seen.add(event.id)
            words = f"if {event.id} ({event.type}) had not occurred"
            yield Counterfactual(words, event.id, {"drop": [event.id]})
    if formal is not None:
        for claim in (*_unperformed(timeline, formal), *_not_begun(timeline, verdict), *formal.missing()):
            yield from _occurring(timeline, verdict, claim)


def _decisive(timeline: Timeline, verdict: Verdict, grounds: GroundsOfVerdict) -> VerdictProof | None:
    """The part of the proof that is about the clauses which decide; all of it where none does."""
    supports = timeline.line.supports(verdict.position.act)
    return grounds.of_clauses(frozenset(p.force for p in supports if p.clause in verdict.clauses))


def _latest(timeline: Timeline, named: frozenset[str], first: str | None) -> list[Event]:
    return [e for e in reversed(timeline.line.events) if e.id in named and e.id != first]


def _occurring(timeline: Timeline, verdict: Verdict, claim: Claim) -> Iterator[Counterfactual]:
    """An event that is missing within the stages of ``claim``: one that came too late, or one that never came."""
    atom = claim.formula
    assert isinstance(atom, EventAtom)
    tick = (claim.end - 1) // 2 if claim.end % 2 == 0 else claim.end // 2
    tick = min(tick, verdict.at)
    at = timeline.text(tick)
    limit = "" if tick >= verdict.at else f" before {timeline.text(tick + 1)}"
    data = {name: value_of(term, claim.env) for name, term in atom.args if _is_known(term, claim)}
    for event in timeline.line.events:
        late = event.type == atom.type and tick < event.at <= verdict.at
        if late and all(event.value(name) == value for name, value in data.items()):
            words = f"if {event.id} ({event.type}) had occurred{limit}"
            yield Counterfactual(words, event.id, {"move": {event.id: at}})
            return
    made = _made(timeline, claim, data)
    if made is not None:
        yield Counterfactual(f"if {_words(made)} had occurred{limit}", None, {"add": [{**made, "at": at}]})


def _not_begun(timeline: Timeline, verdict: Verdict) -> Iterator[Claim]:
    """What would have begun the clauses that could give the position and have not begun to run."""
    program = {d.name: d for d in timeline.line.meaning.program.definitions}
    stage = with_events(verdict.at)
    for support in timeline.line.supports(verdict.position.act):
        env = timeline.line.match(support, verdict.position)
        run = program.get(support.run.name) if support.run is not None else None
        if env is None or not isinstance(run, Inertial):
            continue
        edges = timeline.line.trace.tables[run.name].edges.values()
        if not any(edge.truth and edge.stage <= stage for found in edges for edge in found):
            for occurrence in occurrences(run.begin):
                if isinstance(occurrence.atom, EventAtom) and occurrence.positive and not occurrence.earlier:
                    yield Claim.most(occurrence.atom, stage, stage, bindings=bound(occurrence.atom, env))


def _unperformed(timeline: Timeline, formal: VerdictProof) -> Iterator[Claim]:
    """What would have performed the duties on whose breach the proof rests, in time."""
    owner = {n: d for d in timeline.line.meaning.program.definitions for n, _ in relations_of(d)}
    for row in formal.rows():
        duty = owner.get(row.name)
        for rung in duty.rungs if isinstance(duty, Duty) else ():
            yield from _in_time(timeline, rung, row.key, {})


def _in_time(timeline: Timeline, rung: Rung, key: Key, given: Env) -> Iterator[Claim]:
    """That what would have performed a rung did not occur before it was breached."""
    edges = timeline.line.trace.tables[f"breached:{rung.name}"].edges.get(key, [])
    breached = next((edge.stage for edge in edges if edge.truth), None)
    found = unify(rung.head, key, {}) if len(key) == len(rung.head) else None
    if breached is None or found is None:
        return
    for occurrence in occurrences(rung.performance):
        if isinstance(occurrence.atom, EventAtom) and occurrence.positive:
            env = bound(occurrence.atom, {**found[0], PERFORMER.name: key[1], **given})
            yield Claim.most(occurrence.atom, breached - 1, breached - 1, bindings=env)


def averting(
    timeline: Timeline, verdict: Verdict, rung: Rung, key: Key, missing: Any = None
) -> Iterator[Counterfactual]:
    """What would have kept a rung from being breached; ``missing`` is what was owed still.  Each was tried."""
    given: Env = {} if missing is None else {PERFORMED_AMOUNT.name: missing}
    for claim in _in_time(timeline, rung, key, given):
        for candidate in _occurring(timeline, verdict, claim):
            try:
                line = timeline.suppose(**candidate.changes).line
            except TenureError:
                continue
            edges = line.trace.tables[f"breached:{rung.name}"].edges.get(key, [])
            if not any(e.truth and e.stage <= with_events(verdict.at) for e in edges):
                yield candidate


def _is_known(term: Any, claim: Claim) -> bool:
    return isinstance(term, Const) or getattr(term, "name", None) in claim.env


def _made(timeline: Timeline, claim: Claim, data: dict[str, Any]) -> dict[str, Any] | None:
    """An event as a history has it, or None where its attributes are not all known."""
    atom = claim.formula
    assert isinstance(atom, EventAtom)
    declared = timeline.vocabulary.events.get(atom.type)
    if declared is None or any(a.default is None and a.name not in data for a in declared.attributes):
        return None
    by = [str(value_of(t, claim.env)) for t in atom.by if _is_known(t, claim)]
    rules = timeline.line.meaning.program.acts.get(atom.type, ())
    for rule in rules if not by else ():
        by = by or [str(t.value) for t in rule.attempt.by if isinstance(t, Const)]
    given = {name: value_text(value) for name, value in data.items()}
    return {"type": atom.type, "data": given, **({"by": by} if by else {})}


def _words(made: dict[str, Any]) -> str:
    data = ", ".join(f"{name} = {value}" for name, value in made["data"].items())
    by = f" by {' and '.join(made['by'])}" if made.get("by") else ""
    return f"{made['type']}{f'({data})' if data else ''}{by}"

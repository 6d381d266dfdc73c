"""Stock properties of answers: what nothing that a contract says may change."""

from __future__ import annotations

from attrs import evolve

from tenure.diagnostics import TenureError
from tenure.history import Event, History
from tenure.history.values import UNKNOWN as NULL
from tenure.logic.definitions import Dates, DayCount, EventAtom, with_events
from tenure.logic.formulas import bodies, occurrences
from tenure.logic.tables import Key, Table, may_equal
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE, UNKNOWN, Truth
from tenure.testing.stock.case import FINE, SILENT, Case, Seen, compared

#: A type that no contract declares and no rule reads.
_NOTHING = "nothing that matters"


def has_an_answer(case: Case) -> Seen:
    """No history leaves the contract without an answer: no missing day, no division by nothing."""
    try:
        _ = case.timeline.breaches
    except TenureError as error:
        return Seen(fault=f"no answer: {error.diagnostics[0].message}")
    return FINE


def horizon(case: Case) -> Seen:
    """Looking less far ahead changes nothing before the point to which one looks."""
    if not case.events:
        return SILENT
    mid = case.events[case.pick(len(case.events))].at + case.pick(3) - 1
    return compared(
        case,
        case.trace([e for e in case.events if e.at <= mid], mid),
        "looking only up to there",
        last=with_events(mid),
    )


def irrelevant(case: Case) -> Seen:
    """An event that no rule speaks of changes nothing, wherever it comes."""
    if not case.events:
        return SILENT
    place = case.pick(len(case.events))
    at = case.events[place].at + case.pick(3)
    idle = Event("idle", at, False, None, _NOTHING, (), (), at)  # noqa: FBT003
    events = sorted((*case.events, idle), key=lambda e: e.at)
    return compared(case, case.trace(events), "with an event that no rule speaks of")


def reading_order(case: Case) -> Seen:
    """In which order the records are read does not matter; what they say of time and order does."""
    if len(case.events) < 2:
        return SILENT
    turned = list(case.events)
    turned.reverse()
    turned.sort(key=lambda e: (e.at, e.seq or 0))
    return compared(case, case.trace(turned), "read in the opposite order")


def void_acts(case: Case) -> Seen:
    """An act without effect changes nothing, but for rules about attempts."""
    trace = case.timeline.line.trace
    read = _attempts(case)
    gone = {v.event.id for v in trace.void if v.event.type not in read}
    if not gone or _counts_from_first(case, gone):
        return SILENT
    return compared(
        case,
        case.trace([e for e in case.events if e.id not in gone]),
        f"without the void {', '.join(sorted(gone))}",
    )


def known_then(case: Case) -> Seen:
    """What was known at some instant is what is known now of the records made by then."""
    records = case.history.events
    if not records:
        return SILENT
    then = records[case.pick(len(records))].recorded
    known = [e for e in records if e.recorded <= then]
    if len(known) == len(records):
        return SILENT
    was = case.contract.evaluate(case.history, known_at=then, readings=case.readings, to=case.to)
    only = History.from_events(known).view()
    return (
        compared(evolve(case, history=History.from_events(known)), was.line.trace, "as it was known then")
        if only
        else SILENT
    )


def more_knowledge(case: Case) -> Seen:
    """What was sure while an attribute was unknown stays so whatever the attribute turns out to be."""
    told = [(i, j) for i, e in enumerate(case.events) for j, (_, v) in enumerate(e.data) if v is not NULL]
    if not told:
        return SILENT
    i, j = told[case.pick(len(told))]
    event = case.events[i]
    data = tuple((n, NULL if k == j else v) for k, (n, v) in enumerate(event.data))
    hidden = [evolve(e, data=data) if e.id == event.id else e for e in case.events]
    name = f"{event.data[j][0]} of {event.id}"
    return _only_more_sure(case, case.trace(hidden), name)


def _only_more_sure(case: Case, before: Trace, name: str) -> Seen:
    line = case.timeline.line
    relations = [support.force for support in line.meaning.supports]
    relations += [relation for relation in before.tables if relation.startswith("state:")]
    for relation in dict.fromkeys(relations):
        unsure, sure = before.tables[relation], line.trace.tables[relation]
        for key in {**unsure.edges, **sure.edges}:
            if NULL in key:
                continue
            stage = _contradicted(unsure, sure, key)
            if stage is not None:
                at = case.timeline.text(stage // 2)
                fault = f"it was sure of {relation.partition(':')[2]} {key} at {at} while {name} was unknown, and wrong"
                return Seen(fault=fault, since=stage // 2)
    return FINE


def _contradicted(unsure: Table, sure: Table, key: Key) -> int | None:
    stages = sorted({e.stage for t in (unsure, sure) for e in t.edges.get(key, ())})
    for stage in stages:
        was, now = _truth(unsure, key, stage), _truth(sure, key, stage)
        if was not in (UNKNOWN, now):
            return stage
    return None


def _truth(table: Table, key: Key, stage: int) -> Truth:
    """The truth of a row; one with an unknown column may be the row that is asked for."""
    own = _last(table, key, stage)
    if own == FALSE and table.has_unknown:
        alike = (k for k in table.edges if NULL in k and may_equal(k, key))
        return UNKNOWN if any(_last(table, k, stage) for k in alike) else FALSE
    return own


def _last(table: Table, key: Key, stage: int) -> Truth:
    before = [e.truth for e in table.edges.get(key, ()) if e.stage <= stage]
    return before[-1] if before else FALSE


def _attempts(case: Case) -> frozenset[str]:
    """The event types of which some rule reads attempts."""
    program = case.timeline.line.meaning.program
    atoms = (o.atom for d in program.definitions for f in bodies(d).values() for o in occurrences(f))
    return frozenset(a.type for a in atoms if isinstance(a, EventAtom) and a.attempted)


def _counts_from_first(case: Case, gone: set[str]) -> bool:
    """Recurring dates come from the first event on, whatever it is."""
    kinds = (Dates, DayCount)
    recurring = any(isinstance(d, kinds) for d in case.timeline.line.meaning.program.definitions)
    return recurring and case.events[0].id in gone

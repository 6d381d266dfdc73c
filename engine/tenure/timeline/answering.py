"""The answer to one question: status, span, cause and reason of a position at an instant."""

from __future__ import annotations

from attrs import evolve

from tenure.logic.definitions import with_events
from tenure.norms import Position
from tenure.time import MIN_INSTANT, Instant
from tenure.timeline.line import FIRST_STAGE, Line
from tenure.timeline.reasons import NEVER_AROSE, NOT_YET, Reason, cause_of, duty_state, why_not
from tenure.timeline.steps import Step, index_at, opposites, permitted, step_at, steps
from tenure.timeline.verdict import Status, StatusSpan, Verdict

PERMITTED = "permitted unless forbidden"


def answer(
    line: Line, position: Position, over_time: tuple[Step, ...], t: Instant, horizon: Instant
) -> Verdict:
    """The verdict on ``position`` at ``t``; ``over_time`` are its steps, ``line`` tells why it is not held."""
    i = index_at(over_time, t)
    step = over_time[i]
    first, last = _span(over_time, i)
    following = over_time[last + 1] if last + 1 < len(over_time) else None
    verdict = Verdict(
        at=t,
        position=position,
        status=step.status,
        since=over_time[first].start,
        until=following.start if following else None,
        cause=over_time[first].cause,
        until_cause=following.cause if following else None,
        clauses=step.clauses,
        reason=None,
        basis="recorded" if t <= horizon else "projected",
        state=_state(line, position, t),
        zone=line.vocabulary.zone,
    )
    return explained(line, verdict, step)


def _span(over_time: tuple[Step, ...], i: int) -> tuple[int, int]:
    """The first and the last of the neighbouring steps that have the status of step ``i``."""
    status, first, last = over_time[i].status, i, i
    while first > 0 and over_time[first - 1].status == status:
        first -= 1
    while last + 1 < len(over_time) and over_time[last + 1].status == status:
        last += 1
    return first, last


def explained(line: Line, verdict: Verdict, step: Step) -> Verdict:
    """``verdict`` with the reason of a status that is not plainly held."""
    position, t = verdict.position, verdict.at
    match verdict.status:
        case "held":
            return evolve(verdict, reason=PERMITTED) if step.by_default else verdict
        case "disputed" if step.readings:
            return evolve(verdict, reason=f"readings differ: {', '.join(step.readings)}")
        case "disputed":
            return evolve(verdict, reason=f"{' and '.join(step.clauses)} contradict each other")
        case "unknown":
            because = tuple(sorted(step.unknowns))
            return evolve(verdict, reason="; ".join(because) or "unknown", because=because)
        case _:
            return _not_held(line, verdict, why_not(line, position, t))


def with_silence(line: Line, position: Position, over_time: tuple[Step, ...]) -> tuple[Step, ...]:
    """``over_time`` with what is not held unknown wherever the contract declares that it does not say."""
    silences = [x for x in line.meaning.silences if x.act == position.act]
    if not silences or all(step.status != "not_held" for step in over_time):
        return over_time
    supports = line.supports(position.act)
    read = {x.force for x in silences} | {
        n for p in supports for n in (p.force, p.base, p.run and p.run.name)
    }
    rows = [edges for n in read if n in line.trace.tables for edges in line.trace.tables[n].edges.values()]
    edges = {edge.stage // 2: edge for edges in rows for edge in edges if edge.stage > FIRST_STAGE + 1}
    found: list[Step] = []
    for i, step in enumerate(over_time):
        found.append(_silent(line, position, step))
        end = over_time[i + 1].start if i + 1 < len(over_time) else None
        for tick in sorted(edges) if step.status == "not_held" else ():
            if (step.start is None or tick > step.start) and (end is None or tick < end):
                cause = cause_of(edges[tick].causes[0]) if edges[tick].causes else None
                piece = _silent(line, position, evolve(step, start=tick, cause=cause))
                if piece.status != found[-1].status:
                    found.append(piece)
    return tuple(found)


def _silent(line: Line, position: Position, step: Step) -> Step:
    """One step, unknown where the position never arose and the contract is silent on it."""
    if step.status != "not_held":
        return step
    t = MIN_INSTANT if step.start is None else step.start
    silent = _silence(line, position, t)
    if silent is None or why_not(line, position, t).phrase not in (NEVER_AROSE, NOT_YET):
        return step
    clauses = (silent.clause,) if silent.clause else ()
    return evolve(step, status="unknown", clauses=clauses, unknowns=frozenset((silent.phrase,)))


def _not_held(line: Line, verdict: Verdict, reason: Reason) -> Verdict:
    if reason.phrase in (NEVER_AROSE, NOT_YET):
        reason = _forbidden(line, verdict.position, verdict.at) or reason
        silent = _silence(line, verdict.position, verdict.at)
        if silent is not None and reason.phrase in (NEVER_AROSE, NOT_YET):
            status: Status = "unknown"
            clauses = (silent.clause,) if silent.clause else ()
            return evolve(
                verdict,
                status=status,
                clauses=clauses,
                reason=silent.phrase,
                because=(silent.phrase,),
                cause=None,
            )
    clauses = (reason.clause,) if reason.clause else ()
    cause = verdict.cause if reason.phrase == NOT_YET else reason.cause or verdict.cause
    return evolve(verdict, clauses=clauses, reason=reason.phrase, cause=cause)


def _forbidden(line: Line, position: Position, t: Instant) -> Reason | None:
    """What is permitted unless forbidden, and is forbidden: by which clause."""
    if not permitted(line, position):
        return None
    against = [step_at(steps(line, other), t) for other in opposites(line, position)]
    clauses = [clause for step in against if step.status == "held" for clause in step.clauses]
    return Reason(f"defeated by {clauses[0]}", clause=clauses[0]) if clauses else None


def _silence(line: Line, position: Position, t: Instant) -> Reason | None:
    """The contract declares that it does not say."""
    for silence in line.meaning.silences:
        if silence.act != position.act or silence.holder not in (None, position.holder):
            continue
        for row in line.snapshot(with_events(t)).rows(silence.force):
            given = row[2:]
            if all(a is None or a == b for a, b in zip(given, position.object, strict=True)):
                return Reason(f"silent: {silence.why}", clause=silence.clause)
    return None


def _state(line: Line, position: Position, t: Instant) -> str | None:
    """The state of a duty instance."""
    for source in line.sources.get(position, []):
        if source.support.duty:
            return duty_state(line, source.support, source.key, with_events(t))
    return None


def spans_of(over_time: tuple[Step, ...], zone: str) -> tuple[StatusSpan, ...]:
    """Steps as spans of one status each, end to end."""
    kept = [s for i, s in enumerate(over_time) if i == 0 or s.status != over_time[i - 1].status]
    spans = []
    for i, step in enumerate(kept):
        following = kept[i + 1] if i + 1 < len(kept) else None
        end, end_cause = (following.start, following.cause) if following else (None, None)
        spans.append(StatusSpan(step.start, end, step.status, step.cause, end_cause, step.clauses, zone))
    return tuple(spans)

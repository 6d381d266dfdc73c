"""The answer to one question: status, span, cause and reason of a position at an instant."""

from __future__ import annotations

from attrs import evolve

from tenure.logic.definitions import with_events
from tenure.norms import Position
from tenure.time import Instant
from tenure.timeline.line import Line
from tenure.timeline.reasons import NEVER_AROSE, NOT_YET, Reason, duty_state, why_not
from tenure.timeline.steps import Step, index_at
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


def _not_held(line: Line, verdict: Verdict, reason: Reason) -> Verdict:

    if reason.phrase in (NEVER_AROSE, NOT_YET):
        silent = _silence(line, verdict.position, verdict.at)
        if silent is not None:
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

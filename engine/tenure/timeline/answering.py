"""The answer to one question: status, span, cause and reason of a position at an instant, under one choice."""

from __future__ import annotations

from tenure.logic.definitions import with_events
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Truth
from tenure.norms import Position
from tenure.time import Instant
from tenure.timeline.line import Line
from tenure.timeline.reasons import NEVER_AROSE, NOT_YET, Reason, cause_of, duty_state, why_not
from tenure.timeline.segments import segment_at
from tenure.timeline.verdict import EdgeCause, Status, StatusSpan, Verdict

_OPPOSITES = {"liberty": ("duty_not",), "duty_not": ("liberty", "duty"), "duty": ("duty_not",)}
_PERMITTED = "permitted unless forbidden"


def answer(line: Line, position: Position, t: Instant, horizon: Instant, to: Instant) -> Verdict:
    """The verdict on ``position`` at ``t``."""
    segments = line.segments(position)
    i = segment_at(segments, t)
    status, clashing = _status(line, position, segments[i].truth, t)
    first = last = i
    while first > 0 and _status(line, position, segments[first - 1].truth, _end_of(segments, first - 1, t))[0] == status:
        first -= 1
    while last + 1 < len(segments) and _status(line, position, segments[last + 1].truth, _start(segments, last + 1, t))[0] == status:
        last += 1
    cause = cause_of(segments[first].cause)
    until = segments[last + 1].start if last + 1 < len(segments) else None
    until_cause = cause_of(segments[last + 1].cause) if until is not None else None
    sources = line.sources.get(position, [])
    clauses = tuple(dict.fromkeys(sources[n].support.clause for n in segments[i].sources)) + clashing
    reason, because, cause, status, clauses = _explain(line, position, status, clauses, cause, segments[i].reasons, t)
    return Verdict(
        at=t,
        position=position,
        status=status,
        since=segments[first].start,
        until=until,
        cause=cause,
        until_cause=until_cause,
        clauses=clauses,
        reason=reason,
        basis="recorded" if t <= horizon else "projected",
        state=_state(line, position, t),
        because=because,
    )


def _start(segments: list, i: int, t: Instant) -> Instant:  # type: ignore[type-arg]
    start = segments[i].start
    return t if start is None else start


def _end_of(segments: list, i: int, t: Instant) -> Instant:  # type: ignore[type-arg]
    """The last tick of segment ``i``."""
    return segments[i + 1].start - 1 if i + 1 < len(segments) else t


def _status(line: Line, position: Position, truth: Truth, t: Instant) -> tuple[Status, tuple[str, ...]]:
    """The status, and the clauses of equal rank that contradict."""
    if truth == FALSE:
        return ("held", ()) if _permitted_by_default(line, position, t) else ("not_held", ())
    clashing: list[str] = []
    worst = FALSE
    for other in opposites(line, position):
        segments = line.segments(other)
        segment = segments[segment_at(segments, t)]
        worst = max(worst, segment.truth)
        if segment.truth:
            clashing += [line.sources[other][n].support.clause for n in segment.sources]
    if worst == TRUE and truth == TRUE:
        return "disputed", tuple(dict.fromkeys(clashing))
    if UNKNOWN in (truth, worst):
        return "unknown", ()
    return "held", ()


def opposites(line: Line, position: Position) -> list[Position]:
    """The positions that contradict ``position`` between the same parties."""
    relations = _OPPOSITES.get(position.relation, ())
    return [
        other
        for other in line.by_case.get((position.holder, position.act, position.object), ())
        if other.relation in relations
        and (None in (other.counterparty, position.counterparty) or other.counterparty == position.counterparty)
    ]


def _permitted_by_default(line: Line, position: Position, t: Instant) -> bool:
    """An action that is permitted unless forbidden is a liberty where no prohibition is in force."""
    action = line.vocabulary.actions.get(position.act)
    if position.relation != "liberty" or action is None or action.default != "permitted":
        return False
    for other in opposites(line, position):
        segments = line.segments(other)
        if segments[segment_at(segments, t)].truth:
            return False
    return True


def _explain(
    line: Line,
    position: Position,
    status: Status,
    clauses: tuple[str, ...],
    cause: EdgeCause | None,
    unknowns: frozenset[str],
    t: Instant,
) -> tuple[str | None, tuple[str, ...], EdgeCause | None, Status, tuple[str, ...]]:
    """The reason of a status that is not plainly held."""
    if status == "held":
        return (None if clauses else _PERMITTED), (), cause, status, clauses
    if status == "disputed":
        return f"contradicted by {', '.join(clauses[-1:])}", (), cause, status, clauses
    if status == "unknown":
        because = tuple(sorted(unknowns))
        return "; ".join(because) or "unknown", because, cause, status, clauses
    reason = why_not(line, position, t)
    if reason.phrase in (NEVER_AROSE, NOT_YET):
        silent = _silence(line, position, t)
        if silent is not None:
            return silent.phrase, (silent.phrase,), None, "unknown", (silent.clause or "",)
    named = (reason.clause,) if reason.clause else ()
    return reason.phrase, (), reason.cause or cause, status, named


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


def status_spans(
    statuses: list[tuple[Instant | None, Status, EdgeCause | None, tuple[str, ...]]], to: Instant
) -> tuple[StatusSpan, ...]:
    """Statuses from given instants on, coalesced into spans; what is open at ``to`` ends in None."""
    kept = [s for i, s in enumerate(statuses) if i == 0 or s[1] != statuses[i - 1][1]]
    spans = []
    for i, (start, status, cause, clauses) in enumerate(kept):
        following = kept[i + 1] if i + 1 < len(kept) else None
        end = following[0] if following else None
        spans.append(StatusSpan(start, end, status, cause, following[2] if following else None, clauses))
    return tuple(spans)

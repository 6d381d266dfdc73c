"""The JSON shapes of answers; ``schemas/`` has a JSON Schema of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tenure.norms import Position
from tenure.time import Instant
from tenure.timeline import Breach, Change, EdgeCause, StatusSpan, Timeline, Verdict
from tenure.timeline.objects import object_text, texts_of

if TYPE_CHECKING:
    from tenure.timeline.diff import Difference

Shape = dict[str, Any]


def instant_shape(timeline: Timeline, instant: Instant | None) -> str | None:
    """RFC 3339 in the contract's zone; an open end is null."""
    return None if instant is None else timeline.text(instant)


def cause_shape(timeline: Timeline, cause: EdgeCause | None) -> Shape | None:
    """An event, or a limit of a clause."""
    if cause is None:
        return None
    if cause.event is not None:
        return {"event": cause.event}
    return {"limit": instant_shape(timeline, cause.limit), "clause": cause.clause}


def position_shape(timeline: Timeline, verdict: Verdict) -> Shape:
    """One position with its verdict."""
    return {
        **identity_shape(timeline, verdict),
        "state": verdict.state,
        "clauses": list(verdict.clauses),
        "status": verdict.status,
        "reason": verdict.reason,
        "since": instant_shape(timeline, verdict.since),
        "until": instant_shape(timeline, verdict.until),
        "cause": cause_shape(timeline, verdict.cause),
        "basis": verdict.basis,
        "readings": dict(verdict.readings),
    }


def guaranteed_shape(timeline: Timeline, verdict: Verdict, until: Instant | None) -> Shape:
    """One position with its verdict, and until when it is guaranteed (null: as far as is known, for ever)."""
    return {**position_shape(timeline, verdict), "guaranteed_until": instant_shape(timeline, until)}


def timeline_shape(timeline: Timeline, positions: Iterable[Position]) -> Shape:
    """A whole timeline: the spans of ``positions``, void acts and breaches."""
    return {
        "horizon": instant_shape(timeline, timeline.horizon),
        "to": instant_shape(timeline, timeline.to),
        "positions": [
            {
                **identity_shape(timeline, timeline.verdict(position, timeline.horizon)),
                "spans": [span_shape(timeline, span) for span in timeline.spans_of(position)],
            }
            for position in positions
        ],
        "void": void_shape(timeline),
        "breaches": [breach_shape(timeline, breach) for breach in timeline.breaches],
    }


def difference_shape(timeline: Timeline, difference: Difference) -> Shape:
    """One position that differs, with the spans that only one of two timelines has."""
    return {
        **identity_shape(timeline, timeline.verdict(difference.position, timeline.horizon)),
        "change": difference.kind,
        "only_before": [span_shape(timeline, span) for span in difference.only_before],
        "only_after": [span_shape(timeline, span) for span in difference.only_after],
    }


def identity_shape(timeline: Timeline, verdict: Verdict) -> Shape:
    """What makes a position that position, seen from the side that was asked for."""
    return {
        "holder": verdict.holder,
        "counterparty": verdict.counterparty,
        "relation": verdict.relation,
        "act": verdict.position.act,
        "object": object_text(timeline.vocabulary, verdict.position),
        "instance": verdict.position.instance,
    }


def span_shape(timeline: Timeline, span: StatusSpan) -> Shape:
    """One span of a status with the causes of its edges."""
    return {
        "start": instant_shape(timeline, span.start),
        "end": instant_shape(timeline, span.end),
        "status": span.status,
        "start_cause": cause_shape(timeline, span.start_cause),
        "end_cause": cause_shape(timeline, span.end_cause),
    }


def change_shape(timeline: Timeline, change: Change, verdict: Verdict) -> Shape:
    """A position that changes its status."""
    return {
        "at": instant_shape(timeline, change.at),
        **identity_shape(timeline, verdict),
        "before": change.before,
        "after": change.after,
        "cause": cause_shape(timeline, change.cause),
    }


def breach_shape(timeline: Timeline, breach: Breach) -> Shape:
    """A duty not performed in time, or a wrongful act."""
    return {
        "at": instant_shape(timeline, breach.at),
        "party": breach.party,
        "act": breach.act,
        "object": ", ".join(texts_of(timeline.vocabulary, breach.act, breach.object)) or None,
        "clause": breach.clause,
        "event": breach.event,
        "basis": breach.basis,
    }


def void_shape(timeline: Timeline) -> list[Shape]:
    """The acts without effect, each with its reason."""
    return [
        {
            "event": void.event.id,
            "at": instant_shape(timeline, void.event.at),
            "type": void.event.type,
            "by": list(void.event.by),
            "reason": void.reason,
            "clause": void.clause,
        }
        for void in timeline.void
    ]

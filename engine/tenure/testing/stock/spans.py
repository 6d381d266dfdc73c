"""When positions are certainly held, as the stock properties ask for it."""

from __future__ import annotations

from tenure.logic.truth import TRUE
from tenure.norms import Position
from tenure.time import MIN_INSTANT, Instant
from tenure.timeline.line import Line
from tenure.timeline.segments import Segment

#: From an instant to before another, in order; each is a stretch with one reason.
Spans = list[tuple[Instant, Instant]]


def certain(segments: list[Segment], to: Instant) -> Spans:
    """When something is certainly true, as far as ``to``."""
    ends = [*(s.start for s in segments[1:]), to]
    return [
        (MIN_INSTANT if s.start is None else s.start, end)
        for s, end in zip(segments, ends, strict=True)
        if s.truth == TRUE and end is not None
    ]


def held(line: Line, position: Position) -> Spans:
    """When the position is certainly held."""
    return certain(line.segments(position), line.trace.to)


def common(one: Spans, other: Spans) -> Spans:
    """When both are."""
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return sorted((start, end) for start, end in pairs if start < end)


def together(one: Spans, other: Spans) -> Instant | None:
    """The first instant at which both are."""
    return min((start for start, _ in common(one, other)), default=None)


def naming(position: Position) -> str:
    """The act of a position with what it is done to."""
    named = ", ".join(str(v) for v in position.object if v is not None)
    return f"{position.act} {named}".rstrip()

"""What differs between two timelines, in the words of a reader."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.time import Instant
from tenure.timeline import Breach, EdgeCause, StatusSpan, Timeline
from tenure.timeline.diff import Difference
from tenure.views.words import edge_text, moment_text, sentence


def difference_lines(before: Timeline, after: Timeline, difference: Difference) -> Iterator[str]:
    """The right, how it changes, and the spans that only one of the two timelines has, with both causes."""
    known = before if difference.position in before.line.sources else after
    right = sentence(known, known.verdict(difference.position, before.horizon))
    yield f"{right}: {difference.kind}"
    for sign, spans in (("-", difference.only_before), ("+", difference.only_after)):
        for span in spans:
            begin = _edge(before, after, span.start, span.start_cause)
            end = _edge(before, after, span.end, span.end_cause, ends=True)
            yield f"  {sign} {span.status.replace('_', ' ')} {begin or 'always'} to {end}"


def _edge(
    before: Timeline, after: Timeline, at: Instant | None, cause: EdgeCause | None, *, ends: bool = False
) -> str:
    """An edge with its cause, which is an event of one of the two timelines."""
    named = before if cause and cause.event and after.event(cause.event) is None else after
    return edge_text(named, at, cause, ends=ends)


def status_line(timeline: Timeline, span: StatusSpan) -> str:
    """``held 2026-01-05 (E1 signed) to 2028-01-01 (through 2027, C1)``."""
    begin = "always" if span.start is None else edge_text(timeline, span.start, span.start_cause)
    end = edge_text(timeline, span.end, span.end_cause, ends=True)
    return f"{span.status.replace('_', ' ')} {begin} to {end}"


def breach_line(timeline: Timeline, breach: Breach) -> str:
    """`` of L2: Tenant pay at 2026-04-02 (e4), recorded``, to follow the word "breach"."""
    clause = f" of {breach.clause}" if breach.clause else ""
    event = f" ({breach.event})" if breach.event else ""
    when = moment_text(timeline, breach.at)
    return f"{clause}: {breach.party} {breach.act} at {when}{event}, {breach.basis}"

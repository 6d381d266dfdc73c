"""Date arithmetic spelt out: what was written, and the instant that it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tenure.diagnostics import TenureError
from tenure.language import syntax as s
from tenure.language.printer import format_formula, format_term
from tenure.logic.truth import ByLimit
from tenure.norms import Support
from tenure.time import CivilDate, Instant, parse_moment

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline


def limit_text(timeline: Timeline, support: Support, cause: ByLimit) -> str:
    """``through 2032 = 2033-01-01T00:00:00-08:00 (America/Los_Angeles)``, or the instant alone."""
    when = f"{timeline.text(cause.instant)} ({timeline.vocabulary.zone})"
    written = next((text for text, instant in _limits(timeline, support) if instant == cause.instant), None)
    if written is not None:
        return f"{written} = before {when}"
    lengths = list(_lengths(support))
    return f"{lengths[0]}, which ends {when}" if len(lengths) == 1 else f"the limit {when}"


def _limits(timeline: Timeline, support: Support) -> Iterator[tuple[str, Instant]]:
    """The dates that the clause writes, with the instants that they come to."""
    for part in support.norm.parts if support.norm else ():
        match part:
            case s.From(s.Date() as date):
                yield from _start(timeline, f"from {date.text}", date)
            case s.Until(ends):
                for end in ends:
                    yield from _end(timeline, end)
            case s.Deadline("by", s.Date() as date):
                yield from _following(timeline, f"by {date.text}", date)
            case s.Deadline("before", s.Date() as date):
                yield from _start(timeline, f"before {date.text}", date)


def _end(timeline: Timeline, end: s.End) -> Iterator[tuple[str, Instant]]:
    match end:
        case s.Through(date):
            yield from _following(timeline, f"through {date.text}", date)
        case s.Date() as date:
            yield from _start(timeline, f"until {date.text}", date)
        case s.Unpublished(_, s.Date() as date):
            yield from _following(timeline, f"at least through {date.text}", date)


def _start(timeline: Timeline, text: str, date: s.Date) -> Iterator[tuple[str, Instant]]:
    try:
        if "T" in date.text:
            yield text, parse_moment(date.text, timeline.vocabulary.zone).instant
        else:
            yield text, timeline.vocabulary.calendar.start_of(CivilDate.parse(date.text))
    except TenureError:
        return


def _following(timeline: Timeline, text: str, date: s.Date) -> Iterator[tuple[str, Instant]]:
    if "T" not in date.text:
        yield f"{text}, all of it", timeline.vocabulary.calendar.end_of(CivilDate.parse(date.text))


def _lengths(support: Support) -> Iterator[str]:
    """The durations that the clause writes, in words."""
    for part in support.norm.parts if support.norm else ():
        match part:
            case s.ForLength(length):
                yield f"for {format_term(length)}"
            case s.Deadline(word, s.Length() as length, of):
                yield f"{word} {format_term(length)}{f' of {format_formula(of)}' if of is not None else ''}"
            case s.Until(ends):
                for end in ends:
                    if isinstance(end, s.After):
                        yield f"{format_term(end.length)} after {format_formula(end.event)}"

"""Date arithmetic spelt out: what was written, and the instant that it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tenure.diagnostics import TenureError
from tenure.language import syntax as s
from tenure.logic.definitions import DueDate, Duty, Inertial, Lasting, Limit, Measure, Recent
from tenure.logic.limits import Limits
from tenure.logic.truth import ByLimit
from tenure.norms import Support
from tenure.time import CivilDate, Instant, parse_moment

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline


def limit_text(timeline: Timeline, support: Support, cause: ByLimit) -> str:
    """What was written and what it comes to: a date, or a length with the instant that it runs from.

    ``through 2032, all of it = before 2033-01-01T00:00:00-08:00 (America/Los_Angeles)``, or
    ``30 days after 2026-06-30 = 2026-07-30, end of day, Los Angeles``.
    """
    when = f"{timeline.text(cause.instant)} ({timeline.vocabulary.zone})"
    written = next((text for text, instant in _limits(timeline, support) if instant == cause.instant), None)
    if written is not None:
        return f"{written} = before {when}"
    return _anchored(timeline, support, cause.instant) or f"the limit {when}"


def _anchored(timeline: Timeline, support: Support, instant: Instant) -> str | None:
    """The length and the anchor that come to ``instant``; only what is calculated here is said."""
    limits = Limits(timeline.vocabulary.calendar)
    anchors = sorted({*_ticks(timeline, instant)}, reverse=True)
    for limit in _lengths(timeline, support):
        for anchor in anchors:
            try:
                reached = limits.of(limit, anchor)
            except TenureError:
                continue
            if reached == instant:
                return reckoned(timeline, limit, anchor, instant)
    return None


def reckoned(timeline: Timeline, limit: Limit, anchor: Instant, reached: Instant) -> str:
    """A length, the instant that it runs from, and what it comes to."""
    day = day_text(timeline, reached, whole=limit.kind == "within")
    return f"{limit.length} after {short_text(timeline, anchor)} = {day}"


def _ticks(timeline: Timeline, before: Instant) -> Iterator[Instant]:
    """The instants that a length may run from: events, dates, and whatever other limit has been reached."""
    for table in timeline.line.trace.tables.values():
        for edges in table.edges.values():
            yield from (edge.stage // 2 for edge in edges if edge.stage // 2 < before and edge.causes)


def _lengths(timeline: Timeline, support: Support) -> list[Limit]:
    """The lengths of the clause's own definitions, then those of states, without repetition."""
    own: dict[Limit, None] = {}
    others: dict[Limit, None] = {}
    for definition in timeline.line.meaning.program.definitions:
        found = own if definition.clause == support.clause else others
        match definition:
            case Inertial(terms=terms):
                found |= dict.fromkeys(terms)
            case Recent(within=Limit() as limit) | Measure(within=Limit() as limit):
                found[limit] = None
            case Lasting(length=limit):
                found[limit] = None
            case Duty(rungs=rungs):
                limits = [limit for r in rungs for limit in (r.deadline, *r.sooner)]
                found |= {limit: None for limit in limits if isinstance(limit, Limit)}
                dated = [limit for limit in limits if isinstance(limit, DueDate)]
                found |= {d.length: None for d in dated if d.length is not None}
    return [*own, *others]


def day_text(timeline: Timeline, instant: Instant, *, whole: bool) -> str:
    """``2026-07-30, end of day, Los Angeles`` for the first instant of the next day, or the instant itself."""
    city = timeline.vocabulary.zone.rpartition("/")[2].replace("_", " ")
    calendar = timeline.vocabulary.calendar
    day = calendar.day_of(instant)
    if calendar.start_of_day(day) != instant:
        return f"{timeline.text(instant)}, {city}"
    if not whole:
        return f"{day.isoformat()}, start of day, {city}"
    return f"{calendar.day_of(instant - 1).isoformat()}, end of day, {city}"


def short_text(timeline: Timeline, instant: Instant) -> str:
    """A date where the instant is the first of its day."""
    calendar = timeline.vocabulary.calendar
    day = calendar.day_of(instant)
    return day.isoformat() if calendar.start_of_day(day) == instant else timeline.text(instant)


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
        case s.Through(s.Date() as date):
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

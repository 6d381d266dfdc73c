"""Counting local days on which something held."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from tenure.time.calendar import Calendar
from tenure.time.instant import Instant
from tenure.time.spans import Span, SpanSet
from tenure.time.zones import DAY, day_start

_ONE_DAY = timedelta(days=1)


def days_touched(
    spans: SpanSet, calendar: Calendar, start: Instant, end: Instant, *, throughout: bool = False
) -> int:
    """How many local days have an instant of ``spans`` that is in ``[start, end)``.

    With ``throughout`` a day counts only if all of it is in ``spans`` and in ``[start, end)``.  A day that
    the zone skipped never counts.  The cost grows with the spans, not with the days in them.
    """
    total = 0
    counted_to = date.min  # days before it are counted already: two spans may touch the same day
    for span in spans.clip(start, end):
        first, following = _whole_days(span, calendar) if throughout else _days_met(span, calendar)
        first = max(first, counted_to)
        if first < following:
            total += (following - first).days - _skipped_between(calendar.zone, first, following)
            counted_to = following
    return total


def _days_met(span: Span, calendar: Calendar) -> tuple[date, date]:
    """The first day that has an instant of a bounded span and the first day after all of those."""
    assert span.start is not None
    assert span.end is not None
    return _day_begun(calendar, span.start), _day_begun(calendar, span.end - 1) + _ONE_DAY


def _whole_days(span: Span, calendar: Calendar) -> tuple[date, date]:
    """The first day that begins in a bounded span and the first whose end is not in it."""
    assert span.start is not None
    assert span.end is not None
    first = _day_begun(calendar, span.start)
    if calendar.start_of_day(first) < span.start:
        first += _ONE_DAY
    return first, _day_begun(calendar, span.end)


def _day_begun(calendar: Calendar, instant: Instant) -> date:
    """The last day that has begun: the date on the wall, but where a midnight comes twice the later day."""
    day = calendar.day_of(instant)
    while calendar.start_of_day(day + _ONE_DAY) <= instant:
        day += _ONE_DAY
    return day


def _skipped_between(zone: str, first: date, following: date) -> int:
    years = range(first.year, following.year + 1)
    return sum(first <= day < following for year in years for day in _skipped_days(zone, year))


@lru_cache(maxsize=1 << 12)
def _skipped_days(zone: str, year: int) -> tuple[date, ...]:
    """The days of a year that never came in ``zone``, such as 2011-12-30 in Apia.

    A year with one is shorter by about a day than its dates say; only such a year is looked through.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (last - first).days
    if day_start(zone, last) - day_start(zone, first) > days * DAY - DAY // 2:
        return ()
    every = (first + timedelta(days=n) for n in range(days))
    return tuple(day for day in every if day_start(zone, day) == day_start(zone, day + _ONE_DAY))

"""Instants as callers give them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from tenure.diagnostics import TimeError
from tenure.time import Calendar, Duration, Instant, parse_moment

When = str | int | datetime | date
_LENGTH = re.compile(r"(\d+) +((?:business )?[a-z]+)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant_of(at: When, zone: str) -> Instant:
    """Text in ``zone``, a ``datetime`` (without an offset: in ``zone``), a ``date``, or integer microseconds."""
    if isinstance(at, bool):
        raise TimeError.of("TEN501", f"`{at}` is not a time", help='write it like "2031-06-01"')
    if isinstance(at, int):
        return at
    if isinstance(at, datetime) and at.tzinfo is not None:
        return (at - _EPOCH) // timedelta(microseconds=1)
    text = at if isinstance(at, str) else at.isoformat()
    return parse_moment(text, zone).instant


def length_of(within: str | Duration) -> Duration:
    """A length of time from text such as ``"30 days"`` or ``"2 weeks and 1 day"``; raises TEN804 for other text."""
    if isinstance(within, Duration):
        return within
    parts = [_LENGTH.fullmatch(part.strip()) for part in re.split(r",| and ", within)]
    found = Duration()
    for part in parts:
        if part is None:
            raise TimeError.of(
                "TEN804", f"`{within}` is not a length of time", help='write it like "30 days"'
            )
        found += Duration.of(int(part[1]), part[2])
    return found


def first_within(calendar: Calendar, end: Instant, length: Duration) -> Instant:
    """The first instant from which ``end`` is no further than ``length`` away."""
    step = 1
    while calendar.add(end - step, length) >= end:
        step *= 2
    low, high = end - step, end
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if calendar.add(middle, length) >= end else (middle, high)
    return high

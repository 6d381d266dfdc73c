"""Instants: what they are, how they are read and how they are written.

An instant is an ``int``: microseconds since 1970-01-01T00:00Z, without leap seconds.  Texts follow RFC 3339.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

from attrs import frozen

from tenure.diagnostics import TimeError
from tenure.time.zones import (
    HOUR,
    MAX_INSTANT,
    MIN_INSTANT,
    MINUTE,
    SECOND,
    aware_at,
    checked,
    day_start,
    first_instant_from,
    offsets,
    out_of_range,
    ticks_between,
    wall_at,
)

__all__ = [
    "HOUR",
    "MAX_INSTANT",
    "MINUTE",
    "MIN_INSTANT",
    "SECOND",
    "Instant",
    "Moment",
    "format_instant",
    "parse_moment",
]

Instant: TypeAlias = int
"""Microseconds since 1970-01-01T00:00Z."""

_EPOCH = datetime(1970, 1, 1)
_WRITABLE_EVERYWHERE = MIN_INSTANT + 24 * HOUR
_LEAP_SECOND = "leap seconds are not counted; write the second before or after it"
_RANGES = "months run to 12, days to the end of their month, hours to 23, minutes and seconds to 59"
_FORMS = (
    "write a date `2028-09-15`, a local time `2028-09-15T10:00`, or an instant with its offset"
    " `2028-09-15T10:00:00-07:00` or `2028-09-15T17:00:00Z`; at most six digits of a second"
)
_TEXT = re.compile(
    r"([0-9]{4}|[+-]?[0-9]{5,}|-[0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)
_DATE_LENGTH = len("2028-09-15")


@frozen
class Moment:
    """A time as someone wrote it: its instant, whether it was a bare date, and the text."""

    instant: Instant
    is_date: bool
    text: str


def parse_moment(text: str, zone: str) -> Moment:
    """Read an RFC 3339 instant, a local time of ``zone``, or a bare date of ``zone``.

    Seconds may be left out; their fraction has up to six digits.  Errors: TEN501 (no such form), TEN502 (no
    such day or hour), TEN503 (year), TEN504 (skipped in ``zone``), TEN505 (twice there), TEN506 (zone).
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        raise TimeError.of("TEN501", f"`{text}` is not a date or a time", help=_FORMS)
    if len(text) == _DATE_LENGTH:
        return Moment(_instant_of_date(text, zone), is_date=True, text=text)
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if hour is None:  # a year of more than four digits
        raise out_of_range(text)
    microsecond = int(fraction.ljust(6, "0")) if fraction else 0
    wall = _wall(text, (year, month, day, hour, minute, second or "0"), microsecond)
    if offset is None:
        return Moment(_instant_of_local(text, wall, zone), is_date=False, text=text)
    instant = checked(ticks_between(_EPOCH, wall) - _offset_ticks(text, offset))
    return Moment(instant, is_date=False, text=text)


def format_instant(instant: Instant, zone: str) -> str:
    """RFC 3339 in ``zone`` with a numeric offset; a fraction of six digits where it is not zero.

    RFC 3339 has no seconds in an offset.  Local mean times before standard time have them, so those instants
    are written in UTC with ``Z``, as are those of 0001-01-01, a day that a clock behind UTC puts in year 0.
    """
    if checked(instant) < _WRITABLE_EVERYWHERE:
        return _format_utc(instant)
    local = aware_at(zone, instant)
    offset = local.utcoffset()
    if offset is not None and offset.seconds % 60:
        return _format_utc(instant)
    return local.isoformat()


def _format_utc(instant: Instant) -> str:
    return wall_at("UTC", instant).isoformat() + "Z"


def _wall(text: str, parts: tuple[str, str, str, str, str, str], microsecond: int = 0) -> datetime:
    year, month, day, hour, minute, second = map(int, parts)
    if not 1 <= year <= 9999:
        raise out_of_range(text)
    try:
        return datetime(year, month, day, hour, minute, second, microsecond)
    except ValueError:
        advice = _LEAP_SECOND if second == 60 else _RANGES
        raise TimeError.of("TEN502", f"`{text}` does not exist", help=advice) from None


@lru_cache(maxsize=1 << 16)
def _instant_of_date(text: str, zone: str) -> Instant:
    day = _wall(text, (text[:4], text[5:7], text[8:], "0", "0", "0")).date()
    start = day_start(zone, day)
    if wall_at(zone, start).date() != day:
        raise _skipped(text, zone, start)
    return start


def _instant_of_local(text: str, wall: datetime, zone: str) -> Instant:
    before, after = offsets(zone, wall)
    naive = ticks_between(_EPOCH, wall)
    if after > before:
        raise _skipped(text, zone, first_instant_from(zone, wall))
    if after < before:
        first, second = (format_instant(naive - offset, zone) for offset in (before, after))
        raise TimeError.of(
            "TEN505",
            f"`{text}` exists twice in `{zone}`, where the clocks were put back",
            help=f"give the offset: `{first}` is the first, `{second}` the second",
        )
    return checked(naive - before)


def _skipped(text: str, zone: str, following: Instant) -> TimeError:
    return TimeError.of(
        "TEN504",
        f"`{text}` does not exist in `{zone}`, where the clocks were put forward over it",
        help=f"the next instant that exists is `{format_instant(following, zone)}`",
    )


def _offset_ticks(text: str, offset: str) -> int:
    if offset in "Zz":
        return 0
    hours, minutes = int(offset[1:3]), int(offset[4:])
    if hours > 23 or minutes > 59:
        raise TimeError.of("TEN502", f"`{text}` does not exist", help="an offset is at most 23:59")
    size = hours * HOUR + minutes * MINUTE
    return -size if offset[0] == "-" else size

"""Between ticks and the wall clock of a zone: the only module that asks for an offset.

A *wall* time is a ``datetime`` without ``tzinfo``.  A wall time may be missing (a gap: the clocks were put
forward) or come twice (an overlap: they were put back).  In both cases ``fold=0`` names the offset before the
change and ``fold=1`` the one after it (PEP 495), which is all that this module builds on.

The rules of a zone come from the time zone database of the machine or of the ``tzdata`` package, whichever
Python finds first; an update of that database can move instants of the future.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tenure.diagnostics import TimeError, did_you_mean

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.toordinal()
_MIDNIGHT = time()


def ticks_between(start: datetime, end: datetime) -> int:
    """Microseconds from ``start`` to ``end``, exactly."""
    return _ticks(end - start)


def _ticks(delta: timedelta) -> int:
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


MIN_INSTANT = ticks_between(_EPOCH, datetime(1, 1, 1))
"""The first tick of year 1, UTC."""

MAX_INSTANT = ticks_between(_EPOCH, datetime(9999, 12, 31))
"""The first tick of 9999-12-31, UTC: the last instant that every zone can still write with four digits."""


def out_of_range(what: str) -> TimeError:
    """The error for a time before year 1 or after year 9999."""
    return TimeError.of(
        "TEN503",
        f"`{what}` is outside the years 1 to 9999",
        help="use a year from 0001 to 9999; leave a limit out if it should never come",
    )


def checked(instant: int) -> int:
    """``instant`` itself when it is in range, else TEN503."""
    if MIN_INSTANT <= instant <= MAX_INSTANT:
        return instant
    raise out_of_range(f"instant {instant}")


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The zone of that name in the time zone database; TEN506 when there is none."""
    # `localtime` is whatever the machine is set to, and `right/` counts leap seconds.
    if name != "localtime" and not name.startswith(("right/", "posix/")):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    near = did_you_mean(name, available_timezones())
    raise TimeError.of(
        "TEN506",
        f"there is no time zone `{name}`",
        help=near or "use a name of the time zone database, such as `America/Los_Angeles` or `UTC`",
    )


def offsets(zone: str, wall: datetime) -> tuple[int, int]:
    """The offsets from UTC, in ticks, that ``wall`` has before and after a change of the clocks near it.

    They are equal for an ordinary wall time; the second is greater in a gap, smaller in an overlap.
    """
    aware = wall.replace(tzinfo=zone_named(zone))
    before, after = aware.utcoffset(), aware.replace(fold=1).utcoffset()
    assert before is not None  # a ZoneInfo always knows its offset
    assert after is not None
    return _ticks(before), _ticks(after)


def aware_at(zone: str, instant: int) -> datetime:
    """``instant`` as a ``datetime`` in ``zone``; TEN503 when that zone's clock leaves the years 1 to 9999."""
    try:
        return (_EPOCH_UTC + timedelta(microseconds=instant)).astimezone(zone_named(zone))
    except OverflowError:
        raise out_of_range(f"instant {instant}") from None


def wall_at(zone: str, instant: int) -> datetime:
    """What the clock on the wall shows at ``instant``."""
    return aware_at(zone, instant).replace(tzinfo=None, fold=0)


def first_instant_from(zone: str, wall: datetime) -> int:
    """The first instant whose wall clock shows ``wall`` or, for a time in a gap, the end of the gap."""
    before, after = offsets(zone, wall)
    naive = _ticks(wall - _EPOCH)
    if after <= before:
        return checked(naive - before)
    # The clocks changed somewhere in (naive - after, naive - before]; changes fall on whole seconds.
    early, late = (naive - after) // SECOND, -((before - naive) // SECOND)
    while late - early > 1:
        middle = (early + late) // 2
        if wall_at(zone, middle * SECOND) < wall:
            early = middle
        else:
            late = middle
    return checked(late * SECOND)


@lru_cache(maxsize=1 << 16)
def steady_offset(zone: str, utc_day: int) -> int | None:
    """The offset that ``zone`` keeps throughout a UTC day, counted from 1970, and the two days before it.

    ``None`` where the clocks change in those three days, or where they touch an end of time.  No clock was
    ever put back by more than a day, so a wall time of a steady day came only once.  This turns nearly all
    work on wall times into integer arithmetic; only days about a change of the clocks ask the zone itself.
    """
    start = utc_day * DAY
    if not MIN_INSTANT + 3 * DAY <= start <= MAX_INSTANT - 3 * DAY:
        return None
    samples = (start - 2 * DAY, start - DAY, start, start + DAY - 1)
    found = {aware_at(zone, instant).utcoffset() for instant in samples}
    offset = found.pop()
    return None if found or offset is None else _ticks(offset)


def day_start(zone: str, day: date) -> int:
    """The first instant of a local day; where the zone skipped the day, the next instant that exists."""
    number = day.toordinal() - _EPOCH_ORDINAL
    offset = steady_offset(zone, number)
    if offset is not None:
        return number * DAY - offset
    return _unsteady_day_start(zone, day)


@lru_cache(maxsize=1 << 12)
def _unsteady_day_start(zone: str, day: date) -> int:
    return first_instant_from(zone, _midnight(day))


def local_day(zone: str, instant: int) -> tuple[date, int | None]:
    """The date on the wall at ``instant`` and the ticks since 00:00: ``None`` at the day's first instant."""
    offset = steady_offset(zone, instant // DAY)
    if offset is not None:
        number, clock = divmod(instant + offset, DAY)
        return date.fromordinal(number + _EPOCH_ORDINAL), clock or None
    wall = wall_at(zone, instant)
    day = wall.date()
    return day, None if day_start(zone, day) == instant else ticks_between(_midnight(day), wall)


def instant_of(zone: str, day: date, clock: int) -> int:
    """The instant at which the wall shows ``day`` and ``clock`` ticks after 00:00.

    An overlap takes the first of the two.  A gap is read with the offset before it, which moves the time
    forward by the length of the gap: 02:30 becomes 03:30.
    """
    number = day.toordinal() - _EPOCH_ORDINAL
    naive = number * DAY + clock
    offset = steady_offset(zone, number)
    if offset is not None:
        utc_day = (naive - offset) // DAY
        if utc_day <= number or steady_offset(zone, utc_day) == offset:  # west of UTC an evening is a day on
            return naive - offset
    return checked(naive - offsets(zone, _midnight(day) + timedelta(microseconds=clock))[0])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, _MIDNIGHT)

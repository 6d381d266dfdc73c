"""The instants of limits: what the calendar makes of a length and an anchor (DESIGN §2)."""

from __future__ import annotations

from datetime import timedelta

from attrs import frozen

from tenure.logic.definitions import DueDate, Limit
from tenure.time import Calendar, Duration, Instant, format_instant


@frozen
class Limits:
    """Limits by one calendar."""

    calendar: Calendar

    def of(self, limit: Limit, tick: Instant) -> Instant:
        """The instant of ``limit`` for an anchor at ``tick``."""
        if limit.kind == "term":
            return self.calendar.add(tick, limit.length)
        return self.calendar.limit_within(tick, limit.length)

    def due(self, date: DueDate, value: Instant) -> Instant:
        """The instant of a limit whose date is ``value``."""
        tick = {"start": value, "end": self.end_of_day(value), "tick": value + 1}[date.at]
        return tick if date.length is None else self.of(date.length, tick)

    def earliest(self, limit: Limit, tick: Instant) -> Instant:
        """The first instant that ``no sooner than limit`` allows after an anchor at ``tick``."""
        if limit.kind == "term":
            return self.calendar.add(tick, limit.length)
        return self.calendar.no_sooner_than(tick, limit.length)

    def later(self, tick: Instant, length: Duration) -> Instant:
        """A limit put off by ``length``."""
        return self.calendar.add(tick, length)

    def end_of_day(self, tick: Instant) -> Instant:
        """The start of the day after that of ``tick``."""
        return self.calendar.start_of_day(self.calendar.day_of(tick) + timedelta(days=1))

    def put_off(self, tick: Instant, ticks: int) -> Instant:
        """A limit put off by ``ticks``; one that is a day's end stays a day's end, and is never cut short."""
        moved = tick + ticks
        is_day = self.calendar.start_of_day(self.calendar.day_of(tick)) == tick
        day = self.calendar.start_of_day(self.calendar.day_of(moved))
        return moved if not is_day or day == moved else self.end_of_day(moved)

    def written(self, tick: Instant) -> str:
        """``tick`` as text: its date where it is the first instant of a day."""
        day = self.calendar.day_of(tick)
        return (
            day.isoformat()
            if self.calendar.start_of_day(day) == tick
            else format_instant(tick, self.calendar.zone)
        )

"""The calendar of a contract: every rule that turns dates and durations into instants.

Adding a calendar duration keeps the wall time: 10:00 stays 10:00 over a change of the clocks.  The first
instant of a local day stays the first instant of a local day, also where that is not 00:00.  A wall time that
the clocks skip moves forward by the length of the gap; one that comes twice is the first.  Years and months
are added first, then weeks and days, then business days, then the clock part to the tick.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from attrs import field, frozen

from tenure.diagnostics import TimeError
from tenure.time.business import BusinessCalendar
from tenure.time.civil import CivilDate
from tenure.time.duration import Duration
from tenure.time.instant import Instant
from tenure.time.zones import checked, day_start, instant_of, local_day, out_of_range, zone_named

MonthEnd: TypeAlias = Literal["last_day", "next_day", "error"]

_ONE_DAY = timedelta(days=1)


@frozen
class Calendar:
    """Zone, month-end policy and business days.

    ``month_end`` says what one month after 31 January is: ``last_day`` the last of February, ``next_day``
    1 March, ``error`` nothing until the contract says so.  An unknown zone is TEN506.
    """

    zone: str = field()
    month_end: MonthEnd = "error"
    business: BusinessCalendar | None = None

    @zone.validator
    def _zone_exists(self, _attribute: object, zone: str) -> None:
        zone_named(zone)

    def start_of_day(self, day: date) -> Instant:
        """The first instant of a local day; where the zone skipped the day, the next instant that exists."""
        return day_start(self.zone, day)

    def day_of(self, instant: Instant) -> date:
        """The date on the wall at ``instant``.

        Where clocks are put back over a midnight, as in St John's until 2011, the hour after the start of a
        day shows the day before once more; that hour has the date on the wall, not the day already begun.
        """
        return local_day(self.zone, instant)[0]

    def start_of(self, civil: CivilDate) -> Instant:
        """The limit of `until X` and `before X`: the first instant of a year, quarter, month or day."""
        return self.start_of_day(civil.first_day())

    def end_of(self, civil: CivilDate) -> Instant:
        """The limit of `through X`: the first instant of what follows it."""
        return self.start_of_day(civil.following_day())

    def add(self, instant: Instant, duration: Duration) -> Instant:
        """The end of the term `for DURATION` from ``instant``.

        Errors: TEN503 (past year 9999), TEN508 (no month-end policy), TEN509 and TEN514 (business days).
        """
        if duration.is_civil:
            day, clock = local_day(self.zone, instant)
            moved = self.shift(day, duration)
            if clock is None:
                instant = self.start_of_day(moved)
            else:
                instant = instant_of(self.zone, datetime.combine(moved, clock))
        return checked(instant + duration.ticks)

    def limit_within(self, instant: Instant, duration: Duration) -> Instant:
        """The limit of `within DURATION` of an event at ``instant``: in time means before it.

        The event's own day does not count and the last day counts whole.  A duration with a clock part, or of
        exact days, is counted to the tick instead, and its last tick is still in time.
        """
        if duration.ticks or not duration.is_civil:
            return checked(self.add(instant, duration) + 1)
        last = self.shift(self.day_of(instant), duration)
        return self.start_of_day(self._forward(last, 1, duration))

    def no_sooner_than(self, instant: Instant, duration: Duration) -> Instant:
        """The first instant allowed by `no sooner than DURATION` after an event at ``instant``.

        It is the start of the last day that `within` the same duration would allow, so the two together leave
        exactly that day; with a clock part or exact days, exactly that tick.
        """
        if duration.ticks or not duration.is_civil:
            return self.add(instant, duration)
        return self.start_of_day(self.shift(self.day_of(instant), duration))

    def shift(self, day: date, duration: Duration) -> date:
        """``day`` moved by the calendar part of ``duration``, on the calendar alone."""
        months = 12 * duration.years + duration.months
        if months:
            day = self._add_months(day, months, duration)
        if not duration.exact:
            day = self._forward(day, 7 * duration.weeks + duration.days, duration)
        if duration.business_days:
            day = self._add_business_days(day, duration)
        return day

    def _forward(self, day: date, count: int, duration: Duration) -> date:
        try:
            return day + count * _ONE_DAY
        except OverflowError:
            raise out_of_range(f"{day} and {duration}") from None

    def _add_months(self, day: date, count: int, duration: Duration) -> date:
        year, month = divmod(12 * day.year + day.month - 1 + count, 12)
        if not 1 <= year <= 9999:
            raise out_of_range(f"{day} and {duration}")
        last = monthrange(year, month + 1)[1]
        if day.day <= last:
            return date(year, month + 1, day.day)
        if self.month_end == "error":
            raise TimeError.of(
                "TEN508",
                f"`{duration}` after {day} would be day {day.day} of a month of {last} days",
                help="declare the contract's `month end`: `last_day` or `next_day`",
            )
        end = date(year, month + 1, last)
        return end if self.month_end == "last_day" else end + _ONE_DAY

    def _add_business_days(self, day: date, duration: Duration) -> date:
        if self.business is None:
            raise TimeError.of(
                "TEN509",
                f"`{duration}` needs to know which days are business days",
                help="declare the contract's business calendar",
            )
        try:
            return self.business.shift(day, duration.business_days)
        except OverflowError:
            raise out_of_range(f"{day} and {duration}") from None

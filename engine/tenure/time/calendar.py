"""The calendar of a contract: every rule that turns dates and durations into instants.

Adding a calendar duration keeps the wall time: 10:00 stays 10:00 over a change of the clocks.  The first
instant of a local day stays the first instant of a local day, also where that is not 00:00.  A wall time that
the clocks skip moves forward by the length of the gap; one that comes twice is the first.  Years and months
are added first, then weeks and days, then business days, then the clock part to the tick.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias

from attrs import field, frozen

from tenure.diagnostics import TimeError
from tenure.time.business import BusinessCalendar
from tenure.time.civil import CivilDate
from tenure.time.duration import Duration
from tenure.time.instant import Instant
from tenure.time.periods import MonthDay, PeriodName, Periods, checked_month_day
from tenure.time.zones import checked, day_start, instant_of, local_day, out_of_range, zone_named

MonthEnd: TypeAlias = Literal["last_day", "next_day", "error"]

_ONE_DAY = timedelta(days=1)


@frozen(cache_hash=True)  # calendars and durations are keys of the caches below
class Calendar:
    """Zone, month-end policy, business days and the month and day on which a fiscal year ends.

    ``month_end`` says what one month after 31 January is: ``last_day`` the last of February, ``next_day``
    1 March, ``error`` nothing until the contract says so.  An unknown zone is TEN506; an end of the fiscal
    year that no year has is TEN502.
    """

    zone: str = field()
    month_end: MonthEnd = "error"
    business: BusinessCalendar | None = None
    fiscal_year_end: MonthDay | None = field(default=None)

    @fiscal_year_end.validator
    def _fiscal_year_end_exists(self, _attribute: object, end: MonthDay | None) -> None:
        if end is not None:
            checked_month_day(*end)

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
        return self.start_of_day(civil.first_day(self.fiscal_year_end))

    def end_of(self, civil: CivilDate) -> Instant:
        """The limit of `through X`: the first instant of what follows it."""
        return self.start_of_day(civil.following_day(self.fiscal_year_end))

    def end_of_quarter(self, day: date) -> Instant:
        """The first instant after the civil quarter that ``day`` is in."""
        return self._end_of_period("quarter", day)

    def fiscal_year_of(self, day: date) -> int:
        """The fiscal year of ``day``, named after the year in which it ends; TEN515 where undeclared."""
        years = Periods.named("fiscal year", self.fiscal_year_end)
        return day.year + (years.number(day) - years.number(day.replace(month=1, day=1)))

    def end_of_fiscal_year(self, day: date) -> Instant:
        """The first instant after the fiscal year that ``day`` is in; TEN515 where undeclared."""
        return self._end_of_period("fiscal year", day)

    def _end_of_period(self, name: PeriodName, day: date) -> Instant:
        periods = Periods.named(name, self.fiscal_year_end)
        try:
            return self.start_of_day(periods.first(periods.number(day) + 1))
        except OverflowError:
            raise out_of_range(f"the end of the {name} of {day}") from None

    def add(self, instant: Instant, duration: Duration) -> Instant:
        """The end of the term `for DURATION` from ``instant``.

        Errors: TEN503 (past year 9999), TEN508 (no month-end policy), TEN509 and TEN514 (business days).
        """
        if duration.is_civil:
            day, clock = local_day(self.zone, instant)
            moved = _shifted(self, day, duration)
            instant = day_start(self.zone, moved) if clock is None else instant_of(self.zone, moved, clock)
        return checked(instant + duration.ticks)

    def limit_within(self, instant: Instant, duration: Duration) -> Instant:
        """The limit of `within DURATION` of an event at ``instant``: in time means before it.

        The event's own day does not count and the last day counts whole.  A duration with a clock part, or of
        exact days, is counted to the tick instead, and its last tick is still in time.
        """
        if duration.ticks or not duration.is_civil:
            return checked(self.add(instant, duration) + 1)
        return _limit_of_day(self, local_day(self.zone, instant)[0], duration)

    def no_sooner_than(self, instant: Instant, duration: Duration) -> Instant:
        """The first instant allowed by `no sooner than DURATION` after an event at ``instant``.

        It is the start of the last day that `within` the same duration would allow, so the two together leave
        exactly that day; with a clock part or exact days, exactly that tick.
        """
        if duration.ticks or not duration.is_civil:
            return self.add(instant, duration)
        return self.start_of_day(_shifted(self, self.day_of(instant), duration))

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
        end = date(year, month + 1, last)
        missing = f"`{duration}` after {day} would be day {day.day} of a month of {last} days"
        return end if self.month_end_for(missing) == "last_day" else self._forward(end, 1, duration)

    def month_end_for(self, missing: str) -> Literal["last_day", "next_day"]:
        """The policy for a day that a period lacks; without one TEN508, with ``missing`` as its message."""
        if self.month_end == "error":
            help = "declare the contract's `month end`: `last_day` or `next_day`"
            raise TimeError.of("TEN508", missing, help=help)
        return self.month_end

    def _add_business_days(self, day: date, duration: Duration) -> date:
        return self.business_day(day, duration.business_days, str(duration))

    def business_day(self, day: date, count: int, what: str) -> date:
        """The ``count``-th business day after ``day``, or before it; ``what`` asks for it, as errors say.

        Errors: TEN503 (outside the years 1 to 9999), TEN509 (no business calendar), TEN514 (not covered).
        """
        if self.business is None:
            raise TimeError.of(
                "TEN509",
                f"`{what}` needs to know which days are business days",
                help="declare the contract's business calendar",
            )
        try:
            return self.business.shift(day, count)
        except OverflowError:
            raise out_of_range(f"{day} and {what}") from None


@lru_cache(maxsize=1 << 16)
def _shifted(calendar: Calendar, day: date, duration: Duration) -> date:
    """Histories ask for the same few days and durations again and again."""
    return calendar.shift(day, duration)


@lru_cache(maxsize=1 << 16)
def _limit_of_day(calendar: Calendar, day: date, duration: Duration) -> Instant:
    """The limit of `within DURATION` of any event of ``day``."""
    last = calendar.shift(day, duration)
    return calendar.start_of_day(calendar._forward(last, 1, duration))

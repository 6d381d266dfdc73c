"""Rules by which civil dates recur: the four kinds of which a recurrence is one.

A rule numbers its days.  ``number(day)`` is the period of ``day``: the rule's days of later numbers come
after it, and those of earlier numbers before it, unless the month-end policy carries one into the next
period.  Days never go back as numbers go up.  Outside the years 1 to 9999 a rule raises ``OverflowError`` or TEN503.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, Protocol, TypeAlias, get_args

from attrs import frozen

from tenure.time.calendar import Calendar
from tenure.time.duration import Duration
from tenure.time.periods import PeriodName, Periods

Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DayName: TypeAlias = Literal["day", "business day"] | Weekday

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)

_ONE_DAY = timedelta(days=1)


class Rule(Protocol):
    """What a recurrence asks of its rule."""

    def number(self, day: date, calendar: Calendar, /) -> int:
        """The number of the period that ``day`` is in."""

    def day(self, number: int, calendar: Calendar, /) -> date:
        """The rule's day of that number."""


@frozen
class Each:
    """``each monday``, ``each business day``, ``each day``."""

    name: DayName

    def number(self, day: date, _calendar: Calendar) -> int:
        """Weeks for a weekday, else days."""
        if self.name in WEEKDAYS:
            return (day.toordinal() - 1 - WEEKDAYS.index(self.name)) // 7
        return day.toordinal()

    def day(self, number: int, calendar: Calendar) -> date:
        """The weekday of that week; for business days the first on or after that day."""
        if self.name in WEEKDAYS:
            return date.min + timedelta(days=7 * number + WEEKDAYS.index(self.name))
        return _nth_from(self.name, date.min + timedelta(days=number - 1), 1, calendar)

    def __str__(self) -> str:
        return f"each {self.name}"


@frozen
class Nth:
    """``day 15 of each month``, ``business day 3 of each quarter``; ``nth`` ``None`` is the last of each."""

    name: DayName
    nth: int | None
    period: PeriodName

    def number(self, day: date, calendar: Calendar) -> int:
        """The number of the period."""
        return Periods.named(self.period, calendar.fiscal_year_end).number(day)

    def day(self, number: int, calendar: Calendar) -> date:
        """Counted from the first of the period; one that it lacks is for the month-end policy, or TEN508."""
        periods = Periods.named(self.period, calendar.fiscal_year_end)
        first, last = periods.first(number), periods.last(number)
        if self.nth is None:
            return _last_to(self.name, last, calendar)
        found = _nth_from(self.name, first, self.nth, calendar)
        if found <= last:
            return found
        if calendar.month_end_for(f"there is no `{self}` from {first} to {last}") == "last_day":
            return _last_to(self.name, last, calendar)
        return _nth_from(self.name, last + _ONE_DAY, 1, calendar)

    def __str__(self) -> str:
        place = f"last {self.name}" if self.nth is None else f"{self.name} {self.nth}"
        return f"{place} of each {self.period}"


@frozen
class Yearly:
    """``06-30 of each year``; 29 February of a common year is for the month-end policy, or TEN508."""

    month: int
    day_of_month: int

    def number(self, day: date, _calendar: Calendar) -> int:
        """The year."""
        return day.year

    def day(self, number: int, calendar: Calendar) -> date:
        """That day of the year."""
        first = Periods(12).first(number)
        if (self.month, self.day_of_month) != (2, 29) or _is_leap(number):
            return first.replace(month=self.month, day=self.day_of_month)
        policy = calendar.month_end_for(f"there is no `{self}` in {number}")
        return first.replace(month=2, day=28) if policy == "last_day" else first.replace(month=3)

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day_of_month:02} of each year"


@frozen
class Every:
    """``every 2 weeks from 2026-01-05``: the anchor is the first; each is counted from it, so none drifts."""

    length: Duration
    anchor: date

    def number(self, day: date, _calendar: Calendar) -> int:
        """Whole lengths since the anchor, by the calendar month where the length is in months."""
        if months := self._months:
            passed = 12 * (day.year - self.anchor.year) + day.month - self.anchor.month
            return passed // months
        return (day - self.anchor).days // self._days

    def day(self, number: int, calendar: Calendar) -> date:
        """The anchor moved by ``number`` lengths; the anchor itself for numbers below."""
        count = max(0, number)
        return calendar.shift(self.anchor, Duration(months=count * self._months, days=count * self._days))

    @property
    def _months(self) -> int:
        return 12 * self.length.years + self.length.months

    @property
    def _days(self) -> int:
        return 7 * self.length.weeks + self.length.days

    def __str__(self) -> str:
        return f"every {self.length} from {self.anchor}"


def _nth_from(name: DayName, day: date, nth: int, calendar: Calendar) -> date:
    """The ``nth`` day of that name, from ``day`` on and counting it."""
    if name == "business day":
        return calendar.business_day(day - _ONE_DAY, nth, "business day")
    if name == "day":
        return day + timedelta(days=nth - 1)
    return day + timedelta(days=(WEEKDAYS.index(name) - day.weekday()) % 7 + 7 * (nth - 1))


def _last_to(name: DayName, day: date, calendar: Calendar) -> date:
    """The last day of that name up to ``day``, which may be it."""
    if name == "business day":
        return calendar.business_day(day + _ONE_DAY, -1, "business day")
    if name == "day":
        return day
    return day - timedelta(days=(day.weekday() - WEEKDAYS.index(name)) % 7)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

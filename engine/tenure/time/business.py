"""Business calendars: which days count as business days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, date, timedelta
from importlib import import_module
from typing import Protocol

from attrs import field, frozen

from tenure.diagnostics import TimeError, did_you_mean

_SATURDAY, _SUNDAY = 5, 6


@frozen
class BusinessCalendar:
    """The days that count: those outside the weekend that are no holidays, and weekend days that are worked.

    ``weekend`` holds weekdays, Monday being 0.  ``years`` are the years that the lists cover, first and last;
    ``None`` takes them to cover every year.  A question about any other year is an error, never a guess.
    """

    name: str
    holidays: frozenset[date] = field(default=frozenset(), repr=False)
    weekend: frozenset[int] = frozenset({_SATURDAY, _SUNDAY})
    worked: frozenset[date] = field(default=frozenset(), repr=False)
    years: tuple[int, int] | None = None

    _days: dict[int, list[date]] = field(factory=dict, init=False, eq=False, repr=False)

    def is_business_day(self, day: date) -> bool:
        """Whether ``day`` counts; TEN514 when its year is not covered."""
        self._check_covered(day.year)
        if day.weekday() in self.weekend:
            return day in self.worked
        return day not in self.holidays

    def shift(self, day: date, count: int) -> date:
        """The ``count``-th business day after ``day``, or before it where ``count`` is negative.

        ``day`` itself never counts.  Steps from year to year, not from day to day.  TEN514 where it leads
        into a year that is not covered; ``OverflowError`` outside the years 1 to 9999.
        """
        if count == 0:
            return day
        step = 1 if count > 0 else -1
        _ = day + timedelta(days=count)  # at least so many days pass: an overflow shows at once
        day += timedelta(days=step)
        days = self._days_of(day.year)
        # `place` counts from the year's first business day, and may lie before it or after its last.
        place = bisect_left(days, day) + count - 1 if count > 0 else bisect_right(days, day) + count
        year = day.year
        while place < 0:
            year -= 1
            days = self._days_of(year)
            place += len(days)
        while place >= len(days):
            place -= len(days)
            year += 1
            days = self._days_of(year)
        return days[place]

    def _days_of(self, year: int) -> list[date]:
        """The business days of a year in order, listed when first asked for."""
        if year not in self._days:
            if not MINYEAR <= year <= MAXYEAR:
                raise OverflowError(f"year {year}")
            self._check_covered(year)
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            every = map(date.fromordinal, range(first, last + 1))
            self._days[year] = [day for day in every if self.is_business_day(day)]
        return self._days[year]

    def _check_covered(self, year: int) -> None:
        if self.years is not None and not self.years[0] <= year <= self.years[1]:
            raise TimeError.of(
                "TEN514",
                f"the business calendar `{self.name}` does not cover {year}",
                help=f"it covers {self.years[0]} to {self.years[1]}; give a calendar for more years",
            )


class _HolidayTable(Protocol):
    """What this module asks of an object of the `holidays` package."""

    def is_working_day(self, key: date) -> bool: ...


def business_calendar(name: str, years: Iterable[int]) -> BusinessCalendar:
    """The calendar of a country (``US``), a part of one (``US-CA``) or a financial market (``NYSE``).

    ``years`` are the years to cover; every year between the first and the last is covered too.  Needs the
    `holidays` package (TEN510); TEN511 where that does not know the name.
    """
    first, last = _ends(years)
    table = _holiday_table(name, range(first, last + 1))
    weekend = frozenset({_SATURDAY, _SUNDAY})
    closed, worked = set(), set()
    for ordinal in range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        works = table.is_working_day(day)
        if works and day.weekday() in weekend:
            worked.add(day)
        elif not works and day.weekday() not in weekend:
            closed.add(day)
    return BusinessCalendar(name, frozenset(closed), weekend, frozenset(worked), (first, last))


def _ends(years: Iterable[int]) -> tuple[int, int]:
    covered = sorted(years)
    if not covered:
        raise ValueError("a business calendar needs at least one year to cover")
    return covered[0], covered[-1]


def _holiday_table(name: str, years: range) -> _HolidayTable:
    try:
        holidays = import_module("holidays")  # optional, and slow to load
    except ImportError:
        raise TimeError.of(
            "TEN510",
            f"the business calendar `{name}` needs the package `holidays`",
            help="install the extra `tenure[calendars]`",
        ) from None
    countries, markets = holidays.list_supported_countries(), holidays.list_supported_financial()
    country, _, part = name.partition("-")
    table: _HolidayTable
    if name in markets:
        table = holidays.financial_holidays(name, years=years)
    elif name in countries or part in countries.get(country, ()):
        table = holidays.country_holidays(country, subdiv=part or None, years=years)
    else:
        parts = (f"{country}-{known}" for known in countries.get(country, ()))
        raise TimeError.of(
            "TEN511",
            f"there is no business calendar `{name}`",
            help=did_you_mean(name, [*parts, *countries, *markets])
            or "give a country such as `US`, a part of one such as `US-CA`, or a market such as `NYSE`",
        )
    return table

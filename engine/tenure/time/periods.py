"""Periods: how a calendar is cut into weeks, months, quarters and years, civil and fiscal.

The periods of one length are numbered, so that the period of a day and the first day of a period are plain
arithmetic.  Outside the years 1 to 9999 they raise ``OverflowError``; their callers know what was asked.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Literal, Self, TypeAlias

from attrs import frozen

from tenure.diagnostics import TimeError

MonthDay: TypeAlias = tuple[int, int]
"""A month and a day of it.  As an end of the fiscal year, 28 and 29 February both mean the last."""

PeriodName: TypeAlias = Literal["week", "month", "quarter", "year", "fiscal quarter", "fiscal year"]

LONGEST: dict[PeriodName, int] = {
    "week": 7,
    "month": 31,
    "quarter": 92,
    "year": 366,
    "fiscal quarter": 92,
    "fiscal year": 366,
}
"""The most days that a period of each name has."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_CIVIL_START: MonthDay = (1, 1)


@frozen
class Periods:
    """All periods of one length: ``months`` long, zero for weeks, counted from ``start`` of each year."""

    months: int
    start: MonthDay = _CIVIL_START

    @classmethod
    def named(cls, name: PeriodName, fiscal_year_end: MonthDay | None) -> Self:
        """The periods of that name; TEN515 for fiscal ones when no end of the fiscal year is given."""
        if name == "week":
            return cls(0)
        months = _MONTHS[name.removeprefix("fiscal ")]
        if not name.startswith("fiscal"):
            return cls(months)
        return cls(months, _fiscal_start(name, fiscal_year_end))

    def number(self, day: date) -> int:
        """The number of the period that ``day`` is in."""
        if not self.months:
            return (day.toordinal() - 1) // 7  # 0001-01-01 was a Monday
        begun = day.day >= _clipped(day.year, day.month, self.start[1])
        return (12 * day.year + day.month - self.start[0] - (not begun)) // self.months

    def first(self, number: int) -> date:
        """The first day of a period."""
        if not self.months:
            return date.min + timedelta(weeks=number)
        year, month = divmod(number * self.months + self.start[0] - 1, 12)
        if not MINYEAR <= year <= MAXYEAR:
            raise OverflowError(f"year {year}")
        return date(year, month + 1, _clipped(year, month + 1, self.start[1]))

    def last(self, number: int) -> date:
        """The last day of a period; an overflow where the next would begin after year 9999."""
        return self.first(number + 1) - timedelta(days=1)


def checked_month_day(month: int, day: int) -> MonthDay:
    """A month and a day that some year has; TEN502 for any other."""
    if 1 <= month <= 12 and 1 <= day <= _clipped(2000, month, 31):
        return month, day
    raise TimeError.of(
        "TEN502",
        f"`{month:02}-{day:02}` does not exist",
        help="months run from 01 to 12, days to the end of their month",
    )


def _fiscal_start(name: str, fiscal_year_end: MonthDay | None) -> MonthDay:
    if fiscal_year_end is None:
        raise TimeError.of(
            "TEN515",
            f"a `{name}` needs to know when the fiscal year ends",
            help="declare it at the head of the contract, such as `fiscal year ends 06-30`",
        )
    month, day = fiscal_year_end
    if day < _clipped(2001, month, 31):
        return month, day + 1
    return month % 12 + 1, 1


def _clipped(year: int, month: int, day: int) -> int:
    """``day``, or the last day of the month where that is sooner."""
    return min(day, monthrange(year, month)[1])

"""Civil dates: a year, a quarter, a month or a day on the calendar, or a fiscal year, in no zone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal, Self, TypeAlias

from attrs import frozen

from tenure.diagnostics import TimeError
from tenure.time.periods import MonthDay, Periods
from tenure.time.zones import out_of_range

Precision: TypeAlias = Literal["year", "fiscal year", "quarter", "month", "day"]

_TEXT = re.compile(r"(FY(?=[0-9]+$))?([0-9]{4,})(?:-Q([0-9])|-([0-9]{2})(?:-([0-9]{2}))?)?")


@frozen
class CivilDate:
    """A period of the calendar, as exact as its text: ``2032``, ``2032-Q3``, ``2032-05``, ``2032-05-01``.

    ``FY2032`` is the fiscal year that ends in 2032; where it begins and ends, the contract says.
    """

    year: int
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    fiscal: bool = False

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.year <= 9999:
            raise out_of_range(str(self))
        if (self.day is not None and self.month is None) or (self.quarter and self.month):
            raise _missing(self)
        if self.fiscal and (self.month is not None or self.quarter is not None):
            raise _missing(self)
        if self.quarter is not None and not 1 <= self.quarter <= 4:
            raise _missing(self)
        try:
            date(self.year, self._first_month(), 1 if self.day is None else self.day)
        except ValueError:
            raise _missing(self) from None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one of the five forms.  Errors: TEN501 (form), TEN502 (no such period), TEN503 (year)."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise TimeError.of(
                "TEN501",
                f"`{text}` is not a date",
                help="write a year `2032`, a fiscal year `FY2032`, a quarter `2032-Q3`, a month `2032-05` or"
                " a day `2032-05-01`",
            )
        fiscal, year, *parts = found.groups()
        quarter, month, day = (None if part is None else int(part) for part in parts)
        return cls(int(year), month, day, quarter, fiscal is not None)

    @property
    def precision(self) -> Precision:
        """The length of the period."""
        if self.fiscal:
            return "fiscal year"
        if self.day is not None:
            return "day"
        if self.month is not None:
            return "month"
        return "year" if self.quarter is None else "quarter"

    def first_day(self, fiscal_year_end: MonthDay | None = None) -> date:
        """The first day of the period; TEN515 for a fiscal year without ``fiscal_year_end``."""
        if self.day is not None:
            return date(self.year, self._first_month(), self.day)
        periods, number = self._period(fiscal_year_end)
        try:
            return periods.first(number)
        except OverflowError:
            raise out_of_range(f"the first day of {self}") from None

    def following_day(self, fiscal_year_end: MonthDay | None = None) -> date:
        """The first day after the period; TEN503 when that is in year 10000, TEN515 as for the first."""
        try:
            if self.day is not None:
                return self.first_day() + timedelta(days=1)
            periods, number = self._period(fiscal_year_end)
            return periods.first(number + 1)
        except OverflowError:
            raise out_of_range(f"the day after {self}") from None

    def _period(self, fiscal_year_end: MonthDay | None) -> tuple[Periods, int]:
        """The periods of its length and its number among them."""
        precision = self.precision
        assert precision != "day"
        periods = Periods.named(precision, fiscal_year_end)
        # The fiscal year that 1 January is in is the one that ends in that year.
        return periods, periods.number(date(self.year, self._first_month(), 1))

    def _first_month(self) -> int:
        if self.quarter is not None:
            return 3 * self.quarter - 2
        return 1 if self.month is None else self.month

    def __str__(self) -> str:
        parts = [f"FY{self.year:04}" if self.fiscal else f"{self.year:04}"]
        if self.quarter is not None:
            parts.append(f"Q{self.quarter}")
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


def _missing(civil: CivilDate) -> TimeError:
    return TimeError.of(
        "TEN502",
        f"`{civil}` does not exist",
        help="months run from 01 to 12, quarters from Q1 to Q4, days to the end of their month",
    )

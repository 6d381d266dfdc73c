"""Recurrences: civil dates that come again and again, such as the last business day of each month."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, Self, TypeAlias, cast

from attrs import evolve, frozen

from tenure.diagnostics import TimeError
from tenure.time.calendar import Calendar
from tenure.time.civil import CivilDate
from tenure.time.duration import Duration
from tenure.time.instant import Instant
from tenure.time.periods import LONGEST, MonthDay, PeriodName, checked_month_day
from tenure.time.rules import WEEKDAYS, DayName, Each, Every, Nth, Rule, Yearly
from tenure.time.zones import out_of_range

Roll: TypeAlias = Literal["next", "previous"]

_ONE_DAY = timedelta(days=1)

_DAY = rf"(?P<name>(?:business )?day|{'|'.join(WEEKDAYS)})"
_PERIOD = rf"of each (?P<period>{'|'.join(LONGEST)})"
_ROLL = r"(?: or (?P<roll>next|previous) business day)?"
_EACH = re.compile(rf"each {_DAY}{_ROLL}")
_LAST = re.compile(rf"last {_DAY} {_PERIOD}{_ROLL}")
_NTH = re.compile(rf"{_DAY} (?P<nth>[0-9]{{1,6}}) {_PERIOD}{_ROLL}")
_YEARLY = re.compile(rf"(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}}) of each year{_ROLL}")
_EVERY = re.compile(rf"every (?P<count>[0-9]{{1,6}}) (?P<unit>[a-z]+) from (?P<anchor>[0-9-]+){_ROLL}")
_FORMS = (
    "write `day 1 of each month`, `last business day of each month`, `business day 3 of each quarter`, `each"
    " monday`, `06-30 of each year`, `last day of each fiscal year` or `every 2 weeks from 2026-01-05`"
)


@frozen
class Recurrence:
    """A rule of days; ``roll`` moves a day that is no business day to the next or the previous one.

    The days are those of the calendar that is asked about: its zone, month-end policy and business days.
    """

    rule: Rule
    roll: Roll | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the notation, its words in any case.

        The forms are ``each DAY``, ``DAY N of each PERIOD``, ``last DAY of each PERIOD``, ``MM-DD of each
        year`` and ``every N UNIT from DATE``; any of them may end in ``or next business day`` or in ``or
        previous business day``.  DAY is ``day``, ``business day`` or a weekday; PERIOD ``week``, ``month``,
        ``quarter``, ``year``, ``fiscal quarter`` or ``fiscal year``; UNIT ``days``, ``weeks``, ``months``,
        ``quarters`` or ``years``.

        Errors: TEN502 (no such day), TEN507 (every 0), TEN512 (no such unit), TEN516 (form), those of a date.
        """
        words = " ".join(text.lower().split())
        for form, rule in _READERS:
            if found := form.fullmatch(words):
                parts = found.groupdict()
                return cls(rule(words, parts), cast("Roll | None", parts["roll"]))
        raise _no_form(text)

    def __str__(self) -> str:
        return str(self.rule) if self.roll is None else f"{self.rule} or {self.roll} business day"

    def next_after(
        self, instant: Instant, calendar: Calendar, fiscal_year_end: MonthDay | None = None
    ) -> Instant:
        """The start of the first such day that starts after ``instant``.

        ``fiscal_year_end`` stands in for that of the calendar.  Errors: TEN503 (past year 9999), TEN508 (no
        month-end policy), TEN509 and TEN514 (business days), TEN515 (no end of the fiscal year).
        """
        if fiscal_year_end is not None:
            calendar = evolve(calendar, fiscal_year_end=fiscal_year_end)
        day = calendar.day_of(instant)
        try:
            number = self._number_from(day + _ONE_DAY, calendar)  # whatever starts later is on a later day
            while (start := calendar.start_of_day(self._day(number, calendar))) <= instant:
                number += 1
        except OverflowError:
            raise out_of_range(f"{self} after {day}") from None
        return start

    def first_from(
        self, instant: Instant, calendar: Calendar, fiscal_year_end: MonthDay | None = None
    ) -> Instant:
        """The start of the first such day that starts at ``instant`` or after it; errors as above."""
        return self.next_after(instant - 1, calendar, fiscal_year_end)

    def occurrences(
        self, start: Instant, end: Instant, calendar: Calendar, fiscal_year_end: MonthDay | None = None
    ) -> Iterator[Instant]:
        """The starts of all such days in ``[start, end)``, in order and each once; errors as above."""
        if fiscal_year_end is not None:
            calendar = evolve(calendar, fiscal_year_end=fiscal_year_end)
        if start < end:
            found = self.first_from(start, calendar)
            while found < end:
                yield found
                found = self.next_after(found, calendar)

    def _number_from(self, day: date, calendar: Calendar) -> int:
        """A number all before which are before ``day``; it is at most a few too low."""
        number = self.rule.number(day, calendar)
        if calendar.month_end == "next_day":
            number -= 1  # the one of the period before may have been carried into this one
        if self.roll is not None:
            while number > 0 and self._day(number, calendar) >= day:
                number -= 1
        return number

    def _day(self, number: int, calendar: Calendar) -> date:
        day = self.rule.day(number, calendar)
        if self.roll is None:
            return day
        if self.roll == "next":
            return calendar.business_day(day - _ONE_DAY, 1, str(self))
        return calendar.business_day(day + _ONE_DAY, -1, str(self))


def _each(_text: str, parts: dict[str, str]) -> Rule:
    return Each(cast(DayName, parts["name"]))


def _last(_text: str, parts: dict[str, str]) -> Rule:
    return Nth(cast(DayName, parts["name"]), None, cast(PeriodName, parts["period"]))


def _nth(text: str, parts: dict[str, str]) -> Rule:
    name, nth, period = cast(DayName, parts["name"]), int(parts["nth"]), cast(PeriodName, parts["period"])
    most = -(-LONGEST[period] // 7) if name in WEEKDAYS else LONGEST[period]
    if not 1 <= nth <= most:
        raise TimeError.of("TEN502", f"`{text}` does not exist", help=f"the number runs from 1 to {most}")
    return Nth(name, nth, period)


def _yearly(_text: str, parts: dict[str, str]) -> Rule:
    return Yearly(*checked_month_day(int(parts["month"]), int(parts["day"])))


def _every(text: str, parts: dict[str, str]) -> Rule:
    length, anchor = Duration.of(int(parts["count"]), parts["unit"]), CivilDate.parse(parts["anchor"])
    if not length.is_civil or anchor.day is None:
        raise _no_form(text)
    return Every(length, anchor.first_day())


_READERS = ((_EACH, _each), (_LAST, _last), (_NTH, _nth), (_YEARLY, _yearly), (_EVERY, _every))


def _no_form(text: str) -> TimeError:
    return TimeError.of("TEN516", f"`{text}` is not a recurring date", help=_FORMS)

"""Durations: units, sums and how they print."""

from __future__ import annotations

import pytest

from tenure.diagnostics import TimeError
from tenure.time import HOUR, MINUTE, SECOND, Duration


@pytest.mark.parametrize(
    ("amount", "unit", "expected", "text"),
    [
        (30, "days", Duration(days=30), "30 days"),
        (1, "day", Duration(days=1), "1 day"),
        (2, "months", Duration(months=2), "2 months"),
        (1, "quarter", Duration(months=3), "3 months"),
        (2, "quarters", Duration(months=6), "6 months"),
        (1, "year", Duration(years=1), "1 year"),
        (6, "weeks", Duration(weeks=6), "6 weeks"),
        (10, "business days", Duration(business_days=10), "10 business days"),
        (1, "business day", Duration(business_days=1), "1 business day"),
        (36, "hours", Duration(hours=36), "36 hours"),
        (5, "minutes", Duration(minutes=5), "5 minutes"),
        (1, "second", Duration(seconds=1), "1 second"),
    ],
)
def test_units(amount: int, unit: str, expected: Duration, text: str) -> None:
    duration = Duration.of(amount, unit)
    assert duration == expected
    assert str(duration) == text


def test_sums_add_field_by_field_and_print_from_long_to_short() -> None:
    total = Duration.of(6, "months") + Duration.of(1, "year")
    assert str(total) == "1 year and 6 months"
    assert str(total + Duration.of(2, "hours")) == "1 year, 6 months and 2 hours"
    assert Duration.of(10, "days") + Duration.of(20, "days") == Duration.of(30, "days")
    assert str(Duration()) == "0 days"


def test_calendar_and_clock_parts() -> None:
    assert Duration.of(1, "business day").is_civil
    assert Duration.of(1, "day").is_civil
    assert not Duration.of(36, "hours").is_civil
    assert Duration.of(36, "hours").is_clock
    mixed = Duration.of(1, "month") + Duration.of(1, "hour")
    assert mixed.is_civil
    assert not mixed.is_clock
    assert mixed.ticks == HOUR


def test_exact_days_belong_to_the_clock_and_say_so() -> None:
    exact = Duration.of(30, "days", exact=True)
    assert exact.is_clock
    assert exact.ticks == 30 * 24 * HOUR
    assert str(exact) == "30 exact days"
    assert exact != Duration.of(30, "days")
    assert Duration.of(1, "week", exact=True).ticks == 7 * 24 * HOUR


def test_exact_days_become_hours_beside_civil_days() -> None:
    total = Duration.of(2, "days", exact=True) + Duration.of(1, "day")
    assert total == Duration(days=1, hours=48)
    assert str(Duration.of(1, "day", exact=True) + Duration.of(2, "days", exact=True)) == "3 exact days"


def test_ticks() -> None:
    duration = Duration(hours=1, minutes=2, seconds=3, microseconds=4)
    assert duration.ticks == HOUR + 2 * MINUTE + 3 * SECOND + 4


@pytest.mark.parametrize(
    ("amount", "unit", "exact", "code", "advice"),
    [
        (0, "days", False, "TEN507", "at least 1"),
        (-3, "months", False, "TEN507", "at least 1"),
        (3, "dayz", False, "TEN512", "did you mean `day`?"),
        (3, "fortnights", False, "TEN512", "the units are"),
        (3, "business_days", False, "TEN512", "did you mean `business days`?"),
        (2, "months", True, "TEN513", "number of days"),
        (2, "business days", True, "TEN513", "number of days"),
    ],
)
def test_what_is_no_duration(amount: int, unit: str, exact: bool, code: str, advice: str) -> None:
    with pytest.raises(TimeError) as error:
        Duration.of(amount, unit, exact=exact)
    (finding,) = error.value.diagnostics
    assert finding.code == code
    assert advice in (finding.help or "")

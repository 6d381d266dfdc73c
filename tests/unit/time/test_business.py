"""Business days, from lists given by hand and from the optional `holidays` package."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.diagnostics import TimeError
from tenure.time import BusinessCalendar, business_calendar

PLAIN = BusinessCalendar("plain")
FRIDAY = date(2026, 1, 2)


class OneHoliday:
    """A stand-in for a table of the `holidays` package: 6 January off, Saturday 10 January worked."""

    def is_working_day(self, key: date) -> bool:
        if key == date(2026, 1, 10):
            return True
        return key.weekday() < 5 and key != date(2026, 1, 6)


@pytest.fixture
def fake_holidays(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = SimpleNamespace(
        list_supported_countries=lambda: {"US": ["CA", "NY"], "DE": []},
        list_supported_financial=lambda: {"NYSE": []},
        country_holidays=lambda _country, **_options: OneHoliday(),
        financial_holidays=lambda _market, **_options: OneHoliday(),
    )
    monkeypatch.setitem(sys.modules, "holidays", fake)


def test_weekends_are_passed_over() -> None:
    assert PLAIN.shift(FRIDAY, 1) == date(2026, 1, 5)
    assert PLAIN.shift(date(2026, 1, 3), 1) == date(2026, 1, 5)
    assert PLAIN.shift(FRIDAY, 10) == date(2026, 1, 16)
    assert PLAIN.shift(date(2026, 1, 5), -1) == FRIDAY


def test_holidays_worked_weekends_and_other_weekends() -> None:
    calendar = BusinessCalendar(
        "mine", holidays=frozenset({date(2026, 1, 5)}), worked=frozenset({date(2026, 1, 3)})
    )
    assert calendar.shift(FRIDAY, 1) == date(2026, 1, 3)
    assert calendar.shift(FRIDAY, 2) == date(2026, 1, 6)
    friday_off = BusinessCalendar("gulf", weekend=frozenset({4, 5}))
    assert friday_off.shift(date(2026, 1, 1), 1) == date(2026, 1, 4)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 40))
def test_the_nth_business_day_has_n_business_days_up_to_it(day: date, count: int) -> None:
    end = PLAIN.shift(day, count)
    passed = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(d.weekday() < 5 for d in passed) == count
    assert end.weekday() < 5


@given(st.dates(date(2025, 12, 1), date(2027, 2, 1)), st.integers(-300, 300), st.booleans())
def test_shifting_agrees_with_walking_from_day_to_day(day: date, count: int, gulf: bool) -> None:
    holidays, worked = frozenset({date(2026, 1, 1), date(2026, 12, 31)}), frozenset({date(2026, 1, 3)})
    weekend = frozenset({4, 5} if gulf else {5, 6})
    calendar = BusinessCalendar("mine", holidays, weekend, worked)
    walked, left, step = day, abs(count), timedelta(days=1 if count > 0 else -1)
    while left:
        walked += step
        left -= calendar.is_business_day(walked)
    assert calendar.shift(day, count) == walked


def test_a_year_that_is_not_covered_is_an_error() -> None:
    calendar = BusinessCalendar("mine", years=(2026, 2026))
    with pytest.raises(TimeError) as error:
        calendar.shift(date(2026, 12, 30), 2)
    assert error.value.diagnostics[0].code == "TEN514"
    assert "2026 to 2026" in (error.value.diagnostics[0].help or "")


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(TimeError) as error:
        business_calendar("US", range(2026, 2028))
    assert error.value.diagnostics[0].code == "TEN510"
    assert "tenure[calendars]" in (error.value.diagnostics[0].help or "")


@pytest.mark.usefixtures("fake_holidays")
@pytest.mark.parametrize("name", ["US", "US-CA", "NYSE"])
def test_the_package_s_answers_are_kept_as_data(name: str) -> None:
    calendar = business_calendar(name, range(2026, 2028))
    assert calendar == BusinessCalendar(
        name, frozenset({date(2026, 1, 6)}), worked=frozenset({date(2026, 1, 10)}), years=(2026, 2027)
    )


@pytest.mark.usefixtures("fake_holidays")
@pytest.mark.parametrize(
    ("name", "advice"), [("NYSEE", "`NYSE`"), ("US-CX", "`US-CA`"), ("Mars", "NYSE"), ("DE-", "DE")]
)
def test_unknown_names(name: str, advice: str) -> None:
    with pytest.raises(TimeError) as error:
        business_calendar(name, [2026])
    assert error.value.diagnostics[0].code == "TEN511"
    assert advice in (error.value.diagnostics[0].help or "")


def test_the_real_package() -> None:
    pytest.importorskip("holidays")
    states = business_calendar("US-CA", range(2025, 2027))
    assert not states.is_business_day(date(2026, 7, 3))  # Independence Day, observed
    assert states.is_business_day(date(2026, 7, 6))
    assert not business_calendar("NYSE", [2026]).is_business_day(date(2026, 4, 3))  # Good Friday
    assert business_calendar("US", [2026]).is_business_day(date(2026, 4, 3))
    with pytest.raises(TimeError) as error:
        business_calendar("NYSEE", [2026])
    assert error.value.diagnostics[0].code == "TEN511"

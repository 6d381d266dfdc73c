"""Years, quarters, months and days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.diagnostics import TimeError
from tenure.time import CivilDate


@pytest.mark.parametrize(
    ("text", "precision", "first", "following"),
    [
        ("2032", "year", date(2032, 1, 1), date(2033, 1, 1)),
        ("2032-Q1", "quarter", date(2032, 1, 1), date(2032, 4, 1)),
        ("2032-Q3", "quarter", date(2032, 7, 1), date(2032, 10, 1)),
        ("2032-Q4", "quarter", date(2032, 10, 1), date(2033, 1, 1)),
        ("2032-05", "month", date(2032, 5, 1), date(2032, 6, 1)),
        ("2032-12", "month", date(2032, 12, 1), date(2033, 1, 1)),
        ("2032-02-28", "day", date(2032, 2, 28), date(2032, 2, 29)),
        ("2032-12-31", "day", date(2032, 12, 31), date(2033, 1, 1)),
        ("0987", "year", date(987, 1, 1), date(988, 1, 1)),
    ],
)
def test_periods(text: str, precision: str, first: date, following: date) -> None:
    civil = CivilDate.parse(text)
    assert (civil.precision, civil.first_day(), civil.following_day()) == (precision, first, following)
    assert str(civil) == text


@given(st.dates(max_value=date(9999, 12, 30)))
def test_a_day_is_itself(day: date) -> None:
    civil = CivilDate.parse(day.isoformat())
    assert civil.first_day() == day
    assert civil.following_day() == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "TEN501"),
        ("32", "TEN501"),
        ("2032-5", "TEN501"),
        ("2032-q3", "TEN501"),
        ("fy2032", "TEN501"),
        ("FY32", "TEN501"),
        ("FY2032-05", "TEN501"),
        ("FY2032-Q1", "TEN501"),
        ("FY0000", "TEN503"),
        ("FY10000", "TEN503"),
        ("2032-05-01T00:00", "TEN501"),
        ("2032-Q0", "TEN502"),
        ("2032-Q5", "TEN502"),
        ("2032-00", "TEN502"),
        ("2032-13", "TEN502"),
        ("2026-02-30", "TEN502"),
        ("2032-05-00", "TEN502"),
        ("0000", "TEN503"),
        ("10000", "TEN503"),
    ],
)
def test_what_is_no_period(text: str, code: str) -> None:
    with pytest.raises(TimeError) as error:
        CivilDate.parse(text)
    assert error.value.diagnostics[0].code == code
    assert f"`{text}`" in error.value.diagnostics[0].message


@pytest.mark.parametrize("text", ["9999", "9999-Q4", "9999-12", "9999-12-31"])
def test_nothing_follows_year_9999(text: str) -> None:
    with pytest.raises(TimeError) as error:
        CivilDate.parse(text).following_day()
    assert error.value.diagnostics[0].code == "TEN503"


def test_parts_that_contradict_each_other_are_refused() -> None:
    for parts in ({"day": 3}, {"month": 2, "quarter": 1}):
        with pytest.raises(TimeError):
            CivilDate(2032, **parts)


@pytest.mark.parametrize(
    ("end", "first", "following"),
    [
        ((6, 30), date(2031, 7, 1), date(2032, 7, 1)),
        ((12, 31), date(2032, 1, 1), date(2033, 1, 1)),
        ((1, 31), date(2031, 2, 1), date(2032, 2, 1)),
        ((2, 28), date(2031, 3, 1), date(2032, 3, 1)),  # the last of February, as is 02-29
        ((2, 29), date(2031, 3, 1), date(2032, 3, 1)),
        ((4, 5), date(2031, 4, 6), date(2032, 4, 6)),
    ],
)
def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends(
    end: tuple[int, int], first: date, following: date
) -> None:
    civil = CivilDate.parse("FY2032")
    assert (str(civil), civil.precision) == ("FY2032", "fiscal year")
    assert (civil.first_day(end), civil.following_day(end)) == (first, following)


def test_a_fiscal_year_needs_its_end() -> None:
    civil = CivilDate.parse("FY2032")
    for question in (civil.first_day, civil.following_day):
        with pytest.raises(TimeError) as error:
            question()
        assert error.value.diagnostics[0].code == "TEN515"


def test_the_first_fiscal_year_began_before_year_1() -> None:
    with pytest.raises(TimeError) as error:
        CivilDate.parse("FY0001").first_day((6, 30))
    assert error.value.diagnostics[0].code == "TEN503"

"""Recurring dates: their notation, their days by name, and a judge that looks at every day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice, pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.diagnostics import TimeError
from tenure.time import BusinessCalendar, Calendar, MonthEnd, Recurrence, parse_moment

LA = "America/Los_Angeles"
ONE = timedelta(days=1)
HOLIDAYS = frozenset({date(2026, 1, 1), date(2026, 1, 19), date(2026, 6, 30), date(2026, 7, 3)})
deal = Calendar(LA, "last_day", BusinessCalendar("mine", HOLIDAYS), (6, 30))

FORMS = [
    *("each day", "each business day", "each monday", "each sunday"),
    *("day 1 of each month", "day 31 of each month", "last day of each month", "day 92 of each quarter"),
    *("last business day of each month", "business day 3 of each quarter", "business day 23 of each month"),
    *("friday 3 of each month", "friday 5 of each month", "last monday of each year", "day 3 of each week"),
    *("last day of each quarter", "last day of each fiscal year", "day 1 of each fiscal quarter"),
    *("06-30 of each year", "02-29 of each year"),
    *("every 2 weeks from 2026-01-05", "every 3 months from 2025-11-30", "every 10 days from 2020-02-29"),
    *("every 1 year from 2024-02-29", "every 1 month from 2026-01-31"),
    *("day 1 of each month or next business day", "last day of each month or previous business day"),
    *("each saturday or next business day", "each day or previous business day"),
]


def at(text: str, zone: str = LA) -> int:
    return parse_moment(text, zone).instant


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(TimeError) as error:
        action()
    return error.value.diagnostics[0].code


def days(text: str, start: str, count: int, calendar: Calendar = deal) -> list[str]:
    found = Recurrence.parse(text).occurrences(at(start), at("2099-01-01"), calendar)
    return [calendar.day_of(instant).isoformat() for instant in islice(found, count)]


# --- the notation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", FORMS)
def test_the_notation_is_printed_as_it_was_read(text: str) -> None:
    recurrence = Recurrence.parse(text)
    assert str(recurrence) == text
    assert Recurrence.parse(f"  {text.upper()} ") == recurrence


def test_a_quarter_is_printed_as_three_months() -> None:
    assert str(Recurrence.parse("every 2 quarters from 2026-01-05")) == "every 6 months from 2026-01-05"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "TEN516"),
        ("each", "TEN516"),
        ("each month", "TEN516"),
        ("day 1 of the month", "TEN516"),
        ("day -1 of each month", "TEN516"),
        ("1st of each month", "TEN516"),
        ("each monday or next day", "TEN516"),
        ("every 2 hours from 2026-01-05", "TEN516"),
        ("every 2 weeks from 2026-01", "TEN516"),
        ("every 2 weeks", "TEN516"),
        ("day 9999999999999 of each month", "TEN516"),
        ("day 0 of each month", "TEN502"),
        ("day 32 of each month", "TEN502"),
        ("day 8 of each week", "TEN502"),
        ("monday 2 of each week", "TEN502"),
        ("friday 6 of each month", "TEN502"),
        ("business day 93 of each quarter", "TEN502"),
        ("06-31 of each year", "TEN502"),
        ("13-01 of each year", "TEN502"),
        ("every 2 weeks from 2026-02-29", "TEN502"),
        ("every 0 weeks from 2026-01-05", "TEN507"),
        ("every 2 fortnights from 2026-01-05", "TEN512"),
    ],
)
def test_what_is_no_recurrence(text: str, code: str) -> None:
    assert code_of(lambda: Recurrence.parse(text)) == code


# --- days by name -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day 1 of each month", ["2026-02-01", "2026-03-01", "2026-04-01"]),
        ("last day of each month", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("last business day of each month", ["2026-01-30", "2026-02-27", "2026-03-31"]),
        ("business day 3 of each quarter", ["2026-04-03", "2026-07-06", "2026-10-05"]),
        ("each monday", ["2026-01-19", "2026-01-26", "2026-02-02"]),
        ("each business day", ["2026-01-16", "2026-01-20", "2026-01-21"]),
        ("friday 3 of each month", ["2026-01-16", "2026-02-20", "2026-03-20"]),
        ("last day of each quarter", ["2026-03-31", "2026-06-30", "2026-09-30"]),
        ("last day of each fiscal year", ["2026-06-30", "2027-06-30", "2028-06-30"]),
        ("last day of each fiscal quarter", ["2026-03-31", "2026-06-30", "2026-09-30"]),
        ("06-30 of each year", ["2026-06-30", "2027-06-30", "2028-06-30"]),
        ("every 2 weeks from 2026-01-05", ["2026-01-19", "2026-02-02", "2026-02-16"]),
        ("every 3 months from 2026-05-15", ["2026-05-15", "2026-08-15", "2026-11-15"]),
        ("day 30 of each month or next business day", ["2026-01-30", "2026-03-02", "2026-03-30"]),
        ("06-30 of each year or previous business day", ["2026-06-29", "2027-06-30", "2028-06-30"]),
    ],
)
def test_the_days_that_follow_16_january_2026(text: str, expected: list[str]) -> None:
    assert days(text, "2026-01-16", 3) == expected


def test_the_start_of_a_day_is_its_own_first_but_not_its_next() -> None:
    monday = Recurrence.parse("each monday")
    start, next_week = at("2026-01-05"), at("2026-01-12")
    assert monday.first_from(start, deal) == start
    assert monday.first_from(start + 1, deal) == monday.next_after(start, deal) == next_week
    assert monday.next_after(start - 1, deal) == start
    assert list(monday.occurrences(start, next_week, deal)) == [start]
    assert list(monday.occurrences(start, next_week + 1, deal)) == [start, next_week]
    assert list(monday.occurrences(next_week, start, deal)) == []


@pytest.mark.parametrize(
    ("text", "last_day", "next_day"),
    [
        ("day 31 of each month", "2026-02-28", "2026-03-01"),
        ("day 30 of each month", "2026-02-28", "2026-03-01"),
        ("02-29 of each year", "2026-02-28", "2026-03-01"),
        ("every 1 month from 2026-01-31", "2026-02-28", "2026-03-01"),
        ("friday 5 of each month", "2026-02-27", "2026-03-06"),
        ("business day 23 of each month", "2026-02-27", "2026-03-02"),
    ],
)
def test_a_day_that_a_month_lacks_follows_the_contract_s_rule(
    text: str, last_day: str, next_day: str
) -> None:
    recurrence, business = Recurrence.parse(text), BusinessCalendar("plain")
    policies: list[tuple[MonthEnd, str]] = [("last_day", last_day), ("next_day", next_day)]
    for policy, expected in policies:
        calendar = Calendar(LA, policy, business)
        assert recurrence.next_after(at("2026-02-10"), calendar) == at(expected)
    strict = Calendar(LA, business=business)
    assert code_of(lambda: recurrence.next_after(at("2026-02-10"), strict)) == "TEN508"


def test_trap_dateutil_skips_the_months_that_have_no_such_day() -> None:
    rrule = pytest.importorskip("dateutil.rrule")
    skipping = rrule.rrule(rrule.MONTHLY, bymonthday=31, dtstart=date(2026, 1, 1), count=3)
    assert [found.month for found in skipping] == [1, 3, 5]
    assert days("day 31 of each month", "2026-01-01", 3) == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_trap_steps_are_counted_from_the_anchor_and_do_not_drift() -> None:
    assert days("every 1 month from 2026-01-31", "2026-01-01", 4)[1:] == [
        *("2026-02-28", "2026-03-31", "2026-04-30"),
    ]
    assert days("every 1 year from 2024-02-29", "2024-01-01", 5) == [
        *("2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"),
    ]


def test_a_policy_is_asked_for_only_where_a_day_is_missing() -> None:
    strict, day_31 = Calendar(LA), Recurrence.parse("day 31 of each month")
    assert day_31.next_after(at("2026-07-02"), strict) == at("2026-07-31")
    assert day_31.next_after(at("2026-07-31"), strict) == at("2026-08-31")
    assert code_of(lambda: day_31.next_after(at("2026-08-31"), strict)) == "TEN508"


def test_a_skipped_day_starts_where_the_next_one_does() -> None:
    apia = Calendar("Pacific/Apia")
    start = at("2011-12-31", "Pacific/Apia")
    for text in ("each friday", "12-30 of each year", "every 1 week from 2011-12-02"):
        assert Recurrence.parse(text).next_after(start - 1, apia) == start
    around = Recurrence.parse("each day").occurrences(start - 1, start + 1, apia)
    assert list(around) == [start]  # two dates, one instant
    kiritimati = Calendar("Pacific/Kiritimati")  # skipped the last day of 1994
    new_year = at("1995-01-01", "Pacific/Kiritimati")
    assert Recurrence.parse("last day of each year").first_from(new_year, kiritimati) == new_year


def test_the_fiscal_year_of_the_call_stands_in_for_that_of_the_calendar() -> None:
    ends = Recurrence.parse("last day of each fiscal year")
    assert ends.next_after(at("2026-01-16"), deal, (9, 30)) == at("2026-09-30")
    assert ends.first_from(at("2026-01-16"), Calendar(LA), (1, 31)) == at("2026-01-31")
    starts = ends.occurrences(at("2026-01-16"), at("2029-01-01"), Calendar(LA), (2, 28))
    assert [Calendar(LA).day_of(t).isoformat() for t in starts] == ["2026-02-28", "2027-02-28", "2028-02-29"]


# --- bad input ----------------------------------------------------------------------------------------------


def test_business_days_need_a_calendar() -> None:
    bare = Calendar(LA)
    for text in ("each business day", "last business day of each month", "each monday or next business day"):
        recurrence = Recurrence.parse(text)
        assert (
            code_of(lambda recurrence=recurrence: recurrence.next_after(at("2026-01-16"), bare)) == "TEN509"
        )


def test_business_days_end_where_the_calendar_s_years_do() -> None:
    calendar = Calendar(LA, business=BusinessCalendar("short", years=(2026, 2026)))
    last = Recurrence.parse("last business day of each month")
    assert last.first_from(at("2026-01-01"), calendar) == at("2026-01-30")
    assert last.next_after(at("2026-12-30"), calendar) == at("2026-12-31")
    assert code_of(lambda: last.next_after(at("2026-12-31"), calendar)) == "TEN514"


def test_fiscal_periods_need_the_end_of_the_fiscal_year() -> None:
    for text in ("last day of each fiscal year", "day 1 of each fiscal quarter"):
        recurrence = Recurrence.parse(text)
        assert code_of(lambda recurrence=recurrence: recurrence.next_after(0, Calendar(LA))) == "TEN515"


@pytest.mark.parametrize("text", [*FORMS, "every 999999 years from 2026-01-01"])
def test_nothing_recurs_after_year_9999(text: str) -> None:
    recurrence = Recurrence.parse(text)
    began = perf_counter()
    assert code_of(lambda: recurrence.next_after(at("9999-12-30"), deal)) == "TEN503"
    assert perf_counter() - began < 1


def test_a_week_without_working_days_is_no_endless_loop() -> None:
    never = Calendar(LA, business=BusinessCalendar("never", weekend=frozenset(range(7)), years=(1990, 2100)))
    assert code_of(lambda: Recurrence.parse("each business day").next_after(0, never)) == "TEN514"


# --- a judge that looks at every day ------------------------------------------------------------------------


def last_of(day: date, months: tuple[int, ...]) -> bool:
    return (day + ONE).day == 1 and day.month in months


def business(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def is_last_business_day(day: date) -> bool:
    rest = (day + n * ONE for n in range(1, 31))
    return business(day) and not any(business(d) for d in rest if d.month == day.month)


def is_third_business_day_of_quarter(day: date) -> bool:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    passed = (first + n * ONE for n in range((day - first).days))
    return business(day) and sum(map(business, passed)) == 2


EVERY_MONTH = tuple(range(1, 13))
JUDGES: dict[str, Callable[[date], bool]] = {
    "each day": lambda _day: True,
    "each wednesday": lambda day: day.weekday() == 2,
    "each business day": business,
    "day 31 of each month": lambda day: last_of(day, EVERY_MONTH),
    "last day of each month": lambda day: last_of(day, EVERY_MONTH),
    "last day of each quarter": lambda day: last_of(day, (3, 6, 9, 12)),
    "last day of each fiscal year": lambda day: last_of(day, (6,)),
    "day 1 of each fiscal quarter": lambda day: day.day == 1 and day.month % 3 == 1,
    "last business day of each month": is_last_business_day,
    "business day 3 of each quarter": is_third_business_day_of_quarter,
    "friday 2 of each month": lambda day: day.weekday() == 4 and 8 <= day.day <= 14,
    "last sunday of each month": lambda day: day.weekday() == 6 and (day + 7 * ONE).month != day.month,
    "02-29 of each year": lambda day: day.month == 2 and (day + ONE).month == 3,
    "every 10 days from 2020-02-29": lambda day: (day - date(2020, 2, 29)).days % 10 == 0,
    "each saturday or next business day": lambda day: (
        business(day) and not business(day - ONE) and any((day - n * ONE).weekday() == 5 for n in range(1, 4))
    ),
}


@pytest.mark.parametrize("text", JUDGES)
@settings(max_examples=30)
@given(data=st.data())
def test_between_an_instant_and_the_next_day_of_a_rule_there_is_none(text: str, data: st.DataObject) -> None:
    day = date(2024, 1, 1) + timedelta(days=data.draw(st.integers(0, 1500)))
    offset = data.draw(st.sampled_from([-1, 0, 1, 43_200_000_000]))
    instant = deal.start_of_day(day) + offset
    found = Recurrence.parse(text).next_after(instant, deal)
    judge, candidate = JUDGES[text], day
    while not (deal.start_of_day(candidate) > instant and judge(candidate)):
        candidate += ONE
    assert found == deal.start_of_day(candidate)


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("policy", ["last_day", "next_day"])
def test_occurrences_rise_and_agree_with_next_after(text: str, policy: MonthEnd) -> None:
    calendar = Calendar(LA, policy, deal.business, (6, 30))
    recurrence = Recurrence.parse(text)
    found = list(recurrence.occurrences(at("2026-01-01"), at("2029-01-01"), calendar))
    assert found
    assert all(a < b for a, b in pairwise(found))
    for before, following in pairwise(found):
        middle = (before + following) // 2
        assert recurrence.next_after(before, calendar) == following
        assert (
            recurrence.next_after(middle, calendar) == recurrence.first_from(following, calendar) == following
        )


def test_a_far_anchor_costs_no_more_than_a_near_one() -> None:
    recurrence = Recurrence.parse("every 1 day from 0002-01-01")
    began = perf_counter()
    for day in range(2000):
        recurrence.next_after(at("2026-01-01") + day, deal)
    assert perf_counter() - began < 1

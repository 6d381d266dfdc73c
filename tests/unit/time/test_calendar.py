"""Every rule that turns a date or a duration into an instant, with its traps by name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.diagnostics import TimeError
from tenure.time import (
    HOUR,
    BusinessCalendar,
    Calendar,
    CivilDate,
    Duration,
    MonthEnd,
    format_instant,
    parse_moment,
)

LA = "America/Los_Angeles"
ZONES = ["UTC", LA, "Europe/London", "Australia/Lord_Howe", "America/St_Johns"]
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
deal = Calendar(LA)


def at(text: str, zone: str = LA) -> int:
    return parse_moment(text, zone).instant


def shown(instant: int, zone: str = LA) -> str:
    return format_instant(instant, zone)


def of(amount: int, unit: str, exact: bool = False) -> Duration:
    return Duration.of(amount, unit, exact=exact)


# --- days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", [LA, "Asia/Beirut", "America/Sao_Paulo"])
def test_start_of_day_agrees_with_the_zone_day_by_day(zone: str) -> None:
    """No midnight comes twice in these zones, and one that is skipped is read as the end of its gap."""
    calendar, tz = Calendar(zone), pendulum.timezone(zone)
    day, last = date(1990, 1, 1), date(2060, 1, 1)
    while day < last:
        expected = datetime(day.year, day.month, day.day, tzinfo=tz).timestamp()
        assert calendar.start_of_day(day) == expected * 1_000_000
        day += timedelta(days=1)


@given(st.dates(date(1880, 1, 1), date(2100, 1, 1)), st.sampled_from(ZONES))
def test_a_day_begins_where_the_day_before_ends(day: date, zone: str) -> None:
    calendar = Calendar(zone)
    start = calendar.start_of_day(day)
    assert calendar.day_of(start) == day
    assert calendar.day_of(start - 1) == day - timedelta(days=1)
    assert calendar.start_of_day(day + timedelta(days=1)) - start in range(23 * HOUR, 25 * HOUR + 1)


def test_a_day_whose_midnight_is_skipped_begins_at_the_end_of_the_gap() -> None:
    beirut = Calendar("Asia/Beirut")
    assert shown(beirut.start_of_day(date(2022, 3, 27)), "Asia/Beirut") == "2022-03-27T01:00:00+03:00"
    sao_paulo = Calendar("America/Sao_Paulo")
    start = sao_paulo.start_of_day(date(2018, 11, 4))
    assert shown(start, "America/Sao_Paulo") == "2018-11-04T01:00:00-02:00"
    assert sao_paulo.day_of(start - 1) == date(2018, 11, 3)


def test_a_skipped_day_begins_where_the_next_one_does() -> None:
    apia = Calendar("Pacific/Apia")
    assert apia.start_of_day(date(2011, 12, 30)) == apia.start_of_day(date(2011, 12, 31))
    assert shown(apia.start_of_day(date(2011, 12, 30)), "Pacific/Apia") == "2011-12-31T00:00:00+14:00"
    assert apia.day_of(apia.start_of_day(date(2011, 12, 31)) - 1) == date(2011, 12, 29)


def test_a_midnight_that_comes_twice_is_the_first() -> None:
    """Havana puts its clocks back from 01:00 to 00:00, St John's did from 00:01 to 23:01 of the day before."""
    assert shown(Calendar("America/Havana").start_of_day(date(2024, 11, 3)), "America/Havana").endswith(
        "-04:00"
    )
    johns = Calendar("America/St_Johns")
    start = johns.start_of_day(date(2006, 10, 29))
    assert shown(start, "America/St_Johns") == "2006-10-29T00:00:00-02:30"
    assert johns.day_of(start) == date(2006, 10, 29)
    assert johns.day_of(start + HOUR // 2) == date(2006, 10, 28)  # the wall shows the 28th once more


def test_days_in_a_time_of_offsets_with_seconds() -> None:
    assert deal.start_of_day(date(1880, 1, 1)) == at("1880-01-01T07:52:58Z")


# --- through, until ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2032", "2032-01-01", "2033-01-01"),
        ("2032-Q3", "2032-07-01", "2032-10-01"),
        ("2032-02", "2032-02-01", "2032-03-01"),
        ("2032-02-29", "2032-02-29", "2032-03-01"),
        ("2028-03-12", "2028-03-12", "2028-03-13"),
    ],
)
def test_until_is_the_start_and_through_the_start_of_what_follows(text: str, start: str, end: str) -> None:
    civil = CivilDate.parse(text)
    assert (deal.start_of(civil), deal.end_of(civil)) == (at(start), at(end))


def test_through_2032_in_los_angeles() -> None:
    assert shown(deal.end_of(CivilDate.parse("2032"))) == "2033-01-01T00:00:00-08:00"


# --- terms: add ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2028-03-11T10:00", of(1, "day"), "2028-03-12T10:00:00-07:00"),  # 23 hours later
        ("2028-03-11T10:00", of(24, "hours"), "2028-03-12T11:00:00-07:00"),
        ("2028-03-11T10:00", of(1, "day", exact=True), "2028-03-12T11:00:00-07:00"),
        ("2028-11-04T10:00", of(1, "day"), "2028-11-05T10:00:00-08:00"),  # 25 hours later
        ("2028-03-11T02:30", of(1, "day"), "2028-03-12T03:30:00-07:00"),  # into the gap: moved past it
        ("2028-11-04T01:30", of(1, "day"), "2028-11-05T01:30:00-07:00"),  # into the overlap: the first
        ("2028-11-05T01:30:00-08:00", of(1, "day"), "2028-11-06T01:30:00-08:00"),
        ("2026-01-31", of(1, "year"), "2027-01-31T00:00:00-08:00"),
        ("2026-01-15", of(2, "weeks"), "2026-01-29T00:00:00-08:00"),
        ("2026-01-15", of(1, "quarter"), "2026-04-15T00:00:00-07:00"),
        ("2026-11-30", of(14, "months"), "2028-01-30T00:00:00-08:00"),
        ("2026-01-15T12:00:00.000001", of(1, "month"), "2026-02-15T12:00:00.000001-08:00"),
        ("2026-01-15", of(1, "month") + of(3, "days") + of(2, "hours"), "2026-02-18T02:00:00-08:00"),
    ],
)
def test_terms(start: str, duration: Duration, end: str) -> None:
    assert shown(deal.add(at(start), duration)) == end


@pytest.mark.parametrize(
    ("start", "duration", "last_day", "next_day"),
    [
        ("2026-01-31", of(1, "month"), "2026-02-28", "2026-03-01"),
        ("2028-01-31", of(1, "month"), "2028-02-29", "2028-03-01"),
        ("2028-01-30", of(1, "month"), "2028-02-29", "2028-03-01"),
        ("2026-03-31", of(1, "month"), "2026-04-30", "2026-05-01"),
        ("2028-02-29", of(1, "year"), "2029-02-28", "2029-03-01"),
        ("2028-02-29", of(4, "years"), "2032-02-29", "2032-02-29"),
        ("2026-02-28", of(1, "month"), "2026-03-28", "2026-03-28"),
        ("2026-10-31", of(2, "quarters"), "2027-04-30", "2027-05-01"),
    ],
)
def test_month_ends_follow_the_contract_s_rule(
    start: str, duration: Duration, last_day: str, next_day: str
) -> None:
    policies: list[tuple[MonthEnd, str]] = [("last_day", last_day), ("next_day", next_day)]
    for policy, expected in policies:
        assert Calendar(LA, month_end=policy).add(at(start), duration) == at(expected)


@pytest.mark.parametrize(
    ("start", "unit"), [("2026-01-31", "month"), ("2028-02-29", "year"), ("2028-08-31", "quarter")]
)
def test_without_a_rule_a_month_end_is_an_error(start: str, unit: str) -> None:
    for method in (deal.add, deal.limit_within, deal.no_sooner_than):
        with pytest.raises(TimeError) as error:
            method(at(start), of(1, unit))
        assert error.value.diagnostics[0].code == "TEN508"
        assert "`month end`" in (error.value.diagnostics[0].help or "")


def test_a_day_start_stays_a_day_start() -> None:
    beirut = Calendar("Asia/Beirut")
    late_start = at("2022-03-27", "Asia/Beirut")  # 01:00 on the wall
    assert beirut.add(late_start, of(1, "day")) == at("2022-03-28", "Asia/Beirut")
    assert beirut.add(at("2022-03-26", "Asia/Beirut"), of(1, "day")) == late_start


def test_a_term_that_ends_on_a_skipped_day() -> None:
    apia = Calendar("Pacific/Apia")
    assert (
        shown(apia.add(at("2011-12-29", "Pacific/Apia"), of(1, "day")), "Pacific/Apia")
        == "2011-12-31T00:00:00+14:00"
    )
    noon = apia.add(at("2011-12-29T12:00", "Pacific/Apia"), of(1, "day"))
    assert shown(noon, "Pacific/Apia") == "2011-12-31T12:00:00+14:00"


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 40_000), st.sampled_from(ZONES))
def test_days_added_to_a_day_start_can_be_taken_back(day: date, count: int, zone: str) -> None:
    calendar = Calendar(zone)
    start = calendar.start_of_day(day)
    moved = calendar.add(start, Duration(days=count))
    assert moved == calendar.start_of_day(day + timedelta(days=count))
    assert calendar.add(moved, Duration(days=-count)) == start


@given(st.integers(0, 4 * 10**15), st.integers(1, 3000), st.sampled_from(ZONES))
def test_days_keep_the_wall_time(instant: int, count: int, zone: str) -> None:
    """The oracle is plain ``datetime`` arithmetic, which keeps the wall time, through UTC and back."""
    wall = (EPOCH + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone)).replace(fold=0)
    expected = (wall + timedelta(days=count)).astimezone(UTC) - EPOCH
    found = Calendar(zone).add(instant, Duration(days=count))
    assert found == expected // timedelta(microseconds=1)


# --- limits: within, no sooner than --------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["2026-06-10", "2026-06-10T00:00:00.000001", "2026-06-10T23:59:59.999999"])
@pytest.mark.parametrize(
    ("duration", "limit"),
    [
        (of(1, "day"), "2026-06-12"),
        (of(10, "days"), "2026-06-21"),
        (of(1, "week"), "2026-06-18"),
        (of(2, "months"), "2026-08-11"),
        (of(1, "year"), "2027-06-11"),
        (of(1, "month") + of(1, "day"), "2026-07-12"),
    ],
)
def test_the_event_s_day_does_not_count_and_the_last_day_counts_whole(
    event: str, duration: Duration, limit: str
) -> None:
    assert deal.limit_within(at(event), duration) == at(limit)
    assert deal.no_sooner_than(at(event), duration) == at(limit) - DAY


def test_within_days_over_a_change_of_the_clocks() -> None:
    assert deal.limit_within(at("2028-03-11T23:00"), of(1, "day")) == at("2028-03-13")
    assert deal.limit_within(at("2028-11-04T23:00"), of(1, "day")) == at("2028-11-06")


def test_month_end_of_a_limit() -> None:
    assert Calendar(LA, "last_day").limit_within(at("2026-01-31T15:00"), of(1, "month")) == at("2026-03-01")
    assert Calendar(LA, "next_day").limit_within(at("2026-01-31T15:00"), of(1, "month")) == at("2026-03-02")


@pytest.mark.parametrize(
    ("duration", "ticks"),
    [(of(36, "hours"), 36 * HOUR), (of(30, "days", exact=True), 30 * DAY), (of(1, "second"), 1_000_000)],
)
def test_clock_and_exact_limits_include_their_last_tick(duration: Duration, ticks: int) -> None:
    event = at("2026-06-10T15:00")
    assert deal.limit_within(event, duration) == event + ticks + 1
    assert deal.no_sooner_than(event, duration) == event + ticks


def test_a_limit_with_calendar_and_clock_parts_is_counted_to_the_tick() -> None:
    duration = of(1, "day") + of(6, "hours")
    assert deal.limit_within(at("2028-03-11T10:00"), duration) == at("2028-03-12T16:00") + 1


def test_business_days() -> None:
    holiday = BusinessCalendar("mine", holidays=frozenset({date(2026, 1, 5)}))
    calendar = Calendar(LA, business=holiday)
    friday = at("2026-01-02T16:00")
    assert calendar.limit_within(friday, of(1, "business day")) == at("2026-01-07")
    assert calendar.limit_within(friday, of(4, "business days")) == at("2026-01-10")
    assert calendar.no_sooner_than(friday, of(1, "business day")) == at("2026-01-06")
    assert calendar.add(friday, of(1, "business day")) == at("2026-01-06T16:00")


def test_business_days_need_a_calendar() -> None:
    for method in (deal.add, deal.limit_within, deal.no_sooner_than):
        with pytest.raises(TimeError) as error:
            method(at("2026-01-02"), of(10, "business days"))
        assert error.value.diagnostics[0].code == "TEN509"


# --- the ends of time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "duration",
    [of(8000, "years"), of(10**9, "days"), of(10**12, "days"), of(10**12, "hours"), of(200_000, "months"),
     of(3_000_000, "business days"), of(10**7, "days", exact=True)],
)  # fmt: skip
def test_overflow_is_reported(duration: Duration) -> None:
    calendar = Calendar(LA, business=BusinessCalendar("plain"))
    for method in (calendar.add, calendar.limit_within):
        with pytest.raises(TimeError) as error:
            method(at("2026-01-02"), duration)
        assert error.value.diagnostics[0].code == "TEN503"


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-30"])
def test_through_the_last_year(text: str) -> None:
    with pytest.raises(TimeError) as error:
        deal.end_of(CivilDate.parse(text))
    assert error.value.diagnostics[0].code == "TEN503"


def test_an_unknown_zone_is_refused_when_the_calendar_is_made() -> None:
    with pytest.raises(TimeError) as error:
        Calendar("Mars/Olympus")
    assert error.value.diagnostics[0].code == "TEN506"


@pytest.mark.parametrize("end", [(6, 31), (13, 1), (2, 30), (0, 1)])
def test_a_fiscal_year_ends_on_a_day_that_exists(end: tuple[int, int]) -> None:
    with pytest.raises(TimeError) as error:
        Calendar(LA, fiscal_year_end=end)
    assert error.value.diagnostics[0].code == "TEN502"


def test_the_end_of_the_last_quarter_and_of_an_undeclared_fiscal_year() -> None:
    for question, code in (
        (lambda: deal.end_of_quarter(date(9999, 11, 1)), "TEN503"),
        (lambda: deal.end_of_fiscal_year(date(2026, 1, 1)), "TEN515"),
        (lambda: deal.fiscal_year_of(date(2026, 1, 1)), "TEN515"),
        (lambda: deal.end_of(CivilDate.parse("FY2026")), "TEN515"),
    ):
        with pytest.raises(TimeError) as error:
            question()
        assert error.value.diagnostics[0].code == code

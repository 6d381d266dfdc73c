"""Reading and writing instants, with the places where a clock on the wall misleads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.diagnostics import TimeError
from tenure.time import HOUR, MAX_INSTANT, MIN_INSTANT, SECOND, format_instant, parse_moment

LA = "America/Los_Angeles"
ZONES = ["UTC", LA, "Europe/London", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns", "Africa/Monrovia"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ticks(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, microsecond: int = 0
) -> int:
    """The instant of a UTC date and time."""
    return (datetime(year, month, day, hour, minute, second, microsecond, tzinfo=UTC) - EPOCH) // timedelta(
        microseconds=1
    )


def code_of(error: pytest.ExceptionInfo[TimeError]) -> str:
    return error.value.diagnostics[0].code


def help_of(error: pytest.ExceptionInfo[TimeError]) -> str:
    return error.value.diagnostics[0].help or ""


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00Z", 0),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01 00:00:00Z", 0),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("1970-01-01T00:00:00.5Z", SECOND // 2),
        ("1970-01-01T00:00:00-08:00", 8 * HOUR),
        ("1970-01-01T05:45:00+05:45", 0),
        ("1970-01-01T00:00:00-00:00", 0),
        ("2028-09-15T10:00", ticks(2028, 9, 15, 17)),
        ("2028-01-15T10:00:30.000001", ticks(2028, 1, 15, 18, 0, 30, 1)),
    ],
)
def test_times_are_read_to_the_tick(text: str, instant: int) -> None:
    moment = parse_moment(text, LA)
    assert (moment.instant, moment.is_date, moment.text) == (instant, False, text)


def test_a_bare_date_is_the_first_instant_of_that_local_day() -> None:
    moment = parse_moment("2033-01-01", LA)
    assert moment.is_date
    assert moment.instant == ticks(2033, 1, 1, 8)
    assert parse_moment("2033-01-01", "UTC").instant == ticks(2033, 1, 1)


def test_a_bare_date_whose_midnight_was_skipped_begins_later() -> None:
    assert parse_moment("2022-03-27", "Asia/Beirut").instant == ticks(2022, 3, 26, 22)
    assert parse_moment("2018-11-04", "America/Sao_Paulo").instant == ticks(2018, 11, 4, 3)


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "15/09/2028", "2028-9-15", "26-01-01", "20280915", "2028-09-15T10", "2028-09-15T10:00+0800",
     "2028-09-15T10:00:00.1234567Z", "2028-09-15Z", " 2028-09-15", "2028-09-15\n", "٢٠٢٨-٠٩-١٥", "2028-09-15T1:00"],
)  # fmt: skip
def test_other_forms_are_refused_with_the_accepted_ones(text: str) -> None:
    with pytest.raises(TimeError) as error:
        parse_moment(text, LA)
    assert code_of(error) == "TEN501"
    assert "`2028-09-15T10:00`" in help_of(error)


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2027-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-01T24:00",
     "2026-01-01T10:60Z", "2026-01-01T10:00+24:00", "2026-01-01T10:00+01:60"],
)  # fmt: skip
def test_days_and_hours_that_do_not_exist(text: str) -> None:
    with pytest.raises(TimeError) as error:
        parse_moment(text, LA)
    assert code_of(error) == "TEN502"


def test_a_leap_second_is_refused_by_name() -> None:
    with pytest.raises(TimeError) as error:
        parse_moment("2016-12-31T23:59:60Z", LA)
    assert code_of(error) == "TEN502"
    assert "leap second" in help_of(error)


@pytest.mark.parametrize(
    "text",
    ["0000-01-01", "10000-01-01", "-0044-03-15", "+12026-01-01T00:00Z", "0001-01-01T00:00+00:01",
     "9999-12-31T00:00:00.000001Z", "9999-12-31T23:00-08:00", "9999-12-31"],
)  # fmt: skip
def test_years_out_of_range_are_reported_never_wrapped(text: str) -> None:
    with pytest.raises(TimeError) as error:
        parse_moment(text, LA)
    assert code_of(error) == "TEN503"


def test_the_ends_of_the_range_are_in_it() -> None:
    assert parse_moment("0001-01-01T00:00Z", LA).instant == MIN_INSTANT == ticks(1, 1, 1)
    assert parse_moment("9999-12-31T00:00Z", LA).instant == MAX_INSTANT == ticks(9999, 12, 31)
    for instant in (MIN_INSTANT, MAX_INSTANT):
        for zone in ZONES:
            assert parse_moment(format_instant(instant, zone), zone).instant == instant
    for instant in (MIN_INSTANT - 1, MAX_INSTANT + 1):
        with pytest.raises(TimeError) as error:
            format_instant(instant, LA)
        assert code_of(error) == "TEN503"


def test_a_local_time_in_a_gap_names_the_next_that_exists() -> None:
    with pytest.raises(TimeError) as error:
        parse_moment("2028-03-12T02:30", LA)
    assert code_of(error) == "TEN504"
    assert "`2028-03-12T03:00:00-07:00`" in help_of(error)
    assert (
        parse_moment("2028-03-12T01:59:59.999999", LA).instant + 1
        == parse_moment("2028-03-12T03:00", LA).instant
    )


def test_a_local_time_in_an_overlap_names_both_candidates() -> None:
    with pytest.raises(TimeError) as error:
        parse_moment("2028-11-05T01:30", LA)
    assert code_of(error) == "TEN505"
    assert "`2028-11-05T01:30:00-07:00` is the first, `2028-11-05T01:30:00-08:00` the second" in help_of(
        error
    )
    assert parse_moment("2028-11-05T00:59", LA).instant == ticks(2028, 11, 5, 7, 59)
    assert parse_moment("2028-11-05T02:00", LA).instant == ticks(2028, 11, 5, 10)


@pytest.mark.parametrize("text", ["2011-12-30", "2011-12-30T12:00"])
def test_a_day_that_a_zone_skipped_does_not_exist_there(text: str) -> None:
    with pytest.raises(TimeError) as error:
        parse_moment(text, "Pacific/Apia")
    assert code_of(error) == "TEN504"
    assert "`2011-12-31T00:00:00+14:00`" in help_of(error)


@pytest.mark.parametrize(
    "zone", ["America/Los_Angelos", "PST", "", "../etc/passwd", "America", "localtime", "right/UTC"]
)
def test_unknown_zones(zone: str) -> None:
    with pytest.raises(TimeError) as error:
        parse_moment("2028-01-01", zone)
    assert code_of(error) == "TEN506"
    assert help_of(error)


def test_a_misspelt_zone_gets_a_suggestion() -> None:
    with pytest.raises(TimeError) as error:
        parse_moment("2028-01-01T00:00", "America/Los_Angelos")
    assert help_of(error) == "did you mean `America/Los_Angeles`?"


@pytest.mark.parametrize(
    ("instant", "zone", "text"),
    [
        (ticks(2033, 1, 1, 8), LA, "2033-01-01T00:00:00-08:00"),
        (ticks(2033, 7, 1, 8), LA, "2033-07-01T01:00:00-07:00"),
        (0, "UTC", "1970-01-01T00:00:00+00:00"),
        (1, "UTC", "1970-01-01T00:00:00.000001+00:00"),
        (-SECOND, "Asia/Kolkata", "1970-01-01T05:29:59+05:30"),
        (ticks(2028, 11, 5, 9, 30), LA, "2028-11-05T01:30:00-08:00"),
    ],
)
def test_instants_are_written_with_a_numeric_offset(instant: int, zone: str, text: str) -> None:
    assert format_instant(instant, zone) == text


def test_an_offset_with_seconds_is_written_in_utc() -> None:
    """Los Angeles kept local mean time, 7:52:58 behind, until 1883; Monrovia 0:44:30 behind until 1972."""
    assert format_instant(ticks(1880, 1, 1), LA) == "1880-01-01T00:00:00Z"
    assert parse_moment("1880-01-01", LA).instant == ticks(1880, 1, 1, 7, 52, 58)
    assert format_instant(ticks(1971, 6, 1), "Africa/Monrovia") == "1971-06-01T00:00:00Z"
    assert format_instant(ticks(1973, 6, 1), "Africa/Monrovia") == "1973-06-01T00:00:00+00:00"


@given(instant=st.integers(ticks(1900, 1, 1), ticks(2101, 1, 1)), zone=st.sampled_from(ZONES))
def test_what_is_written_reads_back_as_the_same_tick(instant: int, zone: str) -> None:
    text = format_instant(instant, zone)
    assert parse_moment(text, "UTC").instant == instant
    assert datetime.fromisoformat(text) == EPOCH + timedelta(microseconds=instant)

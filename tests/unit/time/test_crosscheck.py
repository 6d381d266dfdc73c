"""Day by day from 1990 to 2060 against `pendulum` and `dateutil`; by name where those are not right."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pendulum
import pytest

from tenure.diagnostics import TimeError
from tenure.time import (
    HOUR,
    BusinessCalendar,
    Calendar,
    CivilDate,
    Duration,
    Recurrence,
    business_calendar,
    format_instant,
    parse_moment,
)

rrule = pytest.importorskip("dateutil.rrule")
relativedelta = pytest.importorskip("dateutil.relativedelta").relativedelta

LA = "America/Los_Angeles"
DAY = 24 * HOUR
FIRST, LAST = date(1990, 1, 1), date(2060, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
ONE = timedelta(days=1)
deal = Calendar(LA, "last_day", BusinessCalendar("weekdays"))


def ticks(moment: datetime) -> int:
    """Through `datetime` alone: the instant of an aware time."""
    return round(moment.timestamp()) * 1_000_000


def at(text: str, zone: str = LA) -> int:
    return parse_moment(text, zone).instant


def starts(text: str, calendar: Calendar = deal) -> list[date]:
    end = calendar.start_of_day(LAST + ONE)
    return [
        calendar.day_of(found)
        for found in Recurrence.parse(text).occurrences(calendar.start_of_day(FIRST), end, calendar)
    ]


def ruled(freq: int, **parts: object) -> list[date]:
    return [found.date() for found in rrule.rrule(freq, dtstart=FIRST, until=LAST, **parts)]


# --- adding to a day ----------------------------------------------------------------------------------------

LENGTHS = [(1, "month"), (11, "months"), (1, "year")]


@pytest.mark.parametrize(("amount", "unit"), LENGTHS)
def test_months_and_years_under_each_policy(amount: int, unit: str) -> None:
    """`dateutil` clamps to the end of the month: the oracle of one policy, and of where the others act."""
    length = Duration.of(amount, unit)
    step = relativedelta(months=12 * length.years + length.months)
    following, strict = Calendar(LA, "next_day"), Calendar(LA, "error")
    for day in DAYS:
        clamped = day + step
        assert deal.shift(day, length) == clamped
        if clamped.day == day.day:
            assert following.shift(day, length) == strict.shift(day, length) == clamped
        else:
            assert following.shift(day, length) == clamped + ONE
            with pytest.raises(TimeError):
                strict.shift(day, length)


def test_pendulum_agrees_on_months_that_it_clamps() -> None:
    length = Duration.of(1, "month")
    for day in DAYS[::3]:
        assert deal.shift(day, length) == pendulum.date(day.year, day.month, day.day).add(months=1)


@pytest.mark.parametrize(("hour", "minute", "amount", "unit"), [(10, 0, 1, "day"), (2, 30, 2, "weeks")])
def test_days_and_weeks_keep_the_wall_time(hour: int, minute: int, amount: int, unit: str) -> None:
    """At 02:30 both move a time that the clocks skip forward by an hour."""
    length, zone = Duration.of(amount, unit), pendulum.timezone(LA)
    step = timedelta(days=7 * length.weeks + length.days)
    for day in DAYS[::3]:  # three and seven have no common factor, so every weekday comes
        start = pendulum.datetime(day.year, day.month, day.day, hour, minute, tz=zone)
        moved = start.naive() + step
        expected = pendulum.datetime(*moved.timetuple()[:5], tz=zone)
        assert deal.add(ticks(start), length) == ticks(expected)


def test_trap_pendulum_clamps_a_month_end_silently_and_does_not_come_back() -> None:
    january = pendulum.date(2026, 1, 31)
    assert january.add(months=1).subtract(months=1) == pendulum.date(2026, 1, 28)
    with pytest.raises(TimeError) as error:
        Calendar(LA).shift(date(2026, 1, 31), Duration.of(1, "month"))
    assert error.value.diagnostics[0].code == "TEN508"


def test_trap_pendulum_takes_the_second_of_two_equal_wall_times() -> None:
    second = pendulum.datetime(2028, 11, 4, 1, 30, tz=LA).add(days=1)
    assert second.isoformat() == "2028-11-05T01:30:00-08:00"
    found = deal.add(at("2028-11-04T01:30"), Duration.of(1, "day"))
    assert format_instant(found, LA) == "2028-11-05T01:30:00-07:00"


@pytest.mark.parametrize("year", [1900, 2000, 2024, 2100, 2400])
def test_leap_days_follow_the_rule_of_centuries(year: int) -> None:
    leap = year % 400 == 0 or year % 100 != 0
    last = date(year, 2, 29 if leap else 28)
    assert deal.shift(date(year, 1, 31), Duration.of(1, "month")) == last
    assert deal.shift(date(year - 4, 2, 29), Duration.of(4, "years")) == last
    assert deal.end_of(CivilDate.parse(f"{year}-02")) == deal.start_of_day(last + ONE)
    assert deal.day_of(Recurrence.parse("02-29 of each year").first_from(at(f"{year}-01-01"), deal)) == last


# --- ends of months, quarters and years ---------------------------------------------------------------------


def test_ends_of_months_and_quarters() -> None:
    for day in DAYS:
        last_of_month = day.replace(day=monthrange(day.year, day.month)[1])
        assert deal.end_of(CivilDate(day.year, day.month)) == deal.start_of_day(last_of_month + ONE)
    for day in DAYS[::5]:
        last = pendulum.date(day.year, day.month, day.day).last_of("quarter")
        following = last.add(days=1)
        expected = ticks(pendulum.datetime(following.year, following.month, following.day, tz=LA))
        assert deal.end_of_quarter(day) == expected


@pytest.mark.parametrize("end", [(6, 30), (12, 31), (2, 29), (4, 5)])
def test_fiscal_years_day_by_day(end: tuple[int, int]) -> None:
    """A plain walk: the year goes up on the day after each end."""
    calendar = Calendar(LA, fiscal_year_end=end)
    year = FIRST.year + ((FIRST.month, FIRST.day) > end)
    for day in DAYS:
        assert calendar.fiscal_year_of(day) == year
        last_of_february = end == (2, 29) and (day.month, (day + ONE).month) == (2, 3)
        if (day.month, day.day) == end or last_of_february:
            assert calendar.end_of_fiscal_year(day) == calendar.start_of_day(day + ONE)
            assert calendar.end_of(CivilDate.parse(f"FY{year}")) == calendar.start_of_day(day + ONE)
            year += 1
            assert calendar.start_of(CivilDate.parse(f"FY{year}")) == calendar.start_of_day(day + ONE)


# --- recurring dates against rrule --------------------------------------------------------------------------

WEEKDAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR)


def rules() -> Iterator[tuple[str, list[date]]]:
    monthly, weekly, yearly = rrule.MONTHLY, rrule.WEEKLY, rrule.YEARLY
    yield "day 1 of each month", ruled(monthly, bymonthday=1)
    yield "last day of each month", ruled(monthly, bymonthday=-1)
    yield "last day of each quarter", ruled(monthly, bymonthday=-1, bymonth=(3, 6, 9, 12))
    yield "last business day of each month", ruled(monthly, byweekday=WEEKDAYS, bysetpos=-1)
    yield "business day 3 of each month", ruled(monthly, byweekday=WEEKDAYS, bysetpos=3)
    yield "business day 3 of each quarter", ruled(monthly, interval=3, byweekday=WEEKDAYS, bysetpos=3)
    yield "last business day of each year", ruled(yearly, byweekday=WEEKDAYS, bysetpos=-1)
    yield "friday 3 of each month", ruled(monthly, byweekday=rrule.FR(3))
    yield "last monday of each month", ruled(monthly, byweekday=rrule.MO(-1))
    yield "each monday", ruled(weekly, byweekday=rrule.MO)
    yield "each business day", ruled(weekly, byweekday=WEEKDAYS)
    yield "06-30 of each year", ruled(yearly, bymonth=6, bymonthday=30)
    yield "day 256 of each year", ruled(yearly, byyearday=256)
    yield "every 2 weeks from 1990-01-01", ruled(weekly, interval=2)
    yield "every 3 months from 1990-01-01", ruled(monthly, interval=3)


@pytest.mark.parametrize(("text", "expected"), list(rules()))
def test_recurring_dates(text: str, expected: list[date]) -> None:
    assert starts(text) == expected


# --- zones that changed -------------------------------------------------------------------------------------

CHANGES = [
    ("Asia/Pyongyang", "2015-08-14", 24.5, "+09:00"),  # back by half an hour at the midnight that follows
    ("Asia/Pyongyang", "2018-05-04", 23.5, "+08:30"),  # forward again, over that midnight
    ("Asia/Pyongyang", "2018-05-05", 24, "+09:00"),
    ("America/Caracas", "2007-12-09", 24.5, "-04:00"),
    ("America/Caracas", "2016-05-01", 23.5, "-04:30"),
    ("Europe/Lisbon", "1992-09-27", 24, "+01:00"),  # summer time became the standard time: no clock moved
    ("Europe/Lisbon", "1993-03-28", 23, "+01:00"),
    ("Europe/Lisbon", "1996-03-31", 24, "+01:00"),  # and back: the summer time of the zone before
    ("Europe/Lisbon", "1996-10-27", 25, "+01:00"),
    ("Pacific/Apia", "2011-12-29", 24, "-10:00"),
    ("Pacific/Apia", "2011-12-30", 0, "+14:00"),
    ("Pacific/Kwajalein", "1993-08-21", 0, "+12:00"),
    ("America/St_Johns", "2006-10-29", 25, "-02:30"),  # begun before the hour that comes twice
    ("Asia/Beirut", "2022-03-27", 23, "+03:00"),
    ("America/Nuuk", "2019-03-30", 23, "-03:00"),  # at 22:00, which is the next day in UTC
    (LA, "2028-03-12", 23, "-08:00"),
    (LA, "2028-11-05", 25, "-07:00"),
]


@pytest.mark.parametrize(("zone", "text", "hours", "offset"), CHANGES)
def test_days_on_which_a_zone_changed(zone: str, text: str, hours: float, offset: str) -> None:
    calendar, day = Calendar(zone), date.fromisoformat(text)
    start = calendar.start_of_day(day)
    assert (calendar.start_of_day(day + ONE) - start) / HOUR == hours
    assert format_instant(start, zone).endswith(offset)


@pytest.mark.parametrize("zone", sorted({zone for zone, *_ in CHANGES}))
def test_each_hour_about_a_change_has_the_date_that_the_zone_shows(zone: str) -> None:
    calendar, tz = Calendar(zone), ZoneInfo(zone)
    for changed in (text for name, text, *_ in CHANGES if name == zone):
        middle = calendar.start_of_day(date.fromisoformat(changed))
        for half_hours in range(-200, 200):
            instant = middle + half_hours * HOUR // 2
            wall = datetime.fromtimestamp(instant // 1_000_000, tz)
            assert calendar.day_of(instant) == wall.date()
            if instant != calendar.start_of_day(wall.date()):  # a start of day stays one, at whatever hour
                moved = (wall.replace(fold=0) + 2 * ONE).timestamp()
                assert calendar.add(instant, Duration(days=2)) == round(moved) * 1_000_000


# --- the federal holidays of the United States --------------------------------------------------------------


@cache
def united_states() -> BusinessCalendar:
    pytest.importorskip("holidays")
    return business_calendar("US", range(2020, 2061))


def federal_holidays(year: int) -> Iterator[date]:
    """The statute, since 2021: a fixed day on a Saturday is kept the day before, on a Sunday the day after."""
    for month, day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)):
        fixed = date(year, month, day)
        yield fixed + timedelta(days={5: -1, 6: 1}.get(fixed.weekday(), 0))
    moving = ((1, rrule.MO(3)), (2, rrule.MO(3)), (5, rrule.MO(-1)), (9, rrule.MO(1)), (10, rrule.MO(2)))
    for month, weekday in (*moving, (11, rrule.TH(4))):
        start = date(year, 1, 1)
        yield rrule.rrule(rrule.YEARLY, dtstart=start, count=1, bymonth=month, byweekday=weekday)[0].date()


def test_business_days_of_the_united_states_day_by_day() -> None:
    states = united_states()
    closed = {day for year in range(2021, 2062) for day in federal_holidays(year)}
    for day in DAYS:
        if day.year >= 2021:
            assert states.is_business_day(day) == (day.weekday() < 5 and day not in closed), day


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("2020-06-19", True),  # Juneteenth is a holiday since 2021
        ("2021-06-18", False),  # and was kept on Friday in its first year
        ("2022-06-20", False),
        ("2026-07-03", False),  # Independence Day on a Saturday
        ("2021-07-05", False),  # and on a Sunday
        ("2021-12-31", False),  # New Year's Day of 2022, kept in the year before
        ("2023-01-02", False),
        ("2026-11-27", True),  # the day after Thanksgiving is none
    ],
)
def test_observed_holidays(text: str, open_: bool) -> None:
    assert united_states().is_business_day(date.fromisoformat(text)) is open_


def test_trap_the_last_business_day_of_2021_is_the_day_before_new_year_s_is_kept() -> None:
    calendar = Calendar(LA, business=united_states())
    last = Recurrence.parse("last business day of each month")
    assert last.first_from(at("2021-12-01"), calendar) == at("2021-12-30")

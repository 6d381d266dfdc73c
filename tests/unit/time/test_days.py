"""Days on which something held, against a count that looks at every day."""

from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.time import HOUR, Calendar, Span, SpanSet, days_touched, parse_moment

LA = "America/Los_Angeles"
# The clocks are put back over a midnight, a day is skipped, a day is repeated, and neither.
STRETCHES = [
    ("America/St_Johns", date(2006, 10, 26)),
    ("Pacific/Apia", date(2011, 12, 27)),
    ("Pacific/Kwajalein", date(1969, 9, 28)),
    ("Pacific/Kwajalein", date(1993, 8, 18)),
    ("America/Sao_Paulo", date(2018, 11, 1)),
    (LA, date(2026, 3, 5)),
]


def at(text: str, zone: str = LA) -> int:
    return parse_moment(text, zone).instant


def every_day(spans: SpanSet, calendar: Calendar, start: int, end: int, throughout: bool) -> int:
    held, total = spans.clip(start, end), 0
    day = calendar.day_of(start) - timedelta(days=2)
    while day <= calendar.day_of(end) + timedelta(days=2):
        begin, following = calendar.start_of_day(day), calendar.start_of_day(day + timedelta(days=1))
        wanted = SpanSet.of(begin, following)
        met = wanted - held if throughout else wanted & held
        total += bool(wanted) and (not met if throughout else bool(met))
        day += timedelta(days=1)
    return total


@pytest.mark.parametrize(("zone", "first"), STRETCHES)
@pytest.mark.parametrize("throughout", [False, True])
@settings(max_examples=25)
@given(data=st.data())
def test_the_count_is_that_of_every_day(
    zone: str, first: date, throughout: bool, data: st.DataObject
) -> None:
    calendar = Calendar(zone)
    base = calendar.start_of_day(first)
    instants = st.builds(lambda h, tick: base + h * HOUR // 2 + tick, st.integers(0, 400), st.integers(-1, 1))
    bounds = data.draw(st.lists(instants, min_size=2, max_size=10))
    spans = SpanSet.from_spans(Span(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=False))
    start, end = sorted((data.draw(instants), data.draw(instants)))
    found = days_touched(spans, calendar, start, end, throughout=throughout)
    assert found == every_day(spans, calendar, start, end, throughout)


def test_a_day_left_in_the_morning_counts_but_is_no_whole_day() -> None:
    calendar, window = Calendar(LA), (at("2026-01-01"), at("2027-01-01"))
    present = SpanSet.of(at("2026-03-02T18:00"), at("2026-03-10T09:00"))
    assert days_touched(present, calendar, *window) == 9
    assert days_touched(present, calendar, *window, throughout=True) == 7


def test_a_day_left_and_entered_again_counts_once() -> None:
    calendar = Calendar(LA)
    present = SpanSet.of(at("2026-03-02"), at("2026-03-04T08:00")) | SpanSet.of(
        at("2026-03-04T20:00"), at("2026-03-06")
    )
    assert days_touched(present, calendar, at("2026-01-01"), at("2027-01-01")) == 4
    assert days_touched(present, calendar, at("2026-01-01"), at("2027-01-01"), throughout=True) == 3


def test_a_span_ends_before_its_last_instant() -> None:
    calendar = Calendar(LA)
    whole = SpanSet.of(at("2026-03-08"), at("2026-03-09"))  # 23 hours
    for throughout in (False, True):
        assert days_touched(whole, calendar, 0, at("2030-01-01"), throughout=throughout) == 1


def test_open_spans_and_empty_windows() -> None:
    calendar, always = Calendar(LA), SpanSet.of()
    assert days_touched(always, calendar, at("2021-01-01"), at("2026-01-01")) == 1826
    assert days_touched(always, calendar, at("2021-01-01"), at("2021-01-01")) == 0
    assert days_touched(~always, calendar, at("2021-01-01"), at("2026-01-01")) == 0


@pytest.mark.parametrize("throughout", [False, True])
def test_a_day_that_never_came_does_not_count(throughout: bool) -> None:
    apia, zone = Calendar("Pacific/Apia"), "Pacific/Apia"
    days = days_touched(
        SpanSet.of(), apia, at("2011-12-01", zone), at("2012-01-01", zone), throughout=throughout
    )
    assert days == 30


def test_the_cost_is_that_of_the_spans() -> None:
    calendar, always = Calendar(LA), SpanSet.of()
    start, end = at("1000-01-01"), at("3000-01-01")
    days_touched(always, calendar, start, end)  # looks for skipped days once
    began = perf_counter()
    for _ in range(10):
        assert days_touched(always, calendar, start, end) == (date(3000, 1, 1) - date(1000, 1, 1)).days
    assert perf_counter() - began < 1

"""Span sets against a model that keeps every tick of a small window in a set."""

from __future__ import annotations

from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.time import Span, SpanSet

LOW, HIGH = -3, 15
TICKS = range(LOW, HIGH)
bounds = st.none() | st.integers(0, 12)
spans = st.builds(Span, bounds, bounds)
span_lists = st.lists(spans, max_size=6)


def model(items: list[Span]) -> set[int]:
    return {t for t in TICKS for span in items if span.contains(t)}


def ticks_of(found: SpanSet) -> set[int]:
    return {t for t in TICKS if found.contains(t)}


def assert_canonical(found: SpanSet) -> None:
    """Sorted, disjoint, never touching, nothing empty, open only at the outer ends."""
    items = list(found)
    assert not any(span.is_empty for span in items)
    for left, right in pairwise(items):
        assert left.end is not None
        assert right.start is not None
        assert left.end < right.start


@given(span_lists)
def test_from_spans_holds_what_any_span_holds(items: list[Span]) -> None:
    found = SpanSet.from_spans(items)
    assert ticks_of(found) == model(items)
    assert_canonical(found)
    assert len(list(found)) == len(found)


@given(span_lists)
def test_equal_sets_are_equal_however_they_were_built(items: list[Span]) -> None:
    found = SpanSet.from_spans(items)
    one_by_one = SpanSet()
    for span in items:
        one_by_one |= SpanSet.of(span.start, span.end)
    again = SpanSet.from_spans(reversed(items))
    assert found == again == one_by_one == SpanSet.from_spans(found)
    assert hash(found) == hash(again) == hash(one_by_one)


@given(span_lists, span_lists)
def test_algebra(left: list[Span], right: list[Span]) -> None:
    a, b, everything = SpanSet.from_spans(left), SpanSet.from_spans(right), set(TICKS)
    cases = [
        (a | b, model(left) | model(right)),
        (a & b, model(left) & model(right)),
        (a - b, model(left) - model(right)),
        (~a, everything - model(left)),
    ]
    for found, expected in cases:
        assert ticks_of(found) == expected
        assert_canonical(found)
    assert ~~a == a
    assert a - b == a & ~b
    assert ~(a | b) == ~a & ~b


@given(span_lists, st.integers(LOW, HIGH - 1))
def test_span_at_is_the_whole_span_around_a_tick(items: list[Span], t: int) -> None:
    found = SpanSet.from_spans(items)
    around = [span for span in found if span.contains(t)]
    assert found.span_at(t) == (around[0] if around else None)
    assert (t in found) == bool(around)


@given(span_lists, bounds, bounds)
def test_clip_keeps_the_part_inside(items: list[Span], start: int | None, end: int | None) -> None:
    clipped = SpanSet.from_spans(items).clip(start, end)
    assert ticks_of(clipped) == {t for t in model(items) if Span(start, end).contains(t)}


@given(st.lists(st.builds(Span, st.integers(0, 12), st.integers(0, 12)), max_size=6))
def test_total_counts_ticks(items: list[Span]) -> None:
    assert SpanSet.from_spans(items).total() == len(model(items))


def test_touching_spans_coalesce_and_empty_ones_vanish() -> None:
    found = SpanSet.from_spans([Span(5, 9), Span(0, 5), Span(20, 20), Span(30, 25)])
    assert list(found) == [Span(0, 9)]
    assert not SpanSet.from_spans([Span(3, 3)])


def test_an_empty_span_between_two_others_joins_nothing() -> None:
    assert len(SpanSet.from_spans([Span(0, 2), Span(3, 3), Span(4, 6)])) == 2


def test_half_open_ends() -> None:
    found = SpanSet.of(0, 10)
    assert [found.contains(t) for t in (-1, 0, 9, 10)] == [False, True, True, False]


def test_unbounded_sides() -> None:
    always, before, after = SpanSet.of(), SpanSet.of(None, 0), SpanSet.of(0, None)
    assert always == before | after == ~SpanSet()
    assert list(always) == [Span(None, None)]
    assert (before & after) == SpanSet()
    assert [always.total(), before.total(), after.total(), SpanSet().total()] == [None, None, None, 0]
    assert always.span_at(7) == Span(None, None)


def test_spans_know_their_length() -> None:
    assert [Span(2, 5).length, Span(5, 2).length, Span(None, 2).length, Span(2, None).length] == [
        3,
        0,
        None,
        None,
    ]


def test_they_print_readably() -> None:
    assert (
        repr(SpanSet.from_spans([Span(None, 0), Span(2, 3), Span(9, None)]))
        == "SpanSet((-∞, 0), [2, 3), [9, ∞))"
    )
    assert repr(SpanSet()) == "SpanSet()"


def test_they_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        SpanSet.of(0, 1)._flips = ()  # type: ignore[misc]

"""Spans and span sets: exact sets of instants.

A span set is kept as the ticks at which membership flips, with one bit for what holds before the first.  So
it is always sorted, disjoint and coalesced, a complement flips one bit, and every operation on two sets is
one pass over their flips.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from attrs import frozen


@frozen
class Span:
    """The instants ``start <= t < end``; ``None`` leaves a side open for ever.  Empty if ``end <= start``."""

    start: int | None
    end: int | None

    @property
    def is_empty(self) -> bool:
        """Whether no instant is in it."""
        return self.start is not None and self.end is not None and self.end <= self.start

    @property
    def length(self) -> int | None:
        """How many ticks it has; ``None`` when it is unbounded."""
        if self.start is None or self.end is None:
            return None
        return max(0, self.end - self.start)

    def contains(self, t: int) -> bool:
        """Whether ``t`` is in the span."""
        return (self.start is None or self.start <= t) and (self.end is None or t < self.end)

    __contains__ = contains

    def __str__(self) -> str:
        start = "(-∞" if self.start is None else f"[{self.start}"
        end = "∞" if self.end is None else str(self.end)
        return f"{start}, {end})"


@frozen(repr=False)
class SpanSet:
    """An immutable set of instants, seen as its spans in order.

    Build one with :meth:`from_spans` or :meth:`of`.  ``s | t``, ``s & t``, ``s - t`` and ``~s`` are the set
    operations; ``len(s)`` counts spans, so an empty set is false.
    """

    _flips: tuple[int, ...] = ()
    _always_before: bool = False

    @classmethod
    def from_spans(cls, spans: Iterable[Span]) -> SpanSet:
        """The union of ``spans``, given in any order; they may touch, overlap or be empty."""
        flips: list[int] = []
        always_before = False
        for span in sorted((s for s in spans if not s.is_empty), key=_by_start):
            end = span.end
            if span.start is None and not flips:
                always_before = True
            elif span.start is not None and (not flips or span.start > flips[-1]):
                flips.append(span.start)
            else:  # it touches the part held so far, which ends at the last flip
                held_to = flips.pop()
                end = None if end is None else max(end, held_to)
            if end is None:
                break
            flips.append(end)
        return cls(tuple(flips), always_before)

    @classmethod
    def of(cls, start: int | None = None, end: int | None = None) -> SpanSet:
        """The set of one span; with no bounds, all of time."""
        if start is not None and end is not None and end <= start:
            return cls()
        return cls(tuple(t for t in (start, end) if t is not None), start is None)

    def contains(self, t: int) -> bool:
        """Whether ``t`` is in the set, by bisection."""
        return (bisect_right(self._flips, t) & 1 == 1) is not self._always_before

    __contains__ = contains

    def span_at(self, t: int) -> Span | None:
        """The whole span that ``t`` is in, or ``None``."""
        after = bisect_right(self._flips, t)
        if (after & 1 == 1) is self._always_before:
            return None
        start = self._flips[after - 1] if after else None
        return Span(start, self._flips[after] if after < len(self._flips) else None)

    def clip(self, start: int | None, end: int | None) -> SpanSet:
        """The part in ``[start, end)``."""
        return self & SpanSet.of(start, end)

    def total(self) -> int | None:
        """How many ticks are in the set; ``None`` when they are without end."""
        if self._always_before or len(self._flips) & 1:
            return None
        return sum(self._flips[1::2]) - sum(self._flips[::2])

    def __or__(self, other: SpanSet) -> SpanSet:
        return _combine(self, other, (False, True, True, True))

    def __and__(self, other: SpanSet) -> SpanSet:
        return _combine(self, other, (False, False, False, True))

    def __sub__(self, other: SpanSet) -> SpanSet:
        return _combine(self, other, (False, False, True, False))

    def __invert__(self) -> SpanSet:
        return SpanSet(self._flips, not self._always_before)

    def __iter__(self) -> Iterator[Span]:
        bounds: list[int | None] = [None] if self._always_before else []
        bounds += self._flips
        if len(bounds) & 1:
            bounds.append(None)
        return map(Span, bounds[::2], bounds[1::2])

    def __len__(self) -> int:
        return (len(self._flips) + self._always_before + 1) // 2

    def __repr__(self) -> str:
        return f"SpanSet({', '.join(map(str, self))})"


def _by_start(span: Span) -> tuple[bool, int]:
    return (False, 0) if span.start is None else (True, span.start)


def _combine(left: SpanSet, right: SpanSet, table: tuple[bool, bool, bool, bool]) -> SpanSet:
    """One pass over both; ``table`` answers for (in left, in right) = 00, 01, 10, 11."""
    a, b = left._flips, right._flips
    state = 2 * left._always_before + right._always_before
    always_before = held = table[state]
    flips: list[int] = []
    i = j = 0
    while i < len(a) or j < len(b):
        take_left = j == len(b) or (i < len(a) and a[i] <= b[j])
        take_right = i == len(a) or (j < len(b) and b[j] <= a[i])
        t = a[i] if take_left else b[j]
        if take_left:
            i, state = i + 1, state ^ 2
        if take_right:
            j, state = j + 1, state ^ 1
        if table[state] is not held:
            held = not held
            flips.append(t)
    return SpanSet(tuple(flips), always_before)

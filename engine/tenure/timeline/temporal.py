"""The algebra of temporal operators: signals over the line of stages, and what each operator makes of them.

A signal says of every stage whether something holds: for certain, and possibly.  All operators but `not` are monotone,
so they act on the two planes alike.  Stage ``2t`` is t⁻ and ``2t + 1`` is t⁺ (DESIGN §2), and nothing here steps
through time: only the edges of signals are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import frozen

from tenure.logic.definitions import Stage, before_events
from tenure.time import MIN_INSTANT, Instant, Span, SpanSet

#: From the tick of an anchor to the instant at which what it allows is over.
LimitOf = Callable[[Instant], Instant]

EMPTY = SpanSet()
ALL = SpanSet.of()


@frozen
class Signal:
    """The stages at which something holds for certain, and those at which it may: a superset."""

    certain: SpanSet = EMPTY
    possible: SpanSet = EMPTY

    def __invert__(self) -> Signal:
        return Signal(~self.possible, ~self.certain)

    def __and__(self, other: Signal) -> Signal:
        return Signal(self.certain & other.certain, self.possible & other.possible)

    def __or__(self, other: Signal) -> Signal:
        return Signal(self.certain | other.certain, self.possible | other.possible)

    def through(self, operator: Callable[[SpanSet], SpanSet]) -> Signal:
        """A monotone operator on both planes."""
        return Signal(operator(self.certain), operator(self.possible))

    def open_after(self, stage: Stage) -> Signal:
        """The same with nothing known about the stages after ``stage``."""
        return Signal(self.certain.clip(None, stage + 1), self.possible | SpanSet.of(stage + 1, None))


NEVER = Signal()
ALWAYS = Signal(ALL, ALL)
UNSURE = Signal(EMPTY, ALL)


def join(signals: Iterable[Signal]) -> Signal:
    """The disjunction of many signals."""
    found = list(signals)
    return Signal(
        SpanSet.from_spans(span for signal in found for span in signal.certain),
        SpanSet.from_spans(span for signal in found for span in signal.possible),
    )


# ---------------------------------------------------------------- looking ahead


def eventually(holds: SpanSet) -> SpanSet:
    """Every stage with a later one, or itself, in ``holds``."""
    spans = list(holds)
    return SpanSet.of(None, spans[-1].end) if spans else EMPTY


def always(holds: SpanSet) -> SpanSet:
    """Every stage from which on all are in ``holds``."""
    return ~eventually(~holds)


def eventually_within(holds: SpanSet, limit: LimitOf) -> SpanSet:
    """Every stage that is followed by one in ``holds`` before the limit anchored at it."""
    return SpanSet.from_spans(
        span if span.start is None else Span(before_events(_first_reaching(span.start, limit)), span.end)
        for span in holds
    )


def _first_reaching(stage: Stage, limit: LimitOf) -> Instant:
    """The first tick whose limit lies after ``stage``: limits only grow, so it is found by bisection."""
    high = stage // 2
    step = 1
    while high - step > MIN_INSTANT and before_events(limit(high - step)) > stage:
        step *= 2
    low = max(high - step, MIN_INSTANT - 1)
    while high - low > 1:
        middle = (low + high) // 2
        if before_events(limit(middle)) > stage:
            high = middle
        else:
            low = middle
    return high


def holds_until(holds: SpanSet, end: SpanSet) -> SpanSet:
    """Every stage from which ``holds`` lasts up to a stage in ``end``, which does come."""
    spans = []
    for span in end:
        before = None if span.start is None else holds.span_at(span.start - 1)
        spans.append(span if before is None else Span(before.start, span.end))
    return SpanSet.from_spans(spans)


def at_next(holds: SpanSet, changes: list[Stage]) -> SpanSet:
    """Every stage before a change at which ``holds`` is true of the next one; ``changes`` are sorted."""
    befores: list[Stage | None] = [None, *changes]
    return SpanSet.from_spans(Span(b, c) for b, c in zip(befores, changes, strict=False) if c in holds)


# ---------------------------------------------------------------- looking back


def once(holds: SpanSet) -> SpanSet:
    """Every stage with an earlier one, or itself, in ``holds``."""
    spans = list(holds)
    return SpanSet.of(spans[0].start, None) if spans else EMPTY


def once_within(holds: SpanSet, limit: LimitOf) -> SpanSet:
    """Every stage before the limit of an earlier one, or itself, in ``holds``."""
    return SpanSet.from_spans(
        span if span.end is None else Span(span.start, before_events(limit((span.end - 1) // 2)))
        for span in holds
    )


def since(holds: SpanSet, start: SpanSet) -> SpanSet:
    """Every stage up to which ``holds`` has lasted from a stage in ``start``; at that stage it need not hold."""
    spans = []
    for span in start:
        after = None if span.end is None else holds.span_at(span.end)
        spans.append(span if after is None else Span(span.start, after.end))
    return SpanSet.from_spans(spans)


def held_for(holds: SpanSet, limit: LimitOf) -> SpanSet:
    """Every stage at which ``holds`` has lasted as long as the limit of its beginning asks."""
    return SpanSet.from_spans(
        span if span.start is None else Span(before_events(limit(span.start // 2)), span.end)
        for span in holds
    )


def one_earlier(holds: SpanSet) -> SpanSet:
    """Every stage whose predecessor is in ``holds``."""
    return SpanSet.from_spans(
        Span(None if s.start is None else s.start + 1, None if s.end is None else s.end + 1) for s in holds
    )


def entering(holds: SpanSet) -> SpanSet:
    """Every stage of a tick at whose first stage ``holds`` is true."""
    return SpanSet.from_spans(
        Span(None if s.start is None else s.start + s.start % 2, None if s.end is None else s.end + s.end % 2)
        for s in holds
    )

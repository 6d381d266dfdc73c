"""What differs between two timelines of one contract: positions, void acts and breaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Literal, TypeVar

from attrs import evolve, field, frozen

from tenure.logic.acts import VoidAct
from tenure.norms import Position
from tenure.time import Instant, Span, SpanSet
from tenure.timeline.objects import object_text
from tenure.timeline.steps import Step, step_at
from tenure.timeline.verdict import Breach, EdgeCause, StatusSpan

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

Kind = Literal["gained", "lost", "lengthened", "shortened", "shifted", "altered"]
Key = TypeVar("Key")
Item = TypeVar("Item")
_CLEARED = "not_held"


@frozen(repr=False)
class Difference:
    """One position that differs: its spans in both timelines, and those parts that only one of them has.

    ``kind`` speaks of when it is held; ``altered`` differs in another status alone.  The edges of a part carry the
    causes that both timelines have there: of ``only_before``, an end that ``after`` brought about is its start.
    """

    position: Position
    kind: Kind
    before: tuple[StatusSpan, ...]
    after: tuple[StatusSpan, ...]
    only_before: tuple[StatusSpan, ...]
    only_after: tuple[StatusSpan, ...]
    text: str = field(eq=False)

    def __repr__(self) -> str:
        parts = [*(f"- {_line(s)}" for s in self.only_before), *(f"+ {_line(s)}" for s in self.only_after)]
        return "\n".join((f"{self.text}: {self.kind}", *(f"    {part}" for part in parts)))


@frozen(repr=False)
class Diff:
    """What is otherwise in ``after`` than in ``before``; false where nothing is.

    ``void`` and ``breaches`` are those that are only ``after``, ``mended`` acts and ``healed`` breaches only ``before``.
    """

    before: Timeline
    after: Timeline
    changed: tuple[Difference, ...]
    void: tuple[VoidAct, ...]
    mended: tuple[VoidAct, ...]
    breaches: tuple[Breach, ...]
    healed: tuple[Breach, ...]

    @classmethod
    def between(cls, before: Timeline, after: Timeline) -> Diff:
        """The differences of two timelines, in the order of the positions of the first."""
        positions = dict.fromkeys(chain(before.line.sources, after.line.sources))
        void, mended = _only({_named(v): v for v in after.void}, {_named(v): v for v in before.void})
        breaches, healed = _only({b: b for b in after.breaches}, {b: b for b in before.breaches})
        return cls(before, after, differences(before, after, positions), void, mended, breaches, healed)

    def of_kind(self, *kinds: Kind) -> tuple[Difference, ...]:
        """The positions that are gained, lost, lengthened and so on."""
        return tuple(d for d in self.changed if d.kind in kinds)

    def __bool__(self) -> bool:
        return any((self.changed, self.void, self.mended, self.breaches, self.healed))

    def __repr__(self) -> str:
        name = self.after.supposition.name if self.after.supposition else None
        about = f" under `{name}`" if name else ""
        if not self:
            return f"Diff: nothing changes{about}"
        return "\n".join((f"Diff: what changes{about}", *self.lines()))

    def lines(self) -> Iterator[str]:
        """What changes, as lines of text."""
        for difference in self.changed:
            yield from repr(difference).splitlines()
        for sign, acts in (("-", self.mended), ("+", self.void)):
            yield from (f"{sign} void: {v.event.id} {v.event.type}: {v.reason}" for v in acts)
        for sign, breaches in (("-", self.healed), ("+", self.breaches)):
            yield from (f"{sign} breach: {breach!r}" for breach in breaches)


def differences(before: Timeline, after: Timeline, positions: Iterable[Position]) -> tuple[Difference, ...]:
    """The differences of two timelines about ``positions``."""
    same = _untouched_acts(before, after)
    found = (_difference(before, after, position) for position in positions if position.act not in same)
    return tuple(d for d in found if d is not None)


def _untouched_acts(before: Timeline, after: Timeline) -> frozenset[str]:
    """The acts about which nothing was evaluated anew: their positions need not be compared."""
    one, two = before.line, after.line
    if one.meaning is not two.meaning or after.disputes is not None:
        return frozenset()
    kept = {name for name, table in one.trace.tables.items() if two.trace.tables[name] is table}
    touched = {support.act for support in one.meaning.supports if support.force not in kept}
    return frozenset(support.act for support in one.meaning.supports) - touched


def _named(void: VoidAct) -> tuple[str, str]:
    return void.event.id, void.reason


def _only(after: Mapping[Key, Item], before: Mapping[Key, Item]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """What only one of the two has, by key."""
    return (
        tuple(value for key, value in after.items() if key not in before),
        tuple(value for key, value in before.items() if key not in after),
    )


def _line(span: StatusSpan) -> str:
    ends = (("from", span.start_cause), ("to", span.end_cause))
    causes = ", ".join(f"{word} {cause!r}" for word, cause in ends if cause)
    return f"{span!r} ({causes})" if causes else repr(span)


# ---------------------------------------------------------------- one position


def _difference(before: Timeline, after: Timeline, position: Position) -> Difference | None:
    one, two = before.steps(position), after.steps(position)
    pieces = _pieces(one, two)
    zone = before.vocabulary.zone
    only_before, only_after = (tuple(_parts(pieces, side, zone)) for side in (0, 1))
    if not only_before and not only_after:
        return None
    spans = before.spans_of(position), after.spans_of(position)
    first, second = (tuple(s for s in several if s.status != _CLEARED) for several in spans)
    return Difference(
        position,
        _kind(first, second),
        first,
        second,
        only_before,
        only_after,
        position_text(before if position in before.line.sources else after, position),
    )


@frozen
class _Piece:
    """A stretch in which neither timeline changes; ``cause`` begins it where one of them does."""

    start: Instant | None
    steps: tuple[Step, Step]
    cause: EdgeCause | None

    @property
    def differs(self) -> bool:
        return self.steps[0].status != self.steps[1].status


def _pieces(one: tuple[Step, ...], two: tuple[Step, ...]) -> list[_Piece]:
    starts = sorted({s.start for s in (*one, *two) if s.start is not None})
    found = []
    for start in (None, *starts):
        now = step_at(one, start), step_at(two, start)
        fresh = [s.cause for s in now if s.start == start and s.cause is not None]
        found.append(_Piece(start, now, fresh[0] if fresh else None))
    return found


def _parts(pieces: list[_Piece], side: int, zone: str) -> Iterator[StatusSpan]:
    """The spans that only one timeline has: neighbouring pieces of one status are one."""
    spans: list[StatusSpan] = []
    for piece, following in pairwise((*pieces, None)):
        assert piece is not None
        step = piece.steps[side]
        if not piece.differs or step.status == _CLEARED:
            continue
        end, cause = (following.start, following.cause) if following else (None, None)
        if spans and spans[-1].status == step.status and spans[-1].end == piece.start is not None:
            spans[-1] = evolve(spans[-1], end=end, end_cause=cause)
        else:
            spans.append(StatusSpan(piece.start, end, step.status, piece.cause, cause, step.clauses, zone))
    return iter(spans)


def _kind(before: Iterable[StatusSpan], after: Iterable[StatusSpan]) -> Kind:
    one, two = _held(before), _held(after)
    if one == two:
        return "altered"
    if not one or not two:
        return "gained" if not one else "lost"
    more, less = two - one, one - two
    return "shifted" if more and less else "lengthened" if more else "shortened"


def _held(spans: Iterable[StatusSpan]) -> SpanSet:
    return SpanSet.from_spans(Span(s.start, s.end) for s in spans if s.status == "held")


def position_text(timeline: Timeline, position: Position) -> str:
    """``Licensee liberty use press against Licensor``."""
    what = object_text(timeline.vocabulary, position)
    instance = f"[{position.instance}]" if position.instance else None
    towards = f"against {position.counterparty}" if position.counterparty else None
    words = (position.holder, position.relation, position.act, what, instance, towards)
    return " ".join(word for word in words if word)

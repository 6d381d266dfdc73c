"""What would: the smallest sets of future acts after which a position holds, or no longer holds, by a date (abduction).

Which acts could matter is found in the open future (a minimal set of acts whose being open is enough); each set is
then made concrete, in every order and with the values that the contract knows, and tried as a supposition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, islice, pairwise, permutations, product
from typing import TYPE_CHECKING, Any

from attrs import evolve

from tenure.diagnostics import QueryError, TenureError
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.logic.truth import TRUE
from tenure.norms import Position
from tenure.norms.terms import TermLowering
from tenure.time import Instant
from tenure.timeline.courses import Course, Courses
from tenure.timeline.future import Act, Future, minimal_sets
from tenure.timeline.segments import segment_at

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

#: How many ways to fill in the attributes of one set of acts are tried.
MOST_WAYS = 64
#: How many distances between acts are tried.
MOST_GAPS = 8
_DAY = 86_400_000_000
#: An event as a history has it.
Event = dict[str, Any]


def what_would(
    timeline: Timeline,
    position: Position,
    holder: str,
    by: Instant,
    *,
    ends: bool,
    with_consent: bool = False,
    most_acts: int = 3,
    must_not: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Courses:
    """The minimal courses of acts after which ``position`` is (or with ``ends`` is not) held at ``by``.

    Acts to which ``holder`` is a party are left out unless ``with_consent``; with ``must_not`` each course says what
    would undo it.  What has been found by then is returned when the search is interrupted.  Raises :class:`QueryError` where the
    position is so already (TEN613) and where ``by`` is not after the horizon (TEN614).
    """
    if by <= timeline.horizon:
        raise QueryError.of(
            "TEN614",
            f"nothing can be done by {timeline.text(by)}: the record goes on to {timeline.text(timeline.horizon)}",
            help="ask about a later date, or give an earlier horizon",
        )
    search = _Search(timeline, position, holder, by, ends=ends)
    if search.reached(timeline):
        word = "not held" if ends else "held"
        raise QueryError.of(
            "TEN613",
            f"the position is {word} at {timeline.text(by)} already, with nothing more done",
            help="ask about another date, or about the opposite",
        )
    open_acts = search.acts(with_consent=with_consent)
    found: dict[frozenset[Act], Course] = {}
    complete, interrupted = True, False
    try:
        for candidate in minimal_sets(open_acts, search.could):
            if len(candidate) > most_acts:
                complete = False
                continue
            progress(" and ".join(sorted(map(str, candidate))))
            course = search.concrete(candidate)
            complete = complete and course is not None
            if course is not None:
                found[frozenset(course.acts)] = search.guarded(course) if must_not else course
    except KeyboardInterrupt:
        complete, interrupted = False, True
    in_order = tuple(sorted(found.values(), key=lambda c: (len(c.acts), str(c))))
    return Courses(in_order, most_acts, complete, interrupted)


class _Search:
    def __init__(
        self, timeline: Timeline, position: Position, holder: str, by: Instant, *, ends: bool
    ) -> None:
        self.timeline = timeline
        self.future: Future = timeline.future
        self.position = position
        self.holder = holder
        self.by = by
        self.ends = ends

    def acts(self, *, with_consent: bool) -> frozenset[Act]:
        """What may be done after the horizon."""
        nobody = "" if with_consent else self.holder
        return frozenset(self.future.acts_of_others(self.position.act, nobody))

    def could(self, acts: frozenset[Act]) -> bool:
        """Whether these acts, left open, leave it open too."""
        segments = self.future.restricted(self.position.act, acts).segments(self.position)
        truth = segments[segment_at(segments, self.by)].truth
        return truth != TRUE if self.ends else bool(truth)

    def reached(self, timeline: Timeline) -> bool:
        """Whether the position is surely held, or with ``ends`` surely not held."""
        status = timeline.verdict(self.position, self.by).status
        return status == ("not_held" if self.ends else "held")

    # ------------------------------------------------------------ making it concrete

    def concrete(self, acts: frozenset[Act]) -> Course | None:
        """The first order and filling-in that works, no part of which does; each act as late as it may be done."""
        for order in permutations(sorted(acts, key=str)):
            for gap in self._gaps():
                times = self._spaced(self.future.horizon, len(order), gap)
                for events in islice(self._fillings(order), MOST_WAYS):
                    if self._works(events, times):
                        return self._least(order, events, times)
                if len(order) == 1:
                    break
        return None

    def _least(self, order: tuple[Act, ...], events: tuple[Event, ...], times: list[Instant]) -> Course:
        """The smallest part of a course that works, which is mostly the whole."""
        for size in range(1, len(order) + 1):
            for kept in combinations(range(len(order)), size):
                some, then = tuple(events[i] for i in kept), [times[i] for i in kept]
                if self._works(some, then):
                    return Course(tuple(order[i] for i in kept), some, self._latest(some, then))
        raise AssertionError(order)

    def guarded(self, course: Course) -> Course:
        """The course with the acts of which one, done between its acts or after them, would undo it."""
        early = self._spaced(self.future.horizon, len(course.events), _DAY)
        times = early if self._works(course.events, early) else list(course.times)
        events = self._placed(course.events, times)
        after = self.timeline.suppose(add=events)
        search = _Search(after, self.position, self.holder, self.by, ends=not self.ends)
        undoing = [
            act
            for act in sorted(search.acts(with_consent=True), key=str)
            if search.could(frozenset((act,))) and search.undoes(act, times)
        ]
        return evolve(course, must_not=tuple(undoing))

    def undoes(self, act: Act, starts: list[Instant]) -> bool:
        """Whether ``act`` alone, on the day after one of ``starts`` or between two, brings the change about."""
        fillings = list(islice(self._fillings((act,)), MOST_WAYS))
        after = [start + _DAY for start in starts] + [(a + b) // 2 for a, b in pairwise(starts)]
        return any(self._works(events, [time]) for time in after for events in fillings)

    def _gaps(self) -> list[int]:
        """How far apart to try the acts: a day, or just past each duration that the contract names."""
        calendar = self.timeline.vocabulary.calendar
        named = {
            n
            for item in self.timeline.vocabulary.document.items
            for n in nodes(item)
            if isinstance(n, s.Length)
        }
        gaps = {_DAY}
        for length in named:
            try:
                duration = TermLowering.duration(length)
                gaps.add(calendar.add(self.future.horizon, duration) - self.future.horizon + 2 * _DAY)
            except TenureError:
                continue
        return sorted(gaps)[:MOST_GAPS]

    def _fillings(self, order: tuple[Act, ...]) -> Iterator[tuple[Event, ...]]:
        """Every way to fill in attributes; attributes of one name have one value."""
        declared = [self.timeline.vocabulary.events[act.type] for act in order]
        names = dict.fromkeys(a.name for event in declared for a in event.attributes if a.default is None)
        kinds = {a.name: a for event in declared for a in event.attributes}
        values = [self._values(kinds[name]) for name in names]
        for chosen in product(*values):
            data = dict(zip(names, chosen, strict=True))
            yield tuple(
                {
                    "type": act.type,
                    "by": list(act.by[:1] if not act.joint else act.by),
                    "data": _of(event, data),
                }
                for act, event in zip(order, declared, strict=True)
            )

    def _values(self, attribute: s.AttributeDeclaration) -> list[Any]:
        vocabulary = self.timeline.vocabulary
        objects = [v for v in self.position.object if v is not None]
        match attribute.type:
            case "flag":
                return [True, False]
            case "party":
                return list(vocabulary.parties)
            case "kind":
                return list(vocabulary.kinds)
            case "number":
                return [1, 10**12]
            case "money":
                return ["USD 1", "USD 1000000000000"]
            case "date" | "instant":
                return [self.timeline.text(self.future.horizon)]
            case _ if attribute.choices:
                return list(attribute.choices)
            case _:
                verdict = self.timeline.verdict(self.position, self.future.horizon)
                return [f"some {attribute.name}", *objects, *verdict.clauses]

    @staticmethod
    def _spaced(start: Instant, count: int, gap: int) -> list[Instant]:
        """Instants ``gap`` apart, from the day after ``start``."""
        return [start + _DAY + i * gap for i in range(count)]

    def _placed(self, events: tuple[Event, ...], times: list[Instant]) -> list[Event]:
        return [{**e, "at": self.timeline.text(t)} for e, t in zip(events, times, strict=True)]

    def _works(self, events: tuple[Event, ...], times: list[Instant]) -> bool:
        """Whether the events at these instants bring it about."""
        return times[-1] <= self.by and self.reached(self.timeline.suppose(add=self._placed(events, times)))

    def _latest(self, events: tuple[Event, ...], times: list[Instant]) -> tuple[Instant, ...]:
        """The latest instant of each act, the last of them first: what works late is not hindered earlier."""
        found = list(times)
        for i in reversed(range(len(events))):
            ceiling = found[i + 1] - 1 if i + 1 < len(found) else self.by

            def works(t: Instant, i: int = i) -> bool:
                return self._works(events, [*found[:i], t, *found[i + 1 :]])

            found[i] = self._last(works, found[i], ceiling)
        return tuple(found)

    def _last(self, works: Callable[[Instant], bool], low: Instant, high: Instant) -> Instant:
        """The last instant at which it works, by bisection: over days, and then within the day."""
        if low >= high or works(high):
            return max(low, high) if low < high else low
        calendar = self.timeline.vocabulary.calendar
        while high - low > 2 * _DAY:
            middle = calendar.start_of_day(calendar.day_of((low + high) // 2))
            low, high = (middle, high) if works(middle) else (low, middle)
        # A limit is mostly the start of a day: then the last instant before it is the answer.
        for edge in (
            calendar.start_of_day(calendar.day_of(high)),
            calendar.start_of_day(calendar.day_of(low + _DAY)),
        ):
            if low < edge <= high and not works(edge):
                high = edge
            if low < edge - 1 < high and works(edge - 1):
                low = edge - 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if works(middle) else (low, middle)
        return low


def _of(event: s.EventDeclaration, data: dict[str, Any]) -> dict[str, Any]:
    return {a.name: data[a.name] for a in event.attributes if a.name in data}

"""What would: the smallest sets of future acts after which a position holds, or no longer holds, by a date (abduction).

Which acts could matter is found in the open future (a minimal set of acts whose being open is enough); each set is
then made concrete, in every order and with the values that the contract knows, and tried as a supposition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, permutations, product
from typing import TYPE_CHECKING, Any

from attrs import frozen

from tenure.diagnostics import QueryError, TenureError
from tenure.language import syntax as s
from tenure.logic.truth import TRUE
from tenure.norms import Position
from tenure.norms.scope import nodes
from tenure.norms.terms import TermLowering
from tenure.time import Instant
from tenure.timeline.future import Act, Future, minimal_sets
from tenure.timeline.segments import segment_at

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

#: How many ways to fill in the attributes of one set of acts are tried.
MOST_WAYS = 64
#: How many distances between acts are tried.
MOST_GAPS = 8
_DAY = 86_400_000_000


@frozen
class Course:
    """A set of acts that brings the change about, in an order that does, and the last day on which it may be begun.

    ``events`` are mappings as a history has them; ``latest`` is the latest start at which it still works in time.
    """

    acts: tuple[Act, ...]
    events: tuple[dict[str, Any], ...]
    latest: Instant

    def __str__(self) -> str:
        return ", then ".join(str(act) for act in self.acts)


@frozen
class Courses:
    """The minimal courses of up to ``most_acts`` acts.

    ``complete`` is False where more acts might do it, or where acts that could matter were not shown to.
    """

    found: tuple[Course, ...]
    most_acts: int
    complete: bool


def what_would(
    timeline: Timeline,
    position: Position,
    holder: str,
    by: Instant,
    *,
    ends: bool,
    with_consent: bool = False,
    most_acts: int = 3,
    progress: Callable[[str], None] = lambda _: None,
) -> Courses:
    """The minimal courses of acts after which ``position`` is (or with ``ends`` is not) held at ``by``.

    Acts to which ``holder`` is a party are left out unless ``with_consent``.  Raises :class:`QueryError` where the
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
    found: list[Course] = []
    complete = True
    for candidate in minimal_sets(open_acts, search.could):
        if len(candidate) > most_acts:
            complete = False
            continue
        progress(" and ".join(sorted(map(str, candidate))))
        course = search.concrete(candidate)
        if course is None:
            complete = False
        else:
            found.append(course)
    return Courses(tuple(sorted(found, key=lambda c: (len(c.acts), str(c)))), most_acts, complete)


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
        held = timeline.verdict(self.position, self.by).status == "held"
        return not held if self.ends else held

    # ------------------------------------------------------------ making it concrete

    def concrete(self, acts: frozenset[Act]) -> Course | None:
        """The first order and filling-in that works, as late as it may be begun."""
        for order in permutations(sorted(acts, key=str)):
            for gap in self._gaps():
                for events in islice(self._fillings(order), MOST_WAYS):
                    if self._works(events, self.future.horizon, gap):
                        return Course(tuple(order), events, self._latest(events, gap))
                if len(order) == 1:
                    break
        return None

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

    def _fillings(self, order: tuple[Act, ...]) -> Iterator[tuple[dict[str, Any], ...]]:
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

    def _works(self, events: tuple[dict[str, Any], ...], start: Instant, gap: int) -> bool:
        """Whether the events, ``gap`` apart from the day after ``start``, bring it about."""
        times = [start + _DAY + i * gap for i in range(len(events))]
        if times[-1] > self.by:
            return False
        placed = [{**e, "at": self.timeline.text(t)} for e, t in zip(events, times, strict=True)]
        return self.reached(self.timeline.suppose(add=placed))

    def _latest(self, events: tuple[dict[str, Any], ...], gap: int) -> Instant:
        """The latest start, by bisection over days: what works late is not hindered earlier."""
        low, high = 0, max(0, (self.by - self.future.horizon) // _DAY)
        while low < high:
            middle = (low + high + 1) // 2
            if self._works(events, self.future.horizon + middle * _DAY, gap):
                low = middle
            else:
                high = middle - 1
        return self.future.horizon + (low + 1) * _DAY


def _of(event: s.EventDeclaration, data: dict[str, Any]) -> dict[str, Any]:
    return {a.name: data[a.name] for a in event.attributes if a.name in data}

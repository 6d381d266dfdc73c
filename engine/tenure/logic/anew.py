"""A run that evaluates everything anew whenever anything is to be settled.

An effect that reaches back in time changes what was settled long ago, so there is no state to go on from; an executor
for whole histories has none either.  The relations that come out are compared with those before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Self

from tenure.history import Event
from tenure.logic.acts import VoidAct
from tenure.logic.definitions import Program
from tenure.logic.image import Image
from tenure.logic.plan import plan_of
from tenure.logic.tables import Edge, Key, Table
from tenure.logic.trace import Trace
from tenure.time import MIN_INSTANT, Calendar, Instant

#: A whole evaluation of events up to an instant.
Evaluate = Callable[[Program, tuple[Event, ...], Calendar, Instant], Trace]


class Anew:
    """The evaluation of all events so far; rows of the relations ``watched`` that change are noted."""

    def __init__(
        self, program: Program, calendar: Calendar, watched: frozenset[str], evaluate: Evaluate
    ) -> None:
        self.program = program
        self.evaluate = evaluate
        self.calendar = calendar
        self.watched = watched
        self.tables: Mapping[str, Table] = {name: Table(name) for name in plan_of(program).relations}
        self.void: dict[str, VoidAct] = {}
        self._events: list[Event] = []
        self._changed: dict[str, dict[Key, None]] = {}
        self.open_from: Instant = MIN_INSTANT
        self.take([], MIN_INSTANT)

    def take(self, events: Iterable[Event], to: Instant) -> Instant | None:
        """Take ``events`` and every limit up to ``to``; the first instant at which anything is otherwise than it was."""
        events = list(events)
        taken = min([self.open_from, *(event.at for event in events)])
        end = max(to, MIN_INSTANT)
        trace = self.evaluate(self.program, (*self._events, *events), self.calendar, end)
        self._events += events
        self.open_from = end
        self.void.clear()
        self.void.update((void.event.id, void) for void in trace.void)
        found = []
        for name, table in self.tables.items():
            before, table.edges = table.edges, trace.tables[name].edges
            for key in {**before, **table.edges} if name in self.watched else ():
                at = _first_difference(before.get(key, []), table.edges.get(key, []))
                if at is not None:
                    self._changed.setdefault(name, {})[key] = None
                    found.append(at)
        first = min(found, default=None)
        self._note_all_from(taken if first is None else min(first, taken))
        return first

    def _note_all_from(self, first: Instant) -> None:
        """What has an edge from ``first`` on counts as changed, as if all from there on had come anew."""
        for name in self.watched:
            for key, edges in self.tables[name].edges.items():
                if edges and edges[-1].stage // 2 >= first:
                    self._changed.setdefault(name, {})[key] = None

    def changed(self) -> dict[str, dict[Key, None]]:
        """The rows of watched relations that have changed since this was last asked."""
        found, self._changed = self._changed, {}
        return found

    def back(self, before: Instant) -> Instant:
        """As if the events from ``before`` on had not come; they are to come anew."""
        self._events = [event for event in self._events if event.at < before]
        self.open_from = before
        return before

    def forget(self, before: Instant, but: frozenset[str]) -> Instant | None:  # noqa: ARG002  (an effect may reach back to anything)
        """All stays known."""
        return None

    def image(self, but: frozenset[str]) -> Image | None:  # noqa: ARG002  (nothing is settled for good)
        """None: it has no state to go on from."""
        return None

    def stand(self, image: Image) -> Instant:
        """There is no image of such a run."""
        raise ValueError(image.shape)

    def fork(self, *, past: bool = True) -> Self:  # noqa: ARG002  (nothing can be told without its past)
        """Another run that stands where this one does, with all of its ``past`` in any case."""
        other = type(self)(self.program, self.calendar, self.watched, self.evaluate)
        other.take(self._events, self.open_from)
        other.changed()
        return other


def _first_difference(before: list[Edge], after: list[Edge]) -> Instant | None:
    """The first instant at which the two differ."""
    same = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        same += 1
    stages = [edges[same].stage for edges in (before, after) if same < len(edges)]
    return min(stages) // 2 if stages else None

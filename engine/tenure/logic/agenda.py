"""What is to be done and when.

The agenda holds the limits and dates to come, what changes again at the next stage, and what this stage has touched;
the journal holds what this stage has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from attrs import frozen

from tenure.logic.definitions import Stage
from tenure.logic.nodes import Node, Touches
from tenure.logic.tables import Key, Table
from tenure.logic.truth import ByEvent, Causes, join_causes
from tenure.time import Instant

if TYPE_CHECKING:
    from tenure.logic.readers import Reader

Action = Callable[[], None]
_NEVER: Stage = 1 << 80


class Agenda:
    """The stages to come (``later``), and the keys to settle at this one in the order of their definitions."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Nothing is to be done."""
        self._limits: list[tuple[Stage, int, Node, Key, Stage]] = []
        self._dates: list[tuple[Stage, int, Reader, Causes]] = []
        self._next: list[Action] = []
        self._next_stage: Stage = _NEVER
        self._touched: dict[int, dict[Key, Touches]] = {}
        self._order: list[int] = []
        self._number = count()
        self._mark = 0

    # ------------------------------------------------------------ the stages to come

    def next_stage(self) -> Stage:
        """The next stage at which something is to be done without an event."""
        stage = self._next_stage
        if self._limits and self._limits[0][0] < stage:
            stage = self._limits[0][0]
        if self._dates and self._dates[0][0] < stage:
            stage = self._dates[0][0]
        return stage

    def limit(self, stage: Stage, node: Node, key: Key, anchor: Stage) -> None:
        """``node.expire(key, anchor)`` at ``stage``."""
        heappush(self._limits, (stage, next(self._number), node, key, anchor))

    def date(self, stage: Stage, reader: Reader, causes: Causes) -> None:
        """The date that ``reader`` reads is reached at ``stage``."""
        heappush(self._dates, (stage, next(self._number), reader, causes))

    def limits_by_node(self) -> dict[Node, list[tuple[Stage, Key, Stage]]]:
        """The limits to come, those of each node in the order in which they were set."""
        found: dict[Node, list[tuple[Stage, Key, Stage]]] = {}
        for stage, _, node, key, anchor in sorted(self._limits, key=lambda entry: entry[1]):
            found.setdefault(node, []).append((stage, key, anchor))
        return found

    def skip(self, stage: Stage) -> None:
        """The dates up to ``stage`` have come."""
        while self._dates and self._dates[0][0] <= stage:
            heappop(self._dates)

    def dates(self) -> list[Instant]:
        """The absolute dates to come, those aside to which an effect reaches back."""
        return [
            stage // 2
            for stage, _, _, causes in self._dates
            if not any(isinstance(c, ByEvent) for c in causes)
        ]

    def at_next(self, stage: Stage, action: Action) -> None:
        """``action`` at ``stage``, which is the one after this."""
        self._next_stage = stage
        self._next.append(action)

    def due(self, stage: Stage) -> Due:
        """Take what is to be done at ``stage``."""
        found = Due()
        if self._next_stage == stage:
            found.actions, self._next, self._next_stage = self._next, [], _NEVER
        while self._dates and self._dates[0][0] <= stage:
            found.dates.append(heappop(self._dates)[2:])
        while self._limits and self._limits[0][0] <= stage:
            _, _, node, key, anchor = heappop(self._limits)
            found.limits.setdefault(node.index, []).append((node, key, anchor))
        return found

    def mark(self) -> None:
        """What is put on the agenda from here on may be taken off again."""
        self._mark = next(self._number)

    def undo(self) -> None:
        """Take off what was put on since the mark."""
        self._limits = [entry for entry in self._limits if entry[1] < self._mark]
        heapify(self._limits)
        self._next, self._next_stage = [], _NEVER

    # ------------------------------------------------------------ copies

    def saved(self) -> Plans:
        """A copy of all that is to come."""
        limits, dates, actions = list(self._limits), list(self._dates), list(self._next)
        return Plans(limits, dates, actions, self._next_stage, number=next(self._number))

    def load(self, plans: Plans, twins: Twins) -> None:
        """Plan ``plans`` instead, for the nodes, readers and actions that ``twins`` has for theirs."""
        self._limits = [(s, n, twins.node(node), key, a) for s, n, node, key, a in plans.limits]
        self._dates = [(s, n, twins.reader(reader), causes) for s, n, reader, causes in plans.dates]
        self._next, self._next_stage = [twins.action(action) for action in plans.actions], plans.stage
        self._number = count(plans.number)
        self._touched, self._order = {}, []

    # ------------------------------------------------------------ this stage

    def touch(self, node: Node, key: Key, role: str, causes: Causes) -> None:
        """``key`` of ``node`` is to be settled at this stage."""
        touched = self._touched.get(node.index)
        if touched is None:
            touched = self._touched[node.index] = {}
            heappush(self._order, node.index)
        touches = touched.get(key)
        if touches is None:
            touched[key] = {role: causes}
        elif role in touches:
            touches[role] = join_causes(touches[role], causes)
        else:
            touches[role] = causes

    def visit(self, index: int) -> None:
        """The definition at ``index`` has limits at this stage."""
        heappush(self._order, index)

    def stops(self) -> Iterator[int]:
        """The positions of the definitions to settle, in order; it may grow behind the one that is being settled."""
        while self._order:
            yield heappop(self._order)

    def take(self, index: int) -> dict[Key, Touches] | None:
        """The touched keys of the definition at ``index``, once."""
        return self._touched.pop(index, None)


@frozen
class Plans:
    """What an agenda holds for the stages to come; ``number`` is above that of every entry."""

    limits: list[tuple[Stage, int, Node, Key, Stage]]
    dates: list[tuple[Stage, int, Reader, Causes]]
    actions: list[Action]
    stage: Stage
    number: int


class Twins(Protocol):
    """What stands in one run for the nodes, readers and actions of another."""

    def node(self, node: Node) -> Node:
        """The node of the same definition."""

    def reader(self, reader: Reader) -> Reader:
        """The reader of the same atom."""

    def action(self, action: Action) -> Action:
        """The same action upon the twins of what it acts upon."""


class Due:
    """What is to be done at one stage besides its events."""

    __slots__ = ("actions", "dates", "limits")

    def __init__(self) -> None:
        self.actions: list[Action] = []
        self.dates: list[tuple[Any, ...]] = []
        self.limits: dict[int, list[tuple[Node, Key, Stage]]] = {}


class Journal:
    """What a stage has changed, so that it can be taken back; kept only while that may be asked for."""

    __slots__ = ("_undo", "tables", "tentative", "touched")

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        #: Every table that any stage has changed, by name.
        self.touched: dict[str, Table] = {}
        self.tentative = False
        self._undo: list[Action] = []

    def remember(self, memory: dict[Any, Any], key: Any) -> None:
        """Note the value of ``memory[key]``."""
        if not self.tentative:
            return
        if key in memory:
            value = memory[key]
            self._undo.append(lambda: memory.__setitem__(key, value))
        else:
            self._undo.append(lambda: memory.pop(key, None))

    def on_undo(self, action: Action) -> None:
        """``action`` takes back one step."""
        self._undo.append(action)

    def undo(self, stage: Stage) -> None:
        """Take back everything at ``stage``."""
        for action in reversed(self._undo):
            action()
        self._undo.clear()
        for table in self.tables.values():
            table.undo(stage)
        self._forget()

    def close(self) -> None:
        """End the stage."""
        for table in self.tables.values():
            table.settle()
        self._forget()
        self._undo.clear()
        self.tentative = False

    def _forget(self) -> None:
        self.touched.update(self.tables)
        self.tables.clear()

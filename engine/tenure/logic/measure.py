"""The node of running ``count``, ``sum``, ``min`` and ``max``, over all time or over a window.

A window costs the same for each event however wide it is: what enters is added, what leaves is taken off, and the
least or greatest is on top of a heap from which what has left is dropped when it comes up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from attrs import define, field

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.arithmetic import calculate
from tenure.logic.definitions import Measure, Stage, Term, Var, before_events
from tenure.logic.formulas import has_alternatives
from tenure.logic.nodes import Node, Touches, all_causes
from tenure.logic.tables import ABSENT, PRESENT, Key, may_equal
from tenure.logic.terms import Env, value_of
from tenure.logic.truth import TRUE, Causes

if TYPE_CHECKING:
    from tenure.logic.atoms import Solution
    from tenure.logic.evaluator import Evaluation


#: How many values that have left a window may wait in its heap beside as many as are in it.
_SLACK = 16


@define
class Gathered:
    """What a group has gathered: its total, and in a window the values by the stage at which they came.

    ``total`` is ``None`` while there is nothing; unknown values are only counted.
    """

    total: Any = None
    known: int = 0
    unknown: int = 0
    stages: dict[Stage, list[Any]] = field(factory=dict)
    extremes: list[Ranked] = field(factory=list)

    def copy(self) -> Gathered:
        """The same, to be changed on its own; lists of values are never changed once they are in."""
        return Gathered(self.total, self.known, self.unknown, dict(self.stages), list(self.extremes))

    def value(self) -> Any:
        """The aggregate as it stands: unknown where any part of it is."""
        return UNKNOWN_VALUE if self.unknown else self.total


class Ranked:
    """A value in a heap whose top is the least of them, or with ``descending`` the greatest."""

    __slots__ = ("descending", "stage", "value")

    def __init__(self, value: Any, stage: Stage, *, descending: bool) -> None:
        self.value = value
        self.stage = stage
        self.descending = descending

    def __lt__(self, other: Ranked) -> bool:
        return bool(other.value < self.value if self.descending else self.value < other.value)


class MeasureNode(Node):
    """One running aggregate, for each group a row ``(*group, value)``."""

    memory = ("groups", "shown")

    def __init__(self, definition: Measure, index: int, run: Evaluation) -> None:
        self.measure = definition
        self.falls = definition.level
        super().__init__(definition, index, run)
        self.over = self.roles["over"]
        #: Two arms of an `or` may find the same bindings, which count once.
        self.may_repeat = has_alternatives(definition.over)
        self.groups: dict[Key, Gathered] = {}
        self.shown: dict[Key, Any] = {}

    def _key_terms(self) -> tuple[Term, ...]:
        return self.measure.group

    def keys(self, role: str, env: Env) -> Iterable[Key]:
        """An event of an unknown group may be one of any group; a state that falls, of any that is shown."""
        found = list(super().keys(role, env))
        if any(UNKNOWN_VALUE in key for key in found):
            found += self.groups
        return dict.fromkeys(found)

    def present(self, bound: Env) -> list[Key]:
        """The shown groups that agree with ``bound``, for a state that may fall."""
        if not self.measure.level:
            return []
        named = {i: bound[t.name] for i, t in enumerate(self.head) if isinstance(t, Var) and t.name in bound}
        return [key for key in self.shown if all(key[i] == value for i, value in named.items())]

    def remembered(self) -> dict[str, dict[Any, Any]]:
        """A copy of all that it remembers."""
        return {**super().remembered(), "groups": {key: g.copy() for key, g in self.groups.items()}}

    def recall(self, memory: dict[str, dict[Any, Any]]) -> None:
        """Remember ``memory`` instead."""
        super().recall({**memory, "groups": {key: g.copy() for key, g in memory["groups"].items()}})

    def settle(self, key: Key, touches: Touches) -> None:
        """Compute what ``key`` is at this stage."""
        env = self.over.bind(key)
        assert env is not None
        values = [self._value(s.env) if s.truth == TRUE else UNKNOWN_VALUE for s in self._found(env)]
        if self.measure.level:
            self._show(key, self._fold(None, values), all_causes(touches))
        elif values:
            gathered = self.groups.get(key)
            if gathered is None:
                gathered = self._new_group(key)
            self._enter(gathered, key, values)
            self._show(key, gathered.value(), all_causes(touches))

    def _found(self, env: Env) -> Iterable[Solution]:
        """Every way to bind the rest, once."""
        found = self.over.solutions(env)
        if not self.may_repeat:
            return found
        best: dict[Key, Solution] = {}
        for solution in found:
            key = tuple(solution.env[name] for name in sorted(solution.env))
            if key not in best or best[key].truth < solution.truth:
                best[key] = solution
        return best.values()

    def _new_group(self, key: Key) -> Gathered:
        """A group begins with whatever events of unknown groups may have been its own."""
        self.run.remember(self.groups, key)
        gathered = self.groups[key] = Gathered()
        for other, theirs in self.groups.items() if UNKNOWN_VALUE not in key else ():
            if UNKNOWN_VALUE in other and may_equal(other, key):
                gathered.unknown += theirs.known + theirs.unknown
                for stage, values in theirs.stages.items():
                    gathered.stages.setdefault(stage, []).extend(UNKNOWN_VALUE for _ in values)
        for stage in gathered.stages:
            self._limit(key, stage)
        return gathered

    def _limit(self, key: Key, stage: Stage) -> None:
        assert self.measure.within is not None
        self.run.at_stage(
            before_events(self.run.limits.of(self.measure.within, stage // 2)), self, key, stage
        )

    def _value(self, env: Env) -> Any:
        return 1 if self.measure.of is None else value_of(self.measure.of, env)

    def _fold(self, total: Any, values: list[Any]) -> Any:
        op = {"count": "+", "sum": "+"}.get(self.measure.kind, self.measure.kind)
        for value in values:
            total = value if total is None else calculate(op, total, value)
        return total

    # ------------------------------------------------------------ over events

    def _enter(self, gathered: Gathered, key: Key, values: list[Any]) -> None:
        self._undoing(gathered)
        known = [value for value in values if value is not UNKNOWN_VALUE]
        gathered.known += len(known)
        gathered.unknown += len(values) - len(known)
        if self.measure.within is None:
            gathered.total = self._fold(gathered.total, known)
            return
        stage = self.run.world.stage
        if not self.measure.open:
            gathered.stages[stage] = values
        elif known:
            gathered.stages[stage] = known
        else:
            return
        self._limit(key, stage)
        if self.measure.kind in ("count", "sum"):
            gathered.total = self._fold(gathered.total, known)
            return
        for value in known:
            heappush(gathered.extremes, Ranked(value, stage, descending=self.measure.kind == "max"))
        self._top(gathered)

    def expire(self, key: Key, anchor: Stage) -> None:
        """Whatever was anchored at ``anchor`` runs out at this stage."""
        gathered = self.groups.get(key)
        if gathered is None or anchor not in gathered.stages:
            return
        self._undoing(gathered, left=anchor)
        for value in gathered.stages.pop(anchor):
            if value is UNKNOWN_VALUE:
                gathered.unknown -= 1
                continue
            gathered.known -= 1
            if self.measure.kind in ("count", "sum"):
                gathered.total = calculate("-", gathered.total, value)
        self._top(gathered)
        self._show(key, gathered.value(), self.limit_cause())
        if not gathered.stages:
            self.run.remember(self.groups, key)
            del self.groups[key]

    def _top(self, gathered: Gathered) -> None:
        """Nothing is no total; the extreme of the rest is the first that has not left."""
        if not gathered.known:
            gathered.total = None
            gathered.extremes.clear()
        elif self.measure.kind in ("min", "max"):
            while gathered.extremes[0].stage not in gathered.stages:
                heappop(gathered.extremes)
            if len(gathered.extremes) > 2 * gathered.known + _SLACK:
                gathered.extremes = [e for e in gathered.extremes if e.stage in gathered.stages]
                heapify(gathered.extremes)
            gathered.total = gathered.extremes[0].value

    def _undoing(self, gathered: Gathered, left: Stage | None = None) -> None:
        """How to take back this stage, where it may have to be: the heap is built anew from what is there."""
        if self.run.tentative:
            self.run.on_undo(self._restorer(gathered, left))

    def _restorer(self, gathered: Gathered, left: Stage | None) -> Callable[[], None]:
        total, known, unknown = gathered.total, gathered.known, gathered.unknown
        values = gathered.stages.get(left) if left is not None else None
        stage = self.run.world.stage

        def restore() -> None:
            gathered.total, gathered.known, gathered.unknown = total, known, unknown
            gathered.stages.pop(stage, None)
            if left is not None and values is not None:
                gathered.stages[left] = values
            descending = self.measure.kind == "max"
            gathered.extremes = [
                Ranked(value, at, descending=descending)
                for at, found in gathered.stages.items()
                for value in found
                if value is not UNKNOWN_VALUE
            ]
            heapify(gathered.extremes)

        return restore

    def _show(self, key: Key, value: Any, causes: Causes) -> None:
        """The value is a column: the row of the old value goes, that of the new one comes."""
        if value is not None and UNKNOWN_VALUE in key:
            value = UNKNOWN_VALUE
        before = self.shown.get(key)
        if before is not None and before is not value and before == value:
            return
        self.run.remember(self.shown, key)
        if before is not None and before is not value:
            self.run.put(self.table, (*key, before), ABSENT, causes)
        if value is None:
            self.shown.pop(key, None)
            return
        self.shown[key] = value
        self.run.put(self.table, (*key, value), PRESENT, causes)

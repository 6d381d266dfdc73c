"""The nodes of dates: those that recur, and those that events name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import Dates, Passed, Stage, before_events
from tenure.logic.nodes import Node, Touches, all_causes
from tenure.logic.tables import ABSENT, PRESENT, Key, Row
from tenure.logic.terms import value_of
from tenure.logic.truth import UNKNOWN, Causes
from tenure.time import Instant

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation


class DatesNode(Node):
    """True for one stage at each date of a recurrence; each date sets the next."""

    def __init__(self, definition: Dates, index: int, run: Evaluation) -> None:
        super().__init__(definition, index, run)
        self.dates = definition

    def start(self, tick: Instant) -> None:
        """Wait for the first date that is not before ``tick``."""
        self._wait(self.dates.recurrence.first_from(tick, self.run.limits.calendar))

    def _wait(self, tick: Instant) -> None:
        day = self.run.limits.calendar.day_of(tick)
        stage = before_events(tick)
        self.run.at_stage(stage, self, (day.isoformat(), tick), stage)

    def expire(self, key: Key, anchor: Stage) -> None:
        """The date has come."""
        causes = self.limit_cause()
        self.run.put(self.table, key, PRESENT, causes)
        self.run.fall_next(self.table, key, causes)
        tick = anchor // 2
        self._wait(self.dates.recurrence.next_after(tick, self.run.limits.calendar))


_WHICH = frozenset(("the date that it depends on is unknown",))


class PassedNode(Node):
    """The date of each row of a formula: at the first stage of that date, or when the row comes if that is later."""

    falls = True
    memory = ("coming",)

    def __init__(self, definition: Passed, index: int, run: Evaluation) -> None:
        super().__init__(definition, index, run)
        self.passed = definition
        #: The rows whose date is still to come.
        self.coming: dict[Key, Row] = {}

    def settle(self, key: Key, touches: Touches) -> None:
        """Wait for the date of a row that has come, or tell that it is over."""
        row, stage = self.roles["body"].at(key), self.run.world.stage
        if not row.truth:
            return
        bound = self.roles["body"].bind(key)
        assert bound is not None
        value = value_of(self.passed.date.date, bound)
        if value is UNKNOWN_VALUE:
            self._reach(key, Row(UNKNOWN, row.reasons | _WHICH), all_causes(touches))
            return
        limit = before_events(self.run.limits.due(self.passed.date, value))
        if limit <= stage:
            self._reach(key, row, all_causes(touches))
        elif row.truth > self.coming.get(key, ABSENT).truth:
            self.run.remember(self.coming, key)
            self.coming[key] = row
            self.run.at_stage(limit, self, key, limit)

    def expire(self, key: Key, _anchor: Stage) -> None:
        """The date has come."""
        row = self.coming.get(key, ABSENT)
        self.run.remember(self.coming, key)
        self.coming.pop(key, None)
        if row.truth:
            self._reach(key, row, self.limit_cause())

    def _reach(self, key: Key, row: Row, causes: Causes) -> None:
        if row.truth <= self.table.get(key).truth:
            return
        self.run.put(self.table, key, row, causes)
        if self.passed.only:
            self.run.fall_next(self.table, key, causes, self._left(row))

    @staticmethod
    def _left(row: Row) -> Row:
        """A date that nobody knows may still come."""
        return row if row.reasons >= _WHICH else ABSENT

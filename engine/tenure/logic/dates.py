"""The node of recurring dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.logic.definitions import Dates, Stage, before_events
from tenure.logic.nodes import Node
from tenure.logic.tables import PRESENT, Key
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
        self.run.at_stage(stage, self, (day.isoformat(),), stage)

    def expire(self, key: Key, anchor: Stage) -> None:
        """The date has come."""
        causes = self.limit_cause()
        self.run.put(self.table, key, PRESENT, causes)
        self.run.fall_next(self.table, key, causes)
        tick = anchor // 2
        self._wait(self.dates.recurrence.next_after(tick, self.run.limits.calendar))

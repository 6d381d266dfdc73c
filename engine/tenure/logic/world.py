"""What a formula is solved in: the tables, the stage, and the events of this stage and the one before."""

from __future__ import annotations

from typing import Any, NamedTuple

from tenure.history import Event
from tenure.logic.definitions import Stage
from tenure.logic.tables import Table
from tenure.logic.truth import ByEvent, Causes, Reasons, Truth


class Pulse(NamedTuple):
    """An event at its own stage, as effective as its powers make it."""

    event: Event
    data: dict[str, Any]
    truth: Truth
    reasons: Reasons


#: The events of one stage by type.
Pulses = dict[str, list[Pulse]]


class World:
    """The state of one evaluation at the stage ``stage``; ``first`` is the beginning of time."""

    __slots__ = ("first", "pulses", "pulses_before", "stage", "tables")

    def __init__(self, first: Stage = 0) -> None:
        self.tables: dict[str, Table] = {}
        self.pulses: Pulses = {}
        self.pulses_before: Pulses = {}
        self.first = first
        self.stage = first

    def enter(self, stage: Stage) -> None:
        """Go to ``stage``, at which nothing has happened yet."""
        self.pulses_before = self.pulses if stage == self.stage + 1 else {}
        self.pulses = {}
        self.stage = stage

    def acting(self, causes: Causes) -> list[str]:
        """The events of this stage among ``causes``, by id."""
        here = {pulse.event.id for pulses in self.pulses.values() for pulse in pulses}
        return [cause.event for cause in causes if isinstance(cause, ByEvent) and cause.event in here]

    def changed_by(self, relation: str) -> list[str]:
        """The events of this stage that have changed ``relation``, by id."""
        table = self.tables[relation]
        edges = [found[-1] for key in table.old if (found := table.edges.get(key))]
        return [e for edge in edges if edge.stage == self.stage for e in self.acting(edge.causes)]

    def clear(self) -> None:
        """Go back to the beginning of time, before anything."""
        self.pulses, self.pulses_before, self.stage = {}, {}, self.first
        for table in self.tables.values():
            table.clear()

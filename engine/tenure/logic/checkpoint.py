"""What an evaluation remembers at the end of a stage, for itself or another run of the same program to stand there again.

Edges are no part of it, for what was settled before a stage does not depend on what comes after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve, frozen

from tenure.logic.agenda import Action, Plans
from tenure.logic.definitions import Stage, with_events
from tenure.logic.nodes import Node
from tenure.logic.readers import Reader
from tenure.logic.tables import Key, Row, Table
from tenure.logic.world import Pulses
from tenure.time import Instant

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation


@frozen
class Checkpoint:
    """What an evaluation remembers at the end of ``stage``, without edges; ``size`` counts its rows."""

    stage: Stage
    rows: dict[str, tuple[dict[Key, Row], bool]]
    memories: tuple[dict[str, dict[Any, Any]], ...]
    plans: Plans
    pulses: Pulses
    wound_up: Instant | None
    size: int

    @classmethod
    def of(cls, run: Evaluation) -> Self:
        """What there is to remember now."""
        rows = {table.name: (table.present(), table.has_unknown) for table in tables_of(run)}
        return cls(
            stage=run.world.stage,
            rows=rows,
            memories=tuple(node.remembered() for node in run.nodes),
            plans=run.agenda.saved(),
            pulses=run.world.pulses,
            wound_up=run.wound_up,
            size=sum(len(found) for found, _ in rows.values()),
        )

    def is_before(self, tick: Instant) -> bool:
        """Whether it knows nothing of the events of ``tick``, also not by the dates that recur from the first on."""
        return self.stage < with_events(tick) and (self.wound_up is None or self.wound_up < tick)

    def without(self, relation: str, keys: Iterable[Key]) -> Self:
        """The same without these rows of a relation."""
        gone = frozenset(keys)
        rows, has_unknown = self.rows[relation]
        kept = {key: row for key, row in rows.items() if key not in gone}
        return evolve(self, rows={**self.rows, relation: (kept, has_unknown)})

    def recall(self, run: Evaluation) -> None:
        """Let ``run`` stand here, but for its tables."""
        run.journal.close()
        run.world.stage, run.world.pulses, run.world.pulses_before = self.stage, self.pulses, {}
        run.wound_up = self.wound_up
        for node, memory in zip(run.nodes, self.memories, strict=True):
            if node.memory:
                node.recall(memory)
        run.agenda.load(self.plans, Counterparts(run))

    def restore(self, run: Evaluation) -> None:
        """Let ``run`` stand here, with the edges that its tables have up to this stage."""
        self.recall(run)
        for table in tables_of(run):
            rows, has_unknown = self.rows[table.name]
            table.go_back(rows, self.stage, has_unknown=has_unknown)


def tables_of(run: Evaluation) -> Iterator[Table]:
    """The relations of ``run``, and what its nodes keep for themselves; no two have the same name."""
    yield from map(run.world.tables.__getitem__, run.relations)
    for node in run.nodes:
        yield from node.own_tables()


@frozen
class Counterparts:
    """The nodes, readers and actions of ``run`` that stand for those of another run of the same program."""

    run: Evaluation

    def node(self, node: Node) -> Node:
        """The node of the same definition."""
        return self.run.nodes[node.index]

    def reader(self, reader: Reader) -> Reader:
        """The reader of the same atom."""
        return self.run.readers[reader.number]

    def action(self, action: Action) -> Action:
        """The same method of ``run``, upon its own nodes, readers and tables."""
        if isinstance(action, partial):
            return partial(getattr(self.run, action.func.__name__), *map(self._argument, action.args))
        found: Action = getattr(self.run, action.__name__)
        return found

    def _argument(self, value: Any) -> Any:
        match value:
            case Node():
                return self.node(value)
            case Reader():
                return self.reader(value)
            case Table():
                return self.run.world.tables[value.name]
            case _:
                return value

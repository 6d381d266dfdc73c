"""Reading a finished evaluation at one stage: rows as they stood, and formulas solved against them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from tenure.history import Event
from tenure.logic.definitions import Formula, Stage
from tenure.logic.solver import NOW, Env, Pulse, World, best, solver
from tenure.logic.tables import ABSENT, Edge, Key, Row, Table
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE, NO_REASONS


def edge_at(edges: list[Edge], stage: Stage) -> Edge | None:
    """The edge that decides the row at ``stage``, or None before the first."""
    i = bisect_right(edges, stage, key=lambda edge: edge.stage)
    return edges[i - 1] if i else None


def row_at(table: Table, key: Key, stage: Stage) -> Row:
    """The row of ``key`` as it stood at ``stage``."""
    edge = edge_at(table.edges.get(key, []), stage)
    return Row(edge.truth, edge.reasons) if edge else ABSENT


class _Tables(Mapping[str, Table]):
    """The tables of a trace as they stood at one stage, each built when it is first read."""

    def __init__(self, trace: Trace, stage: Stage) -> None:
        self.trace, self.stage = trace, stage
        self.built: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if name not in self.built:
            source = self.trace.tables[name]
            table = self.built[name] = Table(name, has_zero=source.has_zero)
            rows = {key: row_at(source, key, self.stage) for key in source.edges}
            table.replace({key: row for key, row in rows.items() if row.truth != FALSE})
            table.has_unknown = source.has_unknown
            table.old = {
                key: before
                for key in source.edges
                if (before := row_at(source, key, self.stage - 1)) != rows[key]
            }
        return self.built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.trace.tables)

    def __len__(self) -> int:
        return len(self.trace.tables)


class Snapshot:
    """An evaluation at ``stage``; ``events`` are those of its tick."""

    def __init__(self, trace: Trace, stage: Stage, events: tuple[Event, ...] = ()) -> None:
        self.world = World()
        self.world.tables = _Tables(trace, stage)  # type: ignore[assignment]
        self.world.stage = stage
        for event in events:
            truth = trace.effective.get(event.id, FALSE)
            pulse = Pulse(event, dict(event.data), truth, trace.reasons.get(event.id, NO_REASONS))
            self.world.pulses.setdefault(event.type, []).append(pulse)

    def solve(self, formula: Formula, env: Env) -> Row:
        """The truth of ``formula`` at this stage, for some value of its unbound variables."""
        return best(solver(formula, frozenset(env), self.world)(env, NOW))

    def rows(self, name: str) -> dict[Key, Row]:
        """The rows of a relation that are not false."""
        return self.world.tables[name].rows

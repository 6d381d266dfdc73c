"""What an evaluation remembers at some stages of its past, so that another of the same program can go on from there.

Rows are not among it: they are read off the edges.  A mark stands where nothing is due at the next stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from tenure.history import Event
from tenure.history.values import UNKNOWN
from tenure.logic.definitions import Stage, with_events
from tenure.logic.tables import Key, Row
from tenure.time import Instant

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation

#: How many marks an evaluation makes at the most, and how many things each may remember.
MOST = 8
LARGEST = 50_000
#: How many stages after an event nothing more comes of it but by limits.
_CALM = 8

#: The limits of a definition that are still to come, in the order in which they were set: stage, key and anchor.
Limits = tuple[tuple[Stage, Key, Stage], ...]


class Memory(Struct, frozen=True):
    """What the node of one definition remembers: its memories by name, the rows of its own tables, its limits."""

    values: Mapping[str, dict[Any, Any]]
    own: tuple[dict[Key, Row], ...]
    limits: Limits

    @property
    def size(self) -> int:
        """How much there is to remember."""
        return sum(map(len, (*self.values.values(), *self.own, self.limits)))


NOTHING = Memory({}, (), ())


class Mark(Struct, frozen=True):
    """The memories at the end of ``stage`` by definition, those that are empty left out."""

    stage: Stage
    wound_up: Instant | None
    memories: Mapping[str, Memory]

    def without(self, definitions: Iterable[str], others: Mapping[str, Memory]) -> Mark:
        """This with ``others`` in place of the memories of ``definitions``."""
        gone = set(definitions)
        kept = {name: memory for name, memory in self.memories.items() if name not in gone}
        return replace(self, memories={**kept, **others})


def stages_to_mark(events: Sequence[Event]) -> list[Stage]:
    """The stages at which an evaluation of ``events`` is marked, the last first."""
    count = min(len(events), MOST)
    chosen = {events[len(events) * i // count - 1].at for i in range(1, count + 1)} if count else ()
    return sorted((with_events(at) + _CALM for at in chosen), reverse=True)


def mark_of(run: Evaluation, stage: Stage) -> Mark | None:
    """What ``run`` remembers, at rest up to ``stage``; None where that is too much."""
    limits = run.agenda.limits_by_node()
    memories = {
        node.definition.name: Memory(
            values={name: found for name, found in node.remembered().items() if found},
            own=tuple([dict(table.rows) for table in node.own_tables()]),
            limits=tuple(limits.get(node, ())),
        )
        for node in dict.fromkeys((*limits, *(node for node in run.remembering if not node.is_blank)))
        if node.index in run.known and run.known[node.index] is node
    }
    size = sum(memory.size for memory in memories.values())
    return Mark(stage, run.wound_up, memories) if size <= LARGEST else None


def recall(run: Evaluation, mark: Mark) -> None:
    """Let ``run`` stand at ``mark``, its tables aside."""
    run.world.stage, run.wound_up = mark.stage, mark.wound_up
    run.agenda.skip(mark.stage)
    for node in run.nodes:
        memory = mark.memories.get(node.definition.name, NOTHING)
        node.recall({name: memory.values.get(name, {}) for name in node.memory})
        for table, rows in zip(node.own_tables(), memory.own, strict=False):
            table.go_back(rows, mark.stage, has_unknown=any(UNKNOWN in key for key in rows))
        for stage, key, anchor in memory.limits:
            run.agenda.limit(stage, node, key, anchor)

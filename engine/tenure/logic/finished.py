"""Which rows of a run can be let go: what tells of instances of duties that are over, where nothing reads it.

An instance that is over moves no more, for its trigger is one event of the past.  Its last states are for answers about
the past alone, unless a definition or a power of the contract asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tenure.logic.definitions import DUTY_STATES, OWED, Const, Rel, Value
from tenure.logic.duties import DutyNode
from tenure.logic.formulas import occurrences
from tenure.logic.tables import Key, Table

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation

_LAST = tuple(state for state in DUTY_STATES if state not in (*OWED, "suspended"))


def finished_tables(
    run: Evaluation, memories: Sequence[dict[str, dict[Any, Any]]]
) -> Iterator[tuple[str, set[Key]]]:
    """The relations of last states that nothing reads, each with its rows of instances that may still move.

    ``memories`` are those of the nodes at the stage that is asked about.
    """
    nodes = [node for node in run.nodes if isinstance(node, DutyNode) and not isinstance(node.head[0], Const)]
    read = read_relations(run) if nodes else frozenset()
    for node in nodes:
        instances = memories[node.index]["instances"].values()
        for rung, definition in enumerate(node.duty.rungs):
            owed = {instance.keys[rung] for instance in instances}
            for state in _LAST:
                if (name := f"{state}:{definition.name}") not in read:
                    yield name, owed


def read_relations(run: Evaluation) -> frozenset[str]:
    """The relations that the definitions of ``run`` and the powers for its acts read."""
    atoms = [reader.atom for reader in run.readers]
    for rules in run.rules.values():
        for rule in rules:
            atoms += [found.atom for f in (rule.power, rule.condition) for found in occurrences(f)]
    return frozenset(atom.name for atom in atoms if isinstance(atom, Rel | Value))


def drop_finished(table: Table, owed: set[Key], stage: int) -> list[Key]:
    """Let go the rows of ``table`` that have been as they are since ``stage``, those ``owed`` aside; returns them."""
    gone = [
        key
        for key, edges in table.edges.items()
        if key not in owed and edges and edges[-1].truth and edges[-1].stage <= stage
    ]
    for key in gone:
        table.drop(key)
    return gone

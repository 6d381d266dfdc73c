"""The least fixpoint of definitions that read one another positively within one stage."""

from __future__ import annotations

from tenure.logic.nodes import Node
from tenure.logic.tables import ABSENT, Key, Row


def least_fixpoint(nodes: list[Node]) -> dict[str, dict[Key, Row]]:
    """The rows of each of ``nodes``: from nothing, whatever follows is added until nothing more follows."""
    kept = {node.definition.name: dict(node.table.rows) for node in nodes}
    rows: dict[str, dict[Key, Row]] = {name: {} for name in kept}
    for node in nodes:
        # The tables stand empty while the fixpoint is sought; what was one stage earlier must still be readable.
        for key, row in node.table.rows.items():
            node.table.old.setdefault(key, row)
        node.table.replace({})
    while _grow(nodes, rows):
        for node in nodes:
            node.table.replace(rows[node.definition.name])
    for node in nodes:
        node.table.replace(kept[node.definition.name])
    return {name: {key: rows[name].get(key, ABSENT) for key in {**kept[name], **rows[name]}} for name in kept}


def _grow(nodes: list[Node], rows: dict[str, dict[Key, Row]]) -> bool:
    grown = False
    for node in nodes:
        role, known = node.roles["body"], rows[node.definition.name]
        for key in role.heads({}):
            row = role.at(key)
            if row.truth > known.get(key, ABSENT).truth:
                known[key] = row
                grown = True
    return grown

"""Who owes and who is owed: a side of a duty passes to somebody else, or somebody may perform in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from tenure.logic.duties.clocks import wind
from tenure.logic.duties.instance import Instance
from tenure.logic.tables import ABSENT, Key, Row, Table
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Causes, Truth

if TYPE_CHECKING:
    from tenure.logic.duties.instances import DutyInstances


def transfer(node: DutyInstances, key: Key, number: int, column: int, causes: Causes) -> Key:
    """The creditor's or the debtor's side passes to somebody else: the instance gets another key.

    Where it is unknown whether it passes, or to whom, each who may have it gets an instance.
    """
    passing, kept = _assignees(node, key, number, causes)
    before, instance = key[column], node.instances[key]
    moved = {
        tuple(_with_side(k, column, before, after) for k in instance.keys): row
        for after, row in passing.items()
        if after != before
    }
    if not moved:
        return key
    for rung, old in enumerate(instance.keys):
        for table in (*node.states[rung].values(), node.force[rung]):
            _pass_on(node, table, old, {keys[rung]: row for keys, row in moved.items()}, kept, causes)
    for keys in moved:
        _put_at(node, keys, instance, causes)
    if kept:
        return key
    _leave(node, key, next(iter(moved))[0], causes)
    return node.now(key)


def _assignees(node: DutyInstances, key: Key, number: int, causes: Causes) -> tuple[dict[Any, Row], Truth]:
    """To whom a side passes, and how certain it is that it stays; by several events of one tick, to nobody for certain."""
    solutions = node.roles[f"transfer/{number}"].solutions(node.env_of(key))
    found = {s.env["assignee"]: Row(s.truth, s.reasons) for s in solutions}
    kept = TRUE - max((row.truth for row in found.values()), default=FALSE)
    if len(found) > 1:
        order = frozenset((f"order of {' and '.join(node.run.world.acting(causes))}",))
        found = {assignee: Row(UNKNOWN, order) for assignee in found}
    return found, kept


def _pass_on(
    node: DutyInstances, table: Table, old: Key, moved: dict[Key, Row], kept: Truth, causes: Causes
) -> None:
    """A row of one state under its new keys, and what is left of it under the old one."""
    row = table.get(old)
    if not row.truth:
        return
    for new, passing in moved.items():
        if new != old:
            truth = min(row.truth, passing.truth)
            node.run.put(table, new, Row(truth, row.reasons | passing.reasons), causes)
    if old not in moved:
        why = frozenset().union(*(passing.reasons for passing in moved.values()))
        node.run.put(table, old, Row(min(row.truth, kept), row.reasons | why), causes)


def _put_at(node: DutyInstances, keys: tuple[Key, ...], instance: Instance, causes: Causes) -> None:
    """The instance under other keys, with its clocks; it may come back to somebody who had it before."""
    node.run.remember(node.renamed, keys[0])
    node.renamed.pop(keys[0], None)
    node.keep(keys[0], evolve(instance, keys=keys))
    node.run.put(node.live, keys[0], Row(TRUE), causes)
    for clock in instance.clocks:
        wind(node, keys[0], clock)


def _leave(node: DutyInstances, key: Key, new: Key, causes: Causes) -> None:
    """Nobody has the instance under ``key`` any more; what reaches it there is meant for ``new``."""
    node.run.remember(node.renamed, key)
    node.run.remember(node.instances, key)
    node.renamed[key] = new
    del node.instances[key]
    node.run.put(node.live, key, ABSENT, causes)


def delegate(node: DutyInstances, key: Key) -> None:
    """Whoever the duty is delegated to may perform it too."""
    for found in node.roles["delegated"].solutions(node.env_of(key)):
        instance, assignee = node.instances[key], found.env["assignee"]
        helpers = dict(instance.helpers)
        helpers[assignee] = max(found.truth, helpers.get(assignee, FALSE))
        node.keep(key, evolve(instance, helpers=tuple(helpers.items())))


def _with_side(key: Key, column: int, before: Any, after: Any) -> Key:
    """The key of a rung with another debtor or creditor; a further rung may be owed the other way round."""
    sides = (column,) if key[1] == key[2] else (1, 2)
    return tuple(after if c in sides and v == before else v for c, v in enumerate(key))

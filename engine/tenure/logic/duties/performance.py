"""Which events perform a rung, whole or in parts: an event discharges no more than it is good for; and what is cured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.arithmetic import calculate, compare
from tenure.logic.definitions import OWED, PERFORMED_AMOUNT, PERFORMER, PERFORMING
from tenure.logic.duties.instance import WHICH_DATE, Paid
from tenure.logic.tables import ABSENT, PRESENT, Key, Row
from tenure.logic.terms import Env
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, ByEvent, Causes, Truth

if TYPE_CHECKING:
    from tenure.logic.duties.instances import DutyInstances


def perform(node: DutyInstances, key: Key, rung: int) -> None:
    """Whatever this stage's events perform of ``rung``."""
    if node.spent_at != node.run.world.stage and not node.run.reaches_back:
        node.spent_at = node.run.world.stage
        node.spent.clear()
        node.left.clear()
    instance = node.instances[key]
    stage = node.run.world.stage
    firsts = [first for r, first in instance.not_before if r == rung]
    if any(first is not None and stage < first for first in firsts):
        return
    early = Row(UNKNOWN, WHICH_DATE) if None in firsts else PRESENT
    rung_key = instance.keys[rung]
    bound = node.binders[rung](node.written(rung_key))
    assert bound is not None
    for performer in (rung_key[1], *instance.helpers):
        for found in node.roles[f"performance/{rung}"].solutions({**bound, PERFORMER.name: performer}):
            event = found.env[PERFORMING.name]
            sure = Row(min(found.truth, early.truth), found.reasons | early.reasons)
            row = _suffices(node, key, rung, event, found.env, sure)
            if row.truth:
                _performed(node, key, rung, row, (ByEvent(event),))


def _suffices(node: DutyInstances, key: Key, rung: int, event: str, env: Env, found: Row) -> Row:
    """How certain it is that ``event`` performs the rung, after what it has discharged elsewhere."""
    owed = max(node.states[rung][s].get(node.instances[key].keys[rung]).truth for s in (*OWED, "suspended"))
    if not owed:
        return ABSENT
    column = node.duty.rungs[rung].amount
    if column is not None:
        return _in_parts(node, key, rung, event, env[PERFORMED_AMOUNT.name], found, owed, column)
    truth = min(found.truth, TRUE - node.spent.get(event, FALSE))
    if truth:
        node.run.remember(node.spent, event)
        node.spent[event] = max(min(truth, owed), node.spent.get(event, FALSE))
    if truth < found.truth:
        return Row(truth, frozenset((f"which duty event {event} performs is unknown",)))
    return Row(truth, found.reasons)


def _in_parts(
    node: DutyInstances, key: Key, rung: int, event: str, amount: Any, found: Row, owed: Truth, column: int
) -> Row:
    """Amounts add up; what one instance does not need goes to the next."""
    instance = node.instances[key]
    due, paid = instance.keys[rung][column], instance.paid_on(rung)
    if UNKNOWN_VALUE in (due, amount):
        return Row(UNKNOWN, found.reasons | {"an amount is unknown"})
    given = node.left.get(event, amount)
    needed = calculate("-", due, paid.certain)
    certain = found.truth == TRUE and owed == TRUE
    used = calculate("min", given, needed)
    if certain:
        node.run.remember(node.left, event)
        node.left[event] = calculate("-", given, used)
    paid = Paid(
        calculate("+", paid.certain, used) if certain else paid.certain,
        calculate("+", paid.possible, used if certain else given),
    )
    node.keep(key, instance.paying(rung, paid))
    if compare(">=", paid.certain, due):
        return Row(TRUE)
    return Row(UNKNOWN, found.reasons) if compare(">=", paid.possible, due) else ABSENT


def _performed(node: DutyInstances, key: Key, rung: int, row: Row, causes: Causes) -> None:
    for source in ("pending", "suspended", "excused"):
        node.move(key, rung, source, "performed", row, causes)
    node.move(key, rung, "breached", "late", row, causes)
    for lower in reversed(range(rung)):
        if node.duty.rungs[lower + 1].cumulative:
            return
        node.move(key, lower, "breached", "cured", row, causes)

"""Which events perform a rung, whole or in parts: an event discharges no more than it is good for; and what is cured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.arithmetic import calculate, compare
from tenure.logic.definitions import OWED, PERFORMED_AMOUNT, PERFORMER, PERFORMING
from tenure.logic.duties.instance import WHICH_DATE, Paid
from tenure.logic.tables import ABSENT, PRESENT, Key, Row
from tenure.logic.terms import Env
from tenure.logic.truth import FALSE, NO_REASONS, TRUE, UNKNOWN, ByEvent, Causes, Truth

if TYPE_CHECKING:
    from tenure.logic.duties.instances import DutyInstances

_WHETHER_FOR = frozenset(("whether it was delegated is unknown",))


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
    for performer, may in ((rung_key[1], TRUE), *instance.helpers):
        for found in node.roles[f"performance/{rung}"].solutions({**bound, PERFORMER.name: performer}):
            event = found.env[PERFORMING.name]
            reasons = found.reasons | early.reasons | (NO_REASONS if may == TRUE else _WHETHER_FOR)
            sure = Row(min(found.truth, early.truth, may), reasons)
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
    """Amounts add up; what one instance does not need goes to the next, at the least and at the most."""
    instance = node.instances[key]
    due, paid = instance.keys[rung][column], instance.paid_on(rung)
    least, most = node.left.get(event, (amount, amount))
    node.run.remember(node.left, event)
    if UNKNOWN_VALUE in (due, amount):
        node.left[event] = (0, most)
        return Row(UNKNOWN, found.reasons | {"an amount is unknown"})
    certain = found.truth == TRUE and owed == TRUE
    needed, spare = (calculate("-", due, so_far) for so_far in (paid.certain, paid.possible))
    surely, used = (calculate("min", given, needed) for given in (least, most))
    taken = calculate("max", 0, calculate("min", most, spare)) if certain else 0
    node.left[event] = (calculate("-", least, surely), calculate("-", most, taken))
    paid = Paid(
        calculate("+", paid.certain, surely) if certain else paid.certain,
        calculate("+", paid.possible, used),
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

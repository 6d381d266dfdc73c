"""What comes of a rung's time: it is owed, its time runs out, and it is excused, breached or stands still meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from tenure.logic.definitions import before_events
from tenure.logic.duties.clocks import next_tick, start_anchored, start_clock, start_sooner, wind
from tenure.logic.tables import PRESENT, Key, Row
from tenure.logic.truth import FALSE, NO_REASONS, TRUE, UNKNOWN, Causes

if TYPE_CHECKING:
    from tenure.logic.duties.instance import Instance
    from tenure.logic.duties.instances import DutyInstances
    from tenure.logic.nodes import Touches


def owe(node: DutyInstances, key: Key, rung: int, found: Row, causes: Causes) -> None:
    """``rung`` is to be performed from now on."""
    instance = node.instances[key]
    pending = node.states[rung]["pending"]
    rung_key = instance.keys[rung]
    if max(pending.get(rung_key).truth, found.truth) > pending.get(rung_key).truth:
        node.run.put(pending, rung_key, found, causes)
        node.show(key, rung, causes)
    if instance.owed <= rung or rung == 0:
        node.keep(key, evolve(instance, owed=max(instance.owed, rung + 1)))
        start_sooner(node, key, rung)
        if node.duty.rungs[rung].anchor is None:
            start_clock(node, key, rung, node.run.world.stage, TRUE)
        else:
            start_anchored(node, key, rung, owed_now=True)


def run_out(node: DutyInstances, key: Key, causes: Causes) -> None:
    """The time of a rung is over: excused, or breached."""
    instance = node.instances[key]
    due = instance.due_at(node.run.world.stage)
    node.keep(key, instance.without(due))
    for clock in due:
        if instance.paused is not None:
            here = node.instances[key]
            node.keep(key, evolve(here, overdue=(*here.overdue, clock)))
        why = NO_REASONS if clock.truth == TRUE else clock.why
        excuse = node.truth_of("excused", key)
        node.move(
            key,
            clock.rung,
            "pending",
            "excused",
            Row(min(excuse.truth, clock.truth), excuse.reasons | why),
            causes,
        )
        breach(node, key, clock.rung, "pending", Row(clock.truth, why), causes)


def breach(node: DutyInstances, key: Key, rung: int, source: str, row: Row, causes: Causes) -> None:
    """What is in state ``source`` is breached, and the next rung is owed."""
    rung_key, table = node.instances[key].keys[rung], node.states[rung]["breached"]
    before = table.get(rung_key).truth
    node.move(key, rung, source, "breached", row, causes)
    breached = table.get(rung_key)
    if breached.truth > before and rung + 1 < len(node.duty.rungs):
        owe(node, key, rung + 1, breached, causes)


def end_excuse(node: DutyInstances, key: Key, causes: Causes, touches: Touches) -> None:
    """What was excused is breached where the excuse holds no longer, and the duty is not suspended."""
    excuse, suspended = node.truth_of("excused", key), node.truth_of("suspended", key)
    first = _before_performance(node, causes, touches)
    truth = min(TRUE - max(excuse.truth, suspended.truth), first.truth)
    row = Row(truth, excuse.reasons | suspended.reasons | first.reasons)
    for rung in range(node.instances[key].owed):
        breach(node, key, rung, "excused", row, causes)


def _before_performance(node: DutyInstances, causes: Causes, touches: Touches) -> Row:
    """That what ``causes`` bring comes before a performance: unknown where that is another event of the tick (DESIGN §2)."""
    acting = node.run.world.acting
    performing = acting(
        tuple(c for r, found in touches.items() if r.startswith("performance") for c in found)
    )
    both = dict.fromkeys((*acting(causes), *performing))
    if performing and acting(causes) and len(both) > 1:
        return Row(UNKNOWN, frozenset((f"order of {' and '.join(both)}",)))
    return PRESENT


def suspend(node: DutyInstances, key: Key, causes: Causes, touches: Touches) -> None:
    """Suspension and resumption, by the duty's rule for its clock."""
    now, instance = node.truth_of("suspended", key), node.instances[key]
    if now.truth == FALSE:
        _resume(node, key, causes, touches)
        return
    for rung in range(instance.owed):
        node.move(key, rung, "pending", "suspended", now, causes)
    if now.truth == UNKNOWN:
        _doubt(node, key, now, causes)
    elif instance.paused is None:
        runs = node.duty.clock == "runs"
        stopped = instance.clocks if node.duty.clock == "stops" else ()
        clocks = instance.clocks if runs else ()
        paused = evolve(node.instances[key], paused=node.run.world.stage, clocks=clocks, stopped=stopped)
        node.keep(key, paused)


def _doubt(node: DutyInstances, key: Key, now: Row, causes: Causes) -> None:
    """Whether it is suspended is unknown: what was may go on, and every clock is in doubt."""
    node.keep(key, node.instances[key].doubted())
    instance = node.instances[key]
    for rung in range(instance.owed):
        node.move(key, rung, "suspended", "pending", now, causes)
    if instance.paused is not None:
        _go_on(node, key, instance, now, causes)


def _resume(node: DutyInstances, key: Key, causes: Causes, touches: Touches) -> None:
    instance = node.instances[key]
    for rung in range(instance.owed):
        node.move(key, rung, "suspended", "pending", Row(TRUE), causes)
    if instance.paused is None:
        return
    node.keep(key, evolve(node.instances[key], paused=None, stopped=(), overdue=()))
    _go_on(node, key, instance, _before_performance(node, causes, touches), causes)
    end_excuse(node, key, causes, touches)


def _go_on(node: DutyInstances, key: Key, instance: Instance, row: Row, causes: Causes) -> None:
    """Clocks that stood still go on, and what has run out meanwhile is breached, with certainty ``row``."""
    assert instance.paused is not None
    for clock in instance.stopped:
        stood = node.run.world.stage // 2 - max(instance.paused, clock.begun) // 2
        at = before_events(node.run.limits.put_off(clock.at // 2, stood))
        wind(node, key, evolve(clock, at=max(at, next_tick(node))))
    for clock in instance.overdue:
        truth = min(clock.truth, row.truth)
        breach(node, key, clock.rung, "pending", Row(truth, clock.why | row.reasons), causes)

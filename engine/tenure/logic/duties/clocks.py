"""The time of a rung: when its clock begins and runs out, from when on performance counts, and other limits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import DueDate, Limit, Stage, before_events
from tenure.logic.duties.instance import WHICH_DATE, Clock
from tenure.logic.nodes import Touches
from tenure.logic.tables import ABSENT, Key, may_equal
from tenure.logic.terms import value_of
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Truth

if TYPE_CHECKING:
    from tenure.logic.duties.instances import DutyInstances
    from tenure.time import Instant


def start_anchored(node: DutyInstances, key: Key, rung: int, *, owed_now: bool) -> None:
    """Begin the clock of ``rung`` where its anchor has come about: by now where it is ``owed_now``, or else now.

    What came about for something unknown may have been this anchor.
    """
    part = node.anchor_part(rung, node.env_of(key))
    own = node.anchored.get((rung, part), ())
    candidates = node.anchored if UNKNOWN_VALUE in part else node.vague
    others = [
        stage
        for (r, other) in candidates
        if r == rung and other != part and may_equal(other, part)
        for stage, _ in node.anchored[r, other]
    ]
    is_sure = not owed_now or len(own) + len(others) == 1
    for stage, truth in own if owed_now else own[-1:]:
        start_clock(node, key, rung, stage, truth if is_sure else min(truth, UNKNOWN))
    for stage in sorted(others):
        if owed_now or stage == node.run.world.stage:
            start_clock(node, key, rung, stage, UNKNOWN)


def start_clock(node: DutyInstances, key: Key, rung: int, stage: Stage, truth: Truth) -> None:
    """Begin the time of ``rung`` at ``stage``: from when on performance counts, and by when it is due."""
    definition = node.duty.rungs[rung]
    if isinstance(definition.not_before, Limit):
        _start_earliest(node, key, rung, definition.not_before, stage)
    if definition.deadline is not None:
        _wind_for(node, key, rung, definition.deadline, stage, truth)


def start_sooner(node: DutyInstances, key: Key, rung: int) -> None:
    """Begin the time of the further limits of ``rung``, which is owed from now on; a date before which it is too soon."""
    earliest = node.duty.rungs[rung].not_before
    if earliest is not None and not isinstance(earliest, Limit):
        _start_earliest(node, key, rung, earliest, node.run.world.stage)
    for limit in node.duty.rungs[rung].sooner:
        _wind_for(node, key, rung, limit, node.run.world.stage, TRUE)


def _start_earliest(
    node: DutyInstances, key: Key, rung: int, earliest: Limit | DueDate | Instant, stage: Stage
) -> None:
    first = _earliest(node, key, earliest, stage // 2)
    instance = node.instances[key]
    node.keep(key, evolve(instance, not_before=(*instance.not_before, (rung, first))))


def _wind_for(
    node: DutyInstances, key: Key, rung: int, limit: Limit | DueDate | Instant, stage: Stage, truth: Truth
) -> None:
    tick = _due(node, key, limit, stage // 2)
    soonest = next_tick(node)
    if tick is None:
        wind(node, key, Clock(rung, soonest, UNKNOWN, WHICH_DATE, begun=node.run.world.stage))
    else:
        at = max(before_events(tick), soonest)
        wind(node, key, Clock(rung, at, truth, begun=node.run.world.stage))


def next_tick(node: DutyInstances) -> Stage:
    """The soonest that a time can be over that begins now: what is done in this tick is in time."""
    return before_events(node.run.world.stage // 2 + 1)


def _due(node: DutyInstances, key: Key, limit: Limit | DueDate | Instant, anchor: Instant) -> Instant | None:
    """The instant of a limit; ``None`` where it hangs on a date that is unknown."""
    match limit:
        case Limit():
            return node.run.limits.of(limit, anchor)
        case DueDate(date):
            value = value_of(date, node.instances[key].env)
            return None if value is UNKNOWN_VALUE else node.run.limits.due(limit, value)
        case _:
            return limit


def _earliest(
    node: DutyInstances, key: Key, limit: Limit | DueDate | Instant, anchor: Instant
) -> Stage | None:
    """The first stage at which performance counts; ``None`` where nobody knows."""
    if isinstance(limit, Limit):
        return before_events(node.run.limits.earliest(limit, anchor))
    tick = _due(node, key, limit, anchor)
    return None if tick is None else before_events(tick)


def wind(node: DutyInstances, key: Key, clock: Clock) -> None:
    """Let ``clock`` run out at its stage; or stand still, where it is stopped while the duty is suspended."""
    instance = node.instances[key]
    suspended = FALSE if node.duty.clock == "runs" else node.truth_of("suspended", key).truth
    if suspended == TRUE and instance.paused is not None:
        stopped = (*instance.stopped, clock) if node.duty.clock == "stops" else ()
        node.keep(key, evolve(instance, stopped=stopped))
        return
    if suspended == UNKNOWN:
        clock = evolve(clock, truth=min(clock.truth, UNKNOWN))
    others = tuple(c for c in instance.clocks if (c.rung, c.at) != (clock.rung, clock.at))
    node.keep(key, evolve(instance, clocks=(*others, clock)))
    node.run.at_stage(clock.at, node, key, instance.born)


def adjust(node: DutyInstances, key: Key, touches: Touches) -> None:
    """Extensions put every clock off; acceleration makes everything due at the end of the day."""
    for i, (_, length) in enumerate(node.duty.extensions):
        row = node.truth_of(f"extended/{i}", key) if f"extended/{i}" in touches else ABSENT
        if row.truth:
            _rewind(
                node,
                key,
                row.truth,
                {c: node.run.limits.later(c.at // 2, length) for c in node.instances[key].all_clocks},
            )
    row = node.truth_of("accelerated", key) if "accelerated" in touches else ABSENT
    if row.truth:
        today = node.run.limits.end_of_day(node.run.world.stage // 2)
        _rewind(node, key, row.truth, {c: min(today, c.at // 2) for c in node.instances[key].all_clocks})


def _rewind(node: DutyInstances, key: Key, truth: Truth, ticks: dict[Clock, int]) -> None:
    """Other limits for clocks; where it is unknown whether they count, both may."""
    for clock, tick in ticks.items():
        instance = node.instances[key]
        at = max(before_events(tick), next_tick(node))
        if truth == TRUE:
            node.keep(key, instance.without((clock,)))
            wind(node, key, evolve(clock, at=at))
        else:
            early, late = sorted((clock.at, at))
            node.keep(key, instance.without((clock,)))
            wind(node, key, Clock(clock.rung, early, UNKNOWN))
            wind(node, key, Clock(clock.rung, late, clock.truth))

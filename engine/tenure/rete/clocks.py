"""When what is owed has to be performed: the clocks of a duty's instances, and what moves them."""

from __future__ import annotations

from heapq import heappush
from typing import TYPE_CHECKING, Any

from tenure.logic.definitions import DueDate, Limit, Stage, before_events
from tenure.rete.instances import Clock, Instance
from tenure.rete.ruleset import Compiled
from tenure.rete.standing import ladder_of
from tenure.time import Duration, Instant

if TYPE_CHECKING:
    from tenure.rete.recorder import Recorder


class Clocks:
    """The clocks of all instances of one run."""

    def __init__(self, recorder: Recorder) -> None:
        self.state = recorder.state
        self.limits = recorder.limits

    def owed(self, definition: Compiled, instance: Instance, rung: int) -> None:
        """The time of ``rung`` begins: now, or where it runs from another event, when that happened."""
        step = ladder_of(definition).steps[rung]
        if step.anchor is None:
            self._start(definition, instance, rung, self.state.stage)
        else:
            self.anchored(definition, instance, rung)

    def anchored(self, definition: Compiled, instance: Instance, rung: int) -> None:
        """The time of ``rung`` begins with the last of its anchors, if there was one."""
        places = ladder_of(definition).steps[rung].anchor
        assert places is not None
        part = tuple([instance.key[place] for place in places])
        stage = self.state.anchored.get((definition.index, rung, part))
        if stage is not None:
            self._start(definition, instance, rung, stage)

    def _start(self, definition: Compiled, instance: Instance, rung: int, stage: Stage) -> None:
        step, tick = ladder_of(definition).steps[rung], stage // 2
        if step.not_before is not None:
            first = self._earliest(step.not_before, instance.dates.get((rung, "not_before")), tick)
            instance.not_before.append((rung, before_events(first)))
        if step.deadline is not None:
            limit = self._due(step.deadline, instance.dates.get((rung, "deadline")), tick)
            self._wind(definition, instance, rung, before_events(limit))

    def _due(self, limit: Limit | DueDate | Instant, date: Any, anchor: Instant) -> Instant:
        match limit:
            case Limit():
                return self.limits.of(limit, anchor)
            case DueDate():
                return self.limits.due(limit, date)
            case _:
                return limit

    def _earliest(self, limit: Limit | DueDate | Instant, date: Any, anchor: Instant) -> Instant:
        return (
            self.limits.earliest(limit, anchor)
            if isinstance(limit, Limit)
            else self._due(limit, date, anchor)
        )

    def _wind(self, definition: Compiled, instance: Instance, rung: int, at: Stage) -> None:
        clock = Clock(rung, max(at, self.state.stage + 1))
        instance.clocks = [*(c for c in instance.clocks if c != clock), clock]
        self._wait(definition, instance, clock.at)

    def _wait(self, definition: Compiled, instance: Instance, at: Stage) -> None:
        state = self.state
        state.number += 1
        heappush(
            state.limits, (at, state.number, definition.index, instance.key, instance.since, instance.born)
        )

    # ------------------------------------------------------------ what moves them

    def renamed(self, definition: Compiled, instance: Instance) -> None:
        """The instance goes by another key: its limits have to find it there."""
        for clock in instance.clocks:
            self._wait(definition, instance, clock.at)

    def pause(self, definition: Compiled, instance: Instance) -> None:
        """The instance is suspended: its clocks run on, stop or drop."""
        rule = ladder_of(definition).clock
        instance.paused = self.state.stage
        instance.stopped = instance.clocks if rule == "stops" else []
        instance.clocks = instance.clocks if rule == "runs" else []

    def resume(self, definition: Compiled, instance: Instance) -> set[int]:
        """It is suspended no longer: what stood still is put off; returns the rungs whose time ran out meanwhile."""
        assert instance.paused is not None
        stood = self.state.stage // 2 - instance.paused // 2
        stopped, overdue = instance.stopped, instance.overdue
        instance.paused, instance.stopped, instance.overdue = None, [], set()
        for clock in stopped:
            at = before_events(self.limits.put_off(clock.at // 2, stood))
            self._wind(definition, instance, clock.rung, at)
        return overdue

    def extend(self, definition: Compiled, instance: Instance, length: Duration) -> None:
        """Every clock is put off by ``length``."""
        later = {clock: self.limits.later(clock.at // 2, length) for clock in instance.clocks}
        self._rewind(definition, instance, later)

    def accelerate(self, definition: Compiled, instance: Instance) -> None:
        """Everything is due at the end of the day."""
        today = self.limits.end_of_day(self.state.stage // 2)
        self._rewind(definition, instance, {clock: min(today, clock.at // 2) for clock in instance.clocks})

    def _rewind(self, definition: Compiled, instance: Instance, ticks: dict[Clock, int]) -> None:
        for clock, tick in ticks.items():
            instance.clocks = [c for c in instance.clocks if c != clock]
            self._wind(definition, instance, clock.rung, before_events(tick))

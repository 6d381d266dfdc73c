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
        if not isinstance(step.not_before, Limit):
            self._start_earliest(instance, rung, step.not_before, self.state.stage)
        for i, limit in enumerate(step.sooner):
            self._start_limit(definition, instance, rung, limit, f"sooner/{i}", self.state.stage)
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
        step = ladder_of(definition).steps[rung]
        if isinstance(step.not_before, Limit):
            self._start_earliest(instance, rung, step.not_before, stage)
        if step.deadline is not None:
            self._start_limit(definition, instance, rung, step.deadline, "deadline", stage)

    def _start_earliest(
        self, instance: Instance, rung: int, earliest: Limit | DueDate | Instant | None, stage: Stage
    ) -> None:
        if earliest is not None:
            first = self._earliest(earliest, instance.dates.get((rung, "not_before")), stage // 2)
            instance.not_before.append((rung, before_events(first)))

    def _start_limit(
        self,
        definition: Compiled,
        instance: Instance,
        rung: int,
        limit: Limit | DueDate | Instant,
        name: str,
        stage: Stage,
    ) -> None:
        due = self._due(limit, instance.dates.get((rung, name)), stage // 2)
        self._wind(definition, instance, Clock(rung, before_events(due), self.state.stage))

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

    def _wind(self, definition: Compiled, instance: Instance, clock: Clock) -> None:
        """Let ``clock`` run out, in the next tick at the soonest; or stand still while the duty is suspended."""
        clock = clock._replace(at=max(clock.at, before_events(self.state.stage // 2 + 1)))
        rule = ladder_of(definition).clock
        if instance.paused is not None and rule != "runs":
            instance.stopped = [*instance.stopped, clock] if rule == "stops" else []
            return
        others = (c for c in instance.clocks if (c.rung, c.at) != (clock.rung, clock.at))
        instance.clocks = [*others, clock]
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
        since, stopped, overdue = instance.paused, instance.stopped, instance.overdue
        instance.paused, instance.stopped, instance.overdue = None, [], set()
        for clock in stopped:
            stood = self.state.stage // 2 - max(since, clock.begun) // 2
            at = before_events(self.limits.put_off(clock.at // 2, stood))
            self._wind(definition, instance, clock._replace(at=at))
        return overdue

    def extend(self, definition: Compiled, instance: Instance, length: Duration) -> None:
        """Every clock is put off by ``length``."""
        later = {clock: self.limits.later(clock.at // 2, length) for clock in instance.all_clocks}
        self._rewind(definition, instance, later)

    def accelerate(self, definition: Compiled, instance: Instance) -> None:
        """Everything is due at the end of the day."""
        today = self.limits.end_of_day(self.state.stage // 2)
        self._rewind(definition, instance, {c: min(today, c.at // 2) for c in instance.all_clocks})

    def _rewind(self, definition: Compiled, instance: Instance, ticks: dict[Clock, int]) -> None:
        for clock, tick in ticks.items():
            instance.clocks = [c for c in instance.clocks if c != clock]
            instance.stopped = [c for c in instance.stopped if c != clock]
            self._wind(definition, instance, clock._replace(at=before_events(tick)))

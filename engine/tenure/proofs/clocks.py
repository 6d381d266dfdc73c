"""The states of an instance in a replay, and the clocks that move them: limits, suspensions, extensions (DESIGN §4)."""

from __future__ import annotations

from attrs import evolve

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import DueDate, Limit, Stage, before_events
from tenure.logic.terms import value_of
from tenure.proofs.accounts import Account, Formulas, Key, Matter
from tenure.proofs.asking import Asking
from tenure.proofs.standing import MOVING, Clock, Move, Standing
from tenure.proofs.steps import UnfitError
from tenure.time import Instant


class Clocks(Asking):
    """The rungs that are owed and their time."""

    def __init__(self, formulas: Formulas, account: Account, until: dict[Key, Stage]) -> None:
        super().__init__(formulas, account, until)
        #: For each rung and key, the states it came to be in.
        self.rows: dict[tuple[int, Key], list[tuple[Stage, str | None]]] = {}
        #: The clocks that ran out, by rung and key.
        self.run_out: dict[tuple[int, Key, Stage], Clock] = {}

    def _put(self, here: Standing, rung: int, state: str | None, stage: Stage) -> None:
        here.states[rung] = state
        self.rows.setdefault((rung, here.keys[rung]), []).append((stage, state))

    def _move(self, here: Standing, rung: int, sources: tuple[str, ...], target: str, stage: Stage) -> bool:
        if here.states[rung] not in sources:
            return False
        if rung in here.excused_since:
            since = max(here.excused_since.pop(rung), here.since)
            self._ask(Matter("excused", here.keys[0]), since, stage)
        self._put(here, rung, target, stage)
        if target not in MOVING:
            self._ask_rung(here, rung, stage)
            del here.owed_since[rung]
        return True

    def _owe(self, here: Standing, rung: int, stage: Stage) -> None:
        """``rung`` is to be performed from now on."""
        self._put(here, rung, "pending", stage)
        here.owed = max(here.owed, rung + 1)
        here.owed_since[rung] = stage
        self._listen_for_performance(here, rung, stage)
        first = self.duty.rungs[rung].not_before
        if first is not None and not isinstance(first, Limit):
            here.earliest.append((rung, before_events(self._due(here, first))))
        for limit in self.duty.rungs[rung].sooner:
            self._wind_for(here, rung, limit, stage, stage)
        if self.duty.rungs[rung].anchor is None:
            self._start_clock(here, rung, stage, stage)
            return
        before = [e.start for e in self.account(Matter(f"anchor/{rung}", here.keys[0])) if e.start <= stage]
        if before:
            self._start_clock(here, rung, before[-1], stage)

    # ------------------------------------------------------------ clocks

    def _start_clock(self, here: Standing, rung: int, anchor: Stage, stage: Stage) -> None:
        definition, limits = self.duty.rungs[rung], self.theory.limits
        first, limit = definition.not_before, definition.deadline
        if isinstance(first, Limit):
            here.earliest.append((rung, before_events(limits.earliest(first, anchor // 2))))
        if limit is not None:
            self._wind_for(here, rung, limit, anchor, stage)

    def _wind_for(
        self, here: Standing, rung: int, limit: Limit | DueDate | Instant, anchor: Stage, stage: Stage
    ) -> None:
        limits = self.theory.limits
        tick = limits.of(limit, anchor // 2) if isinstance(limit, Limit) else self._due(here, limit)
        at = max(before_events(tick), before_events(stage // 2 + 1))
        self._wind(here, Clock(rung, at, anchor, stage, limit))

    def _due(self, here: Standing, limit: DueDate | Instant) -> Instant:
        """The instant of a limit that is a date, or that the event which brought about the duty names."""
        if not isinstance(limit, DueDate):
            return limit
        value = value_of(limit.date, here.env)
        if value is UNKNOWN_VALUE:
            raise UnfitError("a date is unknown")
        return self.theory.limits.due(limit, value)

    def _wind(self, here: Standing, clock: Clock) -> None:
        if here.paused is not None and self.duty.clock != "runs":
            here.stopped += [clock] if self.duty.clock == "stops" else []
            return
        if (clock.rung, clock.at) not in ((c.rung, c.at) for c in here.clocks):
            here.clocks.append(clock)
        self._touch(clock.at, here.origin)

    def _rewind(
        self, here: Standing, clock: Clock, kind: str, tick: Instant, stage: Stage, since: Stage | None = None
    ) -> None:
        """The same clock with another limit."""
        at = max(before_events(tick), before_events(stage // 2 + 1))
        move = Move(kind, stage, at, since)
        self._wind(here, evolve(clock, at=at, moves=(*clock.moves, move)))

    def _run_out(self, here: Standing, clock: Clock, stage: Stage) -> None:
        here.clocks.remove(clock)
        self.run_out[clock.rung, here.keys[clock.rung], stage] = clock
        if here.paused is not None:
            here.overdue.add(clock.rung)
            return
        if "excused" in self.formulas.by_role and here.states[clock.rung] == "pending":
            self._ask(Matter("excused", here.keys[0]), stage, stage)
        if not self._is_so("excused", here, stage):
            self._breach(here, clock.rung, "pending", stage)
        elif self._move(here, clock.rung, ("pending",), "excused", stage):
            here.excused_since[clock.rung] = stage

    def _breach(self, here: Standing, rung: int, source: str, stage: Stage) -> None:
        if self._move(here, rung, (source,), "breached", stage) and rung + 1 < len(self.duty.rungs):
            self._owe(here, rung + 1, stage)

    def _suspend(self, here: Standing, stage: Stage) -> None:
        """Suspension and resumption, by the duty's rule for its clock."""
        if not self._is_so("suspended", here, stage):
            self._resume(here, stage)
        elif self._rises("suspended", here, stage) or here.born == stage:
            for rung in range(here.owed):
                self._move(here, rung, ("pending",), "suspended", stage)
            if here.paused is None:
                here.paused = stage
                here.stopped = here.clocks if self.duty.clock == "stops" else []
                here.clocks = here.clocks if self.duty.clock == "runs" else []

    def _resume(self, here: Standing, stage: Stage) -> None:
        if here.paused is None:
            return
        for rung in range(here.owed):
            self._move(here, rung, ("suspended",), "pending", stage)
        stopped, overdue = here.stopped, here.overdue
        since, here.paused = here.paused, None
        for clock in stopped:
            stood = stage // 2 - max(since, clock.begun) // 2
            tick = self.theory.limits.put_off(clock.at // 2, stood)
            self._rewind(here, clock, "suspended", tick, stage, since)
        here.stopped, here.overdue = [], set()
        for rung in overdue:
            self._need_no_performance(here, stage)
            self._breach(here, rung, "pending", stage)

    def _need_no_performance(self, here: Standing, stage: Stage) -> None:
        """That what an event brings cannot come after a performance by another one of its instant (DESIGN §2)."""
        if len(self.theory.together(stage)) > 1 and self._may_be_performed(here, stage):
            raise UnfitError("the order of the events of an instant is not known")

    def _may_be_performed(self, here: Standing, stage: Stage) -> bool:
        return any(
            event
            for rung in range(here.owed)
            for event in self.formulas.may_perform(rung, here.keys[rung], stage)
        )

    def _adjust(self, here: Standing, stage: Stage) -> None:
        """Extensions put every clock off; acceleration makes everything due at the end of the day."""
        limits = self.theory.limits
        for i, (_, length) in enumerate(self.duty.extensions):
            for _ in self._rises(f"extended/{i}", here, stage):
                for clock in self._taken(here):
                    self._rewind(here, clock, "extended", limits.later(clock.at // 2, length), stage)
        for _ in self._rises("accelerated", here, stage):
            for clock in self._taken(here):
                tick = min(limits.end_of_day(stage // 2), clock.at // 2)
                self._rewind(here, clock, "accelerated", tick, stage)

    def _taken(self, here: Standing) -> list[Clock]:
        """Every clock, whether it runs or stands still, which is to be wound anew."""
        before = [*here.clocks, *here.stopped]
        here.clocks, here.stopped = [], []
        return before

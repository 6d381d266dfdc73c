"""What becomes of the instances of a duty, replayed by the checker from what is said to have been so (DESIGN §4).

A state at a stage follows from what came about before: a trigger, performances, limits, suspensions, transfers.  The
replay knows nothing of the evaluator.  It remembers what it asked, so that all of it can be asked to be proved.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any

from attrs import define, evolve, field, frozen

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.arithmetic import calculate, compare
from tenure.logic.definitions import OWED, DueDate, Limit, Stage, before_events
from tenure.logic.terms import Env, value_of
from tenure.proofs.accounts import Account, Asked, Entry, Formulas, Key, Matter
from tenure.proofs.steps import UnfitError
from tenure.proofs.theory import FIRST
from tenure.time import Instant

#: The states in which an instance may still move.
MOVING = (*OWED, "suspended")
#: The states in which a duty without trigger does not begin anew.
RUNNING = ("pending", "suspended", "excused")


@frozen
class Move:
    """What moved a limit to ``at``: a suspension (since ``since``), an extension or an acceleration at ``stage``."""

    kind: str
    stage: Stage
    at: Stage
    since: Stage | None = None


@frozen
class Clock:
    """The time of ``rung`` runs out at ``at``: a limit from ``anchor`` on, as it was moved since."""

    rung: int
    at: Stage
    anchor: Stage
    begun: Stage = 0
    limit: Limit | DueDate | Instant | None = None
    moves: tuple[Move, ...] = ()


@frozen
class Part:
    """At ``stage`` ``event`` met ``amount`` of what a rung owes, ``total`` with what was met before."""

    stage: Stage
    event: str
    amount: Any
    total: Any


@define
class Standing:
    """One instance as it stands: the key and the state of every rung, and the clocks that run."""

    origin: Key
    keys: list[Key]
    env: Env
    born: Stage
    states: list[str | None]
    since: Stage
    owed: int = 0
    clocks: list[Clock] = field(factory=list)
    stopped: list[Clock] = field(factory=list)
    paused: Stage | None = None
    overdue: set[int] = field(factory=set)
    earliest: list[tuple[int, Stage]] = field(factory=list)
    paid: dict[int, Any] = field(factory=dict)
    helpers: list[Any] = field(factory=list)
    owed_since: dict[int, Stage] = field(factory=dict)
    excused_since: dict[int, Stage] = field(factory=dict)

    @property
    def is_moving(self) -> bool:
        """Whether anything is owed still."""
        return any(state in MOVING for state in self.states)


class Replay:
    """The instances of a duty that arose as one of ``until``, each up to its stage, by what ``account`` says."""

    def __init__(self, formulas: Formulas, account: Account, until: dict[Key, Stage]) -> None:
        self.formulas = formulas
        self.duty = formulas.duty
        self.theory = formulas.theory
        self.account = account
        self.until = until
        self.live: dict[Key, Standing] = {}
        self.asked: list[Asked] = []
        #: For each rung and key, the states it came to be in.
        self.rows: dict[tuple[int, Key], list[tuple[Stage, str | None]]] = {}
        #: The clocks that ran out, and the parts that were met, by rung and key.
        self.run_out: dict[tuple[int, Key, Stage], Clock] = {}
        self.parts: dict[tuple[int, Key], list[Part]] = {}
        #: The performances that may concern other instances as well: the stage and the event.
        self.used: dict[tuple[Stage, str], None] = {}
        self._moments: list[Stage] = []
        self._touched: dict[Stage, dict[Key, None]] = {}
        self._unborn_since = dict.fromkeys(until, FIRST)
        self._spent: set[tuple[Stage, str]] = set()
        self._left: dict[tuple[Stage, str], Any] = {}

    def run(self) -> None:
        """Replay everything."""
        for origin, last in list(self.until.items()):
            self._ask_arising(origin, last)
            for entry in self.account(Matter("trigger", origin)):
                if entry.start <= last:
                    self._touch(entry.start, origin)
        while self._moments:
            stage = heappop(self._moments)
            for origin in sorted(self._touched.pop(stage, ()), key=self._age):
                self._step(origin, stage)
        for origin, last in self.until.items():
            here = self.live.get(origin)
            if here is not None:
                self._ask_all(here, last)
            elif origin == self.formulas.written(origin):
                self._ask(Matter("trigger", origin), self._unborn_since[origin], last)

    def _ask_arising(self, origin: Key, last: Stage) -> None:
        """That it never arises in the tick in which its clause ends; for instances beside it, whenever it arises."""
        if "contested" in self.formulas.by_role:
            matter = Matter("contested", origin)
            if any(entry.start <= last for entry in self.account(matter)):
                raise UnfitError("nobody knows whether the duty arose")
            self._ask(matter, FIRST, last)
        if self.formulas.is_of_clause and origin == self.formulas.written(origin):
            self._ask(Matter("trigger", origin), FIRST, last)

    def _age(self, origin: Key) -> tuple[Stage, int]:
        """The oldest instance first; of one stage, the one whose event was recorded first."""
        here = self.live.get(origin)
        born = here.born if here is not None else self.theory.until + 1
        return born, self.theory.place(origin[0] if origin else None)

    def _touch(self, stage: Stage, origin: Key) -> None:
        if stage <= self.until[origin]:
            if stage not in self._touched:
                heappush(self._moments, stage)
            self._touched.setdefault(stage, {})[origin] = None

    # ------------------------------------------------------------ what is said

    def _ask(self, matter: Matter, start: Stage, end: Stage) -> None:
        if start <= end:
            self.asked.append(Asked(matter, start, end))

    def _rises(self, role: str, here: Standing, stage: Stage) -> list[Entry]:
        """What became so at this stage."""
        if role not in self.formulas.by_role:
            return []
        return [e for e in self.account(Matter(role, here.keys[0])) if e.start == stage]

    def _is_so(self, role: str, here: Standing, stage: Stage) -> bool:
        if role not in self.formulas.by_role:
            return False
        found = self.account(Matter(role, here.keys[0]))
        i = bisect_right(found, stage, key=lambda e: e.start)
        return bool(i) and stage <= found[i - 1].end

    def _performances(self, here: Standing, rung: int) -> Iterator[tuple[Matter, list[Entry]]]:
        for performer in dict.fromkeys((here.keys[rung][1], *here.helpers)):
            matter = Matter(f"performance/{rung}", here.keys[rung], performer)
            yield matter, self.account(matter)

    def _ask_all(self, here: Standing, last: Stage) -> None:
        """All that an instance hangs on, since it has its key; the time of each rung is asked apart."""
        for role in self.formulas.by_role:
            if role not in ("trigger", "excused") and not role.startswith(("performance/", "anchor/")):
                self._ask(Matter(role, here.keys[0]), here.since, last)
        for rung in here.owed_since:
            self._ask_rung(here, rung, last)
        for since in here.excused_since.values():
            self._ask(Matter("excused", here.keys[0]), max(since, here.since), last)

    def _ask_rung(self, here: Standing, rung: int, last: Stage) -> None:
        """Whether it was performed while it was owed, and when its time began."""
        owed_since = here.owed_since[rung]
        for matter, _ in self._performances(here, rung):
            self._ask(matter, max(owed_since, here.since), last)
        if self.duty.rungs[rung].anchor is not None:
            matter = Matter(f"anchor/{rung}", here.keys[0])
            before = [e.start for e in self.account(matter) if e.start <= owed_since]
            self._ask(matter, here.since if here.since > owed_since else max(before, default=FIRST), last)

    # ------------------------------------------------------------ one stage

    def _step(self, origin: Key, stage: Stage) -> None:
        here = self.live.get(origin)
        beside = self._begins_beside(here, stage) if here is not None else None
        here = here or self._born(origin, origin, stage)
        if here is not None:
            self._settle(here, stage)
        if beside is not None and beside not in self.live:
            self.until[beside] = self.until[origin]
            self._unborn_since.setdefault(beside, stage)
            born = self._born(beside, origin, stage)
            if born is not None:
                self._settle(born, stage)

    def _begins_beside(self, here: Standing, stage: Stage) -> Key | None:
        """The instance that begins while only what was breached is left of the one before."""
        beside = self.formulas.beside(here.origin, stage)
        if beside is None or here.states[0] in RUNNING:
            return None
        rises = any(e.start == stage for e in self.account(Matter("trigger", here.origin)))
        return beside if rises else None

    def _settle(self, here: Standing, stage: Stage) -> None:
        origin = here.origin
        if here.born < stage:
            self._pass_on(here, stage)
        self._suspend(here, stage)
        for clock in [c for c in here.clocks if c.at == stage]:
            self._run_out(here, clock, stage)
        if here.paused is None and not self._is_so("excused", here, stage):
            for rung in range(here.owed):
                self._breach(here, rung, "excused", stage)
        self._discharge(here, stage)
        if here.born < stage:
            self._adjust(here, stage)
        for rung in range(here.owed):
            if here.owed_since.get(rung, stage) < stage:
                for _ in self._rises(f"anchor/{rung}", here, stage):
                    self._start_clock(here, rung, stage, stage)
        for rung in range(here.owed):
            self._perform(here, rung, stage)
        if not here.is_moving:
            self._ask_all(here, stage)
            del self.live[origin]
            self._unborn_since[origin] = stage + 1

    def _born(self, origin: Key, written: Key, stage: Stage) -> Standing | None:
        """An instance arises where its trigger, that of ``written``, comes about and it is not there yet."""
        if origin == written and origin != self.formulas.written(origin):
            return None
        matter = Matter("trigger", written)
        entry = next((e for e in self.account(matter) if e.start == stage), None)
        if entry is None:
            return None
        keys = self.formulas.keys(origin, entry.witness)
        self._ask(matter, self._unborn_since[origin], stage)
        env = self.formulas.born_with(origin, entry.witness)
        here = Standing(origin, keys, env, stage, [None] * len(keys), stage)
        self.live[origin] = here
        for rung in range(len(keys)):
            self._put(here, rung, None, stage)
        self._owe(here, 0, stage)
        self._listen(here, stage)
        return here

    def _listen(self, here: Standing, stage: Stage) -> None:
        """Come back whenever something is said of the key that the instance has now."""
        for role in self.formulas.by_role:
            if role != "trigger" and not role.startswith("performance/"):
                for entry in self.account(Matter(role, here.keys[0])):
                    for moment in (entry.start, entry.end + 1):
                        if moment > stage:
                            self._touch(moment, here.origin)
        for rung in here.owed_since:
            self._listen_for_performance(here, rung, stage)

    def _listen_for_performance(self, here: Standing, rung: int, stage: Stage) -> None:
        for _, entries in self._performances(here, rung):
            for entry in entries:
                if entry.start >= stage:
                    self._touch(entry.start, here.origin)

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
            self._breach(here, rung, "pending", stage)

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

    # ------------------------------------------------------------ ends, transfers, performance

    def _discharge(self, here: Standing, stage: Stage) -> None:
        """The end of the clause lets what is pending lapse; a waiver ends whatever is owed."""
        is_over = self._is_so("end", here, stage)
        is_waived = here.born < stage and bool(self._rises("waived", here, stage))
        if is_waived or (is_over and (here.born == stage or self._rises("end", here, stage))):
            self._need_order(here, stage)
        if is_over:
            self._move(here, 0, RUNNING, "lapsed", stage)
        for rung in range(here.owed):
            if is_waived:
                self._move(here, rung, MOVING, "waived", stage)

    def _need_order(self, here: Standing, stage: Stage) -> None:
        """An end that comes with a trigger or a performance by another event: which came first is not known."""
        if len(self.theory.together(stage)) < 2:
            return
        ends = self._rises("end", here, stage) + self._rises("waived", here, stage)
        performing = (
            event
            for rung in range(here.owed)
            for event in self.formulas.may_perform(rung, here.keys[rung], stage)
        )
        if (here.born == stage and ends) or any(performing):
            raise UnfitError("the order of the events of an instant is not known")

    def _pass_on(self, here: Standing, stage: Stage) -> None:
        """A side passes to somebody else, or somebody else may perform."""
        for i, (column, _) in enumerate(self.duty.transfers):
            rises = self._rises(f"transfer/{i}", here, stage)
            if len(rises) > 1:
                raise UnfitError("to which of several a side passes is not known")
            for entry in rises:
                self._transfer(here, column, dict(entry.witness).get("assignee"), stage)
        for entry in self._rises("delegated", here, stage):
            here.helpers.append(dict(entry.witness).get("assignee"))
            self._listen(here, stage)

    def _transfer(self, here: Standing, column: int, after: Any, stage: Stage) -> None:
        before = here.keys[0][column]
        if after == before:
            return
        self._ask_all(here, stage)
        states = list(here.states)
        for rung, key in enumerate(here.keys):
            if states[rung] is not None:
                self._put(here, rung, None, stage)
            sides = (column,) if key[1] == key[2] else (1, 2)
            here.keys[rung] = tuple(after if c in sides and v == before else v for c, v in enumerate(key))
            if states[rung] is not None:
                self._put(here, rung, states[rung], stage)
        here.since = stage
        self._listen(here, stage)

    def _perform(self, here: Standing, rung: int, stage: Stage) -> None:
        """Whatever this stage's events perform of ``rung``."""
        if any(r == rung and stage < first for r, first in here.earliest):
            return
        names = self.formulas.witnesses(f"performance/{rung}")
        for _, entries in list(self._performances(here, rung)):
            for entry in entries:
                if entry.start == stage and here.states[rung] in MOVING:
                    values = [dict(entry.witness)[name] for name in names]
                    if self._suffices(here, rung, stage, *values):
                        self._performed(here, rung, stage)

    def _suffices(self, here: Standing, rung: int, stage: Stage, event: str, amount: Any = None) -> bool:
        """Whether an event performs the rung, after what it has discharged elsewhere; amounts add up."""
        self.used[stage, event] = None
        self._need_age(here, stage)
        column = self.duty.rungs[rung].amount
        if column is None:
            is_spent = (stage, event) in self._spent
            self._spent.add((stage, event))
            return not is_spent
        due, paid = here.keys[rung][column], here.paid.get(rung, 0)
        if UNKNOWN_VALUE in (due, amount):
            raise UnfitError("an amount is not known")
        given = self._left.get((stage, event), amount)
        part = calculate("min", given, calculate("-", due, paid))
        self._left[stage, event] = calculate("-", given, part)
        here.paid[rung] = calculate("+", paid, part)
        met = Part(stage, event, part, here.paid[rung])
        self.parts.setdefault((rung, here.keys[rung]), []).append(met)
        return bool(compare(">=", here.paid[rung], due))

    def _need_age(self, here: Standing, stage: Stage) -> None:
        """That no other instance which might be performed instead is just as old."""
        mine = self._age(here.origin)
        for other in self.live.values():
            if other is not here and self._age(other.origin) == mine:
                for rung in other.owed_since:
                    if any(e.start == stage for _, found in self._performances(other, rung) for e in found):
                        raise UnfitError("which of two duties an event performs is not known")

    def _performed(self, here: Standing, rung: int, stage: Stage) -> None:
        self._move(here, rung, ("breached",), "late", stage) or self._move(
            here, rung, ("pending", "suspended", "excused"), "performed", stage
        )
        for lower in reversed(range(rung)):
            if self.duty.rungs[lower + 1].cumulative:
                return
            self._move(here, lower, ("breached",), "cured", stage)

    # ------------------------------------------------------------ what it comes to

    def states(self, rung: int, key: Key, start: Stage, end: Stage) -> set[str | None]:
        """The states that a row of a rung is in from ``start`` to ``end``."""
        found: set[str | None] = set()
        now: str | None = None
        begun = FIRST
        for stage, state in self.rows.get((rung, key), []):
            if stage > begun and begun <= end and stage > start:
                found.add(now)
            begun, now = stage, state
        if begun <= end:
            found.add(now)
        return found

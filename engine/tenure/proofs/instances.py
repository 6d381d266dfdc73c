"""What becomes of the instances of a duty, replayed by the checker from what is said to have been so (DESIGN §4).

A state at a stage follows from what came about before: a trigger, performances, limits, suspensions, transfers.  The
replay knows nothing of the evaluator.  It remembers what it asked, so that all of it can be asked to be proved.
"""

from __future__ import annotations

from heapq import heappop
from typing import Any

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.arithmetic import calculate, compare
from tenure.logic.definitions import Stage
from tenure.proofs.accounts import Account, Formulas, Key, Matter
from tenure.proofs.clocks import Clocks
from tenure.proofs.standing import MOVING, RUNNING, Part, Standing
from tenure.proofs.steps import UnfitError
from tenure.proofs.theory import FIRST


class Replay(Clocks):
    """The instances of a duty that arose as one of ``until``, each up to its stage, by what ``account`` says."""

    def __init__(self, formulas: Formulas, account: Account, until: dict[Key, Stage]) -> None:
        super().__init__(formulas, account, until)
        self.live: dict[Key, Standing] = {}
        #: The parts that were met, by rung and key.
        self.parts: dict[tuple[int, Key], list[Part]] = {}
        #: The performances that may concern other instances as well: the stage and the event.
        self.used: dict[tuple[Stage, str], None] = {}
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
                if here.states[rung] == "excused":
                    self._need_no_performance(here, stage)
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
        if (here.born == stage and ends) or self._may_be_performed(here, stage):
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

"""The node of ``days of φ within D``: how many local days a state has touched, of all days or of the last D."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import DayCount, Stage, Term, before_events, with_events
from tenure.logic.nodes import Node, Touches, all_causes
from tenure.logic.tables import ABSENT, PRESENT, Key, may_equal
from tenure.logic.terms import Env
from tenure.logic.truth import TRUE, Causes, Truth

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation

_ONE_DAY = timedelta(days=1)


@frozen
class Days:
    """The days of one group: how many are certain and how many possible, and how true the state is now."""

    certain: int = 0
    possible: int = 0
    now: Truth = 0
    #: The day that was counted last, for certain and at all.
    last: tuple[date | None, date | None] = (None, None)
    #: The state has held throughout the window: each day that comes takes the place of one that leaves.
    steady: bool = False


class DayCountNode(Node):
    """For each group a row ``(*group, days)``; while the state holds, each new day is counted at its start."""

    memory = ("groups", "shown", "leaving")

    def __init__(self, definition: DayCount, index: int, run: Evaluation) -> None:
        self.count = definition
        super().__init__(definition, index, run)
        self.over = self.roles["over"]
        self.groups: dict[Key, Days] = {}
        self.shown: dict[Key, object] = {}
        #: What leaves the window at a stage: the key and how certain the day was.
        self.leaving: dict[tuple[Key, Stage], list[Truth]] = {}

    def _key_terms(self) -> tuple[Term, ...]:
        return self.count.group

    def keys(self, role: str, env: Env) -> Iterable[Key]:
        """A state that falls may be that of any group that is known, and so may one of an unknown group."""
        found = self.roles[role].heads(env)
        any_of = any(UNKNOWN_VALUE in key for key in found)
        return dict.fromkeys((*found, *(key for key in self.groups if any_of or self.groups[key].now)))

    def settle(self, key: Key, touches: Touches) -> None:
        """The state changes, or a day begins while it holds."""
        truth = self.over.at(key).truth
        days = self.groups[key] if key in self.groups else self._new_group(key)
        if days.steady:
            if truth == TRUE:
                return
            days = self._unsteady(key, days)
        self._set(key, evolve(days, now=truth))
        if truth and self.run.world.stage % 2:
            self._count(key, truth)
            self._next_day(key)
        elif truth:
            # An answer at this tick reads its second stage: only what holds then counts.
            self.run.at_stage(self.run.world.stage + 1, self, key, 0)
        self._show(key, all_causes(touches))

    def _new_group(self, key: Key) -> Days:
        """A group begins with whatever days of unknown groups may have been its own."""
        days = Days()
        for other, theirs in self.groups.items() if UNKNOWN_VALUE not in key else ():
            if UNKNOWN_VALUE not in other or not may_equal(other, key):
                continue
            last = max((day for day in (days.last[1], theirs.last[1]) if day is not None), default=None)
            days = evolve(days, possible=days.possible + theirs.possible, last=(None, last))
            for whose, leaves in [entry for entry in self.leaving if entry[0] == other]:
                gone = [1 for mark in self.leaving[whose, leaves] if mark % TRUE]
                self.run.remember(self.leaving, (key, leaves))
                self.leaving[key, leaves] = [*self.leaving.get((key, leaves), []), *gone]
                self.run.at_stage(leaves, self, key, leaves)
        return days

    def _set(self, key: Key, days: Days) -> None:
        self.run.remember(self.groups, key)
        self.groups[key] = days

    def _count(self, key: Key, truth: Truth) -> None:
        """Count this stage's day, once."""
        calendar, days = self.run.limits.calendar, self.groups[key]
        today = calendar.day_of(self.run.world.stage // 2)
        certain, possible = days.last
        is_certain = truth == TRUE and certain != today
        is_new = possible != today
        if not (is_certain or is_new):
            return
        last = (today if truth == TRUE else certain, today)
        more = evolve(days, certain=days.certain + is_certain, possible=days.possible + is_new, last=last)
        self._set(key, more)
        if self.count.within is not None:
            leaves = before_events(calendar.start_of_day(calendar.shift(today, self.count.within)))
            entry = (key, leaves)
            self.run.remember(self.leaving, entry)
            mark = (2 if is_certain else 0) + (1 if is_new else 0)
            self.leaving[entry] = [*self.leaving.get(entry, []), mark]
            self.run.at_stage(leaves, self, key, leaves)

    def _unsteady(self, key: Key, days: Days) -> Days:
        """The days that a steady state has filled the window with, each to leave in its turn."""
        calendar, within = self.run.limits.calendar, self.count.within
        assert within is not None
        yesterday = calendar.day_of(self.run.world.stage // 2 - 1)
        for back in range(days.certain):
            leaves = before_events(calendar.start_of_day(calendar.shift(yesterday - back * _ONE_DAY, within)))
            if leaves > self.run.world.stage:
                self.run.remember(self.leaving, (key, leaves))
                self.leaving[key, leaves] = [3]
                self.run.at_stage(leaves, self, key, leaves)
        gone = calendar.shift(yesterday - (days.certain - 1) * _ONE_DAY, within)
        left = int(before_events(calendar.start_of_day(gone)) <= self.run.world.stage)
        count = days.certain - left
        return evolve(days, certain=count, possible=count, last=(yesterday, yesterday), steady=False)

    def _is_steady(self, key: Key) -> bool:
        """Whether the window is a number of days, and the state has held on all of them and holds."""
        days, within = self.groups[key], self.count.within
        if within is None or within.years or within.months or within.business_days or days.now != TRUE:
            return False
        return days.certain == days.possible == 7 * within.weeks + within.days

    def _next_day(self, key: Key) -> None:
        if self._is_steady(key):
            self._set(key, evolve(self.groups[key], steady=True))
            for entry in [e for e in self.leaving if e[0] == key]:
                self.run.remember(self.leaving, entry)
                del self.leaving[entry]
            return
        stage = with_events(self.run.limits.end_of_day(self.run.world.stage // 2))
        self.run.at_stage(stage, self, key, 0)

    def expire(self, key: Key, anchor: Stage) -> None:
        """A day begins, or one leaves the window."""
        days = self.groups[key]
        if days.steady:
            return
        if anchor == 0:
            self.run.schedule(self, key, "day", self.limit_cause())
            return
        for mark in self.leaving.pop((key, anchor), []):
            days = evolve(days, certain=days.certain - (mark >= TRUE), possible=days.possible - mark % TRUE)
        self._set(key, days)
        self._show(key, self.limit_cause())

    def _show(self, key: Key, causes: Causes) -> None:
        days = self.groups[key]
        value = days.certain if days.certain == days.possible else UNKNOWN_VALUE
        before = self.shown.get(key)
        if before == value:
            return
        self.run.remember(self.shown, key)
        if before is not None:
            self.run.put(self.table, (*key, before), ABSENT, causes)
        self.shown[key] = value
        self.run.put(self.table, (*key, value), PRESENT, causes)

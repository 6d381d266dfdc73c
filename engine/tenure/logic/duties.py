"""The node of duty instances (DESIGN §4): their states, and what moves them from one to the next.

A breached duty stays in force and can be performed late: "Thou Shalt is not You Will" (Governatori 2015).  A duty is
a ladder of rungs: what is owed, and what is owed otherwise once that is breached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from attrs import evolve

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.arithmetic import calculate, compare
from tenure.logic.definitions import (
    DUTY_STATES,
    OWED,
    PERFORMED_AMOUNT,
    PERFORMER,
    PERFORMING,
    Const,
    DueDate,
    Duty,
    Limit,
    Stage,
    Var,
    before_events,
)
from tenure.logic.formulas import free_variables
from tenure.logic.instance import Clock, Instance, Paid
from tenure.logic.nodes import Node, Role, Touches, all_causes, binder
from tenure.logic.tables import ABSENT, PRESENT, Key, Row, Table
from tenure.logic.terms import Env, value_of
from tenure.logic.truth import FALSE, NO_REASONS, TRUE, UNKNOWN, ByEvent, Causes, Reasons, Truth

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation
    from tenure.time import Instant

#: The states of an instance whose time, or whose excuse, is still running.
_RUNNING = ("pending", "suspended", "excused")
#: The roles that make an instance; all others concern those that there are.
_ARISING = ("trigger", "contested")
_WHICH = frozenset(("the date that it is due by is unknown",))


class DutyNode(Node):
    """One duty clause: its instances by the key of their first rung."""

    memory = ("instances", "renamed", "anchored", "spent", "left")

    def __init__(self, definition: Duty, index: int, run: Evaluation) -> None:
        super().__init__(definition, index, run)
        self.duty = definition
        tables = run.world.tables
        self.states = [{s: tables[f"{s}:{rung.name}"] for s in DUTY_STATES} for rung in definition.rungs]
        self.force = [tables[rung.name] for rung in definition.rungs]
        self.binders = [binder(rung.head) for rung in definition.rungs]
        for i, rung in enumerate(definition.rungs):
            head = (
                *rung.head,
                PERFORMER,
                PERFORMING,
                *((PERFORMED_AMOUNT,) if rung.amount is not None else ()),
            )
            self.roles[f"performance/{i}"] = Role(rung.performance, head, run)
        self.trigger = self.roles["trigger"]
        #: Instances that may still move, by their present key.
        self.live = Table(f"live:{definition.name}")
        self.instances: dict[Key, Instance] = {}
        self.renamed: dict[Key, Key] = {}
        #: When the anchors of clocks last came about, by rung and what they bind: also before an instance arises.
        self.anchored: dict[tuple[int, Key], tuple[Stage, Truth]] = {}
        #: How certain it is that an event has discharged an instance already, and what is left of an amount: for the
        #: events of one stage, and for those whose effect reaches back to several.
        self.spent: dict[str, Truth] = {}
        self.left: dict[str, Any] = {}
        self.spent_at: Stage | None = None

    def own_tables(self) -> tuple[Table, ...]:
        """The live instances."""
        return (self.live,)

    # ------------------------------------------------------------ which instances

    def _written(self, key: Key) -> Key:
        """``key`` as the head has it: without a trigger it names one instance, and later ones go by their beginning."""
        first = self.head[0]
        return (first.value, *key[1:]) if isinstance(first, Const) else key

    def _env(self, key: Key) -> Env:
        bound = self.trigger.bind(self._written(key))
        assert bound is not None
        return bound

    def is_direct(self, role: str) -> bool:
        """Only a trigger makes an instance; all else concerns those that there are."""
        return role in _ARISING

    def keys(self, role: str, env: Env) -> Iterable[Key]:
        """Every key that a change in ``role`` may reach."""
        if role in _ARISING:
            return self.roles[role].heads(env)
        if role.startswith("anchor/"):
            self._note_anchor(int(role.removeprefix("anchor/")), env)
        bound = {k: v for k, v in env.items() if k in self.trigger.head_variables}
        fixed = tuple(i for i, t in enumerate(self.head) if isinstance(t, Var) and t.name in bound)
        return self.live.match(fixed, tuple(bound[self.head[i].name] for i in fixed))  # type: ignore[union-attr]

    def order(self, keys: list[Key]) -> list[Key]:
        """The oldest instance first: a performance discharges it before younger ones."""
        born = {key: self.instances[self._now(key)].born for key in keys if self._now(key) in self.instances}
        return sorted(keys, key=lambda key: born.get(key, self.run.world.stage))

    def _now(self, key: Key) -> Key:
        """The key that an instance has now: an assignment changes it."""
        while key in self.renamed:
            key = self.renamed[key]
        return key

    def _set(self, key: Key, instance: Instance) -> None:
        self.run.remember(self.instances, key)
        self.instances[key] = instance

    def _truth(self, role: str, key: Key) -> Row:
        found = self.roles.get(role)
        return found.at(self._written(key)) if found is not None else ABSENT

    # ------------------------------------------------------------ one stage

    def expire(self, key: Key, anchor: Stage) -> None:
        """Whatever was anchored at ``anchor`` runs out at this stage."""
        key = self._now(key)
        if key in self.instances and self.instances[key].born == anchor:
            self.run.schedule(self, key, "limit", self.limit_cause())

    def settle(self, key: Key, touches: Touches) -> None:
        """Compute what ``key`` is at this stage."""
        key = self._now(key)
        anew = "trigger" in touches and self._begins_anew(key)
        created = any(role in touches and self._create(key, role, touches[role]) for role in _ARISING)
        if key not in self.instances:
            return
        for i, (column, _) in enumerate(self.duty.transfers):
            if f"transfer/{i}" in touches:
                key = self._transfer(key, i, column, touches[f"transfer/{i}"])
        self._relieve(key, touches, created=created)
        self._discharge(key, touches, created=created)
        self._adjust(key, touches)
        for i, rung in enumerate(self.duty.rungs):
            if f"anchor/{i}" in touches and rung.anchor is not None and i < self.instances[key].owed:
                self._start_anchored(key, i)
        for i in range(self.instances[key].owed):
            self._perform(key, i)
        if not self.live.get(key).truth:
            self.run.remember(self.instances, key)
            del self.instances[key]
        if anew:
            self.settle(self._beside(key), touches)

    def _relieve(self, key: Key, touches: Touches, *, created: bool) -> None:
        """Helpers, suspension, the end of a rung's time, and the end of an excuse."""
        if "delegated" in touches:
            self._delegate(key)
        if "suspended" in touches or (created and "suspended" in self.roles):
            self._suspend(key, touches.get("suspended") or all_causes(touches))
        if "limit" in touches:
            self._run_out(key, touches["limit"])
        if "excused" in touches:
            self._excuse_over(key, touches["excused"])

    def _begins_anew(self, key: Key) -> bool:
        """Whether a duty without trigger begins while only what was breached is left of the instance before."""
        if not isinstance(self.head[0], Const) or key != self._written(key) or not self.live.get(key).truth:
            return False
        rung_key = self.instances[key].keys[0]
        running = (self.states[0][state].get(rung_key).truth for state in _RUNNING)
        return bool(self.trigger.at(key).truth) and not any(running)

    def _beside(self, key: Key) -> Key:
        """The key of an instance beside that of ``key``, named by the instant of its beginning."""
        return (self.run.limits.written(self.run.world.stage // 2), *key[1:])

    def _create(self, key: Key, role: str, causes: Causes) -> bool:
        found = self._arises(key, role, causes)
        if not found.truth or self.live.get(key).truth:
            return False
        env = next(iter(self.roles[role].solutions(self._env(key)))).env
        keys = tuple(tuple(value_of(t, env) for t in rung.head) for rung in self.duty.rungs)
        if isinstance(self.head[0], Const):
            keys = tuple((key[0], *rung_key[1:]) for rung_key in keys)
        self._set(key, Instance(env, self.run.world.stage, keys))
        self.run.put(self.live, key, Row(TRUE), causes)
        for i, rung_key in enumerate(keys):
            for state in DUTY_STATES:
                self.run.put(self.states[i][state], rung_key, ABSENT, causes)
        self._owe(key, 0, found, causes)
        return True

    def _arises(self, key: Key, role: str, causes: Causes) -> Row:
        """Whether the duty arises; by an event of the tick in which another ends what it takes, nobody knows."""
        found = self.roles[role].at(self._written(key))
        if role == "trigger" or not found.truth:
            return found
        both = dict.fromkeys((*self.run.world.acting(causes), key[0]))
        return Row(UNKNOWN, frozenset((f"order of {' and '.join(both)}",))) if len(both) > 1 else ABSENT

    def _owe(self, key: Key, rung: int, found: Row, causes: Causes) -> None:
        """``rung`` is to be performed from now on."""
        instance = self.instances[key]
        pending = self.states[rung]["pending"]
        rung_key = instance.keys[rung]
        if max(pending.get(rung_key).truth, found.truth) > pending.get(rung_key).truth:
            self.run.put(pending, rung_key, found, causes)
            self._show(key, rung, causes)
        if instance.owed <= rung or rung == 0:
            self._set(key, evolve(instance, owed=max(instance.owed, rung + 1)))
            if self.duty.rungs[rung].anchor is None:
                self._start_clock(key, rung, self.run.world.stage, TRUE)
            else:
                self._start_anchored(key, rung)

    # ------------------------------------------------------------ clocks

    def _note_anchor(self, rung: int, env: Env) -> None:
        for found in self.roles[f"anchor/{rung}"].solutions(env):
            part = (rung, self._anchor_part(rung, found.env))
            self.run.remember(self.anchored, part)
            self.anchored[part] = (self.run.world.stage, found.truth)

    def _anchor_part(self, rung: int, env: Env) -> Key:
        anchor = self.duty.rungs[rung].anchor
        assert anchor is not None
        return tuple(env[name] for name in sorted(free_variables(anchor) & self.trigger.head_variables))

    def _start_anchored(self, key: Key, rung: int) -> None:
        stage, truth = self.anchored.get((rung, self._anchor_part(rung, self._env(key))), (0, FALSE))
        if truth:
            self._start_clock(key, rung, stage, truth)

    def _start_clock(self, key: Key, rung: int, stage: Stage, truth: Truth) -> None:
        definition = self.duty.rungs[rung]
        earliest = definition.not_before
        if earliest is not None:
            first = self._earliest(key, earliest, stage // 2)
            instance = self.instances[key]
            self._set(key, evolve(instance, not_before=(*instance.not_before, (rung, first))))
        if definition.deadline is not None:
            tick = self._due(key, definition.deadline, stage // 2)
            soonest = self.run.world.stage + 1
            if tick is None:
                self._wind(key, Clock(rung, soonest, UNKNOWN, _WHICH))
            else:
                self._wind(key, Clock(rung, max(before_events(tick), soonest), truth))

    def _due(self, key: Key, limit: Limit | DueDate | Instant, anchor: Instant) -> Instant | None:
        """The instant of a limit; ``None`` where it hangs on a date that is unknown."""
        match limit:
            case Limit():
                return self.run.limits.of(limit, anchor)
            case DueDate(date):
                value = value_of(date, self.instances[key].env)
                return None if value is UNKNOWN_VALUE else self.run.limits.due(limit, value)
            case _:
                return limit

    def _earliest(self, key: Key, limit: Limit | DueDate | Instant, anchor: Instant) -> Stage | None:
        """The first stage at which performance counts; ``None`` where nobody knows."""
        if isinstance(limit, Limit):
            return before_events(self.run.limits.earliest(limit, anchor))
        tick = self._due(key, limit, anchor)
        return None if tick is None else before_events(tick)

    def _wind(self, key: Key, clock: Clock) -> None:
        instance = self.instances[key]
        others = tuple(c for c in instance.clocks if (c.rung, c.at) != (clock.rung, clock.at))
        self._set(key, evolve(instance, clocks=(*others, clock)))
        self.run.at_stage(clock.at, self, key, instance.born)

    def _run_out(self, key: Key, causes: Causes) -> None:
        """The time of a rung is over: excused, or breached."""
        instance = self.instances[key]
        due = instance.due_at(self.run.world.stage)
        self._set(key, instance.without(due))
        for clock in due:
            if instance.paused is not None:
                here = self.instances[key]
                self._set(key, evolve(here, overdue=here.overdue | {clock.rung}))
                continue
            why = NO_REASONS if clock.truth == TRUE else clock.why
            excuse = self._truth("excused", key)
            self._move(
                key,
                clock.rung,
                "pending",
                "excused",
                Row(min(excuse.truth, clock.truth), excuse.reasons | why),
                causes,
            )
            self._breach(key, clock.rung, "pending", Row(clock.truth, why), causes)

    def _breach(self, key: Key, rung: int, source: str, row: Row, causes: Causes) -> None:
        rung_key, table = self.instances[key].keys[rung], self.states[rung]["breached"]
        before = table.get(rung_key).truth
        self._move(key, rung, source, "breached", row, causes)
        breached = table.get(rung_key)
        if breached.truth > before and rung + 1 < len(self.duty.rungs):
            self._owe(key, rung + 1, breached, causes)

    def _excuse_over(self, key: Key, causes: Causes) -> None:
        excuse = self._truth("excused", key)
        for rung in range(self.instances[key].owed):
            self._breach(key, rung, "excused", Row(TRUE - excuse.truth, excuse.reasons), causes)

    def _suspend(self, key: Key, causes: Causes) -> None:
        """Suspension and resumption, by the duty's rule for its clock."""
        now, instance = self._truth("suspended", key), self.instances[key]
        if now.truth == FALSE:
            self._resume(key, causes)
            return
        for rung in range(instance.owed):
            self._move(key, rung, "pending", "suspended", now, causes)
        if now.truth == UNKNOWN:
            self._set(key, self.instances[key].doubted())
        elif instance.paused is None:
            runs = self.duty.clock == "runs"
            stopped = instance.clocks if self.duty.clock == "stops" else ()
            clocks = instance.clocks if runs else ()
            paused = evolve(self.instances[key], paused=self.run.world.stage, clocks=clocks, stopped=stopped)
            self._set(key, paused)

    def _resume(self, key: Key, causes: Causes) -> None:
        instance = self.instances[key]
        for rung in range(instance.owed):
            self._move(key, rung, "suspended", "pending", Row(TRUE), causes)
        if instance.paused is None:
            return
        stood = self.run.world.stage // 2 - instance.paused // 2
        self._set(key, evolve(self.instances[key], paused=None, stopped=(), overdue=frozenset()))
        for clock in instance.stopped:
            at = before_events(self.run.limits.put_off(clock.at // 2, stood))
            self._wind(key, evolve(clock, at=max(at, self.run.world.stage + 1)))
        for rung in instance.overdue:
            self._breach(key, rung, "pending", Row(TRUE), causes)

    def _adjust(self, key: Key, touches: Touches) -> None:
        """Extensions put every clock off; acceleration makes everything due at the end of the day."""
        for i, (_, length) in enumerate(self.duty.extensions):
            row = self._truth(f"extended/{i}", key) if f"extended/{i}" in touches else ABSENT
            if row.truth:
                self._rewind(
                    key,
                    row.truth,
                    {c: self.run.limits.later(c.at // 2, length) for c in self.instances[key].clocks},
                )
        row = self._truth("accelerated", key) if "accelerated" in touches else ABSENT
        if row.truth:
            today = self.run.limits.end_of_day(self.run.world.stage // 2)
            self._rewind(key, row.truth, {c: min(today, c.at // 2) for c in self.instances[key].clocks})

    def _rewind(self, key: Key, truth: Truth, ticks: dict[Clock, int]) -> None:
        """Other limits for clocks; where it is unknown whether they count, both may."""
        for clock, tick in ticks.items():
            instance = self.instances[key]
            at = max(before_events(tick), self.run.world.stage + 1)
            if truth == TRUE:
                self._set(key, instance.without((clock,)))
                self._wind(key, evolve(clock, at=at))
            else:
                early, late = sorted((clock.at, at))
                self._set(key, instance.without((clock,)))
                self._wind(key, Clock(clock.rung, early, UNKNOWN))
                self._wind(key, Clock(clock.rung, late, clock.truth))

    # ------------------------------------------------------------ ends, transfers, performance

    def _discharge(self, key: Key, touches: Touches, *, created: bool) -> None:
        """The end of the clause lets what is pending lapse; a waiver ends whatever is owed."""
        if created or "end" in touches:
            end = self._order(key, "end", touches, created=created)
            causes = touches.get("end") or all_causes(touches)
            for rung in range(self.instances[key].owed):
                for source in ("pending", "suspended", "excused"):
                    self._move(key, rung, source, "lapsed", end, causes)
        if "waived" in touches:
            waived = self._order(key, "waived", touches, created=False)
            for rung in range(self.instances[key].owed):
                for source in (*OWED, "suspended"):
                    self._move(key, rung, source, "waived", waived, touches["waived"])

    def _order(self, key: Key, role: str, touches: Touches, *, created: bool) -> Row:
        """An end; unknown where it and a trigger or performance are by several events of one tick (DESIGN §2)."""
        row, world = self._truth(role, key), self.run.world
        if row.truth != TRUE:
            return row
        others = [
            c for r, found in touches.items() if r in _ARISING or r.startswith("performance") for c in found
        ]
        ending = world.acting(touches.get(role, ()))
        if created and not self.roles[role].at(self._written(key), earlier=True).truth:
            # An instance of this stage was not yet there when the events of its end were told.
            ending += self.bearing_on(role)
        both = dict.fromkeys((*ending, *world.acting(tuple(others))))
        if ending and len(both) > 1 and world.acting(tuple(others)):
            return Row(UNKNOWN, frozenset((f"order of {' and '.join(both)}",)))
        return row

    def _transfer(self, key: Key, number: int, column: int, causes: Causes) -> Key:
        """The creditor's or the debtor's side passes to somebody else: the instance gets another key.

        Where it is unknown whether it passes, or to whom, each who may have it gets an instance.
        """
        passing, kept = self._assignees(key, number, causes)
        before, instance = key[column], self.instances[key]
        moved = {
            tuple(_with_side(k, before, after) for k in instance.keys): row
            for after, row in passing.items()
            if after != before
        }
        if not moved:
            return key
        for rung, old in enumerate(instance.keys):
            for table in (*self.states[rung].values(), self.force[rung]):
                self._pass_on(table, old, {keys[rung]: row for keys, row in moved.items()}, kept, causes)
        for keys in moved:
            self._put_at(keys, instance, causes)
        if kept:
            return key
        self._forget(key, next(iter(moved))[0], causes)
        return self._now(key)

    def _assignees(self, key: Key, number: int, causes: Causes) -> tuple[dict[Any, Row], Truth]:
        """To whom a side passes, and how certain it is that it stays; by several events of one tick, to nobody for certain."""
        solutions = self.roles[f"transfer/{number}"].solutions(self._env(key))
        found = {s.env["assignee"]: Row(s.truth, s.reasons) for s in solutions}
        kept = TRUE - max((row.truth for row in found.values()), default=FALSE)
        if len(found) > 1:
            order = frozenset((f"order of {' and '.join(self.run.world.acting(causes))}",))
            found = {assignee: Row(UNKNOWN, order) for assignee in found}
        return found, kept

    def _pass_on(self, table: Table, old: Key, moved: dict[Key, Row], kept: Truth, causes: Causes) -> None:
        """A row of one state under its new keys, and what is left of it under the old one."""
        row = table.get(old)
        if not row.truth:
            return
        for new, passing in moved.items():
            if new != old:
                truth = min(row.truth, passing.truth)
                self.run.put(table, new, Row(truth, row.reasons | passing.reasons), causes)
        if old not in moved:
            why = frozenset().union(*(passing.reasons for passing in moved.values()))
            self.run.put(table, old, Row(min(row.truth, kept), row.reasons | why), causes)

    def _put_at(self, keys: tuple[Key, ...], instance: Instance, causes: Causes) -> None:
        """The instance under other keys, with its clocks; it may come back to somebody who had it before."""
        self.run.remember(self.renamed, keys[0])
        self.renamed.pop(keys[0], None)
        self._set(keys[0], evolve(instance, keys=keys))
        self.run.put(self.live, keys[0], Row(TRUE), causes)
        for clock in instance.clocks:
            self._wind(keys[0], clock)

    def _forget(self, key: Key, new: Key, causes: Causes) -> None:
        """Nobody has the instance under ``key`` any more; what reaches it there is meant for ``new``."""
        self.run.remember(self.renamed, key)
        self.run.remember(self.instances, key)
        self.renamed[key] = new
        del self.instances[key]
        self.run.put(self.live, key, ABSENT, causes)

    def _delegate(self, key: Key) -> None:
        for found in self.roles["delegated"].solutions(self._env(key)):
            instance = self.instances[key]
            if found.truth == TRUE:
                self._set(key, evolve(instance, helpers=(*instance.helpers, found.env["assignee"])))

    def _perform(self, key: Key, rung: int) -> None:
        """Whatever this stage's events perform of ``rung``."""
        if self.spent_at != self.run.world.stage and not self.run.reaches_back:
            self.spent_at = self.run.world.stage
            self.spent.clear()
            self.left.clear()
        instance = self.instances[key]
        stage = self.run.world.stage
        firsts = [first for r, first in instance.not_before if r == rung]
        if any(first is not None and stage < first for first in firsts):
            return
        early = Row(UNKNOWN, _WHICH) if None in firsts else PRESENT
        rung_key = instance.keys[rung]
        bound = self.binders[rung](self._written(rung_key))
        assert bound is not None
        for performer in (rung_key[1], *instance.helpers):
            for found in self._solutions(rung, {**bound, PERFORMER.name: performer}):
                event = found.env[PERFORMING.name]
                sure = Row(min(found.truth, early.truth), found.reasons | early.reasons)
                row = self._suffices(key, rung, event, found.env, sure)
                if row.truth:
                    self._performed(key, rung, row, (ByEvent(event),))

    def _solutions(self, rung: int, env: Env) -> Iterator[Any]:
        return self.roles[f"performance/{rung}"].solutions(env)

    def _suffices(self, key: Key, rung: int, event: str, env: Env, found: Row) -> Row:
        """How certain it is that ``event`` performs the rung, after what it has discharged elsewhere."""
        owed = max(
            self.states[rung][s].get(self.instances[key].keys[rung]).truth for s in (*OWED, "suspended")
        )
        if not owed:
            return ABSENT
        column = self.duty.rungs[rung].amount
        if column is not None:
            return self._in_parts(key, rung, event, env[PERFORMED_AMOUNT.name], found, owed, column)
        truth = min(found.truth, TRUE - self.spent.get(event, FALSE))
        if truth:
            self.run.remember(self.spent, event)
            self.spent[event] = max(min(truth, owed), self.spent.get(event, FALSE))
        if truth < found.truth:
            return Row(truth, frozenset((f"which duty event {event} performs is unknown",)))
        return Row(truth, found.reasons)

    def _in_parts(
        self, key: Key, rung: int, event: str, amount: Any, found: Row, owed: Truth, column: int
    ) -> Row:
        """Amounts add up; what one instance does not need goes to the next."""
        instance = self.instances[key]
        due, paid = instance.keys[rung][column], instance.paid_on(rung)
        if UNKNOWN_VALUE in (due, amount):
            return Row(UNKNOWN, found.reasons | {"an amount is unknown"})
        given = self.left.get(event, amount)
        needed = calculate("-", due, paid.certain)
        certain = found.truth == TRUE and owed == TRUE
        used = calculate("min", given, needed)
        if certain:
            self.run.remember(self.left, event)
            self.left[event] = calculate("-", given, used)
        paid = Paid(
            calculate("+", paid.certain, used) if certain else paid.certain,
            calculate("+", paid.possible, used if certain else given),
        )
        self._set(key, instance.paying(rung, paid))
        if compare(">=", paid.certain, due):
            return Row(TRUE)
        return Row(UNKNOWN, found.reasons) if compare(">=", paid.possible, due) else ABSENT

    def _performed(self, key: Key, rung: int, row: Row, causes: Causes) -> None:
        for source in ("pending", "suspended", "excused"):
            self._move(key, rung, source, "performed", row, causes)
        self._move(key, rung, "breached", "late", row, causes)
        for lower in range(rung):
            if not self.duty.rungs[lower + 1].cumulative:
                self._move(key, lower, "breached", "cured", row, causes)

    # ------------------------------------------------------------ states

    def _move(self, key: Key, rung: int, source: str, target: str, row: Row, causes: Causes) -> None:
        """With certainty ``row.truth``, what is in state ``source`` passes to ``target``."""
        rung_key = self.instances[key].keys[rung]
        states = self.states[rung]
        here, there = states[source].get(rung_key), states[target].get(rung_key)
        passing = min(here.truth, row.truth)
        if not passing:
            return
        why: Reasons = here.reasons | row.reasons
        reached = max(there.truth, passing)
        self.run.put(states[target], rung_key, Row(reached, why if reached != TRUE else NO_REASONS), causes)
        left = min(here.truth, TRUE - row.truth)
        self.run.put(states[source], rung_key, Row(left, why if left else NO_REASONS), causes)
        self._show(key, rung, causes)

    def _show(self, key: Key, rung: int, causes: Causes) -> None:
        """The duty itself is in force while it is owed."""
        rung_key = self.instances[key].keys[rung]
        rows = (self.states[rung][s].get(rung_key) for s in OWED)
        self.run.put(self.force[rung], rung_key, max(rows, key=lambda row: row.truth), causes)
        self._settle_live(key, causes)

    def _settle_live(self, key: Key, causes: Causes) -> None:
        """An instance that is owed nothing more is looked at no more."""
        instance = self.instances[key]
        open_ = any(
            self.states[i][s].get(instance.keys[i]).truth
            for i in range(instance.owed)
            for s in (*OWED, "suspended")
        )
        self.run.put(self.live, key, Row(TRUE) if open_ else ABSENT, causes)


def _with_side(key: Key, before: Any, after: Any) -> Key:
    """The key of a rung with another debtor or creditor."""
    return tuple(after if c in (1, 2) and v == before else v for c, v in enumerate(key))

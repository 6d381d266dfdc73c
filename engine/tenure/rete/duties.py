"""What the rules of a duty do when they fire: an instance is owed, and whatever befalls it (DESIGN §4).

An instance is one fact, ``live``, from its trigger until it is discharged, and a row for the state of each rung.
A breached duty stays in force and can be performed late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.logic.definitions import DUTY_STATES, DueDate
from tenure.logic.definitions import OWED as IN_FORCE
from tenure.rete.causes import Causes, join
from tenure.rete.clocks import Clocks
from tenure.rete.instances import Instance
from tenure.rete.literals import Symbol, row
from tenure.rete.memory import Key
from tenure.rete.payments import Payments
from tenure.rete.records import OrderError, TwiceError
from tenure.rete.ruleset import Compiled, Effect, Ladder

if TYPE_CHECKING:
    from tenure.rete.recorder import Recorder

#: The states of an instance whose time, or whose excuse, is still running.
_RUNNING = ("pending", "suspended", "excused")
#: The roles that make an instance; all others concern those that there are.
_ARISING = ("trigger", "contested")


class Duties:
    """The consequents of the duties of one run."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.state = recorder.state
        self.clocks = Clocks(recorder)
        self.payments = Payments()
        #: What has moved at this stage, the keys by which instances went when it began, and where each is found now.
        self._moved: dict[tuple[int, Key], None] = {}
        self._before: dict[tuple[int, Key], Key] = {}
        self._now: dict[tuple[int, Key], Key] = {}
        #: What was done at this stage that is done once, and to whom a side is to pass.
        self._done: set[tuple[str, int, Key, int]] = set()
        self._passing: dict[tuple[int, Key, int], dict[int, None]] = {}

    def kinds(self) -> dict[str, Any]:
        """The consequents by the kinds of their effects."""
        return {
            "owe": self.owe,
            "contest": self.contest,
            "note": self.note,
            "transfer": self.transfer,
            "move": self.move,
            "delegate": self.delegate,
            "suspend": self.suspend,
            "resume": self.resume,
            "breach": self.run_out,
            "recall": self.recall,
            "lapse": self.lapse,
            "waive": self.waive,
            "extend": self.extend,
            "accelerate": self.accelerate,
            "anchor": self.anchor,
            "perform": self.perform,
        }

    def enter(self) -> None:
        """A new stage."""
        for memory in (self._moved, self._before, self._now, self._passing):
            memory.clear()
        self._done.clear()
        self.payments.clear()

    def leave(self) -> None:
        """The stage is over: what was discharged at it waits no longer."""
        for index, key in self._moved:
            instance = self.state.instances.get((index, key))
            definition = self.recorder.definitions[index]
            if instance is not None and not self._is_open(definition, instance):
                self._withdraw(definition, instance)
                del self.state.instances[index, key]

    # ------------------------------------------------------------ beginnings

    def owe(self, effect: Effect, found: Key) -> None:
        """A trigger makes an instance, unless there is one; beside what is breached of the last it makes another."""
        definition = self.recorder.definitions[effect.number]
        ladder = _ladder(definition)
        keys, numbers = _unpacked(ladder, found)
        dates = [self.recorder.value(number) for number in numbers]
        index, key = definition.index, keys[0]
        there = self.state.instances.get((index, key))
        if (index, key) in self.state.renamed:
            return
        if there is not None:
            if ladder.once is None or self._is_new(there) or self._any(definition, there, 0, _RUNNING):
                self._check_alike(definition, there, keys, dates)
                return
            name = self.recorder.numbered(self.recorder.limits.written(self.state.stage // 2))
            keys = [(name, *k[1:]) for k in keys]
            if (index, keys[0]) in self.state.instances:
                return
        causes = self._roles(definition, key, self.recorder.ripe).get("trigger", ())
        self._make(definition, keys, dates, causes, beside=there is not None)

    def _make(
        self, definition: Compiled, keys: list[Key], dates: list[Any], causes: Causes, *, beside: bool
    ) -> None:
        state, steps = self.state, _ladder(definition).steps
        named = {}
        for i, step in enumerate(steps):
            for which, limit in (("deadline", step.deadline), ("not_before", step.not_before)):
                if isinstance(limit, DueDate):
                    named[i, which] = dates.pop(0)
        instance = Instance(keys, state.stage, state.seq, causes, named, beside)
        state.instances[definition.index, instance.key] = instance
        self._post(definition, instance)
        for step, key in zip(steps, keys, strict=True):
            for name in DUTY_STATES:
                self._set(step.name, name, key, causes, there=False)
        self._owe(definition, instance, 0, causes)

    def _check_alike(self, definition: Compiled, there: Instance, keys: list[Key], dates: list[Any]) -> None:
        """Two solutions of one trigger that would make different instances: which of them does is not known."""
        if self._is_new(there) and not there.beside:
            ladder = _ladder(definition)
            once = ladder.once is not None
            alike = [k[1:] if once else k for k in there.keys] == [k[1:] if once else k for k in keys]
            if not alike or list(there.dates.values()) != dates:
                raise OrderError(tuple(sorted(self.recorder.here)))

    def contest(self, effect: Effect, key: Key) -> None:
        """An event triggers it in the tick in which others may have ended what it takes to arise: their order is not known."""
        if len(self.recorder.here) > 1 and (effect.number, key) not in self.state.instances:
            raise OrderError(tuple(sorted(self.recorder.here)))

    def _owe(self, definition: Compiled, instance: Instance, rung: int, causes: Causes) -> None:
        """``rung`` is to be performed from now on."""
        step, key = _ladder(definition).steps[rung], instance.keys[rung]
        self._set(step.name, "pending", key, causes, there=True)
        self._show(definition, instance, rung, causes)
        if instance.owed <= rung or rung == 0:
            instance.owed = max(instance.owed, rung + 1)
            self.clocks.owed(definition, instance, rung)

    # ------------------------------------------------------------ clocks

    def note(self, effect: Effect, part: Key) -> None:
        """An event from which the time of a rung runs, whether or not there is an instance."""
        self.state.anchored[effect.number, effect.place, part] = self.state.stage

    def anchor(self, effect: Effect, key: Key) -> None:
        """The same, for an instance that owes the rung."""
        definition, instance = self._of(effect, key)
        if effect.place < instance.owed and self._is_told(definition, instance, f"anchor/{effect.place}"):
            self.clocks.anchored(definition, instance, effect.place)

    def run_out(self, effect: Effect, key: Key) -> None:
        """The time of a rung is over: what is pending is breached, or excused."""
        definition = self.recorder.definitions[effect.number]
        instance = self.state.instances.get((effect.number, self._now.get((effect.number, key), key)))
        if instance is None:
            return
        causes, stage = self.recorder.limit_causes(definition), self.state.stage
        due = [clock for clock in instance.clocks if clock.at == stage]
        instance.clocks = [clock for clock in instance.clocks if clock.at != stage]
        excused = self.recorder.rights.has(f"excuse:{definition.name}", instance.key)
        for clock in due:
            if instance.paused is not None:
                instance.overdue.add(clock.rung)
            elif excused:
                self._shift(definition, instance, clock.rung, "pending", "excused", causes)
            else:
                self._breach(definition, instance, clock.rung, "pending", causes)

    def _breach(
        self, definition: Compiled, instance: Instance, rung: int, source: str, causes: Causes
    ) -> None:
        moved = self._shift(definition, instance, rung, source, "breached", causes)
        if moved and rung + 1 < len(instance.keys):
            self._owe(definition, instance, rung + 1, causes)

    def recall(self, effect: Effect, key: Key) -> None:
        """There is no excuse any more: what was excused is breached."""
        definition, instance = self._of(effect, key)
        if self._is_told(definition, instance, "excused"):
            causes = self._touches(definition, instance)["excused"]
            for rung in range(instance.owed):
                self._breach(definition, instance, rung, "excused", causes)

    def suspend(self, effect: Effect, key: Key) -> None:
        """What is pending is suspended, and its clocks are dealt with by the duty's rule."""
        definition, instance = self._of(effect, key)
        causes = self._causes_of(definition, instance, "suspended")
        if causes is None:
            return
        for rung in range(instance.owed):
            self._shift(definition, instance, rung, "pending", "suspended", causes)
        if instance.paused is None:
            self.clocks.pause(definition, instance)

    def resume(self, effect: Effect, key: Key) -> None:
        """It is suspended no longer; what has run out meanwhile is breached."""
        definition, instance = self._of(effect, key)
        causes = self._causes_of(definition, instance, "suspended")
        if causes is None:
            return
        for rung in range(instance.owed):
            self._shift(definition, instance, rung, "suspended", "pending", causes)
        for rung in self.clocks.resume(definition, instance) if instance.paused is not None else ():
            self._breach(definition, instance, rung, "pending", causes)

    def extend(self, effect: Effect, key: Key) -> None:
        """Every clock is put off."""
        definition, instance = self._of(effect, key)
        if self._is_first(effect, instance) and self._is_told(
            definition, instance, f"extended/{effect.place}"
        ):
            self.clocks.extend(definition, instance, _ladder(definition).extensions[effect.place])

    def accelerate(self, effect: Effect, key: Key) -> None:
        """Everything is due at the end of the day."""
        definition, instance = self._of(effect, key)
        if self._is_first(effect, instance) and self._is_told(definition, instance, "accelerated"):
            self.clocks.accelerate(definition, instance)

    # ------------------------------------------------------------ ends

    def lapse(self, effect: Effect, key: Key) -> None:
        """The end of the clause lets lapse what is not breached."""
        definition, instance = self._of(effect, key)
        causes = self._causes_of(definition, instance, "end")
        if causes is None or not any(
            self._any(definition, instance, rung, _RUNNING) for rung in range(instance.owed)
        ):
            return
        roles = self.recorder.touched.roles(
            definition.index, self._written(definition, instance), None
        )
        made = self._is_new(instance)
        here: Causes = tuple(sorted(self.recorder.here)) if made and "end" in roles else ()
        self._order(here if made else causes, roles)
        for rung in range(instance.owed):
            for source in _RUNNING:
                self._shift(definition, instance, rung, source, "lapsed", causes)

    def waive(self, effect: Effect, key: Key) -> None:
        """A waiver ends whatever is owed."""
        definition, instance = self._of(effect, key)
        states = (*IN_FORCE, "suspended")
        if not self._is_told(definition, instance, "waived") or not self._is_open(definition, instance):
            return
        touches = self._touches(definition, instance)
        self._order(touches["waived"], touches)
        for rung in range(instance.owed):
            for source in states:
                self._shift(definition, instance, rung, source, "waived", touches["waived"])

    def _order(self, ending: Causes, roles: dict[str, Causes]) -> None:
        """An end and a trigger or a performance by several events of one tick: which was first is not known."""
        here = self.recorder.here
        others = join(
            *(causes for role, causes in roles.items() if role in _ARISING or role.startswith("performance"))
        )
        acting = [c for c in others if c in here]
        both = [c for c in join(ending, tuple(acting)) if isinstance(c, int) and c in here]
        if acting and len(both) > 1 and any(c in here for c in ending):
            raise OrderError(tuple(both))

    # ------------------------------------------------------------ other parties

    def transfer(self, effect: Effect, found: Key) -> None:
        """A side is to pass to somebody: to whom is known when all events of the stage have been asked."""
        assignee, key = found[0], found[1:]
        definition, instance = self._of(effect, key)
        before = self._before.get((definition.index, key), key)
        place = (definition.index, before, effect.place)
        if not self._is_told(definition, instance, f"transfer/{effect.place}") or (
            place in self._passing and before != key
        ):
            return
        if place not in self._passing:
            symbol = f"due:{definition.name}/{effect.place}"
            self.recorder.rights.pass_by(symbol, key, self.state.seq)
        self._passing.setdefault(place, {})[assignee] = None

    def move(self, effect: Effect, key: Key) -> None:
        """The creditor's or the debtor's side passes: the instance goes by another key."""
        definition, instance = self._of(effect, key)
        index = definition.index
        before = self._before.get((index, key), key)
        assignees = self._passing[index, before, effect.place]
        if len(assignees) > 1:
            raise OrderError(tuple(sorted(self.recorder.here)))
        (assignee,) = assignees
        side = key[_ladder(definition).transfers[effect.place]]
        if assignee == side:
            return
        causes = self._touches(definition, instance)[f"transfer/{effect.place}"]
        keys = [
            tuple([assignee if c in (1, 2) and v == side else v for c, v in enumerate(k)])
            for k in instance.keys
        ]
        if (index, keys[0]) in self.state.instances:
            raise TwiceError(definition.clause or definition.name)
        for step, old, new in zip(_ladder(definition).steps, instance.keys, keys, strict=True):
            for symbol in (*(_state(step.name, s) for s in DUTY_STATES), row(step.name)):
                self._pass_on(symbol, old, new, causes)
        self._rename(definition, instance, keys, before)

    def _pass_on(self, symbol: Symbol, old: Key, new: Key, causes: Causes) -> None:
        rights = self.recorder.rights
        if rights.has(symbol, old):
            if new != old and not rights.has(symbol, new):
                self.recorder.turn(symbol, new, causes, there=True)
            if new != old:
                self.recorder.turn(symbol, old, causes, there=False)

    def _rename(self, definition: Compiled, instance: Instance, keys: list[Key], before: Key) -> None:
        index, old, state = definition.index, instance.key, self.state
        self._withdraw(definition, instance)
        del state.instances[index, old]
        instance.keys = keys
        state.instances[index, instance.key] = instance
        state.renamed.pop((index, instance.key), None)
        state.renamed[index, old] = instance.key
        self._before[index, instance.key] = before
        self._now[index, before] = instance.key
        self._moved[index, instance.key] = None
        self._post(definition, instance)
        self.clocks.renamed(definition, instance)

    def delegate(self, effect: Effect, found: Key) -> None:
        """Somebody may perform in the debtor's place."""
        definition, instance = self._of(effect, found[1:])
        if self._is_told(definition, instance, "delegated") and found[0] not in instance.helpers:
            instance.helpers.append(found[0])
            self.recorder.rights.post(f"helper:{definition.name}", (found[0], *instance.key), self.state.seq)

    # ------------------------------------------------------------ performance

    def perform(self, effect: Effect, found: Key) -> None:
        """An event performs the oldest instance that it can, or a part of it."""
        definition = self.recorder.definitions[effect.number]
        rung, event = effect.place // 2, found[0]
        column = _ladder(definition).steps[rung].amount
        definition, instance = self._of(effect, found[1 if column is None else 2 :])
        stage = self.state.stage
        if rung >= instance.owed or any(r == rung and stage < first for r, first in instance.not_before):
            return
        owed = self._any(definition, instance, rung, (*IN_FORCE, "suspended"))
        index = definition.index
        if column is None:
            suffices = self.payments.whole(index, rung, event, instance, owed=owed)
        elif not owed:
            suffices = False
        else:
            due, amount = (self.recorder.value(n) for n in (instance.keys[rung][column], found[1]))
            suffices = self.payments.part(index, rung, event, instance, due, amount)
        if suffices:
            self._performed(definition, instance, rung, (event,))

    def _performed(self, definition: Compiled, instance: Instance, rung: int, causes: Causes) -> None:
        for source in _RUNNING:
            self._shift(definition, instance, rung, source, "performed", causes)
        self._shift(definition, instance, rung, "breached", "late", causes)
        for lower in range(rung):
            if not _ladder(definition).steps[lower + 1].cumulative:
                self._shift(definition, instance, lower, "breached", "cured", causes)

    # ------------------------------------------------------------ what was told of an instance

    def _of(self, effect: Effect, key: Key) -> tuple[Compiled, Instance]:
        return self.recorder.definitions[effect.number], self.state.instances[effect.number, key]

    def _is_new(self, instance: Instance) -> bool:
        return instance.since == self.state.seq

    def _is_first(self, effect: Effect, instance: Instance) -> bool:
        """Several events of one stage do it once."""
        done = (effect.kind, effect.number, instance.key, effect.place)
        if done in self._done:
            return False
        self._done.add(done)
        return True

    def _written(self, definition: Compiled, instance: Instance) -> Key:
        """The key by which it was told of what befalls it: that at the beginning of the stage, as the clause writes it."""
        key = self._before.get((definition.index, instance.key), instance.key)
        once = _ladder(definition).once
        return key if once is None else (once, *key[1:])

    def _roles(self, definition: Compiled, key: Key, ripe: int | None) -> dict[str, Causes]:
        return self.recorder.touched.roles(definition.index, key, ripe)

    def _touches(self, definition: Compiled, instance: Instance) -> dict[str, Causes]:
        """What bears on it at this stage: on one that was not there before, what makes it."""
        roles = self._roles(definition, self._written(definition, instance), None)
        if self._is_new(instance) and not instance.beside:
            return {role: causes for role, causes in roles.items() if role in _ARISING}
        return roles

    def _is_told(self, definition: Compiled, instance: Instance, role: str) -> bool:
        return role in self._touches(definition, instance)

    def _causes_of(self, definition: Compiled, instance: Instance, role: str) -> Causes | None:
        """The causes of what a state does to it: the state has changed, or holds as the instance arises; else None."""
        touches = self._touches(definition, instance)
        if role in touches:
            return touches[role]
        return join(*touches.values()) if self._is_new(instance) else None

    # ------------------------------------------------------------ states

    def _shift(
        self, definition: Compiled, instance: Instance, rung: int, source: str, target: str, causes: Causes
    ) -> bool:
        """What is in state ``source`` passes to ``target``; whether it was."""
        name, key = _ladder(definition).steps[rung].name, instance.keys[rung]
        if not self.recorder.rights.has(_state(name, source), key):
            return False
        self._set(name, target, key, causes, there=True)
        self._set(name, source, key, causes, there=False)
        self._show(definition, instance, rung, causes)
        return True

    def _show(self, definition: Compiled, instance: Instance, rung: int, causes: Causes) -> None:
        """The duty itself is in force while it is owed."""
        symbol, key = row(_ladder(definition).steps[rung].name), instance.keys[rung]
        there = self._any(definition, instance, rung, IN_FORCE)
        if self.recorder.rights.has(symbol, key) != there:
            self.recorder.turn(symbol, key, causes, there=there)
        self._moved[definition.index, instance.key] = None

    def _any(self, definition: Compiled, instance: Instance, rung: int, states: tuple[str, ...]) -> bool:
        name, key = _ladder(definition).steps[rung].name, instance.keys[rung]
        return any(self.recorder.rights.has(_state(name, state), key) for state in states)

    def _is_open(self, definition: Compiled, instance: Instance) -> bool:
        states = (*IN_FORCE, "suspended")
        return any(self._any(definition, instance, rung, states) for rung in range(instance.owed))

    def _set(self, name: str, state: str, key: Key, causes: Causes, *, there: bool) -> None:
        symbol = _state(name, state)
        if self.recorder.rights.has(symbol, key) != there:
            self.recorder.turn(symbol, key, causes, there=there)

    # ------------------------------------------------------------ facts

    def _facts(self, definition: Compiled, instance: Instance) -> list[tuple[Symbol, Key]]:
        name, key = definition.name, instance.key
        rungs = [(f"rung{i}:{name}", (*key, *k)) for i, k in enumerate(instance.keys) if i]
        return [(f"live:{name}", key), *rungs, *((f"helper:{name}", (h, *key)) for h in instance.helpers)]

    def _post(self, definition: Compiled, instance: Instance) -> None:
        for symbol, key in self._facts(definition, instance):
            self.recorder.rights.post(symbol, key, self.state.seq, since=instance.since)

    def _withdraw(self, definition: Compiled, instance: Instance) -> None:
        for symbol, key in self._facts(definition, instance):
            self.recorder.rights.withdraw(symbol, key)
        self.recorder.rights.withdraw(f"excuse:{definition.name}", instance.key)


def _ladder(definition: Compiled) -> Ladder:
    assert definition.ladder is not None
    return definition.ladder


def _state(name: str, state: str) -> Symbol:
    return row(f"{state}:{name}")


def _unpacked(ladder: Ladder, found: Key) -> tuple[list[Key], list[int]]:
    """The keys of the rungs and the dates of their limits, from what a trigger gives."""
    keys, start = [], 0
    for step in ladder.steps:
        keys.append(found[start : start + step.width])
        start += step.width
    if ladder.once is not None:
        keys = [(keys[0][0], *key[1:]) for key in keys]
    return keys, list(found[start:])

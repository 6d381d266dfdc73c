"""What the rules of a duty do when they fire: an instance is owed, and whatever befalls it (DESIGN §4).

An instance is one fact, ``live``, from its trigger until it is discharged, and a row for the state of each rung.
A breached duty stays in force and can be performed late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.logic.definitions import DUTY_STATES, DueDate
from tenure.rete.causes import Causes, join
from tenure.rete.clocks import Clocks
from tenure.rete.instances import Instance
from tenure.rete.payments import Payments
from tenure.rete.records import OrderError
from tenure.rete.ruleset import Compiled, Effect, Key
from tenure.rete.standing import ARISING, OPEN, RUNNING, Standing, ladder_of
from tenure.rete.transfers import Transfers

if TYPE_CHECKING:
    from tenure.rete.recorder import Recorder


class Duties:
    """The consequents of the duties of one run."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.state = recorder.state
        self.standing = Standing(recorder)
        self.clocks = Clocks(recorder)
        self.transfers = Transfers(self.standing, self.clocks)
        self.payments = Payments()

    def kinds(self) -> dict[str, Any]:
        """The consequents by the kinds of their effects."""
        return {
            "owe": self.owe,
            "contest": self.contest,
            "note": self.note,
            "transfer": self.transfers.transfer,
            "move": self.transfers.move,
            "delegate": self.transfers.delegate,
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
        self.standing.enter()
        self.transfers.enter()
        self.payments.clear()

    def leave(self) -> None:
        """The stage is over."""
        self.standing.leave()

    # ------------------------------------------------------------ beginnings

    def owe(self, effect: Effect, found: Key) -> None:
        """A trigger makes an instance, unless there is one; beside what is breached of the last it makes another."""
        definition = self.recorder.definitions[effect.number]
        ladder = ladder_of(definition)
        keys, numbers = ladder.unpacked(found)
        dates = [self.recorder.value(number) for number in numbers]
        index, key = definition.index, keys[0]
        there = self.state.instances.get((index, key))
        if (index, key) in self.state.renamed:
            return
        if there is not None:
            if (
                ladder.once is None
                or self.standing.is_new(there)
                or self.standing.any(definition, there, 0, RUNNING)
            ):
                self._check_alike(definition, there, keys, dates)
                return
            name = self.recorder.numbered(self.recorder.limits.written(self.state.stage // 2))
            keys = [(name, *k[1:]) for k in keys]
            if (index, keys[0]) in self.state.instances:
                return
        causes = self.standing.roles(definition, key, self.recorder.ripe).get("trigger", ())
        self._make(definition, keys, dates, causes, beside=there is not None)

    def _make(
        self, definition: Compiled, keys: list[Key], dates: list[Any], causes: Causes, *, beside: bool
    ) -> None:
        state, steps = self.state, ladder_of(definition).steps
        named = {}
        for i, step in enumerate(steps):
            for which, limit in step.limits:
                if isinstance(limit, DueDate):
                    named[i, which] = dates.pop(0)
        instance = Instance(keys, state.stage, state.seq, causes, named, beside)
        state.instances[definition.index, instance.key] = instance
        self.standing.post(definition, instance)
        for step, key in zip(steps, keys, strict=True):
            for name in DUTY_STATES:
                self.standing.set(step.name, name, key, causes, there=False)
        self._owe(definition, instance, 0, causes)

    def _check_alike(self, definition: Compiled, there: Instance, keys: list[Key], dates: list[Any]) -> None:
        """Two solutions of one trigger that would make different instances: which of them does is not known."""
        if self.standing.is_new(there) and not there.beside:
            ladder = ladder_of(definition)
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
        step, key = ladder_of(definition).steps[rung], instance.keys[rung]
        self.standing.set(step.name, "pending", key, causes, there=True)
        self.standing.show(definition, instance, rung, causes)
        if instance.owed <= rung or rung == 0:
            instance.owed = max(instance.owed, rung + 1)
            self.clocks.owed(definition, instance, rung)

    # ------------------------------------------------------------ clocks

    def note(self, effect: Effect, part: Key) -> None:
        """An event from which the time of a rung runs, whether or not there is an instance."""
        self.state.anchored[effect.number, effect.place, part] = self.state.stage

    def anchor(self, effect: Effect, key: Key) -> None:
        """The same, for an instance that owes the rung."""
        definition, instance = self.standing.of(effect, key)
        if effect.place < instance.owed and self.standing.is_told(
            definition, instance, f"anchor/{effect.place}"
        ):
            self.clocks.anchored(definition, instance, effect.place)

    def run_out(self, effect: Effect, key: Key) -> None:
        """The time of a rung is over: what is pending is breached, or excused."""
        definition = self.recorder.definitions[effect.number]
        instance = self.state.instances.get((effect.number, self.standing.now.get((effect.number, key), key)))
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
                self.standing.shift(definition, instance, clock.rung, "pending", "excused", causes)
            else:
                self._breach(definition, instance, clock.rung, "pending", causes)

    def _breach(
        self, definition: Compiled, instance: Instance, rung: int, source: str, causes: Causes
    ) -> None:
        moved = self.standing.shift(definition, instance, rung, source, "breached", causes)
        if moved and rung + 1 < len(instance.keys):
            self._owe(definition, instance, rung + 1, causes)

    def recall(self, effect: Effect, key: Key) -> None:
        """There is no excuse any more: what was excused is breached."""
        definition, instance = self.standing.of(effect, key)
        if self.standing.is_told(definition, instance, "excused"):
            self._recall(definition, instance, self.standing.touches(definition, instance)["excused"])

    def _recall(self, definition: Compiled, instance: Instance, causes: Causes) -> None:
        """What was excused is breached, where there is no excuse and it is not suspended."""
        excused = self.recorder.rights.has(f"excuse:{definition.name}", instance.key)
        if instance.paused is not None or excused:
            return
        for rung in range(instance.owed):
            if self.standing.any(definition, instance, rung, ("excused",)):
                self._order(causes, self.standing.touches(definition, instance))
                self._breach(definition, instance, rung, "excused", causes)

    def suspend(self, effect: Effect, key: Key) -> None:
        """What is pending is suspended, and its clocks are dealt with by the duty's rule."""
        definition, instance = self.standing.of(effect, key)
        causes = self.standing.causes_of(definition, instance, "suspended")
        if causes is None:
            return
        for rung in range(instance.owed):
            self.standing.shift(definition, instance, rung, "pending", "suspended", causes)
        if instance.paused is None:
            self.clocks.pause(definition, instance)

    def resume(self, effect: Effect, key: Key) -> None:
        """It is suspended no longer; what has run out meanwhile is breached."""
        definition, instance = self.standing.of(effect, key)
        causes = self.standing.causes_of(definition, instance, "suspended")
        if causes is None:
            return
        for rung in range(instance.owed):
            self.standing.shift(definition, instance, rung, "suspended", "pending", causes)
        if instance.paused is None:
            return
        for rung in self.clocks.resume(definition, instance):
            self._order(causes, self.standing.touches(definition, instance))
            self._breach(definition, instance, rung, "pending", causes)
        self._recall(definition, instance, causes)

    def extend(self, effect: Effect, key: Key) -> None:
        """Every clock is put off."""
        definition, instance = self.standing.of(effect, key)
        if self.standing.is_first(effect, instance) and self.standing.is_told(
            definition, instance, f"extended/{effect.place}"
        ):
            self.clocks.extend(definition, instance, ladder_of(definition).extensions[effect.place])

    def accelerate(self, effect: Effect, key: Key) -> None:
        """Everything is due at the end of the day."""
        definition, instance = self.standing.of(effect, key)
        if self.standing.is_first(effect, instance) and self.standing.is_told(
            definition, instance, "accelerated"
        ):
            self.clocks.accelerate(definition, instance)

    # ------------------------------------------------------------ ends

    def lapse(self, effect: Effect, key: Key) -> None:
        """The end of the clause lets lapse what is not breached, but not what a breach has brought."""
        definition, instance = self.standing.of(effect, key)
        causes = self.standing.causes_of(definition, instance, "end")
        if causes is None or not self.standing.any(definition, instance, 0, RUNNING):
            return
        roles = self.recorder.touched.roles(
            definition.index, self.standing.written(definition, instance), None
        )
        ending = causes
        if self.standing.is_new(instance):
            ending = self._ending(definition) if "end" in roles else ()
        self._order(ending, roles)
        for source in RUNNING:
            self.standing.shift(definition, instance, 0, source, "lapsed", causes)

    def _ending(self, definition: Compiled) -> Causes:
        """The events of this stage that may have ended what arises at it: it was not told of them."""
        ends = ladder_of(definition).ends
        types = self.recorder.types
        return tuple([event for event in sorted(types) if ends is None or types[event] in ends])

    def waive(self, effect: Effect, key: Key) -> None:
        """A waiver ends whatever is owed."""
        definition, instance = self.standing.of(effect, key)
        if not self.standing.is_told(definition, instance, "waived") or not self.standing.is_open(
            definition, instance
        ):
            return
        touches = self.standing.touches(definition, instance)
        self._order(touches["waived"], touches)
        for rung in range(instance.owed):
            for source in OPEN:
                self.standing.shift(definition, instance, rung, source, "waived", touches["waived"])

    def _order(self, ending: Causes, roles: dict[str, Causes]) -> None:
        """An end and a trigger or a performance by several events of one tick: which was first is not known."""
        here = self.recorder.here
        others = join(
            *(causes for role, causes in roles.items() if role in ARISING or role.startswith("performance"))
        )
        acting = [c for c in others if c in here]
        both = [c for c in join(ending, tuple(acting)) if isinstance(c, int) and c in here]
        if acting and len(both) > 1 and any(c in here for c in ending):
            raise OrderError(tuple(both))

    # ------------------------------------------------------------ performance

    def perform(self, effect: Effect, found: Key) -> None:
        """An event performs the oldest instance that it can, or a part of it."""
        definition = self.recorder.definitions[effect.number]
        rung, event = effect.place // 2, found[0]
        column = ladder_of(definition).steps[rung].amount
        definition, instance = self.standing.of(effect, found[1 if column is None else 2 :])
        stage = self.state.stage
        if rung >= instance.owed or any(r == rung and stage < first for r, first in instance.not_before):
            return
        owed = self.standing.any(definition, instance, rung, OPEN)
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
        for source in RUNNING:
            self.standing.shift(definition, instance, rung, source, "performed", causes)
        self.standing.shift(definition, instance, rung, "breached", "late", causes)
        for lower in reversed(range(rung)):
            if ladder_of(definition).steps[lower + 1].cumulative:
                return
            self.standing.shift(definition, instance, lower, "breached", "cured", causes)

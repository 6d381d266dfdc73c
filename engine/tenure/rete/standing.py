"""Where the instances of a run's duties stand: the rows of their states, and the facts by which rules know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.logic.definitions import OWED as IN_FORCE
from tenure.rete.causes import Causes, join
from tenure.rete.instances import Instance
from tenure.rete.literals import Symbol, row
from tenure.rete.ruleset import Compiled, Effect, Key
from tenure.rete.steps import Ladder

if TYPE_CHECKING:
    from tenure.rete.recorder import Recorder

#: The states of an instance whose time, or whose excuse, is still running.
RUNNING = ("pending", "suspended", "excused")
#: The states in which something is to be performed still.
OPEN = (*IN_FORCE, "suspended")
#: The roles that make an instance; all others concern those that there are.
ARISING = ("trigger", "contested")


class Standing:
    """The instances of one run, and what has come of them at this stage."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.state = recorder.state
        #: What has moved at this stage, the keys by which instances went when it began, and where each is found now.
        self.moved: dict[tuple[int, Key], None] = {}
        self.before: dict[tuple[int, Key], Key] = {}
        self.now: dict[tuple[int, Key], Key] = {}
        self._done: set[tuple[str, int, Key, int]] = set()

    def enter(self) -> None:
        """A new stage."""
        for memory in (self.moved, self.before, self.now):
            memory.clear()
        self._done.clear()

    def leave(self) -> None:
        """The stage is over: what was discharged at it waits no longer."""
        for index, key in self.moved:
            instance = self.state.instances.get((index, key))
            definition = self.recorder.definitions[index]
            if instance is not None and not self.is_open(definition, instance):
                self.withdraw(definition, instance)
                del self.state.instances[index, key]

    # ------------------------------------------------------------ what was told of an instance

    def of(self, effect: Effect, key: Key) -> tuple[Compiled, Instance]:
        """The definition and the instance that a rule is about."""
        return self.recorder.definitions[effect.number], self.state.instances[effect.number, key]

    def is_new(self, instance: Instance) -> bool:
        """Whether it has arisen at this stage."""
        return instance.since == self.state.seq

    def is_first(self, effect: Effect, instance: Instance) -> bool:
        """Several events of one stage do it once."""
        done = (effect.kind, effect.number, instance.key, effect.place)
        if done in self._done:
            return False
        self._done.add(done)
        return True

    def written(self, definition: Compiled, instance: Instance) -> Key:
        """The key by which it was told of what befalls it: that at the beginning of the stage, as the clause writes it."""
        key = self.before.get((definition.index, instance.key), instance.key)
        once = ladder_of(definition).once
        return key if once is None else (once, *key[1:])

    def roles(self, definition: Compiled, key: Key, ripe: int | None) -> dict[str, Causes]:
        """What bears on a key at this stage, by role."""
        return self.recorder.touched.roles(definition.index, key, ripe)

    def touches(self, definition: Compiled, instance: Instance) -> dict[str, Causes]:
        """What bears on it at this stage: on one that was not there before, what makes it."""
        roles = self.roles(definition, self.written(definition, instance), None)
        if self.is_new(instance) and not instance.beside:
            return {role: causes for role, causes in roles.items() if role in ARISING}
        return roles

    def is_told(self, definition: Compiled, instance: Instance, role: str) -> bool:
        """Whether anything has changed in ``role`` that bears on it."""
        return role in self.touches(definition, instance)

    def causes_of(self, definition: Compiled, instance: Instance, role: str) -> Causes | None:
        """The causes of what a state does to it: the state has changed, or holds as the instance arises; else None."""
        touches = self.touches(definition, instance)
        if role in touches:
            return touches[role]
        return join(*touches.values()) if self.is_new(instance) else None

    # ------------------------------------------------------------ states

    def shift(
        self, definition: Compiled, instance: Instance, rung: int, source: str, target: str, causes: Causes
    ) -> bool:
        """What is in state ``source`` passes to ``target``; whether it was."""
        name, key = ladder_of(definition).steps[rung].name, instance.keys[rung]
        if not self.recorder.rights.has(state_of(name, source), key):
            return False
        self.set(name, target, key, causes, there=True)
        self.set(name, source, key, causes, there=False)
        self.show(definition, instance, rung, causes)
        return True

    def show(self, definition: Compiled, instance: Instance, rung: int, causes: Causes) -> None:
        """The duty itself is in force while it is owed."""
        symbol, key = row(ladder_of(definition).steps[rung].name), instance.keys[rung]
        there = self.any(definition, instance, rung, IN_FORCE)
        if self.recorder.rights.has(symbol, key) != there:
            self.recorder.turn(symbol, key, causes, there=there)
        self.moved[definition.index, instance.key] = None

    def any(self, definition: Compiled, instance: Instance, rung: int, states: tuple[str, ...]) -> bool:
        """Whether a rung is in one of ``states``."""
        name, key = ladder_of(definition).steps[rung].name, instance.keys[rung]
        return any(self.recorder.rights.has(state_of(name, state), key) for state in states)

    def is_open(self, definition: Compiled, instance: Instance) -> bool:
        """Whether anything of it is owed or suspended."""
        return any(self.any(definition, instance, rung, OPEN) for rung in range(instance.owed))

    def set(self, name: str, state: str, key: Key, causes: Causes, *, there: bool) -> None:
        """Put a row of a state, or take it back."""
        symbol = state_of(name, state)
        if self.recorder.rights.has(symbol, key) != there:
            self.recorder.turn(symbol, key, causes, there=there)

    # ------------------------------------------------------------ facts

    def _facts(self, definition: Compiled, instance: Instance) -> list[tuple[Symbol, Key]]:
        name, key = definition.name, instance.key
        rungs = [(f"rung{i}:{name}", (*key, *k)) for i, k in enumerate(instance.keys) if i]
        return [(f"live:{name}", key), *rungs, *((f"helper:{name}", (h, *key)) for h in instance.helpers)]

    def post(self, definition: Compiled, instance: Instance) -> None:
        """Let the facts wait by which rules know it."""
        for symbol, key in self._facts(definition, instance):
            self.recorder.rights.post(symbol, key, self.state.seq, since=instance.since)

    def withdraw(self, definition: Compiled, instance: Instance) -> None:
        """Let them wait no longer."""
        for symbol, key in self._facts(definition, instance):
            self.recorder.rights.withdraw(symbol, key)
        self.recorder.rights.withdraw(f"excuse:{definition.name}", instance.key)


def ladder_of(definition: Compiled) -> Ladder:
    """What the run knows of a duty beside its name."""
    assert definition.ladder is not None
    return definition.ladder


def state_of(name: str, state: str) -> Symbol:
    """The rows of the rung called ``name`` in one state."""
    return row(f"{state}:{name}")

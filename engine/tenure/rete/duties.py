"""What the rules of a duty do when they fire: an instance is owed, breached, performed or lapses (DESIGN §4).

An instance is one fact, ``live``, from its trigger until it is discharged, and a row for the state in which it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.logic.definitions import DUTY_STATES
from tenure.rete.causes import Causes, join
from tenure.rete.literals import Symbol, row
from tenure.rete.memory import Key
from tenure.rete.records import AnewError, OrderError
from tenure.rete.ruleset import Compiled, Effect

if TYPE_CHECKING:
    from tenure.rete.recorder import Recorder


def live(name: str) -> Symbol:
    """The symbol of the instances of duty ``name`` that are not discharged."""
    return f"live:{name}"


class Duties:
    """The consequents of the duties of one run."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        #: The instances of this stage, what each event of it has performed, and by which event each was performed.
        self._made: set[tuple[int, Key]] = set()
        self._spent: dict[tuple[int, int], Key] = {}
        self._done: dict[tuple[int, Key], int] = {}
        self._discharged: list[tuple[int, Key]] = []

    def enter(self) -> None:
        """A new stage."""
        self._made.clear()
        self._spent.clear()
        self._done.clear()

    def leave(self) -> None:
        """The stage is over: what was discharged at it waits no longer."""
        for index, key in self._discharged:
            self.recorder.rights.withdraw(live(self.recorder.definitions[index].name), key)
            self.recorder.state.triggers.pop((index, key), None)
        self._discharged.clear()

    def owe(self, effect: Effect, key: Key) -> None:
        """A trigger makes an instance, unless there is one."""
        recorder, definition = self.recorder, self.recorder.definitions[effect.number]
        if recorder.rights.has(live(definition.name), key):
            if definition.once and not self._is(definition, "pending", key):
                raise AnewError(definition.clause or definition.name)
            return
        causes = recorder.touched.roles(definition.index, key, recorder.ripe).get("trigger", ())
        recorder.rights.post(live(definition.name), key, recorder.state.seq)
        recorder.state.triggers[definition.index, key] = causes
        self._made.add((definition.index, key))
        for state in DUTY_STATES:
            self._set(definition, state, key, causes, there=False)
        self._set(definition, "pending", key, causes, there=True)
        recorder.turn(definition.symbol, key, causes, there=True)
        recorder.appoint(definition, key)

    def contest(self, effect: Effect, key: Key) -> None:
        """An event triggers it in the tick in which others may have ended what it takes to arise: their order is not known."""
        recorder = self.recorder
        is_there = recorder.rights.has(live(recorder.definitions[effect.number].name), key)
        if len(recorder.here) > 1 and not is_there:
            raise OrderError(tuple(sorted(recorder.here)))

    def breach(self, effect: Effect, key: Key) -> None:
        """The time is over: what is pending is breached, and stays in force."""
        definition = self.recorder.definitions[effect.number]
        if self._is(definition, "pending", key):
            causes = self.recorder.limit_causes(definition)
            self._set(definition, "breached", key, causes, there=True)
            self._set(definition, "pending", key, causes, there=False)

    def lapse(self, effect: Effect, key: Key) -> None:
        """The end of the clause lets what is pending lapse."""
        definition = self.recorder.definitions[effect.number]
        if not self._is(definition, "pending", key):
            return
        roles = self.recorder.touched.roles(definition.index, key, None)
        made = (definition.index, key) in self._made
        ending: Causes = tuple(sorted(self.recorder.here)) if made and "end" in roles else ()
        self._order(ending if made else roles.get("end", ()), roles)
        causes = roles.get("trigger", ()) if made else roles.get("end", ())
        self._discharge(definition, "pending", "lapsed", key, causes)

    def _order(self, ending: Causes, roles: dict[str, Causes]) -> None:
        """An end and a trigger or a performance by several events of one tick: which was first is not known."""
        here = self.recorder.here
        others = join(
            *(causes for role, causes in roles.items() if role.startswith(("trigger", "performance")))
        )
        acting = [c for c in others if c in here]
        both = [c for c in join(ending, tuple(acting)) if isinstance(c, int) and c in here]
        if acting and len(both) > 1 and any(c in here for c in ending):
            raise OrderError(tuple(both))

    def perform(self, effect: Effect, found: Key) -> None:
        """An event discharges the oldest instance that it performs, and no other."""
        event, *rest = found
        key, index = tuple(rest), effect.number
        before = self._done.setdefault((index, key), event)
        if before != event:
            raise OrderError((before, event))
        definition = self.recorder.definitions[index]
        spent = self._spent.get((index, event))
        if spent is not None:
            self._check_older(definition, spent, key)
            del self._done[index, key]
            return
        for source, target in (("pending", "performed"), ("breached", "late")):
            if self._is(definition, source, key):
                self._spent[index, event] = key
                self._discharge(definition, source, target, key, (event,))
                return
        del self._done[index, key]

    def _check_older(self, definition: Compiled, one: Key, other: Key) -> None:
        facts, symbol = self.recorder.rights.facts, live(definition.name)
        if one != other and facts[symbol, one].since == facts[symbol, other].since:
            triggers = self.recorder.state.triggers
            causes = join(triggers[definition.index, one], triggers[definition.index, other])
            raise OrderError(tuple(c for c in causes if isinstance(c, int)))

    # ------------------------------------------------------------ states

    def _discharge(self, definition: Compiled, source: str, target: str, key: Key, causes: Causes) -> None:
        self._set(definition, target, key, causes, there=True)
        self._set(definition, source, key, causes, there=False)
        self.recorder.turn(definition.symbol, key, causes, there=False)
        self._discharged.append((definition.index, key))

    def _is(self, definition: Compiled, state: str, key: Key) -> bool:
        return self.recorder.rights.has(_state(definition, state), key)

    def _set(self, definition: Compiled, state: str, key: Key, causes: Causes, *, there: bool) -> None:
        if self._is(definition, state, key) != there:
            self.recorder.turn(_state(definition, state), key, causes, there=there)


def _state(definition: Compiled, state: str) -> Symbol:
    return row(f"{state}:{definition.symbol.removeprefix('row:')}")

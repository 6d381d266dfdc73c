"""A duty that passes to others: another creditor or debtor, or somebody who performs in the debtor's place (DESIGN §4)."""

from __future__ import annotations

from tenure.logic.definitions import DUTY_STATES
from tenure.rete.causes import Causes
from tenure.rete.clocks import Clocks
from tenure.rete.instances import Instance
from tenure.rete.literals import Symbol, row
from tenure.rete.records import OrderError, TwiceError
from tenure.rete.ruleset import Compiled, Effect, Key
from tenure.rete.standing import Standing, ladder_of, state_of


class Transfers:
    """The consequents by which instances of a run get other parties."""

    def __init__(self, standing: Standing, clocks: Clocks) -> None:
        self.standing = standing
        self.recorder, self.state = standing.recorder, standing.state
        self.clocks = clocks
        #: To whom a side is to pass at this stage.
        self._passing: dict[tuple[int, Key, int], dict[int, None]] = {}

    def enter(self) -> None:
        """A new stage."""
        self._passing.clear()

    def transfer(self, effect: Effect, found: Key) -> None:
        """A side is to pass to somebody: to whom is known when all events of the stage have been asked."""
        assignee, key = found[0], found[1:]
        definition, instance = self.standing.of(effect, key)
        before = self.standing.before.get((definition.index, key), key)
        place = (definition.index, before, effect.place)
        if not self.standing.is_told(definition, instance, f"transfer/{effect.place}") or (
            place in self._passing and before != key
        ):
            return
        if place not in self._passing:
            symbol = f"due:{definition.name}/{effect.place}"
            self.recorder.rights.pass_by(symbol, key, self.state.seq)
        self._passing.setdefault(place, {})[assignee] = None

    def move(self, effect: Effect, key: Key) -> None:
        """The creditor's or the debtor's side passes: the instance goes by another key."""
        definition, instance = self.standing.of(effect, key)
        index = definition.index
        before = self.standing.before.get((index, key), key)
        assignees = self._passing[index, before, effect.place]
        if len(assignees) > 1:
            raise OrderError(tuple(sorted(self.recorder.here)))
        (assignee,) = assignees
        column = ladder_of(definition).transfers[effect.place]
        side = key[column]
        if assignee == side:
            return
        causes = self.standing.touches(definition, instance)[f"transfer/{effect.place}"]
        keys = [_with_side(k, column, side, assignee) for k in instance.keys]
        if (index, keys[0]) in self.state.instances:
            raise TwiceError(definition.clause or definition.name)
        for step, old, new in zip(ladder_of(definition).steps, instance.keys, keys, strict=True):
            for symbol in (*(state_of(step.name, s) for s in DUTY_STATES), row(step.name)):
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
        self.standing.withdraw(definition, instance)
        del state.instances[index, old]
        instance.keys = keys
        state.instances[index, instance.key] = instance
        state.renamed.pop((index, instance.key), None)
        state.renamed[index, old] = instance.key
        self.standing.before[index, instance.key] = before
        self.standing.now[index, before] = instance.key
        self.standing.moved[index, instance.key] = None
        self.standing.post(definition, instance)
        self.clocks.renamed(definition, instance)

    def delegate(self, effect: Effect, found: Key) -> None:
        """Somebody may perform in the debtor's place."""
        definition, instance = self.standing.of(effect, found[1:])
        if self.standing.is_told(definition, instance, "delegated") and found[0] not in instance.helpers:
            instance.helpers.append(found[0])
            self.recorder.rights.post(f"helper:{definition.name}", (found[0], *instance.key), self.state.seq)


def _with_side(key: Key, column: int, before: int, after: int) -> Key:
    """The key of a rung with another debtor or creditor; a further rung may be owed the other way round."""
    sides = (column,) if key[1] == key[2] else (1, 2)
    return tuple([after if c in sides and v == before else v for c, v in enumerate(key)])

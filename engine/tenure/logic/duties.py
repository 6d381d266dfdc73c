"""The node of duty instances: pending, performed, breached, late, lapsed (DESIGN §4).

A breached duty stays in force and can be performed late: "Thou Shalt is not You Will" (Governatori 2015).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tenure.logic.definitions import DUTY_STATES, Duty, Limit, Stage, Var, before_events
from tenure.logic.nodes import Node, Role, Touches
from tenure.logic.tables import ABSENT, Key, Row, Table
from tenure.logic.terms import Env
from tenure.logic.truth import FALSE, NO_REASONS, TRUE, UNKNOWN, ByEvent, Causes, Reasons, Truth

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation

_BY = Var("performing event")
_CLOCK = frozenset(("when its time began is unknown",))


class DutyNode(Node):
    """One duty clause: its instances by key, each with its truth in every state."""

    def __init__(self, definition: Duty, index: int, run: Evaluation) -> None:
        super().__init__(definition, index, run)
        self.duty = definition
        self.states: dict[str, Table] = {s: run.world.tables[f"{s}:{definition.name}"] for s in DUTY_STATES}
        self.roles["performance"] = Role(definition.performance, (*definition.head, _BY), run)
        self.trigger = self.roles["trigger"]
        self.born: dict[Key, Stage] = {}
        #: The stages before which a performance may not count.
        self.not_before: dict[Key, tuple[Stage, ...]] = {}
        #: How certain it is that an instance's time runs out at a stage.
        self.clocks: dict[tuple[Key, Stage], Truth] = {}
        #: How certain it is that an event has discharged an instance already.
        self.spent: dict[str, Truth] = {}

    def is_direct(self, role: str) -> bool:
        return role == "trigger"

    def keys(self, role: str, env: Env) -> Iterable[Key]:
        if role == "trigger":
            return self.trigger.heads(env)
        return self.present({k: v for k, v in env.items() if k in self.trigger.head_variables})

    def order(self, keys: list[Key]) -> list[Key]:
        """The oldest instance first: a performance discharges it before younger ones."""
        return sorted(keys, key=lambda key: self.born.get(key, self.run.world.stage))

    def settle(self, key: Key, touches: Touches) -> None:
        created = "trigger" in touches and self._create(key, touches["trigger"])
        if key not in self.born or not self.table.get(key).truth:
            return
        if self.duty.anchor is None:
            if created:
                self._start_clock(key, TRUE)
        elif created or "anchor" in touches:
            self._start_clock(key, self.roles["anchor"].at(key).truth)
        if created or "end" in touches:
            end = self._order(key, touches, created=created)
            causes = touches.get("end") or touches["trigger"]
            self._move(key, "pending", "lapsed", end.truth, end.reasons, causes)
        self._perform(key)

    def _create(self, key: Key, causes: Causes) -> bool:
        found = self.trigger.at(key)
        if not found.truth or self.table.get(key).truth:
            return False
        self.run.remember(self.born, key)
        self.born[key] = self.run.world.stage
        for state in DUTY_STATES:
            self.run.put(self.states[state], key, ABSENT, causes)
        self.run.put(self.states["pending"], key, found, causes)
        self._show(key, causes)
        return True

    def _order(self, key: Key, touches: Touches, *, created: bool) -> Row:
        """The end; unknown where it and a trigger or performance are by several events of one tick (DESIGN §2)."""
        end, world = self.roles["end"].at(key), self.run.world
        if end.truth != TRUE:
            return end
        others = world.acting((*touches.get("trigger", ()), *touches.get("performance", ())))
        ending = world.acting(touches.get("end", ()))
        if created and not self.roles["end"].at(key, earlier=True).truth:
            # An instance of this stage was not yet there when the events of its end were told.
            ending += [pulse.event.id for pulses in world.pulses.values() for pulse in pulses]
        both = dict.fromkeys((*ending, *others))
        if ending and others and len(both) > 1:
            return Row(UNKNOWN, frozenset((f"order of {' and '.join(both)}",)))
        return end

    # ------------------------------------------------------------ clocks

    def _start_clock(self, key: Key, truth: Truth) -> None:
        if not truth:
            return
        stage, deadline, earliest = self.run.world.stage, self.duty.deadline, self.duty.not_before
        if deadline is not None:
            limit = self.run.limit(deadline, stage // 2) if isinstance(deadline, Limit) else deadline
            at = max(before_events(limit), stage + 1)
            self.run.remember(self.clocks, (key, at))
            self.clocks[key, at] = max(truth, self.clocks.get((key, at), FALSE))
            self.run.at_stage(at, self, key, self.born[key])
        if earliest is not None:
            self.run.remember(self.not_before, key)
            first = self.run.earliest(earliest, stage // 2) if isinstance(earliest, Limit) else earliest
            kept = () if truth == TRUE else self.not_before.get(key, (stage,))
            self.not_before[key] = (*kept, before_events(first))

    def expire(self, key: Key, anchor: Stage) -> None:
        at = (key, self.run.world.stage)
        if self.born.get(key) != anchor or at not in self.clocks:
            return
        self.run.remember(self.clocks, at)
        truth = self.clocks.pop(at)
        self._move(key, "pending", "breached", truth, NO_REASONS if truth == TRUE else _CLOCK, self.limit_cause())

    # ------------------------------------------------------------ states

    def _perform(self, key: Key) -> None:
        """Whatever this stage's events perform of this instance."""
        early = [self.run.world.stage < first for first in self.not_before.get(key, (self.run.world.stage,))]
        if all(early):
            return
        env = self.trigger.bind(key)
        assert env is not None
        for found in self.roles["performance"].solutions(env):
            event = found.env[_BY.name]
            truth = min(found.truth, TRUE - self.spent.get(event, FALSE), UNKNOWN if any(early) else TRUE)
            in_force = self.table.get(key).truth
            if not truth or not in_force:
                continue
            self.run.remember(self.spent, event)
            self.spent[event] = max(min(truth, in_force), self.spent.get(event, FALSE))
            causes: Causes = (ByEvent(event),)
            why = found.reasons if truth == found.truth else _CLOCK if any(early) else _which(event)
            self._move(key, "pending", "performed", truth, why, causes)
            self._move(key, "breached", "late", truth, why, causes)

    def _move(self, key: Key, source: str, target: str, truth: Truth, reasons: Reasons, causes: Causes) -> None:
        """With certainty ``truth``, what is in state ``source`` passes to ``target``."""
        here, there = self.states[source].get(key), self.states[target].get(key)
        passing = min(here.truth, truth)
        if not passing:
            return
        why = here.reasons | reasons
        reached = max(there.truth, passing)
        self.run.put(self.states[target], key, Row(reached, why if reached != TRUE else NO_REASONS), causes)
        left = min(here.truth, TRUE - truth)
        self.run.put(self.states[source], key, Row(left, why if left else NO_REASONS), causes)
        self._show(key, causes)

    def _show(self, key: Key, causes: Causes) -> None:
        pending, breached = self.states["pending"].get(key), self.states["breached"].get(key)
        self.run.put(self.table, key, max(pending, breached, key=lambda row: row.truth), causes)


def _which(event: str) -> Reasons:
    return frozenset((f"which duty event {event} performs is unknown",))

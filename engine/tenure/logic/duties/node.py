"""The node of duty instances (DESIGN §4): how they arise, and what moves them from one state to the next.

A breached duty stays in force and can be performed late: "Thou Shalt is not You Will" (Governatori 2015).  A duty is
a ladder of rungs: what is owed, and what is owed otherwise once that is breached.
"""

from __future__ import annotations

from tenure.logic.definitions import DUTY_STATES, OWED, Const, Stage
from tenure.logic.duties.breach import end_excuse, owe, run_out, suspend
from tenure.logic.duties.clocks import adjust, start_anchored
from tenure.logic.duties.instance import Instance
from tenure.logic.duties.instances import ARISING, DutyInstances
from tenure.logic.duties.performance import perform
from tenure.logic.duties.transfers import delegate, transfer
from tenure.logic.nodes import Touches, all_causes
from tenure.logic.tables import ABSENT, Key, Row
from tenure.logic.terms import value_of
from tenure.logic.truth import TRUE, UNKNOWN, Causes

#: The states of an instance whose time, or whose excuse, is still running.
_RUNNING = ("pending", "suspended", "excused")


class DutyNode(DutyInstances):
    """One duty clause, settled stage by stage: its instances arise, are owed, and end."""

    def expire(self, key: Key, anchor: Stage) -> None:
        """Whatever was anchored at ``anchor`` runs out at this stage."""
        key = self.now(key)
        if key in self.instances and self.instances[key].born == anchor:
            self.run.schedule(self, key, "limit", self.limit_cause())

    def settle(self, key: Key, touches: Touches) -> None:
        """Compute what ``key`` is at this stage."""
        key = self.now(key)
        anew = "trigger" in touches and self._begins_anew(key)
        created = any(role in touches and self._create(key, role, touches[role]) for role in ARISING)
        if key not in self.instances:
            return
        for i, (column, _) in enumerate(self.duty.transfers):
            if f"transfer/{i}" in touches:
                key = transfer(self, key, i, column, touches[f"transfer/{i}"])
        self._relieve(key, touches, created=created)
        self._discharge(key, touches, created=created)
        adjust(self, key, touches)
        for i, rung in enumerate(self.duty.rungs):
            if f"anchor/{i}" in touches and rung.anchor is not None and i < self.instances[key].owed:
                start_anchored(self, key, i, owed_now=False)
        for i in range(self.instances[key].owed):
            perform(self, key, i)
        if not self.live.get(key).truth:
            self.run.remember(self.instances, key)
            del self.instances[key]
        if anew:
            self.settle(self._beside(key), touches)

    def _relieve(self, key: Key, touches: Touches, *, created: bool) -> None:
        """Helpers, suspension, the end of a rung's time, and the end of an excuse."""
        if "delegated" in touches:
            delegate(self, key)
        if "suspended" in touches or (created and "suspended" in self.roles):
            suspend(self, key, touches.get("suspended") or all_causes(touches), touches)
        if "limit" in touches:
            run_out(self, key, touches["limit"])
        if "excused" in touches:
            end_excuse(self, key, touches["excused"], touches)

    def _begins_anew(self, key: Key) -> bool:
        """Whether a duty without trigger begins while only what was breached is left of the instance before."""
        if not isinstance(self.head[0], Const) or key != self.written(key) or not self.live.get(key).truth:
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
        env = next(iter(self.roles[role].solutions(self.env_of(key)))).env
        keys = tuple(tuple(value_of(t, env) for t in rung.head) for rung in self.duty.rungs)
        if isinstance(self.head[0], Const):
            keys = tuple((key[0], *rung_key[1:]) for rung_key in keys)
        self.keep(key, Instance(env, self.run.world.stage, keys))
        self.run.put(self.live, key, Row(TRUE), causes)
        for i, rung_key in enumerate(keys):
            for state in DUTY_STATES:
                self.run.put(self.states[i][state], rung_key, ABSENT, causes)
        owe(self, key, 0, found, causes)
        return True

    def _arises(self, key: Key, role: str, causes: Causes) -> Row:
        """Whether the duty arises; by an event of the tick in which another ends what it takes, nobody knows."""
        found = self.roles[role].at(self.written(key))
        if role == "trigger" or not found.truth:
            return found
        both = dict.fromkeys((*self.run.world.acting(causes), key[0]))
        return Row(UNKNOWN, frozenset((f"order of {' and '.join(both)}",))) if len(both) > 1 else ABSENT

    def _discharge(self, key: Key, touches: Touches, *, created: bool) -> None:
        """The end of the clause lets what is pending lapse, not what a breach has brought; a waiver ends all."""
        if created or "end" in touches:
            end = self._order(key, "end", touches, created=created)
            causes = touches.get("end") or all_causes(touches)
            for source in _RUNNING:
                self.move(key, 0, source, "lapsed", end, causes)
        if "waived" in touches:
            waived = self._order(key, "waived", touches, created=False)
            for rung in range(self.instances[key].owed):
                for source in (*OWED, "suspended"):
                    self.move(key, rung, source, "waived", waived, touches["waived"])

    def _order(self, key: Key, role: str, touches: Touches, *, created: bool) -> Row:
        """An end; unknown where it and a trigger or performance are by several events of one tick (DESIGN §2)."""
        row, world = self.truth_of(role, key), self.run.world
        if row.truth != TRUE:
            return row
        others = [
            c for r, found in touches.items() if r in ARISING or r.startswith("performance") for c in found
        ]
        ending = world.acting(touches.get(role, ()))
        if created and not self.roles[role].at(self.written(key), earlier=True).truth:
            # An instance of this stage was not yet there when the events of its end were told.
            ending += self.bearing_on(role)
        both = dict.fromkeys((*ending, *world.acting(tuple(others))))
        if ending and len(both) > 1 and world.acting(tuple(others)):
            return Row(UNKNOWN, frozenset((f"order of {' and '.join(both)}",)))
        return row

"""The instances of one duty clause: their keys, the state that each rung of them is in, and when it changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import (
    DUTY_STATES,
    OWED,
    PERFORMED_AMOUNT,
    PERFORMER,
    PERFORMING,
    Const,
    Duty,
    Stage,
    Var,
)
from tenure.logic.duties.instance import Instance
from tenure.logic.formulas import free_variables
from tenure.logic.nodes import Node, Role, binder
from tenure.logic.tables import ABSENT, Key, Row, Table
from tenure.logic.terms import Env
from tenure.logic.truth import NO_REASONS, TRUE, UNKNOWN, Causes, Reasons, Truth

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation

#: The roles that make an instance; all others concern those that there are.
ARISING = ("trigger", "contested")


class DutyInstances(Node):
    """The instances of one duty clause, by the key of their first rung, and the tables of their states."""

    memory = ("instances", "renamed", "anchored", "vague", "spent", "left")

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
        #: When the anchors of clocks last came about, or may have, by rung and what they bind: also before an instance
        #: arises.  Those that bind something unknown are ``vague``.
        self.anchored: dict[tuple[int, Key], tuple[tuple[Stage, Truth], ...]] = {}
        self.vague: dict[tuple[int, Key], None] = {}
        #: How certain it is that an event has discharged an instance already, and what is left of an amount at the least
        #: and at the most: for the events of one stage, and for those whose effect reaches back to several.
        self.spent: dict[str, Truth] = {}
        self.left: dict[str, tuple[Any, Any]] = {}
        self.spent_at: Stage | None = None

    def own_tables(self) -> tuple[Table, ...]:
        """The live instances."""
        return (self.live,)

    def written(self, key: Key) -> Key:
        """``key`` as the head has it: without a trigger it names one instance, and later ones go by their beginning."""
        first = self.head[0]
        return (first.value, *key[1:]) if isinstance(first, Const) else key

    def env_of(self, key: Key) -> Env:
        """What the variables of the head are for ``key``."""
        bound = self.trigger.bind(self.written(key))
        assert bound is not None
        return bound

    def is_direct(self, role: str) -> bool:
        """Only a trigger makes an instance; all else concerns those that there are."""
        return role in ARISING

    def keys(self, role: str, env: Env) -> Iterable[Key]:
        """Every key that a change in ``role`` may reach."""
        if role in ARISING:
            return self.roles[role].heads(env)
        if role.startswith("anchor/"):
            self._note_anchor(int(role.removeprefix("anchor/")), env)
        bound = {k: v for k, v in env.items() if k in self.trigger.head_variables}
        fixed = tuple(i for i, t in enumerate(self.head) if isinstance(t, Var) and t.name in bound)
        return self.live.match(fixed, tuple(bound[self.head[i].name] for i in fixed))  # type: ignore[union-attr]

    def order(self, keys: list[Key]) -> list[Key]:
        """The oldest instance first: a performance discharges it before younger ones."""
        born = {key: self.instances[self.now(key)].born for key in keys if self.now(key) in self.instances}
        return sorted(keys, key=lambda key: born.get(key, self.run.world.stage))

    def now(self, key: Key) -> Key:
        """The key that an instance has now: an assignment changes it."""
        while key in self.renamed:
            key = self.renamed[key]
        return key

    def keep(self, key: Key, instance: Instance) -> None:
        """Remember ``instance`` under ``key``."""
        self.run.remember(self.instances, key)
        self.instances[key] = instance

    def truth_of(self, role: str, key: Key) -> Row:
        """The truth of the formula in ``role`` for ``key``; absent where the duty has none."""
        found = self.roles.get(role)
        return found.at(self.written(key)) if found is not None else ABSENT

    def _note_anchor(self, rung: int, env: Env) -> None:
        for found in self.roles[f"anchor/{rung}"].solutions(env):
            part = (rung, self.anchor_part(rung, found.env))
            self.run.remember(self.anchored, part)
            before = [entry for entry in self.anchored.get(part, ()) if entry[0] != self.run.world.stage]
            if UNKNOWN_VALUE in part[1]:
                self.run.remember(self.vague, part)
                self.vague[part] = None
            elif UNKNOWN not in (truth for _, truth in before):
                before.clear()
            self.anchored[part] = (*before, (self.run.world.stage, found.truth))

    def anchor_part(self, rung: int, env: Env) -> Key:
        """What ``env`` binds of the variables that the anchor of ``rung`` shares with the head."""
        anchor = self.duty.rungs[rung].anchor
        assert anchor is not None
        return tuple(env[name] for name in sorted(free_variables(anchor) & self.trigger.head_variables))

    def move(self, key: Key, rung: int, source: str, target: str, row: Row, causes: Causes) -> None:
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
        self.show(key, rung, causes)

    def show(self, key: Key, rung: int, causes: Causes) -> None:
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

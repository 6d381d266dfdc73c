"""The nodes of `once` and `held for`: what they remember of the past, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenure.logic.definitions import Lasting, Recent, Stage, before_events
from tenure.logic.nodes import Node, Touches, all_causes
from tenure.logic.tables import ABSENT, PRESENT, Key, Row, Table
from tenure.logic.truth import NO_REASONS, TRUE, UNKNOWN, Causes, Reasons, Truth

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation

_LEVELS: tuple[Truth, ...] = (UNKNOWN, TRUE)
_NOW = -1


def _row(levels: dict[Truth, Any], reasons: Reasons) -> Row:
    if TRUE in levels:
        return PRESENT
    if UNKNOWN in levels:
        return Row(UNKNOWN, reasons or frozenset(("whether it happened is unknown",)))
    return ABSENT


class RecentNode(Node):
    """``once body [within D]``: for each plane, whether body holds now, or else the last stage at which it did."""

    falls = True
    memory = ("last",)

    def __init__(self, definition: Recent, index: int, run: Evaluation) -> None:
        super().__init__(definition, index, run)
        self.within = definition.within
        self.last: dict[Key, dict[Truth, Stage]] = {}

    def settle(self, key: Key, touches: Touches) -> None:
        """Compute what ``key`` is at this stage."""
        now = self.roles["body"].at(key)
        causes = all_causes(touches)
        if self.within is None:
            before = self.table.get(key)
            if now.truth > before.truth:
                self.run.put(self.table, key, now, causes)
            return
        seen = dict(self.last.get(key, {}))
        stage = self.run.world.stage
        for level in _LEVELS:
            if now.truth >= level:
                seen[level] = _NOW
            elif seen.get(level) == _NOW:
                seen.pop(level)
                limit = before_events(self.run.limits.of(self.within, (stage - 1) // 2))
                if limit > stage:
                    seen[level] = stage - 1
                    self.run.at_stage(limit, self, key, stage - 1)
        self._keep(key, seen, now.reasons, causes)

    def expire(self, key: Key, anchor: Stage) -> None:
        """Whatever was anchored at ``anchor`` runs out at this stage."""
        seen = {level: stage for level, stage in self.last.get(key, {}).items() if stage != anchor}
        self._keep(key, seen, NO_REASONS, self.limit_cause())

    def _keep(self, key: Key, seen: dict[Truth, Stage], reasons: Reasons, causes: Causes) -> None:
        self.run.remember(self.last, key)
        if seen:
            self.last[key] = seen
        else:
            self.last.pop(key, None)
        self.run.put(self.table, key, _row(seen, reasons), causes)


class LastingNode(Node):
    """``body held for D``: for each plane, since when body has held, and whether D has passed since."""

    falls = True
    memory = ("since", "ripe")

    def __init__(self, definition: Lasting, index: int, run: Evaluation) -> None:
        super().__init__(definition, index, run)
        #: The keys for which body may hold: those to look at when it falls.
        self.running = Table(f"running:{definition.name}")
        self.length = definition.length
        self.since: dict[Key, dict[Truth, Stage]] = {}
        self.ripe: dict[Key, dict[Truth, Stage]] = {}

    def settle(self, key: Key, touches: Touches) -> None:
        """Compute what ``key`` is at this stage."""
        now = self.roles["body"].at(key)
        since, ripe = dict(self.since.get(key, {})), dict(self.ripe.get(key, {}))
        stage = self.run.world.stage
        for level in _LEVELS:
            if now.truth < level:
                since.pop(level, None)
                ripe.pop(level, None)
            elif level not in since:
                since[level] = stage
                limit = self.run.limits.of(self.length, stage // 2)
                self.run.at_stage(before_events(limit), self, key, stage)
        self._keep(key, since, ripe)
        self.run.put(self.table, key, _row(ripe, now.reasons), all_causes(touches))

    def expire(self, key: Key, anchor: Stage) -> None:
        """Whatever was anchored at ``anchor`` runs out at this stage."""
        since = self.since.get(key, {})
        ripe = {**self.ripe.get(key, {}), **{lv: st for lv, st in since.items() if st == anchor}}
        self._keep(key, since, ripe)
        self.run.put(self.table, key, _row(ripe, self.roles["body"].at(key).reasons), self.limit_cause())

    def _keep(self, key: Key, since: dict[Truth, Stage], ripe: dict[Truth, Stage]) -> None:
        self.run.remember(self.since, key)
        self.run.remember(self.ripe, key)
        for memory, levels in ((self.since, since), (self.ripe, ripe)):
            if levels:
                memory[key] = levels
            else:
                memory.pop(key, None)
        self.run.put(self.running, key, PRESENT if since else ABSENT, ())

    def rows_to_revisit(self) -> Table:
        """Whatever has begun, ripe or not."""
        return self.running

    def own_tables(self) -> tuple[Table, ...]:
        """What has begun."""
        return (self.running,)

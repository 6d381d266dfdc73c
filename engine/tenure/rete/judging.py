"""Which acts take effect: a ruleset of its own, over the facts of the stage before (DESIGN §2, §4)."""

from __future__ import annotations

from collections.abc import Iterable

from tenure.rete.literals import ACTOR, Symbol, attempt
from tenure.rete.memory import Memory
from tenure.rete.records import Edge, Happening, Judged
from tenure.rete.ruleset import Key, Ruleset


class Judge:
    """The acts of one run."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.memory = Memory("acts", ruleset.acts, ruleset)

    def judge(self, act: Happening, seq: int) -> Judged:
        """Whether ``act`` takes effect as things stood before this stage."""
        assert act.type is not None
        self.memory.pass_by(attempt(act.type), act.values, seq, id=act.id)
        for party in act.by:
            self.memory.pass_by(ACTOR, (party,), seq, id=act.id)
        found: dict[str, dict[int, None]] = {"tried": {}, "powered": {}, "effective": {}}
        for rule, _, _ in self.memory.firings():
            found[rule.effect.kind][rule.effect.number] = None
        self.memory.forget_passing()
        tried, powered = sorted(found["tried"]), sorted(found["powered"])
        return Judged(act.id, bool(found["effective"]), tuple(tried), tuple(powered))

    def learn(self, changes: Iterable[tuple[bool, Symbol, Key]], seq: int) -> None:
        """Take over what has changed at this stage."""
        for there, symbol, key in changes:
            if there:
                self.memory.post(symbol, key, seq)
            else:
                self.memory.withdraw(symbol, key)

    def others(self, act: Happening, edges: list[Edge], here: frozenset[int]) -> tuple[int, ...]:
        """The other events of this tick that changed what the powers for ``act`` depend on."""
        assert act.type is not None
        symbols = self.ruleset.act_symbols[act.type]
        changes = (c for symbol, _, _, _, causes in edges if symbol in symbols for c in causes)
        return tuple(dict.fromkeys(c for c in changes if isinstance(c, int) and c in here and c != act.id))

"""Acts upon clauses — ``on φ suspend C1`` — as states of the clauses that they name (DESIGN §4, norms over norms)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tenure.diagnostics import ContractError, did_you_mean
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import is_pulse
from tenure.logic.truth import UNKNOWN
from tenure.norms.formulas import FALSEHOOD, both, either, some

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

_VERBS = {"suspended": "suspend", "waived": "waive", "terminated": "terminate"}
#: What the evaluator does in full; after any other verb the clause is unknown, and says why.
EVALUATED = frozenset(("suspend", "resume", "waive", "terminate"))


class Effects:
    """The states that `on` rules put clauses in."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering

    def rules(self, clause: str, verbs: tuple[str, ...]) -> list[s.On]:
        """The rules with one of ``verbs`` that name ``clause``."""
        return [rule for rule in self._by_clause.get(clause, ()) if rule.verb in verbs]

    @cached_property
    def _by_clause(self) -> dict[str, list[s.On]]:
        vocabulary = self.lowering.vocabulary
        rules = [i for i in vocabulary.document.items if isinstance(i, s.On)]
        rules += [r for c in vocabulary.clauses.values() for r in c.rules if isinstance(r, s.On)]
        found: dict[str, list[s.On]] = {}
        for rule in rules:
            for clause in dict.fromkeys(c for target in rule.targets for c in self._under(rule, target)):
                found.setdefault(clause, []).append(rule)
        return found

    def _under(self, rule: s.On, target: str) -> tuple[str, ...]:
        under = self.lowering.vocabulary.clauses_under(target)
        if not under:
            advice = did_you_mean(target, self.lowering.vocabulary.clauses)
            raise ContractError.of("TEN205", f"`{target}` is not a clause", place=rule.place, help=advice)
        return under

    def state(self, state: str, clause: str) -> k.Formula:
        """``suspended(clause)`` and the like; false where no rule can bring it about."""
        begin = self._triggers(self.rules(clause, (_VERBS[state],)))
        if begin == FALSEHOOD:
            return FALSEHOOD
        name = f"{state}:{clause}"
        if name not in self.lowering.definitions:
            end = self._triggers(self.rules(clause, ("resume",))) if state == "suspended" else FALSEHOOD
            self.lowering.add(k.Inertial(name, (), begin, end, clause=clause))
        return k.Rel(name)

    def _triggers(self, rules: list[s.On]) -> k.Formula:
        found = []
        for rule in rules:
            trigger = some(self.lowering.formulas.formula(rule.trigger, frozenset()), frozenset())
            found.append(trigger if is_pulse(trigger, self.lowering.pulses) else k.begins(trigger))
        return either(*found)

    def conditions(self, clause: str) -> list[k.Formula]:
        """What must hold for the clause to be in force: it is not suspended, and nothing unevaluated was done to it."""
        suspended = self.state("suspended", clause)
        found = [] if suspended == FALSEHOOD else [k.Not(suspended)]
        return [*found, *(k.Not(doubt) for doubt in self._unevaluated(clause))]

    def ends(self, clause: str) -> list[k.Formula]:
        """What ends the clause for good."""
        return [e for e in (self.state("waived", clause), self.state("terminated", clause)) if e != FALSEHOOD]

    def doubts(self, clause: str) -> list[k.Formula]:
        """Where the fate of a duty instance is not yet evaluated: unknown, rather than a guess."""
        suspended = self.state("suspended", clause)
        unknown = k.Fixed(UNKNOWN, "not yet evaluated: the clock of a suspended duty")
        found = [] if suspended == FALSEHOOD else [both(suspended, unknown)]
        return [*found, *self._unevaluated(clause)]

    def _unevaluated(self, clause: str) -> list[k.Formula]:
        found: list[k.Formula] = []
        verbs = ("assign", "delegate", "subcontract", "extend", "accelerate", "novate", "set off")
        for rule in self.rules(clause, verbs):
            trigger = self._triggers([rule])
            happened = self.lowering.remember(
                "once", frozenset(), (trigger,), lambda name, head, t=trigger: k.Recent(name, head, t)  # type: ignore[misc]
            )
            found.append(both(happened, k.Fixed(UNKNOWN, f"not yet evaluated: `{rule.verb}`")))
        return found

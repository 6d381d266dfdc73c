"""The rete executor as every executor is asked (:mod:`tenure.logic.executor`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tenure.history import Event
from tenure.logic.anew import Anew
from tenure.logic.definitions import Program
from tenure.logic.executor import Run
from tenure.logic.trace import Trace
from tenure.rete.asking import RuleHostError
from tenure.rete.evaluate import evaluate
from tenure.rete.fragment import required, supports
from tenure.rete.installed import missing
from tenure.time import Calendar, Instant


class Rete:
    """Programs of the fragment, as rulesets of durable_rules."""

    def supports(self, program: Program) -> Mapping[str, str]:
        """Why definitions have no rules, by their names."""
        return supports(program).reasons

    def evaluate(self, program: Program, events: Iterable[Event], calendar: Calendar, to: Instant) -> Trace:
        """Raises as :func:`tenure.rete.evaluate` does."""
        return evaluate(program, events, calendar, to)

    def begin(self, program: Program, calendar: Calendar, watched: frozenset[str]) -> Run:
        """A run in which each step takes the whole history anew."""
        required(program)
        return Anew(program, calendar, watched, self.evaluate)


def executor() -> Rete:
    """The executor; raises :class:`RuleHostError` (TEN821) where durable_rules is missing."""
    reason = missing()
    if reason is not None:
        raise RuleHostError.of(
            "TEN821", reason, help="leave `executor` out: the reference executor is built in"
        )
    return Rete()

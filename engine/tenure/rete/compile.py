"""Definitions as rules (DESIGN §8): each by its kind, in the order of what they read."""

from __future__ import annotations

from tenure.logic import definitions as k
from tenure.logic.formulas import bodies, is_pulse
from tenure.logic.plan import Plan, plan_of
from tenure.rete import spans
from tenure.rete.definition import Definition
from tenure.rete.ladders import duty
from tenure.rete.literals import Unfit, row
from tenure.rete.patterns import Vocabulary
from tenure.rete.ruleset import Compiled, Rule

_KINDS: dict[type, str] = {
    k.Measure: "it counts or sums",
    k.DayCount: "it counts days",
    k.Passed: "it is a date that an event names",
}


class Compiler:
    """Compiles one program; ``unfit`` says of each definition, by name, why it has no rules."""

    def __init__(self, program: k.Program) -> None:
        self.program = program
        self.plan: Plan = plan_of(program)
        self.words = Vocabulary()
        self.rules: list[Rule] = []
        self.compiled: list[Compiled] = []
        self.unfit: dict[str, str] = {}
        self.pulses: frozenset[str] = frozenset()
        for definition in self.plan.definitions:
            for name, width in k.relations_of(definition):
                self.words.widths[row(name)] = width

    def run(self) -> None:
        """Compile every definition that has a meaning as rules."""
        for index, definition in enumerate(self.plan.definitions):
            known = len(self.rules)
            try:
                _compile(Definition(self, definition, index))
            except Unfit as reason:
                del self.rules[known:]
                self.unfit[definition.name] = str(reason)
            body = bodies(definition).get("body")
            if isinstance(definition, k.Holds) and body is not None and is_pulse(body, self.pulses):
                self.pulses |= {definition.name}


def _compile(made: Definition) -> None:
    """Add the rules of one definition."""
    if made.index in made.compiler.plan.groups:
        raise Unfit("it depends on itself within one instant")
    if any(isinstance(t, k.Calc) for t in made.head):
        raise Unfit("its columns are calculated")
    match made.definition:
        case k.Holds(body=body):
            spans.state(made, "holds", made.cases(body))
        case k.Inertial() as span:
            spans.inertial(made, span)
        case k.Recent() as memory:
            spans.recent(made, memory)
        case k.SinceThen() as memory:
            spans.since(made, memory)
        case k.Lasting() as memory:
            spans.lasting(made, memory)
        case k.Duty() as owed:
            duty(made, owed)
        case k.Dates(recurrence=recurrence):
            made.done("dates", recurrence=recurrence)
        case other:
            raise Unfit(_KINDS[type(other)])

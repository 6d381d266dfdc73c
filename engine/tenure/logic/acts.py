"""Which acts are effective: powers are judged at t⁻ of the act (DESIGN §2, §4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from tenure.history import Event
from tenure.logic.atoms import Solution, match_event
from tenure.logic.definitions import ActRule, Formula, Rel, Value
from tenure.logic.formulas import occurrences
from tenure.logic.solver import Test, test
from tenure.logic.tables import ABSENT, PRESENT, Row
from tenure.logic.terms import Env
from tenure.logic.truth import NO_REASONS, TRUE, UNKNOWN
from tenure.logic.world import Pulse, World


@frozen
class VoidAct:
    """An act without effect, and why."""

    event: Event
    reason: str
    clause: str | None = None


@frozen
class Settled:
    """Whether an act takes effect, as it was judged before; if it does not, why."""

    row: Row
    void: VoidAct | None = None


class Acts:
    """The rules of a program's acts, compiled against the world of one evaluation; ``settled`` acts are not judged."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rules: Mapping[str, tuple[ActRule, ...]] = {}
        self.settled: Mapping[str, Settled] = {}
        #: By the identity of a formula, which is kept alive here.
        self._compiled: dict[tuple[int, frozenset[str]], tuple[Formula, Test]] = {}

    def ready(self, rules: Mapping[str, tuple[ActRule, ...]], settled: Mapping[str, Settled]) -> None:
        """Judge acts by ``rules`` from here on, those aside that are ``settled``."""
        self.rules, self.settled = rules, settled

    def is_act(self, event: Event) -> bool:
        """Whether ``event`` takes a power to be effective."""
        return event.type in self.rules

    def pulse(self, event: Event) -> Pulse:
        """``event`` as it acts at this stage: a fact is always effective, an act as its powers make it."""
        row = self.judge(event, earlier=True) if event.type in self.rules else PRESENT
        return Pulse(event, dict(event.data), row.truth, row.reasons)

    def judge(self, event: Event, *, earlier: bool) -> Row:
        """The truth that ``event`` is effective, by the powers before this stage or as they are now."""
        if event.id in self.settled:
            return self.settled[event.id].row
        best_row = ABSENT
        for rule in self.rules[event.type]:
            for attempt in _attempts(rule, event):
                row = self._both(rule, attempt, earlier=earlier)
                best_row = max(best_row, row, key=lambda r: r.truth)
        return best_row

    def _both(self, rule: ActRule, attempt: Solution, *, earlier: bool) -> Row:
        power = self._row(rule.power, attempt.env, earlier=earlier)
        condition = self._row(rule.condition, attempt.env, earlier=earlier) if power.truth else ABSENT
        lowest = min(attempt.truth, power.truth, condition.truth)
        if lowest != UNKNOWN:
            return PRESENT if lowest else ABSENT
        return Row(UNKNOWN, attempt.reasons | power.reasons | condition.reasons)

    def _row(self, formula: Formula, env: Env, *, earlier: bool) -> Row:
        known = id(formula), frozenset(env)
        found = self._compiled.get(known)
        if found is None:
            found = self._compiled[known] = formula, test(formula, known[1], self.world)
        return found[1](env, earlier)

    def void(self, event: Event) -> VoidAct:
        """Why ``event`` had no effect: nobody of its actors has the power, or its condition did not hold."""
        known = self.settled.get(event.id)
        if known is not None and known.void is not None:
            return known.void
        reason, clause = "no power", None
        rules = self.rules[event.type]
        needs = " or ".join(dict.fromkeys(rule.needs for rule in rules if rule.needs))
        if needs:
            reason = f"no power: it takes {needs}"
        for rule in rules:
            for attempt in _attempts(rule, event):
                clause = rule.clause
                if not self._row(rule.power, attempt.env, earlier=True).truth:
                    reason = f"no power at that time{f' under {clause}' if clause else ''}"
                else:
                    reason = "its condition did not hold"
        return VoidAct(event, reason, clause)

    def doubtful(self, pulse: Pulse) -> Pulse:
        """``pulse``, unknown if other events of its tick change whether it is effective: their order is not known."""
        event = pulse.event
        if pulse.truth == UNKNOWN or event.type not in self.rules:
            return pulse
        if self.judge(event, earlier=False).truth == pulse.truth:
            return pulse
        others = self._changed_powers(event)
        if not others:
            return pulse
        order = f"order of {' and '.join((event.id, *others))}"
        return Pulse(event, pulse.data, UNKNOWN, frozenset((order,)))

    def _changed_powers(self, event: Event) -> tuple[str, ...]:
        """The other events of this tick that changed a relation on which the powers for ``event`` depend."""
        names = {
            found.atom.name
            for rule in self.rules[event.type]
            for formula in (rule.power, rule.condition)
            for found in occurrences(formula)
            if isinstance(found.atom, Rel | Value)
        }
        return tuple(dict.fromkeys(e for name in names for e in self.world.changed_by(name) if e != event.id))


def _attempts(rule: ActRule, event: Event) -> Iterator[Solution]:
    """The ways in which ``event`` is the act of ``rule``."""
    names = tuple(name for name, _ in rule.attempt.args)
    terms = tuple(term for _, term in rule.attempt.args)
    yield from match_event(rule.attempt, names, terms, Pulse(event, dict(event.data), TRUE, NO_REASONS), {})

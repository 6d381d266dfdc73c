"""The parts of a span — from, until, for, through, if — as one inertial definition (DESIGN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import is_pulse
from tenure.logic.truth import UNKNOWN
from tenure.norms.algebra import FALSEHOOD, Visible, both, either, some

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

#: The parts that say when a rule runs.
SPAN_PARTS = (s.From, s.Until, s.ForLength)


@frozen
class SpanRule:
    """The beginning, the ends and the terms of a span, lowered."""

    begin: k.Formula
    ends: tuple[k.Formula, ...]
    terms: tuple[k.Limit, ...]
    last: bool
    final: bool
    renews: bool
    always: tuple[k.Formula, ...] = ()

    def ending_too(self, *more: k.Formula) -> SpanRule:
        """The same span, ended by any of ``more`` as well, whichever of its own ends is last."""
        return evolve(self, always=(*self.always, *more))


class SpanLowering:
    """Lowers the parts of one rule at a time."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self.formulas = lowering.formulas

    def rule(
        self,
        parts: tuple[s.Part, ...],
        visible: Visible,
        clause: str | None,
        *,
        start: k.Formula | None = None,
        conditions: bool = True,
    ) -> SpanRule:
        """The span that ``parts`` describe; without ``from`` it begins with ``start``, or with time itself."""
        begins = [
            self.begin(p, visible, clause) for p in parts if isinstance(p, s.From) and self.counts(p.when)
        ]
        begin = either(*begins) if begins else start or k.Start()
        if conditions:
            tested = [
                p for p in parts if isinstance(p, s.Condition) and p.word == "if" and self.counts(p.when)
            ]
            begin = both(begin, *(self.tested(p.of, visible, clause) for p in tested))
        ends: list[k.Formula] = []
        last = final = False
        for part in parts:
            if isinstance(part, s.Until) and self.counts(part.when):
                ends.extend(self.end(e, visible, clause) for e in part.ends)
                last, final = last or part.last, final or part.final
        lengths = [p for p in parts if isinstance(p, s.ForLength) and self.counts(p.when)]
        terms = tuple(k.Limit("term", self.formulas.duration(p.length), clause) for p in lengths)
        return SpanRule(begin, tuple(ends), terms, last, final, any(p.renews for p in lengths))

    def counts(self, when: s.When | None) -> bool:
        """Whether a part counts under the chosen reading."""
        if when is None:
            return True
        return self.lowering.chosen(when.reading) in when.values

    def tested(self, of: s.Formula, visible: Visible, clause: str | None) -> k.Formula:
        """``if φ``: judged at t⁻."""
        return k.Earlier(some(self.formulas.formula(of, visible, clause), visible), entering=True)

    def begin(self, part: s.From, visible: Visible, clause: str | None) -> k.Formula:
        """``from``: a date or an event; a state counts when it begins."""
        if isinstance(part.begin, s.Date):
            return k.Reached(self.formulas.start_of(part.begin), clause, only=True)
        if isinstance(part.begin, s.After):
            return self.after(part.begin.length, part.begin.event, visible, clause)
        begin = self.formulas.formula(part.begin, visible, clause)
        if is_pulse(begin, self.lowering.pulses):
            return begin
        return either(
            *(
                b if is_pulse(b, self.lowering.pulses) else k.begins(some(b, visible))
                for b in _branches(begin)
            )
        )

    def end(self, end: s.End, visible: Visible, clause: str | None) -> k.Formula:
        """One end of a span, true when it has come."""
        match end:
            case s.Date():
                return k.Reached(self.formulas.start_of(end), clause)
            case s.Through(date):
                return k.Reached(self.formulas.end_of(date), clause)
            case s.Unpublished(why, at_least):
                unknown = k.Fixed(UNKNOWN, why or "its end is not published")
                if at_least is None:
                    return unknown
                return both(k.Reached(self.formulas.end_of(at_least), clause), unknown)
            case s.After(length, event):
                return self.after(length, event, visible, clause)
            case _:
                return self.formulas.formula(end, visible, clause)

    def after(self, length: s.Length, event: s.Formula, visible: Visible, clause: str | None) -> k.Formula:
        """``30 days after φ``: the end of a term that each φ begins."""
        begin = self.formulas.formula(event, visible, clause)
        if not is_pulse(begin, self.lowering.pulses):
            begin = k.begins(some(begin, visible))
        limit = k.Limit("term", self.formulas.duration(length), clause)
        running = self.lowering.remember(
            "after",
            visible,
            (begin,),
            lambda name, head: k.Inertial(name, head, begin, FALSEHOOD, (limit,), clause=clause),
            limit,
        )
        return _expired(running)

    def define(self, name: str, head: tuple[k.Term, ...], rule: SpanRule, clause: str | None) -> None:
        """Add the definition ``name(head)`` of a span; with ``whichever is last``, one span for each end."""
        if not rule.last or len(rule.ends) < 2:
            self._inertial(name, head, rule, rule.ends, clause)
            return
        limbs = []
        for number, end in enumerate(rule.ends, 1):
            limb = f"{name}/{number}"
            self._inertial(limb, head, rule, (end,), clause)
            limbs.append(k.Rel(limb, head))
        self.lowering.add(k.Holds(name, head, either(*limbs), clause))

    def _inertial(
        self,
        name: str,
        head: tuple[k.Term, ...],
        rule: SpanRule,
        ends: tuple[k.Formula, ...],
        clause: str | None,
    ) -> None:
        self.lowering.add(
            k.Inertial(
                name,
                head,
                rule.begin,
                either(*ends, *rule.always),
                rule.terms,
                final=rule.final,
                renews=rule.renews,
                clause=clause,
            )
        )


def _branches(formula: k.Formula) -> tuple[k.Formula, ...]:
    return formula.parts if isinstance(formula, k.Or) else (formula,)


def _expired(formula: k.Formula) -> k.Formula:
    """The ``expires`` companion of a relation, under the same quantifiers."""
    if isinstance(formula, k.Exists):
        return k.Exists(formula.variables, _expired(formula.of))
    assert isinstance(formula, k.Rel)
    return k.Rel(f"expires:{formula.name}", formula.args)

"""The parts of a span — from, until, for, through, if — as one inertial definition (DESIGN §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables, is_pulse
from tenure.logic.truth import UNKNOWN
from tenure.norms.algebra import FALSEHOOD, Visible, both, either, some
from tenure.norms.named_dates import date_names

if TYPE_CHECKING:
    from tenure.diagnostics import Place
    from tenure.norms.lowering import Lowering
    from tenure.time import Duration

#: The parts that say when a rule runs.
SPAN_PARTS = (s.From, s.Until, s.ForLength)


@frozen
class SpanRule:
    """The beginning, the ends and the terms of a span, lowered; it runs for each value of its ``dates``."""

    begin: k.Formula
    ends: tuple[k.Formula, ...]
    terms: tuple[k.Limit, ...]
    last: bool
    final: bool
    renews: bool
    always: tuple[k.Formula, ...] = ()
    dates: tuple[str, ...] = ()
    again: Duration | None = None
    lapses: k.Formula | None = None

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
        dates = date_names(*(p for p in parts if isinstance(p, s.Until) and self.counts(p.when)))
        own, visible = visible, visible | dates
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
                ends.extend(self.end(e, visible, clause, parts) for e in part.ends)
                last, final = last or part.last, final or part.final
        lengths = [p for p in parts if isinstance(p, s.ForLength) and self.counts(p.when)]
        terms = tuple(k.Limit("term", self.formulas.duration(p.length), clause) for p in lengths)
        if not last:
            # A date that is over when it is named ends nothing: the span does not open.
            begin = both(
                begin, *(k.Not(e) for e in ends if isinstance(e, k.Rel) and e.name.startswith("passed:"))
            )
        renews = any(p.renews for p in lengths)
        rule = SpanRule(begin, tuple(ends), terms, last, final, renews, dates=tuple(sorted(dates - own)))
        going_on = next((p.then for p in lengths if p.then is not None), None)
        return rule if going_on is None else self._going_on(rule, going_on, visible, clause)

    def _going_on(self, rule: SpanRule, then: s.Then, visible: Visible, clause: str | None) -> SpanRule:
        """``then for D each unless φ``: φ is judged when the term is over."""
        lapses = (
            None
            if then.unless is None
            else some(self.formulas.formula(then.unless, visible, clause), visible)
        )
        return evolve(rule, again=self.formulas.duration(then.length), lapses=lapses)

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
            return self.after(part.begin, visible, clause, ())
        if isinstance(part.begin, s.DateName):
            raise self.formulas.no_date(part.begin, f"write `from {part.begin.name} of EVENT(…)`")
        if isinstance(part.begin, s.DateOf):
            return self.date_of(part.begin, visible, clause, only=True)
        begin = self.formulas.formula(part.begin, visible, clause)
        if is_pulse(begin, self.lowering.pulses):
            return begin
        return either(
            *(
                b if is_pulse(b, self.lowering.pulses) else k.begins(some(b, visible))
                for b in _branches(begin)
            )
        )

    def end(self, end: s.End, visible: Visible, clause: str | None, parts: tuple[s.Part, ...]) -> k.Formula:
        """One end of a span, true when it has come; ``parts`` are those of the span, which give dates their names."""
        match end:
            case s.Date():
                return k.Reached(self.formulas.start_of(end), clause)
            case s.DateName():
                return self._reached(self.formulas.due(end), parts, visible, clause)
            case s.Through(date):
                return self._through(date, parts, visible, clause)
            case s.DateOf():
                return self.date_of(end, visible, clause)
            case s.Unpublished(why, at_least):
                unknown = k.Fixed(UNKNOWN, why or "its end is not published")
                if at_least is None:
                    return unknown
                return both(k.Reached(self.formulas.end_of(at_least), clause), unknown)
            case s.After():
                return self.after(end, visible, clause, parts)
            case _:
                return self.formulas.formula(end, visible, clause)

    def _through(
        self,
        date: s.Date | s.DateName | s.Name,
        parts: tuple[s.Part, ...],
        visible: Visible,
        clause: str | None,
    ) -> k.Formula:
        """``through X``: ends at the start of what follows X."""
        match date:
            case s.Date():
                return k.Reached(self.formulas.end_of(date), clause)
            case s.DateName():
                return self._reached(self.formulas.due(date, "end"), parts, visible, clause)
            case s.Name():
                raise self.formulas.no_date(date)

    # ------------------------------------------------------------ dates that events name

    def _named(self, parts: tuple[s.Part, ...], visible: Visible) -> k.Formula:
        """What gives the names in `until` their dates: the beginnings of the span."""
        found: list[k.Formula] = []
        for part in parts:
            if isinstance(part, s.From) and self.counts(part.when):
                begin = part.begin.event if isinstance(part.begin, s.DateOf | s.After) else part.begin
                if not isinstance(begin, s.Date | s.DateName):
                    found.append(self.formulas.formula(begin, visible))
        return either(*found)

    def _reached(
        self, due: k.DueDate, parts: tuple[s.Part, ...], visible: Visible, clause: str | None
    ) -> k.Formula:
        """Whether a date has come that the span's own beginning names."""
        assert isinstance(due.date, k.Var)
        named = self._named(parts, visible)
        shared = free_variables(named) & visible
        if due.date.name not in shared:
            advice = f"bind it where the span begins: `from EVENT(… = {due.date.name})`"
            raise self.formulas.no_date(s.Name(due.date.name, place=_place(parts)), advice)
        head = tuple(k.Var(v) for v in sorted(shared))
        body = some(named, shared)
        return self.lowering.once_defined(
            "passed:", (due, body), head, lambda name: k.Passed(name, head, body, due, clause=clause)
        )

    def date_of(self, at: s.DateOf, visible: Visible, clause: str | None, *, only: bool = False) -> k.Formula:
        """``d of φ``: from the date that φ has named on, or at that date alone."""
        if not isinstance(at.date, s.DateName):
            raise self.formulas.no_date(at.date)
        due, date = self.formulas.due(at.date), at.date.name
        body = self.formulas.formula(at.event, visible | {date}, clause)
        if not is_pulse(body, self.lowering.pulses):
            body = k.begins(some(body, visible | {date}))
        shared = sorted((free_variables(body) & visible) | {date})
        head = tuple(k.Var(v) for v in shared)
        body = some(body, frozenset(shared))
        relation = self.lowering.once_defined(
            "comes:" if only else "passed:",
            (due, body, only),
            head,
            lambda name: k.Passed(name, head, body, due, only=only, clause=clause),
        )
        return some(relation, visible)

    def after(
        self, at: s.After, visible: Visible, clause: str | None, parts: tuple[s.Part, ...]
    ) -> k.Formula:
        """``30 days after φ``: the end of a term that each φ begins."""
        limit = k.Limit("term", self.formulas.duration(at.length), clause)
        if isinstance(at.event, s.DateName):
            return self._reached(self.formulas.due(at.event, length=limit), parts, visible, clause)
        begin = self.formulas.formula(at.event, visible, clause)
        if not is_pulse(begin, self.lowering.pulses):
            begin = k.begins(some(begin, visible))
        running = self.lowering.remember(
            "after",
            visible,
            (begin,),
            lambda name, head: k.Inertial(name, head, begin, FALSEHOOD, (limit,), clause=clause),
            limit,
        )
        return _expired(running)

    def define(self, name: str, head: tuple[k.Term, ...], rule: SpanRule, clause: str | None) -> None:
        """Add the definition ``name(head)`` of a span; with ``whichever is last``, one span for each end.

        A span that ends at a date that its beginning names runs for each such date.
        """
        if rule.dates:
            each = (*head, *(k.Var(d) for d in rule.dates))
            inner = k.Rel(f"{name}/dates", each)
            self.define(inner.name, each, evolve(rule, dates=()), clause)
            self.lowering.add(k.Holds(name, head, k.Exists(rule.dates, inner), clause))
            self.expiring(name, head, rule, k.Exists(rule.dates, _expired(inner)), clause)
            return
        if not rule.last or len(rule.ends) < 2:
            self._inertial(name, head, rule, rule.ends, clause)
            return
        limbs = []
        for number, end in enumerate(rule.ends, 1):
            limb = f"{name}/{number}"
            self._inertial(limb, head, rule, (end,), clause)
            limbs.append(k.Rel(limb, head))
        self.lowering.add(k.Holds(name, head, either(*limbs), clause))
        over = k.Not(k.Rel(name, head))
        self.expiring(name, head, rule, both(either(*map(_expired, limbs)), over), clause)

    def expiring(
        self, name: str, head: tuple[k.Term, ...], rule: SpanRule, when: k.Formula, clause: str | None
    ) -> None:
        """Add ``expires:name`` for a relation that is made of spans with a term."""
        if rule.terms:
            self.lowering.add(k.Holds(f"expires:{name}", head, when, clause))

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
                again=rule.again,
                lapses=rule.lapses,
                clause=clause,
            )
        )


def _place(parts: tuple[s.Part, ...]) -> Place | None:
    return next((p.place for p in parts if isinstance(p, s.Until)), None)


def _branches(formula: k.Formula) -> tuple[k.Formula, ...]:
    return formula.parts if isinstance(formula, k.Or) else (formula,)


def _expired(formula: k.Formula) -> k.Formula:
    """The ``expires`` companion of a relation, under the same quantifiers."""
    if isinstance(formula, k.Exists):
        return k.Exists(formula.variables, _expired(formula.of))
    assert isinstance(formula, k.Rel)
    return k.Rel(f"expires:{formula.name}", formula.args)

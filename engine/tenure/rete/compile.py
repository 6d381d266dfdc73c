"""Definitions as rules (DESIGN §8): what makes each row begin, and what makes it end.

Every definition gets a band of priorities after those that it reads, so that when its rules fire everything below
is settled; within the band, limits come first and beginnings last.  There is no truth maintenance in the ruleset:
each way in which a row can end is a rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import NoReturn

from attrs import evolve

from tenure.logic import definitions as k
from tenure.logic.definitions import PERFORMER, PERFORMING, Const, Term, Var
from tenure.logic.formulas import bodies, is_pulse
from tenure.logic.plan import Plan, plan_of
from tenure.rete import literals as lit
from tenure.rete.literals import Case, Cases, Literal, Unfit, row, row_columns
from tenure.rete.merging import merged, replaced
from tenure.rete.patterns import Vocabulary, denials, make
from tenure.rete.ruleset import Compiled, Effect, Rule

#: The steps of one definition's band.
FIRST, LIMIT, CLASH, END, RENEW, BEGIN = range(6)
#: Those of a duty, after the first: it comes about, its time is over, its clause ends, it is performed.
OWED, DUE, OVER, DONE = range(1, 5)
_BAND = 8
#: The most ways in which a row can end before each case of its beginning gets a relation of its own.
_MOST_WAYS = 12


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
            try:
                if index in self.plan.groups:
                    _refuse("it depends on itself within one instant")
                _Definition(self, definition, index).compile()
            except Unfit as reason:
                self.unfit[definition.name] = str(reason)
            body = bodies(definition).get("body")
            if isinstance(definition, k.Holds) and body is not None and is_pulse(body, self.pulses):
                self.pulses |= {definition.name}


class _Definition:
    """The rules of one definition."""

    def __init__(self, compiler: Compiler, definition: k.Definition, index: int) -> None:
        self.compiler = compiler
        self.words = compiler.words
        self.definition = definition
        self.index = index
        self.reader = lit.Reader(compiler.program.acts, self._deny)
        self.head: tuple[Term, ...] = definition.head
        self.variables = frozenset(t.name for t in self.head if isinstance(t, Var))
        self.symbol = row(definition.name)
        self.row = Literal(self.symbol, row_columns(self.head))
        self._auxiliary: dict[Case, Literal] = {}

    def compile(self) -> None:
        """Add the rules."""
        if any(isinstance(t, k.Calc) for t in self.head):
            raise Unfit("its columns are calculated")
        known = len(self.compiler.rules)
        try:
            match self.definition:
                case k.Holds(body=body):
                    self._state("holds", self.cases(body))
                case k.Inertial():
                    self._inertial(self.definition)
                case k.Recent():
                    self._recent(self.definition)
                case k.SinceThen():
                    self._since(self.definition)
                case k.Lasting():
                    self._lasting(self.definition)
                case k.Duty():
                    self._duty(self.definition)
                case _:
                    _refuse(_KINDS[type(self.definition)])
        except Unfit:
            del self.compiler.rules[known:]
            raise

    # ------------------------------------------------------------ cases

    def cases(self, formula: k.Formula) -> Cases:
        """The cases of a formula of this definition."""
        found = tuple(lit.solved(case, self.variables) for case in self.reader.cases(formula))
        for case in found:
            now = any(ltr.symbol.startswith("event:") and ltr.positive for ltr in case.literals)
            inside = (ltr for denial in case.denials for ltr in denial.case.literals)
            if not now and any(ltr.entering for ltr in (*case.literals, *inside)):
                raise Unfit("it reads `entering` where no event happens")
        return found

    def absent(self, cases: Cases) -> Cases:
        """The cases in which none of ``cases`` holds for a row of this definition."""
        each = [self.reader.denied(case, case.variables - self.variables) for case in cases]
        if prod(map(len, each)) > _MOST_WAYS:
            denied = [(Case((self._deny(case, self.variables & case.variables),)),) for case in cases]
            each = [one if len(one) == 1 else other for one, other in zip(each, denied, strict=True)]
        return lit.all_of(each)

    def _deny(self, case: Case, given: frozenset[str]) -> Literal:
        """``case`` is denied as some columns of a relation of all its variables."""
        whole = self._kept(case)
        columns = tuple((n, t) for n, t in whole.columns if isinstance(t, Var) and t.name in given)
        return Literal(whole.symbol, columns, positive=False)

    def _kept(self, case: Case) -> Literal:
        """A relation of all variables of ``case``, whose rows are kept by rules."""
        case = self._resolved(case)
        if case not in self._auxiliary:
            names = sorted(case.variables)
            symbol = f"aux:{self.definition.name}:{len(self._auxiliary)}"
            self.words.widths[symbol] = len(names)
            columns = row_columns(Var(name) for name in names)
            whole = self._auxiliary[case] = Literal(symbol, columns)
            self._add(FIRST, "aux+", case, target=symbol, key=columns)
            for ltr in case.literals:
                gone = Case((evolve(ltr, positive=not ltr.positive),))
                self._add(FIRST, "aux-", gone, before=[whole], target=symbol, key=columns)
        return self._auxiliary[case]

    # ------------------------------------------------------------ rules

    def _add(
        self,
        step: int,
        kind: str,
        case: Case,
        *,
        before: Iterable[Literal] = (),
        target: str | None = None,
        key: tuple[tuple[str, Term], ...] | None = None,
    ) -> None:
        head = tuple(term for _, term in key) if key is not None else self.head
        whole, head = _grounded(evolve(case, literals=(*before, *case.literals)), head)
        for variant, terms in merged(self._resolved(whole), head):
            made = make(self.words, self._one_denial(variant))
            if made is None:
                continue
            name = f"{self.definition.name} {kind} {len(self.compiler.rules)}"
            effect = Effect(kind, target or self.definition.name, made.key(terms), self.index)
            priority = (self.index + 1) * _BAND + step
            self.compiler.rules.append(Rule(name, priority, tuple(made.patterns), effect))

    def _resolved(self, case: Case) -> Case:
        """``case`` with each denial as the denial of a relation: it holds for what the case says, and is denied there."""
        for denial in case.denials:
            needed = denial.case.variables - denial.local - denial.case.bound
            untimed = (ltr for ltr in case.literals if ltr.positive and "n" not in dict(ltr.columns))
            around = tuple(ltr for ltr in untimed if ltr.variables & needed)
            inner = evolve(denial.case, literals=(*around, *denial.case.literals))
            literal = self._deny(inner, inner.variables - denial.local)
            case = evolve(case, literals=(*case.literals, literal))
        return evolve(case, denials=())

    def _one_denial(self, case: Case) -> Case:
        """``case`` with one ``none`` at most: what else must not be there is denied in relations on the way."""
        groups = denials(case)
        if len(groups) < 2:
            return case
        timed = tuple(ltr for ltr in case.literals if "n" in dict(ltr.columns))
        positive = tuple(ltr for ltr in case.literals if ltr.positive and ltr not in timed)
        first = Case((*positive, *map(_untimed, timed), *groups[0]), case.tests)
        whole = self._kept(lit.solved(first, first.variables))
        rest = tuple(ltr for group in groups[1:] for ltr in group)
        return self._one_denial(Case((whole, *timed, *rest)))

    def _begins(self, kind: str, cases: Cases, step: int = BEGIN) -> None:
        for case in cases:
            self._add(step, kind, case)

    def _ends(self, kind: str, cases: Cases) -> None:
        for case in cases:
            self._add(END, kind, case, before=[self.row])

    def _done(self, kind: str, limits: tuple[k.Limit | int, ...] = (), end: Cases = ()) -> None:
        definition = self.definition
        made = Compiled(
            name=definition.name,
            index=self.index,
            symbol=self.symbol,
            kind=kind,
            clause=definition.clause,
            limits=limits,
            level=isinstance(definition, k.Inertial) and definition.level,
            final=isinstance(definition, k.Inertial) and definition.final,
            once=isinstance(definition, k.Duty) and isinstance(definition.head[0], k.Const),
            end_symbols=frozenset(ltr.symbol for case in end for ltr in case.literals),
        )
        self.compiler.compiled.append(made)

    # ------------------------------------------------------------ kinds of definitions

    def _state(self, kind: str, cases: Cases) -> None:
        self._begins("begin", cases)
        self._ends("end", self.absent(cases))
        self._done(kind)

    def _recent(self, definition: k.Recent) -> None:
        cases = self.cases(definition.body)
        if definition.within is None:
            self._begins("begin", cases)
            self._done("once")
            return
        self._pulse(definition.body, "it looks for a state, not an event, within a time")
        self._begins("begin", cases)
        for case in cases:
            self._add(RENEW, "renew", case, before=[self.row])
        for gone in self.absent(cases):
            self._add(LIMIT, "limit", gone, before=[self._limit(), self._anchored(self.row)])
        self._done("recent", (definition.within,))

    def _since(self, definition: k.SinceThen) -> None:
        start, body = self.cases(definition.start), self.cases(definition.body)
        self._begins("begin", start)
        self._ends("end", lit.all_of([self.absent(body), self.absent(start)]))
        self._done("since")

    def _lasting(self, definition: k.Lasting) -> None:
        cases = self.cases(definition.body)
        running = self._companion("running")
        for case in cases:
            self._add(FIRST, "aux+", case, target=running.symbol, key=running.columns)
        for gone in self.absent(cases):
            self._add(FIRST, "aux-", gone, before=[running], target=running.symbol, key=running.columns)
        self._add(LIMIT, "begin", Case(), before=[self._limit(), self._anchored(running)])
        self._add(END, "end", Case((_not(running),)), before=[self.row])
        self._done("lasting", (definition.length,))

    def _inertial(self, definition: k.Inertial) -> None:
        if definition.open:
            raise Unfit("its beginning may come at any time")
        if definition.again is not None:
            raise Unfit("its term goes on")
        if not definition.level:
            self._pulse(definition.begin, "its beginning is a state, not an event")
        begin, end = self.cases(definition.begin), self.cases(definition.end)
        blocked = [Literal(row(f"expires:{definition.name}"), self.row.columns)] if definition.terms else []
        if definition.final:
            blocked.append(self._companion("closed"))
        unblocked = Case(tuple(map(_not, blocked)))
        opening = lit.all_of([begin, self.absent(end), (unblocked,)])
        self._begins("begin", opening)
        if definition.terms:
            self._add(LIMIT, "expire", Case(), before=[self._limit(), self._anchored(self.row)])
        if definition.renews and definition.terms:
            for case in opening:
                self._add(RENEW, "renew", case, before=[self.row])
        self._ends("end", end)
        for one in begin:
            for number, other in enumerate(end):
                joined = lit.all_of([(one,), (_apart(other, self.variables, number),)])
                for case in joined:
                    self._add(CLASH, "clash", case)
        self._done("inertial", definition.terms, end)

    def _duty(self, duty: k.Duty) -> None:
        for given, what in _beyond(duty):
            if given:
                raise Unfit(f"it is a duty {what}")
        self._pulse(duty.trigger, "it is a duty that a state triggers, not an event")
        (rung,) = duty.rungs
        instance = self._companion("live")
        pending = Literal(row(f"pending:{rung.name}"), self.row.columns)
        for case in self.cases(duty.trigger):
            self._add(OWED, "owe", case)
        for case in self.cases(duty.contested) if duty.contested is not None else ():
            self._add(OWED, "contest", case)
        if rung.deadline is not None:
            self._add(DUE, "breach", Case(), before=[self._limit(), self._anchored(instance)])
        for case in self.cases(duty.end):
            self._add(OVER, "lapse", case, before=[pending])
        for case in self._performances(rung):
            key = (("i", PERFORMING), *self.row.columns)
            self._add(DONE, "perform", case, before=[instance], key=key)
        limit = rung.deadline
        self._done("duty", () if limit is None or isinstance(limit, k.DueDate) else (limit,))

    def _performances(self, rung: k.Rung) -> Iterator[Case]:
        """The cases in which an event performs the duty: by its debtor."""
        for found in self.reader.cases(rung.performance):
            case = lit.rename(found, {PERFORMER.name: rung.head[1]})
            if not any(ltr.symbol.startswith("event:") and ltr.positive for ltr in case.literals):
                raise Unfit("it is a duty that no event performs")
            yield lit.solved(case, self.variables | {PERFORMING.name})

    def _pulse(self, formula: k.Formula, otherwise: str) -> None:
        if not is_pulse(formula, self.compiler.pulses):
            raise Unfit(otherwise)

    # ------------------------------------------------------------ companions of the row

    def _companion(self, what: str) -> Literal:
        symbol = f"{what}:{self.definition.name}"
        self.words.widths[symbol] = len(self.head)
        return Literal(symbol, self.row.columns)

    def _limit(self) -> Literal:
        symbol = f"limit:{self.definition.name}"
        return Literal(symbol, (*self.row.columns, ("n", _ANCHOR)))

    @staticmethod
    def _anchored(literal: Literal) -> Literal:
        """``literal`` since the very stage from which the limit was counted."""
        return Literal(literal.symbol, (*literal.columns, ("n", _ANCHOR)))


_ANCHOR = Var("· anchor")
_KINDS: dict[type, str] = {
    k.Measure: "it counts or sums",
    k.DayCount: "it counts days",
    k.Dates: "it is a recurring date",
    k.Passed: "it is a date that an event names",
}


def _beyond(duty: k.Duty) -> Iterator[tuple[object, str]]:
    """What a duty may have that rules do not say, and how that is called."""
    rung = duty.rungs[0]
    yield len(duty.rungs) > 1, "that owes something else when it is breached"
    yield rung.amount is not None, "that is met in parts"
    yield rung.anchor, "whose time runs from another event"
    yield rung.sooner, "that has several limits"
    yield rung.not_before is not None, "that can be performed too soon"
    yield isinstance(rung.deadline, k.DueDate), "that is due at a date which an event names"
    yield duty.suspended, "that can be suspended"
    yield duty.excused, "that can be excused"
    yield duty.waived, "that can be waived"
    yield duty.transfers, "that can be assigned"
    yield duty.delegated, "that can be delegated"
    yield duty.extensions or duty.accelerated, "whose time can be moved"


def _refuse(reason: str) -> NoReturn:
    raise Unfit(reason)


def _not(literal: Literal) -> Literal:
    return Literal(literal.symbol, literal.columns, positive=False)


def _untimed(literal: Literal) -> Literal:
    """``literal`` whenever its term began; for a limit, the row whose limit it is."""
    columns = tuple((name, term) for name, term in literal.columns if name != "n")
    return Literal(literal.symbol.replace("limit:", "row:", 1), columns)


def _grounded(case: Case, head: tuple[Term, ...]) -> tuple[Case, tuple[Term, ...]]:
    """Variables that only an equation gives a value are replaced by it."""
    bound = {v for ltr in case.literals if ltr.positive for v in ltr.variables}
    for test in case.tests:
        for here, there in ((test.left, test.right), (test.right, test.left)):
            known = isinstance(there, Const) or (isinstance(there, Var) and there.name in bound)
            if test.op == "=" and isinstance(here, Var) and here.name not in bound and known:
                rest = evolve(case, tests=tuple(t for t in case.tests if t is not test))
                return _grounded(*replaced(rest, head, {here.name: there}))
    return case, head


def _apart(case: Case, kept: frozenset[str], number: int) -> Case:
    """``case`` with names of its own for the variables that are not the head's."""
    return lit.rename(case, {name: Var(f"{name}·end{number}") for name in case.variables - kept})

"""One definition on its way to rules: its cases, what denies them, and how a rule is made of a case.

Every definition gets a band of priorities after those that it reads, so that when its rules fire everything below
is settled.  There is no truth maintenance in the ruleset: each way in which a row can end is a rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import TYPE_CHECKING

from attrs import evolve

from tenure.logic import definitions as k
from tenure.logic.definitions import Const, Term, Var
from tenure.logic.formulas import is_pulse
from tenure.rete import literals as lit
from tenure.rete.literals import Case, Cases, Literal, Unfit, row, row_columns
from tenure.rete.merging import merged, replaced
from tenure.rete.patterns import denials, make
from tenure.rete.ruleset import Compiled, Effect, Rule
from tenure.rete.steps import Ladder
from tenure.time import Recurrence

if TYPE_CHECKING:
    from tenure.rete.compile import Compiler

#: The steps of one definition's band: what stands on the way first, beginnings last.
FIRST, LIMIT, CLASH, END, RENEW, BEGIN = range(6)
_BAND = 32
#: The most ways in which a row can end before each case of its beginning gets a relation of its own.
_MOST_WAYS = 12
_ANCHOR = Var("· anchor")


class Definition:
    """A definition whose rules are being made."""

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

    # ------------------------------------------------------------ cases

    def cases(self, formula: k.Formula, more: frozenset[str] = frozenset()) -> Cases:
        """The cases of a formula of this definition, which keep the variables of its head and ``more``."""
        kept = self.variables | more
        found = tuple(lit.solved(case, kept) for case in self.reader.cases(formula))
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
            self.add(FIRST, "aux+", case, target=symbol, key=columns)
            for ltr in case.literals:
                gone = Case((evolve(ltr, positive=not ltr.positive),))
                self.add(FIRST, "aux-", gone, before=[whole], target=symbol, key=columns)
        return self._auxiliary[case]

    # ------------------------------------------------------------ rules

    def add(
        self,
        step: int,
        kind: str,
        case: Case,
        *,
        before: Iterable[Literal] = (),
        target: str | None = None,
        key: tuple[tuple[str, Term], ...] | None = None,
        place: int = 0,
    ) -> None:
        """A rule that does ``kind`` to the row of ``key`` (default: the head) where ``before`` and ``case`` hold."""
        head = tuple(term for _, term in key) if key is not None else self.head
        whole, head = _grounded(evolve(case, literals=(*before, *case.literals)), head)
        for variant, terms in merged(self._resolved(whole), head):
            made = make(self.words, self._one_denial(variant))
            if made is None:
                continue
            name = f"{self.definition.name} {kind} {len(self.compiler.rules)}"
            effect = Effect(kind, target or self.definition.name, made.key(terms), self.index, place)
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

    def begins(self, kind: str, cases: Cases, step: int = BEGIN) -> None:
        """A rule for each way in which a row comes about."""
        for case in cases:
            self.add(step, kind, case)

    def ends(self, kind: str, cases: Cases) -> None:
        """A rule for each way in which a row that is there ends."""
        for case in cases:
            self.add(END, kind, case, before=[self.row])

    def done(
        self,
        kind: str,
        limits: tuple[k.Limit, ...] = (),
        end: Cases = (),
        *,
        ladder: Ladder | None = None,
        recurrence: Recurrence | None = None,
    ) -> None:
        """The definition as the run is to know it."""
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
            end_symbols=frozenset(ltr.symbol for case in end for ltr in case.literals),
            ladder=ladder,
            recurrence=recurrence,
        )
        self.compiler.compiled.append(made)

    def pulse(self, formula: k.Formula, otherwise: str) -> None:
        """Refuse what is true for longer than a stage; ``otherwise`` says so."""
        if not is_pulse(formula, self.compiler.pulses):
            raise Unfit(otherwise)

    # ------------------------------------------------------------ companions of the row

    def companion(self, what: str) -> Literal:
        """Facts beside the rows, with the same key."""
        symbol = f"{what}:{self.definition.name}"
        self.words.widths[symbol] = len(self.head)
        return Literal(symbol, self.row.columns)

    def limit(self) -> Literal:
        """The limit of the row, which says from which stage it was counted."""
        symbol = f"limit:{self.definition.name}"
        return Literal(symbol, (*self.row.columns, ("n", _ANCHOR)))

    @staticmethod
    def anchored(literal: Literal) -> Literal:
        """``literal`` since the very stage from which the limit was counted."""
        return Literal(literal.symbol, (*literal.columns, ("n", _ANCHOR)))


def denied(literal: Literal) -> Literal:
    """There is no such fact."""
    return evolve(literal, positive=False)


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

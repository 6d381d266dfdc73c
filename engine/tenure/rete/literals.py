"""Formulas as disjunctions of conjunctions of literals: the only form that a rule's patterns can have.

``once``, spans and the like are definitions of their own, so what is left of a formula are events, rows, dates and
comparisons under ``and``, ``or``, ``not``, ``some`` and one step back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count, product

from attrs import evolve, frozen

from tenure.logic.arithmetic import compare
from tenure.logic.definitions import (
    And,
    Calc,
    Compare,
    Const,
    Earlier,
    EventAtom,
    Exists,
    Fixed,
    Formula,
    Not,
    Or,
    Reached,
    Rel,
    Start,
    Term,
    Value,
    Var,
)
from tenure.logic.formulas import term_variables
from tenure.logic.truth import TRUE, UNKNOWN

#: A symbol of a relation that facts stand for, such as ``row:held``, ``event:grant`` or ``was:row:held``.
Symbol = str
MOST_CASES = 48
_FLIPPED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Unfit(Exception):  # noqa: N818 (a reason, and caught before anybody sees it)
    """What a definition says that no rule can say; the message is a reason in plain words."""


@frozen
class Literal:
    """Facts of ``symbol`` whose ``columns`` have these values: there is one, or there is none.

    ``entering`` marks what is read at t⁻ of this tick, and so may stand only beside an event.
    """

    symbol: Symbol
    columns: tuple[tuple[str, Term], ...]
    positive: bool = True
    entering: bool = False

    @property
    def variables(self) -> frozenset[str]:
        """The variables of its columns."""
        return frozenset().union(*(term_variables(term) for _, term in self.columns))


@frozen
class Case:
    """One conjunction: literals, and comparisons of variables and constants.

    ``denials`` are what must not hold, and says so only together with what else the case says.
    """

    literals: tuple[Literal, ...] = ()
    tests: tuple[Compare, ...] = ()
    denials: tuple[Denial, ...] = ()

    @property
    def variables(self) -> frozenset[str]:
        """All variables in it that mean something outside of it."""
        tests = (term_variables(t) for test in self.tests for t in (test.left, test.right))
        denied = (denial.case.variables - denial.local for denial in self.denials)
        return frozenset().union(*(literal.variables for literal in self.literals), *tests, *denied)

    @property
    def bound(self) -> frozenset[str]:
        """The variables that some fact gives a value."""
        return frozenset().union(*(literal.variables for literal in self.literals if literal.positive))


@frozen
class Denial:
    """``case`` holds for no values of the variables ``local``."""

    case: Case
    local: frozenset[str]


Cases = tuple[Case, ...]
#: Makes a relation for a case that is to be denied as a whole, and says which literal denies it.
Denier = Callable[[Case, frozenset[str]], Literal]


def row(name: str) -> Symbol:
    """The symbol of a relation's rows."""
    return f"row:{name}"


def was(symbol: Symbol) -> Symbol:
    """The symbol of what ``symbol`` was one stage earlier."""
    return f"was:{symbol}"


def event(type: str) -> Symbol:
    """The symbol of effective events."""
    return f"event:{type}"


def attempt(type: str) -> Symbol:
    """The symbol of acts, effective or void."""
    return f"attempt:{type}"


ACTOR: Symbol = "actor"
START: Symbol = "start"


def row_columns(terms: Iterable[Term]) -> tuple[tuple[str, Term], ...]:
    """The columns of a row."""
    return tuple((f"c{i}", term) for i, term in enumerate(terms))


class Reader:
    """Turns formulas into cases; ``acts`` are the event types that take a power, ``deny`` makes relations."""

    def __init__(self, acts: Iterable[str], deny: Denier, *, past: bool = False) -> None:
        self.acts = frozenset(acts)
        self.deny = deny
        #: Whether the facts are already those of the stage before: acts are judged by them (DESIGN §2).
        self.past = past
        self._number = count(1)

    def cases(self, formula: Formula, *, negate: bool = False) -> Cases:
        """The cases in which ``formula`` holds, or with ``negate`` does not."""
        return self._cases(formula, None, negate=negate)

    def _cases(self, formula: Formula, back: Earlier | None, *, negate: bool) -> Cases:
        match formula:
            case Fixed(truth, why):
                if truth == UNKNOWN:
                    raise Unfit(f"it is unknown: {why}" if why else "it is unknown")
                return (Case(),) if (truth == TRUE) != negate else ()
            case Not(of):
                return self._cases(of, back, negate=not negate)
            case And(parts) | Or(parts):
                found = [self._cases(part, back, negate=negate) for part in parts]
                if isinstance(formula, And) != negate:
                    return _all(found)
                return _few(tuple(case for cases in found for case in cases))
            case Earlier(of):
                return self._cases(of, None if self.past else formula, negate=negate)
            case Exists(variables, of):
                return self._some(variables, of, back, negate=negate)
            case Compare(op, left, right):
                return (_comparison(op, left, right, negate=negate),)
            case Value():
                raise Unfit("it reads a count or a sum")
            case _:
                return self._atom(formula, back, negate=negate)

    def _some(self, variables: tuple[str, ...], of: Formula, back: Earlier | None, *, negate: bool) -> Cases:
        names: dict[str, Term] = {name: Var(f"{name}·{next(self._number)}") for name in variables}
        inner = tuple(rename(case, names) for case in self._cases(of, back, negate=False))
        if not negate:
            return inner
        local = frozenset().union(*map(term_variables, names.values()))
        return _all([self.denied(case, local) for case in inner])

    def denied(self, case: Case, local: frozenset[str]) -> Cases:
        """The cases in which ``case`` holds for no values of the variables ``local``."""
        found = solved(case, case.variables - local)
        inside = found.variables & local
        if not inside:
            flipped = [Case(literals=(evolve(ltr, positive=not ltr.positive),)) for ltr in found.literals]
            unequal = (_comparison(t.op, t.left, t.right, negate=True) for t in found.tests)
            return (*flipped, *unequal, *(denial.case for denial in found.denials))
        if len(found.literals) == 1 and found.literals[0].positive and not (found.tests or found.denials):
            terms = [term for _, term in found.literals[0].columns if term_variables(term) & local]
            if len(terms) == len(set(terms)):
                return (Case((_without(found.literals[0], local),)),)
        if found.variables - local - found.bound:
            return (Case(denials=(Denial(found, local),)),)
        return (Case((self.deny(found, found.variables - local),)),)

    def _atom(self, formula: Formula, back: Earlier | None, *, negate: bool) -> Cases:
        literals = self._literals(formula)
        if (
            back is not None
            and not isinstance(formula, Rel)
            and not (isinstance(formula, Reached) and not formula.only)
        ):
            raise Unfit("it looks one stage back at what is there for one stage")
        if back is not None:
            past = (evolve(ltr, symbol=was(ltr.symbol), entering=back.entering) for ltr in literals)
            literals = tuple(past)
        if not negate:
            return (Case(literals),)
        return self.denied(
            Case(literals), frozenset(v for ltr in literals for v in ltr.variables if v[0] == "·")
        )

    def _literals(self, formula: Formula) -> tuple[Literal, ...]:
        match formula:
            case Rel(name, args):
                return (Literal(row(name), row_columns(_plain(args))),)
            case EventAtom():
                return self._event(formula)
            case Reached(at, _, only):
                return (Literal(f"{'on' if only else 'from'}:{at}", ()),)
            case Start():
                return (Literal(START, ()),)
            case _:
                raise AssertionError(formula)

    def _event(self, atom: EventAtom) -> tuple[Literal, ...]:
        _plain((*(term for _, term in atom.args), *atom.by))
        symbol = attempt(atom.type) if atom.attempted and atom.type in self.acts else event(atom.type)
        columns = tuple((f".{name}", term) for name, term in atom.args)
        if atom.id is None and not atom.by:
            return (Literal(symbol, columns),)
        id = atom.id or Var(f"·{next(self._number)}")
        actors = (Literal(ACTOR, (("i", id), ("c0", term))) for term in atom.by)
        return (Literal(symbol, (*columns, ("i", id))), *actors)


def _without(literal: Literal, local: frozenset[str]) -> Literal:
    """There is no such fact, whatever the variables ``local`` are."""
    columns = tuple((name, term) for name, term in literal.columns if not term_variables(term) & local)
    return evolve(literal, columns=columns, positive=False)


def _plain(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    if any(isinstance(term, Calc) for term in terms):
        raise Unfit("it calculates")
    return terms


def _comparison(op: str, left: Term, right: Term, *, negate: bool) -> Case:
    _plain((left, right))
    return Case(tests=(Compare(_FLIPPED[op] if negate else op, left, right),))  # type: ignore[arg-type]


def _few(cases: Cases) -> Cases:
    if len(cases) > MOST_CASES:
        raise Unfit(f"it has more than {MOST_CASES} cases")
    return tuple(dict.fromkeys(cases))


def _all(found: Iterable[Cases]) -> Cases:
    """The cases in which one case of each of ``found`` holds."""
    joined: Cases = (Case(),)
    for cases in found:
        pairs = product(joined, cases)
        joined = _few(tuple(_both(a, b) for a, b in pairs))
    return joined


def _both(one: Case, other: Case) -> Case:
    return Case((*one.literals, *other.literals), (*one.tests, *other.tests), (*one.denials, *other.denials))


def all_of(found: Iterable[Cases]) -> Cases:
    """The cases in which one case of each of ``found`` holds."""
    return _all(found)


# ---------------------------------------------------------------- variables


def rename(case: Case, values: dict[str, Term]) -> Case:
    """``case`` with ``values`` in place of some variables."""

    def term(of: Term) -> Term:
        return values.get(of.name, of) if isinstance(of, Var) else of

    literals = (evolve(ltr, columns=tuple((n, term(t)) for n, t in ltr.columns)) for ltr in case.literals)
    tests = (Compare(t.op, term(t.left), term(t.right)) for t in case.tests)
    denials = (Denial(rename(d.case, values), d.local) for d in case.denials)
    return Case(tuple(literals), tuple(tests), tuple(denials))


def solved(case: Case, kept: frozenset[str]) -> Case:
    """``case`` without the variables that an equation gives their value, other than those in ``kept``."""
    for test in case.tests:
        for here, there in ((test.left, test.right), (test.right, test.left)):
            if test.op == "=" and isinstance(here, Var) and here.name not in kept:
                rest = tuple(t for t in case.tests if t is not test)
                return solved(rename(evolve(case, tests=rest), {here.name: there}), kept)
    return case


def is_contradiction(case: Case) -> bool:
    """Whether a comparison of constants in it fails."""
    constants = (t for t in case.tests if isinstance(t.left, Const) and isinstance(t.right, Const))
    return any(compare(t.op, t.left.value, t.right.value) != TRUE for t in constants)  # type: ignore[union-attr]

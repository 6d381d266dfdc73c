"""From a case to the patterns of a rule: which fact comes first, what joins it, what must not be there.

A ``none`` pattern is exact in durable_rules only where at most one fact can match it and no other ``none`` stands in
the rule.  So a rule has one at most, and it names a whole key; that none of several facts is there, or none with
*some* columns, is said by a projection (``any:0``): one fact, which the host keeps as long as any of them waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from tenure.logic.definitions import Calc, Compare, Const, Term, Var
from tenure.rete.literals import ACTOR, START, Case, Literal, Symbol, Unfit, is_contradiction
from tenure.rete.ruleset import Comparison, Condition, Operand, Pattern, Projected, Source

#: A fact that is always there, for rules that would otherwise say only what is not.
ALWAYS: Symbol = "always"
MOST_PATTERNS = 12


def is_momentary(symbol: Symbol) -> bool:
    """Whether facts of ``symbol`` are there for one stage."""
    return symbol.startswith(("event:", "attempt:", "on:", "limit:", "due:")) or symbol in (ACTOR, START)


class Vocabulary:
    """The symbols of a program: their widths, the projections of their facts, its constants."""

    def __init__(self) -> None:
        self.widths: dict[Symbol, int] = {}
        self.attributes: dict[str, dict[str, int]] = {}
        self.projections: dict[tuple[Projected, ...], Symbol] = {}
        self.constants: dict[object, int] = {}
        #: By event type, which sizes are compared: each is an attribute more that an event has.
        self.comparisons: dict[str, dict[str, Comparison]] = {}

    def constant(self, value: object) -> int:
        """The number of a value."""
        return self.constants.setdefault(value, len(self.constants))

    def column(self, symbol: Symbol, name: str) -> str:
        """The column of an event's attribute ``.name``; other columns go by their own name."""
        if not name.startswith("."):
            return name
        known = self.attributes.setdefault(symbol.partition(":")[2], {})
        return f"c{known.setdefault(name[1:], len(known))}"

    def sized(self, case: Case) -> Case:
        """``case`` with comparisons of sizes as attributes of the events that say them."""
        for test in case.tests:
            if test.op not in ("=", "!="):
                rest = tuple(t for t in case.tests if t is not test)
                literals = [self._compared(test, literal) or literal for literal in case.literals]
                if literals == list(case.literals):
                    raise Unfit(f"it compares with `{test.op}` what no one event says")
                return self.sized(evolve(case, literals=tuple(literals), tests=rest))
        return case

    def _compared(self, test: Compare, literal: Literal) -> Literal | None:
        """``literal`` of an event that says the outcome of ``test``, if it says what is compared."""
        if not (literal.positive and literal.symbol.startswith(("event:", "attempt:"))):
            return None
        known = {term: name[1:] for name, term in literal.columns if name[0] == "." and isinstance(term, Var)}
        left, right = (side if isinstance(side, Const) else known.get(side) for side in _sides(test))
        if left is None or right is None:
            return None
        made = Comparison(test.op, left, right)
        self.comparisons.setdefault(literal.symbol.partition(":")[2], {})[made.name] = made
        return evolve(literal, columns=(*literal.columns, (f".{made.name}", Const(value=True))))

    def denied(self, literals: tuple[Literal, ...]) -> Literal:
        """One literal that says that none of ``literals``, all of the same variables, is there."""
        (first, *more) = literals
        if not more and not is_momentary(first.symbol):
            terms = [term for _, term in first.columns]
            if len(terms) == self.widths.get(first.symbol.removeprefix("was:"), 0) == len(set(terms)):
                return first
        names = tuple(sorted(first.variables))
        sources = tuple(self._source(literal, names) for literal in literals)
        symbol = self.projections.setdefault(sources, f"any:{len(self.projections)}")
        return Literal(symbol, tuple((f"c{i}", Var(name)) for i, name in enumerate(names)), positive=False)

    def _source(self, literal: Literal, names: tuple[str, ...]) -> Projected:
        where: dict[str, str] = {}
        fixed, same = [], []
        for name, term in literal.columns:
            column = self.column(literal.symbol, name)
            if isinstance(term, Const):
                fixed.append((column, self.constant(term.value)))
            elif isinstance(term, Var) and term.name in where:
                same.append((column, where[term.name]))
            elif isinstance(term, Var):
                where[term.name] = column
        return Projected(literal.symbol, tuple(fixed), tuple(same), tuple(where[n] for n in names))


def _sides(test: Compare) -> Iterator[Var | Const]:
    for side in (test.left, test.right):
        assert not isinstance(side, Calc)
        yield side


class PatternMaker:
    """The patterns of one rule."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.patterns: list[Pattern] = []
        self.where: dict[str, tuple[str, str]] = {}
        self.clock: str | None = None

    def take(self, case: Case) -> None:
        """Patterns for ``case``: what is there for one stage only comes first."""
        if is_contradiction(case):
            raise _NeverError
        constant = (t for t in case.tests if isinstance(t.left, Const) and isinstance(t.right, Const))
        case = self.words.sized(evolve(case, tests=tuple(t for t in case.tests if t not in tuple(constant))))
        tests = [t for t in case.tests if isinstance(t.left, Var) or isinstance(t.right, Var)]
        found = [ltr for ltr in case.literals if ltr.positive]
        found.sort(key=lambda ltr: not is_momentary(ltr.symbol))
        for literal in found or [Literal(ALWAYS, ())]:
            self._positive(literal, tests)
        if tests:
            raise Unfit("it compares what nothing gives a value")
        groups = denials(case)
        assert len(groups) < 2, groups
        for literals in groups:
            self._none(self.words.denied(literals))
        if len(self.patterns) > MOST_PATTERNS:
            raise Unfit(f"one of its cases joins more than {MOST_PATTERNS} facts")

    def key(self, terms: Iterable[Term]) -> tuple[Source, ...]:
        """Where a firing finds the values of ``terms``."""
        return tuple(self._operand(term) for term in terms)

    def _operand(self, term: Term) -> Operand:
        if isinstance(term, Const):
            return self.words.constant(term.value)
        if not isinstance(term, Var):
            raise Unfit("it calculates")
        if term.name not in self.where:
            raise Unfit(f"nothing gives `{term.name.partition('·')[0] or 'an event'}` a value")
        return self.where[term.name]

    def _positive(self, literal: Literal, tests: list[Compare]) -> None:
        token = f"t{len(self.patterns)}"
        conditions = self._columns(literal, token)
        conditions.extend(self._tests(tests, token))
        conditions.extend(self._guard(literal.symbol, token))
        self.patterns.append(Pattern(token, literal.symbol, tuple(conditions)))

    def _columns(self, literal: Literal, token: str) -> list[Condition]:
        conditions: list[Condition] = []
        own: dict[str, str] = {}
        for name, term in literal.columns:
            column = self.words.column(literal.symbol, name)
            if isinstance(term, Var) and term.name not in self.where:
                if term.name in own:
                    conditions.append(Condition(column, "=", ("$m", own[term.name])))
                else:
                    own[term.name] = column
                continue
            conditions.append(Condition(column, "=", self._operand(term)))
        self.where.update({name: (token, column) for name, column in own.items()})
        return conditions

    def _tests(self, tests: list[Compare], token: str) -> list[Condition]:
        """The comparisons that this token makes possible: one side is a column of it."""
        conditions = []
        for test in list(tests):
            if not all(isinstance(t, Const) or t.name in self.where for t in (test.left, test.right)):  # type: ignore[union-attr]
                continue
            left, right = self._operand(test.left), self._operand(test.right)
            if not (isinstance(left, tuple) and left[0] == token):
                left, right = right, left
            if not (isinstance(left, tuple) and left[0] == token):
                continue
            if isinstance(right, tuple) and right[0] == token:
                right = ("$m", right[1])
            tests.remove(test)
            conditions.append(Condition(left[1], "=" if test.op == "=" else "!=", right))
        return conditions

    def _guard(self, symbol: Symbol, token: str) -> list[Condition]:
        """What joins an event is of the same stage, or was there before it."""
        if self.clock is not None:
            return [Condition("s", "=" if is_momentary(symbol) else "<=", (self.clock, "s"))]
        if is_momentary(symbol):
            self.clock = token
        return []

    def _none(self, literal: Literal) -> None:
        conditions = tuple(Condition(name, "=", self._operand(term)) for name, term in literal.columns)
        self.patterns.append(Pattern(f"t{len(self.patterns)}", literal.symbol, conditions, positive=False))


def denials(case: Case) -> list[tuple[Literal, ...]]:
    """What must not be there, by the variables that say which."""
    groups: dict[frozenset[str], list[Literal]] = {}
    for literal in case.literals:
        if not literal.positive:
            groups.setdefault(literal.variables, []).append(literal)
    return [tuple(dict.fromkeys(group)) for group in groups.values()]


class _NeverError(Exception):
    """The case cannot hold."""


def make(words: Vocabulary, case: Case) -> PatternMaker | None:
    """The patterns for ``case``, or None where it cannot hold."""
    maker = PatternMaker(words)
    try:
        maker.take(case)
    except _NeverError:
        return None
    return maker

"""Solving a kernel formula at one stage: a direct reading of DESIGN §3 over the tables of an evaluation.

An open formula becomes a *solver*, which yields every way to bind its variables, each with the truth of the formula
there; a closed one becomes a *test*, which is its truth.  Whatever a solver yields is unknown or true; what it does
not yield is false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.atoms import Looking, Solution, Solver, comparison, events, measured, moment, rows
from tenure.logic.definitions import (
    And,
    Compare,
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
    Value,
)
from tenure.logic.formulas import free_variables, occurrences
from tenure.logic.safety import in_order
from tenure.logic.tables import ABSENT, PRESENT, Row, Table
from tenure.logic.terms import Env, unify, value_of
from tenure.logic.truth import FALSE, NO_REASONS, TRUE, UNKNOWN, Reasons, Truth
from tenure.logic.world import Pulse, World

__all__ = [
    "NOW",
    "Env",
    "Pulse",
    "Solution",
    "Solver",
    "Test",
    "World",
    "best",
    "solver",
    "test",
    "unify",
    "value_of",
]

#: The second argument of a solver or test that looks at this stage and not one back.
NOW = False

#: The truth of a closed formula, given its bindings and whether to look one stage back.
Test = Callable[[Env, Looking], Row]


def best(solutions: Iterable[Solution]) -> Row:
    """The disjunction of ``solutions``: true as soon as one is."""
    reasons = NO_REASONS
    truth = FALSE
    for solution in solutions:
        if solution.truth == TRUE:
            return PRESENT
        truth = UNKNOWN
        reasons |= solution.reasons
    return Row(truth, reasons) if truth else ABSENT


# ---------------------------------------------------------------- open formulas


def solver(formula: Formula, bound: frozenset[str], world: World) -> Solver:
    """Compile ``formula`` for bindings of (at least) the variables ``bound``."""
    if is_condition(formula, bound):
        return _tested(test(formula, bound, world))
    return _open(formula, bound, world)


def _open(formula: Formula, bound: frozenset[str], world: World) -> Solver:
    match formula:
        case EventAtom() | Rel() | Value() | Compare():
            return _atom(formula, bound, world)
        case And(parts):
            return _conjunction([solver(part, known, world) for part, known in in_order(parts, bound)])
        case Or(parts):
            branches = [solver(part, bound, world) for part in parts]
            return lambda env, earlier: (s for branch in branches for s in branch(env, earlier))
        case Exists(variables, of):
            return _existence(frozenset(variables), solver(of, bound - set(variables), world))
        case Earlier(of, entering):
            inner = solver(of, bound, world)
            return lambda env, earlier: inner(env, earlier or not entering or world.stage % 2 == 1)
        case Fixed() | Reached() | Start() | Not():
            return _tested(test(formula, bound, world))


def _atom(atom: EventAtom | Rel | Value | Compare, bound: frozenset[str], world: World) -> Solver:
    match atom:
        case EventAtom():
            return events(atom, world)
        case Rel(name, args):
            return rows(world.tables[name], args, bound)
        case Value():
            return measured(atom, world, bound)
        case Compare():
            return comparison(atom)


def is_condition(formula: Formula, bound: frozenset[str]) -> bool:
    """Whether ``formula`` only tests what is bound, and so counts once however many ways it is true.

    Events count each for itself, even where they give no variable a value.
    """
    if isinstance(formula, Not | Fixed | Reached | Start):
        return True
    if isinstance(formula, Rel | Value) or not free_variables(formula) <= bound:
        return False
    return not any(isinstance(found.atom, EventAtom) and found.positive for found in occurrences(formula))


def _tested(truth_of: Test) -> Solver:
    def solve(env: Env, earlier: Looking) -> Iterator[Solution]:
        row = truth_of(env, earlier)
        if row.truth:
            yield Solution(env, row.truth, row.reasons)

    return solve


def _existence(local: frozenset[str], inner: Solver) -> Solver:
    """Bindings of local variables come neither in nor out: the same formula may stand twice in one conjunction."""

    def solve(env: Env, earlier: Looking) -> Iterator[Solution]:
        outside = {k: v for k, v in env.items() if k not in local}
        for found in inner(outside, earlier):
            kept = {k: v for k, v in found.env.items() if k not in local}
            yield Solution({**env, **kept}, found.truth, found.reasons)

    return solve


def _conjunction(steps: list[Solver]) -> Solver:
    def solve_from(i: int, env: Env, earlier: Looking, truth: Truth, reasons: Reasons) -> Iterator[Solution]:
        if i == len(steps):
            yield Solution(env, truth, reasons)
            return
        for found in steps[i](env, earlier):
            why = reasons | found.reasons if found.reasons else reasons
            yield from solve_from(i + 1, found.env, earlier, min(truth, found.truth), why)

    return lambda env, earlier: solve_from(0, env, earlier, TRUE, NO_REASONS)


# ---------------------------------------------------------------- closed formulas


def test(formula: Formula, bound: frozenset[str], world: World) -> Test:
    """Compile ``formula``, all of whose variables are ``bound`` or are taken as existing, to its truth."""
    match formula:
        case Fixed(truth, why):
            row = Row(truth, frozenset((why,)) if why else NO_REASONS)
            return lambda _env, _earlier: row
        case Reached() | Start():
            at = moment(formula, world)
            return lambda _env, earlier: PRESENT if at(earlier) else ABSENT
        case Rel(name) if free_variables(formula) <= bound:
            return _row(world.tables[name], formula, _atom(formula, bound, world))
        case And(parts) if free_variables(formula) <= bound:
            return _all([test(part, known, world) for part, known in in_order(parts, bound)])
        case Or(parts):
            return _any([test(part, bound, world) for part in parts])
        case Not(of):
            return _negation(test(of, bound, world))
        case Earlier(of, entering):
            inner = test(of, bound, world)
            return lambda env, earlier: inner(env, earlier or not entering or world.stage % 2 == 1)
        case _:
            return _some(_open(formula, bound, world))


def _some(solve: Solver) -> Test:
    return lambda env, earlier: best(solve(env, earlier))


def _row(table: Table, atom: Rel, solve: Solver) -> Test:
    args = atom.args

    def truth_of(env: Env, earlier: Looking) -> Row:
        key = tuple([value_of(term, env) for term in args])
        if table.has_unknown or UNKNOWN_VALUE in key:
            return best(solve(env, earlier))
        return table.get(key, earlier=earlier)

    return truth_of


def _all(tests: list[Test]) -> Test:
    def truth_of(env: Env, earlier: Looking) -> Row:
        truth, reasons = TRUE, NO_REASONS
        for part in tests:
            row = part(env, earlier)
            if not row.truth:
                return ABSENT
            if row.truth == UNKNOWN:
                truth, reasons = UNKNOWN, reasons | row.reasons
        return PRESENT if truth == TRUE else Row(truth, reasons)

    return truth_of


def _any(tests: list[Test]) -> Test:
    def truth_of(env: Env, earlier: Looking) -> Row:
        truth, reasons = FALSE, NO_REASONS
        for part in tests:
            row = part(env, earlier)
            if row.truth == TRUE:
                return PRESENT
            if row.truth:
                truth, reasons = UNKNOWN, reasons | row.reasons
        return Row(truth, reasons) if truth else ABSENT

    return truth_of


def _negation(inner: Test) -> Test:
    def truth_of(env: Env, earlier: Looking) -> Row:
        row = inner(env, earlier)
        if row.truth == UNKNOWN:
            return row
        return ABSENT if row.truth else PRESENT

    return truth_of

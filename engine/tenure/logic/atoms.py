"""Solving atoms: events, rows of tables, values of measures, comparisons and dates.

Each function compiles an atom to a *solver*: given bindings of some variables it yields every way to bind the rest,
each with the truth of the atom there.  What is not yielded is false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tenure.history import Event
from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.arithmetic import compare
from tenure.logic.definitions import Compare, EventAtom, Reached, Start, Term, Value, Var
from tenure.logic.formulas import term_variables
from tenure.logic.tables import Table
from tenure.logic.terms import Env, unify, value_of
from tenure.logic.truth import FALSE, NO_REASONS, TRUE, UNKNOWN, Reasons, Truth
from tenure.logic.world import Pulse, World


class Solution(NamedTuple):
    """Bindings and the truth (unknown or true) of the formula under them."""

    env: Env
    truth: Truth
    reasons: Reasons


#: Whether a formula is read one stage back.
Looking = bool
#: From some bindings to all; the second argument says whether to look one stage back.
Solver = Callable[[Env, Looking], Iterator[Solution]]

_UNKNOWN_COLUMN = frozenset(("an attribute that it depends on is unknown",))
_UNKNOWN_SIDE = frozenset(("a compared value is unknown",))


def events(atom: EventAtom, world: World) -> Solver:
    """The events of the stage that match ``atom``: equal ones stay two."""
    names = tuple(name for name, _ in atom.args)
    terms = tuple(term for _, term in atom.args)

    def solve(env: Env, earlier: Looking) -> Iterator[Solution]:
        for pulse in (world.pulses_before if earlier else world.pulses).get(atom.type, ()):
            yield from match_event(atom, names, terms, pulse, env)

    return solve


def match_event(
    atom: EventAtom, names: tuple[str, ...], terms: tuple[Term, ...], pulse: Pulse, env: Env
) -> Iterator[Solution]:
    """Each way in which one event is an instance of ``atom``; ``names`` and ``terms`` are those of its arguments."""
    truth = TRUE if atom.attempted else pulse.truth
    found = unify(terms, tuple([pulse.data[n] for n in names]), env) if truth else None
    if found is None:
        return
    reasons = pulse.reasons if truth == UNKNOWN else NO_REASONS
    if found[1] == UNKNOWN:
        truth, reasons = UNKNOWN, reasons | {_missing(pulse.event, names)}
    if atom.id is None and not atom.by:
        yield Solution(found[0], truth, reasons)
        return
    for bound in _with_actors(atom, pulse.event, found[0]):
        yield Solution(bound, truth, reasons)


def _missing(event: Event, names: tuple[str, ...]) -> str:
    unknown = [n for n, v in event.data if v is UNKNOWN_VALUE and n in names]
    return f"{' and '.join(f'`{n}`' for n in unknown) or 'a value'} of event {event.id} is unknown"


def _with_actors(atom: EventAtom, event: Event, env: Env) -> Iterator[Env]:
    """Bind the id and each way of matching ``by`` with the event's actors."""
    if atom.id is not None:
        found = unify((atom.id,), (event.id,), env)
        if found is None:
            return
        env = found[0]
    envs = [env]
    for term in atom.by:
        envs = [u[0] for e in envs for actor in event.by if (u := unify((term,), (actor,), e)) is not None]
    yield from envs


def rows(table: Table, args: tuple[Term, ...], bound: frozenset[str]) -> Solver:
    """The rows of ``table`` that match ``args`` when the variables ``bound`` are given."""
    fixed = tuple(i for i, term in enumerate(args) if term_variables(term) <= bound)
    terms = tuple(args[i] for i in fixed)
    whole = len(fixed) == len(args)

    def solve(env: Env, earlier: Looking) -> Iterator[Solution]:
        part = tuple([value_of(term, env) for term in terms])
        is_one = whole and not table.has_unknown and UNKNOWN_VALUE not in part
        for key in (part,) if is_one else table.match(fixed, part):
            row = table.get(key, earlier=earlier)
            found = unify(args, key, env) if row.truth else None
            if found is None:
                continue
            bindings, certainty = found
            if certainty == UNKNOWN:
                yield Solution(bindings, UNKNOWN, row.reasons | _UNKNOWN_COLUMN)
            else:
                yield Solution(bindings, row.truth, row.reasons)

    return solve


def measured(atom: Value, world: World, bound: frozenset[str]) -> Solver:
    """The value of a measure: that of its row, or 0 where nothing has been counted or summed."""
    stored = Var("value of the measure")
    table = world.tables[atom.name]
    row_of = rows(table, (*atom.group, stored), bound)
    group = frozenset().union(*(term_variables(term) for term in atom.group))

    def solve(env: Env, earlier: Looking) -> Iterator[Solution]:
        zero = TRUE if table.has_zero and group <= env.keys() else FALSE
        for found in row_of(env, earlier):
            # A row that is not certain leaves it open that nothing was measured.
            zero = min(zero, TRUE - found.truth, UNKNOWN)
            yield from _as_result(atom.result, found.env.pop(stored.name), found)
        if zero:
            reasons = NO_REASONS if zero == TRUE else _UNKNOWN_COLUMN
            yield from _as_result(atom.result, 0, Solution(dict(env), zero, reasons))

    return solve


def _as_result(result: Term, value: object, found: Solution) -> Iterator[Solution]:
    matched = unify((result,), (value,), found.env)
    if matched is None:
        return
    reasons = found.reasons if matched[1] == TRUE else found.reasons | _UNKNOWN_COLUMN
    yield Solution(matched[0], min(found.truth, matched[1]), reasons)


def comparison(atom: Compare) -> Solver:
    """A comparison; ``=`` binds a variable that has no value yet."""
    left, right, op = atom.left, atom.right, atom.op

    def solve(env: Env, _: Looking) -> Iterator[Solution]:
        for here, there in ((left, right), (right, left)):
            if op == "=" and isinstance(here, Var) and here.name not in env:
                yield Solution({**env, here.name: value_of(there, env)}, TRUE, NO_REASONS)
                return
        truth = compare(op, value_of(left, env), value_of(right, env))
        if truth == UNKNOWN:
            yield Solution(env, UNKNOWN, _UNKNOWN_SIDE)
        elif truth:
            yield Solution(env, TRUE, NO_REASONS)

    return solve


def moment(atom: Reached | Start, world: World) -> Callable[[Looking], Truth]:
    """Whether a date has come, or time begins, at this stage or one earlier."""

    def test(earlier: Looking) -> Truth:
        stage = world.stage - 1 if earlier else world.stage
        if isinstance(atom, Start):
            true = stage == world.first
        else:
            true = stage == 2 * atom.at if atom.only else stage >= 2 * atom.at
        return TRUE if true else FALSE

    return test

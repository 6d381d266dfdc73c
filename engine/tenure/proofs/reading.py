"""Reading a finished evaluation: how true a formula was at a stage, and how long it stayed so."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
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
    Stage,
    Start,
    Value,
    Var,
    before_events,
    with_events,
)
from tenure.logic.formulas import free_variables, term_variables
from tenure.logic.safety import in_order
from tenure.logic.snapshot import row_at
from tenure.logic.tables import Key, Table
from tenure.logic.terms import Env, unify, value_of
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE, TRUE, Truth
from tenure.proofs.steps import Claim, Row, UnfitError
from tenure.proofs.theory import FIRST, Theory, plain_truth


class Reading:
    """A trace, read through a theory; every answer is a row or an edge that the evaluator wrote down."""

    def __init__(self, theory: Theory, trace: Trace) -> None:
        self.theory = theory
        self.trace = trace
        self._risen: dict[str, dict[Key, list[tuple[Stage, Key]]]] = {}
        self._columns: dict[tuple[str, tuple[int, ...]], dict[Key, list[Key]]] = {}

    # ------------------------------------------------------------ truth

    def truth(self, formula: Formula, env: Env, stage: Stage) -> Truth:
        """How true ``formula`` is at ``stage``, for some value of its unbound variables."""
        match formula:
            case And(parts):
                return self._all(formula, parts, env, stage)
            case Or(parts):
                return max((self.truth(p, env, stage) for p in parts), default=FALSE)
            case Not(of):
                return TRUE - self.truth(of, env, stage)
            case Exists(variables, of):
                return self.truth(of, {n: v for n, v in env.items() if n not in variables}, stage)
            case Earlier(of, entering):
                return self.truth(of, env, stage - (stage % 2 if entering else 1))
            case Compare() | Fixed() | Reached() | Start():
                return self._plain(formula, env, stage)
            case _:
                return self._atom(formula, env, stage)

    def _atom(self, atom: EventAtom | Rel | Value, env: Env, stage: Stage) -> Truth:
        if isinstance(atom, EventAtom):
            return self._event(atom, env, stage)
        read = self.rows(atom, env, stage) if isinstance(atom, Rel) else self.values(atom, env, stage)
        return max((truth for _, truth in read), default=FALSE)

    def _plain(self, formula: Compare | Fixed | Reached | Start, env: Env, stage: Stage) -> Truth:
        try:
            return plain_truth(formula, env, stage, stage)[0]
        except UnfitError:
            return TRUE

    def _all(self, formula: Formula, parts: tuple[Formula, ...], env: Env, stage: Stage) -> Truth:
        if free_variables(formula) <= env.keys():
            return min((self.truth(p, env, stage) for p in parts), default=TRUE)
        return max((truth for _, truth in self.solutions(formula, env, stage)), default=FALSE)

    def solutions(self, formula: Formula, env: Env, stage: Stage) -> Iterable[tuple[Env, Truth]]:
        """Ways to bind the variables of ``formula`` under which it is not false, each with its truth."""
        for found in self.bindings(formula, env, stage):
            truth = self.under(formula, found, stage)
            if truth:
                yield found, truth

    def under(self, formula: Formula, env: Env, stage: Stage) -> Truth:
        """The truth of a conjunction or other formula once all is bound that can be."""
        if isinstance(formula, And):
            return min((self.truth(p, env, stage) for p in formula.parts), default=TRUE)
        return self.truth(formula, env, stage)

    def bindings(self, formula: Formula, env: Env, stage: Stage) -> list[Env]:
        """The ways to bind the variables of ``formula`` that the rows of this stage leave."""
        match formula:
            case _ if free_variables(formula) <= env.keys():
                return [env]
            case And(parts):
                envs = [env]
                for part, _ in in_order(parts, frozenset(env)):
                    envs = [found for e in envs for found in self.bindings(part, e, stage)]
                return envs
            case Or(parts):
                return [found for part in parts for found in self.bindings(part, env, stage)]
            case Exists(variables, of):
                outside = {n: v for n, v in env.items() if n not in variables}
                inside = self.bindings(of, outside, stage)
                return [{**env, **{n: v for n, v in e.items() if n not in variables}} for e in inside]
            case Earlier(of, entering):
                return self.bindings(of, env, stage - (stage % 2 if entering else 1))
            case Rel():
                return [found for found, _ in self.rows(formula, env, stage)]
            case Value():
                return [found for found, _ in self.values(formula, env, stage)]
            case _:
                return self.theory.bindings(formula, env, stage, stage)

    def _event(self, atom: EventAtom, env: Env, stage: Stage) -> Truth:
        best = FALSE
        for event in self.theory.events(atom.type, stage, stage):
            effect = TRUE if atom.attempted else self.trace.effective.get(event.id, FALSE)
            best = max(best, *(min(t, effect) for _, t in self.theory.matches(atom, event, env)), FALSE)
        return best

    def rows(self, atom: Rel, env: Env, stage: Stage) -> list[tuple[Env, Truth]]:
        """The rows of a relation that agree with ``atom`` and are not false."""
        if stage < FIRST:
            return []
        table = self.trace.tables[atom.name]
        if isinstance(atom, Row):
            truth = row_at(table, atom.key, stage).truth
            return [({}, truth)] if truth else []
        found = []
        for key in self.keys(table, atom.args, env):
            matched = unify(atom.args, key, env)
            truth = row_at(table, key, stage).truth if matched else FALSE
            if matched and truth:
                found.append((matched[0], min(matched[1], truth)))
        return found

    def keys(self, table: Table, terms: tuple[Any, ...], env: Env) -> list[Key]:
        """The rows of a table, whenever they hold, that may agree with ``terms``."""
        values: list[Any] = []
        fixed: list[int] = []
        for i, term in enumerate(terms):
            try:
                values.append(value_of(term, env))
            except KeyError:
                continue
            fixed.append(i)
        if table.has_unknown or UNKNOWN_VALUE in values:
            return list(table.edges)
        if len(fixed) == len(terms):
            return [tuple(values)] if tuple(values) in table.edges else []
        name = (table.name, tuple(fixed))
        if name not in self._columns:
            index = self._columns[name] = {}
            for key in table.edges:
                index.setdefault(tuple(key[i] for i in fixed), []).append(key)
        return self._columns[name].get(tuple(values), [])

    def values(self, atom: Value, env: Env, stage: Stage) -> list[tuple[Env, Truth]]:
        """The values that a measure has, with 0 for what has none."""
        table = self.trace.tables[atom.name]
        found: list[tuple[Env, Truth]] = []
        worst = TRUE if table.has_zero else FALSE
        for key in self._current(table, atom.group, env, stage):
            matched = unify(atom.group, key[:-1], env)
            truth = row_at(table, key, stage).truth if matched else FALSE
            if matched and truth:
                truth = min(truth, matched[1])
                worst = min(worst, TRUE - truth)
                result = unify((atom.result,), (key[-1],), matched[0])
                if result is not None:
                    found.append((result[0], min(truth, result[1])))
        grouped = frozenset[str]().union(*(term_variables(t) for t in atom.group))
        if worst and grouped <= env.keys():
            result = unify((atom.result,), (0,), env)
            if result is not None:
                found.append((result[0], min(worst, result[1])))
        return found

    def _current(self, table: Table, group: tuple[Any, ...], env: Env, stage: Stage) -> Iterable[Key]:
        """The rows of a measure that may hold at ``stage``: in each group the value that came last."""
        if table.name not in self._risen:
            risen = self._risen[table.name] = {}
            for key, edges in table.edges.items():
                risen.setdefault(key[:-1], []).extend((e.stage, key) for e in edges if e.truth)
            for rises in risen.values():
                rises.sort(key=lambda rise: rise[0])
        for known, rises in self._risen[table.name].items() if stage >= FIRST else ():
            last = bisect_right(rises, stage, key=lambda rise: rise[0])
            if last and unify(group, known, env) is not None:
                yield rises[last - 1][1]

    # ------------------------------------------------------------ how long

    def is_so(self, claim: Claim, stage: Stage) -> bool:
        """Whether a claim is so at one stage."""
        truth = self.truth(claim.formula, claim.env, stage)
        return truth >= claim.level if claim.at_least else truth <= claim.level

    def reach(self, claim: Claim) -> Stage:
        """The last stage up to which a claim is so without a gap; the stage before its start where it is not so there."""
        if not self.is_so(claim, claim.start):
            return claim.start - 1
        for stage in sorted(self.changes(claim.formula, claim.env, claim.start, claim.end)):
            if claim.start < stage <= claim.end and not self.is_so(claim, stage):
                return stage - 1
        return claim.end

    def changes(self, formula: Formula, env: Env, start: Stage, end: Stage) -> set[Stage]:
        """Every stage at which the truth of ``formula`` may change."""
        match formula:
            case And(parts) | Or(parts):
                return set().union(*(self.changes(p, env, start, end) for p in parts))
            case Not(of):
                return self.changes(of, env, start, end)
            case Exists(variables, of):
                return self.changes(of, {n: v for n, v in env.items() if n not in variables}, start, end)
            case Earlier(of, entering):
                found = self.changes(of, env, start - 1, end)
                shifted = {s + 1 for s in found}
                return shifted | found | {s + 2 for s in found} if entering else shifted
            case _:
                return self._changes_of_atom(formula, env, start, end)

    def _changes_of_atom(self, atom: Formula, env: Env, start: Stage, end: Stage) -> set[Stage]:
        match atom:
            case EventAtom(type=name):
                here = [with_events(e.at) for e in self.theory.events(name, start - 1, end)]
                return {*here, *(stage + 1 for stage in here)}
            case Rel(name, args):
                stages = self._edges(name, atom.key if isinstance(atom, Row) else None, args, env)
                return {stage for stage in stages if start <= stage <= end}
            case Value(name, group):
                stages = self._edges(name, None, (*group, _WORTH), env)
                return {stage for stage in stages if start <= stage <= end}
            case Reached(at):
                return {before_events(at), before_events(at) + 1}
            case Start():
                return {FIRST, FIRST + 1}
        return set()

    def _edges(self, name: str, key: Key | None, terms: tuple[Any, ...], env: Env) -> Iterable[Stage]:
        table = self.trace.tables[name]
        keys = self.keys(table, terms, env) if key is None else [key]
        return (edge.stage for k in keys for edge in table.edges.get(k, ()))


#: A column that is not asked about.
_WORTH = Var("value of the measure")

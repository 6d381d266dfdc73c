"""Which rows a relation can have at all, whenever: read off the events, without time and without ``not``.

Nothing else can ever hold, so that "it never arose" and "for nothing of the kind" can be checked row by row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import (
    Const,
    Dates,
    DayCount,
    Definition,
    Duty,
    EventAtom,
    Formula,
    Inertial,
    Lasting,
    Measure,
    Passed,
    Reached,
    Recent,
    Rel,
    SinceThen,
    Stage,
    Term,
    Value,
    relations_of,
)
from tenure.logic.formulas import bodies, occurrences, term_variables
from tenure.logic.terms import Env, unify, value_of
from tenure.proofs.steps import UnfitError

if TYPE_CHECKING:
    from tenure.proofs.theory import Theory

Key = tuple[Any, ...]
#: The formulas that bring a row about; the others only end it.
_BRINGING = ("body", "begin", "start", "over", "trigger", "contested")
#: More rows than this are not listed.
MOST_ROWS = 200_000


class Possible:
    """The rows that the relations of a theory can have; worked out for a relation when it is first asked for."""

    def __init__(self, theory: Theory) -> None:
        self.theory = theory
        self._keys: dict[str, dict[Key, None]] = {}
        self._indexes: dict[tuple[str, tuple[int, ...]], dict[Key, list[Key]]] = {}
        self._growing = False
        self._unknown: dict[str, bool] = {}
        #: Relations whose rows are calculated from amounts, and so cannot be listed.
        self._endless: set[str] = set()

    def keys(self, name: str) -> dict[Key, None]:
        """Every row that relation ``name`` can have (of a measure: every group)."""
        if name in self._endless:
            raise UnfitError(f"the rows of `{name}` are calculated and cannot be listed")
        if name not in self._keys and not self._growing:
            self._grow(name)
            return self.keys(name)
        return self._keys.get(name, {})

    def rows(self, name: str, terms: tuple[Term, ...], env: Env) -> list[Key]:
        """The rows that may agree with ``terms``; one that is named whole is one, be it among those listed or not."""
        fixed = tuple(i for i, t in enumerate(terms) if term_variables(t) <= env.keys())
        part = tuple(value_of(terms[i], env) for i in fixed)
        is_whole = len(fixed) == len(terms) and UNKNOWN_VALUE not in part
        if is_whole and not self._growing and not self.is_listed(name) and not self.has_unknown(name):
            return [part]
        keys = self.keys(name)
        if self._growing or UNKNOWN_VALUE in part or self.has_unknown(name):
            return [key for key in keys if unify(terms, key, env) is not None]
        if len(fixed) == len(terms):
            return [part] if part in keys else []
        index = self._indexes.get((name, fixed))
        if index is None:
            index = self._indexes[name, fixed] = {}
            for key in keys:
                index.setdefault(tuple(key[i] for i in fixed), []).append(key)
        return index.get(part, [])

    def is_listed(self, name: str) -> bool:
        """Whether the rows of a relation can be listed."""
        try:
            self.keys(name)
        except UnfitError:
            return False
        return True

    def first_rows(self, duty: Duty) -> dict[str, list[Key]]:
        """The rows of every relation of a duty without trigger, as its first instance has them."""
        return self._first_instances(duty)

    def has_unknown(self, name: str) -> bool:
        """Whether a row may have a column that is not known; so it is where the rows cannot be listed."""
        if name not in self._unknown:
            self._unknown[name] = self._finds_unknown(name)
        return self._unknown[name]

    def _finds_unknown(self, name: str) -> bool:
        definition = self.theory.definition(name)
        try:
            # When a duty without trigger may begin anew makes no column of it unknown.
            if isinstance(definition, Duty) and isinstance(definition.head[0], Const):
                keys: Iterable[Key] = self._first_instances(definition)[name]
            else:
                keys = self.keys(name)
            return any(UNKNOWN_VALUE in key for key in keys)
        except UnfitError:
            return True

    # ------------------------------------------------------------ working it out

    def _grow(self, name: str) -> None:
        """All relations that ``name`` hangs on, until nothing more comes."""
        needed = self._needed(name)
        self._growing = True
        try:
            for definition in needed:
                for relation, _ in relations_of(definition):
                    self._keys.setdefault(relation, {})
            grown = True
            while grown:
                grown = sum(map(self._add, needed)) > 0
        finally:
            self._growing = False

    def _needed(self, name: str) -> list[Definition]:
        """The definitions behind ``name`` that are not worked out yet, those that others hang on first."""
        found: dict[str, Definition] = {}
        on_path: set[str] = set()
        waiting = [(self.theory.definition(name), False)]
        while waiting:
            definition, is_done = waiting.pop()
            if is_done:
                found.setdefault(definition.name, definition)
                continue
            if definition.name in on_path or definition.name in self._keys:
                continue
            on_path.add(definition.name)
            waiting.append((definition, True))
            for formula in _bringing(definition):
                waiting += [
                    (self.theory.definition(o.atom.name), False)
                    for o in occurrences(formula)
                    if isinstance(o.atom, Rel | Value)
                ]
        return list(found.values())

    def _add(self, definition: Definition) -> bool:
        """Add the rows that a definition gives; whether there were any new ones."""
        grown = False
        try:
            found = self._rows_of(definition)
        except UnfitError:
            self._endless.update(name for name, _ in relations_of(definition))
            return False
        for name, keys in found.items():
            known = self._keys[name]
            before = len(known)
            known.update(dict.fromkeys(keys))
            grown = grown or len(known) > before
            if len(known) > MOST_ROWS:
                self._endless.add(name)
                return False
        return grown

    def _rows_of(self, definition: Definition) -> dict[str, list[Key]]:
        match definition:
            case Dates():
                return {definition.name: _dates(self.theory, definition)}
            case Duty():
                return self._instances(definition)
            case Measure() | DayCount():
                head = definition.group
            case _:
                head = definition.head
        (formula,) = _bringing(definition)
        keys = [_key(head, env) for env in self._solve(formula)]
        return {name: keys for name, _ in relations_of(definition)}

    def _solve(self, formula: Formula) -> list[Env]:
        return self.theory.bindings(formula, {}, -(2**63), self.theory.until)

    def _instances(self, duty: Duty) -> dict[str, list[Key]]:
        """The rows of every rung, whenever the instance may have begun."""
        beginnings = self._beginnings(duty.trigger) if isinstance(duty.head[0], Const) else []
        return {
            name: [*rows, *((begun, *key[1:]) for key in rows for begun in beginnings)]
            for name, rows in self._first_instances(duty).items()
        }

    def _first_instances(self, duty: Duty) -> dict[str, list[Key]]:
        """The rows of every rung, for each party that a side may have passed to."""
        envs = [env for f in (duty.trigger, duty.contested) if f is not None for env in self._solve(f)]
        found: dict[str, list[Key]] = {}
        for number, rung in enumerate(duty.rungs):
            rows = dict.fromkeys(_key(rung.head, env) for env in envs)
            for column, formula in duty.transfers:
                passed_to = {e["assignee"] for e in self._solve(formula) if "assignee" in e}
                rows.update(
                    dict.fromkeys((*k[:column], p, *k[column + 1 :]) for k in list(rows) for p in passed_to)
                )
            found |= {name: list(rows) for name, _ in _of_rung(duty, number)}
        return found

    def _beginnings(self, trigger: Formula) -> list[str]:
        """The names of the instances that a duty without trigger may have beside its first: when they may begin."""
        ticks: set[int] = set()
        for formula in self.theory.formulas_behind(trigger):
            for found in occurrences(formula):
                if isinstance(found.atom, Reached):
                    ticks.add(found.atom.at)
                elif isinstance(found.atom, EventAtom):
                    ticks.update(e.at for e in self.theory.by_type.get(found.atom.type, ()))
                elif isinstance(found.atom, Rel | Value):
                    _refuse_waiting(self.theory.definition(found.atom.name))
        return [self.theory.limits.written(tick) for tick in sorted(ticks)]


def _refuse_waiting(definition: Definition) -> None:
    """What comes true by time passing may begin whenever."""
    waits = isinstance(definition, Dates | DayCount | Lasting | Passed | Duty) or (
        isinstance(definition, Recent | Measure) and definition.within is not None
    )
    if waits or (isinstance(definition, Inertial) and definition.terms):
        raise UnfitError("a beginning that comes by time alone has no date in the record")


def _of_rung(duty: Duty, number: int) -> list[tuple[str, int]]:
    mine = duty.rungs[number].name
    return [(name, width) for name, width in relations_of(duty) if name == mine or name.endswith(f":{mine}")]


def _bringing(definition: Definition) -> list[Formula]:
    formulas = bodies(definition)
    if isinstance(definition, SinceThen):
        return [formulas["start"]]
    if isinstance(definition, Inertial):
        return [formulas["begin"]]
    found = [f for role, f in formulas.items() if role in _BRINGING]
    if isinstance(definition, Duty):
        found += [f for role, f in formulas.items() if role.startswith("transfer/")]
    return found


def _key(head: tuple[Term, ...], env: Env) -> Key:
    try:
        return tuple(value_of(term, env) for term in head)
    except KeyError as missing:
        raise UnfitError(f"nothing lists the values of {missing}") from missing


def _dates(theory: Theory, dates: Dates) -> list[Key]:
    """The days of a recurrence up to the last stage that a proof is about."""
    calendar = theory.limits.calendar
    if theory.beginning is None:
        return []
    last: Stage = theory.until // 2
    found: list[Key] = []
    tick = dates.recurrence.first_from(theory.beginning, calendar)
    while tick <= last and len(found) < MOST_ROWS:
        found.append((calendar.day_of(tick).isoformat(), tick))
        tick = dates.recurrence.next_after(tick, calendar)
    return found

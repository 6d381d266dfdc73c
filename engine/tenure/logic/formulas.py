"""What can be read off a kernel formula without evaluating it: variables, atoms, whether it is momentary."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from tenure.logic.definitions import (
    And,
    Calc,
    Compare,
    Const,
    Dates,
    DayCount,
    Definition,
    Duty,
    Earlier,
    EventAtom,
    Exists,
    Fixed,
    Formula,
    Holds,
    Inertial,
    Lasting,
    Measure,
    Not,
    Or,
    Passed,
    Reached,
    Recent,
    Rel,
    SinceThen,
    Start,
    Term,
    Value,
    Var,
)

Atomic = EventAtom | Rel | Value | Reached | Start


class Occurrence(Struct, frozen=True):
    """An atom inside a formula: ``earlier`` when it is read one stage back, ``positive`` outside any ``not``.

    ``local`` are the variables that an ``exists`` around it binds: they are not those of the definition's head.
    """

    atom: Atomic
    earlier: bool = False
    positive: bool = True
    local: frozenset[str] = frozenset()

    @property
    def is_momentary(self) -> bool:
        """Whether the atom is true for one stage and then falls by itself."""
        return isinstance(self.atom, EventAtom | Start) or (isinstance(self.atom, Reached) and self.atom.only)


def term_variables(term: Term) -> frozenset[str]:
    """The variables of ``term``."""
    match term:
        case Var(name):
            return frozenset((name,))
        case Const():
            return frozenset()
        case Calc(_, left, right):
            return term_variables(left) | term_variables(right)


def terms_of(atom: Formula) -> tuple[Term, ...]:
    """The terms of an atom or comparison, in order."""
    match atom:
        case EventAtom(_, args, by, id_):
            return (*(t for _, t in args), *by, *((id_,) if id_ is not None else ()))
        case Rel(_, args):
            return args
        case Value(_, group, result):
            return (*group, result)
        case Compare(_, left, right):
            return (left, right)
        case _:
            return ()


_LARGEST_MEMORY = 100_000
_free: dict[int, tuple[Formula, frozenset[str]]] = {}


def free_variables(formula: Formula) -> frozenset[str]:
    """The variables of ``formula`` that no ``exists`` binds."""
    # Asked over and over of the same objects when solvers are compiled; hashing a formula would walk all of it.
    known = _free.get(id(formula))
    if known is None or known[0] is not formula:
        if len(_free) >= _LARGEST_MEMORY:
            _free.clear()
        known = _free[id(formula)] = (formula, _free_variables(formula))
    return known[1]


def _free_variables(formula: Formula) -> frozenset[str]:
    match formula:
        case And(parts) | Or(parts):
            return frozenset().union(*(free_variables(p) for p in parts))
        case Not(of) | Earlier(of):
            return free_variables(of)
        case Exists(variables, of):
            return free_variables(of) - set(variables)
        case _:
            return frozenset().union(*(term_variables(t) for t in terms_of(formula)))


_occurrences: dict[int, tuple[Formula, tuple[Occurrence, ...]]] = {}


def occurrences(formula: Formula) -> tuple[Occurrence, ...]:
    """Every relation, event, value and date atom of ``formula``."""
    # Strata, plans, readers and slices ask for those of the same formulas.
    known = _occurrences.get(id(formula))
    if known is None or known[0] is not formula:
        if len(_occurrences) >= _LARGEST_MEMORY:
            _occurrences.clear()
        found: list[Occurrence] = []
        _find(formula, found, earlier=False, positive=True, local=frozenset())
        known = _occurrences[id(formula)] = (formula, tuple(found))
    return known[1]


def _find(
    formula: Formula, found: list[Occurrence], *, earlier: bool, positive: bool, local: frozenset[str]
) -> None:
    match formula:
        case EventAtom() | Rel() | Value() | Reached() | Start():
            found.append(Occurrence(formula, earlier, positive, local))
        case And(parts) | Or(parts):
            for part in parts:
                _find(part, found, earlier=earlier, positive=positive, local=local)
        case Not(of):
            _find(of, found, earlier=earlier, positive=not positive, local=local)
        case Exists(variables, of):
            _find(of, found, earlier=earlier, positive=positive, local=local | set(variables))
        case Earlier(of):
            _find(of, found, earlier=True, positive=positive, local=local)
        case _:
            return


def has_alternatives(formula: Formula) -> bool:
    """Whether an `or` stands outside of any `not`: then one binding may be found twice."""
    match formula:
        case Or():
            return True
        case And(parts):
            return any(map(has_alternatives, parts))
        case Exists(_, of) | Earlier(of):
            return has_alternatives(of)
        case _:
            return False


def is_silent(formula: Formula) -> bool:
    """Whether ``formula`` is surely false where nothing has happened yet: no events, no relations, no past."""
    match formula:
        case EventAtom() | Rel() | Earlier():
            return True
        case And(parts):
            return any(map(is_silent, parts))
        case Or(parts):
            return all(map(is_silent, parts))
        case Exists(_, of):
            return is_silent(of)
        case Fixed(truth):
            return not truth
        case _:
            return False


def looks_back(formula: Formula) -> bool:
    """Whether any part of ``formula`` is read one stage back."""
    match formula:
        case Earlier():
            return True
        case And(parts) | Or(parts):
            return any(map(looks_back, parts))
        case Not(of) | Exists(_, of):
            return looks_back(of)
        case _:
            return False


def bodies(definition: Definition) -> dict[str, Formula]:
    """The formulas of a definition by the role that each plays in it."""
    match definition:
        case Holds(body=body) | Recent(body=body) | Lasting(body=body) | Passed(body=body):
            return {"body": body}
        case Inertial(begin=begin, end=end, lapses=lapses):
            return {"begin": begin, "end": end, **({} if lapses is None else {"lapses": lapses})}
        case SinceThen(body=body, start=start):
            return {"body": body, "start": start}
        case Measure(over=over) | DayCount(over=over):
            return {"over": over}
        case Duty():
            return _duty_bodies(definition)
        case Dates():
            return {}


def _duty_bodies(duty: Duty) -> dict[str, Formula]:
    optional: dict[str, Formula | None] = {
        "contested": duty.contested,
        "excused": duty.excused,
        "waived": duty.waived,
        "suspended": duty.suspended,
        "accelerated": duty.accelerated,
        "delegated": duty.delegated,
    }
    for i, rung in enumerate(duty.rungs):
        optional[f"performance/{i}"] = rung.performance
        optional[f"anchor/{i}"] = rung.anchor
    optional |= {f"extended/{i}": formula for i, (formula, _) in enumerate(duty.extensions)}
    optional |= {f"transfer/{i}": formula for i, (_, formula) in enumerate(duty.transfers)}
    given = {role: formula for role, formula in optional.items() if formula is not None}
    return {"trigger": duty.trigger, "end": duty.end, **given}


def map_formulas(definition: Definition, change: Callable[[Formula], Formula]) -> Definition:
    """``definition`` with every formula changed."""
    match definition:
        case Holds(body=body) | Recent(body=body) | Lasting(body=body) | Passed(body=body):
            return replace(definition, body=change(body))
        case Inertial(begin=begin, end=end, lapses=lapses):
            over = None if lapses is None else change(lapses)
            return replace(definition, begin=change(begin), end=change(end), lapses=over)
        case SinceThen(body=body, start=start):
            return replace(definition, body=change(body), start=change(start))
        case Measure(over=over) | DayCount(over=over):
            return replace(definition, over=change(over))
        case Duty():
            return _map_duty(definition, change)
        case Dates():
            return definition


def _map_duty(duty: Duty, change: Callable[[Formula], Formula]) -> Duty:
    def maybe(formula: Formula | None) -> Formula | None:
        return None if formula is None else change(formula)

    return replace(
        duty,
        trigger=change(duty.trigger),
        rungs=tuple(
            replace(r, performance=change(r.performance), anchor=maybe(r.anchor)) for r in duty.rungs
        ),
        end=change(duty.end),
        contested=maybe(duty.contested),
        excused=maybe(duty.excused),
        waived=maybe(duty.waived),
        suspended=maybe(duty.suspended),
        extensions=tuple((change(f), length) for f, length in duty.extensions),
        accelerated=maybe(duty.accelerated),
        transfers=tuple((column, change(f)) for column, f in duty.transfers),
        delegated=maybe(duty.delegated),
    )


def is_pulse(formula: Formula, pulses: frozenset[str]) -> bool:
    """Whether ``formula`` can be true only at single stages: events, dates, beginnings and ends.

    ``pulses`` are the names of the relations that are themselves momentary.
    """
    match formula:
        case EventAtom() | Start():
            return True
        case Rel(name):
            return name in pulses or name.startswith(("expires:", "dates:", "comes:", "reaches:"))
        case Reached(only=only):
            return only
        case And(parts):
            return any(is_pulse(p, pulses) for p in parts) or _is_change(parts)
        case Or(parts):
            return all(is_pulse(p, pulses) for p in parts)
        case Exists(_, of):
            return is_pulse(of, pulses)
        case _:
            return False


def _is_change(parts: tuple[Formula, ...]) -> bool:
    """``φ and not earlier φ`` and ``earlier φ and not φ``."""
    plain = {p for p in parts if not isinstance(p, Not)}
    negated = {p.of for p in parts if isinstance(p, Not)}
    return any(Earlier(p) in negated for p in plain) or any(
        isinstance(p, Earlier) and p.of in negated for p in plain
    )

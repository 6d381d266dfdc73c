"""The open future: what may still happen past a horizon, as a program of its own (DESIGN §3 "Open future").

Every event atom gets a second way to be true: past the horizon an act that somebody could still do is *unknown*.
What is certain in the program that comes out holds whatever they do; what is possible may still come about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import frozen
from msgspec.structs import replace

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import (
    ActRule,
    And,
    Compare,
    Const,
    Definition,
    Earlier,
    EventAtom,
    Exists,
    Fixed,
    Formula,
    Holds,
    Inertial,
    Measure,
    Not,
    Or,
    Program,
    Reached,
    Reaching,
    Rel,
    Term,
    Var,
)
from tenure.logic.formulas import bodies, free_variables, map_formulas, occurrences
from tenure.logic.slicing import first_date
from tenure.logic.truth import UNKNOWN
from tenure.time import Instant

_MAY_HAPPEN = Fixed(UNKNOWN, "what happens after the horizon is open")


@frozen
class Opening:
    """Who may still act after ``horizon``: an event of ``type`` may happen when ``actors(type)`` allows its doers.

    ``actors`` gives, for an event type, those who may do it (all of them at will, alone or together), or None where
    it cannot happen.
    """

    horizon: Instant
    actors: Callable[[str], frozenset[str] | None]


def open_future(program: Program, opening: Opening) -> Program:
    """``program`` with its future left open as ``opening`` says."""
    types = sorted({a.type for d in program.definitions for a in event_atoms(d)} | set(program.acts))
    may = {t: _may(program, t, opening) for t in types}
    effects = {r.effect.name: r for r in program.reaching}
    transform = _Opener(opening, {t for t, way in may.items() if way is not None}, effects)
    opened = tuple(transform.definition(d) for d in program.definitions)
    ways = tuple(Holds(f"open:{t}", (), transform.formula(way)) for t, way in may.items() if way is not None)
    acts = {t: tuple(transform.rule(r) for r in rules) for t, rules in program.acts.items()}
    return Program((*opened, *ways), acts, first=first_date(program))


def event_atoms(definition: Definition) -> Iterator[EventAtom]:
    """The event atoms in all formulas of a definition."""
    for formula in bodies(definition).values():
        for found in occurrences(formula):
            if isinstance(found.atom, EventAtom):
                yield found.atom


def _may(program: Program, event: str, opening: Opening) -> Formula | None:
    """Under what circumstances an event of a type may still happen, or None where it cannot."""
    actors = opening.actors(event)
    if actors is None:
        return None
    if event not in program.acts:
        return And(())
    ways = [_way(rule) for rule in program.acts[event] if _can(rule, actors)]
    return Or(tuple(ways)) if ways else None


def _can(rule: ActRule, actors: frozenset[str]) -> bool:
    return all(not isinstance(t, Const) or t.value in actors for t in rule.attempt.by)


def _way(rule: ActRule) -> Formula:
    """The power and the condition of a rule, for an act of which nothing is known."""
    unbound = tuple(sorted(free_variables(And((rule.power, rule.condition)))))
    bound = tuple(Compare("=", Var(v), Const(UNKNOWN_VALUE)) for v in unbound)
    return Earlier(Exists(unbound, And((*bound, rule.power, rule.condition))))


class _Opener:
    """Rewrites formulas."""

    def __init__(self, opening: Opening, types: set[str], effects: dict[str, Reaching]) -> None:
        self.opening = opening
        self.types = types
        self.effects = effects

    def rule(self, rule: ActRule) -> ActRule:
        return replace(rule, power=self.formula(rule.power), condition=self.formula(rule.condition))

    def definition(self, definition: Definition) -> Definition:
        changed = map_formulas(definition, self.formula)
        if changed == definition:
            return definition
        if isinstance(changed, Inertial):
            return replace(changed, level=True, open=True)
        return replace(changed, open=True) if isinstance(changed, Measure) else changed

    def formula(self, formula: Formula) -> Formula:
        match formula:
            case EventAtom():
                return self._open(formula)
            case Rel(name) if name in self.effects:
                return self._reached(formula, self.effects[name])
            case And(parts):
                return And(tuple(self.formula(p) for p in parts))
            case Or(parts):
                return Or(tuple(self.formula(p) for p in parts))
            case Not(of):
                return Not(self.formula(of))
            case Exists(variables, of):
                return Exists(variables, self.formula(of))
            case Earlier(of, entering):
                return Earlier(self.formula(of), entering)
            case _:
                return formula

    def _reached(self, atom: Rel, reaching: Reaching) -> Formula:
        """An effect that reaches back may be brought about past the horizon too, and acts then if not before."""
        given = dict(
            zip((t.name for t in reaching.effect.args if isinstance(t, Var)), atom.args, strict=True)
        )
        fires = Rel(
            reaching.fires.name, tuple(given[t.name] for t in reaching.fires.args if isinstance(t, Var))
        )
        others = free_variables(atom) - free_variables(fires)
        unknown = tuple(Compare("=", Var(v), Const(UNKNOWN_VALUE)) for v in sorted(others))
        later = Reached(self.opening.horizon + 1)
        return Or((atom, And((later, fires, _MAY_HAPPEN, *unknown))))

    def _open(self, atom: EventAtom) -> Formula:
        can_happen = atom.attempted or atom.type in self.types
        actors = self.opening.actors(atom.type) if can_happen else None
        if actors is None or not all(not isinstance(t, Const) or t.value in actors for t in atom.by):
            return atom
        terms: tuple[Term, ...] = (
            *(t for _, t in atom.args),
            *atom.by,
            *((atom.id,) if atom.id is not None else ()),
        )
        unknown = tuple(
            Compare("=", Var(v), Const(UNKNOWN_VALUE))
            for v in dict.fromkeys(t.name for t in terms if isinstance(t, Var))
        )
        later = Reached(self.opening.horizon + 1)
        powers = () if atom.attempted else (Rel(f"open:{atom.type}"),)
        return Or((atom, And((later, *powers, _MAY_HAPPEN, *unknown))))

"""What stands in the way of a norm: its own exceptions, those of higher rank, those of the clauses that it replaces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import evolve

from tenure.diagnostics import Place
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.norms.algebra import Visible, both, some
from tenure.norms.positions import Defeat, Support, names_of

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

#: A norm that says `despite` a clause, with its own clause, and under which reading it does.
_Prevailing = tuple[str, s.Norm, s.When | None]


class Exceptions:
    """The defeats of supports."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self.vocabulary = lowering.vocabulary
        self.formulas = lowering.formulas

    def of(self, support: Support, visible: Visible) -> list[Defeat]:
        """Exceptions of the clause, of those with higher rank, and of the clauses that it replaces."""
        assert support.norm is not None
        own = self._own_exceptions(support.norm.parts, support, visible)
        inherited: list[Defeat] = []
        if not any(isinstance(p, s.Unless) or _is_subject(p) for p in support.norm.parts):
            for old in self.lowering.amendments.predecessors(support.clause):
                for before in self.lowering.clauses.outlines.of(old):
                    if before.act == support.act and before.relation == support.relation and before.norm:
                        inherited += self._own_exceptions(before.norm.parts, support, visible)
        ranked = [
            defeat
            for other, norm in self._stronger(support.clause)
            for defeat in self._defeats(support, other, norm)
        ]
        return list(dict.fromkeys((*own, *inherited, *ranked)))

    def _own_exceptions(self, parts: tuple[s.Part, ...], support: Support, visible: Visible) -> list[Defeat]:
        found: list[Defeat] = []
        for part in parts:
            if isinstance(part, s.Unless) and self.lowering.spans.counts(part.when):
                branches = part.of.parts if isinstance(part.of, s.Or) else (part.of,)
                for branch in branches:
                    found.extend(self.case(branch, support, visible))
            elif _is_subject(part) and isinstance(part, s.Rank) and self.lowering.spans.counts(part.when):
                found.extend(d for name in part.clauses for d in self.defeated_by(support, name, part.place))
        return found

    def case(self, formula: s.Formula, support: Support, visible: Visible) -> list[Defeat]:
        """One case of an `unless`, as it defeats ``support``."""
        names = [n for n in _conjuncts(formula) if isinstance(n, s.Atom) and self._is_clause(n)]
        if not names:
            from tenure.language.printer import format_formula

            lowered = some(self.formulas.formula(formula, visible, support.clause), visible)
            return [Defeat(lowered, None, format_formula(formula))]
        rest = tuple(n for n in _conjuncts(formula) if n not in names)
        guard = [some(self.formulas.formula(f, visible, support.clause), visible) for f in rest]
        return [
            evolve(d, formula=both(d.formula, *guard))
            for name in names
            for d in self.defeated_by(support, name.name, name.place)
        ]

    def _is_clause(self, atom: s.Atom) -> bool:
        known = (*self.vocabulary.events, *self.vocabulary.states, *self.vocabulary.amendments)
        return atom.name not in known and bool(self.vocabulary.clauses_under(atom.name)) and not atom.args

    def _stronger(self, clause: str) -> Iterator[tuple[str, s.Norm]]:
        """The norms that say `despite` this clause, or despite one that it replaces, each with its clause."""
        for weaker in (clause, *self.lowering.amendments.predecessors(clause)):
            for other, norm, when in self.lowering.look("prevailing", weaker):
                if other != clause and self.lowering.spans.counts(when):
                    yield other, norm

    def prevailing(self, clause: str) -> tuple[_Prevailing, ...]:
        """The norms that say `despite` ``clause``."""
        return self._prevailing.get(clause, ())

    @cached_property
    def _prevailing(self) -> dict[str, tuple[_Prevailing, ...]]:
        """The norms that say `despite` each clause, and under which reading."""
        found: dict[str, list[_Prevailing]] = {}
        for other in self.vocabulary.clauses.values():
            for norm in (rule for rule in other.rules if isinstance(rule, s.Norm)):
                for rank in (part for part in norm.parts if isinstance(part, s.Rank)):
                    if rank.word == "despite":
                        for name in rank.clauses:
                            for clause in self._named(name, rank.place):
                                found.setdefault(clause, []).append((other.name, norm, rank.when))
        return {clause: tuple(norms) for clause, norms in found.items()}

    def _named(self, name: str, place: Place | None) -> tuple[str, ...]:
        under = self.vocabulary.clauses_under(name)
        if not under:
            raise self.formulas.unknown_name(name, place)
        return under

    def defeated_by(self, support: Support, name: str, place: Place | None = None) -> list[Defeat]:
        """``support`` is defeated while clause ``name`` is in force for the same holder, act and object."""
        return [defeat for clause in self._named(name, place) for defeat in self._defeats(support, clause)]

    def _defeats(self, support: Support, clause: str, norm: s.Norm | None = None) -> list[Defeat]:
        """``support`` is defeated while ``clause`` is in force, or this one ``norm`` of it."""
        others = [o for o in self.lowering.clauses.outlines.of(clause) if norm is None or o.norm is norm]
        formulas = [f for other in others if (f := _same_case(support, other)) is not None]
        return [Defeat(some(formula, names_of(support.head)), clause, clause) for formula in formulas]


def _is_subject(part: s.Part) -> bool:
    return isinstance(part, s.Rank) and part.word == "subject to"


def _conjuncts(formula: s.Formula) -> tuple[s.Formula, ...]:
    return formula.parts if isinstance(formula, s.And) else (formula,)


def _same_case(support: Support, other: Support) -> k.Formula | None:
    """``other`` in force in the case of ``support``; a clause of another act counts when it is in force at all."""
    if other.act != support.act or len(other.object) != len(support.object):
        return other.in_force()
    args: list[k.Term] = []
    for mine, theirs in zip(support.object, other.object, strict=True):
        if theirs == k.Const(None):
            args.append(theirs)
        elif mine == k.Const(None):
            return None
        else:
            args.append(mine)
    return other.for_head(support.holder, tuple(args))

"""The supports of a clause before anything is lowered: who holds what, about which act, under which relation names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.norms.acts import acted
from tenure.norms.algebra import Visible
from tenure.norms.positions import Run, Support
from tenure.norms.relations import Relation
from tenure.norms.scope import variables_in

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

_RELATIONS: dict[str, Relation] = {
    "liberty": "liberty",
    "claim": "duty",
    "duty": "duty",
    "duty_not": "duty_not",
    "power": "power",
    "disability": "disability",
    "immunity": "disability",
}
CREDITOR, DEBTOR = k.Var("_creditor"), k.Var("_debtor")


class Outlines:
    """The supports of each clause; there before the definitions that they name."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self._outlines: dict[str, list[Support]] = {}

    def of(self, clause: str) -> list[Support]:
        """The supports of one clause, without their exceptions; the rungs of a duty follow one another."""
        norms = self.lowering.look("norms", clause)
        self.lowering.look("effects", clause)  # by which the sides of a duty may pass on
        if clause not in self._outlines:
            with self.lowering.owned(f"{clause}/outline"):
                self._outlines[clause] = [
                    p for i, norm in enumerate(norms, 1) for p in self._outline(clause, i, norm)
                ]
        return self._outlines[clause]

    def norms(self, clause: str) -> tuple[s.Norm, ...]:
        """The norms of a clause."""
        return tuple(r for r in self.lowering.vocabulary.clauses[clause].rules if isinstance(r, s.Norm))

    def _outline(self, clause: str, number: int, norm: s.Norm) -> list[Support]:
        name = f"{clause}#{number}"
        found = []
        for i, holder in enumerate(norm.holder.parties):
            suffix = name if len(norm.holder.parties) == 1 else f"{name}.{i + 1}"
            first = self._support(clause, norm, norm, holder, suffix)
            found.append(first)
            if first.duty:
                found.extend(self._rungs(clause, norm, norm, suffix))
        return found

    def _rungs(self, clause: str, primary: s.Norm, norm: s.Norm, suffix: str) -> list[Support]:
        """What is owed otherwise, and otherwise again."""
        found = []
        for part in norm.parts:
            if isinstance(part, s.Otherwise):
                name = f"{suffix}/otherwise"
                holder = part.norm.holder.parties[0]
                found.append(
                    self._support(clause, primary, part.norm, holder, name, cumulative=part.cumulative)
                )
                found.extend(self._rungs(clause, primary, part.norm, name))
        return found

    def _support(
        self,
        clause: str,
        primary: s.Norm,
        norm: s.Norm,
        party: s.Term,
        suffix: str,
        *,
        cumulative: bool = False,
    ) -> Support:
        declared = declared_variables(primary)
        formulas = self.lowering.formulas
        holder = formulas.term(party, declared)
        other = k.Const(None) if norm.counterparty is None else formulas.term(norm.counterparty, declared)
        relation = _RELATIONS[norm.relation]
        sides = (other, holder) if norm.relation in ("claim", "immunity") else (holder, other)
        rung = suffix.count("/otherwise")
        what = acted(self.lowering, norm, primary, declared, rung)
        is_rung = norm is not primary
        duty = relation == "duty" and (
            is_rung or any(isinstance(p, s.Deadline | s.ForEach) for p in norm.parts)
        )
        first_sides = self._moving(clause, sides) if duty else ()
        renamed = {term: moving for moving, term in first_sides}
        whole = suffix.removesuffix("/otherwise") if is_rung else suffix
        run = Run(f"run:{whole}", tuple(k.Var(v) for v in self.span_variables(primary)))
        return Support(
            clause,
            relation,
            what.act,
            what.parameters,
            renamed.get(sides[0], sides[0]),
            renamed.get(sides[1], sides[1]),
            what.terms,
            force=f"force:{suffix}",
            base=f"base:{whole}" if declared else run.name,
            run=run,
            norm=norm,
            duty=duty,
            rung=rung,
            cumulative=cumulative,
            first_sides=first_sides,
            computed=what.computed,
        )

    def _moving(self, clause: str, sides: tuple[k.Term, k.Term]) -> tuple[tuple[k.Var, k.Term], ...]:
        """The sides of a duty that may pass to somebody else, as variables, with who has them at first."""
        effects = self.lowering.clauses.effects
        found = []
        if effects.rules(clause, "novate"):
            found.append((DEBTOR, sides[0]))
        if effects.rules(clause, "assign"):
            found.append((CREDITOR, sides[1]))
        return tuple(found)

    def span_variables(self, norm: s.Norm) -> list[str]:
        """The variables of the norm that its `from` binds: it runs for each of their values."""
        declared = declared_variables(norm)
        begins = tuple(p for p in norm.parts if isinstance(p, s.From))
        return sorted(self.own_variables(norm) & variables_in(begins, self.lowering.vocabulary, declared))

    def own_variables(self, norm: s.Norm) -> Visible:
        """The variables of who, what and against whom."""
        declared = declared_variables(norm)
        named = variables_in((norm.act, norm.holder, norm.counterparty), self.lowering.vocabulary, declared)
        return named | declared


def declared_variables(norm: s.Norm) -> Visible:
    """The variables that `for x:` declares."""
    return frozenset(p.variable for p in norm.parts if isinstance(p, s.ForVariable))

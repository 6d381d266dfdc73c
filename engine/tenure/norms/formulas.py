"""From the formulas of the language to those of the kernel.

A variable that also stands outside a sub-formula is shared with its surroundings; one that stands only inside is
"some".  Operators that remember become definitions of their own.
"""

from __future__ import annotations

from tenure.diagnostics import ContractError
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables
from tenure.logic.truth import UNKNOWN
from tenure.norms.algebra import Visible, both, either, some
from tenure.norms.atoms import AtomLowering
from tenure.norms.scope import variables_in


class FormulaLowering(AtomLowering):
    """Lowers formulas of one contract under one choice of readings; auxiliary definitions go to ``lowering``."""

    def formula(self, formula: s.Formula, visible: Visible, clause: str | None = None) -> k.Formula:
        """Lower ``formula``, whose surroundings share the variables ``visible``."""
        match formula:
            case s.Atom():
                return self.atom(formula, visible)
            case s.Compare():
                return self.comparison(formula, visible, clause)
            case s.And() | s.Or() | s.Not() | s.Implies() | s.Exists() | s.ForEvery():
                return self.connective(formula, visible, clause)
            case s.Edge(kind, of):
                return self.edge(kind, of, visible, clause)
            case s.Once() | s.Historically() | s.Since() | s.HeldFor():
                return self.remembered(formula, visible, clause)
            case s.Always() | s.Eventually() | s.HoldsUntil() | s.NextChange():
                raise ContractError.of(
                    "TEN313",
                    "this operator looks into the future",
                    place=formula.place,
                    help="use it in a property; a rule can only look back",
                )
            case _:
                return self.given(formula, visible, clause)

    def given(
        self,
        formula: s.Is | s.OwnedBy | s.TimeIs | s.Unknown | s.Recurring,
        visible: Visible,
        clause: str | None,
    ) -> k.Formula:
        """What is said of things, dates and unpublished terms."""
        match formula:
            case s.Is():
                return self.membership(formula)
            case s.OwnedBy(thing, owner):
                return k.Rel("owner", (self.term(thing, visible), self.term(owner, visible)))
            case s.TimeIs("before", date):
                return k.Not(k.Reached(self.start_of(date), clause))
            case s.TimeIs(_, date):
                return k.Reached(self.end_of(date), clause)
            case s.Unknown(why):
                return k.Fixed(UNKNOWN, why)
            case s.Recurring():
                dates = self.dates(formula, k.Var("_date"), k.Var("_instant"))
                return k.Exists(("_date", "_instant"), dates)

    def connective(
        self,
        formula: s.And | s.Or | s.Not | s.Implies | s.Exists | s.ForEvery,
        visible: Visible,
        clause: str | None,
    ) -> k.Formula:
        """Connectives and quantifiers."""
        match formula:
            case s.And(parts):
                return both(*self._parts(parts, visible, clause))
            case s.Or(parts):
                return either(*(self.formula(p, visible, clause) for p in parts))
            case s.Not(of):
                return k.Not(some(self.formula(of, visible, clause), visible))
            case s.Implies(condition, consequence):
                return self.formula(s.Not(s.And((condition, s.Not(consequence)))), visible, clause)
            case s.Exists(variables, of):
                return k.Exists(variables, self.formula(of, visible | set(variables), clause))
            case s.ForEvery(variables, domain, of):
                within = visible | set(variables)
                fails = k.Not(some(self.formula(of, within, clause), within))
                return k.Not(some(both(self.formula(domain, within, clause), fails), visible))

    def _parts(self, parts: tuple[s.Formula, ...], visible: Visible, clause: str | None) -> list[k.Formula]:
        free = [variables_in(p, self.vocabulary, visible) for p in parts]
        lowered = []
        for i, part in enumerate(parts):
            around = visible.union(*(f for j, f in enumerate(free) if j != i))
            lowered.append(self.formula(part, around, clause))
        return lowered

    def edge(self, kind: str, of: s.Formula, visible: Visible, clause: str | None) -> k.Formula:
        """``entering``, ``begins``, ``ends``, ``expires``."""
        inner = some(self.formula(of, visible, clause), visible)
        match kind:
            case "entering":
                return k.Earlier(inner, entering=True)
            case "begins":
                return k.begins(inner)
            case "ends":
                return k.ends(inner)
            case _:
                return self.expiry(of, visible)

    def expiry(self, of: s.Formula, visible: Visible) -> k.Formula:
        """``expires H``: H's own term ends it."""
        if isinstance(of, s.Atom) and of.name in self.vocabulary.states:
            args = tuple(self.term(a.term, visible) for a in of.args)
            return k.Rel(f"expires:state:{of.name}", args)
        if isinstance(of, s.Atom) and self.vocabulary.clauses_under(of.name):
            runs = [p.run for p in self.lowering.supports_of(of.name) if p.run]
            return either(*(some(k.Rel(f"expires:{r.name}", r.args), visible) for r in runs))
        raise ContractError.of(
            "TEN314",
            "only a state or a clause can expire",
            place=of.place,
            help="name one that has a term (`for 30 days`)",
        )

    def remembered(self, formula: s.Formula, visible: Visible, clause: str | None) -> k.Formula:
        """An operator with a memory, as a relation of its own over the variables that it shares."""
        match formula:
            case s.Once(of, within):
                body = self.formula(of, visible, clause)
                limit = self.limit("within", within, clause)
                return self.lowering.remember(
                    "once",
                    visible,
                    (body,),
                    lambda name, head: k.Recent(name, head, body, limit, clause),
                    limit,
                )
            case s.Historically(of, within):
                return k.Not(self.formula(s.Once(s.Not(of), within), visible, clause))
            case s.HeldFor(of, length):
                body = self.formula(of, visible, clause)
                term = self.limit("term", length, clause)
                assert term is not None
                return self.lowering.remember(
                    "lasting",
                    visible,
                    (body,),
                    lambda name, head: k.Lasting(name, head, body, term, clause),
                    term,
                )
            case s.Since(of, start):
                shared = visible | (
                    variables_in(of, self.vocabulary, visible) & variables_in(start, self.vocabulary, visible)
                )
                begin = self.formula(start, shared, clause)
                body = some(
                    self.formula(of, shared | free_variables(begin), clause), shared | free_variables(begin)
                )
                return self.lowering.remember(
                    "since",
                    visible,
                    (begin, body),
                    lambda name, head: k.SinceThen(name, head, body, begin, clause),
                )
            case _:
                raise TypeError(formula)

"""The norms of clauses as definitions: run, base, force (DESIGN §3 "Quantified clauses", §4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from attrs import evolve
from msgspec.structs import replace

from tenure.diagnostics import ContractError, Place
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables
from tenure.norms.acts import acted
from tenure.norms.algebra import Visible, both, either, some
from tenure.norms.breaches import Breaches
from tenure.norms.duties import DutyLowering
from tenure.norms.effects import ASSIGNEE, Effects
from tenure.norms.exceptions import Exceptions
from tenure.norms.outlines import Outlines, declared_variables
from tenure.norms.positions import Run, Silence, Support, names_of
from tenure.norms.scope import is_variable, variables_in

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

#: Their `if` is judged when the act is done, with the act's own attributes.
JUDGED_WHEN_DONE = ("power", "disability")


class ClauseLowering:
    """Lowers the norms of all clauses; outlines are there before the definitions that they name."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self.vocabulary = lowering.vocabulary
        self.formulas = lowering.formulas
        self.supports: list[Support] = []
        self._about: dict[tuple[str, str], tuple[Support, ...]] = {}
        self.outlines = Outlines(lowering)
        self.effects = Effects(lowering)
        self.duties = DutyLowering(lowering)
        self.exceptions = Exceptions(lowering)
        self.breaches = Breaches(lowering)

    # ------------------------------------------------------------ definitions

    def define(self) -> None:
        """Add the definitions of every norm, silence and effect."""
        for clause in self.vocabulary.clauses:
            self.lowering.piece(clause, partial(self._clause, clause))

    def _clause(self, clause: str) -> None:
        outline = self.outlines.of(clause)
        for i, support in enumerate(outline):
            if support.rung == 0:
                rungs = list(takewhile(lambda p: p.rung > 0, outline[i + 1 :]))
                with self.lowering.unit():
                    self.give(*self._define(support, rungs))
        for number, rule in enumerate(self.lowering.look("silences", clause), 1):
            with self.lowering.unit():
                self._silence(clause, rule, f"silent#{clause}.{number}")

    def silences(self, clause: str) -> tuple[s.Silence, ...]:
        """What a clause says that the contract is silent on."""
        return tuple(r for r in self.vocabulary.clauses[clause].rules if isinstance(r, s.Silence))

    def give(self, *supports: Support) -> None:
        """Add supports."""
        self.supports += supports
        for support in supports:
            about = support.relation, support.act
            self._about[about] = (*self._about.get(about, ()), support)

    def supports_about(self, about: tuple[str, str]) -> tuple[Support, ...]:
        """The supports so far of one relation to one act."""
        return self._about.get(about, ())

    def _define(self, support: Support, rungs: list[Support]) -> list[Support]:
        assert support.norm is not None
        assert support.run is not None
        parts = support.norm.parts
        declared = declared_variables(support.norm)
        base, variables = self._base(support, parts, declared)
        defeats = self.exceptions.of(support, variables)
        survives = any(isinstance(p, s.Manner) and p.word == "survives termination" for p in parts)
        names = names_of(support.head)
        affected = [] if support.duty else self.effects.conditions(support.clause, names, survives=survives)
        conditions = (*self.conditions(parts, variables, support.clause), *affected)
        body = both(base, *conditions, *(k.Not(d.formula) for d in defeats))
        amended = self.lowering.amendments.ended_by(support.clause)
        defined = [
            evolve(p, defeats=tuple(defeats), conditions=conditions, amended_by=amended)
            for p in (support, *rungs)
        ]
        if support.duty:
            self.duties.define(defined, body, variables, declared)
        else:
            defined = [self._standing(defined[0], body)]
        self.breaches.define(defined[0])
        return defined

    def _standing(self, support: Support, body: k.Formula) -> Support:
        """A norm that holds as long as its clause is in force; where it can be assigned, whoever has it now."""
        self._check_bound(support, body)
        assigned = self.effects.assigned(support)
        if not assigned:
            self.lowering.add(
                k.Holds(support.force, support.head, some(body, names_of(support.head)), support.clause)
            )
            return support
        now = either(*assigned)
        first, column = (support.counterparty, 1) if support.relation == "duty" else (support.holder, 0)
        unassigned = both(k.Compare("=", ASSIGNEE, first), k.Not(some(now, names_of(support.object))))
        head = tuple(ASSIGNEE if i == column else t for i, t in enumerate(support.head))
        whole = both(body, either(unassigned, now))
        self.lowering.add(k.Holds(support.force, head, some(whole, names_of(head)), support.clause))
        return evolve(support, holder=head[0], counterparty=head[1], assigned_from=first)

    def _check_bound(self, support: Support, body: k.Formula) -> None:
        unbound = names_of(support.head) - free_variables(body)
        if unbound:
            name = min(unbound)
            raise ContractError.of(
                "TEN207",
                f"nothing in `{support.clause}` says what `{name}` is",
                place=support.norm.place if support.norm else None,
                help=f"add `for {name}: KIND`, bind it in `from`, or write a constant with a capital or in quotes",
            )

    def _base(
        self, support: Support, parts: tuple[s.Part, ...], declared: Visible
    ) -> tuple[k.Formula, Visible]:
        """The span of the clause joined with the kinds and owners of its things, and the variables bound."""
        assert support.run is not None
        assert support.norm is not None
        bound = names_of(support.run.args)
        later = self.outlines.own_variables(support.norm) - bound
        whole, each = split_parts(
            parts, lambda part: bool(variables_in(part, self.vocabulary, declared) & later)
        )
        # Whoever reads a row of the run, or of the base, need not look at the readings of its dates again.
        with self.lowering.unit():
            run = self._run(support, support.run, whole)
        quantified = [p for p in parts if isinstance(p, s.ForVariable)]
        if not quantified:
            return run, bound
        names = bound | self._quantified_names(quantified, declared)
        head = tuple(k.Var(n) for n in sorted(names))
        with self.lowering.unit():
            self._things(support, head, run, quantified, each)
        return k.Rel(support.base, head), names

    def _run(self, support: Support, run: Run, parts: tuple[s.Part, ...]) -> k.Formula:
        """Add the span of the clause: from its beginning until it ends, is amended, waived or terminated."""
        assert support.norm is not None
        amendments, spans = self.lowering.amendments, self.lowering.spans
        rule = spans.rule(
            parts,
            names_of(run.args),
            support.clause,
            start=amendments.begun_by(support.clause),
            conditions=support.relation not in JUDGED_WHEN_DONE,
        )
        ended = [k.Rel(f"amendment:{a}") for a in amendments.ended_by(support.clause)]
        manners = (p for p in support.norm.parts if isinstance(p, s.Manner))
        survives = any(p.word == "survives termination" for p in manners)
        rule = rule.ending_too(*ended, *self.effects.ends(support.clause, survives=survives))
        spans.define(run.name, run.args, rule, support.clause)
        return k.Rel(run.name, run.args)

    def _things(
        self,
        support: Support,
        head: tuple[k.Var, ...],
        run: k.Formula,
        quantified: list[s.ForVariable],
        parts: tuple[s.Part, ...],
    ) -> None:
        """Add the base: the run for each of the things that the norm is about."""
        names = names_of(head)
        judged = support.relation not in JUDGED_WHEN_DONE
        present = both(run, *(self.formulas.kind_of(k.Var(p.variable), p.kinds) for p in quantified))
        opening = self.lowering.spans.rule(parts, names, support.clause, start=both(), conditions=judged)
        owned = [self._owned(p, names) for p in quantified if p.owner is not None]
        if owned or opening.begin != both() or opening.ends:
            things = tuple(t for t in head if t.name in free_variables(present))
            self.lowering.add(k.Holds(f"present:{support.base}", things, present, support.clause))
            present = k.Rel(f"present:{support.base}", things)
            begin = k.begins(both(present, *owned, opening.begin))
            end = either(k.Not(some(present, names)), *opening.ends)
            definition: k.Definition = k.Inertial(support.base, head, begin, end, clause=support.clause)
        else:
            definition = k.Holds(support.base, head, present, support.clause)
        self.lowering.add(definition)

    def _quantified_names(self, quantified: list[s.ForVariable], declared: Visible) -> Visible:
        owners = (p.owner.text for p in quantified if isinstance(p.owner, s.Name))
        variables = frozenset(o for o in owners if is_variable(o, self.vocabulary, declared))
        return variables | {p.variable for p in quantified}

    def _owned(self, part: s.ForVariable, names: Visible) -> k.Formula:
        assert part.owner is not None
        return k.Rel("owner", (k.Var(part.variable), self.formulas.term(part.owner, names)))

    def conditions(self, parts: tuple[s.Part, ...], visible: Visible, clause: str | None) -> list[k.Formula]:
        """The `while` conditions of a rule."""
        found = [
            p
            for p in parts
            if isinstance(p, s.Condition) and p.word == "while" and self.lowering.spans.counts(p.when)
        ]
        return [some(self.formulas.formula(p.of, visible, clause), visible) for p in found]

    def qualifiers(self, parts: tuple[s.Part, ...], visible: Visible, clause: str | None) -> list[k.Formula]:
        """`while` and `unless` of a rule that is no norm."""
        unless = [p for p in parts if isinstance(p, s.Unless) and self.lowering.spans.counts(p.when)]
        negated = [k.Not(some(self.formulas.formula(p.of, visible, clause), visible)) for p in unless]
        return [*self.conditions(parts, visible, clause), *negated]

    # ------------------------------------------------------------ states of clauses

    def affected(self, state: str, clause: str) -> k.Formula:
        """``suspended(C)``, ``waived(C)``, ``terminated(C)``."""
        found = [self.effects.state(state, c) for c in self.vocabulary.clauses_under(clause)]
        return either(*found)

    def no_such_state(self, state: str, clause: str, place: Place | None) -> ContractError:
        """The error for a state that a clause cannot be in."""
        why = "it is no prohibition" if state == "violated" else "it is no duty with a deadline or a trigger"
        return ContractError.of(
            "TEN316", f"`{clause}` cannot be {state}: {why}", place=place, help="name another clause"
        )

    def _silence(self, clause: str, rule: s.Silence, name: str) -> None:
        declared = frozenset(p.variable for p in rule.parts if isinstance(p, s.ForVariable))
        norm = s.Norm(
            "liberty",
            s.Holder((rule.holder or s.Name("Anyone"),)),
            rule.act,
            None,
            rule.parts,
            place=rule.place,
        )
        what = acted(self.lowering, norm, norm, declared)
        span_vars = tuple(k.Var(v) for v in self.outlines.span_variables(norm))
        run = Run(f"run:{name}", span_vars)
        holder = k.Const(None) if rule.holder is None else self.formulas.term(rule.holder)
        support = Support(
            clause, "liberty", what.act, what.parameters, holder, k.Const(None), what.terms,
            force=name, base=f"base:{name}" if declared else run.name, run=run, norm=norm,
        )  # fmt: skip
        base, variables = self._base(support, rule.parts, declared)
        body = both(base, *self.qualifiers(rule.parts, variables, clause))
        self._check_bound(support, body)
        self.lowering.add(k.Holds(support.force, support.head, body, clause))
        who = holder.value if isinstance(holder, k.Const) else None
        self.lowering.silences.append(Silence(clause, what.act, who, what.terms, support.force, rule.why))


def split_parts(
    parts: tuple[s.Part, ...], is_later: Callable[[object], bool]
) -> tuple[tuple[s.Part, ...], tuple[s.Part, ...]]:
    """The parts that run for the whole clause, and those that speak of each of its things."""
    whole: list[s.Part] = []
    each: list[s.Part] = []
    for part in parts:
        if isinstance(part, s.Until) and not part.last:
            ends = [tuple(e for e in part.ends if is_later(e) == later) for later in (False, True)]
            whole += [replace(part, ends=ends[0])] if ends[0] else []
            each += [replace(part, ends=ends[1])] if ends[1] else []
        elif isinstance(part, s.Until | s.Condition):
            (each if is_later(part) else whole).append(part)
        else:
            whole.append(part)
    return tuple(whole), tuple(each)

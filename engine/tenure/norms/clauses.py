"""The norms of clauses as definitions: run, base, force (DESIGN §3 "Quantified clauses", §4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import evolve
from msgspec.structs import replace

from tenure.diagnostics import ContractError, Place
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables
from tenure.norms.acts import acted, performing
from tenure.norms.duties import DutyLowering
from tenure.norms.effects import Effects
from tenure.norms.formulas import FALSEHOOD, Visible, both, either, some
from tenure.norms.positions import Defeat, Run, Silence, Support
from tenure.norms.relations import Relation
from tenure.norms.scope import is_variable, variables_in

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

#: Their `if` is judged when the act is done, with the act's own attributes.
JUDGED_WHEN_DONE = ("power", "disability")


class ClauseLowering:
    """Lowers the norms of all clauses; outlines are there before the definitions that they name."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self.vocabulary = lowering.vocabulary
        self.formulas = lowering.formulas
        self.supports: list[Support] = []
        self.effects = Effects(lowering)
        self.duties = DutyLowering(lowering)
        self._outlines: dict[str, list[Support]] = {}

    # ------------------------------------------------------------ outlines

    def outline(self, clause: str) -> list[Support]:
        """The supports of one clause, without their exceptions."""
        if clause not in self._outlines:
            norms = [r for r in self.vocabulary.clauses[clause].rules if isinstance(r, s.Norm)]
            self._outlines[clause] = [p for i, norm in enumerate(norms, 1) for p in self._outline(clause, i, norm)]
        return self._outlines[clause]

    def _outline(self, clause: str, number: int, norm: s.Norm) -> list[Support]:
        declared = declared_variables(norm)
        holders = [self.formulas.term(p, declared) for p in norm.holder.parties]
        other = k.Const(None) if norm.counterparty is None else self.formulas.term(norm.counterparty, declared)
        name = f"{clause}#{number}"
        found = []
        for i, holder in enumerate(holders):
            sides = (other, holder) if norm.relation in ("claim", "immunity") else (holder, other)
            suffix = name if len(holders) == 1 else f"{name}.{i + 1}"
            act, parameters, terms = acted(self.lowering, norm, declared)
            deadline = any(isinstance(p, s.Deadline | s.ForEach) for p in norm.parts)
            duty = _RELATIONS[norm.relation] == "duty" and deadline
            run = Run(f"run:{suffix}", tuple(k.Var(v) for v in self._span_variables(norm, declared)))
            base = f"base:{suffix}" if declared else run.name
            found.append(
                Support(
                    clause, _RELATIONS[norm.relation], act, parameters, *sides, terms,
                    force=f"force:{suffix}", base=base, run=run, norm=norm, duty=duty,
                )  # fmt: skip
            )
        return found

    def _span_variables(self, norm: s.Norm, declared: Visible) -> list[str]:
        """The variables of the norm that its `from` binds: it runs for each of their values."""
        begins = tuple(p for p in norm.parts if isinstance(p, s.From))
        return sorted(self._own_variables(norm, declared) & variables_in(begins, self.vocabulary, declared))

    def _own_variables(self, norm: s.Norm, declared: Visible) -> Visible:
        """The variables of who, what and against whom."""
        named = variables_in((norm.act, norm.holder, norm.counterparty), self.vocabulary, declared)
        return named | {p.variable for p in norm.parts if isinstance(p, s.ForVariable)}

    # ------------------------------------------------------------ definitions

    def define(self) -> None:
        """Add the definitions of every norm, silence and effect."""
        for clause in self.vocabulary.clauses.values():
            for support in self.outline(clause.name):
                self.supports.append(self._define(support))
            for rule in clause.rules:
                if isinstance(rule, s.Silence):
                    self._silence(clause.name, rule)

    def _define(self, support: Support) -> Support:
        assert support.norm is not None and support.run is not None
        parts = support.norm.parts
        declared = declared_variables(support.norm)
        base, variables = self._base(support, parts, declared)
        defeats = self._defeats(support, variables)
        conditions = (*self.conditions(parts, variables, support.clause), *self.effects.conditions(support.clause))
        body = both(base, *conditions, *(k.Not(d.formula) for d in defeats))
        support = evolve(
            support,
            defeats=tuple(defeats),
            conditions=tuple(conditions),
            amended_by=self.lowering.amendments.ended_by(support.clause),
        )
        if support.duty:
            self.duties.define(support, body, variables, declared)
        else:
            self._check_bound(support, body)
            self.lowering.add(k.Holds(support.force, support.head, some(body, _names(support.head)), support.clause))
        if support.relation == "duty_not":
            self._violation(support)
        return support

    def _check_bound(self, support: Support, body: k.Formula) -> None:
        unbound = _names(support.head) - free_variables(body)
        if unbound:
            name = min(unbound)
            raise ContractError.of(
                "TEN207",
                f"nothing in `{support.clause}` says what `{name}` is",
                place=support.norm.place if support.norm else None,
                help=f"add `for {name}: KIND`, bind it in `from`, or write a constant with a capital or in quotes",
            )

    def _base(self, support: Support, parts: tuple[s.Part, ...], declared: Visible) -> tuple[k.Formula, Visible]:
        """The span of the clause joined with the kinds and owners of its things, and the variables bound."""
        assert support.run is not None and support.norm is not None
        run = k.Rel(support.run.name, support.run.args)
        bound = _names(support.run.args)
        later = self._own_variables(support.norm, declared) - bound
        whole, each = split_parts(parts, lambda part: bool(variables_in(part, self.vocabulary, declared) & later))
        amendments = self.lowering.amendments
        spans = self.lowering.spans
        judged = support.relation not in JUDGED_WHEN_DONE
        start = amendments.begun_by(support.clause)
        rule = spans.rule(whole, bound, support.clause, start=start, conditions=judged)
        ended = [k.Rel(f"amendment:{a}") for a in amendments.ended_by(support.clause)]
        rule = rule.ending_too(*ended, *self.effects.ends(support.clause))
        spans.define(support.run.name, support.run.args, rule, support.clause)
        quantified = [p for p in parts if isinstance(p, s.ForVariable)]
        if not quantified:
            return run, bound
        names = bound | self._quantified_names(quantified, declared)
        head = tuple(k.Var(n) for n in sorted(names))
        present = both(run, *(self.formulas.kind_of(k.Var(p.variable), p.kinds) for p in quantified))
        opening = spans.rule(each, names, support.clause, start=both(), conditions=judged)
        owned = [self._owned(p, names) for p in quantified if p.owner is not None]
        if owned or opening.begin != both() or opening.ends:
            self.lowering.add(k.Holds(f"present:{support.base}", head, present, support.clause))
            present = k.Rel(f"present:{support.base}", head)
            begin = k.begins(both(present, *owned, opening.begin))
            end = either(k.Not(some(present, names)), *opening.ends)
            definition: k.Definition = k.Inertial(support.base, head, begin, end, clause=support.clause)
        else:
            definition = k.Holds(support.base, head, present, support.clause)
        self.lowering.add(definition)
        return k.Rel(support.base, head), names

    def _quantified_names(self, quantified: list[s.ForVariable], declared: Visible) -> Visible:
        owners = (p.owner.text for p in quantified if isinstance(p.owner, s.Name))
        variables = frozenset(o for o in owners if is_variable(o, self.vocabulary, declared))
        return variables | {p.variable for p in quantified}

    def _owned(self, part: s.ForVariable, names: Visible) -> k.Formula:
        assert part.owner is not None
        return k.Rel("owner", (k.Var(part.variable), self.formulas.term(part.owner, names)))

    def conditions(self, parts: tuple[s.Part, ...], visible: Visible, clause: str | None) -> list[k.Formula]:
        """The `while` conditions of a rule."""
        found = [p for p in parts if isinstance(p, s.Condition) and p.word == "while" and self.lowering.spans.counts(p.when)]
        return [some(self.formulas.formula(p.of, visible, clause), visible) for p in found]

    def qualifiers(self, parts: tuple[s.Part, ...], visible: Visible, clause: str | None) -> list[k.Formula]:
        """`while` and `unless` of a rule that is no norm."""
        unless = [p for p in parts if isinstance(p, s.Unless) and self.lowering.spans.counts(p.when)]
        negated = [k.Not(some(self.formulas.formula(p.of, visible, clause), visible)) for p in unless]
        return [*self.conditions(parts, visible, clause), *negated]

    # ------------------------------------------------------------ exceptions

    def _defeats(self, support: Support, visible: Visible) -> list[Defeat]:
        """Exceptions of the clause, of those with higher rank, and of the clauses that it replaces."""
        assert support.norm is not None
        own = self._own_exceptions(support.norm.parts, support, visible)
        inherited: list[Defeat] = []
        if not any(isinstance(p, s.Unless) or _is_subject(p) for p in support.norm.parts):
            for old in self.lowering.amendments.predecessors(support.clause):
                for before in self.outline(old):
                    if before.act == support.act and before.relation == support.relation and before.norm:
                        inherited += self._own_exceptions(before.norm.parts, support, visible)
        ranked = [d for name in self._stronger(support.clause) for d in self.defeated_by(support, name)]
        return list(dict.fromkeys((*own, *inherited, *ranked)))

    def _own_exceptions(self, parts: tuple[s.Part, ...], support: Support, visible: Visible) -> list[Defeat]:
        found: list[Defeat] = []
        for part in parts:
            if isinstance(part, s.Unless) and self.lowering.spans.counts(part.when):
                branches = part.of.parts if isinstance(part.of, s.Or) else (part.of,)
                for branch in branches:
                    found.extend(self._exception(branch, support, visible))
            elif _is_subject(part) and isinstance(part, s.Rank) and self.lowering.spans.counts(part.when):
                found.extend(d for name in part.clauses for d in self.defeated_by(support, name, part.place))
        return found

    def _exception(self, formula: s.Formula, support: Support, visible: Visible) -> list[Defeat]:
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

    def _stronger(self, clause: str) -> list[str]:
        """The clauses that say `despite` this one, or despite a clause that it replaces."""
        weaker = (clause, *self.lowering.amendments.predecessors(clause))
        return list(dict.fromkeys(other for c in weaker for other in self._prevailing.get(c, ()) if other != clause))

    @cached_property
    def _prevailing(self) -> dict[str, list[str]]:
        """The clauses that say `despite` each clause."""
        found: dict[str, list[str]] = {}
        for other in self.vocabulary.clauses.values():
            ranks = [p for r in other.rules if isinstance(r, s.Norm) for p in r.parts if isinstance(p, s.Rank)]
            for rank in ranks:
                if rank.word == "despite" and self.lowering.spans.counts(rank.when):
                    for name in rank.clauses:
                        for clause in self._named(name, rank.place):
                            found.setdefault(clause, []).append(other.name)
        return found

    def _named(self, name: str, place: Place | None) -> tuple[str, ...]:
        under = self.vocabulary.clauses_under(name)
        if not under:
            raise self.formulas.unknown_name(name, place)
        return under

    def defeated_by(self, support: Support, name: str, place: Place | None = None) -> list[Defeat]:
        """``support`` is defeated while clause ``name`` is in force for the same holder, act and object."""
        found = []
        for clause in self._named(name, place):
            for other in self.outline(clause):
                formula = _same_case(support, other)
                if formula is not None:
                    found.append(Defeat(some(formula, _names(support.head)), clause, clause))
        return found

    # ------------------------------------------------------------ breach of prohibitions, states of clauses

    def _violation(self, support: Support) -> None:
        """``violation:…(event, holder, counterparty, object)``: the forbidden act was done while forbidden."""
        event = k.Var("_event")
        holder = k.Var("_holder") if isinstance(support.holder, k.Const) and support.holder.value is None else support.holder
        done = performing(self.lowering, support, (holder,), event)
        forbidden = k.Earlier(some(k.Rel(support.force, support.head), _names(support.head)), entering=True)
        head = (event, *support.head)
        body = both(done, forbidden) if done != FALSEHOOD else FALSEHOOD
        self.lowering.add(k.Holds(f"violation:{support.force}", head, some(body, _names(head)), support.clause))

    def violated(self, support: Support, args: tuple[k.Term, ...]) -> k.Formula:
        """``violated(C)``: its prohibition has been breached before now."""
        name = f"violated:{support.force}"
        head = tuple(k.Var(f"a{i}") for i in range(len(args)))
        if name not in self.lowering.definitions:
            self.lowering.add(k.Recent(name, head, k.Rel(f"violation:{support.force}", head), None, support.clause))
        return k.Rel(name, args)

    def affected(self, state: str, clause: str) -> k.Formula:
        """``suspended(C)``, ``waived(C)``, ``terminated(C)``."""
        found = [self.effects.state(state, c) for c in self.vocabulary.clauses_under(clause)]
        return either(*found)

    def no_such_state(self, state: str, clause: str, place: Place | None) -> ContractError:
        """The error for a state that a clause cannot be in."""
        why = "it is no prohibition" if state == "violated" else "it is no duty with a deadline or a trigger"
        return ContractError.of("TEN316", f"`{clause}` cannot be {state}: {why}", place=place, help="name another clause")

    def _silence(self, clause: str, rule: s.Silence) -> None:
        number = len(self.lowering.silences) + 1
        declared = frozenset(p.variable for p in rule.parts if isinstance(p, s.ForVariable))
        norm = s.Norm("liberty", s.Holder((rule.holder or s.Name("Anyone"),)), rule.act, None, rule.parts, place=rule.place)
        act, parameters, terms = acted(self.lowering, norm, declared)
        span_vars = tuple(k.Var(v) for v in self._span_variables(norm, declared))
        run = Run(f"run:silent#{number}", span_vars)
        holder = k.Const(None) if rule.holder is None else self.formulas.term(rule.holder)
        support = Support(
            clause, "liberty", act, parameters, holder, k.Const(None), terms,
            force=f"silent#{number}", base=f"base:silent#{number}" if declared else run.name, run=run, norm=norm,
        )  # fmt: skip
        base, variables = self._base(support, rule.parts, declared)
        body = both(base, *self.qualifiers(rule.parts, variables, clause))
        self._check_bound(support, body)
        self.lowering.add(k.Holds(support.force, support.head, body, clause))
        name = holder.value if isinstance(holder, k.Const) else None
        self.lowering.silences.append(Silence(clause, act, name, terms, support.force, rule.why))


def declared_variables(norm: s.Norm) -> Visible:
    """The variables that `for x:` declares."""
    return frozenset(p.variable for p in norm.parts if isinstance(p, s.ForVariable))


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


def _names(terms: tuple[k.Term, ...]) -> Visible:
    return frozenset(t.name for t in terms if isinstance(t, k.Var))


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

"""Duties with a trigger or a deadline: one instance for each triggering event, on a ladder of rungs (DESIGN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import evolve

from tenure.diagnostics import ContractError, Place
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables, is_pulse, looks_back
from tenure.logic.safety import check_safe
from tenure.norms.acts import performing
from tenure.norms.algebra import Visible, both, either, some
from tenure.norms.effects import ASSIGNEE
from tenure.norms.named_dates import date_names
from tenure.norms.outlines import CREDITOR, DEBTOR
from tenure.norms.positions import Support, names_of
from tenure.norms.scope import variables_in
from tenure.norms.substitution import substitute
from tenure.time import Instant

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

#: Instances of a duty that has no trigger: one for each time that the clause begins to run.
UNTRIGGERED = ""


class DutyLowering:
    """Lowers one duty clause at a time."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering

    def define(self, supports: list[Support], gate: k.Formula, variables: Visible, declared: Visible) -> None:
        """Add the duty of ``supports``, its rungs from the first on; ``gate`` is what must hold for it to arise."""
        first = supports[0]
        norm = first.norm
        assert norm is not None
        each = next((p for p in norm.parts if isinstance(p, s.ForEach)), None)
        instance: k.Term = k.Const(UNTRIGGERED) if each is None else k.Var("_instance")
        trigger, contested = self._trigger(supports, each, gate, variables, declared)
        self._check_bound(supports, trigger)
        self._check_told_apart(supports, each, variables)
        for name in sorted(n for n in check_safe(trigger, frozenset()) if not n.startswith("_")):
            raise self._nothing_binds(first, name)
        limits = [p for support in supports for p in self._deadlines(support)]
        dates = date_names(*limits)
        for name in sorted(dates - free_variables(trigger)):
            place = next(p.place for p in limits if name in date_names(p))
            raise self.lowering.formulas.no_date(
                s.DateName(name, place=place), f"name it in the trigger: `for each EVENT(… = {name})`"
            )
        names = dates | {t.name for p in supports for t in (instance, *p.head) if isinstance(t, k.Var)}
        effects = self.lowering.clauses.effects.on_duty(first, instance)
        own = frozenset(t.name for t in (instance, *first.head) if isinstance(t, k.Var))
        excuses = [p.of for p in norm.parts if isinstance(p, s.Excused)]
        excused = either(*(some(self.lowering.formulas.formula(f, own, first.clause), own) for f in excuses))
        self.lowering.add(
            k.Duty(
                first.force,
                some(trigger, names),
                tuple(self._rung(p, instance, own, effects.set_off if p is first else ()) for p in supports),
                self._end(first, each, gate, variables, effects.ends),
                contested=None if contested is None else some(contested, names),
                excused=excused if excuses else None,
                waived=effects.waived,
                suspended=effects.suspended,
                clock=self._clock(norm),
                extensions=effects.extensions,
                accelerated=effects.accelerated,
                transfers=effects.transfers,
                delegated=effects.delegated,
                clause=first.clause,
            )
        )

    def _check_bound(self, supports: list[Support], trigger: k.Formula) -> None:
        for support in supports:
            unbound = {t.name for t in support.head if isinstance(t, k.Var)} - free_variables(trigger)
            if unbound:
                raise self._nothing_binds(support, min(unbound))

    def _check_told_apart(self, supports: list[Support], each: s.ForEach | None, variables: Visible) -> None:
        """What the trigger tells and the act does not take cannot tell one instance's events from another's."""
        if each is None:
            return
        first, vocabulary = supports[0], self.lowering.vocabulary
        own = {t.name for t in first.head if isinstance(t, k.Var)}
        told = variables_in(each.trigger, vocabulary) - own - variables
        rules: tuple[s.On, ...] = self.lowering.look("effects", first.clause)
        parts: list[tuple[object, Place | None]] = [(rule.trigger, rule.place) for rule in rules]
        limits = [p for support in supports for p in self._deadlines(support)]
        parts += [(p.of, p.place) for p in limits if not isinstance(p.of, s.DateName | None)]
        for part, place in parts:
            for name in sorted(told & variables_in(part, vocabulary)):
                raise ContractError.of(
                    "TEN207",
                    f"`{name}` is not of the act `{first.act}`, so nothing tells whose it is",
                    place=place,
                    help="give the action a parameter for it, or call what may be anything by a name of its own",
                )

    @staticmethod
    def _nothing_binds(support: Support, name: str) -> ContractError:
        return ContractError.of(
            "TEN207",
            f"nothing in `{support.clause}` says what `{name}` is when the duty arises",
            place=support.norm.place if support.norm else None,
            help=f"bind `{name}` in `for each EVENT(…)` or in `from`, or write a constant with a capital or in quotes",
        )

    def _trigger(
        self,
        supports: list[Support],
        each: s.ForEach | None,
        gate: k.Formula,
        variables: Visible,
        declared: Visible,
    ) -> tuple[k.Formula, k.Formula | None]:
        """Each event of `for each` while the clause runs, or the beginning of the clause.

        And each event of the tick in which the clause ceases to run, after which of the two nobody knows.
        """
        support = supports[0]
        open_ = some(gate, variables)
        sides = self._sides(support)
        if each is None:
            return both(k.begins(open_), *sides, *self._computed(supports, variables)), None
        formulas = self.lowering.formulas
        event: k.Formula
        if isinstance(each.trigger, s.Recurring):
            event = formulas.dates(each.trigger, k.Var("_instance"), k.Var(each.named or "_instant"))
        else:
            event = formulas.event(each.trigger, declared, k.Var("_instance"))
        shared = variables | free_variables(event)
        condition = (
            []
            if each.condition is None
            else [some(formulas.formula(each.condition, shared, support.clause), shared)]
        )
        rest = (*sides, *self._computed(supports, shared))
        trigger = both(event, *condition, open_, *rest)
        if isinstance(each.trigger, s.Recurring) or open_ == both() or looks_back(open_):
            return trigger, None
        ended = (k.Earlier(open_, entering=True), k.Not(some(open_, shared)))
        return trigger, both(event, *condition, *ended, *rest)

    def _sides(self, support: Support) -> list[k.Formula]:
        """Where a side may pass to somebody else: who has it when the duty arises, at first as the clause says."""
        effects = self.lowering.clauses.effects
        at_first = evolve(
            support,
            holder=dict(support.first_sides).get(DEBTOR, support.holder),
            counterparty=dict(support.first_sides).get(CREDITOR, support.counterparty),
        )
        found = []
        for moving, first in support.first_sides:
            passed = effects.assigned(at_first, "assign" if moving == CREDITOR else "novate")
            now = either(*(substitute(f, {ASSIGNEE.name: moving}) for f in passed))
            nobody = k.Not(some(now, names_of(support.object)))
            found.append(either(both(k.Compare("=", moving, first), nobody), now))
        return found

    def _computed(self, supports: list[Support], shared: Visible) -> list[k.Formula]:
        """Arguments that are calculated when the duty arises."""
        formulas = self.lowering.formulas
        return [
            formulas.comparison(s.Compare("=", s.Name(variable), term), shared | {variable}, support.clause)
            for support in supports
            for variable, term in support.computed
        ]

    def _rung(
        self, support: Support, instance: k.Term, own: Visible, set_off: tuple[k.Formula, ...]
    ) -> k.Rung:
        norm = support.norm
        assert norm is not None
        names = own | {t.name for t in support.head if isinstance(t, k.Var)}
        (deadline, anchor), *sooner = self._limits(support, names) or [(None, None)]
        if any(other is not None for _, other in sooner):
            raise ContractError.of(
                "TEN312",
                f"two times of `{support.act}` run from events of their own",
                place=norm.place,
                help="say one of them as a duty in a clause of its own",
            )
        parts = [i for i, p in enumerate(norm.parts) if isinstance(p, s.Manner) and p.word == "in parts"]
        amount = self._amount_column(support) if parts else None
        cumulative = support.cumulative
        performance = self._performance(support, amount)
        if set_off:
            bound = names | {k.PERFORMER.name, k.PERFORMING.name, k.PERFORMED_AMOUNT.name}
            performance = either(some(performance, bound), *set_off)
        return k.Rung(
            support.force,
            (instance, *support.head),
            performance,
            deadline,
            anchor,
            self._earliest(support),
            None if amount is None else 3 + amount,
            cumulative,
            tuple(limit for limit, _ in sooner if limit is not None),
        )

    def _performance(self, support: Support, amount: int | None) -> k.Formula:
        norm = support.norm
        assert norm is not None
        by: tuple[k.Term, ...] = (k.PERFORMER,)
        if norm.holder.mode == "together":
            by = tuple(self.lowering.formulas.term(p) for p in norm.holder.parties)
        if amount is not None:
            given = (*support.object[:amount], k.PERFORMED_AMOUNT, *support.object[amount + 1 :])
            support = evolve(support, object=given)
        done = performing(self.lowering, support, by, k.PERFORMING)
        return (
            both(done, k.Compare("=", k.PERFORMER, support.holder))
            if norm.holder.mode == "together"
            else done
        )

    def _amount_column(self, support: Support) -> int:
        """The parameter that is an amount: by its attribute's type in the events that perform it."""
        vocabulary = self.lowering.vocabulary
        action = vocabulary.actions.get(support.act)
        patterns = action.done_by if action else ()
        for i, parameter in enumerate(support.parameters):
            for pattern in patterns:
                declared = vocabulary.events[pattern.name].attributes
                for position, argument in enumerate(pattern.args):
                    name = argument.name or (declared[position].name if position < len(declared) else None)
                    types = {a.name: a.type for a in declared}
                    if argument.term == s.Name(parameter) and types.get(name or "") in ("number", "money"):
                        return i
        raise ContractError.of(
            "TEN324",
            f"nothing in `{support.act}` is an amount that could be met in parts",
            place=support.norm.place if support.norm else None,
            help="give the attribute of its event the type `number` or `money`, or leave `in parts` out",
        )

    def _end(
        self,
        support: Support,
        each: s.ForEach | None,
        gate: k.Formula,
        variables: Visible,
        more: tuple[k.Formula, ...],
    ) -> k.Formula:
        """What ends an instance: without a trigger, the end of its clause; debts that arose outlive it."""
        survives = support.norm is not None and any(
            isinstance(p, s.Manner) and p.word == "survives termination" for p in support.norm.parts
        )
        own = () if each is not None else (k.Not(some(gate, variables)),)
        return either(*own, *(() if survives else more))

    @staticmethod
    def _clock(norm: s.Norm) -> Literal["runs", "stops", "drops"]:
        for part in norm.parts:
            if isinstance(part, s.Manner) and part.word.startswith("clock "):
                return part.word.removeprefix("clock ")  # type: ignore[return-value]
        return "stops"

    # ------------------------------------------------------------ deadlines

    def _limits(
        self, support: Support, names: Visible
    ) -> list[tuple[k.Limit | k.DueDate | Instant | None, k.Formula | None]]:
        """Every limit, that which runs from an event of its own first."""
        parts = [p for p in self._deadlines(support) if p.word != "no sooner than"]
        return sorted((self._limit(p, support, names) for p in parts), key=lambda found: found[1] is None)

    def _limit(
        self, part: s.Deadline, support: Support, names: Visible
    ) -> tuple[k.Limit | k.DueDate | Instant | None, k.Formula | None]:
        formulas = self.lowering.formulas
        if part.word == "within":
            assert isinstance(part.limit, s.Length)
            limit = formulas.limit("within", part.limit, support.clause)
            if part.of is None or limit is None:
                return limit, None
            if isinstance(part.of, s.DateName):
                return formulas.due(part.of, length=limit), None
            if isinstance(part.of, s.Date):
                start = formulas.start_of(part.of)
                return self.lowering.vocabulary.calendar.limit_within(start, limit.length), None
            shared = names | variables_in(part.of, self.lowering.vocabulary, names)
            anchor = some(formulas.formula(part.of, shared, support.clause), names)
            if not is_pulse(anchor, self.lowering.pulses):
                anchor = k.begins(anchor)
            return limit, anchor
        return self._date(part), None

    def _date(self, part: s.Deadline) -> k.DueDate | Instant:
        """``by X``: the whole of X counts; ``before X`` and ``no sooner than X``: its start."""
        formulas = self.lowering.formulas
        match part.limit:
            case s.DateName() as name:
                return formulas.due(name, "end" if part.word == "by" else "start")
            case s.Date() as date:
                return formulas.end_of(date) if part.word == "by" else formulas.start_of(date)
            case s.Name() as name:
                raise formulas.no_date(name)
            case s.Length():
                raise TypeError(part)

    def _earliest(self, support: Support) -> k.Limit | k.DueDate | Instant | None:
        for part in self._deadlines(support):
            if part.word == "no sooner than":
                if isinstance(part.limit, s.Length):
                    return self.lowering.formulas.limit("term", part.limit, support.clause)
                return self._date(part)
        return None

    def _deadlines(self, support: Support) -> list[s.Deadline]:
        assert support.norm is not None
        return [
            p for p in support.norm.parts if isinstance(p, s.Deadline) and self.lowering.spans.counts(p.when)
        ]

"""Duties with a trigger or a deadline: one instance for each triggering event (DESIGN §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.diagnostics import ContractError
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables, is_pulse
from tenure.logic.truth import UNKNOWN
from tenure.norms.acts import performing
from tenure.norms.formulas import FALSEHOOD, Visible, both, either, some
from tenure.norms.positions import Support
from tenure.norms.scope import variables_in
from tenure.time import Instant

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering

#: Instances of a duty that has no trigger: one for each time that the clause begins to run.
UNTRIGGERED = ""
_NOT_YET = (s.Otherwise, s.Excused)


class DutyLowering:
    """Lowers one duty clause at a time."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering

    def define(self, support: Support, gate: k.Formula, variables: Visible, declared: Visible) -> None:
        """Add the duty of ``support``; ``gate`` is what must hold for it to arise."""
        norm = support.norm
        assert norm is not None
        each = next((p for p in norm.parts if isinstance(p, s.ForEach)), None)
        head = (k.Const(UNTRIGGERED) if each is None else k.Var("_instance"), *support.head)
        trigger = self._trigger(support, each, gate, variables, declared)
        names = frozenset(t.name for t in head if isinstance(t, k.Var))
        unbound = names - free_variables(trigger)
        if unbound:
            name = min(unbound)
            raise ContractError.of(
                "TEN207",
                f"nothing in `{support.clause}` says what `{name}` is",
                place=norm.place,
                help=f"bind `{name}` in `for each EVENT(…)`, or write a constant with a capital or in quotes",
            )
        deadline, anchor = self._deadline(support, names)
        self.lowering.add(
            k.Duty(
                support.force,
                head,
                some(trigger, names),
                self._performance(support),
                self._end(support, each, gate, variables),
                deadline,
                anchor,
                self._earliest(support),
                support.clause,
            )
        )

    def _trigger(
        self, support: Support, each: s.ForEach | None, gate: k.Formula, variables: Visible, declared: Visible
    ) -> k.Formula:
        """Each event of `for each` while the clause runs, or the beginning of the clause."""
        open_ = some(gate, variables)
        if each is None:
            return k.begins(open_)
        formulas = self.lowering.formulas
        event = formulas.event(each.trigger, declared, k.Var("_instance"))
        if each.condition is None:
            return both(event, open_)
        shared = variables | free_variables(event)
        return both(event, some(formulas.formula(each.condition, shared, support.clause), shared), open_)

    def _performance(self, support: Support) -> k.Formula:
        norm = support.norm
        assert norm is not None
        by: tuple[k.Term, ...] = (support.holder,)
        if norm.holder.mode == "together":
            by = tuple(self.lowering.formulas.term(p) for p in norm.holder.parties)
        return performing(self.lowering, support, by, k.Var("performing event"))

    def _end(self, support: Support, each: s.ForEach | None, gate: k.Formula, variables: Visible) -> k.Formula:
        """What ends an instance: without a trigger, the end of its clause; debts that arose outlive it."""
        ends: list[k.Formula] = [] if each is not None else [k.Not(some(gate, variables))]
        ends.extend(self.lowering.clauses.effects.ends(support.clause))
        assert support.norm is not None
        for part in support.norm.parts:
            if isinstance(part, _NOT_YET):
                word = "otherwise" if isinstance(part, s.Otherwise) else "excused while"
                breached = k.Rel(f"breached:{support.force}", (k.Var("_i"), *support.head))
                if word == "excused while":
                    ends.append(k.Fixed(UNKNOWN, f"not yet evaluated: `{word}`"))
                del breached
        ends.extend(self.lowering.clauses.effects.doubts(support.clause))
        return either(*ends)

    def _deadline(self, support: Support, names: Visible) -> tuple[k.Limit | Instant | None, k.Formula | None]:
        formulas = self.lowering.formulas
        for part in self._deadlines(support):
            if part.word == "within":
                assert isinstance(part.limit, s.Length)
                limit = formulas.limit("within", part.limit, support.clause)
                if part.of is None:
                    return limit, None
                shared = names | variables_in(part.of, self.lowering.vocabulary, names)
                anchor = some(formulas.formula(part.of, shared, support.clause), names)
                if not is_pulse(anchor, self.lowering.pulses):
                    anchor = k.begins(anchor)
                return limit, anchor
            if part.word != "no sooner than":
                assert isinstance(part.limit, s.Date)
                return formulas.end_of(part.limit) if part.word == "by" else formulas.start_of(part.limit), None
        return None, None

    def _earliest(self, support: Support) -> k.Limit | Instant | None:
        for part in self._deadlines(support):
            if part.word == "no sooner than":
                if isinstance(part.limit, s.Date):
                    return self.lowering.formulas.start_of(part.limit)
                return self.lowering.formulas.limit("term", part.limit, support.clause)
        return None

    def _deadlines(self, support: Support) -> list[s.Deadline]:
        assert support.norm is not None
        return [p for p in support.norm.parts if isinstance(p, s.Deadline) and self.lowering.spans.counts(p.when)]


__all__ = ["FALSEHOOD", "UNTRIGGERED", "DutyLowering"]

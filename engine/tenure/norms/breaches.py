"""Breaches as relations: forbidden acts, and states that were to be kept and were not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.norms.acts import performing
from tenure.norms.algebra import FALSEHOOD, both, some
from tenure.norms.positions import Support, names_of
from tenure.norms.vocabulary import KEEP

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering


class Breaches:
    """Adds ``violation:…`` relations, and says when a clause has been violated."""

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering

    def define(self, support: Support) -> None:
        """The breach of a prohibition is an event; that of a maintenance duty is the moment at which its state fails."""
        if support.act == KEEP:
            self._kept(support)
        elif support.relation == "duty_not":
            self._violation(support)

    def _violation(self, support: Support) -> None:
        """``violation:…(event, holder, counterparty, object)``: the forbidden act was done while forbidden."""
        event = k.Var("_event")
        anyone = support.holder == k.Const(None)
        done = performing(self.lowering, support, (k.Var("_holder") if anyone else support.holder,), event)
        names = names_of(support.head)
        forbidden = k.Earlier(some(k.Rel(support.force, support.head), names), entering=True)
        head = (event, *support.head)
        body = both(done, forbidden) if done != FALSEHOOD else FALSEHOOD
        self.lowering.add(
            k.Holds(f"violation:{support.force}", head, some(body, names_of(head)), support.clause)
        )

    def _kept(self, support: Support) -> None:
        """``breached:…`` while the state that was to be kept fails; ``violation:…`` when it begins to fail."""
        norm = support.norm
        assert norm is not None
        assert isinstance(norm.act, s.Keep)
        names = names_of(support.head)
        state = some(self.lowering.formulas.formula(norm.act.of, names, support.clause), names)
        owed = k.Rel(support.force, support.head)
        head = (k.Const(""), *support.head)
        self.lowering.add(
            k.Holds(f"breached:{support.force}", head, both(owed, k.Not(state)), support.clause)
        )
        self.lowering.add(k.Holds(f"pending:{support.force}", head, both(owed, state), support.clause))
        failing = k.begins(k.Rel(f"breached:{support.force}", head))
        self.lowering.add(k.Holds(f"violation:{support.force}", head, failing, support.clause))

    def violated(self, support: Support, args: tuple[k.Term, ...]) -> k.Formula:
        """``violated(C)``: it has been breached before now."""
        name = f"violated:{support.force}"
        head = tuple(k.Var(f"a{i}") for i in range(len(args)))
        violation = k.Rel(f"violation:{support.force}", head)
        self.lowering.named_once(name, lambda: k.Recent(name, head, violation, None, support.clause))
        return k.Rel(name, args)

"""What a norm is about: the act of a clause, its parameters, and the events that do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen
from msgspec.structs import replace

from tenure.diagnostics import ContractError, did_you_mean
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables
from tenure.norms.algebra import FALSEHOOD, Visible, both, either, some
from tenure.norms.positions import Support
from tenure.norms.scope import variables_in
from tenure.norms.substitution import substitute
from tenure.norms.vocabulary import KEEP

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering
    from tenure.norms.vocabulary import Vocabulary

#: In the patterns of an action, the other side of the norm: `action pay(amount) done by paid(amount, to = counterparty)`.
COUNTERPARTY = "counterparty"


@frozen
class Acted:
    """What a norm is about: the act, its parameters and their terms; ``Const(None)`` where the clause leaves one open.

    ``computed`` are the arguments that are calculated, by the variable that stands for each.
    """

    act: str
    parameters: tuple[str, ...]
    terms: tuple[k.Term, ...]
    computed: tuple[tuple[str, s.Term], ...] = ()


def acted(lowering: Lowering, norm: s.Norm, primary: s.Norm, declared: Visible, rung: int = 0) -> Acted:
    """The act of ``norm``; ``primary`` is the norm that binds its variables (itself, unless it is owed otherwise)."""
    if isinstance(norm.act, s.Keep):
        from tenure.language.printer import format_formula

        return Acted(KEEP, ("state",), (k.Const(format_formula(norm.act.of)),))
    act = norm.act
    parameters = lowering.vocabulary.parameters(act.name)
    if act.name not in lowering.vocabulary.actions and act.name not in lowering.vocabulary.events:
        known = (*lowering.vocabulary.actions, *lowering.vocabulary.events)
        advice = did_you_mean(act.name, known) or f"declare it: `action {act.name}(…)`"
        raise ContractError.of(
            "TEN208", f"`{act.name}` is not an action or an event", place=act.place, help=advice
        )
    given = align(lowering.vocabulary, act)
    bound = _bound(lowering, primary, declared)
    terms: list[k.Term] = []
    computed = []
    for parameter in parameters:
        term = given.get(parameter)
        if isinstance(term, s.Arithmetic | s.Aggregate):
            name = f"_computed{rung}_{parameter}"
            computed.append((name, term))
            terms.append(k.Var(name))
            continue
        lowered = k.Const(None) if term is None else lowering.formulas.term(term, declared)
        if isinstance(lowered, k.Var) and (
            lowered.name.startswith("_") or (_is_open(norm) and lowered.name not in bound)
        ):
            lowered = k.Const(None)
        terms.append(lowered)
    return Acted(act.name, parameters, tuple(terms), tuple(computed))


def _is_open(norm: s.Norm) -> bool:
    """Powers may leave their parameters to whoever uses them."""
    return norm.relation in ("power", "disability", "immunity")


def _bound(lowering: Lowering, norm: s.Norm, declared: Visible) -> Visible:
    parts = tuple(p for p in norm.parts if isinstance(p, s.From | s.ForEach))
    return declared | variables_in(parts, lowering.vocabulary, declared)


def align(vocabulary: Vocabulary, act: s.ActPhrase) -> dict[str, s.Term]:
    """The terms of an act phrase by parameter: by preposition or name, else by position."""
    parameters = vocabulary.parameters(act.name)
    declared = vocabulary.actions.get(act.name)
    by_preposition = {p.preposition: p.name for p in declared.parameters if p.preposition} if declared else {}
    given: dict[str, s.Term] = {}
    free = [p for p in parameters if act.call or p not in by_preposition.values()]
    for argument in act.args:
        name = argument.name
        if name is not None:
            name = by_preposition.get(name, name)
        elif free:
            name = free[0]
        if name is None or name not in parameters:
            advice = f"`{act.name}` takes: {', '.join(parameters) or 'nothing'}"
            what = argument.name or "that many arguments"
            raise ContractError.of(
                "TEN203", f"`{act.name}` does not take `{what}`", place=act.place, help=advice
            )
        given[name] = argument.term
        free = [p for p in free if p != name]
    return given


def performing(lowering: Lowering, support: Support, by: tuple[k.Term, ...], event: k.Term) -> k.Formula:
    """The events that do the act of ``support`` on its object, done by ``by``; ``event`` is bound to their id."""
    known = dict(zip(support.parameters, support.object, strict=True)) if support.act != KEEP else {}
    known[COUNTERPARTY] = support.counterparty
    return done(lowering, support.act, known, by, event)


def done(
    lowering: Lowering, act: str, known: dict[str, k.Term], by: tuple[k.Term, ...], event: k.Term
) -> k.Formula:
    """The events that do ``act``; parameters whose term is ``Const(None)`` may be anything."""
    action = lowering.vocabulary.actions.get(act)
    if action is None:
        if act not in lowering.vocabulary.events:
            return FALSEHOOD
        args = tuple((n, t) for n, t in known.items() if t != k.Const(None) and n != COUNTERPARTY)
        return k.EventAtom(act, args, by, event)
    parameters = frozenset(known)
    branches = []
    for pattern in action.done_by:
        atom = lowering.formulas.event(pattern, parameters)
        branches.append(replace(atom, by=(*atom.by, *by), id=event))
    formula: k.Formula = either(*branches)
    if action.condition is not None:
        shared = parameters | free_variables(formula)
        condition = some(lowering.formulas.formula(action.condition, shared), shared)
        formula = both(formula, k.Earlier(condition, entering=True))
    return substitute(
        formula, {n: k.Var(f"_open_{n}") if t == k.Const(None) else t for n, t in known.items()}
    )

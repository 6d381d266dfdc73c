"""Who can do which act: rules of effectiveness, and the powers that a declaration ``act E by P`` confers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables
from tenure.logic.safety import check_safe
from tenure.norms.acts import align, done
from tenure.norms.algebra import TRUTH, both, either, some
from tenure.norms.positions import Support
from tenure.norms.substitution import substitute

if TYPE_CHECKING:
    from tenure.norms.lowering import Lowering


def lower_acts(lowering: Lowering) -> dict[str, tuple[k.ActRule, ...]]:
    """The rules of every act by event type; facts have none."""
    rules = {}
    for event in lowering.vocabulary.events.values():
        if event.word == "act":
            rules[event.name] = lowering.piece(f"act/{event.name}", partial(_lower_act, lowering, event))
    for action in lowering.vocabulary.actions.values():
        if action.default == "forbidden":
            lowering.piece(f"action/{action.name}", partial(_unpermitted, lowering, action))
    return rules


def _lower_act(lowering: Lowering, event: s.EventDeclaration) -> tuple[k.ActRule, ...]:
    supports = lowering.look("supports", ("power", event.name))
    with lowering.unit(f"act:{event.name}"):
        conferred = [_by_clause(lowering, event, p) for p in supports]
        return tuple(conferred or _by_declaration(lowering, event))


def _attempt(event: s.EventDeclaration, by: tuple[k.Term, ...], given: dict[str, k.Term]) -> k.EventAtom:
    args = tuple((a.name, given.get(a.name, k.Var(a.name))) for a in event.attributes)
    return k.EventAtom(event.name, args, by, attempted=True)


def _condition(
    lowering: Lowering, formulas: list[s.Formula], event: s.EventDeclaration, names: frozenset[str]
) -> k.Formula:
    visible = names | {a.name for a in event.attributes}
    return both(*(some(lowering.formulas.formula(f, visible), visible) for f in formulas))


def _by_declaration(lowering: Lowering, event: s.EventDeclaration) -> list[k.ActRule]:
    """``act E by P``: P has the power, unless it is taken away."""
    actors = [lowering.formulas.term(t) for t in event.by]
    ways = [tuple(actors)] if event.joint and actors else [(a,) for a in actors]
    condition = _condition(lowering, [event.condition] if event.condition else [], event, frozenset())
    names = [str(a.value) for a in actors if isinstance(a, k.Const)]
    needs = (" and " if event.joint else " or ").join(names)
    none = (k.Const(None),) * len(event.attributes)
    for actor in actors:
        name = f"power:{event.name}:{getattr(actor, 'value', '')}"
        lowering.add(k.Holds(name, (actor, k.Const(None), *none), _standing(condition)))
        parameters = tuple(a.name for a in event.attributes)
        lowering.clauses.give(
            Support(
                f"act {event.name}",
                "power",
                event.name,
                parameters,
                actor,
                k.Const(None),
                none,
                force=name,
                base=name,
                run=None,
                norm=None,
            )
        )
    return [
        k.ActRule(
            _attempt(event, by, {}),
            both(*(_not_disabled(lowering, event, a, {}) for a in by)),
            condition,
            None,
            needs,
        )
        for by in ways
    ]


def _standing(condition: k.Formula) -> k.Formula:
    """The condition of a power as it stands, for some act; one that only the act's own attributes decide waits for the act."""
    standing = some(condition, frozenset())
    return TRUTH if check_safe(standing, frozenset()) else standing


def _by_clause(lowering: Lowering, event: s.EventDeclaration, support: Support) -> k.ActRule:
    """``P can E(…) if φ``: the clause confers the power; its `if` is judged when the act is done."""
    given = _named_attributes(lowering, support)
    args = _object_in_act(support, given)
    conditions = _tests(lowering, support)
    if event.condition is not None:
        conditions.append(event.condition)
    power = both(
        some(support.for_head(support.holder, args), frozenset(_names((support.holder, *args)))),
        _not_disabled(lowering, event, support.holder, given),
    )
    who = str(support.holder.value) if isinstance(support.holder, k.Const) else ""
    names = frozenset(_names(tuple(given.values())))
    return k.ActRule(
        _attempt(event, (support.holder,), given),
        power,
        _condition(lowering, conditions, event, names),
        support.clause,
        f"{who} under {support.clause}" if who else support.clause,
    )


def _named_attributes(lowering: Lowering, support: Support) -> dict[str, k.Term]:
    """The attributes of the act that the clause names, with its own variables for them."""
    norm = support.norm
    assert norm is not None
    assert isinstance(norm.act, s.ActPhrase)
    lowered = {n: lowering.formulas.term(t) for n, t in align(lowering.vocabulary, norm.act).items()}
    return {n: t for n, t in lowered.items() if not (isinstance(t, k.Var) and t.name.startswith("_"))}


def _object_in_act(support: Support, given: dict[str, k.Term]) -> tuple[k.Term, ...]:
    """The object of the support in terms of the attempted act; what it leaves open stays open."""
    pairs = zip(support.parameters, support.object, strict=True)
    return tuple(t if t == k.Const(None) else given.get(n, k.Var(n)) for n, t in pairs)


def _tests(lowering: Lowering, support: Support) -> list[s.Formula]:
    assert support.norm is not None
    parts = (p for p in support.norm.parts if isinstance(p, s.Condition))
    return [p.of for p in parts if p.word == "if" and lowering.spans.counts(p.when)]


def _names(terms: tuple[k.Term, ...]) -> list[str]:
    return [t.name for t in terms if isinstance(t, k.Var)]


def _not_disabled(
    lowering: Lowering, event: s.EventDeclaration, actor: k.Term, given: dict[str, k.Term]
) -> k.Formula:
    """No `cannot` and no immunity stands in the way of ``actor``; ``given`` are its terms for the act's attributes."""
    here = {a.name: given.get(a.name, k.Var(a.name)) for a in event.attributes}
    found = []
    for support in lowering.look("supports", ("disability", event.name)):
        theirs = _named_attributes(lowering, support)
        renamed = {t.name: here[n] for n, t in theirs.items() if isinstance(t, k.Var)}
        args = _object_in_act(support, here)
        holder = k.Const(None) if support.holder == k.Const(None) else actor
        condition = _condition(lowering, _tests(lowering, support), event, frozenset(renamed))
        formula = both(support.for_head(holder, args), substitute(condition, renamed))
        shared = frozenset(_names((actor, *args, *here.values())))
        found.append(some(formula, shared))
    return k.Not(either(*found)) if found else TRUTH


def _unpermitted(lowering: Lowering, action: s.ActionDeclaration) -> None:
    """``unpermitted:A(event, holder, object)``: done without the liberty that the action takes."""
    liberties: tuple[Support, ...] = lowering.look("supports", ("liberty", action.name))
    # Where the liberty is anybody's for whom something holds, everybody needs it; else only those whom a clause names.
    open_to_all = any(isinstance(p.holder, k.Var) for p in liberties)
    named = [k.Compare("=", k.Var("_holder"), h) for h in dict.fromkeys(p.holder for p in liberties)]
    event, holder = k.Var("_event"), k.Var("_holder")
    known: dict[str, k.Term] = {p.name: k.Var(p.name) for p in action.parameters}
    attempts = done(lowering, action.name, known, (holder,), event)
    mentioned = {v for v in known if v in free_variables(attempts)}
    known = {n: t if n in mentioned else k.Const(None) for n, t in known.items()}
    parameters_given = tuple(known.values())
    permitted = either(
        *(
            some(
                p.for_head(
                    holder, tuple(_given(t, a) for t, a in zip(p.object, parameters_given, strict=True))
                ),
                frozenset((*mentioned, "_holder")),
            )
            for p in liberties
        )
    )
    body = both(
        done(lowering, action.name, known, (holder,), event),
        TRUTH if open_to_all else either(*named),
        k.Not(k.Earlier(permitted, entering=True)),
    )
    head = (event, holder, *parameters_given)
    lowering.add(
        k.Holds(f"unpermitted:{action.name}", head, some(body, frozenset(("_event", "_holder", *mentioned))))
    )


def _given(term: k.Term, parameter: k.Term) -> k.Term:
    return term if term == k.Const(None) else parameter

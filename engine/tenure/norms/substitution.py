"""Terms in place of the free variables of a kernel formula."""

from __future__ import annotations

from msgspec.structs import replace

from tenure.logic import definitions as k
from tenure.logic.definitions import Term


def substitute(formula: k.Formula, known: dict[str, Term]) -> k.Formula:
    """``formula`` with terms in place of some of its free variables."""

    def term(old: Term) -> Term:
        match old:
            case k.Var(name):
                return known.get(name, old)
            case k.Calc(op, left, right):
                return k.Calc(op, term(left), term(right))
            case _:
                return old

    match formula:
        case k.EventAtom(args=args, by=by, id=id_):
            return replace(
                formula,
                args=tuple((n, term(t)) for n, t in args),
                by=tuple(term(t) for t in by),
                id=None if id_ is None else term(id_),
            )
        case k.Rel(name, args):
            return k.Rel(name, tuple(term(t) for t in args))
        case k.Value(name, group, result):
            return k.Value(name, tuple(term(t) for t in group), term(result))
        case k.Compare(op, left, right):
            return k.Compare(op, term(left), term(right))
        case k.And(parts) | k.Or(parts):
            return type(formula)(tuple(substitute(p, known) for p in parts))
        case k.Not(of):
            return k.Not(substitute(of, known))
        case k.Earlier(of, entering):
            return k.Earlier(substitute(of, known), entering)
        case k.Exists(variables, of):
            return k.Exists(variables, substitute(of, {n: t for n, t in known.items() if n not in variables}))
        case _:
            return formula

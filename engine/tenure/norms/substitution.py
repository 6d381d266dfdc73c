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
        case k.Rel(args=args):
            return replace(formula, args=tuple(term(t) for t in args))
        case k.Value(group=group, result=result):
            return replace(formula, group=tuple(term(t) for t in group), result=term(result))
        case k.Compare(left=left, right=right):
            return replace(formula, left=term(left), right=term(right))
        case k.And(parts) | k.Or(parts):
            return replace(formula, parts=tuple(substitute(p, known) for p in parts))
        case k.Not(of) | k.Earlier(of):
            return replace(formula, of=substitute(of, known))
        case k.Exists(variables, of):
            outside = {n: t for n, t in known.items() if n not in variables}
            return replace(formula, of=substitute(of, outside))
        case _:
            return formula

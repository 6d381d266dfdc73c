"""One fact that meets two patterns: durable_rules joins a fact with others only, so this takes a rule of its own.

``d(x, y) := p(x) and p(y)`` is also true of ``d(a, a)``, by one row ``p(a)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from tenure.logic.definitions import Const, Term, Var
from tenure.rete.literals import Case, Literal, Unfit, rename

Variant = tuple[Case, tuple[Term, ...]]
_MOST = 24


def replaced(case: Case, head: tuple[Term, ...], values: dict[str, Term]) -> Variant:
    """``case`` and ``head`` with ``values`` in place of some variables."""
    terms = (values.get(t.name, t) if isinstance(t, Var) else t for t in head)
    return rename(case, values), tuple(terms)


def merged(case: Case, head: tuple[Term, ...]) -> list[Variant]:
    """``case``, and what it is where some of its patterns are met by one fact; with the head's terms for each."""
    found: dict[Variant, None] = {(case, head): None}
    waiting = [(case, head)]
    while waiting:
        for variant in _merged_once(*waiting.pop()):
            if variant not in found:
                found[variant] = None
                waiting.append(variant)
        if len(found) > _MOST:
            raise Unfit("too many of its patterns can be met by one fact")
    return list(found)


def _merged_once(case: Case, head: tuple[Term, ...]) -> Iterator[Variant]:
    positive = [ltr for ltr in case.literals if ltr.positive]
    for one, other in combinations(positive, 2):
        if one.symbol != other.symbol:
            continue
        if one == other:
            yield Case(_once(case.literals), case.tests), head
            continue
        values = _unified(one, other)
        if values is not None:
            new, terms = replaced(case, head, values)
            yield Case(_joined(new.literals, one, other, values), new.tests), terms


def _once(literals: tuple[Literal, ...]) -> tuple[Literal, ...]:
    return tuple(dict.fromkeys(literals))


def _joined(
    literals: tuple[Literal, ...], one: Literal, other: Literal, values: dict[str, Term]
) -> tuple[Literal, ...]:
    """``literals`` (with ``values`` put in) with one literal for the two."""
    a, b = (rename(Case((ltr,)), values).literals[0] for ltr in (one, other))
    columns = tuple({**dict(a.columns), **dict(b.columns)}.items())
    both = Literal(a.symbol, columns, entering=a.entering or b.entering)
    return _once((both, *(ltr for ltr in literals if ltr not in (a, b))))


def _unified(one: Literal, other: Literal) -> dict[str, Term] | None:
    """What variables must be for the two to be the same fact; None where they cannot."""
    values: dict[str, Term] = {}

    def final(term: Term) -> Term:
        while isinstance(term, Var) and term.name in values:
            term = values[term.name]
        return term

    mine = dict(one.columns)
    for name, term in other.columns:
        if name not in mine:
            continue
        here, there = final(mine[name]), final(term)
        if here == there:
            continue
        if isinstance(there, Var):
            values[there.name] = here
        elif isinstance(here, Var):
            values[here.name] = there
        elif isinstance(here, Const):
            return None
    return {name: final(Var(name)) for name in values}

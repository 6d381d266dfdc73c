"""Which formulas are true only at the instant of an event, read off the syntax."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.language import syntax as s
from tenure.norms.vocabulary import Vocabulary


def is_momentary(formula: s.Formula, vocabulary: Vocabulary, seen: frozenset[str] = frozenset()) -> bool:
    """Whether ``formula`` is true for an instant and then falls by itself."""
    match formula:
        case s.Atom(name):
            if name in vocabulary.events:
                return True
            state = vocabulary.states.get(name)
            known = state is not None and state.means is not None and name not in seen
            return known and is_momentary(state.means, vocabulary, seen | {name})  # type: ignore[union-attr, arg-type]
        case s.Edge(kind):
            return kind != "entering"
        case s.And(parts):
            return any(is_momentary(p, vocabulary, seen) for p in parts)
        case s.Or(parts):
            return all(is_momentary(p, vocabulary, seen) for p in parts)
        case s.Exists(_, of):
            return is_momentary(of, vocabulary, seen)
        case _:
            return False


def momentary_branches(formula: s.Formula, vocabulary: Vocabulary) -> Iterator[s.Formula]:
    """The alternatives of ``formula`` that are true only for an instant."""
    for branch in formula.parts if isinstance(formula, s.Or) else (formula,):
        if is_momentary(branch, vocabulary):
            yield branch

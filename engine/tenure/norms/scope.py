"""Names inside a rule: which are variables, which constants, and which variables a formula shares with its surroundings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from tenure.language import syntax as s
from tenure.language.syntax.shared import compared
from tenure.norms.vocabulary import Vocabulary


def is_variable(name: str, vocabulary: Vocabulary, variables: frozenset[str] = frozenset()) -> bool:
    """A declared variable, or a lower-case name that nothing declares."""
    if name in variables:
        return True
    return not (name[0].isupper() or name[0].isdigit() or is_constant(name, vocabulary))


def is_constant(name: str, vocabulary: Vocabulary) -> bool:
    """Whether the contract declares ``name`` as something that an argument may be."""
    return (
        name == "none"
        or name in vocabulary.parties
        or name in vocabulary.others
        or name in vocabulary.kinds
        or name in vocabulary.clauses
    )


def variables_in(node: Any, vocabulary: Vocabulary, declared: frozenset[str] = frozenset()) -> frozenset[str]:
    """The free variables of a syntax node: names of terms that are variables, less those a quantifier binds."""
    return frozenset(_variables(node, vocabulary, declared))


def _variables(node: Any, vocabulary: Vocabulary, declared: frozenset[str]) -> Iterator[str]:
    match node:
        case s.Exists(bound) | s.ForEvery(bound):
            inner = declared | set(bound)
            parts = (node.domain, node.of) if isinstance(node, s.ForEvery) else (node.of,)
            yield from (v for v in _variables(parts, vocabulary, inner) if v not in bound)
        case s.Is(s.Name(text)) if text in vocabulary.readings:
            return
        case s.Atom(name, args, by):
            yield from _atom_variables(name, args, vocabulary, declared)
            yield from _variables(by, vocabulary, declared)
        case s.Name(text) | s.DateName(text):
            if is_variable(text, vocabulary, declared):
                yield text
        case tuple():
            for item in node:
                yield from _variables(item, vocabulary, declared)
        case s.Node():
            for name in compared(type(node)):
                value = getattr(node, name)
                if name != "when" and isinstance(value, tuple | s.Node):
                    yield from _variables(value, vocabulary, declared)


def _atom_variables(
    name: str, args: tuple[s.Argument, ...], vocabulary: Vocabulary, declared: frozenset[str]
) -> Iterator[str]:
    event = vocabulary.events.get(name)
    for position, argument in enumerate(args):
        attribute = _attribute(event, argument, position)
        term = argument.term
        chosen = attribute and isinstance(term, s.Name) and term.text in attribute.choices
        if not chosen:
            yield from _variables(term, vocabulary, declared)


def _attribute(
    event: s.EventDeclaration | None, argument: s.Argument, position: int
) -> s.AttributeDeclaration | None:
    if event is None:
        return None
    if argument.name is not None:
        return next((a for a in event.attributes if a.name == argument.name), None)
    return event.attributes[position] if position < len(event.attributes) else None


def grounded(node: Any, vocabulary: Vocabulary, bound: frozenset[str] = frozenset()) -> Any:
    """``node`` with every name that nothing declares or quantifies as a constant: a story has no variables."""
    match node:
        case s.Exists(variables) | s.ForEvery(variables):
            bound = bound | set(variables)
        case s.Name(text) if text not in bound and is_variable(text, vocabulary):
            return s.Text(text, node.place)
        case s.Is(s.Name(text)) if text in vocabulary.readings:
            return node
        case tuple():
            return tuple(grounded(item, vocabulary, bound) for item in node)
    if not isinstance(node, s.Node):
        return node
    changed = {name: grounded(getattr(node, name), vocabulary, bound) for name in compared(type(node))}
    return replace(node, **changed)

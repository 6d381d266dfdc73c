"""The object of an act as text: ``Jalapeño``, ``engine in io device``, ``I-7, 100``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tenure.history import Money
from tenure.norms import Position, Vocabulary


def value_text(value: Any) -> str:
    """A value as a reader writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Money):
        return f"{value.currency} {value.amount.normalize():f}"
    return str(value)


def object_text(vocabulary: Vocabulary, position: Position) -> str | None:
    """The object of a position, or None where its act has none."""
    action = vocabulary.actions.get(position.act)
    return values_text(position.object, [p.preposition for p in action.parameters] if action else []) or None


def values_text(values: tuple[Any, ...], prepositions: Sequence[str | None] = ()) -> str:
    """``values`` that are not left open, each after its preposition or a comma."""
    text = ""
    for i, value in enumerate(values):
        if value is None:
            continue
        word = prepositions[i] if i < len(prepositions) else None
        glue = f" {word} " if word else ", "
        text = f"{text}{glue}{value_text(value)}" if text else value_text(value)
    return text


def object_matches(vocabulary: Vocabulary, position: Position, wanted: str | tuple[Any, ...] | None) -> bool:
    """Whether a question about ``wanted`` is about ``position``; None, whole or in a tuple, asks about anything."""
    return values_match(position.object, object_text(vocabulary, position), wanted)


def values_match(values: tuple[Any, ...], text: str | None, wanted: str | tuple[Any, ...] | None) -> bool:
    """Whether ``values``, as a reader writes them ``text``, are those that are ``wanted``."""
    if wanted is None:
        return True
    if isinstance(wanted, tuple):
        if len(wanted) == len(values):
            return all(
                w is None or value_text(w) == value_text(v) for w, v in zip(wanted, values, strict=True)
            )
        given = [v for v in values if v is not None]
        return [value_text(v) for v in given] == [value_text(v) for v in wanted]
    return text == wanted


def parse_object(vocabulary: Vocabulary, act: str, wanted: str | tuple[Any, ...] | None) -> tuple[Any, ...]:
    """The values of an act's parameters for an object that no position has yet."""
    width = len(vocabulary.parameters(act))
    if wanted is None:
        return (None,) * width
    if isinstance(wanted, tuple):
        return (*wanted, *(None,) * (width - len(wanted)))[:width]
    action = vocabulary.actions.get(act)
    for i, parameter in enumerate(action.parameters if action else ()):
        if parameter.preposition and f" {parameter.preposition} " in wanted:
            first, _, rest = wanted.partition(f" {parameter.preposition} ")
            values: list[Any] = [None] * width
            values[0], values[i] = first, rest
            return tuple(values)
    parts = tuple(p.strip() for p in wanted.split(",")) if width > 1 else (wanted,)
    return (*parts, *(None,) * (width - len(parts)))[:width]

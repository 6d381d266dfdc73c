"""The object of an act as text: ``Jalapeño``, ``engine in io device``, ``I-7, 100``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tenure.diagnostics import TenureError
from tenure.history import Money
from tenure.history.values import UNKNOWN
from tenure.norms import Position, Vocabulary
from tenure.time import format_instant, parse_moment


def value_text(value: Any) -> str:
    """A value as a reader writes it."""
    if value is UNKNOWN:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Money):
        return f"{value.currency} {value.amount.normalize():f}"
    return str(value)


def typed_text(vocabulary: Vocabulary, value: Any, type: str | None) -> str:
    """A value of an attribute of ``type`` as a reader writes it: a date as a date."""
    if type not in ("date", "instant") or not isinstance(value, int):
        return value_text(value)
    calendar = vocabulary.calendar
    day = calendar.day_of(value)
    return day.isoformat() if calendar.start_of_day(day) == value else format_instant(value, calendar.zone)


def texts_of(vocabulary: Vocabulary, act: str, values: tuple[Any, ...]) -> list[str]:
    """The values of an act's parameters as a reader writes them, without those that are left open."""
    types = vocabulary.parameter_types(act)
    typed = zip(values, (*types, *(None,) * len(values)), strict=False)
    return [typed_text(vocabulary, value, type) for value, type in typed if value is not None]


def object_text(vocabulary: Vocabulary, position: Position) -> str | None:
    """The object of a position, or None where its act has none."""
    action = vocabulary.actions.get(position.act)
    types = (*vocabulary.parameter_types(position.act), *(None,) * len(position.object))
    prepositions = [p.preposition for p in action.parameters] if action else []
    texts = [
        None if value is None else typed_text(vocabulary, value, type)
        for value, type in zip(position.object, types, strict=False)
    ]
    return joined(texts, prepositions) or None


def values_text(values: tuple[Any, ...]) -> str:
    """``values`` that are not left open, as a reader writes them."""
    return joined([None if value is None else value_text(value) for value in values])


def joined(texts: Sequence[str | None], prepositions: Sequence[str | None] = ()) -> str:
    """``texts`` without those that are left open, each after its preposition or a comma."""
    text = ""
    for i, one in enumerate(texts):
        if one is None:
            continue
        word = prepositions[i] if i < len(prepositions) else None
        glue = f" {word} " if word else ", "
        text = f"{text}{glue}{one}" if text else one
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
    types = vocabulary.parameter_types(act)
    return tuple(
        _parsed(vocabulary, v, t) for v, t in zip(_parts(vocabulary, act, wanted), types, strict=True)
    )


def _parsed(vocabulary: Vocabulary, value: Any, type: str | None) -> Any:
    """A date from its text; other words are what they are."""
    if type not in ("date", "instant") or not isinstance(value, str):
        return value
    try:
        return parse_moment(value, vocabulary.zone).instant
    except TenureError:
        return value


def _parts(vocabulary: Vocabulary, act: str, wanted: str) -> tuple[Any, ...]:
    """The words of each parameter in the text of an object."""
    width = len(vocabulary.parameters(act))
    action = vocabulary.actions.get(act)
    for i, parameter in enumerate(action.parameters if action else ()):
        if parameter.preposition and f" {parameter.preposition} " in wanted:
            first, _, rest = wanted.partition(f" {parameter.preposition} ")
            values: list[Any] = [None] * width
            values[0], values[i] = first, rest
            return tuple(values)
    parts = tuple(p.strip() for p in wanted.split(",")) if width > 1 else (wanted,)
    return (*parts, *(None,) * (width - len(parts)))[:width]

"""What is remembered as bytes and back: plain values, containers, and the classes of a closed list; nothing else.

Reading makes only what is on that list, out of plain values, so that bytes from elsewhere cannot run code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import msgspec

from tenure.diagnostics import Place
from tenure.history import Event
from tenure.history.values import UNKNOWN, Money, Unknown
from tenure.live.matching import Candidate, Match
from tenure.logic.daycount import Days
from tenure.logic.duties.instance import Clock, Instance, Paid
from tenure.logic.image import Image, Ref
from tenure.logic.measure import Gathered, Ranked
from tenure.logic.tables import Edge, Row
from tenure.logic.truth import ByEvent, ByLimit
from tenure.logic.world import Pulse
from tenure.norms import Position
from tenure.time import Duration
from tenure.timeline.ahead import Coming
from tenure.timeline.changes import PositionChange
from tenure.timeline.following import LineImage, Placed
from tenure.timeline.session_image import SessionImage
from tenure.timeline.standing import Standing
from tenure.timeline.state_changes import StateChange, StateRow
from tenure.timeline.verdict import EdgeCause

#: The classes that can be written; each is known by its place, so new ones are added at the end.
_CLASSES: tuple[type[Any], ...] = (
    *(Row, Edge, Pulse, ByEvent, ByLimit, Instance, Clock, Paid, Days, Gathered, Ref, Image),
    *(LineImage, Placed, SessionImage, Event, Duration, Position, EdgeCause, Standing),
    *(PositionChange, StateChange, StateRow, Coming, Candidate, Match),
)
#: What the number says that a list begins with; from ``_CLASS`` on it is the place of a class.
_TUPLE, _LIST, _DICT, _SET, _INT, _DECIMAL, _MONEY, _UNKNOWN, _DATE, _RANKED, _CLASS = range(11)
_SMALL = 1 << 62
_PLAIN = (str, bool, float, type(None))


def encode(value: Any) -> bytes:
    """``value`` as bytes; raises :class:`TypeError` for what is not of the closed list."""
    return msgspec.msgpack.encode(_written(value))


def decode(data: bytes) -> Any:
    """What :func:`encode` was given; raises :class:`ValueError` or :class:`TypeError` for other bytes."""
    return _read(msgspec.msgpack.decode(data))


def _fields(made: type[Any]) -> tuple[str, ...]:
    if attrs.has(made):
        return tuple(field.name for field in attrs.fields(made))
    names: tuple[str, ...] = made._fields
    return names


_NAMES = {made: (_CLASS + place, _fields(made)) for place, made in enumerate(_CLASSES)}


def _written(value: Any) -> Any:
    made = type(value)
    if made in _PLAIN:
        return value
    if made is int:
        return value if -_SMALL < value < _SMALL else [_INT, str(value)]
    if made is tuple:
        return [_TUPLE, *map(_written, value)]
    if made in _NAMES:
        number, names = _NAMES[made]
        return [number, *[_written(getattr(value, name)) for name in names]]
    return _WRITERS[made](value) if made in _WRITERS else _refused(value)


def _refused(value: Any) -> Any:
    raise TypeError(f"a snapshot holds no {type(value).__name__}")


def _flat(value: dict[Any, Any]) -> list[Any]:
    found: list[Any] = [_DICT]
    for key, item in value.items():
        found += (_written(key), _written(item))
    return found


_WRITERS: dict[type[Any], Callable[[Any], Any]] = {
    list: lambda value: [_LIST, *map(_written, value)],
    dict: _flat,
    frozenset: lambda value: [_SET, *sorted(map(_written, value), key=repr)],
    Decimal: lambda value: [_DECIMAL, str(value)],
    Money: lambda value: [_MONEY, str(value.amount), value.currency],
    Unknown: lambda _: [_UNKNOWN],
    date: lambda value: [_DATE, value.isoformat()],
    Place: lambda _: None,  # where an event was read says nothing of what it is
    Ranked: lambda value: [_RANKED, _written(value.value), value.stage, value.descending],
}


def _read(data: Any) -> Any:
    if type(data) is not list:
        if type(data) in _PLAIN or type(data) is int:
            return data
        raise ValueError("not what a snapshot is made of")
    kind, *rest = data
    if kind == _TUPLE:
        return tuple([_read(item) for item in rest])
    if kind >= _CLASS:
        return _CLASSES[kind - _CLASS](*[_read(item) for item in rest])
    return _READERS[kind](rest)


def _pairs(rest: list[Any]) -> dict[Any, Any]:
    return {_read(key): _read(value) for key, value in zip(rest[::2], rest[1::2], strict=True)}


_READERS: dict[int, Callable[[list[Any]], Any]] = {
    _LIST: lambda rest: [_read(item) for item in rest],
    _DICT: _pairs,
    _SET: lambda rest: frozenset(map(_read, rest)),
    _INT: lambda rest: int(rest[0]),
    _DECIMAL: lambda rest: Decimal(rest[0]),
    _MONEY: lambda rest: Money(*rest),
    _UNKNOWN: lambda _: UNKNOWN,
    _DATE: lambda rest: date.fromisoformat(rest[0]),
    _RANKED: lambda rest: Ranked(_read(rest[0]), rest[1], descending=rest[2]),
}

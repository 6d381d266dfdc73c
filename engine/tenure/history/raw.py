"""The outer shape of a record: which keys it may have and of what type, before the contract is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from tenure.diagnostics import did_you_mean
from tenure.history.fault import Fault, shown


class RawEvent(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One decoded record; ``None`` stands for a key that is missing or ``null``."""

    id: str | int | None = None
    at: str | None = None
    seq: int | None = None
    type: str | None = None
    by: str | list[str] | None = None
    data: dict[str, Any] | None = None
    recorded: str | None = None
    corrects: str | int | None = None
    retracts: str | int | None = None
    evidence: Any = None


KEYS = RawEvent.__struct_fields__


def _is_name(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_time(value: object) -> bool:
    return isinstance(value, str | date)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_parties(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    )


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(key, str) for key in value)


_SHAPES: dict[str, tuple[Callable[[object], bool], str, str]] = {
    "id": (_is_name, "text", "put it in quotes"),
    "at": (
        _is_time,
        "a date or an instant in quotes",
        'write it like "2026-04-27" or "2026-04-27T10:00:00Z"',
    ),
    "seq": (_is_whole, "a whole number", "it orders the events of one day: 1, 2, 3"),
    "type": (lambda value: isinstance(value, str), "the name of an event type", "put it in quotes"),
    "by": (_is_parties, "an actor or a list of actors", 'write "Buyer", or ["Buyer", "Seller"]'),
    "data": (_is_object, "an object", 'write {"name": value, …}'),
    "recorded": (_is_time, "a date or an instant in quotes", 'write it like "2026-04-27"'),
    "corrects": (_is_name, "the id of an event", "put it in quotes"),
    "retracts": (_is_name, "the id of an event", "put it in quotes"),
}


def raw_event(mapping: Mapping[str, object], faults: list[Fault]) -> RawEvent | None:
    """The record in ``mapping``; what does not fit is added to ``faults``, and then there is no record."""
    before = len(faults)
    faults.extend(_unknown_key(key) for key in mapping if key not in KEYS)
    given = {key: mapping[key] for key in KEYS if mapping.get(key) is not None}
    for key, value in given.items():
        fits, wanted, help = _SHAPES.get(key, (None, "", ""))
        if fits is not None and not fits(value):
            faults.append(Fault("TEN409", f"`{key}` must be {wanted}, not `{shown(value)}`", help, (key,)))
    return None if len(faults) > before else RawEvent(**{k: _plain(v) for k, v in given.items()})


def _unknown_key(key: object) -> Fault:
    if not isinstance(key, str):
        return Fault("TEN407", f"`{shown(key)}` is not a key of an event", "keys are text")
    near = did_you_mean(key, KEYS) if len(key) <= 100 else None
    help = near or "attributes of the event belong in `data`; the keys are " + ", ".join(
        f"`{k}`" for k in KEYS
    )
    return Fault("TEN407", f"`{shown(key)}` is not a key of an event", help, (key,))


def _plain(value: object) -> Any:  # the fields of RawEvent have been checked against their shapes
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value

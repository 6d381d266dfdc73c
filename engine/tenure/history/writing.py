"""From events back to records: what is written reads as the same events."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tenure.diagnostics import HistoryError, Place
from tenure.history.event import RETRACTION, Event
from tenure.history.schema import Attribute, Schema
from tenure.history.values import Money, Unknown, Value
from tenure.time import Calendar, format_instant

if TYPE_CHECKING:
    from tenure.history.history import History

# Exact decimals are written as JSON numbers, digit by digit.
_encoder = msgspec.json.Encoder(decimal_format="number")


def event_to_mapping(event: Event, schema: Schema) -> dict[str, object]:
    """The record of ``event`` in the keys of the file format; times are RFC 3339 in the contract's zone."""
    start = event.at - (event.seq or 0)
    record: dict[str, object] = {"id": event.id, "at": _time(start, schema.zone, as_date=event.is_date)}
    if event.seq is not None:
        record["seq"] = event.seq
    if event.type != RETRACTION or event.retracts is None:
        record["type"] = event.type
    if event.by:
        record["by"] = event.by[0] if len(event.by) == 1 else list(event.by)
    if event.data:
        record["data"] = _data(event, schema)
    if event.recorded != event.at or event.target is not None:
        record["recorded"] = format_instant(event.recorded, schema.zone)
    for key in ("corrects", "retracts", "evidence"):
        if getattr(event, key) is not None:
            record[key] = getattr(event, key)
    return record


def event_to_line(event: Event, schema: Schema) -> str:
    """The record of ``event`` as one line of JSON."""
    return _encoder.encode(event_to_mapping(event, schema)).decode()


def _data(event: Event, schema: Schema) -> dict[str, object]:
    declared = {a.name: a for a in schema.event_types[event.type].attributes}
    return {name: _written(value, declared[name], schema.zone) for name, value in event.data}


def _written(value: Value, attribute: Attribute, zone: str) -> object:
    if isinstance(value, Unknown):
        return None
    if isinstance(value, Money):
        return str(value)
    if attribute.type in ("date", "instant") and isinstance(value, int):
        return _time(value, zone, as_date=attribute.type == "date")
    return value


def _time(instant: int, zone: str, *, as_date: bool) -> str:
    return Calendar(zone).day_of(instant).isoformat() if as_date else format_instant(instant, zone)


def write_history(history: History, path: str | os.PathLike[str], schema: Schema) -> None:
    """Write the records of ``history`` as JSON Lines, suppositions left out.

    Raises :class:`~tenure.diagnostics.HistoryError` (TEN401) where the file cannot be written.
    """
    lines = [_encoder.encode(event_to_mapping(e, schema)) for e in history.events if not e.supposed]
    try:
        Path(path).write_bytes(b"".join(line + b"\n" for line in lines))
    except OSError as error:
        place = Place(file=os.fspath(path))
        raise HistoryError.of("TEN401", f"cannot write the file: {error.strerror}", place=place) from None

"""CloudEvents 1.0 envelopes: the same record under other key names.

See the CloudEvents specification, version 1.0, "Required attributes" and "Extension context attributes".
"""

from __future__ import annotations

from collections.abc import Mapping

from tenure.history.fault import Fault, shown
from tenure.history.schema import Schema

_SAME = ("id", "data", "recorded", "corrects", "retracts", "evidence")


def is_envelope(mapping: Mapping[str, object]) -> bool:
    """Whether the object calls itself a CloudEvent."""
    return "specversion" in mapping


def unwrap(mapping: Mapping[str, object], schema: Schema, faults: list[Fault]) -> dict[str, object] | None:
    """The record inside; attributes of the envelope that a history has no use for are left behind."""
    found = _faults(mapping)
    faults.extend(found)
    if found:
        return None
    record = {key: mapping[key] for key in _SAME if key in mapping}
    record["at"] = mapping["time"]
    record["type"] = _type(mapping["type"], schema)
    if "by" in mapping:
        record["by"] = split_actors(mapping["by"], schema)
    if "seq" in mapping:
        record["seq"] = _whole(mapping["seq"])
    return record


def _faults(mapping: Mapping[str, object]) -> list[Fault]:
    if mapping["specversion"] != "1.0":
        message = f"CloudEvents version `{shown(mapping['specversion'])}` is not known"
        return [Fault("TEN426", message, "send version 1.0", ("specversion",))]
    if "data_base64" in mapping:
        return [
            Fault("TEN426", "a CloudEvent with binary data", "send `data` as a JSON object", ("data_base64",))
        ]
    missing = [key for key in ("id", "source", "type", "time") if mapping.get(key) is None]
    return [
        Fault("TEN426", f"the CloudEvent has no `{key}`", "give `id`, `source`, `type` and `time`", ())
        for key in missing
    ]


def _type(name: object, schema: Schema) -> object:
    if not isinstance(name, str) or name in schema.event_types:
        return name
    last = name.rpartition(".")[2]
    return last if last in schema.event_types else name


def split_actors(value: object, schema: Schema) -> object:
    """Actors from one text such as ``"Buyer, Seller"``; anything else is given back as it is."""
    if not isinstance(value, str) or value in schema.actors:
        return value
    names = [name.strip() for name in value.replace(";", ",").split(",")]
    return [name for name in names if name]


def _whole(value: object) -> object:
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10
        else value
    )

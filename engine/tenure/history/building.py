"""From a raw record to an event, against what the contract declares; all faults of a record are found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from attrs import frozen

from tenure.diagnostics import HistoryError, Place, TimeError
from tenure.history.checks import Check, compile_check, suggestion
from tenure.history.envelopes import is_envelope, unwrap
from tenure.history.event import RETRACTION, Event
from tenure.history.fault import Fault, MismatchError, faults_of, shown
from tenure.history.raw import RawEvent, raw_event
from tenure.history.schema import EventType, Schema
from tenure.history.values import REQUIRED, UNKNOWN, Required, Value
from tenure.time import MAX_INSTANT, Moment, parse_moment

#: ``seq`` is below this, so that it never moves an event by a second or more.
SEQ_LIMIT = 1_000_000
_REMEMBERED = 100_000
_MISSING = object()


@frozen
class _Plan:
    """An event type with its compiled checks, in declared order."""

    event_type: EventType
    steps: tuple[tuple[str, Value | Required, Check], ...]


class Builder:
    """Builds the events of one schema; keep one for many records, it remembers the dates it has read."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._moments: dict[str, Moment] = {}
        self._plans = {name: self._plan(event_type) for name, event_type in schema.event_types.items()}
        self._actors = {actor: (actor,) for actor in schema.actors}

    def from_mapping(
        self, mapping: Mapping[str, object], place: Place | None, faults: list[Fault]
    ) -> Event | None:
        """As :meth:`build`, from an object of any shape, a CloudEvents envelope included."""
        if is_envelope(mapping):
            opened = unwrap(mapping, self.schema, faults)
            return None if opened is None else self.from_mapping(opened, place, faults)
        raw = raw_event(mapping, faults)
        return None if raw is None else self.build(raw, place, faults)

    def build(self, raw: RawEvent, place: Place | None, faults: list[Fault]) -> Event | None:
        """The event of ``raw``, or ``None`` with what is wrong added to ``faults``."""
        before = len(faults)
        _check_names(raw, faults)
        at = self._moment(raw.at, "at", faults) if raw.at is not None else None
        recorded = self._moment(raw.recorded, "recorded", faults) if raw.recorded is not None else None
        if raw.at is None and raw.retracts is None:
            help = 'say when it happened: "at": "2026-04-27"'
            faults.append(Fault("TEN408", "the event has no `at`", help, ("at",)))
        by = self._by(raw, faults)
        data = self._data(raw, faults)
        # A retraction needs no time of its own: it happens when it is recorded.
        at = at or recorded
        start = _start(at, raw.seq, faults)
        if len(faults) > before or at is None:
            return None
        return Event(
            str(raw.id),
            start,
            at.is_date,
            raw.seq,
            raw.type or RETRACTION,
            by,
            data,
            start if recorded is None else recorded.instant,
            None if raw.corrects is None else str(raw.corrects),
            None if raw.retracts is None else str(raw.retracts),
            raw.evidence,
            place,
        )

    def _plan(self, event_type: EventType) -> _Plan:
        checks = [
            (a.name, a.default, compile_check(a, self.schema, self._read_moment))
            for a in event_type.attributes
        ]
        return _Plan(event_type, tuple(checks))

    def _read_moment(self, text: str) -> Moment:
        found = self._moments.get(text)
        if found is None:
            if len(self._moments) >= _REMEMBERED:
                self._moments.clear()
            found = self._moments[text] = parse_moment(_cut(text), self.schema.zone)
        return found

    def _moment(self, text: str, key: str, faults: list[Fault]) -> Moment | None:
        try:
            return self._read_moment(text)
        except TimeError as error:
            faults.extend(faults_of(error, (key,)))
            return None

    def _by(self, raw: RawEvent, faults: list[Fault]) -> tuple[str, ...]:
        by = raw.by
        if isinstance(by, str):
            known = self._actors.get(by)
            if known is not None:
                return known
            by = [by]
        if not by:
            plan = self._plans.get(raw.type or "")
            if plan is not None and plan.event_type.kind == "act" and raw.retracts is None:
                message = f"`{raw.type}` is an act, and nobody did it"
                faults.append(Fault("TEN412", message, 'name its actor: "by": "…"', ("by",)))
            return ()
        faults.extend(self._unknown_actor(actor) for actor in by if actor not in self._actors)
        return tuple(dict.fromkeys(by))

    def _unknown_actor(self, actor: str) -> Fault:
        help = suggestion(actor, self.schema.actors)
        return Fault("TEN411", f"`{shown(actor)}` is not an actor of the contract", help, ("by",))

    def _data(self, raw: RawEvent, faults: list[Fault]) -> tuple[tuple[str, Value], ...]:
        if raw.retracts is not None and not raw.data and raw.type in (None, RETRACTION):
            return ()
        plan = self._plans.get(raw.type or "")
        if plan is None:
            faults.append(self._unknown_type(raw.type))
            return ()
        if raw.retracts is not None and not raw.data:
            return ()
        return _values(plan, raw.data or {}, faults)

    def _unknown_type(self, name: str | None) -> Fault:
        if not name:
            return Fault(
                "TEN408", "the event has no `type`", "name a type that the contract declares", ("type",)
            )
        help = suggestion(name, self._plans) or "declare it in the contract, with `fact` or `act`"
        return Fault("TEN410", f"`{shown(name)}` is not an event type of the contract", help, ("type",))


def _values(plan: _Plan, given: dict[str, Any], faults: list[Fault]) -> tuple[tuple[str, Value], ...]:
    values: list[tuple[str, Value]] = []
    used = 0
    for name, default, check in plan.steps:
        value = given.get(name, _MISSING)
        if value is _MISSING:
            if default is REQUIRED:
                faults.append(_missing(plan, name))
            else:
                values.append((name, default))
            continue
        used += 1
        if value is None:
            values.append((name, UNKNOWN))
            continue
        try:
            values.append((name, check(value)))
        except MismatchError as mismatch:
            faults.append(mismatch.fault("data", name))
    if used < len(given):
        faults.extend(_unknown_attributes(plan, given))
    return tuple(values)


def _missing(plan: _Plan, name: str) -> Fault:
    message = f"`{plan.event_type.name}` needs the attribute `{name}`"
    return Fault(
        "TEN413", message, f'give it in `data`, or write "{name}": null where it is unknown', ("data",)
    )


def _unknown_attributes(plan: _Plan, given: dict[str, Any]) -> list[Fault]:
    known = [name for name, _, _ in plan.steps]
    return [
        Fault(
            "TEN414",
            f"`{shown(name)}` is not an attribute of `{plan.event_type.name}`",
            suggestion(name, known) or "declare it in the contract, or take it out",
            ("data", name),
        )
        for name in given
        if name not in known
    ]


def _cut(text: str) -> str:
    # No time is this long, and the message that says so must not repeat a megabyte.
    return text if len(text) <= 64 else f"{text[:60]}…"


def _check_names(raw: RawEvent, faults: list[Fault]) -> None:
    if raw.id is None or raw.id == "":
        help = 'give it one of its own: "id": "e1"'
        faults.append(Fault("TEN408", "the event has no `id`", help, ("id",)))
    if raw.corrects is not None or raw.retracts is not None:
        faults.extend(_target_faults(raw))
    elif isinstance(raw.id, str):
        return
    for key, name in (("id", raw.id), ("corrects", raw.corrects), ("retracts", raw.retracts)):
        # Python refuses to print the longest integers, and nobody numbers events with them.
        if isinstance(name, int) and name.bit_length() > 256:
            faults.append(Fault("TEN417", f"the number in `{key}` is too large", "write ids as text", (key,)))


def _start(at: Moment | None, seq: int | None, faults: list[Fault]) -> int:
    """The instant of an event with its ``seq`` ticks; without a time the fault has been found already."""
    start = 0 if at is None else at.instant
    if seq is None:
        return start
    if not 0 <= seq < SEQ_LIMIT:
        help = "it orders the events of one day: 1, 2, 3"
        faults.append(Fault("TEN409", f"`seq` must be from 0 to {SEQ_LIMIT - 1}", help, ("seq",)))
    elif start + seq > MAX_INSTANT:
        faults.append(Fault("TEN409", "`seq` leads beyond the last instant", "leave it out", ("seq",)))
    return start + seq


def _target_faults(raw: RawEvent) -> list[Fault]:
    key = "corrects" if raw.corrects is not None else "retracts"
    faults = []
    if raw.corrects is not None and raw.retracts is not None:
        help = "retract the one, and record the other as an event of its own"
        faults.append(Fault("TEN422", "one record cannot both correct and retract", help, ("retracts",)))
    if raw.recorded is None:
        help = "say from when on it was known: `recorded`"
        faults.append(Fault("TEN423", f"a record that `{key}` another needs `recorded`", help, (key,)))
    if raw.id is not None and raw.id in (raw.corrects, raw.retracts):
        message = f"`{shown(raw.id)}` {key} itself"
        faults.append(
            Fault("TEN421", message, "name the earlier event, and give this one an id of its own", (key,))
        )
    return faults


@lru_cache(maxsize=32)
def builder_for(schema: Schema) -> Builder:
    """The builder of ``schema``, shared by all who ask."""
    return Builder(schema)


def event_from_mapping(raw: Mapping[str, object], schema: Schema, place: Place | None = None) -> Event:
    """The event that ``raw`` describes, with the keys of the file format.

    Raises :class:`~tenure.diagnostics.HistoryError` with every fault of it.
    """
    faults: list[Fault] = []
    if not isinstance(raw, Mapping):
        raise HistoryError.of("TEN406", f"an event is an object, not `{shown(raw)}`", place=place)
    event = builder_for(schema).from_mapping(raw, place, faults)
    if event is None:
        raise HistoryError(*(fault.diagnostic(place) for fault in faults))
    return event

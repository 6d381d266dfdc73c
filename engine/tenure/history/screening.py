"""Which records can stand together: ids, and what corrections and retractions name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from attrs import evolve

from tenure.diagnostics import Diagnostic, Label, did_you_mean
from tenure.history.event import Event
from tenure.history.fault import shown

# Comparing a wrong id with every id of a large history would cost more than the advice is worth.
_COMPARED = 2_000


def screen(events: Iterable[Event]) -> tuple[dict[str, Event], list[Diagnostic]]:
    """The records that can stand, by id in their order, and what is wrong with the others.

    A repeated identical record is dropped without a word.
    """
    by_id, found = _unique(events)
    targeting = [event for event in by_id.values() if event.target is not None]
    while targeting:
        bad = {e.id: d for e in targeting if (d := _dangling(e, by_id)) is not None} or _cycles(
            targeting, by_id
        )
        if not bad:
            break
        found.extend(bad.values())
        for id in bad:
            del by_id[id]
        targeting = [event for event in targeting if event.id not in bad]
    return by_id, found


def fault_beside(event: Event, by_id: Mapping[str, Event]) -> Diagnostic | None:
    """Why ``event`` cannot stand beside the records ``by_id``, to which it comes last; None where it can.

    An identical record of that id is no fault.
    """
    first = by_id.get(event.id)
    if first is not None:
        return None if evolve(event, supposed=first.supposed) == first else _two_contents(first, event)
    return _dangling(event, by_id)


def _unique(events: Iterable[Event]) -> tuple[dict[str, Event], list[Diagnostic]]:
    by_id: dict[str, Event] = {}
    found: list[Diagnostic] = []
    for event in events:
        first = by_id.setdefault(event.id, event)
        if first is not event and evolve(event, supposed=first.supposed) != first:
            found.append(_two_contents(first, event))
    return by_id, found


def _two_contents(first: Event, second: Event) -> Diagnostic:
    where = f" (first at {first.place})" if first.place else ""
    return Diagnostic(
        "TEN419",
        f"two events with different content have the id `{shown(second.id)}`{where}",
        place=second.place,
        labels=(Label(first.place, "first given here"),) if first.place else (),
        help=f'give the second an id of its own; to replace the first, add "corrects": "{shown(first.id)}"',
    )


def _dangling(event: Event, by_id: Mapping[str, Event]) -> Diagnostic | None:
    target, verb = event.target, _verb(event)
    if target is None or (target in by_id and target != event.id):
        return None
    if target == event.id:
        help = "name the earlier event, and give this one an id of its own"
        return Diagnostic("TEN421", f"`{shown(event.id)}` {verb} itself", place=event.place, help=help)
    message = f"`{shown(event.id)}` {verb} `{shown(target)}`, and there is no such event"
    return Diagnostic("TEN420", message, place=event.place, help=near_id(target, by_id))


def _cycles(targeting: Iterable[Event], by_id: Mapping[str, Event]) -> dict[str, Diagnostic]:
    """A finding for each record that is on, or leads into, a ring of corrections."""
    grounded: set[str] = set()
    bad: dict[str, Diagnostic] = {}
    for event in targeting:
        path: dict[str, None] = {}
        id: str | None = event.id
        while id is not None and id not in grounded and id not in path and id not in bad:
            path[id] = None
            id = by_id[id].target
        if id is None or id in grounded:
            grounded.update(path)
        else:
            bad.update({each: _ring(by_id[each], [*path]) for each in path})
    return bad


def _ring(event: Event, path: list[str]) -> Diagnostic:
    ring = " → ".join(f"`{shown(id)}`" for id in path[:5])
    message = f"`{shown(event.id)}` {_verb(event)} `{shown(event.target)}` in a ring: {ring}"
    help = "a correction or retraction names an earlier event"
    return Diagnostic("TEN421", message, place=event.place, help=help)


def near_id(id: str, by_id: Mapping[str, Event]) -> str:
    """A "did you mean" for an id, from the first few thousand of the history."""
    near = did_you_mean(id, islice(by_id, _COMPARED)) if len(id) <= 100 else None
    return near or "name the `id` of an event of this history"


def _verb(event: Event) -> str:
    return "corrects" if event.corrects is not None else "retracts"

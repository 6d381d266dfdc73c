"""How comparisons are printed: of readings, of what was known, of two texts of a contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tenure.cli.output import Printer
from tenure.cli.shapes import (
    Shape,
    breach_shape,
    difference_shape,
    identity_shape,
    instant_shape,
    span_shape,
)
from tenure.diagnostics.render import as_json
from tenure.history import Event
from tenure.timeline import Timeline
from tenure.timeline.boxes import Box
from tenure.timeline.comparison import Answer, ComparedPosition, ReadingsCompared, box_text
from tenure.timeline.impact import Impact, Impacts
from tenure.timeline.then_and_now import ThenAndNow
from tenure.views.differences import breach_line, difference_lines, status_line
from tenure.views.words import moment_text, sentence

# ---------------------------------------------------------------- readings


def readings_lines(timeline: Timeline, found: ReadingsCompared) -> Iterator[str]:
    """Each position that differs: the readings that decide it, each answer with its spans, and when they part."""
    if not found:
        so_far = "the same under every reading" if found.complete else "nothing that differs was found yet"
        yield f"{so_far} ({_count(found.compared, 'position')})"
        return
    for compared in found.positions:
        right = sentence(timeline, timeline.verdict(compared.position, timeline.horizon))
        yield f"{right}: decided by {', '.join(compared.readings)}"
        for answer in compared.answers:
            mark = "*" if answer.chosen else "-"
            yield f"  {mark} {_under(answer)}"
            spans = answer.spans or ()
            yield from (f"      {status_line(timeline, span)}" for span in spans)
            if not spans:
                yield "      never held"
        yield from (
            f"  they part {moment_text(timeline, p.start, open='always')} to {moment_text(timeline, p.end)}"
            for p in compared.partings
        )
    names = ", ".join(found.readings)
    yield f"{_count(len(found.positions), 'position')} of {found.compared} depend on {names}; * is what was chosen"


def _under(answer: Answer) -> str:
    return "; or ".join(map(box_text, answer.choices))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def readings_shape(timeline: Timeline, found: ReadingsCompared) -> Shape:
    """The JSON of a comparison of readings."""
    return {
        "compares": "readings",
        "horizon": instant_shape(timeline, timeline.horizon),
        "compared": found.compared,
        "choices": found.looked_at,
        "complete": found.complete,
        "readings": [_reading_shape(timeline, name) for name in found.readings],
        "positions": [_compared_shape(timeline, compared) for compared in found.positions],
    }


def _reading_shape(timeline: Timeline, name: str) -> Shape:
    reading = timeline.vocabulary.readings[name]
    values = [{"name": value.name, "about": value.about} for value in reading.values]
    return {"name": name, "about": reading.about, "chosen": timeline.line.choice[name], "values": values}


def _compared_shape(timeline: Timeline, compared: ComparedPosition) -> Shape:
    return {
        **identity_shape(timeline, timeline.verdict(compared.position, timeline.horizon)),
        "readings": list(compared.readings),
        "answers": [
            {
                "choices": [_box_shape(box) for box in answer.choices],
                "chosen": answer.chosen,
                "spans": [span_shape(timeline, span) for span in answer.spans],
            }
            for answer in compared.answers
        ],
        "partings": [
            {
                "start": instant_shape(timeline, parting.start),
                "end": instant_shape(timeline, parting.end),
                "statuses": list(parting.statuses),
            }
            for parting in compared.partings
        ],
    }


def _box_shape(box: Box) -> dict[str, list[str]]:
    return {name: list(values) for name, values in box}


# ---------------------------------------------------------------- then and now


def then_and_now_lines(found: ThenAndNow) -> Iterator[str]:
    """What differs between then and now, and the records that made the difference."""
    if not found:
        yield f"the same then and now ({_count(found.learnt, 'record')} learnt in between)"
        return
    for difference in found.changed:
        yield from difference_lines(found.then, found.now, difference)
    yield "because of"
    yield from (f"  {_record(found.now, event)}" for event in found.events)


def _record(timeline: Timeline, event: Event) -> str:
    what = f"{event.id} {event.type}" if event.retracts is None else f"{event.id} retracts {event.retracts}"
    corrects = f", corrects {event.corrects}" if event.corrects is not None else ""
    known = moment_text(timeline, event.recorded)
    return f"{what} of {moment_text(timeline, event.at)}{corrects}, recorded {known}"


def then_and_now_shape(found: ThenAndNow) -> Shape:
    """The JSON of then and now."""
    return {
        "compares": "known",
        "then": instant_shape(found.then, found.then.horizon),
        "now": instant_shape(found.now, found.now.horizon),
        "learnt": found.learnt,
        "complete": found.complete,
        "events": [
            {
                "id": event.id,
                "type": event.type,
                "at": instant_shape(found.now, event.at),
                "recorded": instant_shape(found.now, event.recorded),
                "corrects": event.corrects,
                "retracts": event.retracts,
            }
            for event in found.events
        ],
        "changed": [difference_shape(_known(found, d.position), d) for d in found.changed],
    }


def _known(found: ThenAndNow, position: Any) -> Timeline:
    return found.then if position in found.then.line.sources else found.now


# ---------------------------------------------------------------- two texts


def print_impact(out: Printer, found: Impacts) -> None:
    """The clauses that differ, a table of what changes for each history, and the rest of what changes."""
    for word, names in (("new", found.added), ("gone", found.removed), ("written anew", found.rewritten)):
        if names:
            out.lines([f"clauses {word}: {', '.join(names)}"])
    for one in found.impacts:
        if one.diff is None:
            out.lines([f"{one.history}: cannot be read by both"])
            continue
        out.lines([f"{one.history}: {'nothing changes' if not one else _tally(one)}"])
        for difference in one.changed:
            lines = difference_lines(one.diff.before, one.diff.after, difference)
            out.lines(f"  {line}" for line in lines)
        for sign, breaches in (("-", one.diff.healed), ("+", one.diff.breaches)):
            out.lines(f"  {sign} breach{breach_line(one.diff.after, breach)}" for breach in breaches)
    touched = sum(1 for one in found.impacts if one)
    out.lines([f"{touched} of {len(found.impacts)} histories change"])


def _tally(one: Impact) -> str:
    kinds = [difference.kind for difference in one.changed]
    told = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
    assert one.diff is not None
    counts = (
        ("new void act", one.diff.void), ("void act mended", one.diff.mended),
        ("new breach", one.diff.breaches), ("breach healed", one.diff.healed),
    )  # fmt: skip
    told += [f"{len(items)} {word}" for word, items in counts if items]
    return ", ".join(told)


def impact_shape(found: Impacts) -> Shape:
    """The JSON of an amendment's impact."""
    return {
        "compares": "texts",
        "clauses": {
            "added": list(found.added),
            "removed": list(found.removed),
            "rewritten": list(found.rewritten),
        },
        "complete": found.complete,
        "histories": [_history_shape(one) for one in found.impacts],
    }


def _history_shape(one: Impact) -> Shape:
    diff = one.diff
    if diff is None:
        return {
            "history": one.history,
            "changed": [],
            "breaches": [],
            "healed": [],
            "problems": as_json(one.problems),
        }
    shaped = [
        difference_shape(diff.before if d.position in diff.before.line.sources else diff.after, d)
        for d in one.changed
    ]
    return {
        "history": one.history,
        "changed": shaped,
        "breaches": _breaches(diff.after, diff.breaches),
        "healed": _breaches(diff.before, diff.healed),
        "problems": [],
    }


def _breaches(timeline: Timeline, breaches: Iterable[Any]) -> list[Shape]:
    return [breach_shape(timeline, breach) for breach in breaches]

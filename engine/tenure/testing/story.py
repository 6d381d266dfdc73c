"""One history as people read it: a dated story, the text of a scenario that tells it again, a picture of its timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from tenure.diagnostics import TenureError
from tenure.history import Event, History, Money, event_to_mapping
from tenure.history.schema import Attribute
from tenure.history.values import UNKNOWN, Value
from tenure.language import syntax as s
from tenure.language.printer import format_item
from tenure.norms import Vocabulary
from tenure.norms.scope import variables_in
from tenure.time import Calendar, Instant, format_instant
from tenure.timeline import Contract, Timeline
from tenure.timeline.scenarios import run_scenario
from tenure.timeline.verdict import EdgeCause
from tenure.views.rows import strips
from tenure.views.text import timeline_plain

#: A picture shows at most so many strips.
_STRIPS = 8


def told(history: History, vocabulary: Vocabulary) -> Iterator[str]:
    """The records in the order of time, one a line."""
    for event in sorted(history.events, key=lambda e: (e.at, e.seq or 0)):
        mapping = event_to_mapping(event, vocabulary.schema)
        by = ",".join(event.by) or "-"
        seq = f" (seq {event.seq})" if event.seq else ""
        data = " ".join(f"{name}={_shown(value)}" for name, value in event.data)
        notes = [f"{key} {mapping[key]}" for key in ("corrects", "retracts", "recorded") if key in mapping]
        note = f"  -- {', '.join(notes)}" if notes else ""
        yield f"{mapping['at']}{seq}  {by}  {event.type} {data}".rstrip() + f" as {event.id}{note}"


def _shown(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) and " " in value else str(value)


# ---------------------------------------------------------------- scenarios


def as_scenario(
    contract: Contract,
    history: History,
    name: str,
    *,
    broken: s.Property | None = None,
    since: Instant | None = None,
    readings: Iterable[tuple[str, str]] = (),
) -> str | None:
    """A `scenario` that tells the events which count in ``history``; None where a story cannot tell them.

    With ``broken`` it expects what that property says of the instant ``since``, where that reproduces the failure.
    """
    vocabulary = contract.vocabulary
    events = history.view()
    lines = tuple(_happening(event, vocabulary) for event in events)
    under = tuple(s.When(reading, (value,)) for reading, value in readings)
    plain = s.Scenario(name, alone=True, under=under, lines=lines)
    if broken is not None and since is not None:
        expecting = _expecting(contract, plain, broken, since)
        if expecting is not None:
            return format_item(expecting)
    return format_item(plain)


def _expecting(
    contract: Contract, plain: s.Scenario, broken: s.Property, since: Instant
) -> s.Scenario | None:
    """The story with what the property demands of ``since``, if telling it shows the failure."""
    formula = _closed(broken.formula.of if isinstance(broken.formula, s.Always) else broken.formula, contract)
    date = s.Date(_moment(since, contract.vocabulary.calendar))
    asked = s.Scenario(
        plain.name, alone=True, under=plain.under, lines=(*plain.lines, s.Expectation(date, formula))
    )
    try:
        result = run_scenario(contract, asked, History.from_events(()))
    except TenureError:
        return None
    return asked if result.error is None and not result.passed else None


def _closed(formula: s.Formula, contract: Contract) -> s.Formula:
    """The same without free variables: there is nothing that makes the `if` true and the `then` false."""
    names = tuple(sorted(variables_in(formula, contract.vocabulary)))
    if not names or not isinstance(formula, s.Implies):
        return formula
    return s.Not(s.Exists(names, s.And((formula.condition, s.Not(formula.consequence)))))


def _happening(event: Event, vocabulary: Vocabulary) -> s.Happening:
    kinds = {a.name: a for a in vocabulary.schema.event_types[event.type].attributes}
    arguments = tuple(
        s.Argument(name, _term(value, kinds[name], vocabulary))
        for name, value in event.data
        if value != kinds[name].default
    )
    at = s.Date(_moment(event.at - (event.seq or 0), vocabulary.calendar))
    return s.Happening(at, event.by, event.type, arguments, event.id, event.seq)


def _term(value: Value, attribute: Attribute, vocabulary: Vocabulary) -> s.Term:
    if value is UNKNOWN:
        return s.Null()
    match value:
        case bool():
            return s.Flag(value)
        case int() if attribute.type in ("date", "instant"):
            return s.Date(_moment(value, vocabulary.calendar))
        case int() | Decimal():
            return s.Number(Decimal(value))
        case Money(amount, currency):
            return s.Money(amount, currency)
        case str() if value in (*vocabulary.actors, *vocabulary.kinds, *attribute.choices):
            return s.Name(value)
        case _:
            return s.Text(str(value))


def _moment(instant: Instant, calendar: Calendar) -> str:
    day = calendar.day_of(instant)
    if calendar.start_of_day(day) == instant:
        return day.isoformat()
    return format_instant(instant, calendar.zone)


# ---------------------------------------------------------------- the failure


def picture(timeline: Timeline, causes: Iterable[EdgeCause | None] = ()) -> Iterator[str]:
    """The timeline as text: the positions that clauses give, those first that the last events changed."""
    line = timeline.line
    positions = [(p, None) for p in line.sources if not line.is_declared(p)]
    marks = [t for c in causes if c is not None and (t := _instant(timeline, c)) is not None]
    yield from timeline_plain(timeline, strips(timeline, positions)[:_STRIPS], marks=marks)


def _instant(timeline: Timeline, cause: EdgeCause) -> Instant | None:
    if cause.event is None:
        return cause.limit
    event = timeline.event(cause.event)
    return None if event is None else event.at

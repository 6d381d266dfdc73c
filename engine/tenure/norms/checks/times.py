"""Dates, lengths and instants: what does not exist, what is ambiguous, and events that are used as if they lasted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenure.diagnostics import Diagnostic, Place, TenureError
from tenure.language import syntax as s
from tenure.norms.checks.findings import error, warning
from tenure.norms.checks.momentary import is_momentary, momentary_branches
from tenure.norms.checks.sites import Site, Subject
from tenure.norms.formulas import FormulaLowering
from tenure.norms.vocabulary import Vocabulary
from tenure.time import CivilDate, parse_moment

_YEAR = 4
_AHEAD: dict[type[Any], str] = {
    s.Always: "always", s.Eventually: "eventually", s.HoldsUntil: "holds until", s.NextChange: "next change",
}  # fmt: skip


def check_times(subject: Subject) -> Iterator[Diagnostic]:
    """Every fault of time."""
    vocabulary = subject.vocabulary
    for site in subject.sites:
        for date in site.all(s.Date):
            yield from _date(date, vocabulary)
        for length in site.all(s.Length):
            yield from _length(length, vocabulary)
        for until in site.all(s.Until):
            yield from _bare_years(until, site)
        for edge in site.all(s.Edge):
            if edge.kind == "expires":
                yield from _expires(edge.of, edge.place, subject)
        if not site.looks_ahead:
            yield from (_ahead(f, word) for kind, word in _AHEAD.items() for f in site.all(kind))
            yield from _lasting(site, vocabulary)


# ---------------------------------------------------------------- dates and lengths


def _date(date: s.Date, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    try:
        if "T" in date.text:
            parse_moment(date.text, vocabulary.zone)
        else:
            civil = CivilDate.parse(date.text)
            vocabulary.calendar.start_of(civil)
            vocabulary.calendar.end_of(civil)
    except TenureError as fault:
        yield from (_placed(d, date.place) for d in fault.diagnostics)


def _length(length: s.Length, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    try:
        duration = FormulaLowering.duration(length)
    except TenureError as fault:
        yield from (_placed(d, length.place) for d in fault.diagnostics)
        return
    if duration.business_days and vocabulary.calendar.business is None:
        advice = "declare the calendar, such as `business days US`"
        yield error(
            "TEN321", f"`{duration}` needs to know which days are business days", length.place, advice
        )


def _placed(found: Diagnostic, place: Place | None) -> Diagnostic:
    return found.at(place) if place is not None else found


def _bare_years(until: s.Until, site: Site) -> Iterator[Diagnostic]:
    for end in until.ends:
        if isinstance(end, s.Date) and len(end.text) == _YEAR:
            year = int(end.text)
            advice = f"write `through {year - 1}` or `through {year}`; if the text leaves it open, declare a `reading` with both"
            message = f"`until {end.text}` can mean with or without the year {end.text}"
            yield error("TEN303", message, end.place or until.place or site.place, advice)


# ---------------------------------------------------------------- operators


def _ahead(formula: Any, word: str) -> Diagnostic:
    advice = "a rule can only look back (`once`, `since`, `held for`); use it in a `property`"
    return error("TEN313", f"`{word}` looks into the future", formula.place, advice)


def _expires(of: s.Formula, place: Place | None, subject: Subject) -> Iterator[Diagnostic]:
    vocabulary = subject.vocabulary
    if not isinstance(of, s.Atom) or of.name in vocabulary.events or of.name in vocabulary.amendments:
        yield error(
            "TEN314", "only a state or a clause can expire", place, "name one that has a term (`for 30 days`)"
        )
        return
    state = vocabulary.states.get(of.name)
    if state is None and not vocabulary.clauses_under(of.name):
        return
    parts = state.parts if state else tuple(p for norm in subject.norms_under(of.name) for p in norm.parts)
    if not any(isinstance(p, s.ForLength) for p in parts):
        advice = f"give `{of.name}` a term (`for 30 days`), or write `ends {of.name}`"
        yield error("TEN311", f"`{of.name}` has no term of its own and never expires", place, advice)


# ---------------------------------------------------------------- instants


_NEED_LASTING: dict[type[Any], str] = {
    s.Unless: "`unless`", s.Excused: "`excused while`", s.Keep: "`keep`", s.HeldFor: "`held for`",
    s.Historically: "`historically`", s.Since: "the left of `since`",
}  # fmt: skip


def _lasting(site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Events where only what lasts makes sense."""
    for kind, word in _NEED_LASTING.items():
        for node in site.all(kind):
            for branch in momentary_branches(node.of, vocabulary):
                yield _instant(branch, f"{word} needs something that lasts", vocabulary)
    for then in site.all(s.Then):
        for branch in momentary_branches(then.unless, vocabulary) if then.unless is not None else ():
            yield _instant(branch, "`unless` is asked when the term is over", vocabulary)
    for condition in site.all(s.Condition):
        if condition.word == "if":
            yield from _tested(condition.of, vocabulary)
            continue
        for branch in momentary_branches(condition.of, vocabulary):
            yield _instant(branch, "`while` needs something that lasts", vocabulary)
    alone: list[s.Condition | s.Unless] = [*site.all(s.Condition), *site.all(s.Unless)]
    for parts in (*((f.of,) for f in alone), *(f.parts for f in site.all(s.And))):
        yield from _negated_events(parts, vocabulary)
    if isinstance(site.unit, s.EventDeclaration) and site.unit.condition is not None:
        yield from _tested(site.unit.condition, vocabulary)


def _tested(of: s.Formula, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """``if φ`` is judged before the events of its instant, so that an event under it is never true."""
    for branch in momentary_branches(of, vocabulary):
        yield _instant(branch, "`if` looks at what holds just before", vocabulary)


def _negated_events(parts: tuple[s.Formula, ...], vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """``a and not e``: true at every instant but that of e, unless the rest is an instant itself."""
    if any(is_momentary(p, vocabulary) for p in parts):
        return
    for part in parts:
        if isinstance(part, s.Not) and is_momentary(part.of, vocabulary):
            yield _instant(part.of, "`not` of an event is false only at the instant of the event", vocabulary)


def _instant(formula: s.Formula, why: str, vocabulary: Vocabulary) -> Diagnostic:
    atom = _first_momentary(formula, vocabulary)
    name = atom.name if atom else "this"
    help_ = f'write `once {name}` for "it has happened", or name a state'
    place = (atom.place if atom else None) or formula.place
    return warning("TEN307", f"`{name}` is true only at an instant: {why}", place, help_)


def _first_momentary(formula: s.Formula, vocabulary: Vocabulary) -> s.Atom | None:
    match formula:
        case s.Atom():
            return formula
        case s.And(parts) | s.Or(parts):
            return next((_first_momentary(p, vocabulary) for p in parts if is_momentary(p, vocabulary)), None)
        case s.Exists(_, of):
            return _first_momentary(of, vocabulary)
        case _:
            return None

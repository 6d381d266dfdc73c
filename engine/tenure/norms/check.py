"""The checker: everything that is wrong with a contract, or probably not meant, at once.

:func:`check` takes a vocabulary, :func:`check_document` a document whose declarations may be at fault themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from tenure.diagnostics import Diagnostic, Place, TenureError
from tenure.language import syntax as s
from tenure.norms.checks.bounds import check_bounds
from tenure.norms.checks.caps import check_caps
from tenure.norms.checks.declarations import check_declarations
from tenure.norms.checks.doers import check_doers
from tenure.norms.checks.meaning import check_meaning
from tenure.norms.checks.names import check_names
from tenure.norms.checks.prose import check_prose
from tenure.norms.checks.ranks import check_ranks
from tenure.norms.checks.reach import check_reach
from tenure.norms.checks.sites import Subject
from tenure.norms.checks.stock import check_stock
from tenure.norms.checks.times import check_times
from tenure.norms.checks.values import check_values
from tenure.norms.checks.variables import check_variables
from tenure.norms.vocabulary import Vocabulary, event_type, vocabulary

_FIRST = (check_declarations, check_names, check_stock)
_THEN = (
    check_values,
    check_variables,
    check_times,
    check_ranks,
    check_reach,
    check_caps,
    check_bounds,
    check_doers,
    check_prose,
)
_ORDER = {"error": 0, "warning": 1, "note": 2}


def check(vocabulary: Vocabulary) -> tuple[Diagnostic, ...]:
    """Every finding about a contract: errors first, then warnings and notes, each in the order of the text."""
    subject = Subject.of(vocabulary)
    findings = [f for look in _FIRST for f in look(subject)]
    # Kinds in a circle have no kinds "below" them that could be listed.
    if not any(f.code == "TEN217" for f in findings):
        findings += [f for look in _THEN for f in look(subject)]
        findings += check_meaning(subject, [f for f in findings if f.severity == "error"])
    return _sorted(_without_echoes(findings))


def check_document(document: s.Document) -> tuple[Diagnostic, ...]:
    """Every finding about a document, those that keep it from having a vocabulary included."""
    declarations, faults = _mended(document)
    known, twice = vocabulary(declarations)
    found = (*faults, *twice, *check(known))
    no_calendar = any(f.code in ("TEN510", "TEN511") for f in faults)
    return _sorted(f for f in found if not (no_calendar and f.code == "TEN321"))


def _without_echoes(findings: list[Diagnostic]) -> list[Diagnostic]:
    """A variable that nothing binds occurs only once, as a rule: the error says it already."""
    unbound = {f.message for f in findings if f.code == "TEN207"}
    once = re.compile(r"(`.*?`) occurs only once in (.*): it stands for anything")
    kept = []
    for found in findings:
        said = once.fullmatch(found.message) if found.code == "TEN219" else None
        if said is None or f"nothing in {said[2]} says what {said[1]} is" not in unbound:
            kept.append(found)
    return kept


def _sorted(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    once = {(f.code, f.message, f.place): f for f in reversed(list(findings))}
    return tuple(
        sorted(once.values(), key=lambda f: (_ORDER[f.severity], *_where(f.place), f.code, f.message))
    )


def _where(place: Place | None) -> tuple[str, int, int]:
    return ("", 0, 0) if place is None else (place.file or "", place.line or 0, place.column or 0)


# ---------------------------------------------------------------- declarations that have no value


def _mended(document: s.Document) -> tuple[s.Document, list[Diagnostic]]:
    """The document without settings and defaults that have no value, and what is wrong with those."""
    items: list[s.Item] = []
    faults: list[Diagnostic] = []
    for item in document.items:
        if isinstance(item, s.Setting | s.EventDeclaration):
            item_faults, kept = _tried(item)
            faults.extend(item_faults)
            items.extend(kept)
        else:
            items.append(item)
    return replace(document, items=tuple(items)), faults


def _tried(item: s.Setting | s.EventDeclaration) -> tuple[tuple[Diagnostic, ...], tuple[s.Item, ...]]:
    if isinstance(item, s.EventDeclaration):
        return _plain(item)
    try:
        vocabulary(s.Document((item,)))
    except TenureError as fault:
        placed = tuple(f if f.place or not item.place else f.at(item.place) for f in fault.diagnostics)
        return placed, (replace(item, value="UTC"),) if item.name == "zone" else ()
    return (), (item,)


def _plain(event: s.EventDeclaration) -> tuple[tuple[Diagnostic, ...], tuple[s.Item, ...]]:
    """The event without those defaults that have no value."""
    faults: list[Diagnostic] = []
    attributes = []
    for attribute in event.attributes:
        try:
            event_type(replace(event, attributes=(attribute,)), "UTC")
            attributes.append(attribute)
        except TenureError as fault:
            place = attribute.place or event.place
            faults.extend(f if f.place or place is None else f.at(place) for f in fault.diagnostics)
            attributes.append(replace(attribute, default=None))
    return tuple(faults), (replace(event, attributes=tuple(attributes)),)

"""A coverage report as lines of text and as a JSON shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tenure.diagnostics import Place
from tenure.testing.coverage.items import Kind
from tenure.testing.coverage.measuring import Coverage, Covered

PLURALS: Final[dict[Kind, str]] = {
    "clause": "clauses",
    "state": "states",
    "exception": "exceptions",
    "end": "ends",
    "power": "powers",
    "reading": "readings",
    "reason": "reasons",
}


def coverage_lines(coverage: Coverage) -> Iterator[str]:
    """What no test exercises, with its place; the counts of each kind; the share on the last line."""
    for status in ("never fired", "always defeated"):
        missed = [c for c in coverage.missed if c.status == status]
        if missed:
            yield f"{status}:"
            yield from (f"  {where(c.item.place)}  {c.item.kind}  {c.item.name}" for c in missed)
    for exempt in coverage.exempt:
        yield f"exempt: {exempt.item.name} ({exempt.reason})"
    counts = ", ".join(f"{PLURALS[kind]} {fired} of {whole}" for kind, fired, whole in coverage.kinds())
    fired, whole = coverage.counts()
    yield f"{coverage.contract}: {fired} of {whole} items exercised: {counts}"
    yield f"clause coverage: {coverage.percent}%"


def where(place: Place | None) -> str:
    """A place in short: the file without its folders, and the line."""
    if place is None or place.line is None:
        return "-"
    return f"{Path(place.file).name if place.file else '<text>'}:{place.line}"


def coverage_shape(coverage: Coverage) -> dict[str, Any]:
    """The report as JSON."""
    fired, whole = coverage.counts()
    return {
        "percent": coverage.percent,
        "fired": fired,
        "of": whole,
        "kinds": {kind: {"fired": fired, "of": whole} for kind, fired, whole in coverage.kinds()},
        "items": [_item_shape(covered) for covered in coverage.items],
    }


def _item_shape(covered: Covered) -> dict[str, Any]:
    item, place = covered.item, covered.item.place
    return {
        "kind": item.kind,
        "name": item.name,
        "clause": item.clause,
        "status": covered.status,
        "exempt": covered.reason,
        "by": list(covered.by),
        "place": None
        if place is None
        else {
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "end_line": place.end_line,
            "end_column": place.end_column,
        },
    }

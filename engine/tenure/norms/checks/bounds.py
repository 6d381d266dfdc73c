"""Bounds that went to what stands nearest: a duty's `within` that the formula before it has taken."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.diagnostics import Diagnostic
from tenure.language import syntax as s
from tenure.language.print_formula import format_length, spine
from tenure.norms.checks.findings import note
from tenure.norms.checks.sites import Subject


def check_bounds(subject: Subject) -> Iterator[Diagnostic]:
    """Every duty without a limit, where a formula closes with a `within` that could have been its limit."""
    for site, norm in subject.norms():
        if norm.relation not in ("duty", "claim") or any(isinstance(p, s.Deadline) for p in norm.parts):
            continue
        for part in norm.parts:
            taken = _taken(part)
            if taken is not None:
                length = format_length(taken)
                message = f"`within {length}` belongs to what stands before it, and the duty has no limit"
                advice = f"if it is the limit, put a comma before it: `, within {length}`"
                yield note("TEN328", message, part.place or site.place, advice)


def _taken(part: s.Part) -> s.Length | None:
    """The bound with which the formula of a part closes."""
    match part:
        case s.Condition(_, of) | s.Unless(of) | s.ForEach(_, s.Node() as of):
            last = [f for f in spine(of) if isinstance(f, s.Once | s.Historically | s.Aggregate)]
            return last[0].within if last else None
        case _:
            return None

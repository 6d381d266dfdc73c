"""A position over time: its supports merged into segments of one status each."""

from __future__ import annotations

from bisect import bisect_right

from attrs import frozen

from tenure.logic.tables import Edge
from tenure.logic.truth import FALSE, TRUE, Cause, Reasons, Truth
from tenure.time import Instant


@frozen
class Segment:
    """From ``start`` (None: from the beginning of time) the truth is ``truth``, given by ``sources``.

    ``cause`` is what brought the change about; ``sources`` are numbers of the rows that are not false.
    """

    start: Instant | None
    truth: Truth
    sources: tuple[int, ...]
    cause: Cause | None
    reasons: Reasons


def merge(rows: list[list[Edge]], first: int) -> list[Segment]:
    """The disjunction of ``rows`` tick by tick, as an answer reads it (at t⁺); ``first`` is the first stage."""
    marks = sorted((edge.stage, i, edge) for i, edges in enumerate(rows) for edge in edges)
    now: dict[int, Edge] = {}
    segments = [Segment(None, FALSE, (), None, frozenset())]
    position = 0
    while position < len(marks):
        tick = marks[position][0] // 2
        changed: list[tuple[Edge, Truth]] = []
        while position < len(marks) and marks[position][0] // 2 == tick:
            _, i, edge = marks[position]
            changed.append((edge, now[i].truth if i in now else FALSE))
            now[i] = edge
            position += 1
        _append(segments, now, changed, None if marks[position - 1][0] <= first + 1 else tick)
    return segments


def _append(
    segments: list[Segment], now: dict[int, Edge], changed: list[tuple[Edge, Truth]], start: Instant | None
) -> None:
    truth = max(edge.truth for edge in now.values())
    sources = tuple(sorted(i for i, edge in now.items() if edge.truth != FALSE and edge.truth == truth))
    reasons = (
        frozenset[str]().union(*(edge.reasons for edge in now.values() if edge.truth == truth))
        if truth != TRUE
        else frozenset[str]()
    )
    before = segments[-1]
    if before.truth == truth and before.sources == sources:
        return
    rising = truth >= before.truth
    moved = [e for e, was in changed if e.causes and ((e.truth > was) if rising else (e.truth < was))]
    moved = moved or [e for e, _ in changed if e.causes]
    cause = moved[-1].causes[0] if moved else None
    if start is None:
        segments.clear()
    segments.append(Segment(start, truth, sources, cause, reasons))


def segment_at(segments: list[Segment], t: Instant) -> int:
    """The index of the segment that holds at ``t``."""
    starts = [s.start for s in segments]
    return bisect_right(starts, t, lo=1, key=lambda s: s if s is not None else t) - 1

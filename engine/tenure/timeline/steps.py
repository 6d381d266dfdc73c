"""A position over time as steps of one status each: its supports, what contradicts it, and what brought each change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from attrs import evolve, frozen

from tenure.logic.truth import FALSE, NO_REASONS, TRUE, UNKNOWN, Reasons
from tenure.norms import OPPOSITES, Position
from tenure.time import Instant
from tenure.timeline.line import Line
from tenure.timeline.reasons import cause_of
from tenure.timeline.segments import Segment, segment_at
from tenure.timeline.verdict import EdgeCause, Status


@frozen
class Step:
    """From ``start`` (None: the beginning of time) the position has ``status``.

    ``clauses`` give it, or contradict it where it is disputed; ``cause`` brought the change about; ``unknowns`` say
    what an unknown status lacks; ``by_default`` marks what its action permits and no clause gives.
    """

    start: Instant | None
    status: Status
    clauses: tuple[str, ...] = ()
    cause: EdgeCause | None = None
    unknowns: Reasons = NO_REASONS
    by_default: bool = False
    readings: tuple[str, ...] = ()


def steps(line: Line, position: Position) -> tuple[Step, ...]:
    """The steps of ``position`` under one choice of readings, first to last; there is always one."""
    known = line.steps.get(position)
    if known is None:
        known = line.steps[position] = coalesced(_steps(line, position))
    return known


def _steps(line: Line, position: Position) -> list[Step]:
    others = opposites(line, position)
    lines = [line.segments(position), *(line.segments(o) for o in others)]
    starts = sorted({s.start for segments in lines for s in segments if s.start is not None})
    found: list[Step] = []
    for start in (None, *starts):
        now = [_at(segments, start) for segments in lines]
        step = _step(line, position, others, now)
        cause = next((cause_of(s.cause) for s in now if s.start == start and s.cause is not None), None)
        named = step.clauses or (found[-1].clauses if found else ())
        found.append(evolve(step, start=start, cause=_with_clause(cause, named)))
    return found


def _at(segments: list[Segment], start: Instant | None) -> Segment:
    return segments[0] if start is None else segments[segment_at(segments, start)]


def _with_clause(cause: EdgeCause | None, clauses: tuple[str, ...]) -> EdgeCause | None:
    """A limit that came through a state is a limit of the clause that the state serves."""
    if cause is not None and cause.limit is not None and cause.clause is None and clauses:
        return evolve(cause, clause=clauses[0])
    return cause


def _step(line: Line, position: Position, others: list[Position], now: list[Segment]) -> Step:
    own, against = now[0], now[1:]
    clauses = _clauses(line, position, own)
    worst = max((s.truth for s in against), default=FALSE)
    if own.truth == FALSE:
        by_default = worst == FALSE and permitted(line, position)
        return Step(None, "held" if by_default else "not_held", by_default=by_default)
    if own.truth == TRUE and worst == TRUE:
        clashing = [c for o, s in zip(others, against, strict=True) if s.truth for c in _clauses(line, o, s)]
        return Step(None, "disputed", tuple(dict.fromkeys((*clauses, *clashing))))
    if UNKNOWN in (own.truth, worst):
        unknowns = NO_REASONS.union(*(s.reasons for s in now if s.truth == UNKNOWN))
        return Step(None, "unknown", clauses, unknowns=unknowns)
    return Step(None, "held", clauses)


def _clauses(line: Line, position: Position, segment: Segment) -> tuple[str, ...]:
    sources = line.sources.get(position, [])
    return tuple(dict.fromkeys(sources[n].support.clause for n in segment.sources))


def permitted(line: Line, position: Position) -> bool:
    """An action that is permitted unless forbidden is a liberty where nothing forbids it."""
    action = line.vocabulary.actions.get(position.act)
    return position.relation == "liberty" and action is not None and action.default == "permitted"


def opposites(line: Line, position: Position) -> list[Position]:
    """The positions that contradict ``position`` between the same parties."""
    relations = OPPOSITES.get(position.relation, ())
    return [
        other
        for other in line.by_case.get((position.holder, position.act, position.object), ())
        if other.relation in relations
        and (
            None in (other.counterparty, position.counterparty) or other.counterparty == position.counterparty
        )
    ]


def coalesced(found: list[Step]) -> tuple[Step, ...]:
    """``found`` without the steps that say what the one before says."""
    kept: list[Step] = []
    for step in found:
        if not kept or (step.status, step.clauses, step.unknowns) != (
            kept[-1].status,
            kept[-1].clauses,
            kept[-1].unknowns,
        ):
            kept.append(step)
    return tuple(kept)


def disputed(
    named: Sequence[tuple[tuple[str, ...], tuple[Step, ...]]], first: tuple[Step, ...]
) -> tuple[Step, ...]:
    """``first`` with every instant disputed at which another choice of readings gives another status.

    ``named`` are the steps under each other choice, with the readings in which it differs.
    """
    starts = sorted({s.start for _, line in (((), first), *named) for s in line if s.start is not None})
    found = []
    for start in (None, *starts):
        step = step_at(first, start)
        others = [(names, step_at(line, start)) for names, line in named]
        differing = [(names, other) for names, other in others if other.status != step.status]
        # A dispute may end by what changes under another choice.
        causes = [o.cause for o in (step, *(other for _, other in others)) if o.start == start]
        cause = next((c for c in causes if c is not None), None)
        if differing:
            readings = tuple(dict.fromkeys(n for names, _ in differing for n in names))
            clauses = tuple(
                dict.fromkeys((*step.clauses, *(c for _, other in differing for c in other.clauses)))
            )
            step = Step(start, "disputed", clauses, cause, readings=readings)
        found.append(evolve(step, start=start, cause=cause))
    return coalesced(found)


def step_at(line: tuple[Step, ...], at: Instant | None) -> Step:
    """The step that holds at ``at`` (None: before all others)."""
    return line[index_at(line, at)]


def index_at(line: tuple[Step, ...], at: Instant | None) -> int:
    """The number of the step that holds at ``at``."""
    if at is None:
        return 0
    return bisect_right(line, at, lo=1, key=lambda s: s.start if s.start is not None else at) - 1

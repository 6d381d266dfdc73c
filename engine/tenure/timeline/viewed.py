"""Answers past the horizon under a view of the open future: as projected, as guaranteed, or as possible (DESIGN §3)."""

from __future__ import annotations

from attrs import evolve

from tenure.diagnostics import QueryError
from tenure.norms import Position, Relation
from tenure.time import Instant
from tenure.timeline.answering import answer, spans_of
from tenure.timeline.steps import Step, step_at, steps
from tenure.timeline.timeline import Timeline
from tenure.timeline.verdict import StatusSpan, Verdict, View

NOT_SHOWN = "not shown"
POSSIBLE = "possible, not guaranteed"
GIVEN_BY_OTHERS = "not held unless others bring it about"
Against = tuple[str, ...] | None


def viewed_steps(
    timeline: Timeline, position: Position, holder: str, view: View, against: Against = None
) -> tuple[Step, ...]:
    """The steps of a position: as recorded up to the horizon, and past it as ``view`` has them.

    Under `guaranteed` what others may end, or bring about, is unknown; under `possible` what may be held is held.
    """
    if view == "projected":
        return timeline.told(position)
    recorded = timeline.steps(position)
    future, horizon = timeline.future, timeline.horizon
    if view == "possible":
        line = future.possible_line(position.act)
    else:
        line = future.guaranteed_line(position.act, holder, against)
    # The futures part at the first tick past the horizon; the edge is shown at the horizon, as nobody would miss a tick.
    coming = [evolve(s, start=horizon) if s.start == horizon + 1 else s for s in steps(line, position)]
    if view == "possible":
        coming = [evolve(s, status="held") if s.status == "unknown" else s for s in coming]
    past = [s for s in recorded if s.start is None or s.start <= horizon]
    ahead = [s for s in coming if s.start is not None and s.start > horizon]
    now = step_at(tuple(coming), horizon)
    if now.status != past[-1].status:
        past = [s for s in past if s.start != horizon]
        ahead = [evolve(now, start=horizon, cause=None), *ahead]
    return (*past, *ahead)


def viewed_spans(
    timeline: Timeline, position: Position, holder: str, view: View, against: Against = None
) -> tuple[StatusSpan, ...]:
    """The spans of a position under ``view``, end to end."""
    return spans_of(viewed_steps(timeline, position, holder, view, against), timeline.vocabulary.zone)


def viewed_verdict(
    timeline: Timeline,
    position: Position,
    at: Instant,
    view: View,
    *,
    seen_as: Relation | None = None,
    against: Against = None,
) -> Verdict:
    """The verdict under ``view``, with the reason `lost by …` (or `not shown`) where a right is not guaranteed."""
    plain = timeline.verdict(position, at, seen_as)
    if view == "projected" or at <= timeline.horizon:
        return plain
    holder = plain.holder or position.holder
    over_time = viewed_steps(timeline, position, holder, view, against)
    verdict = answer(timeline.line, position, over_time, at, timeline.horizon)
    verdict = evolve(verdict, seen_as=plain.seen_as, readings=plain.readings)
    if view == "possible":
        sure = step_at(viewed_steps(timeline, position, holder, "guaranteed"), at).status == "held"
        return verdict if verdict.status != "held" or sure else evolve(verdict, reason=POSSIBLE)
    if verdict.status == "unknown" and plain.status == "not_held":
        return evolve(verdict, reason=GIVEN_BY_OTHERS)
    if verdict.status == "unknown":
        return evolve(verdict, reason=_lost_by(timeline, position, holder, against))
    return verdict


def guaranteed_until(
    timeline: Timeline, position: Position, holder: str, against: Against = None
) -> Instant | None:
    """Until when a position held at the horizon is guaranteed; the horizon where nothing past it is, None for ever."""
    spans = viewed_spans(timeline, position, holder, "guaranteed", against)
    horizon = timeline.horizon
    here = [s for s in spans if s.start is None or s.start <= horizon][-1]
    return here.end if here.status == "held" else horizon


def _lost_by(timeline: Timeline, position: Position, holder: str, against: Against) -> str:
    """The shortest set of acts that ends the position, where one is found."""
    try:
        threats = timeline.future.threats(position, holder)
    except QueryError:
        return NOT_SHOWN
    allowed = None if against is None else frozenset(against)
    for threat in threats:
        if allowed is None or all(set(act.by) <= allowed for act in threat.acts):
            return f"lost by {threat}"
    return NOT_SHOWN

"""Evaluating anew only what a change of the history or of the program can reach; the rest is taken over as it was.

A relation that no changed event or definition bears on, directly or through the powers of acts, has the same edges in
both evaluations.  Where a relation that is computed anew reads such a one, its old edges are played back at their stages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tenure.history import Event
from tenure.logic.acts import Settled
from tenure.logic.definitions import Program, Stage, before_events, with_events
from tenure.logic.evaluator import Evaluation
from tenure.logic.marks import Mark, recall
from tenure.logic.nodes import Node
from tenure.logic.reach import Part, part_for_changes
from tenure.logic.spare import put_by
from tenure.logic.tables import Key, Row, Table
from tenure.logic.trace import Trace
from tenure.time import MIN_INSTANT, Calendar

_BEFORE_ALL: Stage = before_events(MIN_INSTANT) - 1


class Given(Node):
    """A relation whose edges are known: they are put at their stages, in the place of the definition ``index``."""

    def __init__(self, index: int, table: Table, edges: Table, run: Evaluation) -> None:
        self.index = index
        self.table = table
        self.run = run
        self.edges = edges.edges

    def schedule(self, after: Stage) -> None:
        """Put on the agenda when each row changes after the stage ``after``."""
        for key, edges in self.edges.items():
            for number, edge in enumerate(edges):
                if edge.stage > after:
                    self.run.agenda.limit(edge.stage, self, key, number)

    def begin(self, first: Stage) -> None:
        """Put what holds from the first stage on, and put on the agenda what comes after."""
        for key, edges in self.edges.items():
            for number, edge in enumerate(edges):
                if edge.stage <= first:
                    self.expire(key, number)
        self.schedule(first)

    def expire(self, key: Key, anchor: Stage) -> None:
        """The row changes as its edge of number ``anchor`` says."""
        edge = self.edges[key][anchor]
        self.run.put(self.table, key, Row(edge.truth, edge.reasons), edge.causes)


def reevaluate(
    program: Program,
    before: Trace,
    events: tuple[Event, ...],
    calendar: Calendar,
    changed: Iterable[Event],
    old: Program | None = None,
) -> Trace | None:
    """The evaluation of ``events``, which differ from those of ``before`` only in ``changed`` (of both sides).

    ``old`` is the program of ``before`` where it is another one.  None where too much has changed for that.
    """
    changed = tuple(changed)
    fresh = {event.id for event in changed}
    part = part_for_changes(program, changed, old)
    if part is None:
        return None
    mark = _last_mark(before, changed) if old is None or old is program else None
    after = _BEFORE_ALL if mark is None else mark.stage
    later = tuple(event for event in events if with_events(event.at) > after)
    run = Evaluation.of(program, calendar, part, _settled(part, before, later, fresh))
    run.to_mark = [m.stage for m in reversed(before.marks) if m.stage > after]
    _begin(run, part, before, mark)
    run.take(later, before.to)
    kept = {
        e.id for e in events if (e.type not in part.acts or with_events(e.at) <= after) and e.id not in fresh
    }
    trace = _joined(part, before, run.trace(before.to), events, kept, after)
    put_by(run, program)
    return trace


def _last_mark(before: Trace, changed: Iterable[Event]) -> Mark | None:
    """The last mark before all that has changed."""
    first = min((before_events(event.at) for event in changed), default=_BEFORE_ALL)
    return next((mark for mark in reversed(before.marks) if mark.stage + 1 < first), None)


def _begin(run: Evaluation, part: Part, before: Trace, mark: Mark | None) -> None:
    """Begin with the first stage, or stand at ``mark``."""
    tables = run.world.tables
    given = [Given(number, tables[name], before.tables[name], run) for name, number in part.given.items()]
    if mark is None:
        for node in given:
            node.begin(run.world.stage)
        run.begin()
        return
    recall(run, mark)
    for name in part.defined:
        tables[name].stand(before.tables[name], mark.stage)
    for name in part.given:
        tables[name].stand(before.tables[name], mark.stage, edges=False)
    for node in given:
        node.schedule(mark.stage)


def _settled(
    part: Part, before: Trace, events: Iterable[Event], fresh: Collection[str]
) -> dict[str, Settled]:
    """The acts that are judged as they were: nothing that their powers rest on is computed anew."""
    void = {v.event.id: v for v in before.void}
    return {
        event.id: Settled(before.judged(event.id), void.get(event.id))
        for event in events
        if event.type in part.acts and event.type not in part.judged and event.id not in fresh
    }


def _joined(
    part: Part, before: Trace, anew: Trace, events: tuple[Event, ...], kept: Collection[str], after: Stage
) -> Trace:
    """Both evaluations in one; ``kept`` are the events that are judged as they were."""
    void = {v.event.id: v for v in (*(v for v in before.void if v.event.id in kept), *anew.void)}
    old = {name: before.tables[name] for name in part.kept}
    marked = {mark.stage: mark for mark in anew.marks}
    return Trace(
        tables={**old, **{name: anew.tables[name] for name in part.defined}},
        void=tuple(void[event.id] for event in events if event.id in void),
        effective={**anew.effective, **{id: truth for id, truth in before.effective.items() if id in kept}},
        reasons={**anew.reasons, **{id: why for id, why in before.reasons.items() if id in kept}},
        to=before.to,
        marks=tuple(
            mark if mark.stage <= after else mark.without(part.definitions, marked[mark.stage].memories)
            for mark in before.marks
            if mark.stage <= after or mark.stage in marked
        ),
    )

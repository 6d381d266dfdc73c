"""Evaluating anew only what a change of the history or of the program can reach; the rest is taken over as it was.

A relation that no changed event or definition bears on, directly or through the powers of acts, has the same edges in
both evaluations.  Where a relation that is computed anew reads such a one, its old edges are played back at their stages.
"""

from __future__ import annotations

from collections.abc import Iterable

from tenure.history import Event
from tenure.logic.acts import Settled
from tenure.logic.definitions import Program, Stage
from tenure.logic.evaluator import Evaluation, Trace
from tenure.logic.nodes import Node
from tenure.logic.reach import Part, part_for_changes
from tenure.logic.spare import put_by
from tenure.logic.tables import Key, Row, Table
from tenure.time import Calendar


class Given(Node):
    """A relation whose edges are known: they are put at their stages, before the definition ``index``."""

    def __init__(self, index: int, table: Table, edges: Table, run: Evaluation) -> None:
        self.index = index
        self.table = table
        self.run = run
        self.edges = edges.edges

    def schedule(self, first: Stage) -> None:
        """Put on the agenda when each row changes; what holds from the first stage on is put at once."""
        for key, edges in self.edges.items():
            for number, edge in enumerate(edges):
                if edge.stage <= first:
                    self.expire(key, number)
                else:
                    self.run.agenda.limit(edge.stage, self, key, number)

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
    part = part_for_changes(program, changed, old)
    if part is None:
        return None
    run = Evaluation.of(program, calendar, part, _settled(part, before, events, changed))
    for name, number in part.given.items():
        Given(number, run.world.tables[name], before.tables[name], run).schedule(run.world.stage)
    run.begin()
    run.take(events, before.to)
    trace = _joined(part, before, run.trace(before.to), events)
    put_by(run, program)
    return trace


def _settled(
    part: Part, before: Trace, events: Iterable[Event], changed: Iterable[Event]
) -> dict[str, Settled]:
    """The acts that are judged as they were: nothing that their powers rest on is computed anew."""
    other = {event.id for event in changed}
    void = {v.event.id: v for v in before.void}
    return {
        event.id: Settled(before.judged(event.id), void.get(event.id))
        for event in events
        if event.type in part.acts and event.type not in part.judged and event.id not in other
    }


def _joined(part: Part, before: Trace, anew: Trace, events: tuple[Event, ...]) -> Trace:
    """Both evaluations in one: acts are judged anew where the part has rules for them."""
    kept = {event.id for event in events if event.type not in part.acts}
    void = {v.event.id: v for v in (*(v for v in before.void if v.event.id in kept), *anew.void)}
    old = {name: before.tables[name] for name in part.kept}
    return Trace(
        tables={**old, **{name: anew.tables[name] for name in part.defined}},
        void=tuple(void[event.id] for event in events if event.id in void),
        effective={**anew.effective, **{id: truth for id, truth in before.effective.items() if id in kept}},
        reasons={**anew.reasons, **{id: why for id, why in before.reasons.items() if id in kept}},
        to=before.to,
    )

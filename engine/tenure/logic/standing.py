"""Evaluations that do not begin anew: a run of a program that stands where nothing has happened yet, kept for the next.

To compile a program and to settle what holds before any event is most of the work of a short history, and the same for
each.  So a run that has come to its end hands over its tables and goes back to that first stage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from weakref import ref

from attrs import define, field

from tenure.history import Event
from tenure.logic.acts import Settled
from tenure.logic.checkpoint import Checkpoint, tables_of
from tenure.logic.definitions import Program, with_events
from tenure.logic.evaluator import Evaluation, evaluate
from tenure.logic.marks import stages_to_mark
from tenure.logic.trace import Trace
from tenure.time import MIN_INSTANT, Calendar, Instant


class Standing:
    """A run of ``program`` that stands at the end of the first instant, before any event."""

    def __init__(self, program: Program, calendar: Calendar) -> None:
        self.calendar = calendar
        self._run = Evaluation.of(program, calendar)
        self._run.begin()
        self._run.advance(with_events(MIN_INSTANT) + 1)
        self._start = Checkpoint.of(self._run)
        # What no event touches is shared by all traces; nobody changes a trace.
        self._first = {table.name: table.copy() for table in tables_of(self._run)}
        self._shared = {name: self._first[name] for name in self._run.relations}
        self._run.journal.touched.clear()

    def trace(self, events: Sequence[Event], to: Instant, settled: Mapping[str, Settled]) -> Trace:
        """Evaluate ``events`` from there; an error leaves the run where it is, and so of no more use."""
        run, touched = self._run, self._run.journal.touched
        run.acts.settled = settled
        run.to_mark = stages_to_mark(events)
        run.take(events, to)
        own = {name: table.handed_over() for name, table in touched.items() if name in self._shared}
        found = run.trace(to, {**self._shared, **own})
        for name, table in touched.items():
            table.become(self._first[name])
        touched.clear()
        run.begin_again(self._start)
        return found


@define
class _Known:
    """A program that has been evaluated once, and its runs that nobody uses now."""

    program: ref[Program]
    idle: list[Standing] = field(factory=list)


_known: dict[int, _Known] = {}


def trace_of(
    program: Program,
    events: Sequence[Event],
    calendar: Calendar,
    to: Instant,
    settled: Mapping[str, Settled] | None = None,
) -> Trace:
    """What :func:`~tenure.logic.evaluator.evaluate` finds, sooner from the second time on that ``program`` is asked for."""
    known = _known.get(id(program))
    if known is None or known.program() is not program:
        name = id(program)
        _known[name] = _Known(ref(program, lambda _: _known.pop(name, None)))
        return evaluate(program, events, calendar, to, settled)
    if min([to, *(event.at for event in events[:1])]) <= MIN_INSTANT:
        return evaluate(program, events, calendar, to, settled)
    standing = known.idle.pop() if known.idle else Standing(program, calendar)
    if standing.calendar != calendar:
        standing = Standing(program, calendar)
    trace = standing.trace(events, to, settled or {})
    known.idle.append(standing)
    return trace

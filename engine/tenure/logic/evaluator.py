"""The reference evaluator: the definition of truth (DESIGN §8).

It steps through the stages at which anything can change: events, limits and the stage after each of them.  At each
stage it settles the definitions that an edge has touched, in the order of their strata, and records every edge with
its cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from tenure.history import Event
from tenure.logic.acts import Acts, Settled, VoidAct
from tenure.logic.agenda import Action, Agenda, Due, Journal
from tenure.logic.cycles import least_fixpoint
from tenure.logic.dates import DatesNode, PassedNode
from tenure.logic.daycount import DayCountNode
from tenure.logic.definitions import (
    Dates,
    DayCount,
    Duty,
    EventAtom,
    Holds,
    Inertial,
    Lasting,
    Measure,
    Passed,
    Program,
    Reached,
    Recent,
    Rel,
    SinceThen,
    Stage,
    Start,
    Value,
    before_events,
    with_events,
)
from tenure.logic.duties import DutyNode
from tenure.logic.inertial import InertialNode
from tenure.logic.limits import Limits
from tenure.logic.marks import Mark, mark_of, stages_to_mark
from tenure.logic.measure import MeasureNode
from tenure.logic.memory import LastingNode, RecentNode
from tenure.logic.nodes import HoldsNode, Node, SinceNode, Touches
from tenure.logic.plan import plan_of
from tenure.logic.reach import Part
from tenure.logic.readers import Reader
from tenure.logic.spare import put_by, spare_run
from tenure.logic.tables import ABSENT, Key, Row, Table
from tenure.logic.trace import Trace
from tenure.logic.truth import UNKNOWN, ByEvent, ByLimit, Causes, join_causes
from tenure.logic.world import Pulse, World
from tenure.time import MIN_INSTANT, Calendar, Instant

if TYPE_CHECKING:
    from tenure.logic.checkpoint import Checkpoint

_NODES: dict[type[Any], type[Node]] = {
    Holds: HoldsNode,
    Inertial: InertialNode,
    Recent: RecentNode,
    Lasting: LastingNode,
    Passed: PassedNode,
    SinceThen: SinceNode,
    Measure: MeasureNode,
    DayCount: DayCountNode,
    Duty: DutyNode,
    Dates: DatesNode,
}

#: How many times as many nodes as its program has definitions a run may keep.
MOST_COMPILED = 4


def evaluate(
    program: Program,
    events: Iterable[Event],
    calendar: Calendar,
    to: Instant,
    settled: Mapping[str, Settled] | None = None,
) -> Trace:
    """Evaluate ``program`` over ``events`` (sorted by ``at``) up to and including instant ``to``.

    Whether the acts in ``settled``, by id, take effect is settled already.
    """
    events = tuple(events)
    run = Evaluation.of(program, calendar, settled=settled)
    run.to_mark = stages_to_mark(events)
    run.begin()
    run.take(events, to)
    trace = run.trace(to)
    put_by(run, program)
    return trace


class Evaluation:
    """One run of the reference evaluator; it can be stopped at any instant and taken further.

    It may be of a ``part`` of the program alone.  Made :meth:`ready` anew it keeps what it has compiled.
    """

    def __init__(
        self,
        program: Program,
        calendar: Calendar,
        part: Part | None = None,
        settled: Mapping[str, Settled] | None = None,
    ) -> None:
        self.world = World(first=before_events(MIN_INSTANT))
        self.agenda = Agenda()
        self.journal = Journal()
        self.remember = self.journal.remember
        self.on_undo = self.journal.on_undo
        self.schedule = self.agenda.touch
        self.at_stage = self.agenda.limit
        self.limits = Limits(calendar)
        self.acts = Acts(self.world)
        #: The nodes that were made, by the identity of their definitions, also of programs before.
        self._compiled: dict[int, Node] = {}
        self.turn_to(program)
        self.ready(part, settled)

    @classmethod
    def of(
        cls,
        program: Program,
        calendar: Calendar,
        part: Part | None = None,
        settled: Mapping[str, Settled] | None = None,
    ) -> Evaluation:
        """A run of ``program``, new or one that was put by."""
        run = spare_run(program, calendar)
        if run is None:
            return cls(program, calendar, part, settled)
        run.ready(part, settled)
        return run

    def shares_most_with(self, program: Program) -> bool:
        """Whether most definitions of ``program`` have been compiled here already."""
        shared = sum(id(definition) in self._compiled for definition in program.definitions)
        return 2 * shared > len(program.definitions)

    def turn_to(self, program: Program) -> None:
        """Be a run of ``program``; what was compiled for definitions that it shares with the last one is kept."""
        plan = self.plan = plan_of(program)
        self.rules = program.acts
        self.reaches_back = bool(program.reaching)
        self.first = program.first
        #: Every node that was made, by the number of its definition.
        self.known: dict[int, Node] = {}
        for index, definition in enumerate(plan.definitions):
            node = self._compiled.get(id(definition))
            if node is not None:
                self.known[index] = node
                node.index = index
        if len(self._compiled) > MOST_COMPILED * len(plan.definitions):
            self._compiled = {id(node.definition): node for node in self.known.values()}
        self.readers = [reader for node in self.known.values() for reader in node.readers]
        for number, reader in enumerate(self.readers):
            reader.number = number

    def ready(self, part: Part | None = None, settled: Mapping[str, Settled] | None = None) -> None:
        """Prepare a run of ``part`` (default: all); whether the acts in ``settled`` take effect is settled already."""
        plan = self.plan
        #: The relations of this run; of the last one there may be more tables, to which compiled formulas hold on.
        self.relations = plan.relations if part is None else (*part.given, *part.defined)
        for name in self.relations:
            if name not in self.world.tables:
                self.world.tables[name] = Table(name, has_zero=name in plan.zeros)
        #: From when on recurring dates come.
        self.wound_up: Instant | None = None
        self._of_event: dict[str, list[Reader]] = {}
        self._of_relation: dict[str, list[Reader]] = {}
        self._of_start: list[Reader] = []
        self._void: dict[str, VoidAct] = {}
        self._effective: dict[str, int] = {}
        self._unsure: dict[str, frozenset[str]] = {}
        self.acts.ready(self.rules if part is None else part.acts, settled or {})
        #: The stages at which it is to be marked where it is at rest, the last first.
        self.to_mark: list[Stage] = []
        self._marked: list[Mark] = []
        #: The nodes that are settled in this run, in order.
        self.nodes = [
            self.known.get(i) or self._made(i)
            for i in (range(len(plan.definitions)) if part is None else part.positions)
        ]
        self.remembering = [node for node in self.nodes if node.memory]
        for node in self.nodes:
            for reader in node.readers:
                self._subscribe(reader)
        first = self.first if part is None else part.first
        #: The first date that the contract names, if any.
        self._first = min(self.agenda.dates(), default=None) if first is None else first

    def _made(self, index: int) -> Node:
        """The node of a definition, with its readers."""
        definition = self.plan.definitions[index]
        node = self.known[index] = _NODES[type(definition)](definition, index, self)
        self._compiled[id(definition)] = node
        for role, found in self.plan.atoms[index]:
            reader = Reader(node, role, found, len(self.readers))
            node.readers.append(reader)
            self.readers.append(reader)
        return node

    def _subscribe(self, reader: Reader) -> None:
        match reader.atom:
            case EventAtom(type=name):
                self._of_event.setdefault(name, []).append(reader)
            case Rel(name) | Value(name):
                self._of_relation.setdefault(name, []).append(reader)
            case Reached(at, clause, event=event):
                cause = ByLimit(at, clause) if event is None else ByEvent(event)
                self.agenda.date(before_events(at), reader, (cause,))
            case Start():
                self._of_start.append(reader)

    def empty(self) -> None:
        """Let go of all that was evaluated."""
        self.journal.close()
        self.agenda.clear()
        self.world.clear()
        for node in self.nodes:
            node.recall({name: {} for name in node.memory})
            for table in node.own_tables():
                table.clear()

    def begin(self) -> None:
        """Settle everything as it stands before any event."""
        for node in self.nodes:
            for name, role in node.roles.items():
                if not role.silent:
                    for key in node.keys(name, {}):
                        self.schedule(node, key, name, ())
            self._settle({})
        for reader in self._of_start:
            self._echo(reader, (), (), reader.echoes)
        self._at_next(self._look_back)
        self._close()

    def _look_back(self) -> None:
        """What looks one stage back sees, at the second stage, what has been true from the first."""
        for node in self.nodes:
            for name in node.roles if node.looks_back else ():
                for key in node.keys(name, {}):
                    self.schedule(node, key, name, ())

    def begin_again(self, mark: Checkpoint) -> None:
        """Stand at ``mark``, where nothing has happened yet; the tables are put back by whoever has taken them."""
        mark.recall(self)
        self._void, self._effective, self._unsure = {}, {}, {}
        self.to_mark, self._marked = [], []

    # ------------------------------------------------------------ the run

    def take(self, events: Iterable[Event], to: Instant) -> None:
        """Take ``events`` in order, and every limit up to and including ``to``."""
        tick: Instant | None = None
        together: list[Event] = []
        events = list(events)
        self._wind_up([event.at for event in events[:1]], to)
        for event in events:
            if event.at != tick:
                self._take_tick(tick, together)
                tick, together = event.at, []
            together.append(event)
        self._take_tick(tick, together)
        self.advance(with_events(to) + 1)
        self._mark(self.agenda.next_stage())

    def _take_tick(self, tick: Instant | None, events: list[Event]) -> None:
        if tick is not None:
            stage = with_events(tick)
            self.advance(stage)
            self._step(stage, events)

    def _wind_up(self, first: list[Instant], to: Instant) -> None:
        """Recurring dates come from the first event on, or from the first date that the contract names."""
        named = [] if self._first is None else [self._first]
        start = min([*first, *named], default=None)
        if self.wound_up is not None or start is None or start > to:
            return
        self.wound_up = start
        for node in self.nodes:
            if isinstance(node, DatesNode):
                node.start(start)

    def advance(self, before: Stage) -> None:
        """Settle every stage before ``before`` at which a limit is reached or a pulse goes."""
        while (stage := self.agenda.next_stage()) < before:
            self._step(stage, [])

    def _mark(self, stage: Stage) -> None:
        """Before ``stage``: the marks that come before it."""
        while self.to_mark and self.to_mark[-1] + 1 < stage:
            at = self.to_mark.pop()
            mark = mark_of(self, at) if self.world.stage <= at else None
            if mark is not None:
                self._marked.append(mark)

    def _step(self, stage: Stage, events: list[Event]) -> None:
        if self.to_mark:
            self._mark(stage)
        self.world.enter(stage)
        self._happen(self.agenda.due(stage), events)
        self._close()

    def _happen(self, due: Due, events: list[Event]) -> None:
        pulses = [self.acts.pulse(event) for event in events]
        if len(events) > 1 and any(map(self.acts.is_act, events)):
            self._step_contested(due, pulses)
        else:
            self._run_stage(due, pulses)
        for pulse in pulses:
            self._note(pulse)

    def _close(self) -> None:
        """End the stage."""
        self.journal.close()

    def _step_contested(self, due: Due, pulses: list[Pulse]) -> None:
        """Acts of one tick: where another event of the tick changes the power of one, the order decides.

        Such an act is in doubt, which may put others in doubt; the stage is run anew until no more are.
        """
        self.journal.tentative = True
        self.agenda.mark()
        while True:
            self._run_stage(due, pulses)
            found = [self.acts.doubtful(pulse) for pulse in pulses]
            suspects = [i for i, pulse in enumerate(pulses) if found[i] != pulse]
            if not suspects:
                return
            doubtful = [i for i in suspects if self._others_decide(due, pulses, i)]
            self._take_back()
            if not doubtful:
                self._run_stage(due, pulses)
                return
            for i in doubtful:
                pulses[i] = found[i]

    def _others_decide(self, due: Due, pulses: list[Pulse], i: int) -> bool:
        """Whether the act would be judged otherwise after the other events of its tick: its own effect is none of them."""
        self._take_back()
        self._run_stage(due, [*pulses[:i], *pulses[i + 1 :]])
        return self.acts.judge(pulses[i].event, earlier=False).truth != pulses[i].truth

    def _take_back(self) -> None:
        self.journal.undo(self.world.stage)
        self.agenda.undo()

    def _run_stage(self, due: Due, pulses: list[Pulse]) -> None:
        self.world.pulses = {}
        for pulse in pulses:
            self.world.pulses.setdefault(pulse.event.type, []).append(pulse)
        for action in due.actions:
            action()
        for reader, causes in due.dates:
            self._tell(reader, (), causes)
        for pulse in pulses:
            self._tell_event(pulse)
        for index in due.limits:
            self.agenda.visit(index)
        self._settle(due.limits)

    def _settle(self, limits: dict[int, list[tuple[Node, Key, Stage]]]) -> None:
        reached = dict(limits)
        for index in self.agenda.stops():
            for node, key, anchor in reached.pop(index, ()):
                node.expire(key, anchor)
            touched = self.agenda.take(index)
            if touched is None:
                continue
            if index in self.plan.groups:
                self._settle_cycle(self.plan.groups[index], touched)
                continue
            node = self.known[index]
            for key in node.order(list(touched)) if len(touched) > 1 else touched:
                node.settle(key, touched[key])

    def _settle_cycle(self, group: tuple[int, ...], touched: dict[Key, Touches]) -> None:
        found = [touched, *(t for index in group if (t := self.agenda.take(index)) is not None)]
        causes = join_causes(*(c for keys in found for touches in keys.values() for c in touches.values()))
        nodes = [self.known[index] for index in group]
        rows = least_fixpoint(nodes)
        for node in nodes:
            self.journal.tables[node.table.name] = node.table
            for key, row in rows[node.definition.name].items():
                self.put(node.table, key, row, causes)
        for index in group:
            self.agenda.take(index)

    # ------------------------------------------------------------ telling readers

    def _tell(self, reader: Reader, values: tuple[Any, ...], causes: Causes) -> None:
        reader.touch(values, causes)
        if reader.echoes:
            self._echo(reader, values, causes, reader.echoes)

    def _echo(self, reader: Reader, values: tuple[Any, ...], causes: Causes, echoes: int) -> None:
        """What changed here changes once more for ``reader`` at each of the next ``echoes`` stages."""
        if echoes:
            self._at_next(partial(self._again, reader, values, causes, echoes - 1))

    def _again(self, reader: Reader, values: tuple[Any, ...], causes: Causes, echoes: int) -> None:
        reader.touch(values, causes)
        self._echo(reader, values, causes, echoes)

    def _at_next(self, action: Action) -> None:
        self.agenda.at_next(self.world.stage + 1, action)

    def _tell_event(self, pulse: Pulse) -> None:
        event, data = pulse.event, pulse.data
        causes = (ByEvent(event.id),)
        for reader in self._of_event.get(event.type, ()):
            if pulse.truth or reader.attempted:
                values = tuple([data[name] for name in reader.attributes])
                self._tell(reader, (*values, event.id) if reader.with_id else values, causes)

    # ------------------------------------------------------------ what nodes call

    @property
    def tentative(self) -> bool:
        """Whether this stage may have to be taken back."""
        return self.journal.tentative

    def put(self, table: Table, key: Key, row: Row, causes: Causes) -> None:
        """Set a row at this stage; on a change of truth touch what reads it."""
        if not table.put(key, row, self.world.stage, causes):
            return
        name = table.name
        self.journal.tables[name] = table
        for reader in self._of_relation.get(name, ()):
            self._tell(reader, key, causes)

    def look_again(self, node: Node, key: Key, causes: Causes) -> None:
        """``key`` of ``node`` is to be settled at the next stage too."""
        self._at_next(partial(self._settle_again, node, key, causes))

    def _settle_again(self, node: Node, key: Key, causes: Causes) -> None:
        self.schedule(node, key, "again", causes)

    def fall_next(self, table: Table, key: Key, causes: Causes, row: Row = ABSENT) -> None:
        """The row ``key`` is true at this stage alone; at the next it is ``row``."""
        self._at_next(partial(self.put, table, key, row, causes))

    # ------------------------------------------------------------ results

    def _note(self, pulse: Pulse) -> None:
        event = pulse.event
        self._effective[event.id] = pulse.truth
        self._unsure.pop(event.id, None)
        self._void.pop(event.id, None)
        if pulse.truth == UNKNOWN:
            self._unsure[event.id] = pulse.reasons
        elif not pulse.truth:
            self._void[event.id] = self.acts.void(event)

    def trace(self, to: Instant, tables: dict[str, Table] | None = None) -> Trace:
        """Everything so far, with ``tables`` where whoever runs it has taken them; else the edges are handed over."""
        found = tables or {name: self.world.tables[name].handed_over() for name in self.relations}
        return Trace(
            found, tuple(self._void.values()), self._effective, self._unsure, to, tuple(self._marked)
        )

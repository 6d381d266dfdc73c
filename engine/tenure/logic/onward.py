"""An evaluation that is taken onward as events come: its last tick stays open, and it can go back and part in two.

An event of the last tick is settled together with those that came before it.  For events of the past there are
checkpoints: what the evaluation remembered at some stages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Self

from tenure.history import Event
from tenure.logic.acts import VoidAct
from tenure.logic.agenda import Due
from tenure.logic.checkpoint import Checkpoint, tables_of
from tenure.logic.definitions import Program, Stage, with_events
from tenure.logic.evaluator import Evaluation
from tenure.logic.finished import drop_finished, finished_tables
from tenure.logic.image import Image, image_at, known_from, stand_at
from tenure.logic.tables import Edge, Key, Table
from tenure.logic.world import Pulse
from tenure.time import Calendar, Instant

#: How many events lie between two checkpoints at the least, how many rows there may be to copy for each event, and
#: how many checkpoints there are at the most.
SPACING = 256
ROWS_AN_EVENT = 100
MOST_CHECKPOINTS = 6


class Onward(Evaluation):
    """A run of the reference evaluator that goes on; rows of the relations ``watched`` that change are noted."""

    def __init__(
        self, program: Program, calendar: Calendar, watched: frozenset[str], *, begun: bool = True
    ) -> None:
        super().__init__(program, calendar)
        self.program = program
        self.calendar = calendar
        self.watched = watched
        self._changed: dict[str, dict[Key, None]] = {}
        self._open: tuple[Stage, Due, list[Event]] | None = None
        self._taken = 0
        self._marks: list[Checkpoint] = []
        self._scout: Self | None = None
        self._known: Instant | None = None
        self._forgets = False
        if begun:
            self.begin()
            self._marks.append(Checkpoint.of(self))

    # ------------------------------------------------------------ onward

    @property
    def open_from(self) -> Instant:
        """The first instant whose events can still be taken without going back."""
        if self._open is not None:
            return self._open[0] // 2
        return (self.world.stage + 1) // 2

    def take(self, events: Iterable[Event], to: Instant) -> None:
        """Take ``events`` (in order, none before :attr:`open_from` or after ``to``), and every limit up to ``to``."""
        events = list(events)
        self._wind_up([event.at for event in events[:1]], to)
        for tick, together in groupby(events, key=lambda event: event.at):
            self._hold(with_events(tick), list(together))
        self.advance(with_events(to))
        if self.agenda.next_stage() == with_events(to):
            self._hold(with_events(to), [])

    def _hold(self, stage: Stage, events: list[Event]) -> None:
        """Settle ``events`` with those of the same tick, and leave the tick open for more."""
        if self._open is not None and self._open[0] == stage:
            _, due, before = self._open
            self._note_changes()
            self.journal.undo(stage)
            self.agenda.undo()
            events = [*before, *events]
        else:
            self.advance(stage)
            self._shut()
            self._mark_if_due(len(events))
            self.world.enter(stage)
            due = self.agenda.due(stage)
        self._open = (stage, due, events)
        self.journal.tentative = True
        self.agenda.mark()
        self._happen(due, events)
        self._note_changes()

    def _step(self, stage: Stage, events: list[Event]) -> None:
        self._shut()
        super()._step(stage, events)

    def _shut(self) -> None:
        """Nothing more can happen at the tick that was open."""
        if self._open is not None:
            self._open = None
            self._close()

    def _close(self) -> None:
        self._note_changes()
        super()._close()

    def _note(self, pulse: Pulse) -> None:
        """Only acts without effect are asked for here: how every event was judged would grow with the record."""
        self._void.pop(pulse.event.id, None)
        if not pulse.truth:
            self._void[pulse.event.id] = self.acts.void(pulse.event)

    def _note_changes(self) -> None:
        for name, table in self.journal.tables.items():
            if name in self.watched and table.old:
                self._changed.setdefault(name, {}).update(dict.fromkeys(table.old))

    def changed(self) -> dict[str, dict[Key, None]]:
        """The rows of watched relations that may have changed since this was last asked."""
        found, self._changed = self._changed, {}
        return found

    @property
    def tables(self) -> Mapping[str, Table]:
        """The relations with all their edges so far."""
        return self.world.tables

    @property
    def void(self) -> Mapping[str, VoidAct]:
        """The acts without effect, by the id of the event."""
        return self._void

    # ------------------------------------------------------------ back

    def _mark_if_due(self, events: int) -> None:
        """Checkpoints keep a distance that grows with what there is to copy, so that an event costs the same."""
        self._taken += events
        if self._taken >= max(SPACING, self._marks[-1].size // ROWS_AN_EVENT if self._marks else 0):
            self._taken = 0
            self._marks.append(Checkpoint.of(self))
            if len(self._marks) > MOST_CHECKPOINTS:
                # The first stays, and where it is to be forgotten the one that comes in its place; of the others every
                # second goes: far back they lie far apart.
                del self._marks[2 if self._forgets else 1 : -2 : 2]

    def back(self, before: Instant) -> Instant:
        """Go back to before the events of ``before``; those from the instant on that it returns come anew."""
        while len(self._marks) > 1 and not self._marks[-1].is_before(before):
            self._marks.pop()
        self._restore(self._marks[-1])
        self._void = {id: void for id, void in self._void.items() if void.event.at < self.open_from}
        return self.open_from

    def forget(self, before: Instant, but: frozenset[str]) -> Instant | None:
        """Forget what no event from ``before`` on needs; returns from when on all is known still, None if from ever.

        It is the last checkpoint before ``before`` to which it goes back at the farthest from now on.  Of the relations
        ``but`` nothing is forgotten.
        """
        self._forgets = True
        found = [n for n, mark in enumerate(self._marks) if mark.is_before(before)]
        if found and found[-1]:
            del self._marks[: found[-1]]
            known = (self._marks[0].stage + 1) // 2
            for table in tables_of(self):
                if table.name not in but:
                    table.forget(with_events(known - 1))
            self._drop_finished()
            self._void = {id: void for id, void in self._void.items() if void.event.at >= known}
            self._known = known
        return self._known

    def _drop_finished(self) -> None:
        """Let go what tells of instances that were over at the first checkpoint, there and in those after it."""
        first = self._marks[0]
        for name, owed in finished_tables(self, first.memories):
            gone = drop_finished(self.world.tables[name], owed, first.stage)
            if gone:
                self._marks = [mark.without(name, gone) for mark in self._marks]

    # ------------------------------------------------------------ in another process

    def image(self, but: frozenset[str]) -> Image | None:
        """The last checkpoint that a run in another process can go on from; None where there is none yet."""
        now = self.open_from
        for mark in reversed(self._marks):
            if mark.stage > self.world.first and known_from(mark) <= now:
                return image_at(self, mark, but)
        return None

    def stand(self, image: Image) -> Instant:
        """Stand as the run did of which ``image`` is; the events from the instant on that it returns come anew.

        It is for a run to which nothing has happened, and raises :class:`ValueError` for an image of another program.
        """
        mark = stand_at(self, image)
        self._marks = [mark]
        self._open, self._taken = None, 0
        self._known, self._forgets = image.known, True
        self._changed.clear()
        return self.open_from

    def _restore(self, mark: Checkpoint) -> None:
        mark.restore(self)
        self._open = None
        self._taken = 0
        self._changed.clear()

    # ------------------------------------------------------------ in two

    def fork(self, *, past: bool = True) -> Self:
        """Another run that stands where this one does.

        Without its ``past`` it cannot go back, is had sooner, and serves until the next one without past is asked for.
        """
        # A run compiles what it solves, so the one that is sent ahead is sent again.
        other = None if past else self._scout
        other = other or type(self)(self.program, self.calendar, self.watched, begun=False)
        now = Checkpoint.of(self)
        if past:
            for table in self.world.tables.values():
                other.world.tables[table.name].edges = {key: list(e) for key, e in table.edges.items()}
            other._void = dict(self._void)
            other._marks, other._known, other._forgets = list(self._marks), self._known, self._forgets
        other._restore(now)
        if not past:
            self._scout = other
            for name in self.watched:
                table = other.world.tables[name]
                table.edges = {
                    key: [Edge(now.stage, row.truth, (), row.reasons)] for key, row in table.rows.items()
                }
        return other

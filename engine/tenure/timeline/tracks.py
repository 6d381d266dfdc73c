"""The lines of a session, one for each choice of readings that it looks at, taken onward side by side."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Self

from attrs import frozen

from tenure.history import Event
from tenure.logic.acts import VoidAct
from tenure.logic.executor import Executor
from tenure.logic.tables import Key
from tenure.norms import Position, Vocabulary
from tenure.time import Instant
from tenure.timeline.changes import Change, Subject, Wrong, changes_of, wrong_changes
from tenure.timeline.choices import other_choices
from tenure.timeline.following import Following, LineImage
from tenure.timeline.state_changes import StateRow, state_changes_of, steps_on
from tenure.timeline.steps import Step, disputed, steps

if TYPE_CHECKING:
    from tenure.timeline.contract import Contract


@frozen
class Looked:
    """What a look found: the steps of each position and state that may have changed, and the changes."""

    steps: dict[Subject, tuple[Step, ...]]
    changes: list[Change]


class Tracks:
    """The ``main`` line, and the ``others``, each with the readings in which it differs."""

    def __init__(self, main: Following, others: Sequence[tuple[tuple[str, ...], Following]]) -> None:
        self.main = main
        self.others = others
        self.lines = (main, *(line for _, line in others))
        self._wrongs: dict[Wrong, None] = {}

    @classmethod
    def begun(
        cls, contract: Contract, given: Mapping[str, str], executor: Executor, states: frozenset[str]
    ) -> Self:
        """The lines of ``contract`` under the readings ``given``, and the other choices of those without default.

        ``states`` are told of as well: all of them, where the contract gives nobody a position.
        """
        vocabulary: Vocabulary = contract.vocabulary
        choice = {**vocabulary.default_choice(), **given}
        meaning = contract.meaning(choice)
        if not meaning.supports:
            states = frozenset(vocabulary.states)
        main = Following.begun(vocabulary, meaning, executor, states)
        others = [
            (
                tuple(n for n in other if other[n] != choice[n]),
                Following.begun(vocabulary, contract.meaning(other), executor, states),
            )
            for other in other_choices(vocabulary, main.meaning, choice, given)
        ]
        return cls(main, others)

    def fork(self, *, past: bool = True) -> Self:
        """Other lines that stand where these do."""
        return type(self)(
            self.main.fork(past=past), [(names, line.fork(past=past)) for names, line in self.others]
        )

    @property
    def open_from(self) -> Instant:
        """The first instant whose events can still be taken without going back."""
        return max(line.run.open_from for line in self.lines)

    @property
    def void(self) -> Mapping[str, VoidAct]:
        """The acts without effect so far, by the id of the event."""
        return self.main.run.void

    def take(self, events: Sequence[Event], to: Instant) -> Instant | None:
        """Take ``events`` and every limit up to ``to``; since when what was settled is otherwise, if it is."""
        found = [line.run.take(events, to) for line in self.lines]
        return min((at for at in found if at is not None), default=None)

    def take_again(self, events: Sequence[Event], before: Instant, to: Instant) -> Instant:
        """Go back to before ``before`` and take those of ``events`` (all so far, in order) that come anew.

        Returns the first instant that was settled anew.
        """
        first = before
        for line in self.lines:
            again = line.run.back(before)
            line.prune()
            coming = events[bisect_left(events, again, key=lambda event: event.at) :]
            otherwise = line.run.take([event for event in coming if event.at <= to], to)
            first = min(first, again, again if otherwise is None else otherwise)
        return first

    def forget(self, before: Instant) -> Instant | None:
        """Forget what no event from ``before`` on needs; returns from when on all is known still, None if from ever.

        Several lines would have to forget just the same, so they forget nothing.
        """
        return None if self.others else self.main.forget(before)

    def images(self) -> list[LineImage] | None:
        """What the lines in another process need to go on; None where one of them has no such thing."""
        found = [line.image() for line in self.lines]
        return None if None in found else [image for image in found if image is not None]

    def stand(
        self,
        images: Sequence[LineImage],
        events: Sequence[Event],
        wrongs: Iterable[tuple[str, Key]],
        to: Instant,
    ) -> None:
        """Stand, where nothing has happened yet, as ``images`` say, and take those of ``events`` up to ``to`` anew."""
        for line, image in zip(self.lines, images, strict=True):
            first = line.stand(image)
            line.run.take([event for event in events if first <= event.at <= to], to)
            line.run.changed()
            line.prune()
        found = (Wrong(self.main.bearing.wrongs[name], name, key) for name, key in wrongs)
        self._wrongs = dict.fromkeys(found)

    @property
    def wrongs(self) -> list[tuple[str, Key]]:
        """The rows that may be looked at again because their tick is still open, by relation."""
        return [(wrong.relation, wrong.key) for wrong in self._wrongs]

    def look(self, since: Instant, also: Iterable[Subject] = (), *, whole: bool = False) -> Looked:
        """What has changed after ``since``; with ``whole`` the steps begin with the beginning of time."""
        subjects = dict.fromkeys(also)
        for line in self.lines:
            touched, wrongs = line.news()
            subjects.update(touched)
            line.look(None if whole else since)
            if line is self.main:
                self._wrongs.update(dict.fromkeys(wrongs))
        over_time = {subject: self.steps(subject) for subject in subjects}
        changes: list[Change] = [
            change
            for subject, found_steps in over_time.items()
            for change in self._changes(subject, found_steps, since)
        ]
        # A tick that is still open may be looked at again: what was wrong at its first stage still is.
        done = {wrong: list(wrong_changes(self.main, wrong, since)) for wrong in self._wrongs}
        self._wrongs = {wrong: None for wrong, found in done.items() if found}
        return Looked(over_time, [*changes, *(change for found in done.values() for change in found)])

    def _changes(self, subject: Subject, over_time: tuple[Step, ...], since: Instant) -> Iterable[Change]:
        if isinstance(subject, StateRow):
            return state_changes_of(subject, over_time, since, self.main.vocabulary.zone)
        return changes_of(self.lines, subject, over_time, since)

    def steps_ever(self, position: Position) -> tuple[Step, ...]:
        """The steps of ``position`` from the beginning of time on."""
        for line in self.lines:
            line.look(None)
        return self.steps(position)

    def steps(self, subject: Subject) -> tuple[Step, ...]:
        """The steps of ``subject`` in the time that is looked at, disputed where the readings differ."""
        if isinstance(subject, StateRow):
            return steps_on([((), self.main), *self.others], subject)
        first = steps(self.main, subject)
        if not self.others:
            return first
        return disputed([(names, steps(line, subject)) for names, line in self.others], first)

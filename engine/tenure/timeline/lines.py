"""The lines of one timeline, one for each choice of readings that it looks at; each is evaluated when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import evolve

from tenure.history import Event
from tenure.logic.again import reevaluate
from tenure.logic.hindsight import evaluate_with_hindsight
from tenure.norms import Meaning, Vocabulary
from tenure.time import Instant
from tenure.timeline.executors import Executor
from tenure.timeline.line import Line

Choice = tuple[tuple[str, str], ...]


class Lines:
    """Lines over ``events`` up to ``to``; what the lines of ``base`` have computed, and no other event changes, is kept.

    An event after ``to`` counts only where an effect can reach back.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        meaning: Callable[[Mapping[str, str]], Meaning],
        events: tuple[Event, ...],
        to: Instant,
        base: Lines | None = None,
        executor: Executor | None = None,
        evaluated: Callable[[Meaning, tuple[Event, ...], Instant], Line] | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.meaning = meaning
        self._evaluated = evaluated
        self.events = tuple(event for event in events if event.at <= to)
        self.later = events[len(self.events) :]
        self.to = to
        self.executor = executor
        self.base = base if base is not None and base.to == to else None
        self._known: dict[Choice, Line] = {}

    def __call__(self, wanted: Mapping[str, str]) -> Line:
        """The line under the choice ``wanted``."""
        key = tuple(sorted(wanted.items()))
        if key not in self._known:
            self._known[key] = self._line(wanted, self.base._known.get(key) if self.base else None)
        return self._known[key]

    @property
    def known(self) -> tuple[Line, ...]:
        """The lines that have been asked for."""
        return tuple(self._known.values())

    def under(self, meaning: Meaning) -> Line:
        """The line of another meaning, over the same events."""
        if self._evaluated is not None:
            return self._evaluated(meaning, self.events, self.to)
        return Line(self.vocabulary, meaning, self.events, self.to)

    def _line(self, wanted: Mapping[str, str], known: Line | None) -> Line:
        meaning = self.meaning(wanted)
        if self.executor is not None:
            trace = self.executor(meaning.program, self.events, self.vocabulary.calendar, self.to)
            return Line(self.vocabulary, meaning, self.events, self.to, trace)
        # Recurring dates come from the first event on, whatever its type: another first event moves them all.
        first = [event.at for event in self.events[:1]]
        alike = known is not None and known.meaning.program is meaning.program
        if meaning.program.reaching:
            return self._with_hindsight(meaning)
        if known is None or not alike or first != [event.at for event in known.events[:1]]:
            return self.under(meaning)
        changed = _types_of_difference(known.events, self.events)
        trace = reevaluate(meaning.program, known.trace, self.events, self.vocabulary.calendar, changed)
        return Line(self.vocabulary, meaning, self.events, self.to, trace)

    def _with_hindsight(self, meaning: Meaning) -> Line:
        events = (*self.events, *self.later)
        to = max(self.to, self.later[-1].at) if self.later else self.to
        program, trace = evaluate_with_hindsight(meaning.program, events, self.vocabulary.calendar, to)
        return Line(self.vocabulary, evolve(meaning, program=program), events, to, trace)


def _types_of_difference(one: tuple[Event, ...], other: tuple[Event, ...]) -> frozenset[str]:
    """The types of the events that are not the same in both."""
    before, after = {e.id: e for e in one}, {e.id: e for e in other}
    differing = [event for event in one if after.get(event.id) != event]
    differing += [event for event in other if before.get(event.id) != event]
    return frozenset(event.type for event in differing)

"""The lines of one timeline, one for each choice of readings that it looks at; each is evaluated when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tenure.history import Event
from tenure.logic.again import reevaluate
from tenure.logic.executor import Executor
from tenure.logic.trace import Trace
from tenure.norms import Meaning, Vocabulary
from tenure.time import Instant
from tenure.timeline.executors import REFERENCE
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
        executor: Executor = REFERENCE,
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

    def __len__(self) -> int:
        """How many choices were looked at."""
        return len(self._known)

    def __call__(self, wanted: Mapping[str, str]) -> Line:
        """The line under the choice ``wanted``."""
        key = tuple(sorted(wanted.items()))
        if key not in self._known:
            self._known[key] = self._line(wanted)
        return self._known[key]

    @property
    def known(self) -> tuple[Line, ...]:
        """The lines that have been asked for."""
        return tuple(self._known.values())

    def under(self, meaning: Meaning) -> Line:
        """The line of another meaning, over the same events."""
        if meaning.program.reaching:
            to = max(self.to, self.later[-1].at) if self.later else self.to
            return Line(self.vocabulary, meaning, (*self.events, *self.later), to)
        if self._evaluated is not None:
            return self._evaluated(meaning, self.events, self.to)
        return Line(self.vocabulary, meaning, self.events, self.to)

    def _line(self, wanted: Mapping[str, str]) -> Line:
        """Under ``wanted``; what another line has computed already, and nothing here changes, is kept."""
        meaning = self.meaning(wanted)
        if self.executor is not REFERENCE:  # which alone can also evaluate only what has changed
            found = self.executor.evaluate(meaning.program, self.events, self.vocabulary.calendar, self.to)
            return Line(self.vocabulary, meaning, self.events, self.to, found)
        known = None if meaning.program.reaching else self._nearest(wanted)
        trace = None if known is None else self._again(meaning, known)
        if trace is None:
            return self.under(meaning)
        return Line(self.vocabulary, meaning, self.events, self.to, trace)

    def _nearest(self, wanted: Mapping[str, str]) -> Line | None:
        """A line of these events, or of those beneath, under the choice that differs least; nothing reaches back in it."""
        known = (line for lines in (self, self.base) if lines is not None for line in lines._known.values())
        return min(
            (line for line in known if not line.meaning.program.reaching),
            key=lambda line: sum(line.choice[name] != value for name, value in wanted.items()),
            default=None,
        )

    def _again(self, meaning: Meaning, known: Line) -> Trace | None:
        # Recurring dates come from the first event on, whatever its type: another first event moves them all.
        if [event.at for event in self.events[:1]] != [event.at for event in known.events[:1]]:
            return None
        changed = () if known.events is self.events else _differing(known.events, self.events)
        old, calendar = known.meaning.program, self.vocabulary.calendar
        return reevaluate(meaning.program, known.trace, self.events, calendar, changed, old)


def _differing(one: tuple[Event, ...], other: tuple[Event, ...]) -> list[Event]:
    """The events that are not the same in both, of either side."""
    before, after = {e.id: e for e in one}, {e.id: e for e in other}
    return [
        *(event for event in one if after.get(event.id) != event),
        *(event for event in other if before.get(event.id) != event),
    ]

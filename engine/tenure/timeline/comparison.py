"""Readings compared: the answers about a position under every choice, when they part, and which readings decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import frozen

from tenure.norms import Position, Relation, Vocabulary, correlative, is_stored
from tenure.time import Instant
from tenure.timeline.answering import answer, spans_of
from tenure.timeline.boxes import Box, deciding, in_few_words
from tenure.timeline.diff import position_text
from tenure.timeline.line import Line
from tenure.timeline.objects import object_matches
from tenure.timeline.readings import Comparing, Found
from tenure.timeline.steps import Step, step_at, steps
from tenure.timeline.verdict import Status, StatusSpan

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

#: From (inclusive) and to (exclusive); None is open.
Window = tuple[Instant | None, Instant | None]
ALWAYS: Window = (None, None)
#: The statuses over a window: each from its start on.
Course = tuple[tuple[Instant | None, Status], ...]
#: Called with the number of choices looked at so far.
Progress = Callable[[int], None]
Wanted = Callable[[Position], bool]


@frozen(repr=False)
class Answer:
    """One answer, and the choices under which it is given; ``chosen`` marks that of the timeline itself."""

    choices: tuple[Box, ...]
    spans: tuple[StatusSpan, ...]
    chosen: bool = False

    def __repr__(self) -> str:
        under = " or ".join(map(box_text, self.choices))
        return f"{under or 'any reading'}: {', '.join(map(repr, self.spans)) or 'never held'}"


@frozen
class Parting:
    """A stretch of time in which the answers are not the same: the status by each of them."""

    start: Instant | None
    end: Instant | None
    statuses: tuple[Status, ...]


@frozen(repr=False)
class ComparedPosition:
    """A position about which readings differ: ``readings`` is the smallest set that decides the answer."""

    position: Position
    readings: tuple[str, ...]
    answers: tuple[Answer, ...]
    partings: tuple[Parting, ...]
    text: str

    def __repr__(self) -> str:
        lines = (f"{self.text}: depends on {', '.join(self.readings)}", *map(repr, self.answers))
        return "\n  ".join(lines)


@frozen(repr=False)
class ReadingsCompared:
    """The positions whose answer differs, of ``compared`` in all; ``looked_at`` choices were evaluated for that.

    Of each position that is named, what is said is what all combinations say.  ``complete`` is false where the search was
    stopped.  A position that no choice looked at has ever given is not among them.
    """

    positions: tuple[ComparedPosition, ...]
    compared: int
    looked_at: int
    complete: bool = True

    @property
    def readings(self) -> tuple[str, ...]:
        """The readings that decide any of the answers."""
        return tuple(sorted({name for position in self.positions for name in position.readings}))

    def __bool__(self) -> bool:
        return bool(self.positions)

    def __repr__(self) -> str:
        if not self:
            return f"ReadingsCompared: the same under every reading ({self.compared} positions)"
        return "\n".join(map(repr, self.positions))


def about(
    vocabulary: Vocabulary,
    holder: str | None,
    act: str | None,
    object: str | tuple[Any, ...] | None,
    relation: Relation | None,
    counterparty: str | None = None,
) -> Wanted:
    """Whether a position is one of those that are named, seen from either side."""
    stored = None if relation is None or is_stored(relation) else correlative(relation)

    def wanted(position: Position) -> bool:
        sides = (position.holder, position.counterparty)
        mine, other = sides if stored is None else sides[::-1]
        return (
            (act is None or position.act == act)
            and position.relation == (stored or relation or position.relation)
            and (holder is None or holder == mine or (relation is None and holder == other))
            and (counterparty is None or counterparty in (mine, other))
            and (object is None or object_matches(vocabulary, position, object))
        )

    return wanted


def box_text(box: Box) -> str:
    """``A2 is la_stop or utc_stop, A6 is use``."""
    return ", ".join(f"{name} is {' or '.join(values)}" for name, values in box)


def compare_readings(
    timeline: Timeline,
    wanted: Wanted,
    asked: Position | None = None,
    window: Window = ALWAYS,
    *,
    at: Instant | None = None,
    progress: Progress = lambda _: None,
) -> ReadingsCompared:
    """Compare the positions that are ``wanted`` (and ``asked``, where none is) over every reading not chosen by hand.

    ``at`` compares what is answered at that instant, else the spans within ``window``.  A keyboard interrupt ends the
    search with what there is.
    """
    search = _Search(timeline, wanted, window if at is None else (at, at + 1), at, progress)
    complete = search.run([] if asked is None else [asked])
    found = {p: one for p in search.done if (one := search.compared(p)) is not None}
    real = [p for p in search.done if p != asked]
    kept = tuple(one for p, one in found.items() if p != asked or not real)
    return ReadingsCompared(kept, len(real) or len(search.done), len(timeline.lines), complete)


class _Search:
    """The positions that choices bring about, and the lines that answer about each."""

    def __init__(
        self, timeline: Timeline, wanted: Wanted, window: Window, at: Instant | None, progress: Progress
    ) -> None:
        self.timeline = timeline
        self.wanted = wanted
        self.window = window
        self.at = at
        self.progress = progress
        self.values = timeline.free_readings
        self.comparing = Comparing(timeline.lines, timeline.line.choice, self.values)
        self.waiting: dict[Position, None] = {}
        self.done: dict[Position, list[Found]] = {}

    def run(self, asked: list[Position]) -> bool:
        """Look at every position, those that only some choice brings about too; false where it was interrupted."""
        self.waiting.update(dict.fromkeys(asked))
        try:
            self._meet(self.timeline.line)
            for line in self._single() if not asked else ():
                self._meet(line)
            while self.waiting:
                position = next(iter(self.waiting))
                self.done[position] = list(self._explored(position))
                del self.waiting[position]
        except KeyboardInterrupt:
            return False
        return True

    def _single(self) -> Iterator[Line]:
        """The lines under each other value of one reading."""
        choice = self.timeline.line.choice
        for name in sorted(self.timeline.line.meaning.touched_readings & self.values.keys()):
            for value in self.values[name]:
                if value != choice[name]:
                    yield self.timeline.lines({**choice, name: value})

    def _meet(self, line: Line) -> None:
        """Take up what a line gives and no other did."""
        self.progress(len(self.timeline.lines))
        for position in line.sources:
            if position not in self.done and self.wanted(position) and not line.is_declared(position):
                self.waiting.setdefault(position)

    def _explored(self, position: Position) -> Iterator[Found]:
        silent = any(s.act == position.act for s in self.timeline.line.meaning.silences)
        for found in self.comparing.explore([position], reasons=silent and self.at is not None):
            self._meet(found.line)
            yield found

    # ------------------------------------------------------------ what was found

    def compared(self, position: Position) -> ComparedPosition | None:
        """What differs about ``position``; None where nothing does."""
        courses = [(found, self._course(found.line, position)) for found in self.done[position]]
        if len({course for _, course in courses}) < 2:
            return None
        names = deciding([(found.rests_on, course) for found, course in courses])
        answers, kinds = [], list(dict.fromkeys(course for _, course in courses))
        for kind in kinds:
            alike = [found for found, course in courses if course == kind]
            boxes = in_few_words([f.rests_on for f in alike], names, self.values)
            spans = self._spans(alike[0].line, position, kind)
            answers.append(Answer(boxes, spans, chosen=kind == courses[0][1]))
        partings = tuple(_partings(kinds, self.window)) if self.at is None else ()
        return ComparedPosition(position, names, tuple(answers), partings, self._text(position))

    def _text(self, position: Position) -> str:
        return position_text(self.timeline, position)

    def _course(self, line: Line, position: Position) -> Course:
        over_time = steps(line, position)
        if self.at is not None:
            status = answer(line, position, over_time, self.at, self.timeline.horizon).status
            return ((self.at, status),)
        return course_of(over_time, self.window)

    def _spans(self, line: Line, position: Position, course: Course) -> tuple[StatusSpan, ...]:
        """The spans that ``course`` is about, whole; of an answer at an instant, the one around it."""
        over_time = spans_of(steps(line, position), line.vocabulary.zone)
        low, high = self.window
        met = (
            s
            for s in over_time
            if (s.end is None or low is None or s.end > low)
            and (s.start is None or high is None or s.start < high)
        )
        if self.at is not None:
            return tuple(
                StatusSpan(s.start, s.end, course[0][1], s.start_cause, s.end_cause, s.clauses, s.zone)
                for s in met
            )
        return tuple(s for s in met if s.status != "not_held")


def course_of(over_time: tuple[Step, ...], window: Window = ALWAYS) -> Course:
    """The statuses within ``window``, neighbours of one status as one."""
    return tuple(_clipped(over_time, *window))


def _clipped(
    over_time: tuple[Step, ...], low: Instant | None, high: Instant | None
) -> Iterator[tuple[Instant | None, Status]]:
    before: Status | None = None
    for start in (low, *(s.start for s in over_time)):
        if start is not None and ((low is not None and start < low) or (high is not None and start >= high)):
            continue
        if start is None and low is not None:
            continue
        status = step_at(over_time, start).status
        if status != before:
            yield start, status
        before = status


def _partings(courses: list[Course], window: Window) -> Iterator[Parting]:
    """The stretches in which not all courses have one status."""
    starts: list[Instant | None] = [window[0]]
    starts += sorted({s for course in courses for s, _ in course if s is not None and s != window[0]})
    found: list[Parting] = []
    for start, end in pairwise((*starts, window[1])):
        statuses = tuple(_status_at(course, start) for course in courses)
        if len(set(statuses)) < 2:
            continue
        if found and found[-1].end == start is not None and found[-1].statuses == statuses:
            found[-1] = Parting(found[-1].start, end, statuses)
        else:
            found.append(Parting(start, end, statuses))
    return iter(found)


def _status_at(course: Course, at: Instant | None) -> Status:
    status = course[0][1]
    for start, following in course:
        if start is not None and at is not None and start <= at:
            status = following
    return status

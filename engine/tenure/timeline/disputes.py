"""Disputes: what an answer is where a reading that has no default, and was not chosen, makes the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tenure.norms import Position, Vocabulary
from tenure.timeline.line import Line
from tenure.timeline.lines import Lines
from tenure.timeline.readings import Comparing, boxes
from tenure.timeline.steps import Step, disputed, steps


class Disputes:
    """The open readings of one timeline; ``choice`` is the one that its own line is under."""

    def __init__(
        self, vocabulary: Vocabulary, lines: Lines, choice: Mapping[str, str], given: frozenset[str]
    ) -> None:
        self.lines = lines
        self.choice = choice
        self.values = {
            reading.name: tuple(v.name for v in reading.values)
            for reading in vocabulary.readings.values()
            if reading.name not in given and not any(v.default for v in reading.values)
        }
        self._comparing = Comparing(lines, choice, self.values)

    def choices(self) -> Iterator[Mapping[str, str]]:
        """The other choices of the open readings that the contract looks at; all others mean the same as one of these."""
        found = boxes(self.choice, self.values, lambda choice: self.lines.meaning(choice).touched_readings)
        next(found)
        return (choice for _, choice in found)

    def others(self, position: Position) -> Iterator[tuple[tuple[str, ...], Line]]:
        """A line for each other way to answer about ``position``, with the readings in which it differs."""
        found = self._comparing.explore([position])
        next(found)
        for other in found:
            yield tuple(n for n, value in other.rests_on.items() if value != self.choice[n]), other.line

    def steps(self, line: Line, position: Position) -> tuple[Step, ...]:
        """The steps of ``position``, disputed where the open readings differ."""
        first = steps(line, position)
        others = [(names, steps(other, position)) for names, other in self.others(position)]
        return disputed(others, first) if others else first

    def sources(self, line: Line) -> Iterator[Position]:
        """Every position that the line, or a line under another choice, gives."""
        yield from line.sources
        for choice in self.choices():
            yield from (p for p in self.lines(choice).sources if p not in line.sources)

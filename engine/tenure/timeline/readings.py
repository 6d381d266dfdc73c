"""Readings compared: on which of them an answer rests, and what it is under each (DESIGN §3 "Readings").

Choices are not enumerated.  Under one choice the answer rests on some readings; every choice that agrees on them has the
same answer.  Only those readings are varied, one after the other, and each answer found says again what it rests on.
The boxes so found are disjoint and cover all choices, so what is said of a position is what all combinations say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from attrs import frozen

from tenure.logic.basis import ANY, Node, Rows
from tenure.logic.definitions import Var
from tenure.norms import OPPOSITES, Position
from tenure.timeline.line import Line

if TYPE_CHECKING:
    from tenure.timeline.lines import Lines

#: A value for some readings; the others may be anything.
Choice = Mapping[str, str]


#: The largest number of choices that are looked at to find out whether a definition cares about a reading.
MOST_TRIED = 8


@frozen
class Found:
    """One line, and the readings on which the answer rests there, each with its value."""

    rests_on: Choice
    line: Line


class Comparing:
    """The lines of one timeline under all choices of some readings; ``values`` are what each of those may be."""

    def __init__(self, lines: Lines, start: Choice, values: Mapping[str, Collection[str]]) -> None:
        self.lines = lines
        self.start = dict(start)
        self.values = values
        #: For each node, the values of the readings behind it under the choices at which it was looked at.
        self._known: dict[Node, list[dict[str, str]]] = {}

    def explore(self, positions: Collection[Position], *, reasons: bool = False) -> Iterator[Found]:
        """A line for each box of choices, that of ``start`` first; within a box the answers about ``positions`` agree.

        With ``reasons``, whether it never arose agrees too, and so whether the contract is silent.
        """

        def rests_on(choice: Choice) -> frozenset[str]:
            return self.behind(self.lines(choice), positions, reasons=reasons)

        for fixed, choice in boxes(self.start, self.values, rests_on):
            yield Found(fixed, self.lines(choice))

    def behind(self, line: Line, positions: Collection[Position], *, reasons: bool = False) -> frozenset[str]:
        """The readings on which the spans of ``positions`` rest under the choice of ``line``."""
        meaning = line.meaning
        if meaning.program.reaching:
            # What reaches back judges acts on another timeline too; nothing is left out then.
            return meaning.touched_readings & self.values.keys()
        rows = [rows for position in positions for rows in _rows(line, position)]
        rows += [rows for position in positions if reasons for rows in _reason_rows(line, position)]
        return frozenset().union(*(self._behind(line, node, set())[0] for node in rows))

    def _behind(self, line: Line, node: Node, active: set[tuple[int, Node]]) -> tuple[frozenset[str], bool]:
        """The readings behind ``node``, and whether they are all of them: a circle is closed by whoever began it.

        What is known of a node under one choice is known under every choice that agrees on the readings behind it.
        """
        for known in self._known.get(node, ()):
            if all(line.choice[name] == value for name, value in known.items()):
                return frozenset(known), True
        active.add((id(line), node))
        own = self._own(line, node)
        alike = self._alike(line, node, own)
        found, whole = self._below(alike or [line], node, active)
        active.discard((id(line), node))
        if not alike or not whole:
            found |= own
        if whole:
            self._known.setdefault(node, []).append({name: line.choice[name] for name in found})
        return found, whole

    def _below(
        self, lines: list[Line], node: Node, active: set[tuple[int, Node]]
    ) -> tuple[frozenset[str], bool]:
        """The readings behind what ``node`` rests on in each of ``lines``."""
        waiting = [(line, below) for line in lines for below in line.basis.below(node)]
        seen: set[tuple[int, Node]] = set()
        found: set[str] = set()
        whole = True
        while waiting:
            line, below = waiting.pop()
            if (id(line), below) in seen:
                continue
            seen.add((id(line), below))
            if (id(line), below) in active:
                whole = False
            elif self._own(line, below):
                more, all_of_it = self._behind(line, below, active)
                found, whole = found | more, whole and all_of_it
            else:
                waiting.extend((line, further) for further in line.basis.below(below))
        return frozenset(found), whole

    def _own(self, line: Line, node: Node) -> frozenset[str]:
        """The readings that the definition of ``node`` was made under."""
        read = (r for name in line.basis.names(node) for r in line.meaning.read_by.get(name, ()))
        return frozenset(read) & self.values.keys()

    def _alike(self, line: Line, node: Node, readings: frozenset[str]) -> list[Line]:
        """The lines under every value of ``readings``, if ``node`` is the same under all of them; else none.

        What it rests on under each of those choices then is all that it rests on.  Under another value its definition
        may look at other readings, which then are varied too.
        """
        names = sorted(readings)
        if not names or prod(len(self.values[name]) for name in names) > MOST_TRIED:
            return []
        rows = line.basis.rows(node)
        found = []
        for combination in product(*(self.values[name] for name in names)):
            other = self.lines({**line.choice, **dict(zip(names, combination, strict=True))})
            if other.meaning.program.reaching or other.basis.rows(node) != rows:
                return []
            found.append(other)
        more = readings.union(*(self._own(other, node) for other in found))
        return found if more == readings else self._alike(line, node, more)


def boxes(
    start: Choice, values: Mapping[str, Collection[str]], rests_on: Callable[[Choice], frozenset[str]]
) -> Iterator[tuple[Choice, Choice]]:
    """Disjoint boxes that cover all choices of the readings in ``values``, each with one whole choice in it.

    ``rests_on`` says on which readings the answer rests under a choice; ``start`` gives a value to every reading.
    """
    waiting: deque[tuple[dict[str, str], dict[str, str]]] = deque([({}, dict(start))])
    while waiting:
        fixed, choice = waiting.popleft()
        here = dict(fixed)
        for name in sorted(rests_on(choice) & values.keys() - fixed.keys()):
            for other in values[name]:
                if other != choice[name]:
                    waiting.append(({**here, name: other}, {**choice, name: other}))
            here[name] = choice[name]
        yield here, choice


def _rows(line: Line, position: Position) -> Iterator[Rows]:
    """The rows that give ``position``, and those that contradict it."""
    relations = (position.relation, *OPPOSITES.get(position.relation, ()))
    for support in line.supports(position.act):
        if support.relation in relations and len(support.object) == len(position.object):
            instance = (ANY,) if support.duty else ()
            yield Rows(support.force, (*instance, position.holder, ANY, *position.object))


def _reason_rows(line: Line, position: Position) -> Iterator[Rows]:
    """The rows that say whether ``position`` ever arose, and whether the contract is silent on it."""
    for silence in line.meaning.silences:
        if silence.act == position.act:
            yield Rows(silence.force, (ANY,) * (2 + len(silence.object)))
    heads = {d.name: d.head for d in line.meaning.program.definitions}
    for support in line.supports(position.act):
        env = line.match(support, position)
        if env is not None and support.duty:
            yield Rows(support.force, (ANY,) * (3 + len(support.object)))
        elif env is not None:
            named = (env.get(t.name, ANY) if isinstance(t, Var) else ANY for t in heads[support.base])
            yield Rows(support.base, tuple(named))

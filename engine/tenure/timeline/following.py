"""A line that is followed as it grows: it knows which positions a changed row bears on, and looks at a part of time."""

from __future__ import annotations

from bisect import bisect_right
from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping
from functools import cached_property
from typing import Self

from attrs import frozen

from tenure.logic.definitions import DUTY_STATES, Stage, with_events
from tenure.logic.executor import Executor, Run
from tenure.logic.image import Image
from tenure.logic.tables import Edge, Key
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE
from tenure.norms import Meaning, Position, Support, Vocabulary
from tenure.time import Instant
from tenure.timeline.changes import Subject, Wrong, wrong_relations
from tenure.timeline.line import FIRST_STAGE, Case, Line, Source, case_of
from tenure.timeline.segments import Segment, merge
from tenure.timeline.state_changes import StateRow


@frozen
class Bearing:
    """Which relations bear on positions (``givers``, with the supports they belong to), and which tell of wrongs.

    ``ranks`` count the supports, by their identity; ``states`` are the named states that are told of.
    """

    givers: Mapping[str, list[Support]]
    wrongs: Mapping[str, Support | str]
    ranks: Mapping[int, int]
    states: frozenset[str]

    @classmethod
    def of(cls, vocabulary: Vocabulary, meaning: Meaning, states: frozenset[str]) -> Self:
        """That of a contract under one choice of readings."""
        givers: dict[str, list[Support]] = {}
        for support in meaning.supports:
            names = [support.force, *(f"{state}:{support.force}" for state in DUTY_STATES if support.duty)]
            for name in names:
                givers.setdefault(name, []).append(support)
        ranks = {id(support): rank for rank, support in enumerate(meaning.supports)}
        return cls(givers, dict(wrong_relations(vocabulary, meaning)), ranks, states)


@frozen
class Placed:
    """A position of a line: its sources, each the rank of a support with a row, and its place among the others."""

    sources: tuple[tuple[int, Key], ...]
    place: tuple[int, int]


@frozen
class LineImage:
    """A line under one choice of readings; ``count`` is how many sources it had come to know."""

    run: Image
    positions: list[Placed]
    count: int


class Following(Line):
    """The positions that ``run`` decides under one choice of readings, from the instant ``since`` on.

    Edges before ``since`` are read only as far as they tell how things stood then, so that a look at what has just
    changed costs the same however long the past is.
    """

    def __init__(self, vocabulary: Vocabulary, meaning: Meaning, run: Run, bearing: Bearing) -> None:
        super().__init__(vocabulary, meaning, (), 0, Trace(dict(run.tables), (), {}, {}, 0))
        self.run = run
        self.since: Instant | None = None
        self.bearing = bearing
        self._positions: MutableMapping[Position, list[Source]] = {}
        self._cases: MutableMapping[Case, list[Position]] = {}
        #: The order in which a whole evaluation names positions: by the first support, then as they came.
        self._places: MutableMapping[Position, tuple[int, int]] = {}
        self._count = 0

    @classmethod
    def begun(
        cls, vocabulary: Vocabulary, meaning: Meaning, executor: Executor, states: frozenset[str]
    ) -> Self:
        """A line to which nothing has happened yet; changes of ``states`` are told."""
        bearing = Bearing.of(vocabulary, meaning, states)
        watched = frozenset((*bearing.givers, *bearing.wrongs, *(f"state:{name}" for name in states)))
        run = executor.begin(meaning.program, vocabulary.calendar, watched)
        return cls(vocabulary, meaning, run, bearing)

    def fork(self, *, past: bool = True) -> Self:
        """Another line that stands where this one does; without its ``past`` it lives no longer than this one."""
        other = type(self)(self.vocabulary, self.meaning, self.run.fork(past=past), self.bearing)
        other._count = self._count
        if past:
            other._positions, other._cases = dict(self._positions), dict(self._cases)
            other._places = dict(self._places)
        else:
            other._positions = ChainMap({}, self._positions)
            other._cases, other._places = ChainMap({}, self._cases), ChainMap({}, self._places)
        return other

    # ------------------------------------------------------------ what changed

    def news(self) -> tuple[dict[Subject, None], list[Wrong]]:
        """The positions and states that what has changed bears on, and the wrongs that may have been done."""
        subjects: dict[Subject, None] = {}
        wrongs: list[Wrong] = []
        for name, keys in self.run.changed().items():
            for support in self.bearing.givers.get(name, ()):
                for key in keys:
                    subjects.update(dict.fromkeys(self._touched(support, key)))
            if name in self.bearing.wrongs:
                wrongs += [Wrong(self.bearing.wrongs[name], name, key) for key in keys]
            state = name.removeprefix("state:")
            if state != name and state in self.bearing.states:
                subjects.update((StateRow(state, key), None) for key in keys)
        return subjects, wrongs

    def _touched(self, support: Support, key: Key) -> Iterator[Position]:
        """The position of a row, and those that contradict it."""
        if key in self.trace.tables[support.force].edges:
            position = support.position(key)
            self._register(position, Source(support, key))
            yield from self._cases[case_of(position)]

    def _register(self, position: Position, source: Source) -> None:
        sources = self._positions.get(position, [])
        if any(known.support is source.support for known in sources):
            return
        self._count += 1
        self._place(position, sorted([*sources, source], key=self._rank))

    def _place(self, position: Position, sources: list[Source]) -> None:
        self._positions[position] = sources
        place = (self._rank(sources[0]), self._count)
        known = self._places.get(position)
        if known is None or place[0] != known[0]:
            self._places[position] = place
        case = [other for other in self._cases.get(case_of(position), ()) if other != position]
        self._cases[case_of(position)] = sorted([*case, position], key=self._places.__getitem__)

    def _rank(self, source: Source) -> int:
        return self.bearing.ranks[id(source.support)]

    def prune(self) -> None:
        """Forget the positions that going back has undone, so that they are found anew in their order."""
        for position, sources in list(self._positions.items()):
            kept = [source for source in sources if self.edges(source)]
            if kept and len(kept) < len(sources):
                self._place(position, kept)
            elif not kept:
                del self._positions[position], self._places[position]
                case = case_of(position)
                self._cases[case] = [other for other in self._cases[case] if other != position]
                if not self._cases[case]:
                    del self._cases[case]

    def forget(self, before: Instant) -> Instant | None:
        """Forget what no event from ``before`` on needs; from when on all is known still, None if from ever."""
        known = self.run.forget(before, self._remembered)
        if known is not None:
            self.prune()
        return known

    @cached_property
    def _remembered(self) -> frozenset[str]:
        """What an action permits by default is told of from when a clause first spoke of it: that stays known."""
        permitted = {a.name for a in self.vocabulary.actions.values() if a.default == "permitted"}
        return frozenset(s.force for s in self.meaning.supports if s.act in permitted)

    # ------------------------------------------------------------ in another process

    def image(self) -> LineImage | None:
        """What a line in another process needs to go on; None where there is no such thing."""
        run = self.run.image(self._remembered)
        if run is None:
            return None
        placed = [
            Placed(tuple((self._rank(s), s.key) for s in sources), self._places[position])
            for position, sources in self._positions.items()
            if any(self._outlives(source, run.stage) for source in sources)
        ]
        return LineImage(run, placed, self._count)

    def _outlives(self, source: Source, stage: Stage) -> bool:
        """Whether anything is known of a row when what was up to ``stage`` is forgotten."""
        edges = self.edges(source)
        held = bool(edges) and (edges[-1].truth != FALSE or edges[-1].stage > stage)
        return held or (bool(edges) and source.support.force in self._remembered)

    def stand(self, image: LineImage) -> Instant:
        """Stand, where nothing has happened yet, as ``image`` says; the events from when on are to come anew."""
        first = self.run.stand(image.run)
        for placed in image.positions:
            sources = [Source(self.meaning.supports[rank], key) for rank, key in placed.sources]
            position = sources[0].support.position(sources[0].key)
            self._positions[position], self._places[position] = sources, placed.place
            self._cases.setdefault(case_of(position), []).append(position)
        for case in self._cases.values():
            case.sort(key=self._places.__getitem__)
        self._count = image.count
        return first

    # ------------------------------------------------------------ as a line

    def look(self, since: Instant | None) -> None:
        """Look at what has been from ``since`` on; None: from the beginning."""
        self.since = since
        self.steps.clear()

    @property
    def sources(self) -> Mapping[Position, list[Source]]:
        """Every position that some support ever gave, or may have given."""
        return self._positions

    @property
    def by_case(self) -> Mapping[Case, list[Position]]:
        """The positions by holder, act and object."""
        return self._cases

    def segments(self, position: Position) -> list[Segment]:
        """The truth of ``position`` from ``since`` on, its supports merged."""
        return merge([self.recent(self.edges(s)) for s in self._positions.get(position, ())], FIRST_STAGE)

    def recent(self, edges: list[Edge]) -> list[Edge]:
        """Those of ``edges`` after ``since``, and the last before."""
        if self.since is None:
            return edges
        first = bisect_right(edges, with_events(self.since), key=lambda edge: edge.stage)
        return edges[max(first - 1, 0) :]

"""Which items of a contract a timeline exercised, and which of them its tests did.

A test exercises an item when the item came into play by the last instant that the test asks about, and the answer to
that question depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from attrs import frozen

from tenure.diagnostics import TenureError
from tenure.language import syntax as s
from tenure.logic.definitions import Stage, with_events
from tenure.logic.truth import FALSE
from tenure.norms import Meaning
from tenure.norms.lowering import Lowering
from tenure.testing.asked import Asked, Slice
from tenure.testing.coverage.items import KINDS, Item, Kind, items_of
from tenure.testing.coverage.probes import Probe, with_probes
from tenure.testing.coverage.reasons import given
from tenure.testing.suite import Suite, Test
from tenure.time import Instant
from tenure.timeline import Contract, Timeline
from tenure.timeline.contract import HistoryLike
from tenure.timeline.line import Line
from tenure.timeline.properties import check_properties
from tenure.timeline.scenarios import checks, expectations

Status = Literal["fired", "never fired", "always defeated"]
RECORD = "the record"
#: A choice of readings, complete and in order.
_Choice = tuple[tuple[str, str], ...]


@frozen
class Covered:
    """An item, what became of it, and the tests that exercised it, in order; ``reason``: why it does not count."""

    item: Item
    status: Status
    by: tuple[str, ...] = ()
    reason: str | None = None


@frozen
class Coverage:
    """What the tests of a contract exercise."""

    contract: str
    items: tuple[Covered, ...]

    def counts(self, kind: Kind | None = None) -> tuple[int, int]:
        """How many items (of a kind) were exercised, and how many count."""
        of = [c for c in self.items if kind in (None, c.item.kind) and c.reason is None]
        return sum(c.status == "fired" for c in of), len(of)

    @property
    def percent(self) -> int:
        """The share of the items that were exercised, in whole per cent, rounded down; 100 where there are none."""
        fired, whole = self.counts()
        return 100 * fired // whole if whole else 100

    @property
    def missed(self) -> tuple[Covered, ...]:
        """The items that count and that no test exercised."""
        return tuple(c for c in self.items if c.status != "fired" and c.reason is None)

    @property
    def exempt(self) -> tuple[Covered, ...]:
        """The items that do not count."""
        return tuple(c for c in self.items if c.reason is not None)

    def kinds(self) -> Iterator[tuple[Kind, int, int]]:
        """Each kind of which there are items, with how many were exercised and how many there are."""
        for kind in KINDS:
            fired, whole = self.counts(kind)
            if whole:
                yield kind, fired, whole


class Probed(Contract):
    """A contract whose meanings have a relation for each coverage item; it keeps the timelines that it evaluates."""

    def __init__(self, contract: Contract) -> None:
        super().__init__(contract.document, path=contract.path)
        self.items = items_of(self.vocabulary)
        self.timelines: list[Timeline] = []
        self.probes: dict[_Choice, tuple[Probe, ...]] = {}
        self._probed: dict[object, Meaning] = {}

    def meaning(
        self, readings: Mapping[str, str] | None = None, queries: tuple[s.Formula, ...] = ()
    ) -> Meaning:
        """The meaning under a choice of readings, with the probes."""
        choice = {**self.vocabulary.default_choice(), **self._checked(readings or {})}
        key = (_ordered(choice), queries)
        if key not in self._probed:
            lowering = Lowering(self.vocabulary, choice)
            meaning, probes = with_probes(lowering, lowering.run(), self.items)
            self._probed[key] = lowering.asking(meaning, queries)
            self.probes[_ordered(choice)] = probes
        return self._probed[key]

    def evaluate(self, history: HistoryLike | None = None, **options: Any) -> Timeline:
        """Evaluate, and keep the timeline until the next test."""
        timeline = super().evaluate(history, **options)
        self.timelines.append(timeline)
        return timeline


def exercised(
    line: Line, probes: Iterable[Probe], until: Stage, depends: Slice | None = None
) -> Iterator[Item]:
    """The items that came into play on ``line`` up to stage ``until``, of those that an answer ``depends`` on."""
    for probe in probes:
        if depends is None or probe.relations & depends.relations or probe.acts & depends.acts:
            edges = line.trace.tables[probe.relation].edges.get((), ())
            if any(edge.truth != FALSE and edge.stage <= until for edge in edges):
                yield probe.item


def measure(
    suite: Suite, exempt: Mapping[str, str] | None = None, told: Callable[[str], None] | None = None
) -> Coverage:
    """What the tests of ``suite``, and the record itself, exercise; ``told`` hears the name of each test.

    ``exempt`` are the items that do not count, by name, each with the reason.
    """
    run = _Measuring(suite, exempt or {})
    run.record()
    for test in suite.tests:
        if told is not None:
            told(test.name)
        run.test(test)
    return run.result()


class _Measuring:
    """The tests of one suite, run one after the other on the contract with its probes."""

    def __init__(self, suite: Suite, exempt: Mapping[str, str]) -> None:
        self.suite = suite
        self.exempt = exempt
        self.contract = Probed(suite.contract)
        self.asked = Asked(suite.contract, suite.record)
        self.by: dict[str, dict[str, None]] = {item.name: {} for item in self.contract.items}

    def result(self) -> Coverage:
        """Every item with what became of it."""
        defeated = frozenset(self._defeated())
        found = []
        for item in self.contract.items:
            by = tuple(self.by[item.name])
            is_defeated = item.kind == "clause" and (item.clause in defeated or id(item.rule) in defeated)
            idle: Status = "always defeated" if is_defeated else "never fired"
            found.append(Covered(item, "fired" if by else idle, by, self.exempt.get(item.name)))
        return Coverage(self.contract.name, tuple(found))

    def _defeated(self) -> Iterator[object]:
        """The rules whose own exceptions fired, and the clauses over which others prevailed."""
        for item in self.contract.items:
            if item.kind == "exception" and self.by[item.name]:
                if isinstance(item.part, s.Rank) and item.part.word == "despite":
                    yield from self.contract.vocabulary.clauses_under(item.case)
                else:
                    yield id(item.rule)

    def _note(self, item: str, test: str) -> None:
        if item in self.by:
            self.by[item].setdefault(test)

    def record(self) -> None:
        """What the record exercises by itself, up to its horizon."""
        timeline = self.contract.evaluate(self.suite.record)
        probes = self.contract.probes[_ordered(timeline.line.choice)]
        for item in exercised(timeline.line, probes, with_events(timeline.horizon)):
            self._note(item.name, RECORD)
        for void in timeline.void:
            self._note(given(void.reason) or "", RECORD)
        self._readings(timeline.line.choice, RECORD)

    def test(self, test: Test) -> None:
        """What one test exercises; one that cannot be told exercises nothing."""
        self.contract.timelines.clear()
        try:
            if test.scenario is not None:
                self._scenario(test, test.scenario)
            elif test.story is None:
                self._properties()
        except TenureError:
            return

    def _scenario(self, test: Test, scenario: s.Scenario) -> None:
        made = checks(self.contract, scenario, self.suite.record)
        for (expectation, choice), check in zip(expectations(scenario), made, strict=True):
            depends = self.asked.by(scenario, expectation, choice)
            for line in self._lines(choice):
                until = with_events(self._last(expectation))
                for item in exercised(line, self.contract.probes[_ordered(line.choice)], until, depends):
                    self._note(item.name, test.name)
                self._readings(line.choice, test.name)
            self._note(given(check.reason) or "", test.name)

    def _last(self, expectation: s.Expectation) -> Instant:
        """The last instant that an expectation asks about."""
        dates = [d for d in (expectation.at, expectation.until) if d is not None]
        return max(self.contract.instant(date) for date in dates)

    def _lines(self, choice: Mapping[str, str]) -> list[Line]:
        """The lines that were looked at under ``choice``: one for each value of the readings that have no default."""
        readings = self.contract.vocabulary.readings.values()
        free = {r.name for r in readings if not any(v.default for v in r.values)} - choice.keys()
        wanted = {**self.contract.vocabulary.default_choice(), **choice}
        return [
            line
            for timeline in self.contract.timelines
            for line in timeline.lines.known
            if all(line.choice[name] == value for name, value in wanted.items() if name not in free)
        ]

    def _properties(self) -> None:
        timeline = self.contract.evaluate(self.suite.record)
        probes = self.contract.probes[_ordered(timeline.line.choice)]
        for one in self.suite.properties:
            verdict = check_properties(self.suite.contract.evaluate(self.suite.record), one)[0]
            if verdict.vacuous:
                continue  # it says nothing here
            depends = self.asked.by_property(one)
            for item in exercised(timeline.line, probes, with_events(timeline.to), depends):
                self._note(item.name, f'property "{one.name}"')

    def _readings(self, choice: Mapping[str, str], test: str) -> None:
        for name, value in choice.items():
            self._note(f"{name} is {value}", test)


def _ordered(choice: Mapping[str, str]) -> _Choice:
    return tuple(sorted(choice.items()))

"""Tests for what no test exercises: stories in which it happens, with what the engine answers today.

A proposal is no test yet: what it expects is what the engine says, and not what the clause says.  Whoever reads it puts
the clause beside it, and keeps, mends or drops it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import frozen
from msgspec.structs import replace

from tenure.diagnostics import TenureError
from tenure.language import syntax as s
from tenure.language.printer import format_item
from tenure.logic.truth import FALSE
from tenure.testing.coverage.items import Item
from tenure.testing.coverage.measuring import Coverage, Probed
from tenure.testing.proposing.answers import expectations_of
from tenure.testing.proposing.stories import invented_stories, told_stories
from tenure.testing.suite import Suite
from tenure.time import Instant
from tenure.timeline import Timeline
from tenure.timeline.properties import check_properties
from tenure.timeline.scenarios import run_scenario, timelines

NOTE = "proposed by `tenure test --write`: what the engine answers today. Read the clause before you keep it"


@frozen
class Proposal:
    """A block to paste, and the item that it is for."""

    item: Item
    block: s.Scenario | s.Property

    @property
    def text(self) -> str:
        """The block as it is written, under a comment that says what it is."""
        comments = s.Comments(before=(NOTE,))
        return format_item(replace(self.block, comments=comments)).strip()


def proposals(
    suite: Suite, coverage: Coverage, told: Callable[[int], None] | None = None
) -> Iterator[Proposal]:
    """A proposal for each item that ``coverage`` misses and for which a story is found; all of them parse and pass."""
    run = _Proposing(suite)
    for covered in coverage.missed:
        if covered.item.rule is not None:
            yield from run.for_item(covered.item)
        if told is not None:
            told(1)


class _Proposing:
    """Looks for stories, each evaluated once under a choice of readings."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.contract = Probed(suite.contract)
        self.names = {i.name for i in self.contract.vocabulary.items(s.Scenario)}
        self._told = list(told_stories(self.contract.vocabulary))
        self._known: dict[object, Timeline | None] = {}

    def for_item(self, item: Item) -> Iterator[Proposal]:
        """A scenario, and a property where one says the same for every history."""
        under = _under(item)
        for story in self._told:
            found = self._scenario(item, story, under, self._timeline(story, under, keep=True))
            if found is not None:
                yield found
                break
        else:
            for story in invented_stories(self.contract.vocabulary, self.suite.record, item):
                found = self._scenario(item, story, under, self._timeline(story, under, keep=False))
                if found is not None:
                    yield found
                    break
        yield from self._property(item)

    def _timeline(self, story: s.Scenario, under: tuple[s.When, ...], *, keep: bool) -> Timeline | None:
        key = (story, under)
        if key in self._known:
            return self._known[key]
        asked = replace(story, under=(*story.under, *under))
        try:
            timeline = next(timelines(self.contract, asked, self.suite.record), None)
        except TenureError:
            timeline = None
        if keep:
            self._known[key] = timeline
        return timeline

    def _scenario(
        self, item: Item, story: s.Scenario, under: tuple[s.When, ...], timeline: Timeline | None
    ) -> Proposal | None:
        at = self._when(item, timeline)
        if timeline is None or at is None:
            return None
        lines = tuple(expectations_of(timeline, item, at, ()))
        if not lines:
            return None
        scenario = replace(
            story,
            name=self._name(item),
            under=(*story.under, *under),
            lines=(*story.lines, *lines),
            place=None,
        )
        return self._passing(item, scenario)

    def _when(self, item: Item, timeline: Timeline | None) -> Instant | None:
        """The first instant at which the item comes into play."""
        table = timeline.line.trace.tables.get(f"probe:{item.name}") if timeline else None
        edges = table.edges.get((), []) if table else []
        return next((edge.stage // 2 for edge in edges if edge.truth != FALSE), None)

    def _name(self, item: Item) -> str:
        name = f"proposed: {item.name}"
        while name in self.names:
            name += "'"
        self.names.add(name)
        return name

    def _passing(self, item: Item, scenario: s.Scenario) -> Proposal | None:
        """The scenario with those expectations that are met when it is read back."""
        result = run_scenario(self.suite.contract, scenario, self.suite.record)
        if result.error is not None:
            return None
        expected = [line for line in scenario.lines if isinstance(line, s.Expectation)]
        met = {line for line, check in zip(expected, result.checks, strict=True) if check.passed}
        if not met:
            return None
        lines = tuple(line for line in scenario.lines if isinstance(line, s.Happening) or line in met)
        return Proposal(item, replace(scenario, lines=lines))

    def _property(self, item: Item) -> Iterator[Proposal]:
        """For an end at a date: nothing under the clause afterwards."""
        rule = item.rule
        ends_for_good = (
            isinstance(item.case, s.Through) and isinstance(rule, s.Norm) and item.part.when is None
        )
        if item.clause is None or not ends_for_good or rule.relation not in ("liberty", "duty_not", "power"):
            return
        after = s.TimeIs("after", item.case.date)
        formula = s.Always(s.Implies(after, s.Not(s.Atom(item.clause))))
        proposed = s.Property(f"nothing under {item.clause} after {item.case.date.text}", formula)
        try:
            verdict = check_properties(self.suite.contract.evaluate(self.suite.record), proposed)[0]
        except TenureError:
            return
        known = {p.formula for p in self.contract.vocabulary.items(s.Property)}
        if (
            verdict.passed
            and not verdict.vacuous
            and formula not in known
            and proposed.name not in self.names
        ):
            self.names.add(proposed.name)
            yield Proposal(item, proposed)


def _under(item: Item) -> tuple[s.When, ...]:
    """The reading under which an item counts."""
    if item.kind == "reading":
        return (s.When(item.rule.name, (item.case,)),)
    when = getattr(item.part, "when", None) or getattr(item.rule, "when", None)
    return (s.When(when.reading, when.values[:1]),) if when is not None else ()

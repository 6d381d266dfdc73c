"""The tests of a contract: its scenarios, and its properties over the record and, if asked for, over every story."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from attrs import field, frozen

from tenure.diagnostics import ContractError, TenureError
from tenure.history import History
from tenure.language import syntax as s
from tenure.timeline import Contract
from tenure.timeline.contract import HistoryLike
from tenure.timeline.properties import check_properties
from tenure.timeline.scenarios import checks, timelines

#: Whether a question is to be asked: of a scenario's expectation under a choice of readings, or of a property.
Wanted = Callable[[s.Expectation | s.Property, Mapping[str, str]], bool]


@frozen
class Test:
    """One test: a scenario, or the properties over the record (``story`` None) or over one scenario."""

    scenario: s.Scenario | None = None
    story: s.Scenario | None = None

    @property
    def name(self) -> str:
        """The test as a report names it."""
        if self.scenario is not None:
            return f'scenario "{self.scenario.name}"'
        return "the properties" if self.story is None else f'the properties over "{self.story.name}"'


@frozen
class Suite:
    """The tests of one contract over one record; ``stories``: the properties are judged over every scenario too."""

    contract: Contract
    record: History
    stories: bool = False
    properties: tuple[s.Property, ...] = field(init=False)

    @properties.default
    def _properties(self) -> tuple[s.Property, ...]:
        return tuple(self.contract.vocabulary.items(s.Property))

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """Every test, in the order of the text; the properties come last."""
        scenarios = tuple(self.contract.vocabulary.items(s.Scenario))
        found = [Test(scenario) for scenario in scenarios]
        if self.properties:
            found.append(Test())
            found += [Test(story=scenario) for scenario in scenarios if self.stories]
        return tuple(found)


def failing(
    suite: Suite,
    test: Test,
    contract: Contract | None = None,
    wanted: Wanted | None = None,
    *,
    projected: bool = False,
) -> Iterator[str]:
    """What fails in one test of ``suite``, one by one: expectations as they are written, properties by name.

    ``contract`` is another version of the suite's contract; only what is ``wanted`` is asked.  With ``projected`` a
    property that is false if nothing more happens fails too: it is to hold in that history as in every other.
    """
    of = suite.contract if contract is None else contract
    try:
        if test.scenario is not None:
            for check in checks(of, test.scenario, suite.record, wanted):
                if not check.passed:
                    yield check.text
            return
        asked = [p for p in suite.properties if wanted is None or wanted(p, {})]
        over = (of.evaluate(suite.record),) if test.story is None else timelines(of, test.story, suite.record)
        for timeline in over if asked else ():
            for one in asked:
                verdict = check_properties(timeline, one)[0]
                if not verdict.passed or (projected and verdict.projected is False):
                    yield f'property "{one.name}"'
    except TenureError as error:
        yield error.diagnostics[0].message


def suite_of(
    contract: Contract, record: HistoryLike | None = None, *, stories: bool = False, needed: bool = True
) -> Suite:
    """The tests of ``contract``; where they are ``needed`` and there are none, raises :class:`ContractError` (TEN720)."""
    suite = Suite(contract, contract.read(record), stories)
    if needed and not suite.tests:
        raise ContractError.of(
            "TEN720",
            f"`{contract.name}` has no tests: neither a scenario nor a property",
            help="write a `scenario`; `tenure test CONTRACT --write` proposes some",
        )
    return suite

"""The tests of one contract file: its scenarios, its properties, and the stock properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.errors import Flaky

from tenure.diagnostics import Diagnostic, Place, TenureError
from tenure.diagnostics.render import plain
from tenure.language import syntax as s
from tenure.language.printer import format_formula, format_item
from tenure.testing.outcome import Failure, Outcome, report
from tenure.testing.plugin import switched_off
from tenure.testing.search import Budget, Search, Subject
from tenure.testing.stock import STOCK, StockProperty, off_in_file
from tenure.testing.story import picture, told
from tenure.timeline import Contract, load
from tenure.timeline.properties import check_properties
from tenure.timeline.scenarios import run_scenario, timelines


class UnmetError(AssertionError):
    """A test of a contract that failed; its text is the whole report."""


class ContractFile(pytest.File):
    """A file with a contract."""

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each scenario, each property and each stock property."""
        try:
            contract = load(self.path)
            items = list(self._items(contract))
        except TenureError as error:
            raise self.CollectError(plain(error.diagnostics)) from None
        yield from items

    def _items(self, contract: Contract) -> Iterator[pytest.Item]:
        for scenario in contract.vocabulary.items(s.Scenario):
            yield ScenarioTest.of(
                self, f"scenario {scenario.name}", scenario.name, contract, scenario, scenario.place
            )
        for declared in contract.vocabulary.items(s.Property):
            yield PropertyTest.of(
                self, f"property {declared.name}", declared.name, contract, declared, declared.place
            )
        if contract.vocabulary.events and not self.config.getoption("--tenure-no-stock"):
            for stock in STOCK:
                yield StockTest.of(self, f"stock {stock.name}", stock.name, contract, stock, None)


class ContractTest(pytest.Item):
    """One test of a contract; ``tenure_name`` is the name that its file gives it."""

    mark: str
    contract: Contract
    subject: Any
    tenure_name: str
    place: Place | None

    @classmethod
    def of(
        cls,
        parent: ContractFile,
        name: str,
        short: str,
        contract: Contract,
        subject: object,
        place: Place | None,
    ) -> ContractTest:
        """The test of ``subject``, marked as what it is."""
        item: ContractTest = cls.from_parent(parent, name=name.replace("::", ":"))
        item.contract, item.subject, item.tenure_name, item.place = contract, subject, short, place
        item.add_marker(cls.mark)
        return item

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Where in the file it stands."""
        line = self.place.line - 1 if self.place is not None and self.place.line else None
        return self.path, line, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report alone: where in Tenure it was found says nothing about the contract."""
        match excinfo.value:
            case UnmetError() as unmet:
                return str(unmet)
            case TenureError() as error:
                return plain(error.diagnostics)
            case Flaky() as flaky:
                message = f"the answer is not the same each time: {flaky}"
                help = "something beside the history decides, such as a clock or an earlier run"
                return plain((Diagnostic("TEN706", message, help=help),))
        return super().repr_failure(excinfo, style)

    def search(self, subject: Subject) -> Outcome:
        """Look for a history that breaks ``subject``, as the profile of hypothesis says."""
        every = bool(self.config.getoption("--tenure-every-reading"))
        search = Search(self.contract, (subject,), budget=Budget(every_reading=every))
        outcome = search.run_alone(settings())
        self._judge(outcome)
        return outcome

    def _judge(self, outcome: Outcome) -> None:
        if outcome.failure is not None:
            to = Search(self.contract, ()).judge.reach(outcome.failure.history)
            raise UnmetError("\n".join(report(self.contract, outcome, to)))
        if outcome.status == "vacuous":
            pytest.skip(f"vacuous, not passed: {outcome.why} in {outcome.histories} histories")


class ScenarioTest(ContractTest):
    """A scenario: every answer must be as it expects."""

    mark = "tenure_scenario"

    def runtest(self) -> None:
        """Tell the story on top of the record beside the contract."""
        scenario: s.Scenario = self.subject
        record = self.contract.read()
        result = run_scenario(self.contract, scenario, record)
        if result.error is not None:
            raise result.error
        if not result.passed:
            raise UnmetError("\n".join(self._report(result.checks)))

    def _report(self, checks: Iterable[Any]) -> Iterator[str]:
        scenario: s.Scenario = self.subject
        yield f"scenario {scenario.name}: not as expected"
        for check in (c for c in checks if not c.passed):
            yield f"  {f'{check.place}: ' if check.place else ''}{check.text}"
            yield f"    expected  {check.expected}"
            yield f"    found     {check.found}"
        timeline = next(iter(timelines(self.contract, scenario, self.contract.read())))
        yield "the story"
        yield from (f"  {line}" for line in told(timeline.history, self.contract.vocabulary))
        yield "the timeline"
        yield from (f"  {line}" for line in picture(timeline))
        yield "to tell it again, paste"
        yield from (f"  {line}".rstrip() for line in format_item(scenario).splitlines())


class PropertyTest(ContractTest):
    """A property of the file: in the record beside it, and in random histories."""

    mark = "tenure_property"

    def runtest(self) -> None:
        """First what happened, then what might."""
        declared: s.Property = self.subject
        timeline = self.contract.evaluate()
        (verdict,) = check_properties(timeline, declared)
        if not verdict.passed:
            record = Failure(timeline.history, verdict.found, (), verdict.decided_at, verdict.cause)
            text = format_formula(declared.formula)
            self._judge(
                Outcome(
                    declared.name, text, "falsified", 1, why=verdict.found, failure=record, declared=declared
                )
            )
        self.search(declared)


class StockTest(ContractTest):
    """A stock property in random histories, unless it is switched off."""

    mark = "tenure_stock"

    def runtest(self) -> None:
        """Search, unless a reason says that the property is not for this contract."""
        stock: StockProperty = self.subject
        without = {**off_in_file(self.contract), **switched_off(self.config, self.contract.name)}
        reason = without.get(stock.name)
        if reason is not None:
            pytest.skip(f"switched off: {reason}")
        self.search(stock)

"""``tenure test``: whether the scenarios of contracts come out as they say, and whether their properties hold."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from attrs import evolve, frozen
from cyclopts import Parameter

from tenure.cli.options import FormatOption
from tenure.cli.output import Printer, colored, printer
from tenure.diagnostics import ContractError, UsageError
from tenure.diagnostics.render import as_json, plain
from tenure.language.markdown import DEAL
from tenure.time import format_instant
from tenure.timeline import load
from tenure.timeline.properties import PropertyVerdict
from tenure.timeline.scenarios import ScenarioResult, run_scenarios
from tenure.timeline.stories import run_properties

if TYPE_CHECKING:  # only `--coverage` needs it
    from tenure.testing.coverage.measuring import Coverage


@frozen
class Outcome:
    """What the test of one contract found."""

    name: str
    told: tuple[ScenarioResult, ...]
    judged: tuple[PropertyVerdict, ...]
    coverage: Coverage | None = None

    def reaches(self, share: float | None) -> bool:
        """Whether the coverage is at least ``share`` per cent."""
        return share is None or self.coverage is None or self.coverage.percent >= share

    @property
    def passed(self) -> bool:
        """Whether every answer is as expected and no property is false."""
        return all(result.passed for result in self.told) and all(verdict.passed for verdict in self.judged)


def run_tests(
    *contracts: str,
    stories: Annotated[bool, Parameter(help="judge the properties over every scenario too")] = False,
    coverage: Annotated[bool, Parameter(help="which clauses, exceptions, ends … the tests exercise")] = False,
    html: Annotated[Path | None, Parameter(help="FILE: the coverage beside the contract's text")] = None,
    fail_under: Annotated[float | None, Parameter(help="N: exit with 1 below N per cent of coverage")] = None,
    write: Annotated[bool, Parameter(help="propose tests for what is not exercised")] = False,
    output: Annotated[Path | None, Parameter(help="FILE: write the proposals there")] = None,
    format: FormatOption = None,
) -> int:
    """Tell the scenarios of contracts and compare every answer, and judge their properties over the record.

    A folder of contracts tests each of them. With --write the answer is blocks to paste, and nothing else: each expects
    what the engine answers today, and has to be read before it is kept.
    """
    out = printer(format)
    if not contracts:
        raise UsageError.of("TEN620", "no contract is named", help="write `tenure test CONTRACT`")
    names = [name for given in contracts for name in _contracts(given)]
    if fail_under is not None or html is not None or write:
        from tenure.cli.verbs.covering import check_options, propose

        check_options(names, fail_under, html, write=write)
        if write:
            return propose(load(names[0]), output, out)
    covered = coverage or html is not None or fail_under is not None
    outcomes = [_outcome(name, out, stories=stories, covered=covered, html=html) for name in names]
    passed = all(outcome.passed and outcome.reaches(fail_under) for outcome in outcomes)
    if out.format == "json":
        out.json({"passed": passed, "contracts": [_shape(outcome) for outcome in outcomes]})
    else:
        for outcome in outcomes:
            out.lines(_report(outcome, out))
    return 0 if passed else 1


def _outcome(name: str, out: Printer, *, stories: bool, covered: bool, html: Path | None) -> Outcome:
    contract = load(name)
    outcome = Outcome(name, run_scenarios(contract), run_properties(contract, stories=stories))
    if not covered:
        return outcome
    from tenure.cli.verbs.covering import cover, write_page

    coverage = cover(contract, out)
    if html is not None:
        write_page(contract, coverage, html)
    return evolve(outcome, coverage=coverage)


def _contracts(given: str) -> Iterator[str]:
    """The contract itself, or those in the folders below it."""
    folder = Path(given)
    if not folder.is_dir() or (folder / DEAL).is_file():
        yield given
        return
    found = sorted(str(deal.parent) for deal in folder.rglob(DEAL))
    if not found:
        message = f"`{given}` is a folder without contracts"
        raise ContractError.of("TEN626", message, help="a contract is a folder with a `deal.md`")
    yield from found


def _report(outcome: Outcome, out: Printer) -> Iterator[str]:
    good, bad = (
        ("\x1b[32mpass\x1b[0m", "\x1b[1;31mFAIL\x1b[0m")
        if out.human and colored(sys.stdout)
        else ("pass", "FAIL")
    )
    name = outcome.name
    for result in outcome.told:
        yield f"{good if result.passed else bad}  {name}: {result.name}"
        yield from _details(result)
    for verdict in outcome.judged:
        over = f" (in {verdict.story})" if verdict.story else ""
        yield f"{good if verdict.passed else bad}  {name}: property {verdict.name}{over}"
        if not verdict.passed:
            yield f"    {f'{verdict.place}: ' if verdict.place else ''}{verdict.formula}"
        if not verdict.passed or verdict.vacuous:
            yield f"      found     {verdict.found}"
    yield from _summary(outcome)


def _details(result: ScenarioResult) -> Iterator[str]:
    """Why a scenario fails."""
    if result.error is not None:
        yield from (f"    {line}" for line in plain(result.error.diagnostics).splitlines())
    for check in result.checks:
        if not check.passed:
            yield f"    {f'{check.place}: ' if check.place else ''}{check.text}"
            yield f"      expected  {check.expected}"
            yield f"      found     {check.found}"


def _summary(outcome: Outcome) -> Iterator[str]:
    failed = sum(not result.passed for result in outcome.told)
    checks = sum(len(result.checks) for result in outcome.told)
    verdict = f"{failed} failed" if failed else "all as expected"
    yield f"{outcome.name}: {len(outcome.told)} scenarios, {checks} expectations, {verdict}"
    if outcome.judged:
        counted = Counter(judged.status for judged in outcome.judged)
        words = ", ".join(
            f"{counted[status]} {status}" for status in ("true", "undecided", "false") if counted[status]
        )
        yield f"{outcome.name}: {len(outcome.judged)} judgements of properties, {words}"
    if outcome.coverage is not None:
        from tenure.testing.coverage.report import coverage_lines

        yield from coverage_lines(outcome.coverage)


def _shape(outcome: Outcome) -> dict[str, Any]:
    return {
        "contract": outcome.name,
        **_coverage_shape(outcome),
        "properties": [_property_shape(verdict) for verdict in outcome.judged],
        "scenarios": [
            {
                "name": result.name,
                "passed": result.passed,
                "diagnostics": as_json(result.error.diagnostics) if result.error else [],
                "checks": [
                    {
                        "file": check.place.file if check.place else None,
                        "line": check.place.line if check.place else None,
                        "text": check.text,
                        "passed": check.passed,
                        "expected": check.expected,
                        "found": check.found,
                    }
                    for check in result.checks
                ],
            }
            for result in outcome.told
        ],
    }


def _coverage_shape(outcome: Outcome) -> dict[str, Any]:
    if outcome.coverage is None:
        return {}
    from tenure.testing.coverage.report import coverage_shape

    return {"coverage": coverage_shape(outcome.coverage)}


def _property_shape(verdict: PropertyVerdict) -> dict[str, Any]:
    cause = verdict.cause
    return {
        "name": verdict.name,
        "story": verdict.story,
        "passed": verdict.passed,
        "status": verdict.status,
        "projected": verdict.projected,
        "decided_at": None
        if verdict.decided_at is None
        else format_instant(verdict.decided_at, verdict.zone),
        "decided_by": None if cause is None else cause.event,
        "vacuous": verdict.vacuous,
        "reasons": list(verdict.reasons),
        "text": verdict.formula,
        "file": verdict.place.file if verdict.place else None,
        "line": verdict.place.line if verdict.place else None,
    }

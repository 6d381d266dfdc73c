"""``tenure test``: whether the scenarios of contracts come out as they say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tenure.cli.options import FormatOption
from tenure.cli.output import Printer, colored, printer
from tenure.diagnostics import ContractError, UsageError
from tenure.diagnostics.render import as_json, plain
from tenure.language.markdown import DEAL
from tenure.timeline import load
from tenure.timeline.scenarios import ScenarioResult, run_scenarios


def run_tests(*contracts: str, format: FormatOption = None) -> int:
    """Tell the scenarios of contracts and compare every answer; a folder of contracts tests each of them."""
    out = printer(format)
    if not contracts:
        raise UsageError.of("TEN620", "no contract is named", help="write `tenure test CONTRACT`")
    results = [(name, run_scenarios(load(name))) for given in contracts for name in _contracts(given)]
    passed = all(result.passed for _, told in results for result in told)
    if out.format == "json":
        out.json({"passed": passed, "contracts": [_shape(name, told) for name, told in results]})
    else:
        for name, told in results:
            out.lines(_report(name, told, out))
    return 0 if passed else 1


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


def _report(name: str, told: tuple[ScenarioResult, ...], out: Printer) -> Iterator[str]:
    good, bad = (
        ("\x1b[32mpass\x1b[0m", "\x1b[1;31mFAIL\x1b[0m")
        if out.human and colored(sys.stdout)
        else ("pass", "FAIL")
    )
    for result in told:
        yield f"{good if result.passed else bad}  {name}: {result.name}"
        if result.error is not None:
            yield from (f"    {line}" for line in plain(result.error.diagnostics).splitlines())
        for check in result.checks:
            if not check.passed:
                yield f"    {f'{check.place}: ' if check.place else ''}{check.text}"
                yield f"      expected  {check.expected}"
                yield f"      found     {check.found}"
    failed = sum(not result.passed for result in told)
    checks = sum(len(result.checks) for result in told)
    yield f"{name}: {len(told)} scenarios, {checks} expectations, {f'{failed} failed' if failed else 'all as expected'}"


def _shape(name: str, told: tuple[ScenarioResult, ...]) -> dict[str, Any]:
    return {
        "contract": name,
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
            for result in told
        ],
    }

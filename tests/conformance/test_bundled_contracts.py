"""Every bundled contract reads, checks, formats to itself and keeps its scenarios and properties."""

from __future__ import annotations

import pytest

import tenure
from tenure.bundled import bundled_names, contracts_root
from tenure.language.markdown import contract_file
from tenure.language.printer import format_document_text
from tenure.timeline.scenarios import run_scenarios
from tenure.timeline.stories import run_properties

#: Warnings that are meant, with the reason.
MEANT: dict[str, set[str]] = {}


def load(name: str) -> tenure.Contract:
    """The contract; skips where its calendar needs a package that is not installed."""
    try:
        return tenure.load(name)
    except tenure.TenureError as error:
        if any(found.code == "TEN510" for found in error.diagnostics):
            pytest.skip("needs the extra `calendars`")
        raise


@pytest.mark.parametrize("name", bundled_names())
def test_scenarios_pass(name: str) -> None:
    results = run_scenarios(load(name))
    assert results, "a bundled contract shows what it means by scenarios"
    failed = [f"{result.name}: {result.error}" for result in results if result.error is not None] + [
        f"{result.name}: {check.text}: expected {check.expected}, found {check.found}"
        for result in results
        for check in result.checks
        if not check.passed
    ]
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("name", bundled_names())
def test_properties_hold(name: str) -> None:
    failed = [f"{verdict}" for verdict in run_properties(load(name)) if not verdict.passed]
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("name", bundled_names())
def test_checker_finds_nothing_unmeant(name: str) -> None:
    findings = load(name).check()
    unmeant = [f for f in findings if f.severity != "note" and f.code not in MEANT.get(name, set())]
    assert not unmeant, "\n".join(map(str, unmeant))


@pytest.mark.parametrize("name", bundled_names())
def test_is_formatted(name: str) -> None:
    text = contract_file(contracts_root() / name).read_bytes().decode()
    assert format_document_text(text) == text


@pytest.mark.parametrize("name", bundled_names())
def test_history_reads_and_evaluates(name: str) -> None:
    contract = load(name)
    assert contract.evaluate().to > 0


@pytest.mark.parametrize("name", bundled_names())
def test_folder_has_a_readme(name: str) -> None:
    assert (contracts_root() / name / "README.md").is_file()

"""The pytest plugin: contract files are collected, and each scenario, property and stock property is a test.

Loaded with every run of pytest, so it imports nothing of Tenure before a contract file is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tenure.testing.items import ContractFile

_MARKERS = (
    "tenure_scenario: a scenario of a contract file",
    "tenure_property: a property of a contract file",
    "tenure_stock: a stock property, which every contract has",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options and the entries of the ini file."""
    group = parser.getgroup("tenure", "contracts")
    group.addoption("--tenure-no-stock", action="store_true", help="leave the stock properties out")
    group.addoption(
        "--tenure-without",
        action="append",
        default=[],
        metavar="NAME=REASON",
        help="switch a stock property off, with the reason; CONTRACT.NAME=REASON for one contract",
    )
    group.addoption(
        "--tenure-every-reading",
        action="store_true",
        help="judge properties under every reading, not the defaults",
    )
    parser.addini("tenure_without", "stock properties that are switched off: `NAME: reason`", "linelist", [])
    parser.addini(
        "tenure_xfail", "tests of contracts that are expected to fail: `NAME: reason`", "linelist", []
    )


def pytest_configure(config: pytest.Config) -> None:
    """The markers by which tests of contracts are chosen."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ContractFile | None:
    """A `deal.md`, a `.tenure` file, or any Markdown file with rules that is named on the command line."""
    named = file_path.name == "deal.md" or file_path.suffix == ".tenure"
    if not named and not (file_path.suffix == ".md" and parent.session.isinitpath(file_path)):
        return None
    if not named and "```tenure" not in file_path.read_text(encoding="utf-8", errors="replace"):
        return None
    try:
        from tenure.testing.items import ContractFile
    except ModuleNotFoundError as missing:
        if missing.name != "hypothesis":
            raise
        raise pytest.UsageError(
            f"{file_path.name}: contracts are tested with hypothesis, which is not installed (TEN704): "
            "install `tenure[testing]`"
        ) from None
    return ContractFile.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what the ini file expects to fail."""
    expected = dict(_entries(config.getini("tenure_xfail"), ":"))
    for item in items:
        reason = expected.get(getattr(item, "tenure_name", ""))
        if reason is not None:
            item.add_marker(pytest.mark.xfail(reason=reason))


def switched_off(config: pytest.Config, contract: str) -> dict[str, str]:
    """The stock properties that are switched off for ``contract``, each with its reason."""
    found: dict[str, str] = {}
    given: Iterable[Any] = config.getoption("--tenure-without")
    for name, reason in (*_entries(config.getini("tenure_without"), ":"), *_entries(given, "=")):
        of, dot, stock = name.rpartition(".")
        if not dot or of == contract:
            found[stock] = reason
    return found


def _entries(lines: Iterable[str], mark: str) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, found, reason = line.partition(mark)
        if not found or not reason.strip():
            raise pytest.UsageError(
                f"`{line}` gives no reason (TEN705): write `NAME{mark} why it does not apply`"
            )
        yield name.strip(), reason.strip()

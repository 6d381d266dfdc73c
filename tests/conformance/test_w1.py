"""The licence portfolio gives the spans of W1 (a million of them were agreed by five other systems)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.benchmarks.w1 import portfolio
from tests.unit.rete.bare import needs_durable_rules

import tenure


def test_bundled_history_is_w1() -> None:
    expected = portfolio.expected_spans(portfolio.HERE / "w1_1000.expected.csv")
    assert portfolio.spans(tenure.load("licence_portfolio").evaluate()) == expected


@pytest.mark.parametrize("events", [10_000, 100_000])
def test_generated(events: int, tmp_path: Path) -> None:
    source, expected = portfolio.generate(events, tmp_path)
    timeline = tenure.load("licence_portfolio").evaluate(portfolio.rows(source))
    assert portfolio.spans(timeline) == portfolio.expected_spans(expected)


@needs_durable_rules
def test_by_rules(tmp_path: Path) -> None:
    source, expected = portfolio.generate(10_000, tmp_path)
    timeline = tenure.load("licence_portfolio").evaluate(portfolio.rows(source), executor="rete")
    assert portfolio.spans(timeline) == portfolio.expected_spans(expected)

"""The properties of the partnership of the bundled contract: they hold, and would not if its clauses said something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tenure.timeline import Contract, EdgeCause
from tenure.timeline.contract import load
from tenure.timeline.properties import PropertyVerdict

DEAL = Path(__file__).resolve().parents[3] / "contracts" / "microsoft_openai"
SHORT = "only the panel cuts research rights short"
DECLARED = {
    "id": "N1",
    "at": "2028-03-01",
    "type": "agi_declared",
    "by": "OpenAI",
    "data": {"declaration": "d1"},
}
VERIFIED = {
    "id": "N2",
    "at": "2028-09-15",
    "type": "agi_verified",
    "by": "ExpertPanel",
    "data": {"declaration": "d1"},
}


def judge(
    contract: Contract, name: str | None, *more: dict[str, Any], horizon: str
) -> tuple[PropertyVerdict, ...]:
    lines = [line for line in (DEAL / "history.jsonl").read_text(encoding="utf-8").splitlines() if line]
    added = contract.read([*map(json.loads, lines), *more])
    return contract.evaluate(added, horizon=horizon).check(name)


def test_nothing_breaks_them():
    contract = load(DEAL)
    assert len(judge(contract, None, horizon="2026-07-01")) >= 8
    for verdict in judge(contract, None, DECLARED, VERIFIED, horizon="2040-01-01"):
        assert verdict.passed and verdict.projected, verdict


def test_a_verification_gives_the_property_something_to_say():
    contract = load(DEAL)
    assert judge(contract, SHORT, horizon="2026-07-01")[0].vacuous
    assert not judge(contract, SHORT, DECLARED, VERIFIED, horizon="2029-01-01")[0].vacuous


@pytest.mark.parametrize(
    "clause, other, name, at",
    [
        ("until agi_verified, or through 2030", "until agi_declared, or through 2030", SHORT, "2028-03-01"),
        ("until agi_verified, or through 2030", "until agi_verified", "research rights never outlive 2030", "2031-01-01"),
        ("    despite C03, C04, C06.data_center, C06.other, C19, K03, P0.single\n", "    despite C03, C04, C06.data_center, C19, K03, P0.single\n", "the consumer-hardware carve-out is never pierced", "2025-10-28"),
    ],
)  # fmt: skip
def test_another_clause_would_break_them(clause, other, name, at):
    text = (DEAL / "deal.md").read_text(encoding="utf-8")
    assert clause in text
    contract = Contract.from_text(text.replace(clause, other))
    (verdict,) = judge(contract, name, DECLARED, horizon="2040-01-01")
    assert verdict.status == "false"
    assert verdict.decided_at == contract.evaluate([]).instant(at)
    if name == SHORT:
        assert verdict.cause == EdgeCause(event="N1")

"""The rete executor behind the interface of executors: sessions, the command line, the stock property."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from tests.unit.rete.bare import needs_durable_rules

import tenure
from tenure.diagnostics import ContractError, HistoryError, QueryError
from tenure.logic.executor import Reference
from tenure.rete import RuleHostError, installed
from tenure.testing.search import Budget, Search
from tenure.testing.stock import stock_named
from tenure.timeline import executors
from tenure.timeline.executors import executor_named, executor_names, register_executor

TOOLS = """
contract tools
zone UTC
parties Owner, User
fact granted(tool)
fact recalled(tool)
action use(t) done by granted(tool = t), forbidden unless permitted
clause C1 "Use"
  User may use t against Owner
    from granted(t) until recalled(t), for 30 days
"""
COUNTED = """
contract counted
zone UTC
fact missed(client)
state late(c) means once missed(c) and count of missed(c) within 30 days >= 3
"""


def happened(id: str, at: str, type: str, tool: str, **more: str) -> dict[str, Any]:
    return {"id": id, "at": at, "type": type, "data": {"tool": tool}, **more}


GRANTED = happened("g", "2026-01-01", "granted", "drill")
RECALLED = happened("r", "2026-01-20", "recalled", "drill")


def both_sessions(text: str = TOOLS) -> tuple[tenure.Session, tenure.Session]:
    deal = tenure.Contract.from_text(text)
    return deal.session(), deal.session(executor="rete")


# ---------------------------------------------------------------- by name


def test_every_executor_goes_by_its_name() -> None:
    assert executor_names()[:2] == ("reference", "rete")
    assert isinstance(executor_named("reference"), Reference)
    with pytest.raises(QueryError, match="`retes` is not an executor") as unknown:
        tenure.Contract.from_text(TOOLS).session(executor="retes")
    assert unknown.value.diagnostics[0].code == "TEN820"


def test_without_durable_rules_it_says_so_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda _: None)
    with pytest.raises(RuleHostError, match="needs durable_rules, which") as missing:
        tenure.Contract.from_text(TOOLS).session(executor="rete")
    assert missing.value.diagnostics[0].code == "TEN821"


def test_a_python_that_is_too_new_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    assert installed.missing() == (
        "the rete executor needs durable_rules, which has no release for Python 3.14"
    )


# ---------------------------------------------------------------- sessions


@needs_durable_rules
def test_a_session_tells_the_same_changes() -> None:
    reference, rete = both_sessions()
    corrected = happened("c", "2026-01-10", "recalled", "drill", recorded="2026-02-02", corrects="r")
    steps = [
        lambda s: s.post(GRANTED),
        lambda s: s.post(happened("g2", "2026-01-01", "granted", "saw")),
        lambda s: s.post(RECALLED),
        lambda s: s.advance("2026-02-01"),
        lambda s: s.post(corrected),
        lambda s: (s.next_change(),),
        lambda s: s.fork().post(happened("g3", "2026-02-03", "granted", "axe")),
        lambda s: s.advance("2026-03-01"),
    ]
    told = 0
    for step in steps:
        expected, found = map(str, step(reference)), map(str, step(rete))
        first = list(expected)
        assert list(found) == first
        told += len(first)
    assert told >= 8
    assert reference.positions() == rete.positions()


@needs_durable_rules
def test_a_session_that_would_have_to_guess_stands_as_before() -> None:
    _, rete = both_sessions()
    rete.post(GRANTED)
    with pytest.raises(HistoryError, match="the order of ") as unknown:
        rete.post(
            happened("a", "2026-01-20", "granted", "saw"), happened("b", "2026-01-20", "recalled", "saw")
        )
    assert unknown.value.diagnostics[0].code == "TEN824"
    assert len(rete.history.events) == 1
    assert [c.kind for c in rete.post(RECALLED)] == ["ended"]


@needs_durable_rules
def test_a_session_outside_the_fragment_is_refused_when_it_is_made() -> None:
    with pytest.raises(ContractError, match="the rete executor does not take this contract") as refused:
        tenure.Contract.from_text(COUNTED).session(executor="rete")
    assert refused.value.diagnostics[0].code == "TEN822"


# ---------------------------------------------------------------- the stock property


def agreed(text: str, examples: int = 20) -> tuple[str, str | None]:
    deal = tenure.Contract.from_text(text)
    (found,) = Search(deal, [stock_named("executors")], budget=Budget(examples=examples)).run()
    return found.status, found.why


@needs_durable_rules
def test_the_stock_property_compares_the_two() -> None:
    assert agreed(TOOLS) == ("held", None)


@needs_durable_rules
def test_outside_the_fragment_it_is_vacuous_and_says_why() -> None:
    status, why = agreed(COUNTED, 3)
    assert status == "vacuous"
    assert why is not None
    assert "the rete executor does not take this contract (`" in why


def test_where_none_is_installed_it_is_vacuous_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "find_spec", lambda _: None)
    status, why = agreed(TOOLS, 3)
    assert status == "vacuous"
    assert why is not None
    assert "needs durable_rules" in why


@pytest.fixture(name="wrong")
def _wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful(Reference):
        """Forgets the last event."""

        def evaluate(self, program: Any, events: Any, calendar: Any, to: Any) -> Any:
            return super().evaluate(program, tuple(events)[:-1], calendar, to)

    monkeypatch.setattr(executors, "_MAKERS", dict(executors._MAKERS))
    register_executor("forgetful", Forgetful)


@pytest.mark.usefixtures("wrong")
def test_an_executor_that_is_wrong_is_found_out() -> None:
    status, why = agreed(TOOLS, 50)
    assert status == "falsified"
    assert why is not None
    assert why.startswith("the executor forgetful: ")
    line = tenure.Contract.from_text(TOOLS).evaluate([GRANTED], executor="forgetful")
    assert not line.spans("User", "use", "drill")

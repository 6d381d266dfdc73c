"""The host's process: killed in the middle, crashing again and again, rejecting what it is given."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from tests.benchmarks.w1 import portfolio
from tests.unit.rete.bare import needs_durable_rules

import tenure
from tenure.rete import RuleHostError, evaluate
from tenure.rete.process import KEEPER, HostProcess

pytestmark = needs_durable_rules


@pytest.fixture(name="w1")
def _w1() -> tuple[Any, ...]:
    deal = tenure.load("licence_portfolio")
    events = tuple(deal.read().view(None))
    return deal.meaning().program, events, deal.vocabulary.calendar, events[-1].at + 10**15


def same(one: Any, other: Any) -> bool:
    return all(
        {k: e for k, e in table.edges.items() if e} == other.tables[name].edges
        for name, table in one.tables.items()
    )


@pytest.mark.parametrize("when", ["before it is asked", "at work", "before it is heard"])
def test_kill_9_in_the_middle_loses_nothing(w1: Any, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    undisturbed = evaluate(*w1)
    killed: list[int] = []
    count = 0
    send, reply = HostProcess.send, HostProcess.reply

    def kill(host: HostProcess) -> None:
        os.kill(host.pid, signal.SIGKILL)
        killed.append(host.pid)

    def sending(self: HostProcess, *message: Any) -> None:
        nonlocal count
        count += 1
        if when == "before it is asked" and count % 7 == 0:
            kill(self)
        send(self, *message)
        if when == "at work" and count % 7 == 0:
            kill(self)

    def replying(self: HostProcess) -> tuple[Any, ...]:
        found = reply(self)
        if when == "before it is heard" and count % 7 == 0:
            kill(self)
        return found

    monkeypatch.setattr(HostProcess, "send", sending)
    monkeypatch.setattr(HostProcess, "reply", replying)
    disturbed = evaluate(*w1, at_once=30)
    assert len(killed) >= 4
    assert len(set(killed)) == len(killed), "each was another process"
    assert same(undisturbed, disturbed)


def test_what_was_broken_off_is_not_the_answer_to_the_next(w1: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody interrupts while the host is at work."""
    undisturbed = evaluate(*w1)
    reply = HostProcess.reply
    count = 0

    def interrupted(self: HostProcess) -> tuple[Any, ...]:
        nonlocal count
        count += 1
        if count == 4:
            raise KeyboardInterrupt
        return reply(self)

    monkeypatch.setattr(HostProcess, "reply", interrupted)
    with pytest.raises(KeyboardInterrupt):
        evaluate(*w1, at_once=30)
    assert same(undisturbed, evaluate(*w1))


def test_pieces_of_any_size_are_the_same_run(w1: Any) -> None:
    whole = evaluate(*w1)
    assert same(whole, evaluate(*w1, at_once=1))
    assert same(whole, evaluate(*w1, at_once=97))


def test_a_host_that_dies_again_and_again_is_given_up(w1: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    send = HostProcess.send

    def dying(self: HostProcess, *message: Any) -> None:
        if message[0] == "take":
            os.kill(self.pid, signal.SIGKILL)
        send(self, *message)

    monkeypatch.setattr(HostProcess, "send", dying)
    with pytest.raises(RuleHostError, match="died 3 times at event E0001 or soon after") as died:
        evaluate(*w1)
    assert died.value.diagnostics[0].code == "TEN827"
    monkeypatch.undo()
    assert evaluate(*w1).tables["state:held"].edges, "the next evaluation has a new host"


def test_a_rejected_ruleset_is_a_clear_error(w1: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    original = HostProcess.ask

    def rejecting(self: HostProcess, *message: Any) -> tuple[Any, ...]:
        reply = original(self, *message)
        return ("refused", "durable_rules does not take ruleset `rights`") if message[0] == "begin" else reply

    monkeypatch.setattr(HostProcess, "ask", rejecting)
    with pytest.raises(RuleHostError, match="does not take ruleset") as refused:
        evaluate(*w1)
    assert refused.value.diagnostics[0].code == "TEN826"


def test_the_host_lives_in_another_process(w1: Any) -> None:
    evaluate(*w1)
    assert KEEPER.host.pid != os.getpid()


def test_it_is_restarted_after_a_kill_between_two_evaluations() -> None:
    deal = tenure.load("licence_portfolio")
    expected = portfolio.expected_spans(portfolio.HERE / "w1_1000.expected.csv")
    assert portfolio.spans(deal.evaluate(executor="rete")) == expected
    os.kill(KEEPER.host.pid, signal.SIGKILL)
    assert portfolio.spans(deal.evaluate(executor="rete")) == expected

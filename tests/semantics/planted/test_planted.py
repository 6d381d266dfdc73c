"""Faults planted in copies of bundled contracts: each is found, and the shortest story lies on the boundary."""

from __future__ import annotations

import pytest
from attrs import frozen
from tests.thoroughness import examples

from tenure.bundled import contracts_root
from tenure.history import History
from tenure.language.syntax import Property
from tenure.testing.outcome import Failure
from tenure.testing.search import Budget, Search
from tenure.time import Duration
from tenure.timeline import Contract


@frozen
class Fault:
    """A text that is put in place of another, the property that notices, and since when it must be broken.

    ``since`` is a date, or a length counted from the last event of type ``anchor`` before that (none: the event itself);
    with ``last`` the story may also lie on the last tick at which the fault can be seen.
    """

    contract: str
    right: str
    wrong: str
    states: str
    since: str | Duration | None
    anchor: str | None = None
    events: int = 2
    examples: int = 300
    last: Duration | None = None


AGI = "until agi_verified, or through 2030"
FAULTS = {
    "research runs a year too long": Fault(
        *("microsoft_openai", AGI, "until agi_verified, or through 2031"),
        'property "it" always if after 2030 then not C04',
        "2031-01-01",
    ),
    "research runs a day too long": Fault(
        *("microsoft_openai", AGI, "until agi_verified, or through 2031-01-01"),
        'property "it" always if after 2030 then not C04',
        "2031-01-01",
    ),
    "declared for verified": Fault(
        *("microsoft_openai", AGI, "until agi_declared, or through 2030"),
        'property "it" always if ends C04 and before 2031 then agi_verified',
        *(None, "agi_declared", 4, 900),
    ),
    "models run a year too long": Fault(
        *("microsoft_openai", "through 2032 when A2 is la_include", "through 2033 when A2 is la_include"),
        'property "it" always if after 2032 then not C03',
        "2033-01-01",
    ),
    "a licence is held a day too long": Fault(
        *("licence_portfolio", "for 1000 days", "for 1001 days"),
        'property "it" always every c in held(c): not (held(c) held for 1000 days)',
        *(Duration(days=1000), "grant", 1),
    ),
    "a default lasts a day too long": Fault(
        *("licence_portfolio", "for 30 days", "for 31 days"),
        'property "it" always every c in default(c): not (default(c) held for 30 days)',
        *(Duration(days=30), "notice", 1),
    ),
    "the price is due a day late": Fault(
        *("meat_sale", "within 6 days", "within 7 days"),
        'property "it" always if pending(oPay) then once started within 6 days',
        *(Duration(days=7), "started", 1),
    ),
    "termination comes a day early": Fault(
        *("meat_sale", "from 20 days after started", "from 19 days after started"),
        'property "it" always if terminated then (once started) held for 20 days',
        *(Duration(days=19), "started"),
        last=Duration(days=20),
    ),
    "a term is a year too long": Fault(
        *("software_licence", "for 3 years", "for 4 years"),
        'property "it" always not (term held for 3 years)',
        *(Duration(years=3), "licence_signed", 1),
    ),
    "a breach hardens a day early": Fault(
        *("software_licence", "for 30 days", "for 29 days"),
        'property "it" always if begins uncured(n) then (once breach_notified(n)) held for 30 days',
        *(Duration(days=29), "breach_notified", 2),
    ),
    "a fee is due a day late": Fault(
        *("software_licence", "within 30 days", "within 31 days"),
        'property "it" always if pending(L3.fee, i) then once invoiced(invoice = i) within 30 days',
        *(Duration(days=31), "invoiced"),
    ),
    "an exception forgets a clause": Fault(
        *("microsoft_openai", "despite C03, C04, C06.data_center", "despite C04, C06.data_center"),
        'property "it" always if x is consumer_hardware and x is owned by OpenAI and not x is data_center and R3\n'
        "  then not C03(x) and not C04(x) and not C06(x) and not C19(x) and not K03(x)",
        *(None, "asset_created", 3, 900),
    ),
    "compensation is due a day late": Fault(
        *("freight", "within 60 days", "within 61 days"),
        'property "it" always if pending(F4.compensation, g) then once damage_notified(g) within 60 days',
        *(Duration(days=61), "damage_notified", 3, 1500),
    ),
    "a visit comes an hour early": Fault(
        *("tenancy", "from 24 hours after", "from 23 hours after"),
        'property "it" always if begins announced(v) then (once visit_announced(v)) held for 24 hours',
        *(Duration(hours=23), "visit_announced", 1),
    ),
}


def searched(fault: Fault, text: str, number: int) -> tuple[Contract, Failure | None]:
    contract = Contract.from_text(f"{text}\n```tenure\n{fault.states}\n```\n")
    (stated,) = (p for p in contract.vocabulary.items(Property) if p.name == "it")
    (outcome,) = Search(contract, [stated], budget=Budget(examples=examples(number))).run()
    assert outcome.histories
    return contract, outcome.failure


def boundaries(fault: Fault, contract: Contract, failure: Failure) -> list[int]:
    """Where the story may lie: what the fault says, counted from the event of the story."""
    calendar = contract.vocabulary.calendar
    if isinstance(fault.since, str):
        return [contract.evaluate(History()).instant(fault.since)]
    assert failure.since is not None
    events = [e for e in failure.history.view() if e.at <= failure.since]
    anchor = [e.at for e in events if e.type == (fault.anchor or e.type)][-1]
    first = anchor if fault.since is None else calendar.add(anchor, fault.since)
    return [first] if fault.last is None else [first, calendar.add(anchor, fault.last) - 1]


def text_of(fault: Fault) -> str:
    text = (contracts_root() / fault.contract / "deal.md").read_text(encoding="utf-8")
    assert fault.right in text
    return text


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_and_its_story_lies_on_the_boundary(name: str) -> None:
    fault = FAULTS[name]
    contract, failure = searched(fault, text_of(fault).replace(fault.right, fault.wrong), fault.examples)
    assert failure is not None, "not found"
    assert failure.shrunk
    assert failure.since in boundaries(fault, contract, failure)
    assert len(failure.history.events) <= fault.events


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_the_right_text_breaks_nothing(name: str) -> None:
    _, failure = searched(FAULTS[name], text_of(FAULTS[name]), 60)
    assert failure is None

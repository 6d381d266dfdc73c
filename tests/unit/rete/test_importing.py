"""A ruleset read in: the states are true of just the events for which the rules fire, or the rule is refused."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from tests.unit.rete.bare import needs_durable_rules, printed

import tenure
from tenure.diagnostics import ContractError
from tenure.rete import contract_of

RULES = {
    "large": {"all": [{"m": {"$and": [{"type": "pay"}, {"currency": "USD"}, {"$gt": {"amount": 100}}]}}]},
    "foreign": {"all": [{"m": {"$and": [{"type": "pay"}, {"currency": "EUR"}]}}], "run": "log", "pri": 2},
    "asked": {
        "any": [{"a": {"type": "claim"}}, {"b": {"$and": [{"type": "call"}, {"$neq": {"tone": "kind"}}]}}]
    },
    "written": {
        "all": [
            {"m": {"$and": [{"type": "letter"}, {"$or": [{"about": "a claim"}, {"$neq": {"tone": "kind"}}]}]}}
        ]
    },
    "closed": {"all": [{"m": {"$and": [{"type": "closing"}, {"final": True}]}}]},
}


def imported(rules: dict[str, Any] = RULES) -> tenure.Contract:
    return tenure.Contract(contract_of(rules, name="payments"))


READ_IN = """
contract payments
zone UTC
fact pay(currency: text, amount: number)
fact claim
fact call(tone: text)
fact letter(about: text, tone: text)
fact closing(final: flag)
state large(currency, amount) means
  pay(currency = currency, amount = amount) and currency = "USD" and amount > 100
state foreign(currency) means pay(currency = currency) and currency = "EUR"
state asked means claim or (some tone: call(tone = tone) and tone != "kind")
state written(about, tone) means letter(about = about, tone = tone) and (about = "a claim" or tone != "kind")
state closed(final) means closing(final = final) and final = yes
"""


def test_it_reads_as_events_and_states() -> None:
    from tenure.language.printer import format_items

    assert format_items(contract_of(RULES, name="payments").items).split() == READ_IN.split()


def messages(count: int) -> list[dict[str, Any]]:
    random = Random(6)
    kinds = (
        lambda: {
            "type": "pay",
            "currency": random.choice(("USD", "EUR", "GBP")),
            "amount": random.choice((9, 100, 101)),
        },
        lambda: {"type": "claim"},
        lambda: {"type": "call", "tone": random.choice(("kind", "cold"))},
        lambda: {
            "type": "letter",
            "about": random.choice(("a claim", "rain")),
            "tone": random.choice(("kind", "cold")),
        },
        lambda: {"type": "closing", "final": random.choice((True, False))},
    )
    return [random.choice(kinds)() for _ in range(count)]


@needs_durable_rules
def test_the_states_are_true_of_the_events_that_the_rules_take() -> None:
    sent = messages(120)
    script = f"""
rules = json.loads({json.dumps(json.dumps(RULES))})
for rule in rules.values():
    rule.pop("run", None)
handle = engine.create_ruleset("r", json.dumps(rules))
for number, message in enumerate(json.loads({json.dumps(json.dumps(sent))})):
    engine.assert_event(handle, json.dumps({{"sid": "0", "id": str(number), **message}}))
    print(number, *[rule for rule, _ in fired(handle)])
"""
    fired = [line.split()[1:] for line in printed(script).splitlines()]
    at = [f"2026-01-01T00:{number // 60:02}:{number % 60:02}" for number in range(len(sent))]
    line = imported().evaluate(
        [
            {
                "id": f"E{n}",
                "at": at[n],
                "type": m["type"],
                "data": {k: v for k, v in m.items() if k != "type"},
            }
            for n, m in enumerate(sent)
        ]
    )
    starts = {
        rule: {span.start for row in line.state_rows(rule) for span in line.spans(rule, *row)}
        for rule in RULES
    }
    assert sum(map(len, fired)) > 40
    for number, when in enumerate(at):
        assert [rule for rule in RULES if line.instant(when) in starts[rule]] == fired[number], sent[number]


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (
            {"pair": {"all": [{"a": {"type": "x"}}, {"b": {"$and": [{"type": "y"}, {"i": {"a": "i"}}]}}]}},
            "rule `pair` has no exact meaning as a state: it joins several events",
        ),
        ({"r": {"all": [{"m$not": {"type": "x"}}]}}, "it says `not`"),
        ({"r": {"all": [{"m": {"type": "x"}}], "count": 3}}, "it says `count`"),
        ({"r": {"all": [{"m": {"$and": [{"type": "x"}, {"$mt": {"q": "a.*"}}]}}]}}, "it says `mt`"),
        ({"r": {"all": [{"m": {"$and": [{"type": "x"}, {"$ex": {"q": 1}}]}}]}}, "it says `ex`"),
        (
            {"r": {"any": [{"a": {"$and": [{"type": "x"}, {"$or": [{"q": 1}, {"q": 2}]}]}}]}},
            "it says `or` within `any`",
        ),
        ({"r": {"all": [{"m": {"amount": 3}}]}}, "it does not say which `type`"),
        ({"r": {"all": [{"m": {"$and": [{"type": "x"}, {"$lt": {"q": "b"}}]}}]}}, "which of two texts"),
        ({"r": {"all": [{"m": {"$and": [{"type": "x"}, {"q": 1.5}]}}]}}, "it compares with 1.5"),
        ({"r": {"all": [{"m": {"$and": [{"type": "x"}, {"q": 2**60}]}}]}}, "it compares with"),
        (
            {"r": {"all": [{"m": {"$and": [{"type": "x"}, {"q": 1}, {"$neq": {"q": "1"}}]}}]}},
            "`q` is compared with a text and elsewhere with a number",
        ),
        (
            {"one": {"all": [{"m": {"type": "x"}}]}, "two": {"all": [{"m": {"type": "x"}}]}},
            "rule `two` has no exact meaning as a state: an event that it takes may be used up by `one`",
        ),
        ({"$start": {"all": [{"m": {"type": "x"}}]}}, "`$start` is not a name"),
    ],
)
def test_what_is_not_exact_is_refused_by_name(rules: dict[str, Any], reason: str) -> None:
    with pytest.raises(ContractError) as refused:
        imported(rules)
    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.code == "TEN828"
    assert reason in diagnostic.message


@needs_durable_rules
def test_the_first_rule_really_uses_an_event_up() -> None:
    assert (
        printed(
            """
handle = ruleset(one={"m": [{"x": 1}]}, two={"m": [{"x": 1}, {"y": 2}]})
engine.assert_event(handle, json.dumps({"sid": "0", "id": "e", "x": 1, "y": 2}))
print(len(fired(handle)))
"""
        )
        == "1"
    )


@pytest.mark.parametrize("rules", [{"grant": {"when": "x"}}, {"$type": "flowChart"}, {"a": 3}])
def test_what_is_no_ruleset_is_refused(rules: dict[str, Any]) -> None:
    with pytest.raises(ContractError) as refused:
        imported(rules)
    assert refused.value.diagnostics[0].code == "TEN829"

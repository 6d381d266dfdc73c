"""Further faults, found while the executor was built; what its rules must therefore not look like."""

from __future__ import annotations

from tests.unit.rete.bare import needs_durable_rules, printed

import tenure
from tenure.bundled import bundled_names
from tenure.rete.fragment import supports
from tenure.rete.host import Host

pytestmark = needs_durable_rules


def test_none_is_met_although_another_fact_is_there() -> None:
    assert (
        printed(
            """
handle = ruleset(free={"a": [{"r": 1}], "b$not": [{"r": 2}, {"x": {"a": "x"}}]})
post(handle, id="a", r=1, x=1)
post(handle, id="b1", r=2, x=1)
post(handle, id="b2", r=2, x=1)
fired(handle)
withdraw(handle, "b2")
print(fired(handle))
"""
        )
        == "[('free', ['a'])]"
    )


def test_a_second_none_forgets_the_first() -> None:
    assert (
        printed(
            """
handle = ruleset(both={"a": [{"r": 1}], "b$not": [{"r": 2}, {"x": {"a": "x"}}], "c$not": [{"r": 3}, {"x": {"a": "x"}}]})
post(handle, id="a", r=1, x=1)
post(handle, id="c", r=3, x=1)
post(handle, id="b", r=2, x=1)
withdraw(handle, "c")
print(fired(handle))
"""
        )
        != "[]"
    ), "b is there, and the rule fires all the same"


def test_a_match_is_lost_when_a_fact_that_was_matched_before_goes() -> None:
    assert (
        printed(
            """
handle = ruleset(seen={"a": [{"r": 1}]})
post(handle, id="a", r=1, x=1)
fired(handle)
post(handle, id="b", r=1, x=2)
withdraw(handle, "a")
print(fired(handle))
"""
        )
        == "[]"
    ), "b has matched, and is never told"


def test_the_host_takes_matches_before_a_fact_goes() -> None:
    host = Host("kept", {"seen": {"all": [{"a": {"$and": [{"g": 0}, {"r": 1}]}}]}})
    first = host.post('"g":0,"r":1,"c0":1')
    assert [tokens["a"]["c0"] for _, tokens in host.matches()] == [1]
    host.post('"g":0,"r":1,"c0":2')
    host.withdraw(first)
    assert [tokens["a"]["c0"] for _, tokens in host.matches()] == [2]
    assert host.doubtful == 1
    assert host.matches() == []
    host.close()


def test_one_fact_does_not_meet_two_patterns() -> None:
    assert (
        printed(
            """
handle = ruleset(two={"a": [{"r": 1}], "b": [{"r": 1}, {"x": {"a": "x"}}]})
post(handle, id="a", r=1, x=1)
print(fired(handle))
"""
        )
        == "[]"
    )


def test_no_rule_of_ours_looks_like_that() -> None:
    taken = 0
    for name in bundled_names():
        ruleset = supports(tenure.load(name).meaning().program).ruleset
        for rule in ruleset.rights if ruleset else ():
            taken += 1
            absent = [pattern for pattern in rule.patterns if not pattern.positive]
            assert len(absent) <= 1
            assert all(condition.op == "=" for pattern in absent for condition in pattern.conditions)
    assert taken

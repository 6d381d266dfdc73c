"""The stock property `one-holder`: titles, assignable rights, and liberties that keep others out."""

import pytest

from tenure.testing.search import Budget, Search
from tenure.testing.stock import Case, stock_named
from tenure.testing.strategies import picker
from tenure.timeline import Contract

ONE_HOLDER = stock_named("one-holder")
DEAL = """
contract tools
zone UTC
parties Owner, User
others Buyer
kind tool
fact made(thing, owner: party)
fact sold(thing, to: party)
fact passed(to: party)
fact lapsed
action use(x)
classify x as tool from made(thing = x)
owner of x is p from made(thing = x, owner = p) or sold(thing = x, to = p)
clause C1
  User may use x against Owner for x: tool, owned by Owner from made(thing = x)
  on passed(to = p) assign C1 to p
"""
EXCLUSIVE = """
clause C2
  Owner must not use x to User for x: tool, owned by Owner from made(thing = x) {until}
"""
KEPT = "clause C3\n  Owner may use x against User for x: tool from lapsed\n"
STORY = [
    {"id": "E1", "at": "2026-01-05", "type": "made", "data": {"thing": "drill", "owner": "Owner"}},
    {"id": "E2", "at": "2026-02-01", "type": "passed", "data": {"to": "Buyer"}},
    {"id": "E3", "at": "2026-03-01", "type": "sold", "data": {"thing": "drill", "to": "User"}},
]


def outcome(text: str):
    contract = Contract.from_text(text)
    return Search(contract, [ONE_HOLDER], budget=Budget(examples=150, max_events=6)).run()[0]


def case() -> Case:
    contract = Contract.from_text(DEAL)
    history = contract.read(STORY)
    return Case(contract, history, history.view()[-1].at + 1000, picker(b""))


def test_what_passes_on_has_one_holder():
    seen = ONE_HOLDER.check(case())
    assert (seen.applied, seen.fault) == (True, None)
    assert outcome(DEAL).status == "held"


@pytest.mark.parametrize(
    "relation, row, said",
    [
        ("owner", ("drill", "Buyer"), "Owner and Buyer both own drill"),
        ("force:C1#1", ("Owner", "Owner", "drill"), "both have the assignable right to use drill"),
    ],
)
def test_two_holders_at_once_are_found(relation, row, said):
    """No contract can say so, so the evaluation is tampered with."""
    looked = case()
    table = looked.timeline.line.trace.tables[relation]
    first = min(edges[0].stage for edges in table.edges.values())
    (some, *_) = table.edges.values()
    table.edges[row] = [some[0]._replace(stage=first)]
    seen = ONE_HOLDER.check(looked)
    assert seen.fault is not None and said in seen.fault
    assert seen.since == first // 2


def test_a_liberty_of_whom_an_exclusive_right_keeps_out():
    found = outcome(DEAL + EXCLUSIVE.format(until="") + KEPT)
    assert found.status == "falsified" and found.failure is not None
    assert found.failure.why == "Owner may use thing 1, and must leave it to User"
    assert [e.type for e in found.failure.history.view()] == ["made", "lapsed"]
    assert outcome(DEAL + EXCLUSIVE.format(until="unless once lapsed") + KEPT).status == "held"


def test_nothing_is_exclusive():
    text = "contract c\nparties A, B\nfact begun\naction go\nclause C1\n  A may go against B from begun\n"
    assert outcome(text).status == "vacuous"

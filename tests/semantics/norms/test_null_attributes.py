"""An attribute that is null is unknown: so is what depends on it, and nothing else."""

from pathlib import Path

import pytest

import tenure
from tenure.language import syntax as s

CONTRACT = """
```tenure
contract nulls "Unknown attributes"
zone UTC
parties Buyer, Seller
kind ip
kind tool
fact made(asset, kind: kind, owner: party)
fact opened
fact invoiced(invoice, amount: number)
fact paid(invoice, amount: number)
fact used(asset)
classify x as k from made(asset = x, kind = k)
owner of x is p from made(asset = x, owner = p)
action use(x) done by used(asset = x), forbidden unless permitted
action pay(invoice, amount) done by paid(invoice, amount)
clause Use
  Buyer may use x against Seller for x: ip, owned by Seller from opened
clause Pay
  Buyer must pay(i, a) to Seller for each invoiced(invoice = i, amount = a) if a > 100 within 10 days
clause Parts
  Buyer must pay(i, a) to Seller for each invoiced(invoice = i, amount = a) within 10 days in parts
```
"""


@pytest.fixture(scope="module")
def deal(tmp_path_factory):
    path = Path(tmp_path_factory.mktemp("nulls")) / "deal.md"
    path.write_text(CONTRACT, encoding="utf-8")
    return tenure.load(path)


def told(*events):
    return [
        {"id": f"E{i}", "at": at, "type": type_, "data": data, **({"by": by} if by else {})}
        for i, (at, by, type_, data) in enumerate(events, 1)
    ]


def asked(deal, history, at, *words):
    """Whether a clause's duties are in some state, each given as ``"pending Pay"``."""
    pairs = [word.split() for word in words]
    queries = tuple(s.Atom(state, (s.Argument(None, s.Name(clause)),)) for state, clause in pairs)
    line = deal.evaluate(history, queries=queries)
    return [STATUS[line.query(i, line.instant(at))[0]] for i in range(len(queries))]


def made(kind="ip", owner="Seller"):
    return ("2026-01-01", None, "made", {"asset": "A1", "kind": kind, "owner": owner})


STATUS = {2: "held", 1: "unknown", 0: "not_held"}
OPENED = ("2026-01-05", None, "opened", {})


@pytest.mark.parametrize(
    ("kind", "owner", "expected"),
    [
        ("ip", "Seller", "held"),
        (None, "Seller", "unknown"),
        ("ip", None, "unknown"),
        (None, None, "unknown"),
        ("tool", None, "not_held"),
        (None, "Buyer", "not_held"),
    ],
)
def test_an_unknown_kind_or_owner(deal, kind, owner, expected):
    line = deal.evaluate(told(made(kind, owner), OPENED))
    assert line.holds("Buyer", "use", "A1", at="2026-01-05").status == expected
    assert line.holds("Buyer", "use", "A1", at="2026-01-04").status == "not_held"


@pytest.mark.parametrize(("amount", "expected"), [(101, "held"), (100, "not_held"), (None, "unknown")])
def test_an_unknown_amount_in_the_condition_of_a_trigger(deal, amount, expected):
    history = told(("2026-01-05", None, "invoiced", {"invoice": "I1", "amount": amount}))
    assert asked(deal, history, "2026-01-06", "pending Pay") == [expected]


@pytest.mark.parametrize(
    ("paid", "performed", "pending"),
    [(120, "held", "not_held"), (119, "not_held", "held"), (None, "unknown", "unknown")],
)
def test_an_unknown_payment(deal, paid, performed, pending):
    history = told(
        ("2026-01-05", None, "invoiced", {"invoice": "I1", "amount": 120}),
        ("2026-01-06", "Buyer", "paid", {"invoice": "I1", "amount": paid}),
    )
    assert asked(deal, history, "2026-01-06", "performed Parts", "pending Parts") == [performed, pending]


RIDES = """
contract rides
zone UTC
parties Shop, Customer
kind bike
fact lent(bike_id, whose: party)
fact returned(bike_id)
action ride(x)
classify x as bike from lent(bike_id = x)
owner of x is p from lent(bike_id = x, whose = p)
clause B3
  Shop may ride x against Customer
    for x: bike, owned by Shop
    from returned(bike_id = x)
"""


def test_what_is_looked_up_by_an_unknown_value_may_be_any_row():
    lent = {"id": "L", "at": "2026-01-02", "type": "lent", "data": {"bike_id": "b1", "whose": "Shop"}}
    returned = {"id": "R", "at": "2026-01-03", "type": "returned", "data": {"bike_id": None}}
    line = tenure.Contract.from_text(RIDES).evaluate([lent, returned], to="2027-01-01")
    assert line.holds("Shop", "ride", "b1", at="2026-02-01").status == "unknown"
    assert line.holds("Shop", "ride", "b2", at="2026-02-01").status == "not_held"
    line.check_proof(line.why("Shop", "ride", "b1", at="2026-02-01"))


def test_a_type_that_does_not_exist_is_named():
    deal = tenure.Contract.from_text(RIDES.replace("fact returned(bike_id)", "fact returned(bike_id: bike)"))
    with pytest.raises(tenure.ContractError, match="`bike`, of `bike_id`, is not a type"):
        deal.evaluate([])

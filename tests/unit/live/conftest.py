"""A small lease with everything that a position can go through."""

import pytest

import tenure

LEASE = """
contract lease
zone UTC
parties Landlord, Tenant
kind flat
fact made(thing, kind: kind, owner: party)
fact paid(invoice)
fact invoiced(invoice)
fact flooded
fact dried
act  signed by Landlord and Tenant
act  ended by Landlord
action use(x)
action pay(invoice) done by paid(invoice = invoice)
classify x as k from made(thing = x, kind = k)
owner of x is p from made(thing = x, owner = p)
clause L1 "Use"
  Tenant may use x against Landlord for x: flat, owned by Landlord from signed, through 2026 until ended
clause L2 "Rent"
  Tenant must pay(invoice) to Landlord for each invoiced(invoice) within 14 days
on flooded suspend L1
on dried resume L1
"""
ROWS = (
    {"id": "e1", "at": "2026-01-01", "type": "signed", "by": ["Landlord", "Tenant"]},
    {
        "id": "e2",
        "at": "2026-01-02",
        "type": "made",
        "data": {"thing": "attic", "kind": "flat", "owner": "Landlord"},
    },
    {"id": "e3", "at": "2026-02-01", "type": "invoiced", "data": {"invoice": "i1"}},
    {"id": "e4", "at": "2026-03-01", "type": "flooded"},
    {"id": "e5", "at": "2026-04-01", "type": "dried"},
    {"id": "e6", "at": "2026-05-01", "type": "paid", "by": "Tenant", "data": {"invoice": "i1"}},
)


@pytest.fixture
def lease():
    """The contract, a new object each time: reactions are registered on it."""
    return tenure.Contract.from_text(LEASE)


@pytest.fixture
def rows():
    """Its history."""
    return ROWS

"""Random contracts that the checker accepts: small, with kinds, owners, states, liberties, duties, powers and bans.

They are put together from parts that are well-formed by themselves; what the checker still refuses is not drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tenure.diagnostics import TenureError
from tenure.timeline import Contract

Draw = Callable[[st.SearchStrategy[Any]], Any]

_ZONES = ("UTC", "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe")
_DATES = ("2026", "2027-Q1", "2028-02", "2028-02-29", "2030-12-31")
_LENGTHS = ("1 day", "10 days", "36 hours", "2 months", "1 year", "30 exact days")
_HEAD = """contract drawn
zone {zone}
month end last day
parties Alpha, Beta
others Gamma
kind item
kind tool, book of item
act  signed by Alpha and Beta
fact made(thing, kind: kind, owner: party)
fact used(thing)
fact billed(bill, amount: number)
fact paid(bill, amount: number)
act  ended by {ender}
act  waived(bill)
action use(x) done by used(thing = x) by Beta, forbidden unless permitted
action pay(bill, amount) done by paid(bill = bill, amount = amount)
classify x as k from made(thing = x, kind = k)
owner of x is p from made(thing = x, owner = p)
"""


@st.composite
def _contract_texts(draw: Draw) -> str:
    ender = draw(st.sampled_from(("Alpha", "Beta", "Gamma")))
    parts = [_HEAD.format(zone=draw(st.sampled_from(_ZONES)), ender=ender), draw(_states())]
    parts.append(draw(_licences()))
    for number, clause in enumerate(draw(st.lists(_clauses(), max_size=4))):
        parts.append(clause.format(n=number + 2))
    return "\n".join(parts)


def contracts() -> st.SearchStrategy[Contract]:
    """Random well-formed contracts: each passes the checker without an error."""
    return _contract_texts().map(Contract.from_text).filter(_is_well_formed)


def _is_well_formed(contract: Contract) -> bool:
    try:
        contract.meaning()
    except TenureError:
        return False
    return all(finding.severity != "error" for finding in contract.check())


def _lengths() -> st.SearchStrategy[str]:
    return st.sampled_from(_LENGTHS)


def _dates() -> st.SearchStrategy[str]:
    return st.sampled_from(_DATES)


@st.composite
def _ends(draw: Draw) -> str:
    """When a span ends, if it does."""
    ends = (
        "",
        "until ended",
        f"through {draw(_dates())}",
        f"for {draw(_lengths())}",
        f"until ended, or through {draw(_dates())}",
    )
    return str(draw(st.sampled_from(ends)))


@st.composite
def _states(draw: Draw) -> str:
    begin = draw(st.sampled_from(("signed", "ended", "billed", f"{draw(_lengths())} after signed")))
    quiet = draw(
        st.sampled_from(
            (
                "once ended",
                "not once signed",
                f"once signed within {draw(_lengths())}",
                "open_term held for 10 days",
            )
        )
    )
    return f"state open_term\n  from {begin}\n  {draw(_ends())}\nstate quiet means {quiet}\n"


@st.composite
def _licences(draw: Draw) -> str:
    kind = draw(st.sampled_from(("item", "tool", "item but not tool", "tool or book")))
    unless = draw(st.sampled_from(("", "unless quiet", "unless once used(thing = x)", "while open_term")))
    return f"clause C1\n  Beta may use x against Alpha\n    for x: {kind}, owned by Alpha\n    from signed\n    {draw(_ends())}\n    {unless}\n"


@st.composite
def _duties(draw: Draw) -> str:
    otherwise = draw(
        st.sampled_from(("", "otherwise Beta must pay(bill, amount) to Alpha\n      within 5 days"))
    )
    parts = draw(st.sampled_from(("", "in parts", "excused while quiet", "survives termination")))
    return f"clause C{{n}}\n  Beta must pay(bill, amount) to Alpha\n    for each billed(bill, amount)\n    within {draw(_lengths())}\n    {parts}\n    {otherwise}\n"


@st.composite
def _bans(draw: Draw) -> str:
    return f"clause C{{n}}\n  Beta must not use x to Alpha\n    for x: {draw(st.sampled_from(('book', 'tool')))}, owned by Alpha\n    from {draw(st.sampled_from(('signed', 'ended')))}\n    {draw(_ends())}\n    despite C1\n"


@st.composite
def _powers(draw: Draw) -> str:
    holder = draw(st.sampled_from(("Alpha", "Beta")))
    return f"clause C{{n}}\n  {holder} can waived(bill = b) against {'Beta' if holder == 'Alpha' else 'Alpha'}\n    from {draw(st.sampled_from(('signed', f'{draw(_lengths())} after signed')))}\n    {draw(_ends())}\n"


def _clauses() -> st.SearchStrategy[str]:
    return st.one_of(_duties(), _bans(), _powers())

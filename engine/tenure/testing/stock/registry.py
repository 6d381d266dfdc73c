"""The stock properties by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import frozen

from tenure.diagnostics import QueryError, did_you_mean
from tenure.language import syntax as s
from tenure.testing.stock import answers, norms
from tenure.testing.stock.case import Case, Seen
from tenure.testing.stock.executors import executors_agree
from tenure.testing.stock.holders import one_holder
from tenure.timeline import Contract


@frozen
class StockProperty:
    """A property that every contract has: its name, a sentence, the check, and when it says nothing."""

    name: str
    text: str
    check: Callable[[Case], Seen]
    silent: str


STOCK: Final = (
    StockProperty(
        "has-an-answer", "every history has an answer", answers.has_an_answer, "no history was told"
    ),
    StockProperty(
        "no-contradiction",
        "no one is both obliged and forbidden",
        norms.no_contradiction,
        "nobody had a duty and a prohibition",
    ),
    StockProperty("correlatives", "correlatives agree", norms.correlatives, "no position had a counterparty"),
    StockProperty(
        "one-holder",
        "an exclusive right has one holder",
        one_holder,
        "nobody had a thing, an assignable right or an exclusive one",
    ),
    StockProperty(
        "performable",
        "every duty can be performed when it falls due",
        norms.performable,
        "no duty arose that an event could perform",
    ),
    StockProperty(
        "horizon", "moving the horizon never changes the past", answers.horizon, "nothing happened"
    ),
    StockProperty(
        "irrelevant-events", "an irrelevant event changes nothing", answers.irrelevant, "nothing happened"
    ),
    StockProperty(
        "reading-order",
        "order of reading does not matter",
        answers.reading_order,
        "there were never two events",
    ),
    StockProperty(
        "more-knowledge",
        "more knowledge only turns unknown into an answer",
        answers.more_knowledge,
        "no event had attributes",
    ),
    StockProperty("void-acts", "a void act changes nothing", answers.void_acts, "no act was void"),
    StockProperty(
        "known-then",
        "known then equals known now without later records",
        answers.known_then,
        "no record was later than another",
    ),
    StockProperty("executors", "all executors agree", executors_agree, "no history was told"),
)


def off_in_file(contract: Contract) -> dict[str, str]:
    """The stock properties that the contract's own file switches off, each with its reason."""
    return {off.name: off.reason for off in contract.vocabulary.items(s.StockOff)}


def stock_named(name: str) -> StockProperty:
    """The stock property of that name; raises :class:`QueryError` (TEN702) where there is none."""
    names = [p.name for p in STOCK]
    if name not in names:
        advice = did_you_mean(name, names) or f"stock properties: {', '.join(names)}"
        raise QueryError.of("TEN702", f"`{name}` is not a stock property", help=advice)
    return STOCK[names.index(name)]

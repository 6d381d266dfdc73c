"""The names of the properties that every contract has; what each demands stands in :mod:`tenure.testing.stock`."""

from typing import Final

STOCK_NAMES: Final = (
    "has-an-answer",
    "no-contradiction",
    "correlatives",
    "one-holder",
    "performable",
    "horizon",
    "irrelevant-events",
    "reading-order",
    "more-knowledge",
    "void-acts",
    "known-then",
    "executors",
)

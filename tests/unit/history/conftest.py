"""A small sale, as the schema of the histories that these tests read."""

import pytest

from tenure.history import UNKNOWN, Attribute, EventType, Schema


def sale() -> Schema:
    types = [
        EventType("signed", "act", (Attribute("agreement"),)),
        EventType("paid", "act", (Attribute("to", "party"), Attribute("amount", "money"))),
        EventType(
            "delivered",
            "fact",
            (
                Attribute("goods"),
                Attribute("kind", "kind", "meat"),
                Attribute("weight", "number", 0),
                Attribute("cooled", "flag", False),
                Attribute("best_before", "date", UNKNOWN),
                Attribute("arrived", "instant", UNKNOWN),
                Attribute("grade", "choice", "A", ("A", "B")),
                Attribute("note", "text", ""),
            ),
        ),
    ]
    return Schema(
        "America/Los_Angeles",
        {t.name: t for t in types},
        frozenset({"Buyer", "Seller", "Bank"}),
        frozenset({"meat", "fish"}),
    )


@pytest.fixture(scope="session")
def schema() -> Schema:
    return sale()

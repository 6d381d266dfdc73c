"""What a contract declares about its events, as plain data: no syntax, no clauses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from attrs import field, frozen

from tenure.history.values import REQUIRED, Required, Value

AttributeType = Literal[
    "text", "party", "thing", "kind", "number", "money", "flag", "date", "instant", "choice"
]
ATTRIBUTE_TYPES: tuple[AttributeType, ...] = get_args(AttributeType)


@frozen
class Attribute:
    """One attribute of an event type.

    ``thing`` names any individual, ``party`` a declared actor, ``kind`` a declared kind; ``date`` and
    ``instant`` become instants (microseconds since 1970 UTC).  One that is left out takes ``default``.
    """

    name: str
    type: AttributeType = "thing"
    default: Value | Required = REQUIRED
    choices: tuple[str, ...] = ()


@frozen
class EventType:
    """A type of event: a ``fact`` happens, an ``act`` is done by somebody."""

    name: str
    kind: Literal["fact", "act"] = "fact"
    attributes: tuple[Attribute, ...] = ()


# Compared by identity: a schema belongs to its contract, and checks compiled from it are kept by it.
@frozen(eq=False)
class Schema:
    """All that reading a history needs to know of its contract; ``zone`` is an IANA name."""

    zone: str
    event_types: Mapping[str, EventType] = field(factory=dict)
    actors: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

"""Three-valued truth (Kleene) and what brings an edge about.

The two planes of DESIGN §3, *certain* ⊆ *possible*, are read off one value: certain is ``TRUE``, possible is ``TRUE``
or ``UNKNOWN``.
"""

from __future__ import annotations

from attrs import frozen

from tenure.time import Instant

Truth = int
FALSE: Truth = 0
UNKNOWN: Truth = 1
TRUE: Truth = 2

#: Why a truth is unknown, in the words of the contract.
Reasons = frozenset[str]
NO_REASONS: Reasons = frozenset()


@frozen
class ByEvent:
    """An event of the history brought the edge about."""

    event: str


@frozen
class ByLimit:
    """A date or the end of a term brought the edge about."""

    instant: Instant
    clause: str | None = None


Cause = ByEvent | ByLimit
Causes = tuple[Cause, ...]


def join_causes(*groups: Causes) -> Causes:
    """All causes, each once, in the order in which they come."""
    return tuple(dict.fromkeys(cause for group in groups for cause in group))

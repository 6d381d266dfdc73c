"""What can be wrong with asking for tests of a contract."""

from __future__ import annotations

from tenure.diagnostics import ContractError
from tenure.norms import Vocabulary


def nothing_happens(vocabulary: Vocabulary) -> ContractError:
    """A contract without events has one history only, the empty one."""
    return ContractError.of(
        "TEN701",
        f"`{vocabulary.name}` declares no events: there is nothing to tell histories of",
        help="declare what can happen, such as `fact paid(amount: number)`",
    )

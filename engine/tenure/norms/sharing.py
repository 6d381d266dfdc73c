"""What was lowered once and need not be again: the pieces of a contract, each with all that was looked at for it.

Under another choice of readings, or with a clause written anew, most pieces of a contract come to what they came to before.
A piece is taken over where everything that was looked at when it was lowered is as it was then; so a contract that is made
of such pieces is the same as one that is lowered from nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from attrs import field, frozen

from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.norms.positions import Silence, Support
from tenure.norms.vocabulary import Vocabulary

#: What a piece may look at beside the declarations of the contract: a sort of thing, and which one.
Sight = tuple[str, Hashable]
#: How many ways to lower one piece are kept: those used last.
MOST = 64


@frozen
class Piece:
    """What a part of a contract was lowered to, and ``seen``: what was looked at for it, and found."""

    seen: tuple[tuple[Sight, Any], ...]
    definitions: tuple[k.Definition, ...]
    read_by: tuple[tuple[str, frozenset[str]], ...]
    remembered: tuple[tuple[Hashable, k.Formula], ...]
    supports: tuple[Support, ...]
    silences: tuple[Silence, ...]
    reaching: tuple[k.Reaching, ...]
    result: Any = None

    @property
    def readings(self) -> set[str]:
        """The readings that were looked at."""
        return {str(which) for (sort, which), _ in self.seen if sort == "reading"}


@frozen
class Pieces:
    """The pieces of contracts that declare the same, by the name of each."""

    known: dict[str, list[Piece]] = field(factory=dict)

    def find(self, name: str, look: Callable[[Sight], Any]) -> Piece | None:
        """A piece of that name for which ``look`` finds all that was found when it was lowered."""
        for piece in reversed(self.known.get(name, ())):
            if all(look(sight) == found for sight, found in piece.seen):
                return piece
        return None

    def keep(self, name: str, piece: Piece) -> None:
        """Keep ``piece`` for others."""
        several = self.known.setdefault(name, [])
        several.append(piece)
        del several[:-MOST]


class Shared:
    """The pieces that a contract shares with those in which some of its clauses are written anew."""

    def __init__(self) -> None:
        self._known: list[tuple[object, Pieces]] = []

    def pieces(self, vocabulary: Vocabulary) -> Pieces:
        """The pieces of contracts that have the declarations of ``vocabulary``."""
        declared = _declared(vocabulary)
        for other, pieces in self._known:
            if other == declared:
                return pieces
        self._known.append((declared, found := Pieces()))
        return found


def _declared(vocabulary: Vocabulary) -> object:
    """All of a contract but the rules of its clauses; their states, which other rules name, are among it."""
    items = tuple(item for item in vocabulary.document.items if not isinstance(item, s.Clause))
    return items, tuple(vocabulary.states.values()), tuple(vocabulary.clauses)

"""From what is written to what it means: names, positions, clauses and amendments lowered to the kernel."""

from tenure.norms.lowering import Meaning, Query, lower
from tenure.norms.positions import Position, Silence, Support
from tenure.norms.relations import CORRELATIVES, OPPOSITES, Relation, correlative, is_stored
from tenure.norms.vocabulary import Vocabulary, vocabulary

__all__ = [
    "CORRELATIVES",
    "OPPOSITES",
    "Meaning",
    "Position",
    "Query",
    "Relation",
    "Silence",
    "Support",
    "Vocabulary",
    "correlative",
    "is_stored",
    "lower",
    "vocabulary",
]

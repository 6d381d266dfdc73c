"""Hohfeld's relations and their correlatives (W. N. Hohfeld, "Some Fundamental Legal Conceptions", 1913).

A position is stored from the side of the one who acts: duty rather than claim, liberty rather than no-claim.  The
correlative is the same position seen from the other side.
"""

from __future__ import annotations

from typing import Final, Literal

Relation = Literal[
    "liberty",
    "no_claim",
    "duty",
    "claim",
    "duty_not",
    "claim_not",
    "power",
    "liability",
    "disability",
    "immunity",
]

CORRELATIVES: Final[dict[Relation, Relation]] = {
    "liberty": "no_claim",
    "duty": "claim",
    "duty_not": "claim_not",
    "power": "liability",
    "disability": "immunity",
    "no_claim": "liberty",
    "claim": "duty",
    "claim_not": "duty_not",
    "liability": "power",
    "immunity": "disability",
}

#: The relations in which positions are stored: those of the one whose act they are about.
STORED: Final[tuple[Relation, ...]] = ("liberty", "duty", "duty_not", "power", "disability")


def correlative(relation: Relation) -> Relation:
    """The same position seen from the other side."""
    return CORRELATIVES[relation]


def is_stored(relation: Relation) -> bool:
    """Whether positions are stored under ``relation`` (else under its correlative, with the sides swapped)."""
    return relation in STORED


#: The relations that contradict a relation, between the same parties, about the same act.
OPPOSITES: Final[dict[Relation, tuple[Relation, ...]]] = {
    "liberty": ("duty_not",),
    "duty_not": ("liberty", "duty"),
    "duty": ("duty_not",),
}

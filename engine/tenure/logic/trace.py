"""What an evaluation leaves behind."""

from __future__ import annotations

from attrs import frozen

from tenure.logic.acts import VoidAct
from tenure.logic.marks import Mark
from tenure.logic.tables import ABSENT, PRESENT, Row, Table
from tenure.logic.truth import NO_REASONS, UNKNOWN
from tenure.time import Instant


@frozen
class Trace:
    """What an evaluation leaves behind: the edges of every relation, and the acts that had no effect.

    ``effective`` is the truth that each event took effect, by id; ``reasons`` says why where that is unknown.
    From ``marks`` another evaluation can go on.
    """

    tables: dict[str, Table]
    void: tuple[VoidAct, ...]
    effective: dict[str, int]
    reasons: dict[str, frozenset[str]]
    to: Instant
    marks: tuple[Mark, ...] = ()

    def judged(self, event: str) -> Row:
        """The truth that the event of that id took effect, and why where that is unknown."""
        truth = self.effective[event]
        if truth == UNKNOWN:
            return Row(truth, self.reasons.get(event, NO_REASONS))
        return PRESENT if truth else ABSENT

"""The formal proofs under one answer: found when somebody asks for them, for a tree in words does without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from tenure.logic.definitions import with_events
from tenure.norms import Position
from tenure.proofs.proving import prove_verdict
from tenure.proofs.search import Search, UnprovedError
from tenure.proofs.steps import Claim, Step
from tenure.proofs.theory import Theory
from tenure.proofs.verdicts import DisputeProof, VerdictProof
from tenure.time import Instant
from tenure.timeline.line import Line
from tenure.timeline.steps import step_at, steps
from tenure.timeline.verdict import Verdict

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline


class Grounds:
    """The formal proofs of what a timeline's own line says up to ``at``, each found once."""

    def __init__(self, timeline: Timeline, at: Instant) -> None:
        self.timeline = timeline
        self.line = timeline.line
        self.at = at
        self.stage = with_events(at)

    @cached_property
    def search(self) -> Search:
        """The search for proofs."""
        return Search(self.timeline.theory(self.at), self.line.trace)

    def proved(self, claim: Claim) -> Step | None:
        """The formal proof of a claim; none where the search gave up."""
        try:
            return self.search.prove(claim)
        except UnprovedError:
            return None

    @cached_property
    def formal(self) -> VerdictProof | DisputeProof | None:
        """The formal proof of the verdict that all is about; there may be no such verdict."""
        return None


class GroundsOfVerdict(Grounds):
    """The formal proofs under ``verdict``."""

    def __init__(self, timeline: Timeline, verdict: Verdict) -> None:
        super().__init__(timeline, verdict.at)
        self.verdict = verdict

    @cached_property
    def formal(self) -> VerdictProof | DisputeProof | None:
        """The formal proof of the verdict; of one that readings dispute, a proof under each of two choices."""
        try:
            if self._readings_differ:
                return self._dispute()
            return self._of(self.line, self.search, self.verdict.status)
        except UnprovedError:
            return None

    def of_clauses(self, names: frozenset[str]) -> VerdictProof | None:
        """What of a formal proof under the own choice of readings is about relations of these names (all: where none is given)."""
        position, line = self.verdict.position, self.line
        try:
            return prove_verdict(
                self.search,
                line.meaning,
                position,
                self.stage,
                None,
                anyone=meets_anyone(line, position),
                only=names,
            )
        except UnprovedError:
            return None

    @property
    def _readings_differ(self) -> bool:
        return self.verdict.status == "disputed" and (self.verdict.reason or "").startswith("readings")

    def _of(self, line: Line, search: Search, status: str | None) -> VerdictProof:
        position = self.verdict.position
        return prove_verdict(
            search, line.meaning, position, self.stage, status, anyone=meets_anyone(line, position)
        )

    def _dispute(self) -> DisputeProof:
        """The own choice of readings, and the first other under which the status is another."""
        position, at = self.verdict.position, self.verdict.at
        own = step_at(steps(self.line, position), at).status
        for other in self._others():
            status = step_at(steps(other, position), at).status
            if status != own:
                search = Search(theory_of(self.timeline, other, at), other.trace)
                here, there = self._of(self.line, self.search, own), self._of(other, search, status)
                return DisputeProof(((chosen(self.line), here), (chosen(other), there)))
        raise UnprovedError("no other choice of readings gives another status")

    def _others(self) -> Iterator[Line]:
        disputes = self.timeline.disputes
        if disputes is not None:
            yield from (line for _, line in disputes.others(self.verdict.position))


def chosen(line: Line) -> tuple[tuple[str, str], ...]:
    """The choice of readings of a line, by name."""
    choice: Mapping[str, str] = line.choice
    return tuple(sorted(choice.items()))


def meets_anyone(line: Line, position: Position) -> bool:
    """Whether a position without a counterparty stands for that against anyone."""
    return position.counterparty is None and position not in line.sources


def theory_of(timeline: Timeline, line: Line, at: Instant) -> Theory:
    """What proofs about a line of the timeline are judged by."""
    return Theory(line.meaning.program, line.events, timeline.vocabulary.calendar, with_events(at))

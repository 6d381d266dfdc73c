"""Checking a proof against the contract's definitions and the history's events: every line of it, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tenure.diagnostics import QueryError
from tenure.logic.definitions import with_events
from tenure.logic.truth import FALSE, TRUE, UNKNOWN
from tenure.proofs.checker import Assumption, RejectedError, check
from tenure.proofs.theory import Theory
from tenure.proofs.trust import reached_back
from tenure.proofs.verdicts import DisputeProof, VerdictProof, check_verdict
from tenure.time import Instant
from tenure.timeline.grounds import chosen, theory_of
from tenure.timeline.line import Line
from tenure.timeline.proof import Proof

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

_LEAST = {"yes": (True, TRUE), "no": (False, FALSE), "unknown": (True, UNKNOWN)}


def check_proof(timeline: Timeline, proof: Proof) -> tuple[Assumption, ...]:
    """What ``proof`` takes on trust; raises :class:`QueryError` (TEN640) where it does not prove what it says."""
    if proof.formal is None or proof.at is None:
        raise QueryError.of(
            "TEN641",
            "this answer has no formal proof",
            help="ask `why` of the position itself; where the search gives up, the answer stands unchecked",
        )
    try:
        return tuple(dict.fromkeys(_check(timeline, proof, proof.at)))
    except RejectedError as error:
        advice = "the proof was changed, or is of another history"
        raise QueryError.of("TEN640", f"the proof does not hold: {error}", help=advice) from error


def _check(timeline: Timeline, proof: Proof, at: Instant) -> Iterator[Assumption]:
    """The verdict, and every line that says why."""
    said = proof.answer.partition(" ")[0]
    if isinstance(proof.formal, DisputeProof):
        yield from _check_dispute(timeline, proof.formal, at)
        status: str | None = "disputed"
    else:
        assert proof.formal is not None
        yield from _check_verdict(timeline, timeline.line, proof.formal, at)
        status = proof.formal.status
    if said != status:
        raise RejectedError(f"the answer is {said}, the proof is of {status}")
    theory = timeline.theory(at)
    for line in proof.because:
        yield from _check_lines(timeline, theory, line)


def _check_verdict(
    timeline: Timeline, line: Line, formal: VerdictProof, at: Instant
) -> tuple[Assumption, ...]:
    """One verdict, by the definitions of one choice of readings."""
    if formal.stage != with_events(at):
        raise RejectedError("the proof is about another instant")
    return check_verdict(theory_of(timeline, line, at), line.meaning, timeline.vocabulary, formal)


def _check_dispute(timeline: Timeline, formal: DisputeProof, at: Instant) -> Iterator[Assumption]:
    """Two choices that differ in open readings only, each with its proof, and not the same status."""
    if len({proof.status for _, proof in formal.sides}) < 2 or any(p.status is None for _, p in formal.sides):
        raise RejectedError("the two sides have no different statuses")
    positions = {proof.position for _, proof in formal.sides}
    own, disputes = dict(chosen(timeline.line)), timeline.disputes
    for choice, proof in formal.sides:
        differing = {name for name, value in choice if own.get(name) != value}
        if len(positions) > 1 or disputes is None or not differing <= disputes.values.keys():
            raise RejectedError("the sides differ in more than readings that are open")
        yield from _check_verdict(timeline, timeline.lines(dict(choice)), proof, at)


def _check_lines(timeline: Timeline, theory: Theory, proof: Proof) -> Iterator[Assumption]:
    """The line and all below it: it says what its step proves, and names only events that there are."""
    if proof.says is not None:
        claim = proof.says
        step = proof.step
        if step is None or step.claim != claim:
            raise RejectedError(f"nothing proves `{proof.claim}`")
        yield from check(theory, step)
        if _LEAST.get(proof.answer) != (claim.at_least, claim.level):
            raise RejectedError(
                f"`{proof.claim}` is said to be `{proof.answer}`, which is not what is proved"
            )
    if proof.event is not None and proof.answer != "tried":
        event = timeline.event(proof.event)
        at_once = event is not None and proof.at in (None, event.at)
        if not at_once and (proof.event, proof.at) not in reached_back(timeline.line.meaning.program):
            raise RejectedError(f"`{proof.claim}`: there is no event {proof.event} at that instant")
    for below in proof.because:
        yield from _check_lines(timeline, theory, below)

"""A proof in words: a tree of claims, each with what it rests on and, where it can be said, in formal terms."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, field, frozen

from tenure.proofs.steps import Claim, Step
from tenure.proofs.verdicts import DisputeProof, VerdictProof
from tenure.time import Instant
from tenure.timeline.grounds import Grounds


@frozen
class Proof:
    """One step: what is claimed, whether it is so (``yes``, ``no``, ``unknown`` or a status), and what it rests on.

    ``clause`` and ``quote`` name the text, ``event`` the record, ``at`` the instant that the claim turns on.
    ``says`` is the claim in formal terms.  The formal proofs, ``step`` of one line and ``formal`` of the verdict that
    the first line is about, are found when they are asked for.
    """

    claim: str
    answer: str
    because: tuple[Proof, ...] = ()
    clause: str | None = None
    quote: str | None = None
    event: str | None = None
    at: Instant | None = None
    says: Claim | None = field(default=None, repr=False)
    is_answer: bool = field(default=False, repr=False)
    grounds: Grounds | None = field(default=None, repr=False, eq=False)

    @property
    def step(self) -> Step | None:
        """The formal proof of this line; none where it says nothing in formal terms, or the search gave up."""
        return self.grounds.proved(self.says) if self.grounds is not None and self.says is not None else None

    @property
    def formal(self) -> VerdictProof | DisputeProof | None:
        """The formal proof of the verdict; none of a line below it, or where the search gave up."""
        return self.grounds.formal if self.grounds is not None and self.is_answer else None

    def folded(self, depth: int) -> Proof:
        """The same, cut below ``depth`` steps; what was cut is counted."""
        if depth <= 0 and self.because:
            count = sum(1 for _ in self.steps()) - 1
            return evolve(self, because=(Proof(f"… {count} more step{'s' * (count != 1)}", ""),))
        return evolve(self, because=tuple(p.folded(depth - 1) for p in self.because))

    def steps(self) -> Iterator[Proof]:
        """This step and all below it."""
        yield self
        for proof in self.because:
            yield from proof.steps()

    def __str__(self) -> str:
        return "\n".join(_lines(self, ""))


def _lines(proof: Proof, indent: str) -> Iterator[str]:
    answer = f": {proof.answer}" if proof.answer else ""
    yield f"{indent}{proof.claim}{answer}"
    if proof.quote:
        yield f"{indent}    “{proof.quote}”"
    for below in proof.because:
        yield from _lines(below, f"{indent}  ")

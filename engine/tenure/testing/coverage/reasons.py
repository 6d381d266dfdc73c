"""The reasons that the answers of a contract can give, and those that a test was given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tenure.language import syntax as s
from tenure.norms import Vocabulary

#: The verbs of `on` rules, and what a position then is.
_AFTER: Final = {"suspend": "suspended", "waive": "waived", "terminate": "terminated", "assign": "assigned"}
NO_POWER: Final = "void: no power"
NO_CONDITION: Final = "void: its condition did not hold"


def reasons_of(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The reasons (DESIGN §4) that some answer of the contract may have, in a fixed order."""
    rules = [r for c in vocabulary.clauses.values() for r in c.rules]
    norms = [r for r in rules if isinstance(r, s.Norm)]
    parts = [p for n in norms for p in n.parts]
    found: dict[str, None] = {}
    if norms:
        found["never arose"] = None
    if any(isinstance(p, s.From) for p in parts):
        found["not yet"] = None
    found.update(dict.fromkeys(_of_ends(parts)))
    found.update(dict.fromkeys(_of_amendments(vocabulary)))
    for on in (*(r for r in rules if isinstance(r, s.On)), *vocabulary.items(s.On)):
        if on.verb in _AFTER:
            found[_AFTER[on.verb]] = None
    found.update(dict.fromkeys(_of_duties(norms)))
    if any(isinstance(p, s.Unless | s.Rank) for p in parts):
        found["defeated"] = None
    found.update(dict.fromkeys(_of_acts(vocabulary, norms)))
    return tuple(found)


def _of_ends(parts: list[s.Part]) -> Iterator[str]:
    ends = [e for p in parts if isinstance(p, s.Until) for e in p.ends]
    if any(isinstance(p, s.ForLength) for p in parts) or any(
        isinstance(e, s.Date | s.Through | s.After) for e in ends
    ):
        yield "expired"
    if any(not isinstance(e, s.Date | s.Through | s.After | s.Unpublished) for e in ends):
        yield "terminated"


def _of_amendments(vocabulary: Vocabulary) -> Iterator[str]:
    for amendment in vocabulary.amendments.values():
        # What is replaced goes on under its replacement: only what is ended is ever missed.
        if any(isinstance(change, s.ClauseEnds) for change in amendment.changes):
            yield f"superseded by {amendment.name}"


def _of_duties(norms: list[s.Norm]) -> Iterator[str]:
    duties = [n for n in norms if any(isinstance(p, s.Deadline | s.ForEach) for p in n.parts)]
    duties = [n for n in duties if n.relation in ("duty", "claim")]
    if duties:
        yield "performed"
    if any(isinstance(p, s.Deadline) and p.word != "no sooner than" for n in duties for p in n.parts):
        yield "performed late"
    if any(isinstance(p, s.Otherwise) and not p.cumulative for n in duties for p in n.parts):
        yield "cured"


def _of_acts(vocabulary: Vocabulary, norms: list[s.Norm]) -> Iterator[str]:
    acts = [e for e in vocabulary.events.values() if e.word == "act"]
    if acts:
        yield NO_POWER
    powers = [n for n in norms if n.relation == "power"]
    tested = any(isinstance(p, s.Condition) and p.word == "if" for n in powers for p in n.parts)
    if tested or any(e.condition is not None for e in acts):
        yield NO_CONDITION


def given(reason: str | None) -> str | None:
    """The item that a verdict's reason exercises."""
    if reason is None:
        return None
    if reason.startswith("no power"):
        return NO_POWER
    if reason == "its condition did not hold":
        return NO_CONDITION
    for long in ("defeated", "assigned"):
        if reason.startswith(long):
            return long
    return reason

"""What a search through random histories found out about one property, and how a failure reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Literal

from attrs import field, frozen

from tenure.diagnostics import TenureError
from tenure.history import History
from tenure.language import syntax as s
from tenure.testing.story import as_scenario, picture, told
from tenure.time import Instant
from tenure.timeline import Contract, Timeline
from tenure.timeline.verdict import EdgeCause

Status = Literal["held", "falsified", "vacuous", "switched off"]


@frozen
class Failure:
    """A history in which a property is broken: since when, by what, why, and under which readings."""

    history: History
    why: str
    readings: tuple[tuple[str, str], ...] = ()
    since: Instant | None = None
    cause: EdgeCause | None = None
    shrunk: bool = True
    #: The choices of where a stock property looked.
    places: bytes = field(default=b"", repr=False)


@frozen
class Outcome:
    """One property after a search: ``stock`` says whether every contract has it; ``histories`` how many were tried."""

    name: str
    text: str
    status: Status
    histories: int
    stock: bool = False
    why: str | None = None
    failure: Failure | None = None
    declared: s.Property | None = field(default=None, eq=False, repr=False)

    @property
    def passed(self) -> bool:
        """Whether nothing broke it; a vacuous property has not passed."""
        return self.status in ("held", "switched off")


def scenario_of(contract: Contract, outcome: Outcome) -> str | None:
    """The failure as a `scenario` to paste into the contract's file."""
    failure = outcome.failure
    if failure is None:
        return None
    return as_scenario(
        contract,
        failure.history,
        f"breaks: {outcome.name}",
        broken=outcome.declared,
        since=failure.since,
        readings=failure.readings,
    )


def report(contract: Contract, outcome: Outcome, to: Instant) -> Iterator[str]:
    """A failure as text: the property, the dated story, the verdict and why, the timeline, and a scenario to paste."""
    failure = outcome.failure
    assert failure is not None, outcome
    yield f"{'stock property' if outcome.stock else 'property'} {outcome.name}: falsified"
    yield f"  {outcome.text}"
    if failure.readings:
        yield f"under {', '.join(f'{n} is {v}' for n, v in failure.readings)}"
    yield "the story" if failure.shrunk else "the story (not yet made short)"
    stories = list(told(failure.history, contract.vocabulary)) or ["nothing happens at all"]
    yield from (f"  {line}" for line in stories)
    yield f"the verdict: {failure.why}"
    with suppress(TenureError):  # a history without an answer has no timeline either
        timeline = contract.evaluate(failure.history, readings=dict(failure.readings), to=to)
        yield from _explained(timeline, failure)
        yield from _drawn(timeline, failure)
    scenario = scenario_of(contract, outcome)
    if scenario is not None:
        yield "to tell it again, paste"
        yield from (f"  {line}".rstrip() for line in scenario.splitlines())


def _drawn(timeline: Timeline, failure: Failure) -> Iterator[str]:
    drawn = list(picture(timeline, [failure.cause]))
    if drawn:
        yield "the timeline"
        yield from (f"  {line}".rstrip() for line in drawn)


def _explained(timeline: Timeline, failure: Failure) -> Iterator[str]:
    """Why: the event or the limit that decides, and the acts that had no effect."""
    cause = failure.cause
    if cause is not None and cause.event is not None:
        event = timeline.event(cause.event)
        yield f"  decided by {cause.event} ({event.type if event else 'unknown'})"
    elif cause is not None and cause.limit is not None and cause.clause:
        yield f"  decided by the limit of {cause.clause} at {timeline.text(cause.limit)}"
    for void in timeline.void:
        yield f"  {void.event.id} ({void.event.type}) is void: {void.reason}"

"""How a position stands now, kept up from change to change."""

from __future__ import annotations

from attrs import field, frozen

from tenure.norms import Position
from tenure.time import Instant, format_instant
from tenure.timeline.steps import Step
from tenure.timeline.verdict import EdgeCause, Status


@frozen(repr=False)
class Standing:
    """A position that is held, unknown or disputed, since when (None: always), by what, and under which clauses.

    ``state`` is that of a duty.
    """

    position: Position
    status: Status
    since: Instant | None
    cause: EdgeCause | None
    clauses: tuple[str, ...]
    state: str | None = None
    zone: str = field(default="UTC", eq=False)

    def __repr__(self) -> str:
        p = self.position
        what = (
            f"{p.holder} {p.relation} {p.act} {', '.join(str(v) for v in p.object if v is not None)}".rstrip()
        )
        since = "always" if self.since is None else f"since {format_instant(self.since, self.zone)}"
        state = f" ({self.state})" if self.state else ""
        return f"{what}: {self.status}{state} by {', '.join(self.clauses)}, {since}"


def standing_after(
    position: Position,
    over_time: tuple[Step, ...],
    before: Standing | None,
    since: Instant | None,
    *,
    state: str | None,
    zone: str,
) -> Standing | None:
    """How ``position`` stands after the last of ``over_time``, which tell what was after ``since`` (None: ever).

    ``before`` is how it stood at ``since``.  None for a position that is not held, or held only for want of a rule.
    """
    last, first = over_time[-1], first_of_last_span(over_time)
    if last.status == "not_held" or last.by_default:
        return None
    begin, cause = first.start, first.cause
    if since is not None and before is not None and (begin is None or begin <= since):
        begin, cause = before.since, before.cause
    return Standing(position, last.status, begin, cause, last.clauses, state, zone)


def first_of_last_span(over_time: tuple[Step, ...]) -> Step:
    """The first of the last steps that have one status."""
    first = len(over_time) - 1
    while first > 0 and over_time[first - 1].status == over_time[-1].status:
        first -= 1
    return over_time[first]

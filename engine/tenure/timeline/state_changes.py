"""Changes of named states: a row of ``state s(x)`` begins to hold, or ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from tenure.diagnostics import QueryError, did_you_mean
from tenure.logic.definitions import Const, Rel, with_events
from tenure.logic.snapshot import row_at
from tenure.logic.tables import Edge, Key
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Truth
from tenure.norms import Vocabulary
from tenure.time import Duration, Instant, format_instant
from tenure.timeline.line import FIRST_STAGE, Line
from tenure.timeline.objects import values_text
from tenure.timeline.reasons import cause_of
from tenure.timeline.segments import merge
from tenure.timeline.steps import Step, coalesced, disputed
from tenure.timeline.verdict import EdgeCause, Status

if TYPE_CHECKING:
    from tenure.timeline.changes import Kind, News
    from tenure.timeline.proof import Proof
    from tenure.timeline.timeline import Timeline

_STATUS: dict[Truth, Status] = {TRUE: "held", UNKNOWN: "unknown", FALSE: "not_held"}


@frozen
class StateRow:
    """A state of the contract, and what it is of: ``held(C1)``."""

    name: str
    object: Key

    @property
    def relation(self) -> str:
        """Its relation in the kernel."""
        return f"state:{self.name}"

    def __str__(self) -> str:
        return f"{self.name}({values_text(self.object)})" if self.object else self.name


@frozen(repr=False)
class StateChange:
    """A named state that changes at ``at``: as a change of a position, with a ``row`` in place of the position.

    ``kind`` is ``granted`` (it holds from now on), ``ended``, ``disputed``, ``unknown``, ``settled`` or
    ``about_to_end``.
    """

    at: Instant
    kind: Kind
    row: StateRow
    before: Status
    after: Status
    cause: EdgeCause | None
    clauses: tuple[str, ...] = ()
    until: Instant | None = None
    within: Duration | None = None
    news: News = "new"
    id: str = ""
    zone: str = field(default="UTC", eq=False)

    def __repr__(self) -> str:
        told = "" if self.news == "new" else f" [{self.news}]"
        return f"{format_instant(self.at, self.zone)}: {self.row}: {self.kind} ({self.cause}){told}"

    @property
    def subject(self) -> StateRow:
        """What changes."""
        return self.row

    @property
    def things(self) -> tuple[Any, ...]:
        """What the state is of."""
        return self.row.object

    def things_text(self, vocabulary: Vocabulary) -> str | None:  # noqa: ARG002  (states have no prepositions)
        """The same as a reader writes it; None where it is of nothing."""
        return values_text(self.row.object) or None

    def place(self, vocabulary: Vocabulary) -> tuple[object, ...]:
        """Where it is told among other changes."""
        return self.at, "", "state", self.row.name, self.things_text(vocabulary) or "", "", "", self.kind

    def parts(self) -> tuple[object, ...]:
        """What tells it from other changes."""
        said = (self.at, self.kind, self.before, self.after, self.clauses, self.until, str(self.within))
        cause = (self.cause.event, self.cause.limit, self.cause.clause) if self.cause else ()
        return *said, "state", self.row.name, tuple(map(str, self.row.object)), *cause


def states_named(vocabulary: Vocabulary, names: Iterable[str]) -> frozenset[str]:
    """``names`` as they are; raises :class:`QueryError` (TEN601) for one that is no state of the contract."""
    found = frozenset(names)
    for name in sorted(found - vocabulary.states.keys()):
        advice = did_you_mean(name, vocabulary.states)
        raise QueryError.of("TEN601", f"`{name}` is not a state of this contract", help=advice)
    return found


def state_steps(line: Line, row: StateRow) -> tuple[Step, ...]:
    """A state over time, as far as ``line`` looks at it."""
    table = line.trace.tables.get(row.relation)
    edges: list[Edge] = table.edges.get(row.object, []) if table is not None else []
    segments = merge([line.recent(edges)], FIRST_STAGE)
    steps = [Step(s.start, _STATUS[s.truth], cause=cause_of(s.cause), unknowns=s.reasons) for s in segments]
    return coalesced(steps)


def steps_on(lines: Sequence[tuple[tuple[str, ...], Line]], row: StateRow) -> tuple[Step, ...]:
    """A state over time, disputed where the other lines, each with the readings in which it differs, have another status."""
    (_, first), *others = lines
    over_time = state_steps(first, row)
    return (
        disputed([(names, state_steps(line, row)) for names, line in others], over_time)
        if others
        else over_time
    )


def state_changes_of(
    row: StateRow, over_time: tuple[Step, ...], since: Instant | None, zone: str
) -> Iterator[StateChange]:
    """The changes of a state after ``since`` (None: all); ``over_time`` are its steps."""
    for before, after in pairwise(over_time):
        if before.status == after.status or after.start is None:
            continue
        if since is None or after.start > since:
            kind = _kind(before.status, after.status)
            yield StateChange(after.start, kind, row, before.status, after.status, after.cause, zone=zone)


def _kind(before: Status, after: Status) -> Kind:
    match after:
        case "not_held":
            return "ended"
        case "held":
            return "granted" if before == "not_held" else "settled"
        case "disputed" | "unknown":
            return after


def state_proof(timeline: Timeline, row: StateRow, at: Instant) -> Proof:
    """Why ``row`` is as it is at ``at``: the events and limits that its last edge and its formal proof name."""
    from tenure.proofs.steps import Claim, bound
    from tenure.timeline.grounds import Grounds
    from tenure.timeline.proof import Proof
    from tenure.timeline.telling import Teller

    line, stage = timeline.line, with_events(at)
    table = line.trace.tables[row.relation]
    truth = row_at(table, row.object, stage).truth
    formula = Rel(row.relation, tuple(map(Const, row.object)))
    claim = Claim(formula, bound(formula, {}), stage, stage, at_least=truth != FALSE, level=truth)
    grounds = Grounds(timeline, at)
    step = grounds.proved(claim)
    named = step.events() if step is not None else frozenset()
    because = tuple(Teller(timeline).event(e.id) for e in line.events if e.id in named)
    told = f"{row} at {timeline.text(at)}"
    return Proof(told, _STATUS[truth], because, at=at, says=claim, grounds=grounds)

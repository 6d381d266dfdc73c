"""Changes of positions: granted, ended, suspended, resumed, breached, disputed; when, and by what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, get_args

from attrs import field, frozen

from tenure.logic.definitions import Const, Term, Var, with_events
from tenure.logic.snapshot import row_at
from tenure.logic.tables import Edge, Key
from tenure.logic.terms import Env, unify, value_of
from tenure.logic.truth import TRUE
from tenure.norms import Meaning, Position, Support, Vocabulary
from tenure.time import MAX_INSTANT, Duration, Instant, format_instant
from tenure.timeline.line import Line
from tenure.timeline.objects import object_text
from tenure.timeline.reasons import base_terms, cause_of, duty_state
from tenure.timeline.state_changes import StateChange, StateRow, state_changes_of, steps_on
from tenure.timeline.steps import Step, step_at
from tenure.timeline.verdict import EdgeCause, Status

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

#: What may happen to a position.  ``settled`` is held after all, where it was disputed or unknown.
Kind = Literal[
    "granted", "ended", "suspended", "resumed", "breached", "disputed", "unknown", "settled", "about_to_end"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: How it is told: as it comes; of a time that was settled already; or that what was told is not so after all.
News = Literal["new", "late", "withdrawn"]
SUSPENDED = "suspended"


@frozen(repr=False)
class PositionChange:
    """A position that changes at ``at``: what happened to it, its status before and after, and what brought it about.

    ``clauses`` gave it before or give it now; ``state`` is that of a duty from ``at`` on.  ``until`` is the coming
    end of a position that is about to end ``within`` some time.  A session sets ``news`` and a stable ``id``.
    """

    at: Instant
    kind: Kind
    position: Position
    before: Status
    after: Status
    cause: EdgeCause | None
    clauses: tuple[str, ...] = ()
    state: str | None = None
    until: Instant | None = None
    within: Duration | None = None
    news: News = "new"
    id: str = ""
    zone: str = field(default="UTC", eq=False)

    @property
    def subject(self) -> Position:
        """What changes."""
        return self.position

    @property
    def things(self) -> tuple[Any, ...]:
        """The object of the position."""
        return self.position.object

    def things_text(self, vocabulary: Vocabulary) -> str | None:
        """The same as a reader writes it; None where its act has none."""
        return object_text(vocabulary, self.position)

    def place(self, vocabulary: Vocabulary) -> tuple[object, ...]:
        """Where it is told among other changes: by time; those of one instant by who and what."""
        p = self.position
        thing = self.things_text(vocabulary) or ""
        whom = p.counterparty or ""
        return self.at, p.holder, p.relation, p.act, thing, whom, p.instance or "", self.kind

    def parts(self) -> tuple[object, ...]:
        """What tells it from other changes."""
        p, cause = self.position, self.cause
        return (
            *(
                self.at,
                self.kind,
                self.before,
                self.after,
                self.clauses,
                self.state,
                self.until,
                str(self.within),
            ),
            *(p.relation, p.holder, p.counterparty, p.act, tuple(str(v) for v in p.object), p.instance),
            *((cause.event, cause.limit, cause.clause) if cause else ()),
        )

    def __repr__(self) -> str:
        p = self.position
        things = ", ".join(str(v) for v in p.object if v is not None)
        what = f"{p.holder} {p.relation} {p.act} {things}".rstrip()
        told = "" if self.news == "new" else f" [{self.news}]"
        return f"{format_instant(self.at, self.zone)}: {what}: {self.kind} ({self.cause}){told}"


#: A change that a session tells, and what it is of.
Change = PositionChange | StateChange
Subject = Position | StateRow


def whole_changes(timeline: Timeline, states: Iterable[str] = ()) -> tuple[Change, ...]:
    """Every change of a whole timeline, in order: what a session would have told of the same history."""
    line, zone = timeline.line, timeline.vocabulary.zone
    others = timeline.disputes.choices() if timeline.disputes else ()
    named = [
        (tuple(n for n in choice if choice[n] != line.choice[n]), timeline.lines(choice)) for choice in others
    ]
    lines = (line, *(other for _, other in named))
    found: list[Change] = [
        change
        for position in line.sources
        for change in changes_of(lines, position, timeline.steps(position), None)
    ]
    for relation, giver in wrong_relations(line.vocabulary, line.meaning):
        for key in line.trace.tables[relation].edges:
            found += wrong_changes(line, Wrong(giver, relation, key), None)
    for row in (StateRow(name, key) for name in states for key in timeline.state_rows(name)):
        found += state_changes_of(row, steps_on([((), line), *named], row), None, zone)
    return in_order(line.vocabulary, found)


def in_order(vocabulary: Vocabulary, changes: Iterable[Change]) -> tuple[Change, ...]:
    """``changes`` by time; those of one instant by who and what.  None is told twice."""
    return tuple(sorted(dict.fromkeys(changes), key=lambda change: change.place(vocabulary)))


# ---------------------------------------------------------------- of one position


def changes_of(
    lines: Sequence[Line], position: Position, over_time: tuple[Step, ...], since: Instant | None
) -> Iterator[PositionChange]:
    """The changes of ``position`` after ``since`` (None: all); ``over_time`` are its steps.

    The first of ``lines`` is that under the choice of readings, the others are those under other choices.  What an
    action permits by default has no beginning; it is told of from when a clause first says something of it.
    """
    line, named = lines[0], _first_named(lines, position)
    for before, after in pairwise(over_time):
        if before.status == after.status or after.start is None or after.start < named:
            continue
        if _is_after(after.start, since):
            yield PositionChange(
                at=after.start,
                kind=_kind(line, position, before, after),
                position=position,
                before=before.status,
                after=after.status,
                cause=after.cause,
                clauses=after.clauses or before.clauses,
                state=state_at(line, position, after.start),
                zone=line.vocabulary.zone,
            )
    for source in line.sources.get(position, ()):
        if source.support.duty:
            for edge in _true_edges(line, f"breached:{source.support.force}", source.key, since):
                yield _breached(line, position, over_time, source.support, edge)


def _first_named(lines: Iterable[Line], position: Position) -> Instant:
    """When a clause first gave ``position`` or may have; the end of time where none ever did."""
    rows = [line.edges(source) for line in lines for source in line.sources.get(position, ())]
    return min((edges[0].stage // 2 for edges in rows if edges), default=MAX_INSTANT)


def _is_after(instant: Instant, since: Instant | None) -> bool:
    return since is None or instant > since


def _kind(line: Line, position: Position, before: Step, after: Step) -> Kind:
    assert after.start is not None
    match after.status:
        case "not_held":
            return "suspended" if is_suspended(line, position, after.start) else "ended"
        case "held" if before.status == "not_held":
            return "resumed" if is_suspended(line, position, after.start - 1) else "granted"
        case "held":
            return "settled"
        case "disputed":
            return "disputed"
        case "unknown":
            return "unknown"


def _breached(
    line: Line, position: Position, over_time: tuple[Step, ...], support: Support, edge: Edge
) -> PositionChange:
    at = edge.stage // 2
    return PositionChange(
        at=at,
        kind="breached",
        position=position,
        before=step_at(over_time, at - 1).status,
        after=step_at(over_time, at).status,
        cause=cause_of(edge.causes[0] if edge.causes else None),
        clauses=(support.clause,),
        state=state_at(line, position, at),
        zone=line.vocabulary.zone,
    )


def _true_edges(line: Line, relation: str, key: Key, since: Instant | None) -> list[Edge]:
    edges = line.trace.tables[relation].edges.get(key, ())
    return [edge for edge in edges if edge.truth == TRUE and _is_after(edge.stage // 2, since)]


def state_at(line: Line, position: Position, at: Instant) -> str | None:
    """The state of a duty instance at ``at``; None for other positions."""
    for source in line.sources.get(position, ()):
        if source.support.duty:
            return duty_state(line, source.support, source.key, with_events(at))
    return None


def is_suspended(line: Line, position: Position, at: Instant) -> bool:
    """Whether ``position`` would be held at ``at`` if its clause were not suspended, or its duty is."""
    stage = with_events(at)
    for source in line.sources.get(position, ()):
        support = source.support
        if support.duty:
            if duty_state(line, support, source.key, stage) == SUSPENDED:
                return True
            continue
        env = line.match(support, position) or {}
        based = _any_row(line, support.base, base_terms(line, support), env, stage)
        if based and any(
            _any_row(line, d.name, d.head, env, stage) for d in line.suspensions.get(support.clause, ())
        ):
            return True
    return False


def _any_row(line: Line, relation: str, terms: tuple[Term, ...], env: Env, stage: int) -> bool:
    """Whether a row of ``relation`` that agrees with ``env`` is true; where ``env`` says it whole, it is looked up."""
    table = line.trace.tables[relation]
    if all(isinstance(t, Const) or (isinstance(t, Var) and t.name in env) for t in terms):
        return row_at(table, tuple(value_of(t, env) for t in terms), stage).truth == TRUE
    return any(
        row_at(table, key, stage).truth == TRUE for key in table.edges if unify(terms, key, env) is not None
    )


# ---------------------------------------------------------------- wrongs


@frozen
class Wrong:
    """A row ``key`` of ``relation`` that says that an act was against a prohibition, or without the liberty it takes.

    ``giver`` is the support of the prohibition, or the name of the action.
    """

    giver: Support | str = field(eq=False)
    relation: str
    key: Key


def wrong_relations(vocabulary: Vocabulary, meaning: Meaning) -> Iterator[tuple[str, Support | str]]:
    """The relations of wrongs, each with what it is a wrong against."""
    names = {definition.name for definition in meaning.program.definitions}
    for support in meaning.supports:
        if f"violation:{support.force}" in names:
            yield f"violation:{support.force}", support
    for action in vocabulary.actions.values():
        if f"unpermitted:{action.name}" in names:
            yield f"unpermitted:{action.name}", action.name


def wrong_changes(line: Line, wrong: Wrong, since: Instant | None) -> Iterator[PositionChange]:
    """The breaches that ``wrong`` tells of, after ``since``: of the prohibition, or of a liberty that was not there."""
    _, *row = wrong.key
    if isinstance(wrong.giver, str):
        position = Position("liberty", row[0], None, wrong.giver, tuple(row[1:]))
        status: Status = "not_held"
        clauses: tuple[str, ...] = ()
    else:
        position = wrong.giver.position(tuple(row))
        status, clauses = "held", (wrong.giver.clause,)
    for edge in _true_edges(line, wrong.relation, wrong.key, since):
        cause = cause_of(edge.causes[0] if edge.causes else None)
        at = edge.stage // 2
        yield PositionChange(
            at, "breached", position, status, status, cause, clauses, zone=line.vocabulary.zone
        )

"""Why a position is not held: which of the reasons of DESIGN §4, and what brought it about."""

from __future__ import annotations

from attrs import frozen

from tenure.logic.definitions import DUTY_STATES, Term, with_events
from tenure.logic.snapshot import edge_at, row_at
from tenure.logic.solver import Env, unify
from tenure.logic.tables import Edge, Key
from tenure.logic.truth import FALSE, ByEvent, ByLimit, Cause
from tenure.norms import Position, Support
from tenure.time import Instant
from tenure.timeline.line import Line
from tenure.timeline.segments import segment_at
from tenure.timeline.verdict import EdgeCause

NEVER_AROSE = "never arose"
NOT_YET = "not yet"
EXPIRED = "expired"
TERMINATED = "terminated"
SUSPENDED = "suspended"
WAIVED = "waived"
#: How a duty instance that is no longer in force ended.
DISCHARGED = {
    "performed": "performed",
    "late": "performed late",
    "cured": "cured",
    "waived": WAIVED,
    "lapsed": "lapsed",
    "suspended": SUSPENDED,
}


@frozen
class Reason:
    """One reason, how much it says (``rank``), when it set in, and the clause whose support it is about."""

    phrase: str
    rank: int = 0
    since: Instant | None = None
    cause: EdgeCause | None = None
    clause: str | None = None


def cause_of(cause: Cause | None) -> EdgeCause | None:
    """A cause of the kernel as answers give it."""
    match cause:
        case ByEvent(event):
            return EdgeCause(event=event)
        case ByLimit(instant, clause):
            return EdgeCause(limit=instant, clause=clause)
        case _:
            return None


def why_not(line: Line, position: Position, at: Instant) -> Reason:
    """The reason that says most, over all supports that could give ``position``."""
    reasons = [
        reason
        for support in line.supports(position.act)
        if (env := line.match(support, position)) is not None
        for reason in _reasons(line, support, env, position, at)
    ]
    return max(
        reasons, key=lambda r: (r.rank, r.since if r.since is not None else 0), default=Reason(NEVER_AROSE)
    )


def _reasons(line: Line, support: Support, env: Env, position: Position, at: Instant) -> list[Reason]:
    stage = with_events(at)
    if support.duty:
        return _duty_reasons(line, support, position, stage)
    base_keys = _keys(line, support, env)
    if any(row_at(line.trace.tables[support.base], key, stage).truth for key in base_keys):
        return [_defeated(line, support, env, position, at)]
    found = [_of_edges(line, support, line.trace.tables[support.base].edges[key], at) for key in base_keys]
    return found or [_prevented(line, support, env, stage)]


def _prevented(line: Line, support: Support, env: Env, stage: int) -> Reason:
    """It never arose; where its clause never ran because something reached back to before it, that is why."""
    if support.run is not None and line.meaning.program.reaching:
        runs = line.trace.tables[support.run.name].edges
        if not any(unify(support.run.args, key, env) is not None for key in runs):
            words = {f"amendment:{name}": f"superseded by {name}" for name in support.amended_by}
            words |= {f"{state}:{support.clause}#": state for state in (WAIVED, TERMINATED)}
            for name, phrase in words.items():
                edge = _affecting(line, name, env, stage)
                if edge is not None:
                    since, cause = edge.stage // 2, cause_of(edge.causes[0] if edge.causes else None)
                    return Reason(phrase, 1, since, cause, support.clause)
    return Reason(NEVER_AROSE)


def _keys(line: Line, support: Support, env: Env) -> list[Key]:
    """The rows of the support's base that agree with ``env``."""
    terms = base_terms(line, support)
    table = line.trace.tables[support.base]
    return [key for key in table.edges if unify(terms, key, env) is not None]


def base_terms(line: Line, support: Support) -> tuple[Term, ...]:
    """The columns of the support's base relation."""
    return line.heads[support.base]


def _defeated(line: Line, support: Support, env: Env, position: Position, at: Instant) -> Reason:
    """The base holds, and an exception or a condition stands in the way."""
    snapshot = line.snapshot(with_events(at))
    for defeat in support.defeats:
        if snapshot.solve(defeat.formula, env).truth:
            words = f"defeated by {defeat.clause or defeat.words}"
            since, cause = _beginning(line, defeat.clause, position, at)
            return Reason(words, 5, since, cause, defeat.clause or support.clause)
    for state in (WAIVED, TERMINATED):
        if _affecting(line, f"{state}:{support.clause}#", env, with_events(at)) is not None:
            return Reason(state, 4, at, None, support.clause)
    holder = _assigned_to(line, support, position, with_events(at))
    if holder is not None:
        return Reason(f"assigned to {holder}", 4, at, None, support.clause)
    return _waiting(line, support, position, at)


def _waiting(line: Line, support: Support, position: Position, at: Instant) -> Reason:
    """A condition does not hold: what was in force before is suspended, anything else has yet to be so."""
    edges = [
        edge
        for source in line.sources.get(position, [])
        if source.support is support
        for edge in line.edges(source)
    ]
    stage = with_events(at)
    suspended = _affecting(line, f"suspended:{support.clause}#", {}, stage) is not None
    if suspended or any(edge.truth and edge.stage <= stage for edge in edges):
        return Reason(SUSPENDED, 4, at, None, support.clause)
    coming = next((edge for edge in edges if edge.truth), None)
    if coming is None:
        return Reason(NEVER_AROSE, 1, None, None, support.clause)
    return Reason(NOT_YET, 2, None, cause_of(coming.causes[0] if coming.causes else None), support.clause)


def _affecting(line: Line, name: str, env: Env, stage: int) -> Edge | None:
    """Since when an amendment, or a state that an `on` rule has put the clause in, has been true for these things."""
    for definition in line.meaning.program.definitions:
        if definition.name == name or (name.endswith("#") and definition.name.startswith(name)):
            for key, edges in line.trace.tables[definition.name].edges.items():
                edge = edge_at(edges, stage)
                if edge is not None and edge.truth and unify(definition.head, key, env) is not None:
                    return edge
    return None


def _assigned_to(line: Line, support: Support, position: Position, stage: int) -> str | None:
    """Who has now what ``position`` was: the same act and object, of the same instance, with another party."""
    for other, sources in line.sources.items():
        same = (other.act, other.object, other.instance, other.relation)
        if other != position and same == (
            position.act,
            position.object,
            position.instance,
            position.relation,
        ):
            for source in sources:
                if (
                    source.support is support
                    and row_at(line.trace.tables[support.force], source.key, stage).truth
                ):
                    return other.counterparty if other.holder == position.holder else other.holder
    return None


def _beginning(
    line: Line, clause: str | None, position: Position, at: Instant
) -> tuple[Instant | None, EdgeCause | None]:
    """Since when ``clause`` has stood in the way of ``position``, and what brought that about."""
    for other in line.by_case.get((position.holder, position.act, position.object), ()):
        if any(source.support.clause == clause for source in line.sources[other]):
            segments = line.segments(other)
            segment = segments[segment_at(segments, at)]
            if segment.truth:
                return segment.start, cause_of(segment.cause)
    return at, None


def _of_edges(line: Line, support: Support, edges: list[Edge], at: Instant) -> Reason:
    stage = with_events(at)
    past = edge_at(edges, stage)
    if past is not None and past.truth == FALSE:
        cause = cause_of(past.causes[0] if past.causes else None)
        return Reason(_ended(line, support, past), 3, past.stage // 2, cause, support.clause)
    if any(edge.stage > stage and edge.truth for edge in edges):
        coming = next(edge for edge in edges if edge.stage > stage and edge.truth)
        cause = cause_of(coming.causes[0] if coming.causes else None)
        return Reason(NOT_YET, 2, None, cause, support.clause)
    return Reason(NEVER_AROSE, 0, None, None, support.clause)


def _ended(line: Line, support: Support, end: Edge) -> str:
    """An amendment, a waiver, a date, or another event."""
    for amendment in support.amended_by:
        if _began_with(line, f"amendment:{amendment}", end.stage):
            return f"superseded by {amendment}"
    for state in (WAIVED, TERMINATED):
        if _began_with(line, f"{state}:{support.clause}", end.stage):
            return state
    return EXPIRED if end.causes and isinstance(end.causes[0], ByLimit) else TERMINATED


def _began_with(line: Line, relation: str, stage: int) -> bool:
    tables = [
        t for name, t in line.trace.tables.items() if name == relation or name.startswith(f"{relation}#")
    ]
    return any(e.stage == stage and e.truth for t in tables for edges in t.edges.values() for e in edges)


def _duty_reasons(line: Line, support: Support, position: Position, stage: int) -> list[Reason]:
    found = []
    for source in line.sources.get(position, []):
        if source.support is support:
            state = duty_state(line, support, source.key, stage)
            edge = edge_at(line.edges(source), stage)
            cause = cause_of(edge.causes[0]) if edge and edge.causes else None
            if state in DISCHARGED and edge is not None:
                found.append(Reason(DISCHARGED[state], 3, edge.stage // 2, cause, support.clause))
            elif state == "unknown" and edge is not None and edge.truth == FALSE:
                ways = " or ".join(_ways_out(line, support, source.key, stage))
                found.append(Reason(ways, 3, edge.stage // 2, cause, support.clause))
            elif edge is not None and edge.truth == FALSE:
                new = _assigned_to(line, support, position, stage)
                if new is not None:
                    found.append(Reason(f"assigned to {new}", 3, edge.stage // 2, cause, support.clause))
            elif edge is None:
                found.append(Reason(NOT_YET, 2, None, None, support.clause))
    return found


def _ways_out(line: Line, support: Support, key: Key, stage: int) -> list[str]:
    """How an instance may have ended of which it is unknown how."""
    rows = _truths(line, support, key, stage)
    return [phrase for state, phrase in DISCHARGED.items() if rows[state]]


def _truths(line: Line, support: Support, key: Key, stage: int) -> dict[str, int]:
    return {s: row_at(line.trace.tables[f"{s}:{support.force}"], key, stage).truth for s in DUTY_STATES}


def duty_state(line: Line, support: Support, key: Key, stage: int) -> str | None:
    """The state of a duty instance at ``stage``; `unknown` where it may be in several."""
    rows = _truths(line, support, key, stage)
    certain = [state for state, truth in rows.items() if truth == 2]
    if certain:
        return certain[0]
    return "unknown" if any(rows.values()) else None

"""Stock properties of positions: what no set of clauses should do to anybody."""

from __future__ import annotations

from itertools import combinations

from tenure.language import syntax as s
from tenure.logic.truth import FALSE, TRUE
from tenure.norms import CORRELATIVES, Position
from tenure.testing.stock.case import FINE, SILENT, Case, Seen
from tenure.time import MIN_INSTANT, Instant
from tenure.timeline.line import Line
from tenure.timeline.segments import Segment, segment_at


def no_contradiction(case: Case) -> Seen:
    """No one is both obliged and forbidden to do one thing."""
    line = case.timeline.line
    duties = [p for p in line.sources if p.relation == "duty"]
    bans = [p for p in line.sources if p.relation == "duty_not"]
    for duty in duties:
        for ban in bans:
            if (duty.holder, duty.act, duty.object) == (ban.holder, ban.act, ban.object):
                at = _together(line, duty, ban)
                if at is not None:
                    fault = f"{duty.holder} must {_act(duty)} and must not"
                    return Seen(fault=fault, since=at)
    return FINE if duties and bans else SILENT


def correlatives(case: Case) -> Seen:
    """Each position and its correlative are one, seen from two sides."""
    timeline = case.timeline
    changes = timeline.changes()
    if not changes:
        return SILENT
    at = changes[case.pick(len(changes))].at
    mine = [v for v in timeline.positions(at=at, every_status=True) if v.counterparty is not None]
    for verdict in mine[:20]:
        position = verdict.position
        theirs = timeline.positions(
            at=at,
            holder=position.counterparty,
            act=position.act,
            relation=CORRELATIVES[position.relation],
            every_status=True,
        )
        if (position, verdict.status) not in [(v.position, v.status) for v in theirs]:
            fault = f"{position.counterparty} does not have the other side of {position.holder}'s {position.relation} to {_act(position)}"
            return Seen(fault=fault, since=at)
    return FINE if mine else SILENT


def one_holder(case: Case) -> Seen:
    """What can be assigned is held by one at a time: no instance of a duty is owed to two."""
    vocabulary, line = case.contract.vocabulary, case.timeline.line
    rules = [r for c in vocabulary.clauses.values() for r in c.rules]
    if not any(
        isinstance(r, s.On) and r.verb in ("assign", "novate") for r in (*rules, *vocabulary.items(s.On))
    ):
        return SILENT
    owed: dict[tuple[object, ...], list[Position]] = {}
    for p in line.sources:
        if p.relation == "duty":
            owed.setdefault((p.holder, p.act, p.object, p.instance, _clauses(line, p)), []).append(p)
    for same in owed.values():
        for one, other in combinations(same, 2):
            at = _together(line, one, other)
            if at is not None:
                fault = f"{one.counterparty} and {other.counterparty} both have the claim that {one.holder} {_act(one)}"
                return Seen(fault=fault, since=at)
    return FINE if owed else SILENT


def performable(case: Case) -> Seen:
    """Whoever owes an act may and can do it at the first and at the last tick of the time for it."""
    line = case.timeline.line
    applied = False
    for duty in [p for p in line.sources if p.relation == "duty"]:
        doing = _doing(case, duty.act)
        for start, end in _spans(line, duty) if doing else ():
            applied = True
            for at in (start, min(end, case.to) - 1):
                why = _hindrance(case, duty, doing, at)
                if why is not None:
                    return Seen(fault=f"{duty.holder} must {_act(duty)}, and {why}", since=at)
    return FINE if applied else SILENT


def _hindrance(case: Case, duty: Position, doing: list[str], at: Instant) -> str | None:
    line = case.timeline.line
    for other in line.by_case.get((duty.holder, duty.act, duty.object), ()):
        if other.relation == "duty_not" and _truth(line, other, at) == TRUE:
            return "must not"
    declared = case.contract.vocabulary.events
    if any(declared[e].word == "fact" for e in doing):
        return None
    powers = [p for p in line.sources if p.relation == "power" and p.act in doing and p.holder == duty.holder]
    if any(_truth(line, p, at) != FALSE for p in powers):
        return None
    return f"has no power to do it ({', '.join(doing)})"


def _doing(case: Case, act: str) -> list[str]:
    """The events that do an act; none where the contract does not say."""
    vocabulary = case.contract.vocabulary
    if act in vocabulary.actions:
        return [a.name for a in vocabulary.actions[act].done_by if a.name in vocabulary.events]
    return [act] if act in vocabulary.events else []


# ---------------------------------------------------------------- spans


def _spans(line: Line, position: Position) -> list[tuple[Instant, Instant]]:
    """When the position is certainly held."""
    segments = line.segments(position)
    ends = [*(s.start for s in segments[1:]), line.trace.to]
    return [
        (MIN_INSTANT if s.start is None else s.start, end)
        for s, end in zip(segments, ends, strict=True)
        if s.truth == TRUE and end is not None
    ]


def _together(line: Line, one: Position, other: Position) -> Instant | None:
    """The first instant at which both are certainly held."""
    meetings = (
        max(a, c) for a, b in _spans(line, one) for c, d in _spans(line, other) if max(a, c) < min(b, d)
    )
    return min(meetings, default=None)


def _truth(line: Line, position: Position, at: Instant) -> int:
    segments: list[Segment] = line.segments(position)
    return segments[segment_at(segments, at)].truth


def _clauses(line: Line, position: Position) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source.support.clause for source in line.sources[position]))


def _act(position: Position) -> str:
    named = ", ".join(str(v) for v in position.object if v is not None)
    return f"{position.act} {named}".rstrip()

"""Stock properties of positions: what no set of clauses should do to anybody."""

from __future__ import annotations

from tenure.logic.truth import FALSE, TRUE
from tenure.norms import CORRELATIVES, Position
from tenure.testing.stock.case import FINE, SILENT, Case, Seen
from tenure.testing.stock.spans import held, naming, together
from tenure.time import Instant
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
                at = together(held(line, duty), held(line, ban))
                if at is not None:
                    fault = f"{duty.holder} must {naming(duty)} and must not"
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
            fault = f"{position.counterparty} does not have the other side of {position.holder}'s {position.relation} to {naming(position)}"
            return Seen(fault=fault, since=at)
    return FINE if mine else SILENT


def performable(case: Case) -> Seen:
    """Whoever owes an act may and can do it at the first and at the last tick of the time for it."""
    line = case.timeline.line
    applied = False
    for duty in [p for p in line.sources if p.relation == "duty"]:
        doing = _doing(case, duty.act)
        for start, end in held(line, duty) if doing else ():
            applied = True
            for at in (start, min(end, case.to) - 1):
                why = _hindrance(case, duty, doing, at)
                if why is not None:
                    return Seen(fault=f"{duty.holder} must {naming(duty)}, and {why}", since=at)
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


def _truth(line: Line, position: Position, at: Instant) -> int:
    segments: list[Segment] = line.segments(position)
    return segments[segment_at(segments, at)].truth

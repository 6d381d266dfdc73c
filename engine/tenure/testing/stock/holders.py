"""The stock property of exclusive rights: whatever the language makes exclusive has one holder at a time.

That is the title to a thing, a right or a claim that can be assigned, and a liberty that somebody else must leave to its holder.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from itertools import combinations
from typing import TypeVar

from tenure.language import syntax as s
from tenure.testing.stock.case import FINE, SILENT, Case, Seen
from tenure.testing.stock.spans import Spans, certain, common, held, naming, together

Right = TypeVar("Right", bound=Hashable)
#: Who holds something, each with when that is certain.
Holders = list[tuple[object, Spans]]


def one_holder(case: Case) -> Seen:
    """A title, what can be assigned, and a liberty that keeps others out have one holder at a time."""
    seen = [look(case) for look in (_owners, _rights, _claims, _exclusive)]
    fault = next((found for found in seen if found.fault is not None), None)
    return fault or (FINE if any(found.applied for found in seen) else SILENT)


def _owners(case: Case) -> Seen:
    """A thing has one owner."""
    line = case.timeline.line
    table = line.trace.tables.get("owner")
    of: dict[object, Holders] = {}
    for thing, owner in table.edges if table is not None else ():
        when = certain(line.state_segments("owner", (thing, owner)), line.trace.to)
        of.setdefault(thing, []).append((owner, when))
    return _seen(of, lambda thing: f"own {thing}")


def _rights(case: Case) -> Seen:
    """A right that can be assigned has one holder under its rule."""
    line = case.timeline.line
    of: dict[tuple[object, ...], Holders] = {}
    for position, sources in line.sources.items():
        for source in sources:
            force = source.support.force
            if source.support.assigned_from is not None and position.relation != "duty":
                when = certain(line.state_segments(force, source.key), line.trace.to)
                right = (force, position.counterparty, position.object, naming(position))
                of.setdefault(right, []).append((position.holder, when))
    return _seen(of, lambda right: f"have the assignable right to {right[-1]}")


def _claims(case: Case) -> Seen:
    """Where claims can be assigned, no instance of a duty is owed to two by one clause."""
    vocabulary, line = case.contract.vocabulary, case.timeline.line
    rules = [*(r for c in vocabulary.clauses.values() for r in c.rules), *vocabulary.items(s.On)]
    if not any(isinstance(r, s.On) and r.verb in ("assign", "novate") for r in rules):
        return SILENT
    of: dict[tuple[object, ...], Holders] = {}
    for p in line.sources:
        if p.relation == "duty":
            clauses = tuple(dict.fromkeys(source.support.clause for source in line.sources[p]))
            owed = (p.act, p.object, p.instance, clauses, f"{p.holder} {naming(p)}")
            of.setdefault(owed, []).append((p.counterparty, held(line, p)))
    return _seen(of, lambda owed: f"have the claim that {owed[-1]}")


def _seen(of: Mapping[Right, Holders], having: Callable[[Right], str]) -> Seen:
    """Whether two have certainly held one thing at once."""
    for right, holders in of.items():
        for (one, mine), (other, theirs) in combinations(holders, 2):
            at = together(mine, theirs) if one != other else None
            if at is not None:
                return Seen(fault=f"{one} and {other} both {having(right)}", since=at)
    return FINE if of else SILENT


def _exclusive(case: Case) -> Seen:
    """Who must leave an act to the holder of a liberty has no liberty to it: the one keeps the other out."""
    line = case.timeline.line
    applied = False
    for ban in [p for p in line.sources if p.relation == "duty_not" and p.counterparty is not None]:
        mine, theirs = (
            [p for p in line.by_case.get((who, ban.act, ban.object), ()) if p.relation == "liberty"]
            for who in (ban.holder, str(ban.counterparty))
        )
        kept = [span for p in theirs for span in common(held(line, ban), held(line, p))]
        applied = applied or bool(kept)
        for other in mine:
            at = together(kept, held(line, other))
            if at is not None:
                fault = f"{ban.holder} may {naming(other)}, and must leave it to {ban.counterparty}"
                return Seen(fault=fault, since=at)
    return FINE if applied else SILENT

"""Verdicts gathered into rows: what differs only in its object is one row with many objects."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from tenure.norms import Position, Relation
from tenure.timeline import StatusSpan, Timeline, Verdict
from tenure.views.words import cause_text, edge_text, side_text, thing_text, towards_text

_ORDER: tuple[Relation, ...] = (
    *("liberty", "claim", "power", "immunity", "duty", "duty_not", "claim_not", "disability", "no_claim", "liability"),
)  # fmt: skip


@frozen
class Row:
    """One line of a table of verdicts; ``side`` is who has which relation against whom, ``what`` act and objects."""

    side: str
    what: str
    status: str
    clauses: str
    why: str
    since: str
    until: str


@frozen
class Strip:
    """One line of a text timeline: ``side`` and ``what`` as in a row, and the spans that they have in common."""

    side: str
    what: str
    spans: tuple[StatusSpan, ...]


def rows(timeline: Timeline, verdicts: Iterable[Verdict]) -> tuple[Row, ...]:
    """The rows of a table, by relation, holder and act; objects that stand alike share a row."""
    groups: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict in sorted(verdicts, key=_by_side):
        until = edge_text(timeline, verdict.until, verdict.until_cause, ends=True)
        alike = (_side(verdict), verdict.position.act, verdict.status, ", ".join(verdict.clauses), until)
        groups.setdefault((*alike, verdict.reason or "", verdict.state or ""), []).append(verdict)
    return tuple(_row(timeline, key, group) for key, group in groups.items())


def strips(timeline: Timeline, positions: Iterable[tuple[Position, Relation | None]]) -> tuple[Strip, ...]:
    """The strips of a text timeline; positions that never were are left out."""
    seen = [timeline.verdict(position, timeline.horizon, relation) for position, relation in positions]
    groups: dict[tuple[str, str, tuple[StatusSpan, ...]], list[str]] = {}
    for verdict in sorted(seen, key=_by_side):
        spans = timeline.spans_of(verdict.position)
        # What began a span is not drawn: two things made by two events of one day share a strip.
        shown = tuple(evolve(span, start_cause=None) for span in spans if span.status != "not_held")
        if shown:
            key = (_side(verdict), verdict.position.act, shown)
            groups.setdefault(key, []).append(thing_text(timeline, verdict.position))
    return tuple(Strip(side, _what(act, things), spans) for (side, act, spans), things in groups.items())


def without_clause(verdict: Verdict) -> bool:
    """Whether a verdict only repeats a declaration, such as `act signed by Buyer`: always so, by no clause."""
    return (
        verdict.since is None and verdict.until is None and all(" " in clause for clause in verdict.clauses)
    )


def _by_side(verdict: Verdict) -> tuple[int, str, str, str]:
    return (
        _ORDER.index(verdict.relation),
        verdict.holder or "",
        verdict.counterparty or "",
        verdict.position.act,
    )


def _side(verdict: Verdict) -> str:
    towards = towards_text(verdict)
    return f"{side_text(verdict)}, {towards}" if towards else side_text(verdict)


def _what(act: str, things: Iterable[str]) -> str:
    return f"{act} {', '.join(dict.fromkeys(filter(None, things)))}".rstrip()


def _row(timeline: Timeline, key: tuple[str, ...], group: list[Verdict]) -> Row:
    side, act, status, clauses, until, reason, state = key
    what = _what(act, (thing_text(timeline, v.position) for v in group))
    return Row(
        side, what, status, clauses, "; ".join(filter(None, (reason, state))), _since(timeline, group), until
    )


def _since(timeline: Timeline, group: list[Verdict]) -> str:
    """When the span began; of several the first and the last, with the causes' type where it is one."""
    if len({v.since for v in group}) == 1:
        return edge_text(timeline, group[0].since, group[0].cause)
    dates = [
        edge_text(timeline, v.since, None) for v in sorted(group, key=lambda v: v.since or timeline.horizon)
    ]
    kinds = {cause_text(timeline, v.cause).partition(" ")[2] for v in group}
    why = f" ({kinds.pop()})" if len(kinds) == 1 and "" not in kinds else ""
    return f"{dates[0]} … {dates[-1]}{why}"

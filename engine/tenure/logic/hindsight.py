"""Effects that reach back in time: a retroactive amendment, a waiver as from the beginning (DESIGN §4).

Such an effect is judged on the timeline without it.  Then the timeline is computed anew, with the effect from the
instant to which it reaches back; acts done up to its own instant keep the validity that they had.  The first is
taken first, and each is judged on the timeline that those before it have left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen
from msgspec.structs import replace

from tenure.diagnostics import QueryError
from tenure.history import Event
from tenure.logic.acts import Settled
from tenure.logic.definitions import (
    And,
    Compare,
    Const,
    Fixed,
    Formula,
    Holds,
    Or,
    Program,
    Reached,
    Reaching,
    Rel,
    Stage,
)
from tenure.logic.slicing import first_date
from tenure.logic.standing import trace_of
from tenure.logic.tables import Edge, Key
from tenure.logic.terms import Env, unify, value_of
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, ByEvent
from tenure.time import Calendar, Instant

#: More effects than any contract has reason for: by then they bring one another about without end.
MOST = 500
_WHETHER = "whether it was brought about is unknown"


@frozen
class Firing:
    """At ``stage`` the effect ``reaching`` was brought about for the row ``key``."""

    stage: Stage
    reaching: Reaching
    key: Key


def evaluate_with_hindsight(
    program: Program, events: tuple[Event, ...], calendar: Calendar, to: Instant
) -> tuple[Program, Trace]:
    """The program with what its effects have come to in this history, and its evaluation; most have no such effects.

    Raises :class:`~tenure.diagnostics.QueryError` (TEN615) where such effects bring one another about without end.
    """
    if not program.reaching:
        return program, trace_of(program, events, calendar, to)
    done: dict[Firing, tuple[Formula, ...]] = {}
    settled: Mapping[str, Settled] = {}
    while True:
        known = _with_effects(program, done) if done else program
        trace = trace_of(known, events, calendar, to, settled)
        waiting = list(_firings(program, trace, done))
        if not waiting:
            return known, trace
        if len(done) >= MOST:
            raise QueryError.of(
                "TEN615",
                f"more than {MOST} retroactive effects: they bring one another about",
                help="let one of them act from its own instant, without `retroactive`",
            )
        first = min(firing.stage for firing in waiting)
        before = [(f.reaching, f.key) for f in done]
        done.update(
            {
                f: tuple(_effects(f, trace, before.count((f.reaching, f.key))))
                for f in waiting
                if f.stage == first
            }
        )
        settled = {**_settled(trace, events, first // 2), **settled}


def _firings(program: Program, trace: Trace, done: Mapping[Firing, Any]) -> Iterator[Firing]:
    """What has been brought about and has not yet had its effect."""
    for reaching in program.reaching:
        for key, edges in trace.tables[reaching.fires.name].edges.items():
            for edge in edges:
                firing = Firing(edge.stage, reaching, key)
                if edge.truth and firing not in done:
                    yield firing


def _effects(firing: Firing, trace: Trace, before: int) -> Iterator[Formula]:
    """The pulses of one firing, each with the values of its row; ``before``: how often it was brought about before.

    What acts on an instance comes an instant after it began, and each time an instant later: two are two.
    """
    reaching = firing.reaching
    found = unify(reaching.fires.args, firing.key, {})
    assert found is not None
    begun = [
        (opened, stages)
        for relation in reaching.begun
        for opened, stages in _openings(relation, found[0], trace, firing.stage)
    ]
    edge = next(e for e in trace.tables[reaching.fires.name].edges[firing.key] if e.stage == firing.stage)
    if reaching.each:
        first: dict[Key, Instant] = {}
        for opened, stages in begun:
            row = _row_of(reaching, opened)
            first[row] = min(first.get(row, stages[0] // 2), stages[0] // 2)
        for row, at in first.items():
            earliest = at + 1 if reaching.since is None else max(at + 1, reaching.since)
            yield _pulse(reaching, row, earliest + before, edge)
        return
    since = reaching.since
    if since is None:
        since = min((stages[-1] for _, stages in begun), default=firing.stage) // 2
    yield _pulse(reaching, _row_of(reaching, found[0]), since, edge)


def _openings(relation: Rel, env: Env, trace: Trace, before: Stage) -> Iterator[tuple[Env, list[Stage]]]:
    """The stages at which each row of ``relation`` that agrees with ``env`` began, up to the stage ``before``."""
    for key, edges in trace.tables[relation.name].edges.items():
        found = unify(relation.args, key, env)
        if found is None:
            continue
        earlier = (FALSE, *(edge.truth for edge in edges))
        pairs = zip(edges, earlier, strict=False)
        begun = [e.stage for e, truth in pairs if e.truth and not truth and e.stage <= before]
        if begun:
            yield found[0], begun


def _row_of(reaching: Reaching, env: Env) -> Key:
    return tuple(value_of(term, env) for term in reaching.effect.args)


def _pulse(reaching: Reaching, row: Key, at: Instant, edge: Edge) -> Formula:
    """The effect is brought about for ``row`` at ``at``, as certainly as the edge of its firing says."""
    event = next((cause.event for cause in edge.causes if isinstance(cause, ByEvent)), None)
    pairs = zip(reaching.effect.args, row, strict=True)
    values = tuple(Compare("=", term, Const(value)) for term, value in pairs)
    doubt = () if edge.truth == TRUE else (Fixed(UNKNOWN, " and ".join(sorted(edge.reasons)) or _WHETHER),)
    return And((Reached(at, only=True, event=event), *values, *doubt))


def _with_effects(program: Program, done: Mapping[Firing, tuple[Formula, ...]]) -> Program:
    pulses: dict[str, list[Formula]] = {}
    for firing, formulas in done.items():
        pulses.setdefault(firing.reaching.effect.name, []).extend(formulas)
    return replace(
        program,
        first=first_date(program),
        definitions=tuple(
            replace(d, body=Or(tuple(pulses[d.name]))) if isinstance(d, Holds) and pulses.get(d.name) else d
            for d in program.definitions
        ),
    )


def _settled(trace: Trace, events: Iterable[Event], until: Instant) -> dict[str, Settled]:
    """How the acts up to ``until`` were judged."""
    void = {v.event.id: v for v in trace.void}
    return {
        event.id: Settled(trace.judged(event.id), void.get(event.id))
        for event in events
        if event.at <= until and event.id in trace.effective
    }

"""Which rule to try for what lasts and what looks back: read off the edges of the row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tenure.logic.definitions import Inertial, Lasting, Passed, Recent, SinceThen, Stage
from tenure.logic.terms import Env, unify
from tenure.logic.truth import TRUE
from tenure.proofs.dates import due_stage
from tenure.proofs.spans import edge_types, expiries
from tenure.proofs.steps import Choice, Claim, Row, UnfitError
from tenure.proofs.theory import FIRST

if TYPE_CHECKING:
    from tenure.proofs.search import Search


def past_choices(
    search: Search, claim: Claim, definition: Inertial | Recent | Lasting | SinceThen | Passed
) -> Iterator[Choice]:
    """The rules to try for a row of such a relation, the likeliest first."""
    assert isinstance(claim.formula, Row)
    found = unify(definition.head, claim.formula.key, {})
    env = found[0] if found is not None else {}
    match definition:
        case Inertial(name=name) if name != claim.formula.name:
            yield from _expiry(search, claim, definition, env)
        case Inertial():
            yield from (_span if claim.at_least else _no_span)(search, claim, definition, env)
        case Recent():
            yield from _recent(search, claim, definition, env)
        case Lasting():
            yield from _lasting(search, claim, definition, env)
        case SinceThen():
            yield from _since(search, claim, definition, env)
        case Passed():
            yield from _passed(search, claim, definition, env)


def _risen(search: Search, row: Row, before: Stage, level: int) -> Iterator[Stage]:
    """The stages up to ``before`` at which a row rose to ``level``, the latest first."""
    edges = search.edges(row)
    for i in range(len(edges) - 1, -1, -1):
        was = edges[i - 1].truth if i else 0
        if edges[i].stage <= before and edges[i].truth >= level > was:
            yield edges[i].stage


def _span(search: Search, claim: Claim, span: Inertial, env: Env) -> Iterator[Choice]:
    row = claim.formula
    assert isinstance(row, Row)
    if span.renews:
        for stage in _begins(search, claim, span, env):
            yield from _within_term(search, claim, span, stage)
    for stage in _risen(search, row, claim.start, claim.level):
        yield from _within_term(search, claim, span, stage)
        break
    last = max((e.stage for e in search.edges(row) if e.stage <= claim.start), default=claim.start)
    if last < claim.start:
        yield Choice("keeps on", at=last)
    elif last < claim.end:
        yield Choice("split", at=last)


def _within_term(search: Search, claim: Claim, span: Inertial, stage: Stage) -> Iterator[Choice]:
    yield Choice("runs", at=stage)
    for expiry in _over(search, span, stage, claim.end):
        if claim.start < expiry:
            yield Choice("split", at=expiry - 1)


def _over(search: Search, span: Inertial, stage: Stage, last: Stage) -> list[Stage]:
    """When the terms of what began at ``stage`` are over, up to ``last``, as far as the calendar goes."""
    found: list[Stage] = []
    try:
        for expiry in expiries(search.theory, span, stage) if span.terms else ():
            if expiry > last:
                break
            found.append(expiry)
    except UnfitError:
        pass
    return found


def _begins(search: Search, claim: Claim, span: Inertial, env: Env) -> Iterator[Stage]:
    """The stages at which a span that renews may have begun, the latest first."""
    reading = search.reading
    stages = reading.changes(span.begin, env, FIRST, claim.start)
    for stage in sorted((s for s in stages if FIRST <= s <= claim.start), reverse=True):
        if reading.truth(span.begin, env, stage) >= claim.level:
            yield stage


def _no_span(search: Search, claim: Claim, span: Inertial, env: Env) -> Iterator[Choice]:
    row = claim.formula
    assert isinstance(row, Row)
    edges = search.edges(row)
    fallen = [
        (i, edge.stage)
        for i, edge in enumerate(edges)
        if edge.stage <= claim.start and edge.truth <= claim.level and i and edges[i - 1].truth > claim.level
    ]
    if not fallen:
        yield Choice("never")
        yield from _crowded(search, claim, span, env)
        return
    stage = fallen[-1][1]
    if search.reading.truth(span.end, env, stage) >= TRUE - claim.level:
        yield Choice("ended", at=stage)
    if span.terms:
        for began, which in _openings(search, claim, span, env, stage):
            yield Choice("expired", at=began, number=1, key=(which,))
            yield Choice("expired", at=began, key=(which,))
    yield Choice("ended", at=stage)
    if span.final and claim.start > stage:
        yield Choice("ended for good", at=stage)
    if stage < claim.start:
        yield Choice("keeps off", at=stage)
    elif claim.start < claim.end:
        yield Choice("split", at=claim.start)


def _crowded(search: Search, claim: Claim, span: Inertial, env: Env) -> Iterator[Choice]:
    """Past the instants at which several events could begin or end a span, of which one did both."""
    stages = search.theory.crowded(FIRST, claim.end, edge_types(search.theory, span))
    begun = [s for s in stages if search.reading.truth(span.begin, env, s)]
    for stage in begun:
        if claim.start == claim.end == stage:
            yield from (Choice("begun and ended", event=e.id) for e in search.theory.together(stage))
        elif claim.start < stage <= claim.end:
            yield Choice("split", at=stage - 1)
        elif stage == claim.start:
            yield Choice("split", at=stage)
    before = [s for s in begun if s < claim.start]
    if before:
        yield Choice("keeps off", at=before[-1])


def _openings(
    search: Search, claim: Claim, span: Inertial, env: Env, expiry: Stage
) -> Iterator[tuple[Stage, int]]:
    """The stages from which a term may run out at ``expiry``, each with how often it went on before."""
    row = claim.formula
    assert isinstance(row, Row)
    stages = {
        e.stage for e in search.edges(search.theory.row(span.name, row.key)) if e.stage < expiry and e.truth
    }
    if span.renews:
        stages |= {s for s in search.reading.changes(span.begin, env, FIRST, expiry) if FIRST <= s < expiry}
    for stage in sorted(stages, reverse=True):
        over = _over(search, span, stage, expiry)
        if over and over[-1] == expiry:
            yield stage, len(over) - 1


def _expiry(search: Search, claim: Claim, span: Inertial, env: Env) -> Iterator[Choice]:
    if claim.at_least:
        for began, _ in _openings(search, claim, span, env, claim.start):
            yield Choice("runs out", at=began)
        return
    yield Choice("without terms")
    row = search.theory.row(span.name, claim.row.key)
    for rule, sure in (("idle", claim.during(claim.start - 1, claim.end - 1)), ("goes on", claim.turned())):
        if search.reading.reach(sure.about(row, {})) >= sure.end:
            yield Choice(rule)
    if claim.start == claim.end:
        for began in _risen(search, row, claim.start - 1, TRUE):
            yield Choice("not yet out", at=began)
            break
        for began in _begins(search, claim, span, env) if span.renews else ():
            if began < claim.start:
                yield Choice("not yet out", at=began)
    else:
        edges = {e.stage + i for e in search.edges(row) for i in (0, 1)}
        inside = sorted(s for s in edges if claim.start < s <= claim.end)
        if inside:
            yield Choice("split", at=inside[len(inside) // 2] - 1)


def _recent(search: Search, claim: Claim, recent: Recent, env: Env) -> Iterator[Choice]:
    reading = search.reading
    stages = {FIRST, *reading.changes(recent.body, env, FIRST, claim.end), claim.start}
    before = sorted(s for s in stages if FIRST <= s <= claim.start)
    body = claim.about(recent.body, env)
    if not claim.at_least:
        yield from _not_recent(search, claim, recent)
        return
    best = claim.start - 1
    ends = {s - 1 for s in stages if FIRST <= s - 1 <= claim.start}
    for stage in sorted({*before, *ends}, reverse=True):
        if not reading.is_so(body, stage):
            continue
        end = search.theory.limit(recent.within, stage) - 1 if recent.within else claim.end
        if end >= claim.end or claim.start == claim.end == stage:
            yield Choice("once", at=stage)
            return
        best = max(best, end)
    if claim.start <= best < claim.end:
        yield Choice("split", at=best)
    if claim.start < claim.end:
        yield Choice("split", at=claim.start)


def _not_recent(search: Search, claim: Claim, recent: Recent) -> Iterator[Choice]:
    """From the first stage on whose predecessors are too long ago."""
    if recent.within is None:
        yield Choice("not once", at=FIRST)
        return
    low, high = FIRST, claim.start
    while low < high:
        middle = (low + high) // 2
        if search.theory.limit(recent.within, middle) <= claim.start:
            low = middle + 1
        else:
            high = middle
    yield Choice("not once", at=low)


def _lasting(search: Search, claim: Claim, lasting: Lasting, env: Env) -> Iterator[Choice]:
    reading = search.reading
    body = claim.about(lasting.body, env)
    stages = {FIRST, *reading.changes(lasting.body, env, FIRST, claim.end)}
    before = sorted((s for s in stages if FIRST <= s <= claim.start), reverse=True)
    if claim.at_least:
        since = next(
            (s for s in before if reading.is_so(body, s) and (s == FIRST or not reading.is_so(body, s - 1))),
            None,
        )
        if since is not None:
            yield Choice("lasts", at=since)
        return
    reach = reading.reach(body)
    if reach >= claim.end:
        yield Choice("breaks")
        return
    off = {s - 1 for s in stages if s - 1 <= claim.start} | {claim.start}
    stage = next(s for s in sorted(off, reverse=True) if s < FIRST or reading.is_so(body, s))
    yield Choice("breaks", at=stage)
    try:
        last = max(search.theory.limit(lasting.length, stage + 1) - 1, reach)
    except UnfitError:
        last = reach
    if claim.start <= last < claim.end:
        yield Choice("split", at=last)


def _since(search: Search, claim: Claim, then: SinceThen, env: Env) -> Iterator[Choice]:
    reading = search.reading
    stages = {
        FIRST,
        claim.start,
        *reading.changes(then.start, env, FIRST, claim.end),
        *reading.changes(then.body, env, FIRST, claim.end),
    }
    before = sorted((s for s in stages if FIRST <= s <= claim.start), reverse=True)
    start, body = claim.about(then.start, env), claim.about(then.body, env)
    if claim.at_least:
        for stage in before:
            if reading.is_so(start, stage):
                yield Choice("since", at=stage)
        return
    if reading.reach(start.during(FIRST, claim.end)) >= claim.end:
        yield Choice("not since")
    for stage in sorted({*before, *(s - 1 for s in before)}, reverse=True):
        if stage >= FIRST and reading.is_so(body, stage):
            yield Choice("not since", at=stage)


def _passed(search: Search, claim: Claim, passed: Passed, env: Env) -> Iterator[Choice]:
    """The row that named the date, and where the date parts a range."""
    if claim.at_least:
        stages = {FIRST, claim.start, *search.reading.changes(passed.body, env, FIRST, claim.start)}
        body = claim.about(passed.body, env)
        for stage in sorted((s for s in stages if FIRST <= s <= claim.start), reverse=True):
            if search.reading.is_so(body, stage):
                yield Choice("named date", at=stage)
        return
    yield Choice("date not reached")
    try:
        limit = due_stage(search.theory, passed, env)
    except UnfitError:
        return
    for last in (limit - 1, limit):
        if claim.start <= last < claim.end:
            yield Choice("split", at=last)

"""What the engine answers about an item at an instant, as the expectations of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from tenure.history import Money
from tenure.language import syntax as s
from tenure.logic.definitions import Definition, Var, with_events
from tenure.logic.snapshot import row_at
from tenure.logic.terms import unify, value_of
from tenure.logic.truth import UNKNOWN
from tenure.norms import CORRELATIVES, Support
from tenure.testing.coverage.items import Item
from tenure.time import Instant
from tenure.timeline import Timeline, Verdict

#: How many expectations are proposed for one item.
MOST = 2


def expectations_of(
    timeline: Timeline, item: Item, at: Instant, under: tuple[s.When, ...]
) -> Iterator[s.Expectation]:
    """Up to two expectations about ``item`` at ``at``: whatever is true there."""
    date = date_of(timeline, at)
    made = (_expectation(timeline, that, at, date, under) for that in _subjects(timeline, item, at))
    yield from islice((one for one in made if one is not None), MOST)


def date_of(timeline: Timeline, at: Instant) -> s.Date:
    """An instant as a contract writes it: a day where it is the first instant of one."""
    text = timeline.text(at)
    return s.Date(text[:10] if timeline.instant(text[:10]) == at else text)


def term_of(value: Any) -> s.Term:
    """A value as a story writes it."""
    match value:
        case bool():
            return s.Flag(value)
        case int() | Decimal():
            return s.Number(Decimal(value))
        case Money(amount, currency):
            return s.Money(amount, currency)
        case _:
            return s.Text(str(value))


# ---------------------------------------------------------------- what an item is about


def _subjects(timeline: Timeline, item: Item, at: Instant) -> Iterator[Verdict | s.Formula | s.EventIs]:
    match item.kind:
        case "power":
            for event in timeline.line.events:
                if event.at == at and timeline.line.trace.effective.get(event.id) == 2:
                    yield s.EventIs(event.id, "effective")
        case _ if isinstance(item.rule, s.State):
            yield from _rows(timeline, f"state:{item.rule.name}", item.rule.name, at)
        case _ if isinstance(item.rule, s.Classify):
            yield from _kinds(timeline, at)
        case _:
            for support in _supports(timeline, item):
                yield from _verdicts(timeline, support, at)


def _supports(timeline: Timeline, item: Item) -> list[Support]:
    """The norms that an item is about: its own, those that it prevails over, those of a clause that ends."""
    supports = timeline.line.meaning.supports
    under = timeline.vocabulary.clauses_under
    if isinstance(item.rule, s.ClauseEnds | s.Replaces):
        return [p for p in supports if p.clause in under(item.case[1])]
    if isinstance(item.rule, s.On):
        return [p for p in supports if any(p.clause in under(t) for t in item.rule.targets)]
    if isinstance(item.part, s.Rank) and item.part.word == "despite":
        return [p for p in supports if p.clause in under(item.case)]
    return [p for p in supports if p.norm is item.rule]


def _verdicts(timeline: Timeline, support: Support, at: Instant) -> Iterator[Verdict]:
    """The answers for the holders and things to which the norm may apply."""
    line = timeline.line
    if support.duty:
        tables = [line.trace.tables[name] for name in (support.force, f"breached:{support.force}")]
        moved = [k for t in tables for k, edges in t.edges.items() if any(e.stage // 2 == at for e in edges)]
        for key in dict.fromkeys(moved or tables[0].edges):
            yield timeline.verdict(support.position(key), at)
        return
    head = next(_head(d) for d in line.meaning.program.definitions if d.name == support.base)
    table = line.trace.tables[support.base]
    stage = with_events(at)
    rows = sorted(table.edges, key=lambda key: (table.edges[key][-1].stage > stage, str(key)))
    for key in rows:
        touched = any(edge.stage // 2 == at for edge in table.edges[key])
        if not touched and not row_at(table, key, stage).truth:
            continue
        env = unify(head, key, {})
        if env is None or any(isinstance(t, Var) and t.name not in env[0] for t in support.head):
            continue
        holder, against, *object = (value_of(t, env[0]) for t in support.head)
        if support.relation in CORRELATIVES:
            yield timeline.holds(
                holder, support.act, tuple(object) if any(v is not None for v in object) else None,
                at=at, relation=support.relation, counterparty=against,
            )  # fmt: skip


def _head(definition: Definition) -> tuple[Any, ...]:
    return definition.head


def _rows(timeline: Timeline, relation: str, name: str, at: Instant) -> Iterator[s.Formula]:
    """A state for what it is about, where it changes at ``at`` first of all."""
    table, stage = timeline.line.trace.tables[relation], with_events(at)
    rows = sorted(table.edges, key=lambda key: not any(edge.stage // 2 == at for edge in table.edges[key]))
    for key in rows:
        atom = s.Atom(name, tuple(s.Argument(None, term_of(value)) for value in key))
        truth = row_at(table, key, stage).truth
        if truth != UNKNOWN:
            yield atom if truth else s.Not(atom)


def _kinds(timeline: Timeline, at: Instant) -> Iterator[s.Formula]:
    """The kinds that things take on, or lose, at ``at``."""
    table = timeline.line.trace.tables["kind"]
    for (thing, kind), edges in table.edges.items():
        if any(edge.stage // 2 == at for edge in edges):
            said = s.Is(term_of(thing), s.KindExpression((str(kind),)))
            yield said if row_at(table, (thing, kind), with_events(at)).truth else s.Not(said)


# ---------------------------------------------------------------- as an expectation


def _expectation(
    timeline: Timeline,
    that: Verdict | s.Formula | s.EventIs,
    at: Instant,
    date: s.Date,
    under: tuple[s.When, ...],
) -> s.Expectation | None:
    if not isinstance(that, Verdict):
        return s.Expectation(date, that, under=under)
    statement = _statement(timeline, that)
    if statement is None or that.status == "disputed":
        return None
    ends = that.status == "held" and that.until is not None and at < that.until <= timeline.to
    because = that.clauses[:1] if that.status == "held" else (that.reason,) if that.reason else ()
    return s.Expectation(
        date,
        statement,
        status="unknown" if that.status == "unknown" else None,
        under=under,
        until=date_of(timeline, that.until) if ends and that.until is not None else None,
        because=tuple(b for b in because if b) if that.status != "unknown" else (),
    )


def _statement(timeline: Timeline, verdict: Verdict) -> s.Statement | None:
    position = verdict.position
    if position.act in timeline.vocabulary.actions:
        parameters = timeline.vocabulary.actions[position.act].parameters
        args = [
            s.Argument(p.preposition, term_of(v))
            for p, v in zip(parameters, position.object, strict=True)
            if v is not None
        ]
        call = len(args) > 1 and all(a.name is None for a in args)
    else:
        args, call = [], False
    relations = {"liberty": "liberty", "duty": "duty", "duty_not": "duty_not", "power": "power"}
    relation = relations.get(position.relation)
    if relation is None or position.holder is None:
        return None
    positive = verdict.status in ("held", "unknown")
    act = s.ActPhrase(position.act, tuple(args), call=call)
    other = s.Name(position.counterparty) if position.counterparty and positive else None
    return s.Statement(relation, positive, s.Name(position.holder), act, other)  # type: ignore[arg-type]

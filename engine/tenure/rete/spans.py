"""The rules of states, spans and memories: what makes each row begin, and what makes it end."""

from __future__ import annotations

from tenure.logic import definitions as k
from tenure.logic.definitions import Var
from tenure.rete import literals as lit
from tenure.rete.definition import CLASH, END, FIRST, LIMIT, RENEW, Definition, denied
from tenure.rete.literals import Case, Cases, Literal, Unfit, row


def state(d: Definition, kind: str, cases: Cases) -> None:
    """A plain ``:=``."""
    d.begins("begin", cases)
    d.ends("end", d.absent(cases))
    d.done(kind)


def recent(d: Definition, definition: k.Recent) -> None:
    """``once``."""
    cases = d.cases(definition.body)
    if definition.within is None:
        d.begins("begin", cases)
        d.done("once")
        return
    d.pulse(definition.body, "it looks for a state, not an event, within a time")
    d.begins("begin", cases)
    for case in cases:
        d.add(RENEW, "renew", case, before=[d.row])
    for gone in d.absent(cases):
        d.add(LIMIT, "limit", gone, before=[d.limit(), d.anchored(d.row)])
    d.done("recent", (definition.within,))


def since(d: Definition, definition: k.SinceThen) -> None:
    """``since``."""
    start, body = d.cases(definition.start), d.cases(definition.body)
    d.begins("begin", start)
    d.ends("end", lit.all_of([d.absent(body), d.absent(start)]))
    d.done("since")


def lasting(d: Definition, definition: k.Lasting) -> None:
    """``held for``: its time runs while ``running`` is there."""
    cases = d.cases(definition.body)
    running = d.companion("running")
    for case in cases:
        d.add(FIRST, "aux+", case, target=running.symbol, key=running.columns)
    for gone in d.absent(cases):
        d.add(FIRST, "aux-", gone, before=[running], target=running.symbol, key=running.columns)
    d.add(LIMIT, "begin", Case(), before=[d.limit(), d.anchored(running)])
    d.add(END, "end", Case((denied(running),)), before=[d.row])
    d.done("lasting", (definition.length,))


def inertial(d: Definition, definition: k.Inertial) -> None:
    """``from … until …``."""
    if definition.open:
        raise Unfit("its beginning may come at any time")
    if definition.again is not None:
        raise Unfit("its term goes on")
    if not definition.level:
        d.pulse(definition.begin, "its beginning is a state, not an event")
    begin, end = d.cases(definition.begin), d.cases(definition.end)
    blocked = [Literal(row(f"expires:{definition.name}"), d.row.columns)] if definition.terms else []
    if definition.final:
        blocked.append(d.companion("closed"))
    unblocked = Case(tuple(map(denied, blocked)))
    opening = lit.all_of([begin, d.absent(end), (unblocked,)])
    d.begins("begin", opening)
    if definition.terms:
        d.add(LIMIT, "expire", Case(), before=[d.limit(), d.anchored(d.row)])
    if definition.renews and definition.terms:
        for case in opening:
            d.add(RENEW, "renew", case, before=[d.row])
    d.ends("end", end)
    for one in begin:
        for number, other in enumerate(end):
            joined = lit.all_of([(one,), (_apart(other, d.variables, number),)])
            for case in joined:
                d.add(CLASH, "clash", case)
    d.done("inertial", definition.terms, end)


def _apart(case: Case, kept: frozenset[str], number: int) -> Case:
    """``case`` with names of its own for the variables that are not the head's."""
    return lit.rename(case, {name: Var(f"{name}·end{number}") for name in case.variables - kept})

"""Histories in which something untested may happen: the record, the stories already told, and a few events more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any, Final

from msgspec.structs import replace

from tenure.history import History
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.norms import Vocabulary
from tenure.norms.scope import is_variable
from tenure.testing.coverage.items import Item
from tenure.timeline.moments import instant_of

#: How many histories with new events are tried for one item.
MOST_TRIES: Final = 40
_MOST_NEW = 3
_PLAIN: Final[dict[str, s.Term]] = {
    "number": s.Number(Decimal(100)),
    "money": s.Money(Decimal(100), "EUR"),
    "flag": s.Flag(value=True),
    "text": s.Text("text"),
}


def told_stories(vocabulary: Vocabulary) -> Iterator[s.Scenario]:
    """The record as it is, then each story that a scenario tells, without what it expects."""
    yield s.Scenario("")
    for scenario in vocabulary.items(s.Scenario):
        if scenario.known_at is None:
            told = tuple(line for line in scenario.lines if isinstance(line, s.Happening))
            yield replace(scenario, lines=told, comments=s.NO_COMMENTS)


def invented_stories(vocabulary: Vocabulary, record: History, item: Item) -> Iterator[s.Scenario]:
    """The record with up to three events more of the kinds that bear on ``item``."""
    first, *_ = _days_after(vocabulary, record, 1)
    setting = list(_setting(vocabulary, item, first))
    events = [
        h for atom in _atoms(vocabulary, item) if (h := _happening(vocabulary, item, atom, first)) is not None
    ]
    tries = 0
    for size in range(1, _MOST_NEW):
        for chosen in permutations(dict.fromkeys(events), size):
            for before in ((), tuple(setting)) if setting else ((),):
                tries += 1
                if tries > MOST_TRIES:
                    return
                lines = [*before, *(e for e in chosen if e not in before)]
                days = _days_after(vocabulary, record, len(lines))
                dated = (
                    replace(e, at=d, name=f"E{n}")
                    for n, (e, d) in enumerate(zip(lines, days, strict=True), 1)
                )
                yield s.Scenario("", lines=tuple(dated))


def _days_after(vocabulary: Vocabulary, record: History, count: int) -> list[s.Date]:
    """Days one after the other, the first of them after the end of the record."""
    calendar = vocabulary.calendar
    last = record.latest_recorded
    if last is None:
        last = instant_of("2030-01-01", vocabulary.zone)
    day = calendar.day_of(last)
    first = date(day.year, day.month, day.day)
    return [s.Date((first + timedelta(days=n)).isoformat()) for n in range(1, count + 1)]


# ---------------------------------------------------------------- events


def _atoms(vocabulary: Vocabulary, item: Item) -> Iterator[s.Atom]:
    """The event atoms of the item's rule, of the states that it names, and of what they name."""
    waiting: list[Any] = [item.rule]
    if isinstance(item.rule, s.Norm) and isinstance(item.rule.act, s.ActPhrase):
        action = vocabulary.actions.get(item.rule.act.name)
        waiting += list(action.done_by) if action else [s.Atom(item.rule.act.name)]
    if isinstance(item.rule, s.EventDeclaration):
        waiting.append(s.Atom(item.rule.name))
    seen: set[str] = set()
    while waiting:
        node = waiting.pop(0)
        for below in nodes(node) if isinstance(node, s.Node) else ():
            if isinstance(below, s.Atom) and below.name in vocabulary.events:
                yield below
            elif isinstance(below, s.Atom) and below.name not in seen:
                seen.add(below.name)
                waiting.append(vocabulary.states.get(below.name) or vocabulary.clauses.get(below.name))


def _setting(vocabulary: Vocabulary, item: Item, at: s.Date) -> Iterator[s.Happening]:
    """A thing of the kind that the rule is about."""
    if isinstance(item.rule, s.Norm) and not any(isinstance(p, s.ForVariable) for p in item.rule.parts):
        return
    rules = [
        *vocabulary.items(s.Classify),
        *(r for c in vocabulary.clauses.values() for r in c.rules if isinstance(r, s.Classify)),
    ]
    for rule in rules[:1]:
        for part in rule.parts:
            if (
                isinstance(part, s.From)
                and isinstance(part.begin, s.Atom)
                and part.begin.name in vocabulary.events
            ):
                happening = _happening(vocabulary, item, part.begin, at)
                if happening is not None:
                    yield happening


def _happening(vocabulary: Vocabulary, item: Item, atom: s.Atom, at: s.Date) -> s.Happening | None:
    """An event that fits ``atom``, with a value for each attribute that must have one."""
    declared = vocabulary.events[atom.name]
    given = {
        argument.name or declared.attributes[i].name: argument.term
        for i, argument in enumerate(atom.args)
        if argument.name or i < len(declared.attributes)
    }
    args = []
    for attribute in declared.attributes:
        term = given.get(attribute.name)
        if term is None or isinstance(term, s.Wildcard | s.Arithmetic | s.Aggregate | s.Length):
            term = None if attribute.default is not None else _value(vocabulary, item, attribute)
        elif (
            isinstance(term, s.Name)
            and term.text not in attribute.choices
            and is_variable(term.text, vocabulary)
        ):
            term = _value(vocabulary, item, attribute)
        if term is not None:
            args.append(s.Argument(attribute.name, term))
        elif attribute.default is None:
            return None
    return s.Happening(at, _doers(vocabulary, declared, atom), atom.name, tuple(args))


def _doers(vocabulary: Vocabulary, declared: s.EventDeclaration, atom: s.Atom) -> tuple[str, ...]:
    named = tuple(t.text for t in atom.by if isinstance(t, s.Name) and t.text in vocabulary.actors)
    if named:
        return named
    by = tuple(t.text for t in declared.by if isinstance(t, s.Name) and t.text in vocabulary.actors)
    if by:
        return by if declared.joint else by[:1]
    rules = (rule for clause in vocabulary.clauses.values() for rule in clause.rules)
    for rule in rules:
        match rule:
            case s.Norm("power", s.Holder((s.Name(holder), *_)), s.ActPhrase(declared.name)):
                return (holder,)
    return vocabulary.parties[:1]


def _value(vocabulary: Vocabulary, item: Item, attribute: s.AttributeDeclaration) -> s.Term | None:
    """A value of the attribute's type; a thing is named after the attribute, so that events speak of the same one."""
    about = next((p for p in getattr(item.rule, "parts", ()) if isinstance(p, s.ForVariable)), None)
    if attribute.choices:
        return s.Name(attribute.choices[0])
    if attribute.type == "kind":
        kinds = about.kinds.any_of if about else tuple(vocabulary.kinds)
        return s.Name(kinds[0]) if kinds else None
    if attribute.type in ("party", "actor"):
        return s.Name(vocabulary.parties[0])
    if attribute.type in (None, "thing"):
        owner = about.owner if about is not None and attribute.name == "owner" else None
        return owner if isinstance(owner, s.Name) else s.Text(f"some {attribute.name}")
    return _PLAIN.get(attribute.type)

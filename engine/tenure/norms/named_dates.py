"""Dates that an event names: which bare names in the parts of a rule stand for one, once the events are known.

``for each billed(bill, due = d) by d``: ``due`` is declared as a date, so ``d`` is one, and ``by d`` is a limit and
no actor.  A parsed text cannot tell; a :class:`Vocabulary` holds the document with these names told apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self, TypeVar

from attrs import frozen
from msgspec.structs import replace

from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes

#: The types of attributes that are dates, and whether they are exact to the tick.
_TYPES = {"date": False, "instant": True}
#: The rules that may name dates.
_WITH_DATES = s.Norm, s.State, s.Classify, s.Owner, s.Silence
#: The variables of a rule that are dates, with whether they are exact.
Dates = Mapping[str, bool]
Rule = TypeVar("Rule")


def resolved(document: s.Document) -> s.Document:
    """``document`` with a :class:`~tenure.language.syntax.DateName` wherever a name stands for a date."""
    reading = _Reading.of(document)
    if not reading.has_dates(document):
        return document
    items = tuple(
        replace(item, rules=tuple(reading.rule(r, {}) for r in item.rules))
        if isinstance(item, s.Clause)
        else reading.rule(item, {})
        for item in document.items
    )
    return replace(document, items=items)


def _parts(rule: object) -> Iterator[s.Part]:
    """The parts of a rule that may name dates, and of what is owed otherwise."""
    if isinstance(rule, _WITH_DATES):
        for part in rule.parts:
            yield part
            if isinstance(part, s.Otherwise):
                yield from _parts(part.norm)


def date_names(*given: s.Node) -> frozenset[str]:
    """The variables that stand for dates in resolved nodes."""
    return frozenset(n.name for node in given for n in nodes(node) if isinstance(n, s.DateName))


@frozen
class _Reading:
    """The events whose attributes may be dates, and the names that mean something else as an atom."""

    events: Mapping[str, s.EventDeclaration]
    taken: frozenset[str]

    @classmethod
    def of(cls, document: s.Document) -> Self:
        rules = [r for i in document.items for r in (i.rules if isinstance(i, s.Clause) else (i,))]
        named = [
            i
            for i in (*document.items, *rules)
            if isinstance(i, s.EventDeclaration | s.State | s.Clause | s.Amendment)
        ]
        events = {i.name: i for i in named if isinstance(i, s.EventDeclaration)}
        return cls(events, frozenset(i.name for i in named))

    def has_dates(self, document: s.Document) -> bool:
        """Whether anything in ``document`` could be one."""
        if any(a.type in _TYPES for e in self.events.values() for a in e.attributes):
            return True
        rules = (r for i in document.items for r in (i.rules if isinstance(i, s.Clause) else (i,)))
        parts = (part for rule in rules for part in _parts(rule))
        return any(isinstance(part, s.ForEach) and part.named for part in parts)

    def rule(self, rule: Rule, outer: Dates) -> Rule:
        """``rule`` with its dates; ``outer`` are those of the rule that it follows upon."""
        if not isinstance(rule, _WITH_DATES):
            return rule
        dates = {**outer, **dict(self._bound(rule.parts))}
        if not dates:
            return rule
        return replace(rule, parts=tuple(p for part in rule.parts for p in self._part(part, dates)))

    def _bound(self, parts: tuple[s.Part, ...]) -> Iterator[tuple[str, bool]]:
        """The variables that an attribute of type date or instant gives a value, or that name a recurring date."""
        for node in (n for part in parts for n in nodes(part)):
            if isinstance(node, s.ForEach) and node.named is not None:
                yield node.named, False
            if isinstance(node, s.Atom) and node.name in self.events:
                yield from self._given(node, self.events[node.name].attributes)

    @staticmethod
    def _given(atom: s.Atom, declared: tuple[s.AttributeDeclaration, ...]) -> Iterator[tuple[str, bool]]:
        named = {a.name: a for a in declared}
        for i, argument in enumerate(atom.args):
            found = named.get(argument.name or "", declared[i] if i < len(declared) else None)
            if isinstance(argument.term, s.Name) and found is not None and found.type in _TYPES:
                yield argument.term.text, _TYPES[found.type]

    def _part(self, part: s.Part, dates: Dates) -> Iterator[s.Part]:
        match part:
            case s.From(begin):
                begin, by = _split(begin, dates)
                yield replace(part, begin=self._moment(begin, dates))
                yield from by
            case s.ForEach(trigger):
                trigger, by = _split(trigger, dates)
                yield replace(part, trigger=trigger)
                yield from by
            case s.Until(ends):
                yield replace(part, ends=tuple(self._moment(end, dates) for end in ends))
            case s.Deadline(_, limit, of):
                named = self._moment(of, dates) if of is not None else None
                yield replace(part, limit=self._moment(limit, dates), of=named)
            case s.Otherwise(norm):
                yield replace(part, norm=self.rule(norm, dates))
            case _:
                yield part

    def _moment(self, at: Any, dates: Dates) -> Any:
        """What stands after `until`, `of`, `by` and the like."""
        match at:
            case s.Name(text) if text in dates:
                return s.DateName(text, dates[text], place=at.place)
            case s.Atom(name, (), ()) if name in dates and name not in self.taken:
                return s.DateName(name, dates[name], place=at.place)
            case s.After(_, event):
                return replace(at, event=self._moment(event, dates))
            case s.DateOf(date) | s.Through(date):
                return replace(at, date=self._moment(date, dates))
            case _:
                return at


def _split(formula: Any, dates: Dates) -> tuple[Any, tuple[s.Deadline, ...]]:
    """An event without the date that was read as one who did it, and that date as a limit."""
    if not isinstance(formula, s.Atom) or not formula.by:
        return formula, ()
    *by, last = formula.by
    if not isinstance(last, s.Name) or last.text not in dates:
        return formula, ()
    limit = s.DateName(last.text, dates[last.text], place=last.place)
    return replace(formula, by=tuple(by)), (s.Deadline("by", limit, place=last.place),)

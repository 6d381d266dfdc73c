"""What there is to exercise in a contract: its coverage items, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from attrs import evolve, field, frozen

from tenure.diagnostics import Place
from tenure.language import syntax as s
from tenure.language.print_formula import format_formula
from tenure.language.print_rules import format_head, format_part
from tenure.norms import Vocabulary
from tenure.testing.coverage.reasons import reasons_of

Kind = Literal["clause", "state", "exception", "end", "power", "reading", "reason"]
KINDS: tuple[Kind, ...] = ("clause", "state", "exception", "end", "power", "reading", "reason")


@frozen
class Item:
    """One thing that tests may exercise.

    ``name`` is unique in its contract.  ``rule``, ``part`` and ``case`` are the syntax that it is about: a rule, a part of
    it, and one end or one case of that part.
    """

    kind: Kind
    name: str
    clause: str | None = None
    place: Place | None = field(default=None, eq=False)
    rule: Any = field(default=None, eq=False, repr=False)
    part: Any = field(default=None, eq=False, repr=False)
    case: Any = field(default=None, eq=False, repr=False)


def items_of(vocabulary: Vocabulary) -> tuple[Item, ...]:
    """Every item of a contract, in the order of its text; the reasons, which have no place, come last."""
    found: list[Item] = []
    for item in vocabulary.document.items:
        match item:
            case s.Clause(name, _, rules):
                found += [i for rule in rules for i in _of_rule(name, rule, rules)]
            case s.State() | s.Classify() | s.Owner() | s.On():
                found += _of_rule(None, item, ())
            case s.EventDeclaration("act", name, by=(_, *_)) if not _is_conferred(vocabulary, name):
                found.append(Item("power", f"act {name}", None, item.place, item))
            case s.Amendment(_, name, changes=changes):
                found += [i for change in changes for i in _of_change(name, change)]
            case s.Reading(name, _, values):
                found += [
                    Item("reading", f"{name} is {v.name}", None, item.place, item, case=v.name)
                    for v in values
                ]
    found += [Item("reason", phrase) for phrase in reasons_of(vocabulary)]
    return tuple(_distinct(found))


def _distinct(items: Iterable[Item]) -> Iterator[Item]:
    """Items of one name are numbered."""
    seen: dict[str, int] = {}
    for item in items:
        seen[item.name] = seen.get(item.name, 0) + 1
        yield item if seen[item.name] == 1 else evolve(item, name=f"{item.name} ({seen[item.name]})")


def _is_conferred(vocabulary: Vocabulary, act: str) -> bool:
    """Whether some clause says who can do ``act``, so that its declaration gives nobody the power."""
    rules = (r for c in vocabulary.clauses.values() for r in c.rules if isinstance(r, s.Norm))
    return any(r.relation == "power" and isinstance(r.act, s.ActPhrase) and r.act.name == act for r in rules)


# ---------------------------------------------------------------- rules


def _of_rule(clause: str | None, rule: Any, among: tuple[Any, ...]) -> Iterator[Item]:
    if isinstance(rule, s.NoRule):
        return
    kind: Kind = "state" if isinstance(rule, s.State) else "clause"
    owner = _owner(clause, rule, among)
    yield Item(kind, owner, clause, rule.place, rule)
    if isinstance(rule, s.Norm) and rule.relation == "power":
        yield Item("power", f"{owner} used", clause, rule.place, rule)
    for part in getattr(rule, "parts", ()):
        yield from _of_part(owner, clause, rule, part)


def _owner(clause: str | None, rule: Any, among: tuple[Any, ...]) -> str:
    if isinstance(rule, s.State):
        return f"state {rule.name}"
    if clause is None:
        return format_head(rule)
    alone = sum(not isinstance(r, s.NoRule) for r in among) == 1
    return clause if alone else f"{clause}: {format_head(rule)}"


def _of_part(owner: str, clause: str | None, rule: Any, part: Any) -> Iterator[Item]:
    def item(kind: Kind, words: str, case: Any = None) -> Item:
        place = getattr(case, "place", None) or part.place
        return Item(kind, f"{owner} {words}", clause, place, rule, part, case)

    match part:
        case s.Until(ends):
            for end in ends:
                one = s.Until((end,), when=part.when)
                yield item("end", format_part(one), end)
        case s.ForLength() | s.Deadline() if getattr(part, "word", "") != "no sooner than":
            yield item("end", format_part(part))
        case s.Unless(of):
            for case in of.parts if isinstance(of, s.Or) else (of,):
                yield item("exception", f"unless {format_formula(case)}", case)
        case s.Excused(of):
            yield item("exception", format_part(part), of)
        case s.Rank(word, clauses):
            for name in clauses:
                yield item("exception", f"{word} {name}", name)
        case s.Otherwise(norm):
            place = norm.place or part.place
            yield Item("clause", f"{owner} otherwise", clause, place, norm)
            for inner in norm.parts:
                yield from _of_part(f"{owner} otherwise", clause, norm, inner)


def _of_change(amendment: str, change: s.ClauseEnds | s.Replaces) -> Iterator[Item]:
    if isinstance(change, s.Replaces):
        words = f"{change.old} replaced by {change.new} under {amendment}"
        yield Item("end", words, change.old, change.place, change, case=(amendment, change.old))
        return
    for name in change.clauses:
        yield Item("end", f"{name} ended by {amendment}", name, change.place, change, case=(amendment, name))

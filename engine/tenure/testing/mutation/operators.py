"""The mutation operators: each small change that a rule may be given, with the words for what is then so.

Every operator takes a :class:`Site` and yields changes; ``words`` completes "no test notices if …".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from attrs import frozen
from msgspec.structs import replace

from tenure.language import syntax as s
from tenure.language.print_formula import format_formula, format_length, format_term
from tenure.language.print_rules import format_head, format_part
from tenure.norms import Vocabulary
from tenure.norms.vocabulary import default_value
from tenure.testing.mutation.quantities import longer_and_shorter, moved, next_numbers
from tenure.testing.mutation.sites import Site


@frozen
class Change:
    """One change at a site: the item with it, and what is then so."""

    item: s.Item | None
    words: str


#: How many letters of a formula a sentence quotes.
_LONGEST: Final = 80

Operator = Callable[[Site, Vocabulary], Iterator[Change]]


# ---------------------------------------------------------------- dates and lengths


def date(site: Site, _: Vocabulary) -> Iterator[Change]:
    """A date a day or a year earlier or later."""
    if isinstance(site.node, s.Date):
        for other in moved(site.node.text):
            new = replace(site.node, text=other)
            yield Change(site.put(new), _dated(site, site.node.text, other))


def _dated(site: Site, old: str, new: str) -> str:
    match site.parent:
        case s.Through():
            return f"{site.owner} ended at the end of {new}, not of {old}"
        case s.Until():
            return f"{site.owner} ended at the start of {new}, not of {old}"
        case s.From():
            return f"{site.owner} began on {new}, not on {old}"
        case s.Deadline(word):
            return f"the deadline of {site.owner} were `{word} {new}`, not {old}"
        case _:
            return f"{new} stood for {old} in {site.owner}"


def through(site: Site, _: Vocabulary) -> Iterator[Change]:
    """`until` for `through`, and the other way round."""
    match site.node:
        case s.Through(s.Date() as date):
            first = {4: f"{date.text}-01-01", 7: f"{date.text}-01"}.get(len(date.text), date.text)
            yield Change(
                site.put(replace(date, text=first)),
                f"{site.owner} ended at the start of {date.text}, not at its end",
            )
        case s.Date(text) if isinstance(site.parent, s.Until) and "T" not in text:
            words = f"{site.owner} ended at the end of {text}, not at its start"
            yield Change(site.put(s.Through(site.node)), words)


def length(site: Site, _: Vocabulary) -> Iterator[Change]:
    """A duration longer or shorter by one of its units."""
    if isinstance(site.node, s.Length):
        for parts in longer_and_shorter(site.node.parts):
            new = replace(site.node, parts=parts)
            words = f"{format_length(new)} stood for {format_length(site.node)} in {site.owner}"
            yield Change(site.put(new), words)


def number(site: Site, _: Vocabulary) -> Iterator[Change]:
    """A number that is compared or reckoned with, more or less by one (or by one per cent)."""
    if isinstance(site.node, s.Number | s.Money) and isinstance(site.parent, s.Compare | s.Arithmetic):
        for new in next_numbers(site.node):
            words = f"{format_term(new)} stood for {format_term(site.node)} in {site.owner}"
            yield Change(site.put(new), words)


# ---------------------------------------------------------------- ends, exceptions, conditions


def end(site: Site, _: Vocabulary) -> Iterator[Change]:
    """An end or a term left out."""
    match site.node:
        case s.Until(ends):
            for i, one in enumerate(ends):
                rest = (*ends[:i], *ends[i + 1 :])
                words = f"{site.owner} did not end {_ended(site.node, one)}"
                yield Change(site.put(replace(site.node, ends=rest) if rest else None), words)
        case s.ForLength(span):
            yield Change(site.put(None), f"{site.owner} had no term of {format_length(span)}")


def _ended(part: s.Until, one: Any) -> str:
    return format_part(replace(part, ends=(one,), last=False, final=False))


def exception(site: Site, _: Vocabulary) -> Iterator[Change]:
    """An `unless`, one of its cases, one clause of a `despite` or a `subject to`, an excuse left out."""
    match site.node:
        case s.Unless(s.Or(parts)):
            for i, one in enumerate(parts):
                rest = (*parts[:i], *parts[i + 1 :])
                new = rest[0] if len(rest) == 1 else s.Or(rest)
                words = f"{site.owner} had no exception `{format_formula(one)}`"
                yield Change(site.put(replace(site.node, of=new)), words)
        case s.Unless() | s.Excused():
            yield Change(site.put(None), f"{site.owner} had no `{format_part(site.node)}`")
        case s.Rank(word, clauses):
            said = "were not subject to" if word == "subject to" else "did not prevail over"
            for name in clauses:
                kept = tuple(c for c in clauses if c != name)
                fewer = replace(site.node, clauses=kept) if kept else None
                yield Change(site.put(fewer), f"{site.owner} {said} {name}")


def condition(site: Site, _: Vocabulary) -> Iterator[Change]:
    """A condition left out: `while`, `if`, or one of those that an `and` joins."""
    match site.node:
        case s.Condition():
            yield Change(site.put(None), f"{site.owner} did not ask `{format_part(site.node)}`")
        case s.EventDeclaration() | s.ActionDeclaration() | s.ForEach() if site.node.condition is not None:
            words = f"{site.owner} did not ask `if {brief(site.node.condition)}`"
            yield Change(site.put(replace(site.node, condition=None)), words)
        case s.And(parts):
            for i, one in enumerate(parts):
                yield Change(site.put(_fewer(site.node, i)), f"{site.owner} did not ask `{brief(one)}`")


def alternative(site: Site, _: Vocabulary) -> Iterator[Change]:
    """One of those that an `or` joins left out; the cases of an `unless` are exceptions."""
    if isinstance(site.node, s.Or) and not isinstance(site.parent, s.Unless):
        for i, one in enumerate(site.node.parts):
            yield Change(site.put(_fewer(site.node, i)), f"`{brief(one)}` did not count in {site.owner}")


def _fewer(node: s.And | s.Or, i: int) -> s.Formula:
    rest = (*node.parts[:i], *node.parts[i + 1 :])
    return rest[0] if len(rest) == 1 else replace(node, parts=rest)


def connective(site: Site, _: Vocabulary) -> Iterator[Change]:
    """`or` for `and`, and the other way round; `whichever is last` for `whichever is first`."""
    match site.node:
        case s.And(parts):
            words = f"`or` stood for `and` in `{brief(site.node)}` of {site.owner}"
            yield Change(site.put(s.Or(parts)), words)
        case s.Or(parts):
            words = f"`and` stood for `or` in `{brief(site.node)}` of {site.owner}"
            yield Change(site.put(s.And(parts)), words)
        case s.Until(ends, last) if len(ends) > 1:
            words = f"{site.owner} ended with whichever end is {'first' if last else 'last'}"
            yield Change(site.put(replace(site.node, last=not last)), words)


def negation(site: Site, _: Vocabulary) -> Iterator[Change]:
    """A `not` left out."""
    if isinstance(site.node, s.Not):
        words = f"`{brief(site.node.of)}` stood for `{brief(site.node)}` in {site.owner}"
        yield Change(site.put(site.node.of), words)


_COMPARISONS: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "!=", "!=": "="}


def comparison(site: Site, _: Vocabulary) -> Iterator[Change]:
    """`<=` for `<`, and the like."""
    if isinstance(site.node, s.Compare):
        new = replace(site.node, op=cast("Any", _COMPARISONS[site.node.op]))
        words = f"`{format_formula(new)}` stood for `{format_formula(site.node)}` in {site.owner}"
        yield Change(site.put(new), words)


# ---------------------------------------------------------------- duties


def duty(site: Site, _: Vocabulary) -> Iterator[Change]:
    """A deadline, what is owed otherwise, or the manner of a duty left out."""
    match site.node:
        case s.Deadline():
            yield Change(site.put(None), f"{site.owner} had no deadline `{format_part(site.node)}`")
        case s.Otherwise():
            yield Change(site.put(None), f"nothing were owed otherwise under {site.owner}")
        case s.Manner(word):
            yield Change(site.put(None), f"{site.owner} did not say `{word}`")


# ---------------------------------------------------------------- who, what, and which event


def parties(site: Site, vocabulary: Vocabulary) -> Iterator[Change]:
    """The two sides of a norm changed about, or another party as the one who does an act."""
    match site.node:
        case s.Norm(_, s.Holder((s.Name() as holder,)), _, s.Name() as other):
            if holder != other and {holder.text, other.text} <= {*vocabulary.actors}:
                sides = replace(site.node.holder, parties=(other,))
                new = replace(site.node, holder=sides, counterparty=holder)
                yield Change(site.put(new), f"{holder.text} and {other.text} changed places in {site.owner}")
        case s.EventDeclaration("act", by=(s.Name(name),)):
            stranger = next((p for p in vocabulary.parties if p != name), None)
            if stranger is not None:
                changed = replace(site.node, by=(s.Name(stranger),))
                yield Change(site.put(changed), f"{stranger}, not {name}, had the power of {site.owner}")


def event(site: Site, vocabulary: Vocabulary) -> Iterator[Change]:
    """Another type of event with the same attributes."""
    if isinstance(site.node, s.Atom | s.ActPhrase):
        for other in _alike(site.node.name, vocabulary)[:2]:
            yield Change(
                site.put(replace(site.node, name=other)), f"{site.owner} said {other} for {site.node.name}"
            )


def _alike(name: str, vocabulary: Vocabulary) -> list[str]:
    if name not in vocabulary.events:
        return []
    wanted = [a.name for a in vocabulary.events[name].attributes]
    return [n for n, e in vocabulary.events.items() if n != name and [a.name for a in e.attributes] == wanted]


def kinds(site: Site, _: Vocabulary) -> Iterator[Change]:
    """One kind of thing left out, or one that was left out taken in; things whoever owns them."""
    match site.node:
        case s.KindExpression(any_of, but_not) if isinstance(site.parent, s.ForVariable):
            for name in any_of if len(any_of) > 1 else ():
                rest = tuple(n for n in any_of if n != name)
                yield Change(site.put(replace(site.node, any_of=rest)), f"{site.owner} did not cover {name}")
            for name in but_not:
                rest = tuple(n for n in but_not if n != name)
                yield Change(site.put(replace(site.node, but_not=rest)), f"{site.owner} covered {name} too")
        case s.ForVariable(owner=s.Node() as owner) if isinstance(owner, s.Name):
            words = f"{site.owner} covered what {owner.text} does not own"
            yield Change(site.put(replace(site.node, owner=None)), words)


# ---------------------------------------------------------------- whole rules, amendments, readings


def rule(site: Site, _: Vocabulary) -> Iterator[Change]:
    """A whole rule left out."""
    if site.node is site.rule and isinstance(site.node, s.Norm | s.Silence | s.Classify | s.Owner | s.On):
        where = f" of {site.clause}" if site.clause else ""
        yield Change(site.put(None), f"the rule `{format_head(site.node)}`{where} were not there")


def amendment(site: Site, _: Vocabulary) -> Iterator[Change]:
    """A clause that an amendment no longer ends or replaces."""
    match site.node:
        case s.ClauseEnds(clauses):
            for name in clauses:
                rest = tuple(c for c in clauses if c != name)
                new = replace(site.node, clauses=rest) if rest else None
                yield Change(site.put(new), f"{site.item.name} did not end {name}")
        case s.Replaces(new_clause, old):
            yield Change(site.put(None), f"{site.item.name} did not replace {old} by {new_clause}")


def default(site: Site, _: Vocabulary) -> Iterator[Change]:
    """Another value as the default of a reading; the other answer of an action on which no clause speaks."""
    match site.node:
        case s.Reading(name, _, values) if any(v.default for v in values):
            now = default_value(site.node)
            other = next((v.name for v in values if v.name != now), None)
            if other is not None:
                new = replace(site.node, values=tuple(replace(v, default=v.name == other) for v in values))
                yield Change(site.put(new), f"{other}, not {now}, were the default of {name}")
        case s.ActionDeclaration(default="permitted" | "forbidden" as now):
            other = "forbidden" if now == "permitted" else "permitted"
            yield Change(
                site.put(replace(site.node, default=cast("Any", other))),
                f"{site.owner} were {other}, where no clause speaks",
            )


def brief(formula: s.Formula) -> str:
    """A formula as it is written, cut where it is long."""
    text = format_formula(formula)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"


#: Every operator by name, in the order of the reference page.
OPERATORS: Final[dict[str, Operator]] = {
    "date": date,
    "through": through,
    "length": length,
    "number": number,
    "end": end,
    "exception": exception,
    "condition": condition,
    "alternative": alternative,
    "connective": connective,
    "negation": negation,
    "comparison": comparison,
    "duty": duty,
    "parties": parties,
    "event": event,
    "kinds": kinds,
    "rule": rule,
    "amendment": amendment,
    "default": default,
}

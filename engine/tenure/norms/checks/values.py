"""Values that do not fit: choices, kinds, parties, numbers against texts, two currencies, defaults, types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from tenure.diagnostics import Diagnostic, Place
from tenure.history.schema import ATTRIBUTE_TYPES
from tenure.language import syntax as s
from tenure.norms.checks.findings import error, listed, near
from tenure.norms.checks.names import no_actor, no_kind
from tenure.norms.checks.sites import Site, Subject
from tenure.norms.scope import is_variable
from tenure.norms.vocabulary import ANYTHING, Vocabulary

#: What each type of attribute is compared as; things, parties, kinds, choices and texts are all words.
_AS = {"number": "a number", "money": "money", "flag": "yes or no", "date": "a time", "instant": "a time"}
_WORD = "a text"


@frozen
class _Sort:
    """What sort of value a term is, where that is known; ``currency`` of an amount."""

    words: str
    currency: str | None = None


def check_values(subject: Subject) -> Iterator[Diagnostic]:
    """Every value that cannot be what stands in its place."""
    for site in subject.sites:
        if isinstance(site.unit, s.EventDeclaration):
            for attribute in site.unit.attributes:
                yield from _declared(attribute, subject.vocabulary)
        for given, attribute in given_attributes(site, subject.vocabulary):
            yield from _given(given.term, attribute, subject.vocabulary)
        yield from _done_by(site, subject.vocabulary)
        if not any(site.all(s.Compare)) and not any(site.all(s.Arithmetic)):
            continue
        sorts = _variable_sorts(site, subject.vocabulary)
        for node in site.all(s.Compare):
            yield from _compared(node, sorts, subject.vocabulary)
        for term in site.all(s.Arithmetic):
            yield from _calculated(term, sorts, subject.vocabulary)


def given_attributes(
    site: Site, vocabulary: Vocabulary
) -> Iterator[tuple[s.Argument, s.AttributeDeclaration]]:
    """The arguments of events, with the attributes that they are."""
    given: list[s.Atom | s.ActPhrase | s.Happening] = [
        *site.all(s.Atom),
        *site.all(s.ActPhrase),
        *site.all(s.Happening),
    ]
    for node in given:
        name = node.type if isinstance(node, s.Happening) else node.name
        if node.args and name in vocabulary.events:
            attributes = vocabulary.events[name].attributes
            by_name = {a.name: a for a in attributes}
            for position, argument in enumerate(node.args):
                found = by_name.get(argument.name) if argument.name else None
                if argument.name is None and position < len(attributes):
                    found = attributes[position]
                if found is not None:
                    yield argument, found


# ---------------------------------------------------------------- declarations


def _declared(attribute: s.AttributeDeclaration, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    kind = attribute.type
    if kind is not None and kind not in ATTRIBUTE_TYPES:
        advice = near(
            kind,
            ATTRIBUTE_TYPES,
            f"the types are {listed(t for t in ATTRIBUTE_TYPES if t != 'choice')}, or choices `a | b`",
        )
        yield error("TEN215", f"`{kind}` is not a type", attribute.place, advice)
        return
    if attribute.default is None or _is_none(attribute.default):
        return
    for fault in _misfit(attribute.default, attribute, vocabulary, constant=True):
        message = f"the default of `{attribute.name}` does not fit: {fault.message}"
        yield error("TEN216", message, attribute.default.place or attribute.place, fault.help)


def _done_by(site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Variables that stand for who did an event, and are the amount or the date of one."""
    doers = [t for a in site.all(s.Atom) for t in a.by if isinstance(t, s.Name)]
    sorts = _variable_sorts(site, vocabulary) if doers else {}
    for term in doers:
        sort = sorts.get(term.text)
        if sort is not None and sort.words != _WORD:
            message = f"`by {term.text}` says who did it, and `{term.text}` is {sort.words}"
            advice = f"for a limit put a comma before it: `, by {term.text}`"
            yield error("TEN213", message, term.place or site.place, advice)


def _is_none(term: s.Term) -> bool:
    return isinstance(term, s.Name) and term.text == "none"


# ---------------------------------------------------------------- arguments


def _given(term: s.Term, attribute: s.AttributeDeclaration, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    if not isinstance(term, s.Wildcard | s.Null | s.Arithmetic | s.Aggregate) and not _is_none(term):
        yield from _misfit(term, attribute, vocabulary, constant=False)


def _misfit(
    term: s.Term, attribute: s.AttributeDeclaration, vocabulary: Vocabulary, *, constant: bool
) -> Iterator[Diagnostic]:
    word = _word(term)
    if word is None:
        yield from _wrong_sort(_literal(term), attribute, term.place)
        return
    if attribute.choices:
        near_miss = next((c for c in attribute.choices if near(word, [c], "") and c != word), None)
        if word not in attribute.choices and (constant or near_miss or not _may_vary(term, vocabulary)):
            advice = near(word, attribute.choices, f"its choices: {listed(attribute.choices)}")
            yield error("TEN212", f"`{word}` is not a choice of `{attribute.name}`", term.place, advice)
    elif _may_vary(term, vocabulary) and not constant:
        return
    elif attribute.type == "kind" and word not in (ANYTHING, *vocabulary.kinds):
        yield no_kind(word, term.place, vocabulary)
    elif attribute.type == "party" and word not in vocabulary.actors:
        yield no_actor(word, term.place, vocabulary)
    elif attribute.type in _AS and not isinstance(term, s.Text):
        yield from _wrong_sort(_Sort(_WORD), attribute, term.place)


def _wrong_sort(
    sort: _Sort | None, attribute: s.AttributeDeclaration, place: Place | None
) -> Iterator[Diagnostic]:
    wanted = _AS.get(attribute.type or "", _WORD)
    if sort is not None and sort.words != wanted:
        message = f"`{attribute.name}` is {wanted}, and this is {sort.words}"
        yield error(
            "TEN213", message, place, f"give {wanted}, or declare `{attribute.name}` with another type"
        )


def _word(term: s.Term) -> str | None:
    return term.text if isinstance(term, s.Name) else term.value if isinstance(term, s.Text) else None


def _may_vary(term: s.Term, vocabulary: Vocabulary) -> bool:
    return isinstance(term, s.Name) and is_variable(term.text, vocabulary)


def _literal(term: s.Term) -> _Sort | None:
    match term:
        case s.Number():
            return _Sort("a number")
        case s.Money(_, currency):
            return _Sort("money", currency)
        case s.Flag():
            return _Sort("yes or no")
        case s.Date():
            return _Sort("a time")
        case s.Length():
            return _Sort("a length of time")
        case s.Text():
            return _Sort(_WORD)
        case _:
            return None


# ---------------------------------------------------------------- comparisons


def _variable_sorts(site: Site, vocabulary: Vocabulary) -> Mapping[str, _Sort]:
    """The sorts of the variables that the attributes of events give a value."""
    found = {}
    for argument, attribute in given_attributes(site, vocabulary):
        if isinstance(argument.term, s.Name) and is_variable(argument.term.text, vocabulary):
            found[argument.term.text] = _Sort(_AS.get(attribute.type or "", _WORD))
    if isinstance(site.unit, s.EventDeclaration):
        found.update({a.name: _Sort(_AS.get(a.type or "", _WORD)) for a in site.unit.attributes})
    return found


def _sort(term: s.Term, sorts: Mapping[str, _Sort], vocabulary: Vocabulary) -> _Sort | None:
    match term:
        case s.Name(text):
            return sorts.get(text) if is_variable(text, vocabulary) else _Sort(_WORD)
        case s.Arithmetic("*" | "/", left, right):
            sides = [_sort(t, sorts, vocabulary) for t in (left, right)]
            return next((x for x in sides if x and x.words == "money"), None)
        case s.Arithmetic(_, left, right):
            return _sort(left, sorts, vocabulary) or _sort(right, sorts, vocabulary)
        case s.Aggregate("count" | "days"):
            return _Sort("a number")
        case s.Aggregate(_, of) if of is not None:
            return _sort(of, sorts, vocabulary)
        case _:
            return _literal(term)


def _compared(compare: s.Compare, sorts: Mapping[str, _Sort], vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    op, left, right, place = compare.op, compare.left, compare.right, compare.place
    for side in (left, right):
        if isinstance(side, s.Length):
            advice = "lengths of time are not compared: months and days differ; use `within D`, `held for D`, or a number of days"
            yield error("TEN312", "a length of time cannot stand here", side.place or place, advice)
            return
    one, other = _sort(left, sorts, vocabulary), _sort(right, sorts, vocabulary)
    if _is_none(left) or _is_none(right) or one is None or other is None:
        return
    if one.words != other.words:
        yield error(
            "TEN213", f"{one.words} is compared with {other.words}", place, "compare two values of one sort"
        )
    elif one.currency and other.currency and one.currency != other.currency:
        yield _two_currencies(one.currency, other.currency, place)
    elif op not in ("=", "!=") and one.words in (_WORD, "yes or no"):
        yield error(
            "TEN213",
            f"`{op}` compares {one.words}",
            place,
            "only numbers, amounts and times have an order; use `=` or `!=`",
        )


def _calculated(
    term: s.Arithmetic, sorts: Mapping[str, _Sort], vocabulary: Vocabulary
) -> Iterator[Diagnostic]:
    one, other = _sort(term.left, sorts, vocabulary), _sort(term.right, sorts, vocabulary)
    if one is None or other is None:
        return
    if one.currency and other.currency and one.currency != other.currency:
        yield _two_currencies(one.currency, other.currency, term.place)
    elif {one.words, other.words} - {"a number", "money"}:
        worst = one if one.words not in ("a number", "money") else other
        yield error(
            "TEN213",
            f"`{term.op}` calculates with {worst.words}",
            term.place,
            "only numbers and amounts can be calculated with",
        )


def _two_currencies(one: str, other: str, place: Place | None) -> Diagnostic:
    advice = "keep one currency to a comparison, or record the converted amount as an attribute of its own"
    return error("TEN214", f"{one} meets {other}", place, advice)

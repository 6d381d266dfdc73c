"""What shows only once rules are lowered: variables that nothing binds, and circles through a negation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from attrs import evolve, frozen
from msgspec.structs import replace

from tenure.diagnostics import Diagnostic, Place, TenureError
from tenure.language import syntax as s
from tenure.logic import definitions as k
from tenure.logic.formulas import free_variables
from tenure.logic.safety import check_safe, unbound
from tenure.logic.strata import NegativeCycle, stratify
from tenure.norms.checks.findings import error, label
from tenure.norms.checks.sites import Site, Subject
from tenure.norms.lowering import Lowering, Meaning
from tenure.norms.terms import placed
from tenure.norms.vocabulary import Vocabulary
from tenure.time import Recurrence

#: Errors that may only be there because another rule was set aside.
_FOLLOW_ON = ("TEN316",)
#: Errors that only lowering finds.
_ONLY_ASKED = ("TEN204", "TEN316", "TEN516")
_WHOLE = {"kind": "the kind of things", "owner": "the owner of things"}
_RELATION = re.compile(r"(?:(?P<how>[a-z]+):)?(?P<sort>force|base|run|state|amendment|kind):(?P<name>[^#/]+)")


def check_meaning(subject: Subject, errors: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Lower the contract without the rules in which ``errors`` were found, and report what is still wrong.

    A rule that cannot be lowered is reported and set aside too, so that it hides nothing in another.
    """
    by_place = {
        node.place: site for site in subject.sites for node in site.nodes if getattr(node, "place", None)
    }
    aside = {id(site.unit): site for e in errors if e.place and (site := by_place.get(e.place))}
    while True:
        reduced = _without(subject.vocabulary, aside)
        try:
            lowering = Lowering(reduced, reduced.default_choice())
            meaning = lowering.run()
            break
        except TenureError as fault:
            yield from (d for d in fault.diagnostics if not _follows_on(d, aside.values()))
            found = {
                id(site.unit): site for d in fault.diagnostics if d.place and (site := by_place.get(d.place))
            }
            if not found.keys() - aside.keys():
                return
            aside |= found
    names = _Names(subject, meaning)
    skipped = {f"state:{site.unit.name}" for site in aside.values() if isinstance(site.unit, s.State)}
    yield from _unbound(meaning, names, skipped)
    yield from _circles(meaning, names)
    asked = _only_asked(subject, lowering)
    yield from (d for d in asked if not _follows_on(d, aside.values()))


def _only_asked(subject: Subject, lowering: Lowering) -> Iterator[Diagnostic]:
    """What has no meaning where scenarios and properties ask for it: their formulas are not lowered with the rules."""
    for site in subject.sites:
        for node in site.nodes if site.looks_ahead else ():
            try:
                if isinstance(node, s.Recurring):
                    placed(node.place, partial(Recurrence.parse, node.text))
                elif isinstance(node, s.Atom) and _is_of_clause(node, subject.vocabulary):
                    lowering.formulas.atom(node, frozenset())
            except TenureError as fault:
                yield from (d for d in fault.diagnostics if d.code in _ONLY_ASKED)


def _is_of_clause(atom: s.Atom, vocabulary: Vocabulary) -> bool:
    declared = atom.name in vocabulary.events or atom.name in vocabulary.states
    return not declared and bool(atom.args)


# ---------------------------------------------------------------- rules set aside


def _follows_on(found: Diagnostic, aside: Iterable[Site]) -> bool:
    """Whether a clause only lacks what it is asked for because its rule was set aside."""
    clauses = [f"`{site.clause}`" for site in aside if isinstance(site.unit, s.Norm)]
    return found.code in _FOLLOW_ON and any(clause in found.message for clause in clauses)


def _without(vocabulary: Vocabulary, aside: Mapping[int, Site]) -> Vocabulary:
    """The contract without some rules; what they declare keeps its name."""
    if not aside:
        return vocabulary
    items = tuple(kept for i in vocabulary.document.items for kept in _kept(i, aside))
    states = {n: _blank(state) if id(state) in aside else state for n, state in vocabulary.states.items()}
    return evolve(
        vocabulary,
        document=replace(vocabulary.document, items=items),
        states=states,
        events={i.name: i for i in items if isinstance(i, s.EventDeclaration)},
        actions={i.name: i for i in items if isinstance(i, s.ActionDeclaration)},
        clauses={i.name: i for i in items if isinstance(i, s.Clause)},
        amendments={i.name: i for i in items if isinstance(i, s.Amendment)},
    )


def _kept(item: s.Item, aside: Mapping[int, Site]) -> Iterator[s.Item]:
    if isinstance(item, s.Clause):
        yield replace(item, rules=tuple(r for r in item.rules if id(r) not in aside))
        return
    if id(item) not in aside:
        yield item
        return
    match item:
        case s.EventDeclaration():
            yield replace(item, condition=None)
        case s.ActionDeclaration():
            yield replace(item, condition=None, done_by=())
        case s.Amendment():
            yield replace(item, begin=s.Date("2000"), retroactive=None, changes=())
        case s.State():
            yield _blank(item)
        case _:
            return


def _blank(state: s.State) -> s.State:
    return replace(state, means=s.Unknown("its rule has no meaning"), parts=())


# ---------------------------------------------------------------- names of relations


@frozen
class _Named:
    words: str
    place: Place | None


class _Names:
    """From the relations of the kernel back to the rules of the contract."""

    def __init__(self, subject: Subject, meaning: Meaning) -> None:
        self.vocabulary = subject.vocabulary
        self._norms = {p.force.partition(":")[2]: p for p in meaning.supports if p.norm is not None}

    def of(self, definition: k.Definition) -> _Named | None:
        """The rule that a definition comes from, where it is a rule of its own."""
        found = _RELATION.fullmatch(definition.name.partition("/")[0].partition("#")[0])
        if definition.name in _WHOLE:
            return _Named(_WHOLE[definition.name], None)
        if found is None:
            return self._clause(definition.clause)
        sort, name = found["sort"], found["name"]
        if sort == "state" and name in self.vocabulary.states:
            return _Named(f"state `{name}`", self.vocabulary.states[name].place)
        if sort == "amendment" and name in self.vocabulary.amendments:
            return _Named(f"amendment `{name}`", self.vocabulary.amendments[name].place)
        if sort == "kind":
            place = next((i.place for i in self.vocabulary.items(s.Kinds) if name in i.names), None)
            return _Named(f"kind `{name}`", place)
        support = self._norms.get(definition.name.partition(f"{sort}:")[2].partition("/")[0])
        if support is not None and support.norm is not None:
            return _Named(f"`{support.clause}`", support.norm.place)
        return self._clause(definition.clause)

    def _clause(self, clause: str | None) -> _Named | None:
        found = self.vocabulary.clauses.get(clause or "")
        return _Named(f"`{clause}`", found.place) if found else None


# ---------------------------------------------------------------- unbound variables


def _unbound(meaning: Meaning, names: _Names, skipped: set[str]) -> Iterator[Diagnostic]:
    seen: set[tuple[str, str]] = set()
    for definition in meaning.program.definitions:
        if definition.name.partition("/")[0] in skipped:
            continue
        for name in sorted(unbound(definition)):
            rule = names.of(definition)
            words = rule.words if rule else "this rule"
            if not name.startswith("_") and (words, name) not in seen:
                seen.add((words, name))
                yield _nothing_binds(name, words, rule.place if rule else None)
    for type_, rules in meaning.program.acts.items():
        for act in rules:
            bound = free_variables(act.attempt)
            for name in sorted(check_safe(act.condition, bound) | check_safe(act.power, bound)):
                if not name.startswith("_"):
                    yield _nothing_binds(name, f"act `{type_}`", names.vocabulary.events[type_].place)


def _nothing_binds(name: str, words: str, place: Place | None) -> Diagnostic:
    advice = f"bind `{name}` in an event (`from EVENT(… = {name})`) or with `for {name}: KIND`; a constant has a capital or stands in quotes"
    return error("TEN207", f"nothing in {words} says what `{name}` is", place, advice)


# ---------------------------------------------------------------- circles


def _circles(meaning: Meaning, names: _Names) -> Iterator[Diagnostic]:
    definitions = meaning.program.definitions
    owners = {n: d for d in definitions for n, _ in k.relations_of(d)}
    while isinstance(circle := stratify(definitions), NegativeCycle):
        rules = [r for n in circle.names if n in owners and (r := names.of(owners[n]))]
        yield _circle(_shortened(rules))
        definitions = tuple(d for d in definitions if d.name not in circle.names)


def _shortened(rules: list[_Named]) -> list[_Named]:
    """The circle with one mention for each rule, however many relations it takes."""
    short = [r for i, r in enumerate(rules) if i == 0 or r.words != rules[i - 1].words]
    return short[:-1] if len(short) > 1 and short[0].words == short[-1].words else short


def _circle(rules: list[_Named]) -> Diagnostic:
    if not rules:
        return error("TEN301", "some rules depend on their own absence", None)
    said = " ← ".join([*(r.words for r in rules), rules[0].words])
    advice = "let one of them look at the instant before (`entering`), begin at an event (`from`), or give one priority with `despite`"
    places = [x for r in rules[1:] for x in label(r.place, r.words)]
    first = next((r.place for r in rules if r.place is not None), None)
    return error("TEN301", f"{rules[0].words} depends on its own absence: {said}", first, advice, *places)

"""Variables that occur only once in a rule: probably a constant that was not declared, or a slip of the pen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tenure.diagnostics import Diagnostic, Place
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.norms.acts import COUNTERPARTY
from tenure.norms.checks.findings import near, warning
from tenure.norms.checks.sites import Site, Subject
from tenure.norms.checks.values import given_attributes
from tenure.norms.scope import is_variable
from tenure.norms.vocabulary import Vocabulary

_SHORT = 2


def check_variables(subject: Subject) -> Iterator[Diagnostic]:
    """Variables that could as well be `_`."""
    for site in subject.sites:
        if not isinstance(site.unit, s.Scenario):
            yield from _once(site, subject.vocabulary)


def _once(site: Site, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    names = list(_mentions(site, vocabulary))
    counted = Counter(n.text for n in names)
    declared = Counter((*_declared(site), *_of_targets(site, vocabulary), *_given_meaning(site)))
    exempt = {id(n) for n in _of_acts(site)}
    for name in names:
        if counted[name.text] + declared[name.text] == 1 and id(name) not in exempt and name.text != "none":
            yield _finding(name.text, name.place or site.place, site, vocabulary)


def _mentions(site: Site, vocabulary: Vocabulary) -> Iterator[s.Name]:
    """The variables of terms; neither choices of an attribute nor readings are variables."""
    choices = {
        id(g.term)
        for g, a in given_attributes(site, vocabulary)
        if getattr(g.term, "text", None) in a.choices
    }
    targets = {id(a.args[0].term) for a in site.all(s.Atom) if a.args and a.name not in vocabulary.events}
    constants = {id(attribute.default) for attribute in site.all(s.AttributeDeclaration)}
    for name in site.all(s.Name):
        if id(name) in choices or id(name) in constants or name.text in vocabulary.readings:
            continue
        if id(name) in targets and vocabulary.clauses_under(name.text):
            continue
        if is_variable(name.text, vocabulary):
            yield name


def _declared(site: Site) -> Iterator[str]:
    """The names that the rule itself introduces."""
    for node in site.nodes:
        match node:
            case s.ForVariable(variable) | s.DateName(variable):
                yield variable
            case s.ForEach(named=str(variable)):
                yield variable
            case s.Exists(variables) | s.ForEvery(variables):
                yield from variables
            case s.State(_, parameters):
                yield from parameters
            case s.Parameter(name) | s.AttributeDeclaration(name):
                yield name
            case s.Classify(thing) | s.Owner(thing):
                yield thing
            case _:
                pass


def _of_targets(site: Site, vocabulary: Vocabulary) -> Iterator[str]:
    """The names in the clauses that an `on` rule acts upon: it shares its variables with them."""
    clauses = {
        c for rule in site.all(s.On) for target in rule.targets for c in vocabulary.clauses_under(target)
    }
    for clause in sorted(clauses):
        for rule in vocabulary.clauses[clause].rules:
            if isinstance(rule, s.Norm):
                yield from (node.text for node in nodes(rule) if isinstance(node, s.Name))


def _given_meaning(site: Site) -> Iterator[str]:
    """Names with a meaning of their own: the other side of a norm, and the amount that is set off."""
    if isinstance(site.unit, s.ActionDeclaration):
        yield COUNTERPARTY
    for rule in site.all(s.On):
        if rule.verb == "set off" and isinstance(rule.trigger, s.Atom):
            yield from (
                a.term.text for a in rule.trigger.args if a.name == "amount" and isinstance(a.term, s.Name)
            )


def _of_acts(site: Site) -> Iterator[s.Term]:
    """The arguments of acts: one that nothing binds is an error of its own, or is left open to whoever has the power."""
    for act in site.all(s.ActPhrase):
        yield from (argument.term for argument in act.args)


def _finding(name: str, place: Place | None, site: Site, vocabulary: Vocabulary) -> Diagnostic:
    choices = [c for e in vocabulary.events.values() for a in e.attributes for c in a.choices]
    known = (
        *vocabulary.kinds,
        *vocabulary.actors,
        *vocabulary.clauses,
        *vocabulary.actions,
        *choices,
        *_others(name, site),
    )
    if name in choices:
        advice = f'write `"{name}"`: outside an event, a choice stands in quotes'
        return warning(
            "TEN219", f"`{name}` occurs only once in {site.words}: it stands for anything", place, advice
        )
    # Two letters are near to everything.
    advice = near(
        name,
        known if len(name) > _SHORT else (),
        f'write `_` for anything, or `"{name}"` if it is the name of one thing',
    )
    return warning(
        "TEN219", f"`{name}` occurs only once in {site.words}: it stands for anything", place, advice
    )


def _others(name: str, site: Site) -> set[str]:
    return ({n.text for n in site.all(s.Name)} | set(_declared(site))) - {name}

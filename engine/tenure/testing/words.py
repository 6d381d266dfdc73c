"""What the attributes of a contract's events may say: the values that its own rules speak of, and a few beside them.

Attributes that share a variable somewhere in a rule share their values, so that what one event names another may refer
to; a constant that a rule compares with one of them is a value of all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from math import isqrt
from typing import Any

from tenure.diagnostics import TenureError
from tenure.history import Money
from tenure.history.values import REQUIRED
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.norms import Vocabulary
from tenure.norms.acts import COUNTERPARTY, align
from tenure.norms.scope import is_variable
from tenure.norms.vocabulary import ANYTHING, PARTY, constant

#: A place where a value may stand: an argument of something declared, a variable of one rule, or all of one nature.
Slot = tuple[Any, ...]
_ANY: Slot = ("any", ANYTHING)
_ACTOR: Slot = ("any", PARTY)
_OWNER: Slot = ("any", "owner")
_KIND: Slot = ("any", "kind")

#: How many things a random history has of one sort; few, so that events meet.
THINGS = 3
#: The most often named value comes up this many times as often as one that is named once.
MOST_WEIGHT = 8
_PLAIN_AMOUNTS = (100, 1, 1000, 0)


class Words:
    """The values of every attribute of ``vocabulary``, each list with its likeliest value first."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._parent: dict[Slot, Slot] = {}
        self._named: dict[Slot, Counter[Any]] = {}
        self._limits: dict[Slot, Counter[Any]] = {}
        for number, rule in enumerate(_rules(vocabulary)):
            self._read(rule, number)
        for event in vocabulary.events.values():
            for attribute in event.attributes:
                if attribute.type in (None, ANYTHING) and not attribute.choices:
                    self._join(("name", attribute.name), (event.name, attribute.name))
        self._sorts = self._gathered(self._named)
        self._thresholds = self._gathered(self._limits)
        self._currencies = tuple(dict.fromkeys(_currencies(vocabulary))) or ("USD",)

    @property
    def constants(self) -> Iterator[str]:
        """The names by which rules call things, and the kinds."""
        yield from self.vocabulary.kinds
        for counted in self._sorts.values():
            yield from (value for value in counted if isinstance(value, str))

    def values(self, event: str, attribute: s.AttributeDeclaration) -> tuple[Any, ...]:
        """What ``attribute`` may be, the likeliest first and several times; dates are left to the clock."""
        slot = self._root((event, attribute.name))
        found = tuple(v for v in self._typed(attribute, slot) if self._fits(attribute, v))
        default = self.vocabulary.schema.event_types[event].attributes
        given = next(a.default for a in default if a.name == attribute.name)
        return found if given is REQUIRED else (given, given, *found)

    def _fits(self, attribute: s.AttributeDeclaration, value: Any) -> bool:
        """Whether a name that rules use is one that the attribute may have."""
        allowed = {"party": self.vocabulary.actors, "kind": self.vocabulary.kinds}.get(attribute.type or "")
        return allowed is None or value in allowed

    def _typed(self, attribute: s.AttributeDeclaration, slot: Slot) -> tuple[Any, ...]:
        named = self._sorts.get(slot, Counter())
        if attribute.choices:
            return attribute.choices
        match attribute.type:
            case "flag":
                return (True, False)
            case "kind":
                spoken = self._sorts.get(self._root(_KIND), Counter())
                return (*_weighted(_kept(named + spoken, str)), *self.vocabulary.kinds)
            case "party":
                return (*_weighted(_kept(named, str)), *self._actors)
            case "number":
                return self._numbers(slot)
            case "money":
                return self._money(slot)
            case _:
                return self._names(attribute, slot, _kept(named, str))

    def _names(self, attribute: s.AttributeDeclaration, slot: Slot, named: Counter[Any]) -> tuple[Any, ...]:
        known = _weighted(named)
        if slot in (self._root(_ACTOR), self._root(_OWNER)):
            return (*known, *self._actors)
        first, *others = (f"{attribute.name} {i + 1}" for i in range(THINGS))
        return (*known, first) if known or attribute.type == "text" else (first, first, *others)

    @property
    def _actors(self) -> tuple[str, ...]:
        """The parties, and a few of the others: rules name those who matter."""
        return (*self.vocabulary.parties, *self.vocabulary.parties, *self.vocabulary.others[:THINGS])

    def _numbers(self, slot: Slot) -> tuple[Any, ...]:
        named = _kept(self._sorts.get(slot, Counter()), int, Decimal)
        limits = _kept(self._thresholds.get(slot, Counter()), int, Decimal)
        near = [n + step for n in limits for step in (0, -1, 1)]
        halves = [n // 2 for n in limits if isinstance(n, int)]
        return tuple(n for n in (*_weighted(named), *near, *halves, *_PLAIN_AMOUNTS) if n >= 0)

    def _money(self, slot: Slot) -> tuple[Any, ...]:
        named = _kept(self._sorts.get(slot, Counter()), Money)
        limits = _kept(self._thresholds.get(slot, Counter()), Money)
        cent = Decimal("0.01")
        near = [Money(m.amount + step, m.currency) for m in limits for step in (0, -cent, cent)]
        currency = next((m.currency for m in (*named, *limits)), self._currencies[0])
        plain = [Money(Decimal(n), currency) for n in _PLAIN_AMOUNTS]
        return (*_weighted(named), *near, *plain)

    # ------------------------------------------------------------ slots

    def _root(self, slot: Slot) -> Slot:
        while (above := self._parent.get(slot, slot)) != slot:
            slot = above
        return slot

    def _join(self, one: Slot, other: Slot) -> None:
        self._parent[self._root(one)] = self._root(other)

    def _gathered(self, of: dict[Slot, Counter[Any]]) -> dict[Slot, Counter[Any]]:
        found: dict[Slot, Counter[Any]] = {}
        for slot, counted in of.items():
            found.setdefault(self._root(slot), Counter()).update(counted)
        return found

    # ------------------------------------------------------------ reading the rules

    def _read(self, rule: s.Node, number: int) -> None:
        for name in _own_names(rule):
            self._join((number, name), (getattr(rule, "name", ""), name))
        for node in nodes(rule):
            self._look(node, number)

    def _look(self, node: Any, number: int) -> None:
        match node:
            case s.Atom(name, args, by):
                parameters = self._parameters(name)
                for place, argument in enumerate(args):
                    slot = argument.name or (parameters[place] if place < len(parameters) else place)
                    self._put((name, slot), argument.term, number)
                for actor in by:
                    self._put(_ACTOR, actor, number, keep=False)
            case s.ActPhrase(name):
                self._act(node, number)
            case s.Is(s.Name(text)) | s.OwnedBy(s.Name(text)) if text not in self.vocabulary.readings:
                self._join((number, text), _ANY)
                self._belongs(node, number)
            case s.ForVariable(variable, kinds):
                self._join((number, variable), _ACTOR if PARTY in kinds.any_of else _ANY)
                self._belongs(node, number)
            case s.Classify(thing) | s.Owner(thing):
                self._join((number, thing), _ANY)
                self._belongs(node, number)
            case s.Compare():
                self._compare(node, number)

    def _belongs(self, node: s.Is | s.OwnedBy | s.ForVariable | s.Classify | s.Owner, number: int) -> None:
        """Of which kinds things are, and whose, as rules speak of it."""
        owner = getattr(node, "owner", None)
        if owner is not None:
            self._put(_OWNER, owner, number)
        if isinstance(node, s.Classify):
            self._put(_KIND, node.kind, number)
        if isinstance(node, s.Is | s.ForVariable):
            counted = self._named.setdefault(_KIND, Counter())
            counted.update((*node.kinds.any_of, *node.kinds.but_not))

    def _act(self, node: s.ActPhrase, number: int) -> None:
        try:
            given = align(self.vocabulary, node)
        except TenureError:  # the checker's business
            return
        for parameter, term in given.items():
            self._put((node.name, parameter), term, number)

    def _compare(self, node: s.Compare, number: int) -> None:
        """A limit that a rule sets to a value, or to a sum over values."""
        for side, other in ((node.left, node.right), (node.right, node.left)):
            value = self._constant(other)
            if value is None:
                continue
            measured = (
                n.of if isinstance(n, s.Aggregate) else n
                for n in nodes(side)
                if isinstance(n, s.Name | s.Aggregate)
            )
            for term in measured:
                if isinstance(term, s.Name):
                    self._limits.setdefault((number, term.text), Counter())[value] += 1
                    self._named.setdefault((number, term.text), Counter())[value] += node.op in ("=", "!=")

    def _put(self, slot: Slot, term: s.Term, number: int, *, keep: bool = True) -> None:
        if isinstance(term, s.Name) and term.text == COUNTERPARTY:
            self._join(slot, _ACTOR)
        elif isinstance(term, s.Name) and is_variable(term.text, self.vocabulary):
            self._join((number, term.text), slot)
        elif keep and (value := self._constant(term)) is not None:
            self._named.setdefault(slot, Counter())[value] += 1

    def _parameters(self, name: str) -> tuple[Any, ...]:
        if name in self.vocabulary.states:
            return self.vocabulary.states[name].parameters
        return self.vocabulary.parameters(name)

    def _constant(self, term: s.Term) -> Any:
        plain = isinstance(term, s.Name | s.Text | s.Number | s.Money | s.Flag)
        return constant(term, self.vocabulary.zone) if plain else None


def mentions(vocabulary: Vocabulary) -> Counter[str]:
    """How often the rules of a contract speak of each event, those that do an act as often as the act."""
    found: Counter[str] = Counter()
    acts: Counter[str] = Counter()
    for rule in _rules(vocabulary):
        for node in nodes(rule):
            if isinstance(node, s.Atom):
                found[node.name] += 1
            elif isinstance(node, s.ActPhrase):
                acts[node.name] += 1
    for action in vocabulary.actions.values():
        for event in action.done_by:
            found[event.name] += acts[action.name]
    found.update(acts)
    return Counter({name: found[name] for name in vocabulary.events})


def _rules(vocabulary: Vocabulary) -> Iterator[s.Node]:
    """Everything with variables of its own, properties too: a story should be able to break them."""
    for item in vocabulary.document.items:
        if isinstance(item, s.Clause):
            yield from item.rules
        elif not isinstance(item, s.Scenario):
            yield item


def _own_names(rule: s.Node) -> tuple[str, ...]:
    match rule:
        case s.EventDeclaration(attributes=attributes):
            return tuple(a.name for a in attributes)
        case s.ActionDeclaration(parameters=parameters):
            return tuple(p.name for p in parameters)
        case s.State(parameters=names):
            return names
        case _:
            return ()


def _currencies(vocabulary: Vocabulary) -> Iterator[str]:
    for rule in _rules(vocabulary):
        yield from (node.currency for node in nodes(rule) if isinstance(node, s.Money))


def _kept(counted: Counter[Any], *types: type) -> Counter[Any]:
    return Counter({v: n for v, n in counted.items() if isinstance(v, types) and not isinstance(v, bool)})


def _weighted(counted: Counter[Any]) -> tuple[Any, ...]:
    """Each value by the square root of how often it is named."""
    return tuple(v for v, n in counted.most_common() for _ in range(min(isqrt(max(n, 1)), MOST_WEIGHT)))

"""Where rules stand: each rule of a contract with its clause, its variables and all syntax below it, collected once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from attrs import field, frozen

from tenure.diagnostics import Place
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.norms.vocabulary import Vocabulary

Node = TypeVar("Node")


@frozen
class Site:
    """One rule, declaration, scenario or property: a stretch of the text with variables of its own."""

    unit: Any
    clause: str | None
    nodes: tuple[Any, ...] = field(repr=False)
    _by_class: dict[type, list[Any]] = field(factory=dict, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        for node in self.nodes:
            self._by_class.setdefault(node.__class__, []).append(node)

    @property
    def place(self) -> Place | None:
        """Where the unit stands."""
        found: Place | None = self.unit.place
        return found

    @property
    def parts(self) -> tuple[s.Part, ...]:
        """The parts of the span and the conditions, where the unit has any."""
        found: tuple[s.Part, ...] = getattr(self.unit, "parts", ())
        return found

    @property
    def looks_ahead(self) -> bool:
        """Properties and scenarios are about whole timelines; rules can only look back."""
        return isinstance(self.unit, s.Property | s.Scenario)

    @property
    def words(self) -> str:
        """How a message names the unit."""
        match self.unit:
            case s.State(name):
                return f"state `{name}`"
            case s.EventDeclaration(word, name):
                return f"{word} `{name}`"
            case s.ActionDeclaration(name):
                return f"action `{name}`"
            case s.Amendment(word, name):
                return f"{word} `{name}`"
            case s.Property(name) | s.Scenario(name):
                return f'"{name}"'
            case _:
                return f"`{self.clause}`" if self.clause else "this rule"

    def all(self, kind: type[Node]) -> Iterator[Node]:
        """The nodes of one class, in the order of the text."""
        return iter(self._by_class.get(kind, ()))


@frozen
class Subject:
    """A contract under examination."""

    vocabulary: Vocabulary
    sites: tuple[Site, ...]

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Subject:
        """All rules of the contract, in the order of the text."""
        return cls(vocabulary, tuple(_sites(vocabulary.document)))

    def norms(self) -> Iterator[tuple[Site, s.Norm]]:
        """The norms of clauses."""
        return ((site, site.unit) for site in self.sites if isinstance(site.unit, s.Norm) and site.clause)

    def norms_under(self, clause: str) -> list[s.Norm]:
        """The norms of a clause and of its sub-clauses."""
        clauses = (self.vocabulary.clauses[c] for c in self.vocabulary.clauses_under(clause))
        return [r for c in clauses for r in c.rules if isinstance(r, s.Norm)]

    def rules(self, kind: type[Node]) -> Iterator[Node]:
        """Rules of one class, in clauses or outside."""
        return (site.unit for site in self.sites if isinstance(site.unit, kind))


def _sites(document: s.Document) -> Iterator[Site]:
    for item in document.items:
        if isinstance(item, s.Clause):
            for rule in item.rules:
                yield from _site(rule, item.name)
        elif not isinstance(item, s.Header | s.Setting | s.Actors | s.Kinds | s.Reading):
            yield from _site(item, None)


def _site(unit: Any, clause: str | None) -> Iterator[Site]:
    yield Site(unit, clause, tuple(nodes(unit)))

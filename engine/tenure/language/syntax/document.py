"""The whole contract as written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tenure.diagnostics import Place
from tenure.language.syntax.items import (
    ActionDeclaration,
    Actors,
    Amendment,
    Clause,
    EventDeclaration,
    Header,
    Kinds,
    Reading,
    Setting,
)
from tenure.language.syntax.norms import Classify, On, Owner, State
from tenure.language.syntax.shared import Node
from tenure.language.syntax.stories import Property, Scenario, StockOff

Item = (
    Header | Setting | Actors | Kinds | EventDeclaration | ActionDeclaration | Reading | Classify | Owner | State | On
    | Clause | Amendment | Scenario | Property | StockOff
)  # fmt: skip


class Section(Node, frozen=True, eq=False):
    """The prose under one heading of the Markdown file: what a clause quotes, and from where."""

    heading: str
    quotes: tuple[str, ...] = ()
    prose: str = ""
    place: Place | None = None


NO_SECTIONS: Final[Mapping[str, Section]] = MappingProxyType({})


class Document(Node, frozen=True, eq=False):
    """A contract as written: its items in order, and the prose section of each clause by the clause's id."""

    items: tuple[Item, ...]
    sections: Mapping[str, Section] = NO_SECTIONS

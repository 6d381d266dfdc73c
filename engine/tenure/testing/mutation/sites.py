"""The places in a contract at which something can be changed: every syntax node of its rules, and how to put another there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from attrs import frozen
from msgspec.structs import replace

from tenure.diagnostics import Place
from tenure.language import syntax as s
from tenure.language.print_rules import format_head
from tenure.language.syntax.shared import compared

#: Items that say what the contract means; the others name it, or test it.
MEANING = (
    s.Amendment, s.ActionDeclaration, s.Classify, s.Clause, s.EventDeclaration, s.On, s.Owner, s.Reading, s.State,
)  # fmt: skip

#: Puts another node in the place of a node, or takes it out with ``None``; gives the changed item.
Put = Callable[[Any], s.Item]


@frozen
class Site:
    """A node, the nodes around it from the item down, and how to put another in its place."""

    node: Any
    around: tuple[s.Node, ...]
    put: Put

    @property
    def item(self) -> Any:
        """The item of the contract in which the node stands."""
        return self.around[0] if self.around else self.node

    @property
    def parent(self) -> Any:
        """The node around this one, or None."""
        return self.around[-1] if self.around else None

    @property
    def clause(self) -> str | None:
        """The clause in which the node stands."""
        return self.item.name if isinstance(self.item, s.Clause) else None

    @property
    def rule(self) -> Any:
        """The rule of the clause in which the node stands, or the item where it stands in no clause."""
        below = (*self.around, self.node)[1:2]
        return below[0] if isinstance(self.item, s.Clause) and below else self.item

    @property
    def place(self) -> Place | None:
        """Where the node stands, or the nearest around it that knows where."""
        nodes = (self.node, *reversed(self.around))
        return next((p for n in nodes if (p := getattr(n, "place", None)) is not None), None)

    @property
    def owner(self) -> str:
        """The rule as a sentence names it: `C04`, `C02 (license_others)`, `state shipped`."""
        item = self.item
        match item:
            case s.Clause() if len(item.rules) > 1 and self.rule is not item:
                return f"{item.name} ({_in_short(self.rule)})"
            case s.Clause():
                return item.name
            case s.State() | s.Reading() | s.Amendment():
                return f"{_WORDS[type(item)]} {item.name}"
            case s.EventDeclaration(word, name):
                return f"{word} {name}"
            case s.ActionDeclaration(name):
                return f"action {name}"
            case _:
                return f"`{format_head(item)}`"


_WORDS: dict[type, str] = {s.State: "state", s.Reading: "reading", s.Amendment: "amendment"}


def _in_short(rule: Any) -> str:
    match rule:
        case s.Norm(relation, _, s.ActPhrase(name)):
            return name if relation != "disability" else f"cannot {name}"
        case s.State(name):
            return f"state {name}"
        case _:
            return format_head(rule)


def sites(document: s.Document) -> Iterator[tuple[int, Site]]:
    """Every place in the rules of ``document``, in the order of the text, with the number of its item."""
    for number, item in enumerate(document.items):
        if isinstance(item, MEANING):
            for site in _below(item, (), lambda new: new):
                yield number, site


def _below(node: Any, around: tuple[s.Node, ...], put: Put) -> Iterator[Site]:
    yield Site(node, around, put)
    inner = (*around, node)
    kind: type[s.Node] = type(node)
    for name in compared(kind):
        value = getattr(node, name)
        if isinstance(value, s.Node):
            yield from _below(value, inner, _into(node, name, put))
        elif isinstance(value, tuple):
            for i, part in enumerate(value):
                if isinstance(part, s.Node):
                    yield from _below(part, inner, _into_tuple(node, name, i, put))


def _into(node: Any, name: str, put: Put) -> Put:
    return lambda new: put(replace(node, **{name: new}))


def _into_tuple(node: Any, name: str, i: int, put: Put) -> Put:
    def placed(new: Any) -> s.Item:
        value = getattr(node, name)
        return put(replace(node, **{name: (*value[:i], *(() if new is None else (new,)), *value[i + 1 :])}))

    return placed

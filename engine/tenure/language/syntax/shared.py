"""What all syntax nodes share: where they were written, and the comments beside them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar

from msgspec import Struct


class Node(Struct, frozen=True, eq=False):
    """A frozen syntax class; where and how a node was written, and the comments beside it, do not make it another node.

    `msgspec.Struct` because the classes are many: it makes them thirty times faster than generated methods do, and
    a command that answers one question starts by making all of them.
    """

    #: Fields that take no part in equality.
    ASIDE: ClassVar[frozenset[str]] = frozenset(("place", "comments", "percent", "sections", "said_first"))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in compared(type(self)))

    def __ne__(self, other: object) -> bool:
        # `Struct` has one of its own, which knows nothing of `__eq__`.
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in compared(type(self)))))

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in compared(type(self))]

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({shown})"


@cache
def compared(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a syntax class that make a node what it is, in order."""
    return tuple(name for name in kind.__struct_fields__ if name not in Node.ASIDE)


def nodes(node: Node) -> Iterator[Any]:
    """``node`` and every syntax node below it."""
    yield node
    for name in compared(node.__class__):
        yield from _below(getattr(node, name))


def _below(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for item in value:
            yield from _below(item)
    elif isinstance(value, Node):
        yield from nodes(value)


class Comments(Struct, frozen=True):
    """What stands before a unit on lines of its own, and what follows it on the line of its head.

    After the last unit of a text, ``after`` may go on with the comment lines that close the text.  ``apart``: an empty
    line parts the unit from what was before it.
    """

    before: tuple[str, ...] = ()
    after: str | None = None
    apart: bool = False


NO_COMMENTS = Comments()

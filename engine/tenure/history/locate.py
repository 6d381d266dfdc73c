"""Where in a line of JSON the keys stand: read only when something is wrong with the line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from attrs import frozen

_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|[{}\[\]]')


@frozen
class KeyPlace:
    """A key: the keys that lead to it and itself, a number for the object it is in, and its column from 1."""

    path: tuple[str, ...]
    object: int
    column: int


def keys(text: str) -> Iterator[KeyPlace]:
    """Every key of a well-formed line, from left to right."""
    open_brackets: list[tuple[int, tuple[str, ...]]] = []
    serial = 0
    last: tuple[str, ...] = ()
    for token in _TOKEN.finditer(text):
        string, colon = token.groups()
        if string is None and token.group() in "{[":
            serial += 1
            open_brackets.append((serial, last))
        elif string is None and open_brackets:
            last = open_brackets.pop()[1]
        elif string is not None and colon and open_brackets:
            number, around = open_brackets[-1]
            last = (*around, msgspec.json.decode(string, type=str))
            yield KeyPlace(last, number, token.start() + 1)


def column_of(text: str, path: tuple[str, ...]) -> int | None:
    """The column of the key at ``path``, or of the nearest key around it that is there."""
    found = {key.path: key.column for key in keys(text)} if path else {}
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


def repeated_key(text: str) -> KeyPlace | None:
    """The first key that its object has already."""
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for key in keys(text):
        if (key.object, key.path) in seen:
            return key
        seen.add((key.object, key.path))
    return None


def depth(line: bytes) -> int:
    """How deep brackets nest, strings left out; broken lines are counted as far as they go."""
    deepest = level = 0
    for bracket in re.sub(rb'"(?:[^"\\]|\\.)*"|[^{}\[\]"]+', b"", line):
        level += 1 if bracket in b"{[" else -1
        deepest = max(deepest, level)
    return deepest

"""Long lines of printed rules, broken where they may be: between parts, at `or` and `and`, after commas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

STEP: Final = "  "
WIDEST: Final = 100
#: A blank at which a text is broken before anywhere else.
SOFT: Final = "\v"

#: Blanks at which a line may be broken, the best first.
_BREAKS: Final = (
    SOFT,
    r"(?<=,)\s(?=or )",
    r"\s(?=then )",
    r"\s(?=or )",
    r"\s(?=and )",
    r"(?<=,)\s",
)
_SOFT: Final = 0
_LIST: Final = len(_BREAKS) - 1
# Quoted texts and the variables of `some` and `every` are passed over whole.
_PIECE: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|\b(?:some|every)\s\w+(?:,\s\w+)*|(?P<bracket>[()])|'
    + "|".join(f"(?P<b{rank}>{pattern})" for rank, pattern in enumerate(_BREAKS))
)


def fold(text: str, indent: str, hang: str = STEP) -> list[str]:
    """The text on one line after ``indent`` or, where that is too long, on several; these hang from the first."""
    if len(indent) + len(text) <= WIDEST:
        return [indent + _flat(text)]
    rank, places = _loosest(text)
    first, *rest = _cut(text, places)
    if rank == _LIST and rest:
        first, *rest = _filled([first, *rest], WIDEST - len(indent) - len(hang))
    if not rest:
        return [indent + _flat(text)]
    deeper = "" if rank == _SOFT and first.endswith(" means") else STEP
    return fold(first, indent) + [line for piece in rest for line in fold(piece, indent + hang, deeper)]


def _flat(text: str) -> str:
    """The text with plain blanks."""
    return " ".join(_cut(text, [piece.start() for piece in _PIECE.finditer(text) if piece["b0"]]))


def _loosest(text: str) -> tuple[int, list[int]]:
    """The places where a break does least harm: outside most brackets, and between the largest parts."""
    depth = 0
    found: dict[tuple[int, int], list[int]] = {}
    for piece in _PIECE.finditer(text):
        if piece["bracket"]:
            depth += 1 if piece["bracket"] == "(" else -1
        elif piece.lastgroup:
            found.setdefault((depth, int(piece.lastgroup[1:])), []).append(piece.start())
    if not found:
        return _LIST, []
    best = min(found)
    return best[1], found[best]


def _cut(text: str, places: list[int]) -> Iterator[str]:
    """The text without the blanks at ``places``."""
    start = 0
    for place in places:
        yield text[start:place]
        start = place + 1
    yield text[start:]


def _filled(pieces: list[str], width: int) -> list[str]:
    """As many members of a list on a line as fit."""
    lines = pieces[:1]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines

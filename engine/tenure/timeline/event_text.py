"""One supposed event as a line of text: ``2028-09-15T10:00 Buyer paid amount=100``."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from tenure.diagnostics import UsageError
from tenure.norms import Vocabulary

_FORM = "write `TIME ACTOR[,ACTOR] TYPE NAME=VALUE …`, such as `2028-09-15 Buyer paid amount=100`; `-` for no actor"
NOBODY = "-"


def event_mapping(text: str, vocabulary: Vocabulary) -> dict[str, object]:
    """The event of ``text`` as a line of a history has it, but without an id.

    Several actors are parted by commas, ``-`` stands for none.  Raises :class:`UsageError` (TEN622) where the text is
    not of that form; what its words mean is for the history to judge.
    """
    words = _words(text)
    if len(words) < 2:
        raise _malformed(text, "no event type")
    at, *rest = words
    by: list[str] = []
    if rest[0] == NOBODY or rest[0] not in vocabulary.events:
        by, rest = ([] if rest[0] == NOBODY else [a for a in rest[0].split(",") if a]), rest[1:]
    if not rest:
        raise _malformed(text, f"no event type after `{words[1]}`")
    type, *given = rest
    mapping: dict[str, object] = {"at": at, "type": type, "data": _data(text, type, given, vocabulary)}
    return {**mapping, "by": by} if by else mapping


def attribute_changes(text: str) -> tuple[str, dict[str, object]]:
    """``ID NAME=VALUE …`` in its id and attributes; ``null`` is unknown; raises :class:`UsageError` (TEN623)."""
    words = _words(text)
    data: dict[str, object] = {}
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise _not_changes(text)
        data[name] = None if value == "null" else value
    if not data:
        raise _not_changes(text)
    return words[0], data


def _not_changes(text: str) -> UsageError:
    advice = "write `ID NAME=VALUE …`, such as `e7 amount=100`"
    return UsageError.of("TEN623", f"`{text}` is no change of an event", help=advice)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise _malformed(text, str(error).lower()) from None


def _data(text: str, type: str, given: Iterable[str], vocabulary: Vocabulary) -> dict[str, object]:
    """Attributes by name, or by their place in the declaration; ``null`` is unknown."""
    names = vocabulary.parameters(type)
    data: dict[str, object] = {}
    for place, word in enumerate(given):
        name, equals, value = word.partition("=")
        if not equals or (name not in names and " " in name):
            if place >= len(names):
                raise _malformed(text, f"`{word}` is one value too many for `{type}`")
            name, value = names[place], word
        if name in data:
            raise _malformed(text, f"`{name}` is given twice")
        data[name] = None if value == "null" else value
    return data


def _malformed(text: str, why: str) -> UsageError:
    return UsageError.of("TEN622", f"cannot add `{text}`: {why}", help=_FORM)

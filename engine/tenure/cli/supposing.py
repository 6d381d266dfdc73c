"""What is supposed on the command line: ``--add``, ``--move`` and ``--reading``."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from tenure.diagnostics import HistoryError, Place, UsageError
from tenure.history import Event, History, event_from_mapping
from tenure.norms import Vocabulary

_FORM = "write `TIME ACTOR[,ACTOR] TYPE NAME=VALUE …`, such as `2028-09-15 Buyer paid amount=100`; `-` for no actor"
NOBODY = "-"


def pairs(option: str, texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """``NAME=VALUE`` texts in two; raises :class:`UsageError` (TEN623) where a part is missing."""
    found = []
    for text in texts:
        name, equals, value = (part.strip() for part in text.rpartition("="))
        if not equals or not name or not value:
            raise UsageError.of(
                "TEN623", f"`{option} {text}` has no NAME=VALUE", help=f"write `{option} NAME=VALUE`"
            )
        found.append((name, value))
    return tuple(found)


def added_events(texts: Sequence[str], vocabulary: Vocabulary, record: History) -> tuple[Event, ...]:
    """The events of ``--add`` texts, with the first free ids S1, S2, …; raises what is wrong with one of them."""
    free = (name for i in range(1, 1_000_000) if (name := f"S{i}") not in record.by_id)
    return tuple(_event(text, _mapping(text, vocabulary, free), vocabulary) for text in texts)


def _event(text: str, mapping: dict[str, object], vocabulary: Vocabulary) -> Event:
    try:
        return event_from_mapping(mapping, vocabulary.schema)
    except HistoryError as error:
        place = Place(f"--add '{text}'")
        raise HistoryError(*(d if d.place else d.at(place) for d in error.diagnostics)) from None


def _mapping(text: str, vocabulary: Vocabulary, ids: Iterator[str]) -> dict[str, object]:
    """The event of one text, as a line of a history has it."""
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
    mapping: dict[str, object] = {
        "id": next(ids),
        "at": at,
        "type": type,
        "data": _data(text, type, given, vocabulary),
    }
    return {**mapping, "by": by} if by else mapping


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

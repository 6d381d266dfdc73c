"""From text to tokens, and from tokens to the terminals of the grammar.

:func:`scan` cuts a text into words, texts, numbers, dates, lengths, amounts and marks.  What a word *is* depends
on where it stands: :meth:`Tokens.terminal` is asked with the set of terminals that the parser could take next,
prefers the longest phrase among them ("no sooner than"), and otherwise takes the word as a name.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from typing import Final, NoReturn

from attrs import frozen
from msgspec import Struct

from tenure.diagnostics import ContractError, Place

UNITS: Final = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
MODALS: Final = ("may", "must", "can", "cannot", "need not", "has claim that", "has no claim that",
                 "is immune from", "is not immune from", "is free to")  # fmt: skip

# A number before a setting is no length: `06-30` or `GMT+5` or a year, and then `business days US` or `month end`.
_UNIT = rf"(?:(?:[ \t]+business|\s+exact)[ \t]+|\s+)(?:{'|'.join(UNITS)})s?(?!\w|\s+end\b(?!\s+clause\b))"
_LENGTH = rf"\d[\d_]*{_UNIT}"
_PATTERN: Final = re.compile(
    rf"""
    (?P<BLANK>[\s\ufeff]+)
  | (?P<COMMENT>--[^\r\n]*)
  | (?P<MONEY>[A-Z]{{3}}[ \t]+-?\d[\d_]*(?:\.\d[\d_]*)?(?![\w%-]))
  | (?P<FISCAL>FY\d{{4}}(?![\w.]))
  | (?P<WORD>[^\W\d](?:\w|[^\x00-\x7f\s])*(?:\.\w(?:\w|[^\x00-\x7f\s])*)*)
  | (?P<LENGTH>(?<![+/-]){_LENGTH}(?:\s+and\s+{_LENGTH})*)
  | (?P<DATE>\d{{4}}-(?:Q[1-4]|\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{{1,6}})?)?(?:Z|[+-]\d\d:\d\d)?)?)?)(?!\w))
  | (?P<YEAR>\d{{4}}(?![\w.%]))
  | (?P<NUMBER>\d[\d_]*(?:\.\d[\d_]*)?%?(?!\w))
  | (?P<STRING>"(?:[^"\\\r\n]|\\[^\r\n])*")
  | (?P<MARK>!=|<=|>=|[=<>()+\-*/:,|])
    """,
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(.)")
_ESCAPED: Final = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}

_OPENS_A_FORMULA: Final = frozenset(
    ("not", "once", "historically", "entering", "begins", "ends", "expires", "next", "if", "always", "eventually",
     "some", "every", "before", "after", "unknown")
)  # fmt: skip
_CONTINUES_A_TERM: Final = frozenset(
    ("(", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "is", "since", "by", "holds", "held", "of")
)
_CONTINUES_A_TRIGGER: Final = _CONTINUES_A_TERM | {
    "and", "or", "suspend", "resume", "assign", "delegate", "subcontract", "waive", "extend", "accelerate",
    "terminate", "novate", "set",
}  # fmt: skip
#: After these a fiscal year is a date; elsewhere it may as well be the name of something.
_BEFORE_A_DATE: Final = frozenset(("from", "until", "through", "by", "before", "after", "than", "of", "or"))
_PREPOSITIONS: Final = frozenset(("in", "on", "with", "via"))


class Token(Struct, frozen=True):
    """A piece of the text: its ``kind``, its ``text`` as written, and where it starts and ends.

    ``apart``: there is an empty line between it and the token before it.
    """

    kind: str
    text: str
    start: int
    end: int
    apart: bool = False


@frozen
class Comment:
    """A comment before token number ``gap``; ``trailing``: on the same line as the token before it."""

    gap: int
    text: str
    trailing: bool


class Source:
    """A text with its file, to turn positions into places.  ``line_offset``: the lines before it in the file."""

    def __init__(self, text: str, file: str | None = None, line_offset: int = 0) -> None:
        self.text = text
        self.file = file
        self._offset = line_offset
        self._starts = [0, *(m.end() for m in re.finditer(r"\r\n?|\n", text))]

    def place(self, start: int, end: int) -> Place:
        """The place of ``text[start:end]``; the end column is the one after the last character."""
        first = bisect_right(self._starts, start)
        last = bisect_right(self._starts, end, lo=first)
        offset = self._offset
        return Place(
            self.file,
            first + offset,
            start - self._starts[first - 1] + 1,
            last + offset,
            end - self._starts[last - 1] + 1,
        )


def scan(source: Source) -> tuple[list[Token], list[Comment]]:
    """The tokens and comments of a text; raises TEN103, TEN108 or TEN109 on what cannot be one."""
    tokens: list[Token] = []
    comments: list[Comment] = []
    text, position, line_start, apart = source.text, 0, True, False
    for found in _PATTERN.finditer(text):
        kind, piece = found.lastgroup, found[0]
        if found.start() != position or kind is None:
            _refuse(source, position)
        if kind == "BLANK":
            line_start = line_start or "\n" in piece or "\r" in piece
            apart = apart or piece.count("\n") > 1 or piece.count("\r") > 1
        elif kind == "COMMENT":
            comments.append(Comment(len(tokens), piece[2:].strip(), not line_start))
        else:
            if kind == "WORD" and not piece.isascii():
                _check_letters(source, piece, position)
            tokens.append(Token(kind, piece, position, found.end(), apart))
            line_start = apart = False
        position = found.end()
    if position < len(text):
        _refuse(source, position)
    return tokens, comments


def _check_letters(source: Source, word: str, position: int) -> None:
    """Letters of any script may carry combining marks, which the pattern cannot tell from other signs."""
    for i, c in enumerate(word):
        if not _in_word(c):
            _refuse(source, position + i)


def _in_word(character: str) -> bool:
    return character.isalnum() or character in "_." or unicodedata.category(character)[0] == "M"


def is_name(text: str) -> bool:
    """Whether the text can be written without quotes."""
    found = _PATTERN.fullmatch(text)
    return found is not None and found.lastgroup in ("WORD", "FISCAL") and all(map(_in_word, text))


def _refuse(source: Source, position: int) -> NoReturn:
    text = source.text
    character = text[position]
    place = source.place(position, position + 1)
    if character == '"':
        raise ContractError.of(
            "TEN108", "the text that starts here is not closed", place=place,
            help='close it with `"` on the same line; write `\\n` for a line break inside it',
        )  # fmt: skip
    if character.isdigit():
        word = re.match(r"[\w.%-]+", text[position:])
        shown = word.group() if word else character
        raise ContractError.of(
            "TEN103", f"`{shown}` is neither a number nor a date", place=place,
            help="names start with a letter; put other names in double quotes",
        )  # fmt: skip
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    advice = 'use straight quotes: `"`' if character in "“”„«»‘’'" else "put such names in double quotes"
    raise ContractError.of("TEN103", f"`{shown}` has no meaning here", place=place, help=advice)


def unquote(token: Token, place: Place) -> str:
    """The value of a STRING token; raises TEN109 on an unknown escape."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPED:
            raise ContractError.of(
                "TEN109", f"`\\{match[1]}` is not an escape", place=place,
                help='the escapes are `\\"`, `\\\\`, `\\n`, `\\r` and `\\t`',
            )  # fmt: skip
        return _ESCAPED[match[1]]

    return _ESCAPE.sub(value, token.text[1:-1])


class Phrases:
    """The keyword phrases of the grammar by their first token, the longest first."""

    def __init__(self, terminals: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for terminal in sorted(terminals, key=lambda t: -len(t.split())):
            first, *rest = terminal.split()
            self._by_first.setdefault(first, []).append((terminal, tuple(rest)))
        self._told: dict[int, tuple[Collection[str], frozenset[str]]] = {}

    def told_by_what_follows(self, accepted: Collection[str]) -> frozenset[str]:
        """Those of the terminals ``accepted`` that are told by what follows a word."""
        # A row of the tables is asked for again and again; it is known by its identity.
        known = self._told.get(id(accepted))
        if known is None or known[0] is not accepted:
            known = self._told[id(accepted)] = accepted, _TOLD_BY_WHAT_FOLLOWS.intersection(accepted)
        return known[1]

    def starting_with(self, word: str) -> list[tuple[str, tuple[str, ...]]]:
        """(phrase, the words after the first) for every phrase that starts with ``word``."""
        return self._by_first.get(word, [])


class Tokens:
    """The tokens of a text, read as terminals in the light of what the parser accepts."""

    def __init__(self, tokens: list[Token], phrases: Phrases) -> None:
        self.all = tokens
        self._phrases = phrases

    def text(self, i: int) -> str:
        """The text of token ``i``; empty after the last."""
        return self.all[i].text if i < len(self.all) else ""

    def is_word(self, i: int) -> bool:
        """Whether token ``i`` could be a name or a quoted text."""
        return i < len(self.all) and self.all[i].kind in ("WORD", "FISCAL", "STRING")

    def readings(self, i: int, accepted: Collection[str]) -> list[tuple[str, int]]:
        """What token ``i`` may be read as, the best first: (terminal, how many tokens it takes).

        ``accepted``, a row of the tables, may hold more than can really come next; the last reading is the token's own kind.
        """
        token = self.all[i]
        kind = "WORD" if token.kind == "FISCAL" else token.kind
        found: list[tuple[str, int]] = []
        if (
            token.kind == "FISCAL"
            and "DATE" in accepted
            and ("NAME" not in accepted or self.text(i - 1) in _BEFORE_A_DATE)
        ):
            found.append(("DATE", 1))
        if kind in ("WORD", "STRING") and (told := self._phrases.told_by_what_follows(accepted)):
            found += self._told_by_what_follows(i, told)
        if kind in ("WORD", "MARK"):
            for phrase, rest in self._phrases.starting_with(token.text):
                if phrase in accepted and all(self.text(i + 1 + k) == w for k, w in enumerate(rest)):
                    found.append((phrase, 1 + len(rest)))
        own = "NAME" if kind == "WORD" else token.text if kind == "MARK" else kind
        if not found or own in accepted:
            found.append((own, 1))
        return found

    def _told_by_what_follows(self, i: int, accepted: Container[str]) -> Iterator[tuple[str, int]]:
        word, kind = self.text(i), self.all[i].kind
        if "KEY" in accepted and kind == "WORD" and self.text(i + 1) == "=":
            yield "KEY", 2
        if "ACTOR" in accepted and self._names_holder(i):
            yield "ACTOR", 1
        if "WHO" in accepted and self._silent_holder(i):
            yield "WHO", 1
        if "WHY" in accepted and kind == "STRING" and self._ends_silence(i):
            yield "WHY", 1
        for terminal, (written, fits) in _BY_FOLLOWER.items():
            if written == word and terminal in accepted and fits(self, i + 1):
                yield terminal, 1

    def is_bare(self, i: int) -> bool:
        """Whether token ``i`` is a word that nothing turns into a formula of its own."""
        follower = self.text(i + 1)
        return self._is_plain(i) and (
            follower not in _CONTINUES_A_TERM or (follower == "by" and self.is_date(i + 2))
        )

    def _is_plain(self, i: int) -> bool:
        return self.is_word(i) and self.text(i) not in _OPENS_A_FORMULA

    def is_date(self, i: int) -> bool:
        """Whether token ``i`` is a date or a year."""
        return i < len(self.all) and self.all[i].kind in ("DATE", "YEAR", "FISCAL")

    def is_length_of(self, i: int) -> bool:
        """Whether token ``i`` is a length and `of` follows."""
        return i < len(self.all) and self.all[i].kind == "LENGTH" and self.text(i + 1) == "of"

    def is_number(self, i: int) -> bool:
        """Whether token ``i`` is a number, or a year, which looks like one."""
        return i < len(self.all) and self.all[i].kind in ("NUMBER", "YEAR")

    def is_object(self, i: int) -> bool:
        """Whether token ``i`` is what an act is done to, and not the trigger of an ``on`` rule."""
        follower = self.text(i + 3 if self.text(i + 1) == "by" else i + 1)
        return self._is_plain(i) and follower not in _CONTINUES_A_TRIGGER

    def _silent_holder(self, i: int) -> bool:
        """Whether ``silent on`` is followed by a holder and not yet by the act."""
        if not (self.is_word(i) and self.is_word(i + 1) and self.all[i + 1].kind == "WORD"):
            return False
        if self.text(i + 1) in _PREPOSITIONS:
            return False
        third = self.text(i + 2)
        return (
            self.text(i)[:1].isupper()
            or self.all[i].kind == "STRING"
            or third == "("
            or (self.is_word(i + 2) and third not in _PREPOSITIONS and not third.startswith('"'))
        )

    def _ends_silence(self, i: int) -> bool:
        follower = self.text(i + 1)
        if self._names_holder(i + 1):
            return True
        if follower == "on":
            return not self.is_object(i + 2)
        return not follower.startswith('"') and follower not in _PREPOSITIONS

    def _names_holder(self, i: int) -> bool:
        """Whether ``WHO [and WHO]* [each|together] may|must|…`` starts here."""
        i += 1
        while self.text(i) in ("and", ",") and self.is_word(i + 1):
            i += 2
        if self.text(i) in ("each", "together"):
            i += 1
        return self.is_modal(i)

    def is_modal(self, i: int) -> bool:
        """Whether the words from token ``i`` say what somebody may, must or can do."""
        if self.text(i) in ("may", "must", "can", "cannot"):
            return True
        words = " ".join(self.text(i + k) for k in range(4))
        return words.startswith(("need not ", "has claim that ", "has no claim that", "is immune from ",
                                 "is not immune from", "is free to "))  # fmt: skip


_BY_FOLLOWER: Final[dict[str, tuple[str, Callable[[Tokens, int], bool]]]] = {
    "_AND_WHO": ("and", Tokens.is_bare),
    "_OR_NAME": ("or", Tokens.is_bare),
    "_BY_DATE": ("by", Tokens.is_date),
    "_WITHIN_OF": ("within", Tokens.is_length_of),
    "ON_OBJECT": ("on", Tokens.is_object),
    "SEQ": ("seq", Tokens.is_number),
}
_TOLD_BY_WHAT_FOLLOWS: Final = frozenset(("KEY", "ACTOR", "WHO", "WHY", *_BY_FOLLOWER))

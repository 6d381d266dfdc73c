"""A contract as a Markdown file: its ``tenure`` fences are the rules, its headings and quotes the clause texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import frozen

from tenure.diagnostics import ContractError, Place
from tenure.language.parser import parse_block
from tenure.language.syntax import Clause, Document, Item, Section

if TYPE_CHECKING:
    from markdown_it.token import Token

LARGEST: Final = 5_000_000
DEAL: Final = "deal.md"
_LINE_END: Final = re.compile(r"\r\n?|\n")
_OPENING: Final = re.compile(r"(?P<mark>`{3,}|~{3,}) *(?P<info>[^ `~]*)(?: [^`~]*)?")
# A line may open HTML; a link in angle brackets is none, whatever line it begins.
_HTML = re.compile(r" *<(?!https?://)")
_CLAUSE_ID: Final = re.compile(r"[^\W\d_][\w.]*")
_OPENERS: Final = frozenset(
    ("contract", "zone", "month", "business", "fiscal", "parties", "others", "kind", "fact", "act", "action",
     "reading", "state", "classify", "owner", "on", "clause", "agreement", "amendment", "scenario", "property")
)  # fmt: skip
#: Every item begins with one of these words; as the name of an attribute it is followed by `=`.
_GIVES_RULES: Final = re.compile(rf"\b(?:{'|'.join(sorted(_OPENERS - {'scenario', 'property'}))})\b(?!\s*=)")


@frozen
class Fence:
    """A ``tenure`` block: what it holds, and the lines (from 0) between its two marks; ``nested``: in a list or quote."""

    content: str
    first: int
    end: int
    nested: bool = False


# ---------------------------------------------------------------- reading files


def read_contract(path: str | Path, *, stories: bool = True) -> Document:
    """The contract in a file, or in ``deal.md`` of a folder; without ``stories``, see :func:`parse_document`.

    Raises TEN107 where there is no such file or it is no text of at most 5 MB.
    """
    file = contract_file(Path(path))
    return parse_document(read_text(file), str(file), stories=stories)


def contract_file(path: Path) -> Path:
    """The file that is meant: the path itself, or ``deal.md`` in that folder."""
    if not path.is_dir():
        return path
    if (path / DEAL).is_file():
        return path / DEAL
    raise _unreadable(
        path, "is a folder without a `deal.md`", "name the contract's file, or a folder that has `deal.md`"
    )


def read_text(path: Path) -> str:
    """The text of a file with its line ends as they are; raises TEN107."""
    try:
        if path.stat().st_size > LARGEST:
            raise _unreadable(path, f"is larger than {LARGEST // 1_000_000} MB", "split the contract")
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"is not UTF-8 (byte {error.start})", "save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(path, f"cannot be read: {reason.lower()}", "check the path") from None


def _unreadable(path: Path, why: str, advice: str) -> ContractError:
    return ContractError.of("TEN107", f"`{path}` {why}", place=Place(str(path)), help=advice)


# ---------------------------------------------------------------- documents


def parse_document(text: str, file: str | None = None, *, stories: bool = True) -> Document:
    """The contract in a Markdown text, or in a text of rules alone (a ``.tenure`` file).

    Places count lines in the whole text.  Without ``stories``, blocks of scenarios and properties alone are left unread: no
    answer depends on them.  Raises TEN104 where there are no rules, and what ``parse_block`` raises.
    """
    if is_rules_alone(text, file):
        return Document(parse_block(text, file))
    blocks = plain_fences(text)
    if blocks is None:
        blocks = fences(text, markdown_tokens(text), file)
    if not blocks:
        raise ContractError.of(
            "TEN104", "there is no `tenure` block here", place=Place(file, 1, 1),
            help="put the rules between a line ```tenure and a line ```",
        )  # fmt: skip
    parsed = [
        (block, parse_block(block.content, file, block.first))
        for block in blocks
        if stories or _GIVES_RULES.search(block.content)
    ]
    items = tuple(item for _, items in parsed for item in items)
    return Document(items, Sections(text, parsed, file))


def is_rules_alone(text: str, file: str | None) -> bool:
    """Whether the text is one block without Markdown around it."""
    if file is not None:
        return file.endswith(".tenure")
    lines = (line.strip() for line in text.split("\n"))
    words = next((line.split() for line in lines if line and not line.startswith("--")), [""])
    return words[0] in _OPENERS and "```" not in text and "~~~" not in text


def markdown_tokens(text: str) -> list[Token]:
    """The block tokens of a Markdown text."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").disable("inline", ignoreInvalid=True)
    return parser.parse(text)


def plain_fences(text: str) -> list[Fence] | None:
    """The ``tenure`` fences of a text in which they are easy to see, or None where it takes the Markdown parser.

    Most contracts are such texts, and reading one need not wait for a parser of Markdown to be loaded.  Whatever may
    nest or hide a fence (a list, a quote, HTML, an indent, an odd line end) is left to it.
    """
    if "\r" in text or "\0" in text:
        return None
    lines = text.split("\n")
    found: list[Fence] = []
    mark, first, info = "", 0, ""
    for number, line in enumerate(lines):
        if mark:
            closing = line.strip(" ")
            if len(closing) >= len(mark) and set(closing) == {mark[0]} and not line.startswith("    "):
                if info == "tenure":
                    content = "".join(f"{inside}\n" for inside in lines[first:number])
                    found.append(Fence(content, first, number))
                mark = ""
        elif "```" in line or "~~~" in line:
            opening = _OPENING.fullmatch(line)
            if opening is None:
                return None
            mark, first, info = opening["mark"], number + 1, opening["info"]
        elif _HTML.match(line):
            return None
    return None if mark else found


def fences(text: str, tokens: list[Token], file: str | None) -> list[Fence]:
    """The ``tenure`` fences in order; raises TEN105 for one that is not closed."""
    found = []
    lines = _LINE_END.split(text)
    for token in tokens:
        if token.type != "fence" or token.map is None:
            continue
        start, end = token.map
        if not _is_closed(lines, token):
            raise ContractError.of(
                "TEN105", "this block is not closed", place=Place(file, start + 1, 1),
                help=f"close it with a line {token.markup}",
            )  # fmt: skip
        if token.info.split()[:1] == ["tenure"]:
            opening = lines[start]
            nested = token.level > 0 or opening != opening.lstrip()
            found.append(Fence(token.content, start + 1, end - 1, nested))
    return found


def _is_closed(lines: list[str], token: Token) -> bool:
    start, end = token.map or (0, 0)
    if end - 1 <= start or end > len(lines):
        return False
    last = lines[end - 1].lstrip(" \t>").rstrip(" \t")
    return len(last) >= len(token.markup) and set(last) == {token.markup[0]}


# ---------------------------------------------------------------- sections


class Sections(Mapping[str, Section]):
    """The prose of each clause by the clause's id; the Markdown is read when it is first asked for."""

    def __init__(self, text: str, parsed: list[tuple[Fence, tuple[Item, ...]]], file: str | None) -> None:
        self._text, self._parsed, self._file = text, parsed, file

    @cached_property
    def _found(self) -> dict[str, Section]:
        return dict(_sections(markdown_tokens(self._text), self._parsed, self._file))

    def __getitem__(self, clause: str) -> Section:
        return self._found[clause]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _sections(
    tokens: list[Token], parsed: list[tuple[Fence, tuple[Item, ...]]], file: str | None
) -> Iterator[tuple[str, Section]]:
    """(clause id, its section) for every clause and every heading that starts with a word.

    A clause's section is the one whose heading starts with its id, else with the id of the clause above it (``C08``
    for ``C08.api``), else the one in which its block stands.
    """
    inside = {block.first - 1: items for block, items in parsed}
    found: dict[str, Section] = {}
    around: dict[str, Section] = {}
    for section, starts in _headed(tokens, file):
        word = _CLAUSE_ID.match(section.heading)
        if word:
            found.setdefault(word.group().rstrip("."), section)
        clauses = (i.name for start in starts for i in inside.get(start, ()) if isinstance(i, Clause))
        for name in clauses:
            around.setdefault(name, section)
    for name, section in around.items():
        found.setdefault(name, _above(found, name) or section)
    return iter(found.items())


def _above(sections: Mapping[str, Section], clause: str) -> Section | None:
    """The section of a clause, or of the nearest clause above it."""
    while clause not in sections and "." in clause:
        clause = clause.rpartition(".")[0]
    return sections.get(clause)


class _Heading:
    """What is gathered under one heading."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.heading = ""
        self.quotes: list[list[str]] = []
        self.prose: list[str] = []
        self.starts: list[int] = []

    def section(self) -> Section:
        quotes = tuple("\n\n".join(quote) for quote in self.quotes)
        return Section(self.heading, quotes, "\n\n".join(self.prose), place=self.place)


def _headed(tokens: list[Token], file: str | None) -> Iterator[tuple[Section, list[int]]]:
    """Each heading's section, with the lines (from 0) at which fences start in it."""
    current = _Heading(Place(file, 1, 1))
    in_heading, depth = False, 0
    for token in tokens:
        line = token.map[0] if token.map else 0
        if token.type == "heading_open" and not depth:
            yield current.section(), current.starts
            current, in_heading = _Heading(Place(file, line + 1, 1)), True
        elif token.type == "heading_close":
            in_heading = False
        elif token.type in ("blockquote_open", "blockquote_close"):
            if not depth:
                current.quotes.append([])
            depth += token.nesting
        elif token.type == "fence":
            current.starts.append(line)
        elif token.type == "inline":
            text = " ".join(token.content.split())
            if in_heading:
                current.heading = text
            else:
                (current.quotes[-1] if depth else current.prose).append(text)
    yield current.section(), current.starts


def section_of(document: Document, clause: str) -> Section | None:
    """The section of a clause; a sub-clause such as ``C08.api`` falls back to ``C08``."""
    return _above(document.sections, clause)

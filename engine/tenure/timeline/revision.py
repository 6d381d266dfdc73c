"""A contract with some of its clauses written anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from tenure.diagnostics import QueryError, did_you_mean
from tenure.language.markdown import parse_document
from tenure.language.syntax import Clause, Document, Section

#: A clause written anew: as syntax, or as text (rules alone, or Markdown with ``tenure`` blocks).
NewClause = Clause | str
#: Where the text of a clause that was given as text is said to stand.
SOURCE = "new clause"


def clauses_of(given: Iterable[NewClause]) -> tuple[Clause, ...]:
    """The clauses that are given; raises TEN653 for a text with anything else in it, and what the parser raises."""
    found: list[Clause] = []
    for item in (given,) if isinstance(given, str | Clause) else given:
        if isinstance(item, Clause):
            found.append(item)
            continue
        items = parse_document(item, SOURCE).items if "```" in item else _rules(item)
        others = [i for i in items if not isinstance(i, Clause)]
        if others or not items:
            raise QueryError.of(
                "TEN653",
                "only whole clauses can be written anew",
                place=getattr(others[0], "place", None) if others else None,
                help='write `clause ID "title"` and its rules; change other declarations in a copy of the contract',
            )
        found.extend(i for i in items if isinstance(i, Clause))
    return tuple({clause.name: clause for clause in found}.values())


def _rules(text: str) -> tuple[object, ...]:
    from tenure.language.parser import parse_block

    return parse_block(text, SOURCE)


def revised(document: Document, clauses: Iterable[Clause]) -> Document:
    """``document`` with ``clauses`` in place of those of the same ids; raises TEN650 for an id that is not there.

    A clause written anew loses its prose: the old words are no longer what it says.
    """
    new = {clause.name: clause for clause in clauses}
    known = [item.name for item in document.items if isinstance(item, Clause)]
    for name in new:
        if name not in known:
            raise unknown_clause(name, known)
    items = tuple(new.get(i.name, i) if isinstance(i, Clause) else i for i in document.items)
    return Document(items, Without(document.sections, frozenset(new)))


def unknown_clause(name: str, known: Iterable[str]) -> QueryError:
    """The error for a clause that is to be written anew and does not exist."""
    known = list(known)
    advice = did_you_mean(name, known) or f"its clauses: {', '.join(known) or 'none'}"
    return QueryError.of("TEN650", f"there is no clause `{name}` to write anew", help=advice)


@frozen
class Without(Mapping[str, Section]):
    """``sections`` without those of ``names``; nothing is read before it is asked for."""

    sections: Mapping[str, Section]
    names: frozenset[str]

    def __getitem__(self, name: str) -> Section:
        if name in self.names:
            raise KeyError(name)
        return self.sections[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.sections if name not in self.names)

    def __len__(self) -> int:
        return sum(1 for _ in self)

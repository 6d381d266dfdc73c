"""The mutants of a contract: each with an id that other edits of the contract leave alone, and a sentence."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Literal

from attrs import frozen
from msgspec.structs import replace

from tenure.diagnostics import Place
from tenure.language import syntax as s
from tenure.norms import Vocabulary
from tenure.testing.mutation.operators import OPERATORS, Change
from tenure.testing.mutation.sites import Site, sites

#: What became of a mutant: a test noticed it, none did, the checker refused it, it means the same (as is seen at once, or
#: as its author says); or the engine itself failed on it, which is no merit of a test.
Fate = Literal["noticed", "unnoticed", "refused", "same", "equivalent", "failed"]


@frozen
class Mutant:
    """A contract with one change; ``words`` completes "no test notices if …"."""

    id: str
    operator: str
    words: str
    clause: str | None
    place: Place | None
    number: int
    item: s.Item | None

    @property
    def sentence(self) -> str:
        """What it means that no test notices it."""
        return f"no test notices if {self.words}"

    def document(self, original: s.Document) -> s.Document:
        """The whole contract with the change."""
        items = original.items
        changed = (
            *items[: self.number],
            *(() if self.item is None else (self.item,)),
            *items[self.number + 1 :],
        )
        return replace(original, items=changed)


def mutants_of(vocabulary: Vocabulary) -> tuple[Mutant, ...]:
    """Every mutant of a contract, in the order of its text."""
    found = []
    seen: Counter[str] = Counter()
    for number, site in sites(vocabulary.document):
        for name, operator in OPERATORS.items():
            for change in operator(site, vocabulary):
                what = f"{name}\n{site.owner}\n{change.words}"
                seen[what] += 1
                found.append(_mutant(name, number, site, change, f"{what}\n{seen[what]}"))
    return tuple(found)


def _mutant(operator: str, number: int, site: Site, change: Change, what: str) -> Mutant:
    name = site.clause or getattr(site.item, "name", operator)
    digest = hashlib.sha256(what.encode()).hexdigest()[:6]
    return Mutant(f"{name}-{digest}", operator, change.words, site.clause, site.place, number, change.item)

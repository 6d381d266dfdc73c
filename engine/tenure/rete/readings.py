"""Which change bears on which row: how the causes of an edge are found.

The ruleset says *that* a row began or ended; what brought it about are the changes of this stage in what its
definition reads, as in the reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from tenure.logic import definitions as k
from tenure.logic.definitions import Const, EventAtom, Reached, Rel, Start, Term, Var
from tenure.logic.formulas import Occurrence, bodies, occurrences
from tenure.rete import literals as lit
from tenure.rete.literals import Symbol
from tenure.rete.patterns import Vocabulary
from tenure.rete.ruleset import EventShape, Reading

_ID = -1


class Registry:
    """The readings of a program by what they read, in the order in which the reference tells them."""

    def __init__(self, words: Vocabulary, acts: frozenset[str]) -> None:
        self.words = words
        self.acts = acts
        self.of_rows: dict[Symbol, list[Reading]] = {}
        self.of_events: dict[str, list[tuple[Reading, tuple[int, ...], bool]]] = {}

    def add(self, index: int, definition: k.Definition) -> None:
        """Enter every atom of ``definition``."""
        for role, formula in bodies(definition).items():
            for found in occurrences(formula):
                match found.atom:
                    case EventAtom() as atom:
                        terms = [term for _, term in atom.args]
                        names = [self._place(atom.type, name) for name, _ in atom.args]
                        if atom.id is not None:
                            terms, names = [*terms, atom.id], [*names, _ID]
                        reading = self._reading(index, definition, role, found, terms)
                        self.of_events.setdefault(atom.type, []).append(
                            (reading, tuple(names), atom.attempted)
                        )
                    case Rel(name, args):
                        reading = self._reading(index, definition, role, found, list(args))
                        self.of_rows.setdefault(lit.row(name), []).append(reading)
                    case Reached(at, _, only):
                        symbol = f"{'on' if only else 'from'}:{at}"
                        reading = self._reading(index, definition, role, found, [])
                        self.of_rows.setdefault(symbol, []).append(reading)
                    case Start():
                        reading = self._reading(index, definition, role, found, [])
                        self.of_rows.setdefault(lit.START, []).append(reading)

    def all(self) -> Iterator[Reading]:
        """Every reading."""
        yield from (reading for several in self.of_rows.values() for reading in several)
        yield from (reading for several in self.of_events.values() for reading, *_ in several)

    def shapes(self) -> Iterator[tuple[str, EventShape]]:
        """What is to be known of each event type."""
        for name in dict.fromkeys((*self.words.attributes, *self.of_events, *self.acts)):
            columns = tuple(self.words.attributes.get(name, {}))
            symbol = lit.event(name)
            compared = self.words.comparisons.get(name, {})
            told = tuple(self.of_events.get(name, ()))
            yield name, EventShape(symbol, columns, name in self.acts, told, compared)

    def _place(self, type: str, attribute: str) -> int:
        return int(self.words.column(lit.event(type), f".{attribute}")[1:])

    def _reading(
        self, index: int, definition: k.Definition, role: str, found: Occurrence, terms: list[Term]
    ) -> Reading:
        first: dict[str, int] = {}
        fixed, same = [], []
        for place, term in enumerate(terms):
            if isinstance(term, Const):
                fixed.append((place, self.words.constant(term.value)))
            elif isinstance(term, Var) and term.name not in found.local:
                if term.name in first:
                    same.append((place, first[term.name]))
                first.setdefault(term.name, place)
        head = list(enumerate(definition.head))
        variables = [(i, t.name) for i, t in head if isinstance(t, Var)]
        return Reading(
            definition=index,
            role=role,
            fixed=tuple(fixed),
            same=tuple(same),
            columns=tuple((i, first[name]) for i, name in variables if name in first),
            places=_places([first.get(t.name) if isinstance(t, Var) else None for t in definition.head]),
            constants=tuple((i, self.words.constant(t.value)) for i, t in head if isinstance(t, Const)),
            whole=all(name in first for _, name in variables),
            earlier=found.earlier,
            echoes=_echoes(definition, found),
            clause=found.atom.clause if isinstance(found.atom, Reached) else None,
        )


def _places(found: list[int | None]) -> tuple[int, ...] | None:
    places = tuple(place for place in found if place is not None)
    return places if len(places) == len(found) else None


def _echoes(definition: k.Definition, found: Occurrence) -> int:
    """For how many further stages a change of the atom is one for the definition (as in ``logic.readers``)."""
    falls_matter = not isinstance(definition, k.Inertial) or definition.level
    falls = found.is_momentary and (falls_matter or found.earlier or not found.positive)
    return int(found.earlier) + int(falls)

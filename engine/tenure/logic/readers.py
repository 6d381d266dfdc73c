"""Who is to be told when an atom changes: the heads of the definition that it may concern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import Definition, EventAtom, Term, Value, Var
from tenure.logic.formulas import Occurrence, terms_of
from tenure.logic.terms import narrow
from tenure.logic.truth import Causes

if TYPE_CHECKING:
    from tenure.logic.nodes import Node


class _Shape(NamedTuple):
    """What an atom says of itself, whatever the evaluation; worked out once a program."""

    terms: tuple[Term, ...]
    attributes: tuple[str, ...]
    attempted: bool
    with_id: bool
    columns: tuple[int, ...] | None
    echoes: int


_LARGEST_MEMORY = 100_000
_shapes: dict[tuple[int, int, str], tuple[Occurrence, Definition, _Shape]] = {}


class Reader:
    """An atom in role ``role`` of a definition, as it is seen from what it reads; ``number`` is its own in a run."""

    __slots__ = (
        "_columns",
        "_local",
        "_terms",
        "atom",
        "attempted",
        "attributes",
        "echoes",
        "node",
        "number",
        "role",
        "with_id",
    )

    def __init__(self, node: Node, role: str, found: Occurrence, number: int) -> None:
        self.node = node
        self.number = number
        self.role = role
        self.atom = found.atom
        self._local = found.local
        # Every evaluation of a program reads the same occurrences; one may stand in several definitions.
        place = id(found), id(node.definition), role
        known = _shapes.get(place)
        if known is None or known[0] is not found or known[1] is not node.definition:
            if len(_shapes) >= _LARGEST_MEMORY:
                _shapes.clear()
            known = _shapes[place] = (found, node.definition, _shape(node, role, found))
        (
            self._terms,
            self.attributes,
            self.attempted,
            self.with_id,
            self._columns,
            self.echoes,
        ) = known[2]

    def touch(self, values: tuple[Any, ...], causes: Causes) -> None:
        """The atom has changed for ``values``: schedule every head that this may reach."""
        node = self.node
        if self._columns is not None:
            key = tuple([values[i] for i in self._columns])
            if UNKNOWN_VALUE not in key:
                node.run.schedule(node, key, self.role, causes)
                return
        env = narrow(self._terms, values[: len(self._terms)], self._local)
        if env is not None:
            for key in node.keys(self.role, env):
                node.run.schedule(node, key, self.role, causes)


def _shape(node: Node, role: str, found: Occurrence) -> _Shape:
    atom = found.atom
    terms = terms_of(atom)
    attributes: tuple[str, ...] = ()
    attempted = with_id = False
    if isinstance(atom, EventAtom):
        # Actors say nothing about which of them matched, so they narrow nothing.
        attributes = tuple(name for name, _ in atom.args)
        attempted, with_id = atom.attempted, atom.id is not None
        own = tuple(term for _, term in atom.args)
        terms = own if atom.id is None else (*own, atom.id)
    elif isinstance(atom, Value):
        # Whatever row comes or goes, the 0 of a group without one may go or come: the value narrows nothing.
        terms = atom.group
    columns = _columns(node.head, terms, found.local) if node.is_direct(role) else None
    return _Shape(terms, attributes, attempted, with_id, columns, _count_echoes(node, found))


def _count_echoes(node: Node, found: Occurrence) -> int:
    """For how many further stages a change of the atom is a change for the definition.

    An atom that is read one stage back changes once more at the next stage, and a momentary one falls there;
    that an event is over matters only to a formula that is to be false then, or that says ``not``.
    """
    falls = found.is_momentary and (node.falls or found.earlier or not found.positive)
    return int(found.earlier) + int(falls)


def _columns(
    head: tuple[Term, ...], terms: tuple[Term, ...], local: frozenset[str]
) -> tuple[int, ...] | None:
    """Where the values of ``terms`` hold the head, if they hold all of it and nothing is to be checked."""
    names = [term.name for term in terms if isinstance(term, Var) and term.name not in local]
    plain = len(names) == len(terms) and len(set(names)) == len(names)
    if not plain or not all(isinstance(term, Var) and term.name in names for term in head):
        return None
    return tuple(names.index(term.name) for term in head if isinstance(term, Var))

"""What brought each edge about: the changes of this stage that bear on its row."""

from __future__ import annotations

from typing import Any

from tenure.rete.ruleset import Compiled, Key, Reading

#: An event by its number, or a limit by its instant and clause.
Cause = int | tuple[int, str | None]
Causes = tuple[Cause, ...]

#: Roles that bear only on rows that hold.
_STANDING = {("inertial", "end"), ("since", "body")}


def join(*groups: Causes) -> Causes:
    """All causes, each once, in the order in which they come."""
    return tuple(dict.fromkeys(cause for group in groups for cause in group))


class Touched:
    """The changes of one stage, by the rows on which they bear.

    Most stages have one cause only, which is then that of every edge: what is told is looked at no sooner than two
    causes meet.
    """

    def __init__(self, definitions: dict[int, Compiled]) -> None:
        self.definitions = definitions
        self._whole: dict[tuple[int, Key], list[tuple[int, str, Causes]]] = {}
        self._part: dict[int, list[tuple[int, str, tuple[tuple[int, int], ...], Causes]]] = {}
        self._told: list[tuple[Reading, Any, Causes, int]] = []
        self._only: Causes | None = None
        self._several = False

    def clear(self) -> None:
        """A new stage."""
        self._whole.clear()
        self._part.clear()
        self._told.clear()
        self._only, self._several = None, False

    def touch(self, reading: Reading, values: Any, causes: Causes, number: int) -> None:
        """The atom of ``reading`` has changed for ``values``, as the change of that ``number``."""
        self._told.append((reading, values, causes, number))
        self._meet(causes)

    def add(self, definition: int, key: Key, role: str, causes: Causes, number: int) -> None:
        """A change bears on this row."""
        self._whole.setdefault((definition, key), []).append((number, role, causes))
        self._meet(causes)

    def _meet(self, causes: Causes) -> None:
        if self._only is None:
            self._only = causes
        elif causes != self._only:
            self._several = True

    def _look(self) -> None:
        """Find the rows on which bears what has been told."""
        for reading, values, causes, number in self._told:
            if all(values[place] == value for place, value in reading.fixed) and all(
                values[place] == values[other] for place, other in reading.same
            ):
                self._enter(reading, values, causes, number)
        self._told.clear()

    def _enter(self, reading: Reading, values: Any, causes: Causes, number: int) -> None:
        definition, entry = reading.definition, (number, reading.role, causes)
        if reading.places is not None:
            key = tuple([values[place] for place in reading.places])
            self._whole.setdefault((definition, key), []).append(entry)
            return
        found = [(i, values[place]) for i, place in reading.columns]
        found += reading.constants
        if reading.whole:
            found.sort()
            key = tuple([v for _, v in found])
            self._whole.setdefault((definition, key), []).append(entry)
        else:
            self._part.setdefault(definition, []).append((number, reading.role, tuple(found), causes))

    def of(self, definition: int, key: Key, ripe: int | None) -> Causes:
        """The causes of the edge of a row at this stage: of its end, or of its beginning, which was ``ripe`` by then."""
        if self._only is not None and not self._several:
            return self._only
        self._look()
        whole = self._whole.get((definition, key), ())
        if len(whole) == 1 and definition not in self._part:
            return whole[0][2]
        roles = self.roles(definition, key, ripe)
        rises = ripe is not None
        if self.definitions[definition].kind == "inertial":
            role = "begin" if rises else "term" if "term" in roles else "end"
            if roles.get(role):
                return roles[role]
        return join(*roles.values())

    def roles(self, definition: int, key: Key, ripe: int | None) -> dict[str, Causes]:
        """What bears on a row, by the role in its definition.

        A change that says only part of the key bears on the rows that hold, and on those that begin by it: where
        something else was still to come before the row could begin (it was ``ripe`` later), it is no cause.
        """
        self._look()
        found = list(self._whole.get((definition, key), ()))
        kind = self.definitions[definition].kind
        part = self._part.get(definition)
        if part:
            for number, role, columns, causes in part:
                begins = ripe is None or (number >= ripe and (kind, role) not in _STANDING)
                if begins and all(key[i] == value for i, value in columns):
                    found.append((number, role, causes))
        found.sort(key=lambda entry: entry[0])
        roles: dict[str, Causes] = {}
        for _, role, causes in found:
            roles[role] = join(roles[role], causes) if role in roles else causes
        return roles

"""The state of one evaluation: a table for each relation, with its rows now, its rows one stage ago, and its edges."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, NamedTuple

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.truth import FALSE, NO_REASONS, TRUE, Causes, Reasons, Truth

#: The values of a relation's columns for one row.
Key = tuple[Any, ...]


class Row(NamedTuple):
    """The truth of a relation for one key, and why it is unknown where it is."""

    truth: Truth
    reasons: Reasons = NO_REASONS


ABSENT = Row(FALSE)
PRESENT = Row(TRUE)


class Edge(NamedTuple):
    """From ``stage`` on the row is ``truth``, brought about by ``causes``."""

    stage: int
    truth: Truth
    causes: Causes
    reasons: Reasons


class Table:
    """The rows of one relation.

    A row that becomes false stays in the table until the end of its stage, so that the stage before can be read.
    ``has_zero`` says that a measure is 0 where it has no row; ``has_unknown`` that a key may hold an unknown value.
    """

    __slots__ = ("_indexes", "edges", "has_unknown", "has_zero", "name", "old", "rows")

    def __init__(self, name: str, *, has_zero: bool = False) -> None:
        self.name = name
        self.has_zero = has_zero
        self.rows: dict[Key, Row] = {}
        self.old: dict[Key, Row] = {}
        self.edges: dict[Key, list[Edge]] = {}
        self.has_unknown = False
        self._indexes: dict[tuple[int, ...], dict[Key, dict[Key, None]]] = {}

    def get(self, key: Key, *, earlier: bool = False) -> Row:
        """The row of ``key`` now, or one stage earlier."""
        if earlier and key in self.old:
            return self.old[key]
        row = self.rows.get(key)
        return ABSENT if row is None else row

    def put(self, key: Key, row: Row, stage: int, causes: Causes) -> bool:
        """Set a row and record its edge; returns whether its truth changed."""
        before = self.rows.get(key)
        if before is None:
            if not row.truth:
                return False
            self._add(key)
            before = ABSENT
        elif before.truth == row.truth:
            return False
        if key not in self.old:
            self.old[key] = before
        self.rows[key] = row
        edges = self.edges.get(key)
        if edges is None:
            edges = self.edges[key] = []
        elif edges and edges[-1].stage == stage:
            edges.pop()
        if (edges[-1].truth if edges else FALSE) != row.truth:
            edges.append(Edge(stage, row.truth, causes, row.reasons))
        return True

    def _add(self, key: Key) -> None:
        if not self.has_unknown and UNKNOWN_VALUE in key:
            self.has_unknown = True
        for positions, index in self._indexes.items():
            index.setdefault(_project(key, positions), {})[key] = None

    def settle(self) -> None:
        """End the stage: what is false leaves the table."""
        for key in self.old:
            if not self.rows[key].truth:
                del self.rows[key]
                if not self.edges[key]:
                    del self.edges[key]
                self._take_out(key)
        self.old.clear()

    def _take_out(self, key: Key) -> None:
        for positions, index in self._indexes.items():
            part = _project(key, positions)
            bucket = index[part]
            del bucket[key]
            if not bucket:
                del index[part]

    def drop(self, key: Key) -> None:
        """Have neither the row ``key`` nor any edge of it, as if it had never been put."""
        self.edges.pop(key, None)
        if self.rows.pop(key, None) is not None:
            self._take_out(key)

    def undo(self, stage: int) -> None:
        """Take back everything that was put at ``stage``."""
        for key, row in self.old.items():
            edges = self.edges.get(key, [])
            if edges and edges[-1].stage == stage:
                edges.pop()
            self.rows[key] = row
        self.settle()

    def copy(self) -> Table:
        """Another table with the same rows and edges."""
        other = Table(self.name, has_zero=self.has_zero)
        other.become(self)
        return other

    def become(self, other: Table) -> None:
        """Have the rows and edges of ``other``, and keep what was had before with whoever has taken it."""
        self.rows, self.has_unknown = dict(other.rows), other.has_unknown
        self.edges = {key: list(edges) for key, edges in other.edges.items()}
        self.old = {}
        self._indexes = {}

    def replace(self, rows: dict[Key, Row]) -> None:
        """Put ``rows`` in place of all rows, without an edge: for the steps of a fixpoint within one stage."""
        self.rows = dict(rows)
        self.has_unknown = self.has_unknown or any(UNKNOWN_VALUE in key for key in rows)
        self._indexes.clear()

    def present(self) -> dict[Key, Row]:
        """The rows that are not false, as a copy."""
        return {key: row for key, row in self.rows.items() if row.truth}

    def go_back(self, rows: dict[Key, Row], stage: int, *, has_unknown: bool) -> None:
        """The table as it stood at the end of ``stage``, with ``rows``; its later edges go."""
        self.rows, self.has_unknown = dict(rows), has_unknown
        self.old.clear()
        self._indexes.clear()
        for key, edges in list(self.edges.items()):
            while edges and edges[-1].stage > stage:
                edges.pop()
            if not edges:
                del self.edges[key]

    def handed_over(self) -> Table:
        """Its edges as a table of their own; they are no longer those of this one."""
        other = Table(self.name, has_zero=self.has_zero)
        other.edges, self.edges = self.edges, {}
        other.has_unknown = self.has_unknown
        return other

    def clear(self) -> None:
        """As if nothing had ever been put."""
        self.rows, self.old, self.edges, self._indexes = {}, {}, {}, {}
        self.has_unknown = False

    def stand(self, past: Table, stage: int, *, edges: bool = True) -> None:
        """Stand as ``past`` did at the end of ``stage``, with its edges up to there if they are wanted."""
        risen = []
        for key, found in past.edges.items():
            n = len(found)
            while n and found[n - 1].stage > stage:
                n -= 1
            if not n:
                continue
            if edges:
                self.edges[key] = found[:n]
            if past.has_unknown and UNKNOWN_VALUE in key:
                self.has_unknown = True
            last = found[n - 1]
            if last.truth:
                while n > 1 and found[n - 2].truth:
                    n -= 1
                risen.append((found[n - 1].stage, key, Row(last.truth, last.reasons)))
        # A row that comes back stands behind those that stayed.
        risen.sort(key=_stage_of)
        self.rows = {key: row for _, key, row in risen}

    def forget(self, stage: int) -> None:
        """Drop the edges up to ``stage`` but the last, and that where it is false."""
        for key, edges in list(self.edges.items()):
            first = bisect_right(edges, stage, key=lambda edge: edge.stage) - 1
            if first >= 0 and not edges[first].truth:
                first += 1
            if first > 0:
                del edges[:first]
            if not edges:
                del self.edges[key]

    def match(self, positions: tuple[int, ...], part: Key) -> list[Key]:
        """The keys whose columns ``positions`` are ``part``, or may be because one of the two is unknown."""
        if not positions:
            return list(self.rows)
        if self.has_unknown or UNKNOWN_VALUE in part:
            return [key for key in self.rows if may_equal(_project(key, positions), part)]
        index = self._indexes.get(positions)
        if index is None:
            index = self._indexes[positions] = {}
            for key in self.rows:
                index.setdefault(_project(key, positions), {})[key] = None
        return list(index.get(part, ()))


def _stage_of(risen: tuple[int, Key, Row]) -> int:
    return risen[0]


def _project(key: Key, positions: tuple[int, ...]) -> Key:
    return tuple(key[p] for p in positions)


def may_equal(known: Key, part: Key) -> bool:
    """Whether the two agree wherever both are known."""
    return all(a == b or a is UNKNOWN_VALUE or b is UNKNOWN_VALUE for a, b in zip(known, part, strict=True))

"""The journal: what came in, what was told and to whom, in one SQLite file that survives ``kill -9`` at any moment.

Everything that one input brings is one transaction: it is on record with its changes and the deliveries that they
call for, or not at all.  The inputs alone say what the session knows; snapshots spare it being told all of them again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from secrets import token_hex
from typing import Literal, Self

from attrs import astuple, define, frozen

from tenure.diagnostics import Place, UsageError
from tenure.time import Instant

#: The layout of the file; another one is refused.
FORMAT = "tenure:journal:2"
#: The layout before it, which had neither snapshots nor the places of events.
_FORMER = "tenure:journal:1"
MEMORY = ":memory:"
InputKind = Literal["events", "advance", "bad"]
#: ``waiting`` to be delivered (again), ``done``, or given up after the last attempt.
DeliveryState = Literal["waiting", "done", "given up"]

_LAYOUT = """
create table meta (key text primary key, value text not null);
create table input (
  n integer primary key, kind text not null, body text not null, now integer,
  line integer, start integer, stop integer, digest text
);
create table change (n integer primary key, id text not null unique, input integer not null, told integer not null);
create table reaction (name text primary key, since integer not null);
create table delivery (
  n integer primary key, id text not null unique, reaction text not null, input integer not null,
  state text not null, attempts integer not null, due integer, error text
);
create table event (id text primary key, input integer not null, line integer not null) without rowid;
create table snapshot (
  n integer primary key, known integer not null, about text not null, body blob not null, digest text not null
);
create index changes on change (input);
create index untold on change (n) where not told;
create index undelivered on delivery (n) where state = 'waiting';
"""


@frozen
class Origin:
    """Where an input was read: the number of its line, its bytes from ``start`` to before ``stop``, and their digest."""

    line: int
    start: int
    stop: int
    digest: str


@frozen
class Input:
    """One input: events (a line of JSON each), an advance to ``now``, or a line that was set aside."""

    n: int
    kind: InputKind
    body: str
    now: Instant | None


@frozen
class Stored:
    """A snapshot as it is written: what is remembered after input ``n``, of what is known from ``known`` on."""

    n: int
    known: Instant
    about: str
    body: bytes
    digest: str = ""


@define
class Due:
    """A delivery that is to be made: ``attempts`` have failed so far, the last one with ``error``."""

    id: str
    reaction: str
    attempts: int
    due: Instant | None
    error: str | None


class Journal:
    """A journal in the file ``path``, or in memory; one process at a time has it."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._db = connection
        self.path = path

    @classmethod
    def open(cls, path: str | PathLike[str] = MEMORY) -> Self:
        """The journal in ``path``, made where there is none.

        Raises :class:`UsageError` where it is no journal or damaged (TEN802), or another process has it (TEN803).
        """
        name = fspath(path)
        try:
            connection = sqlite3.connect(name, timeout=0, isolation_level=None)
            try:
                # The lock is held until the journal is closed; a process that is killed gives it up.
                connection.execute("pragma locking_mode = exclusive")
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma synchronous = normal")
                connection.execute("begin immediate")
                _prepare(connection, name)
                connection.execute("commit")
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise _unusable(name, error) from None
        return cls(connection, name)

    def close(self) -> None:
        """Give the journal up."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written within is written whole or not at all; raises :class:`UsageError` (TEN802) where it cannot."""
        try:
            self._db.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from None

    # ------------------------------------------------------------ what it is about

    def remembered(self, key: str) -> str | None:
        """The value kept under ``key``."""
        row = self._db.execute("select value from meta where key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def remember(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``."""
        self._db.execute("insert or replace into meta values (?, ?)", (key, value))

    # ------------------------------------------------------------ inputs and changes

    def add_input(
        self,
        kind: InputKind,
        body: str,
        now: Instant | None,
        origin: Origin | None,
        changes: Iterable[str],
        *,
        events: Iterable[str] = (),
        told: bool,
    ) -> int:
        """Put an input on record with the ids of its events and of the changes that it brought; returns its number."""
        place = astuple(origin) if origin else (None, None, None, None)
        cursor = self._db.execute(
            "insert into input (kind, body, now, line, start, stop, digest) values (?, ?, ?, ?, ?, ?, ?)",
            (kind, body, now, *place),
        )
        assert cursor.lastrowid is not None
        self._db.executemany(
            "insert into change (id, input, told) values (?, ?, ?)",
            [(id, cursor.lastrowid, told) for id in changes],
        )
        self._db.executemany(
            "insert into event values (?, ?, ?)",
            [(id, cursor.lastrowid, line) for line, id in enumerate(events)],
        )
        return cursor.lastrowid

    def inputs(self, *, after: int = 0, upto: int = 1 << 62) -> Iterator[Input]:
        """The inputs after the one of that number and up to another, in order."""
        query = "select n, kind, body, now from input where n > ? and n <= ? order by n"
        for n, kind, body, now in self._db.execute(query, (after, upto)):
            yield Input(n, kind, body, now)

    def last_input(self) -> int:
        """The number of the last input; 0 before the first."""
        return int(self._db.execute("select coalesce(max(n), 0) from input").fetchone()[0])

    def event(self, id: str, *, upto: int) -> str | None:
        """The line of the event of that id, where it came with an input up to that one."""
        row = self._db.execute(
            "select body, event.line from event join input on n = input where id = ? and n <= ?", (id, upto)
        ).fetchone()
        return None if row is None else row[0].split("\n")[row[1]]

    # ------------------------------------------------------------ snapshots

    def add_snapshot(self, stored: Stored) -> None:
        """Keep a snapshot, in place of the one of the same input."""
        self._db.execute("insert or replace into snapshot values (?, ?, ?, ?, ?)", astuple(stored))

    def drop_snapshots(self, numbers: Iterable[int]) -> None:
        """Let go of the snapshots after these inputs."""
        self._db.executemany("delete from snapshot where n = ?", [(n,) for n in numbers])

    def snapshots(self) -> list[tuple[int, Instant]]:
        """The inputs after which snapshots were made, and from when on they know all; the last first."""
        return self._db.execute("select n, known from snapshot order by n desc").fetchall()

    def snapshot(self, n: int) -> Stored:
        """The snapshot after input ``n``."""
        return Stored(*self._db.execute("select * from snapshot where n = ?", (n,)).fetchone())

    def last_origin(self) -> Origin | None:
        """Where the last input was read that was read from a file."""
        row = self._db.execute(
            "select line, start, stop, digest from input where line is not null order by n desc limit 1"
        ).fetchone()
        return None if row is None else Origin(*row)

    def changes_of(self, input: int) -> list[str]:
        """The ids of the changes that an input brought."""
        return [
            id for (id,) in self._db.execute("select id from change where input = ? order by n", (input,))
        ]

    def untold(self) -> list[str]:
        """The ids of the changes that have not been told, in order."""
        return [id for (id,) in self._db.execute("select id from change where not told order by n")]

    def mark_told(self, ids: Iterable[str]) -> None:
        """These changes have been told."""
        self._db.executemany("update change set told = 1 where id = ?", [(id,) for id in ids])

    # ------------------------------------------------------------ reactions

    def reactions(self) -> dict[str, int]:
        """The number of the last input before each reaction came."""
        return dict(self._db.execute("select name, since from reaction").fetchall())

    def add_reaction(self, name: str, since: int) -> None:
        """A reaction that was not there before input ``since`` had been taken."""
        self._db.execute("insert into reaction values (?, ?)", (name, since))

    def add_delivery(self, id: str, reaction: str, input: int) -> None:
        """Something is to be delivered; what is known already stays as it is."""
        self._db.execute(
            "insert or ignore into delivery (id, reaction, input, state, attempts) values (?, ?, ?, 'waiting', 0)",
            (id, reaction, input),
        )

    def deliveries(self, state: DeliveryState) -> list[Due]:
        """The deliveries that are in ``state``, in order."""
        rows = self._db.execute(
            "select id, reaction, attempts, due, error from delivery where state = ? order by n", (state,)
        )
        return [Due(*row) for row in rows]

    def set_delivery(self, due: Due, state: DeliveryState) -> None:
        """How a delivery stands after an attempt."""
        self._db.execute(
            "update delivery set state = ?, attempts = ?, due = ?, error = ? where id = ?",
            (state, due.attempts, due.due, due.error, due.id),
        )


def _prepare(connection: sqlite3.Connection, name: str) -> None:
    """Lay out a new journal, or look whether an old one is whole."""
    if not connection.execute("select count(*) from sqlite_master").fetchone()[0]:
        _lay_out(connection)
        connection.execute("insert into meta values ('format', ?), ('journal', ?)", (FORMAT, token_hex(16)))
        return
    sound = connection.execute("pragma quick_check").fetchone()[0]
    if sound != "ok":
        raise sqlite3.DatabaseError(sound.splitlines()[0])
    try:
        row = connection.execute("select value from meta where key = 'format'").fetchone()
    except sqlite3.OperationalError:
        row = None
    if row is not None and row[0] == _FORMER:
        _bring_up(connection)
    elif row is None or row[0] != FORMAT:
        found = (
            "it is a database of something else"
            if row is None
            else f"its format is `{row[0]}`, not `{FORMAT}`"
        )
        raise UsageError.of(
            "TEN802", f"cannot use the journal: {found}", place=Place(name), help="name another file"
        )


def _lay_out(connection: sqlite3.Connection) -> None:
    for statement in filter(str.strip, _LAYOUT.split(";")):
        connection.execute(statement)


def _bring_up(connection: sqlite3.Connection) -> None:
    """Add what a journal of the layout before does not have: it is read once to find where events are."""
    layout = _LAYOUT.replace(" table ", " table if not exists ").replace(" index ", " index if not exists ")
    for statement in filter(str.strip, layout.split(";")):
        connection.execute(statement)
    for n, body in connection.execute("select n, body from input where kind = 'events' and body <> ''"):
        places = [(json.loads(line)["id"], n, i) for i, line in enumerate(body.split("\n"))]
        connection.executemany("insert into event values (?, ?, ?)", places)
    connection.execute("update meta set value = ? where key = 'format'", (FORMAT,))
    connection.execute("insert into meta values ('journal', ?)", (token_hex(16),))


def _unusable(name: str, error: sqlite3.Error) -> UsageError:
    place = None if name == MEMORY else Place(name)
    words = str(error).lower()
    if "locked" in words or "busy" in words:
        message = "the journal is in use by another process"
        help = "one process at a time writes a journal; end the other one, or name another file"
        return UsageError.of("TEN803", message, place=place, help=help)
    help = "restore it from a copy, or name a new file and read all events again"
    if "unable to open" in words and not Path(name).parent.is_dir():
        help = "make its folder first"
    return UsageError.of("TEN802", f"cannot use the journal: {words}", place=place, help=help)

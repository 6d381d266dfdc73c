"""How a session comes back from its journal: on a snapshot, or by being told everything again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from logging import getLogger

from attrs import evolve, frozen

from tenure.diagnostics import HistoryError, Place, TenureError, UsageError
from tenure.history import Event
from tenure.history.building import builder_for
from tenure.history.jsonlines import read_line
from tenure.live.encoding import decode, encode
from tenure.live.journal import Input, Journal, Stored
from tenure.live.matching import Candidate, Match
from tenure.time import Instant
from tenure.timeline import Contract
from tenure.timeline.changes import Change
from tenure.timeline.session import Session
from tenure.timeline.session_image import SessionImage
from tenure.timeline.state_changes import StateChange

#: After so many inputs a snapshot is made at the soonest, and how many of its bytes may be written for each input.
SPACING = 256
BYTES_AN_INPUT = 4096
#: How many snapshots a journal keeps.
MOST_SNAPSHOTS = 6
_log = getLogger("tenure.live")
#: What snapshots were made for, in words and as text.
About = Mapping[str, str]
_WORDS = {
    "tenure": "another version of Tenure made it",
    "journal": "it is of another journal",
    "contract": "it is of another contract",
    "rules": "it is of other rules",
    "readings": "it was made under other readings",
    "foresee": "less or more is foreseen now",
    "states": "other states are told now",
    "keep": "another length of time is kept now",
    "executor": "another executor made it",
    "reactions": "there are other reactions now",
}


@frozen
class Snapshot:
    """What is remembered after an input: the session, what its reactions wait for, and what is to be delivered."""

    session: SessionImage
    waiting: dict[str, list[dict[str, Candidate]]]
    taken: int
    matches: dict[str, Match]


@frozen
class Before:
    """The past of a session that stands on the snapshot after input ``n``; what came later it has been told itself."""

    recovery: Recovery
    n: int

    def record(self, id: str) -> Event | None:
        """The record of that id, if it had come by then."""
        line = self.recovery.journal.event(id, upto=self.n)
        return None if line is None else self.recovery.event(line)

    def records(self) -> Iterator[Event]:
        """Every record so far, in the order in which they came."""
        for item in self.recovery.journal.inputs():
            yield from self.recovery.events(item)

    def session_from(self, first: Instant) -> Session:
        """The session as it stands, with all known from ``first`` on."""
        return self.recovery.session_from(first)


class Recovery:
    """How a session comes back from its journal; ``begin`` makes a session to which nothing has happened.

    ``about`` says for what snapshots are made; one that was made for anything else is not used.
    """

    def __init__(self, deal: Contract, journal: Journal, begin: Callable[[], Session], about: About) -> None:
        self.deal = deal
        self.journal = journal
        self.begin = begin
        self.about = about
        #: The number of the last input that the session has been told.
        self.told = 0
        #: Why a snapshot could not be used, in one line; None where none was in the way.
        self.note: str | None = None
        #: After how many inputs the next snapshot is due, and after which the last one was made.
        self.spacing = SPACING
        self.last = 0
        self._builder = builder_for(deal.vocabulary.schema)

    def session_from(self, first: Instant) -> Session:
        """The session as it stands, with all known from ``first`` on: on an earlier snapshot, or from the beginning."""
        for n, known in self.journal.snapshots():
            snapshot = self.snapshot(n) if known <= first and n <= self.told else None
            if snapshot is not None:
                session = self.standing(n, snapshot)
                break
        else:
            n, session = 0, self.begin()
        end = self.told
        try:
            for item in self.journal.inputs(after=n, upto=end):
                # An input that is late once more has the session go back again: to before that input.
                self.told = item.n - 1
                self.again(session, item)
        finally:
            self.told = end
        return session

    def event(self, line: str) -> Event:
        """The event on a line of the journal."""
        found = read_line(line.encode(), Place(self.journal.path), self._builder)
        if not isinstance(found, Event):
            raise HistoryError(*found)
        return found

    def events(self, item: Input) -> list[Event]:
        """The events of an input."""
        lines = item.body.split("\n") if item.kind == "events" and item.body else []
        return [self.event(line) for line in lines]

    # ------------------------------------------------------------ again

    def replayed(self, session: Session, item: Input) -> list[Change]:
        """The changes that an input brought, as they are on record; raises :class:`UsageError` (TEN806) else."""
        recorded = self.journal.changes_of(item.n)
        try:
            told = self.again(session, item)
        except TenureError as error:
            raise self._otherwise(item, error.diagnostics[0].message) from None
        # Foresight and states that were asked for later tell more than was told then.
        same = [
            c
            for c in told
            if c.id in recorded or not (c.kind == "about_to_end" or isinstance(c, StateChange))
        ]
        if [change.id for change in same] != recorded:
            raise self._otherwise(item, "it brings other changes than it did")
        self.told = item.n
        return same

    def again(self, session: Session, item: Input) -> tuple[Change, ...]:
        """Tell ``session`` an input once more."""
        match item.kind:
            case "bad":
                return ()
            case "advance":
                assert item.now is not None
                return session.advance(item.now)
            case "events":
                return session.post(*self.events(item), now=item.now)

    def _otherwise(self, item: Input, why: str) -> UsageError:
        message = f"input {item.n} of the journal does not mean what it meant: {why}"
        help = "another version of Tenure kept it; name a new journal, and read all events again"
        return UsageError.of("TEN806", message, place=Place(self.journal.path), help=help)

    # ------------------------------------------------------------ snapshots

    def usable(self) -> Iterator[tuple[int, Snapshot]]:
        """The snapshots that can be gone on from, the last first, each with the number of its input."""
        for n, _ in self.journal.snapshots():
            snapshot = self.snapshot(n)
            if snapshot is not None:
                yield n, snapshot

    def snapshot(self, n: int) -> Snapshot | None:
        """The snapshot after input ``n``; None where it cannot be used, for the reason that is noted."""
        stored = self.journal.snapshot(n)
        reason = self._unfit(stored)
        if reason is None:
            try:
                return Snapshot(*decode(stored.body))
            except Exception as error:  # noqa: BLE001  (bytes from elsewhere may be wrong in any way)
                reason = f"it cannot be read ({type(error).__name__})"
        self.doubt(n, reason)
        return None

    def doubt(self, n: int, reason: str) -> None:
        """Note why the snapshot after input ``n`` is not used; the first reason is told."""
        told = f"the snapshot at input {n} is not used: {reason}; what came before is evaluated again"
        _log.info("%s", told)
        self.note = self.note or told

    def _unfit(self, stored: Stored) -> str | None:
        if digest(stored) != stored.digest:
            return "it is damaged"
        found = json.loads(stored.about)
        return next((why for key, why in _WORDS.items() if found.get(key) != self.about[key]), None)

    def standing(self, n: int, snapshot: Snapshot) -> Session:
        """A session that stands on the snapshot after input ``n``."""
        session = self.begin()
        session.stand(snapshot.session, Before(self, n))
        return session

    def is_due(self) -> bool:
        """Whether so much has come since the last snapshot that another is due."""
        return self.told - self.last >= self.spacing

    def keep(self, snapshot: Snapshot) -> None:
        """Write ``snapshot`` in the journal, as what is remembered after the last input.

        Raises :class:`TypeError` where it holds what cannot be written.
        """
        body = encode((snapshot.session, snapshot.waiting, snapshot.taken, snapshot.matches))
        about = json.dumps(dict(self.about), sort_keys=True)
        known = snapshot.session.known
        with self.journal.transaction():
            stored = Stored(self.told, known, about, body)
            self.journal.add_snapshot(evolve(stored, digest=digest(stored)))
            numbers = [n for n, _ in reversed(self.journal.snapshots())]
            # The first stays; of the others every second goes, so that far back they lie far apart.
            self.journal.drop_snapshots(numbers[1:-2:2] if len(numbers) > MOST_SNAPSHOTS else [])
        self.last, self.spacing = self.told, max(SPACING, len(body) // BYTES_AN_INPUT)


def digest(stored: Stored) -> str:
    """What tells whether a snapshot is as it was written."""
    said = f"{stored.n} {stored.known} {stored.about}\n"
    return blake2b(said.encode() + stored.body, digest_size=16).hexdigest()

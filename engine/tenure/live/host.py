"""A live contract: a session, its journal, and the reactions to what it tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from logging import getLogger
from os import PathLike
from types import TracebackType
from typing import Self

from attrs import evolve

from tenure.diagnostics import Place, TenureError, UsageError
from tenure.history import event_to_line, read_history
from tenure.language.printer import format_items
from tenure.live.journal import MEMORY, DeliveryState, Due, Input, InputKind, Journal, Origin
from tenure.live.matching import Match, Matcher, PlainMatcher, usual_matcher
from tenure.live.patterns import lengths_of, states_of
from tenure.live.reactions import Delivery, Reaction, reactions_of
from tenure.norms import Vocabulary
from tenure.time import Duration, Instant
from tenure.timeline import Contract
from tenure.timeline.arrivals import Posted
from tenure.timeline.changes import Change
from tenure.timeline.moments import When as Moment
from tenure.timeline.moments import instant_of, length_of
from tenure.timeline.state_changes import StateChange

#: Deliveries that may still be made.
_OPEN: tuple[DeliveryState, ...] = ("waiting", "given up")
_log = getLogger("tenure.live")
OnError = Callable[[Delivery, Exception], object]


class Live:
    """A contract at work: what it is told is journalled with all that it brings, then reactions are called.

    With a file as ``journal`` a program that starts again stands where it stopped, and delivers what it had not.
    The contract's reactions are those that have been registered when it is made; ``on_error`` is told of each that
    fails (default: the log ``tenure.live``).  It belongs to one thread.
    """

    def __init__(
        self,
        deal: Contract,
        *,
        journal: str | PathLike[str] = MEMORY,
        readings: Mapping[str, str] | None = None,
        foresee: Iterable[str | Duration] = (),
        states: Iterable[str] = (),
        matcher: Callable[[Vocabulary], Matcher] = usual_matcher,
        on_error: OnError | None = None,
        tells: bool = False,
    ) -> None:
        self.deal = deal
        self.reactions = reactions_of(deal)
        self.journal = Journal.open(journal)
        self._on_error = on_error or _log_error
        self._matcher = (matcher if self.reactions else PlainMatcher)(deal.vocabulary)
        self._tells = tells
        #: With ``tells``, the changes that somebody has to tell, and then to call :meth:`told`.
        self.untold: list[Change] = []
        self._matches: dict[str, Match] = {}
        self._delivering = False
        try:
            lengths, named = self._claim(readings or {}, foresee, states)
            self.session = deal.session(readings=readings, foresee=lengths, states=named)
            self._inputs = self._recover()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        self.drain()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the journal up."""
        self._matcher.close()
        self.journal.close()

    # ------------------------------------------------------------ what it is told

    def post(
        self, *events: Posted, now: Moment | None = None, origin: Origin | None = None
    ) -> tuple[Change, ...]:
        """As :meth:`Session.post`, journalled; then what is due is delivered."""
        fresh = self.session.read(*events)
        moment = None if now is None else instant_of(now, self.deal.vocabulary.zone)
        if not fresh and moment is None and origin is None:
            return ()
        told = self.session.take(*fresh, now=moment)
        lines = [event_to_line(event, self.deal.vocabulary.schema) for event in fresh]
        return self._record("events", "\n".join(lines), moment, origin, told)

    def advance(self, now: Moment, *, origin: Origin | None = None) -> tuple[Change, ...]:
        """As :meth:`Session.advance`, journalled; then what is due is delivered."""
        moment = instant_of(now, self.deal.vocabulary.zone)
        told = self.session.take(now=moment)
        return self._record("advance", "", moment, origin, told)

    def set_aside(self, line: str, origin: Origin) -> None:
        """Journal a line that could not be used, so that it is not read again."""
        self._record("bad", line, None, origin, ())

    def _record(
        self,
        kind: InputKind,
        body: str,
        now: Instant | None,
        origin: Origin | None,
        changes: tuple[Change, ...],
    ) -> tuple[Change, ...]:
        matches = [match for change in changes for match in self._matcher.take(change)]
        ids = [change.id for change in changes]
        with self.journal.transaction():
            self._inputs = self.journal.add_input(kind, body, now, origin, ids, told=not self._tells)
            for match in matches:
                self.journal.add_delivery(match.id, match.reaction, self._inputs)
        self._matches.update((match.id, match) for match in matches)
        if self._tells:
            self.untold += changes
        try:
            self.session.tell(changes)
        finally:
            self.drain()
        return changes

    def told(self, beside: Mapping[str, str] | None = None) -> None:
        """All that was :attr:`untold` has been told; what is to be remembered ``beside`` that is kept with it."""
        with self.journal.transaction():
            self.journal.mark_told(change.id for change in self.untold)
            for key, value in (beside or {}).items():
                self.journal.remember(key, value)
        self.untold.clear()

    # ------------------------------------------------------------ deliveries

    def drain(self) -> None:
        """Deliver all that is due; done by itself after every post and advance."""
        if self._delivering:
            return  # a reaction has posted: what that brings is delivered when it has returned
        self._delivering = True
        try:
            tried: set[str] = set()
            while due := [
                d for d in self.journal.deliveries("waiting") if d.id not in tried and self._is_due(d)
            ]:
                for each in due:
                    tried.add(each.id)
                    self._deliver(each)
        finally:
            self._delivering = False

    def _is_due(self, due: Due) -> bool:
        ready = due.due is None or (self.session.now is not None and due.due <= self.session.now)
        return ready and due.id in self._matches and due.reaction in self.reactions

    def _deliver(self, due: Due) -> None:
        match, reaction = self._matches[due.id], self.reactions[due.reaction]
        due.attempts += 1
        delivery = Delivery(due.id, match.changes, dict(match.values), due.attempts, self)
        try:
            reaction.call(delivery)
        except Exception as error:  # noqa: BLE001  (whatever a reaction raises is reported, and tried again)
            self._failed(due, reaction, error)
            self._on_error(delivery, error)
            return
        with self.journal.transaction():
            self.journal.set_delivery(due, "done")
        del self._matches[due.id]

    def _failed(self, due: Due, reaction: Reaction, error: Exception) -> None:
        due.error = f"{type(error).__name__}: {error}"
        if reaction.retry.wait is not None and self.session.now is not None:
            calendar = self.deal.vocabulary.calendar
            due.due = calendar.add(self.session.now, length_of(reaction.retry.wait))
        given_up = due.attempts >= reaction.retry.attempts
        with self.journal.transaction():
            self.journal.set_delivery(due, "given up" if given_up else "waiting")

    def undelivered(self) -> tuple[Due, ...]:
        """What could not be delivered: given up after the last attempt, or waiting for another, with the last error."""
        waiting = [due for due in self.journal.deliveries("waiting") if due.error is not None]
        return (*self.journal.deliveries("given up"), *waiting)

    def try_again(self) -> None:
        """Deliver what was given up, as if for the first time."""
        with self.journal.transaction():
            for due in self.journal.deliveries("given up"):
                self.journal.set_delivery(evolve(due, attempts=0, due=None), "waiting")
        self.drain()

    # ------------------------------------------------------------ starting again

    def _claim(
        self, readings: Mapping[str, str], foresee: Iterable[str | Duration], states: Iterable[str]
    ) -> tuple[list[Duration], set[str]]:
        """Make the journal that of this contract, or raise :class:`UsageError` (TEN805) where it is of another.

        Returns how far ahead is looked and which states are told: what is asked now, and what was asked before.
        """
        whens = [reaction.when for reaction in self.reactions.values()]
        lengths = [*map(length_of, json.loads(self.journal.remembered("foresee") or "[]"))]
        lengths += [length_of(length) for length in foresee]
        lengths += [length for when in whens for length in lengths_of(when)]
        lengths = list(dict.fromkeys(lengths))
        named = {*json.loads(self.journal.remembered("states") or "[]"), *states}
        named |= {name for when in whens for name in states_of(when)}
        rules = format_items(self.deal.document.items)
        about = {
            "contract": self.deal.name,
            "rules": sha256(rules.encode()).hexdigest(),
            "readings": json.dumps(dict(readings), sort_keys=True),
        }
        for key, value in about.items():
            found = self.journal.remembered(key)
            if found is not None and found != value:
                raise _of_another(self.journal.path, key, found, value)
        with self.journal.transaction():
            for key, value in about.items():
                self.journal.remember(key, value)
            self.journal.remember("foresee", json.dumps([str(length) for length in lengths]))
            self.journal.remember("states", json.dumps(sorted(named)))
        return lengths, named

    def _recover(self) -> int:
        """Tell the session everything again; returns the number of the last input."""
        known, last = self.journal.reactions(), 0
        open_ = {due.id for state in _OPEN for due in self.journal.deliveries(state)}
        untold = set(self.journal.untold())
        self._admit(known, 0)
        for item in self.journal.inputs():
            last = item.n
            for change in self._replayed(item):
                self._matches.update((m.id, m) for m in self._matcher.take(change) if m.id in open_)
                if change.id in untold:
                    self.untold.append(change)
            self._admit(known, last)
        with self.journal.transaction():
            for name in self.reactions.keys() - known.keys():
                self.journal.add_reaction(name, last)
        for name, reaction in self.reactions.items():
            if name not in known:
                self._matcher.add(name, reaction.when)
        return last

    def _admit(self, known: Mapping[str, int], since: int) -> None:
        """The reactions that came after input ``since``."""
        for name, reaction in self.reactions.items():
            if known.get(name) == since:
                self._matcher.add(name, reaction.when)

    def _replayed(self, item: Input) -> list[Change]:
        """The changes that an input brought, as they are on record; raises :class:`UsageError` (TEN806) else."""
        recorded = self.journal.changes_of(item.n)
        try:
            told = self._again(item)
        except TenureError as error:
            raise _otherwise(self.journal.path, item, error.diagnostics[0].message) from None
        # Foresight and states that were asked for later tell more than was told then.
        same = [
            c
            for c in told
            if c.id in recorded or not (c.kind == "about_to_end" or isinstance(c, StateChange))
        ]
        if [change.id for change in same] != recorded:
            raise _otherwise(self.journal.path, item, "it brings other changes than it did")
        return same

    def _again(self, item: Input) -> tuple[Change, ...]:
        match item.kind:
            case "bad":
                return ()
            case "advance":
                assert item.now is not None
                return self.session.advance(item.now)
            case "events":
                lines = item.body.splitlines()
                events = read_history(lines, self.deal.vocabulary.schema).history.events if lines else ()
                return self.session.post(*events, now=item.now)


def _log_error(delivery: Delivery, error: Exception) -> None:
    _log.error("reaction failed at attempt %d: %s", delivery.attempt, delivery.id, exc_info=error)


def _of_another(path: str, key: str, found: str, value: str) -> UsageError:
    message = {
        "contract": f"the journal is of the contract `{found}`, not of `{value}`",
        "rules": "the journal is of another version of this contract: its rules have changed since",
        "readings": f"the journal was kept under other readings: {found}, not {value}",
    }[key]
    help = "name a new journal, and read all events again"
    return UsageError.of("TEN805", message, place=Place(path), help=help)


def _otherwise(path: str, item: Input, why: str) -> UsageError:
    message = f"input {item.n} of the journal does not mean what it meant: {why}"
    help = "another version of Tenure kept it; name a new journal, and read all events again"
    return UsageError.of("TEN806", message, place=Place(path), help=help)

"""A live contract: a session, its journal, and the reactions to what it tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from hashlib import sha256
from logging import getLogger
from os import PathLike
from types import TracebackType
from typing import Self

from attrs import evolve

import tenure
from tenure.diagnostics import Place, TenureError, UsageError
from tenure.history import event_to_line
from tenure.language.printer import format_items
from tenure.live.journal import MEMORY, DeliveryState, Due, InputKind, Journal, Origin
from tenure.live.matching import Match, Matcher, PlainMatcher, Waiting, usual_matcher
from tenure.live.patterns import WhenAll, lengths_of, states_of
from tenure.live.reactions import Delivery, Reaction, reactions_of
from tenure.live.recovery import Recovery, Snapshot
from tenure.norms import Vocabulary
from tenure.time import Duration, Instant
from tenure.timeline import Contract
from tenure.timeline.arrivals import Posted
from tenure.timeline.changes import Change
from tenure.timeline.moments import When as Moment
from tenure.timeline.moments import instant_of, length_of

#: Deliveries that may still be made.
_OPEN: tuple[DeliveryState, ...] = ("waiting", "given up")
#: How much is kept where nothing is forgotten.
ALL = "all"
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
        keep: str | Duration | None = None,
        executor: str = "reference",
        matcher: Callable[[Vocabulary], Matcher] = usual_matcher,
        on_error: OnError | None = None,
        tells: bool = False,
    ) -> None:
        self.deal = deal
        self.reactions = reactions_of(deal)
        self.journal = Journal.open(journal)
        self._on_error = on_error or _log_error
        self._make_matcher = partial(matcher if self.reactions else PlainMatcher, deal.vocabulary)
        self._matcher = self._make_matcher()
        self._tells = tells
        #: With ``tells``, the changes that somebody has to tell, and then to call :meth:`told`.
        self.untold: list[Change] = []
        self._matches: dict[str, Match] = {}
        self._delivering = False
        #: Whether the session is where the journal says: not while an input is being taken.
        self._in_step = False
        try:
            about, lengths, named = self._claim(readings or {}, foresee, states, keep, executor)
            begin = partial(
                deal.session, readings=readings, foresee=lengths, states=named, keep=keep, executor=executor
            )
            self._recovery = Recovery(deal, self.journal, begin, about)
            self._recover()
            self._in_step = True
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
        """Give the journal up, with a snapshot of how things stand."""
        try:
            if self._in_step and self.journal.path != MEMORY:
                self._in_step = False
                if self._recovery.told > self._recovery.last:
                    self._keep_snapshot()
        finally:
            self._matcher.close()
            self.journal.close()

    @property
    def note(self) -> str | None:
        """Why a snapshot in the journal could not be gone on from, in one line; None where nothing was in the way."""
        return self._recovery.note

    # ------------------------------------------------------------ what it is told

    def post(
        self, *events: Posted, now: Moment | None = None, origin: Origin | None = None
    ) -> tuple[Change, ...]:
        """As :meth:`Session.post`, journalled; then what is due is delivered."""
        fresh = self.session.read(*events)
        moment = None if now is None else instant_of(now, self.deal.vocabulary.zone)
        if not fresh and moment is None and origin is None:
            return ()
        told = self._taken(*fresh, now=moment)
        lines = [event_to_line(event, self.deal.vocabulary.schema) for event in fresh]
        ids = [event.id for event in fresh]
        return self._record("events", "\n".join(lines), moment, origin, told, ids)

    def advance(self, now: Moment, *, origin: Origin | None = None) -> tuple[Change, ...]:
        """As :meth:`Session.advance`, journalled; then what is due is delivered."""
        moment = instant_of(now, self.deal.vocabulary.zone)
        told = self._taken(now=moment)
        return self._record("advance", "", moment, origin, told)

    def _taken(self, *events: Posted, now: Instant | None) -> tuple[Change, ...]:
        was, self._in_step = self._in_step, False
        try:
            return self.session.take(*events, now=now)
        except TenureError:
            self._in_step = was  # the session is as it was
            raise

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
        events: Iterable[str] = (),
    ) -> tuple[Change, ...]:
        self._in_step = False
        matches = [match for change in changes for match in self._matcher.take(change)]
        ids = [change.id for change in changes]
        with self.journal.transaction():
            number = self.journal.add_input(kind, body, now, origin, ids, events=events, told=not self._tells)
            for match in matches:
                self.journal.add_delivery(match.id, match.reaction, number)
        self._recovery.told = number
        self._matches.update((match.id, match) for match in matches)
        if self._tells:
            self.untold += changes
        self._in_step = True
        try:
            self.session.tell(changes)
        finally:
            self.drain()
        self._snapshot_if_due()
        return changes

    def _snapshot_if_due(self) -> None:
        usable = self._in_step and not self._delivering and self.journal.path != MEMORY
        if usable and self._recovery.is_due():
            self._keep_snapshot()

    def told(self, beside: Mapping[str, str] | None = None) -> None:
        """All that was :attr:`untold` has been told; what is to be remembered ``beside`` that is kept with it."""
        with self.journal.transaction():
            self.journal.mark_told(change.id for change in self.untold)
            for key, value in (beside or {}).items():
                self.journal.remember(key, value)
        self.untold.clear()
        self._snapshot_if_due()

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
        self,
        readings: Mapping[str, str],
        foresee: Iterable[str | Duration],
        states: Iterable[str],
        keep: str | Duration | None,
        executor: str,
    ) -> tuple[dict[str, str], list[Duration], set[str]]:
        """Make the journal that of this contract, or raise :class:`UsageError` (TEN805, TEN730) where it is not.

        Returns what its snapshots are about, how far ahead is looked and which states are told: what is asked now, and
        what was asked before.
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
        about["foresee"] = json.dumps([str(length) for length in lengths])
        about["states"] = json.dumps(sorted(named))
        about["keep"] = _kept(self.journal, keep)
        with self.journal.transaction():
            for key, value in about.items():
                self.journal.remember(key, value)
        about |= {"tenure": tenure.__version__, "executor": executor}
        about["journal"] = self.journal.remembered("journal") or ""
        return about | {"reactions": _described(self.reactions)}, lengths, named

    def _recover(self) -> None:
        """Go on from the last snapshot that can be used, or from the beginning."""
        for n, snapshot in self._recovery.usable():
            try:
                self._go_on(n, snapshot)
            except Exception as error:  # noqa: BLE001  (a snapshot of whatever making is never trusted)
                why = error.diagnostics[0].message if isinstance(error, TenureError) else type(error).__name__
                self._recovery.doubt(n, f"from it on all would be otherwise ({why})")
            else:
                self._recovery.last = n
                return
        self._go_on(0, None)

    def _go_on(self, n: int, snapshot: Snapshot | None) -> None:
        """Stand where input ``n`` left the session, and tell it again what came after."""
        self._begin_anew()
        known = self.journal.reactions()
        for name, since in sorted(known.items(), key=lambda item: item[1]):
            if since <= n and name in self.reactions:
                self._matcher.add(name, self.reactions[name].when)
        self._recovery.told = n
        self.session = self._recovery.begin() if snapshot is None else self._recovery.standing(n, snapshot)
        if snapshot is not None:
            waiting = _waiting(self._matcher)
            assert waiting is not None
            waiting.places, waiting.taken = snapshot.waiting, snapshot.taken
            self._matches = dict(snapshot.matches)
        self._tell_again(n, known)

    def _begin_anew(self) -> None:
        self._matcher.close()
        self._matcher = self._make_matcher()
        self._matches = {}
        self.untold = []

    def _tell_again(self, n: int, known: Mapping[str, int]) -> None:
        open_ = {due.id for state in _OPEN for due in self.journal.deliveries(state)}
        untold = set(self.journal.untold())
        for item in self.journal.inputs(after=n):
            for change in self._recovery.replayed(self.session, item):
                self._matches.update((m.id, m) for m in self._matcher.take(change) if m.id in open_)
                if change.id in untold:
                    self.untold.append(change)
            for name, reaction in self.reactions.items():
                if known.get(name) == item.n:
                    self._matcher.add(name, reaction.when)
        for name, reaction in self.reactions.items():
            if name not in known:
                self._matcher.add(name, reaction.when)
        with self.journal.transaction():
            for name in self.reactions.keys() - known.keys():
                self.journal.add_reaction(name, self._recovery.told)

    # ------------------------------------------------------------ snapshots

    def _keep_snapshot(self) -> None:
        """Make a snapshot, unless something has still to be told."""
        waiting = _waiting(self._matcher)
        image = None if self.untold or waiting is None else self.session.image()
        if image is None or waiting is None:
            self._recovery.last = self._recovery.told  # it is asked for again after as much more
            return
        try:
            self._recovery.keep(Snapshot(image, waiting.places, waiting.taken, self._matches))
        except TypeError as error:
            _log.warning("no snapshot is made, and a restart tells all inputs again: %s", error)
            self._recovery.last = self._recovery.told


def _waiting(matcher: Matcher) -> Waiting | None:
    """What waits in one of our own matchers; nothing is known of another."""
    found = getattr(matcher, "waiting", None)
    return found if isinstance(found, Waiting) else None


def _log_error(delivery: Delivery, error: Exception) -> None:
    _log.error("reaction failed at attempt %d: %s", delivery.attempt, delivery.id, exc_info=error)


def _described(reactions: Mapping[str, Reaction]) -> str:
    """What reactions wait for, as far as a snapshot depends on it."""
    widths = {
        name: len(r.when.patterns) if isinstance(r.when, WhenAll) else 0 for name, r in reactions.items()
    }
    return json.dumps(widths, sort_keys=True)


def _kept(journal: Journal, keep: str | Duration | None) -> str:
    """How much the session of a journal keeps; raises :class:`UsageError` (TEN730) where it took what that would refuse."""
    asked = ALL if keep is None else str(length_of(keep))
    found = journal.remembered("keep") or (ALL if journal.last_input() else asked)
    if asked not in (found, ALL):
        before = "with all that came" if found == ALL else f"with the last {found}"
        message = f"the journal was kept {before}, not with the last {asked}"
        help = "keep what was kept, or all, or name a new journal and read all events again"
        raise UsageError.of("TEN730", message, place=Place(journal.path), help=help)
    return asked


def _of_another(path: str, key: str, found: str, value: str) -> UsageError:
    message = {
        "contract": f"the journal is of the contract `{found}`, not of `{value}`",
        "rules": "the journal is of another version of this contract: its rules have changed since",
        "readings": f"the journal was kept under other readings: {found}, not {value}",
    }[key]
    help = "name a new journal, and read all events again"
    return UsageError.of("TEN805", message, place=Place(path), help=help)

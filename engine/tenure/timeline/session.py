"""A session: a contract that is told events as they come, and tells which positions change."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from types import TracebackType
from typing import TYPE_CHECKING, Self

from attrs import evolve

from tenure.diagnostics import HistoryError, QueryError, TenureError, TimeError
from tenure.history import Event, History
from tenure.logic.executor import Executor
from tenure.norms import Position, Relation
from tenure.time import MAX_INSTANT, MIN_INSTANT, Duration, Instant, format_instant
from tenure.timeline.ahead import Ahead, Foresight
from tenure.timeline.arrivals import Arrivals, Past, Posted
from tenure.timeline.changes import Change, News, Subject, in_order, state_at
from tenure.timeline.executors import REFERENCE
from tenure.timeline.moments import When, first_within, instant_of, length_of
from tenure.timeline.session_image import SessionImage
from tenure.timeline.standing import Standing, first_of_last_span, standing_after
from tenure.timeline.state_changes import StateChange, StateRow, state_proof, states_named
from tenure.timeline.steps import Step
from tenure.timeline.tracks import Looked, Tracks

if TYPE_CHECKING:
    from tenure.logic.acts import VoidAct
    from tenure.timeline.contract import Contract
    from tenure.timeline.proof import Proof
    from tenure.timeline.timeline import Timeline

#: After so many posts a session that keeps only a part of its record looks for what it can forget.
FORGETS_EVERY = 64
Callback = Callable[[Change], object]
_NOT_BEGUN: Instant = MIN_INSTANT - 1


class Session:
    """A contract that is told events as they come; made by :meth:`Contract.session`.

    There is no clock in it.  An event moves ``now`` to when it was recorded (by default when it occurred), unless
    ``now`` is given with it; :meth:`advance` moves it on.  Limits that are passed in between are told then.  A
    session belongs to one thread.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        readings: Mapping[str, str] | None = None,
        foresee: Iterable[str | Duration] = (),
        states: Iterable[str] = (),
        keep: str | Duration | None = None,
        executor: Executor = REFERENCE,
    ) -> None:
        self.contract = contract
        self.vocabulary = contract.vocabulary
        self.readings = dict(readings or {})
        named = states_named(self.vocabulary, states)
        self._tracks = Tracks.begun(contract, self.readings, executor, named)
        self._foresight = Foresight(self.vocabulary, [length_of(length) for length in foresee])
        self._arrivals = Arrivals(self.vocabulary)
        self._standing: dict[Position, Standing] = {}
        #: What has been told and still is so, in order of time.
        self._log: list[Change] = []
        #: For each name of changes that were withdrawn how often, and when they would have been.
        self._withdrawn: dict[str, tuple[int, Instant]] = {}
        self._keep = None if keep is None else length_of(keep)
        self._posts = 0
        self._known = _NOT_BEGUN
        #: Events that were posted before they were recorded.
        self._announced: set[str] = set()
        self._now = _NOT_BEGUN
        self._ahead: Ahead | None = None
        self._timeline: Timeline | None = None
        self._callbacks: list[Callback] = []
        self._untold: deque[Change] = deque()

    def __repr__(self) -> str:
        now = "not begun" if self.now is None else f"now {self.text(self._now)}"
        return f"Session({self.vocabulary.name}, {len(self._arrivals.by_id)} events, {now})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    # ------------------------------------------------------------ what it is told

    def post(self, *events: Posted, now: When | None = None) -> tuple[Change, ...]:
        """Take ``events``, all or none of them, and return every change that they bring.

        An event of the past settles what came after it anew: what is learned is ``late``, and what was told and is
        not so after all is ``withdrawn``.  One of the future waits until ``now`` reaches it.  An event that is there
        already, in the same words, changes nothing.  Raises :class:`HistoryError` for an event that is none of the
        contract's or clashes with others, and :class:`TimeError` (TEN801) where ``now`` is past.
        """
        return self.tell(self.take(*events, now=now))

    def advance(self, now: When) -> tuple[Change, ...]:
        """Go on to ``now`` and return every change that time alone has brought; raises :class:`TimeError` (TEN801)."""
        return self.tell(self.take(now=now))

    def take(self, *events: Posted, now: When | None = None) -> tuple[Change, ...]:
        """As :meth:`post`, but no callback is called: that is for whoever has something to do before."""
        fresh = self.read(*events)
        if not fresh and now is None:
            return ()
        if now is not None:
            to = self._forward(now)
            self._announced.update(event.id for event in fresh if event.recorded > to)
        else:
            to = max([self._now, *(event.recorded for event in fresh)])
        told = tuple(self._settle(fresh, to))
        self._forget()
        return told

    def read(self, *events: Posted) -> list[Event]:
        """``events`` as they would be taken, without those that are there already; raises as :meth:`post`."""
        found = self._arrivals.accepted(events, forgets=self._keep is not None)
        touched = self._arrivals.first_touched(found)
        if self._keep is not None:
            for event, at in zip(found, touched, strict=True):
                self._check_kept(event, at)
        self._recall(min(touched, default=MAX_INSTANT))
        return found

    def on_change(self, callback: Callback) -> Callback:
        """Call ``callback`` with every change from now on; also as a decorator.

        It is called when the event that brought the change has been settled, and may post others.  What callbacks
        raise is raised together when all have been called.
        """
        self._callbacks.append(callback)
        return callback

    def fork(self) -> Session:
        """A session of its own that stands where this one does, for a supposition; callbacks stay here."""
        self._recall(MIN_INSTANT)
        other = Session.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.readings, other._standing = dict(self.readings), dict(self._standing)
        other._tracks, other._foresight = self._tracks.fork(), self._foresight.copy()
        other._arrivals, other._log = self._arrivals.copy(), list(self._log)
        other._withdrawn, other._announced = dict(self._withdrawn), set(self._announced)
        other._ahead, other._callbacks, other._untold = None, [], deque()
        return other

    # ------------------------------------------------------------ what it answers

    @property
    def now(self) -> Instant | None:
        """The instant up to which everything is settled; None before the first event."""
        return None if self._now == _NOT_BEGUN else self._now

    @property
    def history(self) -> History:
        """The whole record, in the order in which it came."""
        past = self._arrivals.past
        if past is not None and self._keep is None:
            return History(tuple(past.records()))
        return self._arrivals.history()

    @property
    def void(self) -> tuple[VoidAct, ...]:
        """The acts that had no effect, each with its reason."""
        if self._stands_on_image:
            return tuple(void for void in self.timeline().void if void.event.at <= self._now)
        return tuple(self._tracks.void.values())

    def positions(
        self,
        *,
        holder: str | None = None,
        act: str | None = None,
        relation: Relation | None = None,
    ) -> tuple[Standing, ...]:
        """Every position that is held, unknown or disputed now, as it is stored: from the side of the one who acts.

        Powers that only repeat the declaration of an act are left out unless the act or the relation is named.
        """
        named = act is not None or relation is not None
        return tuple(
            standing
            for position, standing in self._standing.items()
            if holder in (None, position.holder)
            and act in (None, position.act)
            and relation in (None, position.relation)
            and (named or not self._tracks.main.is_declared(position))
        )

    @property
    def states(self) -> frozenset[str]:
        """The named states whose changes are told."""
        return self._tracks.main.bearing.states

    def next_change(self) -> Change | None:
        """The first change to come if nothing more happens; None where nothing changes within a hundred years."""
        start = max(self._now, 0)
        return self._projection().next(self._now, min(start + 36_525 * 24 * 3600 * 10**6, MAX_INSTANT))

    def is_due(self, now: When) -> bool:
        """Whether advancing to ``now`` would tell of anything; it changes nothing."""
        to = instant_of(now, self.vocabulary.zone)
        if to <= self._now:
            return False
        ahead = self._projection()
        coming = any(self._now < change.at <= to for change in ahead.reach(to))
        return coming or any(True for _ in self._foresight.copy().alerts(ahead, to))

    def void_act(self, event: str) -> VoidAct | None:
        """Why the event of that id had no effect; None where it has, or has not been settled."""
        return self._tracks.void.get(event)

    @property
    def known_from(self) -> Instant | None:
        """From when on the record is there; None where nothing has been forgotten."""
        return None if self._known == _NOT_BEGUN or self._stands_on_image else self._known

    def timeline(self) -> Timeline:
        """All that can be asked: a whole evaluation of the record, made when it is asked for.

        Its horizon is ``now``.  It takes as long as :meth:`Contract.evaluate`, and is kept until something happens.
        Raises :class:`QueryError` (TEN810) where a part of the record has been forgotten.
        """
        if self.known_from is not None:
            message = f"what was before {self.text(self._known)} has been forgotten"
            help = "evaluate the history as it is kept elsewhere, or make the session without `keep`"
            raise QueryError.of("TEN810", message, help=help)
        if self._timeline is None:
            self._timeline = self.contract.evaluate(
                self.history, horizon=max(self._now, MIN_INSTANT), readings=self.readings
            )
        return self._timeline

    def why(self, change: Change) -> Proof:
        """Why what ``change`` is of is as it is at that instant, by the record as it is now."""
        timeline = self.timeline()
        if isinstance(change, StateChange):
            return state_proof(timeline, change.row, change.at)
        from tenure.timeline.explaining import prove

        verdict = timeline.verdict(change.position, change.at)
        p = change.position
        things = ", ".join(str(v) for v in p.object if v is not None)
        claim = f"{p.holder}: {p.relation} to {p.act} {things}".rstrip() + f" at {self.text(change.at)}"
        return prove(timeline, verdict, claim)

    def event(self, event: str) -> Event | None:
        """The record of that id."""
        return self._arrivals.record(event)

    def text(self, instant: Instant) -> str:
        """An instant as RFC 3339 text in the contract's zone."""
        return format_instant(instant, self.vocabulary.zone)

    # ------------------------------------------------------------ settling

    def _forward(self, when: When) -> Instant:
        now = instant_of(when, self.vocabulary.zone)
        if now < self._now:
            message = f"cannot go back to {self.text(now)}: it is {self.text(self._now)} already"
            advice = "post an event of the past as it is: it is settled where it belongs"
            raise TimeError.of("TEN801", message, help=advice)
        return now

    def _settle(self, fresh: list[Event], to: Instant) -> list[Change]:
        was = self._now
        self._timeline = None
        try:
            return [*self._arrive(fresh), *self._go_on(to)]
        except TenureError:
            # A limit beyond the calendar, say: all is settled again as it was.
            self._arrivals.remove(fresh)
            self._now = was
            self._anew(MIN_INSTANT)
            raise

    def _arrive(self, fresh: list[Event]) -> list[Change]:
        """Put ``fresh`` on record, and settle anew what they change of the past."""
        difference = self._arrivals.add(fresh)
        if difference is None:
            return []
        self._ahead = None
        if difference.behind or difference.first < self._tracks.open_from:
            return self._anew(difference.first)
        return []

    def _anew(self, before: Instant) -> list[Change]:
        first = self._tracks.take_again(self._arrivals.effective, before, self._now)
        self._arrivals.take(self._now)
        self._ahead = None
        first = max(first, self._known)
        looked = self._tracks.look(first - 1, self._told_after(first - 1), whole=True)
        return self._report(looked, first - 1, self._now, whole=True)

    def _go_on(self, to: Instant) -> list[Change]:
        """Settle what is due up to ``to``; with foresight tick by tick, for each event may move the ends to come."""
        if not self._foresight.lengths:
            return self._step(to)
        told: list[Change] = []
        for tick in dict.fromkeys(event.at for event in self._arrivals.due(to)):
            if tick - 1 > self._now:
                told += self._step(tick - 1)
            told += self._step(max(tick, self._now))
        told += self._step(to)
        if any(event.recorded > self._projection().start for event in self._arrivals.pending()):
            self._ahead = None  # it is known now what is to happen
            told += self._alerts(to)
        return told

    def _step(self, to: Instant) -> list[Change]:
        was, events = self._now, self._arrivals.due(to)
        since = min(was, events[0].at - 1) if events else was
        if self._foresight.lengths and not events:
            self._projection()
        otherwise = self._tracks.take(events, to)
        self._arrivals.take(to)
        self._now = to
        whole = otherwise is not None and otherwise <= since
        since = otherwise - 1 if otherwise is not None and whole else since
        looked = self._tracks.look(since, self._told_after(since), whole=whole)
        told = self._report(looked, since, was, whole=whole)
        if events:
            self._ahead = None
        if self._foresight.lengths:
            told = sorted([*told, *self._alerts(to)], key=lambda change: change.at)
        return told

    def _alerts(self, to: Instant) -> list[Change]:
        return [self._issued(change, "new") for change in self._foresight.alerts(self._projection(), to)]

    def _projection(self) -> Ahead:
        if self._ahead is None or (not self._foresight.lengths and self._ahead.start != self._now):
            # Of events that were posted together, one that is recorded later is not foreseen.
            known = [
                e for e in self._arrivals.pending() if e.recorded <= self._now or e.id in self._announced
            ]
            self._ahead = Ahead(self.vocabulary, self._tracks, known, self._now)
        return self._ahead

    # ------------------------------------------------------------ forgetting

    def _check_kept(self, event: Event, at: Instant) -> None:
        """Raise :class:`HistoryError` (TEN810) where ``event`` would change what is longer ago than is kept, at ``at``."""
        assert self._keep is not None
        if at < self._now and self.vocabulary.calendar.add(at, self._keep) < self._now:
            message = f"`{event.id}` is of {self.text(at)}, and the session keeps the last {self._keep} only"
            help = "make the session with a longer `keep`, or without, and post all events again"
            raise HistoryError.of("TEN810", message, place=event.place, help=help)

    def _forget(self) -> None:
        """Now and then, let go what is longer ago than is kept."""
        self._posts += 1
        if self._keep is None or self._posts % FORGETS_EVERY or self.now is None:
            return
        known = self._tracks.forget(first_within(self.vocabulary.calendar, self._now, self._keep))
        if known is not None and known > self._known:
            self._known = known
            self._arrivals.forget(known)
            self._announced &= self._arrivals.by_id.keys()
            self._withdrawn = {name: w for name, w in self._withdrawn.items() if w[1] >= known}
            del self._log[: bisect_right(self._log, known - 1, key=lambda change: change.at)]

    # ------------------------------------------------------------ in another process

    def image(self) -> SessionImage | None:
        """What a session of the same contract needs to go on from here in another process; None before there is any."""
        lines = self._tracks.images()
        known = max((line.run.known for line in lines or ()), default=MAX_INSTANT)
        if lines is None or known > self._now:
            return None
        part = self._arrivals.since(min(line.run.stage // 2 for line in lines))
        return SessionImage(
            now=self._now,
            known=known,
            lines=lines,
            records=list(part.by_id.values()),
            effective=part.effective,
            taken=part.taken,
            standing=list(self._standing.values()),
            log=self._log[bisect_right(self._log, known - 1, key=lambda change: change.at) :],
            withdrawn={name: w for name, w in self._withdrawn.items() if w[1] >= known},
            announced=[id for id in self._announced if id in part.by_id],
            foreseen=list(self._foresight.told),
            wrongs=self._tracks.wrongs,
        )

    def stand(self, image: SessionImage, past: Past) -> None:
        """Stand, where nothing has happened yet, as ``image`` says; what was before it is to be had from ``past``."""
        arrivals = self._arrivals
        arrivals.by_id = {event.id: event for event in image.records}
        arrivals.effective, arrivals.taken, arrivals.past = image.effective, image.taken, past
        self._tracks.stand(image.lines, image.effective[: image.taken], image.wrongs, image.now)
        self._foresight.told = dict.fromkeys(image.foreseen)
        self._standing = {standing.position: standing for standing in image.standing}
        self._log, self._withdrawn = image.log, image.withdrawn
        self._announced = set(image.announced)
        self._now, self._known = image.now, image.known

    @property
    def _stands_on_image(self) -> bool:
        """Whether what has been forgotten can be had back."""
        return self._arrivals.past is not None and self._keep is None

    def _recall(self, first: Instant) -> None:
        """Have all from ``first`` on known, where a part of it was left behind in another process."""
        past = self._arrivals.past
        if past is None or first >= self._known:
            return
        other: Session = past.session_from(first)
        kept = ("_callbacks", "_untold")
        self.__dict__.update({name: value for name, value in vars(other).items() if name not in kept})

    # ------------------------------------------------------------ telling

    def _told_after(self, since: Instant) -> list[Subject]:
        first = bisect_right(self._log, since, key=lambda change: change.at)
        return [change.subject for change in self._log[first:]]

    def _report(self, looked: Looked, since: Instant, was: Instant, *, whole: bool = False) -> list[Change]:
        """What is to be told of ``looked``: what is new after ``since``, and what was told and is not there."""
        for subject, over_time in looked.steps.items():
            if not isinstance(subject, StateRow):
                self._stand(subject, over_time, None if whole else since)
        first = bisect_right(self._log, since, key=lambda change: change.at)
        known = {_bare(change): change for change in self._log[first:]}
        found = in_order(self.vocabulary, looked.changes)
        gone = [self._withdraw(known[bare]) for bare in known.keys() - set(found)] if known else []
        fresh = {
            bare: self._issued(bare, "late" if bare.at < was else "new")
            for bare in found
            if bare not in known
        }
        self._log[first:] = [known.get(bare) or fresh[bare] for bare in found]
        return [*sorted(gone, key=lambda change: (change.at, change.id)), *fresh.values()]

    def _stand(self, position: Position, over_time: tuple[Step, ...], since: Instant | None) -> None:
        """Keep up how ``position`` stands, by its steps after ``since`` (None: all)."""
        before, begin = self._standing.get(position), first_of_last_span(over_time).start
        if since is None and before is not None and before.since is not None and before.since <= self._known:
            since = self._known  # what was before has been forgotten
        is_held = over_time[-1].status != "not_held" and not over_time[-1].by_default
        if is_held and before is None and since is not None and (begin is None or begin <= since):
            # It was as it is before a clause spoke of it: free by default, or forbidden.
            over_time, since = self._tracks.steps_ever(position), None
        state = state_at(self._tracks.main, position, self._now)
        zone = self.vocabulary.zone
        standing = standing_after(position, over_time, before, since, state=state, zone=zone)
        if standing is None:
            self._standing.pop(position, None)
        else:
            self._standing[position] = standing

    def _issued(self, change: Change, news: News) -> Change:
        name = _digest(self.vocabulary.name, change)
        again, _ = self._withdrawn.get(name, (0, change.at))
        return evolve(change, news=news, id=f"{name}/{again + 1}" if again else name)

    def _withdraw(self, change: Change) -> Change:
        name = change.id.partition("/")[0]
        self._withdrawn[name] = self._withdrawn.get(name, (0, change.at))[0] + 1, change.at
        return evolve(change, news="withdrawn", id=f"{change.id}/withdrawn")

    def tell(self, told: tuple[Change, ...]) -> tuple[Change, ...]:
        """Call the callbacks with what has been taken."""
        waiting = bool(self._untold)
        self._untold.extend(told)
        errors: list[Exception] = []
        while self._untold and not waiting:
            # It stays in the queue while it is told: what a callback posts is told after it, not within.
            for callback in self._callbacks:
                try:
                    callback(self._untold[0])
                except Exception as error:  # noqa: BLE001  (whatever a callback raises is raised below)
                    errors.append(error)
            self._untold.popleft()
        if errors:
            raise ExceptionGroup("callbacks failed", errors)
        return told


def _bare(change: Change) -> Change:
    return evolve(change, news="new", id="")


def _digest(contract: str, change: Change) -> str:
    """A name for ``change`` that is the same in every session that is told the same."""
    return blake2b(repr((contract, *change.parts())).encode(), digest_size=8).hexdigest()

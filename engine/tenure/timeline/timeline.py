"""The timeline: a contract applied to a history, and the questions that it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tenure.diagnostics import QueryError
from tenure.history import History
from tenure.language.syntax import Clause, Formula, Property
from tenure.logic.acts import VoidAct
from tenure.norms import Relation, Vocabulary
from tenure.time import Instant
from tenure.timeline.breaches import breaches
from tenure.timeline.lines import Lines
from tenure.timeline.moments import When
from tenure.timeline.positions import Positions
from tenure.timeline.sought import check_actor
from tenure.timeline.verdict import Breach, Change

if TYPE_CHECKING:  # what only some questions need is loaded when it is asked for
    from tenure.proofs.checker import Assumption
    from tenure.proofs.theory import Theory
    from tenure.timeline.comparison import ReadingsCompared
    from tenure.timeline.courses import Courses
    from tenure.timeline.diff import Diff
    from tenure.timeline.future import Future, Outlook, Threat
    from tenure.timeline.proof import Proof
    from tenure.timeline.properties import PropertyVerdict
    from tenure.timeline.revision import NewClause
    from tenure.timeline.suppose import Added, Changes, Moves, Supposition
    from tenure.timeline.table import Question, Table


class Timeline(Positions):
    """A contract applied to a history: for every position its spans, and for every edge its cause.

    Made by :meth:`Contract.evaluate`.  Instants are given as text in the contract's zone (``"2031-06-01"``), as a
    ``datetime``, or as integer microseconds since 1970 UTC.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        history: History,
        *,
        lines: Lines,
        choice: Mapping[str, str],
        given: frozenset[str],
        horizon: Instant,
        to: Instant,
        again: Callable[[History, Mapping[str, str], tuple[Clause, ...], Timeline], Timeline],
    ) -> None:
        super().__init__(vocabulary, history, lines=lines, choice=choice, given=given, horizon=horizon, to=to)
        self._again = again
        self._future: Future | None = None
        #: What this timeline supposes, and the timeline that it was supposed on.
        self.supposition: Supposition | None = None
        self.original: Timeline | None = None

    def __repr__(self) -> str:
        return (
            f"Timeline({self.vocabulary.name}, {len(self.line.events)} events, "
            f"{len(self.line.sources)} positions, horizon {self.text(self.horizon)})"
        )

    # ------------------------------------------------------------ why

    def why(
        self,
        holder: str,
        act: str,
        object: str | tuple[Any, ...] | None = None,
        *,
        at: When,
        relation: Relation = "liberty",
        counterparty: str | None = None,
    ) -> Proof:
        """Why a position is held or not at ``at``: clauses with their text, events, dates and exceptions, as a tree."""
        verdict = self.holds(holder, act, object, at=at, relation=relation, counterparty=counterparty)
        named = object if isinstance(object, str) else ", ".join(str(v) for v in object or ())
        claim = f"{holder}: {relation} to {act} {named}".rstrip() + f" at {self.text(verdict.at)}"
        from tenure.timeline.explaining import prove

        return prove(self, verdict, claim)

    def theory(self, at: Instant) -> Theory:
        """What proofs about this timeline up to ``at`` are judged by: its definitions, events and calendar."""
        from tenure.timeline.grounds import theory_of

        return theory_of(self, self.line, at)

    def check_proof(self, proof: Proof) -> tuple[Assumption, ...]:
        """What ``proof`` takes on trust, once every step of it follows from the definitions and the events alone.

        Raises :class:`QueryError` (TEN640) where a step does not follow, and (TEN641) where nothing was proved.
        """
        from tenure.timeline.checking import check_proof

        return check_proof(self, proof)

    # ------------------------------------------------------------ the open future

    @property
    def future(self) -> Future:
        """What is guaranteed and what is possible past the horizon."""
        if self._future is None:
            from tenure.timeline.future import Future

            self._future = Future(self)
        return self._future

    def outlook(
        self,
        holder: str,
        act: str,
        object: str | tuple[Any, ...] | None = None,
        *,
        relation: Relation = "liberty",
        against: str | tuple[str, ...] | None = None,
    ) -> Outlook:
        """Until when a position is projected, guaranteed and possible, whatever others do past the horizon.

        ``against`` restricts the acts that are open to those of the named parties alone.
        """
        return self.future.outlook(self._one(holder, act, object, relation), holder, self._against(against))

    def guaranteed(
        self,
        holder: str,
        act: str,
        object: str | tuple[Any, ...] | None = None,
        *,
        at: When,
        relation: Relation = "liberty",
        against: str | tuple[str, ...] | None = None,
    ) -> bool:
        """Whether a position is held at ``at`` whatever others do after the horizon (or ``against`` alone)."""
        position = self._one(holder, act, object, relation)
        return self.future.status(position, holder, self.instant(at), self._against(against)) == "guaranteed"

    def possible(
        self,
        holder: str,
        act: str,
        object: str | tuple[Any, ...] | None = None,
        *,
        at: When,
        relation: Relation = "liberty",
    ) -> bool:
        """Whether a position may be held at ``at``, for some course of events after the horizon."""
        position = self._one(holder, act, object, relation)
        return self.future.status(position, holder, self.instant(at)) != "not_possible"

    def threats(
        self,
        holder: str,
        act: str,
        object: str | tuple[Any, ...] | None = None,
        *,
        relation: Relation = "liberty",
    ) -> tuple[Threat, ...]:
        """The smallest sets of acts of others that could end a position before its projected end, and by whom."""
        return self.future.threats(self._one(holder, act, object, relation), holder)

    def what_would(
        self,
        holder: str,
        act: str,
        object: str | tuple[Any, ...] | None = None,
        *,
        by: When,
        ends: bool = False,
        relation: Relation = "liberty",
        with_consent: bool = False,
        most_acts: int = 3,
        must_not: bool = False,
    ) -> Courses:
        """The minimal sets of future acts after which a position holds (or with ``ends`` no longer holds) at ``by``.

        The holder's own acts are left out unless ``with_consent``; sets of up to ``most_acts`` acts are complete.
        With ``must_not`` each course says which act would undo it again.
        """
        position = self._one(holder, act, object, relation)
        from tenure.timeline.abduction import what_would

        return what_would(
            self,
            position,
            holder,
            self.instant(by),
            ends=ends,
            with_consent=with_consent,
            most_acts=most_acts,
            must_not=must_not,
        )

    def _against(self, against: str | tuple[str, ...] | None) -> tuple[str, ...] | None:
        if against is None:
            return None
        names = (against,) if isinstance(against, str) else tuple(against)
        for name in names:
            check_actor(self.vocabulary, name)
        return names

    # ------------------------------------------------------------ changes, breaches, acts

    def next_change(self, *, after: When) -> Change | None:
        """The first change of the status of any position after ``after``, or None when nothing changes any more."""
        t = self.instant(after)
        coming = (change for change in self._all_changes() if change.at > t)
        return min(coming, key=lambda change: change.at, default=None)

    def changes(self, *, start: When | None = None, end: When | None = None) -> tuple[Change, ...]:
        """Every change of status in ``[start, end)``, in order."""
        low = self.instant(start) if start is not None else None
        high = self.instant(end) if end is not None else self.to
        within = (c for c in self._all_changes() if (low is None or c.at >= low) and c.at < high)
        return tuple(sorted(within, key=lambda change: change.at))

    def _all_changes(self) -> Iterator[Change]:
        for position in self.line.sources:
            for before, after in pairwise(self.steps(position)):
                if before.status != after.status and after.start is not None:
                    zone = self.vocabulary.zone
                    yield Change(after.start, position, before.status, after.status, after.cause, zone)

    @property
    def void(self) -> tuple[VoidAct, ...]:
        """The acts that had no effect, each with its reason."""
        return self.line.trace.void

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """Duties not performed in time, and acts against a prohibition or without the liberty they take."""
        return breaches(self.line, self.horizon)

    def check(
        self, asked: str | Formula | Property | None = None, *, horizon: When | None = None
    ) -> tuple[PropertyVerdict, ...]:
        """The verdicts on a property by name, on a formula, or on every property of the contract.

        ``horizon`` is where the record ends: what an event could change after it is undecided (default: that of the timeline).
        """
        from tenure.timeline.properties import check_properties

        return check_properties(self, asked, horizon=None if horizon is None else self.instant(horizon))

    # ------------------------------------------------------------ suppositions

    def suppose(
        self,
        supposition: Supposition | None = None,
        *,
        add: Iterable[Added] = (),
        drop: Iterable[str] = (),
        move: Moves = (),
        change: Changes = (),
        readings: Mapping[str, str] | None = None,
        replace: Iterable[NewClause] = (),
        name: str | None = None,
    ) -> Timeline:
        """A second timeline, as if these events had happened or not, at other times, or with other attributes.

        ``add`` takes mappings as in a history, or text such as ``"2028-09-15 Panel verified claim=c1"``; ``replace``
        clauses written anew, as text or syntax.  Horizon and ``known_at`` stay; this timeline is not touched and is the
        ``original`` of the new one.  An act that would be void is accepted, and listed under ``void``.
        """
        from tenure.timeline.suppose import Supposition, supposed_history

        made = Supposition.of(
            self.vocabulary,
            add=add,
            drop=drop,
            move=move,
            change=change,
            readings=readings,
            replace=replace,
            name=name,
        )
        if supposition is not None:
            made = made.standing_on(supposition) if made else supposition
        beneath = made.standing_on(self.supposition)
        record = supposed_history(self.vocabulary, self.history, made)
        supposed = self._again(record, beneath.all_readings(), beneath.all_clauses(), self)
        supposed.supposition = beneath
        supposed.original = self
        return supposed

    def table(self, suppositions: Iterable[Supposition], questions: Iterable[Question]) -> Table:
        """Many suppositions compared: a row for each, a column for each question, what differs from here marked."""
        from tenure.timeline.table import table

        return table(self, suppositions, questions)

    def compare_readings(
        self,
        holder: str | None = None,
        act: str | None = None,
        object: str | tuple[Any, ...] | None = None,
        *,
        relation: Relation | None = None,
        at: When | None = None,
        over: tuple[When | None, When | None] = (None, None),
    ) -> ReadingsCompared:
        """Under which readings the answers differ: at an instant, ``over`` a window ``(start, end)``, or over all time.

        Readings that were chosen by hand stay as they are.  Without names every position is compared.
        """
        from tenure.timeline.comparison import about, compare_readings

        return compare_readings(
            self,
            about(self.vocabulary, holder, act, object, relation),
            None if holder is None or act is None else self._one(holder, act, object, relation or "liberty"),
            (self._instant(over[0]), self._instant(over[1])),
            at=self._instant(at),
        )

    def diff(self, other: Timeline | None = None) -> Diff:
        """What is otherwise here than in ``other`` (default: the timeline that this one was supposed on)."""
        before = other or self.original
        if before is None:
            advice = "suppose something first, or name the other timeline"
            raise QueryError.of("TEN633", "this timeline supposes nothing", help=advice)
        from tenure.timeline.diff import Diff

        return Diff.between(before, self)

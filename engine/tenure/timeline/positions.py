"""Positions over time: who held what at an instant, over which spans, and how the readings bear on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve

from tenure.diagnostics import QueryError, did_you_mean
from tenure.history import Event, History
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Truth
from tenure.norms import Position, Relation, Vocabulary, correlative, is_stored
from tenure.time import Instant, format_instant
from tenure.timeline.answering import answer, spans_of, with_silence
from tenure.timeline.lines import Lines
from tenure.timeline.moments import When, instant_of
from tenure.timeline.objects import object_matches
from tenure.timeline.reasons import cause_of
from tenure.timeline.segments import segment_at
from tenure.timeline.sought import Sought, check_actor
from tenure.timeline.steps import Step, steps
from tenure.timeline.verdict import EdgeCause, Status, StatusSpan, Verdict

if TYPE_CHECKING:  # what only some questions need is loaded when it is asked for
    from tenure.timeline.disputes import Disputes


class Positions:
    """What a history makes of the positions of a contract, at every instant; a timeline asks further from there.

    Instants are given as for :class:`~tenure.timeline.timeline.Timeline`.
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
    ) -> None:
        self.vocabulary = vocabulary
        self.history = history
        self.horizon = horizon
        self.to = to
        self.lines = lines
        self._choice = dict(choice)
        self._given = given
        self.line = lines(choice)
        self._disputes: Disputes | None = None

    # ------------------------------------------------------------ at an instant

    def holds(
        self,
        holder: str,
        act: str,
        object: str | tuple[Any, ...] | None = None,
        *,
        at: When,
        relation: Relation = "liberty",
        counterparty: str | None = None,
    ) -> Verdict:
        """The verdict on one position at ``at``, whatever it is; raises :class:`QueryError` on unknown names."""
        sought = Sought(holder, act, object, relation, counterparty).checked(self.vocabulary)
        t = self._within(at)
        found = [self.verdict(p, t, relation) for p in sought.among(self._sources(), self.vocabulary)]
        rank = {"held": 4, "disputed": 3, "unknown": 2, "not_held": 1}
        if found:
            return max(found, key=lambda v: (rank[v.status], v.since or 0, v.reason != "never arose"))
        return self.verdict(sought.unheard_of(self.vocabulary), t, relation)

    def positions(
        self,
        *,
        at: When,
        holder: str | None = None,
        act: str | None = None,
        object: str | tuple[Any, ...] | None = None,
        relation: Relation | None = None,
        every_status: bool = False,
    ) -> tuple[Verdict, ...]:
        """All positions that are held, unknown or disputed at ``at`` (or of any status), in the order of clauses.

        What an action permits by default, and no clause gives, is left out; so are the powers that only repeat the
        declaration of an act, unless the act or the relation is named.  With ``holder`` a position is seen from that side; without, from the side of the one who acts.
        """
        t = self._within(at)
        found = []
        for position in self._sources():
            if act is not None and position.act != act:
                continue
            if act is None and relation is None and self.line.is_declared(position):
                continue
            if object is not None and not object_matches(self.vocabulary, position, object):
                continue
            for seen in self._views(position, holder, relation):
                verdict = self.verdict(position, t, seen)
                if every_status or (verdict.status != "not_held" and verdict.clauses):
                    found.append(verdict)
        return tuple(found)

    def holders(
        self,
        act: str,
        object: str | tuple[Any, ...] | None = None,
        *,
        at: When,
        relation: Relation = "liberty",
    ) -> tuple[Verdict, ...]:
        """Who holds ``relation`` to do ``act``."""
        return tuple(
            v for v in self.positions(at=at, act=act, object=object, relation=relation) if v.status == "held"
        )

    def duties(self, party: str, *, at: When) -> tuple[Verdict, ...]:
        """The duties of ``party`` in force at ``at``: pending, or breached and still owed; and its prohibitions."""
        check_actor(self.vocabulary, party)
        found = self.positions(at=at, holder=party)
        return tuple(v for v in found if v.relation in ("duty", "duty_not"))

    # ------------------------------------------------------------ over time

    def spans(
        self, *names: Any, relation: Relation = "liberty", status: str | None = "held"
    ) -> tuple[StatusSpan, ...]:
        """The spans of a position (holder, act[, object]) or of a state (name, arguments…).

        ``status`` keeps the spans of one status; ``None`` gives all of them, end to end.
        """
        if names and names[0] in self.vocabulary.states:
            spans = self.state_spans(str(names[0]), *names[1:])
        else:
            holder, act, *rest = names
            spans = self.position_spans(holder, act, rest[0] if rest else None, relation=relation)
        return tuple(s for s in spans if status is None or s.status == status)

    def state_spans(self, state: str, *args: Any) -> tuple[StatusSpan, ...]:
        """Every span of a named state for one tuple of arguments, end to end."""
        named: dict[Truth, Status] = {TRUE: "held", UNKNOWN: "unknown", FALSE: "not_held"}
        segments = self.line.state_segments(f"state:{state}", tuple(args))
        over_time = tuple(Step(s.start, named[s.truth], cause=cause_of(s.cause)) for s in segments)
        return spans_of(over_time, self.vocabulary.zone)

    def state_rows(self, state: str) -> tuple[tuple[Any, ...], ...]:
        """The arguments for which ``state`` ever held or may have."""
        if state not in self.vocabulary.states:
            advice = did_you_mean(state, self.vocabulary.states)
            raise QueryError.of("TEN601", f"`{state}` is not a state of this contract", help=advice)
        return tuple(self.line.trace.tables[f"state:{state}"].edges)

    def position_spans(
        self,
        holder: str,
        act: str,
        object: str | tuple[Any, ...] | None = None,
        *,
        relation: Relation = "liberty",
        counterparty: str | None = None,
    ) -> tuple[StatusSpan, ...]:
        """Every span of a position, end to end, with the cause of each edge."""
        return self.spans_of(self._named(Sought(holder, act, object, relation, counterparty)))

    def spans_of(self, position: Position) -> tuple[StatusSpan, ...]:
        """Every span of a stored position, end to end, with the cause of each edge."""
        return spans_of(self.told(position), self.vocabulary.zone)

    def told(self, position: Position) -> tuple[Step, ...]:
        """The steps of a stored position as answers tell them: unknown where the contract is silent on it."""
        return with_silence(self.line, position, self.steps(position))

    def steps(self, position: Position) -> tuple[Step, ...]:
        """The steps of a stored position, disputed where a reading without a default decides."""
        disputes = self.disputes
        return steps(self.line, position) if disputes is None else disputes.steps(self.line, position)

    def verdict(self, position: Position, t: Instant, seen_as: Relation | None = None) -> Verdict:
        """The verdict on a stored position at instant ``t``, over the readings that have no default."""
        verdict = answer(self.line, position, self.told(position), t, self.horizon)
        return evolve(verdict, seen_as=seen_as or position.relation, readings=self._shown_readings())

    # ------------------------------------------------------------ which position is meant

    def _one(
        self, holder: str, act: str, object: str | tuple[Any, ...] | None, relation: Relation
    ) -> Position:
        return self._named(Sought(holder, act, object, relation))

    def _named(self, sought: Sought) -> Position:
        """The first position that a question is about, known or not; raises :class:`QueryError` on unknown names."""
        found = sought.checked(self.vocabulary).among(self._sources(), self.vocabulary)
        return found[0] if found else sought.unheard_of(self.vocabulary)

    # ------------------------------------------------------------ instants, events

    def query(self, number: int, t: Instant) -> tuple[Truth, EdgeCause | None]:
        """The truth of a formula given to :meth:`Contract.evaluate`, at ``t``, and what brought it about."""
        segments = self.line.state_segments(f"query:{number}", ())
        segment = segments[segment_at(segments, self._within(t))]
        return segment.truth, cause_of(segment.cause)

    def instant(self, at: When) -> Instant:
        """An instant from text in the contract's zone, a ``datetime`` or an integer."""
        return instant_of(at, self.vocabulary.zone)

    def _within(self, at: When) -> Instant:
        """The instant that is asked about; raises :class:`QueryError` (TEN432) where the evaluation ended before it."""
        t = self.instant(at)
        if t > self.to:
            asked, end = self.text(t), self.text(self.to)
            raise QueryError.of(
                "TEN432",
                f"{asked} was not evaluated: it lies after {end}",
                help="evaluate further, with `to=`",
            )
        return t

    def _instant(self, at: When | None) -> Instant | None:
        return None if at is None else self.instant(at)

    def text(self, instant: Instant) -> str:
        """An instant as RFC 3339 text in the contract's zone."""
        return format_instant(instant, self.vocabulary.zone)

    def event(self, event: str) -> Event | None:
        """The event of that id, as it stands in this timeline."""
        return next((e for e in self.line.events if e.id == event), None)

    # ------------------------------------------------------------ readings

    @property
    def disputes(self) -> Disputes | None:
        """What the readings that have no default, and were not chosen, make disputed; None where there are none."""
        readings = self.vocabulary.readings.values()
        if all(r.name in self._given or any(v.default for v in r.values) for r in readings):
            return None
        if self._disputes is None:
            from tenure.timeline.disputes import Disputes

            self._disputes = Disputes(self.vocabulary, self.lines, self._choice, self._given)
        return self._disputes

    def _sources(self) -> Iterator[Position]:
        """Every position that is given, under this choice or another one of the open readings."""
        return iter(self.line.sources) if self.disputes is None else self.disputes.sources(self.line)

    @property
    def free_readings(self) -> dict[str, tuple[str, ...]]:
        """The readings that were not chosen by hand, with their values."""
        readings = self.vocabulary.readings.values()
        return {r.name: tuple(v.name for v in r.values) for r in readings if r.name not in self._given}

    def _shown_readings(self) -> tuple[tuple[str, str], ...]:
        return tuple((n, v) for n, v in self._choice.items() if n in self.line.meaning.touched_readings)

    def _views(self, position: Position, holder: str | None, relation: Relation | None) -> list[Relation]:
        sides = [(position.holder, position.relation)]
        if holder is not None or (relation is not None and not is_stored(relation)):
            sides.append((position.counterparty or "", correlative(position.relation)))
        return [
            seen
            for who, seen in sides
            if (holder is None or who == holder) and (relation is None or seen == relation)
        ]

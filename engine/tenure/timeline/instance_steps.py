"""Why a duty is owed or not: what its instance went through, with each limit reckoned as it came about."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from tenure.language import syntax as s
from tenure.language.printer import format_formula
from tenure.logic.arithmetic import calculate
from tenure.logic.definitions import (
    DUTY_STATES,
    Const,
    Dates,
    DueDate,
    Duty,
    Limit,
    Rel,
    Stage,
    before_events,
)
from tenure.logic.formulas import occurrences
from tenure.logic.limits import Limits
from tenure.logic.snapshot import row_at
from tenure.logic.tables import Edge, Key
from tenure.logic.terms import unify
from tenure.logic.truth import FALSE, TRUE, ByLimit, Truth
from tenure.norms import Support
from tenure.proofs.instances import Replay
from tenure.proofs.recounting import retold
from tenure.proofs.standing import Clock, Move
from tenure.proofs.steps import Claim, Row
from tenure.time import Instant
from tenure.timeline.arithmetic import day_text, limit_text, reckoned, short_text
from tenure.timeline.nearest import averting
from tenure.timeline.objects import value_text
from tenure.timeline.proof import Proof
from tenure.timeline.reasons import DISCHARGED, duty_state
from tenure.timeline.telling import TRUTHS

if TYPE_CHECKING:
    from tenure.timeline.explaining import Explainer


def instance_steps(explainer: Explainer, support: Support) -> tuple[list[Proof], Truth]:
    """What became of the instances that the position is, and how true it is that one is owed."""
    steps: list[Proof] = []
    truth = FALSE
    for source in explainer.line.sources.get(explainer.verdict.position, []):
        if source.support is support:
            force = explainer.line.trace.tables[support.force]
            truth = max(truth, row_at(force, source.key, explainer.stage).truth)
            steps += _InstanceTeller(explainer, support, source.key).steps()
    return steps, truth


class _InstanceTeller:
    """Tells of one instance: row ``key`` of the force of ``support``."""

    def __init__(self, explainer: Explainer, support: Support, key: Key) -> None:
        self.explainer = explainer
        self.timeline = explainer.timeline
        self.tell = explainer.tell
        self.stage = explainer.stage
        self.support = support
        self.key = key
        program = explainer.line.meaning.program
        self.duty, self.number, self.rung = next(
            (d, i, rung)
            for d in program.definitions
            if isinstance(d, Duty)
            for i, rung in enumerate(d.rungs)
            if rung.name == support.force
        )
        triggers = {o.atom.name for o in occurrences(self.duty.trigger) if isinstance(o.atom, Rel)}
        #: The recurring dates that the duty is owed for, not those of other rules.
        self.dates = [d.name for d in program.definitions if isinstance(d, Dates) and d.name in triggers]
        row = Row(support.force, tuple(map(Const, key)))
        self.replay: Replay | None = retold(
            explainer.grounds.search, Claim.least(row, self.stage, self.stage, TRUE)
        )

    def steps(self) -> Iterator[Proof]:
        """The state now, each state so far, what was paid, what is due and when, and the excuses considered."""
        state = duty_state(self.explainer.line, self.support, self.key, self.stage)
        words = f"its state is {DISCHARGED.get(state or '', state) or 'not yet owed'}"
        known = state in DUTY_STATES
        yield Proof(
            words, "yes" if known else "", says=self._so(state, self.stage) if state and known else None
        )
        for edge, name in self._edges():
            yield self._state(edge, name)
        yield from self._parts()
        if state == "pending":
            yield from self._due()
        yield from self._excuses(state)
        if state in ("breached", "late", "cured"):
            yield from self._averting()

    def _so(self, state: str, stage: Stage, truth: Truth = TRUE) -> Claim | None:
        """In formal terms, that the instance is in a state; None where its story is in doubt."""
        if self.replay is None:
            return None
        row = Row(f"{state}:{self.support.force}", tuple(map(Const, self.key)))
        return self.explainer.formally(row, {}, truth, stage)

    def _edges(self) -> list[tuple[Edge, str]]:
        tables = self.explainer.line.trace.tables
        found = [
            (edge, state)
            for state in DUTY_STATES
            for edge in tables[f"{state}:{self.support.force}"].edges.get(self.key, [])
            if edge.truth and edge.stage <= self.stage
        ]
        return sorted(found, key=lambda entry: entry[0].stage)

    def _state(self, edge: Edge, state: str) -> Proof:
        """One state, since when, and what brought it about."""
        clock = self._clock(edge.stage)
        causes = [self.tell.cause(self.support, c) for c in edge.causes if not isinstance(c, ByLimit)]
        if clock is not None and state in ("breached", "excused"):
            causes += self._reckoned(clock)
        elif state == "pending":
            causes += [self._arisen(edge, cause) for cause in edge.causes if isinstance(cause, ByLimit)]
        else:
            causes += [self._limit(c.instant) for c in edge.causes if isinstance(c, ByLimit)]
        step = self.tell.edge(self.support, edge, "", "")
        return Proof(
            f"{state} from {self.tell.date(edge)}",
            TRUTHS[edge.truth],
            tuple(causes),
            self.support.clause,
            event=step.event,
            at=step.at,
            says=self._so(state, edge.stage, edge.truth),
        )

    def _arisen(self, edge: Edge, cause: ByLimit) -> Proof:
        """What is owed since a date: a recurring one, or that on which the rung above was breached."""
        if self.number and self.replay is not None:
            for (rung, _, stage), clock in self.replay.run_out.items():
                if rung == self.number - 1 and stage == edge.stage:
                    return Proof("what it follows upon was breached", "", tuple(self._reckoned(clock)))
        day = self.timeline.vocabulary.calendar.day_of(cause.instant).isoformat()
        if self.dates and self.key[0] == day:
            return Proof(f"{self.dates[0].removeprefix('dates:')}: {day}", "", at=cause.instant)
        return self._limit(cause.instant)

    # ------------------------------------------------------------ limits

    def _clock(self, stage: Stage) -> Clock | None:
        """The clock of the rung that ran out at a stage; in doubt, one that has run since the rung was owed, if it fits."""
        if self.replay is not None:
            return self.replay.run_out.get((self.number, self.key, stage))
        limits = Limits(self.timeline.vocabulary.calendar)
        lengths = [x for x in (self.rung.deadline, *self.rung.sooner) if isinstance(x, Limit)]
        pending = [e.stage for e, state in self._edges() if state == "pending"]
        for limit, anchor in product(lengths, pending):
            if before_events(limits.of(limit, anchor // 2)) == stage:
                return Clock(self.number, stage, anchor, anchor, limit)
        return None

    def _reckoned(self, clock: Clock) -> Iterator[Proof]:
        """How a limit came about, and what has moved it since."""
        limit = clock.limit
        if isinstance(limit, Limit):
            reached = Limits(self.timeline.vocabulary.calendar).of(limit, clock.anchor // 2)
            yield Proof(reckoned(self.timeline, limit, clock.anchor // 2, reached), "", at=reached)
        elif isinstance(limit, DueDate):
            day = "" if clock.moves else f"{day_text(self.timeline, clock.at // 2, whole=True)}, "
            yield Proof(f"due by {day}the date that its event names", "", at=clock.at // 2)
        elif limit is not None:
            cause = ByLimit(limit, self.support.clause)
            yield Proof(limit_text(self.timeline, self.support, cause), "", at=limit)
        else:
            yield self._limit(clock.at // 2)
        for move in clock.moves:
            yield Proof(self._moved(move), "", at=move.at // 2)

    def _limit(self, instant: Instant) -> Proof:
        return Proof(f"the limit {self.timeline.text(instant)}", "", at=instant)

    def _moved(self, move: Move) -> str:
        day = day_text(self.timeline, move.at // 2, whole=True)
        then = short_text(self.timeline, move.stage // 2)
        if move.kind == "suspended" and move.since is not None:
            since = short_text(self.timeline, move.since // 2)
            return f"suspended from {since} to {then}, which puts it off to {day}"
        if move.kind == "extended":
            return f"extended on {then} to {day}"
        return f"accelerated on {then}: due by {day}"

    def _due(self) -> Iterator[Proof]:
        """When what is pending has to be performed."""
        standing = [] if self.replay is None else list(self.replay.live.values())
        for here in standing:
            for clock in here.clocks if here.keys[self.number] == self.key else ():
                if clock.rung == self.number:
                    until = self.timeline.text(clock.at // 2)
                    yield Proof(f"it is in time before {until}", "", tuple(self._reckoned(clock)))

    def _parts(self) -> Iterator[Proof]:
        """What has been met of an amount."""
        column = self.rung.amount
        if column is None or self.replay is None:
            return
        due = value_text(self.key[column])
        for part in self.replay.parts.get((self.number, self.key), []):
            if part.stage <= self.stage:
                words = f"{part.event} meets {value_text(part.amount)}, so {value_text(part.total)} of {due}"
                yield Proof(words, "", event=part.event, at=part.stage // 2)

    def _averting(self) -> Iterator[Proof]:
        """What would have performed it in time."""
        column, missing = self.rung.amount, None
        if column is not None:
            stage = next((edge.stage for edge, state in self._edges() if state == "breached"), self.stage)
            parts = self.replay.parts.get((self.number, self.key), []) if self.replay is not None else []
            paid = [part.total for part in parts if part.stage < stage]
            missing = calculate("-", self.key[column], paid[-1] if paid else 0)
        for found in averting(self.timeline, self.explainer.verdict, self.rung, self.key, missing):
            yield Proof(f"it would not have been breached {found.words}", "tried", event=found.event)

    # ------------------------------------------------------------ excuses

    def _excuses(self, state: str | None) -> Iterator[Proof]:
        """Every excuse that was considered, when the time ran out or now."""
        norm, excused = self.support.norm, self.duty.excused
        if norm is None or excused is None or self.number:
            return
        stages = [edge.stage for edge, name in self._edges() if name in ("breached", "excused")]
        stage = (
            max(stages, default=self.stage)
            if state in ("breached", "excused", "late", "cured")
            else self.stage
        )
        found = unify(self.rung.head, self.key, {})
        env = {} if found is None else found[0]
        row = self.explainer.line.snapshot(stage).solve(excused, env)
        words = " or ".join(format_formula(p.of) for p in norm.parts if isinstance(p, s.Excused))
        when = "" if stage == self.stage else f" on {self.timeline.text(stage // 2)}"
        says = self.explainer.formally(excused, env, row.truth, stage)
        yield Proof(f"excused while {words}{when}", TRUTHS[row.truth], clause=self.support.clause, says=says)

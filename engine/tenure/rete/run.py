"""One evaluation by rulesets: events, limits and dates go in stage by stage, and what fires is written down.

The ruleset decides what begins and what ends.  The run posts what happens and keeps the appointments, because
durable_rules knows no time but the clock on the wall.
"""

from __future__ import annotations

from heapq import heappop

from tenure.logic.definitions import Stage, before_events, with_events
from tenure.logic.limits import Limits
from tenure.rete.interning import Interner
from tenure.rete.judging import Judge
from tenure.rete.literals import ACTOR, START, attempt
from tenure.rete.memory import Memory
from tenure.rete.recorder import Recorder
from tenure.rete.records import Happening, Judged, OrderError, Snapshot, State
from tenure.rete.ruleset import Ruleset
from tenure.time import Calendar

_NEVER: Stage = 1 << 80


class Run:
    """An evaluation in this process; it can stop between two stages and be taken up again from its snapshot."""

    def __init__(self, ruleset: Ruleset, calendar: Calendar, snapshot: Snapshot | None = None) -> None:
        self.ruleset = ruleset
        self.state = snapshot.state if snapshot else State()
        if snapshot is None and ruleset.calculates:
            self.state.interner = Interner(ruleset.constants)
        self.rights = Memory("rights", ruleset.rights, ruleset)
        self.judge = Judge(ruleset) if ruleset.acts else None
        self.recorder = Recorder(ruleset, self.rights, Limits(calendar), self.state)
        self.judged: dict[int, Judged] = {}
        if snapshot is None:
            self._begin()
        else:
            self.rights.restore(snapshot.rights)
            if self.judge and snapshot.acts:
                self.judge.memory.restore(snapshot.acts)

    def _begin(self) -> None:
        self.rights.begin()
        if self.judge:
            self.judge.memory.begin()
        self.rights.pass_by(START, (), 1)
        # The beginning of time has no cause, but is one change among others.
        for reading in self.ruleset.readings.get(START, ()):
            self.state.actions.append(("echo", reading, (), (), reading.echoes))
        self._step(self.state.stage, [])
        self.state.passed = True

    def snapshot(self) -> Snapshot:
        """Where the run stands."""
        acts = self.judge.memory.waiting() if self.judge else None
        return Snapshot(self.state, self.rights.waiting(), acts)

    def close(self) -> None:
        """Give the rulesets back to the engine."""
        self.rights.host.close()
        if self.judge:
            self.judge.memory.host.close()

    def recur(self, start: int) -> None:
        """Recurring dates come from ``start`` on."""
        calendar = self.recorder.limits.calendar
        for definition in self.ruleset.definitions:
            if definition.recurrence is not None:
                self.recorder.wait_for_date(definition, definition.recurrence.first_from(start, calendar))

    def take(self, happenings: list[Happening]) -> None:
        """Take whole ticks of events, in order."""
        if self.state.interner is not None:
            happenings = [_numbered(happening, self.state.interner) for happening in happenings]
        together: list[Happening] = []
        for happening in happenings:
            if together and happening.at != together[0].at:
                self._tick(together)
                together = []
            together.append(happening)
        if together:
            self._tick(together)

    def finish(self, to: int) -> None:
        """Take every limit up to and including instant ``to``."""
        self._advance(with_events(to) + 1)

    # ------------------------------------------------------------ stages

    def _tick(self, together: list[Happening]) -> None:
        stage = with_events(together[0].at)
        self._advance(stage)
        self._step(stage, together)

    def _advance(self, before: Stage) -> None:
        while (stage := self._next_stage()) < before:
            self._step(stage, [])

    def _next_stage(self) -> Stage:
        state, dates = self.state, self.ruleset.dates
        stage = state.stage + 1 if state.passed or state.actions or state.facts else _NEVER
        while state.limits and not self.recorder.is_due(*state.limits[0][2:5]):
            heappop(state.limits)
        if state.limits and state.limits[0][0] < stage:
            stage = state.limits[0][0]
        if state.dates < len(dates) and before_events(dates[state.dates].at) < stage:
            stage = before_events(dates[state.dates].at)
        return stage

    def _step(self, stage: Stage, events: list[Happening]) -> None:
        state, recorder = self.state, self.recorder
        state.seq += 1
        state.stage = stage
        first = len(recorder.edges)
        recorder.enter({e.id: e.type for e in events})
        void = self._void(events) if self.judge else set()
        if state.facts or state.actions:
            self._left_over()
        self._dates_of(stage)
        for happening in events:
            if happening.type is not None:
                self._happen(happening, happening.type, effective=happening.id not in void)
        self._limits_of(stage)
        for rule, key, ripe in self.rights.firings():
            recorder.fire(rule.effect, key, ripe)
        recorder.duties.leave()
        # What was there for one stage only is a change at the next one where somebody reads it as a state (then an
        # echo is among the actions), or where a relation on the way still holds it.
        state.passed = self.rights.forget_passing() and self.ruleset.lingers
        if self.judge:
            self.judge.learn(recorder.learnt, state.seq)
            self._doubt(events, first)

    def _left_over(self) -> None:
        """What the last stage leaves to this one: what was so then, what is over, what changes once more."""
        state, recorder = self.state, self.recorder
        facts, state.facts = state.facts, []
        for there, symbol, key in facts:
            if there:
                self.rights.post(symbol, key, state.seq)
            else:
                self.rights.withdraw(symbol, key)
        actions, state.actions = state.actions, []
        for kind, *what in actions:
            if kind == "again":
                recorder.again(*what)
            elif kind == "echo":
                recorder.tell(*what)
            else:
                recorder.over(*what)

    def _dates_of(self, stage: Stage) -> None:
        state, dates = self.state, self.ruleset.dates
        while state.dates < len(dates) and before_events(dates[state.dates].at) <= stage:
            date = dates[state.dates]
            state.dates += 1
            if date.only:
                self.rights.pass_by(date.symbol, (), state.seq)
            else:
                self.recorder.put(date.symbol, ())
            for reading in self.ruleset.readings.get(date.symbol, ()):
                self.recorder.tell(reading, (), ((date.at, reading.clause),))

    def _limits_of(self, stage: Stage) -> None:
        limits = self.state.limits
        while limits and limits[0][0] <= stage:
            _, _, index, key, anchor, anchored = heappop(limits)
            if not self.recorder.is_due(index, key, anchor):
                continue
            definition = self.recorder.definitions[index]
            if definition.kind == "dates":
                self.recorder.date(definition, key)
                continue
            self.rights.pass_by(f"limit:{definition.name}", key, self.state.seq, anchor=anchor)
            if definition.kind == "recent" and stage == anchored + 1:
                self.recorder.soon.add((index, key))
                continue
            if definition.kind == "lasting":
                self.recorder.ripening.add((index, key))
            if definition.kind == "duty":
                continue
            self.recorder.touched.add(index, key, "term", self.recorder.limit_causes(definition), 0)

    # ------------------------------------------------------------ events

    def _void(self, events: list[Happening]) -> set[int]:
        """The acts among ``events`` that have no effect."""
        void = set()
        for act in events:
            if self.judge and act.type is not None and self.ruleset.events[act.type].is_act:
                judged = self.judged[act.id] = self.judge.judge(act, self.state.seq)
                if not judged.effective:
                    void.add(act.id)
        return void

    def _happen(self, happening: Happening, type: str, *, effective: bool) -> None:
        shape = self.ruleset.events[type]
        symbols = [shape.symbol] if effective else []
        if shape.is_act:
            symbols.append(attempt(type))
        for symbol in symbols:
            self.rights.pass_by(symbol, happening.values, self.state.seq, id=happening.id)
            self.recorder.changed.add(symbol)
        for party in happening.by:
            self.rights.pass_by(ACTOR, (party,), self.state.seq, id=happening.id)
        values = (*happening.values, happening.id)
        for reading, places, attempted in shape.readings:
            if effective or attempted:
                self.recorder.tell(reading, tuple([values[place] for place in places]), (happening.id,))

    def _doubt(self, events: list[Happening], first: int) -> None:
        """Where another event of an act's tick changes its power, the order of the two matters."""
        if len(events) < 2:
            return
        assert self.judge is not None
        for act in events:
            known = self.judged.get(act.id)
            if known and self.judge.judge(act, self.state.seq).effective != known.effective:
                others = self.judge.others(act, self.recorder.edges[first:], self.recorder.here)
                if others:
                    raise OrderError((act.id, *others))


def _numbered(happening: Happening, interner: Interner) -> Happening:
    """``happening`` in numbers, of which the values were sent."""
    id, at, type, by, values = happening
    number = interner.number
    return Happening(number(id), at, type, tuple(map(number, by)), tuple(map(number, values)))

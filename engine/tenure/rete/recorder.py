"""What rules do when they fire: they record.  Rows are facts for the rules above, and edges for the timeline."""

from __future__ import annotations

from heapq import heappush
from typing import Any

from tenure.logic.definitions import before_events
from tenure.logic.limits import Limits
from tenure.rete.causes import Causes, Touched
from tenure.rete.duties import Duties
from tenure.rete.literals import Symbol, was
from tenure.rete.memory import Memory
from tenure.rete.records import Edge, OrderError, State
from tenure.rete.ruleset import Compiled, Effect, Key, Reading, Ruleset
from tenure.time import Instant

#: What is there since the stage from which a limit is counted, where that is not the row itself.
_SINCE = {"lasting": "running:", "duty": "live:"}


class Recorder:
    """The consequents of one run."""

    def __init__(self, ruleset: Ruleset, rights: Memory, limits: Limits, state: State) -> None:
        self.ruleset = ruleset
        self.rights = rights
        self.limits = limits
        self.state = state
        self.definitions = {d.index: d for d in ruleset.definitions}
        self.touched = Touched(self.definitions)
        self.edges: list[Edge] = []
        #: The events of this stage, the symbols that they changed, and the changes by which acts are judged.
        self.here: frozenset[int] = frozenset()
        self.types: dict[int, str | None] = {}
        self.changed: set[Symbol] = set()
        #: By which change of this stage the match that fires was complete.
        self.ripe = 0
        self._watched = ruleset.tracked | ruleset.judged
        self.learnt: list[tuple[bool, Symbol, Key]] = []
        self._renewed: set[tuple[int, Key]] = set()
        #: The rows whose time ends as soon as what began it is over: that is then the cause.
        self.soon: set[tuple[int, Key]] = set()
        #: The rows of `held for` whose time is full at this stage.
        self.ripening: set[tuple[int, Key]] = set()
        self.duties = Duties(self)
        self._kinds = {
            "begin": self._begin,
            "end": self._end,
            "expire": self._expire,
            "limit": self._run_out,
            "renew": self._renew,
            "clash": self._clash,
            "aux+": self._appear,
            "aux-": self._vanish,
            **self.duties.kinds(),
        }

    def enter(self, types: dict[int, str | None]) -> None:
        """A new stage."""
        self.touched.clear()
        self.changed.clear()
        self.learnt.clear()
        self._renewed.clear()
        self.soon.clear()
        self.ripening.clear()
        self.duties.enter()
        self.here = frozenset(types)
        self.types = types

    def fire(self, effect: Effect, key: Key, ripe: int) -> None:
        """Do what a rule says whose match was complete by the change ``ripe``."""
        self.ripe = ripe
        self._kinds[effect.kind](effect, key)

    # ------------------------------------------------------------ values

    def numbered(self, value: Any) -> int:
        """The number of a value that a consequent has come to."""
        assert self.state.interner is not None
        return self.state.interner.number(value)

    def value(self, number: int) -> Any:
        """The value of a number, for a consequent that calculates."""
        assert self.state.interner is not None
        return self.state.interner.values[number]

    # ------------------------------------------------------------ rows

    def _begin(self, effect: Effect, key: Key) -> None:
        definition = self.definitions[effect.number]
        if self.rights.has(definition.symbol, key):
            return
        self.put(definition.symbol, key)
        if definition.kind != "lasting":
            self.appoint(definition, key)
        self._renewed.add((definition.index, key))
        causes = self.touched.of(definition.index, key, self.ripe)
        if definition.kind == "lasting":
            causes = self.limit_causes(definition)
        self._write(definition.symbol, key, causes if self.state.seq > 1 else (), truth=True)

    def _end(self, effect: Effect, key: Key) -> None:
        definition = self.definitions[effect.number]
        if self.rights.has(definition.symbol, key):
            self._close(definition, key, self.touched.of(definition.index, key, None))

    def _run_out(self, effect: Effect, key: Key) -> None:
        definition = self.definitions[effect.number]
        if (definition.index, key) in self.soon:
            self._end(effect, key)
        elif self.rights.has(definition.symbol, key):
            self._close(definition, key, self.limit_causes(definition))

    def _close(self, definition: Compiled, key: Key, causes: Causes) -> None:
        self.take_back(definition.symbol, key)
        if definition.final:
            self.rights.post(f"closed:{definition.name}", key, self.state.seq)
        self._write(definition.symbol, key, causes, truth=False)

    def _expire(self, effect: Effect, key: Key) -> None:
        definition = self.definitions[effect.number]
        if not self.rights.has(definition.symbol, key):
            return
        expires = f"row:expires:{definition.name}"
        causes = self.limit_causes(definition)
        self.put(expires, key)
        self._write(expires, key, causes, truth=True)
        self.state.actions.append(("over", expires, key, causes))
        if definition.level:
            self.state.actions.append(("again", definition.index, key, causes))
        self._end(effect, key)

    def over(self, symbol: Symbol, key: Key, causes: Causes) -> None:
        """What held for one stage is over."""
        self.take_back(symbol, key)
        self._write(symbol, key, causes, truth=False)

    def again(self, index: int, key: Key, causes: Causes) -> None:
        """A state that begins the row may do so anew after a limit."""
        self.touched.add(index, key, "again", causes, self.rights.order)

    def _renew(self, effect: Effect, key: Key) -> None:
        definition = self.definitions[effect.number]
        if not self.rights.has(definition.symbol, key) or (definition.index, key) in self._renewed:
            return
        self._renewed.add((definition.index, key))
        self.rights.anchor_anew(definition.symbol, key, self.state.seq)
        self.appoint(definition, key)

    def _clash(self, effect: Effect, key: Key) -> None:
        """A beginning and an end in one tick: by one event the end wins, by several their order is not known."""
        if len(self.here) < 2:
            return
        held = self.rights.has(self.definitions[effect.number].symbol, key)
        roles = self.touched.roles(effect.number, key, None if held else 0)
        beginning = [c for c in roles.get("begin", ()) if c in self.here]
        ending = [c for c in roles.get("end", ()) if c in self.here]
        if beginning and not ending and self.changed & self.definitions[effect.number].end_symbols:
            ending = sorted(self.here)
        both = tuple(dict.fromkeys((*beginning, *ending)))
        if beginning and ending and len(both) > 1:
            raise OrderError(both)

    def _appear(self, effect: Effect, key: Key) -> None:
        if self.rights.has(effect.target, key):
            return
        self.rights.post(effect.target, key, self.state.seq, self.ripe)
        if effect.target.startswith("running:"):
            self.appoint(self.definitions[effect.number], key)

    def _vanish(self, effect: Effect, key: Key) -> None:
        self.rights.withdraw(effect.target, key)
        if effect.target.startswith("running:") and (effect.number, key) in self.ripening:
            # What ends as its time is full: the reference has it begin and end at this stage, and readers hear of it.
            definition = self.definitions[effect.number]
            self.tell_readers(definition.symbol, key, self.limit_causes(definition))

    # ------------------------------------------------------------ limits

    def limit_causes(self, definition: Compiled) -> Causes:
        """This stage's instant, as the cause of an edge of a definition."""
        return ((self.state.stage // 2, definition.clause),)

    def is_due(self, index: int, key: Key, anchor: int) -> bool:
        """Whether the row for which a limit was put on the agenda is still there, since that very stage."""
        definition = self.definitions[index]
        if definition.kind == "dates":
            return True
        symbol = _SINCE.get(definition.kind, "row:") + definition.name
        fact = self.rights.facts.get((symbol, key))
        return fact is not None and fact.anchor == anchor

    def wait_for_date(self, definition: Compiled, tick: Instant) -> None:
        """Put a recurring date on the agenda, which sets the next when it comes."""
        state, day = self.state, self.limits.calendar.day_of(tick).isoformat()
        key = (self.numbered(day), self.numbered(tick))
        state.number += 1
        stage = before_events(tick)
        heappush(state.limits, (stage, state.number, definition.index, key, state.seq, stage))

    def date(self, definition: Compiled, key: Key) -> None:
        """A recurring date has come: it is true for this stage."""
        causes, recurrence = self.limit_causes(definition), definition.recurrence
        assert recurrence is not None
        self.put(definition.symbol, key)
        self._write(definition.symbol, key, causes, truth=True)
        self.state.actions.append(("over", definition.symbol, key, causes))
        self.wait_for_date(definition, recurrence.next_after(self.state.stage // 2, self.limits.calendar))

    def appoint(self, definition: Compiled, key: Key) -> None:
        """Put the limits of a row whose term runs from this stage on the agenda."""
        if not definition.limits:
            return
        state, tick = self.state, self.state.stage // 2
        at = min([self.limits.of(limit, tick) for limit in definition.limits])
        stage = max(before_events(at), state.stage + 1)
        state.number += 1
        heappush(state.limits, (stage, state.number, definition.index, key, state.seq, state.stage))

    # ------------------------------------------------------------ facts and edges

    def put(self, symbol: Symbol, key: Key) -> None:
        """A row begins: a fact for other rules, also one stage later for those that look back."""
        self.rights.order += 1
        self.rights.post(symbol, key, self.state.seq)
        if symbol in self._watched:
            self._turn(symbol, key, there=True)

    def take_back(self, symbol: Symbol, key: Key) -> None:
        """A row ends."""
        self.rights.withdraw(symbol, key)
        if symbol in self._watched:
            self._turn(symbol, key, there=False)

    def _turn(self, symbol: Symbol, key: Key, *, there: bool) -> None:
        if symbol in self.ruleset.tracked:
            self.state.facts.append((there, was(symbol), key))
        if symbol in self.ruleset.judged:
            self.learnt.append((there, symbol, key))

    def turn(self, symbol: Symbol, key: Key, causes: Causes, *, there: bool) -> None:
        """A row begins or ends, and that is an edge."""
        if there:
            self.put(symbol, key)
        else:
            self.take_back(symbol, key)
        self._write(symbol, key, causes if self.state.seq > 1 else (), truth=there)

    def _write(self, symbol: Symbol, key: Key, causes: Causes, *, truth: bool) -> None:
        self.edges.append((symbol, key, self.state.stage, truth, causes))
        self.tell_readers(symbol, key, causes)

    def tell_readers(self, symbol: Symbol, key: Key, causes: Causes) -> None:
        """A row has changed: it bears on what reads it."""
        if len(self.here) > 1 and not self.here.isdisjoint(causes):
            self.changed.add(symbol)
        for reading in self.ruleset.readings.get(symbol, ()):
            self.tell(reading, key, causes)

    def tell(self, reading: Reading, values: Any, causes: Causes, echoes: int | None = None) -> None:
        """A change bears on what ``reading`` is about, now and at ``echoes`` stages to come."""
        self.rights.order += 1
        self.touched.touch(reading, values, causes, self.rights.order)
        left = reading.echoes if echoes is None else echoes
        if left:
            self.state.actions.append(("echo", reading, values, causes, left - 1))

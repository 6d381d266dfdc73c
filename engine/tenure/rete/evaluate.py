"""A history put to a compiled program: values become numbers on the way in and values again on the way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from typing import Any

from tenure.history import Event
from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.acts import VoidAct
from tenure.logic.definitions import ActRule, Program
from tenure.logic.plan import plan_of
from tenure.logic.tables import Edge as TableEdge
from tenure.logic.tables import Table
from tenure.logic.trace import Trace
from tenure.logic.truth import FALSE, NO_REASONS, TRUE, ByEvent, ByLimit, Cause
from tenure.rete.asking import Conversation, unknown_value
from tenure.rete.fragment import required
from tenure.rete.interning import Interner
from tenure.rete.process import KEEPER
from tenure.rete.records import Happening, Judged
from tenure.rete.ruleset import Ruleset
from tenure.time import Calendar, Instant

#: How many events the host gets at a time.
AT_ONCE = 2_000


class Translation:
    """One history on its way through the host."""

    def __init__(self, program: Program, ruleset: Ruleset) -> None:
        self.program = program
        self.ruleset = ruleset
        self.interner = Interner(ruleset.constants)
        plan = plan_of(program)
        self.tables = {name: Table(name, has_zero=name in plan.zeros) for name in plan.relations}
        self.events: dict[str, Event] = {}
        self.effective: dict[str, int] = {}
        self.void: dict[str, VoidAct] = {}
        #: Where rules calculate, the host numbers the values itself.
        self._plain = ruleset.calculates
        self._causes: dict[Any, Cause] = {}
        self._duties = any(definition.kind == "duty" for definition in ruleset.definitions)

    def happening(self, event: Event) -> Happening | None:
        """``event`` in numbers; None where no rule reads its type, and nothing depends on that it happened."""
        self.events[event.id] = event
        self.effective[event.id] = TRUE
        shape = self.ruleset.events.get(event.type)
        if shape is None:  # where duties are it may still matter that it happened beside others
            return Happening(self._number(event.id), event.at, None, (), ()) if self._duties else None
        data, number = dict(event.data), self._number
        if shape.compared:
            data.update({name: comparison.of(data) for name, comparison in shape.compared.items()})
        values = [data[name] for name in shape.columns]
        if UNKNOWN_VALUE in values:
            raise unknown_value(event, shape.columns[values.index(UNKNOWN_VALUE)])
        by = tuple([number(party) for party in event.by])
        return Happening(number(event.id), event.at, event.type, by, tuple(map(number, values)))

    def _number(self, value: Any) -> Any:
        return value if self._plain else self.interner.number(value)

    def value(self, number: Any) -> Any:
        """The value that goes by ``number``."""
        return number if self._plain else self.interner.values[number]

    def take(self, edges: Iterable[tuple[Any, ...]]) -> None:
        """Enter edges in the tables."""
        values = self.interner.values
        plain = self._plain
        for symbol, key, stage, truth, causes in edges:
            table = self.tables[symbol[4:]]
            row = key if plain else tuple([values[number] for number in key])
            edge = TableEdge(stage, TRUE if truth else FALSE, self.causes(causes), NO_REASONS)
            found = table.edges.setdefault(row, [])
            if found and found[-1].stage == stage:  # a duty that comes about and is performed at one stage
                _amend(table, row, edge)
            else:
                found.append(edge)

    def causes(self, numbers: tuple[Any, ...]) -> tuple[Cause, ...]:
        """Events and limits."""
        return tuple([self._cause(number) for number in numbers])

    def _cause(self, number: Any) -> Cause:
        known = self._causes.get(number)
        if known is None:
            made = ByLimit(*number) if isinstance(number, tuple) else ByEvent(self.value(number))
            known = self._causes[number] = made
        return known

    def judge(self, judged: Iterable[tuple[Any, ...]]) -> None:
        """Enter which acts took effect."""
        for verdict in (Judged(*fields) for fields in judged):
            event = self.events[self.value(verdict.event)]
            self.effective[event.id] = TRUE if verdict.effective else FALSE
            if not verdict.effective:
                self.void[event.id] = _void(self.program.acts[event.type], event, verdict)

    def trace(self, to: int) -> Trace:
        """All of it, as the reference would hand it over."""
        void = tuple(self.void[id] for id in self.events if id in self.void)
        return Trace(self.tables, void, self.effective, {}, to)


def _amend(table: Table, row: tuple[Any, ...], edge: TableEdge) -> None:
    """``edge`` in place of the last one, which is of the same stage; none where things are as they were before it."""
    found = table.edges[row]
    found.pop()
    if (found[-1].truth if found else FALSE) != edge.truth:
        found.append(edge)
    elif not found:
        del table.edges[row]


def evaluate(
    program: Program, events: Iterable[Event], calendar: Calendar, to: Instant, *, at_once: int = AT_ONCE
) -> Trace:
    """Evaluate ``program`` over ``events`` (sorted by ``at``) up to and including ``to``, as the reference does.

    The host gets ``at_once`` events at a time, and a new process goes on from the last of its snapshots.  Raises
    ContractError (TEN822, outside the fragment), HistoryError (TEN823 unknown value, TEN824 order, TEN831 a duty assigned twice, TEN825 working
    set) or RuleHostError (TEN821 not installed, TEN826 rejected, TEN827 died).
    """
    ruleset = required(program)
    translation = Translation(program, ruleset)
    conversation = Conversation(ruleset, calendar, lambda number: str(translation.value(number)))
    events = iter(events)
    first = next(events, None)
    events = events if first is None else chain([first], events)
    tasks = chain(
        _recurring(ruleset, first, to),
        (("take", piece) for piece in _pieces(translation, events, at_once)),
        [("finish", to)],
    )
    with KEEPER.alone(), closing(conversation.through(tasks)) as replies:
        for edges, judged in replies:
            translation.take(edges)
            translation.judge(judged)
    return translation.trace(to)


def _recurring(ruleset: Ruleset, first: Event | None, to: Instant) -> Iterator[tuple[str, Instant]]:
    """Recurring dates come from the first event on, or from the first date that the contract names."""
    known = [at for at in (None if first is None else first.at, ruleset.first) if at is not None]
    if ruleset.recurs and known and min(known) <= to:
        yield ("recur", min(known))


def _pieces(translation: Translation, events: Iterable[Event], at_once: int) -> Iterator[list[Happening]]:
    """Pieces of about ``at_once`` of the events that some rule reads, each of whole ticks."""
    piece: list[Happening] = []
    for event in events:
        happening = translation.happening(event)
        if happening is None:
            continue
        if len(piece) >= at_once and happening.at != piece[-1].at:
            yield piece
            piece = []
        piece.append(happening)
    if piece:
        yield piece


def _void(rules: tuple[ActRule, ...], event: Event, verdict: Judged) -> VoidAct:
    """Why an act had no effect, in the words of :meth:`tenure.logic.acts.Acts.void`."""
    needs = " or ".join(dict.fromkeys(rule.needs for rule in rules if rule.needs))
    reason, clause = f"no power: it takes {needs}" if needs else "no power", None
    for number in verdict.tried:
        clause = rules[number].clause
        if number in verdict.powered:
            reason = "its condition did not hold"
        else:
            reason = f"no power at that time{f' under {clause}' if clause else ''}"
    return VoidAct(event, reason, clause)

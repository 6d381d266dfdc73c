"""Scenarios: stories told in a contract's own file, with the answers that it expects and their reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from attrs import frozen

from tenure.diagnostics import ContractError, HistoryError, Place, TenureError
from tenure.history import Event, History, event_from_mapping
from tenure.language import syntax as s
from tenure.language.printer import format_expectation, format_formula
from tenure.logic.truth import FALSE, TRUE, UNKNOWN
from tenure.norms import Relation, Vocabulary
from tenure.norms.acts import align
from tenure.norms.scope import grounded
from tenure.norms.vocabulary import constant
from tenure.time import Instant
from tenure.timeline.contract import Contract, HistoryLike
from tenure.timeline.objects import value_text
from tenure.timeline.timeline import Timeline
from tenure.timeline.verdict import EdgeCause, Verdict

_STATUS = {TRUE: "held", UNKNOWN: "unknown", FALSE: "not_held"}


@frozen
class Check:
    """One expectation: what it says, what it expected and what was found; ``reason`` is that of the verdict, if any."""

    place: Place | None
    text: str
    passed: bool
    expected: str
    found: str
    reason: str | None = None


@frozen
class ScenarioResult:
    """One scenario and its checks; ``error`` is set where the story itself cannot be told."""

    name: str
    place: Place | None
    checks: tuple[Check, ...]
    error: TenureError | None = None

    @property
    def passed(self) -> bool:
        """Whether the story could be told and every expectation was met."""
        return self.error is None and all(check.passed for check in self.checks)


def run_scenarios(contract: Contract, history: HistoryLike | None = None) -> tuple[ScenarioResult, ...]:
    """Every scenario of ``contract``, told on top of ``history`` (default: the one beside the contract)."""
    scenarios = list(contract.vocabulary.items(s.Scenario))
    record = contract.read(history) if any(not sc.alone for sc in scenarios) else History.from_events(())
    return tuple(run_scenario(contract, scenario, record) for scenario in scenarios)


def run_scenario(contract: Contract, scenario: s.Scenario, record: History) -> ScenarioResult:
    """Tell one scenario and check what it expects."""
    try:
        return ScenarioResult(scenario.name, scenario.place, tuple(checks(contract, scenario, record)))
    except TenureError as error:
        return ScenarioResult(scenario.name, scenario.place, (), error)


def checks(
    contract: Contract,
    scenario: s.Scenario,
    record: History,
    asked: Callable[[s.Expectation, Mapping[str, str]], bool] | None = None,
) -> Iterator[Check]:
    """The checks of one scenario as they are made, or those that ``asked`` takes; raises where it cannot be told."""
    world = _World(contract, scenario, record)
    for expectation, choice in expectations(scenario):
        if asked is None or asked(expectation, choice):
            yield world.check(expectation, choice)


def expectations(scenario: s.Scenario) -> Iterator[tuple[s.Expectation, dict[str, str]]]:
    """What ``scenario`` expects, each with every choice of the readings that it names."""
    for line in scenario.lines:
        if isinstance(line, s.Expectation):
            for choice in choices(scenario, line.under):
                yield line, choice


def timelines(contract: Contract, scenario: s.Scenario, record: History) -> Iterator[Timeline]:
    """The whole timeline of one scenario under each of the readings that it names; its record ends with its last event.

    Raises where the story cannot be told.
    """
    world = _World(contract, scenario, record)
    known_at = scenario.known_at.text if scenario.known_at else None
    ends = [event.at for event in world.history.view()]
    horizon = max([world.history.latest_recorded or 0, *ends])
    for choice in choices(scenario):
        yield contract.evaluate(world.history, readings=choice, known_at=known_at, horizon=horizon)


def formulas_of(scenario: s.Scenario, vocabulary: Vocabulary) -> tuple[s.Formula, ...]:
    """The formulas that ``scenario`` expects to hold: the queries of its timelines, in order."""
    return tuple(
        grounded(line.that, vocabulary)
        for line in scenario.lines
        if isinstance(line, s.Expectation) and not isinstance(line.that, s.Statement | s.EventIs)
    )


def choices(scenario: s.Scenario, under: tuple[s.When, ...] = ()) -> list[dict[str, str]]:
    """Each choice of the readings that ``scenario`` names, and ``under`` beside it."""
    found: list[dict[str, str]] = [{}]
    for when in (*scenario.under, *under):
        found = [{**choice, when.reading: value} for choice in found for value in when.values]
    return found


def happening_event(happening: s.Happening, vocabulary: Vocabulary, id: str) -> Event:
    """The event that a line of a story tells of; raises :class:`HistoryError` where it does not fit its declaration."""
    declared = vocabulary.events.get(happening.type)
    names = [a.name for a in declared.attributes] if declared else []
    data: dict[str, Any] = {}
    for position, argument in enumerate(happening.args):
        name = argument.name or (names[position] if position < len(names) else None)
        if name is None:
            raise HistoryError.of(
                "TEN431",
                f"`{happening.type}` has only {len(names)} attributes",
                place=happening.place,
                help=f"it has: {', '.join(names) or 'none'}",
            )
        data[name] = _plain(argument.term)
    raw: dict[str, Any] = {"id": id, "at": happening.at.text, "type": happening.type, "data": data}
    if happening.seq is not None:
        raw["seq"] = happening.seq
    if happening.by:
        raw["by"] = list(happening.by)
    return event_from_mapping(raw, vocabulary.schema, happening.place)


def _plain(term: s.Term) -> Any:
    match term:
        case s.Name(text) | s.Text(text) | s.Date(text):
            return text
        case s.Number(value):
            return int(value) if value == value.to_integral_value() else Decimal(value)
        case s.Money(amount, currency):
            return f"{currency} {amount:f}"
        case s.Flag(value):
            return value
        case s.Null():
            return None
        case _:
            raise ContractError.of("TEN117", "a story tells plain values", place=getattr(term, "place", None))


class _World:
    """The record of one scenario, evaluated under each choice of readings that its lines ask about."""

    def __init__(self, contract: Contract, scenario: s.Scenario, record: History) -> None:
        self.contract = contract
        self.vocabulary = contract.vocabulary
        self.scenario = scenario
        base = History.from_events(()) if scenario.alone else record.dropping(scenario.without)
        told = [line for line in scenario.lines if isinstance(line, s.Happening)]
        taken = {h.name for h in told} | set(record.by_id)
        numbers = (f"S{i}" for i in count(1))
        free = (name for name in numbers if name not in taken)
        events = [happening_event(h, self.vocabulary, h.name or next(free)) for h in told]
        self.history = base.adding(events) if events else base
        self.formulas = formulas_of(scenario, self.vocabulary)
        self._timelines: dict[tuple[tuple[str, str], ...], Timeline] = {}

    def timeline(self, readings: Mapping[str, str]) -> Timeline:
        key = tuple(sorted(readings.items()))
        if key not in self._timelines:
            known_at = self.scenario.known_at.text if self.scenario.known_at else None
            self._timelines[key] = self.contract.evaluate(
                self.history, readings=readings, known_at=known_at, to=self._to(), queries=self.formulas
            )
        return self._timelines[key]

    def _to(self) -> Instant | None:
        """How far to look: no further than is asked, where neither an end nor a reason depends on what comes later."""
        asked = [line for line in self.scenario.lines if isinstance(line, s.Expectation)]
        if not asked or any(line.until or line.because for line in asked):
            return None
        return max(self.contract.instant(line.at) for line in asked)

    def check(self, expectation: s.Expectation, choice: Mapping[str, str]) -> Check:
        """The expectation under one choice of readings."""
        timeline = self.timeline(choice)
        at = self.contract.instant(expectation.at)
        match expectation.that:
            case s.Statement():
                return self._statement(expectation, expectation.that, timeline, at)
            case s.EventIs():
                return self._event(expectation, expectation.that, timeline)
            case _:
                return self._formula(expectation, expectation.that, timeline, at)

    def _result(
        self,
        expectation: s.Expectation,
        expected: str,
        found: str,
        *,
        passed: bool,
        reason: str | None = None,
    ) -> Check:
        return Check(expectation.place, format_expectation(expectation), passed, expected, found, reason)

    # ------------------------------------------------------------ positions

    def _statement(
        self, expectation: s.Expectation, that: s.Statement, timeline: Timeline, at: Instant
    ) -> Check:
        given = align(self.vocabulary, that.act)
        wanted_object = tuple(
            constant(given[p], self.vocabulary.zone) if p in given else None
            for p in self.vocabulary.parameters(that.act.name)
        )
        verdict = timeline.holds(
            _word(that.holder),
            that.act.name,
            wanted_object if given else None,
            at=at,
            relation=_relation(that.relation),
            counterparty=_word(that.counterparty) if that.counterparty else None,
        )
        wanted = expectation.status or ("held" if that.positive else "not_held")
        until = self.contract.instant(expectation.until) if expectation.until else None
        missing = [r for r in expectation.because if not _explains(r, verdict, timeline)]
        passed = verdict.status == wanted and not missing and (until is None or verdict.until == until)
        expected = " ".join([wanted, *(f"because {r}" for r in expectation.because)])
        if until is not None:
            expected += f" until {timeline.text(until)}"
        found = describe(verdict, timeline)
        return self._result(expectation, expected, found, passed=passed, reason=verdict.reason)

    # ------------------------------------------------------------ events and formulas

    def _event(self, expectation: s.Expectation, that: s.EventIs, timeline: Timeline) -> Check:
        truth = timeline.line.trace.effective.get(that.event)
        if truth is None:
            raise ContractError.of(
                "TEN118",
                f"no event `{that.event}` is told here",
                place=that.place,
                help="name it in the story: `… as E1`",
            )
        void = next((v for v in timeline.void if v.event.id == that.event), None)
        breached = [b for b in timeline.breaches if b.event == that.event]
        wrongful = bool(breached)
        found = "void" if void else "unknown" if truth == UNKNOWN else "wrongful" if wrongful else "effective"
        wanted = expectation.status or that.status
        text = f"{found}: {void.reason}" if void else found
        reasons = [*(b.clause for b in breached), *([void.reason, void.clause] if void else [])]
        missing = [r for r in expectation.because if not any(found_r and r in found_r for found_r in reasons)]
        passed = (found == wanted or (wanted == "effective" and found == "wrongful")) and not missing
        expected = " ".join([wanted, *expectation.because])
        why = void.reason if void else None
        return self._result(expectation, expected, text, passed=passed, reason=why)

    def _formula(
        self, expectation: s.Expectation, formula: s.Formula, timeline: Timeline, at: Instant
    ) -> Check:
        truth, cause = timeline.query(self.formulas.index(grounded(formula, self.vocabulary)), at)
        found = _STATUS[truth]
        wanted = expectation.status or "held"
        missing = [r for r in expectation.because if not _names_cause(r, cause, timeline)]
        words = {"held": "true", "not_held": "false"}
        expected = f"{words.get(wanted, wanted)}: {format_formula(formula)}"
        return self._result(
            expectation, expected, words.get(found, found), passed=found == wanted and not missing
        )


def _word(term: s.Term) -> str:
    return str(_plain(term))


def _relation(relation: str) -> Relation:
    return relation  # type: ignore[return-value]


def _explains(reason: str, verdict: Verdict, timeline: Timeline) -> bool:
    """Whether a `because` names a clause, the reason, or the cause of the verdict."""
    if any(c == reason or c.startswith(f"{reason}.") for c in verdict.clauses):
        return True
    if verdict.reason is not None and (reason == verdict.reason or reason in verdict.reason):
        return True
    return _names_cause(reason, verdict.cause, timeline)


def _names_cause(reason: str, cause: EdgeCause | None, timeline: Timeline) -> bool:
    if cause is None:
        return False
    if cause.event is not None:
        event = timeline.event(cause.event)
        return reason == cause.event or (event is not None and reason == event.type)
    return reason == cause.clause


def describe(verdict: Verdict, timeline: Timeline) -> str:
    """A verdict in one line."""
    words: list[str] = [verdict.status]
    if verdict.clauses:
        words.append(f"by {', '.join(verdict.clauses)}")
    if verdict.reason:
        words.append(f"({verdict.reason})")
    if verdict.until is not None:
        words.append(f"until {timeline.text(verdict.until)}")
    if verdict.cause is not None:
        words.append(f"since {verdict.cause.event or timeline.text(verdict.cause.limit or 0)}")
    return " ".join(words)


__all__ = [
    "Check",
    "ScenarioResult",
    "checks",
    "choices",
    "describe",
    "expectations",
    "formulas_of",
    "happening_event",
    "run_scenario",
    "run_scenarios",
    "timelines",
    "value_text",
]

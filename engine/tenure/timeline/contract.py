"""The contract: what was written, what it means under each choice of readings, and how a history is put to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenure.bundled import bundled_names, contracts_root
from tenure.diagnostics import ContractError, Diagnostic, QueryError, did_you_mean
from tenure.history import Event, History, read_history
from tenure.language.markdown import contract_file, parse_document, read_contract
from tenure.language.syntax import Clause, Date, Document, Formula, Item, Length, Recurring, Scenario
from tenure.language.syntax.shared import nodes
from tenure.norms import Meaning, Relation, Vocabulary, lower, vocabulary
from tenure.norms.sharing import Shared
from tenure.time import MAX_INSTANT, Duration, Instant
from tenure.timeline.executors import executor_named
from tenure.timeline.line import Line
from tenure.timeline.lines import Lines
from tenure.timeline.moments import When, instant_of
from tenure.timeline.narrowing import meaning_for
from tenure.timeline.timeline import Timeline

if TYPE_CHECKING:  # a command that asks one question of a whole history needs none of these
    from tenure.timeline.comparison import ReadingsCompared
    from tenure.timeline.revision import NewClause
    from tenure.timeline.session import Session
    from tenure.timeline.then_and_now import ThenAndNow

#: How many years past the horizon an evaluation runs unless told otherwise.
REACH = 100
MAX_YEAR = 9999
#: How many years it runs at the most where the contract names long terms or late dates.
FARTHEST = 1100
#: … and something comes again every month, which would take its time.
FARTHEST_RECURRING = 250
_IN_A_YEAR = {"year": 1.0, "quarter": 1 / 4, "month": 1 / 12, "week": 7 / 365, "day": 1 / 365}

HistoryLike = History | str | Path | bytes | Iterable[Mapping[str, Any]]


class Contract:
    """A contract, from a file (:func:`load`), from text or from syntax objects.

    Raises :class:`~tenure.diagnostics.ContractError` where a rule cannot be given a meaning.
    """

    def __init__(self, document: Document | Iterable[Item], *, path: Path | None = None) -> None:
        self.document = document if isinstance(document, Document) else Document(tuple(document))
        self.path = path
        self.vocabulary: Vocabulary
        self.vocabulary, findings = vocabulary(self.document)
        if findings:
            raise ContractError(*findings)
        self._shared = Shared()
        self._revised: dict[tuple[Clause, ...], Contract] = {}
        self._meanings: dict[object, Meaning] = {}
        self._narrow: dict[object, Meaning] = {}

    @classmethod
    def from_text(cls, text: str, *, file: str | None = None) -> Contract:
        """A contract from its Markdown (or bare rule) text."""
        return cls(parse_document(text, file))

    @property
    def name(self) -> str:
        """The contract's name, from its header."""
        return self.vocabulary.name

    @property
    def title(self) -> str | None:
        """The contract's title, if its header has one."""
        return self.vocabulary.title

    def __repr__(self) -> str:
        counts = f"{len(self.vocabulary.clauses)} clauses, {len(self.vocabulary.events)} event types"
        return f"Contract({self.name}, {counts}, {len(self.vocabulary.readings)} readings)"

    def check(self) -> tuple[Diagnostic, ...]:
        """Everything that the checker finds: errors first, then warnings."""
        from tenure.norms.check import check

        return check(self.vocabulary)

    def revised(self, *clauses: NewClause) -> Contract:
        """This contract with ``clauses`` in place of those of the same ids: rules as text, or syntax objects.

        Raises :class:`~tenure.diagnostics.QueryError` (TEN650) where there is no such clause, and what the parser raises.
        """
        if not clauses:
            return self
        from tenure.timeline.revision import clauses_of, revised

        new = clauses_of(clauses)
        if new not in self._revised:
            made = self._revised[new] = Contract(revised(self.document, new))
            made._shared = self._shared
        return self._revised[new]

    def meaning(
        self, readings: Mapping[str, str] | None = None, queries: tuple[Formula, ...] = ()
    ) -> Meaning:
        """The definitions under a choice of readings (defaults where none is given), with formulas to ask about."""
        choice = {**self.vocabulary.default_choice(), **self._checked(readings or {})}
        key = (tuple(sorted(choice.items())), queries)
        if key not in self._meanings:
            self._meanings[key] = lower(self.vocabulary, choice, queries, self._shared)
        return self._meanings[key]

    def evaluated(self, meaning: Meaning, events: tuple[Event, ...], to: Instant) -> Line:
        """One meaning over one sequence of events: all that a contract evaluates passes through here."""
        return Line(self.vocabulary, meaning, events, to)

    def instant(self, date: Date) -> Instant:
        """The instant of a date or time of the contract's text."""
        return instant_of(date.text, self.vocabulary.zone)

    def _checked(self, readings: Mapping[str, str]) -> Mapping[str, str]:
        for name, value in readings.items():
            if name not in self.vocabulary.readings:
                advice = did_you_mean(name, self.vocabulary.readings) or self._list(
                    "readings", self.vocabulary.readings
                )
                raise QueryError.of("TEN605", f"`{name}` is not a reading of `{self.name}`", help=advice)
            values = [v.name for v in self.vocabulary.readings[name].values]
            if value not in values:
                advice = did_you_mean(value, values) or self._list("values", values)
                raise QueryError.of("TEN606", f"reading `{name}` has no value `{value}`", help=advice)
        return readings

    @staticmethod
    def _list(what: str, names: Iterable[str]) -> str:
        return f"its {what}: {', '.join(names) or 'none'}"

    # ------------------------------------------------------------ histories

    @property
    def history_path(self) -> Path | None:
        """The `history.jsonl` beside the contract, if there is one."""
        if self.path is None:
            return None
        beside = contract_file(self.path).parent / "history.jsonl"
        return beside if beside.is_file() else None

    def read(self, history: HistoryLike | None = None, *, lenient: bool = False) -> History:
        """A history of this contract: a path, bytes, mappings as in JSON Lines, or the file beside the contract."""
        if isinstance(history, History):
            return history
        source: Any = history if history is not None else self.history_path
        if source is None:
            return History.from_events(())
        if isinstance(source, str):
            source = Path(source)
        return read_history(source, self.vocabulary.schema, lenient=lenient).history

    def evaluate(
        self,
        history: HistoryLike | None = None,
        *,
        known_at: When | None = None,
        readings: Mapping[str, str] | None = None,
        horizon: When | None = None,
        to: When | None = None,
        lenient: bool = False,
        queries: tuple[Formula, ...] = (),
        only_act: str | None = None,
        executor: str = "reference",
    ) -> Timeline:
        """Apply the contract to ``history`` (default: the one beside it) as it was known at ``known_at``.

        ``horizon`` is where the record ends (default: ``known_at``, else the latest recording); the evaluation runs
        to ``to`` (default: a hundred years past the horizon; longer where the contract names longer terms, and no further than
        holidays are known).  ``queries`` are formulas to ask the timeline about.
        With ``only_act`` the timeline knows the positions about that act alone, and is had sooner.
        ``executor`` is `reference`, or `rete` (durable_rules), which gives the same timeline or says why it cannot.
        """
        evaluated_by = executor_named(executor)
        record = self.read(history, lenient=lenient)
        zone = self.vocabulary.zone
        known = None if known_at is None else instant_of(known_at, zone)
        edge = self._horizon(record, known, horizon)
        end = instant_of(to, zone) if to is not None else self._reach(edge)
        given = dict(self._checked(readings or {}))

        def timeline(
            record: History,
            readings: Mapping[str, str],
            clauses: tuple[Clause, ...] = (),
            base: Timeline | None = None,
        ) -> Timeline:
            deal = self.revised(*clauses)
            chosen = {**given, **self._checked(readings)}
            events = tuple(record.view(known))
            meaning = partial(deal._meaning_about, queries=queries, only_act=only_act)
            return Timeline(
                deal.vocabulary,
                record,
                lines=Lines(
                    deal.vocabulary,
                    meaning,
                    events,
                    end,
                    base.lines if base else None,
                    executor=evaluated_by,
                    evaluated=deal.evaluated,
                ),
                choice={**deal.vocabulary.default_choice(), **chosen},
                given=frozenset(chosen),
                horizon=edge,
                to=end,
                again=timeline,
            )

        return timeline(record, {})

    def session(
        self,
        *,
        readings: Mapping[str, str] | None = None,
        foresee: Iterable[str | Duration] = (),
        states: Iterable[str] = (),
        keep: str | Duration | None = None,
        executor: str = "reference",
    ) -> Session:
        """A session to which events are posted as they come; it tells which positions change.

        ``foresee`` are lengths of time such as ``"30 days"``: a position is told of when its end, if nothing more
        happens, is that far away.  ``states`` are the named states whose changes are told as well; a contract that
        gives nobody a position tells all of its own anyway.  With ``keep``, such as ``"1 year"``, it forgets what is
        longer ago.  ``executor`` is as in :meth:`evaluate`.
        """
        from tenure.timeline.session import Session

        given = self._checked(readings or {})
        made = executor_named(executor)
        return Session(self, readings=given, foresee=foresee, states=states, keep=keep, executor=made)

    def compare_readings(
        self,
        history: HistoryLike | None = None,
        holder: str | None = None,
        act: str | None = None,
        object: str | tuple[Any, ...] | None = None,
        *,
        relation: Relation | None = None,
        at: When | None = None,
        over: tuple[When | None, When | None] = (None, None),
        known_at: When | None = None,
        horizon: When | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> ReadingsCompared:
        """Under which readings the answers about ``history`` differ, when, and which readings decide them.

        See :meth:`Timeline.compare_readings`; ``readings`` that are chosen stay as they are.
        """
        line = self.evaluate(history, known_at=known_at, horizon=horizon, readings=readings, only_act=act)
        return line.compare_readings(holder, act, object, relation=relation, at=at, over=over)

    def then_and_now(
        self,
        history: HistoryLike | None = None,
        holder: str | None = None,
        act: str | None = None,
        object: str | tuple[Any, ...] | None = None,
        *,
        then: When,
        now: When | None = None,
        at: When | None = None,
        relation: Relation | None = None,
        readings: Mapping[str, str] | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> ThenAndNow:
        """What was known ``then`` and is known ``now`` (default: everything): what differs, and which records made it.

        Over all time, or ``at`` an instant.  Raises :class:`QueryError` (TEN654) where now is before then.
        """
        from tenure.timeline.comparison import about
        from tenure.timeline.then_and_now import then_and_now

        record = self.read(history)
        zone = self.vocabulary.zone
        early, late = instant_of(then, zone), None if now is None else instant_of(now, zone)
        if late is not None and late < early:
            advice = "give the earlier date as `then`"
            raise QueryError.of("TEN654", f"now ({now}) is before then ({then})", help=advice)
        end = self._reach(self._horizon(record, late, None))
        before, after = (
            self.evaluate(record, known_at=known, to=end, readings=readings, only_act=act)
            for known in (early, late)
        )
        learnt = [e for e in record.events if early < e.recorded and (late is None or e.recorded <= late)]
        return then_and_now(
            before,
            after,
            learnt,
            about(self.vocabulary, holder, act, object, relation),
            None if at is None else instant_of(at, zone),
            progress,
        )

    def _meaning_about(
        self, choice: Mapping[str, str], *, queries: tuple[Formula, ...], only_act: str | None
    ) -> Meaning:
        whole = self.meaning(choice, queries)
        return whole if only_act is None else self._narrowed(whole, only_act)

    def _narrowed(self, whole: Meaning, act: str) -> Meaning:
        """``whole`` for one act, always the same object: evaluations know a program by its identity."""
        key = (id(whole.program), act)
        if key not in self._narrow:
            self._narrow[key] = meaning_for(whole, act)
        return self._narrow[key]

    def _horizon(self, record: History, known: Instant | None, horizon: When | None) -> Instant:
        if horizon is not None:
            return instant_of(horizon, self.vocabulary.zone)
        if known is not None:
            return known
        latest = record.latest_recorded
        return latest if latest is not None else 0

    def _reach(self, horizon: Instant) -> Instant:
        """How far an evaluation runs unless told otherwise: no term that the contract names is cut short by it."""
        calendar = self.vocabulary.calendar
        day = calendar.day_of(horizon)
        longest, latest, farthest = self._far
        year = max(day.year + REACH + (longest if longest > REACH // 2 else 0), latest + 1)
        year = min(year, day.year + farthest)
        if year >= MAX_YEAR:
            return MAX_INSTANT
        end = calendar.start_of_day(day.replace(year=year, day=min(day.day, 28)))
        if calendar.business is None or calendar.business.years is None:
            return end
        # Nobody knows the holidays after that; the last year is left for limits that are counted into it.
        last_known = calendar.start_of_day(date(calendar.business.years[1], 1, 1))
        return max(min(end, last_known), horizon)

    @cached_property
    def _far(self) -> tuple[int, int, int]:
        """The longest length in the rules, in years, the year of their latest date, and how many years are bearable."""
        rules = (item for item in self.document.items if not isinstance(item, Scenario))
        found = [node for item in rules for node in nodes(item)]
        lengths = (
            sum(n * _IN_A_YEAR.get(unit, 0) for n, unit in x.parts) for x in found if isinstance(x, Length)
        )
        dates = (int(x.text.removeprefix("FY")[:4]) for x in found if isinstance(x, Date))
        recurs = any(isinstance(n, Recurring) for n in found)
        farthest = FARTHEST_RECURRING if recurs else FARTHEST
        return math.ceil(max(lengths, default=0)), max(dates, default=0), farthest


def load(path: str | Path, *, stories: bool = True) -> Contract:
    """A contract from a file, a folder with a `deal.md`, or the name of a bundled contract.

    Without ``stories`` its scenarios and properties are left unread where they stand in blocks of their own: a question has
    no need of them, and is answered sooner.
    """
    given = find(path)
    return Contract(read_contract(given, stories=stories), path=given)


def find(path: str | Path) -> Path:
    """Where a contract is: what ``path`` says, or the bundled contract of that name."""
    given = Path(path)
    if not given.exists() and str(path) in bundled_names():
        given = contracts_root() / str(path)
    if not given.exists() and "/" not in str(path) and not given.suffix:
        names = bundled_names()
        advice = did_you_mean(str(path), names) or f"bundled contracts: {', '.join(names)}"
        raise ContractError.of("TEN607", f"there is no file and no bundled contract `{path}`", help=advice)
    return given

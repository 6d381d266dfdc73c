"""The open future of a timeline: what is guaranteed, what is possible, and whose acts could end a position.

Past the horizon nothing is recorded.  `projected` supposes that nothing more happens; `guaranteed` leaves every act
open to which the holder is not a party; `guaranteed against G` only those that members of G can do alone;
`possible` leaves everything open (DESIGN §3 "Open future").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, frozen

from tenure.diagnostics import QueryError
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.logic.definitions import Const
from tenure.logic.future import Opening, event_atoms, open_future
from tenure.logic.slicing import part_for
from tenure.logic.truth import TRUE
from tenure.norms import Position, Vocabulary
from tenure.time import Instant
from tenure.timeline.line import Line
from tenure.timeline.segments import Segment, segment_at

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

Status = Literal["guaranteed", "possible", "not_possible"]
#: How many acts a threat may take, and how many threats are looked for.
MOST_ACTS = 4
MOST_THREATS = 12


@frozen
class Act:
    """Something that may happen: an act by one of ``by`` (all of them together where ``joint``), or a fact."""

    type: str
    by: tuple[str, ...]
    joint: bool = False

    def __str__(self) -> str:
        doers = (" and " if self.joint else " or ").join(self.by)
        return f"{self.type} by {doers}" if doers else self.type


@frozen
class Threat:
    """A smallest set of acts after which the position is no longer sure to be held."""

    acts: tuple[Act, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.acts))


@frozen
class Outlook:
    """A position past the horizon: its projected end, until when it is guaranteed, until when it is possible.

    None is open: it is so as far as the evaluation goes.  ``guaranteed_until`` at the horizon says that nothing past
    it is sure.
    """

    position: Position
    projected_until: Instant | None
    guaranteed_until: Instant | None
    possible_until: Instant | None


class Future:
    """The open future of one timeline; evaluations are kept, for each of them costs as much as the timeline."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.vocabulary: Vocabulary = timeline.vocabulary
        self.horizon = timeline.horizon
        self.closed = frozenset(_creation_facts(self.vocabulary))
        self._lines: dict[object, Line] = {}

    # ------------------------------------------------------------ who may act

    def _line(self, key: object, act: str, actors: Callable[[str], frozenset[str] | None]) -> Line:
        if (key, act) not in self._lines:
            base = self.timeline.line
            opening = Opening(self.horizon, lambda event: None if event in self.closed else actors(event))
            program = part_for(base.meaning.program, self._relations(act))
            supports = tuple(base.supports(act))
            meaning = evolve(
                base.meaning, program=open_future(program, opening), supports=supports, silences=()
            )
            events = tuple(e for e in base.events if e.at <= self.horizon or e.supposed)
            self._lines[key, act] = Line(self.vocabulary, meaning, events, self.timeline.to)
        return self._lines[key, act]

    def _relations(self, act: str) -> list[str]:
        return [support.force for support in self.timeline.line.supports(act)]

    def guaranteed_line(self, act: str, holder: str, against: tuple[str, ...] | None = None) -> Line:
        """The evaluation in which everything that ``holder`` has no part in is open, or what ``against`` can do alone."""
        everyone = frozenset(self.vocabulary.actors)
        allowed = (everyone if against is None else frozenset(against)) - {holder}
        return self._line(("guaranteed", allowed), act, lambda _: allowed)

    def possible_line(self, act: str) -> Line:
        """The evaluation in which everything is open."""
        everyone = frozenset(self.vocabulary.actors)
        return self._line("possible", act, lambda _: everyone)

    def restricted(self, act: str, acts: frozenset[Act]) -> Line:
        """The evaluation in which ``acts`` alone are open."""
        allowed: dict[str, frozenset[str]] = {}
        for open_ in acts:
            doers = frozenset(open_.by or self.vocabulary.actors)
            allowed[open_.type] = allowed.get(open_.type, frozenset()) | doers
        return self._line(acts, act, allowed.get)

    # ------------------------------------------------------------ questions

    def outlook(self, position: Position, holder: str, against: tuple[str, ...] | None = None) -> Outlook:
        """How long ``position`` lasts, for all that is known at the horizon."""
        projected = self.timeline.line.segments(position)
        sure = self.guaranteed_line(position.act, holder, against).segments(position)
        maybe = self.possible_line(position.act).segments(position)
        return Outlook(
            position,
            _held_until(projected, self.horizon, TRUE),
            _held_until(sure, self.horizon, TRUE),
            _held_until(maybe, self.horizon, 1),
        )

    def status(
        self, position: Position, holder: str, at: Instant, against: tuple[str, ...] | None = None
    ) -> Status:
        """Whether ``position`` is guaranteed, merely possible, or not possible at ``at``."""
        sure = self.guaranteed_line(position.act, holder, against).segments(position)
        if sure[segment_at(sure, at)].truth == TRUE:
            return "guaranteed"
        maybe = self.possible_line(position.act).segments(position)
        return "possible" if maybe[segment_at(maybe, at)].truth else "not_possible"

    def threats(self, position: Position, holder: str) -> tuple[Threat, ...]:
        """The smallest sets of acts of others that could end ``position`` before its projected end."""
        projected = _held_until(self.timeline.line.segments(position), self.horizon, TRUE)
        if projected is not None and projected <= self.horizon:
            raise QueryError.of(
                "TEN612",
                "a position that is not held at the horizon has no threats",
                help="ask about one that is held, or set an earlier --horizon",
            )

        def endangers(acts: frozenset[Act]) -> bool:
            sure = self.restricted(position.act, acts).segments(position)
            return _before(_held_until(sure, self.horizon, TRUE), projected)

        everything = frozenset(self.acts_of_others(position.act, holder))
        found: list[frozenset[Act]] = []
        for candidate in minimal_sets(everything, endangers):
            if len(candidate) <= MOST_ACTS:
                found.append(candidate)
            if len(found) >= MOST_THREATS:
                break
        ordered = sorted(found, key=lambda acts: (len(acts), sorted(map(str, acts))))
        return tuple(Threat(tuple(sorted(acts, key=str))) for acts in ordered)

    def acts_of_others(self, act: str, holder: str) -> Iterator[Act]:
        """Everything that may happen without ``holder`` and bears on ``act``."""
        program = part_for(self.timeline.line.meaning.program, self._relations(act))
        read = {a.type for d in program.definitions for a in event_atoms(d)} | set(program.acts)
        for event in self.vocabulary.events.values():
            if event.name in self.closed or event.name not in read:
                continue
            if event.word == "fact":
                yield Act(event.name, ())
                continue
            for rule in self.timeline.line.meaning.program.acts.get(event.name, ()):
                by = tuple(str(t.value) for t in rule.attempt.by if isinstance(t, Const))
                if holder not in by:
                    yield Act(event.name, by, joint=len(by) > 1)


def minimal_sets(
    everything: frozenset[Act], endangers: Callable[[frozenset[Act]], bool]
) -> Iterator[frozenset[Act]]:
    """All minimal sets that endanger, by a hitting-set tree (Reiter 1987): monotone, so shrinking finds each."""
    waiting = [everything]
    seen: set[frozenset[Act]] = set()
    found: list[frozenset[Act]] = []
    while waiting:
        allowed = waiting.pop(0)
        if allowed in seen:
            continue
        seen.add(allowed)
        known = next((f for f in found if f <= allowed), None)
        if known is None:
            if not endangers(allowed):
                continue
            known = _shrink(allowed, endangers)
            found.append(known)
            yield known
        waiting.extend(allowed - {act} for act in known)


def _shrink(acts: frozenset[Act], endangers: Callable[[frozenset[Act]], bool]) -> frozenset[Act]:
    for act in sorted(acts, key=str):
        smaller = acts - {act}
        if endangers(smaller):
            acts = smaller
    return acts


def _held_until(segments: list[Segment], horizon: Instant, truth: int) -> Instant | None:
    """The end of the span of at least ``truth`` that holds at the horizon; the horizon itself where none does."""
    i = segment_at(segments, horizon)
    if segments[i].truth < truth:
        return horizon
    while i + 1 < len(segments) and segments[i + 1].truth >= truth:
        i += 1
    end = segments[i + 1].start if i + 1 < len(segments) else None
    return horizon if end == horizon + 1 else end


def _before(one: Instant | None, other: Instant | None) -> bool:
    return one is not None and (other is None or one < other)


def _creation_facts(vocabulary: Vocabulary) -> Iterator[str]:
    """The events that say what things are and whose: those of known things are closed."""
    rules: list[Any] = [i for i in vocabulary.document.items if isinstance(i, s.Classify | s.Owner)]
    rules += [r for c in vocabulary.clauses.values() for r in c.rules if isinstance(r, s.Classify | s.Owner)]
    for rule in rules:
        for part in rule.parts:
            if isinstance(part, s.From):
                yield from (
                    n.name for n in nodes(part.begin) if isinstance(n, s.Atom) and n.name in vocabulary.events
                )

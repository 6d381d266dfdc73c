"""Properties: formulas of temporal logic that must hold of a timeline, and what can be said of them yet.

A property is judged at the first event of the record; ``always φ`` is φ at every stage from there on.  It is *true* or
*false* where that is so whatever happens after the horizon, else *undecided*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from attrs import evolve, field, frozen

from tenure.diagnostics import Place, QueryError, did_you_mean
from tenure.language import syntax as s
from tenure.language.printer import format_formula
from tenure.logic.definitions import with_events
from tenure.logic.truth import UNKNOWN
from tenure.norms import Vocabulary, lower
from tenure.time import Instant, format_instant
from tenure.timeline.deciding import Decider
from tenure.timeline.judging import Facts, Judgement
from tenure.timeline.skeleton import Cutter, Implies, Node, below
from tenure.timeline.verdict import EdgeCause

if TYPE_CHECKING:
    from tenure.timeline.timeline import Timeline

Decision = Literal["true", "false", "undecided"]
_WORDS: dict[bool | None, Decision] = {True: "true", False: "false", None: "undecided"}


@frozen
class PropertyVerdict:
    """Whether a property holds: for good, not at all, or undecided yet.

    ``decided_at`` is the first instant at which that was certain, and ``cause`` the event or the limit that decided it.
    ``projected`` is the answer if nothing more happens, None where that hangs on something unknown, which ``reasons``
    name.  ``vacuous``: what stands after an `if` or an `every … in` is never true, so that the property says nothing
    here.  ``story`` is the scenario over which it was judged, None for the record.
    """

    name: str | None
    formula: str
    status: Decision
    projected: bool | None
    decided_at: Instant | None = None
    cause: EdgeCause | None = None
    vacuous: bool = False
    reasons: tuple[str, ...] = ()
    horizon: Instant = 0
    zone: str = field(default="UTC", eq=False)
    story: str | None = None
    place: Place | None = field(default=None, eq=False)

    @property
    def passed(self) -> bool:
        """Whether nothing has broken the property."""
        return self.status != "false"

    @property
    def found(self) -> str:
        """The verdict in one line."""
        if self.status == "undecided":
            return f"undecided: {', '.join(self.reasons) or self._so_far}{self._said}"
        at = "" if self.decided_at is None else f" since {format_instant(self.decided_at, self.zone)}"
        event = self.cause.event if self.cause is not None else None
        return f"{self.status}{at}{f', by {event}' if event else ''}{self._said}"

    @property
    def _so_far(self) -> str:
        outlook = "holds" if self.projected else "does not hold"
        return f"open at {format_instant(self.horizon, self.zone)}, and {outlook} if nothing more happens"

    @property
    def _said(self) -> str:
        return " (says nothing here: what it is about never happens)" if self.vacuous else ""


def check_properties(
    timeline: Timeline, asked: str | s.Formula | s.Property | None = None, *, horizon: Instant | None = None
) -> tuple[PropertyVerdict, ...]:
    """The verdicts on one property (by name, or as syntax), on a formula, or on all properties of the contract.

    ``horizon`` is where the record ends (default: the timeline's).  Raises :class:`QueryError` (TEN627) where no property
    has that name, and :class:`ContractError` (TEN330) where nothing binds a variable.
    """
    properties = _asked(timeline.vocabulary, asked)
    if not properties:
        return ()
    cutter = Cutter(timeline.vocabulary)
    skeletons = [cutter.cut(p.formula) for p in properties]
    edge = timeline.horizon if horizon is None else horizon

    def judge(choice: Mapping[str, str]) -> list[PropertyVerdict]:
        meaning = lower(timeline.vocabulary, choice, tuple(cutter.queries))
        facts = Facts(timeline.lines.under(meaning))
        return [_judge(p, node, facts, edge) for p, node in zip(properties, skeletons, strict=True)]

    return _over_readings(timeline, judge)


def _asked(vocabulary: Vocabulary, asked: str | s.Formula | s.Property | None) -> list[s.Property]:
    declared = list(vocabulary.items(s.Property))
    if asked is None:
        return declared
    if isinstance(asked, s.Property):
        return [asked]
    if not isinstance(asked, str):
        return [s.Property("", asked, place=asked.place)]
    found = [p for p in declared if p.name == asked]
    if not found:
        names = [p.name for p in declared]
        advice = did_you_mean(asked, names) or f"its properties: {', '.join(names) or 'none'}"
        raise QueryError.of("TEN627", f"`{asked}` is not a property of `{vocabulary.name}`", help=advice)
    return found


def _over_readings(
    timeline: Timeline, judge: Callable[[Mapping[str, str]], list[PropertyVerdict]]
) -> tuple[PropertyVerdict, ...]:
    """The verdicts under the chosen readings, undecided where a reading without a default makes the difference."""
    verdicts = judge(timeline.line.choice)
    for choice in timeline.disputes.choices() if timeline.disputes is not None else ():
        differing = [n for n, value in choice.items() if timeline.line.choice[n] != value]
        reason = f"readings differ: {', '.join(differing)}"
        for i, other in enumerate(judge(choice)):
            if other.status != verdicts[i].status:
                verdicts[i] = _disputed(verdicts[i], reason)
    return tuple(verdicts)


def _disputed(verdict: PropertyVerdict, reason: str) -> PropertyVerdict:
    reasons = tuple(dict.fromkeys((*verdict.reasons, reason)))
    return evolve(verdict, status="undecided", projected=None, decided_at=None, cause=None, reasons=reasons)


# ---------------------------------------------------------------- one property over one evaluation


def _judge(property_: s.Property, node: Node, facts: Facts, horizon: Instant) -> PropertyVerdict:
    events = facts.line.events
    origin = with_events(events[0].at if events else horizon)
    # An empty record says nothing, not even about its beginning.
    decider = Decider(facts, origin, with_events(horizon) if events else origin - 1)
    projection = Judgement(facts, origin, None)
    projected = projection.at_origin(node, {})
    status = decider.judgement(decider.known).at_origin(node, {})
    at, cause = (None, None) if status is None else decider.what_decided(node, decided=status)
    return PropertyVerdict(
        property_.name or None,
        format_formula(property_.formula),
        _WORDS[status],
        projected,
        at,
        cause,
        vacuous=any(i not in projection.awake for i in _implications(node)),
        reasons=_reasons(node, facts) if projected is None else (),
        horizon=horizon,
        zone=facts.line.vocabulary.zone,
        place=property_.place,
    )


def _implications(node: Node) -> Iterable[Implies]:
    if isinstance(node, Implies):
        yield node
    for part in below(node):
        yield from _implications(part)


def _reasons(node: Node, facts: Facts) -> tuple[str, ...]:
    """Why parts of the property are unknown."""
    unknown = (edge.reasons for edge in facts.edges(node) if edge.truth == UNKNOWN)
    return tuple(sorted(frozenset[str]().union(*unknown)))

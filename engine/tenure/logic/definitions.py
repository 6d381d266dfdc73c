"""The kernel: past-time first-order metric temporal logic as definitions ``R(x…) := φ`` (DESIGN §3).

Time is a line of *stages*: stage ``2t`` is t⁻, where dates and clocks act, and ``2t + 1`` is t⁺, where the events
of tick t act.  A formula is evaluated at one stage; operators that look back keep their memory in a definition of
their own, so that a formula proper mentions only this stage and the one before it.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from tenure.time import Duration, Instant, Recurrence

Stage = int


def before_events(tick: Instant) -> Stage:
    """t⁻: the stage of tick ``tick`` at which dates and clocks act."""
    return 2 * tick


def with_events(tick: Instant) -> Stage:
    """t⁺: the stage at which the events of ``tick`` act; an answer at ``tick`` reads it."""
    return 2 * tick + 1


# ---------------------------------------------------------------- terms


class Var(Struct, frozen=True):
    """A variable."""

    name: str


class Const(Struct, frozen=True):
    """A value that stands for itself."""

    value: Any


class Calc(Struct, frozen=True):
    """Exact arithmetic; ``op`` is one of ``+ - * / min max``."""

    op: str
    left: Term
    right: Term


Term = Var | Const | Calc

# ---------------------------------------------------------------- formulas


class EventAtom(Struct, frozen=True):
    """An effective event of this stage, or with ``attempted`` any event, effective or void.

    ``by`` are all the actors it must have; ``id`` binds the event's id.
    """

    type: str
    args: tuple[tuple[str, Term], ...] = ()
    by: tuple[Term, ...] = ()
    id: Term | None = None
    attempted: bool = False


class Rel(Struct, frozen=True):
    """A defined relation."""

    name: str
    args: tuple[Term, ...] = ()


class Value(Struct, frozen=True):
    """``result`` is the value of measure ``name`` for ``group``; nothing measured yet is 0 for count and sum."""

    name: str
    group: tuple[Term, ...]
    result: Term


class Compare(Struct, frozen=True):
    """A comparison of two values; ``=`` gives a variable its value."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Term
    right: Term


class Fixed(Struct, frozen=True):
    """The same truth at every stage; ``why`` says what an unknown one lacks."""

    truth: int
    why: str | None = None


class Reached(Struct, frozen=True):
    """An absolute limit: true from t⁻ of ``at`` on; with ``only`` at that stage alone.

    ``event``: the event that, later, brought it about that something is reached at ``at``.
    """

    at: Instant
    clause: str | None = None
    only: bool = False
    event: str | None = None


class Start(Struct, frozen=True):
    """True at the first stage only: what holds from the beginning of time."""


class And(Struct, frozen=True):
    """All of ``parts``."""

    parts: tuple[Formula, ...]


class Or(Struct, frozen=True):
    """Some of ``parts``."""

    parts: tuple[Formula, ...]


class Not(Struct, frozen=True):
    """``of`` does not hold; its variables are bound elsewhere."""

    of: Formula


class Exists(Struct, frozen=True):
    """For some values of ``variables``."""

    variables: tuple[str, ...]
    of: Formula


class Earlier(Struct, frozen=True):
    """``of`` one stage earlier; with ``entering``, at t⁻ of this tick.

    It does not stand within another: what looks back further is a definition of its own.
    """

    of: Formula
    entering: bool = False


Formula = EventAtom | Rel | Value | Compare | Fixed | Reached | Start | And | Or | Not | Exists | Earlier


def begins(formula: Formula) -> Formula:
    """``formula`` holds and did not one stage earlier."""
    return And((formula, Not(Earlier(formula))))


def ends(formula: Formula) -> Formula:
    """``formula`` held one stage earlier and holds no longer."""
    return And((Earlier(formula), Not(formula)))


# ---------------------------------------------------------------- definitions


class Limit(Struct, frozen=True):
    """A limit anchored at a stage: ``term`` ends at anchor ⊕ length; ``within`` is DESIGN §2's ``within``."""

    kind: Literal["term", "within"]
    length: Duration
    clause: str | None = None


class DueDate(Struct, frozen=True):
    """A limit at a date that an event names, the value of ``date``.

    ``at``: the ``start`` of its day or its own tick, the ``end`` of its day, or the ``tick`` after it.  With ``length``
    it is anchored there.  A value that is unknown makes an unknown limit.
    """

    date: Term
    at: Literal["start", "end", "tick"] = "start"
    length: Limit | None = None


class Holds(Struct, frozen=True):
    """``name(head) := body``."""

    name: str
    head: tuple[Term, ...]
    body: Formula
    clause: str | None = None


class Inertial(Struct, frozen=True):
    """``from begin until end``, with terms that run from each opening (DESIGN §3).

    ``level``: ``begin`` is a state that opens the span as long as it holds, not only when it begins.
    ``final``: after an end it never opens again.  ``renews``: a beginning while it holds restarts the terms.
    ``open``: a level whose beginning may come at any time, so that its terms may run out at any time.
    ``again``: where ``lapses`` does not hold when a term is over, it goes on for as long, and again.
    The companion relation ``expires:name`` is true at the stage at which an own term ends it.
    """

    name: str
    head: tuple[Term, ...]
    begin: Formula
    end: Formula
    terms: tuple[Limit, ...] = ()
    final: bool = False
    renews: bool = False
    level: bool = False
    open: bool = False
    again: Duration | None = None
    lapses: Formula | None = None
    clause: str | None = None


class Recent(Struct, frozen=True):
    """``once body [within length]``."""

    name: str
    head: tuple[Term, ...]
    body: Formula
    within: Limit | None = None
    clause: str | None = None


class Lasting(Struct, frozen=True):
    """``body held for length``."""

    name: str
    head: tuple[Term, ...]
    body: Formula
    length: Limit
    clause: str | None = None


class Passed(Struct, frozen=True):
    """The date of each row of ``body`` has been reached, or with ``only``: is being reached, once the row is known.

    The date is among the variables of ``head``.
    """

    name: str
    head: tuple[Term, ...]
    body: Formula
    date: DueDate
    only: bool = False
    clause: str | None = None


class SinceThen(Struct, frozen=True):
    """``body since start``."""

    name: str
    head: tuple[Term, ...]
    body: Formula
    start: Formula
    clause: str | None = None


class Measure(Struct, frozen=True):
    """A running aggregate of ``of`` over the events that satisfy ``over``, for each ``group``.

    ``level``: ``over`` is a state, and the aggregate is over what satisfies it now.  ``open``: what is unknown may
    come at any time from then on, so that it never leaves a window.
    """

    name: str
    group: tuple[Term, ...]
    kind: Literal["count", "sum", "min", "max"]
    of: Term | None
    over: Formula
    within: Limit | None = None
    level: bool = False
    open: bool = False
    clause: str | None = None

    @property
    def head(self) -> tuple[Term, ...]:
        """The group and the value, as the columns of one relation."""
        return (*self.group, Var("value"))


#: Variables that the performance of a duty binds: who performs, by which event, and what amount.
PERFORMER = Var("performer")
PERFORMING = Var("performing event")
PERFORMED_AMOUNT = Var("performed amount")


class Rung(Struct, frozen=True):
    """What a duty asks at one step: the act that performs it, and by when.

    ``head`` is the instance id, debtor, creditor and the arguments of the act.  ``performance`` binds
    ``PERFORMER`` and ``PERFORMING``; where column ``amount`` of the head may be met in parts, ``PERFORMED_AMOUNT``
    too.  The clock starts when the rung is owed, or at ``anchor``.  ``sooner`` are more limits, from when the rung is
    owed on; the first that is reached counts.  ``cumulative``: owed beside what is below it.
    """

    name: str
    head: tuple[Term, ...]
    performance: Formula
    deadline: Limit | DueDate | Instant | None = None
    anchor: Formula | None = None
    not_before: Limit | DueDate | Instant | None = None
    amount: int | None = None
    cumulative: bool = False
    sooner: tuple[Limit | DueDate | Instant, ...] = ()


class Duty(Struct, frozen=True):
    """Duty instances, one for each solution of ``trigger`` (DESIGN §4), on a ladder of rungs.

    The second rung is owed once the first is breached, and so on.  For each rung, ``name`` is the duty in force
    (owed), and ``STATE:name`` over the same head says where it stands (``DUTY_STATES``).  All other formulas are
    over the head of the first rung: ``contested`` is a trigger in the tick in which an event ends what it takes to
    arise, so that another order of the two would decide; ``suspended`` and ``excused`` are states; ``waived``, ``accelerated``, the
    extensions, transfers (of the debtor's or the creditor's column to the variable ``assignee``) and ``delegated``
    are events.
    """

    name: str
    trigger: Formula
    rungs: tuple[Rung, ...]
    end: Formula
    contested: Formula | None = None
    excused: Formula | None = None
    waived: Formula | None = None
    suspended: Formula | None = None
    clock: Literal["runs", "stops", "drops"] = "stops"
    extensions: tuple[tuple[Formula, Duration], ...] = ()
    accelerated: Formula | None = None
    transfers: tuple[tuple[int, Formula], ...] = ()
    delegated: Formula | None = None
    clause: str | None = None

    @property
    def head(self) -> tuple[Term, ...]:
        """The head of the first rung: what makes an instance."""
        return self.rungs[0].head


class DayCount(Struct, frozen=True):
    """How many local days the state ``over`` has touched for each ``group``: of all, or of the last ``within``.

    Of the last N days, today is one: a day is counted up to the start of the day that is N days later.
    """

    name: str
    group: tuple[Term, ...]
    over: Formula
    within: Duration | None = None
    clause: str | None = None

    @property
    def head(self) -> tuple[Term, ...]:
        """The group and the number of days, as the columns of one relation."""
        return (*self.group, Var("value"))


class Dates(Struct, frozen=True):
    """A recurring date: true at t⁻ of each such day, from the first event or named date on.

    Its columns are the date as text (`YYYY-MM-DD`) and as its first instant.
    """

    name: str
    recurrence: Recurrence
    clause: str | None = None

    @property
    def head(self) -> tuple[Term, ...]:
        """The date."""
        return (Var("date"), Var("instant"))


Definition = Holds | Inertial | Recent | Lasting | Passed | SinceThen | Measure | DayCount | Duty | Dates


def due_dates(duty: Duty) -> tuple[Term, ...]:
    """The dates that an event names for the rungs of ``duty``."""
    limits = (limit for rung in duty.rungs for limit in (rung.deadline, rung.not_before, *rung.sooner))
    return tuple(limit.date for limit in limits if isinstance(limit, DueDate))


DUTY_STATES = (
    "pending",
    "suspended",
    "performed",
    "breached",
    "late",
    "cured",
    "waived",
    "lapsed",
    "excused",
)
#: The states in which a duty is in force: it is owed.
OWED = ("pending", "breached", "excused")


def relations_of(definition: Definition) -> tuple[tuple[str, int], ...]:
    """The names and widths of the relations that a definition fills."""
    if isinstance(definition, Duty):
        return tuple(
            (name, len(rung.head))
            for rung in definition.rungs
            for name in (rung.name, *(f"{state}:{rung.name}" for state in DUTY_STATES))
        )
    names = [definition.name]
    if isinstance(definition, Inertial):
        names.append(f"expires:{definition.name}")
    return tuple((name, len(definition.head)) for name in names)


class ActRule(Struct, frozen=True):
    """One way in which an act of type ``attempt.type`` is effective: who did it, and what must hold at t⁻."""

    attempt: EventAtom
    power: Formula
    condition: Formula
    clause: str | None = None
    needs: str = ""


class Reaching(Struct, frozen=True):
    """An effect that reaches back in time (:mod:`tenure.logic.hindsight`).

    It is brought about where ``fires`` is true, and acts through ``effect``, a pulse that is never true until a firing
    is known: from ``since`` on, or else from the beginning of what it acts on, the rows of ``begun``.  ``each``: on
    every one of those rows by itself, just after it began.
    """

    fires: Rel
    effect: Rel
    begun: tuple[Rel, ...]
    since: Instant | None = None
    each: bool = False


class Program(Struct, frozen=True, weakref=True):
    """All definitions of a contract under one choice of readings, and the rules of its acts by event type.

    ``first``: the first date that the whole contract names, where these definitions are a part of it.
    """

    definitions: tuple[Definition, ...]
    acts: dict[str, tuple[ActRule, ...]]
    reaching: tuple[Reaching, ...] = ()
    first: Instant | None = None

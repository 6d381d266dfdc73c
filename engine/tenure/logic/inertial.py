"""The node of spans: ``from begin until end``, with terms that run from each opening (DESIGN §3).

Where it is unknown whether or when a span opened, the node keeps every opening that is possible; a term ends the
span for certain only when the last of them has run out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tenure.history.values import UNKNOWN as UNKNOWN_VALUE
from tenure.logic.definitions import Inertial, Stage, before_events
from tenure.logic.nodes import Node, Touches, all_causes
from tenure.logic.tables import ABSENT, PRESENT, Key, Row, may_equal
from tenure.logic.terms import Env
from tenure.logic.truth import FALSE, TRUE, UNKNOWN, Causes

if TYPE_CHECKING:
    from tenure.logic.evaluator import Evaluation

_WHEN = frozenset(("when its term began is unknown",))
#: The anchor of an opening that may come at any time from now on.
_ANY_TIME: Stage = -1
_WHETHER = frozenset(("whether it had begun is unknown",))


class InertialNode(Node):
    """``H := (begin or H′) and not end``."""

    opening = frozenset(("begin",))
    standing = frozenset(("end", "lapses"))
    memory = ("anchors", "closed", "expired", "goes_on")

    def __init__(self, definition: Inertial, index: int, run: Evaluation) -> None:
        # A state that begins the span does so anew when an event that ended it is over.
        self.falls = definition.level
        super().__init__(definition, index, run)
        self.span = definition
        self.expiry = run.world.tables[f"expires:{definition.name}"]
        #: The stages at which the terms of a key may have begun.
        self.anchors: dict[Key, tuple[Stage, ...]] = {}
        #: How often the term that began at an anchor has gone on, by key and anchor.
        self.goes_on: dict[tuple[Key, Stage], int] = {}
        #: Whether a key of a final span has ended.
        self.closed: dict[Key, Row] = {}
        #: What ran out at the last stage at which anything did, and that stage.
        self.expired: dict[Key, tuple[Stage, Row]] = {}
        if definition.renews:
            self.opening = frozenset()

    def keys(self, role: str, env: Env) -> Iterable[Key]:
        """Every key that a change in ``role`` may reach: where an end is over, a state may begin the span anew."""
        found = super().keys(role, env)
        if role != "end" or not self.span.level:
            return found
        return dict.fromkeys((*found, *self.roles["begin"].heads(env)))

    def settle(self, key: Key, touches: Touches) -> None:
        """Compute what ``key`` is at this stage."""
        before, begin = self._before(key), self._begin(key, touches)
        if not before.truth and not begin.truth:
            return
        end, held = self.roles["end"].at(key), before
        if begin.truth and end.truth == TRUE:
            end = self._order(key, end, touches)
            # Where the end may have come after the beginning, it may have ended what began.
            held = _either(before, begin) if end.truth == UNKNOWN else before
        # A term ends what held; it keeps from beginning only what did hold.
        stage, term = self.expired.get(key, (None, ABSENT))
        expiring = ABSENT
        if stage == self.run.world.stage:
            expiring = _both(before, term)
            self._expire(key, expiring, self.limit_cause())
        else:
            term = ABSENT
        kept, opened = _unless(before, end, term), _unless(begin, end, expiring)
        if begin.truth or self.table.get(key, earlier=True).truth:
            if opened.truth and (kept.truth != TRUE or self.span.renews):
                self._open(key, certain=opened.truth == TRUE)
            row = _either(kept, opened)
            self.run.put(self.table, key, row, self._causes(row, before, touches))
        if end.truth or term.truth:
            self._close(key, held, end, term)

    def _before(self, key: Key) -> Row:
        """Whether the span held one stage earlier; a row with an unknown column may be the row of ``key``."""
        row = self.table.get(key, earlier=True)
        if row.truth == FALSE and any(self.table.get(k, earlier=True).truth for k in self._others(key)):
            return Row(UNKNOWN, _WHETHER)
        return row

    def _others(self, key: Key) -> list[Key]:
        if not self.table.has_unknown or UNKNOWN_VALUE in key:
            return []
        return [k for k in self.table.match(tuple(range(len(key))), key) if k != key]

    def _begin(self, key: Key, touches: Touches) -> Row:
        if not self.span.level and "begin" not in touches:
            return ABSENT
        begin = self.roles["begin"].at(key)
        return _unless(begin, self._ended(key)) if self.closed and begin.truth else begin

    def _ended(self, key: Key) -> Row:
        """Whether a final span has ended before; one with an unknown column may have been that of ``key``."""
        row = self.closed.get(key, ABSENT)
        if not row.truth and self.table.has_unknown and any(may_equal(other, key) for other in self.closed):
            return Row(UNKNOWN, _WHETHER)
        return row

    def _order(self, key: Key, end: Row, touches: Touches) -> Row:
        """A beginning and an end by several events of one tick: which came first is not known (DESIGN §2).

        One event that is both is no such case: there the end wins.
        """
        world = self.run.world
        beginning, ending = world.acting(touches.get("begin", ())), world.acting(touches.get("end", ()))
        if beginning and not ending and not self.roles["end"].at(key, earlier=True).truth:
            # A key that did not hold before this stage was not told what ends it.
            ending = self.bearing_on("end")
        both = dict.fromkeys((*beginning, *ending))
        if beginning and ending and len(both) > 1:
            return Row(UNKNOWN, frozenset((f"order of {' and '.join(both)}",)))
        return end

    def _open(self, key: Key, *, certain: bool) -> None:
        """Remember a (possible) opening, and when its terms end it."""
        if not self.span.terms:
            return
        stage = self.run.world.stage
        self.run.remember(self.anchors, key)
        kept: tuple[Stage, ...] = ()
        if not (self.span.renews and certain):
            inherited = [a for other in self._others(key) for a in self.anchors.get(other, ())]
            kept = tuple(dict.fromkeys((*self.anchors.get(key, ()), *inherited)))
        known = self.anchors.get(key, ())
        if self.span.open and not certain:
            stage = _ANY_TIME
            self.run.put(self.expiry, key, Row(UNKNOWN, _WHEN), self.limit_cause())
        for anchor in (stage, *kept):
            if anchor in known or anchor == _ANY_TIME:
                continue
            self.run.remember(self.goes_on, (key, anchor))
            self.goes_on.pop((key, anchor), None)
            self._wait(key, anchor)
        self.anchors[key] = (*kept, stage) if stage not in kept else kept

    def expire(self, key: Key, anchor: Stage) -> None:
        """Whatever was anchored at ``anchor`` runs out at this stage."""
        anchors = self.anchors.get(key, ())
        if anchor not in anchors:
            return
        going_on = self._lapses(key)
        if going_on.truth:
            self.run.remember(self.goes_on, (key, anchor))
            self.goes_on[key, anchor] = self.goes_on.get((key, anchor), 0) + 1
            self._wait(key, anchor)
        if going_on.truth == TRUE:
            return
        self.run.remember(self.anchors, key)
        left = tuple([a for a in anchors if a != anchor or going_on.truth])
        if not going_on.truth:
            self._forget(key, (anchor,))
        self.anchors[key] = left
        if self.expired and next(iter(self.expired.values()))[0] != self.run.world.stage:
            self.expired.clear()
        why = going_on.reasons or _WHEN
        self.expired[key] = (self.run.world.stage, Row(UNKNOWN, why) if left else PRESENT)
        self.run.schedule(self, key, "term", self.limit_cause())

    def _wait(self, key: Key, anchor: Stage) -> None:
        """Wait for the end of the term that began at ``anchor``, as often as it has gone on."""
        times = self.goes_on.get((key, anchor), 0)
        terms = self.span.terms
        if times and self.span.again is not None:
            # Counted from the beginning, so that the last day of a month stays one.
            more = times * self.span.again
            terms = tuple(replace(term, length=term.length + more) for term in terms)
        limit = min([self.run.limits.of(term, anchor // 2) for term in terms])
        self.run.at_stage(max(before_events(limit), self.run.world.stage + 1), self, key, anchor)

    def _forget(self, key: Key, anchors: tuple[Stage, ...]) -> None:
        """How often terms have gone on matters no more when they are over."""
        for anchor in anchors if self.goes_on else ():
            self.run.remember(self.goes_on, (key, anchor))
            self.goes_on.pop((key, anchor), None)

    def _lapses(self, key: Key) -> Row:
        """Whether a term that is over goes on."""
        if self.span.again is None:
            return ABSENT
        lapses = self.roles["lapses"].at(key) if self.span.lapses is not None else ABSENT
        return Row(TRUE - lapses.truth, lapses.reasons)

    def _expire(self, key: Key, expiring: Row, causes: Causes) -> None:
        """Tell ``expires``, which is true for this stage; a state that begins the span may do so at the next."""
        self.run.put(self.expiry, key, expiring, causes)
        open_ = _ANY_TIME in self.anchors.get(key, ())
        self.run.fall_next(self.expiry, key, causes, Row(UNKNOWN, _WHEN) if open_ else ABSENT)
        if self.span.level:
            self.run.look_again(self, key, causes)

    def _close(self, key: Key, held: Row, end: Row, term: Row) -> None:
        if end.truth == TRUE and key in self.anchors:
            self._forget(key, self.anchors[key])
            self.run.remember(self.anchors, key)
            del self.anchors[key]
        if self.span.final:
            ended = _both(held, _either(end, term))
            if ended.truth > self.closed.get(key, ABSENT).truth:
                self.run.remember(self.closed, key)
                self.closed[key] = ended

    def _causes(self, row: Row, before: Row, touches: Touches) -> Causes:
        role = "begin" if row.truth > before.truth else "term" if "term" in touches else "end"
        return touches.get(role) or all_causes(touches)


def _both(one: Row, other: Row) -> Row:
    truth = min(one.truth, other.truth)
    if truth != UNKNOWN:
        return PRESENT if truth else ABSENT
    return Row(truth, one.reasons | other.reasons)


def _either(one: Row, other: Row) -> Row:
    if one.truth != other.truth:
        return one if one.truth > other.truth else other
    return one if one.truth != UNKNOWN else Row(UNKNOWN, one.reasons | other.reasons)


def _unless(row: Row, *ends: Row) -> Row:
    """``row`` and none of ``ends``."""
    for end in ends:
        if end.truth:
            row = _both(row, Row(TRUE - end.truth, end.reasons))
    return row

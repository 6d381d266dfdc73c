"""Hypothesis strategies of a contract: its events, its histories, what may be supposed of them, its readings.

Nothing has to be written for a contract: all is taken from what it declares and from the limits that its rules set.
A history is drawn as one string of bytes for each event, and told from them: every byte is a choice, 0 is the plainest,
and an event that is left out takes nothing from the others.  So shrinking ends in a short and plain story.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

from hypothesis import strategies as st

from tenure.diagnostics import TenureError
from tenure.history import Event, History
from tenure.testing.clocks import Pick
from tenure.testing.telling import ANYTHING, Focus, Manners, Teller
from tenure.time import Instant
from tenure.timeline import Contract, Timeline
from tenure.timeline.contract import HistoryLike
from tenure.timeline.suppose import Supposition

#: How many events a random history has at most, unless told otherwise.
MOST_EVENTS = 20
#: The choices that make one event; what is asked for beyond them is 0.
CHOICES = st.binary(min_size=12, max_size=24)
_tellers: WeakKeyDictionary[Contract, Teller] = WeakKeyDictionary()


def teller(contract: Contract) -> Teller:
    """The teller of ``contract``, made once; raises :class:`ContractError` (TEN701) where nothing can happen."""
    found = _tellers.get(contract)
    if found is None:
        found = _tellers[contract] = Teller(contract.vocabulary, _beginning(contract))
    return found


def _beginning(contract: Contract) -> Instant | None:
    """The first event of the contract's own record, if there is one that can be read."""
    try:
        events = contract.read().view()
    except TenureError:
        return None
    return events[0].at if events else None


def picker(choices: bytes) -> Pick:
    """Takes numbers from ``choices``, one byte for each below 257 and two for greater ones."""
    rest = iter(choices)

    def pick(count: int) -> int:
        number = next(rest, 0)
        if count > 256:
            number = 256 * number + next(rest, 0)
        return number % count

    return pick


def events(contract: Contract, *, type: str | None = None) -> st.SearchStrategy[Event]:
    """Single events that ``contract`` declares (only those of ``type``), as the first of a history."""
    knows = teller(contract)
    about = ANYTHING if type is None else Focus(frozenset((type,)))
    return CHOICES.map(lambda choices: knows.event(picker(choices), (), Manners(), about=about))


def histories(
    contract: Contract,
    *,
    min_events: int = 0,
    max_events: int = MOST_EVENTS,
    after: HistoryLike | None = None,
    about: Iterable[Focus] = (),
    late: bool = True,
    corrections: bool = True,
    unknowns: bool = True,
) -> st.SearchStrategy[History]:
    """Histories of ``contract`` whose events crowd the edges of its deadlines, windows and terms.

    With ``after`` they go on from that record.  A history tells of one of ``about`` alone, or of everything.  ``late`` admits records made after the event, ``corrections`` later
    records that correct or retract earlier ones, ``unknowns`` attributes that nobody knows (``null``).
    """
    knows = teller(contract)
    before = () if after is None else contract.read(after).events
    manners = Manners(late=late, corrections=corrections, unknowns=unknowns)

    def tell(focus: Focus, several: Sequence[bytes]) -> History:
        told = list(before)
        for choices in several:
            told.append(knows.event(picker(choices), told, manners, about=focus))
        return History.from_events(told)

    foci = list(dict.fromkeys((ANYTHING, *about)))
    return st.builds(tell, st.sampled_from(foci), _several(min_events, max_events))


def _several(least: int, most: int) -> st.SearchStrategy[list[bytes]]:
    """The choices of several events: without a least number lists of lists, which are longer on average and shrink as well."""
    if least:
        return st.lists(CHOICES, min_size=least, max_size=most)
    handfuls = st.lists(st.lists(CHOICES, max_size=6), max_size=max(most // 2, 1))
    return handfuls.map(lambda several: [choices for handful in several for choices in handful][:most])


def suppositions(timeline: Timeline) -> st.SearchStrategy[Supposition]:
    """What may be supposed of a history under its contract, given as a timeline: events added, dropped or moved."""
    told = timeline.line.events
    knows = Teller(timeline.vocabulary, told[0].at if told else None)

    def suppose(several: Sequence[bytes]) -> Supposition:
        add: list[dict[str, object]] = []
        drop: list[str] = []
        move: dict[str, int] = {}
        for choices in several:
            pick = picker(choices)
            what, id = pick(3) if told else 0, told[pick(len(told))].id if told else ""
            if what == 0:
                add.append(knows.mapping(knows.event(pick, told, Manners(late=False, corrections=False))))
            elif id not in drop and id not in move:
                if what == 1:
                    drop.append(id)
                else:
                    move[id] = knows.clock.at(pick, [e.at for e in told])
        return Supposition.of(timeline.vocabulary, add=add, drop=drop, move=move)

    return st.lists(CHOICES, min_size=1, max_size=4).map(suppose)


def readings(contract: Contract) -> st.SearchStrategy[dict[str, str]]:
    """Choices of readings: none, so that the defaults count, or the values of one or two readings."""
    values = [(r.name, v.name) for r in contract.vocabulary.readings.values() for v in r.values]
    if not values:
        return st.just({})
    return st.lists(st.sampled_from(values), max_size=2).map(dict)

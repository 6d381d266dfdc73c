"""A session that goes on from an encoded snapshot tells and answers what one that lived through does."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.test_sessions import DAY, STATES, check, parsed, random_history
from tests.thoroughness import examples

import tenure
from tenure.live import Live, recovery
from tenure.live.encoding import decode, encode
from tenure.logic import onward

#: What the contracts of sessions do not have: measures over windows, days, recurring dates, amounts, parts and shares.
MORE = """
action settle(x, n) done by paid_of(thing = x, amount = n)
fact paid_of(thing, amount: number)
fact billed(thing, amount: number)
act  moved(to: party) by A
clause M1 "M1" A may use x against B for x: tool from pong while (count of ping(thing = x) within 6 days) < 3
clause M2 "M2" A must not use x for x: tool from made(thing = x) while (days of open(x) within 9 days) > 2
clause M3 "M3" A must report to B for each monthly date from 2026-01-03 within 2 days
clause M4 "M4" A must settle(x, n) to B for each billed(thing = x, amount = n) within 5 days
on moved(to = p) assign claim of M4 to p
"""


class Lived:
    """The past of a session that is still there."""

    def __init__(self, session):
        self.session = session
        self.asked = 0

    def record(self, id):
        return self.session.event(id)

    def records(self):
        return self.session.history.events

    def session_from(self, first):
        self.asked += 1
        return self.session.fork()


def resumed(session, deal, states, foresee, keep=None):
    """A session on the encoded image of ``session``, and its past; ``session`` itself where it has no image yet."""
    image = session.image()
    if image is None:
        return None
    read = decode(encode(image))
    assert encode(read) == encode(image)
    other = deal.session(states=states, foresee=foresee, keep=keep)
    other.stand(read, Lived(session.fork()))
    return other


@pytest.fixture
def often(monkeypatch):
    """Checkpoints after every other event, so that short histories have some."""
    monkeypatch.setattr(onward, "SPACING", 2)


def test_it_tells_what_one_that_lived_through_tells(often):
    seen = {"resumed": 0, "went back": 0, "reaching": 0}

    @settings(max_examples=examples(120), deadline=None)
    @given(st.integers(0, 10**9))
    def law(seed):
        random = Random(seed)
        deal = parsed(random)
        states = random.sample(STATES, random.randint(0, 3))
        foresee = random.choice([(), (), ("3 days",)])
        lateness = random.choice([0, 0, DAY, 9 * DAY])
        events = sorted(
            deal.read(random_history(random, most=30)).events,
            key=lambda e: e.recorded + random.randint(0, lateness) if e.target is None else 10**18,
        )
        whole = deal.session(states=states, foresee=foresee)
        part = None
        told = []
        for event in events:
            now = max(whole.now or 0, event.recorded)
            told += whole.post(event, now=now)
            if part is not None:
                assert part.post(event, now=now) == tuple(told[-len(brought):] if (brought := last(told, whole)) else ())
            if random.random() < 0.3 and (fresh := resumed(whole, deal, states, foresee)) is not None:
                part = fresh
        end = max(whole.now, whole.contract.evaluate([]).instant("2026-02-10"))

    law()

"""A session that goes on from an encoded image tells and answers what one that lived through does."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.test_sessions import DAY, parsed, random_history
from tests.thoroughness import examples

import tenure
from tenure.live.encoding import decode, encode
from tenure.logic import onward
from tenure.timeline import session as sessions

#: What the random contracts do not have: windows, counted days, recurring dates, amounts in parts, claims that pass on.
RICH = """
contract rich
zone Europe/Berlin
parties A, B, C
kind tool
fact made(thing, kind: kind, owner: party)
fact ping(thing)
fact billed(thing, amount: number)
fact paid(thing, amount: number)
fact filed
fact sold(to: party)
fact forgiven
action use(x) done by ping(thing = x) by A
action pay(x, n) done by paid(thing = x, amount = n)
action report done by filed
classify x as k from made(thing = x, kind = k)
owner of x is p from made(thing = x, owner = p)
state idle(x) from made(thing = x) until ping(thing = x)
state busy(x) means once made(thing = x) and count of ping(thing = x) within 6 days >= 2
state rich means sum of n over paid(thing = x, amount = n) >= 7
state tired(x) means once made(thing = x) and days of busy(x) within 9 days >= 3
clause U "U" A may use x against B for x: tool, owned by B from made(thing = x) for 12 days while not tired(x)
clause N "N" A must not use x for x: tool from made(thing = x) while rich
clause P "P" A must pay(x, n) to B for each billed(thing = x, amount = n) within 4 days
  otherwise A must pay(x, n) to B within 3 days
clause R "R" A must report to B for each "every 1 weeks from 2026-01-05" within 2 days
on sold(to = p) assign P to p
on forgiven waive P
"""


class Lived:
    """The past of a session, told by one that lived through."""

    def __init__(self, session):
        self.session = session
        self.asked = 0

    def record(self, id):
        return self.session.event(id)

    def records(self):
        return self.session.history.events

    def session_from(self, _first):
        self.asked += 1
        return self.session.fork()


def resumed(session, past, options):
    """A session on the encoded image of ``session``; None where it has no image yet."""
    image = session.image()
    if image is None:
        return None
    read = decode(encode(image))
    assert encode(read) == encode(image)
    other = session.contract.session(**options)
    other.stand(read, past)
    return other


def in_step(whole, part, past, events, options, random):
    """Post ``events`` to both, and let ``part`` go on from an image of itself now and then; how often it did."""
    count = 0
    for event in events:
        now = max(whole.now or 0, event.recorded)
        # The past has not been told of this event when it is asked for.
        assert part.post(event, now=now) == whole.post(event, now=now)
        assert set(part.positions()) == set(whole.positions())
        if random.random() < 0.3:
            soon = whole.now + random.randint(0, 2 * DAY)
            assert part.advance(soon) == whole.advance(soon)
        if random.random() < 0.3 and (fresh := resumed(part, past, options)) is not None:
            part, count = fresh, count + 1
    end = max(whole.now or 0, DAY * 365 * 56)
    assert part.advance(end) == whole.advance(end)
    assert part.next_change() == whole.next_change(), (
        part.next_change(),
        whole.next_change(),
        whole.text(whole.now),
    )
    if whole.known_from is None and "keep" not in options:
        assert part.history.events == whole.history.events
        assert {v.event.id for v in part.void} == {v.event.id for v in whole.void}
        assert part.fork().advance(end + 99 * DAY) == whole.fork().advance(end + 99 * DAY)
    return count


def rich_history(random):
    rows = []
    for i in range(random.randint(1, 40)):
        kind = random.choice(
            ["made", "ping", "ping", "billed", "billed", "paid", "paid", "filed", "sold", "forgiven"]
        )
        row = {"id": f"e{i}", "at": f"2026-01-{random.randint(1, 28):02}", "type": kind}
        if random.random() < 0.5:
            row["at"] += f"T{random.randint(0, 23):02}:00"
        if kind in ("made", "ping", "billed", "paid"):
            row["data"] = {"thing": random.choice(["t1", "t2"])}
        if kind in ("billed", "paid"):
            row["data"]["amount"] = random.choice([1, 2, "0.5", 3])
        if kind == "made":
            row["data"] |= {"kind": "tool", "owner": "B"}
        if kind == "sold":
            row["data"] = {"to": random.choice("BC")}
        if kind in ("ping", "paid", "filed"):
            row["by"] = "A"
        rows.append(row)
    return rows


def the_law(monkeypatch, deal_of, rows_of, budget):
    monkeypatch.setattr(onward, "SPACING", 2)
    monkeypatch.setattr(sessions, "FORGETS_EVERY", 2)
    seen = {"resumed": 0, "went back": 0}

    @settings(max_examples=examples(budget), deadline=None)
    @given(st.integers(0, 10**9))
    def law(seed):
        random = Random(seed)
        deal = deal_of(random)
        lateness = random.choice([0, 0, 5 * DAY, 20 * DAY])
        options = {
            "states": random.sample(list(deal.vocabulary.states), random.randint(0, 2)),
            "foresee": random.choice([(), (), ("3 days",)]),
        }
        if random.random() < 0.3 and lateness < 20 * DAY:
            options["keep"] = "6 days"
        events = [e for e in deal.read(rows_of(random)).events if e.target is None or "keep" not in options]
        # A record comes after the one that it names.
        late = {e.id: (0, e.recorded + random.randint(0, lateness)) for e in events if e.target is None}
        events.sort(key=lambda e: late.get(e.id, (1, 0)))
        whole, part = deal.session(**options), deal.session(**options)
        past = Lived(whole)
        seen["resumed"] += in_step(whole, part, past, events, options, random)
        seen["went back"] += past.asked

    law()
    return seen


def test_random_contracts(monkeypatch):
    seen = the_law(monkeypatch, parsed, lambda random: random_history(random, most=30), 25)
    assert seen["resumed"] > 15
    assert seen["went back"] > 3


def test_measures_days_amounts_and_recurring_dates(monkeypatch):
    seen = the_law(monkeypatch, lambda _: tenure.Contract.from_text(RICH), rich_history, 15)
    assert seen["resumed"] > 15
    assert seen["went back"] > 3

"""A session that is fed event by event tells what one evaluation of the whole history finds; also of late events."""

from collections import Counter
from random import Random

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.thoroughness import examples

import tenure
from tenure.logic import onward
from tenure.timeline import session
from tenure.timeline.changes import whole_changes
from tenure.timeline.state_changes import StateChange

DAY = 24 * 3600 * 10**6
STATES = ("open", "quiet", "late")
HEAD = """
contract random
zone UTC
parties A, B
kind tool
fact made(thing, kind: kind, owner: party)
fact ping(thing)
fact pong
act  sign by A or B
act  stop by B
fact paid(thing)
fact owed(thing)
action use(x) done by ping(thing = x) by A, {default} unless {other}
action pay(x) done by paid(thing = x)
classify x as k from made(thing = x, kind = k)
owner of x is p from made(thing = x, owner = p)
{reading}
state open(x) from owed(thing = x) for 4 days until paid(thing = x)
state quiet means not (once pong within 5 days)
state late(x) means open(x) held for 2 days and not quiet
"""
BEGIN = ("from sign", "from pong", "from made(thing = x)", "from owed(thing = x)")
END = (
    "until stop",
    "until pong",
    "through 2026-01-20",
    "for 9 days",
    "until paid(thing = x)",
    "while not once pong",
)
BEYOND = ("", "", "unless once paid(thing = x)", "unless N1", "unless once stop")
DUTY = (
    "must pay(x) to B for each owed(thing = x) within 3 days",
    "must pay(x) to B for each owed(thing = x) within 2 days otherwise A must pay(x) to B within 4 days",
)
ON = (
    "on pong suspend R{n}",
    "on stop resume R{n}",
    "on pong waive D1",
    "on stop suspend D1",
    "on pong resume D1",
    "on paid terminate R{n}",
    "on pong terminate R{n} retroactive",
    "on pong suspend R{n} retroactive from 2026-01-05",
)


def random_contract(random):
    """Rights over tools, a prohibition, a duty with a deadline, and rules that suspend, waive and end them."""
    default, other = random.choice([("forbidden", "permitted"), ("permitted", "forbidden")])
    open_reading = random.random() < 0.3
    reading = 'reading Q "how" short "s", long "l"' if open_reading else ""
    rights = random.randint(1, 3)
    text = [HEAD.format(default=default, other=other, reading=reading)]
    for n in range(1, rights + 1):
        for_x = "for x: tool, owned by B" if random.random() < 0.5 else "for x: tool"
        end = random.choice(END)
        if open_reading and n == 1:
            end = "for 5 days when Q is short\n    for 15 days when Q is long"
        beyond = random.choice(BEYOND)
        text.append(
            f'clause R{n} "R{n}"\n  A may use x against B\n    {for_x}\n    {random.choice(BEGIN)}\n    {end}\n    {beyond}'
        )
    text.append(
        f'clause N1 "N1"\n  A must not use x\n    for x: tool\n    {random.choice(BEGIN[:3])}\n    {random.choice(END[:4])}'
    )
    text.append(f'clause D1 "D1"\n  A {random.choice(DUTY)}')
    text.append('clause P1 "P1"\n  B can stop against A from sign for 12 days')
    rules = random.sample(ON, random.randint(0, 3))
    text += [rule.format(n=random.randint(1, rights)) for rule in rules]
    return "\n".join(text)


def random_history(random, most=14):
    things = ["t1", "t2"]
    rows = []
    for i in range(random.randint(1, most)):
        kind = random.choice(["made", "ping", "pong", "sign", "stop", "paid", "owed"])
        day, hour = random.randint(1, 24), random.choice([None, None, 0, 9])
        at = f"2026-01-{day:02}" if hour is None else f"2026-01-{day:02}T{hour:02}:00"
        row = {"id": f"e{i}", "at": at, "type": kind}
        if kind in ("made", "ping", "paid", "owed"):
            row["data"] = {"thing": random.choice(things)}
        if kind == "made":
            row["data"] |= {"kind": "tool", "owner": random.choice("AB")}
        if kind in ("sign", "stop", "ping"):
            row["by"] = random.choice("AB")
        rows.append(row)
        if rows and random.random() < 0.15:
            target = random.choice(rows)
            if "retracts" not in target:
                mark = {
                    **target,
                    "id": f"c{i}",
                    "at": f"2026-01-{random.randint(1, 24):02}",
                    "recorded": "2026-01-25",
                }
                rows.append(
                    {**mark, "corrects": target["id"]}
                    if random.random() < 0.5
                    else {"id": f"c{i}", "recorded": "2026-01-25", "retracts": target["id"]}
                )
    return rows


def bare(change):
    return evolve(change, news="new", id="")


def settled(told):
    """What has been told and not withdrawn."""
    found = Counter()
    for change in told:
        found[bare(change)] += -1 if change.news == "withdrawn" else 1
    assert all(n >= 0 for n in found.values()), "withdrawn, and never told"
    return +found


def check(session, told, now):
    line = session.contract.evaluate(session.history, horizon=now, readings=session.readings)
    end = line.instant(now)
    named = [c for c in whole_changes(line, session.states) if c.at <= end]
    found = settled(told)
    known = {*line.line.sources, *(c.subject for c in named if isinstance(c, StateChange))}
    # Only the lines of other readings may know more positions than the one that a timeline is read from.
    more = {c for c in found if c.subject not in known and c.kind != "breached"} if line.disputes else ()
    assert {c: n for c, n in found.items() if c not in more} == dict(Counter(named))
    verdicts = [line.verdict(p, end) for p in line.line.sources]
    expected = {v.position: v for v in verdicts if v.status != "not_held" and v.clauses}
    standing = {s.position: s for s in session._standing.values() if s.position in known}
    assert {p: (v.status, v.clauses, v.state, v.since, v.cause) for p, v in expected.items()} == {
        p: (s.status, s.clauses, s.state, s.since, s.cause) for p, s in standing.items()
    }
    assert sorted(v.event.id for v in session.void) == sorted(
        v.event.id for v in line.void if v.event.at <= end
    )
    assert len({c.id for c in told}) == len(told)


def parsed(random, tries=50):
    """A contract that has a meaning; where none of many has, what is wrong with the last is raised."""
    for left in reversed(range(tries)):
        try:
            deal = tenure.Contract.from_text(random_contract(random))
            deal.meaning()
        except tenure.TenureError:
            if not left:
                raise
            continue
        return deal
    raise AssertionError


def test_a_head_that_does_not_parse_is_told(monkeypatch):
    monkeypatch.setattr("tests.properties.test_sessions.HEAD", "contract {default} {other} {reading} (")
    with pytest.raises(tenure.TenureError):
        parsed(Random(1))


@settings(max_examples=examples(40), deadline=None)
@example(235010426)
@given(st.integers(0, 10**9))
def test_in_order(seed):
    random = Random(seed)
    deal, rows = parsed(random), random_history(random)
    live, told = deal.session(states=random.sample(STATES, random.randint(0, 3))), []
    for event in sorted(deal.read(rows).events, key=lambda e: e.recorded):
        if random.random() < 0.3 and live.now is not None and live.now < event.recorded:
            told += live.advance(random.randint(live.now, event.recorded))
        told += live.post(event)
    told += live.advance("2026-02-10")
    check(live, told, "2026-02-10")
    if not deal.meaning().program.reaching and not any("recorded" in row for row in rows):
        assert "late" not in {c.news for c in told}


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, 10**9))
def test_late_and_corrected_events(seed):
    random = Random(seed)
    deal, rows = parsed(random), random_history(random)
    events = list(deal.read(rows).events)
    plain = [e for e in events if e.target is None]
    random.shuffle(plain)
    live, told = deal.session(states=random.sample(STATES, random.randint(0, 3))), []
    queue = [*plain, *(e for e in events if e.target is not None)]
    fork = None
    while queue:
        batch = [queue.pop(0) for _ in range(min(len(queue), random.randint(1, 3)))]
        told += live.post(*batch)
        if random.random() < 0.2:
            told += live.advance(live.now + random.randint(0, 10**11))
        if fork is None and random.random() < 0.2:
            fork, until, forked = live.fork(), list(queue), list(told)
    end = max(live.now, live.contract.evaluate([]).instant("2026-02-10"))
    told += live.advance(end)
    check(live, told, end)
    if fork is not None:
        for event in until:
            forked += fork.post(event)
        forked += fork.advance(max(end, fork.now))
        check(fork, forked, max(end, fork.now))


def test_what_is_forgotten_is_not_missed():
    """A session that keeps a week tells what one that keeps all tells, of events that are at most a week late."""
    forgotten = []

    @settings(max_examples=examples(80), deadline=None)
    @given(st.integers(0, 10**9))
    def check(seed):
        random = Random(seed)
        deal, rows = parsed(random), random_history(random, most=40)
        rows = [row for row in rows if "recorded" not in row]
        if deal.meaning().program.reaching or "Q" in deal.vocabulary.readings:
            return  # nothing is forgotten
        whole, part = deal.session(states=STATES), deal.session(states=STATES, keep="7 days")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(onward, "SPACING", 2)
            patched.setattr(session, "FORGETS_EVERY", 1)
            now = 0
            for event in sorted(deal.read(rows).events, key=lambda e: e.at + random.choice([0, 0, 5 * DAY])):
                now = max(now, event.at)
                assert whole.post(event, now=now) == part.post(event, now=now)
                assert set(whole.positions()) == set(part.positions())
            assert whole.advance("2026-03-10") == part.advance("2026-03-10")
            assert whole.fork().advance("2026-05-10") == part.fork().advance("2026-05-10")
        forgotten.append(len(whole.history.events) - len(part.history.events))

    check()
    assert sum(1 for n in forgotten if n > 3) > len(forgotten) // 4


@pytest.mark.parametrize(
    "name",
    ["freight", "loan", "microsoft_openai", "software_licence"],
)
def test_bundled_contracts_backwards(name):
    """Every event but the first is late."""
    deal = tenure.load(name)
    events = deal.evaluate().history.events
    live, told = deal.session(states=deal.vocabulary.states), []
    for event in reversed(events):
        told += live.post(event)
    check(live, told, live.now)

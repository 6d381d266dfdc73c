"""The matcher on durable_rules finds what the one in plain Python finds, for random patterns and random changes."""

import os
import signal
from random import Random

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.thoroughness import examples
from tests.unit.rete.bare import needs_durable_rules

import tenure
from tenure.live import PlainMatcher, Var, WhenAll, WhenAny, patterns
from tenure.norms import Position
from tenure.time import Duration
from tenure.timeline.changes import KINDS, PositionChange
from tenure.timeline.verdict import EdgeCause

pytestmark = needs_durable_rules
DEAL = tenure.Contract.from_text("contract c\nparties A, B\naction use(x, in y)\naction pay(x)\naction rest")
LENGTHS = (None, Duration(days=30), Duration(months=1))
VALUES = {
    "holder": ("A", "B"),
    "counterparty": ("A", "B", None),
    "relation": ("liberty", "duty"),
    "act": ("use", "pay", "rest"),
    "instance": ("e1", None),
    "clause": ("C1", "C2", "C3", 1),
    "state": ("pending", "late", None),
    "event": ("e1", "e2", None),
    "object": (
        "t",
        "u",
        "t in u",
        None,
        (),
        ("t",),
        ("u", None),
        (None, "u"),
        ("t", "u"),
        ("t", 1),
        1,
        ("None",),
    ),
}


def random_change(random, n):
    act = random.choice(VALUES["act"])
    width = {"use": 2, "pay": 1, "rest": 0}[act]
    position = Position(
        random.choice(VALUES["relation"]),
        random.choice(VALUES["holder"]),
        random.choice(VALUES["counterparty"]),
        act,
        tuple(random.choice(["t", "u", 1, True, None]) for _ in range(width)),
        random.choice(VALUES["instance"]),
    )
    return PositionChange(
        at=n // 2,
        kind=random.choice(KINDS[:3]),
        position=position,
        before="held",
        after="not_held",
        cause=random.choice(
            [None, EdgeCause(event="e1"), EdgeCause(event="e2"), EdgeCause(limit=5, clause="C1")]
        ),
        clauses=tuple(random.sample(["C1", "C2", "C3"], random.randint(0, 2))),
        state=random.choice(VALUES["state"]),
        within=random.choice(LENGTHS),
        id=f"{n:x}",
    )


def random_changes(random, most):
    """Changes, some of which are withdrawn again, now or later."""
    found = []
    for n in range(most):
        standing = [c for c in found if c.news == "new" and all(o.id != f"{c.id}/withdrawn" for o in found)]
        if standing and random.random() < 0.15:
            gone = random.choice(standing)
            found.append(evolve(gone, news="withdrawn", id=f"{gone.id}/withdrawn"))
        else:
            found.append(random_change(random, n))
    return found


def random_pattern(random, variables):
    values = {}
    for name in random.sample(list(VALUES), random.choice([0, 1, 1, 2, 3])):
        if variables and random.random() < 0.5:
            values[name] = Var(random.choice("xy"))
        else:
            values[name] = random.choice(VALUES[name])
    return patterns.Pattern(
        kind=random.choice([None, *KINDS[:3]]),
        values=values,
        within=random.choice([None, None, None, *LENGTHS]),
        is_withdrawn=random.random() < 0.1,
        where=random.choice([None, None, None, lambda change: change.at % 3 > 0]),
    )


def random_when(random):
    make = random.choice([None, WhenAny, WhenAll, WhenAll])
    if make is None:
        return random_pattern(random, variables=True)
    many = random.randint(1, 3)
    return make(tuple(random_pattern(random, variables=True) for _ in range(many)))


def found_by(matcher, whens, changes, at_each=lambda _: None):
    """What ``matcher`` finds; the last of ``whens`` comes in the middle."""
    found = []
    for name, when in whens[:-1]:
        matcher.add(name, when)
    for n, change in enumerate(changes):
        if n == len(changes) // 2:
            matcher.add(*whens[-1])
        at_each(n)
        found.append([(match.id, dict(match.values)) for match in matcher.take(change)])
    matcher.close()
    return found


def story(random, most=30):
    whens = [(f"r{n}", random_when(random)) for n in range(random.randint(2, 8))]
    return whens, random_changes(random, random.randint(most // 2, most))


class InThisProcess:
    """The engine without a process of its own: a hundred times sooner there."""

    pid = None

    def __init__(self, _):
        from tenure.rete.matches import Worker

        self._worker = Worker()
        self.ask = self._worker.answer

    def close(self):
        self._worker.end()


@pytest.fixture
def engine(monkeypatch):
    """The room of the engine's process, with that left out."""
    from tenure.live import engine

    monkeypatch.setattr(engine, "HostProcess", InThisProcess)
    return engine


def rule_matcher():
    from tenure.live.hosted import RuleMatcher

    return RuleMatcher(DEAL.vocabulary)


def plain_matcher():
    return PlainMatcher(DEAL.vocabulary)


@pytest.mark.usefixtures("engine")
@settings(max_examples=examples(150), deadline=None)
@given(seed=st.integers(0, 10**9))
def test_both_matchers_find_the_same(seed):
    whens, changes = story(Random(seed))
    hosted, plain = rule_matcher(), plain_matcher()
    assert found_by(hosted, whens, changes) == found_by(plain, whens, changes)
    assert hosted.given_up is None
    assert hosted.waiting.places == plain.waiting.places


@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**9))
def test_also_when_the_engine_begins_anew_and_when_it_is_spared_what_is_too_much(engine, seed):
    whens, changes = story(Random(seed), most=60)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(engine, "MOST_ASKED", 5)
        patched.setattr("tenure.live.hosted.MOST_WAYS", 6)
        hosted = rule_matcher()
        assert found_by(hosted, whens, changes) == found_by(plain_matcher(), whens, changes)
    assert hosted.given_up is None


def test_the_stories_have_what_they_are_about():
    """Joins, withdrawals of what waits, several patterns met by one change: all are common among the stories."""
    joined = withdrawn = 0
    for seed in range(150):
        whens, changes = story(Random(seed))
        matcher = plain_matcher()
        found = found_by(matcher, whens, changes)
        joined += sum(id.count("+") > 1 for each in found for id, _ in each)
        withdrawn += sum(c.news == "withdrawn" for c in changes)
    assert joined > 100
    assert withdrawn > 100


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kill_9_of_the_engine_loses_nothing(seed):
    whens, changes = story(Random(seed), most=30)
    hosted, killed = rule_matcher(), []

    def kill(n):
        if n % 6 == 5 and hosted.engine.pid is not None:
            killed.append(hosted.engine.pid)
            os.kill(killed[-1], signal.SIGKILL)

    assert found_by(hosted, whens, changes, kill) == found_by(plain_matcher(), whens, changes)
    assert len(killed) == len(set(killed)) > 1
    assert hosted.given_up is None


@pytest.mark.parametrize("fault", ["dies", "full", "refuses", "does not begin"])
def test_where_the_engine_cannot_go_on_the_plain_matcher_does(engine, monkeypatch, caplog, fault):
    from tenure.rete.process import HostDiedError

    class Faulty(InThisProcess):
        asked = 0

        def __init__(self, module):
            super().__init__(module)
            self.answer, self.ask = self.ask, self.ask_and_fail
            if fault == "does not begin":
                raise OSError("no such file")

        def ask_and_fail(self, *message):
            Faulty.asked += 1
            if Faulty.asked < 20:
                return self.answer(*message)
            if fault == "dies":
                raise HostDiedError("exit code -9")
            return ("full",) if fault == "full" else ("refused", "too long")

    monkeypatch.setattr(engine, "HostProcess", Faulty)
    whens, changes = story(Random(5), most=40)
    hosted = rule_matcher()
    assert found_by(hosted, whens, changes) == found_by(plain_matcher(), whens, changes)
    assert hosted.given_up is not None
    assert caplog.messages == [f"durable_rules is given up, Tenure's own matcher goes on: {hosted.given_up}"]

"""What would: courses are minimal, say the latest instant of each act, who alone can do them, and what undoes them."""

from __future__ import annotations

from itertools import combinations

import pytest

import tenure
from tenure.timeline import abduction

DEAL = """
contract lease
zone UTC
parties Owner, User
others Board
act  signed by Owner and User
act  notice by Owner
act  withdrawn by Owner
act  approved by Board
act  ended by Owner if notice_stands and once approved
act  resigned by User
action use
state notice_stands
  from notice until withdrawn
clause U "Use"
  User may use against Owner
    from signed until ended or resigned
"""
SIGNED = [{"id": "s", "at": "2026-01-01", "type": "signed", "by": ["Owner", "User"]}]


@pytest.fixture
def line() -> tenure.Timeline:
    return tenure.Contract.from_text(DEAL).evaluate(SIGNED, horizon="2026-02-01")


def test_a_course_works_and_no_part_of_it_does(line: tenure.Timeline) -> None:
    (course,) = line.what_would("User", "use", ends=True, by="2027-01-01").found
    assert sorted(act.type for act in course.acts) == ["approved", "ended", "notice"]
    placed = [{**e, "at": line.text(t)} for e, t in zip(course.events, course.times, strict=True)]
    for size in range(4):
        for some in combinations(placed, size):
            held = line.suppose(add=some).holds("User", "use", at="2027-01-01").status == "held"
            assert held == (size < 3), some


def test_each_act_is_as_late_as_it_may_be(line: tenure.Timeline) -> None:
    (course,) = line.what_would("User", "use", ends=True, by="2027-01-01").found
    by = line.instant("2027-01-01")
    assert course.times == (by - 2, by - 1, by)
    for i in range(3):
        later = [*course.times[:i], course.times[i] + 2, *course.times[i + 1 :]]
        placed = [{**e, "at": line.text(t)} for e, t in zip(course.events, later, strict=True)]
        assert line.suppose(add=placed).holds("User", "use", at=by).status != "not_held"


def test_nobody_alone_and_what_must_not_happen(line: tenure.Timeline) -> None:
    courses = line.what_would("User", "use", ends=True, by="2027-01-01", must_not=True)
    assert courses.alone == ()
    assert [act.type for act in courses.found[0].must_not] == ["signed", "withdrawn"]


def test_the_holder_s_own_acts_need_consent(line: tenure.Timeline) -> None:
    courses = line.what_would("User", "use", ends=True, by="2027-01-01", with_consent=True)
    assert str(courses.found[0]) == "resigned by User"
    assert courses.alone == ("User",)


def test_more_acts_than_asked_for_are_not_complete(line: tenure.Timeline) -> None:
    courses = line.what_would("User", "use", ends=True, by="2027-01-01", most_acts=2)
    assert (courses.found, courses.complete) == ((), False)


def test_an_interrupted_search_tells_what_it_has(
    line: tenure.Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def once(_: object, acts: object) -> None:
        tried.append(acts)
        raise KeyboardInterrupt

    monkeypatch.setattr(abduction._Search, "concrete", once)
    courses = line.what_would("User", "use", ends=True, by="2027-01-01")
    assert tried
    assert (courses.found, courses.complete, courses.interrupted) == ((), False, True)

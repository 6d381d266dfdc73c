"""Boxes of choices, against the function that they describe."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tenure.timeline.boxes import deciding, in_few_words

VALUES = {"A": ("x", "y"), "B": ("x", "y", "z"), "C": ("x", "y")}
POINTS = list(product(*VALUES.values()))
functions = st.lists(st.integers(0, 2), min_size=len(POINTS), max_size=len(POINTS)).map(
    lambda answers: dict(zip(POINTS, answers, strict=True))
)


def named(point):
    return dict(zip(VALUES, point, strict=True))


@given(functions)
def test_the_readings_that_decide_are_those_that_change_an_answer_alone(function):
    expected = [
        name
        for i, name in enumerate(VALUES)
        if any(function[p] != function[(*p[:i], v, *p[i + 1 :])] for p in POINTS for v in VALUES[name])
    ]
    assert list(deciding([(named(p), answer) for p, answer in function.items()])) == expected


@given(functions)
def test_boxes_hold_just_the_choices_that_were_given(function):
    names = deciding([(named(p), answer) for p, answer in function.items()])
    for wanted in set(function.values()):
        boxes = in_few_words([named(p) for p, a in function.items() if a == wanted], names, VALUES)
        for point, answer in function.items():
            inside = any(all(named(point)[n] in vs for n, vs in box) for box in boxes)
            assert inside == (answer == wanted)


def test_what_differs_in_one_reading_is_told_together():
    choices = [{"A": "x", "B": "y"}, {"A": "x", "B": "z"}, {"A": "y"}]
    assert in_few_words(choices, ("A", "B"), VALUES) == ((("B", ("y", "z")),), (("A", ("y",)),))
    assert in_few_words([{"A": "x"}, {"A": "y"}], ("A",), VALUES) == ((),)
    assert in_few_words([], ("A",), VALUES) == ()

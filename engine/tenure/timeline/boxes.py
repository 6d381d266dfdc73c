"""Boxes of choices: which readings decide, and choices told in few words.

A function of the readings is given by disjoint boxes that cover all choices: in each some readings have a value, and the
answer is one whatever the others are.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import product
from math import prod

#: Some readings, each with the values that it may have; the others may have any.
Box = tuple[tuple[str, tuple[str, ...]], ...]
Choice = Mapping[str, str]


def deciding(found: Sequence[tuple[Choice, Hashable]]) -> tuple[str, ...]:
    """The readings on which the answer depends: for each there are two choices that differ in it alone, and answer apart.

    It is the smallest set that decides the answer, and there is only one such.
    """
    names: dict[str, None] = {}
    for i, (one, answer) in enumerate(found):
        for other, another in found[:i]:
            if answer != another:
                apart = [name for name in one.keys() & other.keys() if one[name] != other[name]]
                if len(apart) == 1:
                    names.setdefault(apart[0])
    return tuple(sorted(names))


def in_few_words(
    choices: Iterable[Choice], names: Sequence[str], values: Mapping[str, Sequence[str]]
) -> tuple[Box, ...]:
    """The ``choices`` in terms of the readings ``names`` alone, in boxes as wide as they go; two may overlap.

    Without any choice there is no box; one that every choice is in says nothing, and is empty.
    """
    kept = [{name: choice[name] for name in names if name in choice} for choice in choices]
    points = dict.fromkeys(point for choice in kept for point in _points(choice, names, values))
    left, found = dict(points), []
    while left:
        first = next(iter(left))
        widest = max((_grown(first, points, order, names, values) for order in _orders(names)), key=_size)
        found.append(widest)
        for point in _product(widest, names):
            left.pop(point, None)
    return tuple(tuple((n, box[n]) for n in names if len(box[n]) < len(values[n])) for box in found)


_Wide = dict[str, tuple[str, ...]]
_Point = tuple[str, ...]


def _points(choice: Choice, names: Sequence[str], values: Mapping[str, Sequence[str]]) -> Iterable[_Point]:
    return product(*((choice[name],) if name in choice else values[name] for name in names))


def _orders(names: Sequence[str]) -> Iterable[Sequence[str]]:
    """Orders in which to widen a box: each reading first once."""
    return [(*names[i:], *names[:i]) for i in range(len(names))] or [names]


def _grown(
    point: _Point,
    points: Collection[_Point],
    order: Sequence[str],
    names: Sequence[str],
    values: Mapping[str, Sequence[str]],
) -> _Wide:
    """The box around ``point`` within ``points``, widened in one reading after the other."""
    box: _Wide = {name: (value,) for name, value in zip(names, point, strict=True)}
    for name in order:
        for value in values[name]:
            wider = {**box, name: tuple(v for v in values[name] if v == value or v in box[name])}
            if all(p in points for p in _product(wider, names)):
                box = wider
    return box


def _product(box: _Wide, names: Sequence[str]) -> Iterable[_Point]:
    return product(*(box[name] for name in names))


def _size(box: _Wide) -> int:
    return prod(map(len, box.values()))

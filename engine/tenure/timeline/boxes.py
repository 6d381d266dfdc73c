"""Boxes of choices: which readings decide, and choices told in few words.

A function of the readings is given by disjoint boxes that cover all choices: in each some readings have a value, and the
answer is one whatever the others are.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

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
    choices: Iterable[Choice], names: Iterable[str], values: Mapping[str, Sequence[str]]
) -> tuple[Box, ...]:
    """The ``choices`` in terms of the readings ``names`` alone; those that differ in one reading are told together."""
    order = list(names)
    boxes = list(dict.fromkeys(tuple((n, (c[n],)) for n in order if n in c) for c in choices))
    joined = True
    while joined:
        joined = False
        for i, one in enumerate(boxes):
            partner = next((j for j in range(i) if _differ_in_one(boxes[j], one) is not None), None)
            if partner is not None:
                boxes[partner] = _joined(boxes[partner], one, values)
                del boxes[i]
                joined = True
                break
    return tuple(box for i, box in enumerate(boxes) if box not in boxes[:i])


def _differ_in_one(one: Box, other: Box) -> str | None:
    """The one reading in which two boxes differ, where they speak of the same readings."""
    if [name for name, _ in one] != [name for name, _ in other]:
        return None
    apart = [name for (name, a), (_, b) in zip(one, other, strict=True) if a != b]
    return apart[0] if len(apart) == 1 else None


def _joined(one: Box, other: Box, values: Mapping[str, Sequence[str]]) -> Box:
    found = []
    for (name, a), (_, b) in zip(one, other, strict=True):
        both = tuple(v for v in values[name] if v in a or v in b)
        if len(both) < len(values[name]):
            found.append((name, both))
    return tuple(found)

"""The choices of readings that a question has to look at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import product

from tenure.norms import Meaning, Vocabulary

#: How many combinations of readings without a default are looked at to find disputes.
MOST_CHOICES = 64


def open_readings(vocabulary: Vocabulary, given: Collection[str]) -> tuple[str, ...]:
    """The readings that have no default and were not chosen."""
    return tuple(
        r.name
        for r in vocabulary.readings.values()
        if not any(v.default for v in r.values) and r.name not in given
    )


def other_choices(
    vocabulary: Vocabulary, meaning: Meaning, choice: Mapping[str, str], given: Collection[str]
) -> Iterator[dict[str, str]]:
    """The other choices of the open readings on which ``meaning``, that under ``choice``, depends."""
    names = [n for n in open_readings(vocabulary, given) if n in meaning.touched_readings]
    values = [[v.name for v in vocabulary.readings[n].values] for n in names]
    for combination in list(product(*values))[:MOST_CHOICES]:
        other = {**choice, **dict(zip(names, combination, strict=True))}
        if other != choice:
            yield other

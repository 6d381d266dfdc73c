"""What is read and not yet evaluated: said plainly, never ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tenure.diagnostics import Diagnostic, Place
from tenure.language import syntax as s
from tenure.norms.checks.findings import warning
from tenure.norms.checks.sites import Subject
from tenure.norms.effects import EVALUATED

_HELP = "it is read and kept; what depends on it is answered `unknown` or without it"
_KINDS: tuple[type[Any], ...] = (s.On, s.Otherwise, s.Excused, s.Manner, s.Keep, s.Aggregate, s.NextChange)
_MANNERS = ("in parts", "clock runs", "clock stops", "clock drops")


def check_coverage(subject: Subject) -> Iterator[Diagnostic]:
    """Every construct that the evaluator does not do in full."""
    for site in subject.sites:
        for node in (n for kind in _KINDS for n in site.all(kind)):
            for words, place in _not_yet(node):
                yield warning("TEN390", f"not yet evaluated: `{words}`", place or site.place, _HELP)


def _not_yet(node: object) -> Iterator[tuple[str, Place | None]]:
    match node:
        case s.On(verb=verb) if verb not in EVALUATED:
            yield verb, node.place
        case s.On(retroactive=True):
            yield "retroactive", node.place
        case s.Otherwise():
            yield "otherwise", node.place
        case s.Excused():
            yield "excused while", node.place
        case s.Manner(word) if word in _MANNERS:
            yield word, node.place
        case s.Keep():
            yield "keep", node.place
        case s.Aggregate("days"):
            yield "days of", node.place
        case s.NextChange():
            yield "next change", node.place
        case _:
            return

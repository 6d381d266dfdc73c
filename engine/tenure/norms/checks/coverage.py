"""What is read and not yet evaluated: said plainly, never ignored."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.diagnostics import Diagnostic
from tenure.language import syntax as s
from tenure.norms.checks.findings import warning
from tenure.norms.checks.sites import Subject

_HELP = "it is read and kept; what depends on it is answered `unknown`"


def check_coverage(subject: Subject) -> Iterator[Diagnostic]:
    """Every construct that the evaluator does not do in full: effects that reach back in time."""
    for site in subject.sites:
        for rule in site.all(s.On):
            if rule.retroactive:
                yield warning("TEN390", "not yet evaluated: `retroactive`", rule.place or site.place, _HELP)

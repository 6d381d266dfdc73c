"""The text around the rules: a clause should stand under the heading of its own id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tenure.diagnostics import Diagnostic
from tenure.norms.checks.findings import label, warning
from tenure.norms.checks.sites import Subject

_ID = re.compile(r"[^\W\d_]{1,3}\d[\w.]*")


def check_prose(subject: Subject) -> Iterator[Diagnostic]:
    """Clauses whose rules stand under the heading of a clause that there is not."""
    vocabulary = subject.vocabulary
    for clause in vocabulary.clauses.values():
        section = vocabulary.section(clause.name)
        found = _ID.match(section.heading) if section else None
        if section is None or found is None:
            continue
        heading = found.group().rstrip(".")
        # Several clauses may stand under the heading of one of them.
        if not vocabulary.clauses_under(heading):
            message = f"`{clause.name}` stands under the heading of `{heading}`"
            advice = f"begin the heading with `{clause.name}`, or move the rules"
            yield warning("TEN318", message, clause.place, advice, *label(section.place, "the heading"))

"""The text around the rules: a clause should stand under the heading of its own id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tenure.diagnostics import Diagnostic
from tenure.norms.checks.findings import label, near, warning
from tenure.norms.checks.sites import Subject

_ID = re.compile(r"[^\W\d_]{1,3}\d[\w.]*")


def check_prose(subject: Subject) -> Iterator[Diagnostic]:
    """Clauses whose rules stand under the heading of another clause, or of none that there is."""
    vocabulary = subject.vocabulary
    for clause in vocabulary.clauses.values():
        section = vocabulary.section(clause.name)
        found = _ID.match(section.heading) if section else None
        if section is None or found is None:
            continue
        heading = found.group().rstrip(".")
        if heading != clause.name and not clause.name.startswith(f"{heading}."):
            message = f"`{clause.name}` stands under the heading of `{heading}`"
            advice = near(heading, [clause.name], f"begin a heading with `{clause.name}`, or move the rules")
            yield warning("TEN318", message, clause.place, advice, *label(section.place, "the heading"))

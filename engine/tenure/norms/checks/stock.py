"""Stock properties that a contract switches off: each is one that there is, off once, and for a reason."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.diagnostics import Diagnostic
from tenure.language import syntax as s
from tenure.norms.checks.findings import error, label, near
from tenure.norms.checks.sites import Subject
from tenure.norms.stock_names import STOCK_NAMES


def check_stock(subject: Subject) -> Iterator[Diagnostic]:
    """Faults of `property NAME off because "…"`."""
    first: dict[str, s.StockOff] = {}
    for off in subject.vocabulary.items(s.StockOff):
        if off.name not in STOCK_NAMES:
            advice = near(off.name, STOCK_NAMES, f"the stock properties are {', '.join(STOCK_NAMES)}")
            yield error("TEN707", f"`{off.name}` is not a stock property", off.place, advice)
        elif off.name in first:
            where = label(first[off.name].place, "the first")
            yield error(
                "TEN201", f"`{off.name}` is switched off twice", off.place, "keep one of them", *where
            )
        if not off.reason.strip():
            help_ = 'say why it is not for this contract: `because "the loan may be split"`'
            yield error("TEN705", f"`{off.name}` is switched off without a reason", off.place, help_)
        first.setdefault(off.name, off)

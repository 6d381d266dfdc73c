"""The findings of one reading: all are counted, the first hundred are kept."""

from __future__ import annotations

from collections.abc import Iterable

from tenure.diagnostics import Diagnostic, Place

#: How many findings a reading reports one by one.
SHOWN = 100


class Findings:
    """Findings collected while reading; memory stays small however many bad lines there are."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[Diagnostic] = []

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add ``diagnostics``, in the order of the file."""
        for diagnostic in diagnostics:
            self.count += 1
            if len(self._kept) < SHOWN:
                self._kept.append(diagnostic)

    def all(self, file: str | None) -> tuple[Diagnostic, ...]:
        """The kept findings, closed by a count of the others."""
        more = self.count - len(self._kept)
        if not more:
            return tuple(self._kept)
        help = "mend the findings above first; others often go with them"
        last = Diagnostic("TEN430", f"and {more} more", severity="note", place=Place(file=file), help=help)
        return (*self._kept, last)

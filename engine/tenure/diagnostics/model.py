"""The diagnostic and the errors that carry it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from attrs import evolve, frozen

Severity = Literal["error", "warning", "note"]


@frozen
class Place:
    """Where in a file: lines and columns count from 1; ``None`` where unknown."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        parts = [self.file or "<text>"]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


@frozen
class Label:
    """A second place that explains the first, with a few words."""

    place: Place
    text: str


@frozen
class Diagnostic:
    """One finding.  ``message`` is lower case without a full stop; advice goes into ``help``."""

    code: str
    message: str
    severity: Severity = "error"
    place: Place | None = None
    labels: tuple[Label, ...] = ()
    help: str | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        advice = f"\n  help: {self.help}" if self.help else ""
        return f"{where}{self.severity}[{self.code}]: {self.message}{advice}"

    def at(self, place: Place) -> Diagnostic:
        """The same finding at ``place``."""
        return evolve(self, place=place)


class TenureError(Exception):
    """The base of everything that Tenure raises on bad input; carries one or more diagnostics."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.diagnostics: tuple[Diagnostic, ...] = diagnostics

    @classmethod
    def of(cls, code: str, message: str, *, place: Place | None = None, help: str | None = None) -> Self:
        """An error with a single diagnostic."""
        return cls(Diagnostic(code, message, place=place, help=help))

    def __str__(self) -> str:
        return "\n".join(str(d) for d in self.diagnostics)


class ContractError(TenureError):
    """A contract that cannot be read or has no meaning."""


class HistoryError(TenureError):
    """A history of events that cannot be used."""


class TimeError(TenureError):
    """An instant, date or duration that does not exist or is out of range."""


class QueryError(TenureError):
    """A question that cannot be asked of this contract."""


class UsageError(TenureError):
    """A command line or call that is not of the form it must have."""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A help line that offers the nearest known word, or ``None`` when nothing is near."""
    from difflib import get_close_matches  # slow to import, and only a mistake needs it

    lowered = {k.lower(): k for k in known}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return f"did you mean `{lowered[near[0]]}`?" if near else None

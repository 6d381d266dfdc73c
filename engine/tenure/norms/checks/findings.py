"""Findings: an error where a rule has no meaning, a warning where it probably does not mean what was meant."""

from __future__ import annotations

from collections.abc import Iterable

from tenure.diagnostics import Diagnostic, Label, Place, did_you_mean

_HANDFUL = 8


def error(
    code: str, message: str, place: Place | None, help: str | None = None, *labels: Label
) -> Diagnostic:
    """Something without meaning."""
    return Diagnostic(code, message, "error", place, labels, help)


def warning(
    code: str, message: str, place: Place | None, help: str | None = None, *labels: Label
) -> Diagnostic:
    """Something that has a meaning, and probably not the one that was meant."""
    return Diagnostic(code, message, "warning", place, labels, help)


def note(code: str, message: str, place: Place | None, help: str | None = None) -> Diagnostic:
    """Something that a reader may want to know."""
    return Diagnostic(code, message, "note", place, (), help)


def label(place: Place | None, text: str) -> tuple[Label, ...]:
    """A second place, where it is known."""
    return (Label(place, text),) if place is not None else ()


def near(word: str, known: Iterable[str], otherwise: str) -> str:
    """The nearest known word, else other advice."""
    return did_you_mean(word, known) or otherwise


def listed(names: Iterable[str], *, none: str = "none") -> str:
    """Names for a help line, at most a handful."""
    all_names = list(names)
    shown = ", ".join(f"`{name}`" for name in all_names[:_HANDFUL])
    return f"{shown} and {len(all_names) - _HANDFUL} more" if len(all_names) > _HANDFUL else shown or none

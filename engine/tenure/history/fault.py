"""A fault of one record, before anyone knows at which line and column it stands."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from tenure.diagnostics import Diagnostic, Place, TenureError


@frozen
class Fault:
    """What is wrong with the part of a record that ``path`` leads to (keys from the outside in)."""

    code: str
    message: str
    help: str | None = None
    path: tuple[str, ...] = ()

    def diagnostic(self, place: Place | None) -> Diagnostic:
        """The fault as a finding at ``place``."""
        return Diagnostic(self.code, self.message, place=place, help=self.help)


class MismatchError(Exception):
    """Never leaves this room: a value that does not fit its attribute; carries code, message and help."""

    def __init__(self, code: str, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.help = code, message, help

    def fault(self, *path: str) -> Fault:
        """The same as a fault of the part at ``path``."""
        return Fault(self.code, self.message, self.help, path)


def faults_of(error: TenureError, path: tuple[str, ...]) -> Iterable[Fault]:
    """The findings of another room's error, as faults of the part at ``path``; codes are kept."""
    return [Fault(d.code, d.message, d.help, path) for d in error.diagnostics]


def shown(value: object) -> str:
    """``value`` as a reader would recognise it in a message, cut to 60 characters."""
    text = value if isinstance(value, str) else _as_json(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _as_json(value: object) -> str:
    words = {True: "true", False: "false"}
    if isinstance(value, bool):
        return words[value]
    if value is None:
        return "null"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    # Python refuses to print an integer of more than 4,300 digits.
    if isinstance(value, int) and value.bit_length() > 1000:
        return f"a number of {value.bit_length()} bits"
    return str(value)

"""How answers are printed: data to standard output, talk to standard error, in one of three formats."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TextIO, get_args

from attrs import frozen

from tenure.diagnostics import Diagnostic, UsageError

Format = Literal["human", "plain", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)


@frozen
class Printer:
    """Prints in one format; colours only on a terminal, and not where NO_COLOR is set."""

    format: Format

    @property
    def human(self) -> bool:
        """Whether a person reads it at a terminal."""
        return self.format == "human"

    def json(self, value: Any) -> None:
        """A JSON document on standard output."""
        import json

        print(json.dumps(value, indent=2, ensure_ascii=False))

    def lines(self, lines: Iterable[str]) -> None:
        """Lines of text on standard output."""
        for line in lines:
            print(line)

    def show(self, *renderables: Any) -> None:
        """What :mod:`rich` renders, on standard output."""
        from rich.console import Console

        console = Console(
            file=sys.stdout, width=width(), highlight=False, no_color=not colored(sys.stdout), markup=False
        )
        for renderable in renderables:
            with console.capture() as captured:
                console.print(renderable)
            # Cells are padded with blanks that no reader sees and every diff does.
            print("\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n")))

    def say(self, text: str) -> None:
        """Talk, on standard error."""
        print(text, file=sys.stderr)

    def complain(self, diagnostics: Sequence[Diagnostic], *, stream: TextIO | None = None) -> None:
        """Findings, on standard error unless they are what was asked for."""
        from tenure.diagnostics import render

        out = sys.stderr if stream is None else stream
        if self.format == "json":
            import json

            text = json.dumps({"diagnostics": render.as_json(diagnostics)}, indent=2, ensure_ascii=True)
        elif self.human:
            text = render.human(diagnostics, color=colored(out))
        else:
            text = render.plain(diagnostics)
        if text:
            print(text, file=out)


def printer(format: str | None) -> Printer:
    """The printer that was asked for; without a wish `human` on a terminal, else `plain`."""
    _tolerate_any_terminal()
    if format is None:
        return Printer("human" if sys.stdout.isatty() else "plain")
    for known in FORMATS:
        if format == known:
            return Printer(known)
    raise UsageError.of("TEN620", f"`{format}` is not a format", help=f"formats: {', '.join(FORMATS)}")


def printer_for(words: Sequence[str]) -> Printer:
    """The printer for complaints, found before the words are understood."""
    for i, word in enumerate(words):
        value = word.partition("=")[2] if word.startswith("--format=") else "".join(words[i + 1 : i + 2])
        if word.partition("=")[0] == "--format" and value in FORMATS:
            return printer(value)
    _tolerate_any_terminal()
    return Printer("human" if sys.stderr.isatty() else "plain")


def colored(stream: TextIO) -> bool:
    """Whether colours may be used."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def width() -> int:
    """The width of the terminal, at least 60 characters; 100 where there is none."""
    return max(60, shutil.get_terminal_size((100, 24)).columns)


def _tolerate_any_terminal() -> None:
    """Letters that the terminal's encoding lacks are written as escapes instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")

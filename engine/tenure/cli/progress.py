"""Progress of what takes long, on standard error, where somebody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import define


@define
class Progress:
    """Says how far something is; ``status`` is what :mod:`rich` shows, None where nobody looks."""

    what: str
    status: Any = None

    def so_far(self, done: int) -> None:
        """``done`` of an unknown number."""
        if self.status is not None:
            self.status.update(f"{done} {self.what} (Ctrl-C: stop with what there is)")

    def of_all(self, done: int, whole: int) -> None:
        """``done`` of ``whole``."""
        if self.status is not None:
            self.status.update(f"{done} of {whole} {self.what} (Ctrl-C: stop with what there is)")


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show that ``what`` goes on, and how far it is, until it is done."""
    if not sys.stderr.isatty():
        yield Progress(what)
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        yield Progress(what, status)

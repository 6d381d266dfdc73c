"""The command line: ``tenure VERB …`` asks what the library answers."""

from __future__ import annotations

import gc
from collections.abc import Sequence

#: After how many new objects garbage is looked for, and how often among those that are older.
_GARBAGE = (20_000, 50, 100)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command (default: the words of the process) and return its exit code; never raises on bad input."""
    if argv is None:
        # A command is a short process that lets go of little: looking for garbage every 700 objects costs more than it finds.
        gc.set_threshold(*_GARBAGE)
    from tenure.cli.running import run

    return run(argv)

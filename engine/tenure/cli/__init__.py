"""The command line: ``tenure VERB …`` asks what the library answers."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command (default: the words of the process) and return its exit code; never raises on bad input."""
    from tenure.cli.running import run

    return run(argv)

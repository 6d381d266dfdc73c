"""The impact of an amendment: what an old and a new text of one contract make of the same histories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from attrs import frozen

from tenure.diagnostics import Diagnostic, TenureError
from tenure.history import History
from tenure.language.syntax import Clause
from tenure.timeline.comparison import Wanted
from tenure.timeline.diff import Diff, Difference

if TYPE_CHECKING:
    from pathlib import Path

    from tenure.timeline.contract import Contract
    from tenure.timeline.moments import When

#: Called with the number of histories done, and of all.
Progress = Callable[[int, int], None]


@frozen
class Impact:
    """What changes for one history; ``problems`` say why one of the two contracts cannot read it."""

    history: str
    diff: Diff | None
    changed: tuple[Difference, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed) or bool(self.diff)


@frozen(repr=False)
class Impacts:
    """The clauses that differ between two contracts, and what that changes for each history."""

    old: Contract
    new: Contract
    added: tuple[str, ...]
    removed: tuple[str, ...]
    rewritten: tuple[str, ...]
    impacts: tuple[Impact, ...]
    complete: bool = True

    def __bool__(self) -> bool:
        return any(self.impacts)

    def __repr__(self) -> str:
        touched = [i for i in self.impacts if i]
        lines = [f"Impacts: {len(touched)} of {len(self.impacts)} histories change"]
        return "\n".join((*lines, *(f"{i.history}: {d!r}" for i in touched for d in i.changed)))


def impact(
    old: Contract,
    new: Contract,
    histories: Mapping[str, History | Path | str],
    wanted: Wanted = lambda _: True,
    *,
    readings: Mapping[str, str] | None = None,
    known_at: When | None = None,
    horizon: When | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Impacts:
    """Compare the timelines of ``old`` and ``new`` over each of ``histories``, by name; of positions that are ``wanted``.

    A history that one of them cannot read has its problems.  A keyboard interrupt ends with the histories so far.
    """
    found: list[Impact] = []
    complete = True
    try:
        for name, history in histories.items():
            progress(len(found), len(histories))
            try:
                before, after = (
                    deal.evaluate(history, readings=readings, known_at=known_at, horizon=horizon)
                    for deal in (old, new)
                )
                diff = Diff.between(before, after)
            except TenureError as error:
                found.append(Impact(name, None, problems=error.diagnostics))
                continue
            found.append(Impact(name, diff, tuple(d for d in diff.changed if wanted(d.position))))
    except KeyboardInterrupt:
        complete = False
    return Impacts(old, new, *_clauses(old, new), tuple(found), complete)


def _clauses(old: Contract, new: Contract) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The clauses that only the new text has, that only the old one has, and that are not the same in both."""
    before: dict[str, Clause] = dict(old.vocabulary.clauses)
    after: dict[str, Clause] = dict(new.vocabulary.clauses)
    return (
        tuple(name for name in after if name not in before),
        tuple(name for name in before if name not in after),
        tuple(name for name in after if name in before and before[name] != after[name]),
    )


def histories_in(paths: Iterable[Path]) -> dict[str, Path]:
    """Histories by name: files as they are, of a folder every ``*.jsonl`` and ``*.csv`` in it, in order."""
    found: dict[str, Path] = {}
    for path in chain(paths):
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix in (".jsonl", ".csv"))
            found.update((str(p), p) for p in inside)
        else:
            found[str(path)] = path
    return found

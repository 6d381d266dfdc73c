"""Reading a history from a file, from bytes or from lines."""

from __future__ import annotations

import gc
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from attrs import frozen

from tenure.diagnostics import Diagnostic, HistoryError, Place
from tenure.history.building import Builder, builder_for
from tenure.history.event import Event
from tenure.history.findings import Findings
from tenure.history.history import History
from tenure.history.jsonlines import Record, read_items, read_stream
from tenure.history.schema import Schema
from tenure.history.screening import screen
from tenure.history.tables import read_arrow, read_csv

Format = Literal["jsonl", "csv", "parquet", "arrow"]
Source = str | os.PathLike[str] | bytes | Iterable[object]

_FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}


@frozen
class ReadResult:
    """A history; in lenient reading also the findings, and how many records were set aside for them."""

    history: History
    set_aside: tuple[Diagnostic, ...] = ()
    set_aside_count: int = 0


def read_history(
    source: Source, schema: Schema, *, format: Format | None = None, lenient: bool = False
) -> ReadResult:
    """Read a history: ``source`` is a path, the bytes of a file, or lines (text, bytes or mappings).

    The format follows from the file's name (JSON Lines where it tells nothing) unless ``format`` is given.
    Every bad record is found; then :class:`~tenure.diagnostics.HistoryError` carries all findings (after the
    first hundred only their number).  With ``lenient`` bad records are set aside instead; a file that cannot
    be read at all still raises.
    """
    file = os.fspath(source) if isinstance(source, str | os.PathLike) else None
    findings = Findings()
    with _collector_paused():
        events, refused = _sort_out(_records(source, file, schema, format), findings)
    by_id, conflicts = screen(events)
    findings.extend(conflicts)
    if not events and not findings.count and not _is_items(source):
        help = (
            "a history has at least one event, one a line: " + '{"id": "e1", "at": "2026-04-27", "type": …}'
        )
        findings.extend([Diagnostic("TEN424", "the history is empty", place=Place(file), help=help)])
    if findings.count and not lenient:
        raise HistoryError(*findings.all(file))
    return ReadResult(History(tuple(by_id.values())), findings.all(file), refused + len(conflicts))


def _sort_out(records: Iterable[Record], findings: Findings) -> tuple[list[Event], int]:
    events: list[Event] = []
    refused = 0
    for record in records:
        if isinstance(record, Event):
            events.append(record)
        else:
            refused += 1
            findings.extend(record)
    return events, refused


@contextmanager
def _collector_paused() -> Iterator[None]:
    # Events hold no rings, and looking for some in a growing history takes a third of the reading time.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _is_items(source: Source) -> bool:
    return not isinstance(source, str | bytes | os.PathLike)


def _records(source: Source, file: str | None, schema: Schema, format: Format | None) -> Iterator[Record]:
    builder = builder_for(schema)
    if file is not None:
        with _opened(file) as stream:
            yield from _by_format(
                stream, file, builder, format or _FORMATS.get(Path(file).suffix.lower(), "jsonl")
            )
    elif isinstance(source, bytes):
        yield from _by_format(io.BytesIO(source), None, builder, format or "jsonl")
    else:
        assert not isinstance(source, str | os.PathLike)
        yield from read_items(source, builder)


def _by_format(stream: BinaryIO, file: str | None, builder: Builder, format: Format) -> Iterator[Record]:
    try:
        match format:
            case "jsonl":
                return (yield from read_stream(stream, file, builder))
            case "csv":
                return (yield from read_csv(stream.read(), file, builder))
            case "parquet" | "arrow":
                return (yield from read_arrow(stream.read(), file, builder, parquet=format == "parquet"))
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from None


def _opened(file: str) -> BinaryIO:
    try:
        if Path(file).is_dir():
            raise _unreadable(file, "it is a folder", "name the file in it, such as `history.jsonl`")
        return Path(file).open("rb")  # closed by the caller's `with`
    except FileNotFoundError:
        raise _unreadable(file, "there is no such file", "check the path") from None
    except (OSError, ValueError) as error:
        raise _unreadable(file, getattr(error, "strerror", None) or str(error)) from None


def _unreadable(file: str | None, why: str, help: str | None = None) -> HistoryError:
    return HistoryError.of("TEN401", f"cannot read the history: {why}", place=Place(file), help=help)

"""The same records as columns: CSV, and Parquet or Arrow through ``pyarrow``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

import msgspec

from tenure.diagnostics import Diagnostic, HistoryError, Place, did_you_mean
from tenure.history.building import Builder
from tenure.history.envelopes import split_actors
from tenure.history.fault import Fault, shown
from tenure.history.jsonlines import Record, decode_exactly
from tenure.history.raw import KEYS
from tenure.history.schema import Schema

_PREFIX = "data."


def read_csv(content: bytes, file: str | None, builder: Builder) -> Iterator[Record]:
    """An event, or what is wrong, for each row below the header.

    Cells are text; an empty cell leaves its column out, ``null`` in an attribute's column is unknown.
    """
    text = _decoded(content, file)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(rows, [])
        check_columns(header, builder.schema, file)
        for row in rows:
            place = Place(file, rows.line_num)
            if len(row) > len(header):
                message = f"the row has {len(row)} cells, the header {len(header)}"
                yield [Diagnostic("TEN427", message, place=place, help="put cells with commas in quotes")]
            elif any(row):
                cells = {name: cell for name, cell in zip(header, row, strict=False) if cell}
                yield _record(_from_cells(cells), place, builder)
    except csv.Error as error:
        yield [Diagnostic("TEN427", f"not CSV: {error}", place=Place(file, rows.line_num))]


def read_arrow(content: bytes, file: str | None, builder: Builder, *, parquet: bool) -> Iterator[Record]:
    """The same for a Parquet file or an Arrow file or stream; a null cell leaves its column out."""
    table = _table(content, file, parquet=parquet)
    names = [str(name) for name in table.column_names]
    check_columns(names, builder.schema, file)
    for number, row in enumerate(table.to_pylist(), start=1):
        cells = {str(name): value for name, value in row.items() if value is not None}
        yield _record(cells, Place(file, number), builder)


def check_columns(names: Iterable[str], schema: Schema, file: str | None) -> None:
    """Raise ``HistoryError`` (TEN427) unless every column is a key or a declared attribute."""
    attributes = {a.name for event_type in schema.event_types.values() for a in event_type.attributes}
    seen: set[str] = set()
    for name in names:
        bare = name.removeprefix(_PREFIX)
        if name in seen:
            raise HistoryError.of(
                "TEN427", f"the column `{shown(name)}` is given twice", place=Place(file, 1)
            )
        if name not in KEYS and bare not in attributes:
            help = (
                did_you_mean(bare[:100], [*KEYS, *attributes]) or "columns are keys of an event or attributes"
            )
            message = f"`{shown(name)}` is no column of a history"
            raise HistoryError.of("TEN427", message, place=Place(file, 1), help=help)
        seen.add(name)


def _record(cells: Mapping[str, object], place: Place, builder: Builder) -> Record:
    faults: list[Fault] = []
    mapping: dict[str, object] = {name: value for name, value in cells.items() if name in KEYS}
    outside = {k.removeprefix(_PREFIX): v for k, v in cells.items() if k not in KEYS}
    if outside:
        inside = mapping.get("data")
        mapping["data"] = {**(inside if isinstance(inside, Mapping) else {}), **outside}
    if "by" in mapping:
        mapping["by"] = split_actors(mapping["by"], builder.schema)
    event = builder.from_mapping(mapping, place, faults)
    return [fault.diagnostic(place) for fault in faults] if event is None else event


def _from_cells(cells: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {
        name: None if cell == "null" and name not in KEYS else cell for name, cell in cells.items()
    }
    seq = cells.get("seq", "")
    if seq.isascii() and seq.isdigit() and len(seq) < 10:
        found["seq"] = int(seq)
    if "data" in cells:
        found["data"] = _json_or_text(cells["data"])
    return found


def _json_or_text(cell: str) -> object:
    try:
        return decode_exactly(cell.encode())
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return cell


def _decoded(content: bytes, file: str | None) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8: the byte 0x{content[error.start]:02x} cannot stand here"
        raise HistoryError.of(
            "TEN403", message, place=Place(file, line), help="save the file as UTF-8"
        ) from None


def _table(content: bytes, file: str | None, *, parquet: bool) -> Any:
    arrow = _import("pyarrow", file)
    try:
        source = arrow.BufferReader(content)
        if parquet:
            return _import("pyarrow.parquet", file).read_table(source)
        ipc = _import("pyarrow.ipc", file)
        reader = ipc.open_file if content.startswith(b"ARROW1") else ipc.open_stream
        return reader(source).read_all()
    except (arrow.ArrowException, OSError) as error:
        message = (
            f"not a table that Arrow can read: {(str(error).splitlines() or ['no reason given'])[0][:100]}"
        )
        raise HistoryError.of("TEN427", message, place=Place(file)) from None


def _import(name: str, file: str | None) -> Any:
    try:
        return import_module(name)
    except ImportError:
        help = "install the extra: `pip install 'tenure[fast]'`, or save the history as JSON Lines or CSV"
        message = "reading Parquet and Arrow needs `pyarrow`"
        raise HistoryError.of("TEN425", message, place=Place(file), help=help) from None

"""JSON Lines: one record a line, decoded by msgspec; a line that does not fit is looked at slowly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, DecimalException
from typing import BinaryIO

import msgspec

from tenure.diagnostics import Diagnostic, Place
from tenure.history.building import Builder
from tenure.history.event import Event
from tenure.history.fault import Fault, shown
from tenure.history.locate import column_of, depth, repeated_key
from tenure.history.raw import RawEvent

#: The longest line, in bytes.
LINE_LIMIT = 1 << 20
#: The deepest nesting of objects and lists.
DEPTH_LIMIT = 64

_BOM = b"\xef\xbb\xbf"
_BYTE = re.compile(r" ?\(byte (\d+)\)")
_LONG_INTEGER = re.compile(r"[0-9]{1000,}")


def _exact(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except DecimalException:  # an exponent beyond all bounds; the check of the attribute refuses the text
        return text


_decoder = msgspec.json.Decoder(RawEvent, float_hook=_exact)
#: Decodes any JSON value; numbers with a fraction or an exponent become exact decimals.
decode_exactly = msgspec.json.Decoder(float_hook=_exact).decode

Record = Event | list[Diagnostic]


def read_stream(stream: BinaryIO, file: str | None, builder: Builder) -> Iterator[Record]:
    """An event, or what is wrong, for each line of ``stream`` that is not blank."""
    number = 0
    # A line too long is never held whole: its first part is refused and the rest is read past.
    while line := stream.readline(LINE_LIMIT + 2):
        number += 1
        if len(line) > LINE_LIMIT + 1 or (len(line) > LINE_LIMIT and not line.endswith(b"\n")):
            while line and not line.endswith(b"\n"):
                line = stream.readline(LINE_LIMIT)
            yield [_too_long(Place(file, number))]
            continue
        if number == 1:
            line = line.removeprefix(_BOM)
        if not line.isspace() and line:
            yield read_line(line, Place(file, number), builder)


def read_items(items: Iterable[object], builder: Builder) -> Iterator[Record]:
    """The same for lines as text or bytes, and for objects that are decoded already."""
    for number, item in enumerate(items, start=1):
        place = Place(line=number)
        if isinstance(item, Mapping):
            faults: list[Fault] = []
            event = builder.from_mapping(item, place, faults)
            yield [fault.diagnostic(place) for fault in faults] if event is None else event
            continue
        line = item.encode("utf-8", "surrogatepass") if isinstance(item, str) else item
        if not isinstance(line, bytes):
            yield [Diagnostic("TEN406", f"an event is an object, not `{shown(item)}`", place=place)]
        elif line.strip():
            yield read_line_of_any_length(line, place, builder)


def read_line_of_any_length(line: bytes, place: Place, builder: Builder) -> Record:
    """The event on one line, or what is wrong; a line that is too long is not looked at."""
    return [_too_long(place)] if len(line) > LINE_LIMIT else read_line(line, place, builder)


def read_line(line: bytes, place: Place, builder: Builder) -> Record:
    """The event on one line, or everything that is wrong with it."""
    try:
        if line.count(b"{") + line.count(b"[") > DEPTH_LIMIT and depth(line) > DEPTH_LIMIT:
            help = "write attributes as plain values"
            return [Diagnostic("TEN405", f"nested deeper than {DEPTH_LIMIT} levels", place=place, help=help)]
        raw = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _look_slowly(line, place, builder)
    if line.count(b'":') != _expected_colons(raw) and (repeated := _repeated(line, place)):
        return [repeated]
    faults: list[Fault] = []
    event = builder.build(raw, place, faults)
    return _placed(faults, line, place) if event is None else event


def _expected_colons(raw: RawEvent) -> int:
    """How many ``":`` a plain line of this record has; another number is worth a second look."""
    count = 10 - _absent(raw)
    if raw.data is not None:
        count += len(raw.data)
    if type(raw.evidence) is dict:
        count += len(raw.evidence)
    return count


def _absent(raw: RawEvent) -> int:
    return (
        raw.id,
        raw.at,
        raw.seq,
        raw.type,
        raw.by,
        raw.data,
        raw.recorded,
        raw.corrects,
        raw.retracts,
        raw.evidence,
    ).count(None)


def _repeated(line: bytes, place: Place) -> Diagnostic | None:
    key = repeated_key(line.decode())
    if key is None:
        return None
    message = f"the key `{shown(key.path[-1])}` is given twice"
    help = "keep one of them"
    return Diagnostic("TEN418", message, place=_at(place, key.column), help=help)


def _look_slowly(line: bytes, place: Place, builder: Builder) -> Record:
    """The event after all (a CloudEvents envelope, say), or a precise account of the fault."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return [_not_utf8(line, error.start, place)]
    try:
        found = decode_exactly(line)
    except msgspec.ValidationError:
        return [_long_integer(text, place)]
    except msgspec.DecodeError as error:
        return [_malformed(line, str(error), place)]
    if not isinstance(found, dict):
        message = f"a line holds one event as an object, not `{shown(found)}`"
        return [
            Diagnostic("TEN406", message, place=_at(place, 1), help='write {"id": …, "at": …, "type": …}')
        ]
    if repeated := _repeated(line, place):
        return [repeated]
    faults: list[Fault] = []
    event = builder.from_mapping(found, place, faults)
    return _placed(faults, line, place) if event is None else event


def _placed(faults: Iterable[Fault], line: bytes, place: Place) -> list[Diagnostic]:
    text = line.decode()
    return [fault.diagnostic(_at(place, column_of(text, fault.path))) for fault in faults]


def _at(place: Place, column: int | None) -> Place:
    return Place(place.file, place.line, column)


def _too_long(place: Place) -> Diagnostic:
    help = "one event is one line; long evidence belongs in a file that the event names"
    return Diagnostic("TEN404", "the line is longer than 1 MiB", place=place, help=help)


def _not_utf8(line: bytes, start: int, place: Place) -> Diagnostic:
    column = len(line[:start].decode("utf-8", "replace")) + 1
    message = f"not UTF-8: the byte 0x{line[start]:02x} cannot stand here"
    return Diagnostic("TEN403", message, place=_at(place, column), help="save the file as UTF-8")


def _malformed(line: bytes, message: str, place: Place) -> Diagnostic:
    found = _BYTE.search(message)
    start = int(found[1]) if found else len(line.rstrip())
    column = len(line[:start].decode("utf-8", "replace")) + 1
    words = _BYTE.sub("", message).removeprefix("JSON is malformed: ").strip()
    if "truncated" in words:
        words = "the line ends too soon"
    help = "one event is one line of JSON: double quotes, no comments, no comma before a closing bracket"
    return Diagnostic("TEN402", f"not JSON: {words}", place=_at(place, column), help=help)


def _long_integer(text: str, place: Place) -> Diagnostic:
    found = _LONG_INTEGER.search(text)
    column = found.start() + 1 if found else None
    return Diagnostic(
        "TEN417", "a number is too large", place=_at(place, column), help="use at most 60 digits"
    )

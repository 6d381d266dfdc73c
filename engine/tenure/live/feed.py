"""Lines as they come: from a file that may grow, or from standard input."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator
from hashlib import blake2b
from io import FileIO
from typing import Self

from attrs import frozen

from tenure.diagnostics import HistoryError, Place
from tenure.history.jsonlines import LINE_LIMIT
from tenure.live.journal import Origin

STDIN = "-"
#: How a place in standard input is called.
STDIN_NAME = "<stdin>"
#: How long is waited for more, in seconds.
PAUSE = 0.2
_BLOCK = 1 << 16
_BOM = b"\xef\xbb\xbf"


@frozen
class Line:
    """One line without its end; ``whole`` says that its end was read."""

    text: bytes
    origin: Origin
    whole: bool = True


class Feed:
    """The lines of ``source`` (a path, or ``-``) from ``after`` on.

    Where ``follow`` is set, or standard input is slow, it yields None every now and then while it waits.  A file that
    is not the one that was read before, or has become shorter, raises :class:`HistoryError` (TEN807).
    """

    def __init__(self, source: str, *, after: Origin | None = None, follow: bool = False) -> None:
        self.source = source
        self.follow = follow and source != STDIN
        self._stream = _opened(source)
        self._line, self._start = 0, 0
        self._rest = b""
        if after is not None and source != STDIN:
            try:
                self._go_to(after)
            except HistoryError:
                self._stream.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def _go_to(self, after: Origin) -> None:
        self._stream.seek(after.start)
        read = self._stream.read(after.stop - after.start) or b""
        if len(read) != after.stop - after.start or digest(read) != after.digest:
            message = f"its line {after.line} is not the one that the journal has read"
            help = "events are added at its end; to begin with another file, name a new journal"
            raise HistoryError.of("TEN807", message, place=Place(self.source, after.line), help=help)
        self._line, self._start = after.line, after.stop

    def __iter__(self) -> Iterator[Line | None]:
        while True:
            if not self._is_ready():
                yield None
                continue
            block = self._stream.read(_BLOCK) or b""
            if block:
                yield from self._lines(block)
            elif self.follow:
                self._look_whether_it_shrank()
                yield None
                time.sleep(PAUSE)
            else:
                break
        if self._rest:
            yield self._next(self._rest, whole=False)

    def _is_ready(self) -> bool:
        """Whether there is something to read, or the end; only standard input can keep one waiting."""
        if self.source != STDIN or os.name == "nt":
            return True
        return bool(select.select([self._stream], [], [], PAUSE)[0])

    def _lines(self, block: bytes) -> Iterator[Line]:
        *ended, last = block.split(b"\n")
        for part in ended:
            yield self._next(self._rest + part + b"\n", whole=True)
            self._rest = b""
        self._rest += last

    def _next(self, read: bytes, *, whole: bool) -> Line:
        self._line += 1
        start, self._start = self._start, self._start + len(read)
        text = read.removesuffix(b"\n")
        # A line that is too long is refused; no more of it than tells so is handed on.
        text = (text.removeprefix(_BOM) if self._line == 1 else text)[: LINE_LIMIT + 1]
        return Line(text, Origin(self._line, start, self._start, digest(read)), whole)

    def _look_whether_it_shrank(self) -> None:
        if os.fstat(self._stream.fileno()).st_size < self._start + len(self._rest):
            message = "the file has become shorter while it was read"
            help = "events are added at its end; to begin with another file, name a new journal"
            raise HistoryError.of("TEN807", message, place=Place(self.source), help=help)


def digest(read: bytes) -> str:
    """What tells the bytes of a line from others."""
    return blake2b(read, digest_size=8).hexdigest()


def _opened(path: str) -> FileIO:
    try:
        if path == STDIN:
            return FileIO(sys.stdin.fileno(), closefd=False)
        return FileIO(path)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise HistoryError.of("TEN401", f"cannot read the history: {why}", place=Place(path)) from None

"""The caller's side of the host: it starts the process, asks it, and starts another where it died."""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

from tenure.rete.orphan import words_for_child

#: How often one piece of work may cost a process its life before it is given up.
MOST_DEATHS = 3
_MOST_RUNS = 200


class HostDiedError(Exception):
    """The process ended in the middle of its work."""


class HostProcess:
    """A process of its own for the host: ``module`` is what it runs."""

    def __init__(self, module: str = "tenure.rete.worker") -> None:
        source = str(Path(__file__).parents[2])
        path = os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(  # noqa: S603  (one of our own modules)
            [sys.executable, "-m", module, *words_for_child()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        self.runs = 0

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ask(self, *message: Any) -> tuple[Any, ...]:
        """The reply to ``message``; raises :class:`HostDiedError`."""
        self.send(*message)
        return self.reply()

    def send(self, *message: Any) -> None:
        """Let it work at ``message``; raises :class:`HostDiedError`."""
        self.runs += message[0] == "begin"
        with self._alive():
            asked = self._process.stdin
            assert asked is not None
            pickle.dump(message, asked, pickle.HIGHEST_PROTOCOL)
            asked.flush()

    def reply(self) -> tuple[Any, ...]:
        """The reply to what was sent; raises :class:`HostDiedError`."""
        with self._alive():
            assert self._process.stdout is not None
            reply: tuple[Any, ...] = pickle.load(self._process.stdout)  # noqa: S301 (written by our own child)
        return reply

    @contextmanager
    def _alive(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:  # ValueError: it is closed
            self.close()
            raise HostDiedError(f"exit code {self._process.returncode}") from error

    def close(self) -> None:
        """End the process, also in the middle of its work."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._process.wait()


class HostKeeper:
    """The one host of this process, started when it is first needed; one lock lets one evaluation in at a time."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._host: HostProcess | None = None
        self._owner = os.getpid()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else asks meanwhile."""
        with self._lock:
            if self._owner != os.getpid():  # a fork must not speak with its parent's host
                self._owner, self._host = os.getpid(), None
            yield

    @property
    def host(self) -> HostProcess:
        """The host, which is a new one after it died and now and then."""
        if self._host is not None and self._host.runs >= _MOST_RUNS:
            self.end()
        if self._host is None:
            self._host = HostProcess()
        return self._host

    def end(self) -> None:
        """End the host's process; the next question starts another."""
        host, self._host = self._host, None
        if host is not None and self._owner == os.getpid():
            host.close()


KEEPER = HostKeeper()
atexit.register(KEEPER.end)

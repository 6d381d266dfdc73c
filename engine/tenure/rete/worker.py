"""The process in which the host lives: `python -m tenure.rete.worker`, asked over its standard streams.

durable_rules can crash the interpreter, so it never shares one with the caller.  A reply carries a snapshot; whoever
asked can begin a new process with it.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Callable
from signal import SIG_IGN, SIGINT, signal
from typing import Any, BinaryIO

from tenure.diagnostics import TenureError
from tenure.rete.causes import Causes
from tenure.rete.host import HostError, WorkingSetError
from tenure.rete.interning import Interner
from tenure.rete.orphan import die_with
from tenure.rete.records import OrderError, TwiceError
from tenure.rete.run import Run


class Worker:
    """One run at a time."""

    def __init__(self) -> None:
        self.run: Run | None = None

    def answer(self, kind: str, *what: Any) -> tuple[Any, ...]:
        """The reply to one message."""
        try:
            if kind == "begin":
                self._end()
                ruleset, calendar, snapshot = what
                known = pickle.loads(snapshot) if snapshot is not None else None  # noqa: S301 (our own, see below)
                self.run = Run(ruleset, calendar, known)
                return ("begun",)
            assert self.run is not None
            if kind == "take":
                self.run.take(*what)
            elif kind == "recur":
                self.run.recur(*what)
            else:
                self.run.finish(*what)
            return self._taken(self.run)
        except OrderError as error:
            return ("order", self._named(error.events))
        except TwiceError as error:
            return ("twice", error.clause)
        except WorkingSetError:
            return ("full",)
        except HostError as error:
            return ("refused", str(error))
        except TenureError as error:
            return ("failed", type(error), error.diagnostics)

    @staticmethod
    def _taken(run: Run) -> tuple[Any, ...]:
        # Whoever asked keeps the snapshot as it is, and hands it to another process if it comes to that.
        snapshot = pickle.dumps(run.snapshot(), pickle.HIGHEST_PROTOCOL)
        edges, judged = run.recorder.edges[:], [tuple(j) for j in run.judged.values()]
        if run.state.interner is not None:
            edges, judged = _valued(edges, judged, run.state.interner)
        reply = ("taken", edges, judged, snapshot)
        run.recorder.edges.clear()
        run.judged.clear()
        return reply

    def _named(self, events: tuple[int, ...]) -> tuple[Any, ...]:
        """``events`` as whoever asked knows them."""
        interner = self.run.state.interner if self.run is not None else None
        return events if interner is None else tuple([interner.values[event] for event in events])

    def _end(self) -> None:
        if self.run is not None:
            self.run.close()
            self.run = None


def _valued(edges: list[Any], judged: list[Any], interner: Interner) -> tuple[list[Any], list[Any]]:
    """The same with values in place of their numbers: whoever asked has numbered nothing."""
    values = interner.values

    def causes(found: Causes) -> tuple[Any, ...]:
        return tuple([values[cause] if isinstance(cause, int) else cause for cause in found])

    return (
        [
            (symbol, tuple([values[n] for n in key]), at, truth, causes(by))
            for symbol, key, at, truth, by in edges
        ],
        [(values[event], *rest) for event, *rest in judged],
    )


def serve(asked: BinaryIO, replies: BinaryIO, answer: Callable[..., tuple[Any, ...]]) -> None:
    """Answer until nobody asks any more."""
    while True:
        try:
            message = pickle.load(asked)  # noqa: S301 (written by the process that started this one)
        except EOFError:
            return
        pickle.dump(answer(*message), replies, pickle.HIGHEST_PROTOCOL)
        replies.flush()


def main(answer: Callable[..., tuple[Any, ...]]) -> None:
    """Serve on what were standard input and output; whatever prints goes to standard error."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if len(sys.argv) > 1:
        die_with(int(sys.argv[1]), *sys.argv[2:])
    signal(SIGINT, SIG_IGN)  # whoever asks is interrupted too, and ends this process
    gc.disable()  # a run makes no cycles, and looking for them costs a tenth of it
    serve(sys.stdin.buffer, replies, answer)


if __name__ == "__main__":
    main(Worker().answer)

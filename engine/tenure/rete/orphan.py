"""A worker dies with its parent, also in the middle of its work: whoever kills the parent leaves nobody behind.

The engine works in C and holds the interpreter's lock, so that no Python code can look after it then.  Linux kills the
worker by itself; elsewhere a timer in C ends it, which a thread puts off for as long as the parent lives.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import sys
import time
from threading import Thread, current_thread, main_thread

#: How often the parent is looked for, and how long the engine may work on one thing, in seconds.
EVERY = 2.0
LONGEST = 120.0
_PR_SET_PDEATHSIG = 1


def words_for_child() -> list[str]:
    """What a child is told of its parent: the process id, and whether the thread that starts it lasts as long."""
    # Linux goes by the thread: a child that was started by a passing one would be killed when that ends.
    return [str(os.getpid()), "main" if current_thread() is main_thread() else "passing"]


def die_with(parent: int, thread: str, *, every: float = EVERY, longest: float = LONGEST) -> None:
    """End this process when ``parent`` has ended; ``thread`` is the other of :func:`words_for_child`."""
    if sys.platform == "linux" and thread == "main":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    _look_for(parent, longest, nowhere)
    Thread(target=_watch, args=(parent, every, longest, nowhere), daemon=True).start()


def _watch(parent: int, every: float, longest: float, nowhere: int) -> None:
    while True:
        time.sleep(every)
        _look_for(parent, longest, nowhere)


def _look_for(parent: int, longest: float, nowhere: int) -> None:
    """End if the parent has, and else put the end off."""
    if os.name != "nt" and os.getppid() != parent:
        os._exit(1)
    faulthandler.dump_traceback_later(longest, exit=True, file=nowhere)

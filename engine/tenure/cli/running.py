"""One run of the command: words in, exit code out, every failure told in our own words."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from typing import Final

from tenure.cli.output import Printer, printer_for
from tenure.diagnostics import TenureError, UsageError

#: Exit codes: all well; findings or failed tests; unusable input; the answer is no (with `--exit-code`).
FINE: Final = 0
FINDINGS: Final = 1
UNUSABLE: Final = 2
ANSWER_IS_NO: Final = 3
INTERNAL: Final = 70
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if argv is None:
        # A process that answers one question and ends is done before it has garbage worth looking for.
        gc.set_threshold(200_000, 20, 100)
    words = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    printer = printer_for(words)
    try:
        code = _dispatch(words)
        sys.stdout.flush()
    except TenureError as error:
        printer.complain(error.diagnostics)
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  (the last guard: no traceback reaches a user unasked)
        return _internal(printer, error, debug=debug)
    return code


def _dispatch(words: list[str]) -> int:
    from cyclopts import CycloptsError

    from tenure.cli.app import app

    try:
        result = app(words, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        raise _usage(error, words) from None
    return result if isinstance(result, int) else FINE


def _usage(error: Exception, words: list[str]) -> UsageError:
    """A complaint of the parser of words, in our form."""
    told = re.sub(r'"([^"]*)"|(?<![`\w])(--?\w[\w-]*)', lambda m: f"`{m[1] or m[2]}`", str(error).strip())
    message, _, advice = told.partition(" Did you mean ")
    message = message.partition(" Available commands:")[0]
    message = re.sub(r"^Unused Tokens: \[(.*)\]", r"there is no place for \1", message.rstrip("."))
    verb = next((word for word in words if not word.startswith("-")), None)
    page = f"tenure {verb} --help" if verb and "command" not in message.split()[1:2] else "tenure --help"
    help = f"did you mean {advice.split('?')[0]}?" if advice else f"`{page}` shows how to ask"
    return UsageError.of("TEN620", message[:1].lower() + message[1:], help=help)


def _internal(printer: Printer, error: Exception, *, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    hint = "" if debug else "; `--debug` shows where it happened"
    printer.say(f"internal error: {what}; please report it, with the command and its files{hint}")
    return INTERNAL


def _abandon_stdout() -> None:
    """Let nothing more be written: the reader has gone, and Python would complain at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return

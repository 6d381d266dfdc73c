"""The verbs of the command; each lives in a module of its own that is imported when it is used."""

from __future__ import annotations

from typing import Final

from cyclopts import App, Parameter

_EPILOGUE = (
    "CONTRACT is a file, a folder with a `deal.md`, or the name of a bundled contract; "
    "HISTORY is by default the `history.jsonl` beside it. Exit codes: 0 fine, 1 findings or failed tests, "
    "2 unusable input, 3 the answer is no (with --exit-code). `--debug` shows where an internal error happened."
)


def _version() -> str:
    from tenure import __version__

    return str(__version__)


app = App(
    name="tenure",
    help="Who holds which right, against whom, at any point in time, and why.",
    help_epilogue=_EPILOGUE,
    help_format="plaintext",
    version=_version,
    default_parameter=Parameter(negative=(), show_default=False),
)

#: One line on each verb: their modules are not imported to print the list.
VERBS: Final = {
    "new": "make a small contract to start from",
    "check": "what is wrong with contracts, and with the histories beside them",
    "fmt": "lay out the rules of contracts",
    "show": "a contract at one stage: syntax, contract or definitions",
    "run": "the timeline in short: what is held, what went wrong, what is coming",
    "who": "who holds which right at an instant",
    "when": "the spans of a right or of a state",
    "why": "why a right is held or not: clauses, events, dates, exceptions",
    "threats": "whose acts could end a right",
    "what-would": "the smallest sets of acts that bring a right about or end it",
    "suppose": "what changes if events are added, dropped, moved or changed",
    "compare": "under which readings answers differ; what was known then and now; two texts of a contract",
    "watch": "tell changes of rights and states as events come in",
    "test": "tell the scenarios of contracts and compare every answer",
    "fuzz": "try random histories against all properties, and tell the shortest that breaks one",
    "mutate": "small changes to a contract that none of its tests notices",
    "explain": "what an error code means, and how to mend it",
}
_FUNCTIONS: Final = {"test": "scenarios:run_tests", "what-would": "what_would:what_would"}

for _verb, _line in VERBS.items():
    app.command(f"tenure.cli.verbs.{_FUNCTIONS.get(_verb, f'{_verb}:{_verb}')}", name=_verb, help=_line)

"""The verbs of the command; each lives in a module of its own that is imported when it is used."""

from __future__ import annotations

from cyclopts import App, Parameter

_EPILOGUE = (
    "CONTRACT is a file, a folder with a `deal.md`, or the name of a bundled contract; "
    "HISTORY is by default the `history.jsonl` beside it. Exit codes: 0 fine, 1 findings or failed tests, "
    "2 unusable input, 3 the answer is no (with --exit-code). `--debug` shows where an internal error happened."
)


def _version() -> str:
    from tenure import __version__

    return __version__


app = App(
    name="tenure",
    help="Who holds which right, against whom, at any point in time, and why.",
    help_epilogue=_EPILOGUE,
    help_format="plaintext",
    version=_version,
    default_parameter=Parameter(negative=(), show_default=False),
)

for _verb in ("new", "check", "fmt", "run", "who", "when"):
    app.command(f"tenure.cli.verbs.{_verb}:{_verb}", name=_verb)
app.command("tenure.cli.verbs.scenarios:run_tests", name="test")
app.command("tenure.cli.verbs.explain:explain", name="explain")

"""``tenure mutate``: small changes to a contract that none of its tests notices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args

from cyclopts import Parameter

from tenure.cli.options import FormatOption
from tenure.cli.output import printer
from tenure.cli.verbs.covering import check_share, progress
from tenure.diagnostics import UsageError
from tenure.testing.coverage.report import where
from tenure.testing.exemptions import exemptions_of
from tenure.testing.mutation.campaign import Campaign, Report
from tenure.testing.mutation.mutants import Fate, Mutant, mutants_of
from tenure.testing.mutation.state import StateFile, identity_of
from tenure.testing.suite import suite_of
from tenure.timeline import load


def mutate(
    contract: str,
    /,
    *,
    seconds: Annotated[float | None, Parameter(help="stop after so many seconds")] = None,
    jobs: Annotated[int, Parameter(help="how many processes work at it")] = 1,
    resume: Annotated[
        Path | None, Parameter(help="FILE: keep what was judged there, and begin with what it holds")
    ] = None,
    stories: Annotated[bool, Parameter(help="judge the properties over every scenario too")] = False,
    fail_under: Annotated[float | None, Parameter(help="N: exit with 1 below N per cent")] = None,
    format: FormatOption = None,
) -> int:
    """Change a contract in one small way after the other, and report the changes that no test notices.

    A date a day or a year later, an exception left out, another event: if every scenario and property still comes out,
    none of them tests it. What means the same can be exempted, with a reason, in `exemptions.toml` beside the contract.
    """
    out = printer(format)
    check_share(fail_under)
    if jobs < 1 or (seconds is not None and seconds <= 0):
        message = "`--jobs` and `--seconds` are at least 1"
        raise UsageError.of("TEN726", message, help="leave them out to use the defaults")
    deal = load(contract)
    suite, exempt = suite_of(deal, stories=stories), exemptions_of(deal)
    state = StateFile(resume, identity_of(suite, _version())) if resume else None
    known = [mutant.id for mutant in mutants_of(deal.vocabulary)]
    out.complain(exempt.unused("mutants", known))
    with progress("mutants", len(known)) as told:
        report = Campaign(suite, exempt, jobs, seconds, state).run(told)
    if out.format == "json":
        out.json(_shape(report))
    else:
        out.lines(_lines(report))
    return 1 if fail_under is not None and report.score < fail_under else 0


def _version() -> str:
    from tenure import __version__

    return __version__


def _lines(report: Report) -> Iterator[str]:
    for mutant in report.unnoticed:
        yield mutant.sentence
        yield f"    {where(mutant.place)}  {mutant.id}"
    for mutant, judgement in report.failed:
        yield f"Tenure itself fails if {mutant.words}: please report it, with the contract"
        yield f"    {where(mutant.place)}  {mutant.id}  {judgement.by}"
    counts = report.counts
    failed = f", {counts['failed']} on which Tenure fails" if counts["failed"] else ""
    yield (
        f"{report.contract}: {counts['noticed']} mutants noticed, {counts['unnoticed']} not{failed}; not counted: "
        f"{counts['refused']} that the checker refuses, {counts['same']} that mean the same, {counts['equivalent']} exempt"
    )
    if report.left:
        yield f"{report.contract}: {report.left} mutants were not judged in the time that there was"
    yield f"mutation score: {report.score}%"


def _shape(report: Report) -> dict[str, Any]:
    return {
        "contract": report.contract,
        "score": report.score,
        "counts": {fate: report.counts[fate] for fate in get_args(Fate)},
        "left": report.left,
        "mutants": [
            {
                **_mutant_shape(mutant),
                "fate": judgement.fate,
                "test": judgement.test,
                "by": judgement.by,
                "exempt": report.reasons.get(mutant.id),
            }
            for mutant, judgement in report.judged
        ],
    }


def _mutant_shape(mutant: Mutant) -> dict[str, Any]:
    place = mutant.place
    return {
        "id": mutant.id,
        "operator": mutant.operator,
        "sentence": mutant.sentence,
        "clause": mutant.clause,
        "file": place.file if place else None,
        "line": place.line if place else None,
    }

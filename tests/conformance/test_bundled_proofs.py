"""Every proof of every scenario of the bundled contracts is accepted by the checker; what it takes on trust is named."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import get_args

import pytest

import tenure
from tenure.bundled import bundled_names
from tenure.history import History
from tenure.language import syntax as s
from tenure.logic.definitions import with_events
from tenure.norms import Position
from tenure.proofs.encoding import from_json, to_json
from tenure.proofs.proving import prove_verdict
from tenure.proofs.search import Search, UnprovedError
from tenure.proofs.verdicts import check_verdict
from tenure.timeline import Timeline
from tenure.timeline.moments import instant_of
from tenure.timeline.scenarios import timelines
from tenure.timeline.verdict import Status

#: How many positions are looked at in one timeline, spread over all of them.
MOST = 8
#: What the bundled contracts need to be taken on trust: that there is no row where rows are reckoned from amounts.
TRUSTED: dict[str, set[str]] = {"loan": {"computed"}}
#: The small contracts that say what the language means, with what hangs on something unknown.
NORMS = tuple(sorted((Path(__file__).parents[1] / "semantics" / "norms").glob("*.md")))
#: That a duty is owed whose amount is reckoned from a sum has no proof yet (docs/explanation/proofs.md).
UNPROVED = pytest.mark.xfail(strict=True, raises=UnprovedError, reason="an amount is reckoned from a sum")
DOUBTS = {"duty", "order", "term"}


def load(name: str) -> tenure.Contract:
    try:
        return tenure.load(name)
    except tenure.TenureError as error:
        if any(found.code == "TEN510" for found in error.diagnostics):
            pytest.skip("needs the extra `calendars`")
        raise


def asked(line: Timeline, scenario: s.Scenario) -> Iterator[tuple[int, Position]]:
    """The positions of a timeline at the instants that its scenario asks about."""
    dates = {e.at.text for e in scenario.lines if isinstance(e, s.Expectation) and e.at is not None}
    instants = {instant_of(text, line.vocabulary.zone) for text in dates} or {line.horizon}
    positions = list(line.line.sources)
    for at in sorted(instants)[:2]:
        for position in positions[:: len(positions) // MOST + 1]:
            yield at, position


@pytest.mark.slow
@pytest.mark.parametrize("name", bundled_names())
def test_every_verdict_of_every_scenario_is_proved(name: str) -> None:
    deal = load(name)
    assert trusted_of(deal, deal.read()) <= TRUSTED.get(name, set())


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, id=p.stem, marks=[UNPROVED] if p.stem == "data-processing" else []) for p in NORMS],
)
def test_every_verdict_of_the_small_contracts_is_proved(path: Path) -> None:
    deal = load(str(path))
    assert trusted_of(deal, deal.read([])) <= DOUBTS


def trusted_of(deal: tenure.Contract, record: History) -> set[str]:
    """The kinds of trust in the proofs of the verdicts of all scenarios, all of which the checker accepts."""
    scenarios = [i for i in deal.document.items if isinstance(i, s.Scenario)]
    trusted: set[str] = set()
    for scenario in scenarios:
        for line in islice(timelines(deal, scenario, record), 2):
            for at, position in asked(line, scenario):
                theory = line.theory(at)
                verdict = line.verdict(position, at)
                if verdict.status == "disputed" and "readings" in (verdict.reason or ""):
                    continue
                search = Search(theory, line.line.trace)
                proof = prove_verdict(
                    search, line.line.meaning, position, with_events(at), verdict.status, anyone=False
                )
                assert proof.status in get_args(Status)
                assumptions = check_verdict(theory, line.line.meaning, line.vocabulary, proof)
                trusted |= {a.kind for a in assumptions}
    return trusted


def test_a_proof_survives_the_way_through_json() -> None:
    line = tenure.load("microsoft_openai").evaluate()
    proof = line.why("Microsoft", "use", "GPT-5", at="2031-02-01").formal
    assert proof is not None
    again = from_json(to_json(proof))
    theory = line.theory(line.instant("2031-02-01"))
    assert check_verdict(theory, line.line.meaning, line.vocabulary, again) == ()
    assert to_json(again) == to_json(proof)

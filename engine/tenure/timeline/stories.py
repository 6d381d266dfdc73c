"""The properties of a contract over its record, and over every story that it tells: what must hold in every history."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from tenure.diagnostics import TenureError
from tenure.history import History
from tenure.language import syntax as s
from tenure.timeline.contract import Contract, HistoryLike
from tenure.timeline.properties import PropertyVerdict, check_properties
from tenure.timeline.scenarios import timelines


def run_properties(
    contract: Contract, history: HistoryLike | None = None, *, stories: bool = False
) -> tuple[PropertyVerdict, ...]:
    """Every property of ``contract`` over ``history`` (default: the one beside it), and over its scenarios if asked for."""
    if not list(contract.vocabulary.items(s.Property)):
        return ()
    record = contract.read(history)
    over_record = check_properties(contract.evaluate(record))
    return (*over_record, *_over_stories(contract, record)) if stories else over_record


def _over_stories(contract: Contract, record: History) -> Iterator[PropertyVerdict]:
    for scenario in contract.vocabulary.items(s.Scenario):
        try:
            told = list(timelines(contract, scenario, record))
        except TenureError:  # a story that cannot be told is no history; its scenario fails
            continue
        for timeline in told:
            for verdict in check_properties(timeline):
                yield evolve(verdict, story=scenario.name)

"""Workloads for the benchmarks: long histories of the flagship, and of a contract of windows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import tenure
from tenure.norms import Vocabulary
from tenure.timeline.suppose import Supposition
from tenure.timeline.table import Question

_START = datetime(2019, 8, 1, tzinfo=UTC)
_SECONDS = 12 * 365 * 86_400

WINDOWS = """
contract windows
zone UTC
month end last day
parties P
fact missed(client)
state late(c) means once missed(c) and count of missed(c) within {width} >= 3
"""


def flagship(events: int, seed: int = 7) -> list[dict[str, Any]]:
    """The real history of the flagship and ``events`` more of its vocabulary, spread over twelve years."""
    deal = tenure.load("microsoft_openai")
    assert deal.history_path is not None
    real = [json.loads(line) for line in deal.history_path.read_text().splitlines()]
    return [*real, *_invented(events, Random(seed))]


def _invented(events: int, random: Random) -> Iterator[dict[str, Any]]:
    assets = ["GPT-3"]
    for number, second in enumerate(sorted(random.randrange(_SECONDS) for _ in range(events))):
        kind, by, data = _happening(random, assets, number)
        at = (_START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
        event: dict[str, Any] = {"id": f"X{number}", "at": at, "type": kind, "data": data}
        yield {**event, "by": by} if by else event


def _happening(random: Random, assets: list[str], number: int) -> tuple[str, str, dict[str, Any]]:
    match random.randrange(20):
        case 0:
            assets.append(f"asset {number}")
            kind = random.choice(["model", "research", "weights", "chip_design", "consumer_hardware"])
            return "asset_created", "OpenAI", {"asset": assets[-1], "kind": kind, "owner": "OpenAI"}
        case 1 | 2 | 3 | 4 | 5:
            return "used", "Microsoft", {"asset": random.choice(assets), "act": "run"}
        case 6 | 7 | 8:
            return "revenue_recognised", "OpenAI", {"amount": random.randrange(1, 10_000), "currency": "USD"}
        case 9 | 10:
            paid = {
                "to": "Microsoft",
                "amount": random.randrange(1, 2_000),
                "currency": "USD",
                "for": "revenue share",
            }
            return "paid", "OpenAI", paid
        case 11 | 12:
            bought = {
                "provider": "Oracle",
                "offered_to_microsoft_first": random.random() < 0.5,
                "purpose": "inference",
            }
            return "compute_bought", "OpenAI", bought
        case 13 | 14:
            offered = {"service": f"S{number}", "channel": random.choice(["api", "non_api"]), "cloud": "AWS"}
            return "service_offered", "OpenAI", offered
        case _:
            return "statement_made", "OpenAI", {"says": f"statement {number}"}


def windows(events: int, seed: int = 7) -> list[dict[str, Any]]:
    """``events`` missed payments of a hundred clients over twenty years."""
    random = Random(seed)
    seconds = sorted(random.randrange(20 * 365 * 86_400) for _ in range(events))
    return [
        {
            "id": f"M{i}",
            "at": (_START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "type": "missed",
            "data": {"client": f"c{random.randrange(100)}"},
        }
        for i, second in enumerate(seconds)
    ]


RECIPE = Question("Microsoft", "use", "training recipe", "2028-10-01")
_SHORTER = """
clause C04 "Research"
  Microsoft may use x against OpenAI
    for x: research, owned by OpenAI
    from agreement_signed(R3), through 2028
    unless C07
"""


def _verified(declared: str, verified: str) -> list[str]:
    return [
        f"{declared} OpenAI agi_declared declaration=d1",
        f"{verified} ExpertPanel agi_verified declaration=d1",
    ]


def suppositions(line: tenure.Timeline) -> dict[str, Callable[[], object]]:
    """Suppositions on the flagship, by what they change."""
    late = _verified("2028-03-01", "2028-09-15T10:00")
    return {
        "declared and verified (H6)": lambda: line.suppose(add=late),
        "no amendment": lambda: line.suppose(drop=["T14"]),
        "no amendment, declared and verified (H3)": lambda: line.suppose(drop=["T14"], add=late),
        "the amendment a month later": lambda: line.suppose(move={"T14": "2026-05-27"}),
        "a model that was never made": lambda: line.suppose(drop=["A03"]),
        "the whole agreement of 2025 gone": lambda: line.suppose(drop=["T10"]),
        "another attribute": lambda: line.suppose(change={"A03": {"owner": "Microsoft"}}),
        **{
            f"another reading ({name} is {value})": lambda name=name, value=value: line.suppose(
                readings={name: value}
            )
            for name, value in _other_values(line)
        },
        "a clause written anew": lambda: line.suppose(replace=_SHORTER),
        "a clause gone": lambda: line.suppose(replace='clause C07 "nothing"'),
        "a reading on no amendment": lambda: line.suppose(drop=["T14"]).suppose(readings={"A1": "unstated"}),
    }


def _other_values(line: tenure.Timeline) -> Iterator[tuple[str, str]]:
    """Every reading with every value that it has not."""
    chosen = line.line.choice
    for reading in line.vocabulary.readings.values():
        yield from ((reading.name, v.name) for v in reading.values if v.name != chosen[reading.name])


def hundred(vocabulary: Vocabulary) -> list[Supposition]:
    """A hundred suppositions: declared in each month from 2027 on, verified later or not, with and without R4."""
    found = []
    unamended = Supposition(drop=("T14",), name="no amendment")
    for number in range(100):
        year, month = 2027 + number // 24, 1 + number // 2 % 12
        add = _verified(f"{year}-{month:02}-01", f"{year + 1}-{month:02}-15")
        made = Supposition.of(vocabulary, add=add[: 1 + number % 3 % 2], name=f"#{number}")
        found.append(made.standing_on(unamended) if number % 2 else made)
    return found

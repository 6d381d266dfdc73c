"""Workloads for the benchmarks: long histories of the flagship, and of a contract of windows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import tenure

_START = datetime(2019, 8, 1, tzinfo=UTC)
_SECONDS = 12 * 365 * 86_400

WINDOWS = """
contract windows
zone UTC
month end last day
parties P
fact missed(client)
state late(c) means count of missed(c) within {width} >= 3
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

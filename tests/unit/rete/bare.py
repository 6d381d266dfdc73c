"""durable_rules without any care: what it does to the unwary, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tenure.rete import missing

needs_durable_rules = pytest.mark.skipif(missing() is not None, reason=missing() or "")

_ENGINE = """
import json
import durable_rules_engine as engine

def ruleset(**rules):
    written = {}
    for name, patterns in rules.items():
        written[name] = {"all": [{token: {"$and": terms}} for token, terms in patterns.items()]}
    return engine.create_ruleset("r", json.dumps(written))

def post(handle, **fact):
    return engine.assert_fact(handle, json.dumps({"sid": "0", **fact}))[0]

def withdraw(handle, id):
    engine.retract_fact(handle, json.dumps({"sid": "0", "id": id}))

def fired(handle):
    found = []
    started = engine.start_action_for_state(handle, 1)
    text = started[1] if started else None
    while text:
        found += [(rule, sorted(f["id"] for f in facts.values())) for rule, facts in json.loads(text).items()]
        text = engine.complete_and_start_action(handle, 1)
    return found
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    """``script`` in a process of its own, over the C engine."""
    command = [sys.executable, "-c", _ENGINE + script]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def printed(script: str) -> str:
    """What ``script`` prints."""
    done = run(script)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()

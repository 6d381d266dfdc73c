"""`tenure watch` is killed at fifty random moments; what it told and where it stands are those of an undisturbed run."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

import tenure
from tenure.live import Live

KILLS = 50
EVENTS = 100
#: How often one journal is begun again before it is left in peace.
LIVES = 6
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]


def history():
    """Flats let, rent invoiced, paid in time, late or never, and some of it learned late or corrected."""
    rng = random.Random(6)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    due = []
    rows = [{"id": "s", "at": "2026-01-01", "type": "signed", "by": ["Landlord", "Tenant"]}]
    for n in range(1, EVENTS):
        at = start + timedelta(hours=20 * n, minutes=rng.randrange(1000))
        row = {"id": f"e{n}", "at": at.isoformat(), "type": "invoiced"}
        match rng.randrange(6):
            case 0:
                row |= {"type": "made", "data": {"asset": f"flat {n}", "owner": "Landlord"}}
            case 1 | 2:
                due.append(f"i{n}")
                row |= {"data": {"invoice": due[-1], "amount": "USD 900"}}
            case 3 | 4:
                row |= {"type": "paid", "by": "Tenant", "recorded": at.isoformat()}
                row |= {"at": (at - timedelta(days=rng.randrange(20))).isoformat()}
                row |= {"data": {"invoice": rng.choice(due[-25:] or ["i0"]), "amount": "USD 900"}}
            case 5:
                row = {"now": (at - timedelta(hours=rng.randrange(3))).isoformat()}
        rows.append(row)
    return [json.dumps(row) + "\n" for row in rows]


@pytest.fixture
def story(lease):
    path = lease / "long.jsonl"
    path.write_text("".join(history()))
    return path


#: The command with snapshots after every few inputs, so that most restarts go over one.
OFTEN = (
    "import sys; from tenure.live import recovery; from tenure.logic import onward; "
    "recovery.SPACING, onward.SPACING = 5, 3; from tenure.cli import main; sys.exit(main())"
)


def command(*words):
    return [sys.executable, "-c", OFTEN, "watch", "lease", *map(str, words), "--format", "json"]


def snapshots(journal):
    with closing(sqlite3.connect(journal)) as database:
        return [n for (n,) in database.execute("select n from snapshot order by n")]


def standing(journal):
    with Live(tenure.load("lease"), journal=journal, tells=True) as live:
        assert live.untold == []
        found = {s.position: evolve(s) for s in live.session.positions()}
        return live.session.now, found, [e.id for e in live.session.history.events]


def kill_at_random(start, rng, took):
    """Start a process, kill it at some moment of its work; whether it was still at work, and what it wrote."""
    process = start()
    try:
        time.sleep(rng.uniform(0.3, 1.0) * took)
        at_work = process.poll() is None
    finally:
        process.send_signal(signal.SIGKILL)
    out = process.communicate()[0]
    return at_work, out


def undisturbed(story, tmp_path):
    started = time.monotonic()
    ran = subprocess.run(
        command(story, "--journal", tmp_path / "whole.db"), capture_output=True, encoding="utf-8", check=True
    )
    return ran.stdout, time.monotonic() - started


def test_from_a_file_to_a_file_nothing_is_lost_and_nothing_is_there_twice(story, tmp_path):
    whole, took = undisturbed(story, tmp_path)
    assert whole.count("withdrawn") > 2
    rng, kills, rounds = random.Random(1), 0, 0
    while kills < KILLS // 2:
        rounds += 1
        journal, output = tmp_path / f"{rounds}.db", tmp_path / f"{rounds}.jsonl"
        words = command(story, "--journal", journal, "--output", output)
        for _ in range(LIVES):
            at_work, _ = kill_at_random(lambda words=words: subprocess.Popen(words), rng, took)
            kills += at_work
            written = output.read_text() if output.exists() else ""
            assert whole.startswith(written.rpartition("\n")[0])
        rest = subprocess.run(words, check=True, capture_output=True, encoding="utf-8")
        assert "snapshot" not in rest.stderr
        assert len(snapshots(journal)) > 2
        assert output.read_text() == whole
        assert standing(journal) == standing(tmp_path / "whole.db")


def test_through_pipes_nothing_is_lost_and_what_comes_twice_has_the_same_id(story, tmp_path):
    """The sender sends everything again, for it cannot know what was taken."""
    whole, took = undisturbed(story, tmp_path)
    rng, kills, rounds = random.Random(2), 0, 0
    while kills < KILLS // 2:
        rounds += 1
        journal, told = tmp_path / f"{rounds}.db", ""

        def start(journal=journal):
            with story.open() as sent:
                return subprocess.Popen(
                    command("-", "--journal", journal), stdin=sent, stdout=subprocess.PIPE, encoding="utf-8"
                )

        for _ in range(LIVES):
            at_work, out = kill_at_random(start, rng, took)
            kills += at_work
            told += out if out.endswith("\n") else out.rpartition("\n")[0] + "\n" if "\n" in out else ""
        told += start().communicate()[0]
        lines = told.splitlines()
        once = dict.fromkeys(lines)
        assert "".join(f"{line}\n" for line in once) == whole
        assert len({json.loads(line)["id"] for line in once}) == len(once)
        # Only what one input had brought when the process was killed may come twice.
        assert len(lines) - len(once) <= 5 * 6
        assert standing(journal) == standing(tmp_path / "whole.db")

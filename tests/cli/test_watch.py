"""`tenure watch`: what it prints, how it goes on after a stop, and what it refuses."""

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest


@pytest.fixture
def stdin(monkeypatch, tmp_path):
    """Give text to the next command on its standard input."""

    def give(text):
        path = tmp_path / "stdin.txt"
        path.write_text(text, encoding="utf-8")
        opened.append(path.open(encoding="utf-8"))
        monkeypatch.setattr(sys, "stdin", opened[-1])

    opened = []
    yield give
    for stream in opened:
        stream.close()


def without_ids(out):
    return [line.partition("  ")[2] for line in out.splitlines()]


def lines(path):
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


@pytest.mark.usefixtures("lease")
def test_plain(tenure):
    ran = tenure("watch", "lease", "lease/history.jsonl", "--now", "2026-07-01")
    assert (ran.code, without_ids(ran.out)) == (
        0,
        [
            "2026-02-01  Tenant may use flat 1 against Landlord: granted (e2 made, L1)",
            "2026-03-01  Tenant may use flat 2 against Landlord: granted (e3 made, L1)",
            "2026-03-02 12:00  Tenant must pay i1, USD 900 [e4] to Landlord: arises (e4 invoiced, L2)",
            "2026-04-02  Tenant must pay i1, USD 900 [e4] to Landlord: breached (through 2026-04-01, L2)",
        ],
    )
    assert (
        ran.err == "note: 2026-06-01  e5 ended by Agent had no effect: no power: it takes Landlord\n"
        or ran.err
    )


@pytest.mark.usefixtures("lease")
def test_json_has_its_schema_and_human_has_no_ids(tenure, valid):
    ran = tenure(
        "watch",
        "lease",
        "lease/history.jsonl",
        "--format",
        "json",
        "--foresee",
        "30 days",
        "--now",
        "2031-01-01",
    )
    shapes = [valid(json.loads(line), "watch") for line in ran.out.splitlines()]
    assert [shape["change"] for shape in shapes] == [
        *("granted", "granted", "granted", "breached"),
        *("about_to_end", "about_to_end", "ended", "ended"),
    ]
    assert shapes[4]["until"] == shapes[6]["at"] == "2031-01-01T00:00:00-08:00"
    human = tenure("watch", "lease", "lease/history.jsonl", "--format", "human")
    assert human.out.startswith("2026-02-01  Tenant may use flat 1")


def test_standard_input_with_late_events_and_the_going_on_of_time(lease, tenure, stdin):
    history = (lease / "history.jsonl").read_text()
    paid = {"id": "p", "at": "2026-03-20", "recorded": "2026-07-01", "type": "paid", "by": "Tenant"}
    paid["data"] = {"invoice": "i1", "amount": "USD 900"}
    stdin(history + '{"now": "2026-06-15"}\n\n{"now": "2026-06-10"}\n' + json.dumps(paid) + "\n")
    ran = tenure("watch", "lease", "-")
    told = without_ids(ran.out)[3:]
    assert told == [
        "2026-04-02  Tenant must pay i1, USD 900 [e4] to Landlord: breached (through 2026-04-01, L2)",
        "2026-04-02  Tenant must pay i1, USD 900 [e4] to Landlord: breached (through 2026-04-01, L2) [withdrawn]",
        "2026-03-20  Tenant must pay i1, USD 900 [e4] to Landlord: ended, performed (p paid, L2) [late]",
    ]


def test_a_journal_goes_on_where_it_stopped(lease, tenure, tmp_path):
    whole = tenure("watch", "lease", "lease/history.jsonl").out
    history, journal = lease / "history.jsonl", tmp_path / "j.db"
    full = lines(history)
    history.write_text("".join(full[:3]))
    first = tenure("watch", "lease", history, "--journal", journal)
    history.write_text("".join(full))
    second = tenure("watch", "lease", history, "--journal", journal)
    third = tenure("watch", "lease", history, "--journal", journal)
    assert first.out and second.out and third.out == ""
    assert first.out + second.out == whole


def test_what_was_sent_again_is_known(lease, tenure, tmp_path, stdin):
    history, journal = (lease / "history.jsonl").read_text(), tmp_path / "j.db"
    stdin(history)
    assert tenure("watch", "lease", "--journal", journal).out
    stdin(history + '{"now": "2027-01-01"}\n')
    again = tenure("watch", "lease", "--journal", journal)
    assert (again.code, again.out) == (0, "")


def test_an_output_file_has_each_change_once(lease, tenure, tmp_path):
    history, journal, output = lease / "history.jsonl", tmp_path / "j.db", tmp_path / "out.txt"
    output.write_text("what was there before\n")
    full = lines(history)
    history.write_text("".join(full[:3]))
    tenure("watch", "lease", history, "--journal", journal, "--output", output)
    before = output.read_text()
    # As if it had been killed after it wrote and before the journal knew: half a line too much.
    output.write_text(before + "half a li")
    history.write_text("".join(full))
    tenure("watch", "lease", history, "--journal", journal, "--output", output)
    whole = tenure("watch", "lease", history).out
    assert output.read_text() == "what was there before\n" + whole
    output.write_text("short")
    refused = tenure("watch", "lease", history, "--journal", journal, "--output", output)
    assert (refused.code, "TEN808" in refused.err) == (2, True)
    assert tenure("watch", "lease", history, "--output", tmp_path).code == 2


def test_a_bad_line_stops_and_all_before_it_is_kept(lease, tenure, tmp_path):
    history, journal = lease / "history.jsonl", tmp_path / "j.db"
    full = lines(history)
    history.write_text("".join([*full[:3], '{"id": "x", "at": "2026-03-01", "type": "mde"}\n', *full[3:]]))
    stopped = tenure("watch", "lease", history, "--journal", journal)
    assert stopped.code == 2
    assert f"{history}:4" in stopped.err and "TEN410" in stopped.err
    assert len(stopped.out.splitlines()) == 2
    assert tenure("watch", "lease", history, "--journal", journal).code == 2
    history.write_text("".join(full))
    mended = tenure("watch", "lease", history, "--journal", journal)
    assert (mended.code, "arises" in mended.out) == (0, True)


def test_lenient_sets_bad_lines_aside_once(lease, tenure, tmp_path):
    history, journal = lease / "history.jsonl", tmp_path / "j.db"
    history.write_text("".join(['{"id": "x"\n', "\xff\n", *lines(history)]), encoding="latin-1")
    first = tenure("watch", "lease", history, "--journal", journal, "--lenient")
    assert first.code == 0
    assert "TEN402" in first.err and "TEN403" in first.err
    second = tenure("watch", "lease", history, "--journal", journal, "--lenient")
    assert (second.code, second.out, second.err) == (0, "", "")


def test_an_unfinished_last_line_is_read_when_it_is_whole(lease, tenure, tmp_path):
    history, journal = lease / "history.jsonl", tmp_path / "j.db"
    full = lines(history)
    whole = tenure("watch", "lease", history).out
    history.write_text("".join(full[:2]) + full[2][:30])
    first = tenure("watch", "lease", history, "--journal", journal, "--lenient")
    history.write_text("".join(full))
    second = tenure("watch", "lease", history, "--journal", journal, "--lenient")
    assert first.out + second.out == whole


def test_another_file_is_not_taken_for_the_same(lease, tenure, tmp_path):
    history, journal = lease / "history.jsonl", tmp_path / "j.db"
    tenure("watch", "lease", history, "--journal", journal)
    full = lines(history)
    for other in ("".join(full[1:]), "".join(full[:3]), ""):
        history.write_text(other)
        ran = tenure("watch", "lease", history, "--journal", journal)
        assert (ran.code, "TEN807" in ran.err) == (2, True)
    history.write_text("".join(full))
    assert tenure("watch", "lease", history, "--journal", journal).code == 0


@pytest.mark.parametrize(
    "words, code",
    [
        (["nowhere.jsonl"], "TEN401"),
        (["--clock", "sundial"], "TEN620"),
        (["lease/history.jsonl", "--foresee", "soon"], "TEN804"),
        (["lease/history.jsonl", "--now", "2020-01-01"], "TEN801"),
        (["lease/history.jsonl", "--journal", "none/j.db"], "TEN802"),
        (["lease/history.jsonl", "--keep", "soon"], "TEN804"),
        (["lease/history.jsonl", "--keep", "1 year", "--executor", "rete"], "TEN731"),
        (["lease/history.jsonl", "--executor", "retes"], "TEN820"),
    ],
)
@pytest.mark.usefixtures("lease")
def test_refusals(tenure, stdin, words, code):
    stdin('{"now": "2026-13-01"}\n')
    ran = tenure("watch", "lease", *words)
    assert (ran.code, code in ran.err) == (2, True)


@pytest.mark.usefixtures("lease")
def test_a_time_that_is_none(tenure, stdin):
    stdin('{"now": "2026-13-01"}\n')
    ran = tenure("watch", "lease")
    assert (ran.code, "<stdin>:1" in ran.err and "TEN502" in ran.err) == (2, True)


def test_a_growing_file_is_followed(lease, tmp_path):
    """In a process of its own, with lines that come in pieces."""
    history = tmp_path / "growing.jsonl"
    full = lines(lease / "history.jsonl")
    history.write_text(full[0])
    command = [sys.executable, "-m", "tenure", "watch", "lease", str(history), "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            with history.open("a") as stream:
                stream.write(full[1][:20])
                stream.flush()
                time.sleep(0.5)
                stream.write(full[1][20:])
            assert "may use flat 1" in process.stdout.readline()
        finally:
            process.kill()


def test_by_the_clock_on_the_wall_time_goes_on_by_itself(lease):
    (lease / "deal.md").write_text(
        "```tenure\ncontract c\nparties A, B\nfact on(x)\naction use(x)\n"
        "clause C1 A may use x from on(x) for 1 second\n```\n"
    )
    command = [sys.executable, "-m", "tenure", "watch", "lease", "-", "--clock", "wall", "--format", "json"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            process.stdin.write(json.dumps({"id": "1", "at": at, "type": "on", "data": {"x": "y"}}) + "\n")
            process.stdin.flush()
            told = [json.loads(process.stdout.readline()) for _ in range(2)]
        finally:
            process.kill()
    assert [shape["change"] for shape in told] == ["granted", "ended"]


def test_what_is_kept_is_what_the_journal_was_kept_with(lease, tenure, tmp_path):
    history, journal = lease / "history.jsonl", tmp_path / "j.db"
    whole = tenure("watch", "lease", history).out
    kept = tenure("watch", "lease", history, "--journal", journal, "--keep", "1 year")
    assert (kept.code, kept.out) == (0, whole)
    assert tenure("watch", "lease", history, "--journal", journal, "--keep", "1 year").out == ""
    refused = tenure("watch", "lease", history, "--journal", journal, "--keep", "30 days")
    assert refused.code == 2
    assert "TEN730" in refused.err
    assert "kept with the last 1 year, not with the last 30 days" in refused.err


def test_a_snapshot_that_cannot_be_used_is_named_in_one_line(lease, tenure, tmp_path, monkeypatch):
    from tenure.live import recovery
    from tenure.logic import onward

    monkeypatch.setattr(onward, "SPACING", 1)
    monkeypatch.setattr(recovery, "SPACING", 2)
    history, journal = lease / "history.jsonl", tmp_path / "j.db"
    first = tenure("watch", "lease", history, "--journal", journal)
    with closing(sqlite3.connect(journal)) as database, database:
        assert database.execute("update snapshot set body = x'00'").rowcount > 0
    ran = tenure("watch", "lease", history, "--journal", journal, "--now", "2027-06-01")
    assert ran.code == 0
    (line,) = [line for line in ran.err.splitlines() if "snapshot" in line]
    assert line.startswith("note: the snapshot at input ")
    assert ran.out == tenure("watch", "lease", history, "--now", "2027-06-01").out.removeprefix(first.out)

"""Snapshots in a journal: a restart goes on from one, loses nothing, repeats nothing, and trusts no foreign bytes."""

import json
import pickle
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve
from tests.unit.live.conftest import LEASE

import tenure
from tenure.live import Journal, Live, PlainMatcher, Var, breached, granted, reaction, recovery, when_all
from tenure.live.encoding import decode, encode
from tenure.live.recovery import Recovery, digest
from tenure.logic import onward


@pytest.fixture(autouse=True)
def _often(monkeypatch):
    monkeypatch.setattr(onward, "SPACING", 5)
    monkeypatch.setattr(recovery, "SPACING", 10)


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def told_again(monkeypatch):
    """The numbers of the inputs that sessions are told again."""
    found, again = [], Recovery.again
    monkeypatch.setattr(
        Recovery, "again", lambda self, session, item: found.append(item.n) or again(self, session, item)
    )
    return found


def rents(first, last):
    """An invoice every day from the ``first`` to before the ``last``; every other one is paid ten days later."""
    start = datetime(2026, 1, 1, 9, tzinfo=UTC)
    for n in range(first, last):
        at = start + timedelta(days=n)
        yield {"id": f"i{n}", "at": at.isoformat(), "type": "invoiced", "data": {"invoice": f"{n}"}}
        if n >= 10 and n % 2:
            row = {"id": f"p{n}", "at": (at + timedelta(hours=1)).isoformat(), "type": "paid", "by": "Tenant"}
            yield {**row, "data": {"invoice": f"{n - 10}"}}


def post(live, first, last):
    return [change for row in rents(first, last) for change in live.post(row)]


def whole(*spans):
    session = tenure.Contract.from_text(LEASE).session()
    return session, [[change for row in rents(*span) for change in session.post(row)] for span in spans]


def lease():
    return tenure.Contract.from_text(LEASE)


def stored_in(journal, back=0):
    """The last snapshot of a journal, or one before."""
    with closing(Journal.open(journal)) as opened:
        return opened.snapshot(opened.snapshots()[back][0])


def put(journal, stored):
    """Have this snapshot alone in a journal, as if it were sound."""
    with closing(Journal.open(journal)) as opened:
        opened.drop_snapshots(n for n, _ in opened.snapshots())
        opened.add_snapshot(evolve(stored, digest=digest(stored)))


def change_snapshots(journal, query, *values):
    with closing(sqlite3.connect(journal)) as database, database:
        database.execute(query, values)


def test_a_restart_tells_only_what_came_after_the_snapshot(journal, told_again):
    session, (before, after) = whole((0, 60), (60, 80))
    with Live(lease(), journal=journal) as live:
        assert post(live, 0, 60) == before
        numbers = [n for n, _ in live.journal.snapshots()]
        assert 2 < len(numbers) <= recovery.MOST_SNAPSHOTS + 1
    with Live(lease(), journal=journal) as live:
        assert live.note is None
        assert told_again == []  # a clean stop has left one behind its last input
        assert post(live, 60, 80) == after
        assert live.session.positions() == session.positions()
        assert live.session.advance("2027-01-01") == session.advance("2027-01-01")
    assert told_again == []


def test_a_killed_process_leaves_little_to_be_told(journal, told_again):
    live = Live(lease(), journal=journal)
    post(live, 0, 60)
    live.journal.close()  # as a kill does
    last = live._recovery.told
    with Live(lease(), journal=journal) as again:
        assert told_again == list(range(told_again[0], last + 1))
        assert 0 < len(told_again) <= 10
        assert again.session.positions() == whole((0, 60))[0].positions()


def test_the_past_is_there_when_it_is_asked_for(journal):
    session, _ = whole((0, 60))
    void = {"id": "v", "at": "2026-01-20", "type": "ended", "by": "Tenant"}
    session.post(void)
    with Live(lease(), journal=journal) as live:
        post(live, 0, 60)
        live.post(void)
    with Live(lease(), journal=journal) as live:
        assert live.session.history.events == session.history.events
        assert [v.event.id for v in live.session.void] == ["v"]
        assert live.session.known_from is None
        assert live.session.event("i0") == session.event("i0")
        assert live.post(*rents(0, 60)) == ()
        with pytest.raises(tenure.HistoryError, match="TEN419"):
            live.post({"id": "i0", "at": "2026-01-01", "type": "invoiced", "data": {"invoice": "other"}})
        change = live.session.next_change()
        assert str(live.session.timeline().holds("Tenant", "pay", "1", relation="duty", at="2026-01-05"))
        assert change == session.next_change()


@pytest.mark.parametrize("day", ["2026-01-02", "2026-01-29", "2026-02-25"])
def test_a_late_event_goes_back_behind_snapshots(journal, told_again, day):
    session, _ = whole((0, 60))
    row = {"id": "late", "at": f"{day}T12:00", "recorded": "2026-03-03", "type": "paid", "by": "Tenant"}
    rows = [{**row, "data": {"invoice": "0"}}, {"id": "gone", "recorded": "2026-03-04", "retracts": "i3"}]
    with Live(lease(), journal=journal) as live:
        post(live, 0, 60)
    with Live(lease(), journal=journal) as live:
        for each in rows:
            told = live.post(each)
            assert told == session.post(each)
            assert {change.news for change in told} <= {"late", "withdrawn", "new"}
        assert live.session.positions() == session.positions()
    assert told_again
    with Live(lease(), journal=journal) as live:
        assert live.post(*rows) == ()
        assert live.session.positions() == session.positions()
        assert live.session.fork().advance("2026-09-01") == session.fork().advance("2026-09-01")


class Evil:
    """What would run code if it were unpickled."""

    def __reduce__(self):
        return Path.touch, (Path("ran"),)


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\x01", pickle.dumps(Evil()), b"\x92\x01", b"\x96\x0a\x01", b"\xc1", json.dumps([1]).encode()],
)
def test_foreign_bytes_run_no_code_and_are_not_gone_on_from(journal, body, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with Live(lease(), journal=journal) as live:
        post(live, 0, 40)
    put(journal, evolve(stored_in(journal), body=body))
    with Live(lease(), journal=journal) as live:
        assert "is not used: it cannot be read" in live.note
        assert live.session.positions() == whole((0, 40))[0].positions()
    assert not Path("ran").exists()


def test_a_damaged_snapshot_is_passed_over_for_the_one_before(journal, told_again):
    with Live(lease(), journal=journal) as live:
        post(live, 0, 60)
    last, before = stored_in(journal).n, stored_in(journal, 1).n
    change_snapshots(journal, "update snapshot set body = substr(body, 2) where n = ?", last)
    with Live(lease(), journal=journal) as live:
        assert live.note == (
            f"the snapshot at input {last} is not used: it is damaged; what came before is evaluated again"
        )
        assert told_again == list(range(before + 1, live._recovery.told + 1))
        assert live.session.positions() == whole((0, 60))[0].positions()


@pytest.mark.parametrize(
    "key, why",
    [
        ("tenure", "another version of Tenure made it"),
        ("rules", "it is of other rules"),
        ("executor", "another executor made it"),
    ],
)
def test_a_snapshot_of_something_else(journal, key, why):
    with Live(lease(), journal=journal) as live:
        post(live, 0, 60)
    stored = stored_in(journal)
    put(journal, evolve(stored, about=json.dumps({**json.loads(stored.about), key: "0.0.1"})))
    with Live(lease(), journal=journal) as live:
        assert why in live.note
        assert live.session.positions() == whole((0, 60))[0].positions()


def test_a_snapshot_that_tells_otherwise_is_not_believed(journal):
    """Sound by its digest, and yet of another record."""
    other = journal.with_name("other.db")
    for path, spans in ((journal, [(0, 60)]), (other, [(0, 5), (40, 60)])):
        with Live(lease(), journal=path) as live:
            for span in spans:
                post(live, *span)
    own, foreign = stored_in(journal), stored_in(other)
    with closing(Journal.open(journal)) as opened:
        opened.add_snapshot(foreign)
        opened.add_snapshot(evolve(foreign, n=own.n))
    with Live(lease(), journal=journal) as live:
        assert "is not used: it is damaged" in live.note
        assert live.session.positions() == whole((0, 60))[0].positions()
    put(journal, foreign)
    with Live(lease(), journal=journal) as live:
        assert "it is of another journal" in live.note
        assert live.session.positions() == whole((0, 60))[0].positions()
    image, *rest = decode(own.body)
    lines = [evolve(line, run=evolve(line.run, shape="of another program")) for line in image.lines]
    put(journal, evolve(own, body=encode((evolve(image, lines=lines), *rest))))
    with Live(lease(), journal=journal) as live:
        assert "from it on all would be otherwise" in live.note
        assert live.session.positions() == whole((0, 60))[0].positions()


def test_what_is_asked_for_anew_is_told_from_the_beginning(journal):
    with Live(lease(), journal=journal) as live:
        post(live, 0, 60)
    with Live(lease(), journal=journal, foresee=["20 days"]) as live:
        assert "less or more is foreseen now" in live.note
    with Live(lease(), journal=journal) as live:
        assert live.note is None


def test_what_reactions_wait_for_and_what_is_undelivered_comes_back(journal):
    def program():
        deal, got = lease(), []

        @reaction(deal, when=when_all(breached(object=Var("x")), granted(relation="liberty")), name="both")
        def both(delivery):
            got.append(delivery)
            if len(got) == 1:
                raise OSError("no line")

        return deal, got

    deal, got = program()
    live = Live(deal, journal=journal, matcher=PlainMatcher)
    post(live, 0, 60)
    live.close()
    deal, got = program()
    rows = [
        {"id": "s", "at": "2026-03-05", "type": "signed", "by": ["Landlord", "Tenant"]},
        {
            "id": "m",
            "at": "2026-03-06",
            "type": "made",
            "data": {"thing": "a", "kind": "flat", "owner": "Landlord"},
        },
    ]
    with Live(deal, journal=journal, matcher=PlainMatcher, on_error=lambda *_: None) as live:
        live.post(rows[0])
        live.post(rows[1])
        assert len(got) == 1
        first = got[0]
        assert [c.kind for c in first.changes] == ["breached", "granted"]
        assert live.session.text(first.changes[0].at) == "2026-01-16T00:00:00+00:00"
    deal, got = program()
    got.append(None)
    with Live(deal, journal=journal, matcher=PlainMatcher) as live:
        assert live.note is None
        assert [d.id for d in got[1:]] == [first.id]
        assert got[1].changes == first.changes
        assert got[1].attempt == 2
        assert str(got[1].proof)


def test_nothing_is_remembered_of_an_input_that_was_not_taken(journal, monkeypatch):
    live = Live(lease(), journal=journal)
    post(live, 0, 60)
    add_input = live.journal.add_input
    monkeypatch.setattr(live.journal, "add_input", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        post(live, 60, 61)
    monkeypatch.setattr(live.journal, "add_input", add_input)
    live.close()
    with Live(lease(), journal=journal) as again:
        assert again.session.event("i60") is None
        assert again.session.positions() == whole((0, 60))[0].positions()


def test_a_journal_of_the_layout_before_is_brought_up(journal, told_again):
    with Live(lease(), journal=journal) as live:
        post(live, 0, 40)
    with closing(sqlite3.connect(journal)) as database, database:
        for query in ("drop table event", "drop table snapshot", "drop index changes"):
            database.execute(query)
        database.execute("update meta set value = 'tenure:journal:1' where key = 'format'")
        database.execute("delete from meta where key in ('journal', 'keep')")
    with Live(lease(), journal=journal) as live:
        assert len(told_again) == live._recovery.told
        assert live.session.positions() == whole((0, 40))[0].positions()
    told_again.clear()
    with Live(lease(), journal=journal) as live:
        assert live.session.event("i3").at
        assert told_again == []


def test_a_line_may_hold_what_other_programs_take_for_its_end(journal):
    row = {"id": "e", "at": "2026-01-01", "type": "flooded", "evidence": "one\u2028two\x85three"}
    with Live(lease(), journal=journal) as live:
        live.post(row, {**row, "id": "f"})
        live.post({**row, "id": "c", "corrects": "e", "recorded": "2026-02-01"})
    with Live(lease(), journal=journal) as live:
        assert live.session.event("f").evidence == "one\u2028two\x85three"
        assert live.post({"id": "r", "recorded": "2026-03-01", "retracts": "c"}) is not None
    with Live(lease(), journal=journal) as live:
        assert [e.id for e in live.session.history.events] == ["e", "f", "c", "r"]


def test_a_part_is_kept(journal):
    session = lease().session(keep="30 days")
    with Live(lease(), journal=journal, keep="30 days") as live:
        assert post(live, 0, 60) == [c for row in rents(0, 60) for c in session.post(row)]
    with Live(lease(), journal=journal, keep="30 days") as live:
        assert live.note is None
        assert live.session.positions() == session.positions()
        old = {"id": "x", "at": "2026-01-10", "type": "invoiced", "data": {"invoice": "x"}}
        with pytest.raises(tenure.HistoryError, match="TEN810"):
            live.post(old)
        late = {
            "id": "y",
            "at": "2026-02-10",
            "recorded": "2026-03-02",
            "type": "invoiced",
            "data": {"invoice": "y"},
        }
        assert live.post(late) == session.post(late)
    with pytest.raises(tenure.TenureError, match="kept with the last 30 days, not with the last 7 days"):
        Live(lease(), journal=journal, keep="7 days")
    with Live(lease(), journal=journal) as live:
        live.post(old)
    with pytest.raises(tenure.TenureError, match="kept with all that came"):
        Live(lease(), journal=journal, keep="30 days")

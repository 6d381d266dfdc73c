import sqlite3

import pytest

import tenure
from tenure.live import Live


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def kept(lease, rows, journal):
    """A journal with the whole history in it."""
    with Live(lease, journal=journal) as live:
        live.post(*rows)
    return journal


def refused(code, *args, **options):
    with pytest.raises(tenure.TenureError) as caught:
        Live(*args, **options)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == code
    return diagnostic.message


def test_it_stands_where_it_stopped(lease, rows, kept):
    whole = lease.session()
    whole.post(*rows)
    with Live(lease, journal=kept) as live:
        assert live.session.positions() == whole.positions()
        assert live.session.history.events == whole.history.events


def test_of_another_contract(kept):
    other = tenure.load("software_licence")
    assert "of the contract `lease`, not of `software_licence`" in refused("TEN805", other, journal=kept)


def test_of_another_version_of_the_contract(kept):
    from tests.unit.live.conftest import LEASE

    other = tenure.Contract.from_text(LEASE.replace("14 days", "15 days"))
    assert "its rules have changed" in refused("TEN805", other, journal=kept)
    prose = tenure.Contract.from_text("\n\n" + LEASE)
    Live(prose, journal=kept).close()


def test_under_other_readings(kept):
    from tests.unit.live.conftest import LEASE

    text = LEASE + '\nreading Q "which" one (default) "1", two "2"\n'
    deal = tenure.Contract.from_text(text)
    other = kept.with_name("other.db")
    Live(deal, journal=other).close()
    assert "under other readings" in refused("TEN805", deal, journal=other, readings={"Q": "two"})


def test_kept_by_a_tenure_that_told_otherwise(lease, kept):
    database = sqlite3.connect(kept)
    database.execute("update change set id = 'x' where n = 2")
    database.commit()
    database.close()
    assert "input 1 of the journal does not mean what it meant" in refused("TEN806", lease, journal=kept)


def test_in_use(lease, kept):
    with Live(lease, journal=kept):
        assert "in use by another process" in refused("TEN803", lease, journal=kept)
    Live(lease, journal=kept).close()


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_truncated(lease, kept, cut):
    whole = kept.read_bytes()
    kept.write_bytes(whole[: int(len(whole) * cut)])
    assert "cannot use the journal" in refused("TEN802", lease, journal=kept)
    assert kept.read_bytes() == whole[: int(len(whole) * cut)]
    kept.write_bytes(whole)
    Live(lease, journal=kept).close()


def test_something_else(lease, tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("no journal at all, only some notes that somebody wrote\n" * 50)
    refused("TEN802", lease, journal=text)
    other = tmp_path / "other.db"
    database = sqlite3.connect(other)
    database.execute("create table t (x)")
    database.commit()
    database.close()
    assert "a database of something else" in refused("TEN802", lease, journal=other)
    refused("TEN802", lease, journal=tmp_path / "no such folder" / "x.db")


def test_what_cannot_be_written_is_not_half_written(lease, rows, kept, monkeypatch):
    live = Live(lease, journal=kept)
    monkeypatch.setattr(live.journal, "add_delivery", lambda *_: 1 / 0)
    live._matcher.take = lambda _: [type("M", (), {"id": "m", "reaction": "r"})()]
    with pytest.raises(ZeroDivisionError):
        live.post({"id": "i9", "at": "2026-06-01", "type": "invoiced", "data": {"invoice": "i9"}})
    live.close()
    with Live(lease, journal=kept) as again:
        assert len(again.session.history.events) == len(rows)


def test_a_callback_that_fails_does_not_keep_its_event_from_the_journal(lease, rows, kept):
    live = Live(lease, journal=kept)
    live.session.on_change(lambda _: 1 / 0)
    with pytest.raises(ExceptionGroup):
        live.post({"id": "i9", "at": "2026-06-01", "type": "invoiced", "data": {"invoice": "i9"}})
    live.close()
    with Live(lease, journal=kept) as again:
        assert len(again.session.history.events) == len(rows) + 1

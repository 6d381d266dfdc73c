import pytest

import tenure
from tenure.live import (
    Live,
    Retry,
    Var,
    about_to_end,
    breached,
    ended,
    granted,
    reaction,
    resumed,
    suspended,
    when_all,
    when_any,
    withdrawn,
)


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal.db"


def register(deal, when, calls, **options):
    @reaction(deal, when=when, name="r", **options)
    def r(delivery):
        calls.append(delivery)


@pytest.mark.parametrize(
    "when, expected",
    [
        (granted(act="use"), ["granted"]),
        (granted(holder="Tenant", object="attic"), ["granted"]),
        (granted(object="cellar"), []),
        (ended(state="performed late"), []),
        (ended(act="pay", state="late"), ["ended"]),
        (suspended(clause="L1"), ["suspended"]),
        (resumed(event="e5"), ["resumed"]),
        (breached(counterparty="Landlord"), ["breached"]),
        (when_any(suspended(), resumed()), ["suspended", "resumed"]),
        (granted(where=lambda change: change.position.relation == "duty"), ["granted"]),
    ],
)
def test_patterns(lease, rows, when, expected):
    calls = []
    register(lease, when, calls)
    with Live(lease) as live:
        for row in rows:
            live.post(row)
    assert [call.change.kind for call in calls] == expected


def test_when_all_joins_by_variables_and_uses_each_change_once(lease, rows):
    calls = []
    register(lease, when_all(granted(act="pay", object=Var("i")), ended(act="pay", object=Var("i"))), calls)
    with Live(lease) as live:
        live.post(*rows[:2])
        for n, at in (("a", "2026-02-01"), ("b", "2026-02-02")):
            live.post({"id": f"i{n}", "at": at, "type": "invoiced", "data": {"invoice": n}})
        for n, at in (("b", "2026-02-03"), ("a", "2026-02-04")):
            live.post({"id": f"p{n}", "at": at, "type": "paid", "by": "Tenant", "data": {"invoice": n}})
    assert [call.values["i"] for call in calls] == [("b",), ("a",)]
    assert [[c.kind for c in call.changes] for call in calls] == [["granted", "ended"]] * 2


def test_a_withdrawn_change_no_longer_completes_anything(lease, rows):
    calls, taken_back = [], []
    register(lease, when_all(breached(act="pay"), suspended(act="use")), calls)

    @reaction(lease, when=withdrawn("breached"))
    def back(delivery):
        taken_back.append(delivery.change)

    with Live(lease) as live:
        live.post(*rows[:3])
        live.advance("2026-02-20")
        live.post({"id": "p", "at": "2026-02-10", "type": "paid", "by": "Tenant", "data": {"invoice": "i1"}})
        live.post(rows[3])
    assert calls == []
    assert [change.kind for change in taken_back] == ["breached"]


def test_about_to_end_is_for_its_own_length(lease, rows):
    calls = []
    register(lease, about_to_end("30 days", act="use"), calls)

    @reaction(lease, when=about_to_end("60 days"))
    def earlier(delivery):
        calls.append(delivery)

    with Live(lease) as live:
        live.post(*rows)
        live.advance("2027-01-05")
    days = [live.session.text(call.change.at)[:10] for call in calls]
    assert sorted(days) == ["2026-11-02", "2026-12-02"]


def test_the_proof_is_at_hand(lease, rows):
    proofs = []

    @reaction(lease, when=ended(act="use"))
    def gone(delivery):
        proofs.append(delivery.proof.answer)

    with Live(lease) as live:
        live.post(*rows)
        live.advance("2027-01-05")
    assert proofs == ["not_held (expired)"]


def test_a_failure_is_reported_retried_and_given_up(lease, rows):
    attempts, errors = [], []

    @reaction(lease, when=granted(act="use"), retry=Retry(attempts=3))
    def fails(delivery):
        attempts.append((delivery.id, delivery.attempt))
        raise ValueError("no mail today")

    with Live(lease, on_error=lambda _, error: errors.append(str(error))) as live:
        live.post(*rows[:2])
        assert [due.attempts for due in live.undelivered()] == [1]
        live.drain()
        live.advance("2026-01-10")
        live.drain()
        assert len({id for id, _ in attempts}) == 1
        assert [n for _, n in attempts] == [1, 2, 3]
        (lost,) = live.undelivered()
        assert lost.error == "ValueError: no mail today"
        live.try_again()
    assert [n for _, n in attempts] == [1, 2, 3, 1]
    assert errors == ["no mail today"] * 4


def test_a_failure_waits_on_the_clock_of_the_contract(lease, rows):
    attempts = []

    @reaction(lease, when=granted(act="use"), retry=Retry(wait="2 days"))
    def fails_once(delivery):
        attempts.append(delivery.attempt)
        if delivery.attempt == 1:
            raise ValueError

    with Live(lease, on_error=lambda *_: None) as live:
        live.post(*rows[:2])
        live.advance("2026-01-03")
        assert attempts == [1]
        live.advance("2026-01-04")
    assert attempts == [1, 2]


def test_one_reaction_that_fails_keeps_no_other_from_being_called(lease, rows, caplog):
    calls = []

    @reaction(lease, when=granted())
    def fails(_):
        raise ValueError("first")

    register(lease, granted(), calls)
    with Live(lease) as live:
        live.post(*rows[:3])
    assert [call.change.position.act for call in calls] == ["use", "pay"]
    assert "first" in caplog.text


def test_a_reaction_may_post(lease, rows):
    seen = []

    @reaction(lease, when=granted(act="pay"))
    def pay(delivery):
        delivery.live.post(f"2026-02-03 Tenant paid {delivery.change.position.object[0]}")
        seen.append("paid")

    @reaction(lease, when=ended(act="pay"))
    def receipt(delivery):
        seen.append(delivery.change.state)

    with Live(lease) as live:
        live.post(*rows[:3])
    assert seen == ["paid", "performed"]


# ---------------------------------------------------------------- after a restart


def test_what_was_not_delivered_is_delivered_after_a_restart_and_nothing_else(rows, journal, lease):
    attempts = []

    def program(fail):
        deal = tenure.Contract(lease.document)

        @reaction(deal, when=granted(act="use"), name="use")
        def use(delivery):
            attempts.append(("use", delivery.id))

        @reaction(deal, when=when_all(granted(act="pay"), breached(act="pay")), name="pay")
        def pay(delivery):
            attempts.append(("pay", delivery.id))
            if fail:
                raise ValueError

        return deal

    with Live(program(fail=True), journal=journal, on_error=lambda *_: None) as live:
        live.post(*rows[:3])
    with Live(program(fail=True), journal=journal, on_error=lambda *_: None) as live:
        live.advance("2026-03-01")
    first = list(attempts)
    assert [name for name, _ in first] == ["use", "pay"]
    with Live(program(fail=False), journal=journal) as live:
        assert live.session.text(live.session.now)[:10] == "2026-03-01"
    assert attempts[2:] == [first[1]]
    with Live(program(fail=False), journal=journal):
        pass
    assert len(attempts) == 3


def test_a_process_that_dies_within_a_reaction_delivers_again(rows, journal, lease):
    acted = {}

    class Killed(BaseException):
        pass

    def program(die):
        deal = tenure.Contract(lease.document)

        @reaction(deal, when=granted(act="use"), name="use")
        def use(delivery):
            acted.setdefault(delivery.id, 0)  # a reaction that remembers the id acts once
            acted[delivery.id] += 0 if acted[delivery.id] else 1
            if die:
                raise Killed

        return deal

    live = Live(program(die=True), journal=journal)
    with pytest.raises(Killed):
        live.post(*rows[:2])
    live.close()
    with Live(program(die=False), journal=journal):
        pass
    assert list(acted.values()) == [1]


def test_a_new_reaction_hears_only_what_is_new(rows, journal, lease):
    calls = []
    with Live(tenure.Contract(lease.document), journal=journal) as live:
        live.post(*rows[:2])
    deal = tenure.Contract(lease.document)
    register(deal, when_any(granted(), about_to_end("400 days")), calls)
    with Live(deal, journal=journal) as live:
        live.post(rows[2])
    assert [(call.change.kind, call.change.position.act) for call in calls] == [("granted", "pay")]
    with Live(deal, journal=journal) as live:
        assert [s.position.act for s in live.session.positions()] == ["use", "pay"]


def test_two_reactions_of_one_name(lease):
    register(lease, granted(), [])
    with pytest.raises(tenure.TenureError, match="TEN809"):
        register(lease, granted(), [])


def test_a_field_that_no_change_has():
    with pytest.raises(TypeError, match="has no `colour`"):
        granted(colour="red")

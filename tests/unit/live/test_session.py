import pytest

import tenure


def told(changes):
    return [(c.kind, c.position.act, c.news) for c in changes]


def test_each_event_tells_what_it_changes(lease, rows):
    session = lease.session()
    assert session.now is None
    found = [told(session.post(row)) for row in rows]
    assert found == [
        [],
        [("granted", "use", "new")],
        [("granted", "pay", "new")],
        [("breached", "pay", "new"), ("suspended", "use", "new")],
        [("resumed", "use", "new")],
        [("ended", "pay", "new")],
    ]
    assert told(session.advance("2027-01-01")) == [("ended", "use", "new")]
    assert session.positions() == ()


def test_time_alone_brings_what_is_due_and_no_sooner(lease, rows):
    session = lease.session()
    session.post(*rows[:3])
    assert session.advance("2026-02-15T23:59:59") == ()
    (breach,) = session.advance("2026-02-16")
    assert (breach.kind, breach.state, breach.cause.clause) == ("breached", "breached", "L2")
    assert session.text(breach.at) == "2026-02-16T00:00:00+00:00"


def test_a_late_payment_takes_the_breach_back(lease, rows):
    session = lease.session()
    session.post(*rows[:5])
    breach = next(c for c in session._log if c.kind == "breached")
    late = session.post(
        {"id": "p", "at": "2026-02-10", "type": "paid", "by": "Tenant", "data": {"invoice": "i1"}}
    )
    assert told(late) == [("breached", "pay", "withdrawn"), ("ended", "pay", "late")]
    assert late[0].id == f"{breach.id}/withdrawn"
    taken_back = session.post({"id": "r", "retracts": "p", "recorded": "2026-04-02"})
    assert told(taken_back) == [("ended", "pay", "withdrawn"), ("breached", "pay", "late")]
    assert taken_back[1].id == f"{breach.id}/2"


def test_events_of_one_day_may_come_one_by_one(lease, rows):
    one, other = lease.session(), lease.session()
    day = [
        {"id": "a", "at": "2026-02-03", "type": "invoiced", "data": {"invoice": "i2"}},
        {"id": "b", "at": "2026-02-03", "type": "paid", "by": "Tenant", "data": {"invoice": "i2"}},
    ]
    one.post(*rows[:2])
    other.post(*rows[:2])
    one.post(*day)
    for row in day:
        other.post(row)
    assert one.positions() == other.positions()
    assert [c.id for c in one._log] == [c.id for c in other._log]


def test_a_fork_goes_its_own_way(lease, rows):
    session = lease.session()
    session.post(*rows[:2])
    fork = session.fork()
    fork.post("2026-06-01 Landlord ended")
    assert fork.positions() == ()
    assert [p.position.act for p in session.positions()] == ["use"]
    assert len(session.history.events) == 2


def test_the_next_change_is_what_comes_if_nothing_more_happens(lease, rows):
    session = lease.session()
    session.post(*rows[:3])
    assert session.next_change().kind == "breached"
    session.post(rows[5] | {"at": "2026-02-02"})
    coming = session.next_change()
    assert (coming.kind, session.text(coming.at)) == ("ended", "2027-01-01T00:00:00+00:00")
    session.advance("2027-01-01")
    assert session.next_change() is None


def test_the_next_change_may_be_an_event_that_is_known_already(lease, rows):
    session = lease.session()
    session.post(*rows[:2])
    session.post({"id": "n", "at": "2026-06-01", "type": "ended", "by": "Landlord", "recorded": "2026-02-01"})
    assert [p.position.act for p in session.positions()] == ["use"]
    assert session.next_change().cause.event == "n"
    assert told(session.advance("2026-06-01")) == [("ended", "use", "new")]


def test_an_end_is_foreseen_once_and_again_when_it_moves(lease, rows):
    session = lease.session(foresee=["30 days"])
    session.post(*rows[:2])
    (soon,) = session.advance("2026-12-10")
    assert (soon.kind, session.text(soon.at)[:10], session.text(soon.until)[:10]) == (
        "about_to_end",
        "2026-12-02",
        "2027-01-01",
    )
    assert session.advance("2026-12-12") == ()
    notice = {"id": "n", "at": "2026-12-20", "type": "ended", "by": "Landlord", "recorded": "2026-12-15"}
    (sooner,) = session.post(notice)
    assert (session.text(sooner.at)[:10], session.text(sooner.until)[:10]) == ("2026-12-15", "2026-12-20")


def test_what_is_not_known_yet_is_not_foreseen(lease, rows):
    session = lease.session(foresee=["30 days"])
    end = {"id": "n", "at": "2026-06-01", "type": "ended", "by": "Landlord"}
    assert told(session.post(*rows[:2], end)) == [("granted", "use", "new"), ("ended", "use", "new")]


def test_the_same_event_again_is_harmless_and_another_of_its_id_is_refused(lease, rows):
    session = lease.session()
    session.post(*rows[:3])
    assert session.post(rows[1]) == ()
    with pytest.raises(tenure.HistoryError, match="TEN419"):
        session.post(rows[1] | {"at": "2026-01-03"}, rows[3])
    with pytest.raises(tenure.HistoryError, match="TEN420"):
        session.post({"id": "x", "retracts": "nothing", "recorded": "2026-02-02"})
    assert len(session.history.events) == 3


def test_time_does_not_go_back(lease, rows):
    session = lease.session()
    session.post(*rows[:3])
    with pytest.raises(tenure.TenureError, match="TEN801"):
        session.advance("2026-01-15")
    with pytest.raises(tenure.TenureError, match="TEN801"):
        session.post(rows[3], now="2026-01-15")


def test_an_event_that_cannot_be_settled_leaves_everything_as_it_was():
    deal = tenure.Contract.from_text(
        "contract c\nfact on(x)\naction use(x)\nparties A, B\nclause C1 A may use x from on(x) for 90 years"
    )
    session = deal.session()
    session.post({"id": "a", "at": "2026-01-01", "type": "on", "data": {"x": "1"}})
    before = session.positions()
    with pytest.raises(tenure.TenureError, match="TEN503"):
        session.post({"id": "b", "at": "9990-01-01", "type": "on", "data": {"x": "2"}})
    assert session.positions() == before
    assert [e.id for e in session.history.events] == ["a"]
    assert told(session.post({"id": "c", "at": "2026-01-02", "type": "on", "data": {"x": "3"}})) == [
        ("granted", "use", "new")
    ]


def test_callbacks_hear_every_change_and_may_post(lease, rows):
    session, heard = lease.session(), []

    @session.on_change
    def pay_at_once(change):
        heard.append((change.kind, change.position.act))
        if change.kind == "granted" and change.position.act == "pay":
            session.post(
                {"id": "p", "at": "2026-02-02", "type": "paid", "by": "Tenant", "data": {"invoice": "i1"}}
            )

    session.post(*rows[:3])
    assert heard == [("granted", "use"), ("granted", "pay"), ("ended", "pay")]


def test_a_callback_that_fails_keeps_no_other_from_hearing(lease, rows):
    session, heard = lease.session(), []
    session.on_change(lambda _: 1 / 0)
    session.on_change(lambda change: heard.append(change.kind))
    with pytest.raises(ExceptionGroup):
        session.post(*rows[:3])
    assert heard == ["granted", "granted"]
    assert len(session.history.events) == 3


def test_why_tells_what_brought_a_change_about(lease, rows):
    session = lease.session()
    session.post(*rows[:2])
    (end,) = session.post("2026-06-01 Landlord ended")
    assert "terminated" in session.why(end).answer


def test_void_acts(lease):
    session = lease.session()
    session.post({"id": "v", "at": "2026-01-01", "type": "ended", "by": "Tenant"})
    assert [v.event.id for v in session.void] == ["v"]
    assert session.void_act("v").reason.startswith("no power")


def test_a_late_event_does_not_bring_on_what_waits(lease, rows):
    session = lease.session()
    notice = {"id": "n", "at": "2026-06-01", "type": "ended", "by": "Landlord", "recorded": "2026-02-15"}
    session.post(*rows[:3], notice)
    late = {"id": "p", "at": "2026-02-10", "type": "paid", "by": "Tenant", "data": {"invoice": "i1"}}
    assert told(session.post(late)) == [("ended", "pay", "late")]
    assert [p.position.act for p in session.positions()] == ["use"]
    assert told(session.advance("2026-06-01")) == [("ended", "use", "new")]


def test_what_reaches_back_takes_back_what_was_told(rows):
    from tests.unit.live.conftest import LEASE

    deal = tenure.Contract.from_text(LEASE + "fact rescinded\non rescinded terminate L1 retroactive\n")
    session = deal.session()
    session.post(*rows[:2])
    assert [p.position.act for p in session.positions()] == ["use"]
    found = session.post({"id": "x", "at": "2026-03-01", "type": "rescinded"})
    assert ("granted", "use", "withdrawn") in told(found)
    assert session.positions() == ()
    assert session.fork().positions() == ()
    assert session.next_change() is None


def test_readings_without_default_dispute_from_the_first_day_that_they_differ():
    deal = tenure.Contract.from_text("""
contract open
parties A, B
fact on
action use
reading Q "how long" short "a week", long "two weeks"
clause C1 A may use from on
  for 7 days when Q is short
  for 14 days when Q is long
""")
    session = deal.session()
    session.post({"id": "1", "at": "2026-01-01", "type": "on"})
    found = session.advance("2026-02-01")
    assert [(c.kind, session.text(c.at)[:10]) for c in found] == [
        ("disputed", "2026-01-08"),
        ("ended", "2026-01-15"),
    ]
    chosen = deal.session(readings={"Q": "short"})
    chosen.post({"id": "1", "at": "2026-01-01", "type": "on"})
    assert told(chosen.advance("2026-02-01")) == [("ended", "use", "new")]


def test_what_has_been_forgotten_is_refused(monkeypatch):
    from tests.unit.live.conftest import LEASE

    from tenure.logic import onward
    from tenure.timeline import session as sessions

    monkeypatch.setattr(onward, "SPACING", 1)
    monkeypatch.setattr(sessions, "FORGETS_EVERY", 1)
    session = tenure.Contract.from_text(LEASE).session(keep="10 days")
    for n in range(1, 29):
        at = f"2026-02-{n:02}"
        session.post({"id": f"i{n}", "at": at, "type": "invoiced", "data": {"invoice": f"{n}"}})
    assert "2026-02-02" < session.text(session.known_from) < "2026-02-18"
    known = [e.id for e in session.history.events]
    assert known[-1] == "i28"
    assert "i3" not in known
    kept = {"id": "p", "at": "2026-02-21", "type": "paid", "by": "Tenant", "data": {"invoice": "20"}}
    assert [c.kind for c in session.post(kept)] == ["ended"]
    refused = {
        "an old one": kept | {"id": "q", "at": "2026-02-10"},
        "a correction of an old one": {"id": "r", "retracts": "i3", "recorded": "2026-02-28"},
        "an old one again": {"id": "i3", "at": "2026-02-03", "type": "invoiced", "data": {"invoice": "3"}},
    }
    for row in refused.values():
        with pytest.raises(tenure.HistoryError, match="TEN810"):
            session.post(row)
    with pytest.raises(tenure.QueryError, match="TEN810"):
        session.timeline()
    assert len(session.positions(act="pay")) == 27


STATES = """
contract debts
parties A, B
fact fined(who)
fact cleared(who)
fact looked
action use
state in_debt(x) from fined(who = x) for 90 days until cleared(who = x)
state clear means not (some x: in_debt(x))
"""


def of_states(changes):
    return [(c.kind, str(c.row), c.news) for c in changes]


def test_a_contract_of_states_alone_tells_them():
    deal = tenure.Contract.from_text(STATES)
    session = deal.session(foresee=["10 days"])
    assert session.states == {"in_debt", "clear"}
    told = session.post({"id": "f", "at": "2026-01-01", "type": "fined", "data": {"who": "A"}})
    assert of_states(told) == [("ended", "clear", "new"), ("granted", "in_debt(A)", "new")]
    (soon,) = session.advance("2026-03-30")
    assert (soon.kind, session.text(soon.until)[:10]) == ("about_to_end", "2026-04-01")
    assert session.next_change().row.name == "clear"
    late = {"id": "c", "at": "2026-02-01", "type": "cleared", "data": {"who": "A"}, "recorded": "2026-03-30"}
    found = session.post(late)
    assert of_states(found) == [("granted", "clear", "late"), ("ended", "in_debt(A)", "late")]
    proof = session.why(found[1])
    assert (proof.claim[:10], proof.answer) == ("in_debt(A)", "not_held")
    assert proof.step is not None
    assert [below.event for below in proof.because] == ["c"]


def test_states_of_a_contract_of_positions_are_told_when_asked_for(lease):
    assert lease.session().states == frozenset()
    deal = tenure.Contract.from_text(STATES + "clause C1 A may use from looked while clear")
    fine = {"id": "f", "at": "2026-01-01", "type": "fined", "data": {"who": "A"}}
    assert deal.session().post(fine) == ()
    assert of_states(deal.session(states=["clear"]).post(fine)) == [("ended", "clear", "new")]
    with pytest.raises(tenure.QueryError, match="TEN601"):
        deal.session(states=["cleer"])


def test_the_next_change_is_none_that_has_come(lease):
    """Also with foresight, which looks ahead once and not at every step of time."""
    session = lease.session(foresee=["30 days"])
    session.post({"id": "e1", "at": "2026-02-01", "type": "invoiced", "data": {"invoice": "i1"}})
    session.post({"id": "e2", "at": "2026-02-03", "type": "invoiced", "data": {"invoice": "i2"}})
    session.advance("2026-02-16T12:00")
    assert session.text(session.next_change().at) == "2026-02-18T00:00:00+00:00"
    assert not session.is_due("2026-02-17")
    assert session.is_due("2026-02-18")

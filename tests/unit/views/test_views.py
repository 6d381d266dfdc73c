"""Words, rows, bars and tables."""

import pytest

from tenure.timeline import Contract, EdgeCause
from tenure.views.bars import ASCII, BOXES, timeline_lines
from tenure.views.rows import rows, strips, without_clause
from tenure.views.text import columns, timeline_plain, verdict_card, verdict_lines, verdict_table
from tenure.views.words import cause_text, edge_text, moment_text, sentence, through_text

DEAL = """
contract lease "A lease"
zone America/Los_Angeles
parties Owner, Guest
act  signed by Owner and Guest
act  ended by Owner
fact made(asset: thing)
fact used(asset: thing)
kind flat
classify x as flat from made(asset = x)
action use(x) done by used(asset = x), forbidden unless permitted
clause L1
  Guest may use x against Owner
    for x: flat
    from signed
    through 2030
    until ended
clause L2
  Guest may use x against Owner
    for x: flat
    from signed
    finally until unpublished "no end is stated", at least through 2028
clause L3
  Owner must not use x against Guest
    for x: flat
    from signed
"""
EVENTS = [
    {"id": "e1", "at": "2026-01-10T09:30", "type": "signed", "by": ["Owner", "Guest"]},
    {"id": "e2", "at": "2026-02-01", "type": "made", "data": {"asset": "flat 1"}},
    {"id": "e3", "at": "2026-02-01", "type": "made", "data": {"asset": "flat 2"}},
    {
        "id": "e4",
        "at": "2026-05-01",
        "type": "made",
        "data": {"asset": "a flat with a name that is much too long to fit"},
    },
]


@pytest.fixture(scope="module")
def timeline():
    return Contract.from_text(DEAL).evaluate(EVENTS)


@pytest.fixture(scope="module")
def verdicts(timeline):
    return timeline.positions(at="2028-01-01")


def text_of(lines):
    return ["".join(text for text, _ in line) for line in lines]


def test_days_are_short_and_other_instants_whole(timeline):
    assert moment_text(timeline, timeline.instant("2031-01-01")) == "2031-01-01"
    assert moment_text(timeline, timeline.instant("2026-01-10T09:30")) == "2026-01-10 09:30"
    assert moment_text(timeline, timeline.instant("2026-01-10T09:30:05")) == "2026-01-10 09:30:05"
    assert moment_text(timeline, timeline.instant("2026-01-10") + 1) == "2026-01-10 00:00:00.000001"
    assert moment_text(timeline, None, open="never") == "never"


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ("2033-01-01", "through 2032"),
        ("2032-06-01", "through 2032-05"),
        ("2032-05-15", "through 2032-05-14"),
        ("2032-05-15T10:00", "before 2032-05-15 10:00"),
    ],
)
def test_a_limit_says_what_still_counts(timeline, limit, text):
    assert through_text(timeline, timeline.instant(limit)) == text


def test_causes_name_the_event_or_the_clause(timeline):
    assert cause_text(timeline, EdgeCause(event="e1")) == "e1 signed"
    assert cause_text(timeline, EdgeCause(event="e99")) == "e99"
    assert cause_text(timeline, None) == ""
    limit = timeline.instant("2031-01-01")
    assert (
        edge_text(timeline, limit, EdgeCause(limit=limit, clause="L1"), ends=True)
        == "2031-01-01 (through 2030, L1)"
    )
    assert edge_text(timeline, None, None, ends=True) == "open"


def test_objects_that_stand_alike_share_a_row(timeline, verdicts):
    uses = [row for row in rows(timeline, verdicts) if row.side == "Guest may, against Owner"]
    assert len(uses) == 1
    assert uses[0].what.startswith("use flat 1, flat 2, a flat")
    assert uses[0].since == "2026-02-01 … 2026-05-01 (made)"


def test_strips_join_equal_spans_and_leave_out_what_never_was(timeline, verdicts):
    shown = strips(timeline, [(v.position, v.relation) for v in verdicts if not without_clause(v)])
    assert "use flat 1, flat 2" in [strip.what for strip in shown]
    assert all(span.status != "not_held" for strip in shown for span in strip.spans)


def test_spans_lie_end_to_end_and_every_edge_has_its_cause(timeline):
    position = timeline.holds("Guest", "use", "flat 1", at="2028-01-01").position
    spans = timeline.spans_of(position)
    assert [s.status for s in spans] == ["not_held", "held", "unknown"]
    assert [s.end for s in spans[:-1]] == [s.start for s in spans[1:]]
    assert spans[1].start_cause == spans[0].end_cause == EdgeCause(event="e2")
    assert all(s.start_cause for s in spans[1:])


@pytest.mark.parametrize("glyphs", [BOXES, ASCII])
def test_a_text_timeline_fits_in_a_hundred_columns(timeline, verdicts, glyphs):
    shown = strips(timeline, [(v.position, v.relation) for v in verdicts])
    lines = text_of(timeline_lines(timeline, shown, marks=[timeline.instant("2028-01-01")], glyphs=glyphs))
    assert max(map(len, lines)) <= 100
    assert any(glyphs.mark in line for line in lines)
    assert any(glyphs.held * 3 in line for line in lines)
    assert any(glyphs.unknown in line for line in lines)
    assert "unknown" in lines[-1]


def test_plain_lines_hold_no_box_characters(timeline, verdicts):
    shown = strips(timeline, [(v.position, v.relation) for v in verdicts])
    text = "\n".join([*timeline_plain(timeline, shown), *verdict_lines(timeline, verdicts)])
    assert not set(text) & set("█░▒·▶▼─│")


def test_nothing_to_draw_is_no_lines(timeline):
    assert list(timeline_lines(timeline, [])) == []


def test_a_table_keeps_declared_powers_for_its_caption(timeline, verdicts):
    powers = timeline.positions(at=timeline.horizon, relation="power")
    table = verdict_table(timeline, [*verdicts, *powers], title="now")
    assert "Owner can ended" in str(table.caption)
    assert verdict_table(timeline, verdicts).caption is None


def test_a_card_says_all_of_one_verdict(timeline):
    card = dict(verdict_card(timeline, timeline.holds("Guest", "use", "flat 1", at="2028-01-01")))
    assert card["Guest may use flat 1 against Owner"] == "held"
    assert card["since"] == "2026-02-01 (e2 made)"
    assert card["basis"] == "projected"


def test_a_sentence_names_the_correlative_side(timeline):
    verdict = timeline.holds(
        "Guest", "use", "flat 1", at="2028-01-01", relation="claim_not", counterparty="Owner"
    )
    assert sentence(timeline, verdict) == "Guest has a claim against use flat 1 by Owner"


def test_columns_are_aligned():
    assert list(columns([("a", "bbb", "c"), ("aa", "b", "")])) == ["a   bbb  c", "aa  b"]
    assert list(columns([])) == []

"""What holds for every history: no crash on any input, a faithful round trip, a view like the naive one."""

import json
import tempfile
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.thoroughness import examples

from tenure.diagnostics import TenureError
from tenure.history import Event, History, Schema, event_from_mapping, read_history, write_history

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["Buyer", "2026-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(
    [
        "id",
        "at",
        "seq",
        "type",
        "by",
        "data",
        "recorded",
        "corrects",
        "retracts",
        "evidence",
        "specversion",
        "time",
        "source",
    ]
)
type_names = st.sampled_from(["signed", "paid", "delivered", "nothing"])
records = st.dictionaries(keys, json_values | type_names, max_size=9)
lines = records.map(lambda r: json.dumps(r).encode()) | st.binary(max_size=80)


@given(content=st.binary(max_size=300) | st.lists(lines, max_size=4).map(b"\n".join), lenient=st.booleans())
@settings(max_examples=examples(100), deadline=None)
def test_bytes_give_a_history_or_an_error_of_ours(content: bytes, lenient: bool, schema: Schema) -> None:
    for format in ("jsonl", "csv"):
        with suppress(TenureError):
            read_history(content, schema, format=format, lenient=lenient)


@given(record=records)
@settings(max_examples=examples(80), deadline=None)
def test_mappings_give_an_event_or_an_error_of_ours(record: dict[str, object], schema: Schema) -> None:
    with suppress(TenureError):
        event_from_mapping(record, schema)


instants = st.datetimes().map(lambda d: d.isoformat() + "Z") | st.dates().map(str)
decimals = st.decimals(-(10**9), 10**9, places=4) | st.integers(-(10**50), 10**50)
goods = st.fixed_dictionaries(
    {"goods": st.text(st.characters(codec="utf-8"), min_size=1)},
    optional={
        "kind": st.sampled_from(["meat", "fish", None]),
        "weight": decimals | st.none(),
        "cooled": st.booleans(),
        "best_before": st.dates().map(str),
        "arrived": instants,
        "note": st.text(st.characters(codec="utf-8")),
    },
)
payments = st.builds(lambda n: {"to": "Seller", "amount": {"amount": n, "currency": "USD"}}, decimals)
bodies = st.tuples(st.just("delivered"), goods) | st.tuples(st.just("paid"), payments)


@st.composite
def written_records(draw: st.DrawFn) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number in range(draw(st.integers(1, 5))):
        type_name, data = draw(bodies)
        record = {"id": f"e{number}", "at": draw(instants), "type": type_name, "by": "Buyer", "data": data}
        if draw(st.booleans()):
            record["seq"] = draw(st.integers(0, 999))
        if draw(st.booleans()):
            record["recorded"] = draw(instants)
            if number and draw(st.booleans()):
                record[draw(st.sampled_from(["corrects", "retracts"]))] = (
                    f"e{draw(st.integers(0, number - 1))}"
                )
        if draw(st.booleans()):
            record["evidence"] = {"grade": "Q", "weight": Decimal("0.1")}
        found.append(record)
    return found


@given(raw=written_records())
@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_reads_the_same(raw: list[dict[str, object]], schema: Schema) -> None:
    try:
        history = read_history(raw, schema).history
    except TenureError:  # a time that the zone skips or has twice, or beyond the years
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "h.jsonl"
        write_history(history, file, schema)
        assert read_history(file, schema).history == history


@st.composite
def histories(draw: st.DrawFn) -> History:
    events = []
    for number in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["plain", "corrects", "retracts"])) if number else "plain"
        target = {kind: f"e{draw(st.integers(0, number - 1))}"} if kind != "plain" else {}
        at, recorded = draw(st.integers(0, 5)), draw(st.integers(0, 5))
        events.append(Event(f"e{number}", at, False, None, "made", (), (), recorded, **target))
    return History.from_events(draw(st.permutations(events)))


def naive_view(history: History, known_at: int) -> list[str]:
    """The same, said recursively: follow each record to what stands for it."""
    known = [e for e in history.events if e.recorded <= known_at]
    position = {e.id: n for n, e in enumerate(history.events)}

    def stand(event: Event) -> Event | None:
        marks = [m for m in known if event.id in (m.corrects, m.retracts)]
        for mark in sorted(marks, key=lambda m: (m.recorded, position[m.id]), reverse=True):
            standing = stand(mark)
            if standing is None or (mark.retracts and standing is not mark and standing.retracts is None):
                continue
            return standing if mark.corrects else None
        return event

    known_ids = {e.id for e in known}
    found = [stand(e) for e in known if e.corrects not in known_ids]
    effective = [e for e in found if e is not None and e.retracts is None]
    return [e.id for e in sorted(effective, key=lambda e: (e.at, position[e.id]))]


@given(history=histories())
@settings(max_examples=examples(100), deadline=None)
def test_view_is_the_naive_view(history: History) -> None:
    for known_at in range(6):
        assert [e.id for e in history.view(known_at)] == naive_view(history, known_at)


@given(history=histories(), data=st.data())
@settings(max_examples=examples(60), deadline=None)
def test_dropping_is_a_retraction_that_comes_last(history: History, data: st.DataObject) -> None:
    id = data.draw(st.sampled_from([e.id for e in history.events]))
    retraction = Event("last", 0, False, None, "retraction", (), (), 99, retracts=id)
    retracted = History.from_events([*history.events, retraction])
    assert history.dropping([id]).view() == retracted.view()

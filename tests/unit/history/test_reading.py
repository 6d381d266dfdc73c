"""What a good history reads as, in each of its forms."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from tenure.diagnostics import HistoryError
from tenure.history import (
    UNKNOWN,
    Attribute,
    EventType,
    History,
    Money,
    Schema,
    event_from_mapping,
    event_to_mapping,
    read_history,
    write_history,
)
from tenure.time import parse_moment

ZONE = "America/Los_Angeles"
DELIVERY = {"id": "d", "at": "2026-04-27", "type": "delivered", "data": {"goods": "beef"}}


def instant(text: str) -> int:
    return parse_moment(text, ZONE).instant


def test_defaults_are_filled_in_and_null_is_unknown(schema: Schema) -> None:
    event = event_from_mapping({**DELIVERY, "data": {"goods": "beef", "kind": None}}, schema)
    assert event.value("grade") == "A"
    assert event.value("kind") is UNKNOWN
    assert repr(event.value("kind")) == "unknown"
    assert event.recorded == event.at == instant("2026-04-27")
    with pytest.raises(KeyError):
        event.value("price")


def test_seq_adds_ticks(schema: Schema) -> None:
    event = event_from_mapping({**DELIVERY, "seq": 3}, schema)
    assert (event.at, event.is_date, event.seq) == (instant("2026-04-27") + 3, True, 3)


def test_numbers_are_exact(schema: Schema) -> None:
    text = '{"id": 7, "at": "2026-04-27", "type": "delivered", "data": {"goods": "beef", "weight": 0.1}}'
    event = read_history(text.encode(), schema).history.events[0]
    assert event.id == "7"
    assert event.value("weight") == Decimal("0.1")
    with pytest.raises(HistoryError, match="a float is not exact"):
        event_from_mapping({**DELIVERY, "data": {"goods": "beef", "weight": 0.1}}, schema)


@pytest.mark.parametrize(
    "amount",
    ["USD 100.50", {"amount": "100.50", "currency": "USD"}, {"amount": Decimal("100.5"), "currency": "USD"}],
)
def test_forms_of_money(amount: object, schema: Schema) -> None:
    raw = {
        "id": "p",
        "at": date(2026, 4, 27),
        "type": "paid",
        "by": "Buyer",
        "data": {"to": "Seller", "amount": amount},
    }
    assert event_from_mapping(raw, schema).value("amount") == Money("100.50", "USD")


def test_all_faults_of_a_mapping_are_reported(schema: Schema) -> None:
    with pytest.raises(HistoryError) as caught:
        event_from_mapping({"id": "x", "at": "never", "type": "paid", "by": "Nobody", "data": {}}, schema)
    codes = [d.code for d in caught.value.diagnostics]
    assert codes == ["TEN501", "TEN411", "TEN413", "TEN413"]


def test_bom_blank_lines_repeats_and_carriage_returns(schema: Schema) -> None:
    text = json.dumps(DELIVERY)
    result = read_history(f"\ufeff\r\n{text}\r\n\n{text}".encode(), schema)
    assert [e.id for e in result.history.events] == ["d"]
    assert result.history.events[0].place is not None
    assert result.history.events[0].place.line == 2


def test_lines_and_mappings_are_accepted(schema: Schema) -> None:
    one = read_history([json.dumps(DELIVERY)], schema).history
    two = read_history([DELIVERY], schema).history
    assert one == two
    assert read_history([], schema).history == History()


def test_cloud_events(schema: Schema) -> None:
    envelope = {
        "specversion": "1.0",
        "id": "p",
        "source": "/bank",
        "type": "com.example.paid",
        "time": "2026-04-27T10:00:00Z",
        "datacontenttype": "application/json",
        "by": "Buyer, Bank",
        "seq": "2",
        "data": {"to": "Seller", "amount": "USD 5"},
    }
    event = read_history(json.dumps(envelope).encode(), schema).history.events[0]
    assert (event.type, event.by, event.seq) == ("paid", ("Buyer", "Bank"), 2)
    for change in ({"specversion": "0.3"}, {"time": None}, {"data_base64": ""}):
        with pytest.raises(HistoryError, match="TEN426"):
            read_history([{**envelope, **change}], schema)


def test_csv(tmp_path: Path, schema: Schema) -> None:
    file = tmp_path / "h.csv"
    file.write_text(
        "id,at,seq,type,by,data.goods,weight,kind,to,amount\n"
        'd,2026-04-27,1,delivered,,"beef, cold",2.5,null,,\n'
        "p,2026-04-28,,paid,Buyer;Bank,,,,Seller,USD 100.50\n",
        "utf-8",
    )
    first, second = read_history(file, schema).history.events
    assert (first.seq, first.value("goods"), first.value("weight")) == (1, "beef, cold", Decimal("2.5"))
    assert first.value("kind") is UNKNOWN
    assert (second.by, second.value("amount")) == (("Buyer", "Bank"), Money("100.50", "USD"))


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        ("id,at,type,goodz\n", 1, "TEN427"),
        ("id,at,at\n", 1, "TEN427"),
        ("id,at,type\na,b,c,d\n", 2, "TEN427"),
        ('id,at,type\na,"b\n', 2, "TEN427"),
        ("id,at,type,amount\nd,2026-04-27,delivered,1\n", 2, "TEN413"),
        ("id,at,type\n", None, "TEN424"),
        ("id,at,type,goods\nd,2026-04-27,delivered,\xff\n", 2, "TEN403"),
    ],
)
def test_bad_csv(content: str, line: int | None, code: str, schema: Schema) -> None:
    with pytest.raises(HistoryError) as caught:
        read_history(content.encode("latin-1"), schema, format="csv")
    first = caught.value.diagnostics[0]
    assert first.code == code
    assert line is None or (first.place is not None and first.place.line == line)


def test_parquet_needs_an_extra_that_is_named(monkeypatch: pytest.MonkeyPatch, schema: Schema) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(HistoryError, match=r"tenure\[fast\]"):
        read_history(b"PAR1", schema, format="parquet")


def test_parquet_and_arrow(schema: Schema) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"id": ["d"], "at": [date(2026, 4, 27)], "type": ["delivered"], "goods": ["beef"], "by": [None]}
    table = pyarrow.table(columns)
    sink = io.BytesIO()
    parquet.write_table(table, sink)
    wanted = read_history([DELIVERY], schema).history
    assert read_history(sink.getvalue(), schema, format="parquet").history == wanted
    stream = io.BytesIO()
    with pyarrow.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    assert read_history(stream.getvalue(), schema, format="arrow").history == wanted
    with pytest.raises(HistoryError, match="TEN427"):
        read_history(b"rubbish", schema, format="parquet")


def test_old_dates_survive_writing(tmp_path: Path, schema: Schema) -> None:
    event = event_from_mapping({**DELIVERY, "at": "1850-06-01", "seq": 1}, schema)
    assert event_to_mapping(event, schema)["at"] == "1850-06-01"
    write_history(History.from_events([event]), tmp_path / "h.jsonl", schema)
    assert read_history(tmp_path / "h.jsonl", schema).history.events == (event,)


def test_writing_leaves_suppositions_out(tmp_path: Path, schema: Schema) -> None:
    event = event_from_mapping(DELIVERY, schema)
    history = History.from_events([event]).adding([evolve(event, id="other")])
    write_history(history, tmp_path / "h.jsonl", schema)
    assert [e.id for e in read_history(tmp_path / "h.jsonl", schema).history.events] == ["d"]
    with pytest.raises(HistoryError, match="cannot write"):
        write_history(history, tmp_path, schema)


def test_the_published_deal_reads() -> None:
    file = Path(__file__).parents[4] / "shared" / "deal" / "history.jsonl"
    if not file.exists():
        pytest.skip("no shared cases")
    records = [json.loads(text) for text in file.read_text("utf-8").splitlines()]
    names: dict[str, set[str]] = {}
    actors: set[str] = set()
    for record in records:
        names.setdefault(record["type"], set()).update(record["data"])
        actors.update([record["by"]] if isinstance(record["by"], str) else record["by"])
    flags = {"exclusive", "binding", "stateful"}
    types = {
        name: EventType(
            name, "act", tuple(Attribute(a, "flag" if a in flags else "text", "") for a in attributes)
        )
        for name, attributes in names.items()
    }
    history = read_history(file, Schema(ZONE, types, frozenset(actors))).history
    assert len(history.events) == len(records)

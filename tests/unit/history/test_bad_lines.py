"""Every kind of bad input: its code, its place and its words."""

import json
import re
import tracemalloc
from pathlib import Path

import pytest

import tenure.diagnostics
import tenure.history
from tenure.diagnostics import Diagnostic, HistoryError
from tenure.history import Schema, read_history

GOOD = '{"id": "e1", "at": "2026-04-27", "type": "signed", "by": "Buyer", "data": {"agreement": "R1"}}'


def findings(content: str | bytes, schema: Schema) -> tuple[Diagnostic, ...]:
    with pytest.raises(HistoryError) as caught:
        read_history(content.encode() if isinstance(content, str) else content, schema)
    return caught.value.diagnostics


def line(**changes: object) -> str:
    record = {**json.loads(GOOD), **changes}
    return json.dumps({key: value for key, value in record.items() if value != "absent"}, ensure_ascii=False)


MESSAGES = [
    (
        line(type="sgned"),
        (
            "<text>:1:34: error[TEN410]: `sgned` is not an event type of the contract\n"
            "  help: did you mean `signed`?"
        ),
    ),
    (
        line(by="Buyr"),
        "<text>:1:52: error[TEN411]: `Buyr` is not an actor of the contract\n  help: did you mean `Buyer`?",
    ),
    (
        line(data={"agreemnt": "R1"}),
        (
            "<text>:1:67: error[TEN413]: `signed` needs the attribute `agreement`\n"
            '  help: give it in `data`, or write "agreement": null where it is unknown\n'
            "<text>:1:76: error[TEN414]: `agreemnt` is not an attribute of `signed`\n"
            "  help: did you mean `agreement`?"
        ),
    ),
    (
        line(data={"agreement": 7}),
        (
            "<text>:1:76: error[TEN415]: `agreement` must be the name of a thing, not `7`\n"
            "  help: write its name in quotes"
        ),
    ),
    (
        line(id="absent"),
        '<text>:1: error[TEN408]: the event has no `id`\n  help: give it one of its own: "id": "e1"',
    ),
    (
        line(id=True),
        "<text>:1:2: error[TEN409]: `id` must be text, not `true`\n  help: put it in quotes",
    ),
    (
        line(by="absent"),
        '<text>:1: error[TEN412]: `signed` is an act, and nobody did it\n  help: name its actor: "by": "…"',
    ),
    (
        line(Tpye="x"),
        "<text>:1:96: error[TEN407]: `Tpye` is not a key of an event\n  help: did you mean `type`?",
    ),
    (
        GOOD[:-1] + "x",
        (
            "<text>:1:94: error[TEN402]: not JSON: expected ',' or '}'\n"
            "  help: one event is one line of JSON: double quotes, no comments, no comma before a closing bracket"
        ),
    ),
    (
        '{"id": "é" 1}',
        (
            "<text>:1:12: error[TEN402]: not JSON: expected ',' or '}'\n"
            "  help: one event is one line of JSON: double quotes, no comments, no comma before a closing bracket"
        ),
    ),
    (
        "[1, 2]",
        (
            "<text>:1:1: error[TEN406]: a line holds one event as an object, not `a list`\n"
            '  help: write {"id": …, "at": …, "type": …}'
        ),
    ),
    (
        line(corrects="e0"),
        (
            "<text>:1:96: error[TEN423]: a record that `corrects` another needs `recorded`\n"
            "  help: say from when on it was known: `recorded`"
        ),
    ),
    (
        line(corrects="e0", recorded="2026-05-01"),
        (
            "<text>:1: error[TEN420]: `e1` corrects `e0`, and there is no such event\n"
            "  help: name the `id` of an event of this history"
        ),
    ),
    (
        GOOD + "\n" + line(at="2026-04-28"),
        (
            "<text>:2: error[TEN419]: two events with different content have the id `e1` (first at <text>:1)\n"
            '  help: give the second an id of its own; to replace the first, add "corrects": "e1"'
        ),
    ),
    (
        '{"id": "a", "id": "b", "at": "2026-04-27", "type": "delivered", "data": {"goods": "x"}}',
        "<text>:1:13: error[TEN418]: the key `id` is given twice\n  help: keep one of them",
    ),
]


@pytest.mark.parametrize(("content", "wanted"), MESSAGES)
def test_message(content: str, wanted: str, schema: Schema) -> None:
    assert "\n".join(map(str, findings(content, schema))) == wanted


# Content, code, and the text at whose first character the column points.
CODES: dict[str, tuple[str | bytes, str, str]] = {
    "bad date": (line(at="2026-02-30"), "TEN502", '"at"'),
    "no date at all": (line(at="yesterday"), "TEN501", '"at"'),
    "gap": (line(at="2026-03-08T02:30"), "TEN504", '"at"'),
    "overlap": (line(at="2026-11-01T01:30"), "TEN505", '"at"'),
    "year": (line(at="12026-01-01"), "TEN503", '"at"'),
    "long time": (line(at="2" * 100_000), "TEN501", '"at"'),
    "NaN": ('{"id": "e", "seq": NaN}', "TEN402", "NaN"),
    "infinity": ('{"id": "e", "seq": -Infinity}', "TEN402", "Inf"),
    "huge integer": ('{"id": "e", "evidence": ' + "9" * 5000 + "}", "TEN417", "999"),
    "huge id": ('{"id": ' + "9" * 4000 + ', "at": "2026-01-01"}', "TEN417", '"id"'),
    "deep": ('{"evidence": ' + "[" * 5000 + "]" * 5000 + "}", "TEN405", ""),
    "deep and broken": ("[" * 100_000, "TEN405", ""),
    "invalid utf-8": (b'{"id": "\xc3\xa9\xff"}', "TEN403", "\ufffd"),
    "utf-16": (GOOD.encode("utf-16"), "TEN403", "\ufffd"),
    "surrogate": (r'{"id": "\ud800 "}', "TEN402", ""),
    "long line": (b'{"id": "' + b"x" * (10 << 20) + b'"}', "TEN404", ""),
    "empty": ("", "TEN424", ""),
    "blank": ("\n \n", "TEN424", ""),
    "seq": (line(seq=-1), "TEN409", '"seq"'),
    "empty by": (line(by=[]), "TEN412", '"by"'),
    "itself": (line(corrects="e1", recorded="2026-05-01"), "TEN421", '"corrects"'),
    "both": (line(corrects="e0", retracts="e0", recorded="2026-05-01"), "TEN422", '"retracts"'),
}


@pytest.mark.parametrize("case", CODES)
def test_code_and_column(case: str, schema: Schema) -> None:
    content, code, pointed = CODES[case]
    first = findings(content, schema)[0]
    assert first.code == code
    assert len(str(first)) < 500
    if pointed:
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        assert first.place is not None
        assert first.place.column == text.index(pointed) + 1


ATTRIBUTES = {
    "unknown kind": ({"kind": "meet"}, "TEN416"),
    "unknown choice": ({"grade": "C"}, "TEN416"),
    "text for a number": ({"weight": "heavy"}, "TEN415"),
    "flag for a number": ({"weight": True}, "TEN415"),
    "number too large": ({"weight": 10**70}, "TEN417"),
    "exponent too large": ({"weight": "1e999"}, "TEN417"),
    "word for a flag": ({"cooled": "perhaps"}, "TEN415"),
    "time for a date": ({"best_before": "2026-01-01T10:00"}, "TEN415"),
    "no such date": ({"best_before": "2026-01-32"}, "TEN502"),
    "number for a date": ({"arrived": 3}, "TEN415"),
    "number for text": ({"note": 3}, "TEN415"),
    "empty thing": ({"goods": ""}, "TEN415"),
}


@pytest.mark.parametrize("case", ATTRIBUTES)
def test_attribute_of_wrong_type(case: str, schema: Schema) -> None:
    data, code = ATTRIBUTES[case]
    content = line(type="delivered", by="absent", data={"goods": "beef", **data})
    assert [d.code for d in findings(content, schema)] == [code]


@pytest.mark.parametrize(
    "amount", ["100", "100 USD", "usd 1", 100, {"amount": 1}, {"amount": "1", "currency": "usd"}, ["USD", 1]]
)
def test_money_of_wrong_form(amount: object, schema: Schema) -> None:
    content = line(type="paid", data={"to": "Seller", "amount": amount})
    assert [d.code for d in findings(content, schema)] == ["TEN415"]


def test_all_bad_lines_are_found_and_the_list_is_cut(schema: Schema) -> None:
    content = "\n".join([GOOD, *(line(id=f"x{i}", by="Nobody") for i in range(250))])
    found = findings(content, schema)
    assert len(found) == 101
    assert found[0].place is not None and found[0].place.line == 2
    assert str(found[-1]).startswith("<text>: note[TEN430]: and 150 more")


def test_lenient_sets_bad_lines_aside(schema: Schema) -> None:
    retraction = '{"id": "r1", "retracts": "gone", "recorded": "2026-05-01"}'
    follower = '{"id": "r2", "retracts": "r1", "recorded": "2026-05-02"}'
    content = "\n".join([GOOD, "nonsense", retraction, follower, line(at="2026-05-03")])
    result = read_history(content.encode(), schema, lenient=True)
    assert [e.id for e in result.history.events] == ["e1"]
    assert [d.code for d in result.set_aside] == ["TEN402", "TEN419", "TEN420", "TEN420"]
    assert result.set_aside_count == 4


def test_ring_of_corrections(schema: Schema) -> None:
    ring = [line(id=a, corrects=b, recorded="2026-05-01") for a, b in ("ab", "bc", "ca")]
    assert [d.code for d in findings("\n".join(ring), schema)] == ["TEN421"] * 3


@pytest.mark.parametrize(("name", "words"), [("none.jsonl", "no such file"), (".", "a folder"), ("\0", "")])
def test_file_that_cannot_be_read(name: str, words: str, tmp_path: object, schema: Schema) -> None:
    with pytest.raises(HistoryError) as caught:
        read_history(f"{tmp_path}/{name}", schema)
    assert caught.value.diagnostics[0].code == "TEN401"
    assert words in str(caught.value)


def test_every_code_has_its_page() -> None:
    room = Path(tenure.history.__file__).parent
    pages = Path(tenure.diagnostics.__file__).parent / "pages"
    codes = {code for file in room.glob("*.py") for code in re.findall(r"TEN\d{3}", file.read_text("utf-8"))}
    for code in codes:
        assert (pages / f"{code}.md").read_text("utf-8").startswith(f"# {code}: ")
    assert len(codes) > 25


def test_a_line_longer_than_the_limit_is_not_held(schema: Schema) -> None:
    tracemalloc.start()
    findings(b"x" * (30 << 20), schema)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 << 20


def test_a_long_id_is_cut_in_messages(schema: Schema) -> None:
    found = findings(line(retracts="x" * 100_000, recorded="2026-05-01"), schema)
    assert len(str(found[0])) < 300

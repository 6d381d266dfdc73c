"""Bad input: exit code 2, a code with a page, advice, and never a traceback."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.cli import main
from tenure.diagnostics.pages import codes

GOOD = '{"id": "e1", "at": "2026-01-10", "type": "signed", "by": ["Landlord", "Tenant"]}'
HISTORIES = {
    "unknown type": '{"id": "x", "at": "2026-01-10", "type": "sgned"}',
    "undeclared actor": '{"id": "x", "at": "2026-01-10", "type": "signed", "by": "Tenat"}',
    "wrong attribute type": '{"id": "x", "at": "2026-01-10", "type": "invoiced", "data": {"invoice": "i", "amount": "much"}}',
    "missing id": '{"at": "2026-01-10", "type": "signed", "by": "Tenant"}',
    "two contents under one id": GOOD + "\n" + GOOD.replace("01-10", "01-11"),
    "no such date": GOOD.replace("2026-01-10", "2026-02-30"),
    "year out of range": GOOD.replace("2026-01-10", "12026-01-10"),
    "local time that does not exist": GOOD.replace("2026-01-10", "2026-03-08T02:30"),
    "local time that exists twice": GOOD.replace("2026-01-10", "2026-11-01T01:30"),
    "ten megabytes": '{"id": "' + "x" * 10_000_000,
    "invalid utf-8": b'{"id": "\xff\xfe"}',
    "broken in the middle": GOOD + "\n{nonsense\n" + GOOD.replace("e1", "e2"),
    "empty": "",
}
CONTRACTS = {
    "thousand brackets": "contract x\nparties A\nstate s means " + "(" * 1000 + "yes" + ")" * 1000,
    "cyclic subject to": (
        "contract x\nparties A, B\naction use(y), forbidden unless permitted\n"
        "clause C1\n A may use y subject to C2\nclause C2\n A must not use y subject to C1\n"
    ),
    "empty": "",
    "no rules": "# only prose\n",
    "invalid utf-8": b"contract \xff",
    "unclosed block": "```tenure\ncontract x\n",
}
COMMANDS = {
    "nothing": ("who",),
    "unknown verb": ("whom", "lease"),
    "unknown option": ("who", "lease", "--when", "2028-01-01"),
    "too many words": ("who", "lease", "a", "b"),
    "no contract": ("who", "leese"),
    "no history": ("who", "lease", "nowhere.jsonl"),
    "not a time": ("who", "lease", "--at", "soon"),
    "at and on": ("who", "lease", "--at", "2028-01-01", "--on", "2028-01-01"),
    "unknown holder": ("who", "lease", "--holder", "Tenat"),
    "unknown act": ("who", "lease", "--act", "usee"),
    "unknown relation": ("who", "lease", "--relation", "right"),
    "unknown reading": ("who", "lease", "--reading", "B2=short"),
    "unknown value": ("who", "lease", "--reading", "B1=shor"),
    "reading without value": ("who", "lease", "--reading", "B1"),
    "unknown dropped": ("who", "lease", "--drop", "e99"),
    "unknown moved": ("who", "lease", "--move", "e99=2028-01-01"),
    "moved nowhere": ("who", "lease", "--move", "e1"),
    "added without type": ("who", "lease", "--add", "2028-01-01"),
    "added by a stranger": ("who", "lease", "--add", "2028-01-01 Nobody ended"),
    "added with an open quote": ("who", "lease", "--add", "2028-01-01 made 'flat"),
    "added with too much": ("who", "lease", "--add", "2028-01-01 Landlord ended now"),
    "a view of everything": ("run", "lease", "--view", "guaranteed"),
    "a view of a state": ("when", "lease", "--state", "let", "--arg", "flat 1", "--view", "possible"),
    "against without its view": ("who", "lease", "--against", "Landlord"),
    "against a stranger": ("who", "lease", "--view", "guaranteed", "--against", "Landlrd"),
    "nothing supposed": ("suppose", "lease"),
    "dropped and moved": ("suppose", "lease", "--drop", "e5", "--move", "e5=2028-01-01"),
    "moved twice": ("suppose", "lease", "--move", "e5=2028-01-01", "--move", "e5=2029-01-01"),
    "changed without attributes": ("suppose", "lease", "--change", "e4"),
    "changed into nonsense": ("suppose", "lease", "--change", "e4 amount=much"),
    "an unknown event changed": ("suppose", "lease", "--change", "e44 amount=1"),
    "no such supposition": ("suppose", "lease", "--on", "nowhere.json"),
    "a supposition that is none": ("suppose", "lease", "--on", "lease/deal.md"),
    "threats to nothing": ("threats", "lease", "--holder", "Tenant"),
    "threats to what is not held": (
        "threats",
        "lease",
        "--holder",
        "Agent",
        "--act",
        "use",
        "--object",
        "flat 1",
    ),
    "no such stage": ("show", "lease", "--stage", "syntx"),
    "no such view": ("who", "lease", "--view", "projcted"),
    "no such format": ("who", "lease", "--format", "yaml"),
    "when of nothing": ("when", "lease"),
    "unknown state": ("when", "lease", "--state", "lett"),
    "state without arguments": ("when", "lease", "--state", "let"),
    "unknown code": ("explain", "TEN999"),
    "folder without contracts": ("test", "nothing"),
    "nothing to check": ("check",),
    "nothing to lay out": ("fmt",),
    "nothing to test": ("test",),
    "bad name": ("new", "2nd"),
}


def assert_refused(ran):
    assert ran.code == 2
    assert "Traceback" not in ran.err
    found = (
        json.loads(ran.err)["diagnostics"] if ran.err.startswith("{") else json.loads(ran.out)["diagnostics"]
    )
    assert found
    for diagnostic in found:
        assert diagnostic["code"] in codes()
        assert diagnostic["message"]
        assert len(diagnostic["message"]) < 500
    return found


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("kind", HISTORIES)
def test_bad_histories(kind, lease, tenure):
    write(lease / "history.jsonl", HISTORIES[kind])
    found = assert_refused(tenure("run", "lease", "--format", "json"))
    assert all(d["place"]["file"].endswith("history.jsonl") for d in found)
    assert all(d["help"] for d in found)
    plain = tenure("run", "lease")
    assert (plain.code, plain.out) == (2, "")


@pytest.mark.parametrize("kind", CONTRACTS)
def test_bad_contracts(kind, tmp_path, tenure):
    path = (
        tmp_path / "x.tenure" if kind in ("thousand brackets", "cyclic subject to") else tmp_path / "deal.md"
    )
    write(path, CONTRACTS[kind])
    found = assert_refused(tenure("check", path, "--format", "json"))
    assert any(d["place"] and d["place"]["file"] for d in found)


@pytest.mark.parametrize("kind", COMMANDS)
def test_bad_commands(kind, lease, tenure):
    (lease.parent / "nothing").mkdir()
    words = COMMANDS[kind]
    ran = tenure(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "error[TEN" in ran.err
    assert "  help: " in ran.err
    if kind != "no such format":
        assert_refused(tenure(*words, "--format", "json"))


def test_lenient_reading_sets_bad_lines_aside(lease, tenure):
    write(lease / "history.jsonl", HISTORIES["broken in the middle"])
    ran = tenure("run", "lease", "--lenient")
    assert ran.code == 0
    assert "note: 1 bad lines were set aside" in ran.err


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(["who", "when", "run", "test", "check", "lease", "--at", "--add", "--move", "--on",
                                       "--state", "--arg", "--format", "json", "--act", "use", "--", "-", "--reading", "="])
                      | st.text(max_size=8), max_size=6))  # fmt: skip
@pytest.mark.usefixtures("lease")
def test_any_words_end_in_a_known_code(words):
    assert main(words) in (0, 1, 2, 3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=80)
    | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_refused_in_our_own_words(content, lease, capsys):
    write(lease / "history.jsonl", content)
    assert main(["run", "lease"]) in (0, 2)
    write(lease / "other.md", content)
    assert main(["check", str(lease / "other.md")]) in (0, 1, 2)
    assert "internal error" not in capsys.readouterr().err

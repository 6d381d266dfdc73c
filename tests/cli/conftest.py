"""A small contract, a way to run commands in process, and a checker for our own JSON Schemas."""

import json
import re
from pathlib import Path

import pytest
from attrs import frozen

from tenure.cli import main

SCHEMAS = Path(__import__("tenure").__file__).parent / "cli" / "schemas"

DEAL = """# A lease

```tenure
contract lease "A small lease"
zone America/Los_Angeles
parties Landlord, Tenant
others Agent

kind flat

reading B1 "how long" short (default) "through 2030", long "through 2031"

act  signed by Landlord and Tenant
fact made(asset: thing, owner: party)
fact used(asset: thing)
fact invoiced(invoice: thing, amount: money)
fact paid(invoice: thing, amount: money)
act  ended by Landlord
act  waived(clause: text) by Landlord

classify x as flat from made(asset = x)
owner of x is p from made(asset = x, owner = p)

action use(x) done by used(asset = x), forbidden unless permitted
action pay(invoice, amount) done by paid(invoice, amount)

state let(x) from made(asset = x) until ended

clause L1 "Use"
  Tenant may use x against Landlord
    for x: flat, owned by Landlord
    from signed
    through 2030 when B1 is short
    through 2031 when B1 is long
    until ended

clause L2 "Rent"
  Tenant must pay(invoice, amount) to Landlord
    for each invoiced(invoice, amount)
    within 30 days

scenario "as things stand"
  at 2028-01-01  Tenant may use "flat 1" because L1

scenario "wrong on purpose"
  at 2032-01-01  Tenant may use "flat 1"
```
"""
EVENTS = (
    {"id": "e1", "at": "2026-01-10", "type": "signed", "by": ["Landlord", "Tenant"]},
    {"id": "e2", "at": "2026-02-01", "type": "made", "data": {"asset": "flat 1", "owner": "Landlord"}},
    {"id": "e3", "at": "2026-03-01", "type": "made", "data": {"asset": "flat 2", "owner": "Landlord"}},
    {
        "id": "e4",
        "at": "2026-03-02T12:00",
        "type": "invoiced",
        "data": {"invoice": "i1", "amount": "USD 900"},
    },
    {"id": "e5", "at": "2026-06-01", "type": "ended", "by": "Agent"},
)


@frozen
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def lease(tmp_path, monkeypatch):
    """The folder `lease` in an empty current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    folder = tmp_path / "lease"
    folder.mkdir()
    (folder / "deal.md").write_text(DEAL, encoding="utf-8")
    lines = "".join(f"{json.dumps(event)}\n" for event in EVENTS)
    (folder / "history.jsonl").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture
def tenure(capsys):
    """Run a command in process."""

    def run(*words):
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture
def valid():
    """Check a value against one of the published schemas."""

    def check(value, name):
        schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
        assert schema["$id"] == f"tenure:{name}:1"
        faults = list(violations(value, schema, schema, "$"))
        assert faults == []
        return value

    return check


TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}
KEYWORDS = {
    *("$schema", "$id", "$defs", "$ref", "title", "type", "enum", "pattern", "anyOf"),
    *("properties", "required", "additionalProperties", "items"),
}


def violations(value, schema, root, where):
    """What is wrong with `value`, for the part of JSON Schema that our schemas use."""
    assert schema.keys() <= KEYWORDS, f"unchecked keywords: {schema.keys() - KEYWORDS}"
    if "$ref" in schema:
        yield from violations(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, where)
    if "anyOf" in schema:
        tries = [list(violations(value, option, root, where)) for option in schema["anyOf"]]
        if all(tries):
            yield from min(tries, key=len)
    types = schema.get("type", list(TYPES))
    allowed = tuple(TYPES[t] for t in ([types] if isinstance(types, str) else types))
    if not isinstance(value, allowed):
        yield f"{where}: {value!r} is no {types}"
    elif isinstance(value, dict):
        properties = schema.get("properties", {})
        yield from (f"{where}: no {key}" for key in schema.get("required", ()) if key not in value)
        for key, item in value.items():
            inner = properties.get(key, schema.get("additionalProperties", {}))
            if inner is False:
                yield f"{where}: {key} is too much"
            else:
                yield from violations(item, inner, root, f"{where}.{key}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from violations(item, schema.get("items", {}), root, f"{where}[{i}]")
    elif isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where}: {value!r} does not match"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"

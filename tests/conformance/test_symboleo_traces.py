"""The eight published traces of Symboleo's sale of goods, told to ``contracts/meat_sale``.

The traces lie beside the project, not in it: without them these tests are skipped.  Day n is the contract's start and n
days, and a trace's states are read at day 30.  Its *fulfillment* is performed; *violation* is breached, late or cured, and
of a prohibition violated; *inEffect* is a duty that is pending or a power that is held; *suspension* is suspended.
"""

import datetime as dt
import json
import re
from pathlib import Path

import pytest

import tenure
from tenure.language import syntax as s

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT.parent / "shared" / "cases" / "symboleo_sales_of_goods" / "traces.json"
TRACES = json.loads(CASES.read_text(encoding="utf-8")) if CASES.exists() else []
START = dt.date(2026, 1, 1)
READ_AT = 30

#: Events of the traces whose type no attribute gives: the type here, and who does it.
NAMED = {
    "started": ("started", None),
    "suspended": ("delivery_suspended", "Seller"),
    "resumed": ("delivery_resumed", "Buyer"),
    "terminated": ("terminated", "Buyer"),
}
TYPES = {"delivered": "delivered", "paid": "paid", "paidLate": "paid_late", "sellerDisclosed": "disclosed"}
ACTORS = {"greatArgMeat": "Seller", "eatMart": "Buyer"}
#: The state of a power: its holder and its act.
POWERS = {
    "pSusDelivery": ("Seller", "delivery_suspended"),
    "pResDelivery": ("Buyer", "delivery_resumed"),
    "pTermContract": ("Buyer", "terminated"),
}
STATES = {
    "fulfillment": ("performed",),
    "violation": ("breached", "late", "cured"),
    "inEffect": ("pending",),
    "suspension": ("suspended",),
}
PROHIBITIONS = ("soSellerDisclosure", "soBuyerDisclosure")
OUTCOMES = {
    "successfulTermination": "successful_termination",
    "unsuccessfulTermination": "unsuccessful_termination",
}

needs_cases = pytest.mark.skipif(not TRACES, reason="no shared cases")


def on_day(day):
    return (START + dt.timedelta(days=day)).isoformat()


def attributes(trace):
    """What the trace says of each name: ``{"delToBuyer": {"type": "delivered", "from": …}}``."""
    found = {}
    for text in trace["attributes"]:
        attribute, subject, value = re.fullmatch(r"(\w+)\((\w+), ?(\w+)\)", text).groups()
        found.setdefault(subject, {})[attribute] = value
    return found


def event(text, known, number):
    """``paidToSeller,5`` or ``suspended(oDel),8`` as an event of the contract."""
    name, day = re.fullmatch(r"(\w+)(?:\(\w+\))?,(\d+)", text).groups()
    told = known.get(name)
    if told is None:
        type_, actor = NAMED[name]
        data = {}
    else:
        type_, actor = TYPES[told["type"]], ACTORS[told["from"]]
        data = of_type(type_, told, known)
    raw = {"id": f"E{number}", "at": on_day(int(day)), "type": type_, "data": data}
    return raw if actor is None else {**raw, "by": actor}


def of_type(type_, told, known):
    if type_ == "delivered":
        quality = known[told["item"]]["quality"]
        return {"item": told["item"], "quality": quality, "address": told["deliveryAddress"]}
    if type_ in ("paid", "paid_late"):
        return {"to": ACTORS[told["to"]], "amount": int(told["amount"])}
    return {}


def state(name, clause):
    return s.Atom(name, (s.Argument(None, s.Name(clause)),))


def holds(deal, history, text):
    """Whether an expected state such as ``violation(oPay)`` holds on the day of reading."""
    word, subject = re.fullmatch(r"(\w+)\((\w+)\)", text).groups()
    if subject in POWERS:
        holder, act = POWERS[subject]
        assert word == "inEffect"
        verdict = deal.evaluate(history).holds(holder, act, at=on_day(READ_AT), relation="power")
        return verdict.status == "held"
    if word in OUTCOMES:
        asked = (s.Atom(OUTCOMES[word]),)
    else:
        words = ("violated",) if subject in PROHIBITIONS and word == "violation" else STATES[word]
        asked = tuple(state(w, subject) for w in words)
    line = deal.evaluate(history, queries=asked)
    return any(line.query(i, line.instant(on_day(READ_AT)))[0] == 2 for i in range(len(asked)))


@pytest.fixture(scope="module")
def deal():
    return tenure.load(ROOT / "contracts" / "meat_sale")


@needs_cases
def test_there_are_eight():
    assert len(TRACES) == 8


@needs_cases
@pytest.mark.parametrize("trace", TRACES, ids=[t["name"].strip(" ,") for t in TRACES])
def test_trace(deal, trace):
    known = attributes(trace)
    history = [event(text, known, i) for i, text in enumerate(trace["events"], 1)]
    assert not deal.evaluate(history).void
    assert [text for text in trace["expectedStates"] if not holds(deal, history, text)] == []


@needs_cases
def test_what_is_not_expected_does_not_hold(deal):
    """The reading of a trace can fail: the same states do not hold when nothing but the start has happened."""
    history = [event("started(cArgToCan),0", {}, 1)]
    expected = {text for trace in TRACES for text in trace["expectedStates"]}
    held = {text for text in expected if holds(deal, history, text)}
    assert held == {
        "violation(oDel)", "violation(oPay)", "inEffect(oLpay)", "inEffect(pSusDelivery)", "inEffect(pTermContract)",
    }  # fmt: skip

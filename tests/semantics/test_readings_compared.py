"""Readings compared against brute force: every combination of random small contracts, evaluated one by one."""

from itertools import product

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from tests.thoroughness import examples

from tenure.diagnostics import ContractError
from tenure.timeline import Contract
from tenure.timeline.comparison import compare_readings
from tenure.timeline.steps import steps

READINGS = {"R1": ("a", "b"), "R2": ("a", "b", "c"), "R3": ("a", "b")}
NAMES = sorted(READINGS)
COMBINATIONS = list(product(*(READINGS[name] for name in NAMES)))
HEAD = """
contract random
zone UTC
month end last day
parties A, B
others P

kind ip
kind model, chip of ip

reading R1 "one" a (default) "x", b "y"
reading R2 "two" a (default) "x", b "y", c "z"
reading R3 "three" a (default) "x", b "y"

fact made(thing, kind: kind, owner)
fact hit(thing)
fact paid(thing)
fact rung
act  opened(thing) by A{opened}
act  shut by P{shut}
act  amended by A and B

owner of x is p from made(thing = x, owner = p)
classify x as k from made(thing = x, kind = k)
{classify}
action use(x) done by hit(thing = x){default}
action pay(x) done by paid(thing = x)

state warm(x) {warm}
state loud {loud}
"""


def value(reading):
    return st.sampled_from([f"{reading} is {v}" for v in READINGS[reading]])


def one_of(*texts):
    return st.sampled_from(texts)


READ = st.sampled_from(sorted(READINGS)).flatmap(value)
MAYBE_WHEN = st.one_of(st.just(""), READ.map(lambda r: f" when {r}"))
ABOUT_X = st.one_of(
    one_of("once hit(thing = x)", "warm(x)", "once paid(thing = x)", "x is chip", "once opened(thing = x)"),
    READ,
)
ABOUT_NOTHING = st.one_of(one_of("once rung", "loud", "once shut", "not once rung"), READ)


def joined(parts):
    return st.tuples(parts, one_of("and", "or"), parts).map(lambda t: f"{t[0]} {t[1]} {t[2]}")


CONDITION_X = st.one_of(ABOUT_X, joined(ABOUT_X))
CONDITION = st.one_of(ABOUT_NOTHING, joined(ABOUT_NOTHING))


@st.composite
def norms(draw, name, others):
    head = draw(
        one_of(
            "A may use x against B", "B may use x against A", "A must not use x to B", "B must not use x to A"
        )
    )
    kind = draw(one_of("ip", "model", "chip", "ip but not chip"))
    lines = [f'clause {name} "n"', f"  {head}", f"    for x: {kind}, owned by B"]
    lines.append(f"    from {draw(one_of('rung', 'shut', '2026-01-05', 'loud'))}")
    for _ in range(draw(st.integers(0, 2))):
        end = draw(
            one_of("until shut", "through 2026-02", "until rung", "until hit(thing = x)", "through 2027")
        )
        lines.append(f"    {end}{draw(MAYBE_WHEN)}")
    if draw(st.booleans()):
        lines.append(f"    unless {draw(CONDITION_X)}{draw(MAYBE_WHEN)}")
    if others and draw(st.booleans()):
        word = draw(one_of("despite", "subject to"))
        lines.append(f"    {word} {draw(st.sampled_from(others))}{draw(MAYBE_WHEN)}")
    return "\n".join(lines)


@st.composite
def duties(draw):
    lines = ['clause D "d"', "  B must pay(x) to A", "    for each hit(thing = x)"]
    lines += (
        ["    within 10 days when R2 is a", "    within 40 days when R2 is b or c"]
        if draw(st.booleans())
        else ["    within 30 days"]
    )
    if draw(st.booleans()):
        lines.append(f"    unless {draw(CONDITION_X)}")
    return "\n".join(lines)


@st.composite
def contracts(draw):
    condition = st.one_of(st.just(""), CONDITION.map(lambda c: f" if {c}"))
    text = HEAD.format(
        opened=draw(condition),
        shut=draw(condition),
        classify=draw(
            one_of(
                "",
                "classify x as chip from hit(thing = x)",
                "classify x as chip from hit(thing = x) if R3 is b",
            )
        ),
        default=draw(one_of("", ", forbidden unless permitted", ", permitted unless forbidden")),
        warm=draw(
            st.one_of(
                CONDITION_X.map(lambda c: f"means once hit(thing = x) and ({c})"),
                st.just("from hit(thing = x) for 20 days"),
            )
        ),
        loud=draw(
            st.one_of(
                CONDITION.filter(lambda c: "loud" not in c).map(lambda c: f"means {c}"),
                st.just("from rung until shut"),
            )
        ),
    )
    names: list[str] = []
    for i in range(draw(st.integers(1, 3))):
        text += "\n" + draw(norms(f"C{i}", list(names))) + "\n"
        names.append(f"C{i}")
    if draw(st.booleans()):
        text += "\n" + draw(duties()) + "\n"
    if draw(st.booleans()):
        text += (
            f'\nclause S "s"\n  silent on A use x "why" for x: ip from rung until shut{draw(MAYBE_WHEN)}\n'
        )
    if draw(st.booleans()):
        text += f"\namendment M from amended\n  C0 end{draw(MAYBE_WHEN)}\n"
    return text


@st.composite
def histories(draw):
    day = st.integers(0, 90)
    events = []
    for i in range(draw(st.integers(2, 7))):
        thing = draw(one_of("m", "c"))
        kind = draw(one_of("made", "made", "hit", "hit", "paid", "rung", "rung", "shut", "opened", "amended"))
        at = f"2026-{1 + draw(day) // 28:02d}-{1 + draw(day) % 28:02d}"
        event = {"id": f"e{i}", "at": at, "type": kind, "data": {}}
        if kind == "made":
            event["data"] = {"thing": thing, "kind": draw(one_of("model", "chip")), "owner": "B"}
        elif kind in ("hit", "paid", "opened"):
            event["data"] = {"thing": thing}
        by = {"shut": "P", "opened": "A", "hit": draw(one_of("A", "B")), "amended": ["A", "B"]}.get(kind)
        events.append({**event, "by": by} if by else event)
    return events


def course(line, position):
    found = []
    for step in steps(line, position):
        if not found or found[-1][1] != step.status:
            found.append((step.start, step.status))
    return tuple(found)


def essential(table):
    """The readings for which two combinations differ in that one alone and answer apart."""
    return tuple(
        name
        for i, name in enumerate(NAMES)
        if any(
            answer != table[(*combination[:i], other, *combination[i + 1 :])]
            for combination, answer in table.items()
            for other in READINGS[name]
        )
    )


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
@given(contracts(), histories())
def test_every_combination_says_what_the_comparison_says(text, events):
    deal = Contract.from_text(text)
    try:
        brute = {
            c: deal.evaluate(events, readings=dict(zip(NAMES, c, strict=True))).line for c in COMBINATIONS
        }
    except ContractError:
        reject()  # it contradicts itself under some choice
    positions = {p for line in brute.values() for p in line.sources if not line.is_declared(p)}
    timeline = deal.evaluate(events)
    for position in sorted(positions, key=repr):
        table = {c: course(line, position) for c, line in brute.items()}
        result = compare_readings(timeline, lambda p, wanted=position: p == wanted, position)
        if len(set(table.values())) == 1:
            assert not result, result
            continue
        (compared,) = result.positions
        assert compared.readings == essential(table)
        assert len(compared.answers) == len(set(table.values()))
        for combination, expected in table.items():
            choice = dict(zip(NAMES, combination, strict=True))
            told = [
                answer
                for answer in compared.answers
                if any(all(choice[n] in values for n, values in box) for box in answer.choices)
            ]
            assert len(told) == 1
            held = [(s.start, s.status) for s in told[0].spans]
            assert held == [(s, status) for s, status in expected if status != "not_held"]


@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(contracts(), histories(), st.integers(0, 120))
def test_at_an_instant_too_where_the_contract_may_be_silent(text, events, day):
    deal = Contract.from_text(text)
    try:
        brute = {c: deal.evaluate(events, readings=dict(zip(NAMES, c, strict=True))) for c in COMBINATIONS}
    except ContractError:
        reject()  # it contradicts itself under some choice
    timeline = deal.evaluate(events)
    at = timeline.instant("2026-01-01") + day * 86_400_000_000
    positions = {p for other in brute.values() for p in other.line.sources if not other.line.is_declared(p)}
    for position in sorted(positions, key=repr):
        table = {c: other.verdict(position, at).status for c, other in brute.items()}
        result = compare_readings(timeline, lambda p, wanted=position: p == wanted, position, at=at)
        if len(set(table.values())) == 1:
            assert not result, result
            continue
        (compared,) = result.positions
        assert compared.readings == essential(table)
        for combination, expected in table.items():
            choice = dict(zip(NAMES, combination, strict=True))
            (told,) = [
                answer
                for answer in compared.answers
                if any(all(choice[n] in values for n, values in box) for box in answer.choices)
            ]
            assert {s.status for s in told.spans} == {expected}

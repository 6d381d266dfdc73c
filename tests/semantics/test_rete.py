"""The rete executor against the reference: the same edges with the same causes, in random programs of the fragment.

Whatever it refuses for an unknown order is unknown in the reference too, but for acts and duties that meet several events of one tick.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from tests.semantics.oracle import Case
from tests.semantics.random_duties import duty_case, duty_cases
from tests.semantics.random_programs import Features, cases, is_stratified, random_case
from tests.thoroughness import examples
from tests.unit.rete.bare import needs_durable_rules

import tenure
from tenure.bundled import bundled_names
from tenure.diagnostics import HistoryError
from tenure.language import syntax
from tenure.logic import definitions as k
from tenure.logic.evaluator import evaluate as by_reference
from tenure.logic.formulas import bodies, occurrences
from tenure.logic.trace import Trace
from tenure.logic.truth import UNKNOWN
from tenure.rete import evaluate as by_rules
from tenure.rete import supports
from tenure.time import Calendar
from tenure.timeline.scenarios import timelines

pytestmark = needs_durable_rules

KINDS = ("holds", "holds", "inertial", "inertial", "recent", "lasting", "since", "duty")
UTC = Calendar("UTC")
YEAR = 365 * 86_400_000_000


def has_unknown(trace: Trace) -> bool:
    rows = (edges for table in trace.tables.values() for edges in table.edges.values())
    return UNKNOWN in trace.effective.values() or any(e.truth == UNKNOWN for edges in rows for e in edges)


def events_meet(case: Case) -> bool:
    """Whether two events stand in one tick."""
    return len({event.at for event in case.events}) < len(case.events)


def acts_meet_others(case: Case) -> bool:
    """Whether an act stands in one tick with another event."""
    ticks = Counter(event.at for event in case.events)
    return any(event.type in case.program.acts and ticks[event.at] > 1 for event in case.events)


def duty_meets_several(case: Case) -> bool:
    """Whether two events of one tick bear on the same duty: which does what is then the record's order."""
    for duty in (d for d in case.program.definitions if isinstance(d, k.Duty)):
        formulas = bodies(duty).values()
        if any(isinstance(o.atom, k.Rel) for o in occurrences(duty.end)) and events_meet(case):
            return True
        types = {o.atom.type for f in formulas for o in occurrences(f) if isinstance(o.atom, k.EventAtom)}
        if any(number > 1 for number in Counter(e.at for e in case.events if e.type in types).values()):
            return True
    return False


def compare(case: Case, *, causes: bool) -> bool:
    """Both decide alike; returns whether the rules decided at all."""
    reference = by_reference(case.program, case.events, UTC, case.last)
    try:
        rules = by_rules(case.program, case.events, UTC, case.last)
    except HistoryError as error:
        refused = error.diagnostics[0].code
        assert refused == "TEN824"
        # The rules cannot tell an act's own effect from that of others of its tick, and refuse there too; and they
        # do not choose between duties and events by the order of the record.
        assert has_unknown(reference) or acts_meet_others(case) or duty_meets_several(case)
        return False
    assert rules.effective == reference.effective
    assert [(v.event, v.reason, v.clause) for v in rules.void] == [
        (v.event, v.reason, v.clause) for v in reference.void
    ]
    for name, table in reference.tables.items():
        expected = {key: edges for key, edges in table.edges.items() if edges}
        found = rules.tables[name].edges
        if causes:
            assert found == expected, name
        else:
            assert {k: [e[:2] for e in es] for k, es in found.items()} == {
                k: [e[:2] for e in es] for k, es in expected.items()
            }, name
    return True


def fragment(features: Features, usual: int) -> tuple[object, settings]:
    taken = cases(evolve(features, kinds=KINDS)).filter(lambda case: bool(supports(case.program)))
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    return taken, settings(max_examples=examples(usual), deadline=None, suppress_health_check=checks)


def duties(*, same_tick: bool) -> tuple[object, settings]:
    taken = duty_cases(same_tick=same_tick).filter(lambda case: bool(supports(case.program)))
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    return taken, settings(max_examples=examples(60), deadline=None, suppress_health_check=checks)


PLAIN, OFTEN = fragment(Features(), 200)
ACTS, _ = fragment(Features(acts=True), 200)
TOGETHER, SELDOM = fragment(Features(acts=True, same_tick=True), 100)


@OFTEN
@given(PLAIN)
def test_states_spans_and_memories(case: Case) -> None:
    compare(case, causes=True)


@OFTEN
@given(ACTS)
def test_acts_and_their_powers(case: Case) -> None:
    compare(case, causes=True)


@SELDOM
@given(TOGETHER)
def test_events_of_one_tick(case: Case) -> None:
    compare(case, causes=False)


@pytest.mark.parametrize(
    ("features", "causes"),
    [(Features(), True), (Features(acts=True), True), (Features(acts=True, same_tick=True), False)],
    ids=["plain", "acts", "same tick"],
)
def test_cases_by_number(features: Features, causes: bool) -> None:
    """Plain chance makes cases that are full: at least a hundred of each kind are decided by both."""
    decided = 0
    for seed in range(400):
        case = random_case(Random(seed), evolve(features, kinds=KINDS))
        if is_stratified(case) and supports(case.program):
            decided += compare(case, causes=causes)
    assert decided >= 100


BEFALLEN, SOME = duties(same_tick=False)
BEFALLEN_AT_ONCE, FEW = duties(same_tick=True)


@SOME
@given(BEFALLEN)
def test_ladders_and_all_that_befalls_them(case: Case) -> None:
    """Parts, anchors, excuses, suspensions, extensions, waivers, transfers and helpers, alone and together."""
    compare(case, causes=True)


@FEW
@given(BEFALLEN_AT_ONCE)
def test_ladders_and_events_of_one_tick(case: Case) -> None:
    compare(case, causes=False)


@pytest.mark.parametrize("same_tick", [False, True])
def test_ladders_by_number(same_tick: bool) -> None:
    decided = 0
    for seed in range(120):
        case = duty_case(Random(seed), same_tick=same_tick, nulls=False)
        if is_stratified(case) and supports(case.program):
            decided += compare(case, causes=not same_tick)
    assert decided >= 90


def part_with_rules(program: k.Program) -> k.Program:
    """``program`` without the definitions and acts that have no rules, and without all that reads them."""
    without = set(supports(program).reasons)
    gone = {name for d in program.definitions if d.name in without for name, _ in k.relations_of(d)}
    void = without & program.acts.keys()
    known = -1
    while len(gone) + len(void) > known:
        known = len(gone) + len(void)
        for type, rules in program.acts.items():
            if reads_any([f for rule in rules for f in (rule.power, rule.condition)], gone, void):
                void.add(type)
        for definition in program.definitions:
            if reads_any(bodies(definition).values(), gone, void):
                gone.update(name for name, _ in k.relations_of(definition))
    definitions = tuple(d for d in program.definitions if d.name not in gone)
    return k.Program(definitions, {type: rules for type, rules in program.acts.items() if type not in void})


def reads_any(formulas: Iterable[k.Formula], relations: set[str], events: set[str]) -> bool:
    atoms = [found.atom for formula in formulas for found in occurrences(formula)]
    return any(
        atom.type in events
        if isinstance(atom, k.EventAtom)
        else isinstance(atom, k.Rel | k.Value) and atom.name in relations
        for atom in atoms
    )


WHOLE = {"freight", "licence_portfolio", "meat_sale", "software_licence"}


@pytest.mark.parametrize("name", bundled_names())
def test_bundled_contracts(name: str) -> None:
    """The whole contract where it has rules, else as much of it as has: most of the flagship, joins and positions."""
    deal = tenure.load(name)
    line = deal.evaluate()
    whole = line.line.meaning.program
    part = part_with_rules(whole)
    assert (not supports(whole).reasons) == (name in WHOLE)
    assert len(part.definitions) >= 9
    events = tuple(e for e in line.line.events if e.type not in whole.acts.keys() - part.acts.keys())
    calendar = deal.vocabulary.calendar
    reference, rules = (by(part, events, calendar, line.to) for by in (by_reference, by_rules))
    assert rules.effective == reference.effective
    for relation, table in reference.tables.items():
        found = rules.tables[relation].edges
        assert found == {key: edges for key, edges in table.edges.items() if edges}, relation


@pytest.mark.parametrize("name", sorted(WHOLE - {"licence_portfolio"}))
def test_scenarios_of_whole_contracts(name: str) -> None:
    """Each story that the contract tells, as far as a year after its last event."""
    deal = tenure.load(name)
    scenarios = list(deal.vocabulary.items(syntax.Scenario))
    record = deal.read(None)
    told = 0
    for scenario in scenarios:
        for line in timelines(deal, scenario, record):
            events, program = line.line.events, line.line.meaning.program
            to = max((e.at for e in events), default=0) + YEAR
            reference, rules = (
                by(program, events, deal.vocabulary.calendar, to) for by in (by_reference, by_rules)
            )
            for relation, table in reference.tables.items():
                found = rules.tables[relation].edges
                assert found == {key: edges for key, edges in table.edges.items() if edges}, relation
            told += 1
    assert told


def test_most_of_the_flagship_has_rules() -> None:
    whole = tenure.load("microsoft_openai").meaning().program
    assert len(part_with_rules(whole).definitions) > 0.85 * len(whole.definitions)

"""Whether a mutant is noticed: as if every test had been run from the beginning on the changed contract."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.thoroughness import examples

import tenure
from tenure.diagnostics import ContractError, TenureError
from tenure.norms.stock_names import STOCK_NAMES
from tenure.testing.coverage.measuring import measure
from tenure.testing.mutation.campaign import Campaign, Report
from tenure.testing.mutation.judging import Bench, Judgement
from tenure.testing.mutation.mutants import mutants_of
from tenure.testing.stock import STOCK
from tenure.testing.suite import Suite, failing, suite_of
from tenure.timeline import Contract

NAMES = ("meat_sale", "software_licence", "licence_portfolio")
BENCHES = {}
WAREHOUSE = """
contract warehouse
zone UTC
parties Keeper, Owner
fact stored
fact fire
fact removed
action keep_dry
clause K1 "Keeping"
  Keeper must keep_dry to Owner
    from stored
    until removed, or through 2030
    unless once fire
"""


def bench(name):
    if name not in BENCHES:
        BENCHES[name] = Bench(suite_of(tenure.load(name)))
    return BENCHES[name]


def judged(text):
    """The words of the mutants that no test notices, and those of the others by fate."""
    contract = Contract.from_text(text)
    bench = Bench(suite_of(contract))
    found = {}
    for mutant in mutants_of(contract.vocabulary):
        found.setdefault(bench.judge(mutant).fate, []).append(mutant.words)
    return found


@settings(max_examples=examples(30), deadline=None)
@given(st.data())
def test_a_judgement_is_that_of_running_every_test_anew(data):
    of = bench(data.draw(st.sampled_from(NAMES)))
    mutant = data.draw(st.sampled_from(mutants_of(of.original.vocabulary)))
    judgement = of.judge(mutant)
    try:
        plain = Contract(mutant.document(of.original.document), path=of.original.path)
        refused = any(finding.severity == "error" for finding in plain.check())
    except TenureError:
        refused = True
    if refused:
        assert judgement.fate == "refused"
        return
    suite = of.suite
    noticing = [
        test.name for test in suite.tests if set(failing(suite, test, plain, projected=True)) - of.open[test]
    ]
    if judgement.fate == "noticed":
        assert judgement.test in noticing
    else:
        assert noticing == []


def test_a_date_that_no_test_asks_about():
    story = """
    scenario "dry" alone
      2026-01-05 - stored
      at 2026-02-01 Keeper must keep_dry to Owner
    """
    unnoticed = judged(WAREHOUSE + story)["unnoticed"]
    assert "K1 ended at the end of 2031, not of 2030" in unnoticed
    assert "K1 had no `unless once fire`" in unnoticed
    assert "the rule `Keeper must keep_dry to Owner` of K1 were not there" not in unnoticed


def test_a_test_at_each_edge_notices_all():
    stories = """
    scenario "dry" alone
      2026-01-05 - stored
      at 2026-01-04 Keeper need not keep_dry
      at 2026-02-01 Keeper must keep_dry to Owner until 2031-01-01
      at 2031-01-01 Keeper need not keep_dry
    scenario "removed" alone
      2026-01-05 - stored
      2026-03-05 - removed
      2026-03-07 - stored
      at 2026-03-04 Keeper must keep_dry until 2026-03-05
      at 2026-03-06 Keeper need not keep_dry
    scenario "burnt" alone
      2026-01-05 - stored
      2026-03-05 - fire
      at 2026-03-04 Keeper must keep_dry until 2026-03-05
      at 2026-03-06 Keeper need not keep_dry because "defeated by once fire"
    """
    assert "unnoticed" not in judged(WAREHOUSE + stories)


def test_properties_notice_too():
    property_ = 'property "thirty"\n  always if after 2030 then not K1\n'
    found = judged(
        WAREHOUSE + property_ + 'scenario "s" alone\n  2026-01-05 - stored\n  at 2026-01-04 not stored\n'
    )
    # The property is judged over the record, which is empty: only over the story does it say anything.
    assert "K1 ended at the end of 2031, not of 2030" in found["unnoticed"]
    contract = Contract.from_text(
        WAREHOUSE + property_ + 'scenario "s" alone\n  2026-01-05 - stored\n  at 2026-01-04 not stored\n'
    )
    suite = Suite(contract, contract.read(()), stories=True)
    report = Campaign(suite).run()
    assert "K1 ended at the end of 2031, not of 2030" not in [m.words for m in report.unnoticed]


def test_what_the_checker_refuses_and_what_means_the_same_do_not_count():
    text = """
    contract c
    zone UTC
    parties A, B
    reading R one (default), two
    fact begun
    fact over
    action go
    state s means once begun or once begun
    clause C1
      A may go against B
        from begun
        until over when R is two
    scenario "s" alone
      2026-01-05 - begun
      2027-01-05 - over
      at 2026-02-01 A may go
      at 2027-02-01 under R is two, A may not go
      at 2026-02-01 s
      at 2026-01-04 not s
    """
    found = judged(text)
    assert "`and` stood for `or` in `once begun or once begun` of state s" not in found.get("noticed", [])
    assert "C1 did not end until over when R is two" in found["noticed"]


def test_amendments_that_reach_back():
    text = """
    contract c
    zone UTC
    parties A, B
    fact begun
    fact signed
    action go
    clause C1
      A may go against B
        from begun
    amendment R1 from signed retroactive from 2026-02-01
      C1 end
    scenario "s" alone
      2026-01-05 - begun
      2026-04-05 - signed
      at 2026-01-20 A may go
      at 2026-03-01 A may not go
    """
    found = judged(text)
    assert "R1 did not end C1" in found["noticed"]
    assert "2027-02-01 stood for 2026-02-01 in amendment R1" in found["noticed"]
    assert "2026-01-31 stood for 2026-02-01 in amendment R1" in found["unnoticed"]
    items = {c.item.name: c.status for c in measure(suite_of(Contract.from_text(text))).items}
    assert items["C1 ended by R1"] == "fired"


def test_what_is_free_where_no_clause_speaks():
    text = """
    contract c
    zone UTC
    parties A, B
    fact gone
    fact come
    action go done by gone by A, permitted unless forbidden
    action come_back done by come by A, forbidden unless permitted
    clause C1
      B may come_back against A
    scenario "s" alone
      2026-01-02 A gone as G
      at 2026-01-01 A may {go}
      at 2026-01-01 A may not {back}
    """
    blind = judged(text.format(go="go", back="come_back").replace("A may go", "not gone"))["unnoticed"]
    assert "action go were forbidden, where no clause speaks" in blind
    assert "action come_back were permitted, where no clause speaks" not in blind
    seeing = judged(text.format(go="go", back="come_back"))
    assert "action go were forbidden, where no clause speaks" not in seeing["unnoticed"]


def test_a_contract_without_tests():
    with pytest.raises(ContractError, match="TEN720"):
        suite_of(Contract.from_text(WAREHOUSE))


def test_a_test_that_fails_already():
    wrong = 'scenario "wrong" alone\n  2026-01-05 - stored\n  at 2026-02-01 Keeper need not keep_dry\n'
    with pytest.raises(ContractError, match=r"TEN721.*wrong"):
        Bench(suite_of(Contract.from_text(WAREHOUSE + wrong)))


def test_a_rule_that_moves_up_is_not_taken_for_the_one_that_is_gone():
    text = """
    contract c
    zone UTC
    parties A, B
    fact begun
    action go
    action come
    clause C1
      A may go against B from begun
      A may come against B from begun
    scenario "s" alone
      2026-01-05 - begun
      at 2026-01-20 A may go
    """
    found = judged(text)
    assert "the rule `A may go against B` of C1 were not there" in found["noticed"]
    assert "the rule `A may come against B` of C1 were not there" in found["unnoticed"]


def test_a_fault_of_the_engine_does_not_end_the_run(monkeypatch):
    of = bench("meat_sale")

    def broken(*_):
        raise KeyError("a")

    monkeypatch.setattr(of, "_in_order", broken)
    mutant = next(m for m in mutants_of(of.original.vocabulary) if m.operator == "length")
    judgement = of.judge(mutant)
    assert (judgement.fate, judgement.by) == ("failed", "internal error: KeyError: 'a'")
    report = Report("meat_sale", ((mutant, judgement), (mutant, Judgement("noticed"))))
    assert (report.score, report.failed) == (50, ((mutant, judgement),))


def test_several_processes_find_what_one_finds():
    suite = suite_of(tenure.load("licence_portfolio"))
    one, two = Campaign(suite).run(), Campaign(suite, jobs=2).run()
    # Which test notices a mutant first is a matter of what each costs on the day.
    fates = [[(mutant.id, judged.fate) for mutant, judged in run.judged] for run in (one, two)]
    assert fates[0] == fates[1]
    assert one.left == 0


def test_a_time_box_leaves_some_over():
    report = Campaign(suite_of(tenure.load("meat_sale")), seconds=0.01).run()
    assert report.left > 0
    assert len(report.judged) + report.left == len(mutants_of(tenure.load("meat_sale").vocabulary))


def test_the_checker_knows_every_stock_property():
    assert tuple(p.name for p in STOCK) == STOCK_NAMES

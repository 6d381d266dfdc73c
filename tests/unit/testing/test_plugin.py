"""The pytest plugin on contract files, in a pytest of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

DEAL = """# Photos

```tenure
contract photos
zone Europe/Berlin
parties Mira, Ostwind
fact billed(bill, amount: number)
fact paid(bill, amount: number)
action pay(bill, amount) done by paid(bill = bill, amount = amount)

clause F1
  Ostwind must pay(bill, amount) to Mira
    for each billed(bill, amount)
    within 31 days

property "thirty days to pay"
  always if pending(F1, b) then once billed(bill = b) within 30 days

property "nothing is owed without a bill"
  always if pending(F1, b) then once billed(bill = b)

property "nobody is sued"
  always if unpaid(b) and not once billed then not F1

state unpaid(b) from billed(b) until paid(b)

scenario "paid in time" alone
  2026-01-05     -  billed b1 100 as B
  2026-02-01     Ostwind  paid b1 100
  at 2026-02-02  performed(F1, "b1")

scenario "wrong on purpose" alone
  2026-01-05     -  billed b1 100
  at 2026-02-05  breached(F1, "b1")
```
"""
CONFTEST = """
from hypothesis import settings
settings.register_profile("few", max_examples=25, database=None, derandomize=True)
settings.load_profile("few")
"""


@pytest.fixture
def photos(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makefile(".md", deal=DEAL)
    return pytester


def run(pytester, *options):
    return pytester.runpytest(
        "-p", "tenure.testing.plugin", "-p", "no:randomly", "-p", "no:cacheprovider", *options
    )


def test_every_block_is_a_test_and_a_failure_is_readable(photos):
    result = run(photos, "-rs", "--tenure-no-stock")
    result.assert_outcomes(passed=2, failed=2, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*property thirty days to pay: falsified",
            "*always if pending(F1, b) then once billed(bill = b) within 30 days",
            "*the story",
            '*2026-01-05  -  billed bill="bill 1" amount=100 as E1',
            "*the verdict: false since 2026-02-05T00:00:00+01:00*",
            "*the timeline",
            "*to tell it again, paste",
            '*scenario "breaks: thirty days to pay" alone',
            "*SKIPPED*vacuous, not passed: what it is about never happens*",
        ],
        consecutive=False,
    )  # fmt: skip
    text = result.stdout.str()
    assert 'expected  true: breached(F1, "b1")' in text
    assert "Traceback" not in text and "search.py" not in text.replace("items.py", "")


def test_the_scenario_to_paste_reproduces_the_failure(photos):
    text = run(photos, "-k", "thirty", "--tenure-no-stock").stdout.str()
    lines = text.split("to tell it again, paste\n")[1].split("\n====")[0].splitlines()
    scenario = "\n".join(line[2:] for line in lines if line.startswith("  "))
    assert "at 2026-02-05" in scenario
    photos.makefile(
        ".md", deal=DEAL.replace('scenario "paid in time"', f'{scenario}\n\nscenario "paid in time"')
    )
    run(photos, "-k", "breaks", "--tenure-no-stock").assert_outcomes(failed=1, deselected=5)


def test_chosen_by_name_and_by_marker(photos):
    run(photos, "-k", "without").assert_outcomes(passed=1, deselected=16)
    run(photos, "-m", "tenure_scenario").assert_outcomes(passed=1, failed=1, deselected=15)


def test_stock_properties_are_switched_off_with_a_reason(photos):
    result = run(
        photos, "-k", "performable", "-rs", "--tenure-without", "performable=nobody can be made to pay"
    )
    result.stdout.fnmatch_lines(["*switched off: nobody can be made to pay*"])
    off = 'property performable off because "it is Mira\'s risk"'
    photos.makefile(".md", deal=DEAL.replace("state unpaid", f"{off}\n\nstate unpaid"))
    result = run(photos, "-k", "performable", "-rs")
    result.stdout.fnmatch_lines(["*switched off: it is Mira's risk*"])
    assert run(photos, "-k", "performable", "--tenure-without", "performable").ret != 0
    photos.makeini(
        "[pytest]\ntenure_without =\n    photos.performable: for photos\n    other.horizon: not for these\n"
    )
    result = run(photos, "-k", "performable", "-rs")
    result.stdout.fnmatch_lines(["*switched off: for photos*"])
    assert "not for these" not in result.stdout.str()


def test_expected_failures(photos):
    photos.makeini(
        "[pytest]\ntenure_xfail =\n    thirty days to pay: being negotiated\n    wrong on purpose: an example\n"
    )
    run(photos, "--tenure-no-stock").assert_outcomes(passed=2, xfailed=2, skipped=1)


def test_options_of_hypothesis_count(photos):
    photos.makeconftest(CONFTEST + "settings.register_profile('one', max_examples=1, database=None)\n")
    run(photos, "-k", "thirty", "--hypothesis-profile=one").assert_outcomes(skipped=1, deselected=16)
    run(photos, "-k", "thirty", "--hypothesis-seed=7").assert_outcomes(failed=1, deselected=16)


def test_runs_in_parallel(photos):
    pytest.importorskip("xdist")
    run(photos, "--tenure-no-stock", "-n", "1").assert_outcomes(passed=2, failed=2, skipped=1)


def test_properties_in_python(photos):
    photos.makepyfile("""
        import tenure
        from hypothesis import given, settings
        from tenure.testing import histories

        deal = tenure.load("deal.md")

        @settings(deadline=None)
        @given(histories(deal, max_events=4))
        def test_breach_takes_a_bill(history):
            line = deal.evaluate(history, to="2040-01-01")
            assert not line.breaches or any(e.type == "billed" for e in line.line.events)
    """)
    run(photos, "-k", "takes").assert_outcomes(passed=1, deselected=17)


def test_a_contract_that_cannot_be_read_is_an_error(photos):
    photos.makefile(".md", deal=DEAL.replace("within 31 days", "within 31 dayz"))
    result = run(photos)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*deal.md:*: error[[]TEN*"])


def test_other_markdown_is_collected_only_where_it_is_named(photos):
    photos.makefile(".md", other=DEAL, plain="# nothing here")
    photos.makefile(
        ".tenure",
        rules='contract rules\nparties A, B\nscenario "quiet" alone\n  at 2026-01-01  not after 2030\n',
    )
    assert "other.md" not in run(photos, "--collect-only", "-q").stdout.str()
    assert "other.md" in run(photos, "--collect-only", "-q", "other.md").stdout.str()
    run(photos, "rules.tenure").assert_outcomes(passed=1)


def test_the_plugin_costs_nothing_without_contracts():
    code = "import sys, tenure.testing.plugin; print([m for m in sys.modules if m.startswith(('tenure.', 'hypothesis', 'lark'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "['tenure.testing', 'tenure.testing.plugin']"

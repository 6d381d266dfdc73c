"""`tenure test` judges properties beside scenarios."""

import pytest

PROPERTIES = """
```tenure
property "signed first" always if let(x) then once signed
property "never ended" always not entering ended
property "an agent's ending is void" always not ended
property "in time" always if invoiced(i) then eventually within 30 days paid(i)
```
"""


@pytest.fixture
def judged(lease):
    deal = lease / "deal.md"
    text = deal.read_text(encoding="utf-8").split('scenario "wrong on purpose"')[0] + "```\n"
    deal.write_text(text + PROPERTIES, encoding="utf-8")
    return lease


@pytest.mark.usefixtures("judged")
def test_a_property_that_is_false_fails_the_test(tenure, valid):
    ran = tenure("test", "lease")
    assert ran.code == 1
    assert "pass  lease: property signed first\n" in ran.out
    assert "FAIL  lease: property in time\n" in ran.out
    assert "found     false since 2026-04-02T00:00:00-07:00" in ran.out
    assert ran.out.endswith("lease: 4 judgements of properties, 1 true, 2 undecided, 1 false\n")
    (contract,) = valid(tenure("test", "lease", "--format", "json").json, "test")["contracts"]
    found = {p["name"]: p for p in contract["properties"]}
    assert found["in time"]["decided_at"] == "2026-04-02T00:00:00-07:00"
    assert found["in time"]["projected"] is False
    assert found["an agent's ending is void"]["passed"] is True


@pytest.mark.usefixtures("judged")
def test_every_story_can_be_judged_too(tenure):
    out = tenure("test", "lease", "--stories").out
    assert "FAIL  lease: property in time (in as things stand)\n" in out
    assert "8 judgements of properties" in out

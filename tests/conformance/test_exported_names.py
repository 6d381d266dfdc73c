"""The public names are pinned: adding or removing one is a decision, shown in the diff of this file."""

import tenure

PINNED = (
    "Contract",
    "ContractError",
    "Diagnostic",
    "Event",
    "History",
    "HistoryError",
    "QueryError",
    "TenureError",
    "Timeline",
    "Verdict",
    "load",
)


def test_the_public_names_are_the_pinned_ones():
    assert sorted(tenure.__all__) == sorted(PINNED)


def test_every_public_name_exists():
    assert [name for name in tenure.__all__ if not hasattr(tenure, name)] == []


def test_the_public_names_of_testing_are_the_pinned_ones():
    from tenure import testing

    pinned = ("ContractMachine", "contracts", "events", "histories", "readings", "suppositions")
    assert sorted(testing.__all__) == sorted(pinned)
    assert [name for name in pinned if not callable(getattr(testing, name))] == []

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

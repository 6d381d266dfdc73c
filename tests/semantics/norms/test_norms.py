"""The meaning of norms: each file beside this one is a small contract whose scenarios state answers and reasons."""

from pathlib import Path

import pytest

import tenure
from tenure.language import syntax as s
from tenure.timeline.scenarios import run_scenarios

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.md"))


@pytest.fixture(scope="module")
def results():
    """The results of each file's scenarios by name; every file is read and evaluated once."""
    told = {}

    def of(path):
        if path not in told:
            told[path] = {result.name: result for result in run_scenarios(tenure.load(path))}
        return told[path]

    return of


def _scenarios():
    return [
        pytest.param(path, scenario.name, id=f"{path.stem}: {scenario.name}")
        for path in FILES
        for scenario in tenure.load(path).vocabulary.items(s.Scenario)
    ]


@pytest.mark.parametrize(("path", "name"), _scenarios())
def test_scenario(path, name, results):
    result = results(path)[name]
    assert result.error is None, result.error
    assert result.checks, "a scenario without expectations shows nothing"
    wrong = [c for c in result.checks if not c.passed]
    told = "\n".join(
        f"line {c.place.line}: {c.text}\n  expected {c.expected}\n  found    {c.found}" for c in wrong
    )
    assert not wrong, f"\n{told}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_names_are_told_once(path):
    names = [scenario.name for scenario in tenure.load(path).vocabulary.items(s.Scenario)]
    assert len(names) == len(set(names))

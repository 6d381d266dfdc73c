"""A bundled contract under our own pytest plugin, at a low budget: every scenario and every stock property."""

import shutil

import pytest

from tenure.bundled import contracts_root
from tenure.rete.installed import missing

pytest_plugins = ["pytester"]
CONFTEST = """
from hypothesis import settings
settings.register_profile("few", max_examples=15, database=None, derandomize=True)
settings.load_profile("few")
"""


@pytest.mark.slow
def test_a_bundled_contract_passes(pytester):
    pytester.makeconftest(CONFTEST)
    shutil.copytree(contracts_root() / "meat_sale", pytester.path / "meat_sale")
    result = pytester.runpytest("-p", "tenure.testing.plugin", "-p", "no:cacheprovider", "meat_sale")
    # Whether the executors agree can be judged only where both can run.
    skipped = int(missing() is not None)
    result.assert_outcomes(passed=24 - skipped, skipped=skipped)


@pytest.mark.slow
def test_the_properties_of_the_flagship_pass(pytester):
    pytester.makeconftest(CONFTEST.replace("15", "25"))
    shutil.copytree(contracts_root() / "microsoft_openai", pytester.path / "microsoft_openai")
    result = pytester.runpytest(
        "-p", "tenure.testing.plugin", "-p", "no:cacheprovider", "-m", "tenure_property", "microsoft_openai"
    )
    outcomes = result.parseoutcomes()
    assert outcomes.get("failed", 0) == 0
    assert outcomes["passed"] + outcomes.get("skipped", 0) >= 20

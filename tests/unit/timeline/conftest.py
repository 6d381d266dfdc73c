"""Bundled contracts, loaded once."""

import pytest

import tenure


@pytest.fixture(scope="session")
def flagship():
    """The Microsoft–OpenAI contract."""
    return tenure.load("microsoft_openai")


@pytest.fixture(scope="session")
def recorded(flagship):
    """Its timeline on the record."""
    return flagship.evaluate()


@pytest.fixture(scope="session")
def licence():
    """The software licence."""
    return tenure.load("software_licence")

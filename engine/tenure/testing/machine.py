"""A stateful test of a contract: one rule for each type of event, and its properties as invariants."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tenure.history import Event, History
from tenure.testing.judge import declared_properties
from tenure.testing.outcome import report
from tenure.testing.search import Search, Subject
from tenure.testing.stock import STOCK
from tenure.testing.strategies import CHOICES, picker, teller
from tenure.testing.telling import Focus, Manners
from tenure.timeline import Contract


class Story(RuleBasedStateMachine):
    """What every machine of a contract has: the events told so far, and what must hold after each of them.

    ``contract``, ``properties`` (judged after every event) and ``stock`` (judged at the end) may be replaced in a subclass.
    """

    contract: Contract
    properties: tuple[Subject, ...] = ()
    stock: tuple[Subject, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Event] = []

    @property
    def history(self) -> History:
        """What has been told."""
        return History.from_events(self.told)

    def check(self, subjects: tuple[Subject, ...]) -> None:
        """Fail with a readable story where one of ``subjects`` is broken."""
        search = Search(self.contract, subjects)
        search.look(self.history)
        for outcome in search.outcomes:
            if outcome.failure is not None:
                text = report(self.contract, outcome, search.judge.reach(self.history))
                raise AssertionError("\n".join(text))

    @invariant()
    def properties_hold(self) -> None:
        """The contract's own properties."""
        if self.properties:
            self.check(self.properties)

    def teardown(self) -> None:
        """The stock properties, of the whole story."""
        if self.stock:
            self.check(self.stock)


def ContractMachine(contract: Contract) -> type[Story]:  # noqa: N802 -- it makes a class
    """A ready state machine of ``contract``; its ``TestCase`` is run by pytest and unittest alike.

    Raises :class:`ContractError` (TEN701) where the contract declares no events.
    """
    knows = teller(contract)
    members: dict[str, Any] = {
        "__doc__": f"Random stories of {contract.name}.",
        "contract": contract,
        "properties": declared_properties(contract),
        "stock": STOCK,
    }
    for name in knows.kinds:
        members[f"tell_{name}"] = _rule(name, contract)
    return type(f"{contract.name}_machine", (Story,), members)


def _rule(name: str, contract: Contract) -> Any:
    knows = teller(contract)

    def following(machine: Story) -> st.SearchStrategy[Event]:
        told = tuple(machine.told)
        return CHOICES.map(
            lambda choices: knows.event(
                picker(choices), told, Manners(corrections=False), about=Focus(frozenset((name,)))
            )
        )

    def tell(self: Story, event: Event) -> None:
        self.told.append(event)

    tell.__name__ = f"tell_{name}"
    return rule(event=st.runner().flatmap(following))(tell)

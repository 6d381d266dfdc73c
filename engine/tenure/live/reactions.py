"""Reactions: functions of a program that are called when positions change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from attrs import field, frozen

from tenure.diagnostics import UsageError
from tenure.live.patterns import When
from tenure.timeline import Contract
from tenure.timeline.changes import Change

if TYPE_CHECKING:
    from tenure.live.host import Live
    from tenure.timeline.proof import Proof


@frozen
class Retry:
    """What is done when a reaction fails: it is called up to ``attempts`` times, ``wait`` apart on the contract's clock.

    Without ``wait`` the next attempt is made when anything is posted, advanced or drained.
    """

    attempts: int = 5
    wait: str | None = None


@frozen
class Delivery:
    """What a reaction is called with.

    ``id`` is the same whenever it is delivered: a reaction that remembers it acts once.  ``changes`` are those that
    its patterns matched, one for each of a ``when_all``; ``values`` are those of its variables.
    """

    id: str
    changes: tuple[Change, ...]
    values: dict[str, Any]
    attempt: int
    live: Live = field(repr=False)

    @property
    def change(self) -> Change:
        """The last of the changes."""
        return max(self.changes, key=lambda change: change.at)

    @property
    def proof(self) -> Proof:
        """Why the position of :attr:`change` is as it is: worked out when asked for, by the record as it is then."""
        return self.live.session.why(self.change)


@frozen
class Reaction:
    """A function and what it waits for; its name stands for it in a journal."""

    name: str
    when: When
    call: Callable[[Delivery], object]
    retry: Retry


_registered: WeakKeyDictionary[Contract, dict[str, Reaction]] = WeakKeyDictionary()


def reaction(
    deal: Contract, *, when: When, name: str | None = None, retry: Retry | None = None
) -> Callable[[Callable[[Delivery], object]], Callable[[Delivery], object]]:
    """Decorates a function that is called with a :class:`Delivery` whenever ``when`` matches in a ``Live(deal)``.

    ``name`` (default: that of the function) tells a journal which reaction it is, so two of a contract must not share
    one: raises :class:`UsageError` (TEN809).
    """

    def register(call: Callable[[Delivery], object]) -> Callable[[Delivery], object]:
        named = name or str(getattr(call, "__qualname__", repr(call)))
        known = _registered.setdefault(deal, {})
        if named in known:
            help = "give one of them a `name` of its own: the journal tells them apart by it"
            raise UsageError.of("TEN809", f"two reactions are called `{named}`", help=help)
        known[named] = Reaction(named, when, call, retry or Retry())
        return call

    return register


def reactions_of(deal: Contract) -> dict[str, Reaction]:
    """The reactions of a contract, by name, in their order."""
    return dict(_registered.get(deal, {}))

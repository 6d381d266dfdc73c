"""Whether the tests of a contract notice a mutant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from time import process_time

from attrs import evolve, frozen

from tenure.diagnostics import ContractError, TenureError
from tenure.language import syntax as s
from tenure.language.syntax.shared import compared, nodes
from tenure.logic.difference import Difference, difference_of
from tenure.norms import Meaning
from tenure.testing.asked import Asked, Slice
from tenure.testing.mutation.altered import Altered, Recorded
from tenure.testing.mutation.mutants import Fate, Mutant
from tenure.testing.mutation.sites import MEANING
from tenure.testing.suite import Suite, Test, failing

#: How many choices of the readings that a changed rule mentions are looked at to see whether it means the same.
MOST_CHOICES = 64


@frozen
class Judgement:
    """What became of one mutant, and the test that noticed it, with what failed there."""

    fate: Fate
    test: str | None = None
    by: str | None = None


class Bench:
    """The tests of one contract, run once on the contract itself; raises TEN721 where one of them fails on it."""

    def __init__(self, suite: Suite) -> None:
        self.original = Recorded(suite.contract)
        self.suite = Suite(self.original, suite.record, suite.stories)
        self.asked = Asked(self.original, suite.record)
        self.costs: dict[Test, float] = {}
        #: The properties that are false on the contract itself if nothing more happens: no news about a mutant.
        self.open: dict[Test, frozenset[str]] = {}
        for test in self.suite.tests:
            self._run_original(test)

    def _run_original(self, test: Test) -> None:
        self.original.test = test.name
        begun = process_time()
        failed = next(failing(self.suite, test), None)
        self.open[test] = (
            frozenset() if test.scenario else frozenset(failing(self.suite, test, projected=True))
        )
        self.costs[test] = process_time() - begun
        if failed is not None:
            raise ContractError.of(
                "TEN721",
                f"a test of `{self.original.name}` fails on the contract itself: {test.name}",
                place=test.scenario.place if test.scenario else None,
                help=f"mend it first; it fails at: {failed}",
            )

    def judge(self, mutant: Mutant) -> Judgement:
        """What becomes of ``mutant``: the tests that depend on what it changes are run, until one fails."""
        try:
            return self._judged(mutant)
        except Exception as error:  # noqa: BLE001  (a fault of the engine is reported, and the run goes on)
            return Judgement("failed", None, f"internal error: {type(error).__name__}: {error}")

    def _judged(self, mutant: Mutant) -> Judgement:
        try:
            altered = Altered(mutant.document(self.original.document), self.original)
            if any(f.severity == "error" for f in altered.check()):
                return Judgement("refused")
            differences = _Differences(self.original, altered, mutant)
            if self._means_the_same(differences):
                return Judgement("same")
        except TenureError:
            return Judgement("refused")
        for test in self._in_order(mutant):
            altered.test = test.name
            found = next(self._failing(test, altered, differences), None)
            if found is not None:
                return Judgement("noticed", test.name, found)
        return Judgement("unnoticed")

    def _in_order(self, mutant: Mutant) -> list[Test]:
        """The tests that name the clause first, then the cheap ones."""

        def names(test: Test) -> bool:
            lines = test.scenario.lines if test.scenario else ()
            reasons = (r for line in lines if isinstance(line, s.Expectation) for r in line.because)
            return any(mutant.clause == r or f"by {mutant.clause}" in r for r in reasons)

        return sorted(self.suite.tests, key=lambda test: (not names(test), self.costs[test]))

    def _failing(self, test: Test, altered: Altered, differences: _Differences) -> Iterator[str]:
        def wanted(asked: s.Expectation | s.Property, choice: Mapping[str, str]) -> bool:
            if isinstance(asked, s.Property):
                depends = self.asked.by_property(asked)
            else:
                assert test.scenario is not None
                depends = self.asked.by(test.scenario, asked, choice)
            return differences.bear_on(depends, choice)

        found = failing(self.suite, test, altered, wanted, projected=True)
        return (words for words in found if words not in self.open[test])

    def _means_the_same(self, differences: _Differences) -> bool:
        """Whether the program is the same under every choice of the readings that bear on the changed rule."""
        readings = (self.original.vocabulary.readings[name] for name in differences.readings)
        choices = product(*([(r.name, v.name) for v in r.values] for r in readings))
        return not any(differences.under(dict(choice)) for choice in ({}, *islice(choices, MOST_CHOICES)))


class _Differences:
    """What differs between two versions of a contract under each choice of readings, worked out when asked.

    Only the readings that the changed item mentions, or an item that names it, can make a difference to the difference.
    """

    def __init__(self, original: Recorded, altered: Altered, mutant: Mutant) -> None:
        self.original = original
        self.altered = altered
        self.readings = _readings_near(original, mutant)
        self._known: dict[tuple[tuple[str, str], ...], Difference] = {}
        self._reaches_back = any(contract.meaning().program.reaching for contract in (original, altered))

    def under(self, choice: Mapping[str, str]) -> Difference:
        """The difference under ``choice``."""
        near = {name: value for name, value in choice.items() if name in self.readings}
        key = tuple(sorted(near.items()))
        if key not in self._known:
            one, other = (c.meaning(near) for c in (self.altered, self.original))
            found = difference_of(one.program, other.program)
            # Rules are numbered: behind one that is left out, the same relation may give another right.
            read = frozenset(force for force, _ in set(_read_as(one)) ^ set(_read_as(other)))
            self._known[key] = evolve(found, relations=found.relations | read)
        return self._known[key]

    def bear_on(self, depends: Slice, choice: Mapping[str, str]) -> bool:
        """Whether an answer that ``depends`` on these relations and acts may be another one."""
        found = self.under(choice)
        if self._reaches_back:
            return bool(found)  # what reaches back may reach anything
        return bool(found.relations & depends.relations or found.acts & depends.acts)


def _read_as(meaning: Meaning) -> Iterator[tuple[str, object]]:
    """Each relation that gives a position, with what it is read as."""
    for p in meaning.supports:
        yield p.force, (p.clause, p.relation, p.act, p.head)


def _readings_near(original: Recorded, mutant: Mutant) -> tuple[str, ...]:
    name = getattr(original.document.items[mutant.number], "name", None)
    near = set[str]()
    for number, item in enumerate(original.document.items):
        if not isinstance(item, MEANING):
            continue
        words = set(_words(item))
        named = name is not None and any(name == w or name.startswith(f"{w}.") for w in words)
        if number == mutant.number or named:
            near |= words
    return tuple(reading for reading in original.vocabulary.readings if reading in near)


def _words(item: s.Node) -> Iterator[str]:
    """Every name that an item mentions."""
    for node in nodes(item):
        kind: type[s.Node] = type(node)
        for field in compared(kind):
            value = getattr(node, field)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, str):
                    yield part

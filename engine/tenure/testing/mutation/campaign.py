"""A mutation run: every mutant judged, within a time, by several processes, from where an earlier run stopped."""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from attrs import field, frozen

from tenure.testing.exemptions import Exemptions
from tenure.testing.mutation.judging import Bench, Judgement
from tenure.testing.mutation.mutants import Fate, Mutant, mutants_of
from tenure.testing.mutation.state import StateFile
from tenure.testing.suite import Suite


@frozen
class Report:
    """What became of the mutants of one contract; ``left`` were not judged in the time that there was."""

    contract: str
    judged: tuple[tuple[Mutant, Judgement], ...]
    left: int = 0
    reasons: dict[str, str] = field(factory=dict)

    @property
    def counts(self) -> Counter[Fate]:
        """How many mutants had each fate."""
        return Counter(judgement.fate for _, judgement in self.judged)

    @property
    def unnoticed(self) -> tuple[Mutant, ...]:
        """The mutants that no test noticed."""
        return tuple(mutant for mutant, judgement in self.judged if judgement.fate == "unnoticed")

    @property
    def failed(self) -> tuple[tuple[Mutant, Judgement], ...]:
        """The mutants on which the engine failed."""
        return tuple((mutant, judgement) for mutant, judgement in self.judged if judgement.fate == "failed")

    @property
    def score(self) -> int:
        """The share of the mutants that count which a test noticed, in whole per cent, rounded down; 100 of none.

        One on which the engine failed counts, for nobody knows whether a test would notice it.
        """
        noticed = self.counts["noticed"]
        whole = noticed + self.counts["unnoticed"] + self.counts["failed"]
        return 100 * noticed // whole if whole else 100


@frozen
class Campaign:
    """How to run: ``jobs`` processes for at most ``seconds``, keeping and taking up the judgements of ``state``."""

    suite: Suite
    exemptions: Exemptions = field(factory=Exemptions)
    jobs: int = 1
    seconds: float | None = None
    state: StateFile | None = None

    def run(self, told: Callable[[int], None] | None = None) -> Report:
        """Judge every mutant; ``told`` hears of every few how many more have been judged."""
        started = monotonic()
        mutants = mutants_of(self.suite.contract.vocabulary)
        kept = self.state.judged if self.state else {}
        # What the engine failed on is tried again: it may have been mended.
        done = {id: judgement for id, judgement in kept.items() if judgement.fate != "failed"}
        for mutant in mutants:
            if mutant.id in self.exemptions.mutants:
                done[mutant.id] = Judgement("equivalent")
        waiting = [m for m in mutants if m.id not in done]
        if told is not None:
            told(len(mutants) - len(waiting))
        if waiting:
            with _judging(Bench(self.suite), waiting, self.jobs) as found:
                for mutant, judgement in found:
                    done[mutant.id] = judgement
                    if self.state is not None:
                        self.state.keep(mutant.id, judgement)
                    if told is not None:
                        told(1)
                    if self.seconds is not None and monotonic() - started > self.seconds:
                        break
        judged = tuple((m, done[m.id]) for m in mutants if m.id in done)
        return Report(
            self.suite.contract.name, judged, len(mutants) - len(judged), dict(self.exemptions.mutants)
        )


#: What the processes of a run inherit: they are forked once the tests have been run on the contract itself.
_bench: Bench | None = None
_mutants: list[Mutant] = []


@contextmanager
def _judging(bench: Bench, mutants: list[Mutant], jobs: int) -> Iterator[Iterator[tuple[Mutant, Judgement]]]:
    """The judgements as they are made, in any order; leaving early stops the processes."""
    global _bench, _mutants
    if jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield ((mutant, bench.judge(mutant)) for mutant in mutants)
        return
    _bench, _mutants = bench, mutants
    with multiprocessing.get_context("fork").Pool(jobs, _unattended) as pool:
        found = pool.imap_unordered(_judged, range(len(mutants)))
        yield ((mutants[number], judgement) for number, judgement in found)
        pool.terminate()
    _bench, _mutants = None, []


def _unattended() -> None:
    """The first process hears of an interruption, and stops the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _judged(number: int) -> tuple[int, Judgement]:
    assert _bench is not None
    return number, _bench.judge(_mutants[number])

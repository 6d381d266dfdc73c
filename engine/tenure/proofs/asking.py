"""What a replay of a duty's account is told and asks: every question is kept, so that its answer can be proved."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from heapq import heappush

from tenure.logic.definitions import Stage
from tenure.proofs.accounts import Account, Asked, Entry, Formulas, Key, Matter
from tenure.proofs.standing import Standing
from tenure.proofs.theory import FIRST


class Asking:
    """Reads ``account`` for the instances that arose as one of ``until``, each up to its stage."""

    def __init__(self, formulas: Formulas, account: Account, until: dict[Key, Stage]) -> None:
        self.formulas = formulas
        self.duty = formulas.duty
        self.theory = formulas.theory
        self.account = account
        self.until = until
        self.asked: list[Asked] = []
        self._moments: list[Stage] = []
        self._touched: dict[Stage, dict[Key, None]] = {}

    def _touch(self, stage: Stage, origin: Key) -> None:
        if stage <= self.until[origin]:
            if stage not in self._touched:
                heappush(self._moments, stage)
            self._touched.setdefault(stage, {})[origin] = None

    def _ask(self, matter: Matter, start: Stage, end: Stage) -> None:
        if start <= end:
            self.asked.append(Asked(matter, start, end))

    def _rises(self, role: str, here: Standing, stage: Stage) -> list[Entry]:
        """What became so at this stage."""
        if role not in self.formulas.by_role:
            return []
        return [e for e in self.account(Matter(role, here.keys[0])) if e.start == stage]

    def _is_so(self, role: str, here: Standing, stage: Stage) -> bool:
        if role not in self.formulas.by_role:
            return False
        found = self.account(Matter(role, here.keys[0]))
        i = bisect_right(found, stage, key=lambda e: e.start)
        return bool(i) and stage <= found[i - 1].end

    def _performances(self, here: Standing, rung: int) -> Iterator[tuple[Matter, list[Entry]]]:
        for performer in dict.fromkeys((here.keys[rung][1], *here.helpers)):
            matter = Matter(f"performance/{rung}", here.keys[rung], performer)
            yield matter, self.account(matter)

    def _ask_all(self, here: Standing, last: Stage) -> None:
        """All that an instance hangs on, since it has its key; the time of each rung is asked apart."""
        for role in self.formulas.by_role:
            if role not in ("trigger", "excused") and not role.startswith(("performance/", "anchor/")):
                self._ask(Matter(role, here.keys[0]), here.since, last)
        for rung in here.owed_since:
            self._ask_rung(here, rung, last)
        for since in here.excused_since.values():
            self._ask(Matter("excused", here.keys[0]), max(since, here.since), last)

    def _ask_rung(self, here: Standing, rung: int, last: Stage) -> None:
        """Whether it was performed while it was owed, and when its time began."""
        owed_since = here.owed_since[rung]
        for matter, _ in self._performances(here, rung):
            self._ask(matter, max(owed_since, here.since), last)
        if self.duty.rungs[rung].anchor is not None:
            matter = Matter(f"anchor/{rung}", here.keys[0])
            before = [e.start for e in self.account(matter) if e.start <= owed_since]
            self._ask(matter, here.since if here.since > owed_since else max(before, default=FIRST), last)

    def _listen(self, here: Standing, stage: Stage) -> None:
        """Come back whenever something is said of the key that the instance has now."""
        for role in self.formulas.by_role:
            if role != "trigger" and not role.startswith("performance/"):
                for entry in self.account(Matter(role, here.keys[0])):
                    for moment in (entry.start, entry.end + 1):
                        if moment > stage:
                            self._touch(moment, here.origin)
        for rung in here.owed_since:
            self._listen_for_performance(here, rung, stage)

    def _listen_for_performance(self, here: Standing, rung: int, stage: Stage) -> None:
        for _, entries in self._performances(here, rung):
            for entry in entries:
                if entry.start >= stage:
                    self._touch(entry.start, here.origin)

"""The checker's rules, weakened one condition at a time: does any trial tell?

    python -m tests.semantics.weakened_rules [--cases 60] [MODULE …]

prints every change that no trial notices, and how many there are.  A change is noticed where a rule then gives what is
not so from what is (`soundness.py`).  It takes minutes; nothing of it is run by the tests.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import product
from random import Random
from types import CodeType, FunctionType, ModuleType
from typing import Any

from attrs import define
from tests.semantics.random_duties import duty_case
from tests.semantics.random_programs import Features, is_stratified, random_case
from tests.semantics.small_programs import SMALL, small_history, small_program
from tests.semantics.soundness import Trial, all_trials, trials, trials_of_rows
from tests.semantics.test_proofs import KINDS, UTC, evaluated, of_duties, proved

from tenure.logic import definitions as k
from tenure.logic.evaluator import evaluate
from tenure.proofs.checker import RULES
from tenure.proofs.search import Search, UnprovedError
from tenure.proofs.steps import UnfitError
from tenure.proofs.theory import Theory
from tenure.time import MIN_INSTANT

MODULES = (
    "rules",
    "spans",
    "amounts",
    "days",
    "dates",
    "duties",
    "accounts",
    "asking",
    "clocks",
    "instances",
)
_SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip


@define
class Change:
    """Another code for a function of a module."""

    name: str
    function: FunctionType
    code: CodeType


def changes(module: ModuleType) -> Iterator[Change]:
    """Every condition dropped, every part of a conjunction dropped, every comparison shifted or turned."""
    source = ast.parse(inspect.getsource(module))
    functions = dict(_functions(module))
    known = dict(_codes(compile(source, module.__file__ or "", "exec")))
    for number, node in enumerate(ast.walk(source)):
        for change in _changed(node):
            other = deepcopy(source)
            twin = next(n for i, n in enumerate(ast.walk(other)) if i == number)
            before = ast.unparse(node)
            change(twin)
            after = ast.unparse(twin)
            ast.fix_missing_locations(other)
            codes = dict(_codes(compile(other, module.__file__ or "", "exec")))
            for name, function in functions.items():
                if codes[name] != known[name]:
                    yield Change(f"{module.__name__}.{name}: {before}  ->  {after}", function, codes[name])


def _changed(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "need":
        yield lambda n: n.args.__setitem__(0, ast.Constant(value=True))
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for i in range(len(node.values)):
            yield lambda n, i=i: n.values.__setitem__(i, ast.Constant(value=True))
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            if type(op) in _SWAPS:
                yield lambda n, i=i, op=op: n.ops.__setitem__(i, _SWAPS[type(op)]())
    if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant) and node.right.value == 1:
        yield lambda n: setattr(n.right, "value", 0)


def _functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    for thing in vars(module).values():
        if getattr(thing, "__module__", "") == module.__name__:
            for found in (thing, *vars(thing).values()) if isinstance(thing, type) else (thing,):
                if isinstance(found, FunctionType):
                    yield found.__qualname__, found


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const.co_qualname, const
            yield from _codes(const)


@define
class Pool:
    """Claims that are not so, and the steps of proofs with what they ask for."""

    wrong: list[Trial]
    right: list[tuple[Trial, Any]]

    def notices(self, change: Change) -> bool:
        """Whether a rule gives what is not so, or no longer asks for what it asked, once a function is another."""
        before, change.function.__code__ = change.function.__code__, change.code
        try:
            return any(t.is_false_inference() for t in self.wrong) or any(
                t.asked() != r for t, r in self.right
            )
        finally:
            change.function.__code__ = before


def pool(cases: int) -> Pool:
    """Trials of many random programs and duties."""
    found = Pool([], [])
    for name, seed in product(SMALL, range(4)):
        program, events = small_program(name), small_history(Random(seed))
        last = MIN_INSTANT + 7
        theory = Theory(program, events, UTC, k.with_events(last))
        reading = Search(theory, evaluate(program, events, UTC, last)).reading
        found.wrong += all_trials(theory, reading, SMALL[name], 3)
    for seed in range(cases):
        random = Random(seed)
        kinds = ("holds", "inertial", *(KINDS[seed // 4 % len(KINDS)],) * 2)
        features = Features(kinds=kinds, acts=seed % 5 == 0, same_tick=seed % 3 == 0)
        is_duty = seed % 4 == 3
        case = duty_case(random, same_tick=False, nulls=False) if is_duty else random_case(random, features)
        if not is_stratified(case):
            continue
        theory, trace = evaluated(case)
        reading = Search(theory, trace).reading
        found.wrong += trials_of_rows(case, theory, reading, random, 60)
        try:
            for _, step in (of_duties if is_duty else proved)(case, random, most=3):
                asked = [Trial(theory, reading, s.claim, s.how) for s in step.steps() if s.how.rule in RULES]
                found.right += [(t, t.asked()) for t in asked]
                some = trials(case, theory, reading, step, random)
                found.wrong += [t for t in some if random.random() < 0.2 and not _is_so(t)]
        except UnprovedError:
            continue
    return found


def _is_so(trial: Trial) -> bool:
    try:
        return trial.is_so(trial.claim)
    except (KeyError, UnfitError):
        return True


def say(line: str) -> None:
    """Tell at once how far it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("modules", nargs="*", default=MODULES)
    given = parser.parse_args()
    known = pool(given.cases)
    say(f"{len(known.wrong)} claims that are not so, {len(known.right)} steps")
    for name in given.modules:
        module = importlib.import_module(f"tenure.proofs.{name}")
        tried = noticed = 0
        for change in changes(module):
            tried += 1
            if known.notices(change):
                noticed += 1
            else:
                say("not noticed: " + change.name.replace("\n", " "))
        say(f"{name}: {noticed} of {tried} noticed")


if __name__ == "__main__":
    main()

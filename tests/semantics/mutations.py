"""Proofs with one thing changed: a truth, a stage, an event, a child that is missing, ``and`` for ``or``."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from attrs import evolve

from tenure.logic.definitions import And, Earlier, Exists, Formula, Not, Or
from tenure.logic.truth import FALSE, TRUE, UNKNOWN
from tenure.proofs.checker import premises
from tenure.proofs.steps import Choice, Claim, Step, UnfitError
from tenure.proofs.theory import Theory


def mutants(theory: Theory, proof: Step, random: Random) -> Iterator[tuple[str, Step]]:
    """Some ways in which a proof can be spoilt, each with its name."""
    steps = list(proof.steps())
    below = [s for s in steps if s is not proof]
    for kind, change in _CLAIMS.items():
        if below:
            chosen = random.choice(below)
            changed = change(chosen.claim, random)
            if changed is not None:
                yield kind, replaced(proof, chosen, evolve(chosen, claim=changed))
    parents = [s for s in steps if s.because]
    if parents:
        chosen = random.choice(parents)
        gone = random.randrange(len(chosen.because))
        kept = tuple(b for i, b in enumerate(chosen.because) if i != gone)
        yield "a missing child", replaced(proof, chosen, evolve(chosen, because=kept))
    for _ in range(3):
        chosen = random.choice(steps)
        how = _other_choice(theory, chosen.how, random)
        if how is not None and not _is_harmless(theory, chosen, how):
            yield "another choice", replaced(proof, chosen, evolve(chosen, how=how))


def replaced(proof: Step, old: Step, new: Step) -> Step:
    """``proof`` with ``new`` in place of ``old``, wherever it stands."""
    made: dict[int, Step] = {}
    for step in proof.steps():
        if step is old:
            made[id(step)] = new
        else:
            because = tuple(made[id(b)] for b in step.because)
            same = all(a is b for a, b in zip(because, step.because, strict=True))
            made[id(step)] = step if same else evolve(step, because=because)
    return made[id(proof)]


def opposite(claim: Claim) -> Claim:
    """What is so only if ``claim`` is not."""
    if claim.at_least:
        return evolve(claim, at_least=False, level=claim.level - 1)
    return evolve(claim, at_least=True, level=claim.level + 1)


def _other_truth(claim: Claim, _: Random) -> Claim:
    return opposite(claim)


def _other_level(claim: Claim, _: Random) -> Claim | None:
    levels = {(True, TRUE): UNKNOWN, (True, UNKNOWN): TRUE, (False, FALSE): UNKNOWN, (False, UNKNOWN): FALSE}
    return evolve(claim, level=levels[claim.at_least, claim.level])


def _other_stages(claim: Claim, random: Random) -> Claim:
    by = random.choice((-2, -1, 1, 2))
    return claim.during(claim.start + by, claim.end + by)


def _swapped(claim: Claim, _: Random) -> Claim | None:
    formula = swap(claim.formula)
    return None if formula is None else evolve(claim, formula=formula)


def swap(formula: Formula) -> Formula | None:
    """The first ``and`` of two parts or more as an ``or``, or the other way round."""
    match formula:
        case And(parts) if len(parts) > 1:
            return Or(parts)
        case Or(parts) if len(parts) > 1:
            return And(parts)
        case Not(of):
            inner = swap(of)
            return None if inner is None else Not(inner)
        case Exists(variables, of):
            inner = swap(of)
            return None if inner is None else Exists(variables, inner)
        case Earlier(of, entering):
            inner = swap(of)
            return None if inner is None else Earlier(inner, entering)
        case _:
            return None


_CLAIMS: dict[str, Any] = {
    "another truth": _other_truth,
    "another degree": _other_level,
    "other stages": _other_stages,
    "and for or": _swapped,
}


def _other_choice(theory: Theory, how: Choice, random: Random) -> Choice | None:
    if how.event is not None:
        return evolve(how, event=random.choice(["nothing", *theory.by_id]))
    if how.at is not None:
        return evolve(how, at=how.at + random.choice((-2, -1, 1, 2)))
    if how.number is not None:
        return evolve(how, number=how.number + random.choice((-1, 1)))
    if how.rule == "account" and how.key:
        return evolve(how, key=other_account(how.key, random))
    if how.rule == "number of days" and how.key:
        return evolve(how, key=((how.key[0][0] - random.choice((0, 1)), how.key[0][1] - 1), *how.key[1:]))
    if how.key:
        return evolve(how, key=(*how.key[:-1], "another"))
    return None


def other_account(key: tuple[Any, ...], random: Random) -> tuple[Any, ...]:
    """The account of a duty with an entry left out, or at another time."""
    number = random.randrange(len(key))
    role, about, performer, start, end, witness = key[number]
    by = random.choice((-2, 2, None))
    moved = () if by is None else ((role, about, performer, start + by, end + by, witness),)
    return (*key[:number], *moved, *key[number + 1 :])


def _is_harmless(theory: Theory, step: Step, how: Choice) -> bool:
    """Whether the other choice rests on the same claims: then the proof is as good as before."""
    try:
        return premises(theory, step.claim, how) == tuple(b.claim for b in step.because)
    except UnfitError:
        return False

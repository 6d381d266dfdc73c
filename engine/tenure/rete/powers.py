"""The powers of acts as rules: which attempt is effective, by the facts of the stage before."""

from __future__ import annotations

from msgspec.structs import replace

from tenure.logic import definitions as k
from tenure.logic.definitions import Rel
from tenure.logic.formulas import occurrences
from tenure.rete.literals import Case, Literal, Reader, Symbol, Unfit, all_of, row, solved
from tenure.rete.merging import merged
from tenure.rete.patterns import Vocabulary, denials, make
from tenure.rete.ruleset import Effect, Rule


def act_rules(program: k.Program, words: Vocabulary) -> tuple[list[Rule], dict[str, str]]:
    """The rules of all acts, and why some acts have none."""
    rules: list[Rule] = []
    unfit: dict[str, str] = {}
    for type, several in program.acts.items():
        try:
            for number, rule in enumerate(several):
                rules.extend(_rules(program, words, rule, number))
        except Unfit as reason:
            unfit[type] = f"whether it takes effect has no rules: {reason}"
    return rules, unfit


def act_symbols(program: k.Program) -> dict[str, frozenset[Symbol]]:
    """The rows on which the powers of each act depend."""
    return {
        type: frozenset(
            row(found.atom.name)
            for rule in several
            for formula in (rule.power, rule.condition)
            for found in occurrences(formula)
            if isinstance(found.atom, Rel)
        )
        for type, several in program.acts.items()
    }


def _rules(program: k.Program, words: Vocabulary, rule: k.ActRule, number: int) -> list[Rule]:
    reader = Reader(program.acts, _deny, past=True)
    tried = reader.cases(replace(rule.attempt, attempted=True))
    powered = all_of([tried, reader.cases(rule.power)])
    effective = all_of([powered, reader.cases(rule.condition)])
    made: list[Rule] = []
    for kind, cases in (("tried", tried), ("powered", powered), ("effective", effective)):
        for case, _ in (variant for c in cases for variant in merged(solved(c, frozenset()), ())):
            if len(denials(case)) > 1 or case.denials:
                _deny(case, frozenset())
            maker = make(words, case)
            if maker is not None:
                name = f"{rule.attempt.type} {kind} {number}.{len(made)}"
                made.append(Rule(name, 1, tuple(maker.patterns), Effect(kind, rule.attempt.type, (), number)))
    return made


def _deny(_case: Case, _given: frozenset[str]) -> Literal:
    raise Unfit("its power denies more than one fact at once")

"""Which programs the executor takes, and the rulesets of those."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import ref

from attrs import frozen

from tenure.diagnostics import ContractError
from tenure.logic.definitions import Const, Dates, Definition, Duty, Program, Reached, due_dates
from tenure.logic.formulas import bodies, occurrences
from tenure.rete.compile import Compiler
from tenure.rete.patterns import is_momentary
from tenure.rete.powers import act_rules, act_symbols
from tenure.rete.readings import Registry
from tenure.rete.ruleset import DateShape, Rule, Ruleset
from tenure.time import Instant


@frozen
class Support:
    """What the executor makes of a program: its rules, or by definition the reason why it has none."""

    reasons: dict[str, str]
    ruleset: Ruleset | None

    def __bool__(self) -> bool:
        return self.ruleset is not None


#: How many definitions an error names.
NAMED = 3
_known: dict[int, tuple[ref[Program], Support]] = {}


def supports(program: Program) -> Support:
    """Whether every definition of ``program`` is made of what rules can say; worked out once for each program."""
    name = id(program)
    known = _known.get(name)
    if known is None or known[0]() is not program:
        known = _known[name] = (ref(program, lambda _: _known.pop(name, None)), _support(program))
    return known[1]


def _support(program: Program) -> Support:
    compiler = Compiler(program)
    compiler.run()
    acts, unfit = act_rules(program, compiler.words)
    back = {r.effect.name: "its effect reaches back in time" for r in program.reaching}
    reasons = {**compiler.unfit, **unfit, **back}
    return Support(reasons, None if reasons else _ruleset(compiler, acts))


def required(program: Program) -> Ruleset:
    """The ruleset of ``program``; raises ContractError (TEN822) that names the first definitions without rules."""
    support = supports(program)
    if support.ruleset is None:
        first = list(support.reasons.items())[:NAMED]
        named = "; ".join(f"`{name.removeprefix('state:')}`: {reason}" for name, reason in first)
        more = len(support.reasons) - len(first)
        raise ContractError.of(
            "TEN822",
            f"the rete executor does not take this contract: {named}{f'; and {more} more' if more else ''}",
            help="use the reference executor, which takes every contract: leave `executor` out",
        )
    return support.ruleset


def _ruleset(compiler: Compiler, acts: list[Rule]) -> Ruleset:
    program, words = compiler.program, compiler.words
    registry = Registry(words, frozenset(program.acts))
    for index, definition in enumerate(compiler.plan.definitions):
        registry.add(index, definition)
    events = dict(registry.shapes())
    read = {p.symbol for rule in compiler.rules for p in rule.patterns}
    judged = {p.symbol for rule in acts for p in rule.patterns if not is_momentary(p.symbol)}
    for sources, symbol in words.projections.items():
        for among in (read, judged):
            if symbol in among:
                among.update(source.symbol for source in sources)
    dates = [symbol for symbol in registry.of_rows if symbol.startswith(("from:", "on:"))]
    shapes = [DateShape(int(symbol.partition(":")[2]), symbol, symbol.startswith("on:")) for symbol in dates]
    return Ruleset(
        rights=tuple(compiler.rules),
        acts=tuple(acts),
        definitions=tuple(compiler.compiled),
        projections={symbol: sources for sources, symbol in words.projections.items()},
        tracked=frozenset(symbol.removeprefix("was:") for symbol in read if symbol.startswith("was:")),
        judged=frozenset(s for s in judged if not is_momentary(s)),
        events=events,
        dates=tuple(sorted(shapes, key=lambda shape: shape.at)),
        readings={symbol: tuple(several) for symbol, several in registry.of_rows.items()},
        constants=tuple(words.constants),
        lingers=any(rule.effect.kind == "aux+" for rule in compiler.rules),
        partial=frozenset(r.definition for r in registry.all() if not r.whole),
        act_symbols=act_symbols(program),
        calculates=any(map(_calculates, compiler.plan.definitions)),
        recurs=any(isinstance(d, Dates) for d in compiler.plan.definitions),
        first=program.first if program.first is not None else min(_named_dates(program), default=None),
    )


def _calculates(definition: Definition) -> bool:
    """Whether consequents have to know values: amounts, dates, and what they name themselves."""
    match definition:
        case Dates():
            return True
        case Duty(rungs=rungs, head=head):
            in_parts = any(rung.amount is not None for rung in rungs)
            return in_parts or bool(due_dates(definition)) or isinstance(head[0], Const)
        case _:
            return False


def _named_dates(program: Program) -> Iterator[Instant]:
    """The dates that the contract itself names."""
    for definition in program.definitions:
        for formula in bodies(definition).values():
            for found in occurrences(formula):
                if isinstance(found.atom, Reached) and found.atom.event is None:
                    yield found.atom.at

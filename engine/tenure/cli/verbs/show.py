"""``tenure show``: a contract at one stage of its way from text to definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from cyclopts import Parameter

from tenure.cli.options import FormatOption
from tenure.cli.output import Printer, printer
from tenure.cli.supposing import pairs
from tenure.diagnostics import UsageError, did_you_mean
from tenure.norms import Vocabulary
from tenure.norms.vocabulary import default_value
from tenure.timeline import Contract, load

STAGES: Final = ("syntax", "contract", "definitions", "ruleset")


def show(
    contract: str,
    /,
    *,
    stage: Annotated[str, Parameter(help="syntax, contract, definitions or ruleset")] = "contract",
    reading: Annotated[tuple[str, ...], Parameter(help="NAME=VALUE: choose a reading")] = (),
    format: FormatOption = None,
) -> int:
    """A contract as the stages of the engine see it.

    `syntax` is its rules in canonical layout, `contract` what it declares, `definitions` what its rules mean under one
    choice of readings, `ruleset` the same as rules for durable_rules.
    """
    out = printer(format)
    if stage not in STAGES:
        advice = did_you_mean(stage, STAGES) or f"stages: {', '.join(STAGES)}"
        raise UsageError.of("TEN620", f"`{stage}` is not a stage", help=advice)
    deal = load(contract)
    chosen = dict(pairs("--reading", reading))
    if stage == "ruleset":
        _without_rules(deal, chosen, out)
    lines = list(_lines(deal, stage, chosen))
    if out.format == "json":
        out.json({"contract": deal.name, "stage": stage, "lines": lines})
    else:
        out.lines(lines)
    return 0


def _lines(deal: Contract, stage: str, readings: dict[str, str]) -> Iterator[str]:
    if stage == "syntax":
        from tenure.language.printer import format_items

        yield from format_items(deal.document.items).rstrip("\n").split("\n")
    elif stage == "contract":
        yield from _contract(deal)
    elif stage == "ruleset":
        from tenure.rete.fragment import required
        from tenure.rete.printing import format_ruleset

        yield from format_ruleset(required(deal.meaning(readings).program), deal.vocabulary.zone)
    else:
        yield from _definitions(deal, readings)


def _without_rules(deal: Contract, readings: dict[str, str], out: Printer) -> None:
    """Say of every definition that has no rules why, where the error that follows names only a few."""
    from tenure.rete.fragment import NAMED, supports

    reasons = supports(deal.meaning(readings).program).reasons
    for name, reason in reasons.items() if len(reasons) > NAMED else ():
        out.say(f"note: no rules for `{name.removeprefix('state:')}`: {reason}")


def _definitions(deal: Contract, readings: dict[str, str]) -> Iterator[str]:
    from tenure.logic.printing import format_act_rule, format_definition

    meaning, zone = deal.meaning(readings), deal.vocabulary.zone
    for definition in meaning.program.definitions:
        yield from format_definition(definition, zone).split("\n")
    for rules in meaning.program.acts.values():
        yield from (format_act_rule(rule, zone) for rule in rules)


# ---------------------------------------------------------------- what a contract declares


def _contract(deal: Contract) -> Iterator[str]:
    known = deal.vocabulary
    yield f"{known.name}{f' “{known.title}”' if known.title else ''}, times in {known.zone}"
    for title, lines in (
        ("parties", [", ".join(known.parties)] if known.parties else []),
        ("others", [", ".join(known.others)] if known.others else []),
        ("kinds", list(_kinds(known))),
        ("events", list(_declared(known, tuple(known.events)))),
        ("actions", list(_declared(known, tuple(known.actions)))),
        (
            "states",
            [
                f"{s.name}({', '.join(s.parameters)})" if s.parameters else s.name
                for s in known.states.values()
            ],
        ),
        ("readings", list(_readings(known))),
        ("amendments", [f"{a.name} {a.title or ''}".rstrip() for a in known.amendments.values()]),
        ("clauses", list(_clauses(deal))),
    ):
        if lines:
            yield from ("", title, *(f"  {line}" for line in lines))


def _kinds(known: Vocabulary, parent: str | None = None, indent: str = "") -> Iterator[str]:
    for kind, above in known.kinds.items():
        if above == parent:
            yield f"{indent}{kind}"
            yield from _kinds(known, kind, f"{indent}  ")


def _declared(known: Vocabulary, names: tuple[str, ...]) -> Iterator[str]:
    """The declarations in the words of the language, without their comments."""
    from tenure.language.printer import format_item

    for name in names:
        item = known.events.get(name) or known.actions[name]
        yield from (line for line in format_item(item).split("\n") if not line.lstrip().startswith("--"))


def _readings(known: Vocabulary) -> Iterator[str]:
    for reading in known.readings.values():
        has_default = any(value.default for value in reading.values)
        names = [f"{v.name}{' (default)' if v.default else ''}" for v in reading.values]
        note = (
            ""
            if has_default
            else f"; no default, {default_value(reading)} is taken and differences are disputed"
        )
        yield f"{reading.name}: {', '.join(names)}{note}{f' -- {reading.about}' if reading.about else ''}"


def _clauses(deal: Contract) -> Iterator[str]:
    """Each clause with the norms it gives, and the clauses that are ranked over it."""
    given: dict[str, list[str]] = {}
    above: dict[str, dict[str, None]] = {}
    for support in deal.meaning().supports:
        given.setdefault(support.clause, []).append(f"{support.relation} {support.act}")
        over = (defeat.clause for defeat in support.defeats if defeat.clause is not None)
        above.setdefault(support.clause, {}).update(dict.fromkeys(over))
    for clause in deal.vocabulary.clauses.values():
        norms = ", ".join(dict.fromkeys(given.get(clause.name, ())))
        ranks = f"; yields to {', '.join(above[clause.name])}" if above.get(clause.name) else ""
        title = f" “{clause.title}”" if clause.title else ""
        yield f"{clause.name}{title}{f': {norms}' if norms else ''}{ranks}"

"""Parts of spans, rules and clauses from their rules in the grammar."""

from __future__ import annotations

from typing import Any, Literal

from tenure.language.build_formula import as_length, bound, names, plain
from tenure.language.machine import Spot, rule
from tenure.language.syntax import (
    ActPhrase,
    After,
    Argument,
    Atom,
    Classify,
    Clause,
    Condition,
    Date,
    DateOf,
    Deadline,
    Excused,
    ForEach,
    ForLength,
    Formula,
    ForVariable,
    From,
    Holder,
    Keep,
    KindExpression,
    Manner,
    Name,
    Norm,
    NoRule,
    On,
    Otherwise,
    Owner,
    Part,
    Rank,
    Recurring,
    Relation,
    Rule,
    Silence,
    State,
    Term,
    Then,
    Through,
    Unless,
    Unpublished,
    Until,
    When,
)
from tenure.language.tokens import Token

RELATIONS: dict[str, Relation] = {
    "may": "liberty",
    "must": "duty",
    "must not": "duty_not",
    "can": "power",
    "cannot": "disability",
}

# ---------------------------------------------------------------- parts


@rule("when", "under")
def when(spot: Spot, reading: Token, *values: Token) -> When:
    """``when A1 is x or y``, ``under A1 is x``."""
    return When(reading.text, tuple(v.text for v in values), place=spot.place)


@rule("from")
def from_(spot: Spot, begin: Formula | Date | After | DateOf, when: When | None) -> From:
    """``from φ``."""
    return From(begin, when, place=spot.place, comments=spot.comments)


@rule("until")
def until(spot: Spot, word: Token, *rest: Any) -> Until:
    """``until E1, or E2, whichever is last``."""
    *ends, which, when = rest
    said = "" if which is None else which.text.split()[-1]
    final = word.text.startswith("finally")
    return Until(
        tuple(ends),
        said == "last",
        final,
        when,
        said_first=said == "first",
        place=spot.place,
        comments=spot.comments,
    )


@rule("until_through")
def until_through(spot: Spot, end: Through, when: When | None) -> Until:
    """``through X`` as a part of its own."""
    return Until((end,), when=when, place=spot.place, comments=spot.comments)


@rule("through")
def through(spot: Spot, date: Date | Name) -> Through:
    """``through X``."""
    return Through(date, place=spot.place)


@rule("unpublished")
def unpublished(spot: Spot, why: Token | None, at_least: Date | None) -> Unpublished:
    """``unpublished "why", at least through X``."""
    return Unpublished(spot.unquote(why) if why else None, at_least, place=spot.place)


@rule("after")
def after(spot: Spot, word: Token, event: Formula) -> After:
    """``30 days after φ``."""
    return After(as_length(spot, word), event, place=spot.place)


@rule("date_of")
def date_of(spot: Spot, word: Token, event: Formula) -> DateOf:
    """``d of φ``."""
    return DateOf(Name(word.text, place=spot.place), event, place=spot.place)


@rule("for_length")
def for_length(
    spot: Spot, word: Token, renews: Token | None, then: Then | None, when: When | None
) -> ForLength:
    """``for 30 days renews``."""
    length = as_length(spot, word)
    return ForLength(length, renews is not None, when, then, place=spot.place, comments=spot.comments)


@rule("then_for")
def then_for(spot: Spot, word: Token, unless: Formula | None) -> Then:
    """``then for 1 year each unless φ``."""
    return Then(as_length(spot, word), unless, place=spot.place)


@rule("condition")
def condition(spot: Spot, word: Token, of: Formula, when: When | None) -> Condition:
    """``while φ``, ``if φ``."""
    return Condition(word.text, of, when, place=spot.place, comments=spot.comments)  # type: ignore[arg-type]


@rule("unless")
def unless(spot: Spot, of: Formula, when: When | None) -> Unless:
    """``unless φ``."""
    return Unless(of, when, place=spot.place, comments=spot.comments)


@rule("rank")
def rank(spot: Spot, word: Token, clauses: tuple[str, ...], when: When | None) -> Rank:
    """``despite C1``, ``subject to C1``."""
    return Rank(word.text, clauses, when, place=spot.place, comments=spot.comments)  # type: ignore[arg-type]


@rule("for_variable")
def for_variable(spot: Spot, variable: Token, kinds: KindExpression, owner: Term | None) -> ForVariable:
    """``for x: kind, owned by P``."""
    return ForVariable(variable.text, kinds, owner, place=spot.place, comments=spot.comments)


@rule("for_each")
def for_each(spot: Spot, trigger: Atom, condition: Formula | None) -> ForEach:
    """``for each e if φ``."""
    return ForEach(trigger, condition, place=spot.place, comments=spot.comments)


@rule("for_each_date")
def for_each_date(spot: Spot, trigger: Recurring, named: Token | None, condition: Formula | None) -> ForEach:
    """``for each "day 1 of each month" as d if φ``."""
    name = named.text if named else None
    return ForEach(trigger, condition, name, place=spot.place, comments=spot.comments)


@rule("within")
def within(spot: Spot, word: Token, when: When | None) -> Deadline:
    """``within D``."""
    return Deadline("within", as_length(spot, word), None, when, place=spot.place, comments=spot.comments)


@rule("within_of")
def within_of(spot: Spot, word: Token, of: Formula | Date, when: When | None) -> Deadline:
    """``within D of φ``."""
    return Deadline("within", as_length(spot, word), of, when, place=spot.place, comments=spot.comments)


@rule("deadline")
def deadline(spot: Spot, word: Token, limit: Date | Name, when: When | None) -> Deadline:
    """``by X``, ``before X``, ``no sooner than X``."""
    kind: Any = word.text
    return Deadline(kind, limit, None, when, place=spot.place, comments=spot.comments)


@rule("otherwise")
def otherwise(spot: Spot, norm: Norm, cumulative: Token | None) -> Otherwise:
    """``otherwise NORM cumulative``."""
    return Otherwise(norm, cumulative is not None, place=spot.place, comments=spot.comments)


@rule("manner")
def manner(spot: Spot, word: Token) -> Manner:
    """``in parts`` and the like."""
    return Manner(word.text, place=spot.place, comments=spot.comments)  # type: ignore[arg-type]


@rule("excused")
def excused(spot: Spot, of: Formula) -> Excused:
    """``excused while φ``."""
    return Excused(of, place=spot.place, comments=spot.comments)


@rule(
    "until_word", "whichever", "renews", "condition_word", "rank_word", "deadline_word", "named_word", "cumulative",
    "modal",
    "holder_mode", "preposition", "verb",
)  # fmt: skip
def word(_: Spot, word: Token) -> Token:
    """The word itself."""
    return word


# ---------------------------------------------------------------- acts and norms


@rule("act")
def act(spot: Spot, name: Token, thing: Term | None, *others: Argument) -> ActPhrase:
    """``use x in y``."""
    first = (Argument(None, thing),) if thing is not None else ()
    return ActPhrase(name.text, first + others, call=False, place=spot.place)


@rule("act_call")
def act_call(spot: Spot, name: Token, arguments: tuple[Argument, ...]) -> ActPhrase:
    """``pay(invoice, amount)``."""
    return ActPhrase(name.text, arguments, call=True, place=spot.place)


@rule("prepositional")
def prepositional(_: Spot, preposition: Token, thing: Term) -> Argument:
    """``in y``."""
    return Argument(preposition.text, thing)


@rule("keep")
def keep(spot: Spot, of: Formula) -> Keep:
    """``keep φ``."""
    return Keep(of, place=spot.place)


@rule("holder")
def holder(_: Spot, *rest: Any) -> Holder:
    """``A and B together``."""
    *parties, mode = rest
    return Holder(tuple(parties), mode.text if mode else None)


@rule("counterparty")
def counterparty(_: Spot, who: Term) -> Term:
    """``against P``, ``to P``."""
    return who


@rule("norm")
def norm(
    spot: Spot, holder: Holder, modal: Token, content: ActPhrase | Keep, other: Term | None, *parts: Part
) -> Norm:
    """``WHO must ACT to P …``."""
    relation = RELATIONS[modal.text]
    return Norm(relation, holder, content, other, parts, place=spot.place, comments=spot.comments)


@rule("claim")
def claim(spot: Spot, holder: Holder, debtor: Term, act: ActPhrase, *parts: Part) -> Norm:
    """``WHO has claim that P ACT …``."""
    return Norm("claim", holder, act, debtor, parts, place=spot.place, comments=spot.comments)


@rule("immunity")
def immunity(spot: Spot, holder: Holder, act: ActPhrase, other: Term | None, *parts: Part) -> Norm:
    """``WHO is immune from E by P …``."""
    return Norm("immunity", holder, act, other, parts, place=spot.place, comments=spot.comments)


# ---------------------------------------------------------------- the other rules


@rule("silence")
def silence(spot: Spot, holder: Term | None, act: ActPhrase, why: Token, *parts: Part) -> Silence:
    """``silent on P use x "why" …``."""
    return Silence(holder, act, spot.unquote(why), parts, place=spot.place, comments=spot.comments)


@rule("classify")
def classify(spot: Spot, thing: Token, kind: Term, *parts: Part) -> Classify:
    """``classify x as k …``."""
    return Classify(thing.text, kind, parts, place=spot.place, comments=spot.comments)


@rule("owner")
def owner(spot: Spot, thing: Token, who: Term, *parts: Part) -> Owner:
    """``owner of x is p …``."""
    return Owner(thing.text, who, parts, place=spot.place, comments=spot.comments)


@rule("state")
def state(
    spot: Spot, name: Token, parameters: tuple[Token, ...] | None, means: Formula | None, *parts: Part
) -> State:
    """``state s(x) means φ``, ``state s(x) from φ …``."""
    variables = names(spot, *(parameters or ()))
    return State(name.text, variables, means, parts, place=spot.place, comments=spot.comments)


@rule("on")
def on(
    spot: Spot, trigger: Formula, verb: Token, targets: tuple[str, ...], to: Term | None, by: Token | None,
    retroactive: Date | Literal["ab initio"] | None,
) -> On:  # fmt: skip
    """``on φ extend C1 by D``."""
    does: Any = verb.text
    return On(
        trigger, does, targets, to, bound(spot, by), retroactive, place=spot.place, comments=spot.comments
    )


@rule("ab_initio")
def ab_initio(_: Spot) -> Literal["ab initio"]:
    """``retroactive``."""
    return "ab initio"


@rule("back_to")
def back_to(_: Spot, since: Date) -> Date:
    """``retroactive from D``."""
    return since


@rule("no_rule")
def no_rule(spot: Spot, why: Token) -> NoRule:
    """``no rule "why"``."""
    return NoRule(plain(spot, why), place=spot.place, comments=spot.comments)


@rule("clause")
def clause(spot: Spot, name: Token, title: Token | None, *rules: Rule) -> Clause:
    """``clause C1 "title"`` and its rules."""
    heading = spot.unquote(title) if title else None
    return Clause(name.text, heading, rules, place=spot.place, comments=spot.comments)

"""Parts, norms and the other rules of a clause as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from tenure.language.folding import SOFT, STEP, WIDEST, fold
from tenure.language.print_formula import (
    format_arguments,
    format_formula,
    format_kinds,
    format_length,
    format_term,
    quote,
    takes_bound,
)
from tenure.language.syntax import (
    ActPhrase,
    After,
    Classify,
    Comments,
    Condition,
    Date,
    DateName,
    DateOf,
    Deadline,
    End,
    Excused,
    ForEach,
    ForLength,
    Formula,
    ForVariable,
    From,
    Holder,
    Keep,
    Length,
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
    Rule,
    Silence,
    State,
    Statement,
    Term,
    Then,
    Through,
    Unless,
    Unpublished,
    Until,
    When,
)

_MODALS: Final = {
    "liberty": "may",
    "duty": "must",
    "duty_not": "must not",
    "power": "can",
    "disability": "cannot",
}

# ---------------------------------------------------------------- lines and comments


def comment(text: str) -> str:
    """A comment as written."""
    return f"-- {text}" if text else "--"


def unit(
    indent: str, head: str, comments: Comments, *, folds: bool = True, below: Iterable[str] = ()
) -> Iterator[str]:
    """The lines of a unit: its comments, its own text with what follows it, and comments that close the text."""
    for text in comments.before:
        yield indent + comment(text)
    first, *closing = (comments.after or "").split("\n")
    shows = comments.after is not None and bool(first or not closing)
    *lines, last = (*(fold(head, indent) if folds else [indent + head]), *below)
    yield from lines
    yield f"{last}{STEP}{comment(first)}" if shows else last
    for text in closing:
        yield indent + comment(text)


def spaced(units: Iterable[tuple[Comments, Iterable[str]]]) -> Iterator[str]:
    """The lines of units, with the empty lines that were between them; several count as one."""
    for i, (comments, lines) in enumerate(units):
        if i and comments.apart:
            yield ""
        yield from lines


def _is_bare(comments: Comments) -> bool:
    return not comments.before and comments.after is None


# ---------------------------------------------------------------- parts


def format_when(when: When | None, word: str = "when") -> str:
    """`` when A1 is x or y``, with a space before it; empty for None."""
    return f" {word} {when.reading} is {' or '.join(when.values)}" if when else ""


def moment(at: Formula | Date | DateName | DateOf | After) -> str:
    """A date, a formula, the date that an event has given, or some time after one of them."""
    match at:
        case Date(text) | DateName(text):
            return text
        case DateOf(date, event):
            return f"{moment_name(date)} of {format_formula(event)}"
        case After(length, event):
            return f"{format_length(length)} after {moment(event)}"
        case _:
            return format_formula(at)


def moment_name(date: Date | Name | DateName) -> str:
    """A date, or the name of one."""
    return format_term(date) if isinstance(date, Name) else moment(date)


def _end(end: End) -> str:
    match end:
        case Through(date):
            return f"through {moment_name(date)}"
        case Unpublished(why, at_least):
            least = f", at least through {at_least.text}" if at_least else ""
            return f"unpublished{f' {quote(why)}' if why is not None else ''}{least}"
        case _:
            return moment(end)


def _then(then: Then) -> str:
    unless = f" unless {format_formula(then.unless)}" if then.unless is not None else ""
    return f", then for {format_length(then.length)} each{unless}"


def _is_qualified(part: Until) -> bool:
    return part.last or part.final or part.said_first


def _until(part: Until) -> str:
    when = format_when(part.when)
    if len(part.ends) == 1 and isinstance(part.ends[0], Through) and not _is_qualified(part):
        return _end(part.ends[0]) + when
    word = "finally until" if part.final else "until"
    which = ", whichever is last" if part.last else ", whichever is first" if part.said_first else ""
    return f"{word} {', or '.join(map(_end, part.ends))}{which}{when}"


def _deadline(part: Deadline) -> str:
    limit = format_length(part.limit) if isinstance(part.limit, Length) else moment_name(part.limit)
    of = f" of {moment(part.of)}" if part.of is not None else ""
    return f"{part.word} {limit}{of}{format_when(part.when)}"


def format_part(part: Part) -> str:
    """A part on one line, without comments; of ``otherwise`` only the word."""
    match part:
        case From(begin, when):
            return f"from {moment(begin)}{format_when(when)}"
        case Until():
            return _until(part)
        case ForLength(length, renews, when, then):
            again = _then(then) if then else ""
            return f"for {format_length(length)}{' renews' if renews else ''}{again}{format_when(when)}"
        case Condition(word, of, when):
            return f"{word} {format_formula(of)}{format_when(when)}"
        case Unless(of, when):
            return f"unless {format_formula(of)}{format_when(when)}"
        case Rank(word, clauses, when):
            return f"{word} {', '.join(clauses)}{format_when(when)}"
        case Deadline():
            return _deadline(part)
        case _:
            return _other_part(part)


def _other_part(part: Part) -> str:
    match part:
        case ForVariable(variable, kinds, owner):
            return (
                f"for {variable}: {format_kinds(kinds)}{f', owned by {format_term(owner)}' if owner else ''}"
            )
        case ForEach(trigger, condition, named):
            what = quote(trigger.text) if isinstance(trigger, Recurring) else format_formula(trigger)
            what += f" as {named}" if named else ""
            return f"for each {what}{f' if {format_formula(condition)}' if condition else ''}"
        case Manner(word):
            return word
        case Excused(of):
            return f"excused while {format_formula(of)}"
        case _:
            return "otherwise"


def parts_lines(parts: tuple[Part, ...], indent: str) -> Iterator[str]:
    """One part a line; a comma where the next part would otherwise be taken into this one."""
    for i, part in enumerate(parts):
        follower = parts[i + 1] if i + 1 < len(parts) else None
        if isinstance(part, Otherwise):
            yield from _otherwise(part, indent, last=follower is None)
        else:
            yield from unit(
                indent, format_part(part) + ("," if _needs_comma(part, follower) else ""), part.comments
            )


def _needs_comma(part: Part, follower: Part | None) -> bool:
    last = _last_formula(part)
    if isinstance(follower, Deadline) and follower.word == "within":
        return last is not None and takes_bound(last)
    if isinstance(follower, Deadline) and _is_named_day(follower):
        # After a list of clauses a comma would go on with it.
        return not isinstance(part, Rank) or part.when is not None
    if isinstance(part, ForLength) and isinstance(follower, Unless) and part.when is None:
        return part.then is not None and part.then.unless is None
    return (
        isinstance(part, ForEach)
        and part.condition is None
        and isinstance(follower, Condition)
        and follower.word == "if"
    )


def _is_named_day(part: Deadline) -> bool:
    """Whether ``by d`` could be read as an actor, for it says no date."""
    return part.word == "by" and not isinstance(part.limit, Date)


def _last_formula(part: Part) -> Formula | None:
    """The formula that ends a part, if one does."""
    match part:
        case From(begin, None):
            return _formula_of(begin)
        case Until(ends, False, _, None, False):
            return _formula_of(ends[-1])
        case Deadline(_, _, of, None) if of is not None:
            return _formula_of(of)
        case ForLength(_, _, None, Then(_, of)):
            return of
        case Condition(_, of, None) | Unless(of, None) | Excused(of):
            return of
        case ForEach(trigger, condition):
            return condition or trigger
        case _:
            return None


def _formula_of(at: End) -> Formula | None:
    """The formula that a beginning or an end closes with, if one does."""
    match at:
        case DateOf(_, event) | After(_, event):
            return None if isinstance(event, DateName) else event
        case Date() | DateName() | Through() | Unpublished():
            return None
        case _:
            return at


def _otherwise(part: Otherwise, indent: str, *, last: bool) -> Iterator[str]:
    norm = part.norm
    final = norm.parts[-1] if norm.parts else None
    wraps = not last or (part.cumulative and isinstance(final, Otherwise) and not final.cumulative)
    comments = _joined(part.comments, norm.comments)
    tail = (")" if wraps else "") + (" cumulative" if part.cumulative else "")
    head = f"otherwise {'(' if wraps else ''}{_norm_head(norm)}"
    if not norm.parts:
        yield from unit(indent, head + tail, comments)
        return
    yield from unit(indent, head, comments)
    yield from parts_lines(norm.parts, indent + STEP)
    if tail:
        yield indent + STEP + tail.strip()


def _joined(outer: Comments, inner: Comments) -> Comments:
    """The comments of two units that share a line."""
    extra = (outer.after,) if outer.after is not None and inner.after is not None else ()
    before = tuple(line for text in (*outer.before, *inner.before, *extra) for line in text.split("\n"))
    return Comments(before, inner.after if inner.after is not None else outer.after)


# ---------------------------------------------------------------- norms


def format_act(act: ActPhrase) -> str:
    """``use x in y`` or ``pay(a, b)``."""
    if act.call:
        return f"{act.name}({format_arguments(act.args)})"
    words = [f"{a.name} {format_term(a.term)}" if a.name else format_term(a.term) for a in act.args]
    return " ".join([act.name, *words])


def _holder(holder: Holder) -> str:
    return " and ".join(map(format_term, holder.parties)) + (f" {holder.mode}" if holder.mode else "")


def _norm_head(norm: Norm) -> str:
    holder, other = _holder(norm.holder), norm.counterparty
    content = _keep(norm.act, norm.parts) if isinstance(norm.act, Keep) else format_act(norm.act)
    if norm.relation == "claim" and other is not None:
        return f"{holder} has claim that {format_term(other)} {content}"
    if norm.relation == "immunity":
        return f"{holder} is immune from {content}{f' by {format_term(other)}' if other else ''}"
    word = "to" if norm.relation in ("duty", "duty_not") else "against"
    return f"{holder} {_MODALS[norm.relation]} {content}{f' {word} {format_term(other)}' if other else ''}"


def _keep(content: Keep, parts: tuple[Part, ...]) -> str:
    return f"keep {_before_parts(content.of, parts)}"


def _before_parts(formula: Formula, parts: tuple[Part, ...]) -> str:
    """A formula that parts follow."""
    first = parts[0] if parts else None
    bounded = isinstance(first, Deadline) and (
        takes_bound(formula) if first.word == "within" else _is_named_day(first)
    )
    return f"({format_formula(formula)})" if bounded else format_formula(formula)


def format_statement(statement: Statement) -> str:
    """``Buyer may not use x against Seller``."""
    holder, other, act = format_term(statement.holder), statement.counterparty, format_act(statement.act)
    positive = statement.positive
    if statement.relation == "claim" and other is not None:
        return f"{holder} has {'' if positive else 'no '}claim that {format_term(other)} {act}"
    if statement.relation == "immunity":
        return f"{holder} is {'' if positive else 'not '}immune from {act}{_other('by', other)}"
    negative = {"liberty": "may not", "duty": "need not", "duty_not": "is free to", "power": "cannot"}
    word = _MODALS[statement.relation] if positive else negative[statement.relation]
    return f"{holder} {word} {act}{_other('to' if word in ('must', 'must not', 'need not') else 'against', other)}"


def _other(word: str, who: Term | None) -> str:
    return f" {word} {format_term(who)}" if who else ""


# ---------------------------------------------------------------- rules


def format_head(rule: Rule) -> str:
    """A rule without its parts: ``Buyer may use x against Seller``."""
    match rule:
        case Norm():
            return _norm_head(rule)
        case Silence(holder, act, why):
            return (
                f"silent on {f'{format_term(holder)} ' if holder else ''}{format_act(act)}{SOFT}{quote(why)}"
            )
        case Classify(thing, kind):
            return f"classify {thing} as {format_term(kind)}"
        case Owner(thing, owner):
            return f"owner of {thing} is {format_term(owner)}"
        case State(name, parameters, means, parts):
            variables = f"({', '.join(parameters)})" if parameters else ""
            return f"state {name}{variables}{f' means{SOFT}{_before_parts(means, parts)}' if means else ''}"
        case On():
            return _on(rule)
        case NoRule(why):
            return f"no rule {quote(why)}"


def _on(rule: On) -> str:
    to = f" to {format_term(rule.to)}" if rule.to else ""
    by = f" by {format_length(rule.by)}" if rule.by else ""
    back = "" if rule.retroactive is None else " retroactive"
    if isinstance(rule.retroactive, Date):
        back += f" from {rule.retroactive.text}"
    return f"on {format_formula(rule.trigger)} {rule.verb} {', '.join(rule.targets)}{to}{by}{back}"


def rule_lines(rule: Rule, indent: str) -> Iterator[str]:
    """A rule: its head, then its parts, one a line and indented; a short rule with one part on one line."""
    head = format_head(rule)
    parts: tuple[Part, ...] = () if isinstance(rule, On | NoRule) else rule.parts
    if len(parts) == 1 and not isinstance(rule, Norm) and not isinstance(parts[0], Otherwise):
        line = f"{head} {format_part(parts[0])}"
        if len(line) <= WIDEST and _is_bare(parts[0].comments) and rule.comments.after is None:
            yield from unit(indent, line, rule.comments)
            return
    yield from unit(indent, head, rule.comments)
    yield from parts_lines(parts, indent + STEP)

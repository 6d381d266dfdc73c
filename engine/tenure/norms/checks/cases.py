"""Whether two norms can be about one case: the same act, holder, things, times and readings."""

from __future__ import annotations

from collections.abc import Iterable

from tenure.diagnostics import TenureError
from tenure.language import syntax as s
from tenure.norms.scope import is_variable
from tenure.norms.vocabulary import ANYTHING, PARTY, Vocabulary
from tenure.time import CivilDate, Instant, parse_moment


def same_act(one: s.Norm, other: s.Norm) -> bool:
    """Whether both are about the same act."""
    return (
        isinstance(one.act, s.ActPhrase)
        and isinstance(other.act, s.ActPhrase)
        and one.act.name == other.act.name
    )


def same_object(one: s.Norm, other: s.Norm) -> bool:
    """Whether both name the same parameters of their act: what one leaves open is another object."""
    return [a.name for a in _arguments(one)] == [a.name for a in _arguments(other)]


def _arguments(norm: s.Norm) -> tuple[s.Argument, ...]:
    return norm.act.args if isinstance(norm.act, s.ActPhrase) else ()


def parties_apart(one: s.Norm, other: s.Norm, vocabulary: Vocabulary) -> str | None:
    """Why two norms are never between the same parties, or ``None``."""
    if (
        not _overlap(one.holder.parties, other.holder.parties, vocabulary)
        or _excluded(one, other)
        or _excluded(other, one)
    ):
        return "it is about another holder"
    sides = (one.counterparty, other.counterparty)
    if all(sides) and not _overlap((sides[0],), (sides[1],), vocabulary):
        return "it is about another counterparty"
    return None


def why_apart(one: s.Norm, other: s.Norm, vocabulary: Vocabulary) -> str | None:
    """``None`` where two norms of one act can meet in one case, else why they cannot."""
    for mine, theirs in zip(_arguments(one), _arguments(other), strict=False):
        if mine.name == theirs.name and not _terms_meet(mine.term, theirs.term, one, other, vocabulary):
            return "it is about other things"
    return parties_apart(one, other, vocabulary)


def _excluded(one: s.Norm, other: s.Norm) -> bool:
    """``p may … if p != A``, and the other norm is about A."""
    conditions = [p.of for p in one.parts if isinstance(p, s.Condition)]
    tested = [f for c in conditions for f in (c.parts if isinstance(c, s.And) else (c,))]
    barred = [
        f.right for f in tested if isinstance(f, s.Compare) and f.op == "!=" and f.left in one.holder.parties
    ]
    return any(holder in barred for holder in other.holder.parties)


def _overlap(some: Iterable[s.Term | None], others: Iterable[s.Term | None], vocabulary: Vocabulary) -> bool:
    others = list(others)
    return any(_may_be_one(a, b, vocabulary) for a in some for b in others)


def _may_be_one(one: s.Term | None, other: s.Term | None, vocabulary: Vocabulary) -> bool:
    return _open(one, vocabulary) or _open(other, vocabulary) or _value(one) == _value(other)


def _open(term: s.Term | None, vocabulary: Vocabulary) -> bool:
    if isinstance(term, s.Name):
        return is_variable(term.text, vocabulary)
    return not isinstance(term, s.Text | s.Number | s.Money | s.Flag)


def _value(term: s.Term | None) -> object:
    return term.text if isinstance(term, s.Name) else getattr(term, "value", term)


def _terms_meet(mine: s.Term, theirs: s.Term, one: s.Norm, other: s.Norm, vocabulary: Vocabulary) -> bool:
    if not _may_be_one(mine, theirs, vocabulary):
        return False
    here, there = _quantified(mine, one), _quantified(theirs, other)
    if here is None or there is None:
        return True
    owners = (here.owner, there.owner)
    if all(owners) and not _may_be_one(owners[0], owners[1], vocabulary):
        return False
    return bool(_kinds(here, vocabulary) & _kinds(there, vocabulary))


def _quantified(term: s.Term, norm: s.Norm) -> s.ForVariable | None:
    parts = [p for p in norm.parts if isinstance(p, s.ForVariable)]
    return next((p for p in parts if isinstance(term, s.Name) and p.variable == term.text), None)


def _kinds(part: s.ForVariable, vocabulary: Vocabulary) -> set[str]:
    return kinds_meant(part.kinds, vocabulary)


def kinds_meant(kinds: s.KindExpression, vocabulary: Vocabulary) -> set[str]:
    """The declared kinds under a kind expression; what is merely a ``party`` is under that word."""
    return _below(kinds.any_of, vocabulary) - _below(kinds.but_not, vocabulary)


def _below(names: Iterable[str], vocabulary: Vocabulary) -> set[str]:
    found: set[str] = set()
    for name in names:
        if name == ANYTHING:
            found |= {*vocabulary.kinds, ANYTHING}
        elif name == PARTY:
            found.add(PARTY)
        elif name in vocabulary.kinds:
            found |= set(vocabulary.descendants(name))
    return found


# ---------------------------------------------------------------- readings and times


def under_different_readings(some: Iterable[s.Part], others: Iterable[s.Part]) -> bool:
    """Whether the beginnings or conditions of two rules never count under one choice of readings."""
    mine, theirs = _choices(some), _choices(others)
    return any(not mine[r] & theirs[r] for r in mine.keys() & theirs.keys())


def _choices(parts: Iterable[s.Part]) -> dict[str, set[str]]:
    """The values that each reading must have for the rule to be in force."""
    found: dict[str, set[str]] = {}
    for part in parts:
        if isinstance(part, s.Condition):
            for formula in part.of.parts if isinstance(part.of, s.And) else (part.of,):
                if isinstance(formula, s.Is) and isinstance(formula.subject, s.Name):
                    found.setdefault(formula.subject.text, set(formula.kinds.any_of)).intersection_update(
                        formula.kinds.any_of
                    )
    return found


def in_different_times(some: Iterable[s.Part], others: Iterable[s.Part], vocabulary: Vocabulary) -> bool:
    """Whether the dates of two rules keep them apart."""
    (low, high), (start, end) = dates_of(tuple(some), vocabulary), dates_of(tuple(others), vocabulary)
    return (high is not None and start is not None and high <= start) or (
        end is not None and low is not None and end <= low
    )


def dates_of(parts: tuple[s.Part, ...], vocabulary: Vocabulary) -> tuple[Instant | None, Instant | None]:
    """The first instant at which a rule can run and the limit at which it surely has ended, by its dates alone."""
    begins = [p.begin for p in parts if isinstance(p, s.From)]
    dates = [instant(b, vocabulary) for b in begins if isinstance(b, s.Date)]
    known = [d for d in dates if d is not None]
    low = min(known) if known and len(known) == len(begins) else None
    untils = [p for p in parts if isinstance(p, s.Until) and p.when is None and not p.last]
    ends = [x for p in untils for e in p.ends if (x := limit(e, vocabulary)) is not None]
    return low, min(ends) if ends else None


def limit(end: s.End, vocabulary: Vocabulary) -> Instant | None:
    """The instant of an end that is a date."""
    if isinstance(end, s.Through) and isinstance(end.date, s.Date):
        return instant(end.date, vocabulary, after=True)
    return instant(end, vocabulary) if isinstance(end, s.Date) else None


def instant(date: s.Date, vocabulary: Vocabulary, *, after: bool = False) -> Instant | None:
    """The start of a date, or of what follows it; ``None`` where there is no such date."""
    try:
        if "T" in date.text:
            return parse_moment(date.text, vocabulary.zone).instant + after
        civil = CivilDate.parse(date.text)
        return vocabulary.calendar.end_of(civil) if after else vocabulary.calendar.start_of(civil)
    except TenureError:
        return None

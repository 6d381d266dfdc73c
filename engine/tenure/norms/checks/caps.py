"""Caps that forget the act that they cap: what an act is judged by held just before it, so its own amount is not in a total."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.diagnostics import Diagnostic
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.norms.checks.findings import warning
from tenure.norms.checks.sites import Site, Subject
from tenure.norms.vocabulary import Vocabulary

#: The side of a comparison that is kept small by it.
_KEPT_SMALL = {"<": "left", "<=": "left", ">": "right", ">=": "right"}


def check_caps(subject: Subject) -> Iterator[Diagnostic]:
    """Every power to do an act under a cap on a total of such acts, in which the act's own amount does not occur."""
    for site in subject.sites:
        match site.unit:
            case s.EventDeclaration(word="act", name=act, condition=condition) if condition is not None:
                own = {name: name for name in _amounts(act, subject.vocabulary)}
                yield from _forgetful(site, act, condition, own)
            case s.Norm(relation="power", act=s.ActPhrase(name=act, args=args)):
                own = {name: bound for name, bound in _named(act, args, subject.vocabulary) if bound}
                for part in site.parts:
                    if isinstance(part, s.Condition):
                        yield from _forgetful(site, act, part.of, own)


def _amounts(act: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The attributes of an act that are amounts."""
    declared = vocabulary.events.get(act)
    return tuple(a.name for a in declared.attributes if a.type in ("number", "money")) if declared else ()


def _named(act: str, args: tuple[s.Argument, ...], vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """The amounts of an act with the variables that its arguments give them."""
    declared = vocabulary.events.get(act)
    names = [a.name for a in declared.attributes] if declared else []
    amounts = _amounts(act, vocabulary)
    for position, argument in enumerate(args):
        name = argument.name or (names[position] if position < len(names) else "")
        if name in amounts and isinstance(argument.term, s.Name):
            yield name, argument.term.text


def _forgetful(site: Site, act: str, condition: s.Formula, own: dict[str, str]) -> Iterator[Diagnostic]:
    for node in nodes(condition):
        if not isinstance(node, s.Compare) or node.op not in _KEPT_SMALL:
            continue
        small, large = (node.left, node.right) if _KEPT_SMALL[node.op] == "left" else (node.right, node.left)
        totals = [n for n in nodes(small) if isinstance(n, s.Aggregate) and _sums(n, act)]
        beside = {n.text for side in (small, large) for n in _outside(side) if isinstance(n, s.Name)}
        if totals and not beside & set(own.values()):
            amount = next(iter(own.values()), "n")
            message = f"the cap in {site.words} does not count the act itself"
            advice = f"an act is judged by what held before it: compare with the cap `- {amount}`"
            if not own:
                advice += f", and bind its amount, `can {act}(… = {amount})`"
            yield warning("TEN325", message, node.place or site.place, advice)


def _sums(node: s.Aggregate, act: str) -> bool:
    return node.kind == "sum" and any(isinstance(n, s.Atom) and n.name == act for n in nodes(node.over))


def _outside(term: s.Term) -> Iterator[object]:
    """The nodes of a term that do not stand in a total."""
    if isinstance(term, s.Aggregate):
        return
    yield term
    if isinstance(term, s.Arithmetic):
        yield from _outside(term.left)
        yield from _outside(term.right)

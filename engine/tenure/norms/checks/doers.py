"""Events that nobody did: they perform no duty and break no prohibition, for those are done by somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tenure.diagnostics import Diagnostic, Place
from tenure.history import Event
from tenure.language import syntax as s
from tenure.language.syntax.shared import nodes
from tenure.norms.checks.findings import warning
from tenure.norms.checks.sites import Subject
from tenure.norms.vocabulary import Vocabulary


def check_doers(subject: Subject) -> Iterator[Diagnostic]:
    """Every line of a story whose event would do something, if somebody had done it."""
    doing = _doing(subject.vocabulary)
    for site in subject.sites:
        for line in site.all(s.Happening):
            if not line.by and line.type in doing:
                help_ = "name who did it in the place of `-`"
                yield warning("TEN327", _message(line.type, doing), line.place, help_)


def unowned(events: Iterable[Event], vocabulary: Vocabulary, file: str) -> tuple[Diagnostic, ...]:
    """The same for the history in ``file``: one finding for each type of event, at the first that nobody did."""
    doing = _doing(vocabulary)
    found: dict[str, list[str]] = {}
    for event in events:
        if not event.by and event.retracts is None and event.type in doing:
            found.setdefault(event.type, []).append(event.id)
    return tuple(
        warning(
            "TEN327",
            f"event {_ids(ids)}: {_message(type, doing)}",
            Place(file),
            'say who did it: `"by": "PARTY"`',
        )
        for type, ids in found.items()
    )


def _ids(ids: list[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{ids[0]} and {len(ids) - 1} more"


def _message(type: str, doing: Mapping[str, tuple[str, str]]) -> str:
    clause, relation = doing[type]
    does = "performs no duty" if relation == "duty" else "breaks no prohibition"
    return f"`{type}` that nobody did {does} (`{clause}`)"


def _doing(vocabulary: Vocabulary) -> dict[str, tuple[str, str]]:
    """The types of events that do what somebody must or must not do, each with the first clause that says so."""
    found: dict[str, tuple[str, str]] = {}
    for clause in vocabulary.clauses.values():
        for norm in (n for rule in clause.rules for n in nodes(rule) if isinstance(n, s.Norm)):
            if norm.relation in ("duty", "claim", "duty_not") and isinstance(norm.act, s.ActPhrase):
                relation = "duty_not" if norm.relation == "duty_not" else "duty"
                for type in _events(norm.act.name, vocabulary):
                    found.setdefault(type, (clause.name, relation))
    return found


def _events(act: str, vocabulary: Vocabulary) -> Iterator[str]:
    action = vocabulary.actions.get(act)
    yield from ((act,) if action is None else (pattern.name for pattern in action.done_by))

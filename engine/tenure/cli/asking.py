"""From options to a timeline, and from names to the positions that are meant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from attrs import frozen

from tenure.cli.options import About, Asking
from tenure.cli.output import Printer, printer
from tenure.cli.supposing import readings, supposition
from tenure.diagnostics import UsageError, did_you_mean
from tenure.history import History, read_history
from tenure.norms import Position, Relation, Vocabulary, correlative
from tenure.time import MAX_INSTANT
from tenure.timeline import Contract, Timeline, Verdict, load
from tenure.timeline.objects import object_matches, object_text
from tenure.timeline.sought import check_act, check_actor, check_relation
from tenure.timeline.verdict import VIEWS, View

#: The longest local day, in ticks, so that `--on` is answered whole.
_A_DAY = 26 * 3_600_000_000


@frozen
class Question:
    """A contract with its timeline, and how to print the answer."""

    contract: Contract
    timeline: Timeline
    out: Printer


def put(
    contract: str,
    history: str | None,
    asking: Asking,
    *,
    only_act: str | None = None,
    at: str | None = None,
) -> Question:
    """Load, read, suppose and evaluate as the options say; raises what is wrong with any of them.

    With ``only_act`` the timeline is about that act alone.  It goes on to ``at`` where it would end before.
    """
    deal, record, out = read(contract, history, asking)
    if asking.add or asking.drop or asking.move or asking.change:
        from tenure.timeline.suppose import supposed_history

        record = supposed_history(deal.vocabulary, record, supposition(deal, asking))
    evaluate = partial(
        deal.evaluate,
        record,
        known_at=asking.known_at,
        horizon=asking.horizon,
        readings=readings(asking),
        only_act=only_act,
        executor=asking.executor,
    )
    timeline = evaluate()
    if at is not None and (asked := timeline.instant(at)) + _A_DAY > timeline.to:
        timeline = evaluate(to=min(asked + _A_DAY, MAX_INSTANT))
    return Question(deal, timeline, out)


def put_about_one(
    contract: str,
    history: str | None,
    about: About,
    asking: Asking,
    *,
    at: str | None = None,
    narrow: bool = False,
) -> tuple[Question, Verdict, str]:
    """The question about the one right that the options name, the verdict on it ``at`` a time, and who holds it.

    The time is by default the horizon.  With ``narrow`` the timeline is about that act alone.
    """
    if about.holder is None or about.act is None:
        raise UsageError.of("TEN620", "no right is named", help="give `--holder`, `--act` and `--object`")
    only_projected(asking)
    question = put(contract, history, asking, only_act=about.act if narrow else None, at=at)
    check_names(question.timeline, about, question.out)
    verdict = question.timeline.holds(
        about.holder,
        about.act,
        about.object,
        at=question.timeline.horizon if at is None else at,
        relation=check_relation(about.relation or "liberty"),
        counterparty=about.counterparty,
    )
    return question, verdict, about.holder


def read(contract: str, history: str | None, asking: Asking) -> tuple[Contract, History, Printer]:
    """The contract and its record, and how to print."""
    out = printer(asking.format)
    deal = load(contract, stories=False)
    return deal, _record(deal, history, asking, out), out


def _record(deal: Contract, history: str | None, asking: Asking, out: Printer) -> History:
    path = Path(history) if history is not None else deal.history_path
    if path is None:
        out.say(f"note: there is no history beside `{deal.name}`; nothing has happened")
        return History()
    read = read_history(path, deal.vocabulary.schema, lenient=asking.lenient)
    if read.set_aside_count:
        out.complain(read.set_aside)
        out.say(f"note: {read.set_aside_count} bad lines were set aside")
    return read.history


def view_of(timeline: Timeline, asking: Asking) -> tuple[View, tuple[str, ...] | None]:
    """The view that was asked for, and against whom; raises where one does not go with the other."""
    view = next((known for known in VIEWS if known == asking.view), None)
    if view is None:
        advice = did_you_mean(asking.view, VIEWS) or f"views: {', '.join(VIEWS)}"
        raise UsageError.of("TEN620", f"`{asking.view}` is not a view", help=advice)
    if view != "projected":
        only_reference(asking, f"--view {view}")
    if asking.against and view != "guaranteed":
        advice = "write `--view guaranteed --against PARTY`"
        raise UsageError.of("TEN620", "`--against` goes with `--view guaranteed`", help=advice)
    for party in asking.against:
        check_actor(timeline.vocabulary, party)
    return view, asking.against or None


def only_projected(asking: Asking) -> None:
    """Refuse another view where the question is about the whole timeline."""
    if asking.view != "projected" or asking.against:
        option = "--against" if asking.view == "projected" else f"--view {asking.view}"
        advice = "ask `who` or `when` for one right"
        raise UsageError.of("TEN621", f"`{option}` is not for this question", help=advice)


def only_reference(asking: Asking, question: str) -> None:
    """Refuse another executor for a ``question`` that takes many evaluations, of other programs than the contract's."""
    if asking.executor != "reference":
        advice = "leave `--executor` out; `who`, `when`, `why`, `run` and `suppose` take it"
        raise UsageError.of("TEN621", f"`--executor` is not for `{question}`", help=advice)


# ---------------------------------------------------------------- names


def check_names(timeline: Timeline, about: About, out: Printer) -> None:
    """Raise on names that the contract does not have; an object that nothing mentions gets a note."""
    for actor in (about.holder, about.counterparty):
        if actor is not None:
            check_actor(timeline.vocabulary, actor)
    if about.act is not None:
        check_act(timeline.vocabulary, about.act)
    if about.relation is not None:
        check_relation(about.relation)
    if about.object is not None:
        known = _things(timeline)
        if about.object not in known:
            advice = did_you_mean(about.object, known)
            out.say(f"note: nothing is called `{about.object}` here{f'; {advice}' if advice else ''}")


def _things(timeline: Timeline) -> set[str]:
    """Every word that events or positions use for something."""
    found = {str(value) for event in timeline.line.events for _, value in event.data}
    objects = (object_text(timeline.vocabulary, position) for position in timeline.line.sources)
    return found | {text for text in objects if text}


def positions_about(timeline: Timeline, about: About) -> Iterator[tuple[Position, Relation]]:
    """The known positions that a question is about, each with the relation it is seen under.

    Powers that only repeat the declaration of an act are left out, unless an act or a relation is asked for.
    """
    broad = about.act is None and about.relation is None
    for position in timeline.line.sources:
        if broad and timeline.line.is_declared(position):
            continue
        if about.act not in (None, position.act) or not _is_object(
            timeline.vocabulary, position, about.object
        ):
            continue
        sides: list[tuple[str, str | None, Relation]] = [
            (position.holder, position.counterparty, position.relation)
        ]
        if position.counterparty and (about.holder or about.relation):
            sides.append((position.counterparty, position.holder, correlative(position.relation)))
        for holder, other, relation in sides:
            if (
                about.holder in (None, holder)
                and about.counterparty in (None, other)
                and about.relation in (None, relation)
            ):
                yield position, relation


def _is_object(vocabulary: Vocabulary, position: Position, wanted: Any) -> bool:
    return wanted is None or object_matches(vocabulary, position, wanted)

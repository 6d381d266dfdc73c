"""``tenure compare``: the same question under every reading, as known at two dates, or under two texts of a contract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tenure.cli import comparing
from tenure.cli.asking import check_names, only_projected, only_reference, put, read
from tenure.cli.options import ABOUT_ALL, NOTHING_SUPPOSED, About, Asking
from tenure.cli.output import Printer
from tenure.cli.progress import progress
from tenure.cli.supposing import readings, refuse_suppositions
from tenure.diagnostics import UsageError
from tenure.norms import Position, Relation, Vocabulary
from tenure.timeline import Contract, Timeline, load
from tenure.timeline.comparison import Wanted, compare_readings
from tenure.timeline.comparison import about as wanted
from tenure.timeline.impact import histories_in, impact
from tenure.timeline.sought import check_relation
from tenure.timeline.then_and_now import ThenAndNow

INTERRUPTED = 130


def compare(
    contract: str,
    /,
    *histories: str,
    at: Annotated[str | None, Parameter(help="compare the answers at an instant")] = None,
    over: Annotated[
        str | None, Parameter(help="START..END: compare within a window; either may be left out")
    ] = None,
    then: Annotated[
        str | None, Parameter(help="what was known by that date, against what is known now")
    ] = None,
    now: Annotated[
        str | None, Parameter(help="with --then: what is known by this date (default: all)")
    ] = None,
    amended: Annotated[
        str | None, Parameter(help="CONTRACT: another text of the contract, against this one")
    ] = None,
    about: About = ABOUT_ALL,
    asking: Asking = NOTHING_SUPPOSED,
) -> int:
    """Under which readings the answers differ, when, and which readings decide them.

    With --then D: what is known now and was not known then, and the records that made the difference. With --amended
    CONTRACT: what another text of the contract changes, over any number of histories or folders of them.
    """
    only_projected(asking)
    only_reference(asking, "compare")
    chosen = [option for option, given in (("--then", then), ("--amended", amended)) if given is not None]
    if len(chosen) > 1 or (now is not None and then is None) or (over is not None and (at or chosen)):
        raise UsageError.of(
            "TEN655",
            "these are two comparisons at once",
            help="ask for one: of readings (`--at`, `--over`), `--then D [--now D]`, or `--amended CONTRACT`",
        )
    if amended is None and len(histories) > 1:
        raise UsageError.of(
            "TEN655", "only `--amended` compares over several histories", help="name one history"
        )
    if amended is not None:
        return _texts(contract, amended, histories, about, asking)
    history = histories[0] if histories else None
    if then is not None:
        return _then_and_now(contract, history, (then, now, at), about, asking)
    return _readings(contract, history, at, over, about, asking)


# ---------------------------------------------------------------- readings


def _readings(
    contract: str, history: str | None, at: str | None, over: str | None, about: About, asking: Asking
) -> int:
    question = put(contract, history, asking, only_act=about.act)
    timeline, out = question.timeline, question.out
    check_names(timeline, about, out)
    with progress("choices of readings") as shown:
        found = compare_readings(
            timeline,
            _wanted(timeline.vocabulary, about),
            _asked(timeline, about),
            _window(timeline, over),
            at=None if at is None else timeline.instant(at),
            progress=shown.so_far,
        )
    if out.format == "json":
        out.json(comparing.readings_shape(timeline, found))
    else:
        out.lines(comparing.readings_lines(timeline, found))
    return _ended(out, complete=found.complete)


def _wanted(vocabulary: Vocabulary, about: About) -> Wanted:
    return wanted(vocabulary, about.holder, about.act, about.object, _relation(about), about.counterparty)


def _relation(about: About) -> Relation | None:
    return None if about.relation is None else check_relation(about.relation)


def _asked(timeline: Timeline, about: About) -> Position | None:
    """The position that is asked about where holder and act are named, whether or not it ever was."""
    if about.holder is None or about.act is None:
        return None
    found = timeline.holds(
        about.holder,
        about.act,
        about.object,
        at=timeline.horizon,
        relation=_relation(about) or "liberty",
        counterparty=about.counterparty,
    )
    return found.position


def _window(timeline: Timeline, over: str | None) -> tuple[int | None, int | None]:
    if over is None:
        return None, None
    start, dots, end = over.partition("..")
    if not dots:
        raise UsageError.of("TEN655", f"`--over {over}` is no window", help="write `--over START..END`")
    low, high = (timeline.instant(part.strip()) if part.strip() else None for part in (start, end))
    if low is not None and high is not None and low >= high:
        raise UsageError.of("TEN655", f"the window `{over}` is empty", help="let it end after it starts")
    return low, high


# ---------------------------------------------------------------- then and now


def _then_and_now(
    contract: str,
    history: str | None,
    when: tuple[str, str | None, str | None],
    about: About,
    asking: Asking,
) -> int:
    refuse_suppositions(asking, "--then", known_at=True)
    deal, record, out = read(contract, history, asking)
    then, now, at = when
    with progress("suppositions tried") as shown:
        found: ThenAndNow = deal.then_and_now(
            record,
            about.holder,
            about.act,
            about.object,
            then=then,
            now=now,
            at=at,
            relation=_relation(about),
            readings=readings(asking),
            progress=shown.so_far,
        )
    check_names(found.now, about, out)
    if out.format == "json":
        out.json(comparing.then_and_now_shape(found))
    else:
        out.lines(comparing.then_and_now_lines(found))
    return _ended(out, complete=found.complete)


# ---------------------------------------------------------------- two texts


def _texts(contract: str, amended: str, histories: tuple[str, ...], about: About, asking: Asking) -> int:
    refuse_suppositions(asking, "--amended")
    old, new, out = load(contract), load(amended), _printer(asking)
    paths = histories_in(map(Path, histories)) if histories else _beside(old, new)
    with progress("histories") as shown:
        found = impact(
            old,
            new,
            paths,
            _wanted(old.vocabulary, about),
            readings=readings(asking),
            known_at=asking.known_at,
            horizon=asking.horizon,
            progress=shown.of_all,
        )
    if out.format == "json":
        out.json(comparing.impact_shape(found))
    else:
        comparing.print_impact(out, found)
    for one in found.impacts:
        out.complain(one.problems)
    ended = _ended(out, complete=found.complete)
    return 2 if any(one.problems for one in found.impacts) else ended


def _beside(old: Contract, new: Contract) -> dict[str, Path]:
    path = old.history_path or new.history_path
    if path is None:
        raise UsageError.of(
            "TEN656", "there is no history to compare over", help="name histories, or folders of them"
        )
    return {str(path.name): path}


def _printer(asking: Asking) -> Printer:
    from tenure.cli.output import printer

    return printer(asking.format)


def _ended(out: Printer, *, complete: bool) -> int:
    if not complete:
        out.say("note: interrupted; this is what was found until then")
        return INTERRUPTED
    return 0

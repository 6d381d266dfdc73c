"""``tenure watch``: changes of rights as they become true, from events as they come in."""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from typing import Annotated, Any, BinaryIO

from cyclopts import Parameter

from tenure.cli.options import FormatOption
from tenure.cli.output import Printer, printer
from tenure.cli.shapes import Shape
from tenure.cli.supposing import pairs
from tenure.diagnostics import Place, UsageError, did_you_mean
from tenure.live.feed import STDIN, Feed
from tenure.live.host import Live
from tenure.live.journal import MEMORY
from tenure.live.watching import CLOCKS, Step
from tenure.live.watching import watch as watch_feed
from tenure.timeline import load
from tenure.timeline.changes import Change, PositionChange
from tenure.timeline.executors import executor_names
from tenure.views.changes import change_text
from tenure.views.words import moment_text

ALL = "all"


def watch(
    contract: str,
    events: Annotated[str, Parameter(allow_leading_hyphen=True)] = STDIN,
    /,
    *,
    journal: Annotated[str | None, Parameter(help="FILE: where all is kept that a restart needs")] = None,
    output: Annotated[
        str | None, Parameter(help="FILE: write changes there, each once, also after a crash")
    ] = None,
    follow: Annotated[bool, Parameter(help="wait for lines that are added to the file")] = False,
    clock: Annotated[str, Parameter(help="by what time goes on: event or wall")] = "event",
    now: Annotated[str | None, Parameter(help="go on to this time when all events are read")] = None,
    foresee: Annotated[tuple[str, ...], Parameter(help="LENGTH: tell of ends that are so far away")] = (),
    state: Annotated[
        tuple[str, ...], Parameter(help="NAME: tell of this state too, `all`: of every one")
    ] = (),
    keep: Annotated[str | None, Parameter(help="LENGTH: forget what is longer ago, and refuse it")] = None,
    executor: Annotated[str, Parameter(help="what decides: reference or rete")] = "reference",
    reading: Annotated[tuple[str, ...], Parameter(help="NAME=VALUE: choose a reading")] = (),
    lenient: Annotated[bool, Parameter(help="set bad lines aside")] = False,
    format: FormatOption = None,
) -> int:
    """Read events from a file or standard input, and tell each change of a right or a state as it becomes true.

    A line is an event, or {"now": TIME} to let time go on.  With --journal a run that was killed goes on where it
    stopped.
    """
    if clock not in CLOCKS:
        advice = did_you_mean(clock, CLOCKS) or f"clocks: {', '.join(CLOCKS)}"
        raise UsageError.of("TEN620", f"`{clock}` is not a clock", help=advice)
    if keep is not None and executor in executor_names() and executor != "reference":
        message = f"`--keep` and `--executor {executor}` do not go together: it evaluates the whole record each time"
        raise UsageError.of("TEN731", message, help="leave one of the two out")
    out = printer(format)
    deal = load(contract)
    live = Live(
        deal,
        journal=journal or MEMORY,
        readings=dict(pairs("--reading", reading)),
        foresee=foresee,
        states=deal.vocabulary.states if ALL in state else state,
        keep=keep,
        executor=executor,
        tells=True,
    )
    if live.note is not None:
        out.say(f"note: {live.note}")
    with closing(live), closing(Teller(live, out, output)) as teller:
        teller.tell()
        wall = _wall if clock == "wall" else None
        with Feed(events, after=live.journal.last_origin(), follow=follow) as feed:
            for step in watch_feed(live, feed, lenient=lenient, wall=wall):
                teller.talk(step)
                teller.tell()
        if now is not None:
            live.advance(now)
            teller.tell()
    return 0


def _wall() -> int:
    return time.time_ns() // 1000


class Teller:
    """Writes changes where they belong, and then notes in the journal that they have been told."""

    def __init__(self, live: Live, out: Printer, output: str | None) -> None:
        self.live = live
        self.out = out
        self.file = _appended(live, output) if output is not None else None

    def close(self) -> None:
        """Close the file."""
        if self.file is not None:
            self.file.close()

    def tell(self) -> None:
        """Tell what has not been told."""
        changes = self.live.untold
        if not changes:
            return
        lines = [self._line(change) for change in changes]
        if self.file is None:
            self.out.lines(lines)
            sys.stdout.flush()
            self.live.told()
            return
        self.file.write("".join(f"{line}\n" for line in lines).encode())
        self.file.flush()
        self.live.told({"output.size": str(self.file.tell())})

    def _line(self, change: Change) -> str:
        if self.out.format == "json":
            return json.dumps(_shape(self.live, change), ensure_ascii=False)
        text = change_text(self.live.session, change)
        return text if self.out.human else f"{change.id}  {text}"

    def talk(self, step: Step) -> None:
        """What is wrong with a line, and an act that had no effect."""
        if step.set_aside:
            self.out.complain(step.set_aside)
        void = self.live.session.void_act(step.event.id) if step.event else None
        if void is not None and step.event is not None:
            by = f" by {', '.join(step.event.by)}" if step.event.by else ""
            at = moment_text(self.live.session, step.event.at)
            self.out.say(f"note: {at}  {step.event.id} {step.event.type}{by} had no effect: {void.reason}")


def _appended(live: Live, path: str) -> BinaryIO:
    """The file, cut back to what the journal knows to be told: what was written after that is written again."""
    known = live.journal.remembered("output.size")
    try:
        file = open(path, "ab")  # noqa: SIM115, PTH123  (it is written for as long as the process lives)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError.of("TEN808", f"cannot write the changes: {why}", place=Place(path)) from None
    size = file.tell()
    if known is None:
        with live.journal.transaction():
            live.journal.remember("output.size", str(size))
    elif size < int(known):
        file.close()
        message = "the file is shorter than what has been written to it"
        help = "put it back, or name a new journal and a new file"
        raise UsageError.of("TEN808", message, place=Place(path), help=help)
    else:
        file.truncate(int(known))
    return file


def _shape(live: Live, change: Change) -> Shape:
    session = live.session
    p = change.position if isinstance(change, PositionChange) else None
    cause: Any = None
    if change.cause is not None and change.cause.event is not None:
        cause = {"event": change.cause.event}
    elif change.cause is not None and change.cause.limit is not None:
        cause = {"limit": session.text(change.cause.limit), "clause": change.cause.clause}
    return {
        "id": change.id,
        "at": session.text(change.at),
        "change": change.kind,
        "news": change.news,
        "holder": p and p.holder,
        "counterparty": p and p.counterparty,
        "relation": p and p.relation,
        "act": p and p.act,
        "named": None if isinstance(change, PositionChange) else change.row.name,
        "object": change.things_text(session.vocabulary),
        "instance": p and p.instance,
        "before": change.before,
        "after": change.after,
        "state": change.state if isinstance(change, PositionChange) else None,
        "clauses": list(change.clauses),
        "cause": cause,
        "until": None if change.until is None else session.text(change.until),
    }

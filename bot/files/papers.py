"""Papers are made here: claimed, made with no transaction open, kept, noted in the audit log and owed as a push."""

from collections.abc import Callable, Iterable
from functools import partial

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.core.ticks import Counts
from bot.core.writer import Writer
from bot.files.shelf import Shelf
from handlers.account.accounts import area_name
from handlers.context import World
from handlers.papers.making import ILLUSTRATED, MAKERS
from handlers.papers.paper import Paper
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from storage.figures import documents
from storage.figures.documents import MOST_ATTEMPTS, Wanted
from storage.keeping import audit

log = structlog.get_logger()

Note = Callable[..., None]
"""Writes a line into the audit log."""


def make_papers(
    engine: Engine, writer: Writer, shelf: Shelf, world: Callable[[], World], note: Note
) -> Counts:
    """Make all files that are wanted; each is pushed once, whoever makes it."""
    counts = {"made": 0, "failed": 0}
    while wanted := writer.transact(lambda session: documents.claim(session, world().now)):
        if wanted.attempts > MOST_ATTEMPTS:
            # It has taken its makers down with it.
            counts["failed"] += writer.transact(partial(_give_up, wanted=wanted, world=world()))
            continue
        try:
            paper = _make(engine, shelf, world(), wanted)
            stored_as = shelf.put(paper.content)
        except Exception as error:  # noqa: BLE001 -- one bad paper must not keep back the others
            log.error(  # noqa: TRY400 -- the error may quote a case
                "a paper could not be made", document=wanted.id, kind=wanted.kind, error=type(error).__name__
            )
            # Another attempt follows when the lease has ended.
            if wanted.attempts >= MOST_ATTEMPTS:
                counts["failed"] += writer.transact(partial(_give_up, wanted=wanted, world=world()))
            continue
        note(
            "paper",
            kind=wanted.kind,
            document=str(wanted.id),
            person=str(wanted.asked_by),
            scope=_told(wanted),
            rows=str(paper.rows),
            sha256=stored_as,
        )
        counts["made"] += writer.transact(
            partial(_hand_over, wanted=wanted, paper=paper, stored_as=stored_as, world=world())
        )
    return counts


def _make(engine: Engine, shelf: Shelf, world: World, wanted: Wanted) -> Paper:
    with Session(engine.execution_options(reading=True)) as session:
        if wanted.kind not in ILLUSTRATED:
            render = MAKERS[wanted.kind](session, world, wanted)
        else:
            draft = ILLUSTRATED[wanted.kind](session, world, wanted)
            render = partial(draft.render, _read_pictures(shelf, draft.pictures))
    return render()


def _read_pictures(shelf: Shelf, names: Iterable[str]) -> dict[str, bytes]:
    """Read what is still there; a paper is made without the others."""
    found: dict[str, bytes] = {}
    for name in names:
        try:
            found[name] = shelf.read(name)
        except OSError as error:
            log.warning("a picture is missing", stored_as=name, error=error.strerror)
    return found


def _told(wanted: Wanted) -> str:
    if wanted.scope.district:
        return "district"
    return " ".join(sorted(wanted.scope.streets | wanted.scope.stations))


def _hand_over(session: Session, *, wanted: Wanted, paper: Paper, stored_as: str, world: World) -> bool:
    ours = documents.record(
        session,
        wanted,
        "made",
        name=paper.name,
        stored_as=stored_as,
        facts=dict(paper.facts),
        made_at=world.now,
    )
    if ours:
        owe(
            session,
            world,
            wanted.asked_by,
            when=When.AT_ONCE,
            dedupe_key=f"document/{wanted.id}",
            kind="answer",
            text=world.texts(f"paper_{wanted.kind}_made", name=paper.name),
            attached={"document": wanted.id, "name": paper.name, "stored_as": stored_as},
        )
        audit.note(
            session,
            "exported",
            now=world.now,
            who=_named(wanted, world),
            actor_id=wanted.asked_by,
            reason=f"{paper.name} {paper.rows} {stored_as[:12]}",
        )
    return ours


def _named(wanted: Wanted, world: World) -> str:
    """Name the area that a file tells of."""
    if wanted.scope.district:
        return world.texts("office_district")
    keys = sorted(wanted.scope.streets | wanted.scope.stations)
    return "、".join(area_name(key, world.district) for key in keys)


def _give_up(session: Session, *, wanted: Wanted, world: World) -> bool:
    """Tell who asked that it cannot be had."""
    ours = documents.record(session, wanted, "failed")
    if ours:
        owe(
            session,
            world,
            wanted.asked_by,
            when=When.AT_ONCE,
            dedupe_key=f"document/{wanted.id}",
            kind="answer",
            text=world.texts("paper_failed"),
        )
    return ours

"""A sheet that staff fill in and send back: the way in, and what the worker asks once it has read it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from handlers.context import Context, World
from handlers.foreign.reading import UnreadableError
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from storage.figures import documents
from storage.figures.documents import Wanted
from storage.messages import questions
from storage.messages.questions import menu, option, question_row
from storage.models import Document, Question
from storage.people.people import OpenQuestion

_LINES = 6


def push_way_in(ctx: Context, sheet: Document, text: str) -> str:
    """Owe the link by which a sheet can be handed in; give what is said at once."""
    owe(
        ctx.session,
        ctx,
        ctx.sender.person_id,
        when=When.AT_ONCE,
        dedupe_key=f"{sheet.kind} back/{sheet.id}/{ctx.inbox_id}",
        kind="answer",
        text=text,
        attached={"document": sheet.id, "name": sheet.name, "stored_as": sheet.stored_as, "back": True},
    )
    return ctx.texts("ledger_back_soon")


def tell_unreadable(session: Session, world: World, wanted: Wanted, error: UnreadableError) -> bool:
    """Say which file could not be read, how far it was read, and what to do; once, whichever worker tried."""
    if not documents.record(session, wanted, "failed"):
        return False
    sheet = documents.find(session, int(wanted.params[wanted.kind.removesuffix("_back")]))
    key = f"sheet_{error.how}_row" if error.row and error.how != "long" else f"sheet_{error.how}"
    name = sheet.name if sheet else ""
    tell_sender(session, world, wanted, world.texts(key, name=name, row=error.row))
    return True


def tell_sender(
    session: Session,
    world: World,
    wanted: Wanted,
    text: str,
    *,
    kind: str = "",
    options: Sequence[dict[str, str]] = (),
) -> None:
    """Owe whoever sent a sheet what was read in it, with a question of this kind where there is something to decide."""
    question_id = None
    if options:
        row = question_row(
            person_id=wanted.asked_by,
            kind=kind,
            subject=str(wanted.id),
            text=text.splitlines()[0].rstrip("：:"),
            options=options,
            now=world.now,
            delivered=False,
        )
        session.add(Question(**row))
        session.flush()
        question_id = row["id"]
    owe(
        session,
        world,
        wanted.asked_by,
        when=When.AT_ONCE,
        dedupe_key=f"document/{wanted.id}",
        kind="answer",
        text=f"{text}\n{menu(options)}" if options else text,
        question_id=question_id,
    )


def show_lines(
    ctx: Context,
    question: OpenQuestion,
    lines: Sequence[Any],
    *,
    which: str,
    start: int,
    say: Callable[[Any], str],
    options: list[dict[str, str]],
) -> str:
    """Show some of what was read in a sheet, and ask again; `which` names the lines in the digit for more of them."""
    shown = [line if isinstance(line, str) else say(line) for line in lines[start : start + _LINES]]
    if lines[start + _LINES :]:
        options.insert(-1, option(4, ctx.texts("staff_more"), f"{which}:{start + _LINES}"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=question.kind,
        subject=question.subject,
        options=options,
        now=ctx.now,
    )
    return "\n".join([*shown, menu(options)])

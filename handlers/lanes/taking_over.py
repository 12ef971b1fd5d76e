"""What a process had in work when it ended: kept at once, tried one by one, and given up only where it ended twice."""

from collections.abc import Sequence

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from handlers.context import World
from handlers.intake import SPOKEN, Intake, Worlds, inbox_row, is_forged, kept_text, load_message
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from storage.messages import inbox
from storage.models import Inbox
from storage.people import people

log = structlog.get_logger()


def take_over(
    engine: Engine, intakes: Sequence[Intake], kept: Sequence[int], worlds: Worlds, *, alone: bool
) -> int:
    """Keep what a process had in work; what it ended with twice is put aside, and its sender is told so.

    All the rest waits in the inbox: the platform's repeat takes it, or a tick a little later, one by one.
    Gives how many were put aside.
    """
    world = worlds()
    aside = 0
    with Session(engine) as session, session.begin():
        connection = session.connection()
        ids = inbox.known(session, kept)
        for intake in intakes:
            if not is_forged(connection, intake, world.now):
                row = inbox_row(intake, world.now, raw=kept_text(intake))
                ids.append(inbox.remember(connection, [row])[intake.dedupe_key].id)
        # Alone in work is the first: what waited beside it had not begun.
        for place, inbox_id in enumerate(ids):
            if not alone or place:
                inbox.let_go(session, inbox_id)
            elif inbox.ended_with(session, inbox_id):
                aside += 1
                tell_aside(session, session.get_one(Inbox, inbox_id), world)
    return aside


def tell_aside(session: Session, row: Inbox, world: World) -> None:
    """Tell the sender of what was put aside that a person will read it."""
    log.error("a message was put aside: the process ended twice while it was in work", inbox_id=row.id)
    row.reply = world.texts("put_aside")
    sender = people.identify_one(session.connection(), (row.channel, row.sender), world.now)
    if row.raw is not None and load_message(row.raw).kind in SPOKEN:
        # Who wrote can be answered for two days, whatever became of the words.
        people.touch(session.connection(), {sender.account_id: 1}, world.now)
    owe(
        session,
        world,
        sender.person_id,
        when=When.AT_ONCE,
        dedupe_key=f"aside/{row.id}",
        kind="answer",
        text=row.reply,
    )

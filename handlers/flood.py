"""Who writes too fast is heard a little later: what a person must not wait with is never held."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.context import Context, World
from handlers.intake import SPOKEN
from handlers.messages import IncomingMessage, Kind
from nlp.signals import detect
from storage import inbox, outbox, people
from storage.models import Inbox
from storage.people import PACE, Sender

WRITTEN = frozenset({Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK})
"""What can be handled later; who presses a button waits for what comes of it."""


def over(message: IncomingMessage, sender: Sender, world: World) -> bool:
    """Count a message that came just now, and tell whether it must wait."""
    return message.kind in SPOKEN and _count(sender, world.now) > 0 and _holds(message, sender, world)


def _count(sender: Sender, now: datetime) -> int:
    """Count one more message of this minute, and give how many there are now."""
    since = sender.pace_since
    if since is None or not now - PACE <= since <= now:
        sender.pace_since, sender.pace = now, 0
    sender.pace += 1
    return sender.pace


def _holds(message: IncomingMessage, sender: Sender, world: World) -> bool:
    """Tell whether a message that was just counted must wait: people of the roster and danger never do."""
    if sender.pace <= world.switches.per_minute or message.kind not in WRITTEN or sender.grants:
        return False
    return not detect(message.text).grave


def said(sender: Sender, world: World) -> str:
    """Say that things wait, for the first message of a minute that does."""
    return world.texts("too_fast") if sender.pace == world.switches.per_minute + 1 else ""


def later(ctx: Context, came_at: datetime) -> Context:
    """Give the world in which a held message is handled: that of its own minute, with no question open.

    A digit must not answer what was asked in the meantime.
    """
    sender = replace(ctx.sender, questions=[])
    return replace(ctx, now=came_at.astimezone(ctx.now.tzinfo), sender=sender)


def tell_done(session: Session, row: Inbox, world: World) -> None:
    """Tell the sender once, when nothing is held any more, that all was taken in."""
    if inbox.still_held(session, row.channel, row.sender):
        return
    person_id = people.identify_one(session.connection(), (row.channel, row.sender), world.now).person_id
    outbox.enqueue(
        session,
        dedupe_key=f"held/{row.id}",
        person_id=person_id,
        kind="answer",
        text=world.texts("too_fast_done"),
        now=world.now,
    )

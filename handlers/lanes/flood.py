"""Who writes too fast is heard a little later, who floods (fast, or with one sentence), advertises or only abuses once a person has looked.

What a person must not wait with is never put aside, nothing is lost, and staff see all of it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handlers.context import Context, World
from handlers.intake import SPOKEN
from handlers.messages import IncomingMessage, Kind
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from nlp.alarms.nuisance import ABUSE, nuisance
from nlp.alarms.signals import detect
from nlp.text.fold import command_line
from nlp.text.repeats import repeats
from nlp.topics.classify import classify
from nlp.topics.lexicon import OTHER
from storage.messages import inbox
from storage.models import Inbox
from storage.models.messages import FROZEN, HELD
from storage.people import people
from storage.people.people import PACE, Sender

WRITTEN = frozenset({Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK})
"""What can be handled later; who presses a button waits for what comes of it."""
FLOOD = "flood"
FLOODS_FROM = 3
"""So many times what is handled in a minute is no haste any more."""
STRIKES = 3
REPEATS = 8
"""Somebody who is in need says the same a few times; nobody says it so often within the time in which words join a case."""
FORGIVEN_AFTER = timedelta(days=1)
"""So long after the last one earlier advertisements and abuse are forgotten."""
STILL_TAKEN = frozenset(
    {"我的", "我的件", "我的数据", "删除我", "隐私", "公开程度", "帮助", "人工", "撤回", "进度", "取消"}
)
"""Words that a frozen sender needs for the own cases and data."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What is done with a message that does not simply go its way."""

    status: str = ""
    """`held`, `frozen`, or empty where it goes its way and is only counted."""
    said: str = ""
    strikes: int = 0
    """How many advertisements, abuses and repeated sentences there are now; 0 where nothing has to be kept."""
    froze: str = ""
    """Why the sender is frozen from this message on."""


def aside(message: IncomingMessage, sender: Sender, world: World) -> Aside | None:
    """Count a message that came just now, and tell whether it is put aside: people of the roster and danger never are."""
    if message.kind not in SPOKEN:
        return None
    _count(sender, world.now)
    if message.kind not in WRITTEN or sender.grants:
        return None
    fast = sender.pace > world.switches.per_minute
    bad = _nuisance(message, world) or _repeated(message, sender)
    if not (fast or bad or sender.frozen) or detect(message.text).grave:
        return None
    if sender.frozen:
        line = command_line(message.text)
        return None if line.isdigit() or line in STILL_TAKEN else Aside(FROZEN)
    strikes = _strike(sender, world.now) if bad else 0
    enough = REPEATS if bad == FLOOD else STRIKES
    froze = (
        FLOOD if sender.pace > FLOODS_FROM * world.switches.per_minute else bad if strikes >= enough else ""
    )
    if froze:
        sender.frozen = True
        return Aside(FROZEN, world.texts("frozen_told"), max(strikes, 1), froze)
    return Aside(HELD, _said(sender, world), strikes) if fast else Aside(strikes=strikes)


def _nuisance(message: IncomingMessage, world: World) -> str:
    """Tell an advertisement, or abuse in which no matter is named."""
    bad = nuisance(message.text) if message.text else ""
    if bad == ABUSE and classify(message.text, world.district.lexicon).category != OTHER:
        return ""
    return bad


def _repeated(message: IncomingMessage, sender: Sender) -> str:
    """Tell whether the sender says once more what the last case holds already, perhaps with a sign changed."""
    last = sender.last_case
    return FLOOD if last and message.text and repeats(message.text, last.text) else ""


def _strike(sender: Sender, now: datetime) -> int:
    if sender.struck_at is None or now - sender.struck_at > FORGIVEN_AFTER:
        sender.strikes = 0
    sender.strikes, sender.struck_at = sender.strikes + 1, now
    return sender.strikes


def _count(sender: Sender, now: datetime) -> None:
    """Count one more message of this minute."""
    since = sender.pace_since
    if since is None or not now - PACE <= since <= now:
        sender.pace_since, sender.pace = now, 0
    sender.pace += 1


def _said(sender: Sender, world: World) -> str:
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
    owe(
        session,
        world,
        person_id,
        when=When.AT_ONCE,
        dedupe_key=f"held/{row.id}",
        kind="answer",
        text=world.texts("too_fast_done"),
    )

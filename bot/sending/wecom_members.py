"""What all processes know together about members of WeCom, as the sender wants it; and their cards, kept true."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import SendError
from bot.channels.wecom_sender import WeComSender
from bot.core.ticks import Counts
from bot.core.writer import Stopped, Writer
from handlers.texts import Texts
from storage.messages import cards
from storage.messages.pace import Limit, take_turn

log = structlog.get_logger()

A_MINUTE = Limit(most=30, length=timedelta(minutes=1), burst=10)
AN_HOUR = Limit(most=1000, length=timedelta(hours=1), burst=100)
"""What WeCom shows one member; the rest it drops and says nothing."""
WITHOUT_RECORD = timedelta(seconds=30)
"""How long a push waits while the database does not answer."""


class SharedMembers:
    """Pace and cards, read and written through the process's writer."""

    def __init__(self, writer: Writer, clock: Callable[[], datetime], corp_id: str) -> None:
        self._writer = writer
        self._clock = clock
        self._corp_id = corp_id

    def wait_for(self, member: str) -> timedelta:
        # WeCom does not mind capitals: they must not make two members of one.
        key = f"wecom/{self._corp_id}/{member.lower()}"
        try:
            return self._writer.transact(
                lambda session: take_turn(session, key, minute=A_MINUTE, hour=AN_HOUR, now=self._clock())
            )
        except (SQLAlchemyError, Stopped) as error:
            # Nothing has been sent yet: the push waits, instead of being left in doubt.
            log.warning("pace not known", error=type(error).__name__)
            return WITHOUT_RECORD

    def note_card(self, card_id: str, question_id: int, member: str, response_code: str) -> None:
        try:
            self._writer.transact(
                lambda session: cards.note_code(
                    session,
                    card_id=card_id,
                    question_id=question_id,
                    member=member,
                    response_code=response_code,
                    now=self._clock(),
                )
            )
        except (SQLAlchemyError, Stopped) as error:
            # The card has gone out; that it cannot be changed until it is pressed is the lesser harm.
            log.warning("card not noted", error=type(error).__name__)


def settle_cards(writer: Writer, sender: WeComSender, clock: Callable[[], datetime], texts: Texts) -> Counts:
    """Let cards say what became of their questions; one that cannot be changed stays as it is."""
    counts = {"changed": 0, "left": 0}
    for card in writer.transact(lambda session: cards.settled(session, clock())):
        told = texts("card_chosen", label=card.chosen) if card.chosen else texts("card_closed")
        try:
            sender.change_card(card.member, card.response_code, told)
        except SendError as error:
            log.info("card not changed", error=error.code)
            counts["left"] += 1
            if error.retryable or error.outcome_unknown:
                continue
        else:
            counts["changed"] += 1
        writer.transact(partial(cards.note_changed, card_id=card.id, now=clock()))
    return counts

"""Cards sent to members of a WeCom corp, until their buttons tell what became of the question."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring
from storage.models import Card, Question

CODE_LIFE = timedelta(hours=72)
"""How long WeCom lets a card be changed."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A card whose question is answered or over, and that does not say so yet."""

    id: str
    member: str
    response_code: str
    chosen: str


def note_code(
    session: Session, *, card_id: str, question_id: int, member: str, response_code: str, now: datetime
) -> None:
    """Keep the code with which a card may be changed once; a newer one takes the place of an older."""
    row = {
        "id": card_id,
        "question_id": question_id,
        "member": member,
        "response_code": response_code,
        "chosen": "",
        "noted_at": now,
    }
    if not insert_ignoring(session.connection(), Card, [row], key="id"):
        session.execute(
            update(Card).where(Card.id == card_id).values(response_code=response_code, noted_at=now)
        )


def note_choice(session: Session, question_id: int, chosen: str) -> None:
    """Note what was chosen, on whichever channel, for the cards that asked."""
    session.execute(update(Card).where(Card.question_id == question_id).values(chosen=chosen))


def settled(session: Session, now: datetime, limit: int = 50) -> list[Settled]:
    """Give cards that shall tell what became of their question, as long as WeCom lets them be changed."""
    rows = session.execute(
        select(Card.id, Card.member, Card.response_code, Card.chosen)
        .join(Question, Question.id == Card.question_id)
        .where(
            Card.changed_at.is_(None),
            Card.noted_at > now - CODE_LIFE,
            or_(Question.closed_at.is_not(None), Question.expires_at <= now),
        )
        .order_by(Card.noted_at)
        .limit(limit)
    )
    return [Settled(*row) for row in rows]


def note_changed(session: Session, card_id: str, now: datetime) -> None:
    """Note that nothing is left to do for a card."""
    session.execute(update(Card).where(Card.id == card_id).values(changed_at=now))

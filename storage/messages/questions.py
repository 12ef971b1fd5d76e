"""Open questions: one table for all of them; a digit answers the latest delivered one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.models import Question
from storage.people.people import OpenQuestion

OFFER_LASTS = timedelta(hours=24)
"""How long a menu or a small question can be answered; it survives restarts within that time."""


INSISTING = frozenset({"occasion", "place", "others", "history", "ledger_back", "activities", "danger_doubt"})
"""Kinds that are asked again after a newer question was answered; all others give way to the next menu."""

PUSHED = "pushed"
"""Marks a question that came by itself, not as the answer to what its person wrote."""


def option(digit: int | str, label: str, value: str) -> dict[str, str]:
    return {"digit": str(digit), "label": label, "value": value}


def menu(options: Sequence[dict[str, str]]) -> str:
    """Write the options one a line, as they stand in a message: `1 参加`."""
    return "\n".join(f"{choice['digit']} {choice['label']}" for choice in options)


def question_row(
    *,
    person_id: int,
    kind: str,
    now: datetime,
    subject: str = "",
    text: str = "",
    options: Sequence[dict[str, str]] = (),
    data: dict[str, Any] | None = None,
    lasts: timedelta | None = OFFER_LASTS,
    delivered: bool = True,
) -> dict[str, Any]:
    """Make the row of a question; `data["free"]` marks one that also takes words."""
    return {
        "id": new_id(),
        "person_id": person_id,
        "kind": kind,
        "subject": subject,
        "text": text,
        "options": list(options),
        "data": {**(data or {}), **({} if delivered else {PUSHED: True})},
        "asked_at": now,
        "delivered_at": now if delivered else None,
        "expires_at": now + lasts if lasts else None,
    }


def ask(session: Session, **fields: Any) -> int:  # noqa: ANN401 -- the fields of question_row
    """Open a question in the same breath as the reply that carries it; give its id.

    It takes the place of the person's earlier menus; what insists stays open, and so does what is still on its way.
    """
    row = question_row(**fields)
    session.execute(
        update(Question)
        .where(
            Question.person_id == row["person_id"],
            Question.closed_at.is_(None),
            Question.delivered_at.is_not(None),
            Question.kind.not_in(INSISTING),
        )
        .values(closed_at=row["asked_at"])
    )
    session.add(Question(**row))
    session.flush()
    return int(row["id"])


def close(session: Session, question_id: int, now: datetime) -> None:
    session.execute(update(Question).where(Question.id == question_id).values(closed_at=now))


def close_owed(session: Session, person_id: int, kind: str, subject: str, now: datetime) -> None:
    """Close what is still on its way to a person and was answered by another door: its digits must decide nothing."""
    session.execute(
        update(Question)
        .where(
            Question.person_id == person_id,
            Question.kind == kind,
            Question.subject == subject,
            Question.delivered_at.is_(None),
            Question.closed_at.is_(None),
        )
        .values(closed_at=now)
    )


def amend(
    session: Session, question_id: int, *, options: Sequence[dict[str, str]], data: dict[str, Any]
) -> None:
    """Give a question other options and other things to remember."""
    session.execute(
        update(Question).where(Question.id == question_id).values(options=list(options), data=data)
    )


def latest(session: Session, person_id: int, now: datetime) -> OpenQuestion | None:
    """Give the question that the next digit answers."""
    row = session.execute(
        select(
            Question.id,
            Question.kind,
            Question.subject,
            Question.text,
            Question.options,
            Question.data,
            Question.delivered_at,
        )
        .where(
            Question.person_id == person_id,
            Question.closed_at.is_(None),
            Question.delivered_at.is_not(None),
            or_(Question.expires_at.is_(None), Question.expires_at > now),
        )
        .order_by(Question.delivered_at.desc(), Question.id.desc())
        .limit(1)
    ).first()
    return OpenQuestion(*row) if row else None


def bring_forward(session: Session, question_id: int, now: datetime) -> None:
    """Note that the question was asked again just now, so that the next digit answers it."""
    session.execute(update(Question).where(Question.id == question_id).values(delivered_at=now))


def waiting_since(session: Session, kind: str, before: datetime) -> list[tuple[int, dict[str, Any]]]:
    """Give the questions of a kind that were asked before then and have no answer: id and data."""
    rows = session.execute(
        select(Question.id, Question.data)
        .where(Question.kind == kind, Question.closed_at.is_(None), Question.asked_at <= before)
        .order_by(Question.id)
    )
    return [(question_id, dict(data)) for question_id, data in rows]


def end_unanswered(session: Session, question_id: int, now: datetime) -> bool:
    """Close a question that nobody has answered, and keep nothing of it; False where somebody has."""
    still = session.scalar(
        update(Question)
        .where(Question.id == question_id, Question.closed_at.is_(None))
        .values(closed_at=now, data={})
        .returning(Question.id)
    )
    return still is not None

"""Those to whom pushes go: their accounts, roles, telephone numbers, and the answers that they are offered."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.models import Account, Person, Question, RoleGrant


def accounts_of(session: Session, person_ids: set[int]) -> dict[int, list[Account]]:
    """Give the accounts of each person, the one last spoken through first."""
    found: dict[int, list[Account]] = {}
    rows = session.scalars(
        select(Account)
        .where(Account.person_id.in_(sorted(person_ids)))
        .order_by(Account.last_message_at.desc().nulls_last())
    )
    for account in rows:
        found.setdefault(account.person_id, []).append(account)
    return found


def phones_of(session: Session, person_ids: set[int]) -> dict[int, str]:
    """Give the telephone number of each person, as far as one is known."""
    rows = session.execute(select(Person.id, Person.phone).where(Person.id.in_(sorted(person_ids))))
    return {person_id: phone for person_id, phone in rows}  # noqa: C416 -- rows, not pairs


def roles_of(session: Session, person_ids: set[int], now: datetime) -> dict[int, set[str]]:
    """Give what each person is today."""
    found: dict[int, set[str]] = {}
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.role).where(
            RoleGrant.person_id.in_(sorted(person_ids)),
            or_(RoleGrant.until.is_(None), RoleGrant.until > now),
        )
    )
    for person_id, role in rows:
        found.setdefault(person_id, set()).add(role)
    return found


def choices_of(session: Session, question_ids: set[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Give digit and label of each answer to these questions."""
    if not question_ids:
        return {}
    rows = session.execute(select(Question.id, Question.options).where(Question.id.in_(sorted(question_ids))))
    return {
        question_id: tuple((each["digit"], each["label"]) for each in options if each["label"])
        for question_id, options in rows
    }

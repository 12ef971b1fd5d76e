"""One-time binding codes: only their hash is kept; each works once, for a day."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from storage.activity import bookings
from storage.engine.database import new_id
from storage.models import (
    Account,
    BindingCode,
    CallBack,
    Case,
    Inbox,
    Outbox,
    Person,
    Praise,
    Question,
    RoleGrant,
)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L: codes are read out on the telephone."""
LENGTH = 6
LASTS = timedelta(hours=24)
BY_CODE = "code"
"""Where a role comes from that no district pack knows of."""


def make_code(
    session: Session,
    *,
    now: datetime,
    person_id: int | None = None,
    role: str = "",
    area: str = "",
    made_by: int | None = None,
) -> str:
    """Make a code for a person of the roster, or for a role; earlier codes of the same person end."""
    if person_id is not None:
        revoke(session, person_id=person_id, now=now)
    code = _new_code()
    session.add(
        BindingCode(
            code_hash=_hashed(code),
            person_id=person_id,
            role=role,
            area=area,
            made_by=made_by,
            made_at=now,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    return code


def _new_code() -> str:
    """Draw a code with a letter and a digit in it, so that neither a word nor a number looks like one."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code.isalpha() and not code.isdigit():
            return code


def find_live(session: Session, code: str, now: datetime) -> BindingCode | None:
    """Take a code that still works, locked until the transaction ends."""
    return session.scalars(
        select(BindingCode)
        .where(
            BindingCode.code_hash == _hashed(code),
            BindingCode.used_at.is_(None),
            BindingCode.revoked_at.is_(None),
            BindingCode.expires_at > now,
        )
        .with_for_update()
    ).one_or_none()


def revoke(
    session: Session, *, now: datetime, person_id: int | None = None, made_by: int | None = None
) -> int:
    """End unused codes of a person, or the one that somebody made last."""
    live = select(BindingCode.id).where(BindingCode.used_at.is_(None), BindingCode.revoked_at.is_(None))
    if person_id is not None:
        live = live.where(BindingCode.person_id == person_id)
    if made_by is not None:
        live = live.where(BindingCode.made_by == made_by).order_by(BindingCode.id.desc()).limit(1)
    ids = list(session.scalars(live))
    session.execute(update(BindingCode).where(BindingCode.id.in_(ids)).values(revoked_at=now))
    return len(ids)


def last_made(session: Session, made_by: int, since: datetime) -> BindingCode | None:
    """Give the code that somebody made last, if that was not too long ago."""
    return session.scalars(
        select(BindingCode)
        .where(BindingCode.made_by == made_by, BindingCode.made_at >= since)
        .order_by(BindingCode.id.desc())
        .limit(1)
    ).one_or_none()


def last_used(session: Session, account_id: int) -> datetime | None:
    """Tell when an account was bound last."""
    return session.scalar(select(func.max(BindingCode.used_at)).where(BindingCode.used_by == account_id))


def use(code: BindingCode, account_id: int, now: datetime) -> None:
    code.used_at = now
    code.used_by = account_id


def wrong_tries(session: Session, *, channel: str, sender: str, account_id: int, since: datetime) -> int:
    """Count how often someone sent a code that does not work; those that did are taken off."""
    sent = select(func.count()).where(
        Inbox.channel == channel,
        Inbox.sender == sender,
        Inbox.route == "wrong code",
        Inbox.received_at >= since,
    )
    worked = select(func.count()).where(BindingCode.used_by == account_id, BindingCode.used_at >= since)
    return (session.scalar(sent) or 0) - (session.scalar(worked) or 0)


def join_person(session: Session, account_id: int, person_id: int, now: datetime) -> None:
    """Tie an account to a person of the roster; what the account's voter had goes along."""
    account = session.get_one(Account, account_id)
    before = account.person_id
    account.person_id = person_id
    if before == person_id:
        return
    account.links_after = now
    others = session.scalar(select(func.count()).where(Account.person_id == before, Account.id != account_id))
    if others:
        return
    voter = session.get_one(Person, before)
    if voter.roster_key is not None:
        return
    session.execute(update(Case).where(Case.voter_id == before).values(voter_id=person_id))
    session.execute(update(Outbox).where(Outbox.person_id == before).values(person_id=person_id))
    session.execute(
        update(Question)
        .where(Question.person_id == before, Question.closed_at.is_(None))
        .values(person_id=person_id)
    )
    session.execute(
        update(RoleGrant)
        .where(RoleGrant.person_id == before, RoleGrant.source == BY_CODE)
        .values(person_id=person_id)
    )
    bookings.hand_on(session, before, person_id)
    session.execute(update(CallBack).where(CallBack.person_id == before).values(person_id=person_id))
    session.execute(update(Praise).where(Praise.person_id == before).values(person_id=person_id))
    joined = session.get_one(Person, person_id)
    joined.notified_at = joined.notified_at or voter.notified_at


def part_from(session: Session, account_id: int, now: datetime) -> bool:
    """Undo what codes gave an account: it speaks for a new voter again. False if it was bound to nobody.

    What was filed from this account goes with it: nobody must read another person's cases.
    """
    account = session.get_one(Account, account_id)
    person = session.get_one(Person, account.person_id)
    account.links_after = now
    ended = _end_grants(session, account, now)
    if person.roster_key is None:
        return ended
    voter = Person(id=new_id(), preferences={}, created_at=now, notified_at=person.notified_at)
    session.add(voter)
    session.flush()
    account.person_id = voter.id
    own = list(
        session.scalars(select(Case.id).where(Case.voter_id == person.id, Case.account_id == account_id))
    )
    session.execute(update(Case).where(Case.id.in_(own)).values(voter_id=voter.id))
    session.execute(
        update(Outbox)
        .where(Outbox.person_id == person.id, Outbox.case_id.in_(own), Outbox.kind != "alert")
        .values(person_id=voter.id)
    )
    session.execute(
        update(Question)
        .where(
            Question.person_id == person.id,
            Question.closed_at.is_(None),
            Question.subject.in_([str(case_id) for case_id in own]),
        )
        .values(person_id=voter.id)
    )
    return True


def _end_grants(session: Session, account: Account, now: datetime) -> bool:
    """End the roles that a code alone gave to whoever holds this account."""
    given = select(BindingCode.role, BindingCode.area).where(
        BindingCode.used_by == account.id, BindingCode.person_id.is_(None)
    )
    ended = False
    for role, area in session.execute(given).all():
        held = select(RoleGrant).where(
            RoleGrant.person_id == account.person_id,
            RoleGrant.role == role,
            RoleGrant.area == area,
            RoleGrant.source == BY_CODE,
            or_(RoleGrant.until.is_(None), RoleGrant.until > now),
        )
        for row in session.scalars(held):
            row.until = now
            ended = True
    return ended


def grant(session: Session, *, person_id: int, role: str, area: str, now: datetime) -> None:
    """Give a role that comes from a code alone, such as the first operator's."""
    held = session.scalar(
        select(RoleGrant.id).where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            RoleGrant.area == area,
            or_(RoleGrant.until.is_(None), RoleGrant.until > now),
        )
    )
    if held is None:
        session.add(RoleGrant(person_id=person_id, role=role, area=area, since=now, source=BY_CODE))


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()

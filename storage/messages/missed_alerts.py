"""Alerts that found no open way to somebody who has written since: who that is, and which of them go out after all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from storage.engine.literals import among
from storage.messages.outbox import ALERT, LOST, LOST_FOR, send_again
from storage.models import OPEN_STATES, Account, AlarmTold, AuditEntry, Case, CaseStep, Outbox, RoleGrant
from storage.people import accused

_NO_WAY = (*LOST, "reserved")


@dataclass(frozen=True, slots=True)
class Wrote:
    """Somebody in an office, and when they last wrote."""

    person_id: int
    role: str
    area: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What became of telling one person of one alarm."""

    at: datetime
    reached: bool
    """A push about it went out, or still may."""


def wrote_since(session: Session, since: datetime) -> list[Wrote]:
    """Give the offices of those who have written since then."""
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.role, RoleGrant.area, func.max(Account.last_message_at))
        .join(Account, Account.person_id == RoleGrant.person_id)
        .where(Account.last_message_at > since)
        .group_by(RoleGrant.person_id, RoleGrant.role, RoleGrant.area)
        .order_by(RoleGrant.person_id)
    )
    return [Wrote(person, role, area, at) for person, role, area, at in rows if at is not None]


def told(session: Session, alarm_ids: Collection[int]) -> Mapping[tuple[int, int], Told]:
    """Give for alarm and person when they were last told, and whether anything of it reached them."""
    rows = session.execute(
        select(AlarmTold.alarm_id, AlarmTold.person_id, AlarmTold.at, Outbox.status)
        .join(Outbox, Outbox.id == AlarmTold.push_id, isouter=True)
        .where(AlarmTold.alarm_id.in_(sorted(alarm_ids)))
    )
    found: dict[tuple[int, int], Told] = {}
    for alarm_id, person_id, at, status in rows:
        before = found.get((alarm_id, person_id), Told(at, reached=False))
        reached = before.reached or status != "dead"
        found[alarm_id, person_id] = Told(max(before.at, at), reached=reached)
    return found


def took_part(session: Session, case_ids: Collection[int]) -> set[tuple[int, int]]:
    """Give case and person of those who filed a case, or did something with it: they know of it."""
    rows = session.execute(
        select(CaseStep.case_id, CaseStep.actor_id)
        .where(CaseStep.case_id.in_(sorted(case_ids)), CaseStep.actor_id.is_not(None))
        .distinct()
    )
    return {(case_id, actor_id) for case_id, actor_id in rows if actor_id is not None}


def unseen_by(person_id: int) -> ColumnElement[bool]:
    """Give the condition of open sealed cases that a person has neither read nor done anything with."""
    read = exists().where(AuditEntry.case_id == Case.id, AuditEntry.actor_id == person_id)
    did = exists().where(CaseStep.case_id == Case.id, CaseStep.actor_id == person_id)
    return among(Case.state, OPEN_STATES) & Case.sealed.is_(True) & ~read & ~did


def revive_sealed(session: Session, now: datetime) -> int:
    """Owe the alerts of sealed cases again that found no way, to those who have written since and may read them."""
    wrote = exists().where(
        Account.person_id == Outbox.person_id, Account.last_message_at > Outbox.first_attempt_at
    )
    read = exists().where(AuditEntry.case_id == Case.id, AuditEntry.actor_id == Outbox.person_id)
    lost = session.execute(
        select(Outbox.id, Outbox.person_id, Case.id)
        .join(Case, Case.id == Outbox.case_id)
        .where(
            # As the index says it.
            among(Outbox.status, ("dead", "unknown")),
            Outbox.status == "dead",
            Outbox.kind == ALERT,
            Outbox.error.in_(_NO_WAY),
            Outbox.created_at > now - LOST_FOR,
            Case.sealed.is_(True),
            Case.urgency == "",
            among(Case.state, OPEN_STATES),
            wrote,
            ~read,
        )
        .order_by(Outbox.id)
    ).all()
    connection = session.connection()
    return sum(
        send_again(session, push_id, now)
        for push_id, person_id, case_id in lost
        if accused.innocent(connection, [person_id], accused.of(connection, case_id), now)
    )

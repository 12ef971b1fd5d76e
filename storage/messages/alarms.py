"""Alarms in the record: raised with a case, told level by level, open until somebody has taken them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_rows
from storage.engine.database import new_id
from storage.engine.literals import among
from storage.messages.outbox import ALERT, OWED
from storage.models import Account, Alarm, AlarmTold, Case, CaseStep, Outbox

VERIFIED = "verified"
"""The step by which somebody says that they called, or went there."""
_CLOCKS_DIFFER = timedelta(minutes=1)
"""An alarm that was told later than this from now was told by a clock that was turned back since."""
_HELD_UP = ("dead", "unknown")
_ENOUGH = 3
"""After so many pushes about alarms of one account the rest of a person's window is kept for those of others."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """An open alarm with what those who hear it must know of its case."""

    alarm: Alarm
    case: Case
    early: bool = False
    """Its time has not come, but whoever was told last has not got it."""


def alarm_row(
    *, case_id: int, kind: str, place: str, account_id: int | None, now: datetime, bundled: bool = False
) -> dict[str, Any]:
    """Make the row of an alarm that nobody was told of yet."""
    return {
        "id": new_id(),
        "case_id": case_id,
        "kind": kind,
        "place": place,
        "account_id": account_id,
        "raised_at": now,
        "rung": -1,
        "rounds": 0,
        "told_at": None,
        "next_at": now,
        "bundled": bundled,
        "told_place": "",
        "taken_by": None,
        "taken_at": None,
    }


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    insert_rows(connection, Alarm, rows)


def open_where() -> ColumnElement[bool]:
    """Give the condition of cases whose alarm nobody has taken."""
    return exists().where(Alarm.case_id == Case.id, Alarm.taken_at.is_(None))


def ringing(session: Session, ids: Collection[int]) -> list[Ringing]:
    """Give these alarms as far as they are still open, locked, the oldest first."""
    rows = session.execute(
        select(Alarm, Case)
        .join(Case, Case.id == Alarm.case_id)
        .where(Alarm.id.in_(sorted(ids)), Alarm.taken_at.is_(None))
        .order_by(Alarm.id)
        .with_for_update(of=Alarm)
        .execution_options(populate_existing=True)
    )
    return [Ringing(alarm, case) for alarm, case in rows]


def in_hand(session: Session) -> list[Ringing]:
    """Give the open alarms, locked; none that another worker has in hand."""
    rows = session.execute(
        select(Alarm, Case)
        .join(Case, Case.id == Alarm.case_id)
        .where(Alarm.taken_at.is_(None))
        .order_by(Alarm.id)
        .with_for_update(of=Alarm, skip_locked=True)
    )
    return [Ringing(alarm, case) for alarm, case in rows]


def due(session: Session, found: Sequence[Ringing], now: datetime) -> list[Ringing]:
    """Give of open alarms those whose time has come, or whose last pushes all failed."""
    failed = _failed(session, [each.alarm for each in found], now)
    in_time = [each for each in found if _is_due(each.alarm, now)]
    early = [replace(each, early=True) for each in found if each.alarm.id in failed and each not in in_time]
    return in_time + early


def placed_since(session: Session) -> list[Ringing]:
    """Give the open alarms that were told, and whose place became known or changed since."""
    rows = session.execute(
        select(Alarm, Case)
        .join(Case, Case.id == Alarm.case_id)
        .where(
            Alarm.taken_at.is_(None),
            Alarm.rounds > 0,
            Case.place_text != "",
            Alarm.told_place != Case.place_text,
        )
        .order_by(Alarm.id)
        .with_for_update(of=Alarm, skip_locked=True)
    )
    return [Ringing(alarm, case) for alarm, case in rows]


def people_told(session: Session, alarm_id: int) -> set[int]:
    """Give those who were told of an alarm."""
    return set(session.scalars(select(AlarmTold.person_id).where(AlarmTold.alarm_id == alarm_id)))


def sealed_unheard(session: Session, since: datetime, given_up_before: datetime) -> list[Case]:
    """Give the sealed cases of which every alert came to nothing; urgent ones ring by themselves."""
    reached = exists().where(
        Outbox.case_id == Case.id,
        Outbox.kind == ALERT,
        or_(
            Outbox.status.in_(("sent", "delivered", "unknown", "sending")),
            and_(Outbox.status == "pending", or_(Outbox.error == "", Outbox.created_at > given_up_before)),
        ),
    )
    owed = exists().where(Outbox.case_id == Case.id, Outbox.kind == ALERT)
    return list(
        session.scalars(
            select(Case)
            .where(Case.sealed.is_(True), Case.urgency == "", Case.updated_at > since, owed, ~reached)
            .order_by(Case.id)
        )
    )


def _is_due(alarm: Alarm, now: datetime) -> bool:
    turned_back = alarm.told_at is not None and alarm.told_at > now + _CLOCKS_DIFFER
    return alarm.next_at <= now or turned_back


def _failed(session: Session, alarms: Sequence[Alarm], now: datetime) -> set[int]:
    """Give the alarms of whose last round no push has arrived or still may arrive soon."""
    rows = session.execute(
        select(AlarmTold.alarm_id, AlarmTold.at, Outbox.status, Outbox.not_before, Outbox.error)
        .join(Outbox, Outbox.id == AlarmTold.push_id, isouter=True)
        .where(AlarmTold.alarm_id.in_([alarm.id for alarm in alarms]))
    )
    last = {alarm.id: alarm.told_at for alarm in alarms}
    hopes: dict[int, bool] = {}
    for alarm_id, at, status, not_before, error in rows:
        if at == last[alarm_id]:
            lost = status in _HELD_UP or (status == "pending" and bool(error) and not_before > now)
            hopes[alarm_id] = hopes.get(alarm_id, False) or not lost
    return {alarm_id for alarm_id, hope in hopes.items() if not hope}


def note_told(session: Session, rows: Sequence[tuple[int, int, int]], now: datetime) -> None:
    """Note who was told of which alarm by which push: alarm, person, push."""
    session.flush()
    insert_rows(
        session.connection(),
        AlarmTold,
        [
            {"id": new_id(), "alarm_id": alarm, "person_id": person, "push_id": push, "at": now}
            for alarm, person, push in rows
        ],
    )


def on_its_way(session: Session, alarm_ids: Collection[int]) -> set[tuple[int, int]]:
    """Give alarm and person of what was owed and has not gone out yet: nobody needs it twice."""
    rows = session.execute(
        select(AlarmTold.alarm_id, AlarmTold.person_id)
        .join(Outbox, Outbox.id == AlarmTold.push_id)
        .where(AlarmTold.alarm_id.in_(sorted(alarm_ids)), among(Outbox.status, OWED))
    )
    return {(alarm, person) for alarm, person in rows}


def told_at(session: Session, person_id: int, since: datetime) -> list[datetime]:
    """Give when a person was told of alarms since then, one instant a push, the latest first."""
    pushes = (
        select(AlarmTold.push_id, func.max(AlarmTold.at).label("at"))
        .where(AlarmTold.person_id == person_id, AlarmTold.at > since)
        .group_by(AlarmTold.push_id)
        .subquery()
    )
    return list(session.scalars(select(pushes.c.at).order_by(pushes.c.at.desc())))


def told_enough(session: Session, account_id: int | None) -> set[int]:
    """Give those to whom several pushes about alarms of an account went since they last spoke."""
    if account_id is None:
        return set()
    spoke = select(func.max(Account.last_message_at)).where(Account.person_id == AlarmTold.person_id)
    rows = session.scalars(
        select(AlarmTold.person_id)
        .join(Alarm, Alarm.id == AlarmTold.alarm_id)
        .where(Alarm.account_id == account_id, AlarmTold.at > spoke.scalar_subquery())
        .group_by(AlarmTold.person_id)
        .having(func.count(AlarmTold.push_id.distinct()) >= _ENOUGH)
    )
    return set(rows)


def bundle_told_since(session: Session, account_id: int, since: datetime) -> bool:
    """Tell whether the district was told of an account's bundle since then."""
    told = select(Alarm.id).where(
        Alarm.account_id == account_id, Alarm.bundled.is_(True), Alarm.told_at > since
    )
    return session.scalar(told.limit(1)) is not None


def go_on_together(session: Session, alarm: Alarm) -> None:
    """Let all of a sender's alarms that are told together go on at the same time: none of them brings a push of its own."""
    session.flush()
    session.execute(
        update(Alarm)
        .where(
            Alarm.account_id == alarm.account_id,
            Alarm.bundled.is_(True),
            Alarm.taken_at.is_(None),
            Alarm.rounds > 0,
            Alarm.next_at < alarm.next_at,
        )
        .values(next_at=alarm.next_at)
    )


def same_trouble(
    session: Session, *, account_id: int, kind: str, place: str, since: datetime
) -> Ringing | None:
    """Give the open alarm of this account about this danger at this place; a place that is not known equals none."""
    if not place:
        return None
    row = session.execute(
        select(Alarm, Case)
        .join(Case, Case.id == Alarm.case_id)
        .where(
            Alarm.account_id == account_id,
            Alarm.kind == kind,
            Alarm.place == place,
            Alarm.raised_at > since,
            Alarm.taken_at.is_(None),
        )
        .order_by(Alarm.id.desc())
        .limit(1)
    ).first()
    return Ringing(*row) if row else None


def open_of(session: Session, case_id: int) -> Alarm | None:
    """Give the open alarm of a case."""
    return session.scalars(
        select(Alarm)
        .where(Alarm.case_id == case_id, Alarm.taken_at.is_(None))
        .order_by(Alarm.id.desc())
        .limit(1)
    ).one_or_none()


def last_of(session: Session, case_id: int) -> Alarm | None:
    """Give the latest alarm of a case, taken or not."""
    return session.scalars(
        select(Alarm).where(Alarm.case_id == case_id).order_by(Alarm.id.desc()).limit(1)
    ).one_or_none()


def all_open(session: Session) -> list[Ringing]:
    rows = session.execute(
        select(Alarm, Case)
        .join(Case, Case.id == Alarm.case_id)
        .where(Alarm.taken_at.is_(None))
        .order_by(Alarm.id)
    )
    return [Ringing(alarm, case) for alarm, case in rows]


def was_told(session: Session, case_id: int, person_id: int) -> bool:
    """Tell whether a person was told of an alarm of this case."""
    told = (
        select(AlarmTold.id)
        .join(Alarm, Alarm.id == AlarmTold.alarm_id)
        .where(Alarm.case_id == case_id, AlarmTold.person_id == person_id)
    )
    return session.scalar(told.limit(1)) is not None


def take(session: Session, case_id: int, person_id: int, now: datetime) -> list[int]:
    """Note who has the alarms of a case in hand, and send nobody else after them; give those that were still open."""
    session.flush()
    taken = list(
        session.scalars(
            update(Alarm)
            .where(Alarm.case_id == case_id, Alarm.taken_at.is_(None))
            .values(taken_by=person_id, taken_at=now)
            .returning(Alarm.id)
        )
    )
    if taken:
        pushes = select(AlarmTold.push_id).where(AlarmTold.alarm_id.in_(taken))
        others = select(AlarmTold.push_id).join(Alarm, Alarm.id == AlarmTold.alarm_id)
        still = others.where(Alarm.taken_at.is_(None))
        session.execute(
            update(Outbox)
            .where(
                Outbox.id.in_(pushes), Outbox.id.not_in(still), Outbox.status == "pending", Outbox.error != ""
            )
            .values(status="dead", error="taken")
        )
    return taken


def verified(session: Session, case_id: int) -> bool:
    """Tell whether somebody has called about a case, or gone there."""
    step = select(CaseStep.id).where(CaseStep.case_id == case_id, CaseStep.action == VERIFIED)
    return session.scalar(step.limit(1)) is not None


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """Give how many alarms nobody has taken, and when the oldest was raised."""
    count, oldest = connection.execute(
        select(func.count(), func.min(Alarm.raised_at)).where(Alarm.taken_at.is_(None))
    ).one()
    return int(count), oldest

"""Who is kept from a sealed case, who reads it, and who had met its words before it was sealed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, String, cast, delete, or_, select, update

from storage.engine.bulk import insert_ignoring
from storage.engine.database import new_id
from storage.models import (
    AuditEntry,
    Case,
    CaseAccused,
    CasePart,
    CaseStep,
    Document,
    Outbox,
    Person,
    Question,
    Referral,
    RoleGrant,
    Task,
)
from storage.people.scopes import Grant, accused_as

UNCLEAR = "unclear"
"""Mark of a case that may be no accusation at all: a named person of the desk opens it with one digit."""
_OWN_TALK = ("add", "pause_reply")
"""Questions of the voter whose answers go into the sealed case itself."""


def note(connection: Connection, case_id: int, who: Iterable[str]) -> None:
    """Keep a case from those whom it accuses; once written it is never shortened."""
    rows = [{"id": new_id(), "case_id": case_id, "who": each} for each in sorted(set(who))]
    insert_ignoring(connection, CaseAccused, rows, key="id")


def of(connection: Connection, case_id: int) -> frozenset[str]:
    return frozenset(connection.scalars(select(CaseAccused.who).where(CaseAccused.case_id == case_id)))


def forget(connection: Connection, case_id: int) -> None:
    """Take the seal's own rows away from a case that a person has opened."""
    connection.execute(delete(CaseAccused).where(CaseAccused.case_id == case_id))


def resolved(connection: Connection, keys: Collection[str]) -> set[str]:
    """Give persons of the roster (`staff:T001`) as `person:7`, and bodies as they are."""
    listed = [key for key in keys if key.startswith(("staff:", "deputy:"))]
    rows = connection.scalars(select(Person.id).where(Person.roster_key.in_(listed))) if listed else ()
    return {f"person:{person_id}" for person_id in rows} | set(keys).difference(listed)


def readers(connection: Connection, who: Collection[str], now: datetime) -> list[int]:
    """Give the people of the district desk who are not accused."""
    return _besides(connection, "district", who, now)


def operators(connection: Connection, who: Collection[str], now: datetime) -> list[int]:
    return _besides(connection, "operator", who, now)


def _besides(connection: Connection, role: str, who: Collection[str], now: datetime) -> list[int]:
    held = _grants(connection, now)
    return sorted(
        person_id
        for person_id, grants in held.items()
        if any(grant.role == role for grant in grants) and not accused_as(person_id, grants) & set(who)
    )


def innocent(
    connection: Connection, person_ids: Sequence[int], who: Iterable[str], now: datetime
) -> list[int]:
    """Leave out of these persons whom words accuse."""
    meant = set(who)
    if not meant or not person_ids:
        return list(person_ids)
    held = _grants(connection, now)
    return [each for each in person_ids if not accused_as(each, held.get(each, ())) & meant]


def _grants(connection: Connection, now: datetime) -> dict[int, list[Grant]]:
    rows = connection.execute(
        select(RoleGrant.person_id, RoleGrant.role, RoleGrant.area).where(
            or_(RoleGrant.until.is_(None), RoleGrant.until > now)
        )
    )
    held: dict[int, list[Grant]] = {}
    for person_id, role, area in rows:
        held.setdefault(person_id, []).append(Grant(role, area))
    return held


def was_shown(connection: Connection, case_id: int) -> list[str]:
    """Give the names of those on duty who had acted on a case, read it, or were told of it."""
    acted = select(CaseStep.actor_id).where(CaseStep.case_id == case_id)
    read = select(AuditEntry.actor_id).where(AuditEntry.case_id == case_id)
    told = select(Outbox.person_id).where(Outbox.case_id == case_id, Outbox.sent_at.is_not(None))
    named = select(Person.name).where(
        or_(Person.id.in_(acted), Person.id.in_(read), Person.id.in_(told)), Person.roster_key.is_not(None)
    )
    return sorted(set(connection.scalars(named)))


def departments_of(connection: Connection, case_id: int) -> list[str]:
    """Give the departments that a case was ever given to."""
    rows = connection.scalars(select(Referral.department).where(Referral.case_id == case_id).distinct())
    return sorted(rows)


def end_what_is_open(connection: Connection, case_id: int, voter_id: int | None, now: datetime) -> None:
    """End what still carries the words of a case that was sealed just now: pushes not sent, questions, files and their links."""
    connection.execute(
        update(Outbox)
        .where(Outbox.case_id == case_id, Outbox.status == "pending", Outbox.person_id != (voter_id or 0))
        .values(status="dead", error="sealed", text="")
    )
    connection.execute(
        update(Question)
        .where(
            Question.subject == str(case_id),
            Question.closed_at.is_(None),
            or_(Question.person_id != (voter_id or 0), Question.kind.not_in(_OWN_TALK)),
        )
        .values(closed_at=now)
    )
    _end_files(connection, case_id)


def _end_files(connection: Connection, case_id: int) -> None:
    """End files that were made of a case, or hold it among others: the links to them open nothing from now on.

    A file still to be made reads its cases anew, and a sealed one is not among them; one about this case alone ends.
    """
    filed = select(Case.number, Case.filed_at).where(Case.id == case_id)
    number, filed_at = connection.execute(filed).one()
    about = [
        document_id
        for document_id, params in connection.execute(
            select(Document.id, Document.params).where(
                Document.asked_at >= filed_at, Document.state.in_(("wanted", "making", "made"))
            )
        )
        if str(params.get("case", "")) == str(case_id)
    ]
    holds = cast(Document.facts, String).contains(f'"{number}"', autoescape=True) & (Document.state == "made")
    connection.execute(
        update(Document)
        .where(Document.asked_at >= filed_at, or_(Document.id.in_(about), holds))
        .values(state="sealed", facts={})
    )


def move_part(connection: Connection, part_id: int, case_id: int, now: datetime) -> None:
    """Put a voice to the sealed case of its words; what was to be heard in its old case may be done with it."""
    was = connection.scalar(select(CasePart.case_id).where(CasePart.id == part_id))
    connection.execute(update(CasePart).where(CasePart.id == part_id).values(case_id=case_id))
    left = select(CasePart.id).where(CasePart.case_id == was, CasePart.kind == "voice", CasePart.text == "")
    if connection.scalar(left.limit(1)) is None:
        waits = update(Task).where(Task.case_id == was, Task.kind == "transcribe", Task.done_at.is_(None))
        connection.execute(waits.values(done_at=now))

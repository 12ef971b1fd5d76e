"""Bulletins in the record: one draft at a time for each issuer, numbers taken without gaps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.cases.selections import Selection, where
from storage.engine.database import new_id
from storage.figures.documents import scope_data
from storage.models import Bulletin, Case, CasePart, State
from storage.people.scopes import Scope, visible


@dataclass(frozen=True, slots=True)
class Number:
    """Which bulletin of the year, and which of the whole series."""

    year: int
    number: int
    total: int


NONE_BEFORE = Number(0, 0, 0)
"""An issuer that has issued none before the bot."""


def next_number(session: Session, issuer: str, year: int, before: Number = NONE_BEFORE) -> Number:
    """Give the number that the next bulletin of an issuer takes; `before` is the last one from before the bot."""
    of_year = select(func.max(Bulletin.number)).where(Bulletin.issuer == issuer, Bulletin.year == year)
    of_all = select(func.max(Bulletin.total)).where(Bulletin.issuer == issuer)
    number = max(session.scalar(of_year) or 0, before.number if before.year == year else 0)
    return Number(year, number + 1, max(session.scalar(of_all) or 0, before.total) + 1)


def count_issued(session: Session, issuer: str, since: date | None, until: date | None) -> int:
    """Count the bulletins of an issuer that tell of days in a span; without one, all."""
    issued = select(func.count()).where(Bulletin.issuer == issuer, Bulletin.state == "issued")
    if since and until:
        issued = issued.where(Bulletin.until > since, Bulletin.until <= until)
    return session.scalar(issued) or 0


def last_issued(session: Session, issuer: str) -> Bulletin | None:
    return session.scalars(
        select(Bulletin)
        .where(Bulletin.issuer == issuer, Bulletin.state == "issued")
        .order_by(Bulletin.total.desc())
        .limit(1)
    ).one_or_none()


def find_issued(session: Session, issuer: str, year: int, number: int) -> Bulletin | None:
    return session.scalars(
        select(Bulletin).where(Bulletin.issuer == issuer, Bulletin.year == year, Bulletin.number == number)
    ).one_or_none()


def draft(
    session: Session,
    issuer: str,
    *,
    since: date,
    until: date,
    scope: Scope,
    facts: Mapping[str, Any],
    by: int,
    now: datetime,
) -> Bulletin:
    """Begin a bulletin; an earlier draft of the issuer that nobody issued is dropped."""
    session.execute(
        update(Bulletin)
        .where(Bulletin.issuer == issuer, Bulletin.state.in_(["draft", "submitted"]))
        .values(state="dropped")
    )
    row = Bulletin(
        id=new_id(),
        issuer=issuer,
        state="draft",
        since=since,
        until=until,
        scope=scope_data(scope),
        facts=dict(facts),
        drafted_by=by,
        drafted_at=now,
    )
    session.add(row)
    session.flush()
    return row


MOST_LOOKED_AT = 300
"""So many cases of the days are looked at for those that a bulletin may tell of."""


def tellable(session: Session, scope: Scope, wanted: Selection) -> list[Case]:
    """Give cases of some days whose matter others may read of, the newest first."""
    rows = session.scalars(
        select(Case)
        .where(
            visible(scope),
            where(wanted),
            Case.private == "",
            Case.urgency == "",
            Case.merged_into.is_(None),
            Case.state.not_in([State.WITHDRAWN, State.MERGED]),
        )
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(MOST_LOOKED_AT)
    )
    return list(rows)


def words_added(session: Session, case_ids: Collection[int]) -> dict[int, list[str]]:
    """Give what was added in words to each of these cases."""
    rows = session.execute(
        select(CasePart.case_id, CasePart.text).where(
            CasePart.case_id.in_(sorted(case_ids)), CasePart.text != ""
        )
    )
    added: dict[int, list[str]] = {}
    for case_id, text in rows:
        added.setdefault(case_id, []).append(text)
    return added


def pick(session: Session, bulletin: Bulletin, picked: Sequence[Mapping[str, str]]) -> bool:
    """Note which problems it tells of, in whose words; False if it is no draft any more."""
    facts = {**bulletin.facts, "picked": [dict(each) for each in picked]}
    return _move(session, bulletin.id, "draft", "draft", facts=facts)


def leave_out(session: Session, bulletin: Bulletin, numbers: Collection[str]) -> bool:
    """Take problems out of a bulletin that waits for its signature."""
    picked = [each for each in bulletin.facts.get("picked", []) if each["number"] not in numbers]
    return _move(session, bulletin.id, "submitted", "submitted", facts={**bulletin.facts, "picked": picked})


def submit(session: Session, bulletin_id: int, by: int) -> bool:
    return _move(session, bulletin_id, "draft", "submitted", submitted_by=by)


def send_back(session: Session, bulletin_id: int) -> bool:
    return _move(session, bulletin_id, "submitted", "draft")


def issue(
    session: Session, bulletin: Bulletin, *, by: int, now: datetime, before: Number = NONE_BEFORE
) -> bool:
    """Give a bulletin its number; from now on nothing changes it. False if someone else was quicker.

    Two at once for one issuer cannot both take a number: the unique keys refuse the second one.
    """
    number = next_number(session, bulletin.issuer, now.year, before)
    return _move(
        session,
        bulletin.id,
        "submitted",
        "issued",
        year=number.year,
        number=number.number,
        total=number.total,
        issued_by=by,
        issued_at=now,
    )


def _move(session: Session, bulletin_id: int, before: str, after: str, **columns: Any) -> bool:  # noqa: ANN401 -- columns
    moved = session.scalar(
        update(Bulletin)
        .where(Bulletin.id == bulletin_id, Bulletin.state == before)
        .values(state=after, **columns)
        .returning(Bulletin.id)
    )
    session.expire_all()
    return moved is not None

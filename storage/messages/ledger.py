"""The ledger of ways out: windows and how much of them was used, acceptances, and what the platform has closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.engine.bulk import insert_ignoring
from storage.models import Acceptance, Account, ClosedWay

ALWAYS = -1
"""Remaining of an acceptance that no message uses up."""
USED_UP = 99
"""More than any window allows."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A way that is closed for everybody for now."""

    channel: str
    rung: str
    code: str
    until: datetime


def closed_ways(session: Session, now: datetime) -> tuple[Closed, ...]:
    """Give the ways that the platform has closed, each until when."""
    rows = session.scalars(select(ClosedWay).where(ClosedWay.until > now))
    return tuple(Closed(row.channel, row.rung, row.code, row.until) for row in rows)


def close_way(session: Session, way: Closed, now: datetime) -> None:
    """Keep everybody off a way; nobody calls it before the time is over."""
    key = {"channel": way.channel, "rung": way.rung}
    values = {"code": way.code, "closed_at": now, "until": way.until}
    if not insert_ignoring(session.connection(), ClosedWay, [key | values], key="rung"):
        session.execute(update(ClosedWay).filter_by(**key).values(**values))


def use_window(session: Session, account_id: int, *, action: bool) -> None:
    """Count one customer-service message in the window that it went out in."""
    used = {"action_used": Account.action_used + 1} if action else {"window_used": Account.window_used + 1}
    session.execute(update(Account).where(Account.id == account_id).values(**used))


def close_window(session: Session, account_id: int) -> None:
    """Believe the platform that nothing more may be sent until the person does something."""
    values = {"window_used": USED_UP, "action_used": USED_UP}
    session.execute(update(Account).where(Account.id == account_id).values(**values))


def accept(session: Session, account_id: int, template_id: str, *, lasting: bool, now: datetime) -> None:
    """Note that a follower agreed to one more message of this template, or to all."""
    key = {"account_id": account_id, "template_id": template_id}
    first = {"remaining": ALWAYS if lasting else 1, "changed_at": now}
    if insert_ignoring(session.connection(), Acceptance, [key | first], key="template_id"):
        return
    more = ALWAYS if lasting else Acceptance.remaining + 1
    session.execute(update(Acceptance).filter_by(**key).values(remaining=more, changed_at=now))


def use_acceptance(session: Session, account_id: int, template_id: str) -> None:
    """Count one subscription message."""
    session.execute(
        update(Acceptance)
        .filter_by(account_id=account_id, template_id=template_id)
        .where(Acceptance.remaining > 0)
        .values(remaining=Acceptance.remaining - 1)
    )


def withdraw_acceptance(session: Session, account_id: int, template_id: str) -> None:
    """Note that the follower wants no more of them, or that the platform has none left."""
    session.execute(delete(Acceptance).filter_by(account_id=account_id, template_id=template_id))


def acceptances_of(session: Session, account_ids: Iterable[int]) -> Mapping[int, frozenset[str]]:
    """Give the templates that each account still takes messages of."""
    rows = session.execute(
        select(Acceptance.account_id, Acceptance.template_id).where(
            Acceptance.account_id.in_(sorted(account_ids)), Acceptance.remaining != 0
        )
    )
    found: dict[int, frozenset[str]] = {}
    for account_id, template_id in rows:
        found[account_id] = found.get(account_id, frozenset()) | {template_id}
    return found

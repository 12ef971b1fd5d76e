"""What becomes of an account: followed, left, tied to a station."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from storage.models import Account, Person


def lock_accounts(connection: Connection, account_ids: Iterable[int]) -> None:
    """Take these accounts for this transaction, in one order; whoever writes comes to them first, too.

    What is about an account (its questions, its pushes) is changed after that, so nobody waits in a circle.
    """
    ids = sorted(account_ids)
    if ids and connection.dialect.name == "postgresql":
        rows = select(Account.id).where(Account.id.in_(ids)).order_by(Account.id)
        connection.execute(rows.with_for_update(key_share=True))


def free_people(connection: Connection, person_ids: Iterable[int]) -> set[int]:
    """Give those of whom nobody else has an account in hand, and keep others off them until the transaction ends.

    Nobody is waited for, so it does not matter what was locked before.
    """
    ids = sorted(person_ids)
    if not ids or connection.dialect.name != "postgresql":
        return set(ids)
    theirs = select(Account.id, Account.person_id).where(Account.person_id.in_(ids))
    free = theirs.order_by(Account.id).with_for_update(key_share=True, skip_locked=True)
    taken = set(connection.execute(free).scalars())
    owners = connection.execute(theirs).all()
    return set(ids) - {person for account, person in owners if account not in taken}


def set_following(session: Session, account_id: int, *, following: bool) -> None:
    code = "" if following else "43004"
    session.execute(
        update(Account).where(Account.id == account_id).values(following=following, unreachable_code=code)
    )


def set_station(session: Session, person_id: int, station: str) -> None:
    session.execute(update(Person).where(Person.id == person_id).values(station=station))


def note_notice(session: Session, person_id: int, now: datetime) -> None:
    """Note that the privacy notice was given."""
    session.execute(update(Person).where(Person.id == person_id).values(notified_at=now))


def withdraw_consent(session: Session, person_id: int) -> None:
    """Forget what the person no longer lets us keep: the station they were tied to by scanning."""
    session.execute(update(Person).where(Person.id == person_id).values(station=""))

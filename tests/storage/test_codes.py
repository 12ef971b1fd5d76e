"""A binding code works once, whoever sends it at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from storage.engine.database import new_id
from storage.keeping import codes
from storage.models import Account, BindingCode, Person

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def add_account(session: Session, external_id: str) -> int:
    person = Person(id=new_id(), preferences={}, created_at=NOW)
    session.add(person)
    session.flush()
    account = Account(
        id=new_id(), channel="wecom", external_id=external_id, person_id=person.id, created_at=NOW
    )
    session.add(account)
    session.flush()
    return account.id


def test_of_several_who_send_a_code_at_once_one_is_bound(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        accounts = [add_account(session, f"account-{number}") for number in range(4)]
        code = codes.make_code(session, role="station", area="S001", now=NOW)
    together = threading.Barrier(len(accounts))

    def send(account_id: int) -> bool:
        together.wait()
        with Session(engine) as session, session.begin():
            found = codes.find_live(session, code, NOW)
            if found is not None:
                codes.use(found, account_id, NOW)
            return found is not None

    with ThreadPoolExecutor(len(accounts)) as pool:
        bound = list(pool.map(send, accounts))

    assert sorted(bound) == [False, False, False, True]


def test_a_code_is_never_kept_in_the_clear(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        code = codes.make_code(session, role="operator", now=NOW)
        (row,) = session.scalars(select(BindingCode))

        assert code not in vars(row).values()


def test_a_newer_code_of_the_same_person_ends_the_older_one(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        person = Person(id=new_id(), roster_key="deputy:D001", preferences={}, created_at=NOW)
        session.add(person)
        session.flush()
        first = codes.make_code(session, person_id=person.id, now=NOW)
        second = codes.make_code(session, person_id=person.id, now=NOW)

        assert codes.find_live(session, first, NOW) is None
        assert codes.find_live(session, second, NOW) is not None
        assert codes.find_live(session, second, NOW + timedelta(hours=24)) is None


def test_codes_can_be_read_out_and_look_like_nothing_else(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        made = [codes.make_code(session, role="operator", now=NOW) for _ in range(300)]

    assert all(len(code) == codes.LENGTH and not set(code) & set("01OIL") for code in made)
    assert not any(code.isdigit() or code.isalpha() for code in made)

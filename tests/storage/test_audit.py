"""One chain of entries, whoever adds to it; whatever is changed in it shows where."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from storage.keeping import audit
from storage.models import AuditEntry, AuditHead

NOW = datetime(2026, 11, 21, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def chain(engine: Engine) -> Engine:
    for number in range(1, 6):
        with Session(engine) as session, session.begin():
            audit.note(
                session,
                "text read",
                now=NOW + timedelta(minutes=number),
                who="区住建局",
                actor_id=number,
                case_id=7,
                reason="要联系住户",
            )
    return engine


def broken(engine: Engine, anchors: dict[int, set[str]] | None = None) -> str:
    with Session(engine) as session:
        return audit.first_break(session, anchors)


def noted_of(session: Session) -> dict[int, set[str]]:
    position, sealed = audit.head(session)
    return {position: {sealed}}


def test_a_chain_that_nobody_touched_is_whole(chain: Engine) -> None:
    with Session(chain) as session:
        anchors = noted_of(session)

    assert broken(chain, anchors) == ""
    assert list(anchors) == [5]


def test_what_is_rolled_back_leaves_no_gap(chain: Engine) -> None:
    with Session(chain) as session:
        audit.note(session, "text read", now=NOW, who="区住建局")
        session.rollback()
    with Session(chain) as session, session.begin():
        audit.note(session, "text read", now=NOW, who="区住建局")

    assert broken(chain) == ""
    with Session(chain) as session:
        assert audit.head(session)[0] == 6


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (update(AuditEntry).where(AuditEntry.position == 3).values(reason="别的"), "entry 3 is not what"),
        (update(AuditEntry).where(AuditEntry.position == 2).values(at=NOW), "entry 2 is not what"),
        (delete(AuditEntry).where(AuditEntry.position == 4), "entry 4 is missing"),
        (delete(AuditEntry).where(AuditEntry.position == 5), "ends at entry 4, but its head says 5"),
        (delete(AuditEntry).where(AuditEntry.position == 1), "entry 1 is missing"),
    ],
    ids=["a reason", "a time", "one in the middle", "the last", "the first"],
)
def test_a_change_behind_its_back_shows_where_it_was_made(chain: Engine, change: object, told: str) -> None:
    with chain.begin() as connection:
        connection.execute(change)  # type: ignore[call-overload]

    assert told in broken(chain)


def test_whoever_writes_the_whole_chain_anew_is_found_out_by_the_note_in_the_file(chain: Engine) -> None:
    with Session(chain) as session:
        noted = noted_of(session)
        entries = list(audit.entries(session))
    with Session(chain) as session, session.begin():
        session.execute(delete(AuditEntry))
        session.execute(delete(AuditHead))
    for entry in entries:
        with Session(chain) as session, session.begin():
            audit.note(
                session, entry["action"], now=entry["at"], who="区城管局", actor_id=1, case_id=7, reason=""
            )

    assert broken(chain) == ""
    assert "another than the one noted" in broken(chain, noted)


def test_many_processes_add_to_one_chain(engine: Engine) -> None:
    def add() -> None:
        for _ in range(10):
            with Session(engine) as session, session.begin():
                audit.note(session, "phone seen", now=NOW, who="东苑社区联络站", actor_id=1)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert broken(engine) == ""
    with Session(engine) as session:
        assert session.scalars(select(AuditEntry.position).order_by(AuditEntry.position)).all() == [
            *range(1, 41)
        ]


def test_every_entry_is_told_to_whoever_keeps_the_end_elsewhere_once_it_is_committed(engine: Engine) -> None:
    told: list[tuple[int, str]] = []
    audit.watch(engine, lambda position, sealed, _now: told.append((position, sealed)))
    for _ in range(2):
        with Session(engine) as session, session.begin():
            audit.note(session, "text read", now=NOW, who="区住建局")
            assert len(told) < 2
            undone = session.begin_nested()
            audit.note(session, "phone seen", now=NOW, who="区住建局")
            undone.rollback()
            with session.begin_nested():
                pass
    with Session(engine) as session:
        audit.note(session, "text read", now=NOW, who="区住建局")
        session.rollback()
    with Session(engine) as session:
        ends = audit.head(session)

    assert [position for position, _ in told] == [1, 2]
    assert told[-1] == ends


def test_two_notes_that_contradict_each_other_are_a_break(chain: Engine) -> None:
    with Session(chain) as session:
        noted = noted_of(session)
    noted[5].add("0" * 64)

    assert "another than the one noted" in broken(chain, noted)

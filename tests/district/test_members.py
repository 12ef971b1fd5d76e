"""A roster that names a UserID of WeCom binds that member without a code."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from handlers.district.pack import PackErrors
from handlers.district.read import read_pack
from handlers.district.store import apply
from storage.models import Account, Person
from storage.people.people import identify
from tests.district.folders import SHEETS, write_folder

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def pack_with(folder: Path, deputies: Mapping[str, str], staff: Mapping[str, str] | None = None) -> Path:
    """Write the small pack with a UserID for some of its people."""

    def named(sheet: str, members: Mapping[str, str]) -> list[list[str]]:
        header, *rows = SHEETS[sheet]
        return [[*header, "wecom"], *([*row, members.get(row[0], "")] for row in rows)]

    sheets = {**SHEETS, "deputies": named("deputies", deputies), "staff": named("staff", staff or {})}
    return write_folder(folder, sheets)


def owner_of(session: Session, member: str) -> str | None:
    query = select(Person.roster_key).join(Account).where(Account.external_id == member)
    return session.scalars(query).one()


def test_a_member_named_in_the_roster_is_bound_by_the_import(session: Session, tmp_path: Path) -> None:
    pack = read_pack(pack_with(tmp_path, {"D1": "ChenLixin"}, {"T2": "KeQiaoyun"}))
    for _ in range(2):
        apply(session, pack, NOW)

    assert owner_of(session, "ChenLixin") == "deputy:D1"
    assert owner_of(session, "KeQiaoyun") == "staff:T2"


def test_a_member_who_wrote_before_keeps_the_account(session: Session, tmp_path: Path) -> None:
    identify(session.connection(), [("wecom", "ChenLixin")], NOW)
    apply(session, read_pack(pack_with(tmp_path, {"D1": "chenlixin"})), NOW)

    assert owner_of(session, "ChenLixin") == "deputy:D1"
    assert len(session.scalars(select(Account)).all()) == 1


def test_a_member_whose_place_another_takes_speaks_for_the_other(session: Session, tmp_path: Path) -> None:
    apply(session, read_pack(pack_with(tmp_path, {"D1": "zhan-1"})), NOW)
    apply(session, read_pack(pack_with(tmp_path, {"D2": "zhan-1"})), NOW)

    assert owner_of(session, "zhan-1") == "deputy:D2"


@pytest.mark.parametrize(
    ("deputies", "staff", "fault"),
    [
        ({"D1": "张 三"}, {}, "deputies.csv line 2: wecom '张 三' is no UserID of WeCom"),
        ({"D1": "a", "D2": "A"}, {}, "deputies.csv line 2: wecom 'a' is also that of D2 (周敏)"),
        ({"D1": "a"}, {"T1": "a"}, "staff.csv line 2: wecom 'a' is also that of D1 (陈立新)"),
    ],
    ids=["not an id", "two deputies", "deputy and staff"],
)
def test_an_id_that_cannot_be_one_persons_is_refused(
    tmp_path: Path, deputies: dict[str, str], staff: dict[str, str], fault: str
) -> None:
    with pytest.raises(PackErrors) as refusal:
        read_pack(pack_with(tmp_path, deputies, staff))

    assert any(each.startswith(fault) for each in refusal.value.lines)

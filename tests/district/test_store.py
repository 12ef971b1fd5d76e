from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from handlers.district.pack import Pack, PackErrors
from handlers.district.read import DEMO_FOLDER, read_pack
from handlers.district.store import apply, difference, load_rows, load_version
from handlers.district.write import export, write_pack
from storage.models import PackRow, PackVersion, Person, RoleGrant
from tests.district.folders import changed, write_folder, write_sheet

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "pack")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def roles_of(session: Session, roster_key: str, at: datetime) -> set[tuple[str, str]]:
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.area)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.roster_key == roster_key, (RoleGrant.until.is_(None)) | (RoleGrant.until > at))
    )
    return {(role, area) for role, area in rows}


def test_what_was_imported_is_stored_row_by_row_in_its_order(session: Session, folder: Path) -> None:
    pack = read_pack(folder)

    apply(session, pack, NOW)

    assert load_rows(session) == {name: list(rows) for name, rows in pack.rows.items()}


def test_importing_twice_changes_nothing(session: Session, folder: Path) -> None:
    pack = read_pack(folder)
    apply(session, pack, NOW)
    session.commit()
    before = session.scalars(select(RoleGrant.id)).all(), session.scalars(select(Person.id)).all()

    again = apply(session, pack, LATER)
    session.commit()

    assert not again
    assert list(again.lines()) == ["no change"]
    assert load_version(session) == 1
    assert session.scalar(select(PackVersion.changed_at)) == NOW
    assert (session.scalars(select(RoleGrant.id)).all(), session.scalars(select(Person.id)).all()) == before


def test_a_change_raises_the_version_once_and_is_shown_cell_by_cell(session: Session, folder: Path) -> None:
    apply(session, read_pack(folder), NOW)
    rows = changed("deputies", 2, "phone", "139-0000-0009")
    write_sheet(folder, "deputies", [*rows[:3], ["D4", "岑银花", "省", "S2", "", "", "yes"]])
    pack = read_pack(folder)

    shown = list(difference(session, pack).lines())
    apply(session, pack, LATER)

    assert shown == [
        "deputies: 1 added, 1 changed, 1 removed",
        "~ deputies: D1 陈立新: phone '139-0000-0001' -> '139-0000-0009'",
        "+ deputies: D4 岑银花",
        "- deputies: D3 卓依诺",
    ]
    assert load_version(session) == 2


def test_of_very_many_changes_only_the_first_are_shown(session: Session) -> None:
    shown = list(difference(session, read_pack(DEMO_FOLDER)).lines(most=3))

    assert "deputies: 60 added, 0 changed, 0 removed" in shown
    assert "  … and 57 more of deputies" in shown


def test_looking_at_a_difference_writes_nothing(session: Session, folder: Path) -> None:
    difference(session, read_pack(folder))
    session.commit()

    assert session.scalar(select(func.count()).select_from(PackRow)) == 0
    assert load_version(session) == 0


def test_another_order_of_the_same_rows_is_a_change(session: Session, folder: Path) -> None:
    apply(session, read_pack(folder), NOW)
    rows = changed("staff", 2, "phone", "138-0000-0001")
    write_sheet(folder, "staff", [rows[0], rows[3], rows[1], rows[2]])

    found = apply(session, read_pack(folder), LATER)

    assert list(found.lines()) == ["staff: in another order"]
    assert [row["key"] for row in load_rows(session)["staff"]] == ["T3", "T1", "T2"]


def test_an_import_that_is_broken_off_leaves_the_old_pack_whole(engine: Engine, folder: Path) -> None:
    pack = read_pack(folder)
    with Session(engine) as session, session.begin():
        apply(session, pack, NOW)
    emptied = Pack(rows={name: [] for name in pack.rows})

    with Session(engine) as session:
        apply(session, emptied, LATER)
        session.rollback()

    with Session(engine) as session:
        assert load_rows(session) == {name: list(rows) for name, rows in pack.rows.items()}
        assert load_version(session) == 1
        assert roles_of(session, "staff:T2", LATER) == {("station", "S2")}


# -- the roster -----------------------------------------------------------------------------------------


def test_deputies_and_staff_become_persons_with_roles(session: Session, folder: Path) -> None:
    apply(session, read_pack(folder), NOW)

    chen = session.scalars(select(Person).where(Person.roster_key == "deputy:D1")).one()
    assert (chen.name, chen.phone) == ("陈立新", "139-0000-0001")
    assert roles_of(session, "deputy:D2", NOW) == {("deputy", "S2"), ("deputy", "S3")}
    assert roles_of(session, "staff:T1", NOW) == {("district", "")}
    assert roles_of(session, "staff:T3", NOW) == {("street", "liuyin")}


def test_who_leaves_the_roster_keeps_the_record_and_loses_the_role(session: Session, folder: Path) -> None:
    apply(session, read_pack(folder), NOW)
    write_sheet(folder, "staff", changed("staff", 3, "key", "T9"))
    write_sheet(folder, "deputies", changed("deputies", 2, "active", "no"))

    apply(session, read_pack(folder), LATER)

    assert roles_of(session, "staff:T2", LATER) == set()
    assert roles_of(session, "deputy:D1", LATER) == set()
    assert roles_of(session, "staff:T9", LATER) == {("station", "S2")}
    assert session.scalar(select(Person.name).where(Person.roster_key == "staff:T2")) == "柯巧云"
    ended = session.scalars(select(RoleGrant.until).where(RoleGrant.until.is_not(None))).all()
    assert ended == [LATER, LATER]


def test_who_comes_back_is_the_same_person_with_a_new_role(session: Session, folder: Path) -> None:
    full = read_pack(folder)
    apply(session, full, NOW)
    person = session.scalar(select(Person.id).where(Person.roster_key == "deputy:D1"))
    write_sheet(folder, "deputies", changed("deputies", 2, "active", "no"))
    apply(session, read_pack(folder), LATER)

    apply(session, full, LATER + timedelta(days=1))

    assert session.scalar(select(Person.id).where(Person.roster_key == "deputy:D1")) == person
    assert roles_of(session, "deputy:D1", LATER + timedelta(days=2)) == {("deputy", "S2")}


def test_a_new_name_and_a_new_station_reach_the_person(session: Session, folder: Path) -> None:
    apply(session, read_pack(folder), NOW)
    rows = changed("deputies", 2, "name", "陈立欣")
    rows[1][3] = "S1"
    write_sheet(folder, "deputies", rows)

    apply(session, read_pack(folder), LATER)

    assert session.scalar(select(Person.name).where(Person.roster_key == "deputy:D1")) == "陈立欣"
    assert roles_of(session, "deputy:D1", LATER) == {("deputy", "S1")}


def test_a_role_given_by_a_code_is_not_the_packs_to_take(session: Session, folder: Path) -> None:
    apply(session, read_pack(folder), NOW)
    person = session.scalar(select(Person.id).where(Person.roster_key == "staff:T2"))
    session.add(RoleGrant(person_id=person, role="operator", area="", since=NOW, source="code"))

    apply(session, read_pack(folder), LATER)

    assert roles_of(session, "staff:T2", LATER) == {("station", "S2"), ("operator", "")}


def test_a_voter_is_none_of_the_packs_business(session: Session, folder: Path) -> None:
    session.add(Person(name="", preferences={}, created_at=NOW))
    session.flush()

    apply(session, read_pack(folder), NOW)

    assert session.scalar(select(func.count()).select_from(Person)) == 7


# -- and back to files ----------------------------------------------------------------------------------


def test_an_export_imported_again_changes_nothing(session: Session, folder: Path, tmp_path: Path) -> None:
    apply(session, read_pack(folder), NOW)

    export(session, tmp_path / "out")

    assert not difference(session, read_pack(tmp_path / "out"))


def test_the_demo_pack_comes_back_byte_for_byte(session: Session, tmp_path: Path) -> None:
    demo = read_pack(DEMO_FOLDER)
    normal = write_pack(demo.rows, tmp_path / "normal")
    apply(session, demo, NOW)

    files = export(session, tmp_path / "out")

    assert {file.name: file.read_bytes() for file in files} == {
        file.name: file.read_bytes() for file in normal
    }


def test_an_export_never_stands_beside_somebodys_workbook(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    apply(session, read_pack(folder), NOW)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "staff.xlsx").write_bytes(b"somebody's work")

    with pytest.raises(PackErrors, match=r"staff.xlsx is already in"):
        export(session, tmp_path / "out")

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["staff.xlsx"]

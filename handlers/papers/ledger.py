"""台账: the open cases of a scope as a sheet that can be printed, or edited and sent back."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from handlers import wording
from handlers.context import World
from handlers.papers.activity_sheets import register_table
from handlers.papers.paper import Paper, Render, asker_name, compact, scope_name
from handlers.papers.sheets import Column, Table, workbook
from handlers.safety import gate
from nlp.topics.lexicon import CATEGORIES
from storage.cases import cases
from storage.cases.case_table import CaseRow, open_table
from storage.figures.documents import Wanted
from storage.people.scopes import Scope

MOST = 5000
"""Rows of one file; a scope with more open cases has another need than a sheet."""
NUMBER, DEPARTMENT, DUE, ANSWER = "编号", "承办单位（可改）", "答复期限（可改）", "答复（可改）"
MARK = "导出号"
COLUMNS = (
    Column("序号", 6),
    Column(NUMBER, 12),
    Column("类别", 10),
    Column("事项", 12),
    Column("街道", 10),
    Column("联络站", 14),
    Column("地点", 16),
    Column("内容", 40),
    Column("登记日期", 11),
    Column("状态", 9),
    Column("首次回应日期", 12),
    Column(DEPARTMENT, 14, editable=True),
    Column("协办", 12),
    Column(DUE, 12, editable=True),
    Column(ANSWER, 36, editable=True),
    Column("挂牌", 6),
    Column("来源", 8),
)


COUNTED_AT_ONCE = 1000
"""Open cases that are looked through while somebody waits, to say how many do not stand in the sheet."""


def kept_back(session: Session, scope: Scope) -> int:
    """Count the open cases of a scope that do not stand in its sheet."""
    found = cases.list_open(session, scope, limit=MOST)
    return sum(not gate.stands(case, gate.Audience.SHEET) for case in found)


def make_ledger(session: Session, world: World, wanted: Wanted) -> Render:
    """Read the open cases; names and numbers of people in their texts are hidden."""
    found = open_table(session, wanted.scope, limit=MOST)
    rows = [row for row in found if gate.stands(row, gate.Audience.SHEET)]
    left = len(found) - len(rows)
    scope = scope_name(wanted.scope, world.district)
    who = asker_name(session, wanted.asked_by)
    new_year = world.now.date().replace(month=1, day=1)
    done = register_table(
        session,
        world,
        wanted.scope,
        new_year,
        new_year.replace(year=new_year.year + 1),
        label=f"{new_year.year}年",
        who=who,
    )

    def render() -> Paper:
        local = world.now
        table = Table(
            title=f"{world.district.settings.name}民情件台账",
            about=world.texts(
                "paper_ledger_about",
                scope=scope,
                count=len(found),
                left=world.texts("paper_ledger_left_out", count=left, rows=len(rows)) if left else "",
                at=f"{local:%Y-%m-%d %H:%M}",
                who=who,
                mark=f"{MARK}{wanted.id}",
            ),
            columns=COLUMNS,
            rows=[_cells(place, row, world) for place, row in enumerate(rows, start=1)],
            notes=(world.texts("paper_ledger_note"),),
        )
        return Paper(
            name=f"民情件台账_{scope}_{compact(local.date())}.xlsx",
            content=workbook(table, done) if done.rows else workbook(table),
            rows=len(rows),
            facts={"cases": {row.number: as_exported(row, world) for row in rows}},
        )

    return render


def as_exported(row: CaseRow, world: World) -> dict[str, Any]:
    """Give what people may change of a case, as the sheet shows it."""
    return {
        "id": row.id,
        "department": wording.department_name(row.lead, world),
        "due": row.answer_by.isoformat() if row.answer_by else "",
        "answer": gate.clean(row.answer),
    }


def _cells(place: int, row: CaseRow, world: World) -> tuple[str | int | date | None, ...]:
    district = world.district
    topic = district.topics.get(row.topic)
    street = district.areas.get(row.street)
    return (
        place,
        row.number,
        CATEGORIES.get(row.category, ("", row.category))[1],
        topic.label if topic else world.texts("topic_unknown"),
        street.name if street else "",
        wording.station_name(row.station, world),
        gate.place(row.place_text),
        gate.told(row, row.text, gate.Audience.SHEET, world).text,
        row.filed_at.astimezone(world.now.tzinfo).date(),
        world.texts(f"state_{row.state}"),
        row.look_by,
        wording.department_name(row.lead, world),
        "、".join(wording.department_name(key, world) for key in row.assisting),
        row.answer_by,
        gate.clean(row.answer),
        world.texts("paper_yes") if row.supervised else "",
        world.texts("paper_source_imported") if row.source == "imported" else "",
    )

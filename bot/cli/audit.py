"""The commands `audit verify` and `export`: the chain of who read personal data or acted on it."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.checks import database_faults
from bot.cli.common import note, opened, out, read_settings, refuse
from bot.core.clock import shanghai_now
from bot.core.settings import Settings
from bot.upkeep.audit import anchors, machine_user
from storage.keeping import audit, step_seals
from storage.models import AuditEntry, Case, Person

app = typer.Typer(
    name="audit", help="Who read personal data or acted on it: one chain of hashes.", no_args_is_help=True
)
COLUMNS = ("序号", "时间", "谁", "单位", "做了什么", "件号", "说明", "哈希")
DID = {
    "text read": "看过有姓名电话的全文",
    "phone seen": "看过电话",
    "phones seen": "看过电话名单",
    "original read": "看过原文",
    "exported": "导出",
    "file opened": "打开导出的文件",
    "file handed in": "传回文件",
    "sheet applied": "按传回的台账改",
    "imported": "导入",
    "audit exported": "导出本记录",
    "steps sealed": "办理记录入链",
    "forgotten": "到期删除",
    "erased": "删除个人信息",
    "erased again": "恢复备份后再次删除",
}
_EVER = date(2000, 1, 1)
_FORMULA = ("=", "+", "-", "@", "\t")


@app.command()
def verify(
    *,
    copy: Annotated[
        list[Path] | None, typer.Option(help="A copy of audit.log that was kept on another machine.")
    ] = None,
) -> None:
    """Tell whether the chain is whole, in itself and with what audit.log noted of it, or where it breaks."""
    settings = _ready()
    for each in copy or ():
        if not each.is_file():
            raise refuse([f"{each} is not there"])
    known = anchors(settings, *(copy or ()))
    with opened(settings) as engine, Session(engine.execution_options(reading=True)) as session:
        position, sealed = audit.head(session)
        broken = [audit.first_break(session, known)]
        steps = step_seals.verify(session)
    if faults := [each for each in (*broken, *steps.breaks) if each]:
        raise refuse(faults)
    out.print(f"✓ the chain is whole: {position} entries, compared with {len(known)} notes in audit.log")
    out.print(f"  it ends with {sealed}")
    out.print(
        f"✓ the steps of the cases are what was written: {steps.steps}, {steps.erased} with something erased"
    )
    if steps.taken_in_on:
        day = steps.taken_in_on.astimezone(ZoneInfo(settings.timezone)).date()
        out.print(
            f"  {steps.taken_in} of them were taken in since {day}: what was changed before is not known"
        )


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="A new file: .csv to read, .jsonl to check the hashes again")],
    *,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day.")] = None,
) -> None:
    """Write the entries of some days to a file; that this was done is an entry, too."""
    settings = _ready()
    if file.exists():
        raise refuse([f"{file} is there already; choose another name"])
    note(settings, "audit export", file=str(file))
    now = shanghai_now(settings.timezone)()
    zone = ZoneInfo(settings.timezone)
    first = datetime.combine(since.date() if since else _EVER, time.min, zone)
    last = datetime.combine((until or now).date() + timedelta(days=1), time.min, zone)
    with opened(settings) as engine:
        with Session(engine) as session, session.begin():
            audit.note(session, "audit exported", now=now, who=machine_user(), reason=file.name)
        with Session(engine.execution_options(reading=True)) as session:
            rows = [entry for entry in audit.entries(session) if first <= entry["at"] < last]
            text = _lines(rows) if file.suffix == ".jsonl" else _sheet(session, rows, zone)
    try:
        file.write_text(text, encoding="utf-8" if file.suffix == ".jsonl" else "utf-8-sig")
    except OSError as error:
        raise refuse([f"{file} cannot be written: {error.strerror}"]) from None
    out.print(f"{len(rows)} entries written to {file}", markup=False)


def _ready() -> Settings:
    settings = read_settings()
    if faults := list(database_faults(settings)):
        raise refuse(faults)
    return settings


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(dict(row), ensure_ascii=False, default=_moment) + "\n" for row in rows)


def _moment(value: object) -> str:
    return (
        value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime)
        else str(value)
    )


def _sheet(session: Session, rows: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> str:
    """Write a table that a spreadsheet opens; whose name is known is named, and no cell is a formula."""
    people = select(Person.id, Person.name).where(Person.id.in_(select(AuditEntry.actor_id)))
    cases = select(Case.id, Case.number).where(Case.id.in_(select(AuditEntry.case_id)))
    names = {key: name for key, name in session.execute(people)}  # noqa: C416 -- rows, not pairs
    numbers = {key: number for key, number in session.execute(cases)}  # noqa: C416 -- rows, not pairs
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for row in rows:
        table.writerow(
            _plain(cell)
            for cell in (
                row["position"],
                f"{row['at'].astimezone(zone):%Y-%m-%d %H:%M:%S}",
                names.get(row["actor_id"], ""),
                row["who"],
                DID.get(row["action"], row["action"]),
                numbers.get(row["case_id"], ""),
                row["reason"],
                row["hash"],
            )
        )
    return written.getvalue()


def _plain(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text

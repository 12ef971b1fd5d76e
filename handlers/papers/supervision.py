"""督办表: the cases on the supervision list, and those marked or unmarked in the month, with owner and date."""

from datetime import date

from sqlalchemy.orm import Session

from handlers import wording
from handlers.context import World
from handlers.papers.paper import Paper, Render, asker_name, compact, scope_name
from handlers.papers.sheets import Column, Table, workbook
from handlers.safety import gate
from storage.cases import referrals
from storage.casework import supervision
from storage.casework.supervision import Supervised
from storage.figures.documents import Wanted

_COLUMNS = (
    Column("序号", 6),
    Column("编号", 12),
    Column("事项", 14),
    Column("地点", 16),
    Column("内容", 40),
    Column("挂牌日期", 12),
    Column("督办责任人", 12),
    Column("督办期限", 12),
    Column("承办单位", 14),
    Column("答复期限", 12),
    Column("状态", 10),
    Column("批示和撤牌", 40),
)
_TEXT = 120


def make_supervision(session: Session, world: World, wanted: Wanted) -> Render:
    """Read the marks of a month."""
    since, until = (date.fromisoformat(wanted.params[name]) for name in ("since", "until"))
    found = [
        each
        for each in supervision.marked(session, wanted.scope, since, until, world.now)
        if gate.stands(each.case, gate.Audience.SHEET)
    ]
    scope, who = scope_name(wanted.scope, world.district), asker_name(session, wanted.asked_by)
    rows = [
        _row(world, place, each, [row.department for row in referrals.assisting(session, each.case.id)])
        for place, each in enumerate(found, start=1)
    ]
    late = sum(each.on_list and each.until is not None and each.until < world.now.date() for each in found)

    def render() -> Paper:
        table = Table(
            title=world.texts("supervision_title", name=scope, month=f"{since.year}年{since.month}月"),
            about=world.texts(
                "supervision_about",
                count=sum(each.on_list for each in found),
                late=late,
                at=f"{world.now:%Y-%m-%d %H:%M}",
                who=who,
            ),
            columns=_COLUMNS,
            rows=rows,
        )
        return Paper(
            name=f"督办表_{scope}_{compact(since)[:6]}.xlsx", content=workbook(table), rows=len(rows)
        )

    return render


def _row(
    world: World, place: int, each: Supervised, assisting: list[str]
) -> tuple[str | int | date | None, ...]:
    case, say = each.case, world.texts
    lead = wording.department_name(each.lead, world) if each.lead else ""
    if assisting:
        names = "、".join(wording.department_name(key, world) for key in assisting)
        lead = say("supervision_units", lead=lead, assisting=names)
    topic = world.district.topics.get(case.topic)
    return (
        place,
        case.number,
        topic.label if topic else say("topic_unknown"),
        gate.place(case.place_text),
        wording.clipped(gate.told(case, case.text, gate.Audience.SHEET, world).text, _TEXT),
        each.since,
        each.owner,
        each.until,
        lead,
        case.answer_by if each.lead else None,
        say(f"state_{case.state}"),
        "\n".join(
            say(f"supervision_{action}", day=wording.short_day(day), text=gate.clean(note))
            for action, day, note in each.notes
        ),
    )

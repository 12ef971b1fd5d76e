"""交办单: a case on paper for a department that has no account here."""

from sqlalchemy.orm import Session

from handlers import wording
from handlers.context import World
from handlers.papers import official
from handlers.papers.paper import Paper, Render
from handlers.safety import gate
from storage.cases import cases, referrals
from storage.figures.documents import Wanted

_WIDTHS = (34, 122)


class NoLongerThereError(Exception):
    """What a paper was about has gone since it was asked for."""


def make_order(session: Session, world: World, wanted: Wanted) -> Render:
    """Read a case and who answers for it; the voter stays unknown to the department."""
    case = cases.case_in(session, wanted.scope, int(wanted.params["case"]))
    if case is None:
        raise NoLongerThereError
    rows = [row for row in referrals.latest_round(session, case.id) if row.state in referrals.LIVE]
    lead = next((row for row in rows if row.lead), None)
    if lead is None:
        raise NoLongerThereError
    say, district = world.texts, world.district
    found = district.departments.get(lead.department)
    topic = district.topics.get(case.topic)
    sent = lead.sent_at.astimezone(world.now.tzinfo).date()
    name = found.name if found else lead.department
    lines = (
        (say("order_number"), case.number),
        (say("order_lead"), name),
        (
            say("order_assisting"),
            "、".join(wording.department_name(row.department, world) for row in rows if not row.lead)
            or say("staff_none"),
        ),
        (say("order_topic"), topic.label if topic else say("topic_unknown")),
        (say("order_place"), gate.place(case.place_text)),
        (
            say("order_text"),
            gate.told(
                case, case.text, gate.Audience.DEPARTMENT, world, flat=lead.door == referrals.SHOWN
            ).text,
        ),
        (say("order_sent"), wording.day(sent)),
        (say("order_due"), say("order_due_day", day=wording.day(lead.due), days=lead.days)),
        (say("order_demand"), say("order_demand_text")),
        (say("order_received"), "\n\n"),
        (say("order_answer"), "\n\n\n\n\n"),
    )
    number, desk = case.number, district.settings.desk_name

    def render() -> Paper:
        paper = official.new_paper(lead.sent_at, say("order_title"))
        official.title(paper, say("order_title"))
        official.text(paper, say("order_to", name=name, number=number))
        official.grid(paper, lines, _WIDTHS)
        official.signed(paper, desk, f"{sent.year}年{sent.month}月{sent.day}日")
        return Paper(
            name=f"交办单_{number}_{wording.department_name(lead.department, world)}.docx",
            content=official.finished(paper),
            rows=1,
        )

    return render

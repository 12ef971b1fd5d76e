"""Whether the department that comes may know the flat: the voter says so, and the office hears it."""

from handlers import wording
from handlers.context import Context
from handlers.pushes.asking import owe_question
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler
from storage.cases.referrals import AGREED, ASKED, DECLINED, LIVE
from storage.messages.questions import option
from storage.models import Case, Referral
from storage.people.people import OpenQuestion


def take_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Note what the voter said; where it is yes, whoever handed the case over is asked to give it."""
    lead = ctx.session.get(Referral, int(question.subject))
    case = ctx.session.get(Case, lead.case_id) if lead else None
    if lead is None or case is None or case.voter_id != ctx.sender.person_id or lead.state not in LIVE:
        return ctx.texts("nothing_open")
    department = wording.department_name(lead.department, ctx)
    if lead.door != ASKED:
        return ctx.texts("nothing_open")
    lead.door = AGREED if value == "yes" else DECLINED
    if lead.door == AGREED and lead.sent_by is not None:
        owe_question(
            ctx,
            lead.sent_by,
            when=When.BY_DAY,
            kind="door_release",
            subject=str(case.id),
            text=ctx.texts("door_agreed", number=case.number, department=department),
            options=[option(1, ctx.texts("door_give"), "give"), option(0, ctx.texts("door_keep"), "keep")],
            dedupe_key=f"door agreed/{lead.id}",
            case_id=case.id,
        )
    return ctx.texts("door_thanks" if lead.door == AGREED else "door_refused", department=department)


DOOR_TOLD_ANSWERS: dict[str, AnswerHandler] = {"door_told": take_answer}

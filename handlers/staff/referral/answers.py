"""What a department answers is written down and goes to its review: whether its people write it, or staff enter it."""

from handlers import wording
from handlers.cases.reach import take_step
from handlers.cases.tell_departments import tell_people
from handlers.context import Context
from handlers.pushes.notices import owe_notice
from handlers.pushes.send_times import When
from handlers.staff.referral import reviewing
from nlp.sayings.answers import lacking
from storage.cases import referrals
from storage.messages.questions import option
from storage.models import Case, Referral

LONGEST = 500
_RESULTS = ("A", "B", "C", "D")


def lacks(ctx: Context, words: str) -> str:
    """Name what an answer does not say (做了什么、哪天做完); empty where it says enough."""
    return "、".join(ctx.texts(f"department_lacks_{name}") for name in lacking(words))


def classes(ctx: Context) -> list[dict[str, str]]:
    """Offer the classes that a department gives its own answer."""
    return [option(digit, ctx.texts(f"result_{key}"), key) for digit, key in enumerate(_RESULTS, 1)]


def write_answer(
    ctx: Context, case: Case, lead: Referral, words: str, result: str, *, entered: str = ""
) -> None:
    """Write an answer down with its class; an office reviews it before the voter reads it."""
    name = wording.department_name(lead.department, ctx)
    take_step(ctx, case, "answered", note=f"{name}{entered}：{words}")
    lead.state, lead.answer, lead.result, lead.edited = "answered", words, result, ""
    lead.answered_at, lead.answered_by = ctx.now, ctx.sender.person_id
    reviewing.ask_review(ctx, case, lead)


def write_part(ctx: Context, case: Case, row: Referral, words: str, *, entered: str = "") -> None:
    """Write down what a department that assists has done; the lead and whoever sent the case hear of it."""
    name = wording.department_name(row.department, ctx)
    step_id = take_step(ctx, case, "part answered", note=f"{name}{entered}：{words}")
    row.state, row.answer = "answered", words
    row.answered_at, row.answered_by = ctx.now, ctx.sender.person_id
    tell_part(
        ctx, case, f"part/{step_id}", ctx.texts("part_told", number=case.number, department=name, text=words)
    )


def tell_part(ctx: Context, case: Case, key: str, text: str) -> None:
    """Tell the lead's people and whoever sent the case what a department that assists says."""
    lead = referrals.leading(ctx.session, case.id)
    if lead is None:
        return
    tell_people(ctx, case, [lead.department], key, text)
    for person_id in reviewing.reviewers(ctx, case, lead):
        if person_id != ctx.sender.person_id:
            owe_notice(ctx, person_id, case, when=When.BY_DAY, dedupe_key=key, text=text)

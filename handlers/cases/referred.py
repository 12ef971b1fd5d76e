"""The cases of a department's people: found within what was referred to them, with the row by which they answer."""

from handlers.context import Context
from handlers.errors import Refusal
from storage.cases import referrals
from storage.cases.referrals import departments_of
from storage.messages import questions
from storage.models import Case, Referral

_COUNTED = 200


def numbered_case(ctx: Context, number: str) -> Case:
    """Find a case of the sender's departments by its number."""
    found = referrals.find_number(ctx.session, departments_of(ctx.sender.grants), number)
    if found is None:
        raise Refusal(ctx.texts("department_not_found", number=number))
    return found


def case_of(ctx: Context, case_id: int) -> Case:
    """Give a case that lies with one of the sender's departments."""
    found = referrals.find(ctx.session, departments_of(ctx.sender.grants), case_id)
    if found is None:
        raise Refusal(ctx.texts("department_case_gone"))
    return found


def row_of(ctx: Context, case: Case) -> Referral:
    """Give the row by which one of the sender's departments works on a case: as the lead, or assisting."""
    found = referrals.row_of(ctx.session, case.id, departments_of(ctx.sender.grants))
    if found is None:
        raise Refusal(ctx.texts("department_case_gone"))
    return found


def leading_of(ctx: Context, case: Case) -> Referral:
    """Give the row by which one of the sender's departments answers for a case."""
    found = row_of(ctx, case)
    if not found.lead:
        raise Refusal(ctx.texts("department_assists_only", number=case.number))
    return found


def not_accepted(ctx: Context) -> list[Case]:
    """Give what the sender's departments have not accepted yet, the earliest day first."""
    rows = referrals.waiting(ctx.session, departments_of(ctx.sender.grants), limit=_COUNTED)
    return [case for case, referral in rows if referral.state == "sent"]


def ask_words(ctx: Context, case: Case, value: str) -> None:
    """Open the question for the words of an answer, a refusal, a wish for more days or for help."""
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=f"department_{value}",
        subject=str(case.id),
        data={"free": True},
        now=ctx.now,
    )

"""What comes back from a department: the office that sent the case reviews it before the voter reads it."""

from handlers import wording
from handlers.asking import owe_question
from handlers.context import Context
from handlers.routing import AnswerHandler
from handlers.staff.cases import SHOWN, case_line, find_again, scope_of, take_step, topic_label
from handlers.staff.referring import short_name
from handlers.voters.verdicts import ask_voter
from storage import cases, people, questions, referrals
from storage.cases import OFFICES
from storage.models import Case, Referral
from storage.people import OpenQuestion
from storage.questions import menu, option

department_name = short_name
TO_DESK = 2
"""So many refusals bring a case before the district desk, whoever sent it."""


def reviewers(ctx: Context, case: Case, referral: Referral) -> list[int]:
    """Give who sent the case, or, where nobody is known any more, all who answer for it."""
    if referral.sent_by is not None:
        return [referral.sent_by]
    return people.staff_of(ctx.session, station="", street=case.street, now=ctx.now)


def ask_review(ctx: Context, case: Case, referral: Referral) -> None:
    """Ask whoever sent the case to look at the department's answer."""
    options = _review_options(ctx)
    for person_id in reviewers(ctx, case, referral):
        owe_question(
            ctx,
            person_id,
            kind="review",
            subject=str(case.id),
            text=_review_text(ctx, case, referral),
            options=options,
            dedupe_key=f"review/{referral.id}/{ctx.now.isoformat()}/{person_id}",
            case_id=case.id,
        )


def _review_options(ctx: Context) -> list[dict[str, str]]:
    pairs = ((1, "approve"), (2, "return"), (0, "later"))
    return [option(digit, ctx.texts(f"review_{value}"), value) for digit, value in pairs]


def _review_text(ctx: Context, case: Case, referral: Referral) -> str:
    return ctx.texts(
        "review_answer",
        number=case.number,
        topic=topic_label(ctx, case),
        department=short_name(ctx, referral.department),
        result=ctx.texts(f"result_{referral.result}"),
        text=referral.answer,
    )


def show_reviews(ctx: Context) -> str:
    """Show the answers that wait for review, each by its digit."""
    found = cases.list_cases(ctx.session, scope_of(ctx), cases.review_where(), limit=SHOWN)
    if not found:
        return ctx.texts("staff_list_empty")
    options = [option(digit, case_line(ctx, case), str(case.id)) for digit, case in enumerate(found, start=1)]
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="review_list", options=options, now=ctx.now
    )
    return ctx.texts(
        "staff_list", heading=ctx.texts("staff_list_review"), count=len(found), menu=menu(options)
    )


def review_one(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Show one answer with what can be done about it."""
    case = find_again(ctx, value)
    referral = referrals.leading(ctx.session, case.id)
    if referral is None or referral.state != "answered" or not ctx.sender.holds(*OFFICES):
        return ctx.texts("staff_case_gone")
    options = _review_options(ctx)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="review",
        subject=value,
        options=options,
        now=ctx.now,
    )
    return f"{_review_text(ctx, case, referral)}\n{menu(options)}"


def review_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Send an answer on to the voter, or back to the department with what is missing."""
    case = find_again(ctx, question.subject)
    referral = referrals.leading(ctx.session, case.id)
    if value == "later" or referral is None:
        return ctx.texts("review_left", number=case.number)
    if value == "return":
        questions.ask(
            ctx.session,
            person_id=ctx.sender.person_id,
            kind="review_return",
            subject=question.subject,
            data={"free": True},
            now=ctx.now,
        )
        return ctx.texts("review_return_what", department=short_name(ctx, referral.department))
    take_step(
        ctx,
        case,
        "approved",
        note=f"{short_name(ctx, referral.department)}：{referral.answer}",
        asked_at=ctx.now,
    )
    ask_voter(ctx, case, referral)
    return ctx.texts("review_approved", number=case.number)


def return_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Give an answer back to the department's people with what it lacks; the day stays."""
    case = find_again(ctx, question.subject)
    referral = referrals.leading(ctx.session, case.id)
    if referral is None:
        return ctx.texts("staff_case_gone")
    take_step(ctx, case, "sent back", note=value.strip())
    referral.state = "accepted"
    for person_id in referrals.people_of(ctx.session, [referral.department], ctx.now):
        owe_question(
            ctx,
            person_id,
            kind="department_case",
            subject=str(case.id),
            text=ctx.texts(
                "department_sent_back",
                number=case.number,
                text=value.strip(),
                day=wording.day(referral.due),
            ),
            options=[option(1, ctx.texts("department_do_answer"), "answer")],
            dedupe_key=f"sent back/{referral.id}/{ctx.now.isoformat()}/{person_id}",
            case_id=case.id,
        )
    return ctx.texts("review_returned", number=case.number, department=short_name(ctx, referral.department))


def tell_refused(ctx: Context, case: Case, referral: Referral) -> None:
    """Tell whoever sent the case that the department gives it back, and offer to hand it to another one."""
    options = [option(1, ctx.texts("refused_again"), "again"), option(0, ctx.texts("refused_keep"), "keep")]
    told, key = reviewers(ctx, case, referral), "refused"
    if referrals.count_refusals(ctx.session, case.id) >= TO_DESK:
        desk = people.staff_of(ctx.session, station="", street="", now=ctx.now)
        told, key = list(dict.fromkeys((*told, *desk))), "refused_twice"
    for person_id in told:
        owe_question(
            ctx,
            person_id,
            kind="refused",
            subject=str(case.id),
            text=ctx.texts(
                key,
                number=case.number,
                department=short_name(ctx, referral.department),
                reason=referral.reason,
            ),
            options=options,
            dedupe_key=f"refused/{referral.id}/{person_id}",
            case_id=case.id,
        )


def refused_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    key = "refused_again_how" if value == "again" else "refused_kept"
    return ctx.texts(key, number=case.number)


REVIEWING_ANSWERS: dict[str, AnswerHandler] = {
    "review": review_answer,
    "review_list": review_one,
    "review_return": return_answer,
    "refused": refused_answer,
}

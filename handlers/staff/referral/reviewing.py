"""What comes back from a department: the office that sent the case reviews it before the voter reads it."""

import re

from handlers import wording
from handlers.cases.reach import find, find_again, numbered, scope_of, take_step
from handlers.cases.solved import ask_solved, may_ask
from handlers.cases.tell_departments import tell_people, units_told
from handlers.cases.telling import reach_of_voters, tell_voter, voters_told
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.pushes.asking import owe_question
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.cases import OF_ANY_CASE, act, detail
from handlers.staff.lists import case_page, count
from handlers.staff.referral.answer_shown import answer_to_review, changes_told
from handlers.staff.referral.units import ask_instead
from handlers.staff.too_soon import note_tap, too_soon
from storage.cases import cases, referrals
from storage.cases.cases import OFFICES
from storage.messages import questions
from storage.messages.questions import option
from storage.models import Case, Referral
from storage.people import people
from storage.people.people import OpenQuestion

TO_DESK = 2
"""So many refusals bring a case before the district desk, whoever sent it."""


def reviewers(ctx: Context, case: Case, referral: Referral) -> list[int]:
    """Give who sent the case, or, where nobody is known any more, all who answer for it."""
    if referral.sent_by is not None:
        return [referral.sent_by]
    return people.staff_of(ctx.session, station="", street=case.street, now=ctx.now, about=case.id)


def ask_review(ctx: Context, case: Case, referral: Referral) -> None:
    """Ask whoever sent the case to look at the department's answer."""
    options = _review_options(ctx)
    for person_id in reviewers(ctx, case, referral):
        if person_id == ctx.sender.person_id:
            continue  # who entered the answer reads it in the same breath
        owe_question(
            ctx,
            person_id,
            when=When.BY_DAY,
            kind="review",
            subject=str(case.id),
            text=answer_to_review(ctx, case, referral),
            options=options,
            dedupe_key=f"review/{referral.id}/{ctx.now.isoformat()}/{person_id}",
            case_id=case.id,
        )


def _review_options(ctx: Context) -> list[dict[str, str]]:
    pairs = ((1, "approve"), (2, "return"), (3, "edit"), (0, "later"))
    return [option(digit, ctx.texts(f"review_{value}"), value) for digit, value in pairs]


def review_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Send an answer on to the voter, or back to the department with what is missing."""
    if value in OF_ANY_CASE:
        return act(ctx, question, value)
    case = find_again(ctx, question.subject)
    if value == "later":
        return ctx.texts("review_left", number=case.number)
    referral = reviewed(ctx, case)
    if value == "edit":
        return ask_edit(ctx, case, referral)
    if value == "return":
        questions.ask(
            ctx.session,
            person_id=ctx.sender.person_id,
            kind="review_return",
            subject=question.subject,
            data={"free": True},
            now=ctx.now,
        )
        return ctx.texts("review_return_what", department=wording.department_name(referral.department, ctx))
    if too_soon(ctx, question):
        return note_tap(ctx, f"{ctx.texts('look_first')}\n{detail(ctx, case)}")
    return _and_next(ctx, approve(ctx, case, referral))


def _and_next(ctx: Context, said: str) -> str:
    """Show the next answer that waits for a review below what was just done."""
    left = count(ctx, "review")
    if not left:
        return said
    following = cases.list_cases(ctx.session, scope_of(ctx), referrals.reviewed_where(), limit=1)
    return f"{said}{ctx.texts('review_next', count=left)}\n{detail(ctx, following[0])}"


def ask_edit(ctx: Context, case: Case, referral: Referral) -> str:
    """Show the whole answer to be copied, and take the next line in its place."""
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="review_edit",
        subject=str(case.id),
        data={"free": True},
        now=ctx.now,
    )
    return ctx.texts("review_edit_what", number=case.number, text=referral.edited or referral.answer)


def approve(ctx: Context, case: Case, referral: Referral) -> str:
    """Send a department's answer to the voter, who says whether it is solved."""
    name = wording.department_name(referral.department, ctx)
    asks = may_ask(case)
    voters = voters_told(ctx, reach_of_voters(ctx, case))
    words = referral.edited or referral.answer
    note, asked = f"{name}：{words}", {"asked_at": ctx.now} if asks else {}
    step_id = take_step(ctx, case, "approved", note=note, **asked)
    key = "voter_answered" if asks else "voter_answered_gravely"
    text = ctx.texts(key, number=case.number, department=name, text=words)
    if referral.edited:
        changed = ctx.texts("department_edited", number=case.number, changes=changes_told(ctx, referral))
        tell_people(ctx, case, [referral.department], f"edited/{step_id}", changed)
    if not asks:
        tell_voter(ctx, case, step_id, text, short="answered", at_once=True)
    elif ask_solved(ctx, case, step_id, text, at_once=True) is not None:
        return ctx.texts("review_approved", number=case.number, voters=voters)
    take_step(ctx, case, "closed")
    return ctx.texts("review_approved_closed", number=case.number, voters=voters)


def reviewed(ctx: Context, case: Case) -> Referral:
    """Give the answer that waits for a review, or say that none does any more."""
    referral = referrals.leading(ctx.session, case.id)
    if referral is None or not referrals.awaits_review(case, referral):
        state = ctx.texts(f"state_{case.state}")
        raise Refusal(ctx.texts("review_over", number=case.number, state=state))
    return referral


def review(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """List what waits for a review (审核), or show one of them (审核 42)."""
    if not rest:
        return case_page(ctx, "review") if count(ctx, "review") else ctx.texts("review_nothing")
    line = numbered(rest)
    if line is None:
        return ctx.texts("review_how")
    case = find(ctx, line.number)
    reviewed(ctx, case)
    return detail(ctx, case)


def approve_numbered(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Send the answer about a case to its voter (发给选民 42)."""
    line = numbered(rest)
    if line is None:
        return ctx.texts("review_how")
    case = find(ctx, line.number)
    return approve(ctx, case, reviewed(ctx, case))


def return_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    return send_back(ctx, find_again(ctx, question.subject), value.strip())


def send_back(ctx: Context, case: Case, words: str) -> str:
    """Give an answer back to the department's people with what it lacks; the day stays."""
    referral = reviewed(ctx, case)
    take_step(ctx, case, "sent back", note=words)
    referral.state, referral.edited = "accepted", ""
    for person_id in referrals.people_of(ctx.session, [referral.department], ctx.now):
        owe_question(
            ctx,
            person_id,
            when=When.BY_DAY,
            kind="department_case",
            subject=str(case.id),
            text=ctx.texts(
                "department_sent_back",
                number=case.number,
                text=words,
                due=wording.due_told(referral.due, ctx),
            ),
            options=[option(1, ctx.texts("department_do_answer"), "answer")],
            dedupe_key=f"sent back/{referral.id}/{ctx.now.isoformat()}/{person_id}",
            case_id=case.id,
        )
    return ctx.texts(
        "review_returned", number=case.number, department=wording.department_name(referral.department, ctx)
    )


def tell_refused(ctx: Context, case: Case, referral: Referral) -> None:
    """Tell whoever sent the case that the department gives it back, and offer to hand it to another one."""
    offered = ((1, "again"), (2, "disagree"), (0, "keep"))
    options = [option(digit, ctx.texts(f"refused_{value}"), value) for digit, value in offered]
    told, key = reviewers(ctx, case, referral), "refused"
    if referrals.count_refusals(ctx.session, case.id) >= TO_DESK:
        desk = people.staff_of(ctx.session, station="", street="", now=ctx.now)
        told, key = list(dict.fromkeys((*told, *desk))), "refused_twice"
    for person_id in told:
        owe_question(
            ctx,
            person_id,
            when=When.BY_DAY,
            kind="refused",
            subject=str(case.id),
            text=ctx.texts(
                key,
                number=case.number,
                department=wording.department_name(referral.department, ctx),
                reason=referral.reason,
            ),
            options=options,
            dedupe_key=f"refused/{referral.id}/{person_id}",
            case_id=case.id,
        )


def refused_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Say how another department gets a case that one gave back, or let the same one answer for it."""
    if value in OF_ANY_CASE:
        return act(ctx, question, value)
    case = find_again(ctx, question.subject)
    if value == "disagree":
        return _disagree(ctx, case)
    if value != "again":
        return ctx.texts("refused_kept", number=case.number)
    lead = referrals.leading(ctx.session, case.id)
    return (
        ask_instead(ctx, case, lead.department, lead.reason)
        if lead
        else ctx.texts("refused_again_how", number=case.number)
    )


def _disagree(ctx: Context, case: Case) -> str:
    """Leave a case with the department that gave it back; its people hear so, and the day stays."""
    lead = referrals.leading(ctx.session, case.id)
    if lead is None or not referrals.given_back(case, lead):
        raise Refusal(ctx.texts("refused_over", number=case.number))
    name = wording.department_name(lead.department, ctx)
    step_id = take_step(ctx, case, "refusal denied", note=name)
    lead.state = "accepted" if lead.accepted_at else "sent"
    text = ctx.texts("department_not_taken_back", number=case.number, due=wording.due_told(lead.due, ctx))
    told = units_told(ctx, tell_people(ctx, case, [lead.department], f"refusal denied/{step_id}", text))
    return ctx.texts(
        "refused_denied", number=case.number, department=name, due=wording.due_told(lead.due, ctx), told=told
    )


REVIEWING_ROUTES = (
    Route(
        name="staff review",
        handler=review,
        pattern=re.compile(r"(?:待审核?的?|等审核?的?|审核)\s*+((?:\d.*)?)"),
        roles=OFFICES,
        help="审核：单位的答复等您看；“审核 编号”看一份",
        example="审核",
        group=Group.REFER,
    ),
    Route(
        name="staff approve",
        handler=approve_numbered,
        pattern=re.compile(r"(?:发给选民|审核通过)\s*+((?:\d.*)?)"),
        roles=OFFICES,
        help="发给选民 编号：单位的答复审过了，发出",
        example="发给选民 42",
        group=Group.REFER,
    ),
)

REVIEWING_ANSWERS: dict[str, AnswerHandler] = {
    "review": review_answer,
    "review_return": return_answer,
    "refused": refused_answer,
}

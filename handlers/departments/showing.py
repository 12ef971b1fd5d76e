"""What a department's people see: what waits for their answer, and one case without what tells who the voter is."""

from handlers import wording
from handlers.cases import case_words
from handlers.cases.reach import topic_label
from handlers.cases.referred import case_of, numbered_case
from handlers.context import Context
from handlers.messages import IncomingMessage
from handlers.safety import gate
from storage.cases import cases, referrals
from storage.cases.referrals import departments_of
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, Referral
from storage.people import openness
from storage.people.people import OpenQuestion

SHOWN = 5
_TEXT_SHOWN, _WHOLE_TEXT = 60, 600


def show_waiting(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """List what must still be answered, the earliest day first."""
    mine = departments_of(ctx.sender.grants)
    found = referrals.waiting(ctx.session, mine, limit=SHOWN)
    if not found:
        return ctx.texts("department_nothing")
    options = [
        option(digit, _line(ctx, case, referral), str(case.id))
        for digit, (case, referral) in enumerate(found, start=1)
    ]
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="department_list", options=options, now=ctx.now
    )
    return ctx.texts("department_list", count=referrals.count_waiting(ctx.session, mine), menu=menu(options))


def _line(ctx: Context, case: Case, referral: Referral) -> str:
    key = "department_line_late" if referral.due < ctx.now.date() else "department_line"
    if referral.state == referrals.REFUSED:
        key = "department_line_refused"
    elif not referral.lead:
        key = "department_line_assist"
    elif drafted(referral):
        key = "department_line_draft"
    return ctx.texts(
        key,
        number=case.number,
        topic=topic_label(ctx, case),
        day=wording.short_day(referral.due),
    )


def pick(ctx: Context, _question: OpenQuestion, value: str) -> str:
    return _detail(ctx, case_of(ctx, int(value)))


def show_one(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    return _detail(ctx, numbered_case(ctx, rest))


def _detail(ctx: Context, case: Case) -> str:
    """Show a case without what tells who the voter is, and what can be done now."""
    row = referrals.row_of(ctx.session, case.id, departments_of(ctx.sender.grants))
    leading = referrals.leading(ctx.session, case.id) or row
    values = [*(_doable(row) if row and referrals.is_held(case) else []), "read"]
    if row and row.lead and openness.of_case(ctx.session, case) == openness.NAMED:
        values.append("original")
    options = [
        option(digit, ctx.texts(f"department_do_{value}"), value) for digit, value in enumerate(values, 1)
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="department_case",
        subject=str(case.id),
        options=options,
        now=ctx.now,
    )
    return ctx.texts(
        "department_detail",
        number=case.number,
        what=f"{wording.place_told(case.place_text, ctx)}，{topic_label(ctx, case)}",
        state=_state(ctx, case, row),
        day=wording.day(leading.due) if leading else "",
        text=wording.clipped(_words(ctx, case, case.text), _TEXT_SHOWN),
        menu=menu(options),
    )


def _state(ctx: Context, case: Case, row: Referral | None) -> str:
    """Say where a case stands, in the same words as the office reads them."""
    if row and referrals.given_back(case, row):
        return ctx.texts("state_refused", department=wording.department_name(row.department, ctx))
    state = ctx.texts(f"state_{case.state}")
    return ctx.texts("department_state_assists", state=state) if row and not row.lead else state


def drafted(referral: Referral) -> bool:
    """Tell whether an answer was written and only its class is missing."""
    return referral.state != "answered" and bool(referral.answer) and not referral.result


def _doable(leading: Referral) -> list[str]:
    if not leading.lead:
        return ["part", "refuse"] if leading.state in referrals.WAITING else []
    draft = ["class"] if drafted(leading) else []
    first = {"sent": ["accept", "refuse"], "accepted": ["answer", "refuse"], referrals.REFUSED: ["answer"]}
    return [*draft, *first.get(leading.state, [])]


def whole_text(ctx: Context, case: Case) -> str:
    """Give all that was written about a case, with names and numbers of people taken out."""
    parts = cases.later_parts(ctx.session, case)
    said = case_words.whole_text(case, parts, ctx, lambda case_id, text: _words(ctx, case, text, of=case_id))
    return ctx.texts("department_whole_text", number=case.number, text=said[:_WHOLE_TEXT])


def _words(ctx: Context, case: Case, words: str, *, of: int = 0) -> str:
    """Give words as a department reads them; the flat only where it was released, and only the own voter's."""
    row = referrals.row_of(ctx.session, case.id, departments_of(ctx.sender.grants))
    flat = row is not None and row.door == referrals.SHOWN and of in {0, case.id}
    return gate.told(case, words, gate.Audience.DEPARTMENT, ctx, flat=flat).text

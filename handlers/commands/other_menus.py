"""What becomes of the menu below one case when staff or a department's people do something with another one."""

from handlers.cases.reach import numbered
from handlers.context import Context
from handlers.route import Route
from storage.cases import cases, referrals
from storage.messages import questions
from storage.people.scopes import staff_scope

_BELOW_A_CASE = frozenset(
    {
        "staff_case",
        "staff_close",
        "staff_reply",
        "staff_close_words",
        "staff_retopic",
        "staff_move",
        "refer",
        "refer_held",
        "review",
        "refused",
        "extension",
        "over_desk",
        "department_case",
        "department_bare",
    }
)


def leave_other_cases(ctx: Context, route: Route, rest: str) -> None:
    """Close the menus below other cases once a command about one case is done, so that no digit acts on those."""
    before = [each for each in ctx.sender.questions if each.kind in _BELOW_A_CASE]
    line = numbered(rest) if before and route.roles else None
    if line is None:
        return
    case = cases.find_case(
        ctx.session, staff_scope(ctx.sender.grants, ctx.sender.person_id), line.number, ctx.now
    )
    if case is None:
        mine = referrals.departments_of(ctx.sender.grants)
        case = referrals.find_number(ctx.session, mine, line.number) if mine else None
    for question in before:
        if case is not None and question.subject != str(case.id):
            questions.close(ctx.session, question.id, ctx.now)

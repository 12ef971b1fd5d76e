"""收到: the digit under an alert, or the word with a number; and the alarms that still wait for it."""

import re

from handlers import wording
from handlers.alarms import verifying
from handlers.alarms.climbing import KIND, numbers
from handlers.alarms.holding import hold, who
from handlers.cases.reach import numbered, scope_of
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import STAFF_ROLES, IncomingMessage, Role
from handlers.route import AnswerHandler, Group, Route
from storage.cases import cases
from storage.messages import alarms, questions
from storage.messages.alarms import Ringing
from storage.messages.questions import menu, option
from storage.models import Case
from storage.people import people
from storage.people.people import OpenQuestion

_SHOWN = 5
LIST = "alarm_list"


def take(ctx: Context, _message: IncomingMessage, rest: str) -> str | None:
    """Take the alarm of a number; the word alone takes the only one that the sender was told of, or means nothing."""
    line = numbered(rest) if rest else None
    if rest and line is None:
        raise Refusal(ctx.texts("alarm_take_how"))
    if line is None:
        return show_open(ctx) if open_for(ctx) else None
    return _take(ctx, [_find(ctx, line.number)])


def take_answer(ctx: Context, question: OpenQuestion, _value: str) -> str:
    found = [ctx.session.get_one(Case, case_id) for case_id in question.data["cases"]]
    mine = [case for case in found if _may_take(ctx, case)]
    if not mine:
        raise Refusal(ctx.texts("staff_case_gone"))
    return _take(ctx, mine)


def list_answer(ctx: Context, _question: OpenQuestion, value: str) -> str:
    case = ctx.session.get_one(Case, int(value))
    if not _may_take(ctx, case):
        raise Refusal(ctx.texts("staff_case_gone"))
    return _take(ctx, [case])


def open_for(ctx: Context) -> list[Ringing]:
    """Give the open alarms that the sender may take, the oldest first."""
    return [each for each in alarms.all_open(ctx.session) if _may_take(ctx, each.case)]


def show_open(ctx: Context) -> str:
    """Show the alarms that wait, each taken by its digit; the only one is taken at once by whoever was told of it."""
    found = open_for(ctx)
    if not found:
        return ctx.texts("alarm_none_open")
    if len(found) == 1 and alarms.was_told(ctx.session, found[0].case.id, ctx.sender.person_id):
        return _take(ctx, [found[0].case])
    return list_open(ctx)


def list_open(ctx: Context) -> str:
    """Show the alarms that wait, each taken by its digit."""
    found = open_for(ctx)
    options = [
        option(digit, _line(ctx, each), str(each.case.id)) for digit, each in enumerate(found[:_SHOWN], 1)
    ]
    questions.ask(ctx.session, person_id=ctx.sender.person_id, kind=LIST, options=options, now=ctx.now)
    return ctx.texts("alarm_list", count=len(found), menu=menu(options))


def _line(ctx: Context, each: Ringing) -> str:
    """Say which alarm it is; the operator reads its number alone."""
    if each.case.sealed or not verifying.visible(ctx, each.case):
        return each.case.number
    place = wording.clipped(each.case.place_text, 8) or ctx.texts("place_unknown")
    return ctx.texts(
        "alarm_line",
        number=each.case.number,
        kind=ctx.texts(f"urgency_{each.alarm.kind}"),
        place=place,
    )


def _find(ctx: Context, number: str) -> Case:
    """Find a case of the scope, or one whose alarm the sender was told of."""
    found = cases.find_case(ctx.session, scope_of(ctx), number, ctx.now)
    if found is not None:
        return found
    told = [
        each.case for each in open_for(ctx) if each.case.number.endswith(f"-{number.rpartition('-')[2]:0>4}")
    ]
    if not told:
        raise Refusal(ctx.texts("staff_not_found", number=number))
    return told[-1]


def _may_take(ctx: Context, case: Case) -> bool:
    return (
        ctx.sender.holds(Role.OPERATOR)
        or verifying.visible(ctx, case)
        or alarms.was_told(ctx.session, case.id, ctx.sender.person_id)
    )


def _take(ctx: Context, found: list[Case]) -> str:
    """Take the alarms, and ask of a single one how it was verified."""
    taken = [case for case in found if hold(ctx, case)]
    if len(found) > 1:
        return _taken_of_many(ctx, taken, [case for case in found if case not in taken])
    if not taken:
        return _taken_before(ctx, found[0])
    case = taken[0]
    if not verifying.visible(ctx, case):
        return ctx.texts("alarm_taken_operator", number=case.number, desk=ctx.district.settings.desk_name)
    said = ctx.texts("alarm_taken", number=case.number)
    return verifying.ask(ctx, case, said) if verifying.unverified(ctx, case) else said


def _taken_of_many(ctx: Context, taken: list[Case], others: list[Case]) -> str:
    """Say of several cases which are the sender's now, which were before, and which a colleague has."""
    held: dict[int | None, list[Case]] = {}
    for case in others:
        alarm = alarms.last_of(ctx.session, case.id)
        held.setdefault(alarm.taken_by if alarm else None, []).append(case)
    lines = [_held_by(ctx, holder, theirs) for holder, theirs in held.items()]
    if taken:
        lines.insert(0, ctx.texts("alarm_taken_many", count=len(taken), numbers=numbers(ctx, taken)))
    return "\n".join(lines)


def _held_by(ctx: Context, holder: int | None, theirs: list[Case]) -> str:
    if holder == ctx.sender.person_id:
        return ctx.texts("alarm_many_yours", numbers=numbers(ctx, theirs))
    if holder is None:
        return ctx.texts("alarm_many_none", numbers=numbers(ctx, theirs))
    name = people.name_of(ctx.session, holder) or ctx.texts("alarm_by_colleague")
    return ctx.texts("alarm_many_others", name=name, numbers=numbers(ctx, theirs))


def _taken_before(ctx: Context, case: Case) -> str:
    """Say who was faster, or that nothing waits here."""
    alarm = alarms.last_of(ctx.session, case.id)
    if alarm is None or alarm.taken_by is None or alarm.taken_at is None:
        return ctx.texts("alarm_none_here", number=case.number)
    at = alarm.taken_at.astimezone(ctx.now.tzinfo)
    mine = alarm.taken_by == ctx.sender.person_id
    name = people.name_of(ctx.session, alarm.taken_by)
    key = "alarm_taken_by_you" if mine else "alarm_taken_before"
    said = ctx.texts(key, number=case.number, name=name or who(ctx, case), at=f"{at:%H:%M}")
    if verifying.visible(ctx, case) and verifying.unverified(ctx, case):
        return verifying.ask(ctx, case, said)
    return said


TAKING_ROUTES = (
    Route(
        name="staff alarm heard",
        handler=take,
        pattern=re.compile(r"收到\s*+(|\d.*)"),
        roles=STAFF_ROLES,
        help="收到 编号：急件您接了，不再往上提醒",
        example="收到 42",
        group=Group.CASES,
    ),
)

TAKING_ANSWERS: dict[str, AnswerHandler] = {KIND: take_answer, LIST: list_answer}

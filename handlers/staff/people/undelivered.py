"""What could not be delivered (没送到的, 电话通知名单): why, whom to call, and what staff decide about it."""

from handlers import wording
from handlers.cases import reads
from handlers.cases.reach import find_again, scope_of, take_step
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler
from handlers.staff.people.duties import stations_in
from storage.figures import reports
from storage.figures.reports import Undelivered
from storage.messages import outbox, questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion

_SHOWN = 3
BY_TELEPHONE, BY_HAND = "telephone", "by_hand"
"""How a push ended that no channel delivered: told by telephone, or a person said that it had arrived."""


def show_undelivered(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return _page(ctx, 0)


def _page(ctx: Context, offset: int) -> str:
    scope = scope_of(ctx)
    found = reports.undelivered(ctx.session, scope, stations_in(scope, ctx.district), ctx.now)
    shown = found[offset : offset + _SHOWN]
    if not shown:
        return _page(ctx, 0) if offset else ctx.texts("staff_all_delivered")
    options = [option(digit, _line(ctx, push), str(push.id)) for digit, push in enumerate(shown, start=1)]
    if len(found) > offset + _SHOWN:
        options.append(option(_SHOWN + 1, ctx.texts("staff_more"), f"more:{offset + _SHOWN}"))
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_undelivered", options=options, now=ctx.now
    )
    return ctx.texts("staff_undelivered", count=len(found), menu=menu(options))


def _line(ctx: Context, push: Undelivered) -> str:
    if push.case_number and push.name and push.kind != "result":
        whom = ctx.texts("staff_undelivered_about", number=push.case_number, name=push.name)
    elif push.case_number:
        whom = ctx.texts("staff_undelivered_case", number=push.case_number)
    elif push.kind == "reminder":
        whom = ctx.texts("staff_undelivered_deputy", name=push.name)
    else:
        whom = push.name or ctx.texts("staff_voter")
    key = f"staff_reason_{push.error}"
    reason = ctx.texts(key if key in ctx.texts else "staff_reason_other")
    return ctx.texts("staff_undelivered_line", whom=whom, reason=reason)


def pick(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Show the telephone number; who looked is kept in the case's history."""
    if value.startswith("more:"):
        return _page(ctx, int(value.removeprefix("more:")))
    push = _find(ctx, int(value))
    if push.case_id is not None:
        take_step(ctx, find_again(ctx, str(push.case_id)), "phone_seen")
    options = _answers(ctx, push)
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_called", options=options, now=ctx.now
    )
    if push.phone:
        reads.note(ctx, reads.PHONE_SEEN, case_id=push.case_id, person_id=push.person_id)
    if not push.phone:
        return ctx.texts("staff_no_phone_known", menu=menu(options))
    whom = push.name or ctx.texts("staff_voter")
    key = "staff_phone_doubt" if push.status == "unknown" else "staff_phone"
    return ctx.texts(key, name=wording.clipped(whom, 12), phone=push.phone, menu=menu(options))


def _answers(ctx: Context, push: Undelivered) -> list[dict[str, str]]:
    """List what staff can do about a push; nothing is sent again whose time is over."""
    answers = ["called"]
    if push.status == "unknown":
        answers.append("arrived")
    if push.error != "missed":
        answers.append("again")
    return [
        option(digit, ctx.texts(f"staff_{answer}"), f"{answer}:{push.id}")
        for digit, answer in enumerate(answers, start=1)
    ]


def called(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Take what staff did or found out: told by telephone, arrived after all, or to be sent again."""
    answer, _, push_id = value.rpartition(":")
    push = _find(ctx, int(push_id))
    if answer == "again":
        outbox.send_again(ctx.session, push.id, ctx.now)
        return ctx.texts("staff_again_noted")
    outbox.settle(ctx.session, push.id, BY_HAND if answer == "arrived" else BY_TELEPHONE)
    return ctx.texts("staff_arrived_noted" if answer == "arrived" else "staff_called_noted")


def _find(ctx: Context, push_id: int) -> Undelivered:
    scope = scope_of(ctx)
    stations = stations_in(scope, ctx.district)
    found = reports.undelivered(ctx.session, scope, stations, ctx.now, push_id=push_id)
    if not found:
        raise Refusal(ctx.texts("staff_case_gone"))
    return found[0]


UNDELIVERED_ANSWERS: dict[str, AnswerHandler] = {"staff_undelivered": pick, "staff_called": called}

"""Voters who want to be called (要打的电话): whom, by when, and that it was done."""

from handlers import wording
from handlers.cases import reads
from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.route import AnswerHandler, Group, Route
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people import calls
from storage.people.calls import Wish
from storage.people.people import OpenQuestion

_SHOWN = 5


def show_calls(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """List who waits for a call; a digit shows the number."""
    return call_page(ctx, 0)


def call_page(ctx: Context, offset: int) -> str:
    found = calls.waiting(ctx.session, scope_of(ctx))
    shown = found[offset : offset + _SHOWN]
    if not shown:
        return call_page(ctx, 0) if offset else ctx.texts("staff_no_calls")
    options = [option(digit, _line(ctx, wish), str(wish.id)) for digit, wish in enumerate(shown, start=1)]
    if len(found) > offset + _SHOWN:
        options.append(option(_SHOWN + 1, ctx.texts("staff_more"), f"more:{offset + _SHOWN}"))
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_calls", options=options, now=ctx.now
    )
    return ctx.texts("staff_calls", count=len(found), menu=menu(options))


def _line(ctx: Context, wish: Wish) -> str:
    station = wording.clipped(wording.station_name(wish.station, ctx).removesuffix("联络站"), 8)
    made = wish.made_at.astimezone(ctx.now.tzinfo)
    late = ctx.texts("staff_call_late") if wish.due < ctx.now.date() else ""
    return ctx.texts("staff_call_line", station=station, day=wording.short_day(made.date()), late=late)


def pick(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Show the number to call."""
    if value.startswith("more:"):
        return call_page(ctx, int(value.removeprefix("more:")))
    wish = _find(ctx, value)
    options = [
        option(1, ctx.texts("staff_call_done"), f"done:{wish.id}"),
        option(2, ctx.texts("staff_call_again"), f"again:{wish.id}"),
    ]
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_call", options=options, now=ctx.now
    )
    reads.note(ctx, reads.PHONE_SEEN, person_id=wish.person_id)
    return ctx.texts("staff_call", phone=wish.phone, day=wording.day(wish.due), menu=menu(options))


def settle(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Take that somebody has called, or will call again."""
    what, _, call_id = value.partition(":")
    wish = _find(ctx, call_id)
    if what == "again":
        due = ctx.district.calendar.next_workday(ctx.now.date())
        calls.put_off(ctx.session, wish.id, due)
        return ctx.texts("staff_call_put_off", day=wording.day(due))
    calls.done(ctx.session, wish.id, by=ctx.sender.person_id, now=ctx.now)
    return ctx.texts("staff_call_settled")


def _find(ctx: Context, call_id: str) -> Wish:
    found = calls.waiting(ctx.session, scope_of(ctx), call_id=int(call_id))
    if not found:
        raise Refusal(ctx.texts("staff_call_gone"))
    return found[0]


CALL_ROUTES = (
    Route(
        name="staff calls",
        handler=show_calls,
        words=("要打的电话", "要回的电话", "回电", "待回电", "等回电", "等回电话的", "谁等电话"),
        roles=frozenset({Role.STATION, Role.STREET, Role.DISTRICT}),
        help="要打的电话：谁留了号码等人回，打完回“已打”",
        example="要打的电话",
        group=Group.ACCOUNTS,
    ),
)

CALL_ANSWERS: dict[str, AnswerHandler] = {"staff_calls": pick, "staff_call": settle}

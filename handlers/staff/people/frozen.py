"""冻结的: senders whose messages wait for a person to look, and what staff decide about them."""

from handlers import wording
from handlers.cases import reads
from handlers.context import Context
from handlers.errors import Refusal
from handlers.intake import load_message
from handlers.messages import IncomingMessage, Role
from handlers.route import AnswerHandler, Group, Route
from handlers.safety import gate
from handlers.staff.people.duties import stations_in
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Inbox
from storage.people import freezing
from storage.people.freezing import Frozen
from storage.people.people import OpenQuestion
from storage.people.scopes import staff_scope

_SHOWN, _MESSAGES = 4, 3
_STAFF = frozenset({Role.STATION, Role.STREET, Role.DISTRICT})


def _all(ctx: Context) -> list[Frozen]:
    return freezing.frozen(
        ctx.session, stations_in(staff_scope(ctx.sender.grants, ctx.sender.person_id), ctx.district)
    )


def show_frozen(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return frozen_page(ctx, 0)


def frozen_page(ctx: Context, offset: int) -> str:
    """List who waits, the longest first."""
    found = _all(ctx)
    shown = found[offset : offset + _SHOWN]
    if not shown:
        return frozen_page(ctx, 0) if offset else ctx.texts("staff_frozen_none")
    options = [
        option(digit, _line(ctx, each), str(each.account_id)) for digit, each in enumerate(shown, start=1)
    ]
    if len(found) > offset + _SHOWN:
        options.append(option(_SHOWN + 1, ctx.texts("staff_more"), f"more:{offset + _SHOWN}"))
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_frozen", options=options, now=ctx.now
    )
    return ctx.texts("staff_frozen", count=len(found), menu=menu(options))


def _line(ctx: Context, each: Frozen) -> str:
    day = wording.short_day(each.since.astimezone(ctx.now.tzinfo).date())
    return ctx.texts("staff_frozen_line", day=day, why=ctx.texts(f"frozen_{each.why}"), count=each.count)


def pick(ctx: Context, _question: OpenQuestion, value: str) -> str:
    if value.startswith("more:"):
        return frozen_page(ctx, int(value.removeprefix("more:")))
    return _detail(ctx, _find(ctx, int(value)), 0)


def _find(ctx: Context, account_id: int) -> Frozen:
    found = next((each for each in _all(ctx) if each.account_id == account_id), None)
    if found is None:
        raise Refusal(ctx.texts("staff_frozen_gone"))
    return found


def _detail(ctx: Context, each: Frozen, offset: int) -> str:
    """Show what was written, the latest first, without what tells who it is."""
    waiting = freezing.messages(ctx.session, each.account_id)
    options = [
        option(1, ctx.texts("staff_frozen_release"), f"release:{each.account_id}"),
        option(2, ctx.texts("staff_frozen_keep"), f"keep:{each.account_id}"),
    ]
    if len(waiting) > offset + _MESSAGES:
        more = f"more:{each.account_id}:{offset + _MESSAGES}"
        options.append(option(3, ctx.texts("staff_frozen_earlier"), more))
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_frozen_one", options=options, now=ctx.now
    )
    lines = [_said(ctx, row) for row in waiting[offset : offset + _MESSAGES]]
    said = "\n".join(lines) or ctx.texts("staff_frozen_nothing")
    why = ctx.texts(f"frozen_{each.why}")
    return ctx.texts("staff_frozen_detail", why=why, count=each.count, lines=said, menu=menu(options))


def _said(ctx: Context, row: Inbox) -> str:
    message = load_message(row.raw) if row.raw else None
    text = wording.clipped(gate.for_the_house(message.text), 24) if message and message.text else ""
    at = row.received_at.astimezone(ctx.now.tzinfo)
    return ctx.texts(
        "staff_frozen_said",
        at=f"{wording.short_day(at.date())}{at:%H:%M}",
        text=text or ctx.texts("staff_no_words"),
    )


def decide(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Release a sender, whose messages are then filed in their order, or leave them where they are."""
    what, _, rest = value.partition(":")
    account, _, offset = rest.partition(":")
    each = _find(ctx, int(account))
    if what == "more":
        return _detail(ctx, each, int(offset))
    if what == "keep":
        return ctx.texts("staff_frozen_kept")
    count = freezing.release(ctx.session, each.account_id)
    reads.note(ctx, "released", person_id=each.person_id, reason=each.why)
    return ctx.texts("staff_frozen_released", count=count)


FROZEN_ROUTES = (
    Route(
        name="staff frozen",
        handler=show_frozen,
        words=("冻结的", "冻结", "放一边的"),
        roles=_STAFF,
        help="冻结的：发得太多或像广告、骂人的，等您看；可放行并登记",
        example="冻结的",
        group=Group.FIND,
    ),
)

FROZEN_ANSWERS: dict[str, AnswerHandler] = {"staff_frozen": pick, "staff_frozen_one": decide}

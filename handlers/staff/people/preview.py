"""The next reminders before they go out (提醒预览): when, to whom, on which way, to the letter."""

from datetime import date

from handlers import wording
from handlers.context import Context
from handlers.duties.preview import BY_TELEPHONE, Previewed, next_reminder_day, preview
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler
from handlers.staff.people.duties import stations_in
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion
from storage.people.scopes import staff_scope

_PAGE = 5


def show_preview(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Say when the next reminders go out, to how many, on which way."""
    day = next_reminder_day(ctx.district, ctx.now)
    mine = _mine(ctx, day) if day else []
    if day is None or not mine:
        return ctx.texts("staff_no_reminders")
    channels = [channel for _, channel in {(each.person.id, each.channel) for each in mine}]
    ordered = sorted(set(channels), key=lambda each: (each == BY_TELEPHONE, each))
    ways = [_way(ctx, channel, channels.count(channel)) for channel in ordered]
    options = [
        option(1, ctx.texts("staff_preview_text"), f"text:{day.isoformat()}:0"),
        option(2, ctx.texts("staff_preview_people"), f"people:{day.isoformat()}:0"),
    ]
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_preview", options=options, now=ctx.now
    )
    return ctx.texts(
        "staff_preview",
        day=wording.day(day),
        time=f"{mine[0].at:%H:%M}".removeprefix("0"),
        count=len(channels),
        ways="，".join(ways),
        menu=menu(options),
    )


def _mine(ctx: Context, day: date) -> list[Previewed]:
    """Give the reminders of a day to deputies of the own stations."""
    stations = stations_in(staff_scope(ctx.sender.grants, ctx.sender.person_id), ctx.district)
    found = preview(ctx.session, day, ctx.district, ctx.texts, only=ctx.switches.deputy_channel).reminders
    return [each for each in found if stations is None or each.gathering.station in stations]


def _way(ctx: Context, channel: str, count: int) -> str:
    key = f"staff_way_{channel or 'telephone'}"
    return ctx.texts(key, count=count) if key in ctx.texts else f"{channel}{count}"


def pick_preview(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Show a reminder to the letter, long and short, or who gets one."""
    what, day_text, offset_text = value.split(":")
    day, offset = date.fromisoformat(day_text), int(offset_text)
    mine = _mine(ctx, day)
    if not mine:
        return ctx.texts("staff_no_reminders")
    if what == "text":
        form = mine[0].form
        short = "\n".join(f"{name}：{field}" for name, field in form.fields.items())
        return ctx.texts("staff_preview_forms", long=form.long, short=short)
    lines = [
        ctx.texts(
            "staff_person_line", name=each.person.name, phone=each.person.phone or ctx.texts("staff_no_phone")
        )
        for each in mine[offset : offset + _PAGE]
    ]
    options = []
    if len(mine) > offset + _PAGE:
        options = [option(1, ctx.texts("staff_more"), f"people:{day_text}:{offset + _PAGE}")]
        questions.ask(
            ctx.session, person_id=ctx.sender.person_id, kind="staff_preview", options=options, now=ctx.now
        )
    return "\n".join([*lines, menu(options) or ctx.texts("staff_list_over")])


PREVIEW_ANSWERS: dict[str, AnswerHandler] = {"staff_preview": pick_preview}

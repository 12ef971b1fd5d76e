"""How the looks on the spot stand (回头看): what is still to be seen, what was found, each opened by a digit."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from handlers import wording
from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.messages import IncomingMessage, Role
from handlers.rechecks.visits import show_waiting, task_list
from handlers.route import AnswerHandler
from handlers.staff.lists import case_page
from storage.casework import rechecks
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion

KIND = "recheck_standing"


def show_standing(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Tell a station what to go and see; tell the others how all of it stands."""
    if not ctx.sender.holds(Role.STREET, Role.DISTRICT) and (tasks := task_list(ctx)):
        return tasks
    new_year = datetime.combine(
        ctx.now.date().replace(month=1, day=1), time(), ZoneInfo(ctx.district.settings.timezone)
    )
    found = rechecks.standing(ctx.session, scope_of(ctx), new_year)
    if not found.drawn:
        return ctx.texts("recheck_none" if ctx.sender.holds(Role.DISTRICT) else "recheck_none_here")
    counted = (
        ("waiting", found.waiting),
        ("failed", found.failed),
        ("unclear", found.unclear),
        ("held", found.held),
    )
    named = [(name, count) for name, count in counted if count]
    options = [
        option(digit, ctx.texts(f"recheck_open_{name}", count=count), name)
        for digit, (name, count) in enumerate(named, 1)
    ]
    questions.ask(ctx.session, person_id=ctx.sender.person_id, kind=KIND, options=options, now=ctx.now)
    last = rechecks.last_draw(ctx.session)
    return ctx.texts(
        "recheck_standing",
        drawn=found.drawn,
        seen=found.seen,
        held=found.held,
        day=wording.short_day(last.drawn_at.astimezone(ctx.now.tzinfo).date()) if last else "",
        seed=last.seed if last else "",
        menu=menu(options),
    )


def open_standing(ctx: Context, _question: OpenQuestion, value: str) -> str:
    return show_waiting(ctx) if value == "waiting" else case_page(ctx, f"recheck_{value}")


STANDING_ANSWERS: dict[str, AnswerHandler] = {KIND: open_standing}

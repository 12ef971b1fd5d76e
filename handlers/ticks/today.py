"""What waits for staff today (今日), as asked and as the card of the morning."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from handlers import wording
from handlers.alarms.taking import list_open, open_for
from handlers.context import Context, World
from handlers.duties.attendance import who_comes
from handlers.messages import IncomingMessage
from handlers.rechecks.visits import show_waiting
from handlers.rereading import listing
from handlers.route import AnswerHandler
from handlers.staff import words as staff_words
from handlers.staff.lists import case_page
from handlers.staff.one_by_one import show_next
from handlers.staff.people import receptions
from handlers.staff.people.calls import call_page
from handlers.staff.people.duties import label_on, next_day, stations_in, who_comes_on
from handlers.staff.people.frozen import frozen_page
from handlers.staff.people.given_up import given_up_page
from storage.cases import cases, referrals
from storage.casework import rechecks
from storage.messages import alarms, inbox, missed_alerts, questions
from storage.messages.questions import menu, option
from storage.people import calls, freezing
from storage.people.people import OpenQuestion
from storage.people.scopes import Scope, staff_scope

MONDAY = 0
_ONE_DAY = timedelta(days=1)
_LINES = 5
"""So many lines stand on the first page; half a screen is read, the rest is not."""


def today_options(session: Session, scope: Scope, world: World) -> list[dict[str, str]]:
    """Give what there is to do, most pressing first, each opened by its digit."""
    today = world.now.date()
    near = world.district.calendar.next_workday(today)
    offices = (
        ("late", cases.referral_late_where(today)),
        ("due", cases.referral_due_where(today)),
        ("next", cases.referral_soon_where(today + _ONE_DAY, near)),
        ("review", referrals.reviewed_where()),
        ("refused", referrals.refused_where()),
        ("extension", referrals.extension_where()),
    )
    counted = (
        ("alarms", alarms.open_where()),
        ("urgent", cases.urgent_where()),
        ("sealed", missed_alerts.unseen_by(scope.person)),
        ("overdue", cases.overdue_where(today)),
        ("supervised_due", cases.supervised_due_where(near)),
        ("promised", cases.promised_where(today, near)),
        *(offices if scope.district or scope.streets else ()),
        ("returned", cases.returned_where()),
        ("unfinished", cases.unfinished_where(today)),
        ("added", cases.added_where()),
        ("new", cases.new_where()),
        ("voices", cases.unheard_where()),
    )
    found = [
        (world.texts(f"staff_today_{name}", count=count), name)
        for name, where in counted
        if (count := cases.count_cases(session, scope, where))
    ]
    # Behind the alarms alone: each of these waits for a person of the district.
    first = int(any(name == "alarms" for _, name in found))
    found[first:first] = listing.today_lines(session, scope, world)
    if scope.district and (given_up := inbox.count_given_up(session)):
        found.insert(first, (world.texts("staff_today_given_up", count=given_up), "given_up"))
    if scope.stations and (looks := rechecks.count_waiting(session, scope)):
        found.append((world.texts("staff_today_rechecks", count=looks), "rechecks"))
    stations = stations_in(scope, world.district)
    day = next_day(world, stations)
    silent = len(who_comes(session, world.district, day, stations).who("")) if day else 0
    if day and silent:
        name = wording.clipped(label_on(world.district, day, stations), 10)
        said = world.texts("staff_today_silent", day=wording.short_day(day), name=name, count=silent)
        found.append((said, f"who:{day.isoformat()}"))
    found += receptions.today_lines(session, scope, world)
    if frozen := freezing.count(session, stations):
        found.append((world.texts("staff_today_frozen", count=frozen), "frozen"))
    if waiting := calls.count(session, scope):
        found.append((world.texts("staff_today_calls", count=waiting), "calls"))
    if (
        scope.district
        and today.weekday() == MONDAY
        and (doubts := staff_words.count_doubts(session, scope, world))
    ):
        found.append((world.texts("staff_today_doubts", count=doubts), "doubts"))
    return [option(digit, label, value) for digit, (label, value) in enumerate(found, start=1)]


def show_today(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    options = today_options(ctx.session, staff_scope(ctx.sender.grants, ctx.sender.person_id), ctx)
    if not options:
        return ctx.texts("staff_today_nothing", day=wording.day(ctx.now.date()))
    return _page(ctx, options, 0)


def show_operator_today(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Tell who keeps the machine running what waits for them; an operator sees nobody's words."""
    count = inbox.count_given_up(ctx.session)
    alarms_open = list_open(ctx) if open_for(ctx) else ""
    given_up = ctx.texts("operator_today", count=count) if count else ""
    said = "\n".join(each for each in (given_up, alarms_open) if each)
    return said or ctx.texts("operator_today_nothing")


def _page(ctx: Context, options: list[dict[str, str]], offset: int) -> str:
    shown = lines_from(ctx, options, offset)
    if offset:
        shown.append(option(0, ctx.texts("way_back_today"), "more:0"))
    questions.ask(ctx.session, person_id=ctx.sender.person_id, kind="staff_today", options=shown, now=ctx.now)
    return today_text(ctx, shown, len(options))


def lines_from(world: World, options: list[dict[str, str]], offset: int = 0) -> list[dict[str, str]]:
    """Give the lines that fit on a phone, the most pressing first, and one that opens the rest."""
    rest = options[offset:]
    if len(rest) <= _LINES + 1:
        shown = rest
    else:
        more = option(0, world.texts("staff_today_more", count=len(rest) - _LINES), f"more:{offset + _LINES}")
        shown = [*rest[:_LINES], more]
    return [option(digit, each["label"], each["value"]) for digit, each in enumerate(shown, start=1)]


def today_text(world: World, shown: list[dict[str, str]], count: int) -> str:
    day = wording.day(world.now.date())
    return world.texts("staff_today", day=day, count=count, menu=menu(shown))


def pick(ctx: Context, _question: OpenQuestion, value: str) -> str:
    what, _, day = value.partition(":")
    if what == "more":
        options = today_options(ctx.session, staff_scope(ctx.sender.grants, ctx.sender.person_id), ctx)
        return _page(ctx, options, int(day) if int(day) < len(options) else 0)
    opened = _OPENS.get(what)
    return opened(ctx, day) if opened else case_page(ctx, value)


_OPENS: Mapping[str, Callable[[Context, str], str]] = {
    "who": lambda ctx, day: who_comes_on(ctx, date.fromisoformat(day)),
    "booked": lambda ctx, day: receptions.booked_text(ctx, date.fromisoformat(day)),
    "notice": lambda ctx, _: receptions.next_notice(ctx),
    "calls": lambda ctx, _: call_page(ctx, 0),
    "rechecks": lambda ctx, _: show_waiting(ctx),
    "frozen": lambda ctx, _: frozen_page(ctx, 0),
    "given_up": lambda ctx, _: given_up_page(ctx),
    "reread": lambda ctx, _: listing.page(ctx),
    "doubts": lambda ctx, _: staff_words.show_doubts(ctx),
    "new": lambda ctx, _: show_next(ctx),
}
"""What a line opens that is no list of cases."""


TODAY_ANSWERS: dict[str, AnswerHandler] = {"staff_today": pick}

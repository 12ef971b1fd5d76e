"""Receptions as the station sees them: who has booked, who came, and the notice that is posted three days ahead."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from handlers import wording
from handlers.calendar.holidays import Calendar
from handlers.cases.reach import scope_of
from handlers.context import Context, World
from handlers.district.pack import Station
from handlers.duties.days import day_named, next_gathering
from handlers.duties.forms import clock_time, hours
from handlers.duties.receptions import receptions_ahead, time_of
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.papers.papers import file_scope, way_open
from handlers.staff.people.duties import label_on, stations_in
from storage.activity import bookings, duties
from storage.activity.bookings import Booked
from storage.figures import documents
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion
from storage.people.scopes import Scope

_STAFF = frozenset({Role.STATION, Role.STREET, Role.DISTRICT})
_PAGE = 5
_NAMED = 3
_ON_PAPER = 60
_NOTICE_AHEAD = timedelta(days=3)
_CARD_AHEAD = timedelta(days=7)


# -- who has booked ---------------------------------------------------------------------------------------


def next_reception_day(world: World, stations: frozenset[str] | None) -> date | None:
    """Give the next day on which voters are received at these stations."""
    found = next_gathering(world, stations, receiving=True)
    return found.event.day if found else None


def booked_on(session: Session, stations: frozenset[str] | None, day: date) -> list[Booked]:
    """Give the bookings of a day at these stations, in the order of stations and times."""
    held = duties.occasions_held(session, day, day)
    ids = [row.id for row in held if stations is None or row.station in stations]
    return bookings.of_occasions(session, ids)


def today_lines(session: Session, scope: Scope, world: World) -> list[tuple[str, str]]:
    """Give the lines of 今日 about the next reception: how many have booked, and the notice once it is time for it."""
    stations, today = stations_in(scope, world.district), world.now.date()
    day = next_reception_day(world, stations)
    if day is None or day - today > _CARD_AHEAD:
        return []
    said = {
        "day": wording.short_day(day),
        "name": wording.clipped(label_on(world.district, day, stations), 10),
    }
    lines = []
    if count := len(booked_on(session, stations, day)):
        lines.append((world.texts("staff_today_booked", count=count, **said), f"booked:{day.isoformat()}"))
    if today == notice_day(day, world.district.calendar):
        lines.append((world.texts("staff_today_notice", **said), "notice"))
    return lines


def notice_day(day: date, calendar: Calendar) -> date:
    """Give the working day on which the notice of a reception is offered: three days ahead."""
    ahead = day - _NOTICE_AHEAD
    return ahead if calendar.is_workday(ahead) else calendar.add_workdays(ahead, -1)


def show_booked(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Say who has booked the day that was named, or the next reception."""
    stations = stations_in(scope_of(ctx), ctx.district)
    day = day_named(rest, ctx.now.date()) or next_reception_day(ctx, stations)
    return booked_text(ctx, day) if day else ctx.texts("staff_no_reception")


def booked_text(ctx: Context, day: date, offset: int = 0) -> str:
    """Give the times that are taken, station by station; of today and before, each can be marked."""
    found = booked_on(ctx.session, stations_in(scope_of(ctx), ctx.district), day)
    said = {"day": wording.short_day(day), "count": len(found)}
    if not found:
        return ctx.texts("staff_booked_none", **said)
    if day <= ctx.now.date():
        return _to_mark(ctx, found, day, offset)
    by_station: dict[str, list[str]] = {}
    for each in found:
        by_station.setdefault(each.occasion.station, []).append(_time(ctx, each))
    shown = list(by_station.items())[offset : offset + _PAGE]
    lines = "\n".join(f"{_short(ctx, station)} {'、'.join(times)}" for station, times in shown)
    options = []
    if len(by_station) > offset + _PAGE:
        options = [option(1, ctx.texts("staff_more"), f"page:{day.isoformat()}:{offset + _PAGE}")]
    _ask(ctx, options)
    return ctx.texts("staff_booked", lines=lines, menu=menu(options), **said).rstrip()


def _to_mark(ctx: Context, found: list[Booked], day: date, offset: int) -> str:
    shown = found[offset : offset + _PAGE]
    options = [
        option(
            digit,
            f"{_short(ctx, each.occasion.station)} {_time(ctx, each)} {_came(ctx, each)}",
            f"mark:{each.id}",
        )
        for digit, each in enumerate(shown, start=1)
    ]
    if len(found) > offset + _PAGE:
        options.append(option(_PAGE + 1, ctx.texts("staff_more"), f"page:{day.isoformat()}:{offset + _PAGE}"))
    _ask(ctx, options)
    return ctx.texts("staff_booked_mark", day=wording.short_day(day), count=len(found), menu=menu(options))


def _came(ctx: Context, booked: Booked) -> str:
    if booked.came is None:
        return ctx.texts("staff_visit_open")
    return ctx.texts("staff_visit_came" if booked.came else "staff_visit_missed")


def _time(ctx: Context, booked: Booked) -> str:
    rule = next((each for each in ctx.district.rules if each.key == booked.occasion.rule), None)
    return clock_time(time_of(rule, booked.place) if rule else booked.occasion.starts)


def _short(ctx: Context, station: str) -> str:
    return wording.clipped(wording.station_name(station, ctx).removesuffix("联络站"), 8)


def _ask(ctx: Context, options: list[dict[str, str]]) -> None:
    if options:
        questions.ask(
            ctx.session, person_id=ctx.sender.person_id, kind="staff_booked", options=options, now=ctx.now
        )


def pick(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Turn the page, ask whether one voter came, or take that down."""
    what, _, rest = value.partition(":")
    if what == "page":
        day, _, offset = rest.partition(":")
        return booked_text(ctx, date.fromisoformat(day), int(offset))
    booked = _within(ctx, int(rest))
    if what == "mark":
        _ask(
            ctx,
            [
                option(1, ctx.texts("staff_visit_came"), f"came:{booked.id}"),
                option(2, ctx.texts("staff_visit_missed"), f"missed:{booked.id}"),
            ],
        )
        return ctx.texts(
            "staff_visit_which", time=_time(ctx, booked), station=_short(ctx, booked.occasion.station)
        )
    bookings.note_came(ctx.session, booked.id, came=what == "came")
    return ctx.texts("staff_visit_noted")


def _within(ctx: Context, booking_id: int) -> Booked:
    """Give a booking at one of the own stations, checked again."""
    stations = stations_in(scope_of(ctx), ctx.district)
    found = bookings.by_id(ctx.session, booking_id)
    if found is None or (stations is not None and found.occasion.station not in stations):
        raise Refusal(ctx.texts("staff_visit_gone"))
    return found


# -- the notice -------------------------------------------------------------------------------------------


def show_notice(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Give the notice of the next reception as it can be sent to many, and offer it on paper."""
    return next_notice(ctx, rest)


def next_notice(ctx: Context, rest: str = "") -> str:
    mine = _my_stations(ctx)
    named = [each for each in mine if rest and rest.removesuffix("联络站").removesuffix("站") in each.name]
    if rest and not named:
        raise Refusal(ctx.texts("staff_station_unknown", name=wording.clipped(rest, 12)))
    receiving = [each for each in named or mine if receptions_ahead(each, ctx, 1)]
    if not receiving:
        return ctx.texts("staff_no_reception")
    text = station_notice(ctx, receiving[0]) if len(receiving) == 1 else general_notice(ctx, receiving)
    if not way_open(ctx):
        return text
    options = [
        option(1, ctx.texts("staff_notice_paper"), "|".join(each.key for each in receiving[:_ON_PAPER]))
    ]
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_notice", options=options, now=ctx.now
    )
    return f"{text}\n{menu(options)}"


def _my_stations(ctx: Context) -> list[Station]:
    stations = stations_in(scope_of(ctx), ctx.district)
    return [
        each
        for each in ctx.district.stations.values()
        if each.active and (stations is None or each.key in stations)
    ]


def station_notice(world: World, station: Station) -> str:
    """Give the notice of one station: day, hours, deputies, place."""
    (next_one,) = receptions_ahead(station, world, 1)
    return world.texts(
        "notice_station",
        day=wording.day(next_one.event.day),
        hours=hours(next_one.event.rule),
        deputies=deputies_named(world, [each.name for each in next_one.deputies]),
        station=station.name,
        address=station.address,
    )


def deputies_named(world: World, names: Sequence[str]) -> str:
    if len(names) <= _NAMED:
        return world.texts("notice_deputies", names="、".join(names))
    return world.texts("notice_many_deputies", names="、".join(names[:_NAMED]), count=len(names))


def general_notice(world: World, receiving: Sequence[Station]) -> str:
    """Give one notice for many stations: those that receive voters on the soonest day."""
    ahead = [receptions_ahead(each, world, 1)[0] for each in receiving]
    first = min(ahead, key=lambda each: (each.event.day, each.event.rule.starts))
    count = sum(each.event.day == first.event.day for each in ahead)
    return world.texts(
        "notice_general", day=wording.day(first.event.day), hours=hours(first.event.rule), count=count
    )


def take_notice(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Have the notice made as a file to print and post."""
    documents.want(
        ctx.session,
        "notice",
        by=ctx.sender.person_id,
        scope=file_scope(ctx),
        now=ctx.now,
        params={"stations": value.split("|")},
    )
    return ctx.texts("notice_wanted")


RECEPTION_ROUTES = (
    Route(
        name="staff booked",
        handler=show_booked,
        pattern=re.compile(
            r"((?:(?:\d{1,2}月)?\d{1,2}[号日])?)\s{0,4}+(?:接待日?)?\s{0,4}+(?:都?有?(?:谁|哪些人|几个人|多少人|几人))?(?:来)?预约(?:了|名单|情况|的?人|多少|几个)?(?:接待)?"
        ),
        roles=_STAFF,
        help="谁预约：接待日谁约了几点，当天可记来没来",
        example="谁预约",
        group=Group.DUTIES,
    ),
    Route(
        name="staff notice",
        handler=show_notice,
        pattern=re.compile(r"接待(?:日)?公告\s*+(.{0,16})"),
        roles=_STAFF,
        help="接待公告：下次接待的告示，可群发，可打印张贴；后面可写站名",
        example="接待公告",
        group=Group.DUTIES,
    ),
)

RECEPTION_ANSWERS: dict[str, AnswerHandler] = {"staff_booked": pick, "staff_notice": take_notice}

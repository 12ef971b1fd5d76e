"""Where is my station, who are my deputies, when do they receive voters."""

import re
from datetime import timedelta

from handlers import case_rows, filing, joining, wording
from handlers.context import Context
from handlers.district.pack import Station
from handlers.effects import NUMBER_SLOT, Effects, write_effects
from handlers.messages import IncomingMessage, Kind, Point
from handlers.occasions import occasions_between
from handlers.routing import AnswerHandler, Route
from storage import own_cases, questions
from storage.people import OpenQuestion
from storage.questions import menu, option

_NEAREST = 3
_RECEPTIONS_AHEAD = timedelta(days=100)


def at_location(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    """Take a position: it answers an open question about a place, completes a fresh case, or finds a station."""
    question = ctx.sender.questions[0] if ctx.sender.questions else None
    if question and question.kind == "place" and message.point:
        questions.close(ctx.session, question.id, ctx.now)
        return place_by_point(ctx, question, message.point)
    if joining.joins(ctx.sender, ctx, None):
        effects = joining.join_message(message, ctx.sender, ctx, ctx.inbox_id, where=None)
        (reply,) = write_effects(ctx.session.connection(), [effects], ctx.now)
        return reply
    return _show_nearest(ctx, message.point, 0) if message.point else ctx.texts("ask_location")


def place_by_point(ctx: Context, question: OpenQuestion, point: Point) -> str:
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))
    if case is None:
        return ctx.texts("nothing_open")
    effects = Effects(reply="", route="place", case_changes=[(case.id, case_rows.near(point, ctx))])
    write_effects(ctx.session.connection(), [effects], ctx.now)
    ctx.session.refresh(case)
    return ctx.texts(
        "place_pinned", station=wording.station_name(case.station, ctx), day=wording.day(case.look_by)
    )


def find_station(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Find a station by a place's name, else the voter's own station, else ask where they are."""
    own = ctx.district.stations.get(ctx.sender.station)
    if not rest and own:
        return _show(ctx, own, distance=None)
    return _find_by_name(ctx, rest)


def _find_by_name(ctx: Context, words: str) -> str:
    match = ctx.district.gazetteer.find(words)
    station = ctx.district.station_for_place(match.places[0]) if match.places else None
    if station:
        return _show(ctx, station, distance=None)
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="where_am_i", data={"free": True}, now=ctx.now
    )
    return ctx.texts("station_not_found" if words else "ask_location")


def where_am_i(ctx: Context, _question: OpenQuestion, value: str) -> str:
    return _find_by_name(ctx, value)


def _show_nearest(ctx: Context, point: Point, index: int) -> str:
    nearest = ctx.district.nearest_stations(point, _NEAREST)
    if not nearest:
        return ctx.texts("station_not_found")
    station, metres = nearest[index % len(nearest)]
    text = _show(ctx, station, distance=metres)
    if len(nearest) == 1:
        return text
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="other_station",
        options=[option(1, ctx.texts("see_other_stations"), str(index + 1))],
        data={"longitude": point.longitude, "latitude": point.latitude, "datum": point.datum},
        now=ctx.now,
    )
    return f"{text}\n{menu([option(1, ctx.texts('see_other_stations'), '')])}"


def other_station(ctx: Context, question: OpenQuestion, value: str) -> str:
    return _show_nearest(ctx, Point(**question.data), int(value))


def _show(ctx: Context, station: Station, *, distance: float | None) -> str:
    deputies = "、".join(deputy.name for deputy in ctx.district.deputies_of_station(station.key)[:5])
    reception = next_reception(ctx, station)
    return ctx.texts(
        "station_far" if distance is not None else "station_here",
        station=station.name,
        distance=_metres(distance),
        address=station.address,
        hours=station.hours,
        deputies=deputies or ctx.texts("no_deputies"),
        reception=reception,
    )


def _metres(distance: float | None) -> str:
    if distance is None:
        return ""
    if distance < 950:  # noqa: PLR2004 -- below this, hundreds of metres read better than kilometres
        return f"{max(100, round(distance / 100) * 100)}米"
    return f"{distance / 1000:.1f}公里"


def next_reception(ctx: Context, station: Station) -> str:
    """Say when voters are next received at a station: `12月10日（周四）9:00`."""
    since, until = ctx.now.date(), ctx.now.date() + _RECEPTIONS_AHEAD
    days = [
        (planned.held_on, rule.starts)
        for rule in ctx.district.rules
        if rule.audience in {station.kind, station.key, "all"}
        for planned in occasions_between(rule, since, until, ctx.district.calendar)
        if planned.held_on and (planned.held_on, rule.starts) >= (since, ctx.now.time())
    ]
    if not days:
        return ctx.texts("no_reception")
    held_on, starts = min(days)
    return f"{wording.day(held_on)}{starts.hour}:{starts.minute:02d}"


def deputy_named(ctx: Context, line: str) -> Station | None:
    """Find the station of a deputy whom the voter asks for by name."""
    if "代表" not in line:
        return None
    for deputy in ctx.district.deputies.values():
        if deputy.name in line and deputy.stations:
            return ctx.district.stations.get(deputy.stations[0])
    return None


def to_deputy(ctx: Context, _message: IncomingMessage, line: str) -> str:
    """Offer to pass on what a voter wants to tell a deputy they name."""
    name = next(deputy.name for deputy in ctx.district.deputies.values() if deputy.name in line)
    station = deputy_named(ctx, line)
    if station is None:
        return ctx.texts("station_not_found")
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="to_deputy",
        subject=station.key,
        data={"free": True},
        now=ctx.now,
    )
    return ctx.texts(
        "to_deputy", deputy=name[0], station=station.name, reception=next_reception(ctx, station)
    )


def write_to_deputy(ctx: Context, question: OpenQuestion, value: str) -> str:
    """File what a voter wants a deputy to read at that deputy's station."""
    where = case_rows.destination(value, ctx, own_station=question.subject)
    station = ctx.district.stations[question.subject]
    case = case_rows.case_row(
        where, ctx.sender, ctx, text=value, source="message", station=station.key, street=station.street
    )
    reply = ctx.texts(
        "filed_for_deputy", number=NUMBER_SLOT, station=station.name, day=wording.day(case["look_by"])
    )
    effects = filing.filed(case, reply, "write to deputy", ctx.sender, ctx, parts=[])
    (text,) = write_effects(ctx.session.connection(), [effects], ctx.now)
    return text


STATION_ROUTES = (
    Route(name="location", handler=at_location, kinds=frozenset({Kind.LOCATION})),
    Route(
        name="find station",
        handler=find_station,
        words=("找站", "找代表", "找联络站", "附近联络站", "最近的联络站"),
    ),
    Route(
        name="find station at",
        handler=find_station,
        starts=("找站 ", "找代表 ", "找联络站 "),
        needs_rest=True,
    ),
    Route(
        name="to deputy",
        handler=to_deputy,
        pattern=re.compile(r"((?:我想|我要|想|要)?(?:跟|找|和|联系|请).{0,8}代表.*)"),
    ),
)

STATION_ANSWERS: dict[str, AnswerHandler] = {
    "other_station": other_station,
    "where_am_i": where_am_i,
    "to_deputy": write_to_deputy,
}

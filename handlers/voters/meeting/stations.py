"""Where is my station, who are my deputies, when do they receive voters."""

import re
from collections.abc import Sequence

from handlers import wording
from handlers.cases import case_rows
from handlers.cases.entering import write_effects
from handlers.context import Context
from handlers.district.district import in_gcj02
from handlers.district.pack import Station
from handlers.duties.forms import clock_time
from handlers.duties.receptions import receptions_ahead
from handlers.effects import NUMBER_SLOT, Effects
from handlers.messages import IncomingMessage, Kind, Point
from handlers.route import AnswerHandler, Route
from handlers.voters.filing import filing, joining
from handlers.voters.meeting import booking
from handlers.voters.meeting.visit_times import BOOK
from nlp.places.geo import metres_between
from nlp.places.places import NOWHERE
from nlp.sayings.introductions import introduced_place
from storage.cases import own_cases
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case
from storage.people.accounts import set_station
from storage.people.people import OpenQuestion

_NEAREST = 3
_LEAVE = "leave"
_HOUSE = re.compile(
    r"(?:[0-9一二三四五六七八九十东南西北]|(?<=[0-9一二三四五六七八九十东南西北])(?:号|幢|栋|单元|室|楼|弄|层|区|期))*"
)
"""What may stand beside the name of a place where somebody says where they live."""
_ASKS = re.compile(
    r"(?:请问)?(?:你们|我们|我|我家)?的?(?:附近|最近|社区|这里|这边)?的?(?:人大)?(?:代表)?联络站?"
    r"(?:都?在哪.{0,3}|在什么地方|怎么走|地址.{0,4}|几点.{0,3}|什么时候.{0,3})"
    r"|(?:请问)?(?:我(?:想|要)?|想|要)?(?:怎么|如何|哪里|在哪里?)?(?:能|可以)?(?:找找?|联系|见见?|见一见|会会)(?:到|一?下)?"
    r"(?:我们?的?|社区的?|区|市|人大|一?个|位){0,6}代表(?:说说?|谈谈?|聊聊?|讲讲?|反映)?(?:一?下|事情?|话|点事)?"
    r"|(?:请问)?(?:我们?的?|我们社区的?|这里的?)(?:人大)?代表(?:是谁|有谁|有哪些|叫什么.{0,3})|谁是我?们?的?(?:人大)?代表"
    r"|(?:请问)?(?:代表)?(?:下次|下一次|什么时候|几号|哪天)?(?:代表)?接待日?(?:选民)?(?:是|在)?(?:什么时候|几号|哪天|几点)?"
)


def at_location(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    """Take a position: it answers an open question about a place, completes a fresh case, or finds a station."""
    question = ctx.sender.questions[0] if ctx.sender.questions else None
    if question and question.kind == "place" and message.point:
        questions.close(ctx.session, question.id, ctx.now)
        return place_by_point(ctx, question, message.point)
    if joining.joins(ctx.sender, ctx, None):
        effects = joining.join_message(message, ctx.sender, ctx, ctx.inbox_id, where=None)
        (reply,) = write_effects(ctx.session.connection(), [effects], ctx)
        return reply
    return _show_nearest(ctx, message.point, 0) if message.point else ctx.texts("ask_location")


def place_by_point(ctx: Context, question: OpenQuestion, point: Point) -> str:
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))
    if case is None:
        return ctx.texts("nothing_open")
    changes = case_rows.near(point, ctx)
    if not changes:
        return ctx.texts(
            "place_outside",
            district=ctx.district.settings.name,
            number=case.number,
            day=wording.day(case.look_by),
        )
    effects = Effects(reply="", route="place", case_changes=[(case.id, changes)])
    write_effects(ctx.session.connection(), [effects], ctx)
    ctx.session.refresh(case)
    return _pinned(ctx, case, point)


def _pinned(ctx: Context, case: Case, point: Point) -> str:
    """Tell what lies at a position and how far from it: the place known there, else the station."""
    place = ctx.district.place(case.place)
    here = place.point if place else None
    station = ctx.district.stations.get(case.station)
    said = {
        "station": wording.station_name(case.station, ctx),
        "day": wording.day(case.look_by),
        "place": case.place_text,
    }
    if place and not here:
        return ctx.texts("place_pinned_in", **said)
    there = here or (station.point if station else None)
    if there is None:
        return ctx.texts("place_pinned", **said)
    distance = _metres(metres_between(in_gcj02(point), there))
    return ctx.texts("place_pinned_near" if place else "place_pinned_far", distance=distance, **said)


def asks_for_deputies(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    """Answer a question about stations, deputies and reception days that was put in whole words."""
    return find_station(ctx, message, "")


def introduce(ctx: Context, _message: IncomingMessage, line: str) -> str | None:
    """Take note of where somebody says they live, and ask what the matter is; any other line is no command."""
    words = introduced_place(line)
    found = ctx.district.gazetteer.find(words) if words else NOWHERE
    station = ctx.district.station_for_place(found.places[0]) if len(found.places) == 1 else None
    beside = words.replace(found.mention, "") if found.mention else words
    if station is None or not _HOUSE.fullmatch(beside) or ctx.sender.grants or ctx.sender.questions:
        return None
    set_station(ctx.session, ctx.sender.person_id, station.key)
    return ctx.texts("introduced", place=found.places[0].name, station=station.name)


def find_station(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Find a station by a place's name, else the voter's own station, else ask where they are."""
    own = ctx.district.stations.get(ctx.sender.station)
    if not rest and own:
        return show_station(ctx, own)
    return _find_by_name(ctx, rest)


def stations_named(ctx: Context, words: str) -> list[Station]:
    """Give the stations that take care of the place that words name; several where several places have that name."""
    places = ctx.district.gazetteer.find(words).places
    found = (ctx.district.station_for_place(place) for place in places)
    return list({each.key: each for each in found if each}.values())


def _find_by_name(ctx: Context, words: str, then: str = "") -> str:
    found = stations_named(ctx, words)
    if len(found) > 1:
        return _which(ctx, found[:_NEAREST], then)
    if found:
        return booking.offer(ctx, found[0]) if then else show_station(ctx, found[0])
    ask_where(ctx, then)
    return ctx.texts("station_not_found" if words else "ask_location")


def ask_where(ctx: Context, then: str = "") -> None:
    """Have the next words that name a place find the station there."""
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="where_am_i",
        data={"free": True, "then": then},
        now=ctx.now,
    )


def where_am_i(ctx: Context, question: OpenQuestion, value: str) -> str:
    return _find_by_name(ctx, value, question.data.get("then", ""))


def _show_nearest(ctx: Context, point: Point, index: int) -> str:
    nearest = ctx.district.nearest_stations(point, _NEAREST)
    if not nearest or nearest[0][1] > case_rows.OUT_OF_REACH:
        ask_where(ctx)
        return ctx.texts("station_out_of_reach", district=ctx.district.settings.name)
    station, metres = nearest[index % len(nearest)]
    text, options = _shown(ctx, station, distance=metres)
    if len(nearest) > 1:
        options.append(option(len(options) + 1, ctx.texts("see_other_stations"), str(index + 1)))
        back = option(0, ctx.texts("station_before"), str(index - 1))
        options.append(back if index else option(0, ctx.texts("stations_leave"), _LEAVE))
    if not options:
        return text
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="other_station",
        subject=station.key,
        options=options,
        data={"longitude": point.longitude, "latitude": point.latitude, "datum": point.datum},
        now=ctx.now,
    )
    return f"{text}\n{menu(options)}"


def other_station(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Book at the station that was shown, or show the next one."""
    if value == BOOK:
        return booking.take(ctx, question, value)
    if value == _LEAVE:
        return ctx.texts("left")
    if among := question.data.get("among"):
        return _which(ctx, [ctx.district.stations[key] for key in among if key in ctx.district.stations], "")
    return _show_nearest(ctx, Point(**question.data), int(value))


def _which(ctx: Context, stations: list[Station], then: str) -> str:
    """Ask which of several stations is meant, where places of one name lie apart."""
    options = [option(digit, each.name, each.key) for digit, each in enumerate(stations, start=1)]
    options.append(option(0, ctx.texts("stations_leave"), _LEAVE))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="which_station",
        options=options,
        data={"then": then, "among": [each.key for each in stations]},
        now=ctx.now,
    )
    return ctx.texts("which_station", menu=menu(options))


def pick_station(ctx: Context, question: OpenQuestion, value: str) -> str:
    station = ctx.district.stations.get(value)
    if station is None:
        return ctx.texts("left" if value == _LEAVE else "nothing_open")
    if question.data.get("then"):
        return booking.offer(ctx, station)
    return show_station(ctx, station, question.data.get("among", ()))


def show_station(ctx: Context, station: Station, among: Sequence[str] = ()) -> str:
    """Tell of a station, with its next reception to be booked; one picked from several leads back to them."""
    text, options = _shown(ctx, station, distance=None)
    if among:
        options.append(option(0, ctx.texts("stations_back"), "back"))
    if not options:
        return text
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="other_station" if among else "reception",
        subject=station.key,
        options=options,
        data={"among": list(among)} if among else {},
        now=ctx.now,
    )
    return f"{text}\n{menu(options)}"


def _shown(ctx: Context, station: Station, *, distance: float | None) -> tuple[str, list[dict[str, str]]]:
    """Tell of a station; where voters are received there, a time can be booked by one digit."""
    deputies = "、".join(deputy.name for deputy in ctx.district.deputies_of_station(station.key)[:5])
    text = ctx.texts(
        "station_far" if distance is not None else "station_here",
        station=station.name,
        distance=_metres(distance),
        address=station.address,
        hours=station.hours,
        deputies=deputies or ctx.texts("no_deputies"),
        reception=next_reception(ctx, station),
    )
    may_book = booking.may_book(ctx, station)
    return text, [option(1, ctx.texts("book_here"), BOOK)] if may_book else []


def _metres(distance: float | None) -> str:
    if distance is None:
        return ""
    if distance < 950:  # noqa: PLR2004 -- below this, hundreds of metres read better than kilometres
        return f"{max(100, round(distance / 100) * 100)}米"
    return f"{distance / 1000:.1f}公里"


def next_reception(ctx: Context, station: Station) -> str:
    """Say when voters are next received at a station: `12月10日（周四）9:00`."""
    ahead = receptions_ahead(station, ctx, 1)
    if not ahead:
        return ctx.texts("no_reception")
    return f"{wording.day(ahead[0].event.day)}{clock_time(ahead[0].event.rule.starts)}"


def to_deputy(ctx: Context, _message: IncomingMessage, line: str) -> str | None:
    """Offer to pass on what a voter wants to tell a deputy they name; without a known name it is no command."""
    deputy = booking.deputy_named(ctx, line, ctx.sender.station)
    station = ctx.district.stations.get(deputy.stations[0]) if deputy else None
    if deputy is None or station is None:
        return None
    may_book = booking.may_book(ctx, station)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="to_deputy",
        subject=station.key,
        options=[option(1, "", BOOK)] if may_book else [],
        data={"free": True},
        now=ctx.now,
    )
    return ctx.texts(
        "to_deputy_and" if may_book else "to_deputy",
        deputy=deputy.name[0],
        station=station.name,
        reception=next_reception(ctx, station),
    )


def write_to_deputy(ctx: Context, question: OpenQuestion, value: str) -> str:
    """File what a voter wants a deputy to read at that deputy's station, or book a time to say it."""
    if value == BOOK:
        return booking.take(ctx, question, value)
    where = case_rows.destination(value, ctx, own_station=question.subject)
    station = ctx.district.stations[question.subject]
    case = case_rows.case_row(
        where, ctx.sender, ctx, text=value, source="message", station=station.key, street=station.street
    )
    reply = ctx.texts(
        "filed_for_deputy", number=NUMBER_SLOT, station=station.name, day=wording.day(case["look_by"])
    )
    effects = filing.filed(case, reply, "write to deputy", ctx.sender, ctx, parts=[])
    (text,) = write_effects(ctx.session.connection(), [effects], ctx)
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
        pattern=re.compile(
            r"((?:我想|我要|想|要)?(?:跟|找|和|联系|请|见).{0,8}代表.*"
            r"|(?:我想|我要|想|要)?(?:找|联系|见).{2,4}|.{2,4}(?:代表)?(?:在吗|在不在|您好|你好)?)"
        ),
    ),
    Route(name="introduces oneself", handler=introduce, kinds=frozenset({Kind.TEXT})),
    Route(name="asks for deputies", handler=asks_for_deputies, pattern=_ASKS),
)

STATION_ANSWERS: dict[str, AnswerHandler] = {
    "other_station": other_station,
    "where_am_i": where_am_i,
    "which_station": pick_station,
    "to_deputy": write_to_deputy,
}

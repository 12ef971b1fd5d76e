"""A voter books a time at a reception of deputies: the next free one by one digit; moved and given back by a word."""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from handlers import wording
from handlers.context import Context, World
from handlers.district.pack import Deputy, Station
from handlers.duties.book import occasion_of
from handlers.duties.booked import visit_reminder
from handlers.duties.forms import clock_time
from handlers.duties.receptions import free_places, receptions_ahead, time_of
from handlers.duties.roster import Gathering, receptions_at
from handlers.errors import Refusal
from handlers.messages import STAFF_ROLES, IncomingMessage
from handlers.routing import AnswerHandler, Route
from nlp import visit_words
from nlp.clock_words import time_said
from storage import bookings, own_cases, questions
from storage.bookings import Booked
from storage.outbox import enqueue_many
from storage.people import OpenQuestion
from storage.questions import menu, option

BOOK, NO = "book", "no"
_SAME_DAY, _OTHER_DAYS = 2, 2
_TRIES = 5
_ONE_DAY = timedelta(days=1)
_CALLED = re.compile(r"[\u4e00-\u9fff]代表")
"""A deputy called by the family name: 陈代表."""


# -- offering ---------------------------------------------------------------------------------------------


def reserve(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    """Offer the next receptions of the deputy who is named, else at the voter's own station; ask where they are if neither is known."""
    own = _own_station(ctx)
    deputy = deputy_named(ctx, message.text, own.key if own else "")
    station = ctx.district.stations.get(deputy.stations[0]) if deputy else own
    if station:
        return offer(ctx, station)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="where_am_i",
        data={"free": True, "then": BOOK},
        now=ctx.now,
    )
    return ctx.texts("book_where")


def reserve_at(ctx: Context, _message: IncomingMessage, rest: str) -> str | None:
    """Offer the receptions at a place that is named; what names none is no command."""
    found = ctx.district.gazetteer.find(rest)
    station = ctx.district.station_for_place(found.places[0]) if found.places else None
    return offer(ctx, station) if station else None


def deputy_named(ctx: World, line: str, station: str = "") -> Deputy | None:
    """Give the deputy whom a line names in full, or by the family name alone where that is one person's, best at the own station."""
    seated = [each for each in ctx.district.deputies.values() if each.stations]
    whole = next((each for each in seated if each.name in line), None)
    called = _CALLED.search(line)
    if whole or not called:
        return whole
    found = [each for each in seated if called[0].endswith(f"{each.name[0]}代表")]
    near = [each for each in found if station in each.stations] or found
    return near[0] if len(near) == 1 else None


def _own_station(ctx: Context) -> Station | None:
    """Give the station that the voter has just been shown, is tied to, or wrote about last."""
    asked = (
        each.subject
        for each in ctx.sender.questions[:1]
        if each.kind in {"reception", "to_deputy", "other_station"}
    )
    newest = (case.station for case in own_cases.newest(ctx.session, ctx.sender.person_id))
    for key in (*asked, ctx.sender.station, *newest):
        if key in ctx.district.stations:
            return ctx.district.stations[key]
    return None


def offer(ctx: Context, station: Station) -> str:
    """Show the next receptions of a station, each with its first free time."""
    ahead = receptions_ahead(station, ctx)
    if not ahead:
        return _none_here(ctx, station)
    free = [(each, places[0]) for each in ahead if (places := _free(ctx, each))]
    if mine := _mine_among(ctx, ahead):
        return _told_again(ctx, mine)
    if not free:
        day = wording.day(ahead[0].event.day)
        return ctx.texts("book_full_all", station=station.name, day=day)
    options = _options(ctx, free)
    _ask(ctx, station, options)
    if free[0][0] is not ahead[0]:
        return ctx.texts("book_full", day=wording.day(ahead[0].event.day), menu=menu(options))
    return ctx.texts("book_offer", station=station.name, menu=menu(options))


def book_next(ctx: Context, station: Station) -> str:
    """Book the first free time of the next reception at once; where it is full, offer the others."""
    ahead = receptions_ahead(station, ctx, 1)
    places = _free(ctx, ahead[0]) if ahead and not _mine_among(ctx, ahead) else []
    return _book(ctx, ahead[0], places[0]) if places else offer(ctx, station)


def may_book(ctx: World, station: Station) -> bool:
    return bool(receptions_ahead(station, ctx, 1))


def _none_here(ctx: Context, station: Station) -> str:
    """Offer the receptions nearby where a station holds none itself."""
    nearby = [
        each
        for each in ctx.district.stations_of_street(station.street)
        if each.key != station.key and each.active and receptions_ahead(each, ctx, 1)
    ]
    if not nearby:
        return ctx.texts("book_none", station=station.name, address=station.address, hours=station.hours)
    options = [option(digit, each.name, f"at|{each.key}") for digit, each in enumerate(nearby[:3], start=1)]
    options.append(option(0, ctx.texts("book_not"), NO))
    _ask(ctx, station, options)
    return ctx.texts("book_nearby", station=station.name, menu=menu(options))


def _options(
    ctx: Context, free: list[tuple[Gathering, int]], leaving: str = "book_not"
) -> list[dict[str, str]]:
    named = [
        option(digit, _when(each, place), _value(each, place)) for digit, (each, place) in enumerate(free, 1)
    ]
    return [*named, option(0, ctx.texts(leaving), NO)]


def _when(gathering: Gathering, place: int) -> str:
    return f"{wording.day(gathering.event.day)}{clock_time(time_of(gathering.event.rule, place))}"


def _value(gathering: Gathering, place: int) -> str:
    rule, station, nominal = gathering.key
    return f"{BOOK}|{station}|{rule}|{nominal.isoformat()}|{place}"


def _ask(ctx: Context, station: Station, options: list[dict[str, str]], replaces: int | None = None) -> None:
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="reception",
        subject=station.key,
        options=options,
        data={"replaces": replaces} if replaces else {},
        now=ctx.now,
    )


def _zone(ctx: World) -> ZoneInfo:
    return ZoneInfo(ctx.district.settings.timezone)


def _free(ctx: Context, gathering: Gathering, without: Booked | None = None) -> list[int]:
    occasion = occasion_of(ctx.session, gathering, ctx.now)
    gone = bookings.taken(ctx.session, [occasion.id]).get(occasion.id, set())
    if without is not None and without.occasion.id == occasion.id:
        gone -= {without.place}
    return free_places(gathering.event, gone, ctx.now, _zone(ctx))


def _mine_among(ctx: Context, ahead: list[Gathering]) -> Booked | None:
    """Give what the voter has booked already at the first of these."""
    keys = {each.key for each in ahead[:1]}
    return next((each for each in _mine(ctx) if _key(each) in keys), None)


def _key(booked: Booked) -> tuple[str, str, date]:
    return booked.occasion.rule, booked.occasion.station, booked.occasion.nominal_date


# -- booking ----------------------------------------------------------------------------------------------


def take(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the reception that was picked, or a time that was said."""
    station = ctx.district.stations.get(question.subject)
    if value == NO or station is None:
        return ctx.texts("book_kept" if question.data.get("replaces") else "book_left")
    what, _, rest = value.partition("|")
    if what == "cancel":
        return pick_own(ctx, question, value)
    if what == "at":
        return offer(ctx, ctx.district.stations[rest]) if rest in ctx.district.stations else _gone(ctx)
    if not rest:
        return book_next(ctx, station)
    old = _replaced(ctx, question)
    if what == "time":
        return _at_time(ctx, question, station, time.fromisoformat(rest), old)
    found = _named(ctx, rest)
    return _book(ctx, *found, old=old) if found else _gone(ctx)


def _gone(ctx: Context) -> str:
    return ctx.texts("book_gone")


def _named(ctx: Context, value: str) -> tuple[Gathering, int] | None:
    key, rule, nominal_text, place = value.split("|")
    station, nominal = ctx.district.stations.get(key), date.fromisoformat(nominal_text)
    ahead = receptions_at(station, ctx.district, nominal, nominal + _ONE_DAY) if station else iter(())
    found = next((each for each in ahead if each.event.rule.key == rule), None)
    return (found, int(place)) if found and found.event.occasion.held_on else None


def _at_time(ctx: Context, question: OpenQuestion, station: Station, said: time, old: Booked | None) -> str:
    """Book the first free time from the hour that was said on: on the day booked already, else the first that was offered."""
    same_day = [each for each in receptions_ahead(station, ctx) if old and each.key == _key(old)]
    first = next((each["value"] for each in question.options if each["value"].startswith(f"{BOOK}|")), "")
    found = _named(ctx, first.partition("|")[2]) if first else None
    if found is None:
        return offer(ctx, station)
    gathering = same_day[0] if same_day else found[0]
    later = [each for each in _free(ctx, gathering, old) if time_of(gathering.event.rule, each) >= said]
    if not later:
        _ask(ctx, station, question.options, old.id if old else None)
        return ctx.texts("book_no_such_time", menu=menu(question.options))
    return _book(ctx, gathering, later[0], old=old)


def _book(ctx: Context, gathering: Gathering, wanted: int, old: Booked | None = None) -> str:
    """Take the place that was offered, or the next free one if it went meanwhile."""
    occasion = occasion_of(ctx.session, gathering, ctx.now)
    bookings.hold_occasions(ctx.session, {occasion.id, old.occasion.id if old else occasion.id})
    if old:
        bookings.give_back(ctx.session, [old.id])
    for _ in range(_TRIES):
        mine = next((each for each in _mine(ctx) if each.occasion.id == occasion.id), None)
        if mine:
            return _told_again(ctx, mine)
        free = _free(ctx, gathering)
        if not free:
            break
        place = wanted if wanted in free else free[0]
        booking_id = bookings.book(ctx.session, occasion.id, ctx.sender.person_id, place, ctx.now)
        if booking_id is not None:
            at = time_of(gathering.event.rule, place)
            enqueue_many(
                ctx.session.connection(),
                visit_reminder(gathering.event, booking_id, ctx.sender.person_id, at=at, work=ctx),
            )
            return ctx.texts("booked", when=_when(gathering, place), venue=gathering.event.venue)
    raise Refusal(ctx.texts("book_full_meanwhile", day=wording.day(gathering.event.day)))


# -- what is booked -----------------------------------------------------------------------------------------


def _mine(ctx: Context) -> list[Booked]:
    return bookings.of_person(ctx.session, ctx.sender.person_id, ctx.now.date())


def _said(ctx: Context, booked: Booked) -> dict[str, str]:
    station = wording.station_name(booked.occasion.station, ctx)
    return {"when": when_booked(ctx, booked), "station": station, "venue": booked.occasion.venue or station}


def when_booked(ctx: World, booked: Booked) -> str:
    """Give the day and the time of a booking: `12月10日（周四）9:20`."""
    row = booked.occasion
    rule = next((each for each in ctx.district.rules if each.key == row.rule), None)
    at = time_of(replace(rule, starts=row.starts), booked.place) if rule else row.starts
    return f"{wording.day(row.held_on or row.nominal_date)}{clock_time(at)}"


def _told_again(ctx: Context, booked: Booked) -> str:
    return ctx.texts("booked_already", **_said(ctx, booked))


def show_own(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    mine = _mine(ctx)
    return _told_again(ctx, mine[0]) if mine else ctx.texts("book_nothing")


def cancel(ctx: Context, _message: IncomingMessage, _rest: str) -> str | None:
    """Give the booked time back; of several the one that is picked."""
    mine = _mine(ctx)
    if len(mine) == 1:
        return _give_back(ctx, mine[0])
    return _which(ctx, mine, "cancel") if mine else ctx.texts("book_nothing")


def cannot_come(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Take “来不了了” of somebody who has booked as giving it back; of anyone else it is no command."""
    if ctx.sender.holds(*STAFF_ROLES) or not _mine(ctx):
        return None
    return cancel(ctx, message, rest)


def _give_back(ctx: Context, booked: Booked) -> str:
    bookings.hold_occasions(ctx.session, [booked.occasion.id])
    bookings.give_back(ctx.session, [booked.id])
    return ctx.texts("book_cancelled", **_said(ctx, booked))


def change(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Offer other times: later ones of the same day, then the next days."""
    mine = _mine(ctx)
    if not mine:
        return ctx.texts("book_nothing")
    return _which(ctx, mine, "change") if len(mine) > 1 else _other_times(ctx, mine[0], rest)


def change_to_hour(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Take “改到九点半” of somebody who has booked; of anyone else it is no command."""
    return change(ctx, message, rest) if _mine(ctx) else None


def _other_times(ctx: Context, booked: Booked, said: str = "") -> str:
    station = ctx.district.stations.get(booked.occasion.station)
    ahead = receptions_ahead(station, ctx) if station else []
    if station is None or not ahead:
        return _told_again(ctx, booked)
    free: list[tuple[Gathering, int]] = []
    for each in ahead:
        places = [place for place in _free(ctx, each) if each.key != _key(booked) or place != booked.place]
        free += [(each, place) for place in places[: _SAME_DAY if each.key == _key(booked) else 1]]
    options = _options(ctx, free[: _SAME_DAY + _OTHER_DAYS], "book_unchanged")
    options.insert(-1, option(len(options), ctx.texts("book_do_cancel"), f"cancel|{booked.id}"))
    _ask(ctx, station, options, booked.id)
    at = time_said(said)
    if at and (asked := questions.latest(ctx.session, ctx.sender.person_id, ctx.now)):
        return _at_time(ctx, asked, station, at, booked)
    return ctx.texts("book_change", menu=menu(options), **_said(ctx, booked))


def _which(ctx: Context, mine: list[Booked], doing: str) -> str:
    options = [
        option(digit, f"{when_booked(ctx, each)}，{_said(ctx, each)['station']}", f"{doing}|{each.id}")
        for digit, each in enumerate(mine[:5], start=1)
    ]
    options.append(option(0, ctx.texts("book_unchanged"), NO))
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="which_visit", options=options, now=ctx.now
    )
    return ctx.texts(f"book_{doing}_which", count=len(mine), menu=menu(options))


def _replaced(ctx: Context, question: OpenQuestion) -> Booked | None:
    """Give the booking that a new one takes the place of."""
    return next((each for each in _mine(ctx) if each.id == question.data.get("replaces")), None)


def pick_own(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Do what was asked with one of several bookings, or what a voter says to one whose day has moved."""
    if value == NO:
        return ctx.texts("book_kept")
    doing, _, booking_id = value.partition("|")
    booked = next((each for each in _mine(ctx) if each.id == int(booking_id)), None)
    if booked is None:
        return ctx.texts("book_nothing")
    if doing == "cancel":
        return _give_back(ctx, booked)
    return _other_times(ctx, booked) if doing == "change" else _told_again(ctx, booked)


BOOKING_ROUTES = (
    Route(name="cancel booking", handler=cancel, pattern=visit_words.CANCELS),
    Route(name="change booking", handler=change, pattern=visit_words.CHANGES),
    Route(name="change booking to an hour", handler=change_to_hour, pattern=visit_words.TO_AN_HOUR),
    Route(name="own booking", handler=show_own, pattern=visit_words.SHOWS),
    Route(name="cannot come", handler=cannot_come, pattern=visit_words.CANNOT_COME),
    Route(name="book reception", handler=reserve, pattern=visit_words.BOOKS),
    Route(
        name="book reception at",
        handler=reserve_at,
        starts=("预约 ", "预约接待 ", "约代表 "),
        needs_rest=True,
    ),
)

BOOKING_ANSWERS: dict[str, AnswerHandler] = {"reception": take, "which_visit": pick_own}

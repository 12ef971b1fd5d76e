"""A voter books a time at a reception of deputies: the next free one by one digit, or the hour that is said."""

import re
from datetime import time

from handlers import wording
from handlers.context import Context, World
from handlers.district.pack import Deputy, Station
from handlers.duties.book import occasion_of
from handlers.duties.booked import visit_reminder
from handlers.duties.receptions import receptions_ahead, time_of
from handlers.duties.roster import Gathering
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.voters.meeting.visit_times import (
    BOOK,
    NO,
    ask_times,
    booked_as,
    booked_by,
    free_at,
    give_time_back,
    key_of,
    named_in,
    time_options,
    told_again,
    when_at,
)
from storage.activity import bookings
from storage.activity.bookings import Booked
from storage.cases import own_cases
from storage.messages import questions
from storage.messages.outbox import enqueue_many
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion

_TRIES = 5
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
    free = [(each, places[0]) for each in ahead if (places := free_at(ctx, each))]
    if mine := _mine_among(ctx, ahead):
        return told_again(ctx, mine)
    if not free:
        day = wording.day(ahead[0].event.day)
        return ctx.texts("book_full_all", station=station.name, day=day)
    options = time_options(ctx, free)
    ask_times(ctx, station, options)
    if free[0][0] is not ahead[0]:
        return ctx.texts("book_full", day=wording.day(ahead[0].event.day), menu=menu(options))
    return ctx.texts("book_offer", station=station.name, menu=menu(options))


def book_next(ctx: Context, station: Station) -> str:
    """Book the first free time of the next reception at once; where it is full, offer the others."""
    ahead = receptions_ahead(station, ctx, 1)
    places = free_at(ctx, ahead[0]) if ahead and not _mine_among(ctx, ahead) else []
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
    ask_times(ctx, station, options)
    return ctx.texts("book_nearby", station=station.name, menu=menu(options))


def _mine_among(ctx: Context, ahead: list[Gathering]) -> Booked | None:
    """Give what the voter has booked already at the first of these."""
    keys = {each.key for each in ahead[:1]}
    return next((each for each in booked_by(ctx) if key_of(each) in keys), None)


# -- booking ----------------------------------------------------------------------------------------------


def take(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the reception that was picked, or a time that was said."""
    station = ctx.district.stations.get(question.subject)
    if value == NO or station is None:
        return ctx.texts("book_kept" if question.data.get("replaces") else "book_left")
    what, _, rest = value.partition("|")
    if what == "cancel":
        given = booked_as(ctx, rest)
        return give_time_back(ctx, given) if given else ctx.texts("book_nothing")
    if what == "at":
        return offer(ctx, ctx.district.stations[rest]) if rest in ctx.district.stations else _gone(ctx)
    if not rest:
        return book_next(ctx, station)
    old = _replaced(ctx, question)
    if what == "time":
        return book_at(ctx, question, station, time.fromisoformat(rest), old)
    found = named_in(ctx, rest)
    return _book(ctx, *found, old=old) if found else _gone(ctx)


def _gone(ctx: Context) -> str:
    return ctx.texts("book_gone")


def book_at(ctx: Context, question: OpenQuestion, station: Station, said: time, old: Booked | None) -> str:
    """Book the first free time from the hour that was said on: on the day booked already, else the first that was offered."""
    same_day = [each for each in receptions_ahead(station, ctx) if old and each.key == key_of(old)]
    first = next((each["value"] for each in question.options if each["value"].startswith(f"{BOOK}|")), "")
    found = named_in(ctx, first.partition("|")[2]) if first else None
    if found is None:
        return offer(ctx, station)
    gathering = same_day[0] if same_day else found[0]
    later = [each for each in free_at(ctx, gathering, old) if time_of(gathering.event.rule, each) >= said]
    if not later:
        ask_times(ctx, station, question.options, old.id if old else None)
        return ctx.texts("book_no_such_time", menu=menu(question.options))
    return _book(ctx, gathering, later[0], old=old)


def _book(ctx: Context, gathering: Gathering, wanted: int, old: Booked | None = None) -> str:
    """Take the place that was offered, or the next free one if it went meanwhile."""
    occasion = occasion_of(ctx.session, gathering, ctx.now)
    bookings.hold_occasions(ctx.session, {occasion.id, old.occasion.id if old else occasion.id})
    if old:
        bookings.give_back(ctx.session, [old.id])
    for _ in range(_TRIES):
        mine = next((each for each in booked_by(ctx) if each.occasion.id == occasion.id), None)
        if mine:
            return told_again(ctx, mine)
        free = free_at(ctx, gathering)
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
            return ctx.texts("booked", when=when_at(gathering, place), venue=gathering.event.venue)
    raise Refusal(ctx.texts("book_full_meanwhile", day=wording.day(gathering.event.day)))


def _replaced(ctx: Context, question: OpenQuestion) -> Booked | None:
    """Give the booking that a new one takes the place of."""
    return booked_as(ctx, question.data.get("replaces", ""))

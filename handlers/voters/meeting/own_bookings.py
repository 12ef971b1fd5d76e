"""What a voter has booked: shown, given back, moved to another time."""

from handlers.context import Context
from handlers.duties.receptions import receptions_ahead
from handlers.duties.roster import Gathering
from handlers.messages import STAFF_ROLES, IncomingMessage
from handlers.route import AnswerHandler, Route
from handlers.voters.meeting.booking import book_at, reserve, reserve_at, take
from handlers.voters.meeting.visit_times import (
    NO,
    ask_times,
    booked_as,
    booked_by,
    free_at,
    give_time_back,
    key_of,
    time_options,
    told_again,
    told_of,
    when_booked,
)
from nlp.sayings import visit_words
from nlp.times.clock_words import time_said
from storage.activity.bookings import Booked
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion

_SAME_DAY, _OTHER_DAYS = 2, 2


def show_own(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    mine = booked_by(ctx)
    return told_again(ctx, mine[0]) if mine else ctx.texts("book_nothing")


def cancel(ctx: Context, _message: IncomingMessage, _rest: str) -> str | None:
    """Give the booked time back; of several the one that is picked."""
    mine = booked_by(ctx)
    if len(mine) == 1:
        return give_time_back(ctx, mine[0])
    return _which(ctx, mine, "cancel") if mine else ctx.texts("book_nothing")


def cannot_come(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Take “来不了了” of somebody who has booked as giving it back; of anyone else it is no command."""
    if ctx.sender.holds(*STAFF_ROLES) or not booked_by(ctx):
        return None
    return cancel(ctx, message, rest)


def change(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Offer other times: later ones of the same day, then the next days."""
    mine = booked_by(ctx)
    if not mine:
        return ctx.texts("book_nothing")
    return _which(ctx, mine, "change") if len(mine) > 1 else _other_times(ctx, mine[0], rest)


def change_to_hour(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Take “改到九点半” of somebody who has booked; of anyone else it is no command."""
    return change(ctx, message, rest) if booked_by(ctx) else None


def _other_times(ctx: Context, booked: Booked, said: str = "") -> str:
    station = ctx.district.stations.get(booked.occasion.station)
    ahead = receptions_ahead(station, ctx) if station else []
    if station is None or not ahead:
        return told_again(ctx, booked)
    free: list[tuple[Gathering, int]] = []
    for each in ahead:
        places = [
            place for place in free_at(ctx, each) if each.key != key_of(booked) or place != booked.place
        ]
        free += [(each, place) for place in places[: _SAME_DAY if each.key == key_of(booked) else 1]]
    options = time_options(ctx, free[: _SAME_DAY + _OTHER_DAYS], "book_unchanged")
    options.insert(-1, option(len(options), ctx.texts("book_do_cancel"), f"cancel|{booked.id}"))
    ask_times(ctx, station, options, booked.id)
    at = time_said(said)
    if at and (asked := questions.latest(ctx.session, ctx.sender.person_id, ctx.now)):
        return book_at(ctx, asked, station, at, booked)
    return ctx.texts("book_change", menu=menu(options), **told_of(ctx, booked))


def _which(ctx: Context, mine: list[Booked], doing: str) -> str:
    options = [
        option(digit, f"{when_booked(ctx, each)}，{told_of(ctx, each)['station']}", f"{doing}|{each.id}")
        for digit, each in enumerate(mine[:5], start=1)
    ]
    options.append(option(0, ctx.texts("book_unchanged"), NO))
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="which_visit", options=options, now=ctx.now
    )
    return ctx.texts(f"book_{doing}_which", count=len(mine), menu=menu(options))


def pick_own(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Do what was asked with one of several bookings, or what a voter says to one whose day has moved."""
    if value == NO:
        return ctx.texts("book_kept")
    doing, _, booking_id = value.partition("|")
    booked = booked_as(ctx, booking_id)
    if booked is None:
        return ctx.texts("book_nothing")
    if doing == "cancel":
        return give_time_back(ctx, booked)
    return _other_times(ctx, booked) if doing == "change" else told_again(ctx, booked)


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

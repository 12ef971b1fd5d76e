"""Times at receptions as a voter reads and picks them, and what the voter has booked already."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from handlers import wording
from handlers.context import Context, World
from handlers.district.pack import Station
from handlers.duties.book import occasion_of
from handlers.duties.forms import clock_time
from handlers.duties.receptions import free_places, time_of
from handlers.duties.roster import Gathering, receptions_at
from storage.activity import bookings
from storage.activity.bookings import Booked
from storage.messages import questions
from storage.messages.questions import option

BOOK, NO = "book", "no"
_ONE_DAY = timedelta(days=1)


def time_options(
    ctx: Context, free: list[tuple[Gathering, int]], leaving: str = "book_not"
) -> list[dict[str, str]]:
    """Offer free times by digit, with a way out."""
    named = [
        option(digit, when_at(each, place), value_of(each, place))
        for digit, (each, place) in enumerate(free, 1)
    ]
    return [*named, option(0, ctx.texts(leaving), NO)]


def when_at(gathering: Gathering, place: int) -> str:
    """Give the day and the time of a place: `12月10日（周四）9:20`."""
    return f"{wording.day(gathering.event.day)}{clock_time(time_of(gathering.event.rule, place))}"


def value_of(gathering: Gathering, place: int) -> str:
    """Give what is kept of an offered time, for `named_in` to read."""
    rule, station, nominal = gathering.key
    return f"{BOOK}|{station}|{rule}|{nominal.isoformat()}|{place}"


def ask_times(
    ctx: Context, station: Station, options: list[dict[str, str]], replaces: int | None = None
) -> None:
    """Ask for one of these times; `replaces` is the booking that it takes the place of."""
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="reception",
        subject=station.key,
        options=options,
        data={"replaces": replaces} if replaces else {},
        now=ctx.now,
    )


def zone_of(ctx: World) -> ZoneInfo:
    return ZoneInfo(ctx.district.settings.timezone)


def free_at(ctx: Context, gathering: Gathering, without: Booked | None = None) -> list[int]:
    """Give the places of a reception that nobody has; the one of `without` counts as given back."""
    occasion = occasion_of(ctx.session, gathering, ctx.now)
    gone = bookings.taken(ctx.session, [occasion.id]).get(occasion.id, set())
    if without is not None and without.occasion.id == occasion.id:
        gone -= {without.place}
    return free_places(gathering.event, gone, ctx.now, zone_of(ctx))


def key_of(booked: Booked) -> tuple[str, str, date]:
    return booked.occasion.rule, booked.occasion.station, booked.occasion.nominal_date


def named_in(ctx: Context, value: str) -> tuple[Gathering, int] | None:
    """Give the reception and the place of an offered time, as far as it still takes place."""
    key, rule, nominal_text, place = value.split("|")
    station, nominal = ctx.district.stations.get(key), date.fromisoformat(nominal_text)
    ahead = receptions_at(station, ctx.district, nominal, nominal + _ONE_DAY) if station else iter(())
    found = next((each for each in ahead if each.event.rule.key == rule), None)
    return (found, int(place)) if found and found.event.occasion.held_on else None


def booked_by(ctx: Context) -> list[Booked]:
    return bookings.of_person(ctx.session, ctx.sender.person_id, ctx.now.date())


def booked_as(ctx: Context, booking_id: int | str) -> Booked | None:
    """Give the own booking of this id."""
    return next((each for each in booked_by(ctx) if str(each.id) == str(booking_id)), None)


def told_of(ctx: Context, booked: Booked) -> dict[str, str]:
    station = wording.station_name(booked.occasion.station, ctx)
    return {"when": when_booked(ctx, booked), "station": station, "venue": booked.occasion.venue or station}


def when_booked(ctx: World, booked: Booked) -> str:
    """Give the day and the time of a booking: `12月10日（周四）9:20`."""
    row = booked.occasion
    rule = next((each for each in ctx.district.rules if each.key == row.rule), None)
    at = time_of(replace(rule, starts=row.starts), booked.place) if rule else row.starts
    return f"{wording.day(row.held_on or row.nominal_date)}{clock_time(at)}"


def told_again(ctx: Context, booked: Booked) -> str:
    return ctx.texts("booked_already", **told_of(ctx, booked))


def give_time_back(ctx: Context, booked: Booked) -> str:
    """Let somebody else have a booked time."""
    bookings.hold_occasions(ctx.session, [booked.occasion.id])
    bookings.give_back(ctx.session, [booked.id])
    return ctx.texts("book_cancelled", **told_of(ctx, booked))

"""Questions to the bot itself, answered from the district's own data: deputies, receptions, privacy, the voter roll."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from handlers import wording
from handlers.context import Context
from handlers.district.pack import Station
from handlers.duties.days import day_named
from handlers.duties.forms import hours
from handlers.duties.receptions import receptions_ahead
from handlers.duties.roster import PUT_OFF_AT_MOST, Gathering, gatherings
from handlers.messages import IncomingMessage, Kind
from handlers.route import Route
from handlers.voters.meeting.stations import ask_where, find_station, show_station, stations_named
from nlp.sayings import enquiries
from nlp.sayings.enquiries import enquiry
from storage.messages import questions

_AHEAD = timedelta(days=70)


def answer(ctx: Context, message: IncomingMessage, line: str) -> str | None:
    """Answer a question that the bot itself is asked; any other line is no command."""
    kind = enquiry(line)
    if not kind:
        return None
    more = _BY_DATA.get(kind)
    said = more(ctx, message, line) if more else _plain(ctx, kind)
    waiting = next((each for each in ctx.sender.questions[:1] if each.kind in questions.INSISTING), None)
    if waiting is None or more:
        return said
    return ctx.texts("still_open", said=said, question=waiting.text, menu="").rstrip()


def _plain(ctx: Context, kind: str) -> str:
    """Give an answer that is the same for everybody."""
    settings = ctx.district.settings
    said = ctx.texts(
        f"asked_{kind.replace(' ', '_')}",
        desk=settings.desk_name,
        phone=settings.desk_phone,
    )
    election = kind in {enquiries.ROLL, enquiries.ROLL_MOVED, enquiries.VOTING, enquiries.CANDIDATE}
    return f"{said}\n{settings.election_notice}" if election and settings.election_notice else said


def _deputies(ctx: Context, message: IncomingMessage, line: str) -> str:
    """Show the deputies of the place that is named, or of the own station; of a street only how many there are."""
    stations = stations_named(ctx, line)
    if len(stations) == 1 and stations[0].kind != "street":
        return show_station(ctx, stations[0])
    if stations and stations[0].kind == "street":
        street = ctx.district.areas.get(stations[0].street)
        return _counted(
            ctx, street.name if street else "", ctx.district.stations_of_street(stations[0].street)
        )
    if not ctx.sender.station and any(word in line for word in ("几", "多少")):
        return _counted(ctx, ctx.district.settings.name, tuple(ctx.district.stations.values()))
    return find_station(ctx, message, "")


def _counted(ctx: Context, area: str, stations: tuple[Station, ...]) -> str:
    deputies = {each.key for station in stations for each in ctx.district.deputies_of_station(station.key)}
    ask_where(ctx)
    return ctx.texts("asked_how_many", area=area, count=len(deputies), stations=len(stations))


def _station(ctx: Context, message: IncomingMessage, line: str) -> str:
    stations = stations_named(ctx, line)
    return show_station(ctx, stations[0]) if len(stations) == 1 else find_station(ctx, message, "")


def _reception(ctx: Context, _message: IncomingMessage, line: str) -> str:
    """Say when voters are received: on the day that is named, else next; at the own station where it is known."""
    today = ctx.now.date()
    own = ctx.district.stations.get(ctx.sender.station)
    if own and (ahead := receptions_ahead(own, ctx, 1)) and not day_named(line, today):
        return show_station(ctx, own)
    held = [
        each
        for each in gatherings(ctx.district, today - PUT_OFF_AT_MOST, today + _AHEAD)
        if each.event.rule.receives_voters
        and (each.event.occasion.held_on or today) >= today
        and (own is None or not ahead or each.station == own.key)
    ]
    asked = day_named(line, today)
    on_day = [
        each for each in held if asked in {each.event.occasion.held_on, each.event.occasion.nominal_date}
    ]
    soonest = min(
        (each for each in held if each.event.occasion.held_on), key=lambda each: each.event.day, default=None
    )
    ask_where(ctx)
    if asked and on_day:
        return _told(ctx, on_day[0], held)
    if soonest is None:
        return ctx.texts("asked_no_reception")
    said = _told(ctx, soonest, held)
    return ctx.texts("asked_not_that_day", day=wording.short_day(asked), said=said) if asked else said


def _told(ctx: Context, found: Gathering, held: list[Gathering]) -> str:
    occasion = found.event.occasion
    if occasion.held_on is None:
        return ctx.texts(
            "asked_skipped", nominal=wording.short_day(occasion.nominal_date), reason=occasion.reason
        )
    stations = len({each.station for each in held if each.event.day == found.event.day})
    moved = occasion.held_on != occasion.nominal_date
    why = ctx.texts(
        "asked_moved", nominal=wording.short_day(occasion.nominal_date), reason=occasion.reason or ""
    )
    return ctx.texts(
        "asked_reception",
        moved=why if moved else "",
        day=wording.day(found.event.day),
        hours=hours(found.event.rule),
        count=stations,
    )


_BY_DATA: Mapping[str, Callable[[Context, IncomingMessage, str], str]] = {
    enquiries.DEPUTIES: _deputies,
    enquiries.STATION: _station,
    enquiries.RECEPTION: _reception,
}

ENQUIRY_ROUTES = (Route(name="enquiry", handler=answer, kinds=frozenset({Kind.TEXT})),)

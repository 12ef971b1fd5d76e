"""From a question as it was understood to the cases it means, inside what the asker may see, and how it is said."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers import wording
from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.errors import Refusal
from handlers.papers.paper import scope_name
from nlp.asking.questions import Query
from nlp.places.place_table import COMMUNITY_KINDS, STREET_KINDS
from nlp.times.periods import Period, find_period
from nlp.topics.lexicon import CATEGORIES
from storage.cases.selections import Selection

_STATION = "station:"
_OWN = ("own-street", "own-station")
_RATES = frozenset({"rates", "ontime", "overdue-rate", "reported", "confirmed", "content"})


def is_rate(query: Query) -> bool:
    return query.measure in _RATES


def selection_of(ctx: Context, query: Query) -> Selection:
    """Give the cases that a question means; a place outside the asker's scope is refused, never left out silently."""
    wanted = Selection(
        today=ctx.now.date(),
        minutes=int((ctx.now.utcoffset() or timedelta()).total_seconds() // 60),
        categories=query.categories,
        topics=query.topics,
        department=query.department,
        role=query.role,
    )
    _refuse_wider(ctx, query)
    return _in_period(ctx, _at_place(ctx, query, wanted), period_of(ctx, query))


def period_of(ctx: Context, query: Query) -> Period | None:
    """Give the span that counts: where none was named, a rate and a comparison take this year."""
    if query.period is None and (is_rate(query) or query.compare or query.by == "month"):
        return find_period("今年", ctx.now.date())
    return query.period


def _in_period(ctx: Context, wanted: Selection, period: Period | None) -> Selection:
    if period is None:
        return wanted
    return replace(wanted, since=instant(ctx, period.since), until=instant(ctx, period.until))


def instant(ctx: Context, day: date) -> datetime:
    """Give the moment at which a day begins here."""
    return datetime.combine(day, time(), ZoneInfo(ctx.district.settings.timezone))


def _refuse_wider(ctx: Context, query: Query) -> None:
    scope = scope_of(ctx)
    wider = (query.by == "street" or query.place == "district") and not scope.district
    if wider or (query.by == "station" and not (scope.district or scope.streets)):
        raise Refusal(ctx.texts("ask_wider", scope=scope_name(scope, ctx.district)))


def _at_place(ctx: Context, query: Query, wanted: Selection) -> Selection:
    if query.place in {"", "district"}:
        return wanted
    scope, district = scope_of(ctx), ctx.district
    if query.place in _OWN:
        own = sorted(scope.streets if query.place == "own-street" else scope.stations)
        if len(own) != 1:
            raise Refusal(ctx.texts("ask_which_own"))
        return (
            replace(wanted, street=own[0]) if query.place == "own-street" else replace(wanted, station=own[0])
        )
    if query.place.startswith(_STATION):
        station = district.stations[query.place.removeprefix(_STATION)]
        _check(ctx, station.street, station.key, station.name)
        return replace(wanted, station=station.key)
    place = district.places[query.place]
    if place.kind in STREET_KINDS:
        _check(ctx, place.key, "", place.name)
        return replace(wanted, street=place.key)
    street, cares = district.street_of(place.area), district.station_for_place(place)
    own_station = cares.key if cares and (cares.area == place.area or place.station) else ""
    _check(ctx, street.key if street else "", own_station, place.name)
    if place.kind not in COMMUNITY_KINDS:
        return replace(wanted, places=(place.key,))
    inside = tuple(each.key for each in district.places.values() if each.area == place.key)
    return replace(wanted, station=own_station, places=tuple(dict.fromkeys((place.key, *inside))))


def _check(ctx: Context, street: str, station: str, name: str) -> None:
    scope = scope_of(ctx)
    if not (
        scope.district or (street and street in scope.streets) or (station and station in scope.stations)
    ):
        raise Refusal(ctx.texts("ask_not_yours", place=name))


# -- in words ---------------------------------------------------------------------------------------------


def subject_of(ctx: Context, query: Query) -> str:
    """Say which cases were understood: `下沙街道区城管局主办的占道停车、停车难类`."""
    district = ctx.district
    if query.department:
        department = district.departments[query.department]
        part = ctx.texts(f"ask_role_{query.role}" if query.role else "ask_role")
        with_department = f"{department.short or department.name}{part}"
    else:
        with_department = ""
    kinds = [CATEGORIES[key][1] for key in query.categories if key in CATEGORIES]
    kinds += [district.topics[key].label for key in query.topics if key in district.topics]
    place = place_of(ctx, query)
    if with_department and place == district.settings.name:
        place = ""  # “青禾区区城管局” says the district twice
    return "".join((place, with_department, f"{'、'.join(kinds)}类" if kinds else ""))


def place_of(ctx: Context, query: Query) -> str:
    if query.place.startswith(_STATION):
        return ctx.district.stations[query.place.removeprefix(_STATION)].name
    if query.place in ctx.district.places:
        place = ctx.district.places[query.place]
        return place.name if place.kind in STREET_KINDS else f"{_street_before(ctx, query.place)}{place.name}"
    return scope_name(scope_of(ctx), ctx.district)


def _street_before(ctx: Context, key: str) -> str:
    """Name the street too where another place has the same name."""
    place = ctx.district.places[key]
    same = [each for each in ctx.district.places.values() if each.name == place.name]
    street = ctx.district.street_of(place.area)
    return street.name if street and len(same) > 1 else ""


def states_of(ctx: Context, query: Query) -> str:
    return "、".join(ctx.texts(f"ask_state_{state.replace('-', '_')}") for state in query.states)


def group_name(ctx: Context, by: str, key: str) -> str:
    """Give the name of a group as people call it."""
    if by == "month":
        return f"{int(key[:4])}年{int(key[5:])}月"
    if by == "category":
        return CATEGORIES.get(key, ("", key))[1]
    if not key:
        return ctx.texts(f"ask_no_{by}")
    if by == "department":
        department = ctx.district.departments.get(key)
        return (department.short or department.name) if department else key
    if by == "street":
        area = ctx.district.areas.get(key)
        return area.name if area else key
    return wording.station_name(key, ctx)

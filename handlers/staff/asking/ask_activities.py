"""Free questions of staff about activities: the figure as 总数 and the papers have it, and the records behind it by digit."""

import re
from dataclasses import replace

from handlers.activities import register
from handlers.activities.recording import STAFF
from handlers.activities.words import (
    campaign_period,
    count_span,
    deputies_told,
    kind_name,
    kind_names,
    phrase,
)
from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Kind
from handlers.papers.paper import scope_name
from handlers.route import Group, Route
from handlers.staff.asking.ask import ask
from handlers.staff.asking.question_names import names_in
from nlp.asking.activity_questions import ActivityQuery, read_activity_question
from nlp.asking.questions import Query, read_question
from nlp.text.fold import fold
from storage.activity.activities import Sums
from storage.people.people import Sender
from storage.people.scopes import Scope

_ASKS = re.compile(
    r"多少|几(?:位|名|个)?代表|(?:几(?:次|场|回|人次|个人|人|位|件|条)|人次|次数|场次|件数|人数)[了呢吗啊]?$"
)
_LONGEST = 40
_STATION = "station:"


class ActivityAskRoute(Route):
    """Takes what may be a question about activities; the grammar decides."""

    def match(self, message: IncomingMessage, sender: Sender, line: str) -> str | None:
        if message.kind is not Kind.TEXT or not sender.holds(*self.roles) or len(line) > _LONGEST:
            return None
        return line if _ASKS.search(line) else None


def ask_activities(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Answer a question about activities; None where it is none."""
    line = fold(rest).lower()
    kinds = dict(kind_names(ctx))
    if "代表" not in line and not any(name in line for name in kinds):
        return None
    names = names_in(line, ctx.district)
    query = read_activity_question(
        line,
        ctx.now.date(),
        kinds=kinds,
        places={
            name: place
            for name, found in names.items()
            if (place := next((each.value for each in found if each.slot == "place"), ""))
        },
        campaigns={
            fold(name): campaign_period(each.since, each.until, each.name)
            for each in ctx.district.campaigns
            for name in (each.name, *each.aliases)
        },
    )
    if query is None or (query.measure == "things" and _not_counted(ctx, query)):
        return None
    scope = _narrowed(ctx, query.place)
    if scope is None:
        return None
    said = _answer(ctx, query, scope)
    heard = read_question(line, ctx.now.date(), names)
    if _receives(ctx, query) and isinstance(heard, Query) and heard.measure == "people":
        # Those who told something there are another figure, with cases behind it.
        return f"{said}\n{ask(ctx, message, rest) or ''}".rstrip()
    return f"{said}\n{register.offer(ctx, query.period, query.kind)}".rstrip()


def _not_counted(ctx: Context, query: ActivityQuery) -> bool:
    return "things" not in ctx.district.activities[query.kind].counts


def _receives(ctx: Context, query: ActivityQuery) -> bool:
    return bool(query.kind) and ctx.district.activities[query.kind].receives and query.measure != "deputies"


def _narrowed(ctx: Context, place: str) -> Scope | None:
    """Give the part of the own scope that a place names; None for a place that has no register of its own."""
    scope, district = scope_of(ctx), ctx.district
    if not place or (place == "district" and scope.district):
        return scope
    if place == "own-street" and len(scope.streets) == 1:
        return Scope(streets=scope.streets)
    if place == "own-station" and len(scope.stations) == 1:
        return Scope(stations=scope.stations)
    if place == "district" or place.startswith("own-"):
        raise Refusal(
            ctx.texts(
                "ask_which_own" if place != "district" else "ask_wider", scope=scope_name(scope, district)
            )
        )
    station = district.stations.get(place.removeprefix(_STATION)) if place.startswith(_STATION) else None
    area = district.areas.get(place)
    if station is None and area is not None and area.kind in {"community", "village"}:
        station = next((each for each in district.stations.values() if each.area == place), None)
    if station is not None:
        inside = scope.district or station.street in scope.streets or station.key in scope.stations
        found, name = Scope(stations=frozenset({station.key})), station.name
    elif area is not None and area.kind in {"street", "town"}:
        inside = scope.district or area.key in scope.streets
        found, name = Scope(streets=frozenset({area.key})), area.name
    else:
        return None
    if not inside:
        raise Refusal(ctx.texts("ask_not_yours", place=name))
    return found


def _answer(ctx: Context, query: ActivityQuery, scope: Scope) -> str:
    since, until = (query.period.since, query.period.until) if query.period else (None, None)
    found = count_span(ctx.session, ctx, scope, since, until)
    period = query.period.label if query.period else ctx.texts("activity_ever")
    where = scope_name(scope, ctx.district)
    if not query.kind:
        return ctx.texts(
            "activity_asked_deputies", period=period, where=where, told=deputies_told(ctx, found)
        )
    sums = found.kinds.get(query.kind, Sums())
    return ctx.texts(
        "activity_asked",
        period=period,
        where=where,
        told=_figure(ctx, query, sums),
        times=sums.times,
        imported=ctx.texts("activity_asked_imported", count=sums.imported) if sums.imported else "",
        beside=ctx.texts("activity_asked_beside", count=sums.beside) if sums.beside else "",
    )


def _figure(ctx: Context, query: ActivityQuery, sums: Sums) -> str:
    """Say the figure that was asked for, in the unit of its kind."""
    kind = ctx.district.activities[query.kind]
    units = dict(zip(kind.counts, kind.units, strict=True))
    if query.measure == "foremost" or query.measure in kind.counts[:1]:
        return phrase(kind, sums, always=True)
    if query.measure in units:
        alone = replace(kind, counts=(query.measure,), units=(units[query.measure],))
        return phrase(alone, sums, always=True)
    unit = ctx.texts(f"activity_unit_{query.measure}")
    return f"{kind_name(ctx, query.kind)}{getattr(sums, query.measure)}{unit}"


ASK_ACTIVITIES = ActivityAskRoute(
    name="staff ask activities",
    handler=ask_activities,
    roles=STAFF,
    help="问活动：接待多少人次、视察几次、办实事多少件，可写时间、主题活动、街道、站",
    example="今年视察调研几次",
    group=Group.FIND,
)

"""总数: what has come of the work so far, in the sentences that offices print, each figure from its records."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from handlers.activities.words import count_span, deputies_told, sentence, span_named
from handlers.context import Context, World
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.papers.bulletin import before_of
from handlers.papers.rate_words import percent
from handlers.route import Group, Route
from handlers.staff.papers.bulletins import issuer_of
from handlers.staff.papers.papers import file_scope
from handlers.staff.people.duties import stations_in
from storage.activity import attendances
from storage.cases.selections import in_days
from storage.figures import bulletins, rates
from storage.figures.period_figures import people_heard
from storage.figures.rates import Counts

_OF_STATIONS = ("联络站", "站", "网格", "代表")


def stations_told(world: World) -> str:
    """Say how many stations of each kind, grids and deputies the district has, and how many deputies a community station."""
    district = world.district
    open_now = [station for station in district.stations.values() if station.active]
    kinds = Counter(station.kind for station in open_now)
    served = [
        len(district.deputies_of_station(station.key)) for station in open_now if station.kind == "community"
    ]
    fewest, most = min(served, default=0), max(served, default=0)
    return world.texts(
        "totals_stations",
        street=kinds["street"],
        community=kinds["community"],
        industry=kinds["industry"],
        grids=sum(area.kind == "grid" for area in district.areas.values()),
        each=f"{fewest}到{most}" if fewest < most else most,
        deputies=len(district.deputies),
    )


def totals(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Tell the totals of a span, or of all that is on record and was told from before the bot."""
    if rest.strip() in _OF_STATIONS:
        return stations_told(ctx)
    today = ctx.now.date()
    period = span_named(rest, ctx) if rest.strip() else None
    if rest.strip() and period is None:
        raise Refusal(ctx.texts("totals_how", words=rest.strip()))
    since, until = (period.since, period.until) if period else (None, None)
    scope, meant, issuer = file_scope(ctx), in_days(ctx.now, since, until), issuer_of(ctx)
    outcomes = rates.count_outcomes(ctx.session, scope, meant).get("", Counts())
    whole = period is None and not issuer
    before = before_of(issuer, ctx).total if whole else 0
    handed_before = ctx.district.settings.handed_over_before if whole else 0
    solved, said = outcomes.rate("confirmed")
    activities = count_span(ctx.session, ctx, scope, since, until)
    beside = sum(each.beside for each in activities.kinds.values())
    tomorrow = today + timedelta(days=1)
    promised, _ = attendances.count_promised(
        ctx.session, stations_in(scope, ctx.district), since or date.min, min(until or tomorrow, tomorrow)
    )
    return "\n".join(
        (
            ctx.texts(
                "totals_bulletins",
                total=bulletins.count_issued(ctx.session, issuer, since, until) + before,
                before=ctx.texts("totals_before", count=before) if before else "",
                handed=rates.count(ctx.session, scope, replace(meant, marks=("handed-over",)))
                + handed_before,
                handed_before=ctx.texts("totals_before", count=handed_before) if handed_before else "",
                rate=percent(solved, said) or ctx.texts("ask_no_share"),
                asked=outcomes.asked,
                said=said,
                solved=solved,
            ),
            ctx.texts(
                "totals_activities",
                told=(sentence(ctx, activities) or ctx.texts("totals_no_activities"))
                + (ctx.texts("totals_beside", count=beside) if beside else ""),
                deputies=deputies_told(ctx, activities),
                promised=promised,
            ),
            ctx.texts("totals_people", people=people_heard(ctx.session, scope, meant)),
            ctx.texts("totals_more"),
        )
    )


TOTAL_ROUTES = (
    Route(
        name="staff totals",
        handler=totals,
        pattern=re.compile(r"(?:累计)?总数\s*+(.{0,24})"),
        roles=frozenset({Role.STATION, Role.STREET, Role.DISTRICT}),
        help="总数：通报、交还问题、解决率、接待、视察、办实事各多少；后面可写时间或主题活动",
        example="总数 今年",
        group=Group.PAPERS,
    ),
)

"""民情通报: what was heard, handed over and solved, in the form of a 简报."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from docx.document import Document as Docx
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import wording
from handlers.activities import words as activities
from handlers.context import World
from handlers.papers import official
from handlers.papers.official import Masthead
from handlers.papers.paper import Paper, Render
from handlers.papers.rate_words import imported_aside, percent
from handlers.papers.special import write_special
from handlers.safety import gate
from nlp.lexicon import CATEGORIES
from storage.bulletins import NONE_BEFORE, Number
from storage.documents import Wanted, scope_from
from storage.models import Bulletin, Case
from storage.period_figures import people_heard, period_figures
from storage.scopes import visible
from storage.selections import in_days, where

_PROBLEMS = 3
"""How many problems a bulletin tells of; often it is one reception's worth."""
_TOLD = 60


def collect(session: Session, world: World, bulletin: Bulletin) -> dict[str, Any]:
    """Read the figures and the foremost problems of a bulletin's days."""
    scope = scope_from(bulletin.scope)
    figures = period_figures(session, scope, bulletin.since, bulletin.until, world.now)
    filed = visible(scope) & where(in_days(world.now, bulletin.since, bulletin.until))
    voters = people_heard(session, scope, in_days(world.now, bulletin.since, bulletin.until))
    foremost = session.scalars(
        select(Case)
        .where(filed, Case.private == "")
        .order_by((Case.urgency == ""), Case.filed_at, Case.id)
        .limit(_PROBLEMS)
    )
    return {
        "voters": voters,
        "activities": activities.sentence(
            world, activities.count_span(session, world, scope, bulletin.since, bulletin.until)
        ),
        "filed": figures.filed,
        "imported": figures.imported,
        "referred": figures.handed_over,
        "closed": figures.closed,
        "due": figures.outcomes.due,
        "on_time": figures.outcomes.on_time,
        "asked": figures.outcomes.asked,
        "said": figures.outcomes.said,
        "solved": figures.outcomes.confirmed,
        "by_category": [[CATEGORIES.get(key, ("", key))[1], n] for key, n in figures.by_category.items()],
        "problems": [
            {
                "number": case.number,
                "topic": wording.topic_name(case.topic, world),
                "place_name": gate.place(case.place_text) or world.texts("place_unknown"),
                "text": wording.clipped(gate.told(case, case.text, gate.Audience.PAPER, world).text, _TOLD),
                "state": world.texts(f"state_{case.state}"),
            }
            for case in foremost
            if gate.stands(case, gate.Audience.PAPER)
        ],
    }


SPECIAL = "special/"
"""Begins the name of the series of 专报 of an issuer; no key of an area holds a stroke."""


def issuer_name(issuer: str, world: World) -> str:
    issuer = issuer.removeprefix(SPECIAL)
    area = world.district.areas.get(issuer)
    station = world.district.stations.get(issuer)
    if area is not None:
        return world.texts("bulletin_street", name=area.name)
    return station.name if station else world.district.settings.desk_name


def before_of(issuer: str, world: World) -> Number:
    """Give the number of the last bulletin from before the bot, as the district's settings tell it."""
    settings = world.district.settings
    if issuer:
        return NONE_BEFORE
    return Number(
        settings.bulletin_year_before, settings.bulletin_number_before, settings.bulletin_total_before
    )


def number_told(world: World, year: int, number: int, total: int) -> str:
    return world.texts("bulletin_number", year=year, number=number, total=total)


def make_bulletin(session: Session, world: World, wanted: Wanted) -> Render:
    """Read a bulletin; it is printed from what was drafted, an issued one therefore the same every time."""
    bulletin = session.get_one(Bulletin, int(wanted.params["bulletin"]))
    issued_at = bulletin.issued_at.astimezone(world.now.tzinfo) if bulletin.issued_at else None
    facts = bulletin.facts
    called = world.texts("special_name" if bulletin.issuer.startswith(SPECIAL) else "bulletin_name")
    if bulletin.year and bulletin.number and bulletin.total:
        number = number_told(world, bulletin.year, bulletin.number, bulletin.total)
        name = f"{called}_{bulletin.year}年第{bulletin.number}期.docx"
    else:
        number, name = world.texts("bulletin_draft"), f"{called}_草稿.docx"
    at = issued_at or world.now
    head = Masthead(
        name=called,
        number=number,
        issuer=issuer_name(bulletin.issuer, world),
        day=f"{at.year}年{at.month}月{at.day}日",
    )
    last = bulletin.until - timedelta(days=1)
    days = f"{bulletin.since.month}月{bulletin.since.day}日至{last.month}月{last.day}日"

    def render() -> Paper:
        paper = official.new_paper(at, name.removesuffix(".docx"))
        official.masthead(paper, head)
        if "cases" in facts:
            write_special(paper, world, facts)
        else:
            _write(paper, world, facts, days)
        rows = len(facts.get("cases", facts["problems"]))
        return Paper(name=name, content=official.finished(paper), rows=rows)

    return render


def _write(paper: Docx, world: World, facts: Mapping[str, Any], days: str) -> None:
    say = world.texts
    official.title(paper, say("bulletin_title", days=days))
    official.heading(paper, say("bulletin_heard"))
    official.text(
        paper,
        say(
            "bulletin_heard_text",
            days=days,
            voters=facts["voters"],
            filed=facts["filed"],
            aside=imported_aside(world, facts.get("imported", 0)),
        ),
    )
    if facts.get("activities"):
        official.text(paper, say("bulletin_activities", told=facts["activities"]))
    if facts["by_category"]:
        official.text(
            paper,
            say("bulletin_heads", heads="，".join(f"{name}{n}件" for name, n in facts["by_category"])),
        )
    official.heading(paper, say("bulletin_done"))
    official.text(
        paper,
        say(
            "bulletin_done_text",
            referred=facts["referred"],
            closed=facts["closed"],
            due=facts["due"],
            on_time=facts["on_time"],
        ),
    )
    official.text(
        paper,
        say(
            "bulletin_voters_text" if facts["said"] else "bulletin_voters_none",
            asked=facts["asked"],
            said=facts["said"],
            solved=facts["solved"],
            rate=percent(facts["solved"], facts["said"]),
        ),
    )
    if facts["problems"]:
        official.heading(paper, say("bulletin_problems"))
    for place, problem in enumerate(facts["problems"], start=1):
        official.text(paper, say("bulletin_problem", place=place, **problem))
    official.copies(paper, [say("bulletin_up"), say("bulletin_beside"), say("bulletin_down")])

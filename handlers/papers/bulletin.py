"""民情通报: what was heard, handed over and solved, in the form of a 简报."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from docx.document import Document as Docx
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.activities import words as activities
from handlers.context import World
from handlers.papers import official
from handlers.papers.official import Masthead
from handlers.papers.paper import Paper, Render
from handlers.papers.quotable import sentence_of, why_not
from handlers.papers.rate_words import imported_aside, percent
from handlers.papers.special import write_special
from nlp.topics.lexicon import CATEGORIES
from storage.cases import referrals
from storage.cases.selections import in_days
from storage.casework import support
from storage.figures import bulletins
from storage.figures.bulletins import NONE_BEFORE, Number
from storage.figures.documents import Wanted, scope_from
from storage.figures.period_figures import people_heard, period_figures
from storage.models import Bulletin, Case

_PROBLEMS = 3
"""How many problems a bulletin proposes to tell of; often it is one reception's worth."""


def collect(session: Session, world: World, bulletin: Bulletin) -> dict[str, Any]:
    """Read the figures of a bulletin's days, and the problems that it proposes to tell of."""
    scope = scope_from(bulletin.scope)
    days = in_days(world.now, bulletin.since, bulletin.until)
    figures = period_figures(session, scope, bulletin.since, bulletin.until, world.now)
    voters = people_heard(session, scope, days)
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
        "problems": [],
        "copies": copies_to(bulletin.issuer, world),
        "offered": _offered(session, world, bulletins.tellable(session, scope, days)),
    }


def _offered(session: Session, world: World, found: Sequence[Case]) -> list[dict[str, str]]:
    """Give a number and a sentence for each problem that is proposed: what most people told of comes first."""
    behind = support.people_behind(session, [case.id for case in found])
    added = bulletins.words_added(session, [case.id for case in found])
    foremost = sorted(found, key=lambda case: (-behind[case.id], case.filed_at, case.id))
    fit = (case for case in foremost if not why_not(world, case, added.get(case.id, ())))
    return [told_of(session, world, case, behind[case.id]) for case in islice(fit, _PROBLEMS)]


def told_of(session: Session, world: World, case: Case, people: int) -> dict[str, str]:
    lead = referrals.leading(session, case.id)
    return {"number": case.number, "sentence": sentence_of(world, case, lead, people)}


def unfit(session: Session, world: World, bulletin: Bulletin) -> list[str]:
    """Give the numbers of picked problems that may not be printed any more: sealed, merged or withdrawn since."""
    numbers = [each["number"] for each in bulletin.facts.get("picked", [])]
    found = session.scalars(select(Case).where(Case.number.in_(numbers))).all()
    added = bulletins.words_added(session, [case.id for case in found])
    fit = {case.number for case in found if not why_not(world, case, added.get(case.id, ()))}
    return [number for number in numbers if number not in fit]


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
            _write(paper, world, facts, days, issued=bulletin.issued_at is not None)
        # What was signed before a paper kept whom it goes to is printed again as it was.
        before = copies_to(SPECIAL if "cases" in facts else "", world)
        official.copies(paper, facts.get("copies", before))
        rows = len(facts.get("cases") or facts.get("picked") or facts["problems"])
        return Paper(name=name, content=official.finished(paper), rows=rows)

    return render


def copies_to(issuer: str, world: World) -> list[str]:
    """Say whom a paper goes to: a street and a station write to those above them, not to the whole district."""
    special, issuer = issuer.startswith(SPECIAL), issuer.removeprefix(SPECIAL)
    station, say = world.district.stations.get(issuer), world.texts
    street = world.district.areas.get(station.street if station else issuer)
    if not issuer:
        return (
            [say("special_up")] if special else [say(f"bulletin_{way}") for way in ("up", "beside", "down")]
        )
    desk = world.district.settings.desk_name
    if street is None:
        return [say("bulletin_up_alone", desk=desk), say("bulletin_down_station")]
    level = "station" if station else "street"
    up = say(f"bulletin_up_{level}", desk=desk, street=street.name)
    if special:
        return [up]
    return [up, say("bulletin_beside_street", street=street.name), say(f"bulletin_down_{level}")]


def _write(paper: Docx, world: World, facts: Mapping[str, Any], days: str, *, issued: bool) -> None:
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
    # What was issued before people picked what is told stays as it was signed; no draft of that time does.
    told = [say("bulletin_problem", place=place, **each) for place, each in enumerate(facts["problems"], 1)]
    picked = facts.get("picked", [])
    lines = [say("bulletin_told_of", place=place, **each) for place, each in enumerate(picked, 1)]
    if told and issued:
        lines = told
    if lines:
        official.heading(paper, say("bulletin_problems"))
    for line in lines:
        official.text(paper, line)

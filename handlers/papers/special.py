"""专报: selected cases with their background for the district's leadership, in the form of a 简报."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from docx.document import Document as Docx
from sqlalchemy.orm import Session

from handlers import wording
from handlers.context import World
from handlers.papers import official
from handlers.papers.quotable import place_of, quotation_of
from handlers.papers.rate_words import FOUR, rate_line
from handlers.safety import gate
from storage.cases import referrals
from storage.cases.selections import in_days
from storage.casework import support
from storage.figures import rates
from storage.figures.rates import Counts
from storage.models import Case
from storage.people.scopes import Scope

_ANSWER = 200


def collect_special(
    session: Session, world: World, scope: Scope, title: str, found: Sequence[Case]
) -> dict[str, Any]:
    """Read the cases as they stand, and what else is known of the same trouble in the same street this year."""
    behind = support.people_behind(session, [case.id for case in found])
    quotations = [(case, quotation_of(case)) for case in found]
    return {
        "title": title,
        "cases": [_case_facts(session, world, case, behind[case.id]) for case in found],
        "background": _background(session, world, scope, found),
        "problems": [],
        "offered": [{"number": case.number, "sentence": words} for case, words in quotations if words],
    }


def _case_facts(session: Session, world: World, case: Case, people: int) -> dict[str, Any]:
    say, lead = world.texts, referrals.leading(session, case.id)
    filed = case.filed_at.astimezone(world.now.tzinfo).date()
    lines = [
        say(
            "special_filed",
            day=wording.full_day(filed),
            people=people,
        )
    ]
    if lead:
        department = wording.department_name(lead.department, world)
        late = lead.state in referrals.WAITING and lead.due < world.now.date()
        lines.append(
            say(
                "special_late" if late else "special_handed", department=department, day=wording.day(lead.due)
            )
        )
        if lead.answer:
            answer = wording.clipped(gate.clean(lead.answer), _ANSWER)
            lines.append(say("special_answered", department=department, text=answer))
    if case.verdict:
        lines.append(say(f"special_verdict_{case.verdict}", count=case.failures))
    if case.supervised_at:
        until = wording.day(case.supervised_until) if case.supervised_until else say("staff_none")
        lines.append(say("special_supervised", owner=case.supervised_owner or say("staff_none"), day=until))
    return {
        "number": case.number,
        "heading": say(
            "special_heading",
            place=place_of(world, case),
            topic=wording.topic_name(case.topic, world),
            number=case.number,
            state=say(f"state_{case.state}"),
        ),
        "lines": lines,
    }


def _background(session: Session, world: World, scope: Scope, found: Sequence[Case]) -> list[str]:
    """Tell by topic and street how many were filed this year, how many are open, and the four rates."""
    today = world.now.date()
    year = in_days(
        world.now, today.replace(month=1, day=1), today.replace(year=today.year + 1, month=1, day=1)
    )
    lines = []
    for topic, street in dict.fromkeys((case.topic, case.street) for case in found if case.topic):
        meant = replace(year, topics=(topic,), street=street)
        area = world.district.areas.get(street)
        outcomes = rates.count_outcomes(session, scope, meant).get("", Counts())
        lines.append(
            world.texts(
                "special_background",
                where=area.name if area else world.district.settings.name,
                topic=wording.topic_name(topic, world),
                filed=rates.count(session, scope, meant),
                open=rates.count(session, scope, replace(meant, marks=("open",))),
                reopened=rates.count(session, scope, replace(meant, marks=("reopened",))),
            )
        )
        if outcomes.due:
            said = "；".join(rate_line(world, measure, outcomes) for measure in FOUR)
            lines.append(world.texts("special_rates", due=outcomes.due, rates=said))
    return lines


def write_special(paper: Docx, world: World, facts: Mapping[str, Any]) -> None:
    """Write what stands below the head of the page."""
    say = world.texts
    official.title(paper, facts["title"])
    for place, each in enumerate(facts["cases"], start=1):
        official.heading(paper, f"{place}. {each['heading']}")
        for line in _with_quotation(world, each, facts.get("picked", ())):
            official.text(paper, line)
    if facts["background"]:
        official.heading(paper, say("special_background_heading"))
        for line in facts["background"]:
            official.text(paper, line)


def _with_quotation(
    world: World, case: Mapping[str, Any], picked: Sequence[Mapping[str, str]]
) -> Sequence[str]:
    """Put the quotation that a person confirmed behind the line that says when the case was filed."""
    said = [
        world.texts("special_quoted", text=each["sentence"])
        for each in picked
        if each["number"] == case["number"]
    ]
    lines: Sequence[str] = case["lines"]
    return [*lines[:1], *said, *lines[1:]]

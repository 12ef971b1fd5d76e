"""建议稿: the draft of a 代表建议 from a cluster: facts, counts, places, what departments said, pictures, sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from docx.document import Document as Docx
from sqlalchemy.orm import Session

from handlers import wording
from handlers.context import World
from handlers.papers import official
from handlers.papers.illustrated import Draft, fitted
from handlers.papers.order import NoLongerThereError
from handlers.papers.paper import Paper, compact
from handlers.papers.quotable import quotation_of
from handlers.safety import gate
from storage.cases import cases
from storage.casework import clusters
from storage.casework.clusters import Answer, Picture
from storage.figures.documents import Wanted
from storage.models import OPEN_STATES, Case, State

_QUOTES, _ANSWERS, _PICTURES, _ROWS = 3, 6, 6, 60
_LONGEST_ANSWER = 200
_WIDTHS = (27, 31, 36, 36, 26)
_COUNTED = (None, gate.Grave.MERGED, gate.Grave.RUDE)
"""What is counted in a draft, though not all of it is quoted."""


LOOKED_BACK = timedelta(days=180)
"""What was told of the same trouble longer ago is another story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What the draft is made of; nothing personal is in it."""

    place: str
    topic: str
    found: Sequence[Case]
    answers: Sequence[Answer]
    pictures: Sequence[Picture]
    quotations: Sequence[Mapping[str, str]]
    """What voters said, in the words that a person picked and confirmed."""


def make_proposal(session: Session, world: World, wanted: Wanted) -> Draft:
    """Read the cluster of a case, as far as whoever asked may see it."""
    main = cases.case_in(session, wanted.scope, int(wanted.params["case"]))
    if main is None:
        raise NoLongerThereError
    found = countable(clusters.like(session, wanted.scope, main, since_of(wanted.asked_at)))
    if not found:
        raise NoLongerThereError
    place, topic = world.district.place(main.place), world.district.topics.get(main.topic)
    facts = _Facts(
        place=place.name if place else gate.place(main.place_text) or world.texts("place_unknown"),
        topic=topic.label if topic else world.texts("topic_unknown"),
        found=found,
        answers=clusters.answers_to(session, found),
        pictures=clusters.pictures_of(session, found, _PICTURES),
        quotations=_still_there(wanted.params.get("quotations", ()), found),
    )

    def render(pictures: Mapping[str, bytes]) -> Paper:
        return Paper(
            name=f"建议稿_{facts.place}{facts.topic}_{compact(world.now.date())}.docx",
            content=_written(world, facts, pictures, wanted.asked_at),
            rows=len(found),
            facts={"cases": [case.number for case in found]},
        )

    return Draft(tuple(each.stored_as for each in facts.pictures), render)


def _written(world: World, facts: _Facts, pictures: Mapping[str, bytes], asked_at: datetime) -> bytes:
    say = world.texts
    title = say("proposal_title", place=facts.place, topic=facts.topic)
    paper = official.new_paper(asked_at, title)
    for line in (title, say("proposal_title_draft")):
        official.title(paper, line)
    official.text(paper, say("proposal_draft", at=f"{world.now:%Y年%m月%d日 %H:%M}"))
    official.heading(paper, say("proposal_facts"))
    official.text(paper, _counted(world, facts))
    official.heading(paper, say("proposal_said"))
    if not facts.quotations:
        official.text(paper, say("proposal_said_none"))
    days = {case.number: _day(world, case.filed_at) for case in facts.found}
    for each in facts.quotations:
        number = each["number"]
        official.text(paper, say("proposal_quote", text=each["sentence"], number=number, day=days[number]))
    official.heading(paper, say("proposal_departments"))
    _departments(paper, world, facts.answers)
    _pictures(paper, world, facts.pictures, pictures)
    official.heading(paper, say("proposal_asks"))
    for key in ("proposal_ask_what", "proposal_ask_who", "proposal_ask_when"):
        official.text(paper, say(key))
    official.heading(paper, say("proposal_sources", count=len(facts.found)))
    official.grid(paper, _table(world, facts.found), _WIDTHS, headed=True)
    if len(facts.found) > _ROWS:
        official.text(paper, say("proposal_rows_more", shown=_ROWS, count=len(facts.found)))
    return official.finished(paper)


def _counted(world: World, facts: _Facts) -> str:
    """Say from when to when, how many cases of how many people, and how they stand."""
    found = facts.found
    streets = {case.street for case in found if case.street}
    names = [area.name for key in sorted(streets) if (area := world.district.areas.get(key))]
    return world.texts(
        "proposal_counts",
        since=_day(world, found[0].filed_at),
        until=_day(world, found[-1].filed_at),
        where=f"{'、'.join(names)}{facts.place}",
        topic=facts.topic,
        count=len(found),
        people=people_of(found),
        merged=sum(case.merged_into is not None for case in found),
        open=sum(case.state in OPEN_STATES for case in found),
        closed=sum(case.state == State.CLOSED for case in found),
        failed=sum(case.failures > 0 or case.verdict == "unsolved" for case in found),
    )


def countable(found: Sequence[Case]) -> list[Case]:
    """Leave out what stands in no paper at all."""
    return [case for case in found if gate.grave(case) in _COUNTED]


def _still_there(picked: Sequence[Mapping[str, str]], found: Sequence[Case]) -> list[Mapping[str, str]]:
    """Give the quotations whose cases may still be told: one may have been sealed or withdrawn meanwhile."""
    numbers = {case.number for case in found}
    return [each for each in picked if each["number"] in numbers]


def people_of(found: Sequence[Case]) -> int:
    """Count who told of these cases, each person once."""
    return len({case.voter_id or case.teller or case.id for case in found})


def quotations(found: Sequence[Case], added: Mapping[int, Sequence[str]]) -> list[dict[str, str]]:
    """Propose what might be quoted: the cases whose own words say most; what is nearly the same is said once."""
    said: dict[str, Case] = {}
    for case in sorted(found, key=lambda each: -len(each.text)):
        words = quotation_of(case, added.get(case.id, ()))
        if words and not any(words in longer for longer in said):
            said.setdefault(words, case)
    foremost = sorted(list(said.items())[:_QUOTES], key=lambda each: (each[1].filed_at, each[1].id))
    return [{"number": case.number, "sentence": words} for words, case in foremost]


def _departments(paper: Docx, world: World, answers: Sequence[Answer]) -> None:
    say = world.texts
    if not answers:
        official.text(paper, say("proposal_no_answer"))
    for each in answers[-_ANSWERS:]:
        official.text(
            paper,
            say(
                "proposal_answer",
                department=wording.department_name(each.department, world),
                number=each.number,
                day=_day(world, each.answered_at),
                result=say(f"result_{each.result}") if each.result else say("staff_none"),
                text=wording.clipped(gate.clean(each.text), _LONGEST_ANSWER),
            ),
        )


def _pictures(paper: Docx, world: World, wanted: Sequence[Picture], pictures: Mapping[str, bytes]) -> None:
    shown = [
        (each, small) for each in wanted if (small := fitted(pictures.get(each.stored_as, b""))) is not None
    ]
    if not shown:
        return
    official.heading(paper, world.texts("proposal_pictures"))
    official.text(paper, world.texts("proposal_look_at_pictures"))
    for each, small in shown:
        official.picture(paper, small, caption=f"{each.number}，{_day(world, each.at)}")


def _table(world: World, found: Sequence[Case]) -> list[tuple[str, ...]]:
    head = tuple(
        world.texts(f"proposal_column_{name}") for name in ("number", "day", "place", "station", "state")
    )
    rows = [
        (
            case.number,
            f"{case.filed_at.astimezone(world.now.tzinfo):%Y-%m-%d}",
            wording.clipped(gate.place(case.place_text), 20) or world.texts("place_unknown"),
            wording.station_name(case.station, world),
            world.texts(f"state_{case.state}"),
        )
        for case in found[:_ROWS]
    ]
    return [head, *rows]


def _day(world: World, at: datetime) -> str:
    """Give a day; its year only where it is not this one."""
    local = at.astimezone(world.now.tzinfo)
    return (
        f"{local.month}月{local.day}日"
        if local.year == world.now.year
        else f"{local.year}年{local.month}月{local.day}日"
    )


def since_of(now: datetime) -> datetime:
    return now - LOOKED_BACK

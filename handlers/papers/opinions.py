"""发言意见办理情况: what was voiced at meetings, to whom it was handed, and what became of it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from handlers import wording
from handlers.context import World
from handlers.papers import official
from handlers.papers.paper import Paper, Render, compact, scope_name
from handlers.safety import gate
from storage.figures import opinions
from storage.figures.documents import Wanted
from storage.figures.opinions import Voiced
from storage.models import State

_WIDTHS = (10, 24, 47, 22, 53)
_TEXT, _ANSWER = 120, 160
_OVER = frozenset({State.CLOSED, State.AWAITING_VOTER})


def make_opinions(session: Session, world: World, wanted: Wanted) -> Render:
    """Read the opinions of a span, or of a meeting."""
    since, until = (date.fromisoformat(wanted.params[name]) for name in ("since", "until"))
    found = opinions.voiced(session, wanted.scope, since, until, meeting=wanted.params["meeting"])
    scope = scope_name(wanted.scope, world.district)
    meetings = list(dict.fromkeys(each.opinion.meeting for each in found))
    told = {meeting: [each for each in found if each.opinion.meeting == meeting] for meeting in meetings}
    grids = {meeting: _rows(world, rows) for meeting, rows in told.items()}
    summary = _summary(world, found)

    def render() -> Paper:
        title = world.texts("opinions_title")
        paper = official.new_paper(world.now, title)
        official.title(paper, title)
        official.text(paper, summary)
        for place, meeting in enumerate(meetings):
            heading = world.texts(
                "opinions_meeting", place=_numeral(place), meeting=meeting, count=len(told[meeting])
            )
            official.heading(paper, heading)
            official.grid(paper, grids[meeting], _WIDTHS, headed=True)
        official.heading(paper, world.texts("opinions_how", place=_numeral(len(meetings))))
        official.text(paper, world.texts("opinions_how_text"))
        official.signed(paper, world.district.settings.desk_name, wording.full_day(world.now.date()))
        return Paper(
            name=f"{title}_{scope}_{compact(world.now.date())}.docx",
            content=official.finished(paper),
            rows=len(found),
        )

    return render


def _summary(world: World, found: Sequence[Voiced]) -> str:
    today = world.now.date()
    asked = [each for each in found if each.case.asked_at]
    said = [each for each in asked if each.case.verdict]
    return world.texts(
        "opinions_summary",
        count=len(found),
        handed=sum(each.lead is not None for each in found),
        answered=sum(bool(each.answer) for each in found),
        over=sum(each.case.state in _OVER for each in found),
        late=sum(
            each.lead is not None and each.lead.state in {"sent", "accepted"} and each.lead.due < today
            for each in found
        ),
        asked=len(asked),
        said=len(said),
        solved=sum(each.case.verdict == "solved" for each in said),
    )


def _rows(world: World, found: Sequence[Voiced]) -> list[tuple[str, ...]]:
    head = tuple(
        world.texts(f"opinions_column_{name}")
        for name in ("place", "speaker", "text", "department", "outcome")
    )
    return [head, *(_row(world, place, each) for place, each in enumerate(found, start=1))]


def _row(world: World, place: int, each: Voiced) -> tuple[str, ...]:
    lead = each.lead
    department = (
        wording.department_name(lead.department, world) if lead else world.texts("opinions_not_handed")
    )
    due = world.texts("opinions_due", day=wording.short_day(lead.due)) if lead else ""
    begun = each.case.state != State.REGISTERED
    said = [world.texts(f"state_{each.case.state}" if begun else "opinions_not_begun")]
    if lead and lead.result:
        said.append(world.texts(f"result_{lead.result}"))
    if each.case.verdict:
        said.append(world.texts(f"opinions_verdict_{each.case.verdict}"))
    outcome = "，".join(said)
    if each.answer and not each.case.private:
        outcome = f"{outcome}。{wording.clipped(gate.clean(each.answer), _ANSWER)}"
    return (
        str(place),
        each.opinion.speaker or world.texts("opinion_speaker_gone"),
        wording.clipped(gate.told(each.case, each.case.text, gate.Audience.PAPER, world).text, _TEXT),
        f"{department}{due}",
        outcome,
    )


_NUMERALS = "一二三四五六七八九十"


def _numeral(place: int) -> str:
    return _NUMERALS[place] if place < len(_NUMERALS) else str(place + 1)

"""The card of the morning for people of departments: what is due today or past its day."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from handlers import wording
from handlers.cases.reach import topic_label
from handlers.cases.rungs import late_by
from handlers.context import World
from storage import referrals
from storage.models import Case, Referral
from storage.questions import menu, option
from storage.scopes import Grant

SHOWN = 5


def due_options(session: Session, world: World, grants: Iterable[Grant]) -> list[dict[str, str]]:
    """Give what the departments of a person must answer today or should have answered, each opened by its digit."""
    mine = referrals.departments_of(grants)
    waiting = referrals.waiting(session, mine, limit=SHOWN)
    due = [(case, referral) for case, referral in waiting if not case.paused_at and _on_card(world, referral)]
    return [
        option(digit, _line(world, case, referral), str(case.id))
        for digit, (case, referral) in enumerate(due, start=1)
    ]


def _on_card(world: World, referral: Referral) -> bool:
    """Tell whether a case belongs on today's card: what the ladder reminds of by itself is not said twice a day."""
    today = world.now.date()
    late = late_by(referral.due, today, world.district.calendar)
    return referral.due == today or late >= world.district.settings.desk_after_days


def _line(world: World, case: Case, referral: Referral) -> str:
    key = "department_line_late" if referral.due < world.now.date() else "department_line_today"
    day = wording.short_day(referral.due)
    return world.texts(key, number=case.number, topic=topic_label(world, case), day=day)


def card_text(world: World, options: list[dict[str, str]]) -> str:
    return world.texts("department_card", day=wording.day(world.now.date()), menu=menu(options))

"""The card of the morning for people of departments: what is due today or past its day."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from handlers import wording
from handlers.cases.reach import topic_label
from handlers.cases.rungs import late_by
from handlers.context import World
from storage.cases import referrals
from storage.messages.questions import menu, option
from storage.models import Case, Referral
from storage.people.scopes import Grant

SHOWN = 5
_READ = 40


def due_options(session: Session, world: World, grants: Iterable[Grant]) -> list[dict[str, str]]:
    """Give what the departments of a person must answer today or should have answered, each opened by its digit."""
    mine = referrals.departments_of(grants)
    waiting = referrals.waiting(session, mine, limit=_READ)
    due = [(case, referral) for case, referral in waiting if not case.paused_at and _on_card(world, referral)]
    return [
        option(digit, _line(world, case, referral), str(case.id))
        for digit, (case, referral) in enumerate(due[:SHOWN], start=1)
    ]


def _on_card(world: World, referral: Referral) -> bool:
    """Tell whether a case belongs on today's card: what the ladder reminds of by itself is not said twice a day.

    Who assists stands on no rung of the ladder, so the card tells them the working day before as well.
    """
    today = world.now.date()
    if not referral.lead and referral.due == world.district.calendar.next_workday(today):
        return True
    late = late_by(referral.due, today, world.district.calendar)
    return referral.due == today or late >= world.district.settings.desk_after_days


def _line(world: World, case: Case, referral: Referral) -> str:
    today = world.now.date()
    key = "department_line_late" if referral.due < today else "department_line_today"
    if not referral.lead and referral.due >= today:
        key = "department_line_assist"
    day = wording.short_day(referral.due)
    return world.texts(key, number=case.number, topic=topic_label(world, case), day=day)


def card_text(world: World, options: list[dict[str, str]]) -> str:
    return world.texts("department_card", day=wording.day(world.now.date()), menu=menu(options))

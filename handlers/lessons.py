"""Once a month: tell the district's staff what their corrections would teach the words; nothing is changed by itself."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.context import World
from handlers.district.district import District
from handlers.messages import Role
from handlers.pushes.owing import push_row
from handlers.pushes.send_times import When
from nlp.learning.teach import Lesson, teach
from storage.activity import duties
from storage.cases.corrections import corrected, uncorrected_texts
from storage.figures import reports

FIRST_DAYS = 7
LOOKED_BACK = timedelta(days=2 * 365)
MOST_UNTOUCHED = 300
"""Cases that nobody corrected and that are learned along; more would keep a small machine busy for long."""
TOLD_FROM, TOLD_UNTIL = time(9), time(17)


def lesson_due(session: Session, now: datetime, district: District, only: str = "") -> Lesson | None:
    """Learn from the corrections, if it is time for the monthly proposal and somebody has not had it yet."""
    if not _is_time(session, now, district, only):
        return None
    untouched = uncorrected_texts(session, limit=MOST_UNTOUCHED)
    return teach(district.lexicon, corrected(session, now - LOOKED_BACK), untouched)


def _is_time(session: Session, now: datetime, district: District, only: str) -> bool:
    local = now.astimezone(ZoneInfo(district.settings.timezone))
    if local.day > FIRST_DAYS or not district.calendar.is_workday(local.date()):
        return False
    return TOLD_FROM <= local.time() < TOLD_UNTIL and bool(_not_told(session, now, district, only))


def propose_lesson(session: Session, *, world: World, lesson: Lesson, only: str = "") -> dict[str, int]:
    """Owe the district's staff one message with what was right before and after on cases kept apart."""
    text = world.texts(
        "staff_lesson" if lesson.worth_it else "staff_lesson_no",
        count=lesson.corrections,
        apart=lesson.apart,
        before=lesson.right_before,
        after=lesson.right_after,
    )
    rows = [
        push_row(world, person_id, when=When.IN_PEACE, dedupe_key=key, kind="digest", text=text)
        for person_id, key in _not_told(session, world.now, world.district, only).items()
    ]
    return {"proposed": duties.add_pushes(session.connection(), rows)}


def _not_told(session: Session, now: datetime, district: District, only: str) -> dict[int, str]:
    month = now.astimezone(ZoneInfo(district.settings.timezone)).strftime("%Y-%m")
    holders = reports.holders(session, [Role.DISTRICT], now)
    keys = {
        person_id: f"lesson/{month}/{person_id}" for person_id in duties.channels_of(session, holders, only)
    }
    present = duties.pushes_by_key(session.connection(), keys.values())
    return {person_id: key for person_id, key in keys.items() if key not in present}

"""A promised day that passed: the voter hears of it once, with the reason and another day (moment 80)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import wording
from handlers.cases.case_rows import step_row
from handlers.cases.entering import write_effects
from handlers.cases.reach import topic_label
from handlers.cases.telling import tell_voter
from handlers.context import Work
from handlers.district.district import District
from handlers.effects import Effects
from handlers.texts import Texts
from storage.cases import referrals
from storage.casework import promises
from storage.casework.promises import Passed
from storage.models import Case, State

FROM, UNTIL = time(8, 40), time(20, 0)
AT_ONCE = 40
"""So many voters in one turn of the job; the others a few minutes later."""
_LATEST = timedelta(days=60)
"""What was promised longer ago is left to people, even if nothing ran meanwhile."""
_ONE_DAY = timedelta(days=1)


def plan_promises(session: Session, now: datetime, district: District, texts: Texts) -> dict[str, int]:
    """Tell those who were promised an answer by a day that is past, and have none, by when they hear now."""
    local = now.astimezone(ZoneInfo(district.settings.timezone))
    if not FROM <= local.time() < UNTIL:
        return {"promised anew": 0}
    work = Work(now=local, district=district, texts=texts, session=session)
    today = local.date()
    found = promises.passed(session, today, today - _LATEST, limit=AT_ONCE)
    for each in found:
        _tell(work, each)
    return {"promised anew": len(found)}


def _tell(work: Work, passed: Passed) -> None:
    case, today = passed.case, work.now.date()
    anew = wording.day(work.district.calendar.add_workdays(today, work.district.settings.promise_again_days))
    note = promises.note_of(passed.day, anew)
    step = step_row(case.id, promises.ANEW, case.state, work.now, actor=None, note=note, public=True)
    write_effects(work.session.connection(), [Effects(reply="", route="promise", steps=[step])], work)
    text = work.texts(
        "voter_promise_passed",
        number=case.number,
        topic=wording.clipped(topic_label(work, case), 10),
        day=work.texts("promise_yesterday")
        if passed.day == today - _ONE_DAY
        else wording.short_day(passed.day),
        reason=_reason(work, case),
        new=anew,
    )
    tell_voter(work, case, int(step["id"]), text)


def _reason(work: Work, case: Case) -> str:
    """Say what the case waits for, as far as the record knows."""
    leading = referrals.leading(work.session, case.id)
    station = wording.station_name(case.station, work)
    if leading is None or case.state in {State.REGISTERED, State.ASSIGNED}:
        return work.texts(f"promise_why_{case.state}", unit=wording.clipped(station, 12))
    key = "review" if referrals.awaits_review(case, leading) else "referred"
    if referrals.given_back(case, leading):
        key = "refused"
    return work.texts(
        f"promise_why_{key}", unit=wording.clipped(wording.department_name(leading.department, work), 12)
    )

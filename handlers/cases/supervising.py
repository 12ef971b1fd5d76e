"""督办: who answers for it is told, and reminded the working day before its day, on it, and every other one after it."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import wording
from handlers.account.duty_channel import kept_to
from handlers.cases.rungs import ASKED_EVERY, NAGS_AT, NAGS_UNTIL, late_by
from handlers.context import Work
from handlers.district.district import District
from handlers.messages import STAFF_ROLES, Role
from handlers.pushes.notices import owe_notice
from handlers.pushes.send_times import When
from handlers.texts import Texts
from storage.activity import duties
from storage.cases import cases
from storage.casework import supervision
from storage.figures import reports
from storage.models import Case
from storage.people import people
from storage.people.scopes import staff_scope


def plan_supervision(session: Session, now: datetime, district: District, texts: Texts) -> dict[str, int]:
    """Remind owner and setter of every case on the list whose day is near, here or past."""
    local = now.astimezone(ZoneInfo(district.settings.timezone))
    if not NAGS_AT <= local.time() < NAGS_UNTIL or not district.calendar.is_workday(local.date()):
        return {"supervision": 0}
    work = Work(now=local, district=district, texts=texts, session=session)
    near = district.calendar.next_workday(local.date())
    due = [case for case in supervision.due_by(session, near) if _is_said_today(work, case)]
    return {"supervision": sum(_remind(work, case) for case in due)}


def _is_said_today(work: Work, case: Case) -> bool:
    today, until = work.now.date(), case.supervised_until
    if until is None:
        return False
    late = late_by(until, today, work.district.calendar)
    return until >= today or late % ASKED_EVERY == 1


def _remind(work: Work, case: Case) -> int:
    until = case.supervised_until or work.now.date()
    owner = owner_of(work, case, case.supervised_owner)
    when = work.texts(f"supervision_{_stage(until, work.now.date())}")
    told = {owner, supervision.set_by(work.session, case.id)} - {None}
    if owner is None:
        told |= {*people.staff_of(work.session, station="", street="", now=work.now)}
    said = 0
    for person_id in sorted(each for each in told if each is not None):
        key = "supervision_owner" if person_id == owner else "supervision_setter"
        text = work.texts(
            key,
            number=case.number,
            name=case.supervised_owner or work.texts("staff_none"),
            day=wording.day(until),
            when=when,
            see=_see(work, case, person_id),
        )
        stem = f"supervision/{case.id}/{until.isoformat()}/{work.now.date().isoformat()}"
        said += owe_notice(work, person_id, case, when=When.IN_PEACE, dedupe_key=stem, text=text)
    return said


def _stage(until: date, today: date) -> str:
    return "past" if until < today else "today" if until == today else "near"


def owner_of(work: Work, case: Case, name: str) -> int | None:
    """Give the one in office who bears the name that was written; of several the one who may see the case."""
    if not name:
        return None
    named = people.in_office(work.session, name, work.now)
    if len(named) > 1:
        named = [each for each in named if may_see(work, case, each)]
    return named[0] if len(named) == 1 else None


def may_see(work: Work, case: Case, person_id: int) -> bool:
    """Tell whether a case lies in what a person answers for."""
    grants = reports.holders(work.session, sorted(STAFF_ROLES), work.now).get(person_id, ())
    return bool(grants) and cases.case_in(work.session, staff_scope(grants, person_id), case.id) is not None


def _see(work: Work, case: Case, person_id: int) -> str:
    key = "supervision_see" if may_see(work, case, person_id) else "supervision_ask"
    return work.texts(key, number=case.number, desk=work.district.settings.desk_name)


def tell_owner(work: Work, case: Case, name: str, until: date | None, *, by: int, key: str) -> str:
    """Tell who is named that a supervised case is theirs; say in words whether that can be done."""
    if not name or case.sealed:
        return ""
    owner = owner_of(work, case, name)
    if owner == by:
        return ""
    if owner is None or not _reached(work, [owner]):
        return work.texts("supervision_owner_unknown", name=name)
    day = wording.day(until) if until else work.texts("staff_none")
    text = work.texts("supervision_yours", number=case.number, day=day, see=_see(work, case, owner))
    owe_notice(work, owner, case, when=When.BY_DAY, dedupe_key=key, text=text)
    return work.texts("supervision_owner_told", name=name)


def _reached(work: Work, found: Iterable[int]) -> bool:
    kept = kept_to(Role.STATION, work.switches)
    return bool(duties.channels_of(work.session, found, kept))

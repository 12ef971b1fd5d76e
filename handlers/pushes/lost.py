"""What did not arrive comes back to whoever caused it: “没送到：…”, once, by day, with what to do instead."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import wording
from handlers.context import Work
from handlers.district.district import District
from handlers.messages import Role
from handlers.pushes.owing import owe
from handlers.pushes.reaching import why_told
from handlers.pushes.send_times import When
from handlers.texts import Texts
from storage.messages import lost, recipients
from storage.messages.lost import Lost
from storage.people import accused

AT_ONCE = 200
"""So many lost pushes are told of in one turn."""
_HAVE_THE_LIST = frozenset({Role.STATION, Role.STREET, Role.DISTRICT})
"""Who can look up telephone numbers under 没送到的."""


def tell_of_lost(session: Session, now: datetime, district: District, texts: Texts) -> dict[str, int]:
    """Tell everybody on duty once what they caused and what did not arrive; many in one message."""
    work = Work(
        now=now.astimezone(ZoneInfo(district.settings.timezone)),
        district=district,
        texts=texts,
        session=session,
    )
    found = lost.take(session, now, limit=AT_ONCE)
    roles = recipients.roles_of(session, {each.owed_by for each in found}, now)
    by_person: dict[int, list[Lost]] = {}
    for each in found:
        if each.owed_by in roles and _may_hear(work, each):
            by_person.setdefault(each.owed_by, []).append(each)
    for person_id, theirs in by_person.items():
        _tell(work, person_id, theirs, roles[person_id])
    return {"told of lost": len(by_person)}


def _may_hear(work: Work, each: Lost) -> bool:
    """Tell whether whoever caused a push may hear of its case: nothing of a sealed one reaches the accused."""
    if not each.sealed or each.case_id is None:
        return True
    connection = work.session.connection()
    who = accused.of(connection, each.case_id)
    return bool(accused.innocent(connection, [each.owed_by], who, work.now))


def _tell(work: Work, person_id: int, theirs: Sequence[Lost], roles: set[str]) -> None:
    first = theirs[0]
    more = work.texts("lost_more", count=len(theirs)) if len(theirs) > 1 else ""
    how = "lost_how_listed" if roles & _HAVE_THE_LIST else "lost_how"
    owe(
        work.session,
        work,
        person_id,
        when=When.BY_DAY,
        dedupe_key=f"lost/{person_id}/{first.id}",
        kind="notice",
        text=work.texts(
            "lost_told",
            whom=_whom(work, first),
            reason=why_told(work, first.error),
            more=more,
            how=work.texts(how),
        ),
        case_id=first.case_id,
    )


def _whom(work: Work, each: Lost) -> str:
    if not each.name:
        key = "staff_undelivered_case" if each.number else "staff_voter"
        return work.texts(key, number=each.number)
    name = wording.clipped(each.name, 12)
    if each.number:
        return work.texts("staff_undelivered_about", number=each.number, name=name)
    return name

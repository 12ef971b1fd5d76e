"""Every working day: departments hear what they have not answered, and the desk is asked who else should hear of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import wording
from handlers.asking import owe_question
from handlers.case_rows import step_row
from handlers.context import NO_SWITCHES, Switches, Work
from handlers.district.district import District
from handlers.effects import Effects, write_effects
from handlers.escalation.rungs import ASKED_EVERY, Clock, Rung, late_by, rungs
from handlers.send_times import in_peace
from handlers.staff.cases import topic_label
from handlers.staff.handing_over import short_name
from handlers.texts import Texts
from storage import duties, people, referrals
from storage.models import Case, Referral
from storage.outbox import enqueue
from storage.questions import option

NAGS_AT, NAGS_UNTIL = time(9, 10), time(17, 30)
TOLD = {"head told": Rung.HEAD, "leader told": Rung.LEADER}


@dataclass(frozen=True, slots=True)
class _Push:
    """One thing that somebody should hear, and the name under which it is owed only once."""

    key: str
    owe: Callable[[], None]


def plan_escalation(
    session: Session, now: datetime, district: District, texts: Texts, switches: Switches = NO_SWITCHES
) -> dict[str, int]:
    """Owe everybody what they should hear today about cases that departments have not answered."""
    local = now.astimezone(ZoneInfo(district.settings.timezone))
    if not NAGS_AT <= local.time() < NAGS_UNTIL or not district.calendar.is_workday(local.date()):
        return {"escalated": 0}
    work = Work(now=local, district=district, texts=texts, switches=switches, session=session)
    wanted = [push for case, referral in referrals.clocked(session) for push in _pushes(work, case, referral)]
    present = duties.pushes_by_key(session.connection(), [push.key for push in wanted])
    new = [push for push in wanted if push.key not in present]
    for push in new:
        push.owe()
    return {"escalated": len(new)}


def _pushes(work: Work, case: Case, referral: Referral) -> Iterator[_Push]:
    today, zone = work.now.date(), work.now.tzinfo
    late = late_by(referral.due, today, work.district.calendar)
    steps = referrals.steps_since(work.session, referral, TOLD) if late else []
    clock = Clock(
        sent=referral.sent_at.astimezone(zone).date(),
        receipt_due=referral.receipt_due,
        due=referral.due,
        accepted=referral.state == "accepted",
        told={TOLD[step.action] for step in steps},
    )
    for rung in rungs(clock, today, work.district.calendar, work.district.settings):
        yield from _MADE[rung](work, case, referral, late)


def _to_department(work: Work, case: Case, referral: Referral, rung: Rung, late: int) -> Iterator[_Push]:
    """Remind the department's people; each reminder offers what can be done about it."""
    values: tuple[str, ...] = {
        Rung.RECEIPT: ("accept", "refuse", "read"),
        Rung.NAG: ("answer", "extend", "help"),
        Rung.OVERDUE: ("answer", "extend", "help"),
    }[rung]
    if rung is Rung.NAG and referral.state == "sent":
        values = ("accept", "refuse", "read")
    if referral.extension_asked_at is not None:
        values = tuple(value for value in values if value != "extend")
    options = [
        option(digit, work.texts(f"department_do_{value}"), value) for digit, value in enumerate(values, 1)
    ]
    text = work.texts(
        f"department_{rung}",
        number=case.number,
        what=f"{wording.place_told(case.place_text, work)}，{topic_label(work, case)}",
        day=wording.day(referral.due),
        days=late,
    )
    once = f"{referral.due.isoformat()}{f'/{work.now.date().isoformat()}' if late else ''}"
    for person_id in referrals.people_of(work.session, [referral.department], work.now):
        key = f"{rung}/{referral.id}/{once}/{person_id}"
        yield _Push(key, _asking(work, case, person_id, "department_case", text, options, key))


def _asking(  # noqa: PLR0917
    work: Work,
    case: Case,
    person_id: int,
    kind: str,
    text: str,
    options: list[dict[str, str]],
    key: str,
) -> Callable[[], None]:
    def owe() -> None:
        owe_question(
            work,
            person_id,
            kind=kind,
            subject=str(case.id),
            text=text,
            options=options,
            dedupe_key=key,
            at=in_peace(work.now, work.district.settings, whose=person_id),
            case_id=case.id,
        )

    return owe


def _receipt(work: Work, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    yield from _to_department(work, case, referral, Rung.RECEIPT, late)
    department = work.district.departments.get(referral.department)
    text = work.texts(
        "desk_receipt",
        number=case.number,
        department=short_name(work, referral.department),
        phone=(department.phone if department else "") or work.texts("staff_no_phone"),
    )
    told = [referral.sent_by] if referral.sent_by is not None else []
    yield from _notices(work, case, f"desk receipt/{referral.id}", told, text)


def _nag(work: Work, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    return _to_department(work, case, referral, Rung.NAG, late)


def _overdue(work: Work, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    return _to_department(work, case, referral, Rung.OVERDUE, late)


def _desk(work: Work) -> list[int]:
    return people.staff_of(work.session, station="", street="", now=work.now)


def _ask_desk(  # noqa: PLR0917
    work: Work, case: Case, referral: Referral, late: int, rung: Rung, since: int
) -> Iterator[_Push]:
    """Ask the district desk who should hear of it; it is asked again after two working days."""
    options = [
        option(digit, work.texts(f"over_desk_{value}"), value)
        for digit, value in enumerate((str(rung), "phone", "wait"), 1)
    ]
    text = work.texts(
        f"over_desk_{rung}_question",
        number=case.number,
        department=short_name(work, referral.department),
        days=late,
        nags=min(late, work.district.settings.desk_after_days) - 1,
        said=last_said(work, referral),
    )
    turn = (late - since) // ASKED_EVERY
    for person_id in _desk(work):
        key = f"over desk {rung}/{referral.id}/{referral.due.isoformat()}/{turn}/{person_id}"
        yield _Push(key, _asking(work, case, person_id, "over_desk", text, options, key))


def last_said(work: Work, referral: Referral) -> str:
    """Give the department's own last reason, as part of a sentence."""
    steps = referrals.steps_since(work.session, referral, ("extension asked", "help asked"))
    reason = wording.clipped(steps[-1].note.partition("：")[2] or steps[-1].note, 20) if steps else ""
    return work.texts("over_desk_said", reason=reason) if reason else ""


def _head(work: Work, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    return _ask_desk(work, case, referral, late, Rung.HEAD, work.district.settings.desk_after_days)


def _leader(work: Work, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    return _ask_desk(work, case, referral, late, Rung.LEADER, work.district.settings.leader_after_days)


def _supervision(work: Work, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    """Put the case on the supervision list; nobody above hears of it by this."""
    if case.supervised_at is None:
        step = step_row(case.id, "supervised", case.state, work.now, actor=None, public=False)
        effects = Effects(
            reply="",
            route="supervise",
            steps=[step],
            case_changes=[(case.id, {"supervised_at": work.now})],
        )
        write_effects(work.session.connection(), [effects], work.now)
    text = work.texts(
        "desk_supervised",
        number=case.number,
        department=short_name(work, referral.department),
        days=late,
    )
    key = f"supervised/{referral.id}/{referral.due.isoformat()}"
    yield from _notices(work, case, key, _desk(work), text)


def _notices(work: Work, case: Case, key: str, told: Iterable[int], text: str) -> Iterator[_Push]:
    for person_id in told:
        yield _Push(f"{key}/{person_id}", _noticing(work, case, person_id, text, f"{key}/{person_id}"))


def _noticing(work: Work, case: Case, person_id: int, text: str, key: str) -> Callable[[], None]:
    def owe() -> None:
        enqueue(
            work.session,
            dedupe_key=key,
            person_id=person_id,
            kind="notice",
            text=text,
            case_id=case.id,
            now=work.now,
            not_before=in_peace(work.now, work.district.settings, whose=person_id),
        )

    return owe


_MADE: dict[Rung, Callable[[Work, Case, Referral, int], Iterator[_Push]]] = {
    Rung.RECEIPT: _receipt,
    Rung.NAG: _nag,
    Rung.OVERDUE: _overdue,
    Rung.HEAD: _head,
    Rung.LEADER: _leader,
    Rung.SUPERVISION: _supervision,
}

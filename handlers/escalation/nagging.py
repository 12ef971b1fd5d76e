"""Every working day: departments hear what they have not answered, and the desk is asked who else should hear of it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import wording
from handlers.cases.case_rows import step_row
from handlers.cases.entering import write_effects
from handlers.cases.reach import topic_label
from handlers.cases.rungs import ASKED_EVERY, NAGS_AT, NAGS_UNTIL, Clock, Rung, late_by, rungs
from handlers.context import NO_SWITCHES, Switches, Work, World
from handlers.district.district import District
from handlers.effects import Effects
from handlers.pushes.asking import owe_question
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from handlers.safety import gate
from handlers.texts import Texts
from storage.activity import duties
from storage.cases import referrals, running
from storage.messages.questions import option
from storage.models import Case, CaseStep, Referral
from storage.people import people

_REASONS = ("extension asked", "help asked")
TOLD = {"head told": Rung.HEAD, "leader told": Rung.LEADER}


@dataclass(frozen=True, slots=True)
class _Push:
    """One thing that somebody should hear, and the name under which it is owed only once."""

    key: str
    owe: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What was read for all cases on a rung at once."""

    work: Work
    steps: Mapping[int, list[CaseStep]]
    """By case: who above the department was told, and what the department asked for."""
    people: Mapping[str, list[int]]
    """By department."""
    desk: list[int]
    reminded: Collection[str]
    """Reminders since the due day that really went out, by their keys."""
    reachable: Collection[int]
    """People of departments who have an account."""

    def since(self, referral: Referral) -> list[CaseStep]:
        """Give the steps since a case was handed over."""
        return [step for step in self.steps.get(referral.case_id, ()) if step.at >= referral.sent_at]


def plan_escalation(
    session: Session, now: datetime, district: District, texts: Texts, switches: Switches = NO_SWITCHES
) -> dict[str, int]:
    """Owe everybody what they should hear today about cases that departments have not answered."""
    local = now.astimezone(ZoneInfo(district.settings.timezone))
    if not NAGS_AT <= local.time() < NAGS_UNTIL or not district.calendar.is_workday(local.date()):
        return {"escalated": 0}
    work = Work(now=local, district=district, texts=texts, switches=switches, session=session)
    wanted = _wanted(work)
    present = duties.pushes_by_key(session.connection(), [push.key for push in wanted])
    new = [push for push in wanted if push.key not in present]
    for push in new:
        push.owe()
    return {"escalated": len(new)}


def _wanted(work: Work) -> list[_Push]:
    """Give what is to be said today: of all clocks that run only the cases of those on a rung are read."""
    zone = work.now.tzinfo
    climbing: dict[Clock, bool] = {}
    on_rung = []
    for each in running.running_clocks(work.session):
        clock = Clock(
            sent=each.sent_at.astimezone(zone).date(),
            receipt_due=each.receipt_due,
            due=each.due,
            accepted=each.state == "accepted",
        )
        if clock not in climbing:
            climbing[clock] = bool(_rungs(work, clock))
        if climbing[clock]:
            on_rung.append((each.referral_id, clock))
    if not on_rung:
        return []
    found = running.with_cases(work.session, [referral_id for referral_id, _ in on_rung])
    facts = _facts(work, found)
    clocks = dict(on_rung)
    return [push for case, referral in found for push in _pushes(facts, case, referral, clocks[referral.id])]


def _rungs(work: Work, clock: Clock) -> tuple[Rung, ...]:
    return rungs(clock, work.now.date(), work.district.calendar, work.district.settings)


def _facts(work: Work, found: list[tuple[Case, Referral]]) -> _Facts:
    departments = {referral.department for _, referral in found}
    people_of = running.people_by_department(work.session, departments, work.now)
    reminders = [
        key
        for _, referral in found
        for day in _reminder_days(work, referral)
        for person_id in people_of.get(referral.department, ())
        for key in [_reminder_key(Rung.OVERDUE, referral, day, person_id)]
    ]
    return _Facts(
        work=work,
        steps=running.steps_by_case(work.session, {case.id for case, _ in found}, {*TOLD, *_REASONS}),
        people=people_of,
        desk=people.staff_of(work.session, station="", street="", now=work.now),
        reminded=running.reached_by(work.session, reminders),
        reachable=duties.channels_of(
            work.session, sorted({each for held in people_of.values() for each in held})
        ),
    )


def _reminder_days(work: Work, referral: Referral) -> list[date]:
    """Give the working days since the due day on which a department was to be reminded, before today."""
    calendar, most = work.district.calendar, work.district.settings.desk_after_days
    late = late_by(referral.due, work.now.date(), calendar)
    return [calendar.add_workdays(referral.due, nth) for nth in range(1, min(late, most))]


def _reminder_key(rung: Rung, referral: Referral, day: date | None, person_id: int) -> str:
    once = f"{referral.due.isoformat()}{f'/{day.isoformat()}' if day else ''}"
    return f"{rung}/{referral.id}/{once}/{person_id}"


def _reminders_said(facts: _Facts, referral: Referral) -> str:
    """Say how often a department was really reminded; where nobody was, why not and whom to ring up."""
    work, people_of = facts.work, facts.people.get(referral.department, ())
    nags = sum(
        any(_reminder_key(Rung.OVERDUE, referral, day, each) in facts.reminded for each in people_of)
        for day in _reminder_days(work, referral)
    )
    if nags:
        return work.texts("over_desk_reminded", nags=nags)
    bound = any(each in facts.reachable for each in people_of)
    department = work.district.departments.get(referral.department)
    phone = (department.phone if department else "") or work.texts("staff_no_phone")
    return work.texts("over_desk_not_reminded" if bound else "over_desk_unbound", phone=phone)


def _pushes(facts: _Facts, case: Case, referral: Referral, clock: Clock) -> Iterator[_Push]:
    late = late_by(referral.due, facts.work.now.date(), facts.work.district.calendar)
    told = frozenset(TOLD[step.action] for step in facts.since(referral) if step.action in TOLD)
    for rung in _rungs(facts.work, replace(clock, told=told)):
        yield from _MADE[rung](facts, case, referral, late)


def _to_department(facts: _Facts, case: Case, referral: Referral, rung: Rung, late: int) -> Iterator[_Push]:
    """Remind the department's people; each reminder offers what can be done about it."""
    work = facts.work
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
    for person_id in facts.people.get(referral.department, ()):
        key = _reminder_key(rung, referral, work.now.date() if late else None, person_id)
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
            when=When.IN_PEACE,
            case_id=case.id,
        )

    return owe


def _receipt(facts: _Facts, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    work = facts.work
    yield from _to_department(facts, case, referral, Rung.RECEIPT, late)
    department = work.district.departments.get(referral.department)
    bound = facts.people.get(referral.department)
    text = work.texts(
        "desk_receipt",
        number=case.number,
        department=wording.department_name(referral.department, work),
        phone=(department.phone if department else "") or work.texts("staff_no_phone"),
        reminded=work.texts("desk_receipt_reminded" if bound else "desk_receipt_unbound"),
    )
    told = [referral.sent_by] if referral.sent_by is not None else []
    yield from _notices(work, case, f"desk receipt/{referral.id}", told, text)


def _nag(facts: _Facts, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    return _to_department(facts, case, referral, Rung.NAG, late)


def _overdue(facts: _Facts, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    return _to_department(facts, case, referral, Rung.OVERDUE, late)


def _ask_desk(  # noqa: PLR0917
    facts: _Facts, case: Case, referral: Referral, late: int, rung: Rung, since: int
) -> Iterator[_Push]:
    """Ask the district desk who should hear of it; it is asked again after two working days."""
    work = facts.work
    options = [
        option(digit, work.texts(f"over_desk_{value}"), value)
        for digit, value in enumerate((str(rung), "phone", "wait"), 1)
    ]
    text = work.texts(
        f"over_desk_{rung}_question",
        number=case.number,
        department=wording.department_name(referral.department, work),
        days=late,
        reminders=_reminders_said(facts, referral) if rung is Rung.HEAD else "",
        said=last_said(work, facts.since(referral)),
    )
    turn = (late - since) // ASKED_EVERY
    for person_id in facts.desk:
        key = f"over desk {rung}/{referral.id}/{referral.due.isoformat()}/{turn}/{person_id}"
        yield _Push(key, _asking(work, case, person_id, "over_desk", text, options, key))


def last_said(world: World, steps: Sequence[CaseStep]) -> str:
    """Give the department's own last reason, as part of a sentence."""
    notes = [step.note for step in steps if step.action in _REASONS]
    reason = wording.clipped(gate.clean(notes[-1].partition("：")[2] or notes[-1]), 20) if notes else ""
    return world.texts("over_desk_said", reason=reason) if reason else ""


def reasons(ctx: Work, referral: Referral) -> str:
    """Give the last reason of one department that is asked about alone."""
    return last_said(ctx, referrals.steps_since(ctx.session, referral, _REASONS))


def _head(facts: _Facts, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    return _ask_desk(facts, case, referral, late, Rung.HEAD, facts.work.district.settings.desk_after_days)


def _leader(facts: _Facts, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    return _ask_desk(facts, case, referral, late, Rung.LEADER, facts.work.district.settings.leader_after_days)


def _supervision(facts: _Facts, case: Case, referral: Referral, late: int) -> Iterator[_Push]:
    """Put the case on the supervision list; nobody above hears of it by this."""
    work = facts.work
    if case.supervised_at is None:
        step = step_row(case.id, "supervised", case.state, work.now, actor=None, public=False)
        effects = Effects(
            reply="",
            route="supervise",
            steps=[step],
            case_changes=[(case.id, {"supervised_at": work.now})],
        )
        write_effects(work.session.connection(), [effects], work)
    text = work.texts(
        "desk_supervised",
        number=case.number,
        department=wording.department_name(referral.department, work),
        days=late,
    )
    key = f"supervised/{referral.id}/{referral.due.isoformat()}"
    yield from _notices(work, case, key, facts.desk, text)


def _notices(work: Work, case: Case, key: str, told: Iterable[int], text: str) -> Iterator[_Push]:
    for person_id in told:
        yield _Push(f"{key}/{person_id}", _noticing(work, case, person_id, text, f"{key}/{person_id}"))


def _noticing(work: Work, case: Case, person_id: int, text: str, key: str) -> Callable[[], None]:
    def now_owed() -> None:
        owe(
            work.session,
            work,
            person_id,
            when=When.IN_PEACE,
            dedupe_key=key,
            kind="notice",
            text=text,
            case_id=case.id,
        )

    return now_owed


_MADE: dict[Rung, Callable[[_Facts, Case, Referral, int], Iterator[_Push]]] = {
    Rung.RECEIPT: _receipt,
    Rung.NAG: _nag,
    Rung.OVERDUE: _overdue,
    Rung.HEAD: _head,
    Rung.LEADER: _leader,
    Rung.SUPERVISION: _supervision,
}

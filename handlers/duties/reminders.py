"""Plan the reminders of duty days: what is due goes to the outbox once, however often this runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.district.district import District
from handlers.duties.book import USUAL_LEADS, Held, keep_occasions
from handlers.duties.forms import TEMPLATE, Form, answer_options, changed_form, forms, moved_form
from handlers.duties.occasions import reminder_instants
from handlers.send_times import around, in_daytime, in_peace
from handlers.texts import Texts
from handlers.wording import short_day
from storage import duties
from storage.duties import RosterPerson, Said
from storage.models import Occasion
from storage.outbox import outbox_row
from storage.questions import question_row

Counts = Mapping[str, int]

PLAN_AHEAD = timedelta(minutes=20)
"""Longer than the interval of the tick, so that a reminder waits in the outbox for its minute."""


@dataclass(slots=True)
class _Plan:
    """What one run knows, and the rows it is going to write."""

    session: Session
    now: datetime
    district: District
    zone: tzinfo
    texts: Texts
    people: Mapping[str, RosterPerson]
    questions: list[dict[str, Any]] = field(default_factory=list)
    pushes: list[dict[str, Any]] = field(default_factory=list)

    def send_at(self, usual: datetime, person_id: int) -> datetime:
        """Give when a person hears of what is usually told then: in their own minute, or as soon as may be."""
        own = around(usual, person_id)
        if own > self.now:
            return own.astimezone(self.zone)
        return in_peace(self.now, self.district.settings, whose=person_id)

    def write(self) -> int:
        """Write what has gathered; give how many pushes were not owed already."""
        connection = self.session.connection()
        duties.add_questions(connection, self.questions)
        added = duties.add_pushes(connection, self.pushes)
        self.questions, self.pushes = [], []
        return added


def plan_reminders(
    session: Session,
    now: datetime,
    district: District,
    texts: Texts,
    *,
    ahead: timedelta = PLAN_AHEAD,
) -> Counts:
    """Recompute the whole window: keep the occasions, tell what moved, owe every reminder that is due.

    Nothing is remembered between runs but the rows themselves, so a rule imported late still reminds (one
    message for all the leads that have passed) and a clock that jumps forward and back doubles nothing.
    """
    zone = ZoneInfo(district.settings.timezone)
    plan = _Plan(session, now, district, zone, texts, duties.roster(session, "deputy"))
    kept = keep_occasions(session, now, district, texts, plan.people)
    told = _tell_moved(plan, kept.moved)
    changed = _tell_changed(plan, kept.changed)
    reminders = _remind(plan, kept.held, now + ahead)
    notices = _tell_provisional(plan, kept.held)
    return {"occasions": kept.new, "moved": told + changed, "reminders": reminders, "notices": notices}


# -- reminders ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """One reminder that should stand in the outbox."""

    item: Held
    person: RosterPerson
    lead: int
    at: datetime
    key: str
    moved_key: str
    """Key of the notice that told this person of the present day, if it was told after `at`."""


def _remind(plan: _Plan, held: list[Held], horizon: datetime) -> int:
    """Owe each person the latest reminder that is due; an earlier one that was missed is merged into it."""
    due = [(item, *latest) for item in held if (latest := _latest_due(item, horizon, plan)) is not None]
    ids = [item.row.id for item, _, _ in due]
    said = duties.said_of(plan.session, ids)
    wanted = [
        _Wanted(
            item=item,
            person=person,
            lead=lead,
            at=at,
            key=reminder_key(item.row, person.id, lead),
            moved_key=_moved_key(item.row, person.id) if item.row.planned_at >= at else "",
        )
        for item, lead, at in due
        for person in item.people
        if not (lead and _said(said, item, person).about(item.row.held_on))
    ]
    connection = plan.session.connection()
    keys = [key for each in wanted for key in (each.key, each.moved_key) if key]
    present = duties.pushes_by_key(connection, keys)
    wanted = [each for each in wanted if each.key not in present and each.moved_key not in present]
    if not wanted:
        return 0
    cases = duties.open_cases_by_station(plan.session)
    questions = duties.open_questions_of(connection, {each.item.row.id for each in wanted})
    for each in wanted:
        _owe(plan, each, _said(said, each.item, each.person), cases, questions)
    return plan.write()


def _said(said: Mapping[tuple[int, int], Said], item: Held, person: RosterPerson) -> Said:
    return said.get((item.row.id, person.id), Said())


def _latest_due(item: Held, horizon: datetime, plan: _Plan) -> tuple[int, datetime] | None:
    """Give the last reminder of an occasion whose instant has come, while the occasion is still ahead."""
    if item.over <= in_daytime(plan.now, plan.district.settings):
        return None
    instants = reminder_instants(item.event.rule, item.event.occasion, plan.zone)
    return max((each for each in instants if each[1] <= horizon), key=lambda each: each[1], default=None)


def _owe(
    plan: _Plan,
    wanted: _Wanted,
    said: Said,
    cases: Mapping[str, int],
    questions: Mapping[tuple[int, int], int],
) -> None:
    item, person = wanted.item, wanted.person
    answer = said.about(item.row.held_on)
    send_at = plan.send_at(wanted.at, person.id)
    form = forms(
        item.event,
        open_cases=cases.get(item.row.station, 0),
        deputy_name=person.name,
        texts=plan.texts,
        lead=wanted.lead,
        sent_at=send_at,
        answer=answer,
    )
    question_id = None
    if item.row.held_on is not None and not answer:
        question_id = questions.get((item.row.id, person.id)) or _ask(plan, item, person)
    _push(plan, item, person, form, key=wanted.key, send_at=send_at, question_id=question_id)


def _ask(plan: _Plan, item: Held, person: RosterPerson) -> int:
    row = question_row(
        person_id=person.id,
        kind=duties.QUESTION_KIND,
        subject=str(item.row.id),
        text=plan.texts("occasion_question", day=short_day(item.event.day), name=item.event.rule.label),
        options=answer_options(plan.texts),
        now=plan.now,
        lasts=item.over - plan.now,
        delivered=False,
    )
    plan.questions.append(row)
    return int(row["id"])


def _push(
    plan: _Plan,
    item: Held,
    person: RosterPerson,
    form: Form,
    *,
    key: str,
    send_at: datetime,
    question_id: int | None,
) -> None:
    plan.pushes.append(
        outbox_row(
            dedupe_key=key,
            person_id=person.id,
            kind="reminder",
            text=form.long,
            template=TEMPLATE,
            fields=form.fields,
            question_id=question_id,
            now=plan.now,
            not_before=send_at,
            expires_at=item.over,
        )
    )


def reminder_key(row: Occasion, person_id: int, lead: int) -> str:
    return f"reminder/{row.rule}/{row.station}/{row.nominal_date}/{person_id}/{lead}"


def _moved_key(row: Occasion, person_id: int) -> str:
    stands_since = int(row.planned_at.timestamp())
    return f"moved/{row.rule}/{row.station}/{row.nominal_date}/{person_id}/{stands_since}"


# -- what moved -----------------------------------------------------------------------------------------


def _tell_moved(plan: _Plan, moved: list[tuple[Held, date | None]]) -> int:
    """Tell those who know the old day of the new one and ask again; take back what was not sent yet."""
    if not moved:
        return 0
    connection = plan.session.connection()
    ids = [item.row.id for item, _ in moved]
    said = duties.said_of(plan.session, ids)
    questions = duties.open_questions_of(connection, ids)
    told = _told(plan, [item for item, _ in moved])
    for item, before in moved:
        for person in item.people:
            if (item.row.id, person.id) in told:
                _push_moved(plan, item, person, _said(said, item, person).about(before))
    duties.close_questions(connection, questions.values(), plan.now)
    return plan.write()


def _tell_changed(plan: _Plan, changed: list[Held]) -> int:
    """Tell those who know an occasion that its hour or place is another; what they answered still counts."""
    ids = [item.row.id for item in changed if item.over > plan.now]
    if not ids:
        return 0
    said = duties.said_of(plan.session, ids)
    questions = duties.open_questions_of(plan.session.connection(), ids)
    told, changed_at = _told(plan, changed), int(plan.now.timestamp())
    for item in changed:
        for person in item.people:
            answer = _said(said, item, person).about(item.row.held_on)
            if (item.row.id, person.id) not in told or answer == "no":
                continue
            form = changed_form(item.event, deputy_name=person.name, texts=plan.texts, answered=bool(answer))
            key = (
                f"changed/{item.row.rule}/{item.row.station}/{item.row.nominal_date}/{person.id}/{changed_at}"
            )
            question_id = questions.get((item.row.id, person.id))
            send_at = in_peace(plan.now, plan.district.settings, whose=person.id)
            _push(plan, item, person, form, key=key, send_at=send_at, question_id=question_id)
    return plan.write()


def _told(plan: _Plan, items: list[Held]) -> set[tuple[int, int]]:
    """Give who knows of which occasion already; reminders that were not sent yet are taken back."""
    connection = plan.session.connection()
    keys = {
        reminder_key(item.row, person.id, lead): (item.row.id, person.id)
        for item in items
        for person in item.people
        for lead in {*item.event.rule.leads, *USUAL_LEADS}
    }
    present = duties.pushes_by_key(connection, keys)
    never_tried = [push.id for push in present.values() if push.never_tried]
    withdrawn = duties.withdraw_pushes(connection, never_tried)
    return {keys[key] for key, push in present.items() if push.id not in withdrawn}


def _push_moved(plan: _Plan, item: Held, person: RosterPerson, answered: str) -> None:
    form = moved_form(item.event, deputy_name=person.name, texts=plan.texts, answered=answered)
    question_id = _ask(plan, item, person) if item.row.held_on is not None else None
    send_at = in_peace(plan.now, plan.district.settings, whose=person.id)
    key = _moved_key(item.row, person.id)
    _push(plan, item, person, form, key=key, send_at=send_at, question_id=question_id)


def _tell_provisional(plan: _Plan, held: list[Held]) -> int:
    """Tell the district desk, once a year, which days rest on weekends alone."""
    by_year: dict[int, set[date]] = {}
    for item in held:
        if item.event.occasion.provisional:
            by_year.setdefault(item.event.day.year, set()).add(item.event.day)
    desk = duties.holders_of(plan.session, "district", "", plan.now) if by_year else []
    keys = {(year, person_id): f"provisional/{year}/{person_id}" for year in by_year for person_id in desk}
    present = duties.pushes_by_key(plan.session.connection(), keys.values())
    for (year, person_id), key in keys.items():
        if key in present:
            continue
        days = "、".join(short_day(day) for day in sorted(by_year[year])[:4])
        plan.pushes.append(
            outbox_row(
                dedupe_key=key,
                person_id=person_id,
                kind="notice",
                text=plan.texts("provisional_notice", year=year, days=days),
                now=plan.now,
                not_before=in_peace(plan.now, plan.district.settings, whose=person_id),
            )
        )
    return plan.write()

"""News of duty days: what moved, what changed, what is called off, and which days rest on weekends alone."""

from datetime import date

from handlers.duties.book import USUAL_LEADS, Held
from handlers.duties.forms import changed_form, moved_form
from handlers.duties.plan import Plan, ask, moved_key, owe_push, reminder_key, said_by
from handlers.pushes.owing import push_row
from handlers.pushes.send_times import When
from handlers.wording import short_day
from storage.activity import duties
from storage.activity.duties import RosterPerson


def tell_moved(plan: Plan, moved: list[tuple[Held, date | None]]) -> int:
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
                _push_moved(plan, item, person, said_by(said, item, person).about(before))
    duties.close_questions(connection, questions.values(), plan.now)
    return plan.write()


def tell_changed(plan: Plan, changed: list[Held]) -> int:
    """Tell those who know an occasion that its hour or place is another; what they answered still counts."""
    ids = [item.row.id for item in changed if item.over > plan.now]
    if not ids:
        return 0
    said = duties.said_of(plan.session, ids)
    questions = duties.open_questions_of(plan.session.connection(), ids)
    told, changed_at = _told(plan, changed), int(plan.now.timestamp())
    for item in changed:
        for person in item.people:
            answer = said_by(said, item, person).about(item.row.held_on)
            if (item.row.id, person.id) not in told or answer == "no":
                continue
            form = changed_form(item.event, deputy_name=person.name, texts=plan.texts, answered=bool(answer))
            key = (
                f"changed/{item.row.rule}/{item.row.station}/{item.row.nominal_date}/{person.id}/{changed_at}"
            )
            question_id = questions.get((item.row.id, person.id))
            owe_push(plan, item, person, form, key=key, when=When.IN_PEACE, question_id=question_id)
    return plan.write()


def _told(plan: Plan, items: list[Held]) -> set[tuple[int, int]]:
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


def _push_moved(plan: Plan, item: Held, person: RosterPerson, answered: str) -> None:
    form = moved_form(item.event, deputy_name=person.name, texts=plan.texts, answered=answered)
    question_id = ask(plan, item, person) if item.row.held_on is not None else None
    key = moved_key(item.row, person.id)
    owe_push(plan, item, person, form, key=key, when=When.IN_PEACE, question_id=question_id)


def tell_provisional(plan: Plan, held: list[Held]) -> int:
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
            push_row(
                plan,
                person_id,
                when=When.IN_PEACE,
                dedupe_key=key,
                kind="notice",
                text=plan.texts("provisional_notice", year=year, days=days),
            )
        )
    return plan.write()

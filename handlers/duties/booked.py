"""Voters who have booked a reception: told when its day, hour or place changes, and asked what they want."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.context import Work
from handlers.duties.book import Held
from handlers.duties.forms import TEMPLATE, Event, Form, visit_form, visit_moved_form, visit_off_text
from handlers.duties.plan import Plan
from handlers.duties.receptions import places_of, time_of
from handlers.pushes.owing import push_row
from handlers.pushes.send_times import When, around
from storage.activity import bookings
from storage.activity.bookings import Booked
from storage.messages.questions import menu, option, question_row

_REMINDED_AT = time(8, 30)
_ONE_DAY = timedelta(days=1)
_ASKED_FOR = timedelta(days=7)


def tell_booked(plan: Plan, moved: list[tuple[Held, date | None]], changed: list[Held]) -> int:
    """Tell those who have booked of another day, hour or place; one that is not held is given back for them."""
    items = {item.row.id: item for item in [*(each for each, _ in moved), *changed] if item.over > plan.now}
    found = bookings.of_occasions(plan.session, items) if items else []
    for booked in found:
        item = items[booked.occasion.id]
        held = item.row.held_on is not None and booked.place < places_of(item.event.rule)
        if held:
            bookings.drop_reminders(plan.session, [booked.id])
            _tell_moved(plan, item, booked)
        else:
            bookings.give_back(plan.session, [booked.id])
            _tell_off(plan, item, booked)
    return plan.write()


def _tell_moved(plan: Plan, item: Held, booked: Booked) -> None:
    at = time_of(item.event.rule, booked.place)
    form = visit_moved_form(item.event, at=at, texts=plan.texts)
    options = [
        option(1, plan.texts("visit_comes"), f"keep|{booked.id}"),
        option(2, plan.texts("visit_other_day"), f"change|{booked.id}"),
        option(3, plan.texts("visit_stays_away"), f"cancel|{booked.id}"),
    ]
    _push(plan, item, booked, form, kind="which_visit", options=options)
    plan.pushes += visit_reminder(item.event, booked.id, booked.person_id, at=at, work=plan)


def _tell_off(plan: Plan, item: Held, booked: Booked) -> None:
    options = [
        option(1, plan.texts("visit_next_day"), "book"),
        option(0, plan.texts("book_not"), "no"),
    ]
    text = visit_off_text(item.event, texts=plan.texts)
    _push(plan, item, booked, Form(text, {}), kind="reception", options=options)


def _push(
    plan: Plan, item: Held, booked: Booked, form: Form, *, kind: str, options: list[dict[str, str]]
) -> None:
    question = question_row(
        person_id=booked.person_id,
        kind=kind,
        subject=item.row.station,
        options=options,
        now=plan.now,
        lasts=_ASKED_FOR,
        delivered=False,
    )
    plan.questions.append(question)
    # A booking is told of each change once, whoever plans it.
    key = f"visit moved/{booked.id}/{int(item.row.planned_at.timestamp())}/{item.row.starts}/{item.row.venue}"
    plan.pushes.append(
        push_row(
            plan,
            booked.person_id,
            when=When.IN_PEACE,
            dedupe_key=key[:190],
            kind="visit",
            text=f"{form.long}\n{menu(options)}",
            template=TEMPLATE if form.fields else "",
            fields=form.fields,
            question_id=question["id"],
        )
    )


def visit_reminder(
    event: Event, booking_id: int, person_id: int, *, at: time, work: Plan | Work
) -> list[dict[str, Any]]:
    """Give the reminder of the day before a booked time, if that is still to come."""
    zone = ZoneInfo(work.district.settings.timezone)
    before = around(datetime.combine(event.day - _ONE_DAY, _REMINDED_AT, zone), person_id)
    if before <= work.now:
        return []
    form = visit_form(event, at=at, texts=work.texts)
    row = push_row(
        work,
        person_id,
        when=before,
        dedupe_key=bookings.reminder_key(booking_id),
        kind="visit",
        text=form.long,
        template=TEMPLATE,
        fields=form.fields,
        expires_at=datetime.combine(event.day, event.rule.starts, zone),
    )
    return [row]

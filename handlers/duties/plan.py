"""What one run of planning knows, and the rows of questions and pushes that it is going to write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from handlers.district.district import District
from handlers.duties.book import Held
from handlers.duties.forms import TEMPLATE, Form, answer_options
from handlers.pushes.owing import push_row
from handlers.pushes.send_times import When, around, in_peace
from handlers.texts import Texts
from handlers.wording import short_day
from storage.activity import bookings, duties
from storage.activity.duties import RosterPerson, Said
from storage.messages.questions import question_row
from storage.models import Occasion


@dataclass(slots=True)
class Plan:
    """What one run knows, and the rows it is going to write."""

    session: Session
    now: datetime
    district: District
    zone: tzinfo
    texts: Texts
    people: Mapping[str, RosterPerson]
    questions: list[dict[str, Any]] = field(default_factory=list)
    pushes: list[dict[str, Any]] = field(default_factory=list)
    _open_cases: Mapping[str, int] | None = None
    _booked: Mapping[int, int] | None = None

    def duty_behind(self, _person_id: int) -> None:
        """A plan is nobody's act."""

    def open_cases(self, station: str) -> int:
        """Give how many cases a station has open; counted once in a run, and only if somebody is to hear it."""
        if self._open_cases is None:
            self._open_cases = duties.open_cases_by_station(self.session)
        return self._open_cases.get(station, 0)

    def booked(self, occasion_id: int) -> int:
        """Give how many voters have booked an occasion; counted once in a run."""
        if self._booked is None:
            self._booked = bookings.counts_ahead(self.session, self.now.astimezone(self.zone).date())
        return self._booked.get(occasion_id, 0)

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


def said_by(said: Mapping[tuple[int, int], Said], item: Held, person: RosterPerson) -> Said:
    return said.get((item.row.id, person.id), Said())


def ask(plan: Plan, item: Held, person: RosterPerson) -> int:
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


def owe_push(
    plan: Plan,
    item: Held,
    person: RosterPerson,
    form: Form,
    *,
    key: str,
    when: When | datetime,
    question_id: int | None,
    missed: bool = False,
) -> None:
    """Put a push to what is going to be written; one that was missed is only for staff to see."""
    ended = {"status": "dead", "error": "missed"} if missed else {}
    plan.pushes.append(
        push_row(
            plan,
            person.id,
            when=when,
            dedupe_key=key,
            kind="reminder",
            text=form.long,
            template=TEMPLATE,
            fields=form.fields,
            question_id=question_id,
            expires_at=item.over,
        )
        | ended
    )


def reminder_key(row: Occasion, person_id: int, lead: int) -> str:
    return f"reminder/{row.rule}/{row.station}/{row.nominal_date}/{person_id}/{lead}"


def missed_key(row: Occasion, person_id: int) -> str:
    return f"missed/{row.rule}/{row.station}/{row.nominal_date}/{person_id}"


def moved_key(row: Occasion, person_id: int) -> str:
    stands_since = int(row.planned_at.timestamp())
    return f"moved/{row.rule}/{row.station}/{row.nominal_date}/{person_id}/{stands_since}"

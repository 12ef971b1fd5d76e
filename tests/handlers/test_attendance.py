from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from handlers.context import Context
from handlers.district.district import District
from handlers.duties.attendance import Answered, answer_occasion, current_occasion, leave_reasons, who_comes
from handlers.duties.preview import BY_TELEPHONE, next_reminder_day, preview
from handlers.duties.reminders import plan_reminders
from handlers.texts import DEFAULT_TEXTS
from storage.engine.database import new_id
from storage.models import Outbox, Person, RoleGrant
from storage.people.people import Sender
from tests.handlers.small_district import add_people, bind, small_district
from tests.handlers.test_reminders import DUAL, RECEPTION, at


@dataclass
class Office:
    """Deputies who were reminded of the reception day of 10 December, and the staff of one station."""

    session: Session
    people: dict[str, int]
    district: District = field(default_factory=lambda: small_district([RECEPTION, DUAL]))

    def context(self, deputy: str, when: str) -> Context:
        person = self.session.get_one(Person, self.people[deputy])
        return Context(
            now=at(when),
            district=self.district,
            texts=DEFAULT_TEXTS,
            session=self.session,
            sender=Sender(person_id=person.id, account_id=0, channel="official-account", name=person.name),
        )

    def say(self, deputy: str, answer: str, reason: str = "", when: str = "2026-12-03T10:00") -> Answered:
        ctx = self.context(deputy, when)
        occasion = current_occasion(ctx)
        assert occasion is not None
        return answer_occasion(ctx, occasion.id, answer, reason)

    def heard_by(self, who: str) -> list[str]:
        rows = select(Outbox.text).where(Outbox.person_id == self.people[who], Outbox.kind == "notice")
        return list(self.session.scalars(rows.order_by(Outbox.id)))


@pytest.fixture
def office(engine: Engine) -> Iterator[Office]:
    now = at("2026-12-03T09:00")
    with Session(engine) as session, session.begin():
        people = add_people(session, now)
        people["station"] = new_id()
        session.add(Person(id=people["station"], roster_key="staff:S002", name="李静", created_at=now))
        session.flush()
        session.add(RoleGrant(person_id=people["station"], role="station", area="dongyuan", since=now))
        office = Office(session, people)
        plan_reminders(session, now, office.district, DEFAULT_TEXTS)
        session.execute(update(Outbox).values(status="sent", attempts=1))
        yield office


def test_coming_is_echoed_with_its_day(office: Office) -> None:
    assert office.say("D001", "yes").text == (
        "按“12月10日接待日：参加”记下了。当天早上再提醒一次，中间不打扰。来不了随时回“请假”。"
    )
    assert office.heard_by("station") == []


def test_a_leave_asks_for_a_reason_and_then_tells_the_station(office: Office) -> None:
    first = office.say("D001", "no")
    second = office.say("D001", "no", reason=leave_reasons(DEFAULT_TEXTS)[0])

    assert first.ask_reason
    assert second.text.startswith(
        "记下了：12月10日接待日请假（出差），没送到东苑社区联络站，请打电话说一声："
    )
    assert office.heard_by("station") == ["陈立新代表12月10日接待日请假（出差），东苑社区联络站。"]


def test_a_leave_taken_back_reaches_the_station_too(office: Office) -> None:
    office.say("D001", "no", reason="出差")
    office.say("D001", "yes", when="2026-12-04T10:00")

    assert office.heard_by("station")[-1] == "陈立新代表改回参加12月10日接待日，东苑社区联络站。"


def test_a_station_without_staff_is_stood_in_for_by_the_desk(office: Office) -> None:
    office.say("D003", "no", reason="身体不适")

    assert any("欧阳文代表12月10日接待日请假" in text for text in office.heard_by("desk"))


def test_an_answer_after_the_day_is_not_taken(office: Office) -> None:
    occasion = current_occasion(office.context("D001", "2026-12-03T10:00"))
    assert occasion is not None

    late = answer_occasion(office.context("D001", "2026-12-10T11:30"), occasion.id, "yes")

    assert not late.taken
    assert current_occasion(office.context("D001", "2026-12-10T11:30")) is None


def test_staff_see_who_comes(office: Office) -> None:
    office.say("D001", "yes")
    office.say("D002", "no", reason="出差")

    coming = who_comes(office.session, office.district, date(2026, 12, 10))

    assert (coming.count("yes"), coming.count("no"), coming.count("")) == (1, 1, 1)
    assert [guest.person.name for guest in coming.who("")] == ["欧阳文"]
    assert [guest.reason for guest in coming.who("no")] == ["出差"]
    assert coming.by_station()["dongyuan"] == {"yes": 1, "no": 1}


def test_a_station_sees_its_own_deputies_only(office: Office) -> None:
    coming = who_comes(office.session, office.district, date(2026, 12, 10), {"heping"})

    assert [guest.person.name for guest in coming.guests] == ["欧阳文"]


def test_who_comes_is_known_before_anyone_was_reminded(office: Office) -> None:
    coming = who_comes(office.session, office.district, date(2027, 4, 20))

    assert len(coming.guests) == 2
    assert coming.count("") == 2


def test_the_preview_finds_the_next_day_with_reminders(office: Office) -> None:
    assert next_reminder_day(office.district, at("2026-11-21T09:00")) == date(2026, 12, 3)


def test_the_preview_tells_channels_and_who_must_be_called(office: Office) -> None:
    bind(office.session, office.people["D001"], "official-account", at("2026-12-03T09:00"))
    bind(office.session, office.people["D002"], "wecom", at("2026-12-03T09:00"))

    shown = preview(office.session, date(2026, 12, 9), office.district, DEFAULT_TEXTS)

    assert shown.people == 3
    assert shown.by_channel() == {"official-account": 1, "wecom": 1, BY_TELEPHONE: 1}


@pytest.mark.parametrize(
    ("day", "tick"),
    [
        pytest.param(date(2026, 12, 9), "2026-12-09T08:40", id="the day before"),
        pytest.param(date(2026, 12, 10), "2026-12-10T08:10", id="the morning itself"),
        pytest.param(date(2027, 1, 4), "2027-01-04T08:40", id="a day put off"),
        pytest.param(date(2027, 1, 13), "2027-01-13T08:40", id="the dual-activity day"),
    ],
)
def test_the_preview_agrees_to_the_letter_with_what_is_sent(office: Office, day: date, tick: str) -> None:
    office.say("D001", "yes")
    shown = preview(office.session, day, office.district, DEFAULT_TEXTS)

    plan_reminders(office.session, at(tick), office.district, DEFAULT_TEXTS)

    planned = select(Outbox).where(Outbox.kind == "reminder", Outbox.status == "pending")
    sent = {(row.person_id, row.text, tuple(row.fields.items())) for row in office.session.scalars(planned)}
    previewed = {
        (each.person.id, each.form.long, tuple(each.form.fields.items())) for each in shown.reminders
    }
    assert sent
    assert sent == previewed


def test_a_clock_reads_the_same_in_any_zone(office: Office) -> None:
    utc = datetime.fromisoformat("2026-12-09T00:40:00+00:00")

    assert plan_reminders(office.session, utc, office.district, DEFAULT_TEXTS)["reminders"] == 3

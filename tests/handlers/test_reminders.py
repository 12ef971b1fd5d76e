import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, func, select, update
from sqlalchemy.orm import Session

from handlers.calendar.occasions import DutyRule
from handlers.calendar.times import SHANGHAI
from handlers.district.district import District
from handlers.district.pack import Deputy
from handlers.duties.forms import FIELD_LENGTH
from handlers.duties.reminders import AT_ONCE, plan_in_pieces, plan_reminders
from handlers.texts import DEFAULT_TEXTS
from storage.activity.duties import record_answer
from storage.engine.database import Base, new_id
from storage.models import Case, Occasion, Outbox, Question, State
from tests.handlers.small_district import add_people, small_district

T = TypeVar("T")

RECEPTION = DutyRule(
    key="reception",
    name="代表统一接待选民日",
    short_name="接待日",
    pattern="monthly",
    day=10,
    audience="community",
    starts=time(9, 0),
    ends=time(11, 0),
    theme="察民情、解民忧、帮民困",
    holiday="next_workday",
)
DUAL = DutyRule(
    key="dual",
    name="代表双活动日",
    short_name="双活动日",
    pattern="quarterly",
    day=20,
    audience="street",
    venue="{street}三楼会议室",
    theme="先知情知政，再代表交流",
    holiday="next_workday",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass
class Desk:
    """A database, a district and a clock; `tick` is what the scheduler does."""

    session: Session
    people: Mapping[str, int]
    district: District = field(default_factory=lambda: small_district([RECEPTION]))

    def tick(self, when: str) -> Mapping[str, int]:
        return plan_reminders(self.session, at(when), self.district, DEFAULT_TEXTS)

    def pushes(self, deputy: str) -> list[Outbox]:
        rows = select(Outbox).where(Outbox.person_id == self.people[deputy]).order_by(Outbox.id)
        return list(self.session.scalars(rows.execution_options(populate_existing=True)))

    def sent(self) -> None:
        """Deliver everything that stands in the outbox."""
        self.session.execute(
            update(Outbox).where(Outbox.status == "pending").values(status="sent", attempts=1)
        )

    def answer(self, deputy: str, answer: str, when: str) -> None:
        occasion_id = self.session.scalars(select(Occasion.id).order_by(Occasion.nominal_date)).first()
        assert occasion_id is not None
        record_answer(self.session, occasion_id, self.people[deputy], answer=answer, reason="", now=at(when))

    def open_questions(self, deputy: str) -> list[Question]:
        asked = select(Question).where(
            Question.person_id == self.people[deputy], Question.closed_at.is_(None)
        )
        return list(self.session.scalars(asked))

    def file_case(self, station: str, number: str) -> None:
        now = at("2026-11-21T09:00")
        self.session.add(
            Case(
                id=new_id(),
                number=number,
                category="housing",
                topic="street_lamp",
                station=station,
                state=State.REGISTERED,
                text="楼道灯坏了",
                filed_at=now,
                look_by=date(2026, 11, 25),
                updated_at=now,
            )
        )
        self.session.flush()


def _desk(engine: Engine) -> Iterator[Desk]:
    with Session(engine) as session, session.begin():
        yield Desk(session, add_people(session, at("2026-11-01T09:00")))


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    yield from _desk(engine)


def test_a_deputy_is_reminded_a_week_before(desk: Desk) -> None:
    for number in ("2611-0001", "2611-0002"):
        desk.file_case("dongyuan", number)

    counts = desk.tick("2026-12-03T08:25")

    (push,) = desk.pushes("D001")
    assert counts["reminders"] == 3
    assert push.text == (
        "陈代表好：12月10日（周四）9:00–11:00，东苑社区联络站（东苑路12号），代表统一接待选民日，"
        "主题“察民情、解民忧、帮民困”。站里在办2件，回“案件”看。\n1 参加\n2 请假"
    )
    assert push.fields == {
        "活动名称": "代表统一接待选民日",
        "时间": "2026年12月10日 09:00",
        "地点": "东苑社区联络站接待室",
        "备注": "在办2件，回1参加 2请假",
    }
    assert push.not_before.astimezone(SHANGHAI).time() > time(8, 26)


def test_nothing_is_planned_before_its_time(desk: Desk) -> None:
    assert desk.tick("2026-12-02T20:00")["reminders"] == 0


def test_a_deputy_of_two_stations_is_asked_once(desk: Desk) -> None:
    desk.tick("2026-12-03T09:00")

    assert len(desk.pushes("D002")) == 1
    assert "东苑社区联络站" in desk.pushes("D002")[0].text


def test_names_are_addressed_as_people_do(desk: Desk) -> None:
    desk.district = small_district([RECEPTION, DUAL])
    desk.tick("2026-12-03T09:00")
    desk.tick("2027-01-13T09:00")

    assert desk.pushes("D003")[0].text.startswith("欧阳代表好")
    assert desk.pushes("D004")[0].text.startswith("古丽·买买提代表好")


def test_planning_again_adds_nothing(desk: Desk) -> None:
    first = desk.tick("2026-12-03T08:30")

    again = [desk.tick(when) for when in ("2026-12-03T08:30", "2026-12-03T08:40", "2026-12-05T10:00")]

    assert first["occasions"] > 0
    assert all(not any(counts.values()) for counts in again)


def test_every_lead_is_reminded_of_under_one_question(desk: Desk) -> None:
    for when in ("2026-12-03T09:00", "2026-12-09T09:00", "2026-12-10T08:20"):
        desk.tick(when)
        desk.sent()

    pushes = desk.pushes("D001")
    assert [push.dedupe_key.rpartition("/")[2] for push in pushes] == ["7", "1", "0"]
    assert len({push.question_id for push in pushes}) == 1
    (question,) = desk.open_questions("D001")
    assert question.text == "12月10日接待日没回："
    assert question.delivered_at is None


def test_a_rule_imported_late_reminds_once_for_all_that_was_missed(desk: Desk) -> None:
    assert desk.tick("2026-12-09T15:00")["reminders"] == 3

    assert [push.dedupe_key.rpartition("/")[2] for push in desk.pushes("D001")] == ["1"]
    assert desk.tick("2026-12-09T15:10")["reminders"] == 0


def test_what_is_late_at_night_waits_for_the_morning(desk: Desk) -> None:
    desk.tick("2026-12-04T23:00")

    assert at("2026-12-05T07:30") < desk.pushes("D001")[0].not_before < at("2026-12-05T07:40")


def test_turning_the_clock_to_the_start_still_reminds(desk: Desk) -> None:
    assert desk.tick("2026-12-10T09:00")["reminders"] == 3
    assert desk.pushes("D001")[0].text.startswith("陈代表早：今天9:00，东苑社区联络站接待室，接待日")


def test_what_is_over_is_not_sent(desk: Desk) -> None:
    assert desk.tick("2026-12-10T11:00")["reminders"] == 0


def test_after_an_answer_only_the_morning_reminds(desk: Desk) -> None:
    desk.tick("2026-12-03T09:00")
    desk.sent()
    desk.answer("D001", "yes", "2026-12-03T10:00")
    desk.answer("D002", "no", "2026-12-03T10:00")

    desk.tick("2026-12-09T09:00")
    desk.sent()
    day_before = {deputy: len(desk.pushes(deputy)) for deputy in ("D001", "D002", "D003")}
    desk.tick("2026-12-10T08:10")

    assert day_before == {"D001": 1, "D002": 1, "D003": 2}
    assert desk.pushes("D001")[-1].text == (
        "陈代表早：今天9:00，东苑社区联络站接待室，接待日，在办0件。来不了回“请假”。"
    )
    assert desk.pushes("D001")[-1].question_id is None
    assert "您请过假了" in desk.pushes("D002")[-1].text
    assert desk.pushes("D003")[-1].text.endswith("1 参加\n2 请假")


def test_an_answer_holds_back_a_reminder_not_sent_yet(desk: Desk) -> None:
    desk.tick("2026-12-03T08:20")
    desk.answer("D001", "yes", "2026-12-03T08:21")
    desk.tick("2026-12-03T08:30")

    assert desk.pushes("D001") == []
    assert desk.open_questions("D001") == []


def test_a_put_off_day_says_why(desk: Desk) -> None:
    desk.tick("2027-01-04T09:00")

    assert desk.pushes("D001")[0].text == (
        "陈代表好：1月10日是周日，顺延到1月11日（周一）9:00–11:00，东苑社区联络站（东苑路12号），代表统一接待选民日，"
        "主题“察民情、解民忧、帮民困”。站里在办0件。如遇调休另行通知。\n1 参加\n2 请假"
    )
    assert desk.pushes("D001")[0].fields["备注"] == "在办0件，遇调休另通知，回1参加 2请假"


def test_the_desk_hears_once_that_a_year_is_planned_by_weekends(desk: Desk) -> None:
    desk.tick("2026-12-01T09:00")
    desk.tick("2026-12-02T09:00")

    (notice,) = desk.pushes("desk")
    assert notice.text.startswith("2027年放假安排还没录入。1月11日")


MADE_UP = {
    date(2027, 1, 1): ("holiday", "元旦"),
    date(2027, 1, 11): ("holiday", "调休"),
    date(2027, 1, 9): ("workday", "调休"),
}


def test_loaded_holidays_move_the_day_and_ask_again(desk: Desk) -> None:
    desk.tick("2027-01-04T09:00")
    desk.sent()
    desk.answer("D001", "yes", "2027-01-04T10:00")
    desk.district = small_district([RECEPTION], holidays=MADE_UP)

    counts = desk.tick("2027-01-05T10:00")

    notice = desk.pushes("D001")[-1]
    assert counts["moved"] == 3
    assert notice.text == (
        "陈代表好：1月10日是周日，接待日改到1月12日（周二）9:00–11:00，东苑社区联络站接待室。"
        "您原来回“参加”，改期后能来吗？\n1 参加\n2 请假"
    )
    assert desk.pushes("D003")[-1].text.count("您能来吗") == 1
    (question,) = desk.open_questions("D001")
    assert question.id == notice.question_id
    assert desk.session.scalars(select(Occasion.held_on)).first() == date(2027, 1, 12)


def test_an_old_answer_does_not_silence_the_reminders_of_the_new_day(desk: Desk) -> None:
    desk.tick("2027-01-04T09:00")
    desk.sent()
    desk.answer("D001", "yes", "2027-01-04T10:00")
    desk.district = small_district([RECEPTION], holidays=MADE_UP)
    desk.tick("2027-01-05T10:00")
    desk.sent()

    assert desk.tick("2027-01-06T10:00")["reminders"] == 0
    assert desk.tick("2027-01-11T08:40")["reminders"] == 3


def test_a_move_on_the_eve_is_told_once_and_not_reminded_of_twice(desk: Desk) -> None:
    desk.tick("2027-01-10T08:00")
    desk.sent()
    desk.district = small_district([RECEPTION], holidays=MADE_UP)

    assert desk.tick("2027-01-11T08:36")["moved"] == 3
    desk.sent()
    assert not any(desk.tick("2027-01-11T09:00").values())
    assert desk.tick("2027-01-12T08:10")["reminders"] == 3


def test_who_has_not_been_told_hears_only_of_the_new_day(desk: Desk) -> None:
    desk.tick("2027-01-04T08:20")
    desk.district = small_district([RECEPTION], holidays=MADE_UP)
    desk.tick("2027-01-04T08:21")

    assert desk.pushes("D001") == []
    desk.tick("2027-01-05T09:00")
    assert "1月12日（周二）" in desk.pushes("D001")[0].text


def test_a_day_that_no_rule_asks_for_any_more_is_called_off(desk: Desk) -> None:
    desk.tick("2026-12-03T09:00")
    desk.sent()
    desk.district = small_district([dataclasses.replace(RECEPTION, day=15)])

    desk.tick("2026-12-04T09:00")

    assert desk.pushes("D001")[-1].text == "陈代表好：安排有变，12月10日的接待日不办了，您不用来。"
    assert desk.open_questions("D001") == []
    assert desk.tick("2026-12-04T09:10")["reminders"] == 0


def test_a_skipped_day_is_told_without_a_question(desk: Desk) -> None:
    desk.district = small_district([dataclasses.replace(RECEPTION, holiday="skip", day=12)])
    desk.tick("2026-12-05T09:00")

    (push,) = desk.pushes("D001")
    assert push.text == "陈代表好：12月12日是周六，这一次接待日不办，您不用来。"
    assert push.question_id is None


def test_a_long_theme_is_shortened_and_fields_keep_their_limit(desk: Desk) -> None:
    wordy = dataclasses.replace(
        RECEPTION, theme="察民情、" * 40, name="代表统一接待选民日" * 4, venue="会议室" * 9
    )
    desk.district = small_district([wordy])
    desk.tick("2026-12-03T09:00")

    (push,) = desk.pushes("D001")
    assert "…" in push.text
    assert all(len(value) <= FIELD_LENGTH and "\n" not in value for value in push.fields.values())


def test_what_nobody_planned_as_nothing_ran_is_listed_once_as_missed(desk: Desk) -> None:
    desk.tick("2026-12-01T09:00")

    counts = [desk.tick(when) for when in ("2026-12-14T09:00", "2026-12-14T09:05")]

    (push,) = desk.pushes("D001")
    assert [(each["missed"], each["reminders"]) for each in counts] == [(3, 0), (0, 0)]
    assert (push.status, push.error, push.question_id) == ("dead", "missed", None)
    assert push.text.startswith("陈代表早：今天9:00")


def test_who_was_told_in_time_or_is_away_is_not_listed(desk: Desk) -> None:
    desk.tick("2026-12-10T08:10")
    desk.sent()

    assert desk.tick("2026-12-14T09:00")["missed"] == 0


def test_a_day_from_before_its_rule_was_known_was_not_missed(desk: Desk) -> None:
    assert desk.tick("2026-12-14T09:00")["missed"] == 0


def test_what_is_planned_after_all_as_the_clock_was_wrong_leaves_the_list(desk: Desk) -> None:
    desk.tick("2026-12-01T09:00")
    desk.tick("2027-01-05T09:00")

    desk.tick("2026-12-03T09:00")

    kept = [push.dedupe_key for push in desk.pushes("D001") if "/2026-12-10/" in push.dedupe_key]
    assert [key.split("/")[0] for key in kept] == ["reminder"]


def test_what_a_run_that_died_left_undone_is_planned_by_the_next(engine: Engine) -> None:
    deputies = [
        Deputy(key=f"D{n:04d}", name="陈立新", level="区", stations=("dongyuan",)) for n in range(AT_ONCE + 5)
    ]
    district, pieces = small_district([RECEPTION], deputies=deputies), 0
    now = at("2026-12-03T09:00")
    with Session(engine) as session, session.begin():
        add_people(session, now, deputies)

    class DiedError(Exception):
        pass

    def transact(work: Callable[[Session], T], /) -> T:
        nonlocal pieces
        pieces += 1
        if pieces == 3:
            raise DiedError
        with Session(engine, expire_on_commit=False) as session, session.begin():
            return work(session)

    with pytest.raises(DiedError):
        plan_in_pieces(transact, now, district, DEFAULT_TEXTS)
    left = plan_in_pieces(transact, now, district, DEFAULT_TEXTS)["reminders"]

    with Session(engine) as session:
        assert left == 5
        assert session.scalar(select(func.count()).where(Outbox.kind == "reminder")) == AT_ONCE + 5
        assert session.scalar(select(func.count()).select_from(Question)) == AT_ONCE + 5


def test_an_occasion_that_moved_between_two_pieces_waits_for_the_next_run(desk: Desk) -> None:
    works = 0

    def transact(work: Callable[[Session], T], /) -> T:
        nonlocal works
        works += 1
        if works == 2:
            desk.session.execute(
                update(Occasion)
                .values(planned_at=at("2026-12-03T09:01"))
                .execution_options(synchronize_session=False)
            )
        return work(desk.session)

    assert plan_in_pieces(transact, at("2026-12-03T09:00"), desk.district, DEFAULT_TEXTS)["reminders"] == 0


CLOCKS = st.lists(
    st.integers(0, 45 * 24 * 6).map(lambda step: at("2026-11-25T00:00") + timedelta(minutes=10 * step)),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def fresh_desk() -> Callable[[], Iterator[Desk]]:
    def make() -> Iterator[Desk]:
        engine = create_engine("sqlite://")
        Base.metadata.create_all(engine)
        yield from _desk(engine)
        engine.dispose()

    return make


@settings(max_examples=25, deadline=None)
@given(clocks=CLOCKS)
def test_a_clock_that_jumps_about_doubles_nothing(
    fresh_desk: Callable[[], Iterator[Desk]], clocks: list[datetime]
) -> None:
    for desk in fresh_desk():
        for clock in (*clocks, *clocks):
            plan_reminders(desk.session, clock, desk.district, DEFAULT_TEXTS)
            desk.sent()

        keys = [push.dedupe_key for push in desk.pushes("D001")]
        assert len(set(keys)) == len(keys)
        assert len(keys) <= 6


def test_who_was_reminded_hears_once_of_another_hour_or_place(desk: Desk) -> None:
    desk.tick("2026-12-03T09:00")
    desk.sent()
    desk.district = small_district([dataclasses.replace(RECEPTION, starts=time(14, 0), ends=time(16, 0))])
    counts = [desk.tick("2026-12-05T09:00"), desk.tick("2026-12-05T09:05")]

    assert [each["moved"] for each in counts] == [3, 0]
    assert desk.pushes("D001")[-1].text == (
        "陈代表好：12月10日（周四）接待日的时间或地点变了，现在是14:00–16:00，东苑社区联络站接待室。来不了随时回“请假”。\n1 参加\n2 请假"
    )


def test_who_was_not_reminded_yet_hears_of_the_new_hour_in_the_reminder_alone(desk: Desk) -> None:
    desk.tick("2026-12-01T09:00")
    desk.district = small_district([dataclasses.replace(RECEPTION, starts=time(14, 0), ends=time(16, 0))])
    desk.tick("2026-12-03T09:00")

    (push,) = desk.pushes("D001")
    assert "14:00–16:00" in push.text


def test_who_is_away_anyway_is_not_told_of_another_place(desk: Desk) -> None:
    desk.tick("2026-12-03T09:00")
    desk.sent()
    desk.answer("D001", "no", "2026-12-04T09:00")
    desk.district = small_district([dataclasses.replace(RECEPTION, venue="{street}会议室")])
    desk.tick("2026-12-05T09:00")

    assert len(desk.pushes("D001")) == 1
    assert "柳荫街道会议室" in desk.pushes("D003")[-1].text

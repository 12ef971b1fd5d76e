"""活动台账: written down in chat within three messages, read back, put right and struck by who wrote it, seen by scope."""

from datetime import date, datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Activity, ActivityStep, Booking, Occasion, Person
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import bind

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
NINTH = date(2026, 11, 9)


@pytest.fixture
def station(story: Story) -> str:
    story.clock.at = MONDAY
    return bind(story, "staff:T005")


def rows(story: Story) -> list[Activity]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Activity).order_by(Activity.id)))


def record(story: Story, who: str, line: str) -> str:
    story.say(who, f"活动 {line}")
    return story.say(who, "1")


def test_an_activity_is_written_down_in_three_messages(story: Story, station: str) -> None:
    asked = story.say(station, "活动")
    read_back = story.say(station, "2 11月10日 12人 代表3人 查看东苑小区消防通道")
    done = story.say(station, "1")

    assert "\n1 接待选民\n2 视察调研\n3 办实事\n4 议政活动\n" in asked
    assert read_back.startswith(
        "视察调研，11月10日，东苑社区联络站，来12人，代表3人。查看东苑小区消防通道\n记下吗？"
    )
    assert done.startswith("视察调研记下了")
    assert "视察调研1次。代表参加3人次、1个站" in story.say(station, "总数")
    (row,) = rows(story)
    assert (row.station, row.street, row.people, row.deputies) == ("S004", "liuyin", 12, 3)


def test_every_step_can_be_answered_by_a_digit(story: Story, station: str) -> None:
    story.say(station, "活动")
    which = story.say(station, "1")
    how_many = story.say(station, "2")
    read_back = story.say(station, "26")
    story.say(station, "1")

    assert which.startswith("接待选民：写哪天、来了几人")
    assert how_many.startswith("接待选民，来了多少人？直接回数字；不记了回0")
    assert read_back.startswith("接待选民，11月22日，东苑社区联络站，来26人。\n记下吗？")
    assert "接待选民26人次。" in story.say(station, "总数")


@pytest.mark.parametrize("leaves", ["0", "取消"])
def test_who_changes_the_mind_writes_nothing(story: Story, station: str, leaves: str) -> None:
    story.say(station, "活动 接待选民 今天 3人")
    story.say(station, leaves)
    story.say(station, "活动 接待选民")
    story.say(station, leaves)

    assert rows(story) == []


def test_a_day_to_come_and_a_slip_of_the_finger_are_refused(story: Story, station: str) -> None:
    assert story.say(station, "活动 接待选民 2026年12月10日 3人").startswith("12月10日还没到")
    assert story.say(station, "活动 接待选民 今天 200000人").startswith("这个人数或件数太大")
    assert story.say(station, "活动室的空调坏了好几天没人修").startswith("没看懂")
    assert rows(story) == []


def test_what_is_read_back_can_be_put_right_before_it_is_written(story: Story, station: str) -> None:
    story.say(station, "活动 接待选民 昨天 12人")
    read_back = story.say(station, "15人，代表两位")
    story.say(station, "1")
    again = story.say(station, "活动 接待选民 昨天 3人")

    assert read_back.startswith("接待选民，11月22日，东苑社区联络站，来15人，代表2人。")
    assert "同一天同一处已经记过1条，再记就加上去。" in again


def test_who_wrote_it_changes_and_strikes_it_and_nothing_is_deleted(story: Story, station: str) -> None:
    record(story, station, "视察调研 11月10日 代表3人 查看消防通道")
    story.say(station, "活动清单")
    shown = story.say(station, "1")
    story.say(station, "1")
    changed = story.say(station, "11月9日 代表5人")
    story.say(station, "1")
    listed = story.say(station, "活动清单 11月")
    story.say(station, "1")
    story.say(station, "2")
    struck = story.say(station, "1")

    assert shown.startswith("视察调研，11月10日，东苑社区联络站，代表3人。查看消防通道\n柯巧云，11月23日记。")
    assert changed.startswith("视察调研，11月9日，东苑社区联络站，代表5人。查看消防通道\n")
    assert listed.startswith("11月1条：视察调研1次。\n1 11月9日 视察调研：")
    assert struck.startswith("划掉了")
    assert story.say(station, "活动清单").startswith("今年没有记过活动")
    with Session(story.engine) as session:
        steps = [
            (step.action, step.was)
            for step in session.scalars(select(ActivityStep).order_by(ActivityStep.id))
        ]
    assert steps == [
        ("recorded", {}),
        ("changed", {"held_on": "2026-11-10", "deputies": 3}),
        ("struck", {}),
    ]
    assert len(rows(story)) == 1


def test_each_sees_the_own_part_and_only_who_wrote_it_may_change_it(story: Story, station: str) -> None:
    others = {key: bind(story, f"staff:{key}") for key in ("T001", "T002", "T003", "T006")}
    record(story, station, "视察调研 11月10日 代表3人 查看消防通道")

    def seen(who: str) -> bool:
        return "视察调研" in story.say(who, "活动清单")

    assert seen(station)
    assert seen(others["T001"])
    assert seen(others["T002"])
    assert not seen(others["T003"])
    assert not seen(others["T006"])
    story.say(others["T002"], "活动清单")
    assert "要改请找记的人" in story.say(others["T002"], "1")
    for outsider in ("voter-1", bind(story, "deputy:D001"), bind(story, "staff:T026")):
        assert "视察调研" not in story.say(outsider, "活动清单")


def test_a_street_writes_down_for_itself_or_for_a_station_that_it_names(story: Story, station: str) -> None:
    assert station
    street = bind(story, "staff:T002")
    own = story.say(street, "活动 视察调研 今天 看河道")
    named = story.say(street, "活动 视察调研 今天 西苑社区站看消防通道")
    foreign = story.say(street, "活动 视察调研 今天 北园社区站看消防通道")

    assert own.startswith("视察调研，11月23日，柳荫街道。看河道")
    assert named.startswith("视察调研，11月23日，西苑社区联络站。")
    assert foreign.startswith("视察调研，11月23日，柳荫街道。")


def test_who_came_to_the_station_is_counted_once_whatever_shows_it(story: Story, station: str) -> None:
    """By 代录 alone, then by the register, which covers its whole day."""
    desk = bind(story, "staff:T001")
    for text in ("东苑小区3幢楼道灯坏了", "西苑社区垃圾没人收"):
        story.say(station, f"代录 {text}")
        story.say(station, "1")
    by_entry = story.say(desk, "总数")
    read_back = story.say(station, "活动 接待选民 今天 5人")
    story.say(station, "1")
    record(story, station, "接待选民 昨天 3人")

    assert "接待选民2人次（其中2人次只见于预约和代录）。" in by_entry
    assert "当天预约、代录来的2人算在这条里，不另外加。" in read_back
    assert "接待选民8人次。" in story.say(desk, "总数")


def test_who_had_booked_and_came_is_counted_once(story: Story, station: str) -> None:
    with Session(story.engine) as session, session.begin():
        people = list(session.scalars(select(Person.id).limit(3)))
        day = Occasion(
            rule="reception",
            station="S004",
            nominal_date=NINTH,
            held_on=NINTH,
            starts=time(9),
            planned_at=MONDAY,
        )
        session.add(day)
        session.flush()
        session.add_all(
            Booking(occasion_id=day.id, person_id=person, place=place, made_at=MONDAY, came=place < 2)
            for place, person in enumerate(people)
        )

    assert "接待选民2人次（其中2人次只见于预约和代录）" in story.say(station, "总数 11月")
    assert "接待选民" not in story.say(station, "总数 10月")
    asked = story.say(station, "活动 接待选民 11月9日")
    assert "（预约和代录看，来了2人）" in asked
    story.say(station, "6")
    story.say(station, "1")
    assert "接待选民6人次。" in story.say(station, "总数 11月")
    assert "接待选民" not in story.say(bind(story, "staff:T006"), "总数 11月")


def test_a_span_that_is_not_understood_is_said_and_never_guessed(story: Story, station: str) -> None:
    assert story.say(station, "总数 去年春天").startswith("没有叫“去年春天”的时间或主题活动")
    assert story.say(station, "活动清单 去年春天").startswith("要哪一段时间的？")

"""Danger is heard wherever it is said; the same danger is one alarm; an urgent case is verified before it goes anywhere."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Alarm, Case
from tests.stories.driver import Story
from tests.stories.people import bind
from tests.stories.test_alarms import DESK, GAS, STATION, alerts, beat, open_alarms, wait


def cases_of(story: Story) -> list[Case]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def test_the_same_danger_at_the_same_place_is_one_alarm_and_only_news_goes_out_again(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", GAS)
    beat(story)
    same = story.say("voter-1", "东苑小区3幢楼道煤气味还是很重")
    beat(story)
    quiet = len(alerts(story, DESK))
    more = story.say("voter-1", "东苑小区3幢楼道里煤气味很重，有个老人晕倒在里面煤气泄漏")
    beat(story)

    assert "2611-0001" in same
    assert "还没有人回话" in same
    assert quiet == 1
    assert len({alarm.case_id for alarm in open_alarms(story)}) <= 2
    assert len(alerts(story, DESK)) == 2
    assert "110" in more or "120" in more


def test_after_it_was_taken_after_half_an_hour_and_without_a_place_it_is_an_alarm_of_its_own(
    story: Story,
) -> None:
    bind(story, DESK)
    story.say("voter-1", GAS)
    story.say(DESK, "收到 1")
    story.say("voter-1", GAS)
    story.clock.turn(minutes=31)
    story.say("voter-1", GAS)
    story.say("voter-2", "着火了")
    story.say("voter-2", "着火了")

    with Session(story.engine) as session:
        assert len(session.scalars(select(Alarm)).all()) == 5


@pytest.mark.parametrize(
    "said", ["没解决，现在东苑小区3幢着火了", "补充 楼道里煤气味很重"], ids=["answer", "addition"]
)
def test_danger_in_an_answer_or_an_addition_raises_the_alarm(story: Story, said: str) -> None:
    bind(story, DESK)
    story.say("voter-1", "东苑小区3幢楼道灯坏了半个月")
    story.say(DESK, "办结 1 灯已换好")
    story.app.tick_all()

    story.say("voter-1", said)
    beat(story)

    assert len(open_alarms(story)) == 1
    assert len(alerts(story, DESK)) == 1


def test_danger_in_a_recognised_voice_raises_the_alarm(story: Story) -> None:
    bind(story, DESK)

    reply = story.voice("voter-1", "七格社区着火了快来人")

    assert "119" in reply
    assert len(open_alarms(story)) == 1


def test_danger_that_a_station_writes_down_for_somebody_raises_the_alarm_with_the_others(
    story: Story,
) -> None:
    bind(story, STATION)
    bind(story, DESK)

    said = story.say(STATION, "代录 东苑小区3幢着火了，张伯来站说的")
    beat(story)

    assert "急件（火情）" in said
    assert "这就通知" in said
    assert (alerts(story, STATION), len(alerts(story, DESK))) == ([], 1)


def test_an_urgent_case_is_verified_before_it_is_referred(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", GAS)

    card = story.say(DESK, "逐件办")
    typed = story.say(DESK, "转 1 住建局")
    story.say(DESK, "0")
    story.say(DESK, "逐件办")
    verified = story.say(DESK, "1")

    assert "1 已打电话核实" in card
    assert "2 已到现场" in card
    assert "转" not in card
    assert "先核实再转" in typed
    assert "记下核实了" in verified
    assert "别的单位" in verified
    assert open_alarms(story) == []
    assert "回序号" in story.say(DESK, "转 1 住建局") or "住建局" in story.say(DESK, "转 1 住建局")


def test_a_cry_for_help_never_gets_a_referral_menu(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", "活不下去了，不想活了")

    story.say(DESK, "逐件办")
    card = story.say(DESK, "2")
    typed = story.say(DESK, "转 1 住建局")

    assert "单位" not in card
    assert "住建局" not in typed
    assert cases_of(story)[0].state == "registered"


def test_the_alarm_of_a_voter_who_writes_on_still_climbs(story: Story) -> None:
    bind(story, STATION)
    bind(story, DESK)
    story.say("voter-1", GAS)
    wait(story, 2)
    story.say("voter-1", "东苑小区3幢楼道煤气味还是很重")
    wait(story, 4)

    assert (len(alerts(story, STATION)), len(alerts(story, DESK))) == (1, 1)

"""Whoever is named in words of despair or violence is not the one who is told of them; who is hurt is heard by all."""

import pytest

from tests.stories.driver import Story
from tests.stories.lines import both_channels
from tests.stories.people import bind, the_case
from tests.stories.test_alarms import DESK, STATION, STREET, alerts, beat, wait


def rung(story: Story) -> list[str]:
    return [who for who in (STATION, STREET, DESK) if alerts(story, who)]


@pytest.mark.parametrize(
    "said",
    [
        "柯巧云逼得我活不下去，我这就去跳楼，东苑小区",
        "都是联络站害的，我要去跳河，东苑小区",
        "东苑小区的工作人员骂得我不想活了",
        "柯主任在东苑小区，他拿刀要砍我",
        "柳荫街道逼得我要跳楼，东苑小区",
    ],
    ids=["name", "station", "described", "violence", "street"],
)
def test_whoever_is_named_in_despair_or_violence_is_not_told_of_it(story: Story, said: str) -> None:
    for key in (STATION, STREET, DESK):
        bind(story, key)

    reply = story.say("voter-1", said)
    beat(story)
    wait(story, 12)

    assert rung(story) == [DESK]
    assert "这就通知" in reply
    assert the_case(story, "2611-0001").sealed
    assert "没找到" in story.say(STATION, "查 2611-0001")


@pytest.mark.parametrize(
    "said",
    [
        "东苑小区联络站的工作人员晕倒了叫不醒",
        "东苑社区联络站着火了",
        "柳荫街道东苑小区有人持刀砍人",
        "东苑小区3幢有人要跳楼",
    ],
    ids=["fainted", "fire", "address", "somebody"],
)
def test_danger_at_a_station_or_to_its_people_rings_the_station(story: Story, said: str) -> None:
    for key in (STATION, STREET, DESK):
        bind(story, key)

    story.say("voter-1", said)
    beat(story)

    assert rung(story) == [STATION]


def test_despair_told_to_the_station_and_in_a_voice_is_kept_from_the_named(story: Story) -> None:
    for key in (STATION, DESK):
        bind(story, key)
    other = bind(story, "staff:T006")
    story.say(other, "代录 柯巧云逼得他要跳楼，东苑小区")
    story.voice("voter-1", recognised="柯巧云逼得我要跳楼，东苑小区")
    beat(story)

    assert rung(story) == [DESK]


@both_channels
def test_who_is_named_in_further_words_of_despair_does_not_read_them(story: Story) -> None:
    bind(story, STATION)
    bind(story, DESK)
    story.say("voter-1", "我要去跳楼，东苑小区")

    reply = story.say("voter-1", "柯姐逼的")

    assert "12356" in reply
    assert the_case(story, "2611-0002").sealed

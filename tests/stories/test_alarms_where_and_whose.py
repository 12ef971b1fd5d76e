"""Danger without a place is where the sentence before was; despair is answered by whose it is; one digit may find some taken."""

import pytest

from nlp.danger.whose import is_somebody_elses
from tests.stories.driver import Story
from tests.stories.lines import both_channels
from tests.stories.people import EAST, bind, the_case
from tests.stories.test_alarms import DESK, GAS, STATION, alerts, beat, open_alarms

THEIRS = "我叔叔赵刚要跳楼，在东苑小区9幢楼顶，快来人"
OWN = "我活着没意思，真想从楼顶跳下去算了"


@both_channels
def test_danger_without_a_place_is_where_the_sentence_before_was(story: Story) -> None:
    bind(story, STATION)
    bind(story, DESK)
    story.say("voter-1", EAST)
    story.say("voter-1", "着火了，快来人")
    beat(story)

    (told,) = alerts(story, STATION)
    assert "东苑小区（上一句说的）" in told
    assert alerts(story, DESK) == []


def test_a_place_that_is_named_a_sealed_case_or_an_old_one_says_nothing_about_where(story: Story) -> None:
    for key in (STATION, DESK):
        bind(story, key)
    story.say("voter-1", EAST)
    story.say("voter-1", "七格社区着火了")
    story.say("voter-2", "东苑小区的柯巧云收了我两条烟")
    story.say("voter-2", "着火了，快来人")
    story.say("voter-3", EAST)
    story.clock.turn(hours=3)
    story.say("voter-3", "着火了，快来人")
    beat(story)

    assert alerts(story, STATION) == []
    assert "上一句" not in "".join(alerts(story, DESK))


def test_the_same_danger_said_again_without_its_place_is_the_same_alarm(story: Story) -> None:
    bind(story, DESK)
    story.say("voter-1", GAS)
    story.say("voter-1", "煤气味好重")

    assert len(open_alarms(story)) == 1


def test_despair_is_answered_by_whose_it_is(story: Story) -> None:
    own, theirs = story.say("voter-1", OWN), story.say("voter-2", THEIRS)

    assert own.startswith("您现在的安全最要紧")
    assert theirs.startswith("请马上打110，说清在哪里")
    assert all("120" in each for each in (own, theirs))


@pytest.mark.parametrize(("said", "for_oneself"), [(OWN, True), (THEIRS, False)], ids=["own", "theirs"])
def test_after_it_was_seen_nobody_reads_advice_that_is_meant_for_somebody_else(
    story: Story, said: str, for_oneself: bool
) -> None:
    bind(story, DESK)
    story.say("voter-1", said)
    beat(story)
    story.say(DESK, "1")
    beat(story)

    (told,) = [text for text in story.phones.texts_to("voter-1") if "有人看到" in text]
    assert ("难受" in told) is for_oneself
    assert ("陪着您" in story.say("voter-1", "谢谢")) is for_oneself


def test_who_takes_several_reads_which_a_colleague_has(story: Story) -> None:
    first, second = bind(story, DESK), bind(story, STATION)
    for voter in ("voter-1", "voter-2", "voter-3", "voter-4"):
        story.say(voter, GAS)
    for _ in range(3):
        story.clock.turn(minutes=1)
        beat(story)
    assert any("2件急事" in text for text in alerts(story, second))

    story.say(first, "收到 2611-0003")
    said = story.say(second, "1")
    again = story.say(second, "收到 2611-0003")

    assert "1件记下由您接：2611-0004" in said
    assert "张宁已经接了：2611-0003" in said
    assert "张宁已经接了" in again
    assert the_case(story, "2611-0003").urgency


OTHERS = """我爸想不开要上吊
赵刚要跳楼，在东苑小区
他说他不想活了
我朋友说，不想活了
有个男的站在楼顶，要跳下去
我妈喝农药了
她说我不想活了
我怕我妈想不开"""
OWNS = """我带着孩子去跳楼
我和老公吵架，想跳楼
老公打得我不想活了
被老公打得不想活了
孩子走了，我不想活了
我叫赵刚，我要跳楼
有人逼我跳楼
没人管我，我要跳楼
楼上吵得我不想活了
马上要跳楼，不想活了
我对不起爸妈，我不想活了"""


@pytest.mark.parametrize("text", OTHERS.splitlines())
def test_despair_of_somebody_else(text: str) -> None:
    assert is_somebody_elses(text)


@pytest.mark.parametrize("text", OWNS.splitlines())
def test_ones_own_despair(text: str) -> None:
    assert not is_somebody_elses(text)

"""Opinions voiced at meetings: registered in a sentence or in steps, handed over like cases, told of in a paper of their own."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.upkeep.keeping import forget_due
from handlers.context import World
from handlers.district.pack import RetentionRule
from storage.models import Case, Opinion
from tests.stories.driver import SHANGHAI, Story, running, story_settings
from tests.stories.people import bind, the_case
from tests.stories.test_bulletins import words_of
from tests.stories.test_papers import PUBLIC, pushed_file

MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
MEETING = "11月20日区人大常委会第30次会议"
SAID = "建议加快老旧小区加装电梯，东苑小区先做"


@pytest.fixture
def story(district_url: str, tmp_path: Path, way: str) -> Iterator[Story]:
    with running(district_url, tmp_path, way, public_url=PUBLIC) as story:
        story.clock.at = MONDAY
        yield story


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


def registered(story: Story, desk: str, speaker: str = "列席的李某某") -> str:
    story.say(desk, f"发言意见 登记 {MEETING}，{speaker}，{SAID}")
    return story.say(desk, "1")


def world_of(story: Story) -> World:
    return story.app.surroundings.world()


def test_an_opinion_is_registered_in_one_sentence_handed_over_and_answered(story: Story, desk: str) -> None:
    draft = story.say(desk, f"发言意见 登记 {MEETING}，列席的李某某，{SAID}")
    done = story.say(desk, "1")
    story.say(desk, "转 1 住建局 30天")
    handed = story.say(desk, "1")
    listed = story.say(desk, "发言意见 清单")
    opened = story.say(desk, "1")
    story.say(desk, "发言意见 办理情况")
    paper = words_of(pushed_file(story, desk))

    assert draft.startswith(f"{MEETING}，列席的李某某：{SAID}\n发言人没有绑定账号")
    assert done.startswith("已登记发言意见 2611-0001，")
    assert "区住建局" in handed
    assert listed.startswith(
        "发言意见1件：\n1 2611-0001 列席的李某某：建议加快老旧小区加装电梯，东苑小区先做（"
    )
    assert opened.startswith(f"{MEETING}，列席的李某某：\n")
    assert "共登记发言意见1件，交办1件，已答复0件" in paper
    assert f"一、{MEETING}（1件）" in paper
    assert "列席的李某某" in paper
    assert "区住建局，" in paper
    with Session(story.engine) as session:
        opinion = session.scalars(select(Opinion)).one()
    assert (opinion.source, opinion.said_on.isoformat()) == ("committee", "2026-11-20")


def test_what_is_missing_is_asked_for_step_by_step_and_can_be_left(story: Story, desk: str) -> None:
    asked = [story.say(desk, words) for words in ("发言意见 登记", "议政活动", "孙某某委员", SAID)]

    assert [line[:4] for line in asked[:3]] == ["在什么会", "谁说的？", "说了什么"]
    assert asked[3].startswith(f"议政活动，孙某某委员：{SAID}")
    assert story.say(desk, "0").startswith("好，没有登记")
    story.say(desk, "登记发言意见")
    assert "登记发言意见" not in story.say(desk, "取消")
    assert story.say(desk, "发言意见 清单").startswith("没有登记过这样的发言意见")


def test_a_deputy_who_spoke_is_asked_whether_it_is_solved(story: Story, desk: str) -> None:
    deputy = bind(story, "deputy:D001")
    name = world_of(story).district.deputies["D001"].name
    draft = story.say(desk, f"发言意见 登记 {MEETING}，{name}代表，{SAID}")
    story.say(desk, "1")
    story.say(desk, "办结 1 东苑小区3幢电梯11月23日已经开工加装")
    story.clock.at = MONDAY.replace(day=24, hour=10)
    for _ in range(3):
        story.at(story.clock.at)
    asked = story.phones.texts_to(deputy)[-1]
    story.say(deputy, "1")
    story.say(desk, "发言意见 办理情况 常委会")
    paper = words_of(pushed_file(story, desk))

    assert "发言的代表绑定了账号" in draft
    assert "解决" in asked
    assert "问了1位发言人，1位答，1位说解决了" in paper
    assert "发言人说解决了" in paper


def test_opinions_are_no_messages_of_voters_and_stay_with_the_office(
    story: Story, desk: str, tmp_path: Path
) -> None:
    registered(story, desk)
    east, street = bind(story, "staff:T005"), bind(story, "staff:T002")
    story.say(desk, "发言意见 办理情况")
    pushed_file(story, desk)
    noted = (tmp_path / "audit.log").read_text("utf-8")

    assert "登记0件，另有会上发言意见1件" in story.say(desk, "统计 本月")
    assert "登记0，应办结0，按期0（还算不出），另有会上发言意见1件" in story.say(desk, "本月月报")
    assert (the_case(story, "2611-0001").place, the_case(story, "2611-0001").place_text) == ("", "东苑小区")
    assert "2611-0001" in story.say(desk, "未办结")
    for other in (east, street):
        assert "李某某" not in story.say(other, "发言意见 清单")
        assert "0001" not in story.say(other, "未办结")
    assert "李某某" not in noted
    assert "opinions" in [json.loads(line).get("kind") for line in noted.splitlines()]


def test_a_private_opinion_stands_in_list_and_paper_without_its_words(story: Story, desk: str) -> None:
    registered(story, desk)
    registered(story, desk, "孙某某委员")
    story.say(desk, "不公开 2 涉及一户的家事")
    story.say(desk, "办结 2 11月23日上门和这一户谈妥了")
    listed = story.say(desk, "发言意见 清单")
    story.say(desk, "发言意见 办理情况")
    paper = words_of(pushed_file(story, desk))

    assert "2611-0002 孙某某委员：（不公开）" in listed
    assert listed.count(SAID) == 1
    assert paper.count(SAID) == 1
    assert "（不公开）" in paper
    assert "谈妥" not in paper
    assert "共登记发言意见2件" in paper


def test_the_name_of_a_speaker_goes_after_its_time_and_no_figure_changes(
    story: Story, desk: str, district_url: str, tmp_path: Path
) -> None:
    registered(story, desk)
    registered(story, desk, "孙某某委员")
    story.say(desk, "办结 1 东苑小区3幢电梯11月23日已经开工加装")
    with Session(story.engine) as session, session.begin():
        session.execute(
            update(Case)
            .where(Case.number == "2611-0001")
            .values(state="closed", closed_at=MONDAY, updated_at=MONDAY)
        )
    story.say(desk, "发言意见 办理情况")
    before = words_of(pushed_file(story, desk))
    rule = RetentionRule(category="*", what="speaker", months=60)
    forget_due(
        story.engine,
        story.app.writer.transact,
        story_settings(district_url, tmp_path),
        [rule],
        MONDAY + timedelta(days=31 * 61),
    )
    story.say(desk, "发言意见 办理情况")
    after = words_of(pushed_file(story, desk))

    assert "2611-0001 （姓名已按期删去）：" in story.say(desk, "发言意见 清单")
    assert after == before.replace("列席的李某某", "（姓名已按期删去）")
    assert "孙某某委员" in after

"""Staff try a sentence, teach the bot a word after seeing what it does, and look through what was filed unsurely."""

from datetime import datetime

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.models import Case, PackRow
from tests.stories.driver import SHANGHAI, Story
from tests.stories.lines import both_channels
from tests.stories.people import EAST, bind, the_case

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
STALL = "东苑小区门口夜排档"


@pytest.fixture
def east(story: Story) -> str:
    return bind(story, "staff:T005")


@pytest.fixture
def desk(story: Story) -> str:
    return bind(story, "staff:T001")


def filed(story: Story) -> int:
    with Session(story.engine) as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def words_kept(story: Story) -> int:
    with Session(story.engine) as session:
        words = select(func.count()).select_from(PackRow).where(PackRow.sheet == "lexicon")
        return session.scalar(words) or 0


def learn(story: Story) -> None:
    """Let the running bot load what was changed."""
    story.app.surroundings.reload()


@both_channels
def test_trying_a_sentence_shows_where_it_would_go_and_files_nothing(story: Story, east: str) -> None:
    shown = story.say(east, f"测试归类 {EAST}")

    assert shown.startswith("会归“楼道照明（房）”，投诉，把握")
    assert "楼道灯" in shown
    assert "东苑小区、东苑社区联络站" in shown
    assert filed(story) == 0


def test_a_sentence_with_two_troubles_is_tried_as_it_would_be_filed(story: Story, east: str) -> None:
    shown = story.say(east, "测试归类 滨河路乱停车，垃圾桶也好几天没人清")

    assert shown.startswith("会归“占道停车（行）”")
    assert "像是2件事" in shown


@both_channels
def test_a_word_is_added_after_its_effect_was_seen_and_decides_from_then_on(story: Story, desk: str) -> None:
    story.say("voter-1", STALL)
    before = the_case(story, "2611-0001").topic

    effect = story.say(desk, "词库 添加 夜排档 噪音")
    added = story.say(desk, "1")
    learn(story)
    story.clock.turn(hours=1)
    story.say("voter-2", STALL)

    assert before != "noise"
    assert "最近1件里有1件写了它，1件会改归类（2611-0001）" in effect
    assert "“夜排档”归噪音（水）" in added
    assert the_case(story, "2611-0002").topic == "noise"
    assert the_case(story, "2611-0001").topic == before, "what is filed stays where it is"


def test_a_word_can_be_taken_back(story: Story, desk: str) -> None:
    story.say(desk, "词库 添加 夜排档 噪音")
    story.say(desk, "1")
    learn(story)
    known = story.say(desk, "词库 查 夜排档")

    story.say(desk, "词库 删除 夜排档")
    dropped = story.say(desk, "1")
    learn(story)

    assert known.startswith("“夜排档”归：噪音（水）")
    assert dropped.startswith("删掉了")
    assert story.say(desk, "词库 查 夜排档").startswith("词库里没有“夜排档”")


@pytest.mark.parametrize(
    ("order", "answer"),
    [
        ("词库", "写“词库 添加 词 类别”"),
        ("词库 添加", "写“词库 添加 词 类别”"),
        ("词库 添加 夜排档", "类别要写全名"),
        ("词库 添加 夜排档 油烟", "相近的类别：油烟异味"),
        ("词库 添加 灯 路灯", "当不了词库的词"),
        ("词库 添加 12345 路灯", "当不了词库的词"),
        ("词库 删除 没有这个词", "词库里没有"),
        ("词库 查 没有这个词", "词库里没有"),
    ],
)
def test_an_order_that_cannot_be_done_says_how_and_changes_nothing(
    story: Story, desk: str, order: str, answer: str
) -> None:
    before = words_kept(story)

    assert answer in story.say(desk, order)
    assert words_kept(story) == before


def test_a_word_that_nearly_every_message_holds_is_refused(story: Story, desk: str) -> None:
    for number in range(50):
        story.say(f"voter-{number}", f"我们这里第{number}盏路灯坏了")

    assert "太常见" in story.say(desk, "词库 添加 我们 噪音")


def test_who_is_not_at_the_district_desk_cannot_change_words(story: Story, east: str) -> None:
    reply = story.say(east, "词库 添加 夜排档 噪音")

    assert "不归您用" in reply or "没看懂" in reply
    assert "词库 添加" not in story.say(east, "帮助 词库")


def test_the_weeks_unsure_cases_are_listed_on_demand_and_on_monday(story: Story, desk: str) -> None:
    story.say("voter-1", EAST)
    story.say("voter-2", "西苑小区路灯坏了")
    with Session(story.engine) as session, session.begin():
        session.execute(
            update(Case).where(Case.number == "2611-0002").values(because={"confidence": 0.2, "words": []})
        )
    story.clock.at = MONDAY

    listed = story.say(desk, "归类")
    opened = story.say(desk, "1")
    today = story.say(desk, "今日")

    assert "2611-0002" in listed
    assert "2611-0001" not in listed
    assert opened.startswith("2611-0002")
    assert "归类拿不准的1件" in today


def test_a_word_that_only_corrected_cases_have_is_proposed(story: Story, desk: str) -> None:
    for number in (1, 2):
        story.say(f"voter-{number}", f"东苑小区{number}幢打麻将馆吵")
        story.say(desk, f"改类 {number} 噪音")
    story.say("voter-3", "西苑小区路灯坏了")

    proposed = story.say(desk, "归类")
    digit = next(line[0] for line in proposed.splitlines() if "加词“" in line)
    effect = story.say(desk, digit)

    assert "→噪音（2件）" in proposed
    assert "1 加上\n0 不改" in effect

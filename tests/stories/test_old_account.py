"""After the bot took over, the account's old menu and keywords still answer, and no trouble is swallowed."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.district.account_menu import read_account
from handlers.district.account_replies import keep_account
from handlers.district.store import note_change
from storage.models import Case
from tests.handlers.test_account_menu import MENU, REPLIES
from tests.stories.driver import Story


@pytest.fixture
def taken_over(story: Story) -> Story:
    """The demo district on an account that had a menu and keyword rules before."""
    replies = {
        **REPLIES,
        "keyword_autoreply_info": {"list": [*REPLIES["keyword_autoreply_info"]["list"], WATER]},
    }
    with Session(story.engine) as session, session.begin():
        keep_account(session, read_account(MENU, replies), story.clock())
        note_change(session, story.clock())
    story.app.surroundings.reload()
    return story


def rule(words: str, *keywords: str) -> dict[str, object]:
    return {
        "keyword_list_info": [
            {"type": "text", "match_mode": "contain", "content": each} for each in keywords
        ],
        "reply_list_info": [{"type": "text", "content": words}],
    }


WATER = rule("自来水热线 96000", "停水了", "我家着火了", "帮助", "办公时间一览")


def filed(story: Story) -> int:
    with Session(story.engine) as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def test_a_button_of_the_old_menu_answers_as_before(taken_over: Story) -> None:
    said = [taken_over.event("v1", "CLICK", EventKey=f"imported:{key}") for key in ("2", "1.2", "1.3", "9")]

    assert said[0] == "柳荫街1号，工作日 9:00-17:00"
    assert said[1].startswith("预约指南\nhttp")
    assert "没有了" in said[2]
    assert "不归我管" in said[3]
    assert filed(taken_over) == 0


def test_a_keyword_by_itself_is_answered_as_before(taken_over: Story) -> None:
    said = [taken_over.say("v1", words) for words in ("医保？", "办公时间一览")]

    assert said[0].startswith("医保请到政务大厅2楼")
    assert said[1].startswith("自来水热线 96000")
    assert all(each.endswith("写清什么事、在哪里。") for each in said)
    assert filed(taken_over) == 0


def test_a_keyword_inside_a_trouble_files_the_trouble(taken_over: Story) -> None:
    said = taken_over.say("v1", "东苑小区停水三天了，医保报销也没人管")

    assert said.startswith("记下了，编号 2611-0001")
    assert "96000" not in said


def test_a_keyword_that_is_itself_a_trouble_is_filed_and_answered(taken_over: Story) -> None:
    said = taken_over.say("v1", "停水了")

    assert "编号 2611-0001" in said
    assert said.endswith("自来水热线 96000")


def test_danger_and_commands_come_before_any_keyword(taken_over: Story) -> None:
    assert "119" in taken_over.say("v1", "我家着火了")
    assert "96000" not in taken_over.say("v2", "帮助")
    assert filed(taken_over) == 1

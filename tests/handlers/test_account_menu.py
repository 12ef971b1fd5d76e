"""What the console's menu and replies become, with the answers of the platform's own documents."""

from typing import Any

import pytest

from handlers.district.account_menu import menu_faults, own_menu, read_account
from handlers.texts import DEFAULT_TEXTS

ARTICLES = {
    "list": [{"title": "预约指南", "digest": "怎样预约", "content_url": "http://mp.weixin.qq.com/s?1"}]
}
MENU = {
    "is_menu_open": 1,
    "selfmenu_info": {
        "button": [
            {
                "name": "服务",
                "sub_button": {
                    "list": [
                        {"type": "view", "name": "官网", "url": "http://www.example.gov.cn/"},
                        {"type": "news", "name": "指南", "value": "KQb_w_Tiz", "news_info": ARTICLES},
                        {
                            "type": "video",
                            "name": "短片",
                            "value": "http://61.182.130.30/vweixinp.tc.qq.com/x",
                        },
                    ]
                },
            },
            {"type": "text", "name": "地址", "value": "柳荫街1号，工作日 9:00-17:00"},
            {"type": "click", "name": "商城", "key": "shop:1"},
        ]
    },
}
REPLIES = {
    "is_add_friend_reply_open": 1,
    "is_autoreply_open": 0,
    "add_friend_autoreply_info": {"type": "text", "content": "感谢关注"},
    "message_default_autoreply_info": {"type": "text", "content": "已收到"},
    "keyword_autoreply_info": {
        "list": [
            {
                "rule_name": "医保",
                "reply_mode": "reply_all",
                "keyword_list_info": [
                    {"type": "text", "match_mode": "contain", "content": "医保？"},
                    {"type": "text", "match_mode": "equal", "content": "社 保"},
                ],
                "reply_list_info": [
                    {"type": "text", "content": "医保请到政务大厅2楼"},
                    {"type": "news", "news_info": ARTICLES},
                    {"type": "img", "content": "media"},
                ],
            },
            {
                "rule_name": "图",
                "keyword_list_info": [{"type": "text", "match_mode": "equal", "content": "地图"}],
                "reply_list_info": [{"type": "img", "content": "media"}],
            },
        ]
    },
}


def test_a_menu_of_the_console_becomes_one_that_the_bot_answers() -> None:
    old = read_account(MENU, {})

    assert old.buttons == [
        {
            "name": "服务",
            "sub_button": [
                {"name": "官网", "type": "view", "url": "http://www.example.gov.cn/"},
                {"name": "指南", "type": "click", "key": "imported:1.2"},
                {"name": "短片", "type": "click", "key": "imported:1.3"},
            ],
        },
        {"name": "地址", "type": "click", "key": "imported:2"},
        {"name": "商城", "type": "click", "key": "shop:1"},
    ]
    assert old.clicks == {
        "imported:1.2": "预约指南\nhttp://mp.weixin.qq.com/s?1",
        "imported:1.3": "",
        "imported:2": "柳荫街1号，工作日 9:00-17:00",
    }
    assert old.left_behind == ["the button 短片 shows a video: the bot can only say that it is gone"]
    assert list(menu_faults(old.buttons)) == []


def test_keyword_rules_answer_whole_lines_with_all_that_is_text() -> None:
    old = read_account({}, REPLIES)
    words = "医保请到政务大厅2楼\n预约指南\nhttp://mp.weixin.qq.com/s?1"

    assert old.keywords == {"医保": words, "社 保": words}
    assert (old.follow, old.default) == ("感谢关注", "")
    assert old.left_behind == ["the keyword rule 图 answers with a picture, a voice or a video"]


@pytest.mark.parametrize(
    "answer",
    [{}, {"selfmenu_info": []}, {"selfmenu_info": {"button": "x"}}, {"selfmenu_info": {"button": [None, 1]}}],
)
def test_an_answer_that_is_not_as_it_should_be_imports_nothing(answer: dict[str, Any]) -> None:
    assert not read_account(answer, {"keyword_autoreply_info": {"list": [3]}, "is_autoreply_open": 1})


def test_our_own_menu_keeps_the_rules_of_the_platform() -> None:
    assert list(menu_faults(own_menu(DEFAULT_TEXTS))) == []


def click(name: str = "我的", key: str = "我的") -> dict[str, Any]:
    return {"name": name, "type": "click", "key": key}


@pytest.mark.parametrize(
    ("buttons", "said"),
    [
        ([], "1 to 3 buttons, this one 0"),
        ([click()] * 4, "this one 4"),
        ([click("六个汉字太长")], "18 bytes"),
        ([click("")], "without a name"),
        ([click(key="")], "the key must have"),
        ([click(key="x" * 129)], "the key must have"),
        ([{"name": "a", "sub_button": [click()] * 6}], "here 6"),
        ([{"name": "a", "sub_button": []}], "here 0"),
        ([{"name": "a", "sub_button": [click("字" * 14)]}], "42 bytes"),
        ([{"name": "a", "type": "view"}], "url is missing"),
        ([{"name": "a", "type": "view", "url": "https://x/" + "y" * 1024}], "longer than 1024"),
        ([{"name": "a", "type": "dance"}], "no button of the type dance"),
    ],
)
def test_what_the_platform_would_refuse_is_said_before_it_is_asked(
    buttons: list[dict[str, Any]], said: str
) -> None:
    (fault,) = menu_faults(buttons)

    assert said in fault

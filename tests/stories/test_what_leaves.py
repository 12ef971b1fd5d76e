"""Nothing personal and nothing grave leaves the house: every audience reads through one gate."""

import pytest

from tests.stories.driver import Story
from tests.stories.people import bind

DESK, DEPARTMENT, DEPUTY = "staff:T001", "staff:T027", "deputy:D001"
SECRETS = ("买买提·吐尔逊", "0000", "浙A·12345", "abc_lamp", "402", "阿不都")
TOLD = "东苑小区9幢402楼道灯坏了，我叫买买提·吐尔逊，电话139．0000．0000，车浙A·12345，加微 abc_lamp"


def hidden_in(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


@pytest.fixture
def told(story: Story) -> Story:
    story.say("voter-1", TOLD)
    for person in (DESK, DEPARTMENT, DEPUTY):
        bind(story, person)
    return story


def test_the_clerk_is_shown_what_a_department_will_not_read(told: Story) -> None:
    shown = told.say(DESK, "转 1 住建局 10天")

    assert "姓名1处" in shown
    assert "电话1处" in shown
    assert "户号1处" in shown


def test_a_department_reads_building_but_neither_person_nor_flat(told: Story) -> None:
    told.say(DESK, "转 1 住建局 10天")
    told.say(DESK, "1")
    told.app.tick_all()
    shown = told.say(DEPARTMENT, "查 2611-0001")

    assert "9幢" in shown
    assert hidden_in(shown)
    assert all(hidden_in(text) for text in told.phones.texts_to(DEPARTMENT))


def test_a_deputy_reads_no_flat(told: Story) -> None:
    told.say(DEPUTY, "案件")

    assert hidden_in(told.say(DEPUTY, "1"))


@pytest.mark.parametrize(
    ("words", "said"),
    [("我不想活了，活着没意思", "不转部门"), ("有人在选举前送钱拉票，每人两百", "单独保管")],
    ids=["despair", "election"],
)
def test_no_department_is_given_a_grave_matter_and_no_paper_takes_it(
    told: Story, words: str, said: str
) -> None:
    told.say("voter-2", words)
    referred, printed = told.say(DESK, "转 2 住建局 10天"), told.say(DESK, "专报 2 难办的事")

    assert said in referred
    assert "单独保管" in printed or "不能写进专报" in printed


@pytest.mark.parametrize(
    "words",
    ["啥时候有人来啊，我不太会弄…", "我们小区", "王小明", "就在我家楼下"],
)
def test_what_is_no_place_is_kept_with_the_case_and_asked_again(told: Story, words: str) -> None:
    told.say("voter-3", "下雨路上积水很深，电动车都熄火了")

    assert "还不知道地方" in told.say("voter-3", words)
    assert "记下了" in told.say("voter-3", "城北变电所对面")

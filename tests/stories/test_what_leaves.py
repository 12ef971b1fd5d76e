"""Nothing personal and nothing grave leaves the house: every audience reads through one gate."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.texts import DEFAULT_TEXTS as TEXTS
from tests.stories.driver import Story, running
from tests.stories.people import bind
from tests.stories.test_bulletins import words_of
from tests.stories.test_papers import PUBLIC, column, pushed_file, sheet_of

DESK, DEPARTMENT, DEPUTY = "staff:T001", "staff:T027", "deputy:D001"
SECRETS = ("买买提·吐尔逊", "0000", "浙A·12345", "abc_lamp", "402", "阿不都")
TOLD = "东苑小区9幢402楼道灯坏了，我叫买买提·吐尔逊，电话139．0000．0000，车浙A·12345，加微 abc_lamp"


def hidden_in(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


@pytest.fixture
def story(district_url: str, tmp_path: Path, way: str) -> Iterator[Story]:
    with running(district_url, tmp_path, way, public_url=PUBLIC) as story:
        yield story


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
    assert "单独保管" in printed or "不能写进" in printed


@pytest.mark.parametrize(
    "words",
    ["啥时候有人来啊，我不太会弄…", "我们小区", "王小明", "就在我家楼下"],
)
def test_what_is_no_place_is_kept_with_the_case_and_asked_again(told: Story, words: str) -> None:
    told.say("voter-3", "下雨路上积水很深，电动车都熄火了")

    assert "还不知道地方" in told.say("voter-3", words)
    assert "记下了" in told.say("voter-3", "城北变电所对面")


DESPAIR = "东苑小区，我不想活了，活着没意思"


def sheet_words(story: Story) -> str:
    sheet = sheet_of(pushed_file(story, DESK))
    return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def test_no_sheet_or_paper_tells_who_somebody_is_or_of_despair(told: Story) -> None:
    told.say("voter-2", DESPAIR)
    told.say(DESK, "转 1 住建局 10天")
    told.say(DESK, "1")
    told.say(DESK, "督办 1 张宁 12月20日")
    read = {}
    for asked in ("台账", "督办表 11月"):
        told.say(DESK, asked)
        read[asked] = sheet_words(told)
    told.say(DESK, "交办单 1")
    read["交办单"] = words_of(pushed_file(told, DESK))
    told.say(DESK, "专报 1 一件难办的事")
    told.say(DESK, "2")
    told.say(DESK, "1")
    read["专报"] = words_of(pushed_file(told, DESK))

    assert [name for name, words in read.items() if not hidden_in(words)] == []
    assert [name for name, words in read.items() if "不想活" in words] == []
    assert "9幢" in read["交办单"]


GRAVE = {
    "sexual violence": "东苑小区3幢有人强奸了我，求你们管管",
    "family violence": "东苑小区3幢，我老公天天打我，身上都是伤",
    "illness": "东苑小区电梯坏了，我老伴做过心脏病手术，下不了楼",
    "illness and a number": "东苑小区电梯坏了，我老伴做过心脏病手术，电话13900000000",
    "prison": "东苑小区，我坐过牢，社区不给办低保，没有饭吃",
    "religion": "东苑小区，我是穆斯林，菜市场没有清真摊位",
}


@pytest.mark.parametrize("matter", GRAVE)
def test_what_the_ledger_keeps_back_is_kept_back_from_the_deputy_in_the_same_words(
    story: Story, matter: str
) -> None:
    story.say("voter-1", GRAVE[matter])
    station = bind(story, "staff:T005")
    bind(story, DEPUTY)

    story.say(DEPUTY, "案件")
    shown = story.say(DEPUTY, "1")
    story.say(station, "台账")
    listed = column(sheet_of(pushed_file(story, station)), "内容")

    assert TEXTS("gate_withheld") in shown
    assert listed == [TEXTS("gate_withheld")]


def test_a_number_and_a_flat_are_hidden_from_deputy_and_ledger_and_the_rest_is_read(
    story: Story,
) -> None:
    story.say("voter-1", "东苑小区3幢2单元501室门口的路灯不亮，我的电话13900000000")
    station = bind(story, "staff:T005")
    bind(story, DEPUTY)

    story.say(DEPUTY, "案件")
    shown = story.say(DEPUTY, "1")
    story.say(station, "台账")
    (listed,) = column(sheet_of(pushed_file(story, station)), "内容")

    for read in (shown, str(listed)):
        assert "东苑小区3幢2单元某户门口的路灯不亮，我的电话＊＊" in read


def test_the_paper_for_a_department_is_announced_with_what_is_taken_out(told: Story) -> None:
    told.say(DESK, "转 1 住建局 10天")
    told.say(DESK, "1")

    assert "隐去电话1处" in told.say(DESK, "交办单 1")


@pytest.mark.parametrize("words", ["有人在选举前送钱拉票，每人两百", "你们这帮吃干饭的，东苑小区垃圾没人收"])
def test_a_deputys_list_says_no_more_than_the_number_of_a_grave_matter(told: Story, words: str) -> None:
    told.say("voter-2", words)
    listed = told.say(DEPUTY, "案件")

    assert "垃圾" not in listed
    assert "选举" not in listed


@pytest.mark.parametrize(
    "words",
    [
        "宋启明，9幢402，灯坏了",
        "灯还是不亮，村里的户主叫何樟栋，他电话是幺三九零零零零零零一二",
        "老郑家的灯也坏了，他住9幢402",
    ],
)
def test_what_is_added_later_leaves_as_clean_as_what_came_first(told: Story, words: str) -> None:
    told.say("voter-1", f"补充 1 {words}")
    told.say(DESK, "转 1 住建局 10天")
    told.say(DESK, "1")
    told.app.tick_all()
    told.say(DEPARTMENT, "查 1")
    read = [*told.phones.texts_to(DEPARTMENT), told.say(DEPARTMENT, "3"), told.say(DEPARTMENT, "查 1")]

    assert [
        text for text in read for secret in ("宋启明", "402", "何樟栋", "零零一二", "老郑") if secret in text
    ] == []


def test_a_cry_for_help_is_offered_to_nobody_who_writes_of_the_same_place(told: Story) -> None:
    told.say("voter-2", DESPAIR)

    assert "2611-0002" not in told.say("voter-4", "东苑小区楼道灯也坏了")


def test_the_flat_is_given_to_one_department_once_the_voter_agrees_and_ends_with_the_round(
    told: Story,
) -> None:
    told.say(DESK, "转 1 住建局 10天")
    told.say(DESK, "1")
    asked = told.say(DESK, "门牌 1")
    told.app.tick_all()
    thanks = told.say("voter-1", "1")
    before = told.say(DEPARTMENT, "查 2611-0001")
    told.say(DESK, "门牌 1")
    given = told.say(DESK, "1")
    after = told.say(DEPARTMENT, "查 2611-0001")
    told.say(DESK, "转 1 城管局 5天")
    told.say(DESK, "1")
    told.say(DESK, "1")
    again = told.say(DESK, "门牌 1")

    assert asked.startswith("这就问")
    assert "住建局看" in thanks
    assert "402" not in before
    assert "看得到了" in given
    assert "9幢402" in after
    assert "0000" not in after
    assert again.startswith("这就问")
    told.say("voter-1", "我的数据")

    assert "门牌" in told.say("voter-1", "3")

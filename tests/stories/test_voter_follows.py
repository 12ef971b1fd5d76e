"""A voter follows a case, withdraws it, looks for a station; and never sees anyone else's."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Account, Case, Person
from tests.stories.driver import Story

STAIRCASE = "东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼"


def test_my_cases_tell_how_they_stand(story: Story) -> None:
    story.say("voter-1", STAIRCASE)

    own = story.say("voter-1", "我的")

    assert own.splitlines()[0] == "2611-0001 楼道照明"
    assert "11月21日 记下" in own
    assert "11月25日（周三）前有人回您" in own
    assert own.endswith("要补充直接写；不办了回“撤回”。")


def test_several_cases_are_picked_by_digit(story: Story) -> None:
    story.say("voter-1", STAIRCASE)
    story.say("voter-1", "七格社区停车位不足")

    listed = story.say("voter-1", "进度")
    picked = story.say("voter-1", "2")

    assert "1 2611-0002 停车难" in listed
    assert picked.startswith("2611-0001 楼道照明")


def test_another_voters_number_reads_like_one_that_does_not_exist(story: Story) -> None:
    story.say("voter-1", STAIRCASE)

    others = story.say("voter-2", "查 2611-0001")
    nobodys = story.say("voter-2", "查 2611-0009")

    assert others.replace("2611-0001", "N") == nobodys.replace("2611-0009", "N")
    assert others == "没找到您的 2611-0001。请核对数字，或回“我的”看自己的件。"


def test_a_number_is_found_in_any_form(story: Story) -> None:
    story.say("voter-1", STAIRCASE)

    forms = ["查 2611-0001", "查2611-0001", "2611-0001", "查询1", "查 ０００１"]

    assert {story.say("voter-1", form).splitlines()[0] for form in forms} == {"2611-0001 楼道照明"}


def test_withdrawing_asks_first_and_keeps_the_record(story: Story) -> None:
    story.say("voter-1", STAIRCASE)

    asked = story.say("voter-1", "撤回")
    kept = story.say("voter-1", "0")
    story.say("voter-1", "撤回 1")
    gone = story.say("voter-1", "1")

    assert asked == "撤回 2611-0001 吗？撤回后不再办，记录还在。\n1 撤回\n0 不撤"
    assert "接着办" in kept
    assert "已撤回" in gone
    with Session(story.engine) as session:
        assert session.scalars(select(Case.state)).all() == ["withdrawn"]


def test_adding_by_word_joins_the_latest_case_at_any_time(story: Story) -> None:
    story.say("voter-1", STAIRCASE)
    story.clock.turn(hours=30)

    assert "已放进 2611-0001" in story.say("voter-1", "补充 二楼也不亮")


def test_a_location_out_of_the_blue_finds_the_nearest_station(story: Story) -> None:
    station = story.app.surroundings.world().district.stations
    east = next(each for each in station.values() if each.name == "东苑社区联络站")

    found = story.location("voter-1", (east.latitude or 0) + 0.003, east.longitude or 0)
    other = story.say("voter-1", "2")

    assert found.startswith("最近的是东苑社区联络站，约300米")
    assert "下次接待12月10日（周四）9:00" in found
    assert "东苑社区联络站" not in other.splitlines()[0]


def test_a_station_is_found_by_the_name_of_an_estate(story: Story) -> None:
    assert story.say("voter-1", "找站 东苑小区").startswith("东苑社区联络站")


def test_asking_where_then_naming_the_place(story: Story) -> None:
    asked = story.say("voter-1", "找代表")
    found = story.say("voter-1", "七格社区")

    assert "发一下位置" in asked
    assert found.startswith("七格社区联络站")


def test_scanning_a_stations_code_ties_the_voter_to_it(story: Story) -> None:
    key = next(
        key
        for key, each in story.app.surroundings.world().district.stations.items()
        if each.name == "七格社区联络站"
    )
    followed = story.event("voter-1", "subscribe", EventKey=f"qrscene_station:{key}")
    filed = story.say("voter-1", "楼上天天装修太吵了")

    assert "七格社区联络站" in followed
    assert "由七格社区联络站接手" in filed


def test_naming_a_deputy_takes_the_words_to_their_station(story: Story) -> None:
    offered = story.say("voter-1", "我想跟陈立新代表说说停车的事")
    filed = story.say("voter-1", "晚上回来没地方停车")

    assert offered.startswith("好，写吧，写完我放到陈代表所在的")
    assert "2611-0001" in filed


def test_leaving_is_noted_and_nothing_is_said(story: Story) -> None:
    story.event("voter-1", "subscribe")

    assert story.event("voter-1", "unsubscribe") == ""
    with Session(story.engine) as session:
        assert session.scalars(select(Account.following)).all() == [False]


def test_a_passive_position_is_not_kept(story: Story) -> None:
    said = story.event("voter-1", "LOCATION", Latitude="30.1", Longitude="120.1", Precision="10")

    assert said == ""
    with Session(story.engine) as session:
        assert session.scalars(select(Person.station).distinct()).all() == [""]


def test_questions_survive_a_restart(story: Story) -> None:
    story.say("voter-1", "下雨路上积水很深")
    story.app.surroundings.reload()

    assert "滨河路" in story.say("voter-1", "滨河路")


def test_the_menu_says_the_same_as_the_words(story: Story) -> None:
    story.say("voter-1", STAIRCASE)

    assert story.event("voter-1", "CLICK", EventKey="我的") == story.say("voter-1", "我的")
    assert "有事直接写一句" in story.event("voter-1", "CLICK", EventKey="帮助")

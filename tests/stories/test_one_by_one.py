"""An office works through what is new by digits alone, one case after another, and each goes where the digit said."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.models import Case
from tests.stories.driver import Story
from tests.stories.lines import both_channels
from tests.stories.people import EAST, WEST, bind, owed_to, the_case

ROAD = "滨河路两边停满车，孩子上学只能走马路中间"


@pytest.fixture
def desk(story: Story) -> str:
    for voter, line in (("voter-1", EAST), ("voter-2", WEST), ("voter-3", ROAD)):
        story.say(voter, line)
    bind(story, "staff:T027")
    return bind(story, "staff:T001")


def press(story: Story, who: str, digit: str) -> str:
    """Press a digit as one who has read the card above it."""
    story.clock.turn(seconds=5)
    return story.say(who, digit)


def new_in(said: str) -> str:
    """Give the number of the case that a card shows."""
    return said.partition("件新到。\n")[2][:9]


@both_channels
def test_a_pile_is_worked_off_by_a_digit_a_case(story: Story, desk: str) -> None:
    assert "新到3件" in story.say(desk, "今日")
    first = story.say(desk, "逐件办")
    assert "还有3件新到" in first
    assert len(first) <= 120

    numbers = [new_in(first)]
    while "还有" in (said := press(story, desk, "1")):
        assert "已转" in said
        numbers.append(new_in(said))

    assert sorted(numbers) == ["2611-0001", "2611-0002", "2611-0003"]
    assert "新到的都看过了" in said
    assert {the_case(story, number).state for number in numbers} == {"referred"}
    assert len(owed_to(story, "staff:T027")) == 1


def test_what_is_put_aside_stays_new(story: Story, desk: str) -> None:
    card = story.say(desk, "逐件办")
    second, third = press(story, desk, "6"), press(story, desk, "6")

    assert len({new_in(card), new_in(second), new_in(third)}) == 3
    assert "还有3件先放着" in press(story, desk, "6")
    assert new_in(story.say(desk, "逐件办")) == new_in(card)


def test_another_department_and_other_days_are_written_once(story: Story, desk: str) -> None:
    number = new_in(story.say(desk, "逐件办"))
    press(story, desk, "2")

    assert "1 转区城管局，11月27日前\n" in story.say(desk, "城管局 5天")
    assert "已转区城管局" in press(story, desk, "1")
    assert the_case(story, number).state == "referred"


def test_a_name_that_no_department_has_is_asked_about(story: Story, desk: str) -> None:
    number = new_in(story.say(desk, "逐件办"))
    press(story, desk, "2")

    assert "区住建局" in story.say(desk, "住建 5天")
    assert "1 转区住建局" in press(story, desk, "1")
    press(story, desk, "1")
    assert the_case(story, number).state == "referred"


def test_a_department_without_anybody_bound_is_named_with_its_telephone(story: Story, desk: str) -> None:
    story.say(desk, "逐件办")
    press(story, desk, "2")
    story.say(desk, "教育局 5天")

    assert "已转区教育局（没送到：没有绑定）" in press(story, desk, "1")
    assert "要打电话告诉的：区教育局0571-" in press(story, desk, "0")


def test_a_reply_goes_to_the_voter_and_zero_goes_back(story: Story, desk: str) -> None:
    first = story.say(desk, "逐件办")
    assert "4 回复" in first
    press(story, desk, "4")

    assert new_in(press(story, desk, "0")) == new_in(first)
    press(story, desk, "4")
    said = story.say(desk, "11月20日已经去看过，本周五前换好灯，请放心")

    assert said.startswith("记下了，这就发给选民。")
    assert new_in(said) != new_in(first)


def test_a_station_is_asked_to_do_what_the_desk_leaves_to_it(story: Story, desk: str) -> None:
    station = bind(story, "staff:T005")
    card = story.say(desk, "逐件办")
    while "东苑小区" not in card:
        card = press(story, desk, "6")
    assert "3 东苑社区联络站办" in card
    press(story, desk, "3")

    assert the_case(story, "2611-0001").state == "assigned"
    assert any("请贵站办：2611-0001" in text for text in owed_to(story, station))


def test_what_somebody_else_took_meanwhile_is_passed_over(story: Story, desk: str) -> None:
    station = bind(story, "staff:T005")
    card = story.say(desk, "逐件办")
    while "东苑小区" not in card:
        card = press(story, desk, "6")
    story.say(station, "接手 1")

    assert "2611-0001已有人在办" in press(story, desk, "1")
    assert the_case(story, "2611-0001").state == "assigned"


def test_a_second_tap_decides_nothing_about_the_next_case(story: Story, desk: str) -> None:
    story.say(desk, "逐件办")
    second = press(story, desk, "1")

    again = story.say(desk, "1")

    assert again.startswith("这是下一件，请看过再回。")
    assert new_in(again) == new_in(second)
    assert the_case(story, new_in(second)).state == "registered"
    assert "已转" in press(story, desk, "1")
    assert the_case(story, new_in(second)).state == "referred"


def test_a_tap_counts_although_the_clock_of_the_server_is_ahead(story: Story, desk: str) -> None:
    def tap(seconds: int) -> str:
        story.clock.turn(seconds=seconds)
        minute_behind = int(story.clock().timestamp()) - 60
        return story.say(desk, "1", CreateTime=minute_behind)

    story.say(desk, "逐件办")
    second = tap(5)

    assert "请看过再回" in tap(5)
    assert "已转" in tap(5)
    assert the_case(story, new_in(second)).state == "referred"


def test_a_case_that_was_moved_meanwhile_is_shown_again(story: Story, desk: str) -> None:
    card = story.say(desk, "逐件办")
    while "东苑小区" not in card:
        card = press(story, desk, "6")
    with Session(story.engine) as session, session.begin():
        session.execute(update(Case).where(Case.number == "2611-0001").values(topic="elevator"))

    assert "刚有人改过" in press(story, desk, "1")
    assert the_case(story, "2611-0001").state == "registered"


def test_zero_goes_on_with_the_pile_after_something_else_was_done(story: Story, desk: str) -> None:
    first = new_in(story.say(desk, "逐件办"))
    second = new_in(press(story, desk, "6"))

    assert press(story, desk, "5").endswith("0 接着逐件办")
    assert new_in(press(story, desk, "0")) == second
    press(story, desk, "5")
    press(story, desk, "4")
    done = story.say(desk, "11月20日已全部处理完毕并拍照留存，依据物业服务合同")

    assert done.endswith("0 接着逐件办")
    assert new_in(press(story, desk, "0")) not in {first, second}


def test_the_pile_is_counted_down(story: Story, desk: str) -> None:
    assert "还有3件新到" in story.say(desk, "逐件办")
    assert "还有2件新到" in press(story, desk, "6")
    assert "还有1件新到" in press(story, desk, "1")


def test_other_departments_are_offered_for_what_one_gave_back(story: Story, desk: str) -> None:
    story.say(desk, "转 2611-0001 住建局 5天")
    press(story, desk, "1")
    story.say("staff:T027", "退回 2611-0001 按三定方案属道路照明，建议转城管局")
    story.say(desk, "2611-0001")

    offered = press(story, desk, "1")

    assert "1 区城管局" in offered
    assert "区住建局" not in offered
    assert "区城管局" in press(story, desk, "1")
    press(story, desk, "1")
    assert the_case(story, "2611-0001").state == "referred"


def test_what_others_have_told_already_is_put_together_by_a_digit(story: Story, desk: str) -> None:
    story.say("voter-4", "东苑小区3幢楼道灯还是不亮，摔了一位老人")
    story.say("voter-4", "2")
    card = story.say(desk, "逐件办")
    while "合并" not in card:
        card = press(story, desk, "6")

    child = new_in(card)
    main = next(line for line in card.splitlines() if line.startswith("7 同"))[3:12]
    assert {child, main} == {"2611-0001", "2611-0004"}
    assert "已合并" in press(story, desk, "7")
    assert the_case(story, child).merged_into == the_case(story, main).id


def test_a_station_sees_only_its_own_pile(story: Story, desk: str) -> None:
    station = bind(story, "staff:T006")
    card = story.say(station, "逐件办")

    assert new_in(card) == "2611-0002"
    assert "转" not in card
    assert "新到的都看过了" in press(story, station, "1")
    assert desk


def test_a_clerk_accepts_and_an_office_reviews_one_after_another(story: Story, desk: str) -> None:
    story.say("voter-4", "柳浪社区物业收了钱不打扫楼道")
    story.say(desk, "转 2611-0001 住建局 10天")
    press(story, desk, "1")
    story.say(desk, "转 2611-0004 住建局 10天")
    press(story, desk, "1")
    first = story.say("staff:T027", "接收 2611-0001")
    press(story, "staff:T027", "2")
    second = press(story, "staff:T027", "1")

    assert "2 下一件，还有1件没接收" in first
    assert "接收了 2611-0004" in second
    assert "下一件" not in second

    for number in ("2611-0001", "2611-0004"):
        story.say("staff:T027", f"答复 {number} 11月20日已全部换新，物业每周五检查，依据服务合同")
        press(story, "staff:T027", "1")
    story.say(desk, "审核 2611-0001")
    said = press(story, desk, "1")
    assert "2611-0001 的答复审过了，这就告诉选民" in said
    assert "还有1份等审核" in said
    assert "答复了 2611-0004" in said
    assert "2611-0004 的答复审过了，这就告诉选民" in press(story, desk, "1")

"""Who floods, advertises or only abuses waits until a person has looked; nothing is lost, nothing is hidden from staff."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.texts import DEFAULT_TEXTS as TEXTS
from nlp.alarms.nuisance import nuisance
from storage.keeping import retention
from storage.models import Case, Inbox, KeptFreeze
from tests.stories.driver import Story, running
from tests.stories.people import EAST, bind

DESK, STAFF = "staff:T001", "staff:T005"
ADVERT = "专业代开发票，加微信fapiao888，量大优惠{}"
ABUSE = "你们都是一帮废物{}"


@pytest.fixture
def slow(district_url: str, tmp_path: Path) -> Iterator[Story]:
    """A district in which five messages a minute are handled at once."""
    with running(district_url, tmp_path, messages_per_minute="5") as story:
        bind(story, DESK)
        yield story


def spam(story: Story, who: str = "voter-bad", words: str = ADVERT) -> list[str]:
    return [story.say(who, words.format(number)) for number in range(3)]


def cases_of(story: Story) -> list[str]:
    with Session(story.engine) as session:
        return list(session.scalars(select(Case.text).order_by(Case.id)))


@pytest.mark.parametrize("words", [ADVERT, ABUSE], ids=["advertisements", "abuse"])
def test_the_third_in_a_day_is_put_aside_and_the_sender_told_once(story: Story, words: str) -> None:
    said = spam(story, words=words)
    after = story.say("voter-bad", "东苑小区3幢楼道灯坏了半个月")

    assert TEXTS("frozen_told") not in said[:2]
    assert said[2] == TEXTS("frozen_told")
    assert after == ""
    assert not any("楼道灯" in text for text in cases_of(story))


def test_staff_see_all_of_it_and_what_is_released_is_filed(story: Story) -> None:
    bind(story, DESK)
    spam(story)
    story.say("voter-bad", "东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼")
    today = story.say(DESK, "今日")
    listed = story.say(DESK, "冻结的")
    shown = story.say(DESK, "1")
    kept = [story.say(DESK, "2"), story.say(DESK, "冻结的")]
    story.say(DESK, "1")
    released = story.say(DESK, "1")
    story.app.tick_all()

    assert TEXTS("staff_today_frozen", count=1) in today
    assert "像广告，2条" in listed
    assert "楼道灯坏了半个月" in shown
    assert "代开发票" in shown
    assert "fapiao888" not in shown
    assert kept[0].startswith(TEXTS("staff_frozen_kept"))
    assert "像广告，2条" in kept[1]
    assert released.startswith(TEXTS("staff_frozen_released", count=2))
    assert any("楼道灯坏了半个月" in text for text in cases_of(story))
    assert story.say(DESK, "冻结的") == TEXTS("staff_frozen_none")
    assert TEXTS("too_fast_done") in story.phones.texts_to("voter-bad")
    story.clock.turn(minutes=31)
    assert "记下了" in story.say("voter-bad", "西苑社区垃圾没人收")


def test_a_flood_is_put_aside_where_haste_is_only_held(slow: Story) -> None:
    said = [slow.say("voter-fast", f"东苑小区第{number}盏路灯坏了") for number in range(18)]

    assert said[5] == TEXTS("too_fast")
    assert said[15] == TEXTS("frozen_told")
    assert said[16:] == ["", ""]
    assert "发得太多，3条" in slow.say(DESK, "冻结的")


@pytest.mark.parametrize(
    "changed",
    [
        lambda number: EAST + "！" * number,
        lambda number: f"{EAST}{number}",
        lambda number: "你" + EAST[:-1] + "啊呀哦嗯哈嘿喂"[number % 7],
    ],
    ids=["marks", "a number", "a word"],
)
def test_one_sentence_over_and_over_is_a_flood_however_slow_and_whatever_sign_is_changed(
    story: Story, changed: Callable[[int], str]
) -> None:
    bind(story, DESK)
    said = []
    for number in range(11):
        story.clock.turn(seconds=50)
        said.append(story.say("voter-bad", changed(number)))

    assert said.index(TEXTS("frozen_told")) == 8
    assert said[9:] == ["", ""]
    assert "发得太多，3条" in story.say(DESK, "冻结的")


def test_who_tells_of_one_house_after_another_is_no_flood(story: Story) -> None:
    said = [story.say("grid-worker", f"东苑小区{house}幢楼道灯坏了，晚上看不见路") for house in range(1, 13)]

    assert TEXTS("frozen_told") not in said
    assert "" not in said


def test_whoever_is_frozen_still_reaches_help_and_the_own_data(story: Story) -> None:
    story.say("voter-bad", EAST)
    spam(story)

    assert "119" in story.say("voter-bad", "东苑小区3幢着火了")
    assert "2611-0001" in story.say("voter-bad", "我的")
    story.say("voter-bad", "删除我")
    assert story.say("voter-bad", "1").startswith("删好了")


def frozen_again(story: Story, who: str) -> bool:
    return story.say(who, "西苑社区垃圾没人收") == ""


def forget_me(story: Story, who: str) -> None:
    story.say(who, "删除我")
    assert story.say(who, "1").startswith("删好了")


def test_asking_to_be_forgotten_lifts_no_freeze_but_a_person_does(story: Story) -> None:
    bind(story, DESK)
    spam(story)
    forget_me(story, "voter-bad")
    waits = frozen_again(story, "voter-bad")
    others = "记下了" in story.say("voter-good", EAST)
    forget_me(story, "voter-bad")
    still = frozen_again(story, "voter-bad")
    story.say(DESK, "冻结的")
    story.say(DESK, "1")
    released = story.say(DESK, "1")
    story.clock.turn(minutes=31)

    assert (waits, others, still) == (True, True, True)
    assert released.startswith(TEXTS("staff_frozen_released", count=1))
    assert "记下了" in story.say("voter-bad", "南园小区门口路灯不亮")


def test_being_forgotten_between_two_advertisements_does_not_begin_the_count_anew(story: Story) -> None:
    story.say("voter-bad", ADVERT.format(1))
    story.say("voter-bad", ADVERT.format(2))
    forget_me(story, "voter-bad")

    assert story.say("voter-bad", ADVERT.format(3)) == TEXTS("frozen_told")


def test_what_is_kept_of_a_freeze_names_nobody_and_ends_after_a_year(story: Story) -> None:
    spam(story)
    forget_me(story, "voter-bad")
    story.clock.turn(minutes=11)
    story.app.tick_all()
    with Session(story.engine) as session:
        kept = session.scalars(select(KeptFreeze)).one()
        said = repr([getattr(kept, column.name) for column in KeptFreeze.__table__.columns])
    story.clock.turn(days=366)

    assert "voter-bad" not in said
    assert "记下了" in story.say("voter-bad", EAST)


def test_advertisements_of_last_week_are_forgotten(story: Story) -> None:
    story.say("voter-bad", ADVERT.format(1))
    story.say("voter-bad", ADVERT.format(2))
    story.clock.turn(days=2)

    assert story.say("voter-bad", ADVERT.format(3)) != TEXTS("frozen_told")


def test_a_station_sees_the_frozen_of_its_own_voters_alone(story: Story) -> None:
    for who in (STAFF, "staff:T006"):
        bind(story, who)
    story.event("voter-bad", "subscribe", EventKey="qrscene_station:S004")
    spam(story)

    assert "像广告" in story.say(STAFF, "冻结的")
    assert story.say("staff:T006", "冻结的") == TEXTS("staff_frozen_none")


def test_what_waits_is_not_forgotten_with_old_raw_messages(story: Story) -> None:
    spam(story)
    later = story.clock() + timedelta(days=90)
    with Session(story.engine) as session, session.begin():
        retention.forget_raw(session.connection(), later)
    with Session(story.engine) as session:
        waiting = session.scalars(select(Inbox.raw).where(Inbox.status == "frozen")).all()

    assert len(waiting) == 1
    assert None not in waiting


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("专业代开发票，加微信fapiao888", "advert"),
        ("无抵押贷款秒批，联系13900000000", "advert"),
        ("在家赚钱日结，点击链接 https://t.cn/abc", "advert"),
        ("你们这些废物", "abuse"),
        ("小区楼道贴满了办证刻章小广告，电话13900000000，没人清理", ""),
        ("我被贷款秒批的骗了，加他微信abc12345后钱没了，请查一下", ""),
        ("楼下彩票店占道经营", ""),
        ("垃圾没人收，臭死了", ""),
        ("邻居天天骂我是废物，半夜还砸门，社区能不能来人调解一下，我们老两口实在受不了了，已经半年", ""),
    ],
)
def test_a_complaint_about_advertisements_or_abuse_is_neither(text: str, kind: str) -> None:
    assert nuisance(text) == kind

"""Questions to the bot, thanks and advertisements are known by whole lines; what tells a trouble stays a case."""

import pytest

from nlp.alarms.adverts import is_advert
from nlp.sayings.enquiries import enquiry
from nlp.sayings.good_news import is_praise
from nlp.sayings.intents import small_talk
from nlp.sayings.introductions import introduced_place
from nlp.sayings.phone_words import phone_said
from nlp.sayings.visit_words import asks
from nlp.times.clock_words import time_said


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("代表怎么找", "deputies"),
        ("请问北园街道有几个代表", "deputies"),
        ("我们小区的代表是谁啊", "deputies"),
        ("给我陈代表电话", "deputy phone"),
        ("10号有代表接待吗", "reception"),
        ("代表什么时候来", "reception"),
        ("我家属于哪个站", "station"),
        ("谁能看见我说的", "privacy"),
        ("会不会告诉物业是我说的", "privacy"),
        ("能匿名吗", "anonymous"),
        ("要留名字吗", "names"),
        ("人大代表能干什么", "duties"),
        ("我想当人大代表怎么报名", "candidate"),
        ("怎么登记选民", "roll"),
        ("我是外地的能在这投票吗", "roll moved"),
        ("我属于哪个选区", "voting"),
        ("反映问题要钱吗", "cost"),
        ("我怎么看进度", "progress"),
        ("怎么撤回", "withdrawing"),
        ("怎么删除我的记录", "deleting"),
        ("别再给我发消息", "stopping"),
        ("以后别给我发消息了", "stopping"),
        ("取消关注", "stopping"),
        ("语音可以吗", "pictures"),
        ("你们会把我名字告诉社区吗", "privacy"),
    ],
)
def test_questions_to_the_bot_are_known(line: str, kind: str) -> None:
    assert enquiry(line) == kind


@pytest.mark.parametrize(
    "line",
    [
        "代表怎么不来我们小区看看",
        "代表能不能管管路灯",
        "物业泄露我的电话",
        "邻居知道是我",
        "小区监控能看到我家",
        "停车收费吗乱收费",
        "学校要收钱吗",
        "业委会选举什么时候",
        "选民登记漏了我",
        "不给我选民登记",
        "领导打击报复",
        "有多少代表是老板",
        "人大代表收钱",
        "公交站在哪里",
    ],
)
def test_a_trouble_is_no_question_to_the_bot(line: str) -> None:
    assert enquiry(line) == ""


@pytest.mark.parametrize(
    ("line", "praise"),
    [
        ("谢谢你们，东苑小区路灯修好了，比以前亮多了，点赞", True),
        ("感谢联络站，反映后垃圾清理好了", True),
        ("感谢领导，东苑小区路灯还是没亮", False),
        ("谢谢你们尽快修好路灯", False),
        ("谢谢，路灯修好了但是又坏了", False),
        ("路灯修好了吗，谢谢", False),
        ("表扬信：路灯亮了，就是太暗", False),
    ],
)
def test_only_thanks_for_what_is_done_are_praise(line: str, praise: bool) -> None:
    assert is_praise(line) == praise


@pytest.mark.parametrize(
    ("line", "advert"),
    [
        ("专业疏通下水道，价格优惠，加微信abc12345", True),
        ("代办贷款，无抵押秒到账，需要请联系", True),
        ("楼道里贴满疏通下水道13900000001", False),
        ("免费领鸡蛋的店骗老人，联系电话13900000001", False),
        ("东苑小区下水道堵了，电话13900000001", False),
    ],
)
def test_only_an_offer_with_a_way_to_order_is_an_advertisement(line: str, advert: bool) -> None:
    assert is_advert(line) == advert


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("你们他妈的就是一群吃干饭的废物", "abuse"),
        ("物业都是骗子", ""),
        ("废物堆在楼道里", ""),
        ("垃圾没人管", ""),
    ],
)
def test_bad_words_that_tell_nothing_are_no_case(line: str, kind: str) -> None:
    assert small_talk(line) == kind


@pytest.mark.parametrize(
    ("line", "phone"),
    [
        ("13900000001", "13900000001"),
        ("我电话是139-0000-0001，王阿姨", "13900000001"),
        ("灯坏了13900000001", ""),
        ("8800123", ""),
    ],
)
def test_a_number_left_is_known_by_having_nothing_beside_it(line: str, phone: str) -> None:
    assert phone_said(line) == phone


@pytest.mark.parametrize(
    ("line", "hour"), [("10点半", "10:30"), ("改到下午两点", "14:00"), ("9：40", "9:40"), ("10点停水", "")]
)
def test_an_hour_is_read_as_people_say_it(line: str, hour: str) -> None:
    said = time_said(line)

    assert (f"{said.hour}:{said:%M}" if said else "") == hour


@pytest.mark.parametrize(
    "line", ["换个时间收垃圾", "预约挂号太难", "车子过不来了路太窄", "我不去物业他们不修"]
)
def test_a_trouble_is_no_booking(line: str) -> None:
    assert not asks(line)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("我是东苑小区的老头子，眼睛不好打字慢", "东苑小区"),
        ("您好，我住滨河路78号，想反映个事", "滨河路78号"),
        ("我是东苑小区的业主，楼道灯坏了", ""),
        ("我是" + "有点" * 18 + "吗", ""),
    ],
)
def test_where_somebody_lives_is_read_off_a_line_that_says_no_more(line: str, place: str) -> None:
    assert introduced_place(line) == place

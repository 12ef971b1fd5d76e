"""Danger, despair, courts, insiders and elections are heard; the same words in ordinary complaints are not."""

import re

import pytest

from nlp.alarms import short_alarms, signals
from nlp.alarms.signals import Signals, detect
from nlp.text.needed import needed_words
from tests.linear.pumps import ways_of_saying

SIGNALS = [
    ("我家老头子想不开，站在楼顶上", Signals(suicide=True)),
    ("不想拖累家里了，药我都准备好了", Signals(suicide=True)),
    ("我吃了一瓶安眠药", Signals(suicide=True)),
    ("我要死给你们看", Signals(suicide=True)),
    ("我要去跳政府大楼", Signals(suicide=True)),
    ("有人跳楼了", Signals(suicide=True)),
    ("儿子在喷泉边触电了怎么办", Signals(emergency="rescue")),
    ("河里有个小孩掉下去了", Signals(emergency="rescue")),
    ("井盖没了，掉进去一个小孩", Signals(emergency="rescue")),
    ("电梯里有人被困", Signals(emergency="rescue")),
    ("变压器冒火花", Signals(emergency="rescue")),
    ("电线掉水里了，电到一只狗", Signals(emergency="rescue")),
    ("独居老太太三天没开门了，敲门没人应", Signals(emergency="rescue")),
    ("孩子发烧抽筋，现在还在抽", Signals(emergency="medical")),
    ("孩子被性侵了", Signals(emergency="violence")),
    ("家里进贼了", Signals(emergency="violence")),
    ("保安打了，脸都肿了", Signals(emergency="violence")),
    ("我要烧了社区", Signals(emergency="threat")),
    ("我要炸了居委会", Signals(emergency="threat")),
    ("我转了三万，怎么办", Signals(emergency="fraud")),
    ("有人触电了快救命", Signals(emergency="rescue")),
    ("电梯困人了", Signals(emergency="rescue")),
    ("工地塌了压了人", Signals(emergency="rescue")),
    ("高压线掉下来了", Signals(emergency="rescue")),
    ("老人走丢了", Signals(emergency="missing")),
    ("邻居打我孩子", Signals(emergency="violence")),
    ("屋里一股臭鸡蛋味，燃气灶那边", Signals(emergency="gas")),
    ("楼道里煤气味很重", Signals(emergency="gas")),
    ("闻到一股天然气味道，不敢开灯", Signals(emergency="gas")),
    ("3楼燃气管道漏气了，嘶嘶响", Signals(emergency="gas")),
    ("邻居家液化气泄漏了怎么办", Signals(emergency="gas")),
    ("厨房有煤气味，怕爆炸", Signals(emergency="gas")),
    ("老两口煤气中毒了", Signals(emergency="gas")),
    ("6幢3楼着火了", Signals(emergency="fire")),
    ("隔壁楼起火了快来人", Signals(emergency="fire")),
    ("楼下配电房冒烟", Signals(emergency="fire")),
    ("地下车库电瓶车烧起来了", Signals(emergency="fire")),
    ("有人家里着火啦", Signals(emergency="fire")),
    ("河边有小孩落水了", Signals(emergency="drowning")),
    ("有人掉进河里了", Signals(emergency="drowning")),
    ("滨河路有人掉河里了", Signals(emergency="drowning")),
    ("孩子掉到窨井里了", Signals(emergency="drowning")),
    ("有人溺水了快救人", Signals(emergency="drowning")),
    ("有人拿刀在楼下乱砍", Signals(emergency="violence")),
    ("小区门口正在打架，有人受伤", Signals(emergency="violence")),
    ("老公又打我，我躲在厕所里", Signals(emergency="violence")),
    ("我被家暴了", Signals(emergency="violence")),
    ("楼上说要杀我", Signals(emergency="violence")),
    ("公交站有个老人晕倒了", Signals(emergency="medical")),
    ("我爸没有呼吸了", Signals(emergency="medical")),
    ("有人在广场上抽搐，口吐白沫", Signals(emergency="medical")),
    ("奶奶叫不醒了", Signals(emergency="medical")),
    ("活不下去了，不想活了", Signals(suicide=True)),
    ("欠我的钱要不回来，只能跳楼了", Signals(suicide=True)),
    ("真想死，没人帮我", Signals(suicide=True)),
    ("活着没意思", Signals(suicide=True)),
    ("邻居站在楼顶要跳楼", Signals(suicide=True)),
    ("我想自杀", Signals(suicide=True)),
    ("死了算了", Signals(suicide=True)),
    ("有個人想跳樓", Signals(suicide=True)),
    ("法院判得不公，你们人大管不管", Signals(court=True)),
    ("一审判我输了，我不服", Signals(court=True)),
    ("执行局一直不执行，老赖照样买车", Signals(court=True)),
    ("打官司打了三年还没完", Signals(court=True)),
    ("派出所一直不立案", Signals(court=True)),
    ("村里换届有人拉票，一票给钱三百", Signals(election=True)),
    ("这次选举有人贿选", Signals(election=True)),
    ("选民登记没有我的名字", Signals(election=True)),
]

ORDINARY = [
    "楼顶天台漏水",
    "楼顶水箱没人修",
    "有人站在楼顶扔垃圾",
    "变压器太吵了",
    "电线杆歪了挡路",
    "电线乱拉，怕漏电",
    "药店关门太早",
    "农药味飘到小区",
    "跳广场舞太吵",
    "空调滴水打在雨棚上",
    "外墙瓷砖掉下来了",
    "电线掉漆",
    "打疫苗排队太久",
    "麻将馆开到半夜",
    "我转了三趟车才到医院",
    "物业打电话催费",
    "烧烤摊炸串油烟大",
    "孩子转学怎么办",
    "小偷去年偷过我的电瓶车",
    "反诈宣传讲座什么时候有",
    "电梯经常困人",
    "电动车在楼道充电怕着火",
    "我的钱不见了",
    "建议给老人发防走失手环",
    "工作压力大，没人管",
    "消防通道被占",
    "消防通道堵了，万一着火了怎么办",
    "楼道堆满杂物，担心起火了跑不出去",
    "小区存在火灾隐患",
    "煤气费太贵",
    "天然气什么时候能通",
    "燃气公司态度不好",
    "怕煤气罐漏气不安全",
    "工厂烟囱天天冒黑烟",
    "楼下烧烤店浓烟熏人",
    "去年这里着火过，到现在没修",
    "昨天隔壁小区着火了，我们小区也没有消防栓",
    "为什么还没有通天然气",
    "小区旁边有一个液化气站",
    "厂里的臭气让人生不如死",
    "物业把人气死了",
    "天天加班累死了",
    "楼上吵死了，热死了",
    "商场打出跳楼价骗人",
    "再这样下去我们店活不下去了",
    "法院路路灯不亮",
    "法院门口停车难",
    "判断失误的红绿灯",
    "住在法院宿舍，下水道堵了",
    "水塘没有护栏，怕孩子掉进水里",
    "防溺水宣传做得不够",
    "手机掉河里了能不能装个护栏",
    "政府一刀切不让摆摊",
    "有人乱砍树",
    "物业给我打电话催物业费",
    "救护车收费太贵",
    "住院大出血的费用医保不报销",
    "路灯快不行了",
    "想跟代表说说停车的事",
    "请代表反映一下公交太少",
    "联络站在哪里",
    "地铁站的人太多",
    "业委会主任吃回扣",
    "公交站台的工作人员收钱不找零",
    "医生收红包",
    "业委会选举不公",
    "孩子班里选班长拉票",
    "村里让大家微信投票评选",
    "火锅店火势太旺的油烟",
    "东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼",
    "",
]


@pytest.mark.parametrize(("text", "expected"), SIGNALS)
def test_what_must_come_first_is_heard(text: str, expected: Signals) -> None:
    assert detect(text) == expected


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_complaint_with_a_frightening_word_raises_no_alarm(text: str) -> None:
    assert not detect(text)


def test_despair_is_heard_beside_another_trouble() -> None:
    assert detect("老板不发工资，一家人不想活了").suicide


LETTER = "我们小区的老旧管网改造从前年就开始说，居民代表开了四次会，街道也来看过三次，每次都说快了快了。" * 3


@pytest.mark.parametrize(
    ("told", "alarm"),
    [
        ("当时有人崩溃想跳楼，后来社保局给补了档案。", False),
        ("心理问题导致学生自杀的事，各校都要重视。", False),
        ("喝这种污水就是慢性自杀。", False),
        ("拖到今天没人管，我真的不想活了。", True),
        ("现在孩子有自杀的念头，我们很痛心。", True),
    ],
)
def test_a_long_letter_raises_the_alarm_only_for_the_writers_own_words_of_now(told: str, alarm: bool) -> None:
    assert detect(LETTER + told).suicide is alarm


@pytest.mark.parametrize(
    "said",
    [
        "我没法活了",
        "没办法活下去",
        "隔壁火势很猛",
        "火势越来越大",
        "活着有什么意思",
        "楼道里冒浓烟",
        "吞了一整瓶安眠药",
        "孩子卡在电梯里，电梯困住了小孩",
    ],
)
def test_no_word_of_danger_is_passed_over_before_it_is_read(said: str) -> None:
    assert detect(said).grave


def _samples() -> list[tuple[str, str]]:
    read = [signals._SUICIDE, signals._COURT, signals._ELECTION, *short_alarms.PATTERNS]  # noqa: SLF001
    read += [pattern for _, pattern, _ in signals._DANGERS]  # noqa: SLF001
    said = [(pattern, words) for pattern in read for words in ways_of_saying(pattern.pattern)]
    return [(pattern.pattern[:30], words) for pattern, words in said if pattern.search(words)]


def test_every_way_of_saying_that_a_pattern_knows_holds_one_of_the_words_looked_for_first() -> None:
    samples = _samples()
    passed_over = [
        (pattern, words)
        for pattern, words in samples
        if not signals._NEEDED.find_matches_as_indexes(words)  # noqa: SLF001
    ]

    assert len(samples) > 300
    assert passed_over == []


def test_a_pattern_that_needs_no_word_cannot_be_looked_for() -> None:
    with pytest.raises(ValueError, match="without any word"):
        needed_words([re.compile("(?:着火)?[^,]*")])


_HARMLESS = ["今天天气不错，", "我家住在三楼，", "啊", "路边的树很绿。", "\n"]


@pytest.mark.parametrize("before", _HARMLESS)
@pytest.mark.parametrize(
    "said",
    [
        "有人落水了",
        "楼上着火了",
        "我不想活了",
        "她站在楼顶要跳下去",
        "煤气泄漏了",
        "爸爸走丢了",
        "我要炸了居委会",
        "没法活了",
    ],
)
def test_a_danger_behind_thousands_of_harmless_letters_is_heard(before: str, said: str) -> None:
    filled = before * (5_000 // len(before))

    assert detect(filled + said).grave
    assert detect(f"{filled}{said}。").grave
    assert detect(f"{said}。{filled}").grave


@pytest.mark.parametrize(
    "letter",
    [
        "去年小区着火的事大家都知道，以前也曾经有人跳楼，",
        "前年这条河里有人落水，后来装了栏杆，",
        "宣传防火的时候说万一起火了怎么办，",
    ],
)
def test_a_long_letter_of_old_things_raises_no_alarm(letter: str) -> None:
    filled = "我们小区的绿化一直没有人管，物业费照样收，" * 120

    assert not detect(filled + letter + filled).grave


def test_a_court_or_an_election_behind_thousands_of_letters_is_heard() -> None:
    assert detect("今天天气不错，" * 800 + "法院判得不公").court
    assert detect("今天天气不错，" * 800 + "这次选举有人贿选").election

"""Danger, despair, courts, insiders and elections are heard; the same words in ordinary complaints are not."""

import pytest

from nlp.signals import Signals, detect

SIGNALS = [
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
    ("我要反映东苑站的人收好处", Signals(insider=True)),
    ("举报你们联络站的工作人员", Signals(insider=True)),
    ("村书记贪污集体的钱", Signals(insider=True)),
    ("我要举报人大代表", Signals(insider=True)),
    ("社区主任收了包工头红包", Signals(insider=True)),
    ("联络站工作人员态度很差还骂人", Signals(insider=True)),
    ("城管队长吃拿卡要", Signals(insider=True)),
    ("村里换届有人拉票，一票给钱三百", Signals(election=True)),
    ("这次选举有人贿选", Signals(election=True)),
    ("选民登记没有我的名字", Signals(election=True)),
]

ORDINARY = [
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

"""Messages find their topic, and the words that decided are told."""

from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

from nlp.learning.examples import Example
from nlp.learning.fit import fit
from nlp.learning.sheets import read_lexicon
from nlp.topics.classify import classify
from nlp.topics.lexicon import Lexicon, Term, Topic, build_lexicon

DEMO = Path(__file__).parents[2] / "handlers" / "district" / "demo"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return read_lexicon(DEMO)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("银沙路雨天积水严重", "道路积水（水）"),
        ("下沙河渠淤积、配水不足", "河道淤积（水）"),
        ("七格社区停车位不足", "停车难（行）"),
        ("老旧小区想装电梯", "加装电梯（房）"),
        ("公交车太少，等半小时", "公交（行）"),
        ("地铁出口没修好", "轨道交通（行）"),
        ("家里停水两天", "停水（水）"),
        ("孩子班里六十多人，大班额", "班额过大（教）"),
        ("看病排队太久", "就医（健）"),
        ("中介收了押金不退", "租房中介（房）"),
        ("产业工人想学技能", "技能培训（财）"),
        ("附近没有养老食堂", "养老服务（健）"),
        ("饭店用地沟油", "食品安全（商）"),
        ("夜市吵得睡不着", "噪音（水）"),
        ("东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼", "楼道照明（房）"),
        ("下雨路上积水很深，电动车都熄火了", "道路积水（水）"),
        ("和平社区垃圾没人收", "垃圾清运（水）"),
        ("老板欠我们八个人三个月工资，我不是本地人能说吗", "拖欠工资（财）"),
        ("消防通道被车堵了", "消防通道（安）"),
        ("樓道燈壞了", "楼道照明（房）"),
        ("滨河路乱停车", "占道停车（行）"),
        ("物业不管事", "物业管理（房）"),
        ("电梯三天两头坏", "电梯（房）"),
        ("村里宅基地批不下来", "宅基地（农）"),
        ("接到诈骗电话被骗两万", "诈骗（安）"),
        ("退伍证补办去哪里", "退役军人（政）"),
    ],
)
def test_a_plain_sentence_gets_the_topic_a_clerk_would_give(lexicon: Lexicon, text: str, shown: str) -> None:
    found = classify(text, lexicon)
    label = lexicon.topics[found.topic].label
    assert f"{label}（{lexicon.head(found.topic)}）" == shown.replace("宅基地（", "宅基地建房（")


@pytest.mark.parametrize(
    "text", ["", "。。。", "12345678", "滨河路", "人民医院门口", "在和平社区", "东苑小区3幢", "嗯嗯嗯嗯"]
)
def test_without_a_telling_word_it_is_other_and_not_sure(lexicon: Lexicon, text: str) -> None:
    found = classify(text, lexicon)
    assert (found.category, found.topic, found.because) == ("other", "other", ())
    assert found.confidence < 0.2
    assert found.ask


def test_the_words_that_decided_are_given_as_written(lexicon: Lexicon) -> None:
    assert set(classify("楼下KTV太吵，睡不着", lexicon).because) == {"睡不着", "太吵", "KTV"}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("不是停车的问题，是路灯不亮", "street-lamp"),
        ("不是噪音，是油烟太大", "fumes"),
        ("小区门口没有路灯", "street-lamp"),
    ],
)
def test_what_a_message_denies_is_not_its_topic(lexicon: Lexicon, text: str, topic: str) -> None:
    assert classify(text, lexicon).topic == topic


def test_the_words_that_decided_carry_their_share(lexicon: Lexicon) -> None:
    found = classify("楼下KTV太吵，睡不着", lexicon)
    assert len(found.shares) == len(found.because)
    assert found.shares == tuple(sorted(found.shares, reverse=True))
    assert 0.9 < sum(found.shares) <= 1.02


def test_without_a_known_word_jieba_tells_which_words_spoke_loudest() -> None:
    examples = [Example(f"轮船{text}", "船") for text in ("晚点", "停航", "太挤")]
    examples += [Example(f"蜂箱{text}", "蜂") for text in ("倒了", "太多", "没人管")]
    found = classify("昨天的轮船", fit(examples).lexicon())
    assert found.because[0] == "轮船"
    assert found.shares[0] > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Hello, how are you today?",
        "😀😀😀",
        "床前明月光，疑是地上霜",
        "今天天气真不错",
        "美女加我微信领红包，日赚千元",
        "\u202e\u200b\u200f",
        "你们都是一群废物垃圾骗子",
        "低价办证刻章贷款加微信",
    ],
)
def test_what_is_about_nothing_is_other_or_asked_about(lexicon: Lexicon, text: str) -> None:
    found = classify(text, lexicon)
    assert found.category == "other" or found.ask


def test_a_topic_moved_to_another_head_is_answered_under_its_new_head(lexicon: Lexicon) -> None:
    topics = [
        replace(topic, category="travel") if topic.key == "street-lamp" else topic
        for topic in lexicon.topics.values()
    ]
    moved = build_lexicon(topics, lexicon.terms, lexicon.model)
    assert classify("路灯坏了", lexicon).category == "housing"
    assert classify("路灯坏了", moved).category == "travel"


@pytest.mark.parametrize(
    ("text", "one_of"), [("孩子上学的事", {"admission", "campus", "class-size", "school-building"})]
)
def test_what_is_offered_is_a_real_topic_where_one_fits(
    lexicon: Lexicon, text: str, one_of: set[str]
) -> None:
    found = classify(text, lexicon)
    assert set(found.candidates[:2]) <= one_of


def test_three_other_topics_are_offered(lexicon: Lexicon) -> None:
    found = classify("东苑小区3幢楼道灯坏了", lexicon)
    assert len(set(found.candidates)) == 3
    assert found.topic not in found.candidates
    assert all(key in lexicon.topics for key in found.candidates)


def test_a_category_without_a_named_topic_gets_its_general_one() -> None:
    topics = [
        Topic("bus", "公交", "travel"),
        Topic("travel", "交通出行", "travel"),
        Topic("other", "其他", "other"),
    ]
    lexicon = build_lexicon(topics, [Term("公交", "bus", 3), Term("出行", "travel", 2)])
    assert classify("出行不方便", lexicon).topic == "travel"
    assert classify("公交出行不方便", lexicon).topic == "bus"


def test_any_labels_will_do() -> None:
    topics = [Topic("表扬", "表扬", "表扬"), Topic("投诉", "投诉", "投诉")]
    lexicon = build_lexicon(topics, [Term("很好", "表扬", 3), Term("太差", "投诉", 3)])
    assert classify("服务太差", lexicon).category == "投诉"
    assert lexicon.head("投诉") == "投诉"


def test_the_same_text_always_gets_the_same_answer(lexicon: Lexicon) -> None:
    text = "滨河路乱停车，垃圾桶也好几天没人清，路灯还坏了"
    assert len({classify(text, lexicon) for _ in range(20)}) == 1


def test_a_very_long_text_takes_no_long_time(lexicon: Lexicon) -> None:
    started = perf_counter()
    classify("物业不管事，路灯坏了，垃圾没人收。" * 5_000, lexicon)
    assert perf_counter() - started < 1

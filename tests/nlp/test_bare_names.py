"""Names that nothing announces: the weights belong to the examples, and hold for writers they were not learned from."""

from pathlib import Path

import pytest

from nlp.masking import mask
from nlp.masking.bare_names import WEIGHTS
from nlp.masking.learn import Place, held_out, learn, places, write_weights

FOUND, WRONGLY = 0.78, 0.05


@pytest.fixture(scope="module")
def known() -> list[Place]:
    return list(places())


def test_the_weights_are_what_the_examples_teach(known: list[Place], tmp_path: Path) -> None:
    again = tmp_path / "weights.csv"
    write_weights(again, learn(known))

    assert again.read_text(encoding="utf-8") == WEIGHTS.read_text(encoding="utf-8")


def test_names_are_found_in_the_words_of_whoever_was_not_learned_from(known: list[Place]) -> None:
    for writer, names, found, wrong in held_out(known):
        assert found >= FOUND * names, writer
        assert wrong <= WRONGLY * names, writer


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("隔壁何秀兰天天半夜放音乐", "隔壁＊＊天天半夜放音乐"),
        ("垃圾是韩秋生和陈丽娟扔的", "垃圾是＊＊和＊＊扔的"),
        ("那个保安邱志刚不让外卖进门", "那个保安＊＊不让外卖进门"),
        ("收破烂的老纪天天按喇叭", "收破烂的老＊＊天天按喇叭"),
    ],
)
def test_names_without_a_cue_are_hidden(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "何家埭的路灯不亮",
        "金桂苑门口积水",
        "马金溪上游有人电鱼",
        "雷雨天停电",
        "你以为你是诸葛亮啊",
        "高家湾小学门口没有红绿灯",
        "王老吉罐子堆成山",
        "施工许可证贴在哪",
        "小高层外墙掉砖",
        "老马路坑坑洼洼",
    ],
)
def test_places_words_and_famous_people_stay(text: str) -> None:
    assert mask(text) == text

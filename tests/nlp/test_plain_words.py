"""What asks for a command in people's own words is known; what tells a trouble stays a case."""

import pytest

from nlp import plain_words


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("好了好了", "solved"),
        ("修好了", "solved"),
        ("谢谢，解决了", "solved"),
        ("没有", "unsolved"),
        ("没好", "unsolved"),
        ("还没", "unsolved"),
        ("又坏了", "unsolved"),
        ("没有解决，半夜还是响", "unsolved"),
        ("好了吗", ""),
        ("好的", ""),
        ("东苑小区垃圾没人收", ""),
    ],
)
def test_whether_it_is_solved_may_be_said_in_words(said: str, meant: str) -> None:
    assert plain_words.verdict(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "路灯坏了三天了怎么还没人管",
        "小区垃圾没人管",
        "好的物业什么时候能来",
        "物业不管了",
        "谁负责小区绿化",
        "医保怎么办",
        "不是我扔的垃圾",
    ],
)
def test_a_trouble_is_no_question_about_a_case(said: str) -> None:
    assert not plain_words.asks(said)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("不对，是北园社区的", "北园社区"),
        ("不是滨河路，是滨江路", "滨江路"),
        ("等一下我想说的是停车，不是垃圾", "停车"),
        ("不对", ""),
        ("错了", ""),
    ],
)
def test_what_it_should_be_is_read_off_the_words(said: str, instead: str) -> None:
    assert plain_words.corrected(said) == instead

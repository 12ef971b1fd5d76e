"""What asks for a command in people's own words is known; what tells a trouble stays a case."""

import pytest

from nlp.sayings import plain_words


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


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("又坏了", True),
        ("还是不亮", True),
        ("没修好", True),
        ("西苑小区门口井盖又晃起来了", True),
        ("修好没几天又堵了", True),
        ("没有", False),
        ("东苑小区垃圾没人收", False),
        ("又有一件事要说", False),
        ("还有一件事", False),
    ],
)
def test_a_trouble_that_is_there_again_is_heard_as_such(said: str, back: bool) -> None:
    assert plain_words.comes_back(said) is back


@pytest.mark.parametrize(
    ("said", "holds"),
    [("还亮着", True), ("挺好的", True), ("又不亮了", False), ("好吗", None), ("什么事", None)],
)
def test_whether_it_still_holds_may_be_said_in_words(said: str, holds: bool | None) -> None:
    assert plain_words.holds(said) is holds


@pytest.mark.parametrize(
    ("line", "number", "words"),
    [
        ("2611-0001 没修好", "2611-0001", "没修好"),
        ("26110001，又坏了", "26110001", "又坏了"),
        ("119号楼又坏了", "", "119号楼又坏了"),
        ("又坏了", "", "又坏了"),
    ],
)
def test_a_number_may_stand_ahead_of_the_words(line: str, number: str, words: str) -> None:
    assert plain_words.numbered(line) == (number, words)


@pytest.mark.parametrize(
    ("said", "leaves"),
    [("算了 不弄了", True), ("谢谢 不改了", True), ("算了吧", True), ("路灯不修了", False), ("谢谢", False)],
)
def test_a_menu_may_be_left_in_words(said: str, *, leaves: bool) -> None:
    assert plain_words.gives_up(said) is leaves

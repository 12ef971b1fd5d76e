"""An answer says what was done, when, and on what basis where nothing is done."""

import pytest

from nlp.sayings.answers import BASIS, DONE, WHEN, lacking, says_nothing


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ("11月24日已将3幢6盏楼道灯全部换新，物业每周五检查", ()),
        ("该路段未移交，无法安排，依据移交协议，计划明年3月前接管", ()),
        ("目前无法安装，打算明年3月再看", (BASIS,)),
        ("已转有关科室处理", (DONE, WHEN, BASIS)),
        ("高度重视，将尽快处理", (DONE, WHEN, BASIS)),
        ("已将楼道灯全部换新", (WHEN,)),
    ],
)
def test_what_is_missing_is_named(answer: str, missing: tuple[str, ...]) -> None:
    assert lacking(answer) == missing


@pytest.mark.parametrize("words", ["好的", "收到，谢谢", "已转", "已转办", "已转有关部门", "嗯嗯，知道了"])
def test_politeness_and_passing_on_say_nothing(words: str) -> None:
    assert says_nothing(words)


@pytest.mark.parametrize(
    "words", ["修好了", "明天来换灯", "请问是几单元", "不归社区管，请找物业", "周五再看"]
)
def test_what_tells_something_may_go_out(words: str) -> None:
    assert not says_nothing(words)

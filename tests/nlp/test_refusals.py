"""A department that gives a case back says on what basis, and whose it is."""

import pytest

from nlp.sayings.refusals import BASIS, WHOM, lacking_grounds

NAMES = ("区城管局", "城管局", "交警", "区水务集团", "派出所")


@pytest.mark.parametrize(
    "reason",
    [
        "按三定方案归城管局",
        "依据《物业管理条例》属于小区内部设施，建议由物业公司处理",
        "该路段产权未移交，请找开发商",
        "根据职责分工，占道停车由交警处理",
        "不属于我局职责范围，建议转区水务集团",
        "不在我单位管辖范围，归柳荫街道管",
    ],
)
def test_both_points_are_found(reason: str) -> None:
    assert lacking_grounds(reason, NAMES) == ()


@pytest.mark.parametrize(
    ("reason", "missing"),
    [
        ("我的", (BASIS, WHOM)),
        ("不归我们管", (BASIS, WHOM)),
        ("不归我们，转别的单位", (BASIS, WHOM)),
        ("这个事情我们真的办不了，请转给相关部门", (BASIS, WHOM)),
        ("应该是城管局的事情吧", (BASIS,)),
        ("按三定方案不属于我局职责", (WHOM,)),
        ("转城管局", (BASIS,)),
        ("我们无法处理，请转城管局", (BASIS,)),
    ],
)
def test_what_is_missing_is_named(reason: str, missing: tuple[str, ...]) -> None:
    assert lacking_grounds(reason, NAMES) == missing

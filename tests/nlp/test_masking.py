"""What tells who a person is does not reach a deputy."""

import pytest

from nlp.masking import mask


@pytest.mark.parametrize(
    ("text", "hidden", "kept"),
    [
        ("楼道灯坏，电话13900000000", "13900000000", "楼道灯坏"),
        ("打 139 0000 0000 找我", "0000", "找我"),
        ("打139-0000-0000找我", "0000", "找我"),
        ("座机0571-00001234", "00001234", "座机"),
        ("身份证33010019000101001X", "33010019", "身份证"),
        ("全角１３９００００００００", "１３９", "全角"),
        ("我叫王小明，住3幢", "王小明", "住3幢"),
        ("我叫王小明住3幢", "王小明", "住3幢"),
        ("姓名：欧阳小明 楼道灯坏", "欧阳小明", "楼道灯坏"),
        ("姓名王小明", "王小明", "姓名"),
        ("我是王小明，楼道灯坏了", "王小明", "楼道灯坏了"),
        ("我是欧阳小明住3幢", "欧阳小明", "住3幢"),
        ("本人是李梅 反映停水", "李梅", "反映停水"),
        ("微信号abc_12345加我", "abc_12345", "加我"),
    ],
)
def test_the_person_is_hidden_and_the_matter_kept(text: str, hidden: str, kept: str) -> None:
    masked = mask(text)

    assert hidden not in masked
    assert kept in masked


@pytest.mark.parametrize(
    "text",
    [
        "东苑小区3幢楼道灯坏了半个月",
        "2611-0042 还没人来",
        "欠了8个人3个月工资120000元",
        "2026年11月21日停水",
        "我是业主，电梯坏了",
        "我是东苑小区的居民",
        "我是安徽人，在这里打工",
        "我是高中生，学校门口堵车",
        "我是老师",
    ],
)
def test_what_is_no_person_stays(text: str) -> None:
    assert mask(text) == text

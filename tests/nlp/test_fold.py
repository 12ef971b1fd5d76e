"""All ways of typing the same words become one."""

import pytest

from nlp.text.fold import fold


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("楼道灯坏了", "楼道灯坏了"),
        ("樓道燈壞了", "楼道灯坏了"),
        ("２６１１－００４２", "2611-0042"),
        ("ＡＢｃ，１", "ABc,1"),
        ("停\u200b水\ufeff了", "停水了"),
        ("\u202e反着写\u202c", "反着写"),
        ("停水\x00\x07了", "停水了"),
        ("第一行\r\n第二行\t完", "第一行\n\n第二行 完"),
        ("東苑\u3000小區", "东苑 小区"),
        ("👍🏻", "👍🏻"),
        *((typed, "1") for typed in ("1️⃣", "1\u20e3", "①", "１", "❶", "➀", "➊")),
        ("", ""),
    ],
)
def test_width_letters_and_invisible_signs_are_evened_out(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_folding_twice_changes_nothing() -> None:
    text = "我們社區ＡＢ　停水\u200d了\ufe0f"
    assert fold(fold(text)) == fold(text)

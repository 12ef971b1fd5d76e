"""Whether somebody asks if the person they complain of will read it."""

from nlp.text.fold import fold

_LONGEST = 30
_SEES = ("看得到", "看到", "看见", "看不", "能看", "会看", "知道", "晓得", "查得到", "告诉")
_WHO = (
    "她",
    "他",
    "本人",
    "自己",
    "被投诉",
    "被举报",
    "当事人",
    "站长",
    "那个人",
    "这个人",
    "那人",
    "这人",
    "写到的人",
    "对方",
)
_WHAT = ("投诉", "举报", "告的", "这个", "这件", "这事", "写的", "我说的", "反映的", "单独保管")
_ENDS = ("不", "吗", "么", "吧", "没", "没有", "呢", "啊", "不会")
_ASKS = ("会不会", "能不能", "是不是", "看不看", "谁能", "谁会", "谁看", "?")


def asks_if_accused_sees(line: str) -> bool:
    """Tell whether a line asks that: `这个投诉她自己看得到不`."""
    text = fold(line).strip(" 。.!")
    asks = text.rstrip("?").endswith(_ENDS) or any(word in text for word in _ASKS)
    return (
        len(text) <= _LONGEST
        and asks
        and all(any(word in text for word in words) for words in (_SEES, _WHO, _WHAT))
    )

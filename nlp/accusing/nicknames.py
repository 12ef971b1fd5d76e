"""How people call somebody without the whole name: by surname and title, as friends do, or with a letter hidden."""

from collections.abc import Iterable, Iterator

from nlp.accusing.names import syllable
from nlp.accusing.tokens import BYNAME, NICK

_TITLED = ("姓{}的", "姓{}", "那个姓{}的", "那个姓{}", "这个姓{}", "姓{}嘅", "{}某", "{}某某", "{}某人")
_FRIENDLY: tuple[str, ...] = (
    "老{}",
    "小{}",
    "阿{}",
    "老{}头",
    "{}老头",
    "{}老头子",
    "{}站",
    "{}局",
    "{}科",
    "{}处",
    "{}领导",
    "{}头儿",
    "{}代表",
)
_FRIENDLY += ("{}大姐", "{}生", "{}M", "{}x", "{}xx", "{}X", "{}XX", "那个{},", "那个{}，")
_HIDDEN = ("某", "某某", "*", "**", "x", "X", "M", "z", "啥", "什么", "○", "□")
_AFTER_GIVEN = (
    "姐",
    "哥",
    "站长",
    "主任",
    "代表",
    "书记",
    "局长",
    "科长",
    "大姐",
    "老师",
    "同志",
    "阿姨",
    "叔",
)
_WHOLE = 3
_DOUBLE = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "令狐",
        "慕容",
        "司徒",
        "端木",
        "夏侯",
        "宇文",
        "长孙",
        "百里",
        "南宫",
        "独孤",
    ]
)


def nicknames(names: Iterable[str], titles: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Give how people of these names are called, with the kind and the surname: `柯主任`, `姓柯的`, `老柯`, `柯某云`."""
    listed = sorted(set(names))
    called = [*titles]
    found: dict[str, tuple[str, str]] = {}
    for surname in sorted({surname_of(name) for name in listed}):
        for word in (*(surname + title for title in called), *(form.format(surname) for form in _TITLED)):
            found[word] = (NICK, surname)
        for form in _FRIENDLY:
            found.setdefault(form.format(surname), (BYNAME, surname))
    for name in listed:
        for word in _bynames(name):
            found.setdefault(word, (BYNAME, surname_of(name)))
    return found


def _bynames(name: str) -> Iterator[str]:
    surname = surname_of(name)
    given = name[len(surname) :]
    latin = "".join(map(syllable, given))
    if latin:
        yield surname + latin
    if len(name) != _WHOLE or len(given) == 1:
        return
    yield from (given + title for title in _AFTER_GIVEN)
    for hidden in _HIDDEN:
        yield surname + hidden + given[-1]
        yield surname + given[0] + hidden
    yield from (surname + syllable(given[0]) + given[1], surname + given[0] + syllable(given[1]))


def surname_of(name: str) -> str:
    return name[:2] if name[:2] in _DOUBLE else name[:1]

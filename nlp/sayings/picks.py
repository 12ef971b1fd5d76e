"""Which of a few lines somebody picks, and how each is to be worded: `1 3`, `1 改成 …；3`, `都不写`."""

import re
from dataclasses import dataclass

from nlp.text.fold import fold

_LONGEST_READ = 1_000
_NUMERALS = {"一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5"}
_ENDS = re.compile(r"[；;\n]")
_CASE = re.compile(r"\d{4}[-－—–]\d{1,6}|\d{4,8}")
_DIGITS = re.compile(r"[1-9]{1,3}")
_BETWEEN = re.compile(r"[\s,，、.。和跟与及]")
_CHANGED = re.compile(
    r"\A(?:[\s,，、.。:：]*+(?:改成|改为|改作|写成|写作|换成|就写)[\s:：,，]*+|\s*+[:：]\s*+)"
)
_ALL = frozenset(
    {"全部", "全要", "都要", "都写", "全写", "三个都要", "三件都要", "都写上", "全写上", "都用", "全用"}
)
_NONE = frozenset(
    {"都不要", "都不写", "不写", "都不用", "不要", "不用", "一个不要", "一个都不要", "都别写", "0"}
)
_FILLERS = ("我选", "选", "写", "用", "要", "第")


@dataclass(frozen=True, slots=True)
class Pick:
    """One line that was picked: its digit in the menu, or the number of a case; and its new wording, if any."""

    digit: int = 0
    number: str = ""
    words: str = ""


def read_picks(text: str, offered: int) -> tuple[Pick, ...] | None:
    """Read what is picked of so many lines; an empty tuple for none of them, None where it is no choice at all."""
    said = text.strip()[:_LONGEST_READ]
    plain = fold(said).strip(" 。.!！").removesuffix("吧")
    if plain in _ALL and offered:
        return tuple(Pick(digit) for digit in range(1, offered + 1))
    if plain in _NONE:
        return ()
    found: list[Pick] = []
    for part in _ENDS.split(said):
        if part.strip():
            picked = _part(part.strip(), offered)
            if picked is None:
                return None
            found += picked
    return tuple(_once(found)) if found else None


def _part(part: str, offered: int) -> list[Pick] | None:
    """Read what stands between two semicolons: references, the last of them perhaps with its wording."""
    rest, found = part, list[Pick]()
    while rest:
        taken = _reference(rest, offered)
        if taken is None:
            break
        picks, rest = taken
        found += picks
        if changed := _CHANGED.match(rest):
            return [*found[:-1], _worded(found[-1], rest[changed.end() :])]
        between = _BETWEEN.match(rest)
        if rest and not between:
            return None
        rest = rest.lstrip(" \t\u3000,，、.。和跟与及件条个")
    if not found:
        return None
    if rest:
        # “1 三幢的灯换好了”: one reference, a blank, and words without “改成”.
        return [_worded(found[0], rest)] if len(found) == 1 else None
    return found


def _worded(pick: Pick, words: str) -> Pick:
    return Pick(pick.digit, pick.number, words.strip().strip("“”\"'"))


def _reference(text: str, offered: int) -> tuple[list[Pick], str] | None:
    """Take a digit of the menu, several written together, or the number of a case from the front."""
    rest = text
    for filler in _FILLERS:
        rest = rest.removeprefix(filler)
    folded = "".join(fold(each) if len(fold(each)) == 1 else each for each in rest[:12])
    folded = _NUMERALS.get(folded[:1], folded[:1]) + folded[1:]
    if case := _CASE.match(folded):
        return [Pick(number=fold(case[0]))], rest[case.end() :]
    digits = _DIGITS.match(folded)
    if digits is None or folded[digits.end() : digits.end() + 1].isdigit():
        return None
    after = rest[digits.end() :]
    for counted in ("个", "件", "条"):
        after = after.removeprefix(counted)
    together = [int(each) for each in digits[0]]
    if len(together) > 1 and (len(set(together)) < len(together) or max(together) > offered):
        return [Pick(number=digits[0])], after
    return [Pick(each) for each in together], after


def _once(found: list[Pick]) -> list[Pick]:
    """Keep each line once; what is said of it last counts."""
    kept = {(each.digit, each.number): each for each in found}
    return list(kept.values())

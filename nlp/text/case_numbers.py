"""Numbers of cases, in all the forms in which people write them: the one reader.

A number is given whole (`2611-0042`) or, where only its end was written, as that end without noughts (`42`).
"""

import re
from collections.abc import Iterator

_DASH = r"[-‐‑‒–—―−－﹣﹘_＿~～·•.．/／]"
_MONTH = r"(?:2[4-9]|3\d|２[４-９]|３\d)(?:[0０][1-9１-９]|[1１][0-2０-２])"
"""Years in which the bot can have given numbers, so that a date or a telephone number is none."""
_OLD = r"[0０]{4}"
"""Stands for the month in the numbers of cases from before the bot."""
_SAID = "零〇一二两三四五六七八九幺"
_WHOLE = (
    rf"(?<![\d-])(?<!\d\.)(?P<month>{_MONTH}|{_OLD})(?:\s?{_DASH}{{1,2}}\s?(?P<dashed>\d{{1,6}})"
    r"|(?:\s{1,2}(?=\d{4}(?!\d))|(?=\d{4}(?!\d)))(?P<joined>\d{4}))(?![\d年月日点:：-])"
)
_SPOKEN = (
    rf"(?<![{_SAID}])(?P<said_month>[{_SAID}]{{4}})(?:杠|横杠|横线|杠子|减|-|—)(?P<said>[{_SAID}]{{1,4}})"
    rf"(?![{_SAID}十百])"
)
_SAID_WHOLE = re.compile(f"{_WHOLE}|{_SPOKEN}")
_NO_TELEPHONE = re.compile(r"(?:电话|手机|座机|热线|拨打?|打|号码|联系方式|QQ|qq)(?:是|为|给)?[\s:：]?$")
_COUNTED = r"[零〇一二两三四五六七八九十百千廿]{1,9}"
_THAT = r"(?:的?[那这]一?(?:件|个件|个|条|单)(?:事情?|民情)?)"
_NAMED = rf"(?:号(?:{_THAT}|件(?:事情?|民情)?)|{_THAT})"
"""What makes a number that of a case: “42号件”, “42那件”; “42件” only counts."""
_SHORT = (
    rf"(?P<end>\d{{1,6}})(?:(?={_NAMED})|(?=[\s:,，：、。;；]|$))"
    rf"|(?P<counted>{_COUNTED})(?={_NAMED})"
)
_AHEAD = re.compile(
    rf"\A[\s:：,，、#第把]{{0,4}}(?:民情件?|件)?(?:(?:编号|单号|件号|号码)[是为]?|[Nn][Oo]\.?)?[\s:：#第]{{0,3}}"
    rf"(?:{_WHOLE}|{_SPOKEN}|{_SHORT})(?:{_NAMED}|号(?=[\s,，:：、]|$))?[\s:：,，、。]*"
)
_THAT_ONE = re.compile(
    rf"(?:第|编号)?(?:(?<![\d-])(?P<end>\d{{1,4}})|(?P<counted>(?<![{_SAID}十百千廿]){_COUNTED})){_NAMED}"
)
"""A short number in a sentence of the office: “四十二号那件”, “42号件”, “那件” behind it."""
_LABEL = re.compile(r"(?:民情件?)?(?:编号|单号|件号)[是为]?[\s:：]{0,2}(?=\d)|#(?=\d)")
_ALONE = re.compile(r"(?<![\d.-])(\d{1,6})(?![-\d栋幢号楼室弄年月日点人个天米元块])")
_VALUES = {letter: value for value, letter in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "幺": 1,
}
_TENS = {"十": 10, "百": 100, "千": 1000}


def in_one_form(line: str, *, office: bool = False) -> str:
    """Give a line in which every whole number reads `2611-0042`; in an office also “四十二号那件” reads `42`."""
    settled = _LABEL.sub("", _SAID_WHOLE.sub(_settled, line))
    if not office:
        return settled
    return " ".join(_THAT_ONE.sub(lambda found: f" {_end(found)} ", settled).split())


def at_start(text: str) -> tuple[str, str] | None:
    """Read `42 楼道灯已换好`: the number, and what stands behind it as it was typed.

    The number must stand apart, so that `10号会修好` names no case.
    """
    found = _AHEAD.match(text)
    if found is None:
        return None
    number = _number(found)
    return (number, text[found.end() :].strip()) if number else None


def several_at_start(text: str) -> tuple[list[str], str]:
    """Read `42、47 和 51 题目`: the numbers, each once, and what stands behind the last."""
    numbers: list[str] = []
    rest = text
    while (found := at_start(rest.lstrip("和及跟与 "))) is not None:
        numbers.append(found[0])
        rest = found[1]
    return list(dict.fromkeys(numbers)), rest.strip()


def first_in(text: str) -> str:
    """Give the number that a few words name: a whole one, else the first that could be the end of one, else nothing."""
    whole = next(_wholes(text), "")
    if whole:
        return whole
    if (said := _THAT_ONE.search(text)) is not None:
        return _end(said)
    alone = _ALONE.search(text)
    return str(int(alone[1])) if alone else ""


def _wholes(text: str) -> Iterator[str]:
    for found in _SAID_WHOLE.finditer(text):
        if (number := _whole(found)) and not _of_a_telephone(found):
            yield number


def _settled(found: re.Match[str]) -> str:
    number = "" if _of_a_telephone(found) else _whole(found)
    return number or found[0]


def _of_a_telephone(found: re.Match[str]) -> bool:
    """Tell whether eight digits in a row are called a telephone number."""
    start = found.start()
    before = found.string[max(0, start - 8) : start]
    return found["joined"] is not None and _NO_TELEPHONE.search(before) is not None


def _number(found: re.Match[str]) -> str:
    return _whole(found) or _end(found)


def _whole(found: re.Match[str]) -> str:
    if month := found["month"]:
        return f"{int(month):04d}-{int(found['dashed'] or found['joined']):04d}"
    if month := found["said_month"]:
        digits = _digits(month)
        return f"{digits}-{int(_digits(found['said'])):04d}" if re.fullmatch(_MONTH, digits) else ""
    return ""


def _end(found: re.Match[str]) -> str:
    if found["end"]:
        return str(int(found["end"]))
    return str(_value(found["counted"])) if found["counted"] else ""


def _digits(said: str) -> str:
    return "".join(str(_VALUES[letter]) for letter in said)


def _value(said: str) -> int:
    """Give what a counted number is worth: 四十二, 一百零五, or digit by digit 四二."""
    said = said.replace("廿", "二十")
    if not any(letter in _TENS for letter in said):
        return int(_digits(said))
    total, digit = 0, 0
    for letter in said:
        if letter in _TENS:
            total += (digit or 1) * _TENS[letter]
            digit = 0
        else:
            digit = _VALUES[letter]
    return total + digit

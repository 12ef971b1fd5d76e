"""Telephone, identity and card numbers, in whatever digits and with whatever marks between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from nlp.masking.spans import CARD, IDENTITY, PHONE, Span

_VALUES = {
    **{digit: digit for digit in "0123456789"},
    **dict(zip("零〇一二三四五六七八九", "00123456789", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", "123456789", strict=True)),
    **dict(zip("貳參陸弍弎", "23623", strict=True)),
    "幺": "1",
    "两": "2",
    "兩": "2",
    "○": "0",
    "Ｏ": "0",
    "洞": "0",
    "o": "0",
    "O": "0",
}
DIGITS = "0-9零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸弍弎幺两兩○"
_BETWEEN = r"[ \n_*.\-·•・‧∙⋅●,、/~()—–―‐‑‒−|+=:;…。]"
# Digits and what stands between them have no letter in common, so a run is read in one go.
_RUN = re.compile(rf"[{DIGITS}](?:{_BETWEEN}{{0,3}}[{DIGITS}oO洞])*")
_TOKEN = re.compile(rf"[{DIGITS}oO洞]+")
_SOUND = frozenset("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两")
_LIST_MARKS = frozenset(",、;:…。|+=~")
_SOFT_MARKS = frozenset(" \n_*.-·•・—–")
"""What people put between the groups of one number."""

_CUE = re.compile(
    r"电话|手机|号码|联系|拨|打给?我?|座机|固话|热线|微信|传真|tel|phone|call|TEL|Tel|致电|呼|短信|☎|📞|📱"
)
_NO_CUE = re.compile(r"打折|打卡|打了|打印")
_FILE_CUE = re.compile(
    r"(?:编号|单号|工单|案号|文号|(?<!证)件号|批号|合同|发票|条码|型号|设备号|表号|户表|房产证|证书号|信访件|受理号|登记号|流水号|验收|许可证)[^,。;!?\n]{0,6}$"
)
_IDENTITY_CUE = re.compile(r"(?:身份证|证件|社保卡号?|医保卡号?|护照|残疾证)[^,。;!?\n]{0,8}$")
_CARD_CUE = re.compile(r"(?:卡号|银行卡|账号|帐号|账户|存折|尾号)[^,。;!?\n]{0,8}$")
_TAIL_CUE = re.compile(r"(?:尾号|后[四4六6]位|末[四4]位)[是为: ]{0,3}$")
_COUNTED = re.compile(
    r" {0,2}(?:多|余|左右|来|几)?(?:万|亿|千|百|元|块|圆|rmb|RMB|平|方|米|公里|度|吨|立方|人|户(?![主名])|件|次|个|票|%|％|岁|株|棵|字|步|kw|KW|km)"
)
_UNIT = re.compile(
    r" {0,2}(?:路|号|幢|栋|楼|层|单元|室|座|区|期|点|月|日|年|天|时|分|弄|线|班|车|地块|届|届|条|款|项|页|排|组|队|村)"
)
_CASE = re.compile(r"\d\d(?:0[1-9]|1[0-2])-?\d{4}")
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:(?:00)?86)?0(?:10|2\d|[3-9]\d\d)\d{7,8}")
_FREE_LINE = re.compile(r"[48]00\d{7}")
_TAIL = re.compile(
    r"(?:尾号|[前后末][三3四4五5六6七7]位|[前后]半段?|[前后]一?段)(?:[是为: ]|数){0,3}(?P<id>[0-9]{3,7}[xX]?)(?![0-9元])"
)
_EXTENDED = re.compile(r"(?:(?<!\d)\d{7,8})?(?P<id> {0,2}(?:转|分机号?) {0,2}\d{2,5})(?!\d|路|号|线|乘|元)")
"""The number of a house's own exchange, behind that of the house: 88123456转802."""
_AFTER_X = re.compile(r"\d{1,2}(?!\d)")
"""A certificate of disability has two digits more than the identity number."""
_HALF_HIDDEN = re.compile(r"1[3-9]\d[*xX.·•●○…_]{2,8}\d{3,4}(?!\d)")
_PART_OF_A_CODE = re.compile(r"[A-Za-z][\-/_]?$")
_LONGEST = 21
_LOOK_BACK = 24
_NUMBER_LENGTH, _MOBILE_LENGTH, _LOCAL = 7, 11, (7, 8)
_IDENTITY_LENGTHS = (15, 17, 18)
_CARD_LENGTHS = (16, 19)
_CARD_BEGINS = frozenset("34569")
_MOST_GROUPS = 6
_FEWEST_OF_A_CARD = 4
"""Of so many groups a card number is, at least."""


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    digits: str
    spelt: bool
    """Written in Chinese, at least in part."""


def find_numbers(text: str) -> Iterator[Span]:
    """Find what is a number of a person; days, case numbers, prices and house numbers are none."""
    for found in _HALF_HIDDEN.finditer(text):
        if not text[found.start() - 1 : found.start()].isdigit():
            yield Span(found.start(), found.end(), PHONE)
    for found in _TAIL.finditer(text):
        yield Span(found.start("id"), found.end("id"), IDENTITY)
    for found in _EXTENDED.finditer(text):
        if found[0][0].isdigit() or text[found.start() - 1 : found.start()].isdigit():
            yield Span(found.start(), found.end(), PHONE)
    for run in _RUN.finditer(text):
        if run.end() - run.start() >= 4:  # noqa: PLR2004 -- the shortest that anything hides
            yield from _of_run(text, run.start(), run.end())


def _of_run(text: str, start: int, end: int) -> Iterator[Span]:
    tokens = [
        _Token(
            found.start(),
            found.end(),
            "".join(_VALUES[letter] for letter in found[0]),
            any(letter in _SOUND for letter in found[0]),
        )
        for found in _TOKEN.finditer(text, start, end)
    ]
    place = 0
    while place < len(tokens):
        if len(tokens[place].digits) > _LONGEST:
            yield Span(tokens[place].start, tokens[place].end, PHONE)
            place += 1
            continue
        count, kind = _number_at(text, tokens, place)
        if count:
            last = tokens[place + count - 1].end
            yield Span(tokens[place].start, _with_x(text, last), kind)
        place += count or 1


def _with_x(text: str, end: int) -> int:
    """Give the end of a number with the X of an identity number."""
    rest = text[end : end + 3].lstrip(" -*_.")
    if rest[:1] not in {"X", "x", "×"} or not rest:
        return end
    end = text.index(rest[0], end) + 1
    more = _AFTER_X.match(text, end)
    return more.end() if more else end


def _number_at(text: str, tokens: list[_Token], place: int) -> tuple[int, str]:
    """Give of how many tokens a number is that begins here, and its kind; none where there is none."""
    first = tokens[place]
    digits, best, kind = "", 0, ""
    for count, token in enumerate(tokens[place : place + _LONGEST], start=1):
        digits += token.digits
        if len(digits) > _LONGEST:
            break
        if found := _kind(text, tokens[place : place + count], digits):
            best, kind = count, found
    if best == 1 and _is_kept(text, first):
        return 0, ""
    return best, kind


def _is_kept(text: str, token: _Token) -> bool:
    raw = text[token.start : token.end]
    before = text[max(0, token.start - _LOOK_BACK) : token.start]
    return bool(_FILE_CUE.search(before)) and not _MOBILE.fullmatch(raw)


def _kind(text: str, tokens: list[_Token], digits: str) -> str:
    """Tell what kind of number these tokens are together."""
    alone = len(tokens) == 1
    before = text[max(0, tokens[0].start - _LOOK_BACK) : tokens[0].start]
    if _COUNTED.match(text, tokens[-1].end) and not (_MOBILE.fullmatch(digits) and _CUE.search(before)):
        return ""
    if not alone and not _belong(text, tokens):
        return ""
    if kind := _by_length(text, tokens, digits, before):
        return kind
    return _by_cue(text, tokens, digits, before)


def _by_length(text: str, tokens: list[_Token], digits: str, before: str) -> str:  # noqa: PLR0911 -- one reason a line
    alone, end, size = len(tokens) == 1, tokens[-1].end, len(digits)
    sizes = [len(token.digits) for token in tokens]
    grouped = alone or min(sizes[1:]) >= 3  # noqa: PLR2004 -- 139 0000 0012
    if _UNIT.match(text, end) and not grouped:
        return ""
    one = alone or len(tokens) <= _MOST_GROUPS or set(sizes) == {1}
    marks = _marks(text, tokens)
    if _MOBILE.fullmatch(digits) and one and (len(tokens) <= 2 or min(sizes) > 1 or max(sizes) == 1):  # noqa: PLR2004
        return PHONE
    if marks & _LIST_MARKS:
        return ""
    if _LANDLINE.fullmatch(digits) and (alone or sizes[0] >= 2) and one:  # noqa: PLR2004 -- an area code
        return PHONE
    if not marks <= _SOFT_MARKS:
        return ""
    apart = alone or set(sizes) == {1} or (len(tokens) <= _MOST_GROUPS and min(sizes) >= 3)  # noqa: PLR2004
    if size in _IDENTITY_LENGTHS and apart and _is_identity(text, digits, end):
        return IDENTITY
    if _CARD_LENGTHS[0] <= size <= _CARD_LENGTHS[1] and apart and (alone or digits[0] in _CARD_BEGINS):
        return CARD
    if not alone:
        return ""
    return PHONE if size >= _NUMBER_LENGTH and _is_bare_number(text, tokens[0], digits, before) else ""


def _marks(text: str, tokens: list[_Token]) -> set[str]:
    return {letter for left, right in pairwise(tokens) for letter in text[left.end : right.start]}


def _is_identity(text: str, digits: str, end: int) -> bool:
    if len(digits) == 17:  # noqa: PLR2004 -- the X is the eighteenth
        return text[end : end + 3].lstrip(" -*_.")[:1] in {"x", "X", "×"}
    return digits[0] in "123456789"


def _is_bare_number(text: str, token: _Token, digits: str, before: str) -> bool:
    """Tell whether a number in one piece may be somebody's: no case number, no day, no hotline, no sum."""
    if token.spelt:
        return bool(_CUE.search(before)) or len(digits) >= 15  # noqa: PLR2004 -- nobody counts so far
    cued = bool(_CUE.search(before))
    if _DAY.fullmatch(digits) or (_CASE.fullmatch(digits) and not cued):
        return False
    if (
        _FREE_LINE.fullmatch(digits)
        or text[token.end : token.end + 1] == "."
        or text[token.start - 1 : token.start] == "."
    ):
        return False
    if _PART_OF_A_CODE.search(before):
        return False
    return not _UNIT.match(text, token.end) or cued


def _by_cue(text: str, tokens: list[_Token], digits: str, before: str) -> str:  # noqa: PLR0911 -- one reason a line
    size, fewest = len(digits), 4
    if size < fewest:
        return ""
    if len(tokens) > 1 and not _marks(text, tokens) <= _SOFT_MARKS:
        return ""
    if _IDENTITY_CUE.search(before) and (size >= _NUMBER_LENGTH - 1 or _TAIL_CUE.search(before)):
        return IDENTITY
    if _CARD_CUE.search(before) and (size >= _NUMBER_LENGTH or _TAIL_CUE.search(before)):
        return CARD
    if _TAIL_CUE.search(before):
        return PHONE
    cued = _CUE.search(before[-12:]) and not _NO_CUE.search(before[-4:])
    if not cued or size not in _LOCAL or len(tokens) > 3 or _YEAR.fullmatch(tokens[0].digits):  # noqa: PLR2004
        return ""
    return (
        ""
        if _FREE_LINE.fullmatch(digits) or (len(tokens) == 1 and tokens[0].spelt and size < _LOCAL[0])
        else PHONE
    )


def _belong(text: str, tokens: list[_Token]) -> bool:
    """Tell whether tokens are pieces of one number and not a list, a day, a span of years."""
    marks = _marks(text, tokens)
    sizes = [len(token.digits) for token in tokens]
    if marks & _LIST_MARKS and not (min(sizes) >= 3 or set(sizes) == {1}):  # noqa: PLR2004 -- 139,0000,0012
        return False
    if _YEAR.fullmatch(tokens[0].digits) and len(tokens) > 1 and sizes[1] <= 2:  # noqa: PLR2004 -- a day
        return False
    if any(_MOBILE.fullmatch(token.digits) for token in tokens):
        return False
    digits = "".join(token.digits for token in tokens)
    card = len(tokens) >= _FEWEST_OF_A_CARD and _CARD_LENGTHS[0] <= len(digits) <= _CARD_LENGTHS[1]
    telephone = _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)
    return not _holds_case_number(text, tokens) or card or bool(telephone)


def _holds_case_number(text: str, tokens: list[_Token]) -> bool:
    return any(
        _CASE.fullmatch(f"{left.digits}-{right.digits}") and text[left.end : right.start] == "-"
        for left, right in pairwise(tokens)
    )

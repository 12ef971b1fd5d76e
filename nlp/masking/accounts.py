"""Accounts of chat and mail, and number plates."""

import re
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick

from nlp.masking.numbers import DIGITS
from nlp.masking.spans import ACCOUNT, MAIL, PLATE, Span

_WAY = (
    r"微信|薇信|威信|徽信|维信|加微|[vV]信|(?<![A-Za-z])(?:[vV][xX]|[wW][xX]|[wW]ei[xX]in|[wW]e[cC]hat|WEIXIN|WECHAT|[qQ]{2}|TG|tg|[vV](?=[ :+]))|"
    r"扣扣|企鹅号?|抖音|支付宝|邮箱|微博|钉钉|飞书|快手|小红书|[+＋]\s?[vV](?![A-Za-z]{0,2}\b)|卫星(?=号|[: ]?[A-Za-z])|加[vVwW](?=[ :A-Za-z0-9])"
    r"|[薇威徽维围](?=[^A-Za-z0-9\u4e00-\u9fff,。\n]{1,3}[A-Za-z0-9])"
)
_ID = rf"(?:[A-Za-z][A-Za-z0-9_.\-]{{4,30}}|[{DIGITS}][{DIGITS} \-]{{3,16}}[{DIGITS}](?!元|块|万|人|个|次|步|条)|[A-Za-z0-9][A-Za-z0-9_.\-]{{4,30}}(?!元|块|万|人|个|次|步|条))"
_ACCOUNT = re.compile(
    rf"(?:{_WAY})(?:账?号码?|帐号|ID|id)?(?:[是为:=+]|[^A-Za-z0-9\u4e00-\u9fff,。\n]|加我| |我的?|就是|同号){{0,4}}(?P<id>{_ID})"
)
_LETTERS_APART = re.compile(
    rf"(?:{_WAY})(?:账?号码?)?[是为: ]{{0,3}}(?P<id>[A-Za-z0-9](?:[ _.\-][A-Za-z0-9]){{4,30}})(?![A-Za-z0-9])"
)
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._+\-])[A-Za-z0-9._+\-]{1,64} ?(?:@|\(at\)|\[at\]|#at#| at |艾特) ?[A-Za-z0-9\-]{1,40}(?: ?(?:\.|点|\(dot\)| dot ) ?[A-Za-z0-9\-]{2,20}){1,4}",
    re.IGNORECASE,
)
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCE}] ?[A-Za-z][ ·.\-_*•・‧]{{0,2}}(?P<id>(?:[A-Za-z{DIGITS}][ \-_·.]?){{4,5}}[A-Za-z{DIGITS}学警挂港澳领])(?![A-Za-z0-9])"
)
_PLATE_CUE = re.compile(
    rf"(?:车牌号?码?|牌照|尾号)(?:[是为: ]|尾号){{0,4}}(?P<id>[A-Za-z]?[·.\- ]?[A-Za-z{DIGITS}]{{3,7}})(?![A-Za-z0-9]|元|的?公交|路)"
)
_FEWEST_DIGITS = 2
_LIKE_AN_ID = re.compile(
    r"(?<![A-Za-z0-9_./:@\-])(?=[a-z_\-]{0,12}[0-9])(?=[0-9_\-]{0,12}[a-z])[a-z0-9_\-]{7,30}(?![A-Za-z0-9_@]|\.[a-z])"
)
"""Small letters and digits in one piece, as nobody writes but those who made it up for an account."""
_SMALL = re.compile("[a-z]{2}")
_FEWEST_SMALL = 3
_MAY_MAIL = re.compile(r"@|[(\[#]at|艾特|(?i: at )")
_WAYS = "微信 薇信 威信 徽信 维信 加微 v信 vx wx weix wech qq tg 扣扣 企鹅 抖音 支付宝 邮箱 微博 钉钉 飞书 快手 小红书 +v 卫星 薇 威 徽 维 围 加v 加w v: v+"
_NAMES_A_WAY = AhoCorasick([*_WAYS.split(), "v ", "+ v"])


def find_accounts(text: str) -> Iterator[Span]:
    """Find mails, accounts that are named as such, and plates."""
    if _MAY_MAIL.search(text):
        for found in _MAIL.finditer(text):
            yield Span(found.start(), found.end(), MAIL)
    for pattern in (_ACCOUNT, _LETTERS_APART) if _NAMES_A_WAY.find_matches_as_indexes(text.lower()) else ():
        for found in pattern.finditer(text):
            yield Span(found.start("id"), found.end("id"), ACCOUNT)
    if _SMALL.search(text):
        yield from _like_ids(text)
    yield from _plates(text)


def _like_ids(text: str) -> Iterator[Span]:
    for found in _LIKE_AN_ID.finditer(text):
        small = sum("a" <= letter <= "z" for letter in found[0])
        digits = sum(letter.isdigit() for letter in found[0])
        if small >= _FEWEST_SMALL and digits >= _FEWEST_DIGITS:
            yield Span(found.start(), found.end(), ACCOUNT)


def _plates(text: str) -> Iterator[Span]:
    for found in _PLATE.finditer(text):
        if sum(letter in DIGITS or letter.isdigit() for letter in found["id"]) >= _FEWEST_DIGITS:
            yield Span(found.start(), found.end(), PLATE)
    for found in _PLATE_CUE.finditer(text) if "牌" in text or "尾号" in text else ():
        if any(letter.isdigit() for letter in found["id"]):
            yield Span(found.start("id"), found.end("id"), PLATE)

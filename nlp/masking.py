"""Hide what tells who a person is: telephone numbers, identity numbers, names that people give of themselves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NUMBER = re.compile(r"(?<![0-9-])(?:\d[ -]?){6,20}[\dXx](?![0-9-]|\.?\d*万?元)")
_SPELT = re.compile(r"[零〇一二两三四五六七八九幺]{11}")
_MAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.]+")
_NO_PERSON = re.compile(r"\d{4}-\d{4}|(?:19|20)\d\d[ -]\d{1,2}[ -]\d{1,2}(?: \d{0,4})?")
"""Numbers of cases, and days."""
_NAME = re.compile(
    r"(我叫|我的名字叫|我名叫|姓名[是为:：]?\s*|联系人(?!员)[是为:：]?\s*)"
    r"([\u4e00-\u9fff]{2,4}?)(?=[,，。;；:：、\s\d]|住|家|今年|电话|手机|身份|是|$)"
)
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|司徒|夏侯"
# "我是" is mostly followed by what somebody is, not by who: a surname must come next, and the name must end there.
_I_AM = re.compile(
    rf"((?:我|本人)是(?!(?:高中|安徽|江苏|江西|文化|方便|白天|于是|任何|何[时处])))"
    rf"((?:{_COMPOUND}|[{SURNAMES}])[\u4e00-\u9fff]{{1,2}}(?<![人员户主师]))"
    r"(?=[,，。;；:：、!！\s\d]|住|家住|今年|电话|手机|身份|$)"
)
_BOUND = r"(?=[,，。;；:：、!！\s\d（(]|住|家住|今年|电话|手机|身份|反映|$)"
# “我是东苑小区的业主王小明”, “本人王小明”: what one is may stand before who one is.
_I_WHO = re.compile(
    rf"((?:我|本人)是[^,，。;；!！\s]{{0,14}}?(?:的|居民|业主|住户|村民|租户|家长)|本人|鄙人|(?<=[,，。;；\s])(?:业主|住户|村民|居民)|^(?:业主|住户|村民|居民))"
    rf"((?:{_COMPOUND}|[{SURNAMES}])[\u4e00-\u9fff]{{1,2}}(?<![人员户主师们区路村里家]))" + _BOUND
)
_NAME_UNBOUNDED = re.compile(
    r"(我叫|我的名字叫|我名叫|姓名[是为:：]?\s*)([\u4e00-\u9fff]{2,3})"
    rf"|(联系人(?!员)[是为:：]?\s*)((?:{_COMPOUND}|[{SURNAMES}])[\u4e00-\u9fff]{{1,2}})"
)
_ACCOUNT = re.compile(r"((?:微信|wx|weixin|qq|QQ|邮箱)号?[是为:：]?\s*)[A-Za-z0-9_.@-]{5,}", re.IGNORECASE)
HIDDEN = "＊＊"


Hidden = Mapping[str, int]
"""How many of each kind were taken out."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without what tells who a person is, and what was taken out."""

    text: str
    hidden: Hidden


def masked(text: str, *, flats: bool = True) -> Masked:
    """Hide what leads to a person; `flats` tells whether numbers of flats are among it."""
    del flats
    shown = mask(text)
    return Masked(shown, {"name": shown.count(HIDDEN) - text.count(HIDDEN)} if shown != text else {})


def mask(text: str) -> str:
    """Give a text without the numbers and names that lead to a person; what happened stays readable."""
    hidden = _ACCOUNT.sub(lambda found: found[1] + HIDDEN, text)
    hidden = _MAIL.sub(HIDDEN, hidden)
    hidden = _NUMBER.sub(_hide_number, hidden)
    hidden = _SPELT.sub(HIDDEN, hidden)
    hidden = _NAME.sub(lambda found: found[1] + HIDDEN, hidden)
    hidden = _I_AM.sub(lambda found: found[1] + HIDDEN, hidden)
    hidden = _I_WHO.sub(lambda found: found[1] + HIDDEN, hidden)
    return _NAME_UNBOUNDED.sub(lambda found: (found[1] or found[3]) + HIDDEN, hidden)


def _hide_number(found: re.Match[str]) -> str:
    return found[0] if _NO_PERSON.fullmatch(found[0]) else HIDDEN

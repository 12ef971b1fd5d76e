"""Hide what tells who a person is: telephone numbers, identity numbers, names that people give of themselves."""

import re

_NUMBER = re.compile(r"(?<![0-9-])(?:\d[ -]?){6,17}[\dXx](?![0-9-])")
_CASE_NUMBER = re.compile(r"\d{4}-\d{4}")
_NAME = re.compile(
    r"(我叫|我的名字叫|我名叫|姓名[是为:：]?\s*|联系人[是为:：]?\s*)"
    r"([\u4e00-\u9fff]{2,4}?)(?=[,，。;；:：、\s\d]|住|家|今年|电话|手机|身份|是|$)"
)
_NAME_UNBOUNDED = re.compile(r"(我叫|我的名字叫|我名叫|姓名[是为:：]?\s*)([\u4e00-\u9fff]{2,3})")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|司徒|夏侯"
# "我是" is mostly followed by what somebody is, not by who: a surname must come next, and the name must end there.
_I_AM = re.compile(
    rf"((?:我|本人)是(?!(?:高中|安徽|江苏|江西|文化|方便|白天|于是|任何|何[时处])))"
    rf"((?:{_COMPOUND}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}(?<![人员户主师]))"
    r"(?=[,，。;；:：、!！\s\d]|住|家住|今年|电话|手机|身份|$)"
)
_ACCOUNT = re.compile(r"((?:微信|wx|weixin|qq|QQ|邮箱)号?[是为:：]?\s*)[A-Za-z0-9_.@-]{5,}", re.IGNORECASE)
HIDDEN = "＊＊"


def mask(text: str) -> str:
    """Give a text without the numbers and names that lead to a person; what happened stays readable."""
    hidden = _ACCOUNT.sub(lambda found: found[1] + HIDDEN, text)
    hidden = _NUMBER.sub(_hide_number, hidden)
    hidden = _NAME.sub(lambda found: found[1] + HIDDEN, hidden)
    hidden = _I_AM.sub(lambda found: found[1] + HIDDEN, hidden)
    return _NAME_UNBOUNDED.sub(lambda found: found[1] + HIDDEN, hidden)


def _hide_number(found: re.Match[str]) -> str:
    return found[0] if _CASE_NUMBER.fullmatch(found[0]) else HIDDEN

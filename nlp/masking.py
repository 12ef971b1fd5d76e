"""Hide what tells who a person is: telephone numbers, identity numbers, names that people give of themselves."""

import re

_NUMBER = re.compile(r"(?<![0-9-])(?:\d[ -]?){6,17}[\dXx](?![0-9-])")
_CASE_NUMBER = re.compile(r"\d{4}-\d{4}")
_NAME = re.compile(
    r"(我叫|我的名字叫|我名叫|姓名[是为:：]?\s*|联系人[是为:：]?\s*)"
    r"([\u4e00-\u9fff]{2,4}?)(?=[,，。;；:：、\s\d]|住|家|今年|电话|手机|身份|是|$)"
)
_NAME_UNBOUNDED = re.compile(r"(我叫|我的名字叫|我名叫|姓名[是为:：]?\s*)([\u4e00-\u9fff]{2,3})")
_ACCOUNT = re.compile(r"((?:微信|wx|weixin|qq|QQ|邮箱)号?[是为:：]?\s*)[A-Za-z0-9_.@-]{5,}", re.IGNORECASE)
HIDDEN = "＊＊"


def mask(text: str) -> str:
    """Give a text without the numbers and names that lead to a person; what happened stays readable."""
    hidden = _ACCOUNT.sub(lambda found: found[1] + HIDDEN, text)
    hidden = _NUMBER.sub(_hide_number, hidden)
    hidden = _NAME.sub(lambda found: found[1] + HIDDEN, hidden)
    return _NAME_UNBOUNDED.sub(lambda found: found[1] + HIDDEN, hidden)


def _hide_number(found: re.Match[str]) -> str:
    return found[0] if _CASE_NUMBER.fullmatch(found[0]) else HIDDEN

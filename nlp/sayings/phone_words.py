"""A telephone number that somebody leaves: the number, and hardly a word beside it."""

import re

_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_ANY_PHONE = re.compile(rf"{_MOBILE.pattern}|(?<!\d)(?:0\d{{2,3}}[ -]?)?[2-8]\d{{6,7}}(?!\d)")
_TITLE = "(?:先生|女士|阿姨|大爷|大妈|师傅|老师|同志)"
# Each word is taken once and for good, so that a line that matches in the end not at all is not tried in every way.
_BESIDE = re.compile(
    rf"(?>.{{1,3}}?{_TITLE}|叫.{{0,3}}?{_TITLE}|叫.{{1,3}}|我|你们?|您|的|手机|电话|联系|号码?|方式|是|为|打|这个|就|请|吧|谢谢|可以|找我|姓."
    r"|老.|小.|[,，:：。.;；()（） 、-])*+"
)
_NEARLY = re.compile(r"\d{6,13}")
_LONGEST = 30


def phone_said(line: str, *, landline: bool = False) -> str:
    """Give the number of a line that is nothing else; landlines only where a number was asked for."""
    if len(line) > _LONGEST:
        return ""
    found = (_ANY_PHONE if landline else _MOBILE).search(line)
    if found is None or not _BESIDE.fullmatch(line[: found.start()] + line[found.end() :]):
        return ""
    return re.sub(r"[ -]", "", found[0])


def nearly_phone(line: str) -> bool:
    """Tell whether a line looks like a number with a digit too few or too many."""
    return _NEARLY.fullmatch(re.sub(r"[ -]", "", line)) is not None

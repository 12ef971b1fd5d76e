"""Lines that only say who somebody is and how to reach them: “我叫冯建国，电话136…”, “电话打错了是138…”, “打给我136…”."""

import re
from dataclasses import dataclass

from nlp.masking import SURNAMES

_LONGEST = 60
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
_WHO = re.compile(
    rf"(?:我(?:的名字)?叫|本人(?:叫)?|姓名[是为:：]?|我是|我姓)\s*+(?:[{SURNAMES}][\u4e00-\u9fff]{{0,2}}?)(?=[,，。、;； ]|电话|手机|身份|$)"
)
_CALLS = re.compile(
    r"(?:请|让|叫|麻烦|希望)?(?:他们|你们|工作人员|站里|师傅|人)?(?:给我)?(?:打给我|打我(?:的)?(?:电话|手机)|给我打电话|给我打|回我?个?电话|回电(?:话)?|打(?:个|过来)?电话(?:过来|来|给我)?|联系我|打过来)"
)
_CORRECTS = re.compile(
    r"(?:刚才|刚刚|上面|前面)?(?:的)?(?:号码?|电话|手机号?)?(?:我)?(?:打|写|发|留|报|输)?(?:错|反)(?:了|啦)|(?:换成|改成|改为|换到|改|换|更正为?|应该)(?:是|到)?|(?:号码?|电话)?不对"
)
_LABELS = re.compile(
    r"(?:我|你们?|您|的|联系|手机|电话|号码?|身份证?|证件|方式|是|为|打|这个|新|就|请|吧|啊|了|谢谢|可以|找|[,，:：。.;；、!！()（） -])+"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """What a line says of its writer, and what it wants."""

    phone: str
    introduces: bool
    """It also gives a name or an identity number."""
    call: bool
    corrects: bool


def contact_said(line: str) -> Contact | None:
    """Read a line that is nothing but a name, a number, an identity number; None where it says anything else."""
    if len(line) > _LONGEST:
        return None
    identity = _IDENTITY.search(line)
    rest = _IDENTITY.sub(" ", line)
    phone = _MOBILE.search(rest)
    rest, names = _WHO.subn(" ", _MOBILE.sub(" ", rest))
    if not (phone or identity or names):
        return None
    rest, calls = _CALLS.subn(" ", rest)
    rest, corrects = _CORRECTS.subn(" ", rest)
    if _LABELS.sub("", rest):
        return None
    number = re.sub(r"[ -]", "", phone[0]) if phone else ""
    return Contact(number, bool(identity or names), bool(calls and phone), bool(corrects and phone))

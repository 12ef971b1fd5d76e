"""What kind of message it is, how pressing, and what in it wants care; beside the topic, from how people say it."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from nlp.alarms.signals import Signals, detect
from nlp.masking import names_somebody
from nlp.text.fold import fold


class Kind(StrEnum):
    COMPLAINT = "投诉"
    HELP = "求助"
    QUESTION = "咨询"
    SUGGESTION = "建议"
    THANKS = "感谢"
    REPORT = "举报"


@dataclass(frozen=True, slots=True)
class Character:
    """What a clerk would note on the margin."""

    kind: Kind
    urgent: bool
    """It cannot wait for the usual days: danger, or somebody who is without the needful now."""
    personal: bool
    """Numbers or names of persons stand in the text."""
    signals: Signals
    """Danger, court cases (涉法涉诉), complaints about officials, election offences."""


_READ = 600
_REPORT = re.compile(r"(?<!不是)(?<!不想)(?<!不敢)(?:举报|检举|揭发|实名反映)(?!电话(?:是|多少)|有什么)")
_THANKS = re.compile(
    r"(?:感谢|谢谢|点赞|表扬|致谢|锦旗|辛苦)[^,。;!?\n]{0,24}(?:工作人员|同志|师傅|医生|护士|老师|民警|社区|代表|部门|帮|解决|修好|处理|付出)"
    r"|(?:已经?|终于|及时|很快)[^,。;!?\n]{0,12}(?:解决|修好|处理好|装好|清理)[^。;!?\n]{0,16}(?:感谢|谢谢|点赞|表扬)"
)
_STILL = re.compile(r"但是?|可是|不过|却|还是(?:没|不)|仍|至今|依然|尽快|为什么|怎么还|希望|请求|恳请")
_SUGGESTION = re.compile(
    r"(?<!没有)(?:建议|提议|倡议|(?:能不能|能否|可不可以|可否|是否可以|希望(?:能|可以)?)[^,。;!?\n]{0,14}(?:增设|增加|加装|新增|设置|开通|建一?个|建设|延长|优化|改造|规划|安排))"
)
_ASKED_IN_VAIN = re.compile(r"建议[^,。;!?\n]{0,8}(?:没人|不听|没用|石沉)")
_QUESTION = re.compile(
    r"咨询|请问|想问|问一下|求解答|怎么(?:办理?|申请|领|报名|查|交|缴|开|算|补办|预约|收费)|如何(?:办理?|申请|领取|报名|查询|缴纳|补办)"
    r"|(?:需要|要)(?:什么|哪些)(?:材料|手续|条件)|在哪里?(?:办|领|交|报名)|什么时候(?:能|可以|开|到账|发|通|建|启用)|有没有(?:政策|补贴|规定)|是不是可以|能不能(?:办|领|报|享受)"
    r"|(?:多少|几)(?:钱|天|号)?[?？]"
)
_HELP = re.compile(
    r"求助|帮帮?(?:我|忙|助)|求(?:帮|救)|救救|恳求|恳请|走投无路|没办法了|急需|困难(?:家庭|户)|该怎么办|怎么办[呀啊?？!！。]*$|能不能帮"
)
_PRESSING = re.compile(
    r"紧急|急急|十万火急|很急|特别急|马上就要|今晚|现在(?:就|正)|正在(?:漏|冒|流|倒|塌|淹|喷)|(?:爆了|爆管|喷水|淹进|倒灌|漏电|掉下来|要塌|砸)"
    r"|(?:停水|停电|停气|停暖|没水|没电|没气)[^,。;!?\n]{0,4}(?:[一二两三四五六七八九十几\d]+)(?:天|个?小时)|(?:老人|小孩|孩子|病人|孕妇)[^,。;!?\n]{0,10}(?:没水|没电|下不了楼|困)"
)
_NOT_PRESSING = re.compile(r"不(?:是很|算|太)?急|去年|前年|以前|曾经")


def read_character(text: str, *, accuses: bool = False) -> Character:
    """Read off kind, urgency and what wants care. Who only complains of a thing says no word for it: that is the usual kind.

    `accuses`: the words accuse somebody of the house, as a roster tells.
    """
    folded = fold(text[:_READ]).lower()
    signals = replace(detect(text), insider=accuses)
    pressing = bool(_PRESSING.search(folded)) and not _NOT_PRESSING.search(folded)
    return Character(
        kind=_kind(folded, signals),
        urgent=signals.grave or pressing,
        personal=names_somebody(text),
        signals=signals,
    )


def _kind(text: str, signals: Signals) -> Kind:
    vain = _ASKED_IN_VAIN.search(text)
    said = (
        (Kind.HELP, signals.grave),
        (Kind.REPORT, signals.insider or signals.election or _REPORT.search(text)),
        (Kind.THANKS, _THANKS.search(text) and not _STILL.search(text)),
        (Kind.SUGGESTION, _SUGGESTION.search(text) and not vain),
        (Kind.COMPLAINT, "投诉" in text),
        (Kind.QUESTION, _QUESTION.search(text)),
        (Kind.HELP, _HELP.search(text)),
    )
    return next((kind for kind, found in said if found), Kind.COMPLAINT)

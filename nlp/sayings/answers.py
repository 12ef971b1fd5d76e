"""Whether an answer says what was done, when and on what basis, or only that somebody else has it now (空话)."""

import re

from nlp.text.fold import fold

DONE, WHEN, BASIS = "done", "when", "basis"

_PASSED_ON = re.compile(
    r"(?:已经?|现已)?(?:转|交|移交|转交|转办|反馈|反映)(?:办|交|给|至|到){0,3}(?:了)?(?:给)?"
    r"(?:有关|相关|具体|责任|我局|下属|对应)?(?:部门|科室|单位|人员|街道|处室|同志|物业).{0,8}"
)
_PHRASES = re.compile(
    r"(?:将|会)(?:尽快|抓紧|认真|积极)|高度重视|正在(?:研究|协调|处理|了解)|已(?:收悉|知悉|知晓|阅)|感谢.{0,8}(?:关心|支持|理解)|敬请(?:谅解|理解)"
)
_ACT = re.compile(
    r"修|换|清|拆|装|补|建|查|罚|整改|整治|处理完|疏通|划|增设|增加|新增|关停|取缔|退还|退款|发放|办结|完成|恢复|解决|约谈"
    r"|责令|联系|现场|走访|开通|调整|核实|列入|安排|更新|施工|协调|答复|不属于|不符合|无法|暂不"
)
_DATE = re.compile(
    r"\d{1,2}月\d{0,2}|\d{1,2}[日号]|\d{4}[年.-]|[今昨明前当]天|当日|本周|下周|本月|下月|月底|年底|年内|上周|周[一二三四五六日]"
    r"|\d{1,4}(?:个)?(?:工作日|天|周|个?月)(?:内|后|前)|(?:第)?[一二三四]季度|[上下]半年|目前已|现已(?!转|交)"
)
_BASIS = re.compile(
    r"依据|根据|按照?(?!时|期|理)|依照|《|法律|法规|条例|规定|标准|方案|计划|协议|合同|规范|文件|规划|政策|检查|巡查|验收|复查|检测|鉴定|现场|照片"
)
_DECLINES = re.compile(r"无法|不能|不予|不属于|不符合|暂不|暂时不|没有条件|不具备")
_POLITE = re.compile(
    r"好的?|可以|收到|嗯+|谢谢|您好|你好|知道了?|明白了?|行|已?经?(?:转办?|交办|反馈|反映|上报|报)(?:了|上去)?|[啊呀哦了吧的，。！、,.!~ ]"
)
_SHORTEST = 8
_FEWEST = 2
"""So many characters must be left of an answer to a voter once politeness is taken away."""


def says_nothing(answer: str) -> bool:
    """Tell whether an answer is only politeness, or only that somebody else has it now."""
    told = _POLITE.sub("", _PHRASES.sub("", _PASSED_ON.sub("", fold(answer))))
    return len(told) < _FEWEST and not _ACT.search(told)


def lacking(answer: str) -> tuple[str, ...]:
    """Name what an answer does not say; a basis is asked for where nothing was done or something is declined."""
    text = fold(answer)
    told = _PHRASES.sub("", _PASSED_ON.sub("", text))
    missing = []
    if len(told) < _SHORTEST or not _ACT.search(told):
        missing.append(DONE)
    if not _DATE.search(told):
        missing.append(WHEN)
    if (DONE in missing or _DECLINES.search(told)) and not _BASIS.search(told):
        missing.append(BASIS)
    return tuple(missing)


_MENDED = r"(?:修|换|清|拆|装|补|疏通|更新|更换|整改|处理|解决|恢复|完成|办理?|弄|搞|划|增设|安装|拆除|清理|清运|清除|维修|修复|退|发放|开通|关停)"
_FINISHED = re.compile(
    rf"(?:已经?|都|均|全部|现已)[^,，。；;、]{{0,10}}{_MENDED}"
    rf"|{_MENDED}(?:[^,，。；;、]{{0,4}})?(?:好|完|掉|通|到位|完毕|完成|干净)(?:了|啦|$|[,，。；;、])"
    rf"|{_MENDED}[^,，。；;、]{{0,4}}了(?:$|[,，。；;、])"
    rf"|{_MENDED}了"
)
_STILL_TO_COME = re.compile(
    rf"(?:明天|后天|下周|下月|下午|晚上|近日|近期|尽快|马上|即将|(?<!已)(?<!已经)将|会|准备|计划|打算|正在|安排|等|预计|争取|待|今天)[^,，。；;、]{{0,12}}{_MENDED}"
    rf"|(?:没|未|不能|无法|尚)[^,，。；;、]{{0,8}}{_MENDED}"
)


def finished(answer: str) -> bool:
    """Tell whether an answer says that something was done, and leaves nothing still to be done; in doubt it does not."""
    text = _PASSED_ON.sub("", fold(answer))
    return bool(_FINISHED.search(text)) and not _STILL_TO_COME.search(text)

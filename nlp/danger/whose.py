"""Whose despair words tell of: that of whoever writes them, or that of somebody else whom they see or hear of."""

import re

from nlp.masking.name_lists import LISTS, surnames
from nlp.text.fold import fold

_KIN = (
    "爸妈|爸爸|妈妈|爸|妈|爹|娘|父亲|母亲|父母|公公|婆婆|岳父|岳母|公|婆|爷爷|奶奶|爷|外公|外婆|姥姥|姥爷|哥哥|姐姐|弟弟|妹妹|哥|姐|弟|妹|"
    "叔叔|叔|伯伯|伯|大伯|舅舅|舅|姑姑|姑|阿姨|姨|婶婶|婶|嫂子|嫂|姐夫|妹夫|侄子|侄女|外甥|儿子|女儿|儿媳|媳妇|女婿|孙子|孙女|老公|老婆|丈夫|"
    "妻子|爱人|对象|男朋友|女朋友|前夫|前妻|老伴|孩子|小孩|娃|闺女|朋友|同学|室友|同事|邻居|对门|学生|老师|徒弟|师傅|老板|房东|租客|闺蜜|网友|亲戚"
)
_SURNAMES = "".join(sorted(surnames() - frozenset(LISTS["risky"])))
_NO_NAME = "上必多是经常便天一里边面才头么间度病时然会能都也就还真得我你他她"
"""Letters that make a word of a surname: `马上`, `何必`, `夏天`."""
_SUBJECT = re.compile(
    rf"(?P<name>^(?:[老小阿][{_SURNAMES}]|[{_SURNAMES}][^{_NO_NAME}\W]{{1,2}})(?=正|现在|在|要|想|准备|打算|扬言|闹着|站|坐|爬|吞|喝|割|上吊|自杀|不想|跳))|"
    rf"(?P<other>[我俺咱](?:们|的|家|那|这|个|一){{0,2}}(?:{_KIN})|(?<!没)(?:有人|有个)|[那这一有][个名位](?:[男女老小]\w{{0,2}}|人|年轻人|孩子)|那人|这人"
    rf"|[他她](?!们)|(?:{_KIN})|老人家?|老头子?|老太太?|小伙子?|小姑娘|姑娘|女孩子?|男孩子?|女的|男的|女生|男生|\*\*)"
    r"|(?P<own>[我俺咱]|本人|自己)"
)
_DEED = re.compile(
    r"跳(?=楼|河|江|桥|湖|海|井|水|轨|下|$)|自杀|自尽|轻生|寻死|寻短|割腕|上吊|烧炭|不想(?:再)?活|想不开|不活了|喝(?:了)?(?:农)?药|吃(?:了)?[^,。;!?\n]{0,6}药|吞(?:了)?[^,。;!?\n]{0,6}药"
    r"|想死|去死|寻死|要死|活不下去|活不了|活着|活够|没法活|结束(?:自己的?)?生命|了结|死了算|一死了之|不如死|遗书|遗言"
)
_ENDS = re.compile(r"[,。;!?\n]+")
_OBJECT = re.compile(
    r"(?:带着?|抱着?|跟|和|与|陪着?|拉着?|因为|为了?|被|让|对不起|对|给|想到?|没有?|失去|离开|怪|恨)$"
)
_DRIVEN = re.compile(r"(?:吵|逼|打|骂|闹|害|折磨|欺负|烦|弄|搞|整|虐待|威胁)得")
_SAYS = re.compile(
    r"(?:说|讲|写|喊|叫|道|发(?:消息|微信|信息|朋友圈)?|留言)(?:着|了|过|他|她|自己)?[:：\"“‘']*$"
)
_CALLED = re.compile(r"我(?:名?叫|是)$")
_STANDS = re.compile(r"[站坐爬跪躺在上到][^,]{0,6}(?:楼|天台|桥|窗|河|江|湖|阳台|栏杆|屋顶|轨)")


def is_somebody_elses(text: str) -> bool:
    """Tell whether words of despair are about somebody else; where nobody is named, they are the writer's own.

    Names may be hidden in the text (`＊＊`): whoever hides them knows more of them than the pattern here.
    """
    told = [_is_others(clause, before) for clause, before in _clauses(text) if _DEED.search(clause)]
    return bool(told) and all(told)


def _clauses(text: str) -> list[tuple[str, str]]:
    """Give the clauses of a text, each with the one before it."""
    found = [each for each in _ENDS.split(fold(text)) if each.strip()]
    return list(zip(found, ["", *found], strict=False))


def _is_others(clause: str, before: str) -> bool:
    """Tell whose deed the last one of a clause is: that of whoever is named next before it."""
    deed = list(_DEED.finditer(clause))[-1]
    subjects = _subjects(clause[: deed.start()])
    own_at_once = bool(subjects) and subjects[0].start() == 0 and subjects[0]["own"]
    if _SAYS.search(before) and (not subjects or (len(subjects) == 1 and own_at_once)):
        return _last_is_others(before)
    if not subjects:
        return bool(_STANDS.search(before)) and _last_is_others(before)
    last = subjects[-1]
    if last["own"]:
        quoted = _SAYS.search(clause[: last.start()]) and len(subjects) > 1
        reflexive = last[0] == "自己" and len(subjects) > 1
        return bool((quoted or reflexive) and not subjects[-2]["own"])
    return not _DRIVEN.search(clause[last.end() : deed.start()])


def _last_is_others(clause: str) -> bool:
    found = _subjects(clause)
    return bool(found) and not found[-1]["own"]


def _subjects(words: str) -> list[re.Match[str]]:
    """Give who is named and may do something: not whom something is done with, nor the name that I call myself."""
    return [
        each
        for each in _SUBJECT.finditer(words)
        if not (_OBJECT.search(words[: each.start()]) or _CALLED.search(words[: each.start()]))
    ]

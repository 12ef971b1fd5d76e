"""Messages that come before all others: danger to life, despair, court cases, elections.

A text is read to its end, however long. A cheap search for words that the patterns need goes first; only a text that
holds one is read with them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from nlp.alarms.more_alarms import unspaced
from nlp.alarms.short_alarms import LONGEST, PATTERNS, plain_alarm, short_alarm, tells_of_other_times
from nlp.danger.reader import DANGER, DESPAIR, kind_of, read_danger
from nlp.text.fold import fold
from nlp.text.needed import needed_words
from nlp.text.reach import MEANING, overlapping

GAS, FIRE, DROWNING, VIOLENCE, MEDICAL = "gas", "fire", "drowning", "violence", "medical"
RESCUE, MISSING, THREAT, FRAUD, COLLAPSE = "rescue", "missing", "threat", "fraud", "collapse"


@dataclass(frozen=True, slots=True)
class Signals:
    """What a message carries beside its topic; false when it carries nothing."""

    emergency: str = ""
    """`gas`, `fire`, `drowning`, `violence`, `medical`, `rescue`, `missing`, `threat`, `fraud`, `collapse` or empty."""
    suicide: bool = False
    court: bool = False
    insider: bool = False
    """Somebody of the house is accused; whoever knows the roster tells (`nlp.accusing`)."""
    election: bool = False
    unsure: str = ""
    """`danger` or `despair` where the words may tell of one, and may not: whoever wrote them is asked."""

    @property
    def grave(self) -> bool:
        """A life may be in danger."""
        return bool(self.emergency or self.suicide)

    def __bool__(self) -> bool:
        return bool(self.emergency or self.suicide or self.court or self.insider or self.election)


NONE = Signals()
_SUICIDE_SAID = "suicide"

# What turns a danger into a worry, a memory or a lesson; it must stand shortly before the danger.
_NOT_NOW = (
    r"(?<!不)(?:怕|担心|万一|如果|要是|一旦|防止|预防|避免|容易|以防|隐患|去年|前年|昨天|前天|日|上个?月|上周|曾经?|以前|之前|演练|宣传|防|假如|"
    r"会不会|可能会?|恐|导致|造成|易|经常|多次|若|每年|几年前|险些|差点)"
)
_GAP = r"[^,。;!?\n]"
_NEAR = 300
"""Letters on each side of a danger; what stands further away is about something else."""
_PAUSES = ",。;!?\n "
_AT_AN_END = re.compile(r"[。;!?\n]+")
_WORRY_REACH = 20
"""No worry stands further before what is feared, so no more needs to be read."""
_WORRY = re.compile(rf"{_NOT_NOW}{_GAP}{{0,10}}$")
_FEARED = re.compile(rf"(?<!不)(?:怕|担心|万一|要是|如果|防止|预防|避免){_GAP}{{0,6}}(?:着火|起火|失火)")

_GAS = re.compile(
    rf"(?:煤气|燃气|天然气|液化气|瓦斯){_GAP}{{0,6}}?(?:味|臭鸡蛋|泄漏|泄露|漏气|漏了|在漏|中毒|嘶嘶|漏得|跑气)|臭鸡?蛋味?{_GAP}{{0,3}}[,，]?{_GAP}{{0,3}}(?:煤气|燃气|天然气)|(?:闻到|闻见|有一?股|一股)"
    rf"{_GAP}{{0,4}}(?:煤气|燃气|天然气|液化气)(?!费|表|公司|灶|站|开通)"
)
_FIRE = re.compile(
    rf"(?:着|起|失)火(?:了|啦)|(?:正在|现在|突然|又){_GAP}{{0,6}}(?:着火|起火|失火)|^{_GAP}{{0,12}}(?:着火|起火|失火)[!。]*$|火灾[!。]*$"
    rf"|发生(?:了)?火灾|烧起来了?|(?:大火|火势)(?!锅)|(?:楼|屋|家|房|车|配电|窗|店|仓库|厨房|电表|电箱){_GAP}{{0,6}}(?:冒烟|浓烟)"
)
_NO_FIRE = re.compile(
    r"烟囱|工厂|厂里|黑烟|排放|油烟|烧烤|尾气|冒火的|火锅|火灾隐患|防火|上火|恼火|火了一把|逃生演练|灭火器|焚烧|烟道|扑灭|已经?灭|查封"
)
_DROWNING = re.compile(
    rf"(?:有人|小孩|孩子|老人|儿童|大人|男的|女的|学生|人){_GAP}{{0,6}}(?:落水|溺水|掉(?:进|到|下|入|在)?{_GAP}{{0,4}}(?:河|湖|水|塘|江|井|池|沟|坑)"
    rf"|沉下去|淹(?:到|住|着)?(?:了|在))|(?:落水|溺水)了|(?:救命){_GAP}{{0,6}}(?:河|湖|水|塘|江|井)"
)
_NO_DROWNING = re.compile(r"手机|钥匙|垃圾|东西|帽子|鞋")
_VIOLENCE = re.compile(
    rf"(?:拿|持|提|举|挥)(?:着|了)?{_GAP}{{0,4}}刀{_GAP}{{0,10}}|砍(?:人|我|死|伤)|(?:正在|现在|在){_GAP}{{0,8}}(?:打人|打架|抢劫|打我|打起来)"
    rf"|打起来了|(?:要|想){_GAP}{{0,3}}(?:杀|打死|弄死){_GAP}{{0,1}}(?:我|人|他|她)|(?:被|遭){_GAP}{{0,4}}(?:绑架|抢劫|强奸)|(?:家暴)(?:了|我|,|。|!|$)"
    rf"|(?:老公|丈夫|男人|前夫|儿子|爸爸?|我爸|他){_GAP}{{0,4}}(?:又|在|正|一直)?(?:往死里)?打我(?!们?电话|手机)|往死里打|(?:救命){_GAP}{{0,8}}(?:打|杀|砍)|有人打我(?!电话)|(?:打|踢|掐)(?:了)?我(?:家)?(?:孩子|娃|儿子|女儿|爸|妈|老婆|老人)(?!的?电话)|有人(?:在)?打架"
)
_NO_VIOLENCE = re.compile(r"菜刀店|刀具|刀片|刀闸|砍树|砍伐|砍价|砍掉|宰客|一刀切|切刀|修刀|磨刀|刀削|剪刀")
_MEDICAL = re.compile(
    rf"(?:晕|昏)(?:倒|过去|迷不醒|迷)了?|(?:没有?|停止)呼吸|心脏骤停|(?:大出血|休克|抽搐|口吐白沫)|(?:快|要)不行了|喘不上气|叫不醒|(?:摔|跌)(?:倒|了|下){_GAP}{{0,6}}(?:起不来|动不了|爬不起来)|"
    rf"(?:快|帮{_GAP}{{0,3}}|马上|赶紧){_GAP}{{0,2}}叫{_GAP}{{0,2}}救护车"
)
_NO_MEDICAL = re.compile(
    r"报销|费用|医保|鉴定|住院|手术|收费|误诊|赔偿|医药费|工伤|植物人|中暑晕倒过|学校晕倒过|生意|店|企业|公司|手机|车子|电脑|灯|门"
)
_PEOPLE = "(?:人|我|小孩|孩子|老人|工人|爸|妈|奶奶|爷爷|家人)"
_RESCUE = re.compile(
    rf"(?:有人|小孩|孩子|老人|我|爸|妈){_GAP}{{0,4}}触电(?:了|[,。!]|$)|^触电了|高压线{_GAP}{{0,3}}(?:掉|断|垂)(?:了|下来|落)|"
    rf"电梯{_GAP}{{0,4}}困(?:了|住了?)?{_GAP}{{0,2}}{_PEOPLE}|{_PEOPLE}{_GAP}{{0,2}}被?困(?:住)?(?:了)?在?{_GAP}{{0,3}}电梯|"
    rf"(?:塌|倒){_GAP}{{0,4}}(?:压|埋)(?:住|到|着|了){_GAP}{{0,3}}{_PEOPLE}|{_PEOPLE}{_GAP}{{0,3}}被?(?:压|埋)(?:在|住)|"
    rf"(?:房子|楼|墙|屋顶){_GAP}{{0,3}}(?:要|快)塌了|(?:井盖|窨井|下水道){_GAP}{{0,6}}{_PEOPLE}掉(?:下去|进去)|^救命(?:啊|呀|$)"
)
_NO_RESCUE = re.compile(
    r"已经?(?:救|出来|修)|经常|老是|总是|几次|多次|上次|救命(?:钱|药|稻草|恩)|压力|压抑|压岁"
)
_COLLAPSE = re.compile(
    rf"(?:路面|马路|道路|地面|人行道|车道|桥面|大?桥|(?<!半)路){_GAP}{{0,4}}?(?:塌陷?|陷)(?:了|下去|进去|出)(?:了|一|个|块|片|半|大|好|很|,|[。!]|$)"
)
_NO_COLLAPSE = re.compile(r"已经?(?:围|修|填|补)|(?:多|几|好几)(?:年|个月)|天塌|塌鼻|陷阱|陷入")
_MISSING = re.compile(
    rf"(?:孩子|小孩|娃|宝宝|儿子|女儿|孙子|孙女|老人|老爸|老妈|爸爸?|妈妈?|奶奶|爷爷|外公|外婆|老伴){_GAP}{{0,4}}(?:走丢|走失|不见)了"
)
_NO_MISSING = re.compile(r"找到了|找回|防走失|手环")
_SUICIDE = re.compile(
    rf"(?:不想|没法|没办法)(?:再)?活(?:了|下去|着|$|[,。!])|活不下去|活不了了|轻生|(?<!让人)(?<!热得)(?:真|好|都|我|就)想死(?!你|她|他)|想死(?:了|$|[,。!])"
    rf"|(?:要|想|准备|去|只能|只有|只好|干脆|从{_GAP}{{0,6}}){_GAP}{{0,3}}(?:跳楼|跳河|跳江|跳桥|割腕|上吊|自杀|喝农药|喝药)|(?:正在|站在楼顶|爬上楼顶){_GAP}{{0,6}}跳|结束(?:自己的?)?生命"
    rf"|了结(?:自己|生命|此生|残生)|死了算了|一死了之|(?<!生)不如(?:去)?死|寻死|活着(?:还有|也)?(?:没|有什么|有啥){_GAP}{{0,3}}(?:意思|意义|劲)|活够了|没有活下去|"
    rf"写好?了?遗书|吞(?:了)?{_GAP}{{0,4}}安眠药|自杀"
)
_NO_SUICIDE = re.compile(
    rf"跳楼价|跳楼机|跳楼甩卖|自杀式|自杀率|预防自杀|预防轻生|吓死|想死你|(?:店|企业|公司|工厂|生意|商户|商家|行业|厂子|实体|养殖场|合作社|花|树|苗){_GAP}{{0,6}}活不"
    rf"|(?:去年|前年|以前|曾经|上个?月|几年前){_GAP}{{0,10}}(?:跳楼|跳河|自杀|轻生)|慢性自杀|自杀身亡|年轻生命"
)
_LETTER = 150
_OWN_DESPAIR = re.compile(
    r"(?:我(?!市|区|县|国|省|校|院)|本人|现在)[^。;!?\n]{0,20}(?:不想(?:再)?活|(?:没法|没办法)(?:再)?活|活不下去|活着(?:还有|也)?(?:没|有什么|有啥)|活够了|(?<!不)想死|死了算了|寻死|轻生|自杀|跳楼|上吊|喝农药)"
)
_COURT = re.compile(
    rf"判决|判得|判刑|判了|误判|错判|改判|宣判|冤案|冤枉我?坐牢|一审|二审|再审|法官|强制执行|执行局|老赖|打官司|(?:法院|检察院|检察官){_GAP}{{0,10}}(?:判|审|执行|立案|受理|不公|偏袒|调解|拖|开庭|诉|批捕)"
    rf"|(?:向|到|去|在){_GAP}{{0,6}}法院(?!路|街|旁|门口|对面|附近|宿舍|家属|后面)|已经?{_GAP}{{0,4}}起诉|起诉{_GAP}{{0,8}}法院|胜诉|败诉|"
    rf"(?:派出所|公安|刑警|警察|交警){_GAP}{{0,10}}不(?:予|给|肯)?立案"
)
_NO_COURT = re.compile(r"判断|谈判|裁判|评判|审判员家属|研判|预判")

_ELECTION = re.compile(
    rf"贿选|拉选票|买选票|卖选票|伪造选票|选票{_GAP}{{0,6}}(?:造假|作假|不对|被改)|操纵选举|破坏选举|选举{_GAP}{{0,8}}(?:舞弊|作弊|不公|造假|违规|作假|不合法|违法|暗箱|给钱|送钱|送礼)"
    rf"|(?:换届|选举|选村|选代表|候选人){_GAP}{{0,12}}(?:拉票|给钱|送钱|发钱|送礼|送烟|贿)|拉票{_GAP}{{0,8}}(?:给钱|送钱|发钱|每人|一票)|选民登记|选民证|冒充选民|代投票"
)
_NO_ELECTION = re.compile(r"业委会|业主|班长|班干部|评选|微信投票|网络投票|朋友圈|萌娃|物业")


_DANGERS: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...] = (
    (DROWNING, _DROWNING, _NO_DROWNING),
    (FIRE, _FIRE, _NO_FIRE),
    (GAS, _GAS, None),
    (VIOLENCE, _VIOLENCE, _NO_VIOLENCE),
    (MEDICAL, _MEDICAL, _NO_MEDICAL),
    (RESCUE, _RESCUE, _NO_RESCUE),
    (MISSING, _MISSING, _NO_MISSING),
    (COLLAPSE, _COLLAPSE, _NO_COLLAPSE),
)
_NEEDED = AhoCorasick(
    sorted(needed_words([*PATTERNS, _SUICIDE, _COURT, _ELECTION, *(pattern for _, pattern, _ in _DANGERS)]))
)


_SAID_BEFORE = re.compile(r"^(?:再?补充|备注|另外|还有)[:,\s]*")
"""What says that more follows about the case, and nothing of what."""


# Several ask one after the other what one message carries.
@lru_cache(maxsize=8)
def detect(text: str) -> Signals:
    """Read off what comes before the topic: plain words by patterns, all others by what examples taught."""
    folded = _SAID_BEFORE.sub("", unspaced(fold(text).lower()))
    sounds = read_danger(folded)
    if not sounds and not _NEEDED.find_matches_as_indexes(folded):
        return NONE
    emergency, suicide = next(filter(None, map(_emergency, _read_for_danger(folded))), ""), _despairs(folded)
    loose = "" if emergency or suicide else _loose(folded)
    doubted = loose if sounds.harmless and loose != _SUICIDE_SAID else ""
    if loose and not doubted:
        emergency, suicide = ("", True) if loose == _SUICIDE_SAID else (loose, False)
    sure = sounds.sure and (sounds.label == DESPAIR or not tells_of_other_times(folded))
    if sure and not (emergency or suicide):
        emergency, suicide = ("", True) if sounds.label == DESPAIR else (kind_of(folded), False)
    return Signals(
        emergency=emergency,
        suicide=suicide,
        court=bool(_COURT.search(_NO_COURT.sub("", folded))),
        election=any(not _NO_ELECTION.search(_around(folded, found)) for found in _ELECTION.finditer(folded)),
        unsure=DANGER if doubted else ("" if emergency or suicide or not sounds else sounds.label),
    )


def _loose(folded: str) -> str:
    """Give what danger a short message tells of in words that mean something else in a letter."""
    return next(filter(None, map(short_alarm, _short_pieces(folded))), "") or next(
        filter(None, map(plain_alarm, _read_for_danger(folded))), ""
    )


def _despairs(text: str) -> bool:
    """A long letter tells of many people and years: there only the writer's own words of now raise the alarm."""
    text = _NO_SUICIDE.sub("", text)
    if not _SUICIDE.search(text):
        return False
    return (
        len(text) <= _LETTER
        or bool(_OWN_DESPAIR.search(text))
        or any(_SUICIDE.search(words) for words in _ends(text))
    )


def _ends(text: str) -> tuple[str, ...]:
    """Give how a very long text begins and ends: whoever fills a page first and then says it in a few words means them."""
    if len(text) <= MEANING:
        return ()
    return _AT_AN_END.split(text[:LONGEST])[0], _AT_AN_END.split(text[-LONGEST:].rstrip(_PAUSES))[-1]


def _read_for_danger(text: str) -> tuple[str, ...]:
    return text, *_ends(text)


def _short_pieces(text: str) -> Iterator[str]:
    """Give what is read as a short message is: the whole of one, and a very long text piece by piece."""
    if len(text) <= MEANING:
        yield text
        return
    yield from _ends(text)
    for _, piece in overlapping(text, LONGEST, LONGEST // 2):
        yield piece


def _emergency(text: str) -> str:
    for kind, pattern, no in _DANGERS:
        if any(
            not _WORRY.search(text[max(0, found.start() - _WORRY_REACH) : found.start()])
            and not _FEARED.search(found[0])
            and not (no and no.search(_around(text, found)))
            for found in pattern.finditer(text)
        ):
            return kind
    return ""


def _around(text: str, found: re.Match[str]) -> str:
    """Give the words around a danger in which something may say that it is none."""
    return text[max(0, found.start() - _NEAR) : found.end() + _NEAR]

"""What a short message says of danger now: there plain words mean what they say, in a long letter they tell of the past."""

import re

from nlp.alarms import more_alarms

LONGEST = 60
"""Characters; beyond this only the plainer words of nlp/alarms/signals.py raise an alarm."""

_GAP = r"[^,。;!?\n]"
_PERSON = "(?:小孩|孩子|娃|老人|老头|老太|大人|工人|行人|人)"
_DESPAIR = re.compile(
    rf"想不开|(?:站|爬|坐)(?:在|上|到)?{_GAP}{{0,4}}(?:楼顶|天台|窗台|桥栏)(?!{_GAP}{{0,6}}(?:漏|水箱|修|装|种|搭|扔))"
    rf"|(?:有人|有个人|她|他|邻居|同学|孩子){_GAP}{{0,6}}(?:要|想)?跳楼|跳楼了|不想(?:再)?拖累|药{_GAP}{{0,3}}准备好了|准备好{_GAP}{{0,2}}(?:安眠药|农药)"
    rf"|(?:吃|吞|喝)(?:了|下)?{_GAP}{{0,4}}(?:安眠药|农药|百草枯|敌敌畏|老鼠药)|(?:吃|吞)了(?:一瓶|一整瓶|很多|好多){_GAP}{{0,3}}药|死给{_GAP}{{0,3}}看|(?:我|去|要)去死|(?:要|想)(?:去)?跳{_GAP}{{0,5}}(?:大楼|楼|江|河|桥|湖)"
)
_THREAT = re.compile(
    r"(?:我要|我去|我就|老子|信不信我?|迟早|早晚)[^,。;!?\n]{0,6}(?:烧了|烧掉|炸了|炸掉|炸平|炸)(?!鸡|薯|串|油|货)"
)
_RESCUE = re.compile(
    rf"触电(?!隐患|危险|事故)|{_PERSON}{_GAP}{{0,4}}掉(?:下|进|到){_GAP}{{0,4}}(?:去了|了|里|$)|掉(?:下|进|到)(?:去|来)?了?{_GAP}{{0,3}}(?:个|一个)?{_PERSON}|电梯{_GAP}{{0,4}}{_PERSON}{_GAP}{{0,2}}被?困"
    rf"|(?:变压器|电箱|电表|插座|线路|电线){_GAP}{{0,5}}(?:冒|打|喷)?(?:火花|火星)|电线{_GAP}{{0,6}}(?:掉|落|垂|断){_GAP}{{0,3}}(?:地上|地面|水里|下来|路上)|电线杆{_GAP}{{0,3}}倒|漏电|电到(?:了)?{_GAP}{{0,3}}(?:人|我|狗|猫|孩子)"
    rf"|(?:[一两二三四五几]|\d)天{_GAP}{{0,3}}(?:没(?:有)?开门|没(?:有)?出门|没动静|没人应)|敲门{_GAP}{{0,3}}(?:没人应|没反应|不应)"
)
_MEDICAL = re.compile(
    rf"(?:发烧|高烧|疫苗|孩子|小孩|宝宝){_GAP}{{0,8}}(?:抽筋|抽搐)|(?:还|一直|现在|正)在抽(?!烟|水|奖|检|查)"
)
_VIOLENCE = re.compile(
    rf"性侵|猥亵|强奸|(?:跟踪|尾随)(?:我|孩子|女儿){_GAP}{{0,8}}|(?:家里|屋里|我家){_GAP}{{0,4}}(?:进贼|进小偷|进了贼|进了小偷|有贼)|入室(?:盗窃|抢劫)|(?:我|老人|孩子|爸|妈){_GAP}{{0,3}}被{_GAP}{{0,6}}打(?:了|伤|肿|得)"
    rf"|(?:保安|物业|城管|邻居|他们|老板){_GAP}{{0,4}}(?:把{_GAP}{{0,4}})?打(?:了|伤|我){_GAP}{{0,3}}(?:人|我|,|脸|$)|打得?{_GAP}{{0,4}}(?:肿|流血|出血)"
)
_FRAUD = re.compile(
    rf"(?:刚|刚才|刚刚|今天|我){_GAP}{{0,6}}(?:转了|转账了?|汇了|转过去|被骗走?了?){_GAP}{{0,8}}(?:万|千|块|元|钱)|(?:转了|汇了){_GAP}{{0,6}}(?:万|千|块|元){_GAP}{{0,6}}[,，]?(?:怎么办|被骗|骗子)"
)
_NOT_NOW = re.compile(
    r"去年|前年|以前|之前|曾经|上(?:个)?月|上周|几年前|容易|万一|怕|担心|如果|要是|防止|预防|宣传|演练|讲座|隐患|差点|险些|经常|总是|会不会|不小心会"
)
_HARMLESS = re.compile(
    r"打药|打电话|打车|打麻将|打牌|打扫|打扰|打折|打印|打不通|打疫苗|打针|打卡|打水|打篮球|打架斗殴|抽水|抽烟|抽查|抽检|抽奖|跳绳|跳舞|跳操|跳闸|掉漆|掉皮|掉头发|掉链子|掉了.{0,3}(?:手机|钥匙|东西|砖|瓷砖|墙皮)|转了.{0,3}(?:圈|趟|学|院|部门)"
)

_KINDS = (
    ("suicide", _DESPAIR),
    ("rescue", _RESCUE),
    ("medical", _MEDICAL),
    ("violence", _VIOLENCE),
    ("threat", _THREAT),
    ("fraud", _FRAUD),
)
PATTERNS = tuple(pattern for _, pattern in (*_KINDS, *more_alarms.KINDS))


def short_alarm(folded: str) -> str:
    """Give what danger a short folded text tells of, or nothing."""
    if len(folded) > LONGEST or _NOT_NOW.search(folded):
        return ""
    text = _HARMLESS.sub("", folded)
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "")


def plain_alarm(folded: str) -> str:
    """Give what danger a message tells of that is short as a whole; the same words in a letter tell of other times."""
    if len(folded) > LONGEST or _NOT_NOW.search(folded) or more_alarms.NO_DANGER.search(folded):
        return ""
    text = _HARMLESS.sub("", folded)
    return next((kind for kind, pattern in more_alarms.KINDS if pattern.search(text)), "")


def tells_of_other_times(folded: str) -> bool:
    """Tell whether a text holds words of what might be or of what was: what sounds like danger is asked about."""
    return _NOT_NOW.search(folded) is not None

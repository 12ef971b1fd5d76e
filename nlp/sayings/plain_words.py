"""Whole lines that ask for what a command does, in people's own words. When in doubt a line is a case."""

import re

_LONGEST = 40
_SHORT_POINTER = 16

SOLVED, UNSOLVED = "solved", "unsolved"

# Whole lines only, so nothing is looked for further on.
_HELLO = r"\A(?:请问|你好|您好|那么?|现在|目前|[,，! ]){0,6}"
_MINE = (
    r"(?:(?:(?:我们?的?|我家的?|上次的?|上回的?|之前的?|前几天的?|昨天的?|前天的?)?(?:我)?(?:反映|说|报|提|投诉)?过?的?"
    r"(?:那|这)?(?:个|件)?(?:事情?|问题|件|案子|反映)?)"
    r"|(?:上次|上回|之前|前几天|昨天|前天)(?:我?(?:反映|说|报|提|投诉)?过?的?)(?:那|这)?(?:个|件|盏|条|处)?.{0,6}?)"
)
_MY_MATTER = r"(?:我(?:家|们)?的?)?(?:那|这)(?:个|件|边).{0,6}?的(?:事情?|问题)"
_SPAN = r"(?:[0-9一二两三四五六七八九十几好多半]{1,6}个?(?:天|周|星期|礼拜|月|年)(?:多|半)?)"
PROGRESS = re.compile(
    _HELLO + rf"(?:{_MINE}|{_MY_MATTER})" + r"(?:现在|都|已经)?(?:"
    r"(?:办|进行|处理|走)?到(?:了)?(?:哪一?步|哪里|哪儿|什么程度|什么地步)了?"
    r"|(?:你们)?(?:(?:办|处理|弄|搞|修)(?:得|的))?(?:怎么样|咋样|怎样)了"
    r"|(?:电话|回电)(?:打|回)(?:过|了){1,3}(?:没有?|吗)|(?:我的)?编号(?:是)?(?:多少|几|什么)|(?:我的)编号|(?:进展|进度)(?:如何|怎么样|咋样|呢)?了?|(?:有|有没有|有啥|有什么)(?:进展|结果|消息|回复|回音|下文|眉目)了?(?:没有?)?"
    r"|(?:是)?(?:谁|哪个(?:部门|单位|站))在?(?:办|处理|负责)"
    r"|(?:什么时候|啥时候|多久|几时|哪天|何时|几天)(?:才)?(?:能|可以|会)?(?:给我)?"
    r"(?:修好|修|办好|办完|办|解决|处理好?|弄好|搞好|有结果|有消息|回复|回我|答复|好|有人来(?:修|看|管|处理|弄)?|派人来?(?:修|看)?|来人|来修|来看|来弄|清理?|清运|拆|通)"
    r"|(?:修|办|弄|搞|处理|解决)(?:好|完|掉)?了?(?:没有?|吗|么)"
    r")(?:了|啊|呀|呢|吗|么|没有?){0,4}"
)
"""How a case stands: “到哪一步了”, “上次那个灯修好了吗”."""
PRESSING = re.compile(
    _HELLO
    + rf"(?:我?都|已经?|我?等){{0,4}}(?:过去?|等)?了?{_SPAN}?了?[,， ]{{0,3}}(?:怎么|为什么|为啥|咋)?(?:还是?|都|一直|到现在都?)(?:没有?|不见)"
    r"(?:个?人)?(?:来)?(?:管|理|修|处理|解决|办|回复?|答复|动静|消息|结果|反应|看到人)(?:好|我)?(?:了|啊|呀|呢|吗){0,4}"
    + rf"|{_HELLO}(?:怎么|为什么|为啥|咋)?(?:还是|都|一直|到现在|到现在都|就是)?(?:没人|没有人|没得人)(?:来)?(?:管|理|睬|问|来|修|回)(?:我们?|俺)?(?:的|啊|了|呀|吗|么|呢){{0,4}}"
    + rf"|{_HELLO}(?:我?都|已经?)?(?:好?{_SPAN}了?[,，。 ]{{0,3}})?(?:你们?)?(?:到底|究竟)(?:还)?(?:修不修|管不管|办不办|弄不弄|来不来|处理不处理|解决不解决)(?:啊|了|呀|呢){{0,4}}"
)
"""Impatience that names no trouble of its own: “都过去三天了怎么还没人管”."""
URGES = re.compile(
    _HELLO + r"(?>请|麻烦|再|能不能|可以|可不可以|你们?|我要?|想|帮我?们?|给我?|把|[,，! ]){0,8}"
    r"(?:催(?:催|办|促|问)?(?:一?下|一催)?)(?:他们|(?:那|这)?(?:个|件)?(?:事情?|件)?)?(?:吧|啊|了|吗|呗|好吗|谢谢|[,，! ]){0,6}"
)
"""Somebody is to be urged on, and no trouble is named: “催一下”, “帮我催催”."""
ASKS_AFTER = re.compile(
    _HELLO
    + r"(?:(?:我们?|我家|咱们?)的?)?(?:(?:那|这)(?:个|件|盏|条|部|边)?)?(?P<thing>[\u4e00-\u9fff\d]{1,12}?)(?:的(?:事情?|问题))?"
    r"(?:现在|到底|都|已经|还|是不是){0,4}(?:"
    r"(?:有没有|有)(?:派)?人(?:来|在|去)?(?:修|管|弄|清理?|处理|看|换|办|负责)过?(?:了)?(?:吗|么|没有?)?"
    r"|(?:修|弄|办|清理?|清运|处理|解决|换|搞|补)(?:好|完|掉|干净)?(?:了)?(?:没有?|吗|么)"
    r"|(?:什么时候|啥时候|几时|哪天|多久|何时)(?:才)?(?:能|可以|会)?(?:有人|派人)?(?:来)?(?:修|弄|办|清理?|清运|处理|解决|换|搞|补)(?:好|完|掉|干净)?"
    r"|(?:办|处理|修|弄)?(?:得)?(?:怎么样|咋样|怎样)了"
    r")(?:了|啊|呀|呢|吗|么){0,4}"
)
"""How the voter's own matter stands, by its name: “电梯有人修吗”, “路灯修好没有”."""
WITHDRAWS = re.compile(
    r"(?:(?:(?:没事了|算了|好了|这(?:一?件)?事|那(?:一?件)?事|[,，、! ]){0,6})(?:我要|我想)?(?:撤回|撤销|我?(?:不要|不用|不想?|别)(?:再)?(?:办|反映|投诉)了|(?<=算了)不用了|(?<=算了[,，])不用了)"
    r"(?:这|那|刚才那|上)?(?:一|个)?(?:件|事|条)?(?:事情?|反映|民情)?(?:了|吧){0,3}"
    r"|(?:算了|没事了|[,，、! ]){0,6}(?:我?(?:不(?:想)?说|不(?:想)?反映|不告)了|(?:就)?当我没(?:说|反映)过?|我不要了|(?:不要|别)办了)(?:吧|啊|了){0,3})"
    r"\s{0,4}((?:\d{4}-)?\d{0,6})"
)
RESTORES = re.compile(
    r"(?:(?:算了|不|等等|等一下|说错了|点错了|我|还是|又|请|帮我|把?(?:这|那|刚才那)?(?:一|个)?(?:件|事)|[吧了啊呀,，、! ]){0,8}"
    r"(?:(?:不|别|不要|不想)撤(?:回|销)?了?|恢复(?:一下)?|撤销撤回|取消撤回|(?:接着|继续|还要|还是)(?:给我)?办|还(?:是)?要(?:反映|办)|重新办|撤错了)){1,3}"
    r"(?:吧|了|啊|呀|这件|那件|[,，、! ]){0,6}"
)
"""A withdrawal is taken back: “算了不撤了”, “不撤了 还要办”, “恢复”."""
_AGAIN = r"(?:不对|错了|不是的?|搞错了|说错了|写错了|打错了|等一下|等等|等下|我?弄错了)"
_CORRECTS = re.compile(
    rf"(?:不是[^,，]{{2,12}}[,， ]{{1,3}}(?:而)?是(?P<after>.{{2,20}}?)"
    rf"|(?:{_AGAIN}[,，、! ]{{0,3}}){{0,3}}我(?:想|要)?说的?是(?!不是)(?P<meant>.{{2,20}}?)(?:[,， ]{{1,3}}不是.{{1,12}})?"
    rf"|(?:{_AGAIN}[,，、! ]{{0,3}}){{1,3}}(?:应该)?(?:是|在)(?!不是)(?P<place>.{{2,20}}?)"
    rf"|(?:{_AGAIN}[,，、! ]{{0,3}}){{0,3}}(?:地点|类别|位置)?(?:换成|换到|改成|改到|改为|更正为)(?P<changed>.{{2,20}}?))"
    r"(?:的|那边|那里|那个|才对|吧|啊){0,4}"
)
"""What was filed is mended: “不对，是新桥社区”, “改成噪音”, “我想说的是停车，不是垃圾”."""

_SOLVED = re.compile(
    r"(?:嗯|对|是的?|谢谢你?们?|感谢|已经|确实|都|真的|[,，!、 ]){0,6}"
    r"(?:(?:修|弄|搞|办|处理|换|装)?好(?:的)?(?:啦|了)|解决(?:好)?(?:啦|了)|亮了|通了|(?:修|弄|办|处理|解决)完了|没问题了|行了|可以了|(?:很)?满意)"
    r"(?:好了|已经|都|谢谢你?们?|感谢|辛苦了|[,，!、 的啊呀]){0,6}"
)
_UNSOLVED = re.compile(
    r"(?:根本|还是?|都|一点都?|也|并)?(?:没有?|未)(?:修好?|弄好|搞好|办好?|处理好?|完全)?(?:解决|好|有|变化|动静|人来)?(?:啊|呀|呢|呐|的)?"
    r"|(?:没有?|还没有?|根本没有?|又没有?)(?:解决|修好|修|弄好|好|处理|办好|人来).{0,30}"
    r"|(?:又|还|还是|还在|仍然?|依然|依旧)(?:坏|不亮|不行|老样子|那样|漏|堵|响|一样|停|闪|冒|滴水|渗水).{0,20}|(?:不行|没用|假的|骗人)(?:啊|的)?|不好|没好.{0,20}"
)
_SCOLDS = re.compile(r"你们|踢皮球|推来推去|推三阻四|敷衍|糊弄|忽悠|不作为|不办实事|吃干饭")
_WHERE_ONLY = re.compile(
    r"[东西南北][边面]|村里|村上|村头|小区里|楼下|楼上|门口|家里|路边|这边|那边|这里|那里"
)


def verdict(line: str) -> str:
    """Give what a line answers to “真的好了吗”: `solved`, `unsolved`, or nothing where it does not say."""
    if len(line) > _LONGEST:
        return ""
    if _SOLVED.fullmatch(line):
        return SOLVED
    return UNSOLVED if _UNSOLVED.fullmatch(line) and not line.endswith(("吗", "么")) else ""


_NO_WORD_OF_A_CASE = re.compile(r"(?:还|都|也)?(?:没有?|未)(?:啊|呀|呢|呐|有)?")
_RECURS = re.compile(
    r"又(?:坏|不(?:亮|通|行|灵|响|走|动|转|出水|来)|堵|漏|停|响|臭|塌|灭|断|裂|掉|熄|黑|积水|冒|反弹|乱|没|晃|吵|脏|闪)|又[^,，。没有]{1,3}起来"
    r"|(?:还是|仍旧|仍然|依然|依旧|照样)(?:没|不|在|一样|老样子|那样|坏|漏|堵|响|臭|乱|有|晃|吵|脏|闪|暗|黑|滑|松|歪|断|冒|差)"
    r"|(?:没有?|未)(?:真正?|彻底|完全)?(?:修|弄|搞|换|清|处理|解决)(?:好|掉|干净|完|彻底)"
    r"|死灰复燃|反弹|老样子|(?:修|换|弄|清)(?:好|完|了)(?:没|不到)(?:几|两|三)?天"
)
"""What is said of a trouble that was told before."""
_LONGEST_RETURN = 60
_MAY_RETURN = re.compile(
    r"又(?!有(?:一|两|个|件)|(?:想|要)(?:反映|说|问|来)|来(?:麻烦|打扰)|是谁|怎么)"
    r"|(?:还|还是|仍|仍然)(?:黑|暗|脏|臭|乱|吵|漏|堵|响|坏|没(?!人)|占|停)|(?:一点|根本|就|都|完全)?没(?:弄|动|变|亮|清|修|换)|不满意"
)
_LONGEST_DOUBT = 20
_AHEAD = re.compile(
    r"(?:补充)?[,，:： ]{0,6}(?:(\d{4}-\d{3,6}|\d{8}|\d{3,4})(?![\d栋幢号楼室弄年月日点])[,，:： ]{0,6})?(.*)",
    re.DOTALL,
)


def comes_back(words: str) -> bool:
    """Tell whether words speak of a trouble told before that is not mended, or there again: “又坏了”, “还是不亮”."""
    if verdict(words) == UNSOLVED and not _NO_WORD_OF_A_CASE.fullmatch(words):
        return True
    return len(words) <= _LONGEST_RETURN and _RECURS.search(words) is not None


def may_come_back(words: str) -> bool:
    """Tell whether a short line may speak of a trouble that has just ended: “垃圾又满了”, “不满意”, “还黑着”."""
    asked = words.endswith(("吗", "么", "呢"))
    return len(words) <= _LONGEST_DOUBT and not asked and _MAY_RETURN.search(words) is not None


def numbered(line: str) -> tuple[str, str]:
    """Give the number that stands ahead of words about a case, if one does, and the words."""
    found = _AHEAD.fullmatch(line)
    return (found[1] or "", found[2]) if found else ("", line)


def of_a_case(line: str) -> bool:
    """Tell whether a line says how a case told before has turned out."""
    words = numbered(line)[1]
    return comes_back(words) or may_come_back(words) or verdict(words) == SOLVED


_HOLDS = re.compile(
    r"(?:嗯|对|是的?|现在|目前|一直|都|也|还|还是|仍然?|挺|很|蛮|[,，、 ]){0,6}(?:亮着?|好着?|好的|正常|没坏|没再坏|没问题|通着?|可以|不错)(?:呢|的|啊|呀|了|,|，|谢谢){0,6}"
)


def holds(line: str) -> bool | None:
    """Tell what a line answers to “现在还好吗”: it still holds, it does not, or it does not say."""
    if len(line) > _LONGEST or line.endswith(("吗", "么")):
        return None
    if comes_back(line):
        return False
    return True if _HOLDS.fullmatch(line) or verdict(line) == SOLVED else None


def corrected(line: str) -> str:
    """Give the words that a line puts in the place of what was filed; empty where it mends nothing."""
    found = _CORRECTS.fullmatch(line) if len(line) <= _LONGEST else None
    return next((words for words in found.groupdict().values() if words), "") if found else ""


_GIVES_UP = re.compile(
    r"(?:(?:谢谢你?们?|好的?|嗯|哦|那|就|还是|[吧啊了啦,，、! ]){0,6}"
    r"(?:算了|(?:不|别|不用|不想|不要|不必)(?:改|弄|搞|选|填|写|换|麻烦|折腾|动|说)(?:了|啦|它)?|就这样|随便)){1,3}"
    r"(?:吧|啊|了|啦|谢谢你?们?|[,，、! ]){0,6}"
)


def gives_up(line: str) -> bool:
    """Tell whether a line only leaves what was asked: “算了 不弄了”, “谢谢 不改了”."""
    return len(line) <= _SHORT_POINTER and _GIVES_UP.fullmatch(line) is not None


_POINTS_OUT = re.compile(
    r"(?:就是|是|我说的是|在)?(?:靠近|挨着|靠着|临近|离|有|那个|那边)?.{0,8}?(?:近的?|旁边?的?|边上的?|附近的?|对面的?|后面的?|前面的?|里面的?)?(?:那个|那一个|那边|那头|这个|这边)(?:的|小区|社区|啊|吧){0,4}"
)


def points_out(line: str) -> bool:
    """Tell whether a line says which of several places is meant: “靠近菜场那个”."""
    return len(line) <= _SHORT_POINTER and _POINTS_OUT.fullmatch(line) is not None


_ASKED = re.compile(r"[吗么样没]|时候|几时|哪天|多久|何时")
"""What every question of ASKS_AFTER holds, looked for first."""
_WAYS = (PROGRESS, PRESSING, URGES, WITHDRAWS, RESTORES, _CORRECTS)


def asks(line: str) -> bool:
    """Tell whether a line is for something else than a case, so that it must be read with care."""
    if of_a_case(line) or (len(line) <= _LONGEST and any(way.fullmatch(line) for way in _WAYS)):
        return True
    return (
        len(line) <= _LONGEST_DOUBT and bool(_ASKED.search(line)) and ASKS_AFTER.fullmatch(line) is not None
    )


def names_no_topic(line: str) -> bool:
    """Tell whether a line below a menu of topics is none: anger at whoever should act, or only where it is."""
    return _SCOLDS.search(line) is not None or _WHERE_ONLY.fullmatch(line) is not None

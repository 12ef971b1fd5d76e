"""Numbers of flats: building and unit stay, because a lamp must be found; who lives behind which door is hidden."""

import re
from collections.abc import Iterator

from nlp.masking.spans import FLAT, Span

_CHINESE = "零〇一二三四五六七八九幺两"
_PLAIN = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_FORMAL = re.compile("[壹贰叁肆伍陆柒捌玖拾]")
_NUMERAL = rf"(?:[0-9]{{1,3}}|[{_CHINESE}十百]{{1,4}})"
# Every run of digits is looked at once, with a few letters before and after it.
_RUN = re.compile(rf"[0-9]{{3,}}|[{_CHINESE}十百]{{3,}}")
_ROOM = re.compile(
    rf"(?:[1-9]|[0-6][0-9])[0-4][0-9]|[一二三四五六七八九](?:[零〇幺一二][{_CHINESE}])|[一二三四](?:十|[{_CHINESE}])[零〇幺一二][{_CHINESE}]|十[{_CHINESE}]?[零〇][{_CHINESE}]"
)
"""A floor and a door on it: 402, 1502, 五零一."""
_AFTER = re.compile(r" ?(?:号?室|号?房间?(?![价租子屋产东])|号(?![楼线路门])|户(?=主))")
_COUNTED = re.compile(
    r"[0-9]| ?(?:(?:多|余|来|几)(?:户|家|年|人|[元块万千百平方米度个次辆天件])|年|[元块万千百]|平|方|米|度|路|号线|号楼|幢|栋|[0-9]|个|次|辆|天(?![天花台井])|人|件|户(?!主)|层|楼(?!上|下|[的道漏顶])|分|秒|斤|株|棵|%|月|日|点|车|位|报警|班|\.[0-9])"
)
_HOUSE = rf"(?:{_NUMERAL}|[A-Za-z甲乙丙丁东西南北])"
_IN_BUILDING = re.compile(
    rf"(?:{_HOUSE}[- ]{{0,2}}(?:号楼|号院|号里|弄|幢|栋|座|号门?|#|楼|单元|门|梯|层)|单元|幢|栋)[ ,\-—]{{0,2}}$"
)
_THREE = re.compile(
    rf"(?<![0-9\-—./:])(?P<house>[0-9]{{1,3}}|[{_CHINESE}十]{{1,3}})(?:[\-—–~/#幢栋]|号楼) ?(?P<unit>[0-9]|1[0-2]|[一二三四五六七八九])[\-—–~/] ?$"
)
_UNIT_DOOR = re.compile(r"(?:号楼|幢|栋|座|#|号) ?(?:[1-9]|1[0-2])[\-—–/]$")
_TWO = re.compile(
    r"(?:^|[,。;:!?\n] ?|[区苑村园里弄庭府城邸院居座寓]|住在?|家在?|家是|门牌|地址[是为:]?)[ ,:]{0,2}[0-9]{1,3}[\-—–]$"
)
_CUE = re.compile(
    r"(?:我们?家|我们?住|家住|住在?|住的是?|家在|家里是?|楼上|楼下|隔壁|对门|对面|邻居|房号|室号|门牌号?|户号|房间号?|我是|的是|就是|(?i:room|apt\.?|flat|apartment|suite) ?#?|业主|住户|租户|租客)(?:的|是|在|为|:|我|那|了| ){0,3}$"
)
_CLAUSE = re.compile(r"(?:^|[,。;:!?\n ])$")
_SPEAKS = re.compile(
    r"(?:说|讲|跟我|和我|也?不(?:承认|管|开门|肯|让|同意|认)|没人(?!管|修|来)|他家|她家|那家|,就(?:是|那)|答应|死活|天天|半夜|一直|老是)"
)
"""What only somebody does who lives there."""
_WHO_LIVES = re.compile(
    r" ?(?:的?(?:住户|业主|租客|租户|房客|邻居|户主|人家|那家|那户|这家|这户|老太|老头|房东|小[伙孩夫]|年轻人|人(?!次|份))|(?:的|那[个位]?){0,2}(?:老|小)?[\u4e00-\u9fff](?:阿姨|大爷|大妈|大姐|大哥|大伯|大叔|大婶|奶奶|爷爷|先生|女士|老师|师傅|叔|婶|嫂|家(?!庭|长|具|园))|家(?=天天|每天|的|漏|半夜|晚上|又|总|老是|养|里)|漏水|渗水|装修|敲墙)"
)
_FLOOR_DOOR = re.compile(
    rf"(?:号楼|[幢栋座]|单元)(?P<id> ?(?:[0-9]{{1,2}}|[{_CHINESE}十]{{1,3}})[\-—–][0-9]{{1,2}}(?: ?号?[室房])?)(?![0-9\-])(?! ?(?:楼|层|单元|号|点|月|日|幢|栋|人|天|年|个|次|元|米|车))"
)
_SIDE = re.compile(
    rf"(?:[0-9]|[{_CHINESE}十])[楼层](?P<id>[东西南北中左右][边手面侧]?(?:户|那家|那户|第[一二三]家|头那户))"
)
_ON_FLOOR = re.compile(
    rf"(?:[0-9]|[{_CHINESE}十])[楼层] ?(?P<id>(?:0[1-9]|[零〇][{_CHINESE}])(?: ?号?[室房])?)(?![0-9路]|号(?![室房]))"
)
_FLOOR_NUMBER = re.compile(
    rf"(?:号楼|[幢栋座]|单元) ?(?:[0-9]{{1,2}}|[{_CHINESE}十]{{1,3}})[楼层] ?(?P<id>(?:[0-9]{{1,2}}|[{_CHINESE}十]{{1,2}})(?:号(?![楼线路])|室|号?房|户))"
)
_ASKED = re.compile(r"(?:找|问|跟|和|去|敲|叫|到)(?:过|了|的)?$")
_ANSWERS = re.compile(r"问|说|谈|讲|商量|协商|理论|敲|反映|那|的(?!公交)|也|都|又|她|他|人")
_MORE = re.compile(r"[、,和跟与及至到或\-~ ]{1,2}$")
_PUBLIC = re.compile(
    r"(?:中心|大厅|医院|学校|学院|小学|中学|幼儿园|政府|街道办|办事处|居委会|村委会|社区(?:服务站)?|派出所|法院|仲裁院|写字楼|教学楼|办公楼|行政楼|会议|办公|窗口|联络站|局|所|科|庭)[^,。;!?\n]{0,8}$"
)
_HOTLINES = frozenset({"110", "119", "120", "122", "114"})
_COUNTING = "零一二三四五六七八九十"
"""Whoever says 一二三 counts."""
_LOOK_BACK, _SHORTEST, _LONGEST = 16, 3, 4
_SOMEBODYS = "某户"


def find_flats(typed: str) -> Iterator[Span]:
    """Find the number of a flat, wherever it stands behind a building, a unit, a floor, or is told of alone."""
    text = typed.translate(_PLAIN) if _FORMAL.search(typed) else typed
    before = -_LOOK_BACK
    for run in _RUN.finditer(text):
        span = _flat(text, run.start(), run.end(), before)
        if span is not None:
            before = span.end
            yield span
    for pattern in (_FLOOR_DOOR, _SIDE, _ON_FLOOR, _FLOOR_NUMBER):
        for found in pattern.finditer(text):
            yield Span(found.start("id"), found.end("id"), FLAT, _SOMEBODYS)


def _flat(text: str, start: int, end: int, last: int) -> Span | None:
    """Read one run of digits as a door, after the last door that was found."""
    digits = text[start:end]
    if not _SHORTEST <= end - start <= _LONGEST:
        return None
    after = _AFTER.match(text, end)
    stop = after.end() if after else end
    counted = _COUNTED.match(text, stop)
    before = text[max(0, start - _LOOK_BACK) : start]
    if counted:
        return None
    if (three := _THREE.search(before)) and not _is_day(digits, three["unit"]):
        begin = start - len(before) + three.start()
        return Span(begin, stop, FLAT, f"{three['house']}幢{three['unit']}单元{_SOMEBODYS}")
    if not _ROOM.fullmatch(digits) or digits in _COUNTING:
        return None
    if start - last <= 2 and _MORE.fullmatch(text[last:start]):  # noqa: PLR2004 -- 402、403
        return Span(start, stop, FLAT, _SOMEBODYS)
    neighbour = last > 0 and _ASKED.search(before) and _ANSWERS.match(text, stop)
    door = neighbour or _is_door(text, digits, before, end, stop)
    return Span(start, stop, FLAT, _SOMEBODYS) if door else None


def _is_door(text: str, digits: str, before: str, end: int, stop: int) -> bool:
    if building := _IN_BUILDING.search(before):
        on_a_floor = building[0].rstrip(" ,-—")[-1:] in {"楼", "层"}
        return not (on_a_floor and _PUBLIC.search(before))
    if digits in _HOTLINES and stop == end:
        return False
    if _UNIT_DOOR.search(before) or _TWO.search(before):
        return True
    named = text[end:stop].strip()[-1:] in {"室", "房", "间", "户"}
    speaks = _CLAUSE.search(before) and _SPEAKS.match(text, end)
    alone = named or speaks or _CUE.search(before) or _WHO_LIVES.match(text, end)
    return (
        bool(alone)
        and not _PUBLIC.search(before)
        and not (end == stop and digits[:2] in {"19", "20"} and len(digits) == _LONGEST)
    )


def _is_day(digits: str, month: str) -> bool:
    return digits[:2] in {"19", "20"} and len(digits) == _LONGEST and month.isdigit()

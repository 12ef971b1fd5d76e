"""Names of people, where something beside them says that they are names."""

import re
from collections.abc import Iterator, Sequence

from ahocorasick_rs import AhoCorasick

from nlp.masking.bare_names import announced_name, find_bare_names, is_word
from nlp.masking.name_lists import COMPOUND, COMPOUNDS, GIVEN, HAN, LISTS, continued, surnames
from nlp.masking.odd_names import find_odd_names, find_pet_names
from nlp.masking.spans import CALLED, NAME, PHONE, Span

_STRONG = re.compile(
    r"名字(?:叫做?|是|[:：])|名叫(?<![店路街区楼校司村厂]名叫)|叫做|(?:户主|房主|业主)叫(?=[\u4e00-\u9fff]{2,4}[,。;:、 \d]|[\u4e00-\u9fff]{2,3}$)|我叫(?!做|人|来|他|她|你|物业|城管|警|了|过|不)|[俺偶]叫|本人叫|鄙人叫"
    r"|姓名(?:\(.{1,6}\))?|联系人(?!员)|户主(?:姓名)?(?=[是为: ])|(?:申请|反映|来访|投诉|举报|报修|委托|经办|受托|当事|签收|收件|寄件|填表|诉求|责任|权利)人(?:姓名)?(?=[是为: ])"
    r"|(?:署名|落款|签名|签字|房主|机主|车主|持卡人|户名|真名|实名|大名)(?=[是为: ])|(?:贵姓|称呼我|叫我|喊我)(?=[是为: \u4e00-\u9fff])"
)
_LOOSE = re.compile(r"姓名|称呼我|[叫喊]我|贵姓|联系人")
"""After these, with no mark between, as much else follows as a name."""
_AFTER_CUE = re.compile(r"(?:是|为|叫|:|=| |\n|,(?=[^ ]{2,4}[,。]))*")
_TAKEN = re.compile(rf"[{HAN}]{{1,10}}(?: ?[·•・.‧∙⋅●] ?[{HAN}]{{1,10}}){{1,4}}")
"""A name of several parts with dots between them: 买买提·吐尔逊."""
_DOTTED = re.compile(
    r"(?:买买提|麦麦提|买合木|阿不都|阿卜杜|阿布都|阿迪力|艾合|艾尼|艾山|吐尔|吐尼|玉素|依明|依布|伊布|古丽|古力|帕提|帕尔|热合|热依|热娜|努尔|努热|祖丽|阿依|阿米|木合|木沙|塔依|海热|卡德|卡哈|库尔|赛买|沙吾|哈力|哈斯|巴特|其其|乌云|娜仁|扎西|卓玛|次仁|平措|旺堆|央金|达瓦|拉姆|格桑|多吉|索朗|边巴|尼玛|"
    r"迪丽|地力|亚森|肉孜|司马义|铁木|萨迪|叶尔|加娜|赛力|哈提|海拉|库万|合曼|吾买|买提|尔逊|拉木)"
)
_DOT = re.compile(r"[·•・.‧∙⋅●]")
_LATIN = re.compile(r"[A-Za-z]{2,15}(?: [A-Za-z]{2,15}){0,2}")
_END = r"(?=[,。;:、!?\s\d()（）\-—~/|<>\"'“”*＊]|家?住|家|今年|电话|手机|身份|联系|微信|反映|反应|说[的过,。:]?|受|摔|病|住院|突然|昨|去年|前天|去|没|也|还|[一二三四五六七八九]十|来(?:反映|电|访|说)|想|要|的(?:电话|手机|身份|家|房|车|名)|和|与|跟|向|在|被|把|投诉|举报|求助|报|是(?:个|我|这|东|西|户|一)|因|于|已|从|现|女|男|老师|师傅|先生|女士|阿姨|大爷|大妈|敬上|[呈谢]|$)"
_ENDS = re.compile(_END)
_I_AM = re.compile(
    r"是(?:(?<=我是)|(?<=本人是)|(?<=俺是)|(?<=这里是)|(?<=这边是)|(?<=我就是))(?:[^,。;!?\s]{0,14}?(?:的|居民|业主|住户|村民|租户|租客|家长|户主|老师|店主|老板|司机))?|本人(?<![基日资根成书版]本人)|鄙人"
    r"|(?:业主|住户|村民|居民|租户|租客|家长|职工|商户|群众|市民)(?<=[^\u4e00-\u9fff]..)|(?:业主|住户|居民|租户|户主|村民)(?<=[幢栋号室户元村区苑园组队的]..)"
    r"|^(?:业主|住户|村民|居民|租户|租客|家长|职工|商户|群众|市民)"
)
_CALLS = re.compile(
    r"(?:叫(?<![呼你您骂我]叫)|名字是|就是叫|小名|大名|化名)(?!我|你|什么|做|人|来|过|了|不|停|卖|喊|声|价|号|车|板|救|警|物业|城管|他|她|它|我们?(?:去|来))"
)
_KIN = re.compile(
    r"(?:儿子|女儿|老公|老婆|丈夫|妻子|爱人|老伴|父亲|母亲|爸爸?|妈妈?|爷爷|奶奶|外公|外婆|孙子|孙女|哥哥?|姐姐?|弟弟?|妹妹?|孩子|小孩|女婿|儿媳|媳妇|婆婆|公公|岳父|岳母|舅舅?|姑姑?|姨妈?|叔叔?|伯伯?|侄子|侄女|外甥|表[哥弟姐妹]|堂[哥弟姐妹]|邻居|房东|租客|同事|朋友|同学|工友|室友|对象|女友|男友|替|帮)"
)
_SURNAMED = re.compile(
    rf"姓(?:(?<=免贵姓)|(?<![百贵尊同单复跟随改异本]姓))(?!名|氏|什么|啥|的)(?P<id>(?:{COMPOUND}|[{HAN}]))(?=[,。;:、!?\s\d]|的|,|名|$|住|家|男|女|叫|是|在)"
)
_OLD_BEFORE = re.compile(
    r"(?:^|[,。;:!?\s、(“\"]|邻居|隔壁|楼上|楼下|对门|同事|朋友|替|帮|给|跟|找|问|叫|喊|我是|住户|业主|房东|租客|工友|家|让|由|户)$"
)
_NAMED_OLD = re.compile(
    r"(?P<id>[老小阿](?P<name>[\u4e00-\u9fff]))(?P<after>$|[,。;:!?\s、)”\"]|说|讲|家|的|他|她|报|反映|住|也|和|跟|与|打|来|去|摔|今年|今天|昨天|已经|在|一个|夫妻|夫妇|两口子|那|女|男|把|被|是|年纪|身体|腿|有|没|电话)"
)
_TITLE = r"(?:阿姨|大爷|大妈|大娘|奶奶|爷爷|叔叔|叔|大叔|伯伯|大伯|老伯|阿伯|婶婶?|大婶|嫂子?|大嫂|大姐|大哥|姐|哥|先生|女士|小姐|太太|老太太?|老爷子|老爹|老汉|师傅|同学|老师傅|阿婆|阿公|阿太|伯母?|老师|大娘|婆婆|公公|家嫂|[二三四]?[婶嫂哥姐叔伯爷姨])"
_TITLED = re.compile(_TITLE)
_TITLED_BEFORE = re.compile(
    r"(?:^|[,。;:!?\s、(“\"]|邻居|隔壁|楼上|楼下|对门|的|替|帮|给|跟|和|与|找|问|叫|是|住户|业主|房东|租客|家|位|让|由|到|户|室|了|幢|栋|号|托|陪|向|被|人|员|[上下])$"
)
_SIGNED = re.compile(
    rf"(?:此致[,。!\s]{{0,3}}(?:敬礼)?|敬礼|谢谢[您你们大家]{{0,2}}|感谢|敬上|拜托了?|反映人|投诉人|[。!?\n])[,。!;\s:]{{0,4}}(?P<id>(?:{COMPOUND}|[{HAN}]) ?[{HAN}](?: ?[{HAN}])?)(?:敬上|呈上?|拜上|上|留)?[。 \n]{{0,4}}(?:(?:19|20)?\d\d[年\-./]\d{{1,2}}[月\-./]\d{{1,2}}日?)?[。\s]{{0,4}}$"
)
_NEAR_NUMBER = r"[ :,，(（)\-—]{0,3}(?:先生|女士|小姐|阿姨|大爷|师傅|的|联系)?(?:(?:手机|联系)?(?:电话|号码?|手机|方式|tel|TEL|Tel|微信){1,6}[是为: ]{0,3}|[ :,(（\-—)]{1,3}|)"
_BEFORE_NUMBER = re.compile(rf"{_NEAR_NUMBER}$")
_AFTER_NUMBER = re.compile(r"[ ,:，(（)\-—\n]{1,3}(?:联系人|找|是)?[: ]{0,2}|[(（]|找")
_NAME_START = re.compile(
    r"\A\Z|(?:[,。;:!?\s、()（）]|找|联系|请|是|叫|给|人|主|户|民|打|致电|和|或|跟|与|向|同|由|联系[到上了]|[走回]访了?|告知)$"
)
_MET = re.compile(r"(?P<talk>[与和跟同向])|联系[到上了]?|[走回]访了?|告知|(?:住户|居民|业主|户主|当事人)")
_MET_TALKED = re.compile(
    r"(?:同志)?(?:本人)?(?:电话|当面|现场|已|再次|多次|取得)?(?:联系|沟通|核实|约定|约好|对接|说明|解释|通话|通[过了]?电话|见面|面谈|协商|确认|商定|商量)"
)
_MET_ENDS = re.compile(r"(?:同志|本人)?(?:[,。;!?()（、]|$)")
_HAN = re.compile(f"[{HAN}]")
_ALONE = re.compile(
    rf"^ ?(?P<id>(?:(?:{COMPOUND})[{HAN}]{{1,2}}|[{HAN}] ?[{HAN}](?: ?[{HAN}])?))(?=[ ,;:(\n]|问:|敬上|$)",
    re.MULTILINE,
)
_ALSO_WORDS = frozenset(["东方", "百里", "西门", "南宫", "东郭", "单于", "公孙", "太史", "司空"])
_COMPOUND_NAME = re.compile(rf"(?:{'|'.join(sorted(COMPOUNDS - _ALSO_WORDS))})(?P<given>[{HAN}]{{1,2}})")
_FAMOUS = frozenset(LISTS["famous"].split())
_NOBODY = frozenset(LISTS["nobody"].split()) | frozenset(LISTS["no_bare"].split()) | _FAMOUS
_NOT_LAST = frozenset(LISTS["not_last"])
_SURE_TITLE = frozenset(
    ["女士", "先生", "大爷", "大妈", "大娘", "阿姨", "奶奶", "爷爷", "师傅", "婆婆", "阿婆", "老太", "老太太"]
)
"""Titles before which a surname needs nothing else beside it."""
_OFFICE_TITLE = re.compile(
    r"(?:局长|书记|经理|先生|女士|小姐|主任|市长|区长|县长|镇长|乡长|村长|所长|科长|处长|部长|院长|校长|站长|厅长|队长|组长|会长|董事|老师|护士|医生|律师|代表|同志|师傅|阿姨|大爷|大妈|总)$"
)
_RISKY = frozenset(LISTS["risky"])
"""Surnames that begin other words all the time."""
_OPENS = frozenset(LISTS["opens"])
_NOT_IN = frozenset(LISTS["not_in"])
_TEACHER = "老师"
_TWO, _THREE, _FOUR = 2, 3, 4
_LONGEST_DOTTED = 16


_CUES = AhoCorasick(LISTS["cues"].split())
"""A cheap search for these goes first: few messages hold one."""


def find_names(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Find names by what stands beside them; `spans` tells where numbers of people stand."""
    if _CUES.find_matches_as_indexes(text):
        yield from _by_strong_cue(text)
        yield from _by_cue(text)
        yield from find_pet_names(text)
    yield from find_odd_names(text)
    yield from _dotted(text)
    yield from _called(text)
    yield from _signed(text)
    yield from _opening(text)
    yield from _compound(text)
    yield from _beside_numbers(text, spans)
    yield from _met(text)
    yield from find_bare_names(text)


def _by_strong_cue(text: str) -> Iterator[Span]:
    for cue in _STRONG.finditer(text):
        gap = _AFTER_CUE.match(text, cue.end())
        start = gap.end() if gap else cue.end()
        marked = ":" in text[cue.end() : start] or text[cue.end() : start][:1] in {"是", "为"}
        loose = not marked and _LOOSE.match(cue[0])
        if (
            end := _weak(text, start) or _unended(text, start)
            if loose
            else _name_after(text, start, marked=marked)
        ):
            yield Span(start, end, NAME)


def _dotted(text: str) -> Iterator[Span]:
    for found in _TAKEN.finditer(text) if _DOT.search(text) and _DOTTED.search(text) else ():
        if _DOTTED.search(found[0]):
            yield Span(_dotted_start(found), found.end(), NAME)


def _dotted_start(found: re.Match[str]) -> int:
    """Give where a dotted name begins: what stands before it in the same run may be 联系人 or 邻居."""
    first = re.split(r"[·•・.‧∙⋅●]", found[0])[0]
    cut = max(
        (
            first.rfind(word) + len(word)
            for word in ("叫", "是", "人", "居", "名", "主", "姓", "找", "位", "的")
            if word in first
        ),
        default=0,
    )
    return found.start() + (cut if cut < len(first) else 0)


def _name_after(text: str, start: int, *, marked: bool) -> int:
    """Give where a name ends that a strong cue announces; 0 where none follows."""
    if latin := _LATIN.match(text, start):
        return latin.end()
    if (dotted := _TAKEN.match(text, start)) and (
        marked or _DOTTED.search(dotted[0]) or dotted.end() - start <= _LONGEST_DOTTED
    ):
        return dotted.end()
    for size in (_THREE, _TWO, _FOUR):
        end = _letters(text, start, size)
        if end and _ENDS.match(text, end) and _may_be(text[start:end], strong=True):
            return end
    if not marked and text[start : start + 1] not in surnames() and text[start : start + 2] not in COMPOUNDS:
        return 0
    size = _THREE if text[start : start + 2] not in COMPOUNDS else _FOUR
    for wanted in (size, size - 1):
        end = _letters(text, start, wanted)
        if end and _may_be(text[start:end], strong=True):
            return end
    return 0


def _letters(text: str, start: int, size: int) -> int:
    """Give where so many letters end, single blanks between them allowed (李 明); 0 where there are not so many."""
    at, left = start, size
    while left:
        if at < len(text) and _HAN.match(text[at]):
            at, left = at + 1, left - 1
        elif start < at < len(text) and text[at] == " " and at - start <= _FOUR and size <= _THREE:
            at += 1
        else:
            return 0
    return at


def _may_be(raw: str, *, strong: bool = False) -> bool:  # noqa: PLR0911 -- one reason a line
    """Tell whether letters may be somebody's name; without a strong cue they must begin with a surname and be no word."""
    name = raw.replace(" ", "")
    if name in _NOBODY or name[:2] in _NOBODY:
        return False
    if _holds_other_words(name, strong=strong) or (
        name[-1] in _NOT_LAST and not (strong and len(name) == _TWO and name[0] in surnames())
    ):
        return False
    if _OFFICE_TITLE.search(name):
        return False
    if strong:
        return True
    given = name[2:] if name[:2] in COMPOUNDS else name[1:] if name[0] in surnames() else ""
    if not given or len(given) > _TWO:
        return False
    if name[:2] in COMPOUNDS:
        return True
    if given[0] not in continued().get(name[0], ()) and name[0] not in _RISKY:
        return True
    return len(given) == _TWO and all(letter in GIVEN for letter in given)


def _holds_other_words(name: str, *, strong: bool) -> bool:
    """Tell whether letters stand in it that no given name holds; behind a surname that was announced one may: 韩有根."""
    if strong and len(name) == _THREE and name[0] in surnames():
        return name[0] in _NOT_IN or name[-1] in _NOT_IN
    return any(letter in _NOT_IN for letter in (name if strong else name[1:]))


def _weak(text: str, start: int) -> int:
    """Give where a name ends that a weak cue announces: a surname begins it, and the sentence goes on after it."""
    while start < len(text) and text[start] in " :\n":
        start += 1
    longest = _FOUR if text[start : start + 2] in COMPOUNDS else _THREE
    for size in (longest, longest - 1):
        end = _letters(text, start, size)
        if end and _ENDS.match(text, end) and _may_be(text[start:end]):
            return end
    return 0


def _unended(text: str, start: int) -> int:
    """Give where a name of three letters ends that runs into the next word: 联系人王小明楼道灯坏."""
    end = _letters(text, start, _THREE)
    given = text[start + 1 : end]
    return end if end and text[start] in surnames() and all(each in GIVEN for each in given) else 0


def _by_cue(text: str) -> Iterator[Span]:
    for pattern in (_I_AM, _CALLS, _KIN):
        for cue in pattern.finditer(text):
            start = cue.end()
            if end := _weak(text, start) or (pattern is _KIN and announced_name(text, start)):
                while text[start] in " :\n":
                    start += 1
                yield Span(start, end, NAME)
    for found in _SURNAMED.finditer(text):
        if found["id"] in surnames() or found["id"] in COMPOUNDS:
            yield Span(found.start("id"), found.end("id"), NAME)


def _called(text: str) -> Iterator[Span]:
    """Find how people speak of each other: 老张, 王阿姨."""
    for found in _NAMED_OLD.finditer(text):
        if (
            found["name"] in surnames()
            and found["id"] not in _NO_CALL
            and _OLD_BEFORE.search(text[max(0, found.start() - 2) : found.start()])
        ):
            yield Span(found.start("name"), found.end("name"), CALLED)
    yield from _called_anywhere(text)
    for found in _TITLED.finditer(text):
        end = found.start()
        start = end - _TWO if text[max(0, end - _TWO) : end] in COMPOUNDS else end - 1
        known = start >= 0 and (text[start:end] in surnames() or end - start == _TWO)
        if (
            known
            and not (found[0] == _TEACHER and text[start:end] in _RISKY)
            and (_TITLED_BEFORE.search(text[max(0, start - 3) : start]) or _stands_alone(text, start, found))
            and text[start : found.end()] not in _NO_TITLE
        ):
            yield Span(start, end, CALLED)


def _called_anywhere(text: str) -> Iterator[Span]:
    """Find 老臧 where neither what stands before it nor what follows makes a word with it."""
    for found in _OLD.finditer(text):
        start, end = found.span()
        if (
            found["name"] in surnames()
            and found["name"] not in _RISKY
            and found[0] not in _NO_CALL
            and text[max(0, start - 1) : end] not in _NOBODY
            and not any(is_word(text[max(0, start - back) : start + 1]) for back in (1, 2))
            and not any(is_word(text[start : end + more]) for more in (0, 1, 2))
            and not any(is_word(text[end - 1 : end + more]) for more in (1, 2, 3))
        ):
            yield Span(found.start("name"), found.end("name"), CALLED)


def _stands_alone(text: str, start: int, title: re.Match[str]) -> bool:
    """Tell whether a surname before a title makes no word with what stands before it."""
    return (
        title[0] in _SURE_TITLE
        and text[start] not in _RISKY
        and not is_word(text[max(0, start - 1) : start + 1])
    )


_OLD = re.compile(r"[老小](?P<name>[\u4e00-\u9fff])")
_NO_CALL = frozenset(LISTS["no_call"].split())
_NO_TITLE = frozenset(LISTS["no_title"].split())


def _signed(text: str) -> Iterator[Span]:
    tail = max(0, len(text) - 60)
    found = _SIGNED.search(text, tail)
    if found and _may_be(found["id"]):
        yield Span(found.start("id"), found.end("id"), NAME)


def _opening(text: str) -> Iterator[Span]:
    """Find a name that stands alone at the beginning of a line: 欧阳雪梅，今年67."""
    for found in _ALONE.finditer(text):
        name = found["id"].replace(" ", "")
        given = name[2:] if name[:2] in COMPOUNDS else name[1:]
        usual = [letter in GIVEN for letter in given]
        plain = name[0] not in _RISKY | _OPENS or name[:2] in COMPOUNDS
        if plain and _may_be(name) and (all(usual) or (len(given) == _TWO and any(usual))):
            yield Span(found.start("id"), found.end("id"), NAME)


def _compound(text: str) -> Iterator[Span]:
    """Find a name with a surname of two letters wherever it stands, as hardly anything else begins so."""
    for found in _COMPOUND_NAME.finditer(text):
        given = found["given"]
        famous = found[0] in _FAMOUS or found[0][:-1] in _FAMOUS
        if famous or given[0] in _NOT_IN or given[0] in _NOT_LAST:
            continue
        two = len(given) == _TWO and given[1] in GIVEN and given[1] not in _NOT_IN | _NOT_LAST
        yield Span(found.start(), found.start("given") + (_TWO if two else 1), NAME)


def _beside_numbers(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Find a name that stands before a number or an account, or after a telephone number: 李明 139…."""
    for span in spans:
        window = max(0, span.start - 20)
        gap = _BEFORE_NUMBER.search(text, window, span.start)
        end = gap.start() if gap else span.start
        for size in (_FOUR, _THREE, _TWO):
            start = _back(text, end, size)
            if (
                start is not None
                and _may_be(text[start:end])
                and (size != _FOUR or text[start : start + 2] in COMPOUNDS)
                and _NAME_START.search(text[max(0, start - 6) : start])
            ):
                yield Span(start, end, NAME)
                break
        after = _AFTER_NUMBER.match(text, span.end) if span.kind == PHONE else None
        if after and (stop := _weak(text, after.end())):
            yield Span(after.end(), stop, NAME)


def _met(text: str) -> Iterator[Span]:
    """Find whom an office says it met or called: 已与钱一联系, 走访了李明."""
    for cue in _MET.finditer(text):
        for size in (_THREE, _TWO):
            end = _letters(text, cue.end(), size)
            name = text[cue.end() : end] if end else ""
            ended = bool(name) and (
                _MET_TALKED.match(text, end) or (not cue["talk"] and _MET_ENDS.match(text, end))
            )
            if ended and name[0] in surnames() and _is_name(name):
                yield Span(cue.end(), end, NAME)
                break


def _is_name(name: str) -> bool:
    """Tell whether letters between two cues are somebody's name and no word: 钱一, but not 水务."""
    if is_word(name) or is_word(name[:_TWO]):
        return False
    return _may_be(name) or (name[0] not in _RISKY and _may_be(name, strong=True))


def _back(text: str, end: int, size: int) -> int | None:
    """Give where so many letters before a place begin, a single blank between them allowed."""
    at, left = end, size
    while left:
        if at > 0 and _HAN.match(text[at - 1]):
            at, left = at - 1, left - 1
        elif at > 1 and at < end and text[at - 1] == " " and size <= _THREE and _HAN.match(text[at - 2]):
            at -= 1
        else:
            return None
    return at

"""What must not be shown around: who is named in a text, and matters that are nobody else's business.

Those are a child's or a patient's, who was harmed or in prison, what somebody believes, a complaint about an official. A cheap search for trigger words goes first; only a text that holds one is read with patterns.
"""

import re

from ahocorasick_rs import AhoCorasick

from nlp.masking import names_somebody
from nlp.text.fold import fold
from nlp.text.reach import overlapping

CONTACT, MINOR, HEALTH, OFFICIAL = "contact", "minor", "health", "official"
HARMED, RECORD, FAITH = "harmed", "record", "faith"
_PIECE, _OVERLAP = 1_000, 100
"""What is read at once; no pattern reaches further than the overlap."""

_CHILD = r"(?:孩子|小孩|儿子|女儿|娃|孙子|孙女|外孙|外孙女|侄子|侄女)"
_OF_CHILD = (
    r"(?:\d{1,2}岁|[一二三四五六七八九]年级|\d年级|初[一二三]|高[一二三]|被打|被欺负|霸凌|体罚|猥亵|性侵|自闭|多动|"
    r"残疾|抑郁|休学|转学|退学|留守|走失|离家出走|怀孕|入学|上户口|落户|抚养|监护)"
)
_MINOR = re.compile(
    rf"(?:我|俺|他|她|邻居|亲戚|同事)[^,，。;；!！?？\n]{{0,6}}?{_CHILD}[^。;；!！?？\n]{{0,16}}{_OF_CHILD}"
    rf"|(?:孩子|学生|女童|男童|儿童|小学生|中学生|未成年人?)[^。;；!！?？\n]{{0,8}}(?:被打|被欺负|霸凌|体罚|猥亵|性侵|自闭症?|抑郁|怀孕)"
)
_ILL = (
    r"(?:癌|肿瘤|白血病|尿毒症|透析|化疗|放疗|精神病|精神分裂|抑郁症?|自闭症|艾滋|乙肝|肺结核|糖尿病|高血压|心脏病|中风|偏瘫|瘫痪|植物人|"
    r"老年痴呆|癫痫|残疾证?|[一二三四]级残疾|肢体残疾|流产|宫外孕|大病|重病|绝症|慢性病|病历|确诊|手术)"
)
_SOMEBODY = r"(?:我|俺|本人|老伴|爱人|妻子|丈夫|老公|老婆|父亲|母亲|爸|妈|爷爷|奶奶|外公|外婆|家人|家里人|他|她|孩子|儿子|女儿|弟弟|哥哥|姐姐|妹妹)"
_HEALTH = re.compile(rf"{_SOMEBODY}[^。;；!！?？\n]{{0,14}}{_ILL}")
_WHO_IS_OFFICIAL = r"(?:干部|书记|主任|村长|镇长|乡长|街道(?:的)?人|局长|科长|所长|处长|区长|县长|领导|民警|警察|交警|城管(?:队员|的人)?|公务员|工作人员|协管员|办事员|窗口(?:的)?人)"
_MISBEHAVES = (
    r"(?:态度(?:恶劣|很差|差|极差|不好|蛮横)|骂(?:我|人|群众|老人)|打(?:我|人|群众|老人)(?!电话)|推[诿脱]|不作为|乱作为|敷衍|刁难|威胁|恐吓|报复|包庇|徇私|以权谋私|滥用职权|"
    r"收(?:了)?(?:钱|礼|红包|好处)|吃拿卡要|贪污|受贿|索贿|侵占|挪用|截留|优亲厚友|泄露)"
)
_OFFICIAL = re.compile(rf"{_WHO_IS_OFFICIAL}[^。;；!！?？\n]{{0,12}}{_MISBEHAVES}")
_NEAR = rf"(?:{_SOMEBODY}|邻居|楼上|楼下|对门|隔壁|房东|租客|同事)"
_HARMED = re.compile(
    r"家暴|家庭暴力|强奸|强暴(?!雨|风)|性侵|猥亵|性骚扰|(?:老公|丈夫|前夫|老婆|妻子|男友|男朋友)[^。;；!！?？\n]{0,6}(?:打|虐待)(?:我|孩子|老人)(?!电话)"
)
_RECORD = re.compile(
    rf"{_NEAR}[^。;；!！?？\n]{{0,10}}(?:坐过?牢|服过?刑|判过?刑|劳改|刑满|前科|案底|吸过?毒|戒毒|缓刑|社区矫正)|刑满释放|社矫对象"
)
_FAITH = re.compile(
    rf"{_NEAR}[^。;；!！?？\n]{{0,8}}(?:信教|信(?:佛|道教|基督|天主|耶稣|伊斯兰)|(?:是|个)(?:回民|穆斯林|基督徒|[佛道]?教徒|信徒)|皈依|受过?洗)"
)
_PATTERNS = (
    (HARMED, _HARMED),
    (MINOR, _MINOR),
    (HEALTH, _HEALTH),
    (RECORD, _RECORD),
    (FAITH, _FAITH),
    (OFFICIAL, _OFFICIAL),
)

_TRIGGER = AhoCorasick(
    [
        *(
            "癌",
            "肿瘤",
            "病",
            "透析",
            "疗",
            "抑郁",
            "自闭",
            "艾滋",
            "乙肝",
            "结核",
            "血压",
            "中风",
            "瘫",
            "植物人",
            "痴呆",
            "癫痫",
        ),
        *(
            "残疾",
            "流产",
            "宫外孕",
            "绝症",
            "确诊",
            "手术",
            "岁",
            "年级",
            "初一",
            "初二",
            "初三",
            "高一",
            "高二",
            "高三",
        ),
        *(
            "被打",
            "欺负",
            "霸凌",
            "体罚",
            "猥亵",
            "性侵",
            "休学",
            "转学",
            "退学",
            "留守",
            "走失",
            "离家",
            "怀孕",
            "入学",
            "户",
            "抚养",
            "监护",
        ),
        *(
            "态度",
            "骂",
            "打我",
            "打人",
            "打群众",
            "打老人",
            "推诿",
            "推脱",
            "作为",
            "敷衍",
            "刁难",
            "威胁",
            "恐吓",
            "报复",
            "包庇",
            "徇私",
        ),
        *(
            "谋私",
            "滥用",
            "收了",
            "收钱",
            "收礼",
            "收红包",
            "收好处",
            "吃拿卡要",
            "贪污",
            "贿",
            "侵占",
            "挪用",
            "截留",
            "优亲",
            "泄露",
        ),
        *("家暴", "暴力", "强奸", "强暴", "猥亵", "性骚扰", "打", "虐待"),
        *("牢", "刑", "劳改", "前科", "案底", "毒", "缓刑", "矫"),
        *(
            "教",
            "信佛",
            "信道",
            "信基督",
            "信天主",
            "信耶稣",
            "信伊斯兰",
            "回民",
            "穆斯林",
            "信徒",
            "皈依",
            "洗",
        ),
    ]
)


def private_reason(text: str) -> str:
    """Say why a text is nobody else's business, the matter before the person; empty where anyone may read it.

    `contact`: with names and numbers hidden anyone may.
    """
    return matter_of(text) or (CONTACT if names_somebody(text) else "")


def matter_of(text: str) -> str:
    """Say what matter makes a text nobody else's business, whoever is named in it, or nothing.

    A long text is read to its end, piece by piece.
    """
    reasons = {_reason(piece) for _, piece in overlapping(text, _PIECE, _OVERLAP)}
    return next((reason for reason, _ in _PATTERNS if reason in reasons), "")


def _reason(read: str) -> str:
    if not _TRIGGER.find_matches_as_indexes(read):
        return ""
    folded = fold(read)
    return next((reason for reason, pattern in _PATTERNS if pattern.search(folded)), "")

"""Whether words that were given for a place can be one: a question, a name, a telephone number are none."""

import re

from nlp.masking import names_somebody
from nlp.places.place_words import place_like
from nlp.text.fold import fold

_LONGEST = 40
_NOT_LETTERS = re.compile(r"[^\u3400-\u9fffA-Za-z0-9]")
_ASKS_OR_TELLS = re.compile(
    r"啥时候|在哪|哪里|哪儿|什么时候|几时|多久|怎么|咋|为什么|为啥|[吗呢]$|谁来|有人来|没人|不会|不太会|不知道|不清楚|不晓得|说不清|不记得|忘了|随便|都行|你们|您们|我不|我没|我也|我想|我要|我觉得|谢谢|麻烦|快点|赶紧|急|"
    r"能不能|可不可以|是不是|为何|坏了|没电|没水|停电|停水|漏|吵|臭|修|投诉|举报|反映|算了|好的|可以|收到|等|不是|不对|在吗|你好|您好|电话|手机|微信"
)
# The longest first and never given back: “家里” may be one word or two.
_NOWHERE = re.compile(
    r"(?>家门口|老地方|同一个|我们|咱们|俺们|你们|他们|这个|那个|自己|附近|旁边|小区|社区|"
    r"街道|村里|楼上|楼下|楼道|门口|家里|路上|路边|外面|里面|这里|那里|这边|那边|上次|"
    r"原来|一样|地方|位置|隔壁|对面|单元|院子|院里|一期|某个|就|在|是|还|住|我|咱|俺|"
    r"你|他|这|那|本|家|的|里|边|头|儿|上|下|面|村|楼|某|啊|呀|哦|嘛|吧)++"
)
_PLACE_LETTER = re.compile(
    r"[路街巷弄村区苑园里桥河湖站楼幢栋城店场院校厂口旁坊湾港塘庄寨堡岭山厦道江渠堤坝库寺庙塔亭岗坡沟井台馆所局号侧交叉对面边角头前后]"
)
_SHORT = 8
_SHORTEST_NAME, _LONGEST_NAME = 3, 4
_SENTENCE = re.compile(r"[,。;!?\n]")
_MOST_CLAUSES = 2


def can_be_place(words: str) -> bool:
    """Tell whether somebody can go where these words say."""
    said = fold(words).strip(" ,。.!?;")
    letters = _NOT_LETTERS.sub("", said)
    if not 1 < len(letters) <= _LONGEST or len(_SENTENCE.findall(said)) > _MOST_CLAUSES:
        return False
    if letters.isdigit() or _is_a_name(letters):
        return False
    if names_somebody(said) or _NOWHERE.fullmatch(letters):
        return False
    named = any(each.text and not _ASKS_OR_TELLS.search(each.text) for each in place_like(said, []))
    if _ASKS_OR_TELLS.search(said):
        return named and len(letters) <= _LONGEST // 2
    return named or bool(_PLACE_LETTER.search(letters)) or _SHORTEST_NAME <= len(letters) <= _SHORT


def _is_a_name(letters: str) -> bool:
    """Tell whether such words would be read as a name, and hold no letter of a place."""
    return (
        len(letters) <= _LONGEST_NAME
        and not _PLACE_LETTER.search(letters)
        and names_somebody(f"我叫{letters}")
    )

"""Who somebody is and where they live, before they say what the matter is: “我是东苑小区的老头子，眼睛不好”."""

import re

_LONGEST = 40
_WHO = r"(?:居民|业主|住户|村民|老百姓|老头子?|老太太?|老太婆|老人家?|老年人|退休(?:工人|老师|职工|人员)?|租户|租客|商户|人|外来工|打工的)?"
_MORE = (
    r"(?:今年)?(?:\d{2}|[六七八九]十[一二三四五六七八九]?)多?岁了?|(?:我|人)?(?:眼睛|耳朵|腿脚|手脚)(?:不好使?|不灵|花了?|不便)"
    r"|我?(?:打字|写字)(?:很|比较|有点)?(?:慢|不行|不好)|我?不(?:大|太)?会(?:打字|写字|用手机|弄)|(?:年纪|岁数|年龄)大了"
    r"|我?(?:有|想|要)(?:个|件|点|些)?(?:事情?|问题|反映|问|说|咨询)(?:一?下|一个|个|点)?(?:事情?|问题)?"
)
# Possessive, so that a line that matches in the end not at all is not tried in every way.
_INTRODUCES = re.compile(
    r"(?:你们?好|您好|领导好?|同志|喂|[,，、! ]){0,6}+(?:我们?|俺|阿拉|本人|我家)(?:是|就是|家?住在?|在|家在|家是)"
    rf"(?P<place>[^,，。;；]{{2,14}}?)(?:这边|那边|里)?的?{_WHO}(?:[,，。、 ]{{0,3}}+(?:{_MORE})){{0,5}}+[。啊哦]?"
)
_PLACE_LIKE = re.compile(r"[\u4e00-\u9fff0-9]{2,14}")


def introduced_place(line: str) -> str:
    """Give the words for the place that a line says its writer lives in, where it says nothing else."""
    found = _INTRODUCES.fullmatch(line) if len(line) <= _LONGEST else None
    place = found["place"] if found else ""
    return place if _PLACE_LIKE.fullmatch(place) else ""

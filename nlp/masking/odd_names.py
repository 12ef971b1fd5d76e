"""Names that look like none: one letter, a pet name of a child, letters with blanks between them, English names."""

import re
from collections.abc import Iterator

from nlp.masking.name_lists import GIVEN, HAN, surnames
from nlp.masking.spans import CALLED, NAME, Span

_ONE_LETTER = re.compile(rf"名字?[^,。;!?\n]{{0,6}}?一个(?P<id>[{HAN}])字(?!体|号|数|母)")
"""孩子名字就一个頔字."""
_PET = re.compile(
    rf"(?:我家|女儿|儿子|孙子|孙女|宝宝|孩子|娃|小名|乳名)(?:叫|是|:)?(?P<id>(?P<one>[{HAN}])(?P=one))(?=今年|明年|去年|在|上|的|[,。;:、!?\s\d]|$|才|被|得|发|放学|小朋友)"
    rf"|(?:儿子|女儿|孙子|孙女|外孙女?|宝宝|小孩|孩子)(?:叫)?(?P<small>小[{HAN}](?:[{HAN}])?(?<![学区时的上下]))(?=今年|明年|在|上学|被|摔|得|发|才|的学|[,。;:!?]|$)"
)
_APART = re.compile(rf"(?<![{HAN}] )(?P<id>[{HAN}] [{HAN}](?: [{HAN}])?)(?=[,。;:!?()]|$)")
"""Letters of a name typed with blanks between them: 覃 凤 英."""
_NO_PET = frozenset("天家妈爸弟妹姐哥爷奶叔伯舅姑姨宝常刚慢渐偏往年月日夜人个户处时早晚好多少大小看听说问想")
_ENGLISH = re.compile(
    r"(?:(?i:\b(?:this is|i am|i'm|my name is|name is|name|neighbou?r|landlord|husband|wife|son|daughter|friend|mr|mrs|ms|miss|contact|call|from|regards|thanks)\b)[.,: ]{0,3}|\bdear )(?P<id>[A-Z][a-z]{1,14}(?:[ \-][A-Z][a-z]{1,14}){0,2})(?![a-z])"
)
_ENGLISH_PAIR = re.compile(
    r"(?:^|[,.;:!?\n] ?|[^A-Za-z .])(?P<id>[A-Z][a-z]{1,14} [A-Z][a-z]{1,14})(?= here\b| speaking\b|[,.;:!?(\n]|$| ?[^A-Za-z ])"
)
_NO_ENGLISH = frozenset(
    [
        "Building",
        "Road",
        "Street",
        "Avenue",
        "Room",
        "Park",
        "Station",
        "Line",
        "Metro",
        "Bus",
        "District",
        "Community",
        "Garden",
        "Hello",
        "Dear",
        "Good",
        "Happy",
        "Hi",
        "Thank",
        "Thanks",
        "The",
        "Our",
        "My",
        "Please",
        "Unit",
        "Block",
        "Gate",
        "North",
        "South",
        "East",
        "West",
        "New",
        "Wechat",
        "Weixin",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "China",
        "Chinese",
        "Hangzhou",
        "Zhejiang",
        "Beijing",
        "Shanghai",
    ]
)
_HAS_LATIN = re.compile(r"[A-Z][a-z]")


def find_odd_names(text: str) -> Iterator[Span]:
    """Find a name of one letter, a pet name of a child, an English name."""
    for found in _ONE_LETTER.finditer(text) if "一个" in text else ():
        yield Span(found.start("id"), found.end("id"), NAME)
    for found in _APART.finditer(text) if " " in text else ():
        first, *given = found["id"].split(" ")
        if first in surnames() and all(letter in GIVEN for letter in given):
            yield Span(found.start("id"), found.end("id"), NAME)
    if _HAS_LATIN.search(text):
        yield from _english(text)


def find_pet_names(text: str) -> Iterator[Span]:
    for found in _PET.finditer(text):
        if found["small"]:
            yield Span(found.start("small"), found.end("small"), CALLED)
        elif found["one"] not in _NO_PET:
            yield Span(found.start("id"), found.end("id"), CALLED)


def _english(text: str) -> Iterator[Span]:
    for found in _ENGLISH.finditer(text):
        if found["id"] not in _NO_ENGLISH:
            yield Span(found.start("id"), found.end("id"), NAME)
    for found in _ENGLISH_PAIR.finditer(text):
        if _NO_ENGLISH.isdisjoint(found["id"].split()):
            yield Span(found.start("id"), found.end("id"), NAME)

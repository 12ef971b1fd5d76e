"""Names that nothing announces (隔壁何秀兰天天…): letters that names are made of, where no words fit as well.

A surname and two letters are read both ways, as words of the dictionary and as a name; how far the name leads, and what
stands around it, is weighed with what was learned from examples (`python -m nlp.masking.learn`).
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp, inf, log, log1p
from pathlib import Path

from nlp.masking.name_lists import GIVEN, HAN, LISTS, surnames
from nlp.masking.spans import NAME, Span
from nlp.text.tokenizer import dictionary_names, frequency, total_frequency

WEIGHTS = Path(__file__).with_name("name_weights.csv")
LIKELY, LIKELY_BEHIND_A_CUE = 0.7, 0.3
"""From here on letters are taken for a name: standing alone, and where something before them announces one."""
_LONG = 3
_AROUND, _LONGEST_WORD = 8, 5
_WORTH_WEIGHING = -3.0
_USUAL = 60.0
"""How often a usual letter counts as seen where the dictionary shows it in no name."""
_UNSEEN_SURNAME, _UNSEEN_LETTER = 30_000.0, 20_000.0
_HAN = re.compile(f"[{HAN}]{{{_LONG}}}")
_NOT_LAST = frozenset(LISTS["not_last"]) | frozenset(LISTS["seldom_last"])
_NEVER_LAST = frozenset(LISTS["never_last"])
_OF_A_VILLAGE = frozenset(LISTS["of_a_village"])
"""What 林家 and the like are followed by where a place is named."""
_NOT_IN = frozenset(LISTS["not_in"]) - frozenset("之有")
_RISKY = frozenset(LISTS["risky"]) | frozenset(LISTS["opens"]) | frozenset(LISTS["weather"])
_NO_NAMES = frozenset(LISTS["no_bare"].split()) | frozenset(LISTS["famous"].split())
_PLACE = re.compile(
    r"(?:小|中|大|东|西|南|北|新|老|[一二三四五六七八九十0-9])?(?:小区|花苑|花园|公寓|大厦|广场|公园|景区|[路街道巷弄村镇乡县市区苑园湖山河江桥塔寺庙店厂站校馆楼院城湾港庄坊社局所队阁祠府邸里]"
    r"|公司|集团|超市|医院|学校|小学|中学|大学|幼儿园|菜场|商场|社区|新村|家园|国际|豪庭|别墅|嘉苑|雅苑|佳苑|工业|门诊|诊所|饭店|酒店|茶|麻辣|罐|牌|实业|有限|物业|水库|水位|站台)"
)
_SIZES = frozenset("小中大")
_OFFICE = re.compile(r"(?:局|主|市|区|县|镇|乡|村|所|科|处|部|院|校|站|厅|队|组|会)[长任]|书记|经理")
_BEFORE = re.compile(
    r"(?:[的是叫给跟和与被让找对问、，。；：！？,;:!?（(“\s]|老板娘?|邻居|隔壁|楼上|楼下|对门|老师|师傅|保安|会计|经理|店主|房东|租客|摊主|中介|家长|村民|业主|居民|儿子|女儿|孩子|父亲|母亲|爸|妈|婆|爷|奶|职工|教师|干部|书记|主任|员|人|者|位|个)$"
)
_AFTER = re.compile(
    r"[，。、；：！？,.;:!?（）()“”\s的说在住把被和与跟是也又都还就没不给从向对家他她等]|老师|师傅|先生|女士|阿姨|大爷|大妈|同学|同志|主任|书记|经理|天天|每天|昨天|今天|$"
)
_MIDDLE, _ENDING = frozenset("小大家阿"), frozenset("子儿人大小中")
_PREFIXES = frozenset("老小阿")
_SCALE = 5.0
_COMMON = 20


@dataclass(frozen=True, slots=True)
class _Letters:
    """How often letters stand in names of the dictionary, and which of its words are names."""

    names: frozenset[str]
    surname: Mapping[str, float]
    first: Mapping[str, float]
    last: Mapping[str, float]
    sums: tuple[float, float, float]
    """Of all surnames, first and last letters, with what was never seen."""

    def chance(self, name: str) -> float:
        """Give the logarithm of how likely three letters are as a name."""
        first, last = (_USUAL if letter in GIVEN else 0.0 for letter in name[1:])
        return (
            log((self.surname.get(name[0], 0.0) + _USUAL) / self.sums[0])
            + log((self.first.get(name[1], 0.0) + first + 0.5) / self.sums[1])
            + log((self.last.get(name[2], 0.0) + last + 0.5) / self.sums[2])
        )


class Readings:
    """The likeliest ways to read a text as words, up to each place and from there on: found once, in linear time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._up_to = _best(text)
        self._from = _best(text, backwards=True)

    def lead(self, start: int) -> float:
        """Give how far the best reading with a name at a place leads over the best one with words alone."""
        end = start + _LONG
        with_name = self._up_to[start] + _letters().chance(self.text[start:end]) + self._from[end]
        return with_name - self._up_to[-1]


def find_bare_names(text: str) -> Iterator[Span]:
    """Find a surname and two letters that are more likely a name than words."""
    readings: Readings | None = None
    for start in candidates(text):
        readings = readings or Readings(text)
        found = features(readings, start)
        if found is not None and likelihood(found) >= LIKELY:
            yield Span(start, start + _LONG, NAME)


def announced_name(text: str, start: int) -> int:
    """Give where a name ends that begins at a place and is announced; 0 where letters there are hardly one."""
    if text[start : start + 1] not in surnames() or not _HAN.match(text, start):
        return 0
    left = max(0, start - _AROUND)
    found = features(Readings(text[left : start + _LONG + _AROUND]), start - left)
    return start + _LONG if found is not None and likelihood(found) >= LIKELY_BEHIND_A_CUE else 0


def candidates(text: str) -> Iterator[int]:
    """Give where three letters stand that could be a name at all."""
    known = surnames()
    for start in range(len(text) - _LONG + 1):
        if text[start] in known and _HAN.match(text, start):
            yield start


def features(readings: Readings, start: int) -> dict[str, float] | None:
    """Give what speaks for and against a name at a place; None where it cannot be one."""
    text, end = readings.text, start + _LONG
    name = text[start:end]
    letters = _letters()
    if (
        name[0] in _NOT_IN
        or text[max(0, start - 1) : start] in _PREFIXES
        or name[1] in _NOT_IN
        or name[2] in _NOT_IN | _NEVER_LAST
        or name in _NO_NAMES
        or (name[1] == "家" and name[2] in _OF_A_VILLAGE)
        or (_often(name) and name not in letters.names)
        or _OFFICE.search(text, start + 1, end + 1)
    ):
        return None
    lead = readings.lead(start)
    if lead < _WORTH_WEIGHING:
        return None
    doubled = name[1] == name[2] and name[0] not in _RISKY and not is_word(name[1:])
    usual = 2 if doubled else sum(letter in GIVEN for letter in name[1:])
    place = _PLACE.match(text, end) or (name[2] in _SIZES and _PLACE.match(text, end - 1))
    said = {
        "lead": lead / _SCALE,
        "both usual": usual > 1,
        "place": place is not None and place is not False,
        "not last": name[2] in _NOT_LAST and name[1:] not in letters.names,
        "after": _AFTER.match(text, end) is not None,
        "before": start == 0 or _BEFORE.search(text[max(0, start - 3) : start]) is not None,
        "word 12": _often(text[start : start + 2]),
        "word 23": _often(text[start + 1 : end]),
        "word next": _often(text[end - 1 : end + 1]),
        "risky": name[0] in _RISKY,
        "surname": (log1p(frequency(name[0])) - log1p(letters.surname.get(name[0], 0.0) * 10)) / _SCALE,
        "middle": name[1] in _MIDDLE,
        "ending": name[2] in _ENDING,
    }
    return {"start": 1.0} | {key: float(value) for key, value in said.items()}


def likelihood(found: Mapping[str, float], weights: Mapping[str, float] | None = None) -> float:
    """Give how likely a name is by what was found, 0 to 1."""
    weights = weights or _weights()
    return 1 / (1 + exp(-sum(weights[key] * value for key, value in found.items())))


@lru_cache(maxsize=50_000)
def _chance(word: str) -> float | None:
    """Give the logarithm of how likely a word is; None for letters that are none together, and for names."""
    often = frequency(word)
    if len(word) > 1 and (not often or word in _letters().names):
        return None
    return log(often or 1) - log(total_frequency())


def _best(text: str, *, backwards: bool = False) -> list[float]:
    """Give the logarithm of the likeliest way to read as words what stands before each place, or from there on."""
    size = len(text)
    best = [0.0] + [-inf] * size
    for done in range(1, size + 1):
        for left in range(max(0, done - _LONGEST_WORD), done):
            word = text[size - done : size - left] if backwards else text[left:done]
            if (chance := _chance(word)) is not None:
                best[done] = max(best[done], best[left] + chance)
    return best[::-1] if backwards else best


def is_word(word: str) -> bool:
    """Tell whether the dictionary knows letters as a common word that is no name."""
    return frequency(word) > _COMMON and word not in _letters().names


def _often(word: str) -> float:
    """Give how common a word of several letters is, on a small scale; a name is none."""
    if len(word) <= 1 or word in _letters().names:
        return 0.0
    return log1p(frequency(word)) / _SCALE


@cache
def _letters() -> _Letters:
    """Read the names of the dictionary: the words that it marks as such."""
    known = surnames()
    names: set[str] = set()
    surname, first, last = (defaultdict[str, float](float) for _ in range(_LONG))
    for word, often in dictionary_names():
        names.add(word)
        weight = 1 + log(often)
        if word[0] in known and len(word) == _LONG:
            for count, letter in zip((surname, first, last), word, strict=True):
                count[letter] += weight
        elif word[0] in known and len(word) == _LONG - 1:
            surname[word[0]] += weight
    sums = (
        sum(surname.values()) + _UNSEEN_SURNAME,
        sum(first.values()) + _UNSEEN_LETTER,
        sum(last.values()) + _UNSEEN_LETTER,
    )
    return _Letters(frozenset(names), surname, first, last, sums)


@cache
def _weights() -> dict[str, float]:
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        return {row["sign"]: float(row["weight"]) for row in csv.DictReader(file)}

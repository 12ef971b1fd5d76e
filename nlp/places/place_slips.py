"""Names written with a slip: a letter of the same sound (宾河路), of like shape, or one wrong letter in a long name."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from nlp.places.place_context import is_free_before
from nlp.places.place_names import NAMED_ENDINGS, named_part

_SHAPES = (
    "苑宛菀范 格恪洛 湖胡糊蝴 塘糖唐溏 浦铺埔蒲莆 泾径经 堡保褒 桥侨娇轿 睦陆 滨槟傧 河何荷可 沙纱砂 银根 柳抑仰 荫萌阴 园圆团 "
    "锦棉绵 棕综 榈闾 梧悟语 桐铜洞 翠粹悴 兰蓝 晴睛情清请 阳扬杨汤场 岸岩 淞松 涛焘 汇江 港巷 埠阜 墅野 笕觅 彭膨 渚诸 埭隶 "
    "萧箫肃 围违伟 衙街 瓜爪 沥历 党堂 坎坑 闻间问 堰偃 戴载 楼搂 未末 己已巳 土士 日曰目 人入八 大太犬 干千于 天夫 "
    "贝见 鸟乌岛 免兔 折拆析 王玉 水永冰 午牛 今令 田由甲申 右石古 丰半 史吏 压庄 庆床 竹行 祥详 福富副 禄绿 寿涛 "
    "雅稚 轩杆 庭廷 院完 冠寇 茶荼 薛薜 燕莺 栋拣 橡像 榕熔 棠堂 樟障 枫疯 杉衫 桂挂 梅每海 莲连 蓉容 菊掬 "
    "安宅 宁丁 康唐 泰秦 和知 平乎 长张 永水 波坡玻 民明"
)
_COUNTING = frozenset("东西南北中前后左右一二三四五六七八九十百千第0123456789甲乙丙丁戊")
"""Letters that tell neighbours apart: 文三路 is never a slip of 文山路."""
_CONTRASTS = _COUNTING | frozenset("上下内外新老旧大小")
"""Letters that tell neighbours apart from one another: 新塘 and 老塘."""
_INDEX_BITS = 20
_MOST_PLACES = 1 << _INDEX_BITS
_HASH_MASK = (1 << 64) - _MOST_PLACES
_LONG_STEM = 3
_SHORTEST, _LONGEST = 3, 10
_MOST_ALIKE = 60
_MOST_FOR_GAPS = 30_000
"""Among more places than these nearly every name is one letter away from another one."""
_JOKER = "?"


def _nasal(syllable: str) -> str:
    """Join sounds that many speakers do not tell apart: zh and z, ing and in."""
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(long):
            syllable = short + syllable.removeprefix(long)
    return syllable.removesuffix("g") if syllable.endswith(("ang", "eng", "ing")) else syllable


@cache
def _sounds() -> dict[int, str]:
    """Map each letter to the one that stands for its sound."""
    standing: dict[str, str] = {}
    table: dict[int, str] = {}
    for line in (
        Path(__file__).parents[1].joinpath("text", "syllables.txt").read_text(encoding="utf-8").splitlines()
    ):
        if line.startswith("#"):
            continue
        syllable, letters = line.split()
        standing.setdefault(_nasal(syllable), letters[0])
        table |= dict.fromkeys(map(ord, letters), standing[_nasal(syllable)])
    return table


@cache
def _shapes() -> dict[str, int]:
    """Give the groups of each letter as bits."""
    groups: dict[str, int] = {}
    for number, letters in enumerate(_SHAPES.split()):
        for letter in letters:
            groups[letter] = groups.get(letter, 0) | 1 << number
    return groups


class SlipIndex:
    """Finds the names that a slip may have meant; made for names of one gazetteer."""

    def __init__(self, names: Sequence[Sequence[str]], names_of: Callable[[int], Sequence[str]]) -> None:
        self._names_of = names_of
        sounds: list[int] = []
        gaps: list[int] = []
        table = _sounds()
        few = len(names) <= _MOST_FOR_GAPS
        for index, known in enumerate(names):
            for name in _with_stems(known) if index < _MOST_PLACES else ():
                if _SHORTEST <= len(name) <= _LONGEST:
                    sounds.append(hash(name.translate(table)) & _HASH_MASK | index)
                    gaps += [hash(gap) & _HASH_MASK | index for gap in (_with_gaps(name) if few else ())]
        self._sounds = array("Q", sorted(sounds))
        self._gaps = array("Q", sorted(gaps))

    def meant(self, run: str, surely: int) -> tuple[str, set[int]]:
        """Give the end of a run of words that is a slip of a known name, and the places that have it.

        Another letter than the right one is looked for only in the last `surely` letters, which are a name themselves.
        What is cut off before must not belong to the name.
        """
        table = _sounds()
        sounds = run.translate(table)
        # A run that is no name by itself needs more than three letters of the same sound: 下雨天路 is not 宇天路.
        shortest = _SHORTEST if surely else _SHORTEST + 1
        for length in range(min(len(run), _LONGEST), shortest - 1, -1):
            if length != surely and not is_free_before(run, len(run) - length):
                continue
            said, sound = run[-length:], sounds[-length:]
            found = {
                index
                for index in _at(self._sounds, sound)
                for name in _with_stems(self._names_of(index))
                if name != said and name.translate(table) == sound and not _contrasts(name, said)
            }
            if not found and length <= surely:
                found = self._by_gap(said)
            if found:
                return said, found
        return "", set()

    def _by_gap(self, said: str) -> set[int]:
        found: set[int] = set()
        for gap in _with_gaps(said):
            alike = _at(self._gaps, gap)
            for index in alike if len(alike) <= _MOST_ALIKE else ():
                names = _with_stems(self._names_of(index))
                found |= {index for name in names if _one_slip(name, said)}
        return found


def _with_stems(names: Sequence[str]) -> Sequence[str]:
    """Add what people leave of 江滨花园社区: 江滨花园."""
    stems = [name[:-2] for name in names if name.endswith("社区") and name[:-2].endswith(NAMED_ENDINGS)]
    return [*names, *stems] if stems else names


def _at(index: "array[int]", key: str) -> Sequence[int]:
    """Give the numbers of the places kept under a key."""
    low = hash(key) & _HASH_MASK
    start = end = bisect_left(index, low)
    while end < len(index) and index[end] < low + _MOST_PLACES:
        end += 1
    return [value - low for value in index[start:end]] if end > start else ()


def _with_gaps(name: str) -> list[str]:
    named = len(named_part(name))
    return [name[:position] + _JOKER + name[position + 1 :] for position in range(named)]


def _one_slip(name: str, said: str) -> bool:
    wrong = [pair for pair in zip(name, said, strict=False) if pair[0] != pair[1]]
    if len(name) != len(said) or len(wrong) != 1 or _contrasts(name, said):
        return False
    ((right, written),) = wrong
    if len(named_part(name)) >= _LONG_STEM:
        return True
    shapes = _shapes()
    return bool(shapes.get(right, 0) & shapes.get(written, 0))


def _contrasts(name: str, said: str) -> bool:
    return any(
        right != written
        and (right in _COUNTING or written in _COUNTING or (right in _CONTRASTS and written in _CONTRASTS))
        for right, written in zip(name, said, strict=True)
    )

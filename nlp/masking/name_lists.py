"""What helps to tell a name from other words: surnames, letters of given names, words that are none."""

from functools import cache
from pathlib import Path

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
LISTS = dict(
    line.split(": ", 1)
    for line in Path(__file__).with_name("name_words.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)
"""Letters and words by what they say about a name; name_words.txt tells of each list."""
COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|司徒|夏侯|司空|轩辕|宇文|鲜于|闻人|钟离|太史|申屠|公羊|澹台|拓跋|端木|百里|东郭|南宫|西门|独孤|呼延|完颜|赫连|纳兰|万俟|濮阳|淳于|单于|公冶|仲孙|闾丘"
COMPOUNDS = frozenset(COMPOUND.split("|"))
GIVEN = frozenset(LISTS["given"])
"""Letters of which most given names are made."""


@cache
def continued() -> dict[str, frozenset[str]]:
    lines = Path(__file__).with_name("not_names.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if line and not line.startswith("#"))
    return {surname: frozenset(letters) for surname, letters in pairs}


@cache
def surnames() -> frozenset[str]:
    return frozenset(continued()) | frozenset(LISTS["surnames"])

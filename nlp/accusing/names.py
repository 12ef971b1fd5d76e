"""Names that were written so that nobody finds them: taken apart, with like letters, in Latin letters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

from nlp.accusing.words import surnames

APART = frozenset(
    " \t\n\u3000·・•‧∙･.。,，、-_—–~*|/\\'\"“”‘’`^+=#@&()（）<>《》〈〉[]【】{}…:：;；!！?？0123456789"
)
"""What somebody may set between the letters of a name."""
_DROPPED = dict.fromkeys(map(ord, APART))
_JOINED = frozenset("\n。,，、;；!！?？:：0123456789")
"""Of these, what parts sentences: between the letters of a name it is read as a trick only if every letter stands apart."""
_NO_NAME = frozenset("的了在是我你他她它们不有和就都也被把给对向找说要会能没很")
_SHORT, _LONG = 2, 4
_MOST_LATIN_WORDS = 4


@cache
def _syllables() -> dict[str, str]:
    """Give the sound of each letter, without its tone."""
    table: dict[str, str] = {}
    path = Path(__file__).parents[1] / "text" / "syllables.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            syllable, letters = line.split()
            table |= dict.fromkeys(letters, syllable)
    return table


def syllable(letter: str) -> str:
    return _syllables().get(letter, "")


@cache
def _sound(letter: str) -> str:
    """Give a sound as speakers tell it apart: zh and z, ing and in, l and n are one."""
    sound = _syllables().get(letter, letter)
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(long):
            sound = short + sound.removeprefix(long)
    return sound.removesuffix("g") if sound.endswith(("ang", "eng", "ing")) else sound


@dataclass(frozen=True, slots=True)
class Likeness:
    """A stretch of a text that may stand for a name."""

    start: int
    end: int
    name: str


class Names:
    """The names of a roster, found however they are written; a text is walked once."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(name for name in names if len(name) >= _SHORT)
        self._listed = sorted(self._names)
        self._search = AhoCorasick(self._listed, matchkind=MATCHKIND_LEFTMOST_LONGEST)
        self._by_pair: dict[tuple[int, int, str, str], list[str]] = {}
        self._by_sound: dict[tuple[str, ...], str] = {}
        self._by_latin: dict[str, str] = {}
        self._first = frozenset(_sound(name[0]) for name in self._names)
        self._second = frozenset(name[1] for name in self._names)
        for name in sorted(self._names):
            self._by_sound.setdefault(tuple(map(_sound, name)), name)
            for latin in _latin(name):
                self._by_latin.setdefault(latin, name)
            if len(name) == _LONG - 1:
                for first, second in ((0, 1), (0, 2), (1, 2)):
                    key = (first, second, name[first], name[second])
                    self._by_pair.setdefault(key, []).append(name)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def alike(self, text: str, places: Iterable[int]) -> Iterator[Likeness]:
        """Give what sounds like a name, or differs from a longer one in a single letter, and begins at one of these places."""
        for start in sorted({place for place in places if 0 <= place < len(text) - 1}):
            if text[start] in _NO_NAME or not _is_letter(text[start]):
                continue
            if text[start + 1] not in self._second and _sound(text[start]) not in self._first:
                continue
            for length in range(_LONG, _SHORT - 1, -1):
                stretch = text[start : start + length]
                if len(stretch) == length and (name := self._like(stretch)):
                    yield Likeness(start, start + length, name)
                    break

    def _like(self, stretch: str) -> str:
        if stretch in self._names or any(letter in _NO_NAME or not _is_letter(letter) for letter in stretch):
            return ""
        if name := self._by_sound.get(tuple(map(_sound, stretch))):
            return name
        if len(stretch) == _LONG - 1:
            for first, second in ((0, 1), (0, 2), (1, 2)):
                # Whoever has another surname is somebody else: 何秀兰 is not 柴秀兰.
                if first and stretch[0] in surnames():
                    continue
                if names := self._by_pair.get((first, second, stretch[first], stretch[second])):
                    return names[0]
        return ""

    def latin(self, text: str) -> Iterator[Likeness]:
        """Give names in Latin letters: `keqiaoyun`, `Ke Qiao-yun`; each must be whole words."""
        words = _latin_words(text)
        for first, (start, _, _) in enumerate(words):
            joined, last = "", start
            for _, end, word in words[first : first + _MOST_LATIN_WORDS]:
                if joined and not all(letter in APART for letter in text[last : end - len(word)]):
                    break
                joined, last = joined + word, end
                if name := self._by_latin.get(joined):
                    yield Likeness(start, end, name)
                    break

    def apart(self, text: str) -> str:
        """Write names whose letters stand apart in one piece: `柯 巧 云`, `柯・巧云`."""
        bare = text.translate(_DROPPED)
        if len(bare) == len(text) or not any(True for _ in self._exact(bare)):
            return text
        kept = [(index, letter) for index, letter in enumerate(text) if letter not in APART]
        out: list[str] = []
        done = 0
        for found in self._exact(bare):
            start, end = kept[found.start][0], kept[found.end - 1][0] + 1
            if end - start == len(found.name) or start < done or not _is_trick(text[start:end], found.name):
                continue
            out += [text[done:start], found.name]
            done = end
        return "".join((*out, text[done:])) if out else text

    def _exact(self, bare: str) -> Iterator[Likeness]:
        for index, start, end in self._search.find_matches_as_indexes(bare):
            yield Likeness(start, end, self._listed[index])


def _is_trick(stretch: str, name: str) -> bool:
    """Tell whether letters stand apart on purpose, and are not the end of one sentence and the start of the next."""
    return not any(mark in _JOINED for mark in stretch) or len(stretch) - len(name) >= len(name) - 1


def _is_letter(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff" or ord(letter) > 0xFFFF  # noqa: PLR2004 -- beyond the first plane


def _latin(name: str) -> Sequence[str]:
    sounds = [_syllables().get(letter, "") for letter in name]
    if not all(sounds):
        return ()
    joined = "".join(sounds)
    return (joined, "".join((*sounds[1:], sounds[0])))


def _latin_words(text: str) -> list[tuple[int, int, str]]:
    words: list[tuple[int, int, str]] = []
    start = -1
    for index, letter in enumerate(f"{text} "):
        if letter.isascii() and letter.isalpha():
            start = index if start < 0 else start
        elif start >= 0:
            words.append((start, index, text[start:index].lower()))
            start = -1
    return words

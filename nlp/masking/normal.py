"""One form for all ways of typing the same letters, with the way back to what was typed."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_DROPPED = {"Cf", "Mn", "Me", "Cn", "Co"}
_KEPT_BREAKS = "\n\r\u2028\u2029\u0085\x0b\x0c"
_ODD = re.compile(r"[^\n -~\u3001\u3002\u4e00-\u9fff\u2018-\u201d\u300a-\u3011]")
"""What is not yet as it should be."""
_WIDE_MARKS = dict(zip("，！？：；（）", ",!?:;()", strict=True))
_NUMERALS = dict(zip("㈠㈡㈢㈣㈤㈥㈦㈧㈨", "一二三四五六七八九", strict=True))


@dataclass(frozen=True, slots=True)
class Normal:
    """A text in one form; each letter knows from where to where it stood in what was typed."""

    text: str
    starts: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give where a piece of the normal text stands in what was typed."""
        return self.starts[start], self.starts[end - 1] + 1


def normalised(text: str) -> Normal:
    """Bring a text to one form: half width, digits as 0–9, nothing invisible, every blank a plain one."""
    letters: list[str] = []
    sizes: list[tuple[int, int]] = []
    place = 0
    for odd in _ODD.finditer(text):
        form = _form(odd[0])
        letters += text[place : odd.start()], form
        place = odd.end()
        if len(form) != 1:
            sizes.append((odd.start(), len(form)))
    letters.append(text[place:])
    starts = _starts(len(text), sizes)
    return Normal("".join(letters), starts)


def _starts(length: int, sizes: Sequence[tuple[int, int]]) -> Sequence[int]:
    """Give where each normal letter stood; only letters that became none or several need a list."""
    if not sizes:
        return range(length)
    starts: list[int] = []
    place = 0
    for odd, size in sizes:
        starts.extend(range(place, odd))
        starts.extend([odd] * size)
        place = odd + 1
    starts.extend(range(place, length))
    return starts


def _form(letter: str) -> str:  # noqa: PLR0911 -- one reason a line
    if letter.isascii():
        return letter if letter >= " " or letter == "\n" else "\n" if letter in _KEPT_BREAKS else " "
    if letter in _WIDE_MARKS:
        return _WIDE_MARKS[letter]
    if letter in _NUMERALS:
        return _NUMERALS[letter]
    kind = unicodedata.category(letter)
    if letter in _KEPT_BREAKS:
        return "\n"
    if kind in _DROPPED:
        return ""
    if kind in {"Zs", "Zl", "Zp", "Cc"}:
        return " "
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    return "".join(
        " " if part.isspace() else part
        for part in unicodedata.normalize("NFKC", letter)
        if unicodedata.category(part) not in _DROPPED
    )

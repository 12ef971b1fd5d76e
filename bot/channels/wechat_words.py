"""Cuts people's words out of the platform's XML before anything else in it is read.

A person may write `]]>`, `</Content>` or a whole `<FromUserName>`, and not every hop escapes it. What stands
between the first opening and the last closing tag of such a field is words, whatever it looks like.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

WORDS = {
    b"text": ("Content",),
    b"voice": ("Recognition",),
    b"location": ("Label", "Poiname"),
    b"link": ("Title", "Description"),
    b"event": ("Label", "Poiname", "ScanResult"),
}
"""By MsgType the fields that hold what a person wrote, said, chose on the map, shared or scanned."""
ALL = ("Content", "Recognition", "Label", "Title", "Description", "Poiname", "ScanResult")
EMPTY = {name: f"<{name}/>".encode() for name in ALL}
_TYPE = re.compile(rb"<MsgType>\s*+(?:<!\[CDATA\[\s*+)?(\w+)")


class _Tags:
    """The tags of some fields."""

    def __init__(self, names: tuple[str, ...]) -> None:
        one = rb"(" + b"|".join(name.encode() for name in names) + rb")"
        opening, closing = rb"<" + one + rb"(?:\s[^<>]*)?>", rb"</" + one + rb"\s*+>"
        self.opening = re.compile(opening)
        self.closing = re.compile(closing)
        self.border = re.compile(closing + rb"\s*+" + opening)


_TAGS = {kind: _Tags(names) for kind, names in WORDS.items()}
_ANY = _Tags(ALL)
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
_ESCAPED_ENDS = (b"]]]]><![CDATA[>", b"]]]><![CDATA[]>")
"""How a `]]>` is written inside by those who escape it."""


class Words(NamedTuple):
    """What stood in one field, as it came."""

    name: str
    inside: bytes

    @property
    def literal(self) -> bytes | None:
        """The words without their wrapping; None where they came without one and need a reader of XML."""
        inside = self.inside.strip()
        if not inside.startswith(_CDATA) or not inside.endswith(_CDATA_END):
            return self.inside if b"<" not in inside and b"&" not in inside else None
        text = inside[len(_CDATA) : -len(_CDATA_END)]
        for escaped in _ESCAPED_ENDS:
            text = text.replace(escaped, _CDATA_END)
        return text


def cut_words(body: bytes) -> tuple[bytes, list[Words]]:
    """Give the body with an empty element in place of each field of words, and those words."""
    first = _ANY.opening.search(body)
    if first is None:
        return body, []
    # What stands before the first words is the platform's own.
    kind = _TYPE.search(body, 0, first.start())
    tags = _TAGS.get(kind[1].lower(), _ANY) if kind else _ANY
    closings = list(tags.closing.finditer(body, first.end()))
    if len(closings) == 1 and closings[0][1] == first[1] and not tags.opening.search(body, first.end()):
        # As nearly all come.
        name, end = first[1].decode(), closings[0]
        cut = body[: first.start()] + EMPTY[name] + body[end.end() :]
        return cut, [Words(name, body[first.end() : end.start()])]
    last = {closing[1]: closing for closing in closings}
    rest: list[bytes] = []
    words: list[Words] = []
    position = 0
    opening = tags.opening.search(body, first.start())
    while opening is not None:
        after = opening.end()
        closing = last.get(opening[1])
        if not opening[0].endswith(b"/>") and closing is not None and closing.start() >= after:
            after = _end(body, opening, last, tags)
            found = _split(body, opening, after, last, tags)
            rest.append(body[position : opening.start()])
            rest += [EMPTY[each.name] for each in found]
            words += found
            position = after
        opening = tags.opening.search(body, after)
    rest.append(body[position:])
    return b"".join(rest), words


_Last = Mapping[bytes, re.Match[bytes]]


def _end(body: bytes, opening: re.Match[bytes], last: _Last, tags: _Tags) -> int:
    """Give where the words end: fields that reach into one another end together."""
    end = last[opening[1]].end()
    inner = tags.opening.search(body, opening.end(), end)
    while inner is not None:
        if inner[1] in last:
            end = max(end, last[inner[1]].end())
        inner = tags.opening.search(body, inner.end(), end)
    return end


def _split(body: bytes, opening: re.Match[bytes], end: int, last: _Last, tags: _Tags) -> list[Words]:
    """Divide what lies between fields that reach into one another; wherever it is cut, all of it is words."""
    name, start = opening[1], opening.end()
    found: list[Words] = []
    if last[name].end() < end:
        for border in tags.border.finditer(body, start, end):
            if border[1] == name and border[2] not in {name, *(each.name.encode() for each in found)}:
                found.append(Words(name.decode(), body[start : border.start()]))
                name, start = border[2], border.end()
    closing = last[name].start() if name in last else end
    found.append(Words(name.decode(), body[start : closing if start <= closing < end else end]))
    return found

"""A strict and fast reader of the small XML that WeChat and WeCom send."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import unescape

from bot.channels.base import Quarantined, Rejected
from bot.channels.wechat_words import Words, cut_words

MAX_BYTES = 256 * 1024
MAX_DEPTH = 16
MAX_ELEMENTS = 4000
FIELD_DEPTH = 2

BOM = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# What XML 1.0 may not hold, as bytes or as a character reference; a person's keyboard can produce it.
_UNREADABLE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_LOWEST, _SURROGATES, _NONCHARACTERS, _HIGHEST = 0x20, range(0xD800, 0xE000), (0xFFFE, 0xFFFF), 0x10FFFF

_QUOTES = {"&quot;": '"', "&apos;": "'"}


@dataclass(slots=True)
class Document:
    """One XML text as flat fields; what lies deeper is kept as leaves below their top field."""

    root: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    """Fields without children; the first value where one is repeated."""
    leaves: list[tuple[str, str, str]] = field(default_factory=list)
    """(top field, leaf, text) of everything nested, in order."""
    repeated: set[str] = field(default_factory=set)
    nested: set[str] = field(default_factory=set)
    stray_text: bool = False
    """There is text where only elements belong."""

    def below(self, top: str, leaf: str) -> list[str]:
        """Give all values of a leaf somewhere under a top field."""
        return [text for above, name, text in self.leaves if above == top and name == leaf]


class _Builder:
    """Receives what expat reads."""

    __slots__ = ("_depth", "_elements", "_is_leaf", "_text", "_top", "document")

    def __init__(self) -> None:
        self.document = Document()
        self._depth = 0
        self._elements = 0
        self._is_leaf = False
        self._text = ""
        self._top = ""

    def start(self, name: str, _attributes: object) -> None:
        self._elements += 1
        self._depth = depth = self._depth + 1
        if depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise Rejected("xml_size", 400)
        if self._text:
            if not self._text.isspace():
                self.document.stray_text = True
            self._text = ""
        if depth == FIELD_DEPTH:
            self._top = name
        elif depth == 1:
            self.document.root = name
        else:
            self.document.nested.add(self._top)
        self._is_leaf = True

    def end(self, name: str) -> None:
        text, self._text = self._text, ""
        depth, self._depth = self._depth, self._depth - 1
        document = self.document
        if not self._is_leaf or depth < FIELD_DEPTH:
            if text and not text.isspace():
                document.stray_text = True
            if depth == FIELD_DEPTH and name in document.fields:
                document.repeated.add(name)
        elif depth > FIELD_DEPTH:
            document.leaves.append((self._top, name, text))
        elif name in document.fields or name in document.nested:
            document.repeated.add(name)
        else:
            document.fields[name] = text
        self._is_leaf = False

    def text(self, data: str) -> None:
        self._text += data


def _refuse_doctype(*_declaration: object) -> None:
    raise Rejected("doctype", 400)


def _parse(body: bytes) -> Document:
    # The encoding is fixed, whatever the declaration says: WeChat sends UTF-8 only.
    parser = expat.ParserCreate("utf-8")
    builder = _Builder()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    # Without a document type there are no entities to declare, to expand or to fetch.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(body, True)
    return builder.document


def _readable_reference(reference: re.Match[bytes]) -> bytes:
    hexadecimal, decimal = reference.groups()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    unreadable = (
        (code < _LOWEST and code not in b"\t\n\r")
        or code in _SURROGATES
        or code in _NONCHARACTERS
        or code > _HIGHEST
    )
    return b"" if unreadable else reference.group()


def read_xml(body: bytes) -> Document:
    """Read one XML text; people's words are cut out first, and no field can be set from within them.

    Control characters are dropped; what else is unreadable raises Quarantined, for it may still be genuine.
    """
    if len(body) > MAX_BYTES:
        raise Rejected("too_big", 413)
    body = body.removeprefix(BOM).strip()
    if not body:
        raise Rejected("empty", 400)
    if body.startswith(UTF16_MARKS):  # expat would believe them rather than us
        raise Quarantined("not_well_formed")
    rest, words = cut_words(body)
    document = _parse_cleaned(rest)
    if document is None:
        raise Quarantined("not_well_formed")
    for each in words:
        _put(document, each)
    return document


def _parse_cleaned(body: bytes) -> Document | None:
    try:
        return _parse(body)
    except expat.ExpatError:
        cleaned = _REFERENCE.sub(_readable_reference, _UNREADABLE.sub(b"", body))
    try:
        return _parse(cleaned)
    except expat.ExpatError:
        return None


def _put(document: Document, words: Words) -> None:
    """Put words into the place from which they were cut."""
    text = _text_of(document, words)
    if not document.fields.get(words.name, text):
        document.fields[words.name] = text
        return
    for index, (top, leaf, held) in enumerate(document.leaves):
        if leaf == words.name and not held:
            document.leaves[index] = (top, leaf, text)
            return


def _text_of(document: Document, words: Words) -> str:
    literal = words.literal
    if literal is None:
        inside = _parse_cleaned(b"<x><w>%b</w></x>" % words.inside)
        if inside is not None and not inside.repeated and not inside.fields.keys() - {"w"}:
            document.nested |= {words.name} if inside.nested else set()
            return inside.fields.get("w", "")
        literal = unescape(words.inside.decode("utf-8", "surrogateescape"), _QUOTES).encode(
            "utf-8", "surrogateescape"
        )
    try:
        text = _UNREADABLE.sub(b"", literal).decode()
    except UnicodeDecodeError:
        raise Quarantined("not_well_formed") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")

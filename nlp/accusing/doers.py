"""Whose deed it is: whoever is named next before it, or right behind it; others, and pleas for help, stand in the way."""

from collections.abc import Iterator
from dataclasses import dataclass

from nlp.accusing.mentions import BODIES, DESCRIBED, HOUSE, SURE, VAGUE, WHO, Mention
from nlp.accusing.tokens import (
    DEEDS,
    IDLE,
    INSULT,
    LEISURE,
    MONEY,
    NAME,
    NICK,
    SLACK,
    Sentence,
    Token,
    breaks,
)

_RESPONSES = frozenset({"threat", "revenge", "leak", INSULT, IDLE, SLACK})
"""What somebody does who was asked for help; other deeds after a plea are those that the plea is about."""
_ON_ME = frozenset("对冲朝跟把被向给让叫要找")
_REACH = {SURE: 40, DESCRIBED: 26, VAGUE: 16}
_BEFORE = 4


@dataclass(frozen=True, slots=True)
class Hit:
    mention: Mention
    deed: str
    asks: bool = False
    """It stands in a question."""


def hits(sentence: Sentence, named: tuple[Mention, ...], before: tuple[Mention, ...]) -> Iterator[Hit]:
    for index, token in enumerate(sentence.tokens):
        if token.kind in DEEDS or token.kind == "paid":
            if (mention := _doer(sentence, index, named, before)) is not None:
                yield Hit(mention, _kind(token, sentence, mention), _asks(sentence))
        elif token.kind == "goods" and (mention := _given_to(sentence.text, token, named)) is not None:
            yield Hit(mention, MONEY)
        elif token.kind == "complain" and (mention := _complained_of(sentence, index, named)) is not None:
            yield Hit(mention, "complain")


def _asks(sentence: Sentence) -> bool:
    last = sentence.tokens[-1].end
    tail = sentence.text[last : last + 8]
    return any(mark in tail for mark in "吗么吧?？") or any(
        token.word == "会不会" for token in sentence.tokens
    )


def _kind(token: Token, sentence: Sentence, mention: Mention) -> str:
    if token.kind != LEISURE:
        return token.kind
    at_work = any(each.kind in {"office", "inside"} for each in sentence.tokens)
    return IDLE if at_work or 0 <= token.start - mention.end <= _BEFORE else LEISURE


def _doer(
    sentence: Sentence, index: int, named: tuple[Mention, ...], before: tuple[Mention, ...]
) -> Mention | None:
    """Give whose deed it is: whoever is named next before it, or right behind it (`收黑钱的站长`)."""
    tokens, text = sentence.tokens, sentence.text
    deed = tokens[index]
    if deed.kind in {INSULT, IDLE, LEISURE, SLACK} and _is_mine(text, deed):
        return None
    given = next((m for m in named if deed.start < m.start and m.end < deed.end and m.sure > VAGUE), None)
    if given is not None and deed.word.startswith(("送", "塞", "给", "转")):
        return given
    behind = next((m for m in named if 0 <= m.start - deed.end <= _BEFORE + 4 and m.sure), None)
    if behind is not None and _qualifies(text, deed, behind):
        return behind
    return _named_before(sentence, index, named) or _named_earlier(tokens[:index], before)


def _is_mine(text: str, deed: Token) -> bool:
    """Tell whether the writer did it: `我骂了他`, but not `对我吼`."""
    before = text[max(0, deed.start - 2) : deed.start]
    return before.endswith("我") and before[:-1] not in _ON_ME


def _named_before(sentence: Sentence, index: int, named: tuple[Mention, ...]) -> Mention | None:
    """Walk back from a deed to whoever is named next; others, and pleas for help, stand in the way."""
    tokens, text = sentence.tokens, sentence.text
    deed = tokens[index]
    pronoun = False
    for at in range(index - 1, -1, -1):
        token = tokens[at]
        if token.kind == "he":
            pronoun = True
        elif token.kind in WHO:
            mention = next((m for m in named if m.start <= token.start < m.end), None)
            if mention is not None and mention.sure and deed.start - mention.end <= _REACH[mention.sure]:
                return mention if mention.sure > VAGUE else _body_of(mention, named)
            if mention is not None and mention.sure:
                return None
        elif not pronoun and _stands_between(tokens, at, deed, text):
            return None
    return None


def _body_of(title: Mention, named: tuple[Mention, ...]) -> Mention:
    """Give the body of the house to which a bare title belongs that was named shortly before: `联络站…，工作人员…`."""
    near = (m for m in reversed(named) if m.end <= title.start and title.start - m.end <= _REACH[VAGUE])
    return next((m for m in near if m.kinds & HOUSE), title)


def _stands_between(tokens: tuple[Token, ...], at: int, deed: Token, text: str) -> bool:
    """Tell whether a deed is that of others, or what somebody was asked to see to."""
    token = tokens[at]
    if token.kind == "other":
        return not _is_object(tokens, at, text)
    if token.kind == "asked":
        return deed.kind not in _RESPONSES or not breaks(text, token.end, deed.start)
    return token.kind == "helped" and deed.kind not in {MONEY, "paid"}


def _named_earlier(tokens: tuple[Token, ...], before: tuple[Mention, ...]) -> Mention | None:
    """Give who the sentence before was about, where this one names nobody else: `她收了我两条烟`."""
    kinds = [
        "he" if token.kind == "person" else token.kind
        for token in tokens
        if token.kind in {"he", "other"} or token.kind in WHO
    ]
    if kinds and kinds[-1] != "he" and "other" in kinds:
        return None
    if any(kind in WHO for kind in kinds):
        return None
    return next((mention for mention in reversed(before) if mention.sure >= DESCRIBED), None)


def _qualifies(text: str, deed: Token, mention: Mention) -> bool:
    """Tell whether a deed stands before the one who did it: `收黑钱的站长`, `红包给了柯主任`."""
    between = text[deed.end : mention.start]
    if between.endswith(("给", "给了", "给过", "到")):
        return deed.kind in {MONEY, "paid"}
    return between.endswith("的") or (between.startswith("的") and between.endswith("是"))


def _given_to(text: str, goods: Token, named: tuple[Mention, ...]) -> Mention | None:
    """Give to whom a bribe went: `红包给了柯主任`."""
    for mention in named:
        between = text[goods.end : mention.start]
        if mention.sure and 0 < mention.start - goods.end <= _BEFORE + 2 and between.endswith(_GIVEN):
            return mention
    return None


_GIVEN = ("给", "给了", "给过", "进了", "到了")
_OBJECT_AFTER = frozenset({"take", "addressed", "paid", MONEY})
_BEFORE_OBJECT = frozenset("收给被跟和把向对为帮替找与骂拿吃要从请叫让同打罚告查管送护在是开当")


def _is_object(tokens: tuple[Token, ...], at: int, text: str) -> bool:
    """Tell whether others are those to whom something is done, and do nothing themselves: `收了开发商的红包`."""
    token = tokens[at]
    before = text[max(0, token.start - 3) : token.start]
    last = tokens[at - 1] if at else None
    if last is not None and last.kind == "other" and token.start - last.end <= 1:
        return _is_object(tokens, at - 1, text)
    near = last is not None and last.kind in _OBJECT_AFTER | DEEDS and token.start - last.end <= _BEFORE
    return near or any(letter in _BEFORE_OBJECT for letter in before)


def _complained_of(sentence: Sentence, index: int, named: tuple[Mention, ...]) -> Mention | None:
    """Give whom a complaint names: `投诉柯巧云`, but not `向柯巧云投诉物业`."""
    complain, text, tokens = sentence.tokens[index], sentence.text, sentence.tokens
    for mention in named:
        between = text[complain.end : mention.start]
        if not 0 <= mention.start - complain.end <= _BEFORE * 2 or breaks(text, complain.end, mention.start):
            continue
        if any(token.kind == "other" and complain.end <= token.start < mention.start for token in tokens):
            continue
        if complain.word in {"反映", "反映一下", "反应一下", "曝光"} or between.endswith(
            ("到", "给", "向", "找", "过")
        ):
            continue
        bodies = mention.kinds & BODIES
        ours = bodies <= (HOUSE | {"ours", "inside"}) or mention.kinds & {NAME, NICK, "deputy", "mp"}
        if mention.sure >= DESCRIBED and ours:
            return mention
    return None

"""Who is named in a sentence: words that stand together are one mention, with how surely somebody of the house is meant."""

from collections.abc import Iterator
from dataclasses import dataclass

from nlp.accusing.tokens import (
    BYNAME,
    DEEDS,
    DEPARTMENT,
    DESK,
    NAME,
    NICK,
    STATION,
    STREET,
    Sentence,
    Token,
    breaks,
    named_after,
)

PERSONAL = frozenset({NAME, NICK, BYNAME, "title", "person", "deputy", "mp", "called"})
BODIES = frozenset({STATION, STREET, DESK, DEPARTMENT, "house", "ours", "inside", "area", "bureau"})
WHO = PERSONAL | BODIES
HOUSE = frozenset({STATION, DESK, "house"})
OWN_SITE = frozenset(
    {
        "你们",
        "你们这些人",
        "你们这帮人",
        "你们这群人",
        "你们那",
        "你们这里",
        "你们这儿",
        "你们那里",
        "你们那儿",
        "你们这边",
        "你们那边",
        "你哋",
        "恁们",
    }
)
"""How everybody addresses the bot; nobody is meant by it until a grave deed follows."""
_OPENING = 12
_JOIN = 5
_NEAR = 4
_PRETENDED = ("冒充", "假冒", "冒名", "冒用", "自称", "自称是", "假装", "假扮", "打着")
"""Before a name: somebody else did it."""
SURE, DESCRIBED, VAGUE, NOBODY = 3, 2, 1, 0


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch that names somebody."""

    start: int
    end: int
    sure: int
    tokens: tuple[Token, ...]

    @property
    def kinds(self) -> set[str]:
        return {token.kind for token in self.tokens}


def mentions(sentence: Sentence) -> Iterator[Mention]:
    """Join what stands together into one mention: `东苑站` + `姓柯的`, `住建局` + `鲍明远`."""
    group: list[Token] = []
    tokens = sentence.tokens
    for index, token in enumerate(tokens):
        if token.kind in {"mp", "title", BYNAME} and not group and _stands_for_others(tokens, index):
            continue
        if token.kind in WHO and _is_spoken_to(sentence.text, token):
            continue
        if token.kind in WHO:
            far = group and (
                token.start - group[-1].end > _JOIN
                or breaks(sentence.text, group[-1].end, token.start)
                or tokens[index - 1] is not group[-1]
            )
            if far:
                yield _mention(group, sentence.text, tokens)
                group = []
            group.append(token)
    if group:
        yield _mention(group, sentence.text, tokens)


def _is_spoken_to(text: str, token: Token) -> bool:
    """Tell whether a letter begins with somebody, or something happens before their eyes: `王局长：您好`, `当着代表的面`."""
    if text[: token.start].endswith(_PRETENDED):
        return True
    after = text[token.end : token.end + 4].lstrip(" ,，")
    return after.startswith("的面") or (
        token.start <= _OPENING
        and token.kind != NAME
        and after.startswith((":", "：", "您好", "你好", "们好", "们:", "们您好", "们你好"))
    )


def _stands_for_others(tokens: tuple[Token, ...], index: int) -> bool:
    """Tell whether somebody speaks for a firm or a school, and is no deputy: `开发商派的代表`."""
    last = tokens[index - 1] if index else None
    return last is not None and last.kind == "other" and tokens[index].start - last.end <= _NEAR


def _mention(group: list[Token], text: str, tokens: tuple[Token, ...]) -> Mention:
    start, end = group[0].start, group[-1].end
    following = next((token for token in tokens if token.start >= end), None)
    named = (
        following is not None
        and following.kind in DEEDS | {"take"}
        and named_after(text, end, following.start)
    )
    return Mention(start, end, _sureness(group, named=named), tuple(group))


def _sureness(group: list[Token], *, named: bool) -> int:
    """Tell how surely somebody of the house is meant."""
    kinds = {token.kind for token in group}
    person = bool(kinds & {"title", "person", "called", "mp", "deputy", NICK}) or named
    if NAME in kinds or "deputy" in kinds:
        return SURE
    if kinds & HOUSE or _is_ours(group):
        return SURE if person else DESCRIBED
    if kinds & {NICK, BYNAME}:
        return DESCRIBED if kinds & (BODIES - {"area"}) or _has_title(group) else VAGUE
    if "mp" in kinds:
        return DESCRIBED
    if kinds & {STREET, DEPARTMENT, "bureau", "area", "inside", "ours"}:
        return DESCRIBED if person else VAGUE
    return VAGUE if "title" in kinds else NOBODY


def _has_title(group: list[Token]) -> bool:
    return any(token.kind == "title" or (token.kind == NICK and len(token.word) > 2) for token in group)  # noqa: PLR2004


def _is_ours(group: list[Token]) -> bool:
    return any(token.kind == "ours" and token.word not in OWN_SITE for token in group)

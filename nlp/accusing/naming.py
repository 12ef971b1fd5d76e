"""Whether a text only names somebody of the house: where a life is at stake that is enough to keep it from them."""

import re
from pathlib import Path

from nlp.accusing.mentions import DESCRIBED, OWN_SITE, VAGUE, Mention
from nlp.accusing.tokens import BYNAME, DEPARTMENT, DESK, NAME, NICK, STATION, STREET, Token
from nlp.accusing.words import table

_SURELY_OURS = frozenset({NAME, NICK, STATION, DESK, "house", "mp", "deputy"})
_KINDS = dict(table(Path(__file__).with_name("naming.txt")))
_ANYBODY = frozenset(_KINDS["anybody"])
"""Words for a person who may be anybody: `街道上有人持刀` means nobody of the street."""
_CALLED_FOR_HELP = frozenset(_KINDS["called_for_help"])
"""Titles of those whom everybody calls for help; alone they mean nobody of the house."""
_TELLING = 3
"""A friendly name of two letters (`老柯`) may be anybody's."""
_STREETS = ("街道", "镇", "乡")
"""What a street is called, which a roster may list among the departments too; as an address it means nobody."""
_ADDRESS = re.compile(
    r"(?:有人|有个|[^,，。;；!！?？ 我你他她不逼害]{0,8}(?:小区|社区|村|路|号|幢|栋|单元|苑|园|里))"
)


def only_names(mention: Mention, text: str) -> bool:
    """Tell whether a mention means somebody of the house, whatever is said of them."""
    if mention.sure < VAGUE:
        return False
    meant = [token for token in mention.tokens if token.word not in _ANYBODY]
    return any(_is_ours(token, mention, text) for token in meant)


def _is_ours(token: Token, mention: Mention, text: str) -> bool:
    if token.kind == STREET or (token.kind == DEPARTMENT and any(word in token.word for word in _STREETS)):
        return not (token.word.endswith(_STREETS) and _ADDRESS.match(text, token.end))
    if token.kind == "ours":
        return token.word not in OWN_SITE
    if token.kind == "title":
        return token.word not in _CALLED_FOR_HELP
    if token.kind == BYNAME:
        return len(token.word) >= _TELLING
    return token.kind in _SURELY_OURS or (token.kind == "person" and mention.sure >= DESCRIBED)

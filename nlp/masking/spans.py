"""What was found in a text, and what stands in its place."""

from dataclasses import dataclass

HIDDEN = "＊＊"
PHONE, IDENTITY, CARD, PLATE, ACCOUNT, MAIL, NAME, CALLED, FLAT = (
    "phone",
    "identity",
    "card",
    "plate",
    "account",
    "mail",
    "name",
    "called",
    "flat",
)
KINDS = (PHONE, IDENTITY, CARD, PLATE, ACCOUNT, MAIL, NAME, CALLED, FLAT)
"""`called` is how people speak of others: 老张, 王阿姨."""
CONTACT = frozenset({PHONE, IDENTITY, CARD, PLATE, ACCOUNT, MAIL, NAME})
"""What leads to a person by itself."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of the normal text that must not be read."""

    start: int
    end: int
    kind: str
    shown: str = HIDDEN

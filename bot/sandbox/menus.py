"""The rules of a menu: three buttons, five below each, short names and keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KEYED = frozenset(
    ("click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin")
) | {"location_select"}
TYPES = KEYED | {"view", "miniprogram", "media_id", "view_limited", "article_id"}
LONGEST_KEY = 128
LONGEST_URL = 1024


@dataclass(frozen=True, slots=True)
class _Level:
    """The limits of one level and the platform's number for each fault."""

    most: int
    longest_name: int
    count_fault: int
    type_fault: int
    name_fault: int
    key_fault: int
    url_fault: int


TOP = _Level(3, 16, 40016, 40017, 40018, 40019, 40020)
BELOW = _Level(5, 60, 40023, 40024, 40025, 40026, 40027)


def menu_fault(menu: Mapping[str, Any]) -> int:
    """Give the platform's number for the first fault of a menu, or 0."""
    buttons = menu.get("button")
    return _fault(buttons, TOP) if isinstance(buttons, list) else TOP.count_fault


def _fault(buttons: Sequence[Any], level: _Level) -> int:
    if not 0 < len(buttons) <= level.most:
        return level.count_fault
    faults = (_button_fault(button, level) for button in buttons)
    return next((fault for fault in faults if fault), 0)


def _button_fault(button: Any, level: _Level) -> int:  # noqa: ANN401 - JSON
    if not isinstance(button, dict):
        return level.count_fault
    if not _fits(button.get("name"), level.longest_name):
        return level.name_fault
    if level is TOP and button.get("sub_button"):
        below = button["sub_button"]
        return _fault(below, BELOW) if isinstance(below, list) else BELOW.count_fault
    kind = button.get("type")
    if kind in KEYED and not _fits(button.get("key"), LONGEST_KEY):
        return level.key_fault
    if kind == "view" and not _fits(button.get("url"), LONGEST_URL):
        return level.url_fault
    return 0 if kind in TYPES else level.type_fault


def _fits(text: Any, longest: int) -> bool:  # noqa: ANN401 - JSON
    return isinstance(text, str) and 0 < len(text.encode()) <= longest

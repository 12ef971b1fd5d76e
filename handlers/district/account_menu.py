"""The account's menu: ours, the one it had before, and the platform's rules for both."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.texts import Texts
from nlp.text.fold import command_line

Button = Mapping[str, Any]

MOST_BUTTONS, MOST_BELOW = 3, 5
LONGEST_NAME, LONGEST_NAME_BELOW = 16, 40
"""Bytes. Whether a lower button may have 60 is not settled; 40 is safe."""
LONGEST_KEY, LONGEST_URL = 128, 1024
LONGEST_REPLY = 2048
IMPORTED_KEY = "imported:"
"""Begins the keys of buttons that showed something in the console and had no key there."""

_KEYED = frozenset(
    (
        *("click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"),
        "location_select",
    )
)
_NEEDS = {"view": ("url",), "miniprogram": ("url", "appid", "pagepath"), "media_id": ("media_id",)} | {
    "view_limited": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
}
_KEPT = ("type", "key", "url", "appid", "pagepath", "media_id", "article_id")


@dataclass(slots=True)
class OldAccount:
    """What the account did by itself before the bot."""

    buttons: list[Button] = field(default_factory=list)
    """As the platform takes them, so that they can be put back."""
    clicks: dict[str, str] = field(default_factory=dict)
    """What a menu key answers; empty words stand for a picture, a voice or a video."""
    keywords: dict[str, str] = field(default_factory=dict)
    """What a keyword answers, by the form in which lines are looked up."""
    follow: str = ""
    default: str = ""
    left_behind: list[str] = field(default_factory=list)
    """What cannot be taken along, in words for the operator."""

    def __bool__(self) -> bool:
        return bool(self.buttons or self.keywords or self.follow or self.default)


def own_menu(texts: Texts) -> list[Button]:
    """Make the bot's menu: every key is a word that a voter could type."""
    return [
        _click(texts("menu_report"), "帮助"),
        _click(texts("menu_mine"), "我的"),
        {
            "name": texts("menu_people"),
            "sub_button": [
                _click(texts("menu_station"), "找站"),
                _click(texts("menu_deputy"), "找代表"),
                _click(texts("menu_person"), "人工"),
                _click(texts("menu_privacy"), "隐私"),
            ],
        },
    ]


def _click(name: str, key: str) -> Button:
    return {"name": name, "type": "click", "key": key}


def read_account(menu: Mapping[str, Any], replies: Mapping[str, Any]) -> OldAccount:
    """Read the answers of get_current_selfmenu_info and get_current_autoreply_info."""
    old = OldAccount()
    for position, button in enumerate(_listed(menu.get("selfmenu_info"), "button"), 1):
        below = _listed(button.get("sub_button"), "list")
        if below:
            inner = [_button(old, each, f"{position}.{n}") for n, each in enumerate(below, 1)]
            old.buttons.append({"name": str(button.get("name", "")), "sub_button": inner})
        else:
            old.buttons.append(_button(old, button, str(position)))
    for rule in _listed(replies.get("keyword_autoreply_info"), "list"):
        _read_rule(old, rule)
    if replies.get("is_add_friend_reply_open"):
        old.follow = _words(replies.get("add_friend_autoreply_info"))
    if replies.get("is_autoreply_open"):
        old.default = _words(replies.get("message_default_autoreply_info"))
    return old


def _button(old: OldAccount, button: Button, where: str) -> Button:
    """Keep a button that leads somewhere; make a click of one that shows something."""
    name, kind = str(button.get("name", "")), str(button.get("type", ""))
    if kind in _KEYED or kind in _NEEDS:
        return {"name": name} | {key: button[key] for key in _KEPT if button.get(key)}
    key = f"{IMPORTED_KEY}{where}"
    old.clicks[key] = words = _shown(button)
    if not words:
        old.left_behind.append(f"the button {name} shows a {kind}: the bot can only say that it is gone")
    return _click(name, key)


def _read_rule(old: OldAccount, rule: Button) -> None:
    answers = [_words(answer) for answer in _listed(rule, "reply_list_info")]
    words = "\n".join(filter(None, answers))
    keywords = [each for each in _listed(rule, "keyword_list_info") if each.get("type", "text") == "text"]
    if not words:
        name = rule.get("rule_name") or "without a name"
        old.left_behind.append(f"the keyword rule {name} answers with a picture, a voice or a video")
        return
    for keyword in keywords:
        if line := command_line(str(keyword.get("content", "")))[:LONGEST_KEY]:
            old.keywords[line] = words


def _words(answer: object) -> str:
    """Give an automatic reply as text: its words, or the titles and addresses of its articles."""
    if not isinstance(answer, Mapping):
        return ""
    articles = _articles(answer)
    if articles or answer.get("type") not in {None, "text"}:
        return articles
    return _cut(str(answer.get("content", "")).strip())


def _shown(button: Button) -> str:
    articles = _articles(button)
    if articles or button.get("type") != "text":
        return articles
    return _cut(str(button.get("value", "")).strip())


def _articles(answer: Mapping[str, Any]) -> str:
    lines = []
    for article in _listed(answer.get("news_info"), "list"):
        lines += [str(article.get(name, "")).strip() for name in ("title", "content_url")]
    return _cut("\n".join(filter(None, lines)))


def _cut(text: str) -> str:
    return text.encode()[:LONGEST_REPLY].decode(errors="ignore")


def _listed(holder: object, name: str) -> list[Button]:
    found = holder.get(name) if isinstance(holder, Mapping) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def menu_faults(buttons: Sequence[Button]) -> Iterator[str]:
    """Say what the platform would refuse, in words for the operator."""
    if not 0 < len(buttons) <= MOST_BUTTONS:
        yield f"a menu has 1 to {MOST_BUTTONS} buttons, this one {len(buttons)}"
    for button in buttons:
        yield from _name_faults(button, LONGEST_NAME)
        below = button.get("sub_button")
        if below is None:
            yield from _target_faults(button)
            continue
        if not 0 < len(below) <= MOST_BELOW:
            yield f"{button.get('name')}: 1 to {MOST_BELOW} buttons stand below one, here {len(below)}"
        for each in below:
            yield from _name_faults(each, LONGEST_NAME_BELOW)
            yield from _target_faults(each)


def _name_faults(button: Button, longest: int) -> Iterator[str]:
    size = len(str(button.get("name", "")).encode())
    if not 0 < size <= longest:
        yield f"{button.get('name') or 'a button without a name'}: the name has {size} bytes, 1 to {longest} are allowed"


def _target_faults(button: Button) -> Iterator[str]:
    name, kind = button.get("name"), button.get("type")
    if kind in _KEYED:
        if not 0 < len(str(button.get("key", "")).encode()) <= LONGEST_KEY:
            yield f"{name}: the key must have 1 to {LONGEST_KEY} bytes"
    elif kind not in _NEEDS:
        yield f"{name}: the platform knows no button of the type {kind}"
    elif missing := [need for need in _NEEDS[kind] if not button.get(need)]:
        yield f"{name}: {', '.join(missing)} is missing"
    elif len(str(button.get("url", "")).encode()) > LONGEST_URL:
        yield f"{name}: the address is longer than {LONGEST_URL} bytes"

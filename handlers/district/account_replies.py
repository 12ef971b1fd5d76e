"""The account's old menu and keyword replies: stored once, answered by the bot ever after."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.district.account_menu import Button, OldAccount
from handlers.district.district import AccountReplies
from storage.people.account_replies import load_replies, replace_replies

_MENU = "menu"


def keep_account(session: Session, old: OldAccount, now: datetime) -> None:
    """Store what was imported, in the place of what was imported before."""
    rows: list[dict[str, Any]] = [
        {"kind": _MENU, "key": "", "text": "", "data": {"button": list(old.buttons)}},
        *({"kind": "click", "key": key, "text": words, "data": {}} for key, words in old.clicks.items()),
        *({"kind": "keyword", "key": key, "text": words, "data": {}} for key, words in old.keywords.items()),
    ]
    for kind, words in (("follow", old.follow), ("default", old.default)):
        if words:
            rows.append({"kind": kind, "key": "", "text": words, "data": {}})
    replace_replies(session, rows, now)


def stored_account(session: Session) -> OldAccount:
    """Give what was imported."""
    old = OldAccount()
    for row in load_replies(session):
        if row.kind == _MENU:
            buttons: list[Button] = row.data.get("button", [])
            old.buttons = list(buttons)
        elif row.kind == "click":
            old.clicks[row.key] = row.text
        elif row.kind == "keyword":
            old.keywords[row.key] = row.text
        elif row.kind == "follow":
            old.follow = row.text
        else:
            old.default = row.text
    return old


def load_account_replies(session: Session) -> AccountReplies:
    """Give what the bot answers in the account's place."""
    old = stored_account(session)
    return AccountReplies(clicks=old.clicks, keywords=old.keywords)

"""The ladder: which ways are open for a push, best first, and why the better ones are closed.

Pure decisions: what the person did, what was sent, what the platform closed and the time are all given.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.messages.ledger import Closed
from storage.messages.outbox import ALERT
from storage.messages.sending import Owed
from storage.models import Account

OFFICIAL, SMS = "official-account", "sms"


class Rung(enum.StrEnum):
    """How a push goes out."""

    TEXT = "text"
    """A free text: on the official account a customer-service message (客服消息), in WeCom an application's."""
    SUBSCRIPTION = "subscription"
    TEMPLATE = "template"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Window:
    """So many customer-service messages within so long after what the person did."""

    most: int
    length: timedelta


AFTER_MESSAGE = Window(5, timedelta(hours=48))
AFTER_ACTION = Window(3, timedelta(minutes=1))
ALERT_OF_MANY = "alert of many"
"""What an alert is asked as, to whom several of the same account went: the last of a window is another's."""
MAY_TAKE_THE_LAST = frozenset({"answer", "result", ALERT})
"""Kinds of pushes that the last message of a window is kept for."""
WORTH_AN_SMS = frozenset({"result", "reminder", ALERT, ALERT_OF_MANY})

OUTSIDE, USED_UP, RESERVED = "45015", "45047", "reserved"
NOT_ACCEPTED = "43101"
NO_TEMPLATE, NOT_WORTH_IT = "no_template", "not_worth_it"
LATER = "45011"
"""The platform's limit of this minute: no other way is taken, the push goes a minute later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the operator has set up, and what the platform has closed."""

    channels: frozenset[str]
    """Channels with a way out: `official-account`, `wecom`, `sms`."""
    templates: frozenset[str] = frozenset()
    """Keys of pushes for which there is a template message."""
    subscriptions: Mapping[str, str] = field(default_factory=dict)
    """Ids of the subscription messages, by the key of the push."""
    closed: tuple[Closed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One open way to a person."""

    channel: str
    address: str
    rung: Rung
    account_id: int | None = None
    in_action_window: bool = False
    template_id: str = ""
    """Of a subscription message: what its acceptance is counted by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The open ways, best first; the closed ones with their codes; and until when to wait for a better one."""

    ways: tuple[Way, ...]
    closed: tuple[tuple[str, str], ...]
    """`channel/rung` and the code that closed it."""
    wait_until: datetime | None = None

    @property
    def because(self) -> str:
        return " ".join(f"{way}={code}" for way, code in self.closed)


def choose(push: Owed, now: datetime, means: Means) -> Choice:
    """Try every rung in order: texts where the person last spoke, subscription, template, other texts, SMS.

    An alert does not wait: what the platform has closed for everybody is tried all the same once nothing else is left.
    """
    ways: list[Way] = []
    last_resort: list[Way] = []
    closed: dict[str, str] = {}
    shuts: list[Closed] = []
    for channel, rung, account in _rungs(push, means):
        shut = next((each for each in means.closed if (each.channel, each.rung) == (channel, rung)), None)
        own = _why_closed(push, rung, account, now, means)
        code = shut.code if shut else own
        if shut:
            shuts.append(shut)
        if code:
            closed.setdefault(f"{channel}/{rung}", code)
        if not own:
            acted = account is not None and _in_action_window(account, now)
            way = _way(channel, rung, account, push, means, acted=acted)
            (last_resort if shut else ways).append(way)
    if push.kind == ALERT:
        ways += last_resort
    elif any(shut.code == LATER for shut in shuts):
        ways = []
    wait_until = min((shut.until for shut in shuts), default=None) if not ways else None
    return Choice(ways=tuple(ways), closed=tuple(closed.items()), wait_until=wait_until)


def why_unreachable(push: Owed, choice: Choice) -> str:
    """Give a short word for staff: never bound, not following, refused before, or what shut the window."""
    if not push.accounts:
        return "kept" if push.kept else "no_account"
    if not any(account.following for account in push.accounts):
        return "43004"
    refused = next((account.unreachable_code for account in push.accounts if account.unreachable_code), "")
    by_window = (code for _, code in choice.closed if code in {OUTSIDE, USED_UP, RESERVED})
    return refused or next(by_window, OUTSIDE)


def _rungs(push: Owed, means: Means) -> Iterable[tuple[str, Rung, Account | None]]:
    """List the rungs in order; free texts in WeCom come first only for those who last spoke there."""
    accounts = [account for account in push.accounts if account.channel in means.channels]
    official = [account for account in accounts if account.channel == OFFICIAL]
    spoke = [account for account in accounts if account.last_message_at is not None][:1]
    first = [account for account in spoke if account.channel != OFFICIAL]
    others = [account for account in accounts if account.channel != OFFICIAL and account not in first]
    for account in (*first, *official):
        yield account.channel, Rung.TEXT, account
    for rung in (Rung.SUBSCRIPTION, Rung.TEMPLATE):
        for account in official:
            yield account.channel, rung, account
    for account in others:
        yield account.channel, Rung.TEXT, account
    if SMS in means.channels and push.phone and (push.kind in {ALERT, ALERT_OF_MANY} or not push.kept):
        yield SMS, Rung.SMS, None


def _why_closed(push: Owed, rung: Rung, account: Account | None, now: datetime, means: Means) -> str:
    """Give the code that the platform would refuse with, so that it need not be asked; empty if open."""
    if account is None:
        return "" if push.kind in WORTH_AN_SMS else NOT_WORTH_IT
    if account.unreachable_code or not account.following:
        return account.unreachable_code or "43004"
    if rung is Rung.TEXT:
        return _why_no_text(push.kind, account, now) if account.channel == OFFICIAL else ""
    if rung is Rung.TEMPLATE:
        return "" if push.template in means.templates else NO_TEMPLATE
    return _why_no_subscription(push, account, means)


def _why_no_subscription(push: Owed, account: Account, means: Means) -> str:
    template_id = means.subscriptions.get(push.template, "")
    if not template_id:
        return NO_TEMPLATE
    return "" if template_id in push.acceptances.get(account.id, ()) else NOT_ACCEPTED


def _why_no_text(kind: str, account: Account, now: datetime) -> str:
    if _in_action_window(account, now):
        return ""
    if not _within(account.last_message_at, AFTER_MESSAGE, now):
        return USED_UP if _within(account.last_action_at, AFTER_ACTION, now) else OUTSIDE
    remaining = AFTER_MESSAGE.most - account.window_used
    if remaining <= 0:
        return USED_UP
    return RESERVED if remaining == 1 and kind not in MAY_TAKE_THE_LAST else ""


def _in_action_window(account: Account, now: datetime) -> bool:
    return _within(account.last_action_at, AFTER_ACTION, now) and account.action_used < AFTER_ACTION.most


def _within(opened_at: datetime | None, window: Window, now: datetime) -> bool:
    return opened_at is not None and now - opened_at < window.length


def _way(channel: str, rung: Rung, account: Account | None, push: Owed, means: Means, *, acted: bool) -> Way:
    if account is None:
        return Way(channel=channel, address=push.phone, rung=rung)
    return Way(
        channel=channel,
        address=account.external_id,
        rung=rung,
        account_id=account.id,
        in_action_window=acted and rung is Rung.TEXT and channel == OFFICIAL,
        template_id=means.subscriptions[push.template] if rung is Rung.SUBSCRIPTION else "",
    )

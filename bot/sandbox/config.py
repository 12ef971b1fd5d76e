"""What the sandbox is told by whoever starts it, and what it refuses."""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit

from bot.sandbox.clock import SandboxClock
from bot.sandbox.wecom_account import CORP_ID_PREFIX, WeComAccount
from handlers.district.account_menu import own_menu
from handlers.texts import DEFAULT_TEXTS
from storage.keeping.beliefs import Beliefs

APP_ID_PREFIX = "wxsandbox"
_REAL_SECRET = re.compile(r"[0-9a-f]{32}", re.ASCII)

DEFAULT_MENU: Mapping[str, Any] = {"button": own_menu(DEFAULT_TEXTS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CastMember:
    """A deputy or member of staff of the district, ready to be played."""

    role: Literal["deputy", "staff"]
    key: str
    name: str
    title: str
    area_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationPin:
    key: str
    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A template of subscription messages (订阅通知) that people may agree to receive."""

    title: str
    fields: tuple[str, ...]
    lasting: bool = False
    """A long-term one: one acceptance is good for as many messages as one likes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConfig:
    """The pretend account, where the bot listens, and who can be played."""

    app_id: str
    app_secret: str
    token: str
    aes_key: str
    mode: Literal["plain", "compatible", "safe"]
    webhook_url: str
    clock: SandboxClock
    next_token: str = ""
    """What the console changes the Token to next; one of its own if empty."""
    next_aes_key: str = ""
    account_name: str = "连心桥"
    cast: Callable[[], Sequence[CastMember]] = field(default=lambda: ())
    issue_code: Callable[[CastMember], str] = field(default=lambda member: member.key)
    """Gives a one-time binding code from the bot."""
    after_jump: Callable[[], None] = field(default=lambda: None)
    """Lets the bot do at once what has become due."""
    believed: Callable[[], Beliefs] = field(default=Beliefs)
    """Tells what the bot believes of everybody, for the ledger."""
    record: Callable[[], Mapping[str, Any]] = field(default=lambda: MappingProxyType({}))
    """Counts what the bot's record holds in all."""
    stations: Callable[[], Sequence[StationPin]] = field(default=lambda: ())
    templates: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"sandbox-reminder": ("活动名称", "时间", "地点", "备注")}
    )
    """The fields of each template message that the pretend console has."""
    subscriptions: Mapping[str, Subscription] = field(
        default_factory=lambda: {
            "sandbox-result": Subscription(title="办理结果通知", fields=("编号", "进度", "说明"))
        }
    )
    """The templates of subscription messages; neither kind of template can be used as the other."""
    menu: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_MENU)
    """Stands until the bot makes a menu of its own."""
    wecom: WeComAccount | None = None
    """The pretend corp, where the bot has an application of one."""


def guard(config: SandboxConfig, host: str = "127.0.0.1") -> None:
    """Raise ValueError where the sandbox could meet a real account or the outside world."""
    if not config.app_id.startswith(APP_ID_PREFIX):
        raise ValueError(f"the sandbox works only with an app id that begins with {APP_ID_PREFIX}")
    if config.wecom and not config.wecom.corp_id.startswith(CORP_ID_PREFIX):
        raise ValueError(f"the sandbox works only with a corp id that begins with {CORP_ID_PREFIX}")
    if _REAL_SECRET.fullmatch(config.app_secret.lower()):
        raise ValueError("the app secret looks real; the sandbox works only with an invented one")
    if not is_loopback(host):
        raise ValueError(f"the sandbox listens on this machine only (127.0.0.1), not on {host}")
    urls = [config.webhook_url, *([config.wecom.webhook_url] if config.wecom else [])]
    if not all(is_loopback(urlsplit(url).hostname or "") for url in urls):
        raise ValueError("the sandbox delivers to this machine only; the webhook must be at 127.0.0.1")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

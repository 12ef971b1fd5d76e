"""What others are told of the settings: a little each, and never all of them."""

from collections.abc import Iterator

from bot.channels.official_account import OfficialAccount
from bot.channels.wecom import WeCom
from bot.core.clock import Clock
from bot.core.settings import Settings
from bot.files.fonts import chinese_font
from bot.files.papers import Note
from bot.files.shelf import Shelf, key_of
from bot.upkeep.audit import note_command
from handlers.context import Switches
from handlers.pushes.ladder import SMS


def switches_of(settings: Settings) -> Switches:
    """Give what handlers must know of the settings."""
    return Switches(
        forwards_events=bool(settings.forward_url),
        staff_channel="" if settings.staff_channel == "any" else settings.staff_channel,
        per_minute=settings.messages_per_minute,
        deputy_channel="" if settings.deputy_channel == "any" else settings.deputy_channel,
        subscriptions_last=settings.official_subscriptions_last,
        sends_links=bool(settings.public_url),
        font=chinese_font(settings.font),
        channels=frozenset(_channels(settings)),
        templates=frozenset(settings.official_templates),
        subscriptions=settings.official_subscriptions,
    )


def _channels(settings: Settings) -> Iterator[str]:
    if settings.official_configured:
        yield OfficialAccount.name
    if settings.wecom_configured:
        yield WeCom.name
    if settings.sms_url:
        yield SMS


def shelf_of(settings: Settings) -> Shelf:
    secrets = (settings.official_app_secret, settings.wecom_secret)
    key = key_of(*(secret.get_secret_value() for secret in secrets))
    return Shelf(settings.media_folder, settings.public_url, key)


def noting(settings: Settings, clock: Clock) -> Note:
    """Give what writes a line into the audit log."""
    return lambda command, **details: note_command(settings, clock(), command, **details)

"""The ways in and out: every channel that is configured is opened here."""

from collections.abc import Mapping

from bot.channels.base import Channel, Sender
from bot.channels.official_account import OfficialAccount
from bot.channels.official_account_sender import OfficialAccountSender
from bot.channels.sms import SmsSender
from bot.channels.token_keeper import TokenKeeper
from bot.channels.wecom import WeCom
from bot.channels.wecom_sender import WeComSender
from bot.core.clock import Clock
from bot.core.settings import Settings
from bot.core.writer import Writer
from bot.sending.token_store import SharedToken
from bot.sending.wecom_members import SharedMembers
from handlers.pushes.ladder import SMS


def connect(
    settings: Settings, clock: Clock, writer: Writer
) -> tuple[Mapping[str, Channel], Mapping[str, Sender]]:
    """Open the channels that are configured: requests come in by the first, pushes go out by the second."""
    ways: list[tuple[Channel, Sender]] = []
    if settings.official_configured:
        ways.append(_official_account(settings, clock, writer))
    if settings.wecom_configured:
        ways.append(_wecom(settings, clock, writer))
    senders = {way.name: out for way, out in ways}
    if settings.sms_url:
        senders[SMS] = SmsSender(settings.sms_url, settings.sms_token.get_secret_value(), clock)
    return {way.name: way for way, _ in ways}, senders


def _official_account(settings: Settings, clock: Clock, writer: Writer) -> tuple[Channel, Sender]:
    account = OfficialAccount(
        app_id=settings.official_app_id,
        token=settings.official_token.get_secret_value(),
        clock=clock,
        aes_key=settings.official_aes_key.get_secret_value(),
        previous_aes_key=settings.official_aes_key_previous.get_secret_value(),
        previous_token=settings.official_token_previous.get_secret_value(),
        mode=settings.official_mode,
        max_age=settings.max_age_seconds,
    )
    sender = OfficialAccountSender(
        app_id=settings.official_app_id,
        secret=settings.official_app_secret.get_secret_value(),
        api_base=settings.official_api_base,
        templates=settings.official_templates,
        template_fields=settings.official_template_fields,
        subscriptions=settings.official_subscriptions,
        subscription_fields=settings.official_subscription_fields,
        keeper=TokenKeeper(SharedToken(writer, settings.official_app_id), clock),
    )
    return account, sender


def _wecom(settings: Settings, clock: Clock, writer: Writer) -> tuple[Channel, Sender]:
    app = WeCom(
        corp_id=settings.wecom_corp_id,
        agent_id=settings.wecom_agent_id,
        token=settings.wecom_token.get_secret_value(),
        clock=clock,
        aes_key=settings.wecom_aes_key.get_secret_value(),
        previous_aes_key=settings.wecom_aes_key_previous.get_secret_value(),
        previous_token=settings.wecom_token_previous.get_secret_value(),
        max_age=settings.max_age_seconds,
    )
    # Each application of a corp has a token of its own.
    row = f"{settings.wecom_corp_id}:{settings.wecom_agent_id}"
    sender = WeComSender(
        corp_id=settings.wecom_corp_id,
        agent_id=settings.wecom_agent_id,
        secret=settings.wecom_secret.get_secret_value(),
        api_base=settings.wecom_api_base,
        keeper=TokenKeeper(SharedToken(writer, row), clock),
        members=SharedMembers(writer, clock, settings.wecom_corp_id),
        clock=clock,
        cards=settings.wecom_cards,
    )
    return app, sender

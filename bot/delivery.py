"""Deliveries: what the outbox owes goes out through a channel, and every result is recorded. The only sender."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from bot.channels.base import Push, Reaction, Sender, SendError
from bot.metrics import Metrics
from bot.writer import Writer
from handlers.context import NO_SWITCHES, Switches
from handlers.duty_channel import may_go
from storage import outbox
from storage.models import Account
from storage.outbox import Outcome, Owed

log = structlog.get_logger()

WINDOW = timedelta(hours=48)
"""How long after a person's message WeChat takes customer-service messages for them."""
WINDOWED = frozenset({"official-account"})
"""Channels that take free texts only within that time, and templates at any; WeCom takes texts at any."""
SAME_ID_KNOWN = timedelta(minutes=10)
"""How long WeChat recognises a template message by its client_msg_id."""
GIVE_UP_AFTER = 8
MAY_WAIT = frozenset({"reminder", "digest", "notice"})
"""Kinds of pushes that nobody waits for this minute."""
AT_ONCE = 16
"""Calls under way together; so many pushes at most are in doubt when a worker dies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One open way to a person."""

    account: Account
    kind: str
    """`text` or `template`."""


def rungs(owed: Owed, now: datetime, templates: frozenset[str]) -> list[Rung]:
    """List the open ways to a person, best first: the window after their last message, else a template."""
    open_accounts = [
        account for account in owed.accounts if account.following and not account.unreachable_code
    ]
    texts = [
        Rung(account=account, kind="text")
        for account in open_accounts
        if account.channel not in WINDOWED
        or (account.last_message_at and now - account.last_message_at < WINDOW)
    ]
    if owed.template not in templates:
        return texts
    return texts + [
        Rung(account=account, kind="template") for account in open_accounts if account.channel in WINDOWED
    ]


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Wait longer after every failure: 30 s, 1, 2, 4 … minutes, at most an hour."""
    seconds = min(30 * 2 ** min(attempts - 1, 10), 3600)
    return now + timedelta(seconds=seconds)


def deliver_due(
    writer: Writer,
    senders: Mapping[str, Sender],
    clock: Callable[[], datetime],
    *,
    templates: frozenset[str],
    metrics: Metrics,
    switches: Switches = NO_SWITCHES,
) -> dict[str, int]:
    """Send what is due; the calls are made with no transaction open. Give counts by result."""
    counts: dict[str, int] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="push") as pool:
        while owed := writer.transact(lambda session: outbox.claim_due(session, clock(), AT_ONCE)):
            outcomes = list(
                pool.map(
                    lambda push: _deliver(on_its_channel(push, switches), senders, clock, templates), owed
                )
            )
            results = list(zip(owed, outcomes, strict=True))
            writer.transact(lambda session, results=results: _record(session, results, clock()))  # type: ignore[misc]
            for outcome in outcomes:
                counts[outcome.status] = counts.get(outcome.status, 0) + 1
                metrics.deliveries.labels(
                    channel=outcome.channel, rung=outcome.rung or "none", result=outcome.status
                ).inc()
    return counts


def on_its_channel(push: Owed, switches: Switches) -> Owed:
    """Leave only the accounts that a push may go to where staff or deputies are kept to one channel."""
    allowed = tuple(
        account
        for account in push.accounts
        if may_go(account.channel, kind=push.kind, roles=push.roles, switches=switches)
    )
    return replace(push, accounts=allowed, kept=len(allowed) < len(push.accounts))


def _record(session: Session, results: list[tuple[Owed, Outcome]], now: datetime) -> None:
    for push, outcome in results:
        outbox.record(session, push, outcome, now)


def _deliver(
    push: Owed, senders: Mapping[str, Sender], clock: Callable[[], datetime], templates: frozenset[str]
) -> Outcome:
    now = clock()
    if push.expires_at is not None and push.expires_at <= now:
        return Outcome(status="dead", error="missed")
    if push.interrupted and not _may_repeat(push, now, templates):
        return Outcome(status="unknown", error="interrupted")
    ways = [way for way in rungs(push, now, templates) if way.account.channel in senders]
    if not ways:
        return Outcome(status="dead", error=why_unreachable(push))
    outcome = Outcome(status="dead", error="none")
    for way in ways:
        outcome, another = _try(push, way, senders[way.account.channel], clock)
        if not another:
            return outcome
    return outcome


def _may_repeat(push: Owed, now: datetime, templates: frozenset[str]) -> bool:
    """Tell whether a push that may have been sent can be sent again without arriving twice."""
    first = rungs(push, push.first_attempt_at, templates)
    known = now - push.first_attempt_at < SAME_ID_KNOWN
    return not first or (known and first[0].kind == "template")


def why_unreachable(push: Owed) -> str:
    """Give a short word for staff: never bound, no longer following, refused before, or silent too long."""
    if not push.accounts:
        return "kept" if push.kept else "no_account"
    if not any(account.following for account in push.accounts):
        return "43004"
    refused = next((account.unreachable_code for account in push.accounts if account.unreachable_code), "")
    return refused or "45015"


def _try(push: Owed, way: Rung, sender: Sender, clock: Callable[[], datetime]) -> tuple[Outcome, bool]:
    """Make one call; the second value tells whether the next way should be tried."""
    sent = Push(
        external_id=way.account.external_id,
        kind=way.kind,
        text=push.text,
        template_key=push.template,
        fields=push.fields,
        client_msg_id=push.client_msg_id,
        question_id=push.question_id or 0,
        choices=push.choices,
        may_wait=push.kind in MAY_WAIT,
    )
    channel = way.account.channel
    try:
        provider_id = sender.push(sent)
    except SendError as error:
        log.info("push failed", outbox_id=push.id, error=error.code, rung=way.kind, attempts=push.attempts)
        return _failed(push, way, error, clock())
    return Outcome(status="sent", channel=channel, rung=way.kind, provider_id=provider_id), False


def _failed(push: Owed, way: Rung, error: SendError, now: datetime) -> tuple[Outcome, bool]:
    channel, rung = way.account.channel, way.kind
    if error.wait:
        again = now + error.wait
        held = Outcome(status="pending", error=error.code, channel=channel, retry_at=again, counts=False)
        return held, False
    if error.outcome_unknown:
        same_id_known = rung == "template" and now - push.first_attempt_at < SAME_ID_KNOWN
        if not same_id_known:
            return Outcome(status="unknown", error=error.code, channel=channel, rung=rung), False
    if error.reaction is Reaction.UNREACHABLE:
        gone = way.account.id
        return Outcome(status="dead", error=error.code, channel=channel, rung=rung, unreachable=gone), True
    if error.reaction is Reaction.NEXT_RUNG:
        return Outcome(status="dead", error=error.code, channel=channel, rung=rung), True
    if (error.retryable or error.outcome_unknown) and push.attempts < GIVE_UP_AFTER:
        again = next_attempt(push.attempts, now)
        return Outcome(status="pending", error=error.code, channel=channel, rung=rung, retry_at=again), False
    return Outcome(status="dead", error=error.code, channel=channel, rung=rung), False

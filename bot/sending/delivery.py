"""Deliveries: what the outbox owes goes out by the best open way, and every result is recorded. The only sender."""

import random
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.base import Push, Sender, SendError
from bot.core.metrics import Metrics
from bot.core.writer import Writer
from bot.files.shelf import Shelf
from bot.sending.reactions import LONGEST_SPREAD, Verdict, judge, may_repeat
from handlers.account.duty_channel import may_go
from handlers.context import NO_SWITCHES, Switches
from handlers.pushes.ladder import OFFICIAL, Choice, Means, Rung, Way, choose, why_unreachable
from storage.messages import ledger, missed_alerts, outbox, pace, sending
from storage.messages.outbox import ALERT
from storage.messages.sending import Outcome, Owed
from storage.people.accounts import lock_accounts

log = structlog.get_logger()

MAY_WAIT = frozenset({"reminder", "visit", "digest", "notice"})
"""Kinds of pushes that nobody waits for this minute."""
AT_ONCE = 64
"""Calls under way together; so many pushes at most are in doubt when a worker dies."""
GATHER_SECONDS = 0.01
"""How long results wait for more of them, so that one transaction records many."""
BUDGET = "pushes"
ALERT_AGAIN = timedelta(minutes=1)
"""How soon an alert is tried once more, whatever the platform has closed for longer."""

Changes = list[Callable[[Session], None]]
"""What an attempt taught the ledger: a window used, a way closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the operator has set up for the ways out."""

    templates: frozenset[str] = frozenset()
    subscriptions: Mapping[str, str] = field(default_factory=dict)
    per_minute: int = 0
    """Calls that all workers together may make; 0 for as many as one likes."""
    switches: Switches = NO_SWITCHES


@dataclass(slots=True)
class _Delivered:
    """One claimed push, what became of it, and what else is to be written down."""

    push: Owed
    outcome: Outcome
    changes: Changes = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Sends what is due, with everything that this takes."""

    writer: Writer
    senders: Mapping[str, Sender]
    clock: Callable[[], datetime]
    setup: Setup
    metrics: Metrics
    shelf: Shelf

    def deliver_due(self) -> dict[str, int]:
        """Send what is due; the calls are made with no transaction open. Give counts by result.

        One transaction records what has ended and claims as many again, so that no slow call holds up the others.
        """
        counts = {"revived": self.writer.transact(self._revive)}
        under_way: set[Future[_Delivered]] = set()
        done: list[_Delivered] = []
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="push") as pool:
            while True:
                claimed, means = self._turn(done, AT_ONCE - len(under_way))
                self._count(done, counts)
                under_way |= {pool.submit(self._deliver, push, means) for push in claimed}
                if not under_way:
                    return counts
                done = [future.result() for future in _ended(under_way)]

    def _revive(self, session: Session) -> int:
        """Owe again what was lost on those who have written since; alerts of danger are told anew by their alarms."""
        now = self.clock()
        return outbox.revive(session, now) + missed_alerts.revive_sealed(session, now)

    def _turn(self, done: list[_Delivered], room: int) -> tuple[list[Owed], Means]:
        """Record what has ended and claim more; what cannot be recorded with the others is recorded by itself."""

        def record_and_claim(session: Session) -> tuple[list[Owed], Means]:
            now = self.clock()
            record_all(session, done, now)
            return self._claim(session, room, now)

        try:
            return self.writer.transact(record_and_claim)
        except SQLAlchemyError:
            if not done:
                raise
        for each in done:
            self._record_alone(each)
        return self.writer.transact(lambda session: self._claim(session, room, self.clock()))

    def _record_alone(self, delivered: _Delivered) -> None:
        try:
            self.writer.transact(lambda session: record_all(session, [delivered], self.clock()))
        except SQLAlchemyError as error:
            # Its lease ends by itself, and what may have been sent then waits for a person.
            log.error(  # noqa: TRY400 -- the error may quote the text
                "a result was not recorded", outbox_id=delivered.push.id, error=type(error).__name__
            )

    def _claim(self, session: Session, room: int, now: datetime) -> tuple[list[Owed], Means]:
        setup = self.setup
        most = pace.take_many(session, BUDGET, room, setup.per_minute, now) if setup.per_minute else room
        means = Means(
            channels=frozenset(self.senders),
            templates=setup.templates,
            subscriptions=setup.subscriptions,
            closed=ledger.closed_ways(session, now),
        )
        claimed = sending.claim_due(session, now, most)
        if most < room:
            # No budget holds an alert back.
            claimed += sending.claim_due(session, now, room - most, alerts_only=True)
        return [_on_its_channel(push, setup.switches) for push in claimed], means

    def _count(self, done: list[_Delivered], counts: dict[str, int]) -> None:
        for outcome in (each.outcome for each in done):
            counts[outcome.status] = counts.get(outcome.status, 0) + 1
            self.metrics.deliveries.labels(
                channel=outcome.channel, rung=outcome.rung or "none", result=outcome.status
            ).inc()

    # one push

    def _deliver(self, push: Owed, means: Means) -> _Delivered:
        now = self.clock()
        if push.expires_at is not None and push.expires_at <= now:
            return _Delivered(push, Outcome(status="dead", error="missed"))
        alert = push.kind == ALERT
        if push.interrupted and not alert and not _may_be_repeated(push, now, means):
            return _Delivered(push, Outcome(status="unknown", error="interrupted"))
        choice = choose(push, now, means)
        in_doubt = None if alert else push.doubt_since
        if in_doubt and not (choice.ways and may_repeat(choice.ways[0], in_doubt, now)):
            return _Delivered(push, Outcome(status="unknown", error="unanswered"))
        return self._climb(push, choice) if choice.ways else _Delivered(push, _no_way(push, choice))

    def _climb(self, push: Owed, choice: Choice) -> _Delivered:
        """Try the open ways in order until one takes the push, or one says that it must wait or end here."""
        refused = dict(choice.closed)
        changes: Changes = []
        later: Outcome | None = None
        outcome = Outcome(status="dead")
        for way in choice.ways:
            outcome, another = self._try(push, way, changes)
            if not another:
                break
            refused.setdefault(f"{way.channel}/{way.rung}", outcome.error)
            later = later or (outcome if outcome.status == "pending" else None)
        if outcome.status == "dead" and later:
            outcome = later
        if push.kind == ALERT and outcome.retry_at:
            outcome = replace(outcome, retry_at=min(outcome.retry_at, self.clock() + ALERT_AGAIN))
        because = " ".join(f"{name}={code}" for name, code in refused.items())
        return _Delivered(push, replace(outcome, because=because), changes)

    def _try(self, push: Owed, way: Way, changes: Changes) -> tuple[Outcome, bool]:
        """Make one call; the second value tells whether the next way should be tried."""
        try:
            sent = self.shelf.attach(
                _as_sent(push, way), push.attached, way.channel, way.account_id, self.clock()
            )
            provider_id = self.senders[way.channel].push(sent)
        except SendError as error:
            verdict = judge(push, way, error, self.clock())
        except Exception as error:  # noqa: BLE001 -- whatever it was, it may have been sent, and others wait
            log.error("a way out broke", outbox_id=push.id, error=type(error).__name__, rung=way.rung)  # noqa: TRY400
            verdict = Verdict(status="unknown", code="broke", another_way=push.kind == ALERT)
        else:
            changes.extend(_used(way))
            return Outcome(status="sent", provider_id=provider_id, channel=way.channel, rung=way.rung), False
        log.info("push failed", outbox_id=push.id, error=verdict.code, rung=way.rung, attempts=push.attempts)
        changes.extend(verdict.changes)
        if verdict.status == "unknown":
            changes.extend(_used(way))
        return _outcome(verdict, way), verdict.another_way


def _ended(under_way: set[Future[_Delivered]]) -> set[Future[_Delivered]]:
    """Wait for calls to end, a moment longer for more of them, and take them out of what is under way."""
    wait(under_way, return_when=FIRST_COMPLETED)
    ended = wait(under_way, timeout=GATHER_SECONDS).done
    under_way -= ended
    return ended


def record_all(session: Session, done: Iterable[_Delivered], now: datetime) -> None:
    """Write down what became of pushes and what that taught the ledger; their accounts are locked first."""
    done = list(done)
    lock_accounts(session.connection(), {account.id for each in done for account in each.push.accounts})
    recorded = sending.record_many(session, [(each.push, each.outcome) for each in done], now)
    for each in done:
        if each.push.id in recorded:
            for change in each.changes:
                change(session)


def _on_its_channel(push: Owed, switches: Switches) -> Owed:
    """Leave only the accounts that a push may go to where staff or deputies are kept to one channel."""
    allowed = tuple(
        account
        for account in push.accounts
        if may_go(account.channel, kind=push.kind, roles=push.roles, switches=switches)
    )
    return replace(push, accounts=allowed, kept=len(allowed) < len(push.accounts))


def _may_be_repeated(push: Owed, now: datetime, means: Means) -> bool:
    """Tell whether a push that may have been sent can be sent again without arriving twice."""
    first = choose(push, push.first_attempt_at, replace(means, closed=())).ways
    return not first or may_repeat(first[0], push.first_attempt_at, now)


def _no_way(push: Owed, choice: Choice) -> Outcome:
    """Wait for a way that is only closed for now; else a person has to see to it."""
    if choice.wait_until is None:
        return Outcome(status="dead", error=why_unreachable(push, choice), because=choice.because)
    return Outcome(
        status="pending",
        error=choice.closed[0][1],
        retry_at=choice.wait_until,
        counts=False,
        because=choice.because,
    )


def _outcome(verdict: Verdict, way: Way) -> Outcome:
    spread = timedelta(seconds=random.uniform(0, LONGEST_SPREAD.total_seconds()))  # noqa: S311 -- so that not all come back at once
    return Outcome(
        status=verdict.status,
        error=verdict.code,
        detail=verdict.detail,
        retry_at=verdict.retry_at + spread if verdict.retry_at and verdict.counts else verdict.retry_at,
        counts=verdict.counts,
        doubt_since=verdict.doubt_since,
        channel=way.channel,
        rung=way.rung,
    )


def _as_sent(push: Owed, way: Way) -> Push:
    return Push(
        external_id=way.address,
        kind=str(way.rung),
        text=push.text,
        template_key=push.template,
        fields=push.fields,
        client_msg_id=push.client_msg_id,
        question_id=push.question_id or 0,
        choices=push.choices,
        may_wait=push.kind in MAY_WAIT,
    )


def _used(way: Way) -> Changes:
    """Count what was sent, or may have been, against what the platform allows."""
    account_id = way.account_id
    if account_id is None or way.channel != OFFICIAL:
        return []
    if way.rung is Rung.TEXT:
        return [partial(ledger.use_window, account_id=account_id, action=way.in_action_window)]
    if way.rung is Rung.SUBSCRIPTION:
        return [partial(ledger.use_acceptance, account_id=account_id, template_id=way.template_id)]
    return []

"""What each answer of the platform makes of a push, against a real server that answers as it is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from bot.channels.official_account_sender import OfficialAccountSender
from bot.channels.token_keeper import TokenKeeper
from bot.core.metrics import Metrics
from bot.core.writer import Writer
from bot.files.shelf import Shelf
from bot.sending.delivery import Deliveries, Setup
from storage.engine.database import new_id
from storage.messages.ledger import accept, acceptances_of, closed_ways
from storage.messages.outbox import enqueue
from storage.models import Account, Outbox, Person
from tests.channels.memory_store import MemoryStore
from tests.channels.pretend_api import Answer, PretendApi, answer, serving
from tests.stories.driver import SHANGHAI, TurnableClock

NOW = datetime(2026, 11, 23, 10, 7, 20, tzinfo=SHANGHAI)
TEXT, TEMPLATE = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"
SUBSCRIPTION = "/cgi-bin/message/subscribe/bizsend"
OK = answer(errcode=0, errmsg="ok", msgid=7)
NEXT_MINUTE = NOW.replace(minute=8, second=0)
MIDNIGHT = NOW.replace(hour=0, minute=0, second=0) + timedelta(days=1)

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


class Desk:
    """One person who wrote just now, one push owed to them, and the platform's answers."""

    def __init__(
        self, engine: Engine, writer: Writer, api: PretendApi, sender: OfficialAccountSender
    ) -> None:
        self.engine, self.api, self.clock = engine, api, TurnableClock(NOW)
        self.account = new_id()
        with Session(engine) as session, session.begin():
            person = Person(id=new_id(), preferences={}, created_at=NOW)
            session.add(person)
            session.flush()
            session.add(
                Account(
                    id=self.account,
                    channel="official-account",
                    external_id="oDeputy",
                    person_id=person.id,
                    last_message_at=NOW,
                    created_at=NOW,
                )
            )
            enqueue(
                session,
                dedupe_key="reminder/1",
                person_id=person.id,
                kind="reminder",
                text="明天上午接待选民",
                template="reminder",
                fields={"thing1": "接待选民日"},
                now=NOW,
                not_before=NOW,
            )
        self._deliveries = Deliveries(
            writer=writer,
            senders={"official-account": sender},
            clock=self.clock,
            setup=Setup(templates=frozenset({"reminder"}), subscriptions={"reminder": "SUB-1"}),
            metrics=Metrics(),
            shelf=Shelf(Path("no files")),
        )

    def agreed_to(self, template_id: str) -> None:
        with Session(self.engine) as session, session.begin():
            accept(session, self.account, template_id, lasting=False, now=NOW)

    @property
    def agreements(self) -> int:
        with Session(self.engine) as session:
            return len(acceptances_of(session, [self.account]))

    def move_to(self, base: str) -> None:
        """Let the platform be somewhere else."""
        there = sender_to(base)
        self._deliveries = replace(self._deliveries, senders={"official-account": there})

    def deliver(self) -> Outbox:
        self._deliveries.deliver_due()
        return self.push

    def turn_into_alert(self, *, template: str) -> None:
        with Session(self.engine) as session, session.begin():
            session.execute(update(Outbox).values(kind="alert", template=template))

    def silent_for_long(self) -> None:
        with Session(self.engine) as session, session.begin():
            session.execute(update(Account).values(last_message_at=None))

    @property
    def push(self) -> Outbox:
        with Session(self.engine) as session:
            return session.scalars(select(Outbox)).one()

    @property
    def person(self) -> Account:
        with Session(self.engine) as session:
            return session.scalars(select(Account)).one()

    @property
    def closed(self) -> dict[str, datetime]:
        with Session(self.engine) as session:
            return {way.rung: way.until for way in closed_ways(session, self.clock())}

    def sends(self) -> tuple[int, int]:
        """Give how many texts and templates the platform was asked to send."""
        return len(self.api.calls_to(TEXT)), len(self.api.calls_to(TEMPLATE))


def sender_to(base: str) -> OfficialAccountSender:
    return OfficialAccountSender(
        app_id="wx1",
        secret="APP-SECRET",
        api_base=base,
        keeper=TokenKeeper(MemoryStore(), lambda: NOW, lambda _: None),
        templates={"reminder": "TM-1"},
        subscriptions={"reminder": "SUB-1"},
        timeout=0.3,
    )


@pytest.fixture
def desk(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    api = PretendApi()
    api.on("/cgi-bin/stable_token", *(answer(access_token=f"T{n}", expires_in=7200) for n in (1, 2)))
    api.on(TEMPLATE, OK)
    writer = Writer(engine, lambda: pytest.fail("no message comes in"))
    writer.start()
    with serving(api):
        sender = sender_to(api.base)
        yield Desk(engine, writer, api, sender)
        sender.close()
    writer.stop()


@pytest.mark.parametrize(
    ("code", "status", "rung", "closed"),
    [
        (0, "sent", "text", {}),
        (-1, "pending", "text", {}),
        (40003, "dead", "text", {}),
        (45002, "dead", "text", {}),
        (47003, "dead", "text", {}),
        (40037, "sent", "template", {}),
        (45015, "sent", "template", {}),
        (45047, "sent", "template", {}),
        (45011, "pending", "text", {"text": NEXT_MINUTE}),
        (45009, "sent", "template", {"text": MIDNIGHT}),
        (45028, "sent", "template", {"text": MIDNIGHT}),
        (48001, "sent", "template", {"text": NOW + timedelta(days=1)}),
        (48004, "sent", "template", {"text": NOW + timedelta(days=1)}),
    ],
)
def test_each_refusal_of_a_text_has_its_reaction(
    desk: Desk, code: int, status: str, rung: str, closed: dict[str, datetime]
) -> None:
    desk.api.on(TEXT, answer(errcode=code, errmsg="no rid: 5f3c-aa"))
    push = desk.deliver()

    assert (push.status, push.rung) == (status, rung)
    assert desk.closed == closed
    assert desk.sends() == (1, int(rung == "template"))


@pytest.mark.parametrize("code", [43004, 43019])
def test_a_follower_who_is_gone_is_left_in_peace(desk: Desk, code: int) -> None:
    desk.api.on(TEXT, answer(errcode=code, errmsg="gone"))
    desk.deliver()

    assert desk.person.unreachable_code == str(code)


def test_a_subscription_that_was_given_up_is_forgotten_and_the_template_taken(desk: Desk) -> None:
    desk.silent_for_long()
    desk.agreed_to("SUB-1")
    desk.api.on(SUBSCRIPTION, answer(errcode=43101, errmsg="user refuse to accept the msg"))
    push = desk.deliver()

    assert (push.status, push.rung) == ("sent", "template")
    assert "subscription=43101" in push.because
    assert desk.agreements == 0
    assert len(desk.api.calls_to(SUBSCRIPTION)) == 1


def test_a_name_that_cannot_be_found_costs_nothing_but_time(desk: Desk) -> None:
    desk.move_to("http://no-such-host.invalid")
    push = desk.deliver()

    assert (push.status, push.error) == ("pending", "connection")
    assert desk.sends() == (0, 0)


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_stale_token_is_replaced_and_the_text_sent_once(desk: Desk, code: int) -> None:
    desk.api.on(TEXT, answer(errcode=code, errmsg="token"), OK)

    assert desk.deliver().status == "sent"
    assert len(desk.api.calls_to("/cgi-bin/stable_token")) == 2


def test_an_address_that_is_not_on_the_list_costs_no_try(desk: Desk) -> None:
    desk.api.on("/cgi-bin/stable_token", answer(errcode=40164, errmsg="invalid ip"))
    push = desk.deliver()

    assert (push.status, push.attempts) == ("pending", 0)
    assert set(desk.closed) == {"text", "template"}
    assert desk.sends() == (0, 0)


def test_what_the_platform_said_is_kept_with_its_id(desk: Desk) -> None:
    desk.api.on(TEXT, answer(errcode=47003, errmsg="argument invalid! data oDeputy rid: 5f3c1a2b-77"))
    push = desk.deliver()

    assert push.detail == "argument invalid rid 5f3c1a2b-77"


@pytest.mark.parametrize(
    "given",
    [
        Answer(b"<html>busy</html>", content_type="text/html"),
        Answer(b""),
        Answer(breaks="hang"),
        Answer(breaks="reset"),
        Answer(b"bad gateway", status=502),
    ],
    ids=["HTML with 200", "an empty body", "a hang", "a reset", "502"],
)
def test_an_unanswered_text_waits_for_a_person_and_is_sent_no_second_time(desk: Desk, given: Answer) -> None:
    desk.api.on(TEXT, given)
    push = desk.deliver()
    desk.clock.turn(hours=2)
    desk.deliver()

    assert push.status == desk.push.status == "unknown"
    assert desk.sends() == (1, 0)


def test_an_unanswered_template_is_repeated_only_while_its_id_is_known(desk: Desk) -> None:
    desk.silent_for_long()
    desk.api.on(TEMPLATE, Answer(breaks="close"))
    while desk.deliver().status == "pending":
        desk.clock.at = desk.push.not_before

    calls = desk.api.calls_to(TEMPLATE)
    assert desk.push.status == "unknown"
    assert desk.clock() - NOW < timedelta(minutes=10)
    assert len({call.data["client_msg_id"] for call in calls}) == 1
    assert len(calls) > 2


def test_a_worker_that_comes_too_late_repeats_no_template(desk: Desk) -> None:
    desk.silent_for_long()
    desk.api.on(TEMPLATE, Answer(breaks="close"), OK)
    desk.deliver()
    desk.clock.turn(minutes=30)

    assert desk.deliver().status == "unknown"
    assert desk.sends() == (0, 1)


def test_a_repeat_that_the_platform_knows_counts_as_sent(desk: Desk) -> None:
    desk.silent_for_long()
    desk.api.on(TEMPLATE, Answer(breaks="close"), answer(errcode=45065, errmsg="clientmsgid exist"))
    desk.deliver()
    desk.clock.turn(minutes=1)

    assert desk.deliver().status == "sent"


def test_a_repeat_that_is_refused_takes_no_other_way(desk: Desk) -> None:
    desk.silent_for_long()
    desk.api.on(TEMPLATE, Answer(breaks="close"), answer(errcode=43004, errmsg="gone"))
    desk.deliver()
    desk.clock.turn(minutes=1)

    assert desk.deliver().status == "unknown"


def test_an_alert_is_tried_again_within_a_minute_whatever_the_platform_has_closed(desk: Desk) -> None:
    desk.turn_into_alert(template="")
    desk.api.on(TEXT, answer(errcode=45009, errmsg="reach max api daily quota limit"), OK)

    refused = desk.deliver()
    desk.clock.turn(minutes=1, seconds=6)
    sent = desk.deliver()

    assert refused.status == "pending"
    assert refused.not_before <= NOW + timedelta(minutes=1)
    assert (sent.status, sent.rung) == ("sent", "text")


def test_an_alert_without_an_answer_takes_the_next_way_at_once(desk: Desk) -> None:
    desk.turn_into_alert(template="reminder")
    desk.api.on(TEXT, Answer(breaks="close"))
    desk.api.on(TEMPLATE, OK)

    assert (desk.deliver().status, desk.push.rung) == ("sent", "template")

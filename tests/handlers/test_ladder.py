"""The ladder: the best open way first, and a code for each better one that is closed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.pushes.ladder import Choice, Means, choose, why_unreachable
from storage.messages.ledger import Closed
from storage.messages.sending import Owed
from storage.models import Account
from tests.stories.driver import SHANGHAI

NOW = datetime(2026, 11, 23, 10, 7, tzinfo=SHANGHAI)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ALL = Means(
    channels=frozenset({"official-account", "wecom", "sms"}),
    templates=frozenset({"reminder"}),
    subscriptions={"reminder": "S-1"},
)


def official(**more: Any) -> Account:
    usual = {"following": True, "unreachable_code": "", "window_used": 0, "action_used": 0}
    return Account(id=1, channel="official-account", external_id="o1", **(usual | more))


def member(**more: Any) -> Account:
    usual = {"following": True, "unreachable_code": "", "window_used": 0, "action_used": 0}
    return Account(id=2, channel="wecom", external_id="w1", **(usual | more))


def push(*accounts: Account, kind: str = "reminder", **more: Any) -> Owed:
    given: dict[str, Any] = {
        "id": 1,
        "person_id": 1,
        "kind": kind,
        "text": "",
        "template": "reminder",
        "fields": {},
        "question_id": None,
        "attempts": 1,
        "client_msg_id": "lxq1",
        "first_attempt_at": NOW,
        "expires_at": None,
        "interrupted": False,
        "accounts": accounts,
    }
    return Owed(**(given | more))


def ways(choice: Choice) -> list[str]:
    return [f"{way.channel}/{way.rung}" for way in choice.ways]


def test_every_rung_stands_in_its_order() -> None:
    everything = push(
        official(last_message_at=NOW - DAY),
        member(),
        acceptances={1: frozenset({"S-1"})},
        phone="13900000000",
    )

    assert ways(choose(everything, NOW, ALL)) == [
        "official-account/text",
        "official-account/subscription",
        "official-account/template",
        "wecom/text",
        "sms/sms",
    ]


def test_who_spoke_last_in_wecom_is_answered_there() -> None:
    asked = push(member(last_message_at=NOW - DAY), official(last_message_at=NOW - 1.5 * DAY))

    assert ways(choose(asked, NOW, ALL))[:2] == ["wecom/text", "official-account/text"]


@pytest.mark.parametrize(
    ("account", "kind", "code"),
    [
        (official(), "reminder", "45015"),
        (official(last_message_at=NOW - 2 * DAY), "reminder", "45015"),
        (official(last_message_at=NOW - 2 * DAY + SECOND), "reminder", ""),
        (official(last_message_at=NOW, window_used=3), "reminder", ""),
        (official(last_message_at=NOW, window_used=4), "reminder", "reserved"),
        (official(last_message_at=NOW, window_used=4), "result", ""),
        (official(last_message_at=NOW, window_used=5), "result", "45047"),
        (official(last_action_at=NOW - 59 * SECOND, action_used=2), "reminder", ""),
        (official(last_action_at=NOW - 59 * SECOND, action_used=3), "reminder", "45047"),
        (official(last_action_at=NOW - 60 * SECOND), "reminder", "45015"),
        (official(last_message_at=NOW, following=False), "reminder", "43004"),
        (official(last_message_at=NOW, unreachable_code="43019"), "reminder", "43019"),
    ],
)
def test_a_free_text_needs_a_window_with_room_in_it(account: Account, kind: str, code: str) -> None:
    choice = choose(push(account, kind=kind), NOW, ALL)

    assert dict(choice.closed).get("official-account/text", "") == code


def test_a_subscription_message_needs_an_acceptance() -> None:
    choice = choose(push(official()), NOW, ALL)

    assert ways(choice) == ["official-account/template"]
    assert choice.because == "official-account/text=45015 official-account/subscription=43101"


def test_a_way_that_wechat_closed_for_all_is_not_tried_and_waited_for_only_if_there_is_no_other() -> None:
    closed = Closed("official-account", "template", "45009", NOW + DAY)
    means = Means(channels=ALL.channels, templates=ALL.templates, closed=(closed,))

    alone = choose(push(official()), NOW, means)
    beside = choose(push(official(), member()), NOW, means)

    assert (alone.ways, alone.wait_until) == ((), NOW + DAY)
    assert (ways(beside), beside.wait_until) == (["wecom/text"], None)


def test_the_limit_of_a_minute_is_waited_for_on_the_same_way() -> None:
    closed = Closed("official-account", "text", "45011", NOW + 40 * SECOND)
    means = Means(channels=ALL.channels, templates=ALL.templates, closed=(closed,))

    choice = choose(push(official(last_message_at=NOW)), NOW, means)

    assert (choice.ways, choice.wait_until) == ((), NOW + 40 * SECOND)


def test_a_digest_is_not_worth_a_short_message() -> None:
    told = push(official(), kind="digest", template="", phone="13900000000")

    assert ways(choose(told, NOW, ALL)) == []


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        (official(last_message_at=NOW, window_used=4), "reserved"),
        (official(last_message_at=NOW, window_used=5), "45047"),
        (official(), "45015"),
    ],
    ids=["kept for the result", "used up", "silent too long"],
)
def test_staff_read_which_limit_of_the_window_kept_a_reminder_back(account: Account, reason: str) -> None:
    asked = push(account, template="")

    assert why_unreachable(asked, choose(asked, NOW, ALL)) == reason


@pytest.mark.parametrize(
    "code", ["45009", "45011", "48001"], ids=["quota", "limit of this minute", "switched off"]
)
def test_an_alert_tries_what_is_closed_for_all_once_nothing_else_is_left(code: str) -> None:
    closed = Closed("official-account", "text", code, NOW + DAY)
    means = Means(channels=ALL.channels, templates=ALL.templates, closed=(closed,))

    alone = choose(push(official(last_message_at=NOW), kind="alert", template=""), NOW, means)
    beside = choose(push(official(last_message_at=NOW), member(), kind="alert", template=""), NOW, means)

    assert (ways(alone), alone.wait_until) == (["official-account/text"], None)
    assert ways(beside) == ["wecom/text", "official-account/text"]


def test_an_alert_takes_the_last_message_of_a_window_and_goes_as_a_short_message_too() -> None:
    last = push(official(last_message_at=NOW, window_used=4), kind="alert", template="", phone="13900000000")

    assert ways(choose(last, NOW, ALL)) == ["official-account/text", "sms/sms"]

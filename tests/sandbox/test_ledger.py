"""The two books push by push: what the pretend platform took beside what the bot says that it sent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.ledger import ledger
from bot.sandbox.sent import Sent
from bot.sandbox.world import LASTING, Person, World
from storage.keeping.beliefs import Belief, Beliefs, BelievedPush
from tests.sandbox.conftest import SATURDAY, StandingClock

BELIEF = Belief(
    channel="official-account",
    following=True,
    last_message_at=None,
    window_used=0,
    last_action_at=None,
    action_used=0,
    unreachable_code="",
)


@pytest.fixture
def world() -> World:
    return World(StandingClock())


@pytest.fixture
def voter(world: World) -> Person:
    person, _ = world.add_person("王阿姨", "voter")
    world.follow(person)
    return person


def believed(person: Person, status: str = "sent", **more: Any) -> BelievedPush:
    push = BelievedPush(
        id=1,
        addresses=frozenset({person.id}),
        kind="result",
        channel="official-account",
        rung="text",
        status=status,
        tried=True,
        text="有答复了",
        values=(),
        client_id="lxq1",
        provider_id="",
        created_at=SATURDAY,
    )
    return replace(push, **more)


def sent(person: Person, text: str = "有答复了", **more: Any) -> Sent:
    return Sent(person=person.id, kind="text", text=text, at=SATURDAY, **more)


def compared(world: World, *pushes: BelievedPush, belief: Belief = BELIEF, since: Any = None) -> list[str]:
    """Give every difference that the ledger lists; everybody is believed the same of."""
    accounts: Mapping[str, Belief] = {person.id: belief for person in world.people()}
    books = ledger(world, Beliefs(accounts=accounts, pushes=pushes, since=since))
    found = [difference for line in books["people"] for difference in line["differences"]]
    assert books["agree"] is (not found)
    return found


def test_a_push_that_both_books_have_is_no_difference(world: World, voter: Person) -> None:
    world.sent.add(sent(voter))

    assert compared(world, believed(voter)) == []


def test_the_same_number_of_other_words_does_not_agree(world: World, voter: Person) -> None:
    world.sent.add(sent(voter, "别的话"))

    assert compared(world, believed(voter)) == [
        "平台收下了“别的话”，机器人没有记这一条",
        "机器人记了“有答复了”送到，平台没有这一条",
    ]


def test_one_push_that_arrived_twice_is_told(world: World, voter: Person) -> None:
    world.sent.add(sent(voter))
    world.sent.add(sent(voter))

    assert compared(world, believed(voter)) == ["平台收下了“有答复了”，机器人没有记这一条"]


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("status", ["unknown", "sending", "pending"])
def test_what_the_bot_calls_unknown_may_have_arrived_or_not(
    world: World, voter: Person, status: str, arrived: bool
) -> None:
    if arrived:
        world.sent.add(sent(voter))

    assert compared(world, believed(voter, status)) == []


def test_what_the_bot_calls_dead_must_not_have_arrived(world: World, voter: Person) -> None:
    assert compared(world, believed(voter, "dead")) == []

    world.sent.add(sent(voter))
    assert compared(world, believed(voter, "dead")) == ["“有答复了”平台送了，机器人记的是没送到"]


def test_pushes_are_told_apart_by_their_ids_even_with_the_same_words(world: World, voter: Person) -> None:
    world.sent.add(sent(voter, msgid="7", client_id="lxq2", values=("在办",)))
    first = believed(voter, "dead", values=("在办",))
    second = believed(voter, id=2, client_id="lxq2", provider_id="7", values=("在办",))

    assert compared(world, first, second) == []


def test_a_message_that_wecom_took_and_did_not_show_is_told(world: World) -> None:
    member, _ = world.add_person("吴敏", "staff", userid="staff-S1")
    world.follow(member)
    world.sent.add(sent(member, msgid="s1", dropped="minute"))

    assert compared(world, believed(member, provider_id="s1")) == [
        "“有答复了”平台收下却没有显示（一分钟里太多）"
    ]


def test_a_push_to_somebody_else_is_not_the_same(world: World, voter: Person) -> None:
    other, _ = world.add_person("李婶", "voter")
    world.follow(other)
    world.sent.add(sent(other))

    assert len(compared(world, believed(voter))) == 2


def test_what_was_archived_is_not_missed(world: World, voter: Person) -> None:
    world.sent.add(sent(voter))

    assert compared(world, since=SATURDAY + timedelta(days=1)) == []


def test_messages_left_in_a_window_are_compared(world: World, voter: Person) -> None:
    world.open_window(voter, "message")
    for _ in range(2):
        world.use_window(voter)
    belief = replace(BELIEF, last_message_at=SATURDAY, window_used=2)

    assert compared(world, belief=belief) == []
    assert compared(world, belief=replace(belief, window_used=1)) == [
        "48小时窗口：平台还让发3条，机器人以为还能发4条"
    ]
    doubt = believed(voter, "unknown")
    assert compared(world, doubt, belief=replace(belief, window_used=3)) == []


@pytest.mark.parametrize(
    ("platform", "bot", "difference"),
    [
        (1, 1, []),
        (LASTING, LASTING, []),
        (1, 2, ["订阅通知T1：平台还可发1条，机器人以为还可发2条"]),
        (0, LASTING, ["订阅通知T1：平台还可发0条，机器人以为长期可发"]),
    ],
)
def test_accepted_subscription_messages_are_compared(
    world: World, voter: Person, platform: int, bot: int, difference: list[str]
) -> None:
    voter.consents["T1"] = platform

    assert compared(world, belief=replace(BELIEF, acceptances={"T1": bot})) == difference


@pytest.mark.usefixtures("voter")
def test_following_is_compared(world: World) -> None:
    assert compared(world, belief=replace(BELIEF, following=False)) == [
        "平台记的是已关注，机器人记的是没有关注"
    ]

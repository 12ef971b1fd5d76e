import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.channels.base import Reaction, SendError
from bot.channels.token_keeper import Token, TokenKeeper
from tests.channels.memory_store import LEASE, MemoryStore
from tests.channels.signed import NOW, Wound


class Platform:
    """Hands out tokens t1, t2 …: a new one by force, when told to, or when none was given yet."""

    def __init__(self, *, seconds: int = 7200) -> None:
        self.asked: list[bool] = []
        self.number = 1
        self.seconds = seconds
        self.trouble: SendError | None = None

    def __call__(self, force: bool) -> tuple[str, int]:
        self.asked.append(force)
        if self.trouble:
            raise self.trouble
        self.number += force
        return f"t{self.number}", self.seconds


def keeper(store: MemoryStore, clock: Wound, pause: Callable[[float], None] = lambda _: None) -> TokenKeeper:
    return TokenKeeper(store, clock, pause)


def test_a_token_is_fetched_once_and_then_used_by_everyone() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    one, other = keeper(store, clock), keeper(store, clock)

    assert [one.current(platform), one.current(platform), other.current(platform)] == ["t1", "t1", "t1"]
    assert platform.asked == [False]


def test_twenty_threads_with_no_token_make_one_call() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    shared, start = keeper(store, clock), threading.Barrier(20)

    def ask() -> str:
        start.wait(10)
        return shared.current(platform)

    with ThreadPoolExecutor(20) as pool:
        given = [asked.result() for asked in [pool.submit(ask) for _ in range(20)]]

    assert set(given) == {"t1"}
    assert platform.asked == [False]


def test_the_next_token_is_fetched_while_the_old_one_is_still_good() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    one = keeper(store, clock)
    one.current(platform)
    platform.number = 2
    clock.now = NOW + timedelta(seconds=7200 - 200)

    assert one.current(platform) == "t2"


def test_while_another_process_fetches_the_old_token_serves_if_it_still_can() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    one = keeper(store, clock)
    one.current(platform)
    clock.now = NOW + timedelta(seconds=7200 - 200)
    store.try_lease(clock.now)

    assert one.current(platform) == "t1"
    assert platform.asked == [False]


def test_while_another_process_fetches_the_first_token_is_waited_for() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    store.try_lease(clock.now)
    other_writes = keeper(store, clock, lambda _: store.write(Token("theirs", NOW + timedelta(hours=2))))

    assert other_writes.current(platform) == "theirs"
    assert platform.asked == []


def test_a_process_that_died_while_fetching_is_not_waited_for_longer_than_its_lease() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    store.try_lease(clock.now)

    def pause(seconds: float) -> None:
        clock.now += timedelta(seconds=seconds * 10)

    assert keeper(store, clock, pause).current(platform) == "t1"
    assert clock.now >= NOW + LEASE


def test_a_wait_that_ends_with_nothing_is_tried_again_later() -> None:
    store, clock = MemoryStore(), Wound()
    store.try_lease(clock.now)

    with pytest.raises(SendError) as failure:
        keeper(store, clock).current(Platform())

    assert (failure.value.code, failure.value.retryable) == ("token_busy", True)


def test_a_refused_token_is_replaced_and_by_force_only_if_it_must_be() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    one = keeper(store, clock)
    one.current(platform)
    platform.number = 2

    assert one.replace("t1", platform) == "t2"
    assert platform.asked == [False, False]

    clock.now += timedelta(minutes=1)

    assert one.replace("t2", platform) == "t3"
    assert platform.asked == [False, False, False, True]


def test_a_token_that_another_has_already_replaced_is_only_read() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    one, other = keeper(store, clock), keeper(store, clock)
    one.current(platform)
    other.current(platform)
    platform.number = 2
    one.replace("t1", platform)

    assert other.replace("t1", platform) == "t2"
    assert len(platform.asked) == 2


def test_a_platform_that_refuses_every_token_is_not_asked_without_end() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    one = keeper(store, clock)
    token, refusals = one.current(platform), []
    for _ in range(500):
        clock.now += timedelta(seconds=1)
        try:
            token = one.replace(token, platform)
        except SendError as error:
            refusals.append(error.code)

    assert len(refusals) > 450
    assert set(refusals) == {"token_refused"}
    assert sum(platform.asked) == 1
    assert len(platform.asked) < 40


def test_a_burst_of_refusals_in_many_processes_costs_two_calls_together() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    keepers = [keeper(store, clock) for _ in range(4)]
    for each in keepers:
        each.current(platform)
    platform.asked.clear()
    heard = set()
    for turn in range(40):
        each = keepers[turn % 4]
        try:
            heard.add(each.replace(each.current(platform), platform))
        except SendError as error:
            heard.add(error.code)

    assert platform.asked == [False, True]
    assert heard == {"t2", "token_refused"}


def test_those_who_wait_behind_a_failed_call_hear_its_reason_and_do_not_call() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    platform.trouble = SendError("40164", retryable=True, reaction=Reaction.ALARM)
    one = keeper(store, clock)
    for _ in range(16):
        with pytest.raises(SendError) as failure:
            one.current(platform)
        assert (failure.value.code, failure.value.reaction) == ("40164", Reaction.ALARM)

    assert platform.asked == [False]

    platform.trouble = None
    clock.now += LEASE

    assert one.current(platform) == "t1"


def test_an_early_refresh_that_fails_costs_nothing() -> None:
    store, clock, platform = MemoryStore(), Wound(), Platform()
    one = keeper(store, clock)
    one.current(platform)
    clock.now = NOW + timedelta(seconds=7200 - 200)
    platform.trouble = SendError("-1", retryable=True)

    assert one.current(platform) == "t1"


def test_a_token_does_not_show_itself() -> None:
    assert "secret" not in repr(Token("secret", NOW))

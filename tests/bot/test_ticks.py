import threading
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.core.metrics import Metrics
from bot.core.ticks import Counts, Metronome, Tick, one_by_one


def counting(reached: threading.Event, times: int) -> Callable[[], Counts]:
    ran = 0

    def run() -> Counts:
        nonlocal ran
        ran += 1
        if ran >= times:
            reached.set()
        return {"sent": ran}

    return run


def broken() -> Counts:
    raise RuntimeError("东苑小区3幢")


def value(metrics: Metrics, **labels: str) -> float:
    return metrics.registry.get_sample_value("lxq_ticks_total", labels) or 0.0


def test_a_tick_runs_at_once_and_again() -> None:
    reached = threading.Event()
    ended: list[str] = []
    metronome = Metronome(
        [Tick("deliver", 0.01, counting(reached, times=3))], ended=ended.append, metrics=Metrics()
    )

    metronome.start()
    came = reached.wait(10)
    metronome.stop()

    assert came
    assert ended[:2] == ["deliver", "deliver"]


def test_a_failing_tick_is_told_and_does_not_stop_the_others() -> None:
    reached = threading.Event()
    metrics = Metrics()
    ended: list[str] = []
    metronome = Metronome(
        [Tick("plan", 0.01, broken), Tick("deliver", 0.01, counting(reached, times=5))],
        ended=ended.append,
        metrics=metrics,
    )

    with capture_logs() as lines:
        metronome.start()
        reached.wait(10)
        metronome.stop()

    failures = [line for line in lines if line["event"] == "tick failed"]
    assert failures
    assert failures[0]["tick"] == "plan"
    assert isinstance(failures[0]["exc_info"], RuntimeError)
    assert value(metrics, tick="plan", result="failed") >= 1
    assert value(metrics, tick="deliver", result="done") >= 5
    assert "plan" not in ended


def test_a_process_that_only_answers_runs_what_everyone_needs_and_claims_no_work_done() -> None:
    reached = threading.Event()
    ran: list[str] = []
    ended: list[str] = []

    def reload() -> Counts:
        ran.append("reload")
        if len(ran) > 2:
            reached.set()
        return {}

    def plan() -> Counts:
        ran.append("plan")
        return {}

    ticks = [Tick("reload", 0.01, reload, everywhere=True), Tick("plan", 0.01, plan)]
    metronome = Metronome(ticks, ended=ended.append, metrics=Metrics())
    metronome.start(works=False)
    came = reached.wait(10)
    metronome.stop()

    assert came
    assert set(ran) == {"reload"}
    assert ended == []


def test_a_tick_logs_one_line_of_counts() -> None:
    metronome = Metronome(
        [Tick("deliver", 60, lambda: {"sent": 2, "dead": 0})], ended=lambda _: None, metrics=Metrics()
    )

    with capture_logs() as lines:
        metronome.run_now("deliver")

    assert lines == [{"event": "tick done", "log_level": "info", "tick": "deliver", "sent": 2, "dead": 0}]


def test_a_tick_never_overlaps_itself() -> None:
    running = 0
    most = 0
    reached = threading.Event()
    gate = threading.Lock()
    rounds = iter(range(4))

    def slow() -> Counts:
        nonlocal running, most
        with gate:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.05)
        with gate:
            running -= 1
        if next(rounds, None) is None:
            reached.set()
        return {}

    metronome = Metronome([Tick("plan", 0.01, slow)], ended=lambda _: None, metrics=Metrics())
    metronome.start()
    came = reached.wait(10)
    metronome.stop()

    assert came
    assert most == 1


def test_stopping_a_metronome_that_never_started_is_quiet() -> None:
    Metronome([], ended=lambda _: None, metrics=Metrics()).stop()


def test_one_bad_item_of_many_leaves_the_others_alone() -> None:
    seen: list[int] = []

    def run(item: int) -> bool:
        seen.append(item)
        if item == 2:
            raise ValueError
        return True

    assert one_by_one([1, 2, 3], run) == 2
    assert seen == [1, 2, 3]


def test_a_database_that_is_away_is_not_found_out_by_each() -> None:
    seen: list[int] = []

    def run(item: int) -> bool:
        seen.append(item)
        raise OperationalError(None, None, ConnectionError())

    with pytest.raises(OperationalError):
        one_by_one([1, 2, 3], run)

    assert seen == [1]

"""Replicas are restarted one after the other, as in an upgrade, while people go on writing: nobody notices."""

from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tests.drills.mortal import Life, await_port, born, free_port
from tests.drills.table import Drill, forms
from tests.drills.traffic import Proxy, assert_each_has_one_case, under_traffic
from tests.stories.driver import running

REPLICAS = 2
PATIENCE = 30


def restart_all(lives: list[Life], processes: list[ForkServerProcess]) -> list[int | None]:
    """End each process as systemd does (SIGTERM) and start it anew; give how they ended."""
    codes = []
    for index, life in enumerate(lives):
        processes[index].terminate()
        processes[index].join(PATIENCE)
        codes.append(processes[index].exitcode)
        processes[index] = born(life)
        await_port(life.port, processes[index])
    return codes


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
@pytest.mark.parametrize("rounds", forms(short=1, long=15))
def test_a_rolling_restart_is_not_noticed(
    district_url: str, tmp_path: Path, rounds: int, drill: Drill
) -> None:
    drill.does("1b rolling restart", f"{REPLICAS} processes behind a proxy, restarted in turn under load")
    lives = [Life(url=district_url, folder=tmp_path, port=free_port()) for _ in range(REPLICAS)]
    proxy = Proxy([life.port for life in lives])
    with running(district_url, tmp_path) as story:
        processes = [born(life) for life in lives]
        for life, process in zip(lives, processes, strict=True):
            await_port(life.port, process)
        with under_traffic(story, proxy) as traffic:
            codes = [code for _ in range(rounds) for code in restart_all(lives, processes)]
        for process in processes:
            process.terminate()
            process.join(PATIENCE)
        drill.count(
            restarts=len(codes),
            messages=len(traffic.replies),
            asked_the_next=proxy.asked_again,
            unanswered=sum(not reply for reply in traffic.replies.values()),
        )
        assert_each_has_one_case(story.engine, traffic.replies)

    assert set(codes) == {0}

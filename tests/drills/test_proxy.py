"""The nginx of docs/operate.md before several processes that die, hang and come back: nobody notices, nothing is doubled."""

import os
import random
import re
import shutil
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.drills.mortal import Life, await_port, born, free_port
from tests.drills.table import Drill
from tests.drills.traffic import Proxy, assert_each_has_one_case, under_traffic
from tests.stories.driver import running

DOCUMENT = Path(__file__).parents[2] / "docs" / "operate.md"
REPLICAS = 2
ROUNDS = 16
HANGS = (1.0, 4.5)
RECOVERS = 4.0
ENDS = ("received", "committed", "SIGTERM", "hang")


def documented(port: int, replicas: list[int], folder: Path) -> str:
    """Put together what section 4 says of the channels and what section 7 puts in place of the one address."""
    snippets = re.findall(r"```nginx\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    one, many = (next(text for text in snippets if sign in text) for sign in ("server {", "upstream "))
    upstream, lines = many.split("}\n", 1)
    error_level = re.search(r"error_log \S+ (\w+);", one)
    log_format = re.search(r"log_format .*?;", one, re.DOTALL)
    location = re.search(r"location /channels/ \{.*?\n    \}", one, re.DOTALL)
    assert log_format
    assert location
    assert error_level
    for documented_port, real in zip((":8001", ":8002"), replicas, strict=True):
        upstream = upstream.replace(documented_port, f":{real}")
    names = {re.match(r"\s*(\w+)", line)[1] for line in lines.splitlines() if line.strip()[:1] != "#"}
    kept = [line for line in location[0].splitlines() if not any(f" {name} " in line for name in names)]
    inside = "\n".join([*kept[:-1], lines, kept[-1]])
    user = "user root;" if os.geteuid() == 0 else ""
    spare = "".join(
        f"{name}_temp_path {folder / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"""{user} daemon off; pid {folder / "pid"}; events {{}}
http {{
{spare}
{log_format[0]}
access_log {folder / "access.log"} channels;
error_log {folder / "error.log"} {error_level[1]};
{upstream}}}
server {{ listen 127.0.0.1:{port}; {inside} location / {{ return 404; }} }}
}}"""


@contextmanager
def nginx(replicas: list[int], folder: Path) -> Iterator[int]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed here")
    folder.mkdir()
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(documented(port, replicas, folder), encoding="utf-8")
    process = subprocess.Popen(
        [program, "-e", folder / "error.log", "-p", folder, "-c", configuration],
        stderr=subprocess.DEVNULL,
    )
    try:
        while not (folder / "pid").exists():
            assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
            threading.Event().wait(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def trouble(lives: list[Life], chance: random.Random) -> Iterator[str]:
    """End one process after the other in one of several ways, each under traffic, and start it anew."""
    processes = [born(life) for life in lives]
    for life, process in zip(lives, processes, strict=True):
        await_port(life.port, process)
    yield ""
    for number in range(ROUNDS):
        index, end = number % len(lives), ENDS[number % len(ENDS)]
        life, process = lives[index], processes[index]
        if end == "hang":
            os.kill(process.pid or 0, signal.SIGSTOP)
            threading.Event().wait(chance.choice(HANGS))
            os.kill(process.pid or 0, signal.SIGCONT)
            threading.Event().wait(RECOVERS)
        elif end == "SIGTERM":
            process.terminate()
        else:
            process.kill()
        if end != "hang":
            process.join(30)
            after = chance.randint(1, 20)
            dies = Life(url=life.url, folder=life.folder, port=life.port, moment=end, after=after)
            processes[index] = born(dies if end != "SIGTERM" else life)
            processes[index].join(2)
            processes[index].kill()
            processes[index].join()
            processes[index] = born(life)
            await_port(life.port, processes[index])
        yield end
    for process in processes:
        process.terminate()
        process.join(30)


@pytest.mark.drill
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_nginx_asks_the_next_process_and_nothing_is_doubled(
    district_url: str, tmp_path: Path, drill: Drill
) -> None:
    drill.does("1d nginx", f"{REPLICAS} processes behind the nginx of the docs; killed, stopped, hanging")
    lives = [Life(url=district_url, folder=tmp_path, port=free_port()) for _ in range(REPLICAS)]
    with (
        running(district_url, tmp_path) as story,
        nginx([life.port for life in lives], tmp_path / "nginx") as port,
    ):
        proxy = Proxy([port])
        troubles = trouble(lives, random.Random(ROUNDS))
        next(troubles)
        with under_traffic(story, proxy) as traffic:
            for _ in range(ROUNDS):
                next(troubles)
        list(troubles)
        log = (tmp_path / "nginx" / "access.log").read_text(encoding="utf-8")
        statuses = Counter(re.findall(r'" (\d{3}) ', log))
        errors = (tmp_path / "nginx" / "error.log").read_text(encoding="utf-8")
        drill.count(
            troubles=ROUNDS,
            messages=len(traffic.replies),
            statuses=dict(statuses),
            longest=f"{max(float(line.split()[-1]) for line in log.splitlines()):.2f} s",
        )
        assert_each_has_one_case(story.engine, traffic.replies)

    assert "msg_signature" not in log + errors
    # What hangs may hold what the others wait for; only then WeChat has to come again.
    assert set(statuses) <= {"200", "504"}

"""A message that freezes its handler: the guard ends the process, the message is put aside, the others are answered."""

import signal
import threading
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.guard import FROZEN
from handlers.texts import DEFAULT_TEXTS as TEXTS
from storage.models import Inbox
from tests.drills.freezing import PATTERN, WAIT
from tests.drills.served import PATIENCE, Served, answers, district, sealed, served
from tests.drills.table import Drill, forms

TROUBLE = "东苑小区3幢楼道灯坏了半个月"
QUICK, REAL = "8 0.5 11", "30 1 11"


def guarded(url: str, folder: Path, guard: str) -> AbstractContextManager[Served]:
    """Run the command with a handler that freezes; `guard`: looks, seconds between them, seconds to stop in."""
    return served(url, folder, module="tests.drills.freezing", told={"DRILL_GUARD": guard})


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("word", [PATTERN, pytest.param(WAIT, marks=pytest.mark.drill)])
@pytest.mark.parametrize("guard", forms(short=QUICK, long=REAL))
def test_a_message_that_freezes_the_process_twice_is_put_aside_and_the_others_are_answered(
    empty_database_url: str, tmp_path: Path, guard: str, word: str, drill: Drill
) -> None:
    drill.does(f"7 freezing handler: {word}", "the guard ends the process twice, the drill starts it again")
    codes: list[int] = []
    with district(empty_database_url, tmp_path) as story:
        for _ in range(2):
            with guarded(empty_database_url, tmp_path, guard) as bot:
                frozen = threading.Thread(target=bot.post, args=(sealed(story, "voter-1", word, 1),))
                frozen.start()
                if word == WAIT:  # what waits behind it
                    threading.Event().wait(1)
                    threading.Thread(target=bot.post, args=(sealed(story, "voter-2", TROUBLE, 2),)).start()
                codes.append(bot.process.wait(PATIENCE))
                frozen.join()
                lines = [
                    line for line in bot.log.read_text(encoding="utf-8").splitlines() if "was ended" in line
                ]
                assert len(lines) == 1
                assert word not in bot.log.read_text(encoding="utf-8")
        with guarded(empty_database_url, tmp_path, guard) as bot:
            others = [story.reply_in(bot.post(sealed(story, f"voter-{n}", TROUBLE, n))) for n in range(3, 6)]
            again = story.reply_in(bot.post(sealed(story, "voter-1", word, 1)))
            bot.process.send_signal(signal.SIGTERM)
            codes.append(bot.process.wait(PATIENCE))
        with Session(story.engine) as session:
            aside = [row.dedupe_key for row in session.scalars(select(Inbox)) if row.reason == "ended"]
    drill.count(ends=codes)

    assert codes == [FROZEN, FROZEN, 0]
    assert aside == ["official-account:voter-1:1"]
    assert again == TEXTS("put_aside")
    assert all("编号" in reply for reply in others)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("guard", forms(short="1000 1 2", long="1000 1 11"))
@pytest.mark.parametrize("word", [PATTERN, pytest.param(WAIT, marks=pytest.mark.drill)])
def test_a_frozen_process_ends_when_it_is_told_to(
    empty_database_url: str, tmp_path: Path, guard: str, word: str, drill: Drill
) -> None:
    drill.does(f"7 SIGTERM while frozen: {word}", "told to end with a handler that never comes back")
    with district(empty_database_url, tmp_path) as story, guarded(empty_database_url, tmp_path, guard) as bot:
        frozen = threading.Thread(target=bot.post, args=(sealed(story, "voter-1", word, 1),))
        frozen.start()
        threading.Event().wait(1)
        bot.process.send_signal(signal.SIGTERM)
        code = bot.process.wait(12)
        frozen.join()

    assert code == FROZEN
    assert "did not stop" in bot.log.read_text(encoding="utf-8")


@pytest.mark.drill
@pytest.mark.timeout(PATIENCE * 5)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_nothing_of_the_bot_outlives_a_guard_that_was_killed(empty_database_url: str, tmp_path: Path) -> None:
    with district(empty_database_url, tmp_path) as story:
        with guarded(empty_database_url, tmp_path, REAL) as bot:
            bot.process.kill()
            bot.process.wait()
            base = bot.address.rpartition("/channels/")[0]
            turns = iter(range(40))
            while answers(base):
                assert next(turns, None) is not None
                threading.Event().wait(0.25)
        with guarded(empty_database_url, tmp_path, REAL) as bot:
            assert "编号" in story.reply_in(bot.post(sealed(story, "voter-1", TROUBLE, 1)))

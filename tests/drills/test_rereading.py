"""A district that an earlier version kept for years is upgraded: all of it is read again while people go on writing."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, column, select, table, text, update
from sqlalchemy.orm import Session

from bot.upkeep.sweeping import REREADINGS
from handlers.cases.case_search import READING
from storage.cases import search
from storage.cases.unindexing import rewrite
from storage.engine.database import new_id, open_database
from storage.migrate import migrate
from storage.models import Case, Outbox, Sweep, SweepFinding
from tests.drills.earlier import NoEarlierVersionError, version_at
from tests.drills.table import Drill, forms
from tests.stories.driver import Story, running

BEFORE = "659b05c"
"""The version before words were sealed, masked and checked as they are now."""
EACH = 10
"""So many rows of each kind are planted."""
BRIBE = "柯巧云收了我两条烟才肯登记"
NO_PLACE = "我姓周啥时候有人来啊"


def grown_by(code: Path, url: str, count: int) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LXQ_")}
    subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.grow", url, str(count)],
        cwd=code,
        env=kept | {"PYTHONPATH": str(code)},
        check=True,
        capture_output=True,
    )


@dataclass(frozen=True, slots=True)
class Planted:
    """How many cases of each kind were planted."""

    untouched: int
    answered: int
    urgent: int


def plant(engine: Engine) -> Planted:
    """Write what that version let in: accusations at hand and answered, no places, grave words, pushes that wait."""
    with engine.begin() as connection:
        untouched = _ids(
            connection, "NOT EXISTS (SELECT 1 FROM referral WHERE case_id = case_file.id)", 2 * EACH
        )
        answered = _ids(connection, "state = 'answered'", EACH, besides=untouched)
        urgent = _ids(
            connection,
            "NOT EXISTS (SELECT 1 FROM case_step WHERE case_id = case_file.id AND action NOT IN ('filed', 'added'))",
            EACH,
            besides={*untouched, *answered},
        )
        changes = (
            ({"state": "registered", "text": BRIBE}, untouched[:EACH]),
            ({"state": "registered", "place": "", "place_text": NO_PLACE}, untouched[EACH:]),
            ({"text": f"下水道堵了。{BRIBE}。"}, answered),
            ({"urgency": "suicide", "text": "我不想活了"}, urgent),
        )
        for columns, ids in changes:
            before = search.words_of(connection, ids)
            connection.execute(update(_CASES).where(_CASES.c.id.in_(ids)).values(**columns))
            rewrite(connection, before, READING.pairs)
        person = connection.scalar(text("SELECT person_id FROM role_grant WHERE role = 'station' LIMIT 1"))
        for case_id in untouched[:EACH]:
            connection.execute(_OWED, _owed(case_id, person, f"新的民情件：{BRIBE}"))
    return Planted(EACH, len(answered), len(urgent))


_CASES = table(
    "case_file", *(column(name) for name in ("id", "state", "text", "place", "place_text", "urgency"))
)


def _ids(connection: Connection, where: str, most: int, besides: Collection[int] = ()) -> list[int]:
    rows = select(_CASES.c.id).where(text(where), _CASES.c.id.not_in(besides))
    return list(connection.scalars(rows.order_by(_CASES.c.id.desc()).limit(most)))


_OWED = text(
    "INSERT INTO outbox (id, dedupe_key, order_key, person_id, kind, priority, text, template, fields, case_id, "
    "created_at, not_before, status, attempts, channel, rung, because, client_msg_id, provider_id, error, detail) "
    "SELECT :id, :key, :key, :person, 'notice', 4, :words, '', '{}', :case, filed_at, filed_at, 'pending', 0, '', '', "
    "'', :key, '', '', '' FROM case_file WHERE id = :case"
)


def _owed(case_id: int, person: int, words: str) -> dict[str, object]:
    row_id = new_id()
    return {"id": row_id, "key": f"drill{row_id}", "person": person, "case": case_id, "words": words}


def read_all(story: Story) -> tuple[list[float], float]:
    """Let the job run to its end while people write; give how long each of them waited, and how long all took."""
    waited: list[float] = []
    over = threading.Event()

    def go_on() -> None:
        try:
            while not is_over(story):
                story.app.metronome.run_now("sweep")
        finally:
            over.set()

    began = time.monotonic()
    thread = threading.Thread(target=go_on)
    thread.start()
    while not over.is_set():
        said = time.monotonic()
        story.say(f"voter-{len(waited) % 20}", "幸福路下水道堵了")
        waited.append(time.monotonic() - said)
    thread.join()
    return waited, time.monotonic() - began


def is_over(story: Story) -> bool:
    with Session(story.engine.execution_options(reading=True)) as session:
        done = session.scalars(select(Sweep.name).where(Sweep.done_at.is_not(None))).all()
    return {*REREADINGS} <= {*done}


@pytest.mark.parametrize("count", forms(short=300, long=100_000, minutes=30))
def test_what_an_earlier_version_kept_is_read_again_while_people_write(
    empty_database_url: str, tmp_path: Path, drill: Drill, count: int
) -> None:
    try:
        code = version_at(BEFORE, tmp_path / "earlier")
    except NoEarlierVersionError as error:
        pytest.skip(str(error))
    grown_by(code, empty_database_url, count)
    engine = open_database(empty_database_url)
    planted = plant(engine)
    began = time.monotonic()
    migrate(engine)
    migrated = time.monotonic() - began
    name = engine.dialect.name
    engine.dispose()
    with running(empty_database_url, tmp_path / "story") as story:
        waited, took = read_all(story)
        with Session(story.engine) as session:
            found = Counter(session.scalars(select(SweepFinding.what)))
            left = session.scalars(
                select(Case.id).where(Case.sealed.is_(False), Case.text.contains("柯巧云"))
            ).all()
            owed = session.scalars(select(Outbox.status).where(Outbox.dedupe_key.startswith("drill"))).all()
    drill.does(f"rereading, {name}", f"{count:,} cases grown by {BEFORE}, upgraded and read again")
    drill.count(
        migrated=f"{migrated:.1f}s",
        read_again=f"{took:.0f}s",
        messages=len(waited),
        worst_wait=f"{max(waited):.2f}s",
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )

    assert left == []
    assert (found["sealed"], found["sealed_apart"]) == (planted.untouched, planted.answered)
    assert (found["place"], found["alarm_old"] + found["alarm_raised"]) == (EACH, planted.urgent)
    assert set(owed) == {"dead"}

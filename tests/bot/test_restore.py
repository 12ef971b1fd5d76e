"""A restored copy is whole, and nothing goes out of it a second time."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.upkeep.backup import back_up
from bot.upkeep.restore import Restored, restore
from handlers.cases.case_search import index_some
from handlers.texts import DEFAULT_TEXTS
from storage.cases.search import forget_all
from storage.engine.database import new_id, open_database
from storage.keeping.integrity import find_breaks
from storage.messages.foreign import owe_event
from storage.models import Account, Case, CasePart, CaseStep, Counter, ForeignEvent, Outbox
from tests.stories.driver import SHANGHAI, Story, running, story_settings
from tests.stories.people import EAST, bind

pytestmark = pytest.mark.usefixtures("client_programs")

WEEK_BEFORE = datetime(2026, 12, 3, 8, 40, tzinfo=SHANGHAI)


@pytest.fixture
def come_back(record: str, tmp_path: Path) -> Callable[..., Restored]:
    """Put the copy that a test has made back in place of the database."""
    settings = story_settings(record, tmp_path)

    def put_back(now: datetime, *, send_owed: bool = False) -> Restored:
        return restore(settings, tmp_path / "copy.tar.gz", now, force=True, send_owed=send_owed)

    return put_back


def copy(record: str, folder: Path, now: datetime) -> None:
    back_up(story_settings(record, folder), folder / "copy.tar.gz", now)


def results(url: str) -> list[str]:
    """Give what became of the answers to voters, in their order."""
    engine = open_database(url)
    with Session(engine) as session:
        rows = select(Outbox.status).where(Outbox.kind == "result").order_by(Outbox.id)
        found = list(session.scalars(rows))
    engine.dispose()
    return found


def test_a_push_that_may_have_gone_out_waits_for_a_person(
    record: str, tmp_path: Path, come_back: Callable[..., Restored]
) -> None:
    with running(record, tmp_path) as story:
        east = bind(story, "staff:T005")
        story.app.tick_all()
        story.say("voter-1", EAST)
        story.say(east, "回复 1 灯已换好")
        copy(record, tmp_path, story.clock())
        story.app.tick_all()
        assert any("灯已换好" in text for text in story.phones.texts_to("voter-1"))
        now = story.clock()

    restored = come_back(now)

    assert restored.held == 1
    assert restored.breaks == []
    with running(record, tmp_path) as story:
        story.app.tick_all()
        assert story.phones.pushes == []
        assert "恢复前" in story.say(east, "没送到的")


def test_an_event_of_another_system_is_not_handed_over_a_second_time(
    record: str, tmp_path: Path, come_back: Callable[..., Restored]
) -> None:
    engine = open_database(record)
    with Session(engine) as session, session.begin():
        owe_event(session, event_id=new_id(), body="{}", now=WEEK_BEFORE)
    engine.dispose()  # the file is about to be replaced
    copy(record, tmp_path, WEEK_BEFORE)
    come_back(WEEK_BEFORE)
    with Session(engine) as session:
        left = [(row.status, row.error) for row in session.scalars(select(ForeignEvent))]
    engine.dispose()

    assert left == [("dead", "restored")]


def test_what_is_due_later_still_goes_out_and_all_of_it_where_that_is_asked(
    record: str, tmp_path: Path, come_back: Callable[..., Restored]
) -> None:
    with running(record, tmp_path) as story:
        east = bind(story, "staff:T005")
        story.app.tick_all()
        story.clock.turn(minutes=10)
        story.app.tick_all()
        story.say("voter-1", EAST)
        story.say("voter-2", EAST)
        story.say(east, "回复 1 灯已换好")
        story.clock.turn(hours=13)
        story.say(east, "回复 2 明早来修")
        copy(record, tmp_path, story.clock())
        now = story.clock()

    held = come_back(now).held
    after_holding = results(record)
    again = come_back(now, send_owed=True).held

    assert (held, again) == (1, 0)
    assert after_holding == ["unknown", "pending"]
    assert results(record) == ["pending", "pending"]


def test_a_reminder_that_went_out_after_the_copy_is_not_sent_again(
    record: str, tmp_path: Path, come_back: Callable[..., Restored]
) -> None:
    with running(record, tmp_path) as story:
        bind(story, "deputy:D001")
        copy(record, tmp_path, story.clock())
        story.at(WEEK_BEFORE)
        assert story.phones.texts_to("deputy:D001")

    come_back(WEEK_BEFORE + timedelta(minutes=30))

    with running(record, tmp_path) as story:
        story.at(WEEK_BEFORE + timedelta(minutes=31))
        story.at(WEEK_BEFORE + timedelta(hours=2))
        assert story.phones.pushes == []
        story.at(WEEK_BEFORE + timedelta(days=7))
        assert story.phones.texts_to("deputy:D001")


def test_who_asked_to_be_forgotten_after_the_copy_was_made_does_not_come_back(
    record: str, tmp_path: Path, come_back: Callable[..., Restored]
) -> None:
    with running(record, tmp_path) as story:
        for who in ("voter-wang", "voter-2"):
            story.say(who, EAST)
        copy(record, tmp_path, story.clock())
        story.clock.turn(minutes=1)
        for who in ("voter-wang", "voter-2"):
            story.say(who, "删除我")
            story.say(who, "1")
            story.clock.turn(minutes=11)
            story.app.tick_all()
        story.say("voter-2", EAST)
        now = story.clock()

    restored = come_back(now)

    assert restored.forgotten == 2
    assert restored.breaks == []
    with running(record, tmp_path) as story:
        assert story.say("voter-wang", "我的") == DEFAULT_TEXTS("no_own_cases")
        with Session(story.engine) as session:
            known = session.scalars(select(Account.external_id)).all()
            cases = session.scalars(select(Case.text)).all()
    assert sorted(name for name in known if name.startswith("voter")) == ["voter-wang"]
    assert cases == ["", ""]


def test_a_copy_made_while_messages_come_in_is_whole(
    record: str, tmp_path: Path, come_back: Callable[..., Restored]
) -> None:
    with running(record, tmp_path) as story:
        begun, enough = threading.Event(), threading.Event()

        def write() -> None:
            for voter in range(500):
                story.say(f"voter-{voter}", EAST)
                if voter == 20:
                    begun.set()
                if enough.is_set():
                    return

        writing = threading.Thread(target=write)
        writing.start()
        begun.wait(60)
        copy(record, tmp_path, story.clock())
        enough.set()
        writing.join()
        now = story.clock()

    restored = come_back(now)

    engine = open_database(record)
    with Session(engine) as session:
        numbers = list(session.scalars(select(Case.number).order_by(Case.number)))
    engine.dispose()
    assert restored.breaks == []
    assert len(numbers) > 20
    assert numbers == [f"2611-{number:04d}" for number in range(1, len(numbers) + 1)]


def lose_a_case(session: Session, number: str = "2611-0002") -> None:
    case_id = session.scalar(select(Case.id).where(Case.number == number))
    for model in (CaseStep, CasePart):
        session.execute(delete(model).where(model.case_id == case_id))
    session.execute(delete(Case).where(Case.id == case_id))


def lose_the_history(session: Session) -> None:
    session.execute(delete(CaseStep))


def change_a_state(session: Session) -> None:
    session.execute(update(Case).where(Case.number == "2611-0001").values(state="closed"))


def turn_the_counter_back(session: Session) -> None:
    session.execute(update(Counter).values(value=1))


def lose_index_entries(session: Session) -> None:
    while index_some(session, new_id()):
        pass
    if session.connection().dialect.name == "postgresql":
        session.connection().exec_driver_sql("DELETE FROM case_search")
    else:
        session.connection().exec_driver_sql("DELETE FROM case_search_docsize")


def lose_a_picture(session: Session) -> None:
    session.execute(update(CasePart).values(stored_as="ab" * 32))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lose_a_case, "2611 have a gap: 2 cases, from 1 to 3"),
        (lose_the_history, "3 cases have no history"),
        (change_a_state, "1 cases stand in another state than their last step (2611-0001)"),
        (turn_the_counter_back, "counter of 2611 does not stand at the last number"),
        (lose_index_entries, "the search index misses 3 steps: run `lianxinqiao migrate --rebuild-search`"),
        (lose_a_picture, "1 attachments are not in"),
    ],
)
def test_what_is_not_whole_is_told(
    record: str,
    tmp_path: Path,
    come_back: Callable[..., Restored],
    damage: Callable[[Session], None],
    told: str,
) -> None:
    with running(record, tmp_path) as story:
        for voter in range(3):
            story.say(f"voter-{voter}", EAST)
        with Session(story.engine) as session, session.begin():
            damage(session)
        copy(record, tmp_path, story.clock())
        now = story.clock()

    assert any(told in sentence for sentence in come_back(now).breaks)


def test_an_index_that_was_lost_is_written_anew(story: Story) -> None:
    desk = bind(story, "staff:T001")
    story.say("voter-1", EAST)
    with Session(story.engine) as session, session.begin():
        lose_index_entries(session)

    with story.engine.begin() as connection:
        forget_all(connection)
    with Session(story.engine) as session, session.begin():
        index_some(session, new_id())

        assert list(find_breaks(session)) == []
    assert "2611-0001" in story.say(desk, "查 楼道灯")

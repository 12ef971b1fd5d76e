"""What a process had in work when it ended is kept, tried one by one, and put aside only where it ended twice."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.note import FOLDER, Note
from bot.webhook import Webhook
from handlers.intake import Intake
from handlers.route import Answer
from handlers.routing import hot, routes
from handlers.texts import DEFAULT_TEXTS as TEXTS
from storage.messages import inbox
from storage.messages.health import waiting
from storage.models import Case, Inbox, RoleGrant
from storage.people import people
from tests.stories.driver import Story
from tests.stories.people import bind

TROUBLE = "东苑小区3幢楼道灯坏了半个月"


def intake_of(story: Story, xml: str) -> Intake:
    """Read a message as the webhook does."""
    assert isinstance(story.app.asgi, Webhook)
    received = story.app.asgi.channels[story.way].parse(*story.seal(xml))
    return Intake(
        dedupe_key=received.dedupe_key,
        channel=story.way,
        sender=received.sender,
        raw=received.raw,
        message=received.message,
        quarantine=received.quarantine,
    )


def said_by(story: Story, who: str, text: str = TROUBLE) -> str:
    return story.xml(who, MsgType="text", Content=text)


def die_with(
    folder: Path, intakes: Sequence[Intake], *, waiting: Sequence[Intake] = (), committing: bool = False
) -> None:
    """Leave a note as a process does that is killed: it stays, and nobody holds its lock any more."""
    note = Note(folder)
    note.begin(intakes, waiting)
    if committing:
        note.committing()
    os.close(note._file)  # noqa: SLF001 -- as the kernel does


def look(story: Story) -> None:
    """Let a little time pass and the timed job look."""
    story.clock.turn(seconds=50)
    story.app.metronome.run_now("retry unanswered")


def rows(story: Story) -> list[tuple[str, str]]:
    with Session(story.engine) as session:
        return [(row.status, row.reason) for row in session.scalars(select(Inbox).order_by(Inbox.id))]


def test_a_batch_that_died_is_kept_and_each_of_it_handled_by_itself(story: Story, tmp_path: Path) -> None:
    xml = [said_by(story, f"voter-{n}") for n in range(3)]
    die_with(tmp_path, [intake_of(story, each) for each in xml])
    story.app.metronome.run_now("retry unanswered")
    kept = rows(story)
    look(story)

    assert kept == [("pending", "")] * 3
    assert rows(story) == [("answered", "")] * 3
    with Session(story.engine) as session:
        assert len(list(session.scalars(select(Case)))) == 3
    assert list((tmp_path / FOLDER).glob("*.note")) != []  # the one of the process that lives


def test_a_message_alone_in_work_at_two_ends_is_put_aside_and_its_sender_told(
    story: Story, tmp_path: Path
) -> None:
    xml = said_by(story, "voter-1")
    for _ in range(2):
        die_with(tmp_path, [intake_of(story, xml)])
        story.app.metronome.run_now("retry unanswered")
    look(story)
    repeated = story.reply_in(story.post(xml)[1])
    story.app.tick_all()

    assert rows(story) == [("failed", "ended")]
    assert repeated == TEXTS("put_aside")
    assert story.phones.texts_to("voter-1") == [TEXTS("put_aside")]
    assert "东苑" in story.say("voter-2", TROUBLE)


def test_what_was_put_aside_stands_in_today_of_operator_and_district_until_it_was_read(
    story: Story, tmp_path: Path
) -> None:
    bind(story, "staff:T001")
    with Session(story.engine) as session, session.begin():
        operator = people.identify_one(session.connection(), (story.way, "operator"), story.clock())
        session.add(RoleGrant(person_id=operator.person_id, role="operator", area="", since=story.clock()))
    urging = intake_of(story, said_by(story, "voter-1", "帮我" * 40))
    for _ in range(2):
        die_with(tmp_path, [urging])
        story.app.writer.take_over()
    with story.engine.connect() as connection:
        aside = waiting(connection, story.clock()).aside
    told = story.say("operator", "今日")
    line = next(line for line in story.say("staff:T001", "今日").splitlines() if "没读下来" in line)
    listed = story.say("staff:T001", line[0])
    words = story.say("staff:T001", "1")

    assert aside["ended"] == 1
    assert "1条" in told
    assert "帮我" not in told
    assert "帮我" not in listed
    assert "居民发的，80字" in listed
    assert "共80字" in words
    assert "1条" not in story.say("operator", "今日")


@pytest.mark.parametrize("written", ["{}收了钱", "街道 {}　收 了 钱", "反映\u200b{}"])
def test_who_is_named_in_what_was_put_aside_does_not_read_it(
    story: Story, tmp_path: Path, written: str
) -> None:
    bind(story, "staff:T001")
    with Session(story.engine) as session:
        name = people.identify_one(session.connection(), (story.way, "staff:T001"), story.clock()).name
    about = intake_of(story, said_by(story, "voter-1", written.format(" ".join(name))))
    for _ in range(2):
        die_with(tmp_path, [about])
        story.app.writer.take_over()
    told = story.say("staff:T001", "今日")
    story.say("staff:T001", next(line for line in told.splitlines() if "没读下来" in line)[0])

    assert TEXTS("staff_given_up_names_you") in story.say("staff:T001", "1")
    assert "没读下来" in story.say("staff:T001", "今日")


@pytest.mark.parametrize("how", ["in a batch", "while committing", "beside another"])
def test_what_was_not_alone_in_work_is_never_put_aside(story: Story, tmp_path: Path, how: str) -> None:
    mine, other = (intake_of(story, said_by(story, f"voter-{n}")) for n in range(2))
    for _ in range(3):
        if how == "in a batch":
            die_with(tmp_path, [mine, other])
        elif how == "while committing":
            die_with(tmp_path, [mine], committing=True)
        else:
            die_with(tmp_path, [other], waiting=[mine])
        story.app.writer.take_over()
        with Session(story.engine) as session, session.begin():
            for row in session.scalars(select(Inbox).where(Inbox.sender == "voter-1")):
                row.reason = ""
    look(story)

    with Session(story.engine) as session:
        mine_now = session.scalars(select(Inbox).where(Inbox.dedupe_key == mine.dedupe_key)).one()
        assert mine_now.status == "answered"


def test_a_message_that_was_answered_before_the_end_stays_answered(story: Story, tmp_path: Path) -> None:
    xml = said_by(story, "voter-1")
    first = story.reply_in(story.post(xml)[1])
    for _ in range(2):
        die_with(tmp_path, [intake_of(story, xml)])
        story.app.metronome.run_now("retry unanswered")

    assert rows(story) == [("answered", "")]
    assert story.reply_in(story.post(xml)[1]) == first


def test_a_repeat_after_the_end_is_answered_at_once_and_its_attempt_counted(
    story: Story, tmp_path: Path
) -> None:
    xml = said_by(story, "voter-1")
    die_with(tmp_path, [intake_of(story, xml)])
    story.app.writer.take_over()
    answer = story.reply_in(story.post(xml)[1])

    assert "2611-0001" in answer
    with Session(story.engine) as session:
        assert session.scalars(select(Inbox.attempts)).one() == 1


@pytest.mark.parametrize("damage", [b"", b"h", b"h 999\nx", b"z 1\nx", b"\xff\xfe"])
def test_a_note_that_was_not_written_to_its_end_harms_nobody(
    story: Story, tmp_path: Path, damage: bytes
) -> None:
    left = tmp_path / FOLDER / "1-damaged.note"
    left.write_bytes(damage)
    story.app.writer.take_over()

    assert not left.exists()
    assert "2611-0001" in story.say("voter-1", TROUBLE)


def test_a_note_of_a_process_that_lives_is_left_alone(story: Story, tmp_path: Path) -> None:
    living = Note(tmp_path)
    living.begin([intake_of(story, said_by(story, "voter-1"))])
    story.clock.turn(seconds=timedelta(minutes=1).seconds)
    story.app.writer.take_over()
    living.close()

    assert rows(story) == []


def marked(story: Story, run: str) -> None:
    """Leave the row as a process does that ended over it, with its data folder gone as well."""
    with Session(story.engine) as session, session.begin():
        inbox.take_in_hand(session, session.scalars(select(Inbox.id)).one(), run)


def kept_unhandled(story: Story, folder: Path, status: str = "pending") -> None:
    die_with(folder, [intake_of(story, said_by(story, "voter-1"))], committing=True)
    story.app.writer.take_over()
    with Session(story.engine) as session, session.begin():
        session.scalars(select(Inbox)).one().status = status


@pytest.mark.parametrize(("status", "tick"), [("pending", "retry unanswered"), ("held", "handle held")])
def test_two_ends_are_known_from_the_row_where_the_notes_are_lost(
    story: Story, tmp_path: Path, status: str, tick: str
) -> None:
    kept_unhandled(story, tmp_path, status)
    marked(story, "first")
    marked(story, "second")
    story.clock.turn(hours=8)
    story.app.metronome.run_now(tick)
    story.app.tick_all()

    assert rows(story) == [("failed", "ended")]
    assert story.phones.texts_to("voter-1") == [TEXTS("put_aside")]


def test_a_message_that_freezes_the_cold_lane_is_marked_with_the_commit_that_keeps_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def looking(_ctx: object, _message: object) -> Answer:
        with Session(story.engine.execution_options(reading=True)) as session:
            seen.append(session.scalars(select(Inbox.reason)).one())
        return Answer("好", "test")

    monkeypatch.setattr(hot, "decide", lambda *_: None)
    monkeypatch.setattr(routes, "handle", looking)
    story.say("voter-1", TROUBLE)

    assert [reason.partition(" of ")[0] for reason in seen] == ["in hand"]
    assert rows(story) == [("answered", "")]


def test_an_attempt_that_failed_for_another_reason_is_no_end(story: Story, tmp_path: Path) -> None:
    kept_unhandled(story, tmp_path)
    marked(story, "first")
    with Session(story.engine) as session, session.begin():
        inbox.let_go(session, session.scalars(select(Inbox.id)).one())
    marked(story, "second")
    story.clock.turn(hours=8)
    story.app.metronome.run_now("retry unanswered")

    assert rows(story) == [("answered", "ended")]


def test_a_note_of_a_message_that_the_record_lacks_stops_nothing(story: Story, tmp_path: Path) -> None:
    note = Note(tmp_path)
    note.begin_kept(4711)
    os.close(note._file)  # noqa: SLF001 -- as the kernel does
    story.app.metronome.run_now("retry unanswered")

    assert "2611-0001" in story.say("voter-1", TROUBLE)

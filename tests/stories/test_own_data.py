"""What is kept about oneself, and being forgotten: no table, no file and no older copy leads to the person any more."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from handlers.cases.case_search import READING
from handlers.texts import DEFAULT_TEXTS as TEXTS
from storage.keeping import audit, erasure
from storage.keeping.integrity import find_breaks
from storage.keeping.keeping import forget_strangers
from storage.models import AuditEntry, Case, Erasure
from storage.people.people import identify_one
from tests.bot.test_one_at_a_time import until_somebody_waits
from tests.storage.test_cases import add_case
from tests.stories.driver import Story
from tests.stories.people import EAST, WEST, bind, steps_of, the_case

TOLD = "我叫王桂芳，电话13912345678，东苑小区3幢楼道灯坏了半个月，老人不敢下楼"
LEADS_TO_HER = ("voter-wang", "王桂芳", "13912345678")
STAFF, DESK, BUREAU = "staff:T005", "staff:T001", "staff:T027"


def everything(story: Story) -> str:
    """Read every row of every table, as someone with the database file could."""
    with story.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        rows = {
            name: connection.execute(text(f'SELECT * FROM "{name}"')).all()
            for name in tables
            if not name.startswith("case_search")
        }
    return repr(rows)


def forgotten(story: Story, who: str) -> str:
    """Ask to be forgotten and give the certificate."""
    story.say(who, "删除我")
    said = story.say(who, "1")

    assert said.startswith("删好了，凭证号 ")
    return said.removeprefix("删好了，凭证号 ").split("，")[0]


def later(story: Story) -> None:
    """Let the platform's repeats be over."""
    story.clock.turn(minutes=11)
    story.app.tick_all()


def test_one_reads_what_is_kept_and_for_how_long(story: Story) -> None:
    assert story.say("voter-1", "我的数据").startswith("存着您的：0件事")
    story.say("voter-1", EAST)

    assert "1件事" in story.say("voter-1", "我的数据")
    assert "2611-0001" in story.say("voter-1", "1")
    overview = story.say("voter-1", "我的数据")
    assert story.say("voter-1", "2") == f"{TEXTS('own_data_kept')}\n0 回列表"
    assert story.say("voter-1", "0") == overview
    assert story.say("voter-1", "3").startswith("除了承办要看的内容，没有人看过")
    assert story.say("voter-1", "0") == overview
    assert story.say("voter-1", "0").startswith("好，先不弄这个")


def test_a_number_that_was_left_is_told_and_so_is_who_called_it_up(story: Story) -> None:
    bind(story, STAFF)
    story.say("voter-1", EAST)
    story.say("voter-1", "找人")
    story.say("voter-1", "13711112222")
    story.say(STAFF, "要打的电话")
    story.say(STAFF, "1")

    assert "电话（尾号2222）" in story.say("voter-1", "我的数据")
    assert "看过电话" in story.say("voter-1", "3")


def test_whoever_changes_their_mind_keeps_everything(story: Story) -> None:
    story.say("voter-1", EAST)

    assert "删掉您的联系方式" in story.say("voter-1", "把我的信息删掉")
    assert story.say("voter-1", "0") == TEXTS("erase_kept")
    assert "2611-0001" in story.say("voter-1", "我的")


def test_nothing_leads_to_a_forgotten_voter(story: Story) -> None:
    for who in (STAFF, DESK, BUREAU):
        bind(story, who)
    story.say("voter-wang", TOLD)
    story.picture("voter-wang")
    story.say(DESK, "转 1 住建局 10天")
    story.say(DESK, "1")
    story.app.tick_all()
    story.clock.turn(hours=2)
    story.say("voter-wang", "西苑社区紫色大垃圾桶没人收，有事打13912345678")
    story.app.tick_all()
    certificate = forgotten(story, "voter-wang")
    before = len(story.phones.texts_to("voter-wang"))
    later(story)

    left = everything(story)
    assert not [word for word in LEADS_TO_HER if word in left]
    assert certificate in left
    assert "楼道灯坏了半个月" in left
    assert "紫色大垃圾桶" not in left
    assert the_case(story, "2611-0002").state == "withdrawn"
    assert steps_of(story, "2611-0001")[-1] == "erased"
    assert len(story.phones.texts_to("voter-wang")) == before
    with Session(story.engine) as session:
        assert list(find_breaks(session)) == []
        assert session.scalars(select(Erasure.done_at)).one() is not None
        assert session.scalars(select(AuditEntry.reason)).all() == [certificate]
        assert audit.first_break(session) == ""


def test_a_repeat_of_the_last_word_finds_its_answer_and_a_later_word_is_a_new_voter(story: Story) -> None:
    story.say("voter-wang", TOLD)
    story.say("voter-wang", "删除我")
    xml = story.xml("voter-wang", MsgType="text", Content="1")
    _, first = story.post(xml)
    _, repeated = story.post(xml)

    assert story.reply_in(first) == story.reply_in(repeated)
    assert story.reply_in(first).startswith("删好了")
    assert story.say("voter-wang", "我的") == TEXTS("no_own_cases")
    later(story)
    assert TEXTS("privacy_short") in story.say("voter-wang", EAST)


def test_answers_of_others_go_on_without_the_forgotten_one(story: Story) -> None:
    bind(story, STAFF)
    story.say("voter-wang", TOLD)
    story.say(STAFF, "接手 1")
    story.say(STAFF, "回复 1 已打13912345678说明，灯明天换，站里电话0571-8888888")
    forgotten(story, "voter-wang")
    later(story)

    said = story.say(STAFF, "查 1")
    assert "王桂芳" not in said
    assert "13912345678" not in everything(story)
    assert "0571-8888888" in everything(story)
    assert story.say(STAFF, "办结 1")


def test_a_neighbour_who_told_the_same_still_hears_of_it(story: Story) -> None:
    bind(story, STAFF)
    story.say("voter-wang", "东苑小区3幢楼道灯坏了半个月，晚上看不见")
    story.say("voter-2", EAST)
    story.say("voter-2", "1")
    forgotten(story, "voter-wang")
    later(story)
    story.say(STAFF, "回复 1 灯已换好，11月21日换的")
    story.app.tick_all()

    assert "灯已换好" in "".join(story.phones.texts_to("voter-2"))
    assert "灯已换好" not in "".join(story.phones.texts_to("voter-wang"))
    assert "东苑小区" in the_case(story, "2611-0001").text


def test_people_of_the_roster_cannot_delete_what_they_did_in_office(story: Story) -> None:
    bind(story, STAFF)

    assert story.say(STAFF, "删除我") == TEXTS("erase_in_office")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_files_go_with_the_words_unless_another_case_has_the_same(story: Story, tmp_path: Path) -> None:
    for who, picture in (("voter-wang", b"her own"), ("voter-wang", b"of both"), ("voter-2", b"of both")):
        story.phones.media[picture.decode()] = picture
        story.picture(who, picture.decode())
    story.app.tick_all()
    forgotten(story, "voter-wang")
    later(story)

    kept = [path.read_bytes() for path in (tmp_path / "media").rglob("*") if path.is_file()]
    assert kept == [b"of both"]


def test_who_gives_up_the_wechat_account_is_forgotten_too(story: Story) -> None:
    story.say("voter-wang", TOLD)
    story.event("platform", "user_authorization_cancellation", OpenID="voter-wang")
    later(story)

    assert not [word for word in LEADS_TO_HER if word in everything(story)]
    with Session(story.engine) as session:
        assert session.scalars(select(Case.voter_id)).all() == [None]


def test_one_reads_which_office_saw_name_or_number_and_not_who_only_worked(story: Story) -> None:
    for who in (STAFF, "staff:T006"):
        bind(story, who)
    story.say("voter-wang", TOLD)
    story.clock.turn(hours=2)
    story.say("voter-wang", "西苑社区垃圾没人收")
    story.say(STAFF, "查 1")
    story.say("staff:T006", "查 2")
    story.say("voter-wang", "我的数据")

    looked = story.say("voter-wang", "3")
    assert "11月21日 东苑社区联络站看过全文" in looked
    assert "西苑" not in looked


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_message_that_comes_at_the_moment_of_being_forgotten_is_a_new_voters(story: Story) -> None:
    story.say("voter-wang", TOLD)
    old = the_case(story, "2611-0001").voter_id
    assert old is not None
    story.clock.turn(hours=3)
    replies: list[str] = []
    with Session(story.engine) as forgetting:
        erasure.begin(forgetting, old, story.clock(), READING)
        forgetting.flush()
        writing = threading.Thread(target=lambda: replies.append(story.say("voter-wang", WEST)))
        writing.start()
        until_somebody_waits(story.engine)
        forgetting.commit()
    writing.join(20)
    later(story)

    assert TEXTS("privacy_short") in replies[0]
    assert the_case(story, "2611-0002").voter_id not in {old, None}
    assert story.say("voter-wang", "我的").count("2611-") == 1


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_who_files_something_while_strangers_are_forgotten_stays_known(story: Story) -> None:
    story.say("voter-wang", "你好")
    address = ("official-account", "voter-wang")
    with Session(story.engine) as filing:
        sender = identify_one(filing.connection(), address, story.clock())
        add_case(filing, voter_id=sender.person_id)
        gone: list[int] = []
        forgetting = threading.Thread(
            target=lambda: gone.append(
                story.app.writer.transact(
                    lambda session: forget_strangers(session, [sender.person_id], story.clock(), READING)
                )
            )
        )
        forgetting.start()
        until_somebody_waits(story.engine)
        filing.commit()
    forgetting.join(20)

    assert gone == [0]
    assert "2611-0001" in story.say("voter-wang", "我的")

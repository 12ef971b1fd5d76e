"""What the version before had written is read by the rules of today, and the district gets one list of what was found."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.upkeep.sweeping import REREADINGS
from storage.engine.database import new_id
from storage.keeping import rereading
from storage.models import (
    Alarm,
    Bulletin,
    Case,
    CaseAccused,
    Outbox,
    Person,
    Question,
    SweepFinding,
)
from tests.stories.driver import Story
from tests.stories.people import EAST, WEST, bind, the_case

DESK, STAFF, OTHER = "staff:T001", "staff:T005", "staff:T006"
BRIBE = "柯巧云收了我两条烟才肯登记"


def as_before(story: Story, number: str, **columns: object) -> None:
    """Let a case say what the version before kept of it."""
    with Session(story.engine) as session, session.begin():
        session.execute(update(Case).where(Case.number == number).values(**columns))


def upgrade(story: Story) -> None:
    """Leave the mark that the migration leaves, and let the jobs run."""
    with Session(story.engine) as session, session.begin():
        rereading.begin_again(session, REREADINGS)
    story.app.tick_all()


def found(story: Story) -> list[str]:
    with Session(story.engine) as session:
        return list(session.scalars(select(SweepFinding.what).order_by(SweepFinding.id)))


def parts(story: Story, number: str) -> list[str]:
    case_id = the_case(story, number).id
    with Session(story.engine) as session:
        return [part.text for part in rereading.parts_of(session, [case_id]).get(case_id, [])]


@pytest.fixture
def before(story: Story) -> Story:
    """Two cases of two voters, a desk and the person of the station of the first."""
    for who in (DESK, STAFF):
        bind(story, who)
    story.say("voter-1", EAST)
    story.say("voter-2", WEST)
    return story


def test_an_old_case_that_accuses_is_sealed_whole_and_kept_from_the_accused(before: Story) -> None:
    as_before(before, "2611-0001", text=BRIBE)
    upgrade(before)

    assert the_case(before, "2611-0001").sealed
    assert found(before) == ["sealed"]
    assert "没有找到" in before.say(STAFF, "查 2611-0001") or "没找到" in before.say(STAFF, "查 2611-0001")
    assert BRIBE in before.say(DESK, "查 2611-0001")


def test_only_the_words_go_apart_where_an_office_has_the_case_in_hand(before: Story) -> None:
    before.say(STAFF, "回复 1 明天来换灯")
    as_before(before, "2611-0001", text=f"楼道灯坏了半个月。{BRIBE}。", state="answered")
    upgrade(before)
    case = the_case(before, "2611-0001")

    assert (case.sealed, case.text) == (False, "楼道灯坏了半个月。")
    assert found(before) == ["sealed_apart"]
    assert BRIBE in the_case(before, "2611-0003").text
    assert "柯巧云" not in before.say(STAFF, "查 2611-0001")


def test_a_case_sealed_by_the_version_before_is_kept_from_the_accused_of_the_desk(before: Story) -> None:
    with Session(before.engine) as session:
        accused = session.scalars(select(Person).where(Person.roster_key == DESK)).one()
    as_before(before, "2611-0001", text=f"区代表工委的{accused.name}收了开发商的红包", sealed=True)
    upgrade(before)

    with Session(before.engine) as session:
        assert session.scalars(select(CaseAccused.who)).all() == [f"person:{accused.id}"]
    assert "红包" not in before.say(DESK, "查 2611-0001")


def test_what_is_no_place_is_taken_out_and_stays_with_the_case(before: Story) -> None:
    no_places = {"2611-0001": "我姓周", "2611-0002": "啥时候有人来啊", "2611-0003": "139－0000－0012"}
    places = {"2611-0004": "银沙小学", "2611-0005": "滨河路北门对面", "2611-0006": "水岸清波"}
    for each in range(3, 7):
        before.say(f"voter-{each}", WEST)
    for number, words in {**no_places, **places}.items():
        as_before(before, number, place="", place_text=words)
    upgrade(before)

    assert found(before) == ["place"] * len(no_places)
    assert [the_case(before, number).place_text for number in places] == list(places.values())
    for number, words in no_places.items():
        assert the_case(before, number).place_text == ""
        assert words in parts(before, number)


def test_the_district_alone_has_one_list_and_puts_it_away(before: Story) -> None:
    as_before(before, "2611-0001", text=BRIBE)
    as_before(before, "2611-0002", place="", place_text="我姓周")
    upgrade(before)
    today, listed = before.say(DESK, "今日"), before.say(DESK, "升级清单")
    one = before.say(DESK, "1")
    back = before.say(DESK, "0")
    over = before.say(DESK, "0")

    assert "升级时重看了旧件：2处" in today
    assert "升级" not in before.say(STAFF, "今日")
    assert "1 改为密件1件\n2 取下不像地点的1处\n0 看过了，收起" in listed
    assert "2611-0001" in one
    assert back == listed
    assert over.startswith("收起了")
    assert "升级" not in before.say(DESK, "今日")


def test_the_accused_of_the_desk_reads_no_line_about_themselves(before: Story) -> None:
    with Session(before.engine) as session:
        name = session.scalars(select(Person.name).where(Person.roster_key == DESK)).one()
    as_before(before, "2611-0001", text=f"区代表工委的{name}收了开发商的红包")
    upgrade(before)

    assert found(before) == ["sealed"]
    assert "升级" not in before.say(DESK, "今日")
    assert before.say(DESK, "升级清单").startswith("升级清单里没有")


def test_nothing_happens_where_no_version_was_before(before: Story) -> None:
    as_before(before, "2611-0001", text=BRIBE)
    before.app.tick_all()

    assert found(before) == []
    assert not the_case(before, "2611-0001").sealed


def owed_before(story: Story, who: str, case_id: int | None, text: str, **columns: object) -> int:
    """Owe a push as the version before wrote it."""
    with Session(story.engine) as session, session.begin():
        person = session.scalars(select(Person).where(Person.roster_key == who)).one()
        row_id = new_id()
        row = {
            "id": row_id,
            "dedupe_key": f"before/{row_id}",
            "order_key": f"{person.id}/{case_id or ''}",
            "person_id": person.id,
            "kind": "notice",
            "priority": 4,
            "text": text,
            "fields": {},
            "case_id": case_id,
            "created_at": story.clock(),
            "not_before": story.clock(),
            "client_msg_id": f"lxq{row_id}",
        }
        session.execute(insert(Outbox).values({**row, **columns}))
    return row_id


def push_of(story: Story, push_id: int) -> Outbox:
    with Session(story.engine, expire_on_commit=False) as session:
        return session.get_one(Outbox, push_id)


def test_what_was_owed_goes_out_only_as_today_it_would(before: Story) -> None:
    as_before(before, "2611-0001", text=BRIBE)
    as_before(before, "2611-0002", text="我不想活了", urgency="suicide")
    sealed, other = the_case(before, "2611-0001").id, the_case(before, "2611-0002").id
    with Session(before.engine) as session:
        deputy = session.scalars(
            select(Person.roster_key).where(Person.roster_key.startswith("deputy:"))
        ).first()
    assert deputy is not None
    bind(before, deputy)
    told = owed_before(before, STAFF, sealed, f"新件 2611-0001：{BRIBE}")
    grave = owed_before(before, deputy, other, "2611-0002：我不想活了")
    plain = owed_before(before, STAFF, None, "明天是选民接待日，九点开始")
    alarm = owed_before(
        before, DESK, other, "急件 2611-0002", kind="alert", not_before=before.clock() + timedelta(hours=9)
    )
    upgrade(before)

    assert [push_of(before, each).status for each in (told, grave)] == ["dead", "dead"]
    assert [push_of(before, each).text for each in (told, grave)] == ["", ""]
    assert [push_of(before, each).status for each in (plain, alarm)] == ["sent", "sent"]
    assert push_of(before, plain).text == "明天是选民接待日，九点开始"
    assert {"push_sealed", "push_withheld", "sealed"} <= {*found(before)}


def test_names_and_numbers_are_hidden_in_what_a_deputy_is_still_to_get(before: Story) -> None:
    case_id = the_case(before, "2611-0001").id
    with Session(before.engine) as session:
        deputy = session.scalars(
            select(Person.roster_key).where(Person.roster_key.startswith("deputy:"))
        ).first()
    assert deputy is not None
    bind(before, deputy)
    push = owed_before(before, deputy, case_id, "2611-0001：楼道灯坏了，打139－0000－0012，7幢301室")
    upgrade(before)

    assert push_of(before, push).status == "sent"
    assert "0012" not in push_of(before, push).text
    assert "301" not in push_of(before, push).text
    assert "push_masked" in found(before)


def test_an_urgent_case_that_nobody_touched_climbs_if_it_is_fresh_and_is_listed_if_it_is_old(
    before: Story,
) -> None:
    now = before.clock()
    as_before(before, "2611-0001", urgency="fire", filed_at=now - timedelta(hours=2))
    as_before(before, "2611-0002", urgency="fire", filed_at=now - timedelta(days=9))
    upgrade(before)

    with Session(before.engine) as session:
        rung = session.scalars(select(Alarm.case_id)).all()
    assert rung == [the_case(before, "2611-0001").id]
    assert found(before) == ["alarm_raised", "alarm_old"]


def test_a_draft_with_words_that_nobody_picked_is_drafted_anew(before: Story) -> None:
    as_before(before, "2611-0002", text="我不想活了", urgency="suicide")
    with Session(before.engine) as session, session.begin():
        person = session.scalars(select(Person).where(Person.roster_key == DESK)).one()
        said = {
            "number": "2611-0002",
            "topic": "其他",
            "place_name": "",
            "text": "我不想活了",
            "state": "登记",
        }
        row = {
            "id": new_id(),
            "issuer": "",
            "state": "submitted",
            "since": date(2026, 11, 1),
            "until": date(2026, 12, 1),
            "scope": {"district": True, "streets": [], "stations": []},
            "facts": {"problems": [said]},
            "drafted_by": person.id,
            "drafted_at": before.clock(),
        }
        session.execute(insert(Bulletin).values(row))
    upgrade(before)

    with Session(before.engine) as session:
        draft = session.scalars(select(Bulletin)).one()
        assert draft.state == "draft"
        assert "不想活" not in str(draft.facts)
        assert [each["number"] for each in draft.facts["offered"]] == ["2611-0001"]
    assert found(before).count("draft") == 1


def test_a_menu_that_quotes_an_accusation_is_closed_and_others_are_answered_as_before(before: Story) -> None:
    before.say(STAFF, "在办")
    before.say(DESK, "在办")
    with Session(before.engine) as session, session.begin():
        accused = session.scalars(select(Person).where(Person.roster_key == STAFF)).one()
        rows = update(Question).where(Question.person_id == accused.id, Question.closed_at.is_(None))
        session.execute(rows.values(options=[{"digit": "1", "label": BRIBE, "value": "1"}]))
    upgrade(before)

    assert BRIBE not in before.say(STAFF, "1")
    assert "2611-000" in before.say(DESK, "1")


def test_what_older_processes_wrote_meanwhile_is_read_when_that_is_asked_for(before: Story) -> None:
    as_before(before, "2611-0001", text=BRIBE)
    upgrade(before)
    before.say("voter-3", EAST)
    as_before(before, "2611-0003", text=BRIBE)
    before.app.tick_all()
    once = found(before)
    upgrade(before)

    assert (once, found(before)) == (["sealed"], ["sealed", "sealed"])

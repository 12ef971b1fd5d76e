"""Which station takes a case: the place, else the voter's own station, else a question; and why."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.district import store
from handlers.district.pack import Pack
from storage.models import Case
from tests.stories.driver import Story
from tests.stories.lines import both_channels
from tests.stories.people import bind

HEPING = "和平社区垃圾没人收"


def newest(story: Story) -> Case:
    with Session(story.engine) as session:
        return session.scalars(select(Case).order_by(Case.number.desc()).limit(1)).one()


def change(story: Story, sheet: str, key: str, **cells: str) -> None:
    """Change one row of the loaded district, as an import does."""
    with Session(story.engine) as session, session.begin():
        rows = store.load_rows(session)
        for row in rows[sheet]:
            if row["key"] == key:
                row.update(cells)
        store.apply(session, Pack(rows=rows), story.clock())
    story.clock.turn(minutes=2)


@both_channels
def test_of_two_communities_of_one_name_it_is_the_one_in_the_voters_own_street(story: Story) -> None:
    story.event("voter-1", "SCAN", EventKey="station:S010")

    filed = story.say("voter-1", HEPING)
    why = story.say("voter-1", "为什么")

    assert "由北园和平社区联络站接手" in filed
    assert "有几个“和平社区”，按您所在的街道归北园和平社区联络站" in why


def test_a_voter_of_a_third_street_is_asked_which_one(story: Story) -> None:
    story.event("voter-1", "SCAN", EventKey="station:S016")

    assert "有2个和平社区，是哪个？" in story.say("voter-1", HEPING)


def test_without_a_place_the_voters_own_station_takes_it_and_why_says_so(story: Story) -> None:
    story.event("voter-1", "SCAN", EventKey="station:S016")

    filed = story.say("voter-1", "下雨路上积水很深，电动车都熄火了")

    assert "由七格社区联络站接手" in filed
    assert "没写在哪里，按您自己的站归七格社区联络站" in story.say("voter-1", "为什么")


def test_a_position_beside_an_estate_names_it_and_how_far_it_is(story: Story) -> None:
    story.say("voter-1", "下雨路上积水很深，电动车都熄火了")

    placed = story.location("voter-1", 30.3124, 120.3303)

    assert "离东苑小区约100米，由东苑社区联络站接手" in placed
    assert newest(story).place == "E001"


def test_a_position_inside_an_outline_belongs_to_that_community(story: Story) -> None:
    change(story, "areas", "qige", boundary="121 31;121.01 31;121.01 31.01;121 31.01")
    story.app.surroundings.reload()
    story.say("voter-1", "下雨路上积水很深，电动车都熄火了")

    placed = story.location("voter-1", 31.005, 121.005)

    assert "在七格社区，由七格社区联络站接手" in placed


def test_a_station_on_leave_leaves_its_cases_to_the_street(story: Story) -> None:
    change(story, "stations", "S016", active="no")
    story.app.surroundings.reload()

    assert "由下沙街道联络站接手" in story.say("voter-1", "七格社区停车位不足")


def test_deputies_of_the_trade_see_the_case_beside_its_station(story: Story) -> None:
    bind(story, "deputy:D010")
    story.say("voter-1", "七格社区的学校班里六十多人，大班额")

    case = newest(story)
    assert (case.station, case.industry) == ("S016", "S022")
    assert "班额过大" in story.say("deputy:D010", "案件")
    assert "教育行业联络站也看" in story.say("voter-1", "为什么")


def test_what_concerns_an_insider_reaches_neither_station_street_nor_trade(story: Story) -> None:
    for who in ("deputy:D010", "staff:T004"):
        bind(story, who)
    story.say("voter-1", "我要反映七格社区联络站的人收好处，学校名额都给关系户")

    case = newest(story)
    assert (case.sealed, case.station, case.street, case.industry, case.place) == (True, "", "", "", "")
    assert case.number not in story.say("deputy:D010", "案件")

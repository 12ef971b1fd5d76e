"""One person in the district office and a day of sixty cases, by digits on a phone; docs/a-day.md tells it."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Case
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import bind, owed_to
from tests.stories.sixty import SIXTY
from tests.stories.test_duty_channel import on_sqlite

SUNDAY = datetime(2026, 11, 22, 9, 3, tzinfo=SHANGHAI)
MONDAY = datetime(2026, 11, 23, 8, 41, tzinfo=SHANGHAI)
AFTERNOON = datetime(2026, 11, 23, 14, 7, tzinfo=SHANGHAI)
CLERKS = ("staff:T027", "staff:T028", "staff:T029")
STATIONS = ("staff:T005", "staff:T006", "staff:T014")
FOR_STATIONS = ("小广告", "垃圾桶满", "图书室", "长椅", "共享单车")
ASKS = {
    "在哪报名": "12月起每周一上午在街道社会事务窗口报名，请带身份证，详询0571-88880001",
    "优待证怎么办": "11月23日起街道退役军人服务站可办，请带身份证和退伍证，现场登记",
    "能不能在社区办": "11月23日起社区窗口每周三代收医保报销材料，不用再跑区里",
    "一楼不同意怎么办": "12月1日住建局派人到小区开协调会，请先把同意和不同意的户数报给社区",
}
DONE = "11月23日已派人到现场处理完毕并拍照留存，今后每周巡查一次，依据区城市管理办法"


class Desk:
    """The one person, who counts what has to be typed."""

    def __init__(self, story: Story) -> None:
        self._story, self.typed = story, Counter[str]()
        self._key = bind(story, "staff:T001")

    def say(self, words: str, part: str) -> str:
        self.typed[part] += 1
        # A person reads before the next digit; what comes sooner is a second tap on the same one.
        self._story.clock.turn(seconds=5)
        return self._story.say(self._key, words)


def choice(card: str) -> str:
    """Decide as the person would, from what stands on the card."""
    if "7 同" in card:
        return "7"
    if any(words in card for words in ASKS):
        return "4"
    if "占道停车" in card and "区公安分局" in card:
        return "2"
    if "3 " in card and any(words in card for words in FOR_STATIONS):
        return "3"
    return "1"


def hand_on(desk: Desk) -> None:
    """Work through what is new until nothing is left."""
    card = desk.say("逐件办", "new cases")
    while "件新到" in card:
        assert len(card) <= 120
        digit = choice(card)
        said = desk.say(digit, "new cases")
        if digit == "4":
            words = next(answer for asked, answer in ASKS.items() if asked in card)
            said = desk.say(words, "new cases")
        if digit == "2":
            said = desk.say("城管局 5天", "new cases")
            said = desk.say("1", "new cases")
        card = said


def answer_all(story: Story, clerk: str) -> int:
    """Let a clerk accept and answer all that lies with the department."""
    answered = 0
    while "等答复" in (listed := story.say(clerk, "要办的")):
        number = listed.splitlines()[1].split()[1]
        story.say(clerk, f"接收 {number}")
        story.say(clerk, f"答复 {number} {DONE}")
        story.say(clerk, "1")
        answered += 1
    return answered


@on_sqlite
def test_sixty_cases_are_handed_on_and_answers_reviewed_by_one_person_on_a_phone(story: Story) -> None:
    story.clock.at = SUNDAY
    for each, line in enumerate(SIXTY):
        story.say(f"voter-{each}", line)
        story.clock.turn(minutes=5)
    for clerk in (*CLERKS, *STATIONS):
        bind(story, clerk)
    desk = Desk(story)

    story.clock.at = MONDAY
    desk.say("今日", "looking")
    hand_on(desk)
    with Session(story.engine) as session:
        states = list(session.scalars(select(Case.state)))
    assert len(states) == len(SIXTY)
    assert "registered" not in states
    assert any("请贵站办" in text for station in STATIONS for text in owed_to(story, station))

    story.clock.at = AFTERNOON
    answered = sum(answer_all(story, clerk) for clerk in CLERKS)
    card = desk.say("审核", "reviews")
    card = desk.say("1", "reviews")
    while "发给选民，问解决没有" in card:
        card = desk.say("1", "reviews")
    assert "没有等审核的答复" in desk.say("审核", "reviews")
    assert "件" in desk.say("今天来了多少件", "looking")

    assert desk.typed["new cases"] <= 1.3 * len(SIXTY)
    assert desk.typed["reviews"] <= answered + 3

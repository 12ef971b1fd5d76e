"""A whole night: whatever happens at 23:40, nobody else's telephone rings before the morning, but for danger."""

from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Outbox
from tests.stories.driver import SHANGHAI, Story
from tests.stories.people import EAST, WEST, bind, owed_to

NIGHT = datetime(2026, 12, 7, 23, 40, tzinfo=SHANGHAI)
EVENING = datetime(2026, 12, 3, 8, 45, tzinfo=SHANGHAI)
AT_ANY_HOUR = {"alert", "answer"}


def wakes(story: Story, since: datetime) -> list[tuple[str, str]]:
    """Give what may go out in the quiet hours, as kind and first words."""
    with Session(story.engine) as session:
        rows = session.scalars(select(Outbox).where(Outbox.created_at >= since).order_by(Outbox.id)).all()
    return [
        (row.kind, row.text[:30])
        for row in rows
        if row.kind not in AT_ANY_HOUR
        and not time(7, 30) <= row.not_before.astimezone(SHANGHAI).time() < time(21)
    ]


def test_nobody_is_woken_by_what_others_do_at_night(story: Story) -> None:
    desk, housing = bind(story, "staff:T001"), bind(story, "staff:T027")
    east, deputy = bind(story, "staff:T005"), bind(story, "deputy:D001")
    story.at(EVENING)
    story.say("voter-1", EAST)
    story.say("voter-2", WEST)
    for _ in range(3):
        story.say("voter-3", "东苑小区5幢电梯老是停，等半天")

    story.clock.at = NIGHT
    for who, words in (
        (deputy, "请假"),
        (deputy, "1"),
        (desk, "转 1 住建局 10天"),
        (desk, "1"),
        (housing, "接收 1"),
        (housing, "申请延期 1 5天 材料没到货"),
        (desk, "查 1"),
        (desk, "1"),
        (housing, "答复 1 12月7日更换了三盏灯，已经试过，都亮"),
        (housing, "1"),
        (desk, "审核 1"),
        (desk, "2"),
        (desk, "请写清楚换了哪几层"),
        (housing, "答复 1 12月7日更换了三、四、五层的灯，已经试过，都亮"),
        (housing, "1"),
        (desk, "审核 1"),
        (desk, "1"),
        (desk, "督办 2 柯巧云 12月20日"),
        (desk, "批示 2 尽快清运 柯巧云 12月18日"),
        (east, "暂停 3 请问是哪台电梯"),
        (desk, "催代表"),
        ("voter-1", "没解决"),
        (desk, "通报 11月"),
        (desk, "1"),
        (desk, "核对 11月"),
        (desk, "1"),
    ):
        story.say(who, words)
    for _ in range(4):
        story.app.tick_all()
        story.clock.turn(minutes=20)

    assert wakes(story, NIGHT) == []
    assert owed_to(story, east, "notice")
    assert owed_to(story, housing, "notice")


def test_danger_wakes_whoever_is_on_duty(story: Story) -> None:
    desk = bind(story, "staff:T001")
    story.clock.at = NIGHT

    story.say("voter-1", "北园社区5幢电梯困人了，里面有老人")
    story.app.tick_all()

    assert owed_to(story, desk, "alert")
    assert wakes(story, NIGHT) == []

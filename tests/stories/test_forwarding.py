"""Events of the account's other system reach it, signed and durably; what people write never does."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import ForeignEvent
from tests.channels.pretend_api import Answer, PretendApi, serving
from tests.stories.driver import Story, running

SECRET = "0123456789abcdef0123456789abcdef"
PATH = "/events"
TAKEN = Answer(b"", status=204)


@dataclass
class Two:
    """The bot and the account's other system."""

    story: Story
    api: PretendApi

    def tick(self, **later: float) -> None:
        self.story.clock.turn(**later)
        self.story.app.metronome.run_now("forward events")

    def left(self) -> list[tuple[str, int]]:
        with Session(self.story.engine) as session:
            rows = session.scalars(select(ForeignEvent).order_by(ForeignEvent.id))
            return [(row.status, row.attempts) for row in rows]


@pytest.fixture
def two(district_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    api = PretendApi()
    api.on(PATH, TAKEN)
    with (
        serving(api),
        running(
            district_url, tmp_path, forward_url=f"{api.base}{PATH}?shop=1", forward_secret=SECRET
        ) as story,
    ):
        yield Two(story, api)


def test_an_event_that_is_not_ours_is_passed_on_signed(two: Two) -> None:
    said = two.story.event("o-shopper", "shop_order_paid", OrderId="42")
    two.tick()
    (call,) = two.api.calls_to(PATH)
    body = json.dumps(call.data, ensure_ascii=False).encode()
    signed = call.headers["X-Lxq-Timestamp"].encode() + b"." + body

    assert said == ""
    assert call.query == {"shop": "1"}
    assert call.data["event"] == "shop_order_paid"
    assert call.data["openid"] == "o-shopper"
    assert call.data["details"] == {"OrderId": "42"}
    assert call.headers["X-Lxq-Signature"] == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert two.left() == []


def test_buttons_and_scenes_of_others_are_passed_on_and_ours_are_not(two: Two) -> None:
    story = two.story
    others = [
        story.event("o1", "CLICK", EventKey="shop:7"),
        story.event("o1", "SCAN", EventKey="ticket:7"),
        story.event("o2", "subscribe", EventKey="qrscene_ticket:8"),
    ]
    ours = [
        story.event("o1", "CLICK", EventKey="我的"),
        story.event("o1", "SCAN", EventKey="station:S001"),
        story.event("o3", "subscribe", EventKey="qrscene_station:S001"),
        story.event("o4", "subscribe"),
        story.event("o4", "VIEW", EventKey="https://example.gov.cn"),
    ]
    two.tick()

    assert others[:2] == ["", ""]
    assert others[2].startswith("您好")
    assert all(ours[:4])
    assert [call.data["key"] for call in two.api.calls_to(PATH)] == ["shop:7", "ticket:7", "ticket:8"]


def test_nothing_that_a_person_sends_is_passed_on(two: Two) -> None:
    two.story.say("o1", "东苑小区3幢楼道灯坏了")
    two.story.picture("o1")
    two.story.voice("o1")
    two.story.send("o1", MsgType="file", Title="身份证.pdf", FileKey="k")
    two.tick()

    assert two.api.calls == []
    assert two.left() == []


@pytest.mark.parametrize("failure", [Answer(status=503), Answer(status=301), Answer(breaks="reset")])
def test_an_event_waits_for_a_system_that_is_away_and_goes_once_it_is_back(two: Two, failure: Answer) -> None:
    two.api.on(PATH, failure)
    two.story.event("o1", "shop_order_paid")
    with structlog.testing.capture_logs() as logs:
        two.tick()
    two.tick(seconds=5)
    early = len(two.api.calls_to(PATH))
    two.api.on(PATH, TAKEN)
    two.tick(seconds=60)
    calls = two.api.calls_to(PATH)

    assert early == 1
    assert len(calls) == 2
    assert calls[0].data == calls[1].data
    assert two.left() == []
    assert SECRET not in repr(logs)
    assert two.api.base not in repr(logs)


def test_after_a_day_an_event_is_given_up_and_kept_for_the_operator(two: Two) -> None:
    two.api.on(PATH, Answer(status=500))
    two.story.event("o1", "shop_order_paid")
    two.tick()
    two.tick(seconds=timedelta(days=1).total_seconds())
    two.tick(hours=2)

    assert two.left() == [("dead", 2)]


def test_a_repeat_of_the_platform_is_passed_on_once(two: Two) -> None:
    xml = two.story.xml("o1", with_id=False, MsgType="event", Event="shop_order_paid")
    two.story.post(xml)
    two.story.post(xml)
    two.tick()

    assert len(two.api.calls_to(PATH)) == 1


def test_without_another_system_unknown_events_are_answered_as_before(story: Story) -> None:
    assert story.event("o1", "shop_order_paid").startswith("收到了")
    assert "不归我管" in story.event("o1", "CLICK", EventKey="shop:7")

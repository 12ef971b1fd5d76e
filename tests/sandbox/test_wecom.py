"""The pretend WeCom beside the real channel: callbacks, sends, limits and cards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests
from fastapi import FastAPI, Request, Response

from bot.channels.base import Push, SendError
from bot.channels.base import Received as Arrived
from bot.channels.token_keeper import TokenKeeper
from bot.channels.wecom import WeCom
from bot.channels.wecom_sender import WeComSender
from bot.sandbox.app import make_sandbox
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.wecom_account import WeComAccount
from handlers.messages import IncomingMessage, Kind
from tests.channels.free_members import FreeMembers
from tests.channels.memory_store import MemoryStore
from tests.sandbox.conftest import StandingClock, settings
from tests.serving import serving

CORP = WeComAccount(
    corp_id="wwsandbox1",
    agent_id="1000002",
    secret="sandbox-secret",
    token="corptoken",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    webhook_url="",
)
MEMBER = "D1"


class EchoingBot:
    """Our own channel with nothing behind it: it says what it understood."""

    def __init__(self, clock: StandingClock) -> None:
        self.channel = WeCom(
            corp_id=CORP.corp_id, agent_id=CORP.agent_id, token=CORP.token, aes_key=CORP.aes_key, clock=clock
        )
        self.heard: list[IncomingMessage] = []
        self.silent = False
        self.clock = clock

    def answer(self, received: Arrived) -> bytes:
        assert received.message, received.quarantine
        self.heard.append(received.message)
        said = "" if self.silent else f"收到：{received.message.text or received.message.platform_kind}"
        return self.channel.render(said, received, self.clock())


@dataclass
class Corp:
    """The pretend corp with its bot, and a sender that speaks to it as the bot does."""

    base: str
    sandbox: Sandbox
    bot: EchoingBot
    sender: WeComSender
    clock: StandingClock

    def post(self, path: str, status: int = 200, **body: Any) -> Any:
        answer = requests.post(f"{self.base}/api/{path}", json=body, timeout=10)
        assert answer.status_code == status, answer.text
        return answer.json()

    def join(self) -> str:
        return str(self.post("people", role="deputy", name="陈立新", cast=0, on_wecom=True)["id"])

    def chat(self, member: str = MEMBER) -> list[Any]:
        return list(
            requests.get(f"{self.base}/api/people/{member}/timeline", params={"after": 0}, timeout=10).json()
        )

    def send(self, **message: Any) -> Any:
        return self.sender.ask("message/send", {"touser": MEMBER, "agentid": 1000002, **message})


def callbacks(bot: EchoingBot) -> FastAPI:
    app = FastAPI()

    @app.get("/channels/wecom")
    async def verify(request: Request) -> Response:
        return Response(bot.channel.verify(dict(request.query_params)))

    @app.post("/channels/wecom")
    async def receive(request: Request) -> Response:
        return Response(bot.answer(bot.channel.parse(dict(request.query_params), await request.body())))

    return app


@pytest.fixture
def corp(monkeypatch: pytest.MonkeyPatch) -> Iterator[Corp]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    clock = StandingClock()
    bot = EchoingBot(clock)
    with serving(callbacks(bot)) as address:
        config = replace(
            settings(f"{address}/channels/official-account", clock),
            wecom=replace(CORP, webhook_url=f"{address}/channels/wecom"),
        )
        inner, outer = make_sandbox(config), FastAPI()
        outer.mount("/sandbox", inner)
        with serving(outer) as sandbox:
            sender = WeComSender(
                corp_id=CORP.corp_id,
                agent_id=CORP.agent_id,
                secret=CORP.secret,
                api_base=f"{sandbox}/sandbox/wecom",
                keeper=TokenKeeper(MemoryStore(), clock, lambda _: None),
                members=FreeMembers(),
                clock=clock,
            )
            yield Corp(f"{sandbox}/sandbox", inner.state.sandbox, bot, sender, clock)
            sender.close()


BUTTONS = [{"key": "1", "text": "1 参加"}, {"key": "2", "text": "2 请假"}]


def card(task: str = "q17_lxq1") -> dict[str, Any]:
    return {
        "msgtype": "template_card",
        "template_card": {
            "card_type": "button_interaction",
            "main_title": {"title": "12月10日接待日"},
            "button_list": BUTTONS,
            "task_id": task,
        },
    }


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(SendError) as refusal:
        act()
    return refusal.value.code


def test_the_console_saves_the_address_only_when_its_question_is_answered(corp: Corp) -> None:
    assert corp.post("wecom/save") == {"saved": True}

    corp.bot.channel = WeCom(
        corp_id=CORP.corp_id, agent_id="1", token="another", aes_key=CORP.aes_key, clock=corp.clock
    )

    assert corp.post("wecom/save") == {"saved": False}


def test_somebody_of_the_roster_joins_by_wecom_and_sends_the_code(corp: Corp) -> None:
    member = corp.join()

    assert member == MEMBER
    assert [(heard.kind, heard.text) for heard in corp.bot.heard] == [
        (Kind.SUBSCRIBE, ""),
        (Kind.TEXT, "CODED1"),
    ]
    assert corp.chat()[-1]["text"] == "收到：CODED1"


def test_everything_a_member_sends_is_understood(corp: Corp) -> None:
    member = corp.join()
    corp.post("text", person=member, text="楼道灯坏了")
    corp.post("voice", person=member, seconds=5, recognition="听不到这句")
    corp.post("location", person=member, longitude=120.1, latitude=30.2, label="东苑小区")
    corp.post("menu", person=member, name="我的", key="我的")

    told = [(heard.kind, heard.text, heard.key) for heard in corp.bot.heard[2:]]
    assert told == [
        (Kind.TEXT, "楼道灯坏了", ""),
        (Kind.VOICE, "", ""),
        (Kind.LOCATION, "东苑小区", ""),
        (Kind.CLICK, "", "我的"),
    ]
    assert corp.sender.download_media(corp.bot.heard[3].media_id).startswith(b"#!AMR")


def test_a_bot_with_nothing_to_say_leaves_the_chat_as_it_is(corp: Corp) -> None:
    member = corp.join()
    corp.bot.silent = True
    corp.post("text", person=member, text="好的")

    assert corp.chat()[-1]["text"] == "好的"


def test_a_bot_that_fails_is_tried_three_times_and_the_member_told(corp: Corp) -> None:
    member = corp.join()
    corp.bot.channel = WeCom(
        corp_id="wwother", agent_id="1", token=CORP.token, aes_key=CORP.aes_key, clock=corp.clock
    )
    corp.post("text", person=member, text="在吗")

    assert corp.chat()[-1]["text"] == "应用暂时没有回应"


def test_a_push_arrives_and_one_to_nobody_is_only_named(corp: Corp) -> None:
    corp.join()

    assert corp.sender.push(Push(external_id=MEMBER, kind="text", text="您好")).startswith("sandbox")
    assert corp.chat()[-1] | {"text": "您好", "via": "push"} == corp.chat()[-1]
    assert refusal_of(lambda: corp.sender.push(Push(external_id="nobody", kind="text", text="a"))) == "81013"


def test_the_same_text_twice_is_shown_once(corp: Corp) -> None:
    corp.join()
    for _ in range(2):
        corp.sender.push(Push(external_id=MEMBER, kind="text", text="您好"))

    assert [entry["text"] for entry in corp.chat()].count("您好") == 1
    assert corp.sandbox.office
    assert corp.sandbox.office.dropped == [(MEMBER, "duplicate")]


def test_more_than_thirty_a_minute_are_taken_and_never_shown(corp: Corp) -> None:
    corp.join()
    for number in range(32):
        corp.send(msgtype="text", text={"content": f"第{number}条"})
    corp.clock.turn(minutes=1)
    corp.send(msgtype="text", text={"content": "下一分钟"})

    assert corp.sandbox.office
    assert corp.sandbox.office.dropped == [(MEMBER, "minute")] * 2
    assert corp.chat()[-1]["text"] == "下一分钟"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, "44004"),
        ({"msgtype": "hologram", "hologram": {}}, "40008"),
        ({"msgtype": "image", "image": {"media_id": "none"}}, "40007"),
        ({"msgtype": "text", "text": {"content": "a"}, "agentid": 7}, "40056"),
        ({"msgtype": "template_card", "template_card": {"card_type": "button_interaction"}}, "40058"),
        (card(task="a b"), "40058"),
        (card() | {"template_card": card()["template_card"] | {"button_list": BUTTONS * 4}}, "42012"),
        (card() | {"template_card": card()["template_card"] | {"button_list": BUTTONS[:1] * 2}}, "42012"),
    ],
    ids=["empty", "unknown", "no picture", "agent", "no task", "odd task", "too many", "twice the same"],
)
def test_a_message_that_wecom_would_refuse_is_refused(corp: Corp, message: dict[str, Any], code: str) -> None:
    corp.join()

    assert refusal_of(lambda: corp.send(**message)) == code


def test_a_pressed_card_is_told_to_the_bot_and_can_be_changed_once(corp: Corp) -> None:
    member = corp.join()
    corp.send(**card())
    corp.post("press", person=member, task="q17_lxq1", key="1")
    pressed = corp.bot.heard[-1]
    change = {
        "userids": [member],
        "agentid": 1000002,
        "response_code": pressed.details["ResponseCode"],
        "button": {"replace_name": "已选：参加"},
    }
    corp.sender.ask("message/update_template_card", change)

    assert (pressed.kind, pressed.key, pressed.details["TaskId"]) == (Kind.CARD, "1", "q17_lxq1")
    assert (corp.chat()[-1]["kind"], corp.chat()[-1]["text"]) == ("card-change", "已选：参加")
    assert refusal_of(lambda: corp.sender.ask("message/update_template_card", change)) == "42045"
    corp.post("press", 409, person=member, task="q17_lxq1", key="2")


def test_a_card_cannot_be_changed_after_three_days(corp: Corp) -> None:
    corp.join()
    code = corp.send(**card())["response_code"]
    corp.clock.turn(hours=73)
    change = {"agentid": 1000002, "response_code": code, "button": {"replace_name": "已选"}}

    assert refusal_of(lambda: corp.sender.ask("message/update_template_card", change)) == "42045"


def test_a_menu_of_the_application_is_checked_like_any_other(corp: Corp) -> None:
    menu = {"button": [{"type": "click", "name": "今日", "key": "今日"}]}
    corp.sender.ask("menu/create?agentid=1000002", menu)

    assert corp.sender.ask("menu/get?agentid=1000002")["button"] == menu["button"]
    assert refusal_of(lambda: corp.sender.ask("menu/create?agentid=1000002", {"button": []})) != ""


def test_a_wrong_secret_and_an_old_token_are_refused(corp: Corp) -> None:
    wrong = WeComSender(
        corp_id=CORP.corp_id,
        agent_id=CORP.agent_id,
        secret="guess",
        api_base=f"{corp.base}/wecom",
        keeper=TokenKeeper(MemoryStore(), corp.clock, lambda _: None),
        members=FreeMembers(),
        clock=corp.clock,
    )

    assert refusal_of(wrong.check_credentials) == "40001"
    wrong.close()
    corp.join()
    corp.sender.check_credentials()
    corp.clock.turn(hours=3)
    assert corp.sender.push(Push(external_id=MEMBER, kind="text", text="还在"))

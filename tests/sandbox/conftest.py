"""The sandbox on a real port beside a tiny echo bot, and a client for its page and its API."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from fastapi import FastAPI

from bot.sandbox.app import make_sandbox
from bot.sandbox.clock import SHANGHAI, SandboxClock
from bot.sandbox.config import CastMember, SandboxConfig, StationPin, Subscription
from bot.sandbox.sandbox import Sandbox
from tests.sandbox.echo import AES_KEY, APP_ID, SECRET, TOKEN, Echo, echoing
from tests.serving import serving

SATURDAY = datetime(2026, 11, 21, 9, 0, tzinfo=SHANGHAI)
CAST = (
    CastMember(role="deputy", key="D1", name="陈立新", title="区人大代表", area_name="东苑社区联络站"),
    CastMember(role="staff", key="S1", name="吴敏", title="联络员", area_name="东苑社区联络站"),
)
STATIONS = (
    StationPin(key="S001", name="东苑社区联络站", longitude=120.1, latitude=30.2),
    StationPin(key="S002", name="柳荫街道联络站", longitude=120.2, latitude=30.3),
)


class StandingClock(SandboxClock):
    """A sandbox clock that moves only when it is turned."""

    def __init__(self, at: datetime = SATURDAY) -> None:
        super().__init__(real=lambda: at)

    def turn(self, **by: float) -> None:
        self.jump_to(self() + timedelta(**by))


@dataclass
class Page:
    """Speaks to the sandbox as the chat page and as the bot do."""

    base: str
    http: requests.Session
    clock: StandingClock
    echo: Echo
    sandbox: Sandbox
    jumped: list[datetime]

    def post(self, path: str, status: int = 200, **body: Any) -> Any:
        answer = self.http.post(f"{self.base}/api/{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        return self.http.get(f"{self.base}/api/{path}").json()

    def voter(self, name: str = "王阿姨") -> str:
        return str(self.post("people", role="voter", name=name)["id"])

    def say(self, name: str, text: str) -> Any:
        return self.http.post(f"{self.base}/api/say", json={"as": name, "text": text}).json()

    def timeline(self, person: str) -> list[Any]:
        return list(self.get(f"people/{person}/timeline"))

    def last(self, person: str) -> Any:
        return self.timeline(person)[-1]

    def token(self) -> str:
        body = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}
        return str(self.wechat_raw("stable_token", body)["access_token"])

    def wechat_raw(self, path: str, body: Any, **query: str) -> Any:
        return self.http.post(f"{self.base}/wechat/cgi-bin/{path}", json=body, params=query).json()

    def wechat(self, path: str, **body: Any) -> Any:
        return self.wechat_raw(path, body, access_token=self.token())

    def ask(self, path: str, **query: str) -> Any:
        query = {"access_token": self.token(), **query}
        return self.http.get(f"{self.base}/wechat/cgi-bin/{path}", params=query).json()

    def write_to(self, person: str, text: str = "您好") -> int:
        """Send a customer-service text; give the platform's number."""
        sent = self.wechat("message/custom/send", touser=person, msgtype="text", text={"content": text})
        return int(sent["errcode"])


def settings(webhook_url: str, clock: SandboxClock, mode: Any = "safe") -> SandboxConfig:
    return SandboxConfig(
        app_id=APP_ID,
        app_secret=SECRET,
        token=TOKEN,
        aes_key=AES_KEY,
        mode=mode,
        webhook_url=webhook_url,
        clock=clock,
        cast=lambda: CAST,
        stations=lambda: STATIONS,
        subscriptions={
            "sandbox-result": Subscription(title="办理结果通知", fields=("编号", "进度", "说明")),
            "sandbox-news": Subscription(title="进展通知", fields=("标题",), lasting=True),
        },
        issue_code=lambda member: f"CODE{member.key}",
    )


@pytest.fixture
def mode() -> str:
    return "safe"


@pytest.fixture
def page(mode: str) -> Iterator[Page]:
    clock, jumped = StandingClock(), list[datetime]()
    with echoing(mode) as echo:
        config = replace(settings(echo.url, clock, mode), after_jump=lambda: jumped.append(clock()))
        inner, outer = make_sandbox(config), FastAPI()
        outer.mount("/sandbox", inner)
        sandbox: Sandbox = inner.state.sandbox
        with serving(outer) as address, requests.Session() as http:
            yield Page(f"{address}/sandbox", http, clock, echo, sandbox, jumped)
        sandbox.delivery.close()

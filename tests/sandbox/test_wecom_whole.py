"""The whole bot with the pretend WeCom: real channel, real sender, real ticks, and the page in a browser."""

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import expect, sync_playwright

from bot.app import App, build_app
from bot.demo.demo import demo_settings, sandbox_config
from bot.sandbox.app import make_sandbox
from bot.sandbox.clock import SHANGHAI
from tests.sandbox.conftest import StandingClock
from tests.serving import serving

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
REMINDED = datetime(2026, 12, 3, 8, 36, tzinfo=SHANGHAI)
PICTURE = b"\x89PNG\r\n\x1a\n" + b"lamp" * 20


@dataclass
class Demo:
    """The demo as `lianxinqiao demo` runs it, with a clock that stands."""

    base: str
    app: App

    def post(self, path: str, **body: Any) -> Any:
        answer = requests.post(f"{self.base}/api/{path}", json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def join(self, role: str, place: str) -> str:
        cast = requests.get(f"{self.base}/api/state", timeout=20).json()["cast"]
        index = next(
            n for n, each in enumerate(cast) if each["role"] == role and each["area_name"].startswith(place)
        )
        return str(self.post("people", role=role, cast=index, on_wecom=True)["id"])

    def chat(self, person: str) -> list[Any]:
        return list(requests.get(f"{self.base}/api/people/{person}/timeline", timeout=20).json())

    def jump(self, at: datetime) -> None:
        self.post("jump", at=at.isoformat())


@pytest.fixture
def demo(sqlite_district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Demo]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    shutil.copyfile(sqlite_district, tmp_path / "lianxinqiao.sqlite3")
    listener = socket.create_server(("127.0.0.1", 0))
    port, clock = listener.getsockname()[1], StandingClock()
    settings = demo_settings(port, tmp_path)
    app = build_app(settings, clock, works=False)
    sandbox = make_sandbox(sandbox_config(settings, port, app, clock))
    app.site.mount("/sandbox", sandbox)
    app.start()
    try:
        with serving(app.asgi, listener) as address:
            yield Demo(f"{address}/sandbox", app)
    finally:
        sandbox.state.sandbox.delivery.close()
        app.stop()


def test_the_pretend_console_saves_the_bots_address(demo: Demo) -> None:
    assert demo.post("wecom/save") == {"saved": True}


def test_a_deputy_is_asked_by_a_card_answers_by_a_button_and_the_card_says_so(demo: Demo) -> None:
    deputy = demo.join("deputy", "东苑社区")
    demo.jump(REMINDED)
    card = demo.chat(deputy)[-1]

    assert card["kind"] == "card"
    assert "12月10日" in card["text"]
    assert [text for _, text in card["fields"]] == ["1 参加", "2 请假"]
    assert "参加”记下了" in demo.post("press", person=deputy, task=card["task"], key="1")["reply"]
    demo.app.tick_all()
    changed = demo.chat(deputy)[-1]
    assert (changed["kind"], changed["text"], changed["task"]) == ("card-change", "已选：参加", card["task"])


def test_a_card_answered_by_a_digit_says_so_too(demo: Demo) -> None:
    deputy = demo.join("deputy", "东苑社区")
    demo.jump(REMINDED)
    demo.post("text", person=deputy, text="1")
    demo.app.tick_all()

    assert demo.chat(deputy)[-1]["text"] == "已选：参加"


def test_staff_on_wecom_answer_a_voter_of_the_official_account(demo: Demo) -> None:
    staff = demo.join("staff", "东苑社区")
    voter = str(demo.post("people", role="voter", name="王阿姨")["id"])
    demo.post("text", person=voter, text="东苑小区3幢楼道灯坏了半个月")
    demo.post("text", person=staff, text="回复 2611-0001 明天上午物业来换灯")
    demo.app.tick_all()

    assert "明天上午物业来换灯" in demo.chat(voter)[-1]["text"]


def test_what_a_member_sends_is_fetched_and_kept(demo: Demo, tmp_path: Path) -> None:
    deputy = demo.join("deputy", "东苑社区")
    sent = requests.post(
        f"{demo.base}/api/image", data={"person": deputy}, files={"file": ("lamp.png", PICTURE)}, timeout=20
    )
    demo.app.tick_all()

    assert sent.status_code == 200
    assert PICTURE in [file.read_bytes() for file in (tmp_path / "media").rglob("*") if file.is_file()]


@pytest.mark.skipif(BROWSER is None, reason="THE CHAT PAGE WAS NOT TESTED: install chromium")
def test_the_page_lets_a_deputy_join_by_wecom_and_press_a_card(demo: Demo) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1200, "height": 800})
        tab.goto(f"{demo.base}/")
        tab.get_by_label("代表、工作人员用企业微信").check()
        tab.get_by_label("当一位代表").select_option(index=1)
        expect(tab.locator("#who")).to_contain_text("企业微信")
        demo.jump(REMINDED)
        tab.locator(".card .chip").filter(has_text="请假").click()
        expect(tab.locator(".row:not(.own) .bubble").last).to_contain_text("请假")
        demo.app.tick_all()
        expect(tab.locator(".card .closed")).to_have_text("已选：请假")
        browser.close()

"""Token, EncodingAESKey and AppSecret change while people write: real webhook, real channel."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.channels.base import Push, SendError
from bot.channels.official_account_sender import OfficialAccountSender
from bot.channels.token_keeper import TokenKeeper
from bot.sandbox.keys import invented_aes_key
from tests.channels.memory_store import MemoryStore
from tests.sandbox.conftest import Page
from tests.sandbox.echo import APP_ID, SECRET
from tests.sandbox.whole_demo import whole_demo

Post = Callable[..., Any]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def post(sqlite_district: Path, tmp_path: Path) -> Iterator[Post]:
    """The whole bot, whose settings hold the console's keys as the previous ones and new ones beside."""
    with whole_demo(sqlite_district, tmp_path) as sandbox, requests.Session() as http:

        def post(path: str, status: int = 200, **body: Any) -> Any:
            answer = http.post(f"{sandbox}/api/{path}", json=body, timeout=60)
            assert answer.status_code == status, answer.text
            return answer.json()

        yield post


def test_no_message_stays_unanswered_while_token_and_key_change(post: Post) -> None:
    voter = post("people", role="voter", name="王阿姨")["id"]

    def ask() -> str:
        return str(post("text", person=voter, text="隐私")["reply"])

    before = ask()
    post("keys", late=2)
    late, still_late, new = ask(), ask(), ask()

    assert "只用来办这件事" in before
    assert late == still_late == new == before


def test_the_console_saves_no_token_that_the_bot_does_not_know(post: Post) -> None:
    voter = post("people", role="voter", name="王阿姨")["id"]
    post("keys", late=0)

    assert "没有存上" in post("keys", 409)["detail"]
    assert "只用来办这件事" in post("text", person=voter, text="隐私")["reply"]


def test_a_key_that_was_not_set_before_leaves_the_voter_unanswered(post: Post) -> None:
    voter = post("people", role="voter", name="王阿姨")["id"]
    kept = post("keys", late=0)
    post("keys", token=kept["token"], aes_key=invented_aes_key(), late=0)

    assert "暂时无法提供服务" in post("text", person=voter, text="隐私")["reply"]
    post("keys", **kept, late=0)
    assert "只用来办这件事" in post("text", person=voter, text="隐私")["reply"]


def test_a_reset_secret_ends_the_one_before_and_its_tokens(page: Page) -> None:
    voter, old, new = page.voter(), sender_of(page, SECRET), sender_of(page, "fresh")
    push = Push(kind="text", external_id=voter, text="您好")
    old.push(push)
    page.post("secret", secret="fresh")

    with pytest.raises(SendError) as refused:
        old.push(push)
    new.push(push)
    old.close()
    new.close()

    assert refused.value.code == "40125"
    assert refused.value.reaction.name == "ALARM"


def sender_of(page: Page, secret: str) -> OfficialAccountSender:
    return OfficialAccountSender(
        app_id=APP_ID,
        secret=secret,
        api_base=f"{page.base}/wechat",
        keeper=TokenKeeper(MemoryStore(), page.clock),
    )

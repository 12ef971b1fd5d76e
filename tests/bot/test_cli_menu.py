import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.main import make_app
from tests.channels.pretend_api import PretendApi, answer, serving
from tests.handlers.test_account_menu import MENU, REPLIES

CREATE = "/cgi-bin/menu/create"
MENU_INFO = "/cgi-bin/get_current_selfmenu_info"
REPLY_INFO = "/cgi-bin/get_current_autoreply_info"


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendApi]:
    """An account with a menu and keyword rules, and a district that is ready."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LXQ_")]:
        monkeypatch.delenv(name)
    api = PretendApi()
    api.on("/cgi-bin/stable_token", answer(access_token="TOKEN-1", expires_in=7200))
    api.on(MENU_INFO, answer(**MENU))
    api.on(REPLY_INFO, answer(**REPLIES))
    api.on(CREATE, answer(errcode=0, errmsg="ok"))
    with serving(api):
        settings = {
            "APP_ID": "wx0000000000000001",
            "APP_SECRET": "not-a-real-secret",
            "TOKEN": "Token123",
            "AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
            "API_BASE": api.base,
        }
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        for name, value in settings.items():
            monkeypatch.setenv(f"LXQ_OFFICIAL_{name}", value)
        run("migrate")
        run("district", "import", "demo")
        yield api


def run(*arguments: str) -> Result:
    return CliRunner().invoke(make_app(arguments), arguments)


def test_the_old_menu_is_taken_along_shown_and_put_back_only_when_asked(api: PretendApi) -> None:
    before = run("menu", "show")
    tried = run("menu", "import", "--dry-run")
    still = run("menu", "show")
    imported = run("menu", "import")
    shown = run("menu", "show")
    looked = run("menu", "publish", "--imported")

    assert (before.exit_code, still.exit_code) == (2, 2)
    assert "“医保” → 医保请到政务大厅2楼" in tried.stdout
    assert "the button 短片 shows a video" in imported.stderr
    assert "□ 指南 (click imported:1.2)" in shown.stdout
    assert "only shown" in looked.stdout
    assert api.calls_to(CREATE) == []

    run("menu", "publish", "--imported", "--yes")

    assert [button["name"] for button in api.calls_to(CREATE)[0].data["button"]] == ["服务", "地址", "商城"]


def test_an_import_after_the_switch_does_not_wipe_what_is_stored(api: PretendApi) -> None:
    run("menu", "import")
    api.on(MENU_INFO, answer(is_menu_open=0))
    api.on(REPLY_INFO, answer())
    again = run("menu", "import")
    kept = run("menu", "show")
    forced = run("menu", "import", "--force")
    gone = run("menu", "show")

    assert again.exit_code == 2
    assert "nothing was changed" in again.stderr
    assert "医保" in kept.stdout
    assert (forced.exit_code, gone.exit_code) == (0, 2)


def test_an_import_of_the_menu_that_the_bot_put_does_not_lose_its_answers(api: PretendApi) -> None:
    run("menu", "import")
    run("menu", "publish", "--imported", "--yes")
    put = api.calls_to(CREATE)[0].data["button"]
    shown = [
        each | {"sub_button": {"list": each["sub_button"]}} if "sub_button" in each else each for each in put
    ]
    api.on(MENU_INFO, answer(is_menu_open=1, selfmenu_info={"button": shown}))
    again = run("menu", "import")

    assert again.exit_code == 2
    assert "3 of the stored answers" in again.stderr
    assert "imported:2 → 柳荫街1号" in run("menu", "show").stdout


def test_our_own_menu_can_be_put_on_the_account(api: PretendApi) -> None:
    result = run("menu", "publish", "--yes")

    assert result.exit_code == 0
    assert [button["name"] for button in api.calls_to(CREATE)[0].data["button"]] == [
        "反映问题",
        "我的",
        "找代表",
    ]


def test_a_refusal_says_what_to_do(api: PretendApi) -> None:
    api.on(CREATE, answer(errcode=48001, errmsg="api unauthorized"))
    result = run("menu", "publish", "--yes")

    assert result.exit_code == 2
    assert "docs/account.md" in result.stderr

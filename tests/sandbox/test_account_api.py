"""The commands that ask the account about itself, against the pretend platform."""

import pytest

from bot.channels.official_account_sender import OfficialAccountSender
from bot.core.settings import Settings
from bot.sending.probe import account_desk, probe
from handlers.district.account_menu import own_menu, read_account
from handlers.texts import DEFAULT_TEXTS
from tests.sandbox.conftest import APP_ID, SECRET, Page


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def settings_of(page: Page, **more: str) -> Settings:
    own = {
        "official_app_id": APP_ID,
        "official_app_secret": SECRET,
        "official_api_base": f"{page.base}/wechat",
        "official_template_reminder": "sandbox-reminder",
    }
    return Settings.model_validate(own | more)


def desk_of(page: Page) -> OfficialAccountSender:
    return account_desk(settings_of(page), page.clock)


def test_the_pretend_account_may_do_everything(page: Page) -> None:
    found = probe(settings_of(page), page.clock)

    assert found.faults == []
    assert [rung.name for rung in found.rungs if not rung.is_open] == []
    assert len(found.rungs) == 8
    (subscriptions,) = (rung.says for rung in found.rungs if "订阅通知" in rung.name)
    assert subscriptions == "2 templates, 1 of them long-term (长期订阅)"


def test_a_field_that_the_template_does_not_have_is_a_fault(page: Page) -> None:
    wrong = settings_of(page, official_template_reminder_fields="活动名称=thing9")
    (fault,) = probe(wrong, page.clock).faults

    assert "thing9" in fault
    assert "活动名称" in fault


def test_a_menu_that_was_put_is_read_back_as_it_was(page: Page) -> None:
    menu = [{"name": "办事", "type": "view", "url": "https://example.gov.cn"}, *own_menu(DEFAULT_TEXTS)[1:]]
    desk = desk_of(page)
    desk.ask("menu/create", {"button": menu})
    old = read_account(desk.ask("get_current_selfmenu_info"), desk.ask("get_current_autoreply_info"))
    desk.close()

    assert old.buttons == menu
    assert old.left_behind == []

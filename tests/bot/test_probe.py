import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.core.settings import Settings
from bot.sending.probe import ADVICE, Findings, probe
from tests.channels.pretend_api import PretendApi, answer, serving

STABLE = "/cgi-bin/stable_token"
TEMPLATES = "/cgi-bin/template/get_all_private_template"
QR_CODE = "/cgi-bin/qrcode/create"
OWN = {
    "official_app_id": "wx1",
    "official_app_secret": "APP-SECRET",
    "official_template_reminder": "TM-1",
    "official_template_reminder_fields": "活动名称=thing1",
}
QUOTA = {"daily_limit": 500_000, "used": 7, "remain": 499_993}
WECOM = {"wecom_corp_id": "ww1", "wecom_agent_id": "1000002", "wecom_secret": "CORP-SECRET"}


def noon() -> datetime:
    return datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendApi]:
    """A verified service account that may do everything."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    api = PretendApi()
    api.on(STABLE, answer(access_token="TOKEN-1", expires_in=7200))
    api.on("/cgi-bin/getcallbackip", answer(ip_list=["127.0.0.1", "127.0.0.2"]))
    api.on("/cgi-bin/get_current_selfmenu_info", answer(is_menu_open=1, selfmenu_info={"button": [{}, {}]}))
    api.on("/cgi-bin/get_current_autoreply_info", answer(keyword_autoreply_info={"list": [{}]}))
    api.on("/cgi-bin/openapi/quota/get", answer(errcode=0, quota=QUOTA))
    api.on(TEMPLATES, answer(template_list=[{"template_id": "TM-1", "content": "{{thing1.DATA}}\n"}]))
    api.on("/wxaapi/newtmpl/gettemplate", answer(errcode=0, data=[{"type": 2}, {"type": 3}]))
    api.on(QR_CODE, answer(ticket="T", url="http://weixin.qq.com/q/1"))
    api.on("/cgi-bin/gettoken", answer(errcode=0, access_token="CORP-TOKEN", expires_in=7200))
    api.on(
        "/cgi-bin/agent/get", answer(errcode=0, name="连心桥", allow_userinfos={"user": [{}, {}]}, close=0)
    )
    with serving(api):
        yield api


def ask(api: PretendApi, **settings: object) -> Findings:
    base = {"official_api_base": api.base, "wecom_api_base": api.base}
    return probe(Settings.model_validate({**base, **settings}), noon)


def test_an_account_that_may_do_everything_is_told_rung_by_rung(api: PretendApi) -> None:
    found = ask(api, **OWN)

    assert found.faults == []
    assert [str(rung) for rung in found.rungs] == [
        "✓ callback addresses: callbacks come from 2 addresses",
        "✓ menu (自定义菜单): a menu with 2 buttons is shown",
        "✓ automatic replies (自动回复): 1 keyword rule",
        "✓ customer-service messages (客服消息): 7 of 500000 calls used today, 499993 left",
        "✓ calls for template messages (模板消息额度): 7 of 500000 calls used today, 499993 left",
        "✓ template messages (模板消息): 1 template",
        "✓ subscription messages (订阅通知): 2 templates, 1 of them long-term (长期订阅)",
        "✓ scene QR codes (带参数二维码): one that ends after a minute was made to try",
    ]
    assert len(api.calls_to(STABLE)) == 1


def test_an_account_without_templates_may_still_serve(api: PretendApi) -> None:
    for path in (TEMPLATES, QR_CODE):
        api.on(path, answer(errcode=48001, errmsg="api unauthorized"))
    found = ask(api, official_app_id="wx1", official_app_secret="s")
    closed = [rung.name for rung in found.rungs if not rung.is_open]

    assert found.faults == []
    assert closed == ["template messages (模板消息)", "scene QR codes (带参数二维码)"]
    assert all("docs/account.md" in rung.says for rung in found.rungs if not rung.is_open)


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (answer(errcode=48001, errmsg="no"), "gives no list of them"),
        (answer(template_list=[{"template_id": "TM-2", "content": ""}]), "not a template of this account"),
        (answer(template_list=[{"template_id": "TM-1", "content": "{{thing9.DATA}}"}]), "it has thing9"),
    ],
)
def test_a_template_that_the_account_does_not_have_is_a_fault(
    api: PretendApi, listed: object, said: str
) -> None:
    api.answers[TEMPLATES] = [listed]  # type: ignore[list-item]
    (fault,) = ask(api, **OWN).faults

    assert said in fault


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (answer(errcode=48001, errmsg="no"), "gives no list of them"),
        (answer(errcode=0, data=[]), "not a template of this account"),
        (
            answer(errcode=0, data=[{"priTmplId": "SUB-1", "type": 3, "content": "{{thing9.DATA}}"}]),
            "it has thing9",
        ),
        (
            answer(errcode=0, data=[{"priTmplId": "SUB-1", "type": 2, "content": "{{thing1.DATA}}"}]),
            "LXQ_OFFICIAL_SUBSCRIPTIONS_LAST=false",
        ),
    ],
)
def test_a_subscription_message_that_is_not_what_the_settings_say_is_a_fault(
    api: PretendApi, listed: object, said: str
) -> None:
    api.on("/wxaapi/newtmpl/gettemplate", listed)  # type: ignore[arg-type]
    wanted = {"official_subscription_result": "SUB-1", "official_subscription_result_fields": "编号=thing1"}
    (fault,) = ask(api, official_app_id="wx1", official_app_secret="s", **wanted).faults

    assert said in fault


def test_a_long_term_subscription_message_as_the_settings_say_is_no_fault(api: PretendApi) -> None:
    there = [{"priTmplId": "SUB-1", "type": 3, "content": "{{thing1.DATA}}"}]
    api.on("/wxaapi/newtmpl/gettemplate", answer(errcode=0, data=there))
    wanted = {"official_subscription_result": "SUB-1", "official_subscription_result_fields": "编号=thing1"}

    assert ask(api, official_app_id="wx1", official_app_secret="s", **wanted).faults == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (40164, "IP whitelist"),
        (40013, "LXQ_OFFICIAL_APP_ID"),
        (40125, "LXQ_OFFICIAL_APP_SECRET"),
        (1, "全局"),
    ],
)
def test_refused_credentials_are_a_fault_that_says_what_to_do(api: PretendApi, code: int, said: str) -> None:
    api.on(STABLE, answer(errcode=code, errmsg="no"))
    found = ask(api, **OWN)

    assert found.rungs == []
    assert len(found.faults) == 1
    assert f"{code}: " in found.faults[0]
    assert said in found.faults[0]


def test_a_wecom_app_says_to_whom_it_is_shown(api: PretendApi) -> None:
    found = ask(api, **WECOM)

    assert found.faults == []
    assert str(found.rungs[0]) == "✓ WeCom app (企业微信应用): 连心桥, visible to 2 members and 0 departments"
    assert api.calls_to("/cgi-bin/agent/get")[0].query == {"access_token": "CORP-TOKEN", "agentid": "1000002"}


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/cgi-bin/gettoken", 60020, "企业可信IP"),
        ("/cgi-bin/gettoken", 40013, "LXQ_WECOM_CORP_ID"),
        ("/cgi-bin/agent/get", 40056, "LXQ_WECOM_AGENT_ID"),
    ],
)
def test_a_refusal_of_wecom_says_what_to_do(api: PretendApi, path: str, code: int, said: str) -> None:
    api.on(path, answer(errcode=code, errmsg="no"))
    (fault,) = ask(api, **WECOM).faults

    assert said in fault
    assert "CORP-SECRET" not in fault


@pytest.mark.parametrize("code", ADVICE)
def test_every_piece_of_advice_can_be_said(code: str) -> None:
    assert set(re.findall(r"\{(\w*)\}", ADVICE[code])) <= {"account", "identity", "password"}

"""What the platform says when it is asked: the body of `lianxinqiao check --online`.

Nothing here is seen by anybody: questions, and one QR code that ends after a minute.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.base import SendError
from bot.channels.official_account_sender import OfficialAccountSender
from bot.channels.token_keeper import Token, TokenKeeper
from bot.channels.wecom_client import WeComClient
from bot.core.clock import Clock
from bot.core.settings import Settings
from bot.sending.template_faults import LONG_TERM, template_faults

ADVICE = {
    "-1": "the platform is busy; try again in a minute",
    "40001": "another program fetches tokens of this account; stop it, or let it use stable_token too",
    "40013": "{account}_{identity} is not one of the platform; copy it again from the console",
    "40014": "another program fetches tokens of this account; stop it, or let it use stable_token too",
    "40056": "LXQ_WECOM_AGENT_ID is not the number of an app of this corp",
    "40125": "{account}_{password} is wrong; reset it in the console and copy it again",
    "40164": "add this machine's public address to the IP whitelist (IP白名单) of the console",
    "40243": "the AppSecret is frozen; unfreeze it in the console",
    "45009": "today's calls are used up; clear_quota in the console helps ten times a month, else wait until 00:00",
    "45011": "too many calls this minute; try again in a minute",
    "46003": "there is no menu yet",
    "48001": "this account has no right to it; docs/account.md says which kind of account has",
    "48004": "the platform has banned this API for the account; the console says why (站内信)",
    "48006": "the platform has banned this API for the account; the console says why (站内信)",
    "50001": "this account has no right to it; docs/account.md says which kind of account has",
    "50002": "the account is restricted; the console says why (站内信)",
    "60020": "add this machine's public address to the trusted IPs (企业可信IP) of the WeCom app",
    "61004": "add this machine's public address to the IP whitelist (IP白名单) of the console",
    "76021": "the platform does not tell the limit of this API; docs/account.md says which kind of account has it",
    "76022": "the platform does not tell the limit of this API; docs/account.md says which kind of account has it",
    "connection": "this machine cannot reach {account}_API_BASE; look at its network, proxy and firewall",
    "timeout": "{account}_API_BASE does not answer; look at this machine's network, proxy and firewall",
    "not_json": "{account}_API_BASE answers something else than the platform; look at the proxy between",
}
WECOM_ADVICE = {
    **ADVICE,
    "40001": "LXQ_WECOM_SECRET is wrong; copy it again from the page of the app",
}
_OFFICIAL = {"account": "LXQ_OFFICIAL", "identity": "APP_ID", "password": "APP_SECRET"}
_WECOM = {"account": "LXQ_WECOM", "identity": "CORP_ID", "password": "SECRET"}
UNKNOWN_CODE = "look the number up in the platform's list of return codes (全局返回码)"

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One thing that the account may or may not do."""

    name: str
    is_open: bool
    says: str

    def __str__(self) -> str:
        return f"{'✓' if self.is_open else '–'} {self.name}: {self.says}"


@dataclass(slots=True)
class Findings:
    """What the platform allows, and what stands in the way of serving."""

    rungs: list[Rung]
    faults: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    name: str
    endpoint: str
    data: Mapping[str, Any] | None = None
    says: Callable[[Answer], str]
    is_open: Callable[[Answer], bool] = bool


def _addresses(answer: Answer) -> str:
    return f"callbacks come from {_count(answer, 'ip_list', 'address', 'addresses')}"


def _menu(answer: Answer) -> str:
    if not answer.get("is_menu_open"):
        return "no menu is shown"
    info = answer.get("selfmenu_info")
    return f"a menu with {_count(info if isinstance(info, dict) else {}, 'button', 'button', 'buttons')} is shown"


def _automatic_replies(answer: Answer) -> str:
    info = answer.get("keyword_autoreply_info")
    return _count(info if isinstance(info, dict) else {}, "list", "keyword rule", "keyword rules")


def _templates(answer: Answer) -> str:
    return _count(answer, "template_list", "template", "templates")


def _subscriptions(answer: Answer) -> str:
    found = [each for each in answer.get("data") or () if isinstance(each, dict)]
    lasting = sum(each.get("type") == LONG_TERM for each in found)
    return f"{len(found)} templates, {lasting} of them long-term (长期订阅)"


def _qr_code(_answer: Answer) -> str:
    return "one that ends after a minute was made to try"


def _quota(answer: Answer) -> str:
    quota = answer.get("quota")
    if not isinstance(quota, dict):
        return "the platform names no limit"
    used, limit, left = (quota.get(name, "?") for name in ("used", "daily_limit", "remain"))
    return f"{used} of {limit} calls used today, {left} left"


def _has_quota(answer: Answer) -> bool:
    quota = answer.get("quota")
    return not isinstance(quota, dict) or quota.get("daily_limit") != 0


def _count(answer: Answer, name: str, one: str, many: str) -> str:
    found = answer.get(name)
    number = len(found) if isinstance(found, list) else 0
    return f"{number} {one if number == 1 else many}"


_TEMPLATES = "template messages (模板消息)"
_SUBSCRIPTIONS = "subscription messages (订阅通知)"
_QUESTIONS = (
    _Question(name="callback addresses", endpoint="getcallbackip", says=_addresses),
    _Question(name="menu (自定义菜单)", endpoint="get_current_selfmenu_info", says=_menu),
    _Question(
        name="automatic replies (自动回复)", endpoint="get_current_autoreply_info", says=_automatic_replies
    ),
    _Question(
        name="customer-service messages (客服消息)",
        endpoint="openapi/quota/get",
        data={"cgi_path": "/cgi-bin/message/custom/send"},
        says=_quota,
        is_open=_has_quota,
    ),
    _Question(
        name="calls for template messages (模板消息额度)",
        endpoint="openapi/quota/get",
        data={"cgi_path": "/cgi-bin/message/template/send"},
        says=_quota,
        is_open=_has_quota,
    ),
    _Question(name=_TEMPLATES, endpoint="template/get_all_private_template", says=_templates),
    _Question(name=_SUBSCRIPTIONS, endpoint="../wxaapi/newtmpl/gettemplate", says=_subscriptions),
    _Question(
        name="scene QR codes (带参数二维码)",
        endpoint="qrcode/create",
        data={
            "expire_seconds": 60,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": "probe"}},
        },
        says=_qr_code,
    ),
)


class ForgetfulStore:
    """Shares nothing: a command beside the bot must not replace the token that the bot is using."""

    def __init__(self) -> None:
        self._token: Token | None = None

    def read(self) -> Token | None:
        return self._token

    def try_lease(self, now: datetime) -> bool:  # noqa: ARG002 -- there is nobody to wait for
        return True

    def release(self) -> None:
        """Nobody waits."""

    def may_replace(self, now: datetime) -> bool:  # noqa: ARG002 -- a command asks once
        return True

    def may_force(self, now: datetime) -> bool:  # noqa: ARG002 -- the bot's own token would end
        return False

    def write(self, token: Token) -> None:
        self._token = token


def account_desk(settings: Settings, clock: Clock) -> OfficialAccountSender:
    """Open a way to the account's own APIs, for a command that runs beside the bot."""
    return OfficialAccountSender(
        app_id=settings.official_app_id,
        secret=settings.official_app_secret.get_secret_value(),
        api_base=settings.official_api_base,
        keeper=TokenKeeper(ForgetfulStore(), clock),
    )


def probe(settings: Settings, clock: Clock) -> Findings:
    """Ask the platform about every account that is configured."""
    findings = Findings([], [])
    if settings.official_configured:
        with closing(account_desk(settings, clock)) as desk:
            _probe_official(settings, desk, findings)
    if settings.wecom_configured:
        _probe_wecom(settings, clock, findings)
    return findings


def advice(error: SendError) -> str:
    """Say what to do about a refusal by the official account, after the platform's number."""
    sentence = ADVICE.get(error.code, UNKNOWN_CODE)
    return f"{error.code}: {sentence.format(**_OFFICIAL)}"


def _wecom_advice(error: SendError) -> str:
    sentence = WECOM_ADVICE.get(error.code, UNKNOWN_CODE)
    return f"{error.code}: {sentence.format(**_WECOM)}"


def _probe_official(settings: Settings, desk: OfficialAccountSender, findings: Findings) -> None:
    try:
        desk.check_credentials()
    except SendError as error:
        findings.faults.append(
            f"the platform refuses the credentials of the official account: {advice(error)}"
        )
        return
    answers: dict[str, Answer] = {}
    for question in _QUESTIONS:
        try:
            answer = answers[question.name] = desk.ask(question.endpoint, question.data)
        except SendError as error:
            rung = Rung(name=question.name, is_open=False, says=advice(error))
        else:
            rung = Rung(name=question.name, is_open=question.is_open(answer), says=question.says(answer))
        findings.rungs.append(rung)
    findings.faults += template_faults(settings, answers.get(_TEMPLATES), answers.get(_SUBSCRIPTIONS))


def _probe_wecom(settings: Settings, clock: Clock, findings: Findings) -> None:
    desk = WeComClient(
        corp_id=settings.wecom_corp_id,
        secret=settings.wecom_secret.get_secret_value(),
        api_base=settings.wecom_api_base,
        keeper=TokenKeeper(ForgetfulStore(), clock),
    )
    try:
        with closing(desk):
            agent = desk.ask(f"agent/get?agentid={settings.wecom_agent_id}")
    except SendError as error:
        findings.faults.append(f"WeCom refuses the credentials of the app: {_wecom_advice(error)}")
        return
    if agent.get("close"):
        findings.faults.append("the WeCom app is switched off (已停用); enable it in the console")
    findings.rungs.append(Rung(name="WeCom app (企业微信应用)", is_open=True, says=_visible_to(agent)))


def _visible_to(agent: Answer) -> str:
    users = agent.get("allow_userinfos")
    departments = agent.get("allow_partys")
    members = _count(users if isinstance(users, dict) else {}, "user", "member", "members")
    parties = _count(
        departments if isinstance(departments, dict) else {}, "partyid", "department", "departments"
    )
    return f"{agent.get('name', '')}, visible to {members} and {parties}"

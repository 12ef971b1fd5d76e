"""What is kept about oneself (我的数据), and being forgotten (删除我)."""

import re
from collections.abc import Sequence

from handlers import wording
from handlers.cases.case_search import READING
from handlers.cases.pauses import resume
from handlers.context import Context
from handlers.messages import IncomingMessage, Kind
from handlers.route import AnswerHandler, Route
from handlers.voters.own.case_card import list_own
from storage.cases import own_cases
from storage.keeping import audit, erasure
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import AuditEntry
from storage.people import calls
from storage.people.accounts import withdraw_consent
from storage.people.people import OpenQuestion

SHOWN = 3
_BACK, _LEAVE = "back", "leave"
_CANCELLED = "user_authorization_cancellation"
"""The person has given up the WeChat account itself."""


def show_data(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return _overview(ctx)


def _overview(ctx: Context) -> str:
    """Say what is kept, and offer the rest by digit: the cases, how long, who has looked."""
    count = own_cases.count(ctx.session, ctx.sender.person_id)
    phone = calls.phone_of(ctx.session, ctx.sender.person_id)
    values = ("cases", "months", "looks") if count or phone else ("months",)
    options = [
        option(digit, ctx.texts(f"own_data_{value}"), value) for digit, value in enumerate(values, start=1)
    ]
    options.append(option(0, ctx.texts("own_cases_leave"), _LEAVE))
    _ask(ctx, options)
    station = ctx.district.stations.get(ctx.sender.station)
    tied = ctx.texts("own_data_station", station=station.name) if station else ""
    number = ctx.texts("own_data_phone", ending=phone[-4:]) if phone else ""
    return ctx.texts("own_data", count=count, tied=f"{number}{tied}", menu=menu(options))


def _ask(ctx: Context, options: list[dict[str, str]]) -> None:
    questions.ask(ctx.session, person_id=ctx.sender.person_id, kind="own_data", options=options, now=ctx.now)


def show_part(ctx: Context, _question: OpenQuestion, value: str) -> str:
    if value == _LEAVE:
        return ctx.texts("left")
    if value == _BACK:
        return _overview(ctx)
    if value == "cases":
        return list_own(ctx)
    if value == "months":
        return _with_way_back(ctx, ctx.texts("own_data_kept"))
    return _looks(ctx, int(value.removeprefix("more:")) if value.startswith("more:") else 0)


def _looks(ctx: Context, offset: int) -> str:
    """Tell which offices read what would show who the voter is, and why, the latest first."""
    cases = own_cases.newest(ctx.session, ctx.sender.person_id, own_cases.MOST)
    own = [case.id for case in cases]
    found = audit.about(ctx.session, ctx.sender.person_id, own, SHOWN + 1, offset)
    if not found:
        return _with_way_back(ctx, ctx.texts("own_data_nobody"))
    lines = "\n".join(_look(ctx, entry) for entry in found[:SHOWN])
    earlier = (
        [option(1, ctx.texts("own_data_earlier"), f"more:{offset + SHOWN}")] if len(found) > SHOWN else []
    )
    return _with_way_back(ctx, ctx.texts("own_data_looked", lines=lines), earlier)


def _with_way_back(ctx: Context, text: str, options: Sequence[dict[str, str]] = ()) -> str:
    shown = [*options, option(0, ctx.texts("own_cases_back"), _BACK)]
    _ask(ctx, shown)
    return f"{text}\n{menu(shown)}"


def _look(ctx: Context, entry: AuditEntry) -> str:
    when = wording.short_day(entry.at.astimezone(ctx.now.tzinfo).date())
    did = ctx.texts(f"audit_{entry.action.replace(' ', '_')}")
    key = "own_data_look_why" if entry.reason else "own_data_look"
    return ctx.texts(key, day=when, who=entry.who, did=did, reason=wording.clipped(entry.reason, 16))


def ask_erasure(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Say what deleting means, and ask once more."""
    if erasure.in_office(ctx.session, ctx.sender.person_id):
        return ctx.texts("erase_in_office")
    options = [option(1, ctx.texts("erase_yes"), "yes"), option(0, ctx.texts("erase_no"), "no")]
    questions.ask(ctx.session, person_id=ctx.sender.person_id, kind="erase", options=options, now=ctx.now)
    return ctx.texts("erase_sure", menu=menu(options))


def erase(ctx: Context, _question: OpenQuestion, value: str) -> str:
    if value != "yes" or erasure.in_office(ctx.session, ctx.sender.person_id):
        return ctx.texts("erase_kept")
    key = "erased_frozen" if ctx.sender.frozen else "erased"
    return ctx.texts(key, certificate=_forget(ctx))


def _forget(ctx: Context) -> str:
    for case in own_cases.paused(ctx.session, ctx.sender.person_id):
        resume(ctx, case)
    done = erasure.begin(ctx.session, ctx.sender.person_id, ctx.now, READING, inbox_id=ctx.inbox_id)
    audit.note(ctx.session, "erased", now=ctx.now, who=ctx.texts("audit_oneself"), reason=done.certificate)
    return done.certificate


def note_consent(ctx: Context, message: IncomingMessage, _rest: str) -> str:
    """Obey a withdrawn authorization: what was learned by it goes; who gave up the account is forgotten."""
    gone = message.platform_kind == _CANCELLED
    if gone and not erasure.in_office(ctx.session, ctx.sender.person_id):
        _forget(ctx)
    else:
        withdraw_consent(ctx.session, ctx.sender.person_id)
    return ""


OWN_DATA_ROUTES = (
    Route(name="consent", handler=note_consent, kinds=frozenset({Kind.CONSENT})),
    Route(
        name="own data",
        handler=show_data,
        pattern=re.compile(
            r"(?:我的(?:数据|信息|个人信息|资料)|(?:你们?)?(?:都)?(?:存|留|保存)了我(?:的)?(?:什么|哪些)(?:信息|数据|资料)?|谁看过(?:我的)?(?:信息|数据|内容)?)"
        ),
    ),
    Route(
        name="erase me",
        handler=ask_erasure,
        pattern=re.compile(
            r"(?:我?(?:要|想)?(?:请)?(?:把)?)?(?:删除|删掉|删了|清除|注销)(?:一下)?(?:我|本人|账号|我的(?:信息|个人信息|数据|资料|账号|记录|所有信息))"
            r"|(?:我?(?:要|想))?把我(?:的(?:信息|个人信息|数据|资料|记录))?(?:都|全)?(?:删除|删掉|删了)|注销"
            r"|(?:能不能|可不可以|可以|请)?(?:把)?我(?:说|写|发|讲|反映)过?的(?:话|内容|东西|事情?|这些|那些)?(?:都|全|全部)?(?:删除|删掉|删了)(?:吗|么|吧|好吗|行吗){0,3}"
        ),
    ),
)

OWN_DATA_ANSWERS: dict[str, AnswerHandler] = {"own_data": show_part, "erase": erase}

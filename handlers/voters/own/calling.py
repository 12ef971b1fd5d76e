"""A voter who wants a person: leaves a telephone number for the station alone, and is called back (找人, 人工)."""

import re
from datetime import date, time

from handlers import wording
from handlers.context import Context
from handlers.district.pack import Station
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler, Route
from handlers.voters.filing.talk import after_despair, just_despaired
from storage.cases import own_cases
from storage.messages import questions
from storage.messages.questions import option
from storage.people import calls
from storage.people.people import OpenQuestion

NO_PHONE, PHONE, DOUBTFUL = "none", "phone", "doubt"
_STILL_TODAY = time(15, 0)


def ask_person(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Ask for a number to call; who left one already is called there."""
    if just_despaired(ctx):
        return after_despair(ctx)
    station = _who_calls(ctx)
    where = {"address": station.address, "hours": station.hours}
    if known := calls.phone_of(ctx.session, ctx.sender.person_id):
        _want(ctx, station)
        _ask(ctx)
        return ctx.texts("call_known", when=_when(ctx), end=known[-4:], **where)
    _ask(ctx)
    return ctx.texts("call_ask", when=_when(ctx), **where)


def tell_hours(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Tell where a person can be found, and when."""
    station = _who_calls(ctx)
    return ctx.texts(
        "talk_to_person",
        station=station.name,
        address=station.address,
        phone=station.phone,
        hours=station.hours,
    )


def _who_calls(ctx: Context) -> Station:
    newest = (case.station for case in own_cases.newest(ctx.session, ctx.sender.person_id, 1))
    for key in (ctx.sender.station, *newest):
        if key in ctx.district.stations:
            return ctx.district.stations[key]
    return ctx.district.desk()


def _call_day(ctx: Context) -> date:
    today, calendar = ctx.now.date(), ctx.district.calendar
    still = calendar.is_workday(today) and ctx.now.time() < _STILL_TODAY
    return today if still else calendar.next_workday(today)


def _when(ctx: Context) -> str:
    day = _call_day(ctx)
    if day == ctx.now.date():
        return ctx.texts("call_today")
    return ctx.texts("call_that_day", day=wording.day(day))


def _ask(ctx: Context) -> None:
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="phone",
        options=[option(0, "", NO_PHONE)],
        now=ctx.now,
    )


def _want(ctx: Context, station: Station) -> None:
    calls.want(
        ctx.session,
        ctx.sender.person_id,
        station=station.key,
        street=station.street,
        now=ctx.now,
        due=_call_day(ctx),
    )


def take_phone(ctx: Context, _question: OpenQuestion | None, value: str) -> str:
    """Keep the number and have the station call; another one written next takes its place."""
    what, _, number = value.partition("|")
    station = _who_calls(ctx)
    if what == NO_PHONE:
        return ctx.texts("call_none", address=station.address, hours=station.hours)
    if what == DOUBTFUL:
        _ask(ctx)
        return ctx.texts("call_doubt")
    calls.keep_phone(ctx.session, ctx.sender.person_id, number)
    _want(ctx, station)
    if not any(each.kind in questions.INSISTING for each in ctx.sender.questions):
        _ask(ctx)
    return ctx.texts("call_noted", when=_when(ctx), end=number[-4:])


CALLING_ROUTES = (
    Route(
        name="person",
        handler=ask_person,
        pattern=re.compile(
            r"(?:我?(?:不会|不大会|不太会)(?:弄|用|打字|搞|写)?[,， ]?)?(?:我?(?:要|想))?(?:转|找)?(?:一?个)?(?:人工(?:服务|客服)?|找人|真人|工作人员)(?:吧|啊)?"
            r"|(?:叫|让|喊|请)(?:你们?)?的?(?:领导|负责人|站长)(?:来|出来|接电话|给我打电话)(?:说话?|说清楚)?|有没有(?:真人|人工)|有(?:真人|人工)吗?|找个人(?:说话|说说|聊聊)?|打电话(?:给谁|找谁|打哪个)|电话(?:该|要|应该)?打(?:给)?(?:哪个|谁|哪里|多少)|我?(?:不会|不大会|不太会)(?:弄|用|打字|搞|写|用手机|用微信)(?:啊|的|呀|了)?"
            r"|(?:能不能|可以|请|麻烦)?(?:你们)?(?:给我)?(?:回|打)(?:个|一个)?电话(?:给我)?(?:吗|吧|好吗)?|我?(?:想|要)(?:跟|和|找)(?:真?人|活人|工作人员)(?:说|讲|说话|聊)?(?:说|话)?"
        ),
    ),
    Route(
        name="opening hours",
        handler=tell_hours,
        pattern=re.compile(
            r"(?:你们)?(?:几点|什么时候)(?:上班|开门|下班)|你们的?电话(?:号码)?(?:是?多少)?"
            r"|(?:你们)?(?:今天|明天|周末|星期[一二三四五六天日]|周[一二三四五六日]|礼拜[一二三四五六天]|晚上|现在)?(?:你们)?(?:还)?(?:上班|开门)(?:吗|么|不)"
        ),
    ),
)

CALLING_ANSWERS: dict[str, AnswerHandler] = {"phone": take_phone}

"""What a deputy may do: see the own stations and their cases without the voters, say who comes."""

import re
from datetime import datetime

from sqlalchemy import ColumnElement

from handlers import wording
from handlers.cases import case_words
from handlers.context import Context, World
from handlers.duties.attendance import (
    NO,
    YES,
    Answered,
    answer_occasion,
    current_occasion,
    leave_reasons,
    occasions_ahead,
)
from handlers.duties.days import next_gathering
from handlers.messages import IncomingMessage, Role
from handlers.route import AnswerHandler, Group, Route
from handlers.safety import gate
from nlp.sayings.leave_words import LEAVES, leave_said
from nlp.topics.classify import classify
from nlp.topics.lexicon import OTHER
from storage.activity import duties
from storage.cases import cases
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case
from storage.people.people import OpenQuestion
from storage.people.scopes import deputy_scope

_DEPUTY = frozenset({Role.DEPUTY})
CASES_SHOWN = 4
_TEXT_SHOWN, _WHOLE_TEXT = 50, 600
_WHOLE = "whole:"


# -- station and cases ------------------------------------------------------------------------------------


def show_station(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Tell of the deputy's own stations: where, when, how many cases are open."""
    keys = list(dict.fromkeys(grant.area for grant in ctx.sender.grants if grant.role == Role.DEPUTY))
    stations = [ctx.district.stations[key] for key in keys if key in ctx.district.stations]
    if not stations:
        return ctx.texts("deputy_no_station")
    count = cases.count_cases(ctx.session, deputy_scope(ctx.sender.grants), for_deputies())
    occasion = _next_occasion(ctx, frozenset(keys))
    if len(stations) > 1:
        names = "、".join(station.name for station in stations[:CASES_SHOWN])
        return ctx.texts("deputy_stations", names=names, occasion=occasion, count=count)
    (station,) = stations
    return ctx.texts(
        "deputy_station",
        station=station.name,
        address=station.address,
        hours=station.hours,
        occasion=occasion,
        count=count,
    )


def _next_occasion(ctx: Context, stations: frozenset[str]) -> str:
    found = next_gathering(ctx, stations)
    if found is None:
        return ctx.texts("deputy_no_next")
    rule, day = found.event.rule, wording.day(found.event.day)
    return ctx.texts("deputy_next", name=rule.label, day=day, time=f"{rule.starts.hour}:{rule.starts:%M}")


def for_deputies() -> ColumnElement[bool]:
    """Open cases that deputies hear of: a cry for help is the staff's alone."""
    return cases.open_where() & (Case.urgency != "suicide")


def show_cases(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return case_page(ctx, 0)


def case_page(ctx: Context, offset: int) -> str:
    """List open cases of the own stations, each by its digit."""
    scope = deputy_scope(ctx.sender.grants)
    count = cases.count_cases(ctx.session, scope, for_deputies())
    found = cases.list_cases(ctx.session, scope, for_deputies(), limit=CASES_SHOWN, offset=offset)
    if not found:
        return ctx.texts("deputy_no_cases")
    options = [option(digit, case_line(ctx, case), str(case.id)) for digit, case in enumerate(found, start=1)]
    if count > offset + CASES_SHOWN:
        options.append(option(len(options) + 1, ctx.texts("deputy_more"), f"more:{offset + CASES_SHOWN}"))
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="deputy_case", options=options, now=ctx.now
    )
    return ctx.texts("deputy_cases", count=count, menu=menu(options))


def case_line(world: World, case: Case) -> str:
    if not gate.in_lists(case, gate.Audience.DEPUTY):
        return world.texts("deputy_case_withheld", number=case.number)
    topic = world.district.topics.get(case.topic)
    label = topic.label if topic and topic.category != "other" else world.texts("topic_unknown")
    place = wording.clipped(gate.place(case.place_text), 8) or world.texts("place_unknown")
    return world.texts("deputy_case_line", number=case.number, topic=label, place=place)


def pick_case(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Show what a case says without what tells of the voter; the station checks are made again."""
    if value.startswith("more:"):
        return case_page(ctx, int(value.removeprefix("more:")))
    whole = value.startswith(_WHOLE)
    case = cases.case_in(ctx.session, deputy_scope(ctx.sender.grants), int(value.removeprefix(_WHOLE)))
    if case is None or case.urgency == "suicide":
        return ctx.texts("deputy_case_gone")
    parts = cases.later_parts(ctx.session, case, private=False)
    words = case_words.whole_text(case, parts, ctx)
    said = gate.told(case, words, gate.Audience.DEPUTY, ctx).text[:_WHOLE_TEXT]
    text = said if whole or len(said) <= _TEXT_SHOWN else f"{said[:_TEXT_SHOWN]}…"
    if not whole and len(said) > _TEXT_SHOWN:
        read = [option(1, ctx.texts("staff_do_read"), f"{_WHOLE}{case.id}")]
        questions.ask(
            ctx.session, person_id=ctx.sender.person_id, kind="deputy_case", options=read, now=ctx.now
        )
        text = f"{text}\n{menu(read)}"
    return ctx.texts(
        "deputy_case",
        number=case.number,
        topic=wording.topic_name(case.topic, ctx),
        state=ctx.texts(f"state_{case.state}"),
        text=text or ctx.texts("deputy_no_words"),
    )


# -- who comes ------------------------------------------------------------------------------------------


def come(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return _answer_current(ctx, YES)


def stay_away(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    return _answer_current(ctx, NO, rest)


def _answer_current(ctx: Context, answer: str, reason: str = "") -> str:
    asked = next((each for each in ctx.sender.questions if each.kind == "occasion"), None)
    current = current_occasion(ctx)
    occasion_id = int(asked.subject) if asked else current.id if current else None
    if occasion_id is None:
        return ctx.texts("deputy_no_occasion")
    return _said(ctx, occasion_id, answer_occasion(ctx, occasion_id, answer, wording.clipped(reason, 60)))


def say_leave(ctx: Context, _message: IncomingMessage, line: str) -> str | None:
    """Take leave from an occasion ahead as people say it; what names a trouble is a case, as from anybody."""
    leave = leave_said(line)
    ahead = occasions_ahead(ctx) if leave else []
    if leave is None or not ahead or classify(leave.reason, ctx.district.lexicon).category != OTHER:
        return None
    meant = [each for each in ahead if each.held_on and leave.means(each.held_on.month, each.held_on.day)]
    if not meant:
        return ctx.texts("deputy_no_occasion")
    return _said(ctx, meant[0].id, answer_occasion(ctx, meant[0].id, NO, wording.clipped(leave.reason, 60)))


def answer_question(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take 1 参加 or 2 请假 of a reminder."""
    return _said(ctx, int(question.subject), answer_occasion(ctx, int(question.subject), value))


def _said(ctx: Context, occasion_id: int, answered: Answered) -> str:
    if not answered.ask_reason:
        return answered.text
    reasons = leave_reasons(ctx.texts)
    options = [option(digit, reason, reason) for digit, reason in enumerate(reasons, start=1)]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="leave_reason",
        subject=str(occasion_id),
        options=options,
        data={"free": True},
        now=ctx.now,
    )
    return f"{answered.text}\n{menu(options)}"


def take_reason(ctx: Context, question: OpenQuestion, value: str) -> str:
    reason = wording.clipped(value, 60) or ctx.texts("occasion_no_reason")
    return answer_occasion(ctx, int(question.subject), NO, reason).text


def tell_check_in(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Tell how a deputy's presence is noted until it can be done here."""
    return ctx.texts("deputy_check_in")


def tell_fewer(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return ctx.texts("deputy_fewer")


def show_record(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    """Count what the deputy has answered this year."""
    zone = ctx.now.tzinfo
    since = datetime(ctx.now.year, 1, 1, tzinfo=zone)
    said = duties.answers_since(ctx.session, ctx.sender.person_id, since.date(), ctx.now.date())
    return ctx.texts("deputy_record", year=ctx.now.year, yes=said[YES], no=said[NO])


def show_help(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return ctx.texts("deputy_help")


DEPUTY_ROUTES = (
    Route(
        name="deputy station",
        handler=show_station,
        words=("我的站", "我的联络站"),
        roles=_DEPUTY,
        help="我的站：地址、开放时间、在办几件",
        example="我的站",
        group=Group.DEPUTY,
    ),
    Route(
        name="deputy cases",
        handler=show_cases,
        words=("案件", "民情", "本站民情", "站里的件"),
        roles=_DEPUTY,
        help="案件：本站没办结的件",
        example="案件",
        group=Group.DEPUTY,
    ),
    Route(
        name="deputy comes",
        handler=come,
        pattern=re.compile(
            r"(?:我)?(?:这次|那天|到时|\d{1,2}[号日]|接待日)?(?:我)?(?:又|还是)?(?:能|可以|会|准时|一定|准时能|能够)?(?:参加|来|去)(?:得了|的|了)?()"
        ),
        roles=_DEPUTY,
        help="参加：来接待日",
        example="参加",
        group=Group.DEPUTY,
    ),
    Route(
        name="deputy stays away",
        handler=stay_away,
        pattern=re.compile(
            r"(?:对不起|不好意思|抱歉|[,， ]){0,4}我?(?:这次|那天|到时|\d{1,2}[号日]|接待日)?我?(?:(?:想|要)?请(?:个)?假"
            r"|(?:恐怕|可能)?(?:来不了|去不了|不能来|不能去|不来|不去|不参加|没空|没法来|没法去|参加不了|来不成|去不成)了?)()"
        ),
        starts=("请假 ", "请假,", "请假:", "请假，"),
        roles=_DEPUTY,
        help="请假：来不了，可写原因",
        example="请假 出差",
        group=Group.DEPUTY,
    ),
    Route(name="deputy says leave", handler=say_leave, pattern=LEAVES, roles=_DEPUTY),
    Route(
        name="deputy check in",
        handler=tell_check_in,
        words=("签到", "我到了", "到了", "我到站了", "打卡", "我要签到", "怎么签到"),
        roles=_DEPUTY,
    ),
    Route(
        name="deputy fewer",
        handler=tell_fewer,
        words=("退订", "取消提醒", "不要提醒", "别再发了", "不要再发了", "设置", "少发点", "关闭提醒"),
        roles=_DEPUTY,
    ),
    Route(
        name="deputy record",
        handler=show_record,
        words=(
            "我的履职",
            "履职",
            "履职情况",
            "我的履职情况",
            "履职记录",
            "我的履职记录",
            "我来了几次",
            "明细",
            "履职明细",
        ),
        roles=_DEPUTY,
        help="我的履职：今年接待日来了几次",
        example="我的履职",
        group=Group.DEPUTY,
    ),
    Route(
        name="deputy help",
        handler=show_help,
        words=("帮助", "菜单", "help", "HELP", "怎么用", "功能"),
        roles=_DEPUTY,
    ),
)

DEPUTY_ANSWERS: dict[str, AnswerHandler] = {
    "occasion": answer_question,
    "leave_reason": take_reason,
    "deputy_case": pick_case,
}

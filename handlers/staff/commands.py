"""What staff may type: one route a command; 帮助 is made of them."""

import re

from handlers.accounts import ACCOUNT_ROUTES
from handlers.context import Context
from handlers.departments.commands import DEPARTMENT_ROUTES
from handlers.deputies import DEPUTY_ROUTES
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage, Role
from handlers.papers import report
from handlers.routing import AnswerHandler, Route
from handlers.staff import (
    ask,
    bulletins,
    cases,
    changes,
    duties,
    figures,
    ledger_back,
    lists,
    merging,
    papers,
    preview,
    referring,
    results,
    search,
    today,
    undelivered,
    words,
)
from handlers.staff.free_lines import NotYoursRoute, WordsRoute, not_yours, take_words
from handlers.staff.marking import MARKING_ROUTES
from handlers.staff.reviewing import approve_numbered, review
from handlers.staff.visitors import VISITOR_ROUTES

_STAFF = frozenset({Role.STATION, Role.STREET, Role.DISTRICT})
_OFFICES = frozenset({Role.STREET, Role.DISTRICT})


def show_help(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """List the commands this person may use, whatever roles they hold, or explain one of them."""
    routes = (
        *STAFF_ROUTES,
        *VISITOR_ROUTES,
        *ACCOUNT_ROUTES,
        *DEPARTMENT_ROUTES,
        *DEPUTY_ROUTES,
    )
    mine = [route.help for route in routes if route.help and ctx.sender.holds(*route.roles)]
    if asked := rest.strip():
        explained = next((line for line in mine if line.startswith(asked)), None)
        return explained or ctx.texts("staff_help_unknown")
    names = list(dict.fromkeys(line.partition("：")[0].split()[0] for line in mine))
    return ctx.texts("staff_help", commands="、".join(names), example=names[0])


_COMMANDS: tuple[Route, ...] = (
    Route(
        name="staff today",
        handler=today.show_today,
        words=("今日", "今天", "今日待办", "今天要办的"),
        roles=_STAFF,
        help="今日：今天要办的",
    ),
    Route(
        name="staff open",
        handler=lists.show_open,
        words=("未办结", "没办结", "没办结的", "未办结的"),
        roles=_STAFF,
        help="未办结：还没办结的件，急的在前",
    ),
    Route(
        name="staff case",
        handler=cases.show,
        pattern=re.compile(r"(?:查询?|看)?\s*(\d{4}-\d{1,6}|(?<=[查询看 ])\d{1,8})"),
        roles=_STAFF,
        help="查 编号：看一件，比如“查 42”",
    ),
    Route(
        name="staff search",
        handler=search.search,
        pattern=search.ASKED,
        roles=_STAFF,
        help="查 词：找写了这些词的件，新的在前，比如“查 路灯”",
    ),
    Route(
        name="staff take",
        handler=cases.take,
        pattern=re.compile(r"接手\s*((?:\d.*)?)"),
        roles=_STAFF,
        help="接手 编号：站里开始办，选民在进度里看得到",
    ),
    Route(
        name="staff reply",
        handler=results.reply,
        starts=("回复", "答复"),
        roles=_STAFF,
        help="回复 编号 内容：发给选民，比如“回复 42 楼道灯已换好”",
    ),
    Route(
        name="staff retopic",
        handler=changes.retopic,
        starts=("改类别", "改类"),
        roles=_STAFF,
        help="改类 编号 类别：比如“改类 42 物业管理”",
    ),
    Route(
        name="staff move",
        handler=changes.move,
        starts=("改站",),
        roles=_STAFF,
        help="改站 编号 站名：交给别的站，比如“改站 42 西苑”",
    ),
    Route(
        name="staff close",
        handler=results.close,
        pattern=re.compile(r"办结\s*((?:\d.*)?)"),
        roles=_STAFF,
        help="办结 编号：办完了，选民会收到一句话",
    ),
    Route(
        name="staff merge",
        handler=merging.merge,
        pattern=re.compile(r"合并\s*((?:\d.*)?)"),
        roles=_STAFF,
        help="合并 编号 到 编号：两件一起办，两边选民都听到进展，比如“合并 42 到 31”",
    ),
    Route(
        name="staff split",
        handler=merging.split,
        pattern=re.compile(r"拆开\s*((?:\d.*)?)"),
        roles=_STAFF,
        help="拆开 编号：并进别件的这一件，改回单独办",
    ),
    Route(
        name="staff write down",
        handler=results.write_down,
        starts=("听写",),
        roles=_STAFF,
        help="听写 编号 内容：把语音打成文字",
    ),
    Route(
        name="staff refer",
        handler=referring.refer,
        pattern=re.compile(r"转办?\s*((?:\d.*)?)", re.DOTALL),
        roles=_OFFICES,
        help="转 编号 单位 几天：转给承办单位，先核对再发出",
    ),
    *MARKING_ROUTES,
    Route(
        name="staff review",
        handler=review,
        pattern=re.compile(r"(?:待审核?的?|等审核?的?|审核)\s*((?:\d.*)?)"),
        roles=_OFFICES,
        help="审核：单位的答复等您看；“审核 编号”看一份",
    ),
    Route(
        name="staff approve",
        handler=approve_numbered,
        pattern=re.compile(r"(?:发给选民|审核通过)\s*((?:\d.*)?)"),
        roles=_OFFICES,
        help="发给选民 编号：单位的答复审过了，发出",
    ),
    Route(
        name="staff try",
        handler=words.try_text,
        starts=("测试归类", "试归类"),
        roles=_STAFF,
        help="测试归类 一句话：看会归到哪一类，为什么；不登记",
    ),
    Route(
        name="staff words",
        handler=words.change_words,
        starts=("词库",),
        roles=frozenset({Role.DISTRICT}),
        help="词库 添加 词 类别：教我认词，改之前先看影响",
    ),
    Route(
        name="staff doubts",
        handler=words.asked_for_doubts,
        words=("归类", "归类要看的"),
        roles=frozenset({Role.DISTRICT}),
        help="归类：归类拿不准的件，和该教的词",
    ),
    Route(
        name="staff figures",
        handler=figures.show_figures,
        pattern=figures.QUESTION,
        roles=_STAFF,
        help="统计 时间：来了多少件，比如“统计 上月”",
    ),
    Route(
        name="staff report",
        handler=papers.ask_report,
        pattern=report.ASKED,
        roles=_STAFF,
        help="月报：比如“11月月报”“三季度报告”“上半年报告”",
    ),
    Route(
        name="staff chart",
        handler=papers.ask_chart,
        pattern=re.compile(r"(?:统计)?图表?\s*((?:.{0,7}(?:月份?|季度|半年))?)"),
        roles=_STAFF,
        help="图 时间：画成图，比如“图 11月”",
    ),
    Route(
        name="staff order",
        handler=papers.ask_order,
        starts=("交办单",),
        roles=_OFFICES,
        help="交办单 编号：打印给没有账号的单位",
    ),
    Route(
        name="staff bulletin",
        handler=bulletins.bulletin,
        pattern=re.compile(r"(?:民情)?通报\s*(|\d{1,4}期?|第?\d{1,4}期|\d{4}年?第?\d{1,4}期|.{1,6}月份?)"),
        roles=_STAFF,
        help="通报：起草民情通报，签发后有编号；“通报 8期”重印",
    ),
    Route(
        name="staff ledger",
        handler=papers.ask_ledger,
        words=("台账", "导出", "导出台账", "导台账"),
        roles=_STAFF,
        help="台账：没办结的件做成表格发给您",
    ),
    Route(
        name="staff ledger back",
        handler=ledger_back.ask_way_back,
        words=("传回台账", "台账传回", "交回台账"),
        roles=_STAFF,
        help="传回台账：把改好的台账交回来，核对后再改",
    ),
    Route(
        name="staff who comes",
        handler=duties.show_who_comes,
        pattern=duties.WHO_COMES,
        roles=_STAFF,
        help="谁来：下次接待哪些代表来，也可“10号谁来”",
    ),
    Route(
        name="staff preview",
        handler=preview.show_preview,
        words=("提醒预览", "预览提醒"),
        roles=_STAFF,
        help="提醒预览：下次提醒发给谁、原文",
    ),
    Route(
        name="staff undelivered",
        handler=undelivered.show_undelivered,
        words=("没送到的", "没送到", "未送达", "电话通知名单"),
        roles=_STAFF,
        help="没送到的：原因和电话",
    ),
)

_OF_DEPARTMENTS = tuple(route for route in DEPARTMENT_ROUTES if not route.words)
"""Their commands about one case; the words for their lists mean something else to others."""

STAFF_ROUTES: tuple[Route, ...] = (
    *_COMMANDS,
    Route(
        name="staff help",
        handler=show_help,
        pattern=re.compile(r"(?:帮助|菜单|help|HELP|怎么用|功能)((?: .*)?)"),
        roles=STAFF_ROLES | BUREAU_ROLES,
    ),
    WordsRoute(name="staff words", handler=take_words, roles=_STAFF),
    ask.AskRoute(
        name="staff ask",
        handler=ask.ask,
        roles=_STAFF,
        help="问：直接问数，比如“上个月停车没办结的有几件”“今年满意率”",
    ),
    NotYoursRoute(name="not yours", handler=not_yours, commands=(*_COMMANDS, *_OF_DEPARTMENTS)),
)

STAFF_ANSWERS: dict[str, AnswerHandler] = {
    **today.TODAY_ANSWERS,
    **lists.LIST_ANSWERS,
    **cases.CASE_ANSWERS,
    **search.SEARCH_ANSWERS,
    **changes.CHANGE_ANSWERS,
    **results.RESULT_ANSWERS,
    **ask.ASK_ANSWERS,
    **figures.FIGURE_ANSWERS,
    **duties.DUTY_ANSWERS,
    **preview.PREVIEW_ANSWERS,
    **undelivered.UNDELIVERED_ANSWERS,
    **words.WORD_ANSWERS,
    **bulletins.BULLETIN_ANSWERS,
    **ledger_back.LEDGER_BACK_ANSWERS,
}

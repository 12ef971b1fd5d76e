"""What staff may type: one route a command; 帮助 is made of them."""

import re

from handlers.account.accounts import ACCOUNT_ROUTES
from handlers.activities.register import ACTIVITY_ANSWERS, ACTIVITY_ROUTES
from handlers.alarms.taking import TAKING_ANSWERS, TAKING_ROUTES
from handlers.alarms.verifying import VERIFYING_ANSWERS
from handlers.clusters.card import CLUSTER_ANSWERS
from handlers.clusters.proposals import PROPOSAL_ROUTES
from handlers.commands.free_lines import (
    NotYoursRoute,
    PicksRoute,
    WordsRoute,
    not_yours,
    take_picks,
    take_words,
)
from handlers.commands.manual import Manual
from handlers.departments.commands import DEPARTMENT_ROUTES
from handlers.departments.samples import SAMPLE_ANSWERS, SAMPLE_ROUTES
from handlers.deputies import DEPUTY_ROUTES
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, Role
from handlers.papers import spans
from handlers.rechecks.sampling import RECHECK_ANSWERS, RECHECK_ROUTES
from handlers.rereading import listing
from handlers.route import AnswerHandler, Group, Route
from handlers.staff import cases, lists, one_by_one, results, search
from handlers.staff.asking import ask, figures
from handlers.staff.asking.ask_activities import ASK_ACTIVITIES
from handlers.staff.asking.totals import TOTAL_ROUTES
from handlers.staff.changes import CHANGE_ANSWERS, CHANGE_ROUTES
from handlers.staff.marking import MARKING_ROUTES
from handlers.staff.merging import MERGING_ROUTES
from handlers.staff.originals import ORIGINAL_ANSWERS, STAFF_ORIGINAL_ROUTES
from handlers.staff.papers import bulletins, ledger_back, papers
from handlers.staff.papers.activities import IMPORT_ANSWERS, IMPORT_ROUTES
from handlers.staff.papers.checking import CHECKING_ANSWERS, CHECKING_ROUTES
from handlers.staff.papers.history import HISTORY_ANSWERS, HISTORY_ROUTES
from handlers.staff.papers.opinions import OPINION_ANSWERS, OPINION_ROUTES
from handlers.staff.papers.special import SPECIAL_ROUTES
from handlers.staff.people import duties, preview, undelivered
from handlers.staff.people.calls import CALL_ANSWERS, CALL_ROUTES
from handlers.staff.people.frozen import FROZEN_ANSWERS, FROZEN_ROUTES
from handlers.staff.people.given_up import GIVEN_UP_ANSWERS
from handlers.staff.people.praise import PRAISE_ROUTES
from handlers.staff.people.receptions import RECEPTION_ANSWERS, RECEPTION_ROUTES
from handlers.staff.people.visitors import VISITOR_ROUTES
from handlers.staff.referral.assisting import ASSISTING_ROUTES
from handlers.staff.referral.doors import DOOR_ROUTES
from handlers.staff.referral.editing import EDITING_ROUTES
from handlers.staff.referral.entering import ENTERING_ROUTES
from handlers.staff.referral.referring import REFERRING_ROUTES
from handlers.staff.referral.reviewing import REVIEWING_ROUTES
from handlers.staff.words import WORD_ANSWERS, WORD_ROUTES
from handlers.ticks import today

_STAFF = frozenset({Role.STATION, Role.STREET, Role.DISTRICT})
_OFFICES = frozenset({Role.STREET, Role.DISTRICT})


_COMMANDS: tuple[Route, ...] = (
    Route(
        name="staff today",
        handler=today.show_today,
        words=("今日", "今天", "今日待办", "今天要办的"),
        roles=_STAFF,
        help="今日：今天要办的",
        example="今日",
        group=Group.FIND,
    ),
    Route(
        name="reread list",
        handler=listing.show,
        words=("升级清单",),
        roles=frozenset({Role.DISTRICT}),
        help="升级清单：升级时重看旧件收起、收回了什么",
        example="升级清单",
        group=Group.FIND,
    ),
    Route(
        name="operator today",
        handler=today.show_operator_today,
        words=("今日", "今天", "今日待办", "今天要办的"),
        roles=frozenset({Role.OPERATOR}),
        help="今日：机器上要管的",
        example="今日",
        group=Group.FIND,
    ),
    Route(
        name="staff open",
        handler=lists.show_open,
        words=("未办结", "没办结", "没办结的", "未办结的", "案件", "件"),
        roles=_STAFF,
        help="未办结：还没办结的件，急的在前",
        example="未办结",
        group=Group.FIND,
    ),
    Route(
        name="staff soon",
        handler=lists.show_soon,
        pattern=re.compile(
            r"(?:哪些|有哪些|哪几件|看看|还?有?几件)?(?:快|要|马上)(?:要)?(?:到期|超期)了?(?:的|的件)?(?:有哪些|有几件)?"
        ),
        roles=_STAFF,
        help="快到期的：单位3个工作日内要答复的件",
        example="快到期的",
        group=Group.FIND,
    ),
    Route(
        name="staff refused",
        handler=lists.show_refused,
        pattern=re.compile(
            r"(?:哪些|有哪些|哪几件|看看)?(?:被|单位)?退回(?:来|了)?(?:的|的件)(?:有哪些|有几件)?|单位退回"
        ),
        roles=_STAFF,
        help="退回来的：单位退回、等定给谁的件",
        example="退回来的",
        group=Group.FIND,
    ),
    Route(
        name="staff one by one",
        handler=one_by_one.begin,
        words=("逐件办", "一件一件办", "逐件看", "新到", "新到的"),
        roles=_STAFF,
        help="逐件办：新到的一件接一件，按序号转、回、放",
        example="逐件办",
        group=Group.CASES,
    ),
    Route(
        name="staff case",
        handler=cases.show,
        pattern=re.compile(r"(?:(?:查询?|看)(?:一下|下)?)?\s{0,4}+(\d{4}-\d{1,6}|(?<=[查询看下 ])\d{1,6})"),
        roles=_STAFF,
        help="查 编号：看一件",
        example="查 42",
        group=Group.FIND,
    ),
    Route(
        name="staff search",
        handler=search.search,
        pattern=search.ASKED,
        roles=_STAFF,
        help="查 词：找写了这些词的件，新的在前",
        example="查 路灯",
        group=Group.FIND,
    ),
    Route(
        name="staff take",
        handler=cases.take,
        pattern=re.compile(r"接手\s*+((?:\d.*)?)"),
        roles=_STAFF,
        help="接手 编号：站里开始办，选民在进度里看得到",
        example="接手 42",
        group=Group.CASES,
    ),
    Route(
        name="staff reply",
        handler=results.reply,
        starts=("回复", "答复"),
        roles=_STAFF,
        help="回复 编号 内容：发给选民",
        example="回复 42 楼道灯已换好",
        group=Group.CASES,
    ),
    *CHANGE_ROUTES,
    Route(
        name="staff close",
        handler=results.close,
        pattern=re.compile(r"办结\s*+((?:\d.*)?)", re.DOTALL),
        roles=_STAFF,
        help="办结 编号 做了什么：办好了，发给选民并问他解决没有",
        example="办结 42 灯已换好",
        group=Group.CASES,
    ),
    *MERGING_ROUTES,
    Route(
        name="staff write down",
        handler=results.write_down,
        starts=("听写",),
        roles=_STAFF,
        help="听写 编号 内容：把语音打成文字，选民看得到",
        example="听写 42 路灯不亮",
        group=Group.CASES,
    ),
    *REFERRING_ROUTES,
    *MARKING_ROUTES,
    *STAFF_ORIGINAL_ROUTES,
    *FROZEN_ROUTES,
    *RECHECK_ROUTES,
    *SAMPLE_ROUTES,
    *ASSISTING_ROUTES,
    *DOOR_ROUTES,
    *ENTERING_ROUTES,
    *PROPOSAL_ROUTES,
    *EDITING_ROUTES,
    *REVIEWING_ROUTES,
    *TAKING_ROUTES,
    *WORD_ROUTES,
    Route(
        name="staff figures",
        handler=figures.show_figures,
        pattern=figures.QUESTION,
        roles=_STAFF,
        help="统计 时间：来了多少件",
        example="统计 上月",
        group=Group.FIND,
    ),
    *OPINION_ROUTES,
    *SPECIAL_ROUTES,
    *TOTAL_ROUTES,
    *CHECKING_ROUTES,
    Route(
        name="staff report",
        handler=papers.ask_report,
        pattern=spans.ASKED,
        roles=_STAFF,
        help="月报：某月、季度、半年的报告，做成文件",
        example="11月月报",
        group=Group.PAPERS,
    ),
    Route(
        name="staff chart",
        handler=papers.ask_chart,
        pattern=re.compile(r"(?:统计)?图表?\s*+((?:.{0,7}(?:月份?|季度|半年))?)"),
        roles=_STAFF,
        help="图 时间：画成图",
        example="图 11月",
        group=Group.PAPERS,
    ),
    Route(
        name="staff order",
        handler=papers.ask_order,
        starts=("交办单",),
        roles=_OFFICES,
        help="交办单 编号：打印给没有账号的单位",
        example="交办单 42",
        group=Group.REFER,
    ),
    Route(
        name="staff bulletin",
        handler=bulletins.bulletin,
        pattern=re.compile(r"(?:民情)?通报\s*+(|\d{1,4}期?|第?\d{1,4}期|\d{4}年?第?\d{1,4}期|.{1,6}月份?)"),
        roles=_STAFF,
        help="通报：起草民情通报，签发后有编号；“通报 8期”重印",
        example="通报 11月",
        group=Group.PAPERS,
    ),
    Route(
        name="staff ledger",
        handler=papers.ask_ledger,
        words=("台账", "导出", "导出台账", "导台账"),
        roles=_STAFF,
        help="台账：没办结的件做成表格发给您",
        example="台账",
        group=Group.PAPERS,
    ),
    Route(
        name="staff ledger back",
        handler=ledger_back.ask_way_back,
        words=("传回台账", "台账传回", "交回台账"),
        roles=_STAFF,
        help="传回台账：把改好的台账交回来，核对后再改",
        example="传回台账",
        group=Group.PAPERS,
    ),
    *HISTORY_ROUTES,
    *IMPORT_ROUTES,
    Route(
        name="staff who comes",
        handler=duties.show_who_comes,
        pattern=duties.WHO_COMES,
        roles=_STAFF,
        help="谁来：下次接待哪些代表来，也可问哪一天",
        example="10号谁来",
        group=Group.DUTIES,
    ),
    *RECEPTION_ROUTES,
    *ACTIVITY_ROUTES,
    *CALL_ROUTES,
    *PRAISE_ROUTES,
    Route(
        name="staff preview",
        handler=preview.show_preview,
        words=("提醒预览", "预览提醒"),
        roles=_STAFF,
        help="提醒预览：下次提醒发给谁、原文",
        example="提醒预览",
        group=Group.DUTIES,
    ),
    Route(
        name="staff undelivered",
        handler=undelivered.show_undelivered,
        words=("没送到的", "没送到", "未送达", "电话通知名单"),
        roles=_STAFF,
        help="没送到的：谁没收到、原因和电话",
        example="没送到的",
        group=Group.ACCOUNTS,
    ),
)

_OF_DEPARTMENTS = tuple(route for route in DEPARTMENT_ROUTES if not route.words)
"""Their commands about one case; the words for their lists mean something else to others."""

_ASK = ask.AskRoute(
    name="staff ask",
    handler=ask.ask,
    roles=_STAFF,
    help="问：用平常的话直接问数",
    example="今年满意率",
    group=Group.FIND,
)

MANUAL = Manual(
    (*_COMMANDS, ASK_ACTIVITIES, _ASK, *VISITOR_ROUTES, *ACCOUNT_ROUTES, *DEPARTMENT_ROUTES, *DEPUTY_ROUTES)
)

STAFF_ROUTES: tuple[Route, ...] = (
    PicksRoute(name="staff picks", handler=take_picks, roles=_STAFF),
    ASK_ACTIVITIES,
    *_COMMANDS,
    Route(
        name="staff help",
        handler=MANUAL.show,
        pattern=re.compile(r"(?:帮助|菜单|help|HELP|怎么用|功能)((?: .*)?)"),
        roles=STAFF_ROLES | BUREAU_ROLES,
    ),
    WordsRoute(name="staff words asked for", handler=take_words, roles=_STAFF),
    _ASK,
    NotYoursRoute(name="not yours", handler=not_yours, commands=(*_COMMANDS, *_OF_DEPARTMENTS)),
)

STAFF_ANSWERS: dict[str, AnswerHandler] = {
    **TAKING_ANSWERS,
    **VERIFYING_ANSWERS,
    **today.TODAY_ANSWERS,
    **lists.LIST_ANSWERS,
    **SAMPLE_ANSWERS,
    **one_by_one.ONE_BY_ONE_ANSWERS,
    **search.SEARCH_ANSWERS,
    **CHANGE_ANSWERS,
    **results.RESULT_ANSWERS,
    **ask.ASK_ANSWERS,
    **RECHECK_ANSWERS,
    **CLUSTER_ANSWERS,
    **figures.FIGURE_ANSWERS,
    **duties.DUTY_ANSWERS,
    **RECEPTION_ANSWERS,
    **CALL_ANSWERS,
    **preview.PREVIEW_ANSWERS,
    **undelivered.UNDELIVERED_ANSWERS,
    **WORD_ANSWERS,
    **bulletins.BULLETIN_ANSWERS,
    **ledger_back.LEDGER_BACK_ANSWERS,
    "help_group": MANUAL.group_answer,
    "help_command": MANUAL.command_answer,
    **HISTORY_ANSWERS,
    **CHECKING_ANSWERS,
    **ORIGINAL_ANSWERS,
    **FROZEN_ANSWERS,
    **GIVEN_UP_ANSWERS,
    **listing.LISTING_ANSWERS,
    **OPINION_ANSWERS,
    **ACTIVITY_ANSWERS,
    **IMPORT_ANSWERS,
}

"""The words of a question about cases, and how a line is cut into them so that as little as possible is left over."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from nlp.times.periods import Period
from nlp.times.time_words import period_at

LONGEST = 60
"""What is longer is no question."""
_UNREAD, _NAME, _WORD = 100, 2, 1
"""What a letter costs that no word explains, a name of the district, and a word of the grammar."""

_TABLE = """
measure count: 几件 多少件 几条 多少条 几起 多少起 几宗 多少 几个 多少个 件数 数量 总数 总量 总件数
measure list: 哪些 哪几件 列表 列出 列出来 列一下 清单 明细 看看 看一下
measure latest: 最近的 最新的 最近的件 最近 最新
measure days: 平均几天 平均多少天 平均天数 平均时长 平均多久 平均用几天 平均用多少天 平均办理天数 平均答复天数 平均要几天 平均要多少天 平均几天答复 平均多少天答复 平均多久答复 平均几天办好
measure ontime: 按期办结率 按时办结率 按期率 按时率 按期答复率 按时答复率
measure overdue-rate: 超期率 逾期率
measure reported: 部门自报解决率 自报解决率 部门说解决率 单位自报解决率
measure confirmed: 选民确认解决率 确认解决率 群众确认解决率 选民解决率 选民认可解决率
measure content: 满意率 满意度 群众满意率 选民满意率 群众满意度 选民满意度
measure rates: 解决率 解决了多少 解决多少 解决了多少件 解决了几件 四个率 几个率 各项比率
states in-hand: 在办 在办的 在办的件 正在办 还在办 手上 手里 手头 手上在办 手里在办
states discontent: 不满意 评不满意 评了不满意 选民不满意 选民评不满意 对答复不满意 选民对答复不满意 群众不满意 居民不满意 说不满意
states open: 没办结 未办结 没有办结 没办完 未办完 还没办完 没办 还没办 没有办 未办 没办好 还没办好 没处理 没处理完 没处理好 未处理 没弄完 没弄好 没搞完 没做完 没完成 未完成 没办理 未办理 还剩 还剩下 剩下 剩 没解决 没有解决 还没解决 未解决 没解决掉 没解决完 没了结 未了结 没结 未结
states content: 满意 选民满意 群众满意
states closed: 办结 办好 办好了 已办好 处理完 处理完了 处理好 处理好了 办结了 已办结 办完 办完了 已办完 已经办结
states overdue: 超期 超期了 已超期 已经超期 逾期了 过期了 逾期 超时 过期 没按期 超了期 超期没办
states supervised: 挂牌督办 挂牌 督办
states failed-twice: 两次说没解决 选民两次说没解决 两次没解决 说了两次没解决 选民说了两次没解决
states unsolved: 选民说没办好 选民说没好 选民反馈没解决 反馈没解决 群众说没解决 居民说没解决 选民说没解决 说没解决 选民说没有解决
states solved: 选民说解决了 选民说解决 选民确认解决 选民确认解决了 说解决了
states partly: 好了一部分 选民说好了一部分
states awaiting: 等选民评价 等选民确认 待确认 待评价 等评价 等选民回话 等选民说
states with-department: 转办出去还没答复 转出去还没答复 转办没答复 转办还没答复 没答复 没回复 还没回复 未回复 没有回复 部门没回复 单位没回复 还没答复 未答复 部门没答复 单位没答复 没有答复
states withdrawn: 撤回 撤回了 选民撤回 已撤回
states reopened: 重新办 重办 退回重办 返工 重新办理
states urgent: 急件 紧急
states new: 没人管 没人管的 没人理 没人理的 没有人管 没接手 未接手 没人接手 没人接
role lead: 主办 牵头 主责
role assist: 协办 配合办
to to: 转给 交给 转到 交办给 转办给 办的 办理的 承办的 承办 负责的
rank rank: 排名 排行 排一下 排个名 排序 最多 最高 最好
more more: 多了 少了 多 少 比 相比
by street: 各街道 每个街道 按街道 分街道 哪个街道 各个街道 街道间 街道排名
by category: 各类别 各类 按类别 按类 分类别 哪类 哪一类 哪个类别 各个类别 每类 每个类别 什么类别
by department: 各单位 各部门 各承办单位 按单位 按部门 哪个单位 哪个部门 哪家单位 哪个局 各局 每个单位 每个部门 各家单位 承办单位排名 单位排名 部门排名
by station: 各站 各联络站 按站 哪个站 每个站 哪个联络站 各个站 每个联络站
by month: 按月 每月 各月 每个月 逐月 哪个月 各个月 分月
compare year: 同比 与去年同期比 去年同期
compare before: 环比
low low: 最低 最差 最少 倒数 垫底
place district: 全区 我们区 整个区 区里
place own-street: 本街道 我们街道 我街道 咱们街道 街道里
place own-station: 本站 我们站 我站 咱们站 站里
unclear unclear: 办结率
and and: 和 与 及 跟 、 以及
stop stop: 那边 麻烦 看下 查下 帮看 帮忙看 您 你
stop stop: 的 了 吗 呢 啊 呀 吧 么 嘛 有 是 在 一共 总共 共 总的 到底 究竟 现在 目前 当前 截至目前 截止目前 到目前 到现在 为止 至今 还 还有 已经 已 都 又
stop stop: 请 请问 帮我 给我 帮忙 帮 查 查查 查一下 查询 看 统计 统计一下 数 数数 数一下 算 算一下 说说 想知道 想问 问 问一下 我想知道 我想看 告诉我
stop stop: 新来 新来的 新来了 件 民情 民情件 问题 诉求 投诉 反映 事 事情 案件 单子 工单 登记 登记了 收到 收到了 接到 接到了 来 来了 新到 新增 记 记了 类 类别 方面 领域 关于 有关 相关 情况 数据 数字 数
stop stop: 是多少 怎么样 如何 怎样 那 那么 换成 改成 再看 其中 只看 里面 里 中 被
stop stop: 选民反映 选民投诉 群众反映 群众投诉 居民反映 居民投诉 老百姓反映 老百姓投诉 业主反映 业主投诉 坏 坏了 从 发生 一下 这 该 件事 期间 时候 之间 , : ? · “ ” " '
"""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line; without a slot nobody understood it."""

    start: int
    words: str
    slot: str = ""
    values: tuple[str, ...] = ()
    period: Period | None = None
    ends_only: bool = False


def _words() -> dict[str, tuple[str, str]]:
    found = {" ": ("stop", "stop")}
    for line in _TABLE.strip().splitlines():
        kind, _, words = line.partition(": ")
        slot, value = kind.split()
        for word in words.split():
            found.setdefault(word, (slot, value))
    return found


_WORDS = _words()
_LONGEST_WORD = max(map(len, _WORDS))
_COMPARES = (
    (re.compile(r"(?:跟|和|与|同|比|较)去年(?:同期|同月|同季)?(?:相比|比)?"), "year"),
    (re.compile(r"(?:跟|和|与|同|比|较)上(?:个?月|个?季度|周|个?星期|期|一期)(?:相比|比)?"), "before"),
)
_PEOPLE = re.compile(
    r"(?:一共|总共|共)?(?:接待|来)[了过]?(?:多少|几)(?:位|(?:个|位)?(?:人次?|选民|群众|居民|老百姓))|接待(?:选民|群众)?人[次数]"
)
"""How many people, not cases; without 接待 or 来 it would ask for those who live somewhere."""


def read_tokens(line: str, today: date, names: Collection[str]) -> list[Token]:
    """Cut a line into words so that the fewest letters are left over, in the fewest pieces."""
    longest = max((len(name) for name in names), default=0)
    best: list[tuple[int, Token | None]] = [(0, None), *[(1 << 30, None)] * len(line)]
    for start in range(len(line)):
        cost = best[start][0]
        for token in (Token(start, line[start]), *_tokens_at(line, start, today, names, longest)):
            end = start + len(token.words)
            price = cost + (_UNREAD if not token.slot else _NAME if token.slot == "name" else _WORD)
            if price < best[end][0]:
                best[end] = (price, token)
    return _together(_backwards(best))


def _tokens_at(line: str, start: int, today: date, names: Collection[str], longest: int) -> Iterator[Token]:
    for pattern, value in _COMPARES:
        if found := pattern.match(line, start):
            yield Token(start, found[0], "compare", (value,))
    if found := _PEOPLE.match(line, start):
        yield Token(start, found[0], "measure", ("people",))
    for end in range(start + 1, min(len(line), start + max(longest, _LONGEST_WORD)) + 1):
        words = line[start:end]
        if words in _WORDS:
            slot, value = _WORDS[words]
            yield Token(start, words, slot, (value,))
        if words in names:
            yield Token(start, words, "name")
    if named := period_at(line, start, today):
        words = line[start : named.end]
        yield Token(start, words, "period", period=named.period, ends_only=named.ends_only)


def _backwards(best: list[tuple[int, Token | None]]) -> list[Token]:
    tokens: list[Token] = []
    end = len(best) - 1
    while end > 0:
        token = best[end][1]
        if token is None:
            break
        tokens.append(token)
        end = token.start
    return tokens[::-1]


def _together(tokens: list[Token]) -> list[Token]:
    """Join letters that nobody understood where they stand side by side."""
    joined: list[Token] = []
    for token in tokens:
        if joined and not token.slot and not joined[-1].slot:
            joined[-1] = Token(joined[-1].start, joined[-1].words + token.words)
        else:
            joined.append(token)
    return joined

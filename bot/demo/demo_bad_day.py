"""A bad day: what WeChat can do to a bot, played over the sandbox's own API, and what became of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import requests
from rich.console import Console
from rich.table import Table

CUSTOM, TEMPLATE = "message/custom/send", "message/template/send"
NO_WAY = "别的路都没有，等工作人员打电话"
WAYS = {"subscription": "改发订阅通知", "template": "改发模板消息", "text": "客服消息"}
TROUBLES = (
    "东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼",
    "东苑小区门口下水道堵了，污水流到路上",
    "东苑小区5幢电梯老是停，老人被关在里面过",
    "东苑小区垃圾三天没人收，味道很大",
)
NAMES = ("王阿姨", "李师傅", "赵大爷", "孙婶")
USED_UP = (
    ("钱奶奶", "东苑小区2幢外墙瓷砖往下掉，差点砸到人"),
    ("吴叔", "东苑小区南门路灯整排不亮"),
)
MORNING, EVENING = 8, 18
"""Hours between which answers go out the same day."""
ROUNDS = 6
"""How often the clock is turned so that what failed is tried again."""
_TIMEOUT = 60


def play_bad_day(sandbox: str, out: Console) -> dict[str, Any]:
    """Play the day, print what went wrong and how it ended; give the sandbox's ledger of the evening."""
    with requests.Session() as http:
        day = _Day(http, f"{sandbox}/api", out)
        day.begin_by_day()
        staff = day.join_cast("staff", "东苑")
        deputies = [day.join_cast("deputy", place) for place in ("东苑", "柳荫")]
        voters = [day.post("people", role="voter", name=name)["id"] for name in NAMES]
        _callbacks(day, voters)
        _used_up(day, staff)
        _answers(day, staff, voters)
        _next_morning(day)
        _reminders(day, deputies)
        return _evening(day)


def _callbacks(day: "_Day", voters: list[str]) -> None:
    day.tell("微信把每条消息推三遍，还不收头两次的回答")
    day.post("callbacks", repeat=3, messages=2, drop=2)
    day.say(voters[0], TROUBLES[0])
    day.say(voters[1], TROUBLES[1])
    day.tell("后说的先到")
    day.post("callbacks", hold=1)
    day.say(voters[2], TROUBLES[2])
    day.say(voters[3], TROUBLES[3])


def _used_up(day: "_Day", staff: str) -> None:
    """Let somebody in the console use up both voters' windows by hand; only the first agreed to 订阅通知."""
    day.tell("后台有人手工回了两位选民，他们的5条客服消息用完了，机器人不知道")
    numbers = []
    for name, trouble in USED_UP:
        voter = day.post("people", role="voter", name=name)["id"]
        day.say(voter, trouble)
        numbers.append(day.get("ledger")["record"]["numbers"][-1])
        if name == USED_UP[0][0]:
            (template,) = day.get("state")["subscriptions"]
            day.post("accept", person=voter, template=template["id"])
        day.post("windows", person=voter, left=0)
    for number in numbers:
        day.answer(staff, number)
    for name, _ in USED_UP:
        last = next(push for push in day.get("ledger")["pushes"] if push["person"] == name)
        way = WAYS[last["way"]] if last["platform"] == "收下" else NO_WAY
        day.out.print(f"  {name}：{way}，{last['bot']}")
    first = day.say(staff, "没送到的").split("\n")[1]
    day.out.print(f"  工作人员问“没送到的”：{first}")


def _answers(day: "_Day", staff: str, voters: list[str]) -> None:
    first, second, fourth, third, *_ = day.get("ledger")["record"]["numbers"]
    day.tell("令牌一再作废")
    day.fault(api=CUSTOM, kind="errcode", code=40001, times=2)
    day.post("revoke")
    day.answer(staff, first)
    day.tell("接口回了一张网页，消息其实发出去了")
    day.fault(api=CUSTOM, kind="html", acts=True, person=voters[1])
    day.answer(staff, second)
    day.tell("当日额度用完")
    day.post("quotas", api=CUSTOM, left=0)
    day.answer(staff, third)
    day.tell("选民取消了关注")
    day.post("unfollow", person=voters[3])
    day.answer(staff, fourth)


def _next_morning(day: "_Day") -> None:
    """Turn past midnight: the quota is whole again, and what waited for it goes out."""
    day.tell("过了零点额度恢复，等着的答复补发")
    day.jump_to_morning()
    waited = next(push for push in day.get("ledger")["pushes"] if push["person"] == NAMES[2])
    day.out.print(f"  {NAMES[2]}：{WAYS.get(waited['way'], NO_WAY)}，{waited['bot']}")


def _reminders(day: "_Day", deputies: list[str]) -> None:
    day.tell("发提醒时接口先不回答，再中途断开，再502")
    day.fault(api=TEMPLATE, kind="hang", acts=True, person=deputies[0])
    day.fault(api=TEMPLATE, kind="reset", acts=True, person=deputies[1])
    day.fault(api=TEMPLATE, kind="status", code=502, times=2)
    state = day.get("state")
    jump = next(jump for jump in state["jumps"] if "提醒" in jump["label"])
    day.post("jump", at=(datetime.fromisoformat(jump["at"]) + timedelta(minutes=5)).isoformat())


def _evening(day: "_Day") -> dict[str, Any]:
    for _ in range(ROUNDS):
        day.turn(minutes=2)
    books: dict[str, Any] = day.get("ledger")
    table = Table(title="这一天的账", show_header=False)
    for name, count in _figures(books).items():
        table.add_row(name, str(count))
    table.add_row("两本账", "对得上" if books["agree"] else "有出入")
    day.out.print(table)
    for line in books["people"]:
        for difference in line["differences"]:
            day.out.print(f"{line['name']}：{difference}", style="red")
    return books


def _figures(books: Mapping[str, Any]) -> dict[str, int]:
    told = books["record"]
    return {
        "微信推来、机器人收下的": books["callbacks"].get("acknowledged", 0),
        "其中重复推的": books["callbacks"].get("repeated", 0) + books["callbacks"].get("retried", 0),
        "记下的消息": told["messages"],
        "民情件": told["cases"],
        "当场的回答": told["replies"],
        "该发的推送": sum(told["pushes"].values()),
        "该发的提醒": told["reminders"],
        "送到一次": told["pushes"].get("sent", 0) + told["pushes"].get("delivered", 0),
        "不明，等人定": told["pushes"].get("unknown", 0),
        "没送到（多数还没绑定），工作人员看得见": told["pushes"].get("dead", 0),
        "还要再试": told["pushes"].get("pending", 0) + told["pushes"].get("sending", 0),
        "换过的令牌": books["tokens"],
    }


class _Day:
    """Speaks to the sandbox as its pages do."""

    def __init__(self, http: requests.Session, api: str, out: Console) -> None:
        self._http = http
        self._api = api
        self.out = out

    def post(self, path: str, **body: Any) -> Any:  # noqa: ANN401 -- JSON
        answer = self._http.post(f"{self._api}/{path}", json=body, timeout=_TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def get(self, path: str) -> Any:  # noqa: ANN401 -- JSON
        answer = self._http.get(f"{self._api}/{path}", timeout=_TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def begin_by_day(self) -> None:
        """Begin in the morning where it is evening: at night most pushes wait."""
        now = datetime.fromisoformat(self.get("state")["now"])
        if not MORNING <= now.hour < EVENING:
            self.jump_to_morning()

    def jump_to_morning(self) -> None:
        now = datetime.fromisoformat(self.get("state")["now"])
        morning = now.replace(hour=MORNING + 1, minute=0, second=0)
        self.post("jump", at=(morning if morning > now else morning + timedelta(days=1)).isoformat())

    def tell(self, what: str) -> None:
        self.out.print(f"[dim]·[/dim] {what}")

    def fault(self, **fault: Any) -> None:  # noqa: ANN401 -- JSON
        self.post("faults", **fault)

    def say(self, person: str, text: str) -> str:
        return str(self.post("text", person=person, text=text)["reply"])

    def join_cast(self, role: str, place: str) -> str:
        cast = self.get("state")["cast"]
        index = next(n for n, each in enumerate(cast) if each["role"] == role and place in each["area_name"])
        return str(self.post("people", role=role, name=cast[index]["name"], cast=index)["id"])

    def answer(self, staff: str, number: str) -> None:
        """Let staff answer a case, and the bot send it at once."""
        self.say(staff, f"回复 {number} 明天上午有人来看，请放心")
        self.turn(minutes=1)

    def turn(self, **by: float) -> None:
        now = datetime.fromisoformat(self.get("events?after=1000000000")["now"])
        self.post("jump", at=(now + timedelta(**by)).isoformat())

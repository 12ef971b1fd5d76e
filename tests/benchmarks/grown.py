"""Invented years of a district, as rows: who wrote what, what became of it, what was answered and pushed.

The same seed and count give the same rows. Nothing here is real: places and stations are the demo pack's,
sentences are put together from the parts below.
"""

import bisect
import itertools
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from handlers.district.district import District
from nlp.places.places import Place

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]

COLUMNS = {
    "person": ("id", "roster_key", "name", "phone", "station", "notified_at", "preferences", "created_at"),
    "account": (
        *("id", "channel", "external_id", "person_id", "following", "last_message_at", "unreachable_code"),
        "created_at",
    ),
    "inbox": (
        *("id", "dedupe_key", "channel", "sender", "received_at", "status", "reason", "raw", "reply"),
        *("attempts", "route", "handled_at"),
    ),
    "case_file": (
        *("id", "number", "voter_id", "account_id", "category", "topic", "station", "street", "place"),
        *("place_text", "state", "urgency", "sealed", "source", "text", "because", "filed_by", "filed_at"),
        *("look_by", "joined_until", "answered_at", "closed_at", "updated_at"),
    ),
    "case_step": ("id", "case_id", "at", "actor_id", "action", "state", "note", "public"),
    "case_part": (
        *("id", "case_id", "inbox_id", "at", "kind", "text", "media_id", "media_url", "longitude"),
        *("latitude", "datum", "stored_as", "fetch_error"),
    ),
    "question": (
        *("id", "person_id", "kind", "subject", "text", "options", "data", "asked_at", "delivered_at"),
        *("expires_at", "closed_at"),
    ),
    "outbox": (
        *("id", "dedupe_key", "order_key", "person_id", "kind", "text", "template", "fields", "question_id"),
        *("case_id", "created_at", "not_before", "expires_at", "status", "attempts", "lease_until"),
        *("first_attempt_at", "sent_at", "channel", "rung", "client_msg_id", "provider_id", "error"),
    ),
}
"""The tables that grow, in the order in which they can be filled, and the columns in the order of the rows."""

_SEQUENCE_BITS = 22
_SEQUENCE = (1 << _SEQUENCE_BITS) - 1
YEARS = 3
CASES_A_VOTER = 4
_DAY_HOURS = (0.2, 0.1, 0.1, 0.1, 0.2, 0.6, 2, 4, 7, 9, 9, 7, 5, 5, 7, 8, 7, 6, 6, 7, 7, 5, 2, 1)
"""How much is written in each hour of the day."""

TROUBLES = {
    "corridor-light": ("楼道灯坏了", "楼道里的声控灯不亮", "三楼到五楼的灯都坏了"),
    "street-lamp": ("路灯不亮", "一排路灯坏了", "路灯忽明忽暗"),
    "parking": ("停车位不够", "晚上回来没地方停车", "停车场收费太贵"),
    "illegal-parking": ("人行道上停满了车", "门口乱停车，出不去", "货车占道停车"),
    "water-stoppage": ("停水两天了", "天天晚上停水", "水压太低，五楼上不来水"),
    "rubbish": ("垃圾没人收", "垃圾桶满了，臭得很", "建筑垃圾堆在路边"),
    "noise": ("夜里施工吵得睡不着", "广场舞声音太大", "楼下烧烤店吵到半夜"),
    "fumes": ("饭店油烟直往家里冲", "烧烤油烟味很重"),
    "lift": ("电梯老是坏", "电梯困人两次了", "电梯门关不上"),
    "flooding": ("一下雨就积水", "路面积水到脚踝", "地下车库进水"),
    "drainage": ("下水道堵了", "窨井盖松动", "污水从井里冒出来"),
    "property": ("物业不管事", "物业费涨了，服务没见好", "保安晚上不在岗"),
    "vendors": ("摊贩占道摆摊", "早市把路堵死了"),
    "bus": ("公交车太少，等半小时", "公交站牌倒了", "末班车太早"),
    "road-damage": ("路面坑坑洼洼", "路上有个大坑", "减速带坏了，扎轮胎"),
    "crossing": ("过马路没有红绿灯", "斑马线看不清了"),
    "fire-lane": ("消防通道被堵", "消防通道停满私家车"),
    "ebike-charging": ("电动车飞线充电", "有人把电瓶拿上楼充"),
    "dogs": ("有人遛狗不牵绳", "流浪狗咬人"),
    "telecom": ("手机没信号", "宽带三天两头断"),
    "admission": ("孩子上学划到很远的学校", "转学手续办不下来"),
    "clinic": ("社区医院配不到药", "看病排队太久"),
    "elder-care": ("老年食堂关了", "老人助浴没地方去"),
    "household": ("户口迁不进来", "居住证办了一个月没下来"),
    "unpaid-wages": ("工地欠了三个月工资", "饭店不发工资"),
    "parks": ("绿化带的树枯死了", "健身器材坏了没人修"),
    "refund": ("健身房关门不退钱", "培训班跑路了"),
    "heating": ("暖气不热", "家里只有十五度"),
}
SPOTS = (
    "{n}幢",
    "{n}号楼{m}单元",
    "东门",
    "西门口",
    "北门对面",
    "地下车库",
    "{n}栋{m}楼",
    "广场旁边",
    "后门",
    "",
)
SINCE = (
    "",
    "已经半个月了",
    "有一个多月了",
    "从上周开始",
    "两三天了",
    "反映过好几次",
    "一直这样",
    "昨天开始的",
)
WISHES = (
    "",
    "请派人看看",
    "老人出行很不方便",
    "孩子放学路过很危险",
    "希望尽快解决",
    "什么时候能修好",
    "麻烦管一管",
    "大家都有意见",
)
ADDITIONS = (
    "今天又出现了",
    "比昨天更严重",
    "隔壁那幢也一样",
    "物业说不归他们管",
    "照片上看得更清楚",
    "上次来修过，没修好",
)
ANSWERS = (
    "已联系物业，本周内修好",
    "已转有关部门，三个工作日内到现场",
    "师傅今天上午看过，配件到了就换",
    "已经清理完毕，欢迎监督",
    "纳入明年改造计划，先做临时处理",
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


@dataclass(slots=True)
class Voter:
    """One who writes now and then."""

    person_id: int
    account_id: int
    external_id: str
    station: str


@dataclass
class Years:
    """Makes the rows; ids grow with time, squeezed so that those of the future stay free."""

    district: District
    actors: dict[str, list[int]]
    """Staff by station, the desk under the empty key."""
    until: datetime
    count: int
    numbers: dict[str, int]
    """The last number of each month that is taken already; afterwards the new ones."""
    first_id: int
    last_id: int
    seed: int = 1
    _voters: list[Voter] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._since = self.until - timedelta(days=365 * YEARS)
        self._places = self._with_stations()
        self._topics = [key for key in TROUBLES if key in self.district.topics]
        self._sequence = itertools.count()
        self._hours = list(itertools.accumulate(_DAY_HOURS))
        self._days: dict[tuple[date, int], date] = {}

    def batches(self, size: int) -> Iterator[Rows]:
        """Give the rows of so many cases at a time, oldest first."""
        made = 0
        while made < self.count:
            rows: Rows = defaultdict(list)
            for at in self._moments(made, min(made + size, self.count)):
                self._case(at, rows)
            made = min(made + size, self.count)
            yield rows

    # -- time, ids, people ------------------------------------------------------------------------------

    def _moments(self, first: int, last: int) -> list[datetime]:
        """Spread cases over the days, a tenth more from year to year, at the hours at which people write."""
        span = (self.until - self._since).days
        moments = []
        for index in range(first, last):
            day = int(span * (index / self.count) ** 0.92)
            hour = bisect.bisect(self._hours, self._chance.random() * self._hours[-1])
            moments.append(
                self._since.replace(hour=0, minute=0, second=0, microsecond=0)
                + timedelta(days=day, hours=hour, seconds=self._chance.randrange(3600))
            )
        return sorted(min(at, self.until) for at in moments)

    def _next_id(self, at: datetime) -> int:
        """Give an id that no other row has and that grows with the moment."""
        share = (at - self._since) / (self.until - self._since)
        squeezed = self.first_id + int((self.last_id - self.first_id) * min(max(share, 0.0), 1.0))
        return (squeezed >> _SEQUENCE_BITS << _SEQUENCE_BITS) | (next(self._sequence) & _SEQUENCE)

    def _voter(self, at: datetime, rows: Rows) -> Voter:
        if self._voters and self._chance.random() > 1 / CASES_A_VOTER:
            return self._chance.choice(self._voters)
        person, account = self._next_id(at), self._next_id(at)
        external = f"oGROWN{person:022x}"
        place = self._chance.choice(self._places)
        voter = Voter(person, account, external, place[1])
        name = self._chance.choice(SURNAMES) + "某" if self._chance.random() < 0.02 else ""
        stamp = _text(at)
        rows["person"].append((person, None, name, "", voter.station, stamp, "{}", stamp))
        rows["account"].append((account, "official-account", external, person, True, stamp, "", stamp))
        self._voters.append(voter)
        return voter

    def _with_stations(self) -> list[tuple[Place, str, str]]:
        found = []
        for place in self.district.places.values():
            station = self.district.station_for_place(place)
            if station is not None:
                found.append((place, station.key, station.street))
        return found

    # -- one case ---------------------------------------------------------------------------------------

    def _sentence(self, place: Place, topic: str) -> str:
        chance = self._chance
        spot = chance.choice(SPOTS).format(n=chance.randrange(1, 40), m=chance.randrange(1, 7))
        parts = [
            f"{place.name}{spot}{chance.choice(TROUBLES[topic])}",
            chance.choice(SINCE),
            chance.choice(WISHES),
        ]
        return "，".join(part for part in parts if part)

    def _case(self, at: datetime, rows: Rows) -> None:
        chance, district = self._chance, self.district
        voter = self._voter(at, rows)
        place, station, street = chance.choice(self._places)
        topic = chance.choice(self._topics)
        said = self._sentence(place, topic)
        case_id = self._next_id(at)
        number = self._number(at)
        state, steps, answered, closed = self._course(case_id, station, at, voter)
        look_by = self._look_by(at.date(), district.topics[topic].days)
        rows["case_file"].append((
            case_id, number, voter.person_id, voter.account_id, district.topics[topic].category, topic,
            station, street, place.key, place.name, state, "", chance.random() < 0.002, "message", said,
            json.dumps({"words": [], "place": place.name, "candidates": []}), None, _text(at),
            look_by.isoformat(), _text(at + timedelta(minutes=10)), answered and _text(answered),
            closed and _text(closed), _text(closed or answered or at),
        ))  # fmt: skip
        reply = f"记下了，编号 {number}，{district.topics[topic].label}，{place.name}。"
        self._message(rows, case_id, voter, at, said, reply, "file")
        rows["question"].append((
            self._next_id(at), voter.person_id, "correct", str(case_id), "",
            '[{"digit": "1", "label": "", "value": "wrong"}]', "{}", _text(at), _text(at), None,
            _text(closed) if closed else None,
        ))  # fmt: skip
        if chance.random() < 0.25:
            rows["inbox"].append(
                self._kept(voter, at + timedelta(days=1), f"您有1件：{number}。", "own cases")
            )
        for step in steps:
            rows["case_step"].append(step)
            if step[4] == "added":
                self._message(
                    rows, case_id, voter, _moment(step[2]), chance.choice(ADDITIONS), "放进去了。", "join"
                )
            if step[4] in {"replied", "closed"}:
                self._push(rows, case_id, number, voter, step)

    def _number(self, at: datetime) -> str:
        month = f"{at + timedelta(hours=8):%y%m}"
        self.numbers[month] = self.numbers.get(month, 0) + 1
        return f"{month}-{self.numbers[month]:04d}"

    def _look_by(self, day: date, days: int) -> date:
        known = self._days.get((day, days))
        if known is None:
            known = self._days[day, days] = self.district.calendar.add_workdays(day, days)
        return known

    def _course(
        self, case_id: int, station: str, at: datetime, voter: Voter
    ) -> tuple[str, list[Row], datetime | None, datetime | None]:
        """Let a case run its course: nearly all are closed, a few of the last weeks still wait."""
        chance = self._chance
        actor = chance.choice(self.actors.get(station) or self.actors[""])
        steps = [(case_id, "filed", "registered", voter.person_id, at, "", True)]
        if chance.random() < 0.15:
            later = at + timedelta(minutes=chance.randrange(1, 10))
            steps.append((case_id, "added", "registered", voter.person_id, later, "", True))
        state, answered, closed = "registered", None, None
        moment = at
        for action, after, share, days in (
            ("assigned", "assigned", 0.7, 1.0),
            ("replied", "answered", 0.997, 3.0),
            ("closed", "closed", 0.99, 6.0),
        ):
            moment += timedelta(seconds=3600 + chance.expovariate(1 / (days * 86400)))
            if moment > self.until or (action != "assigned" and chance.random() > share):
                break
            if action == "assigned" and chance.random() > share:
                continue
            state = after
            note = chance.choice(ANSWERS) if action == "replied" else ""
            steps.append((case_id, action, after, actor, moment, note, True))
            answered = moment if action == "replied" else answered
            closed = moment if action == "closed" else closed
        rows = [
            (self._next_id(when), case, _text(when), by, action, after, note, public)
            for case, action, after, by, when, note, public in steps
        ]
        return state, rows, answered, closed

    def _message(  # noqa: PLR0917
        self, rows: Rows, case_id: int, voter: Voter, at: datetime, said: str, reply: str, route: str
    ) -> None:
        kept = self._kept(voter, at, reply, route)
        rows["inbox"].append(kept)
        rows["case_part"].append((
            self._next_id(at), case_id, kept[0], _text(at), "text", said, "", "", None, None, "", "", "",
        ))  # fmt: skip

    def _kept(self, voter: Voter, at: datetime, reply: str, route: str) -> Row:
        inbox_id, stamp = self._next_id(at), _text(at)
        key = f"official-account/{voter.external_id}/{inbox_id}"
        return (
            inbox_id, key, "official-account", voter.external_id, stamp, "answered", "", None, reply, 0, route,
            stamp,
        )  # fmt: skip

    def _push(self, rows: Rows, case_id: int, number: str, voter: Voter, step: Row) -> None:
        chance, stamp = self._chance, step[2]
        push_id = self._next_id(_moment(stamp))
        fate = chance.random()
        status, error = (
            ("sent", "") if fate < 0.9985 else ("dead", "45015") if fate < 0.9999 else ("unknown", "reset")
        )
        text = f"{number} 有答复：{step[6]}" if step[4] == "replied" else f"{number} 办完了，就此办结。"
        rows["outbox"].append((
            push_id, f"result/{step[0]}", f"{voter.person_id}/{case_id}", voter.person_id, "result", text, "",
            "{}", None, case_id, stamp, stamp, None, status, 1, None, stamp,
            stamp if status == "sent" else None, "official-account", "custom", f"lxq{push_id}", f"{push_id}", error,
        ))  # fmt: skip


def _text(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC)

"""How a deputy says that they cannot come: “我10号来不了”, “不来了 发烧”, “12月10日我有事来不了”."""

import re
from dataclasses import dataclass

_LONGEST = 40
_DAY = r"(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})[号日]"
_WHEN = rf"(?>这次|那天|当天|到时候?|接待日|{_DAY}|[的那天]){{0,8}}"
_CANNOT = r"(?:来不了|去不了|不能来|不能去|不来|不去|不参加|没空来?|没法来|没法去|参加不了|来不成|去不成|赶不过来|赶不回来|到不了)"
_SAYS = (
    rf"(?:代表|您好|你好|对不起|不好意思|抱歉|站长){{0,4}}我?{_WHEN}我?(?:恐怕|可能|要|想|又){{0,4}}"
    rf"(?:(?:家里|单位|临时|突然|正好|刚好){{0,4}}有(?:点|个)?(?:急)?事情?[,，]?(?:{_CANNOT}了{{0,3}})?|{_CANNOT}了{{0,3}}|请(?:个|一?天)?假)(?:啊|呀|哈|吧|了){{0,3}}"
)
_CLAUSE = re.compile(_SAYS)
_PAUSE = ",，。.;；、!！ "
_BETWEEN = re.compile(rf"[{_PAUSE}]+")
LEAVES = re.compile(rf"((?=.{{1,{_LONGEST}}}$)(?:[^{_PAUSE}]*+[{_PAUSE}]++)*?{_SAYS}(?:[{_PAUSE}].*)?)")
"""Lines that `leave_said` may read."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A leave that was said: the day where one was named, and the reason where one was given."""

    month: int = 0
    day: int = 0
    reason: str = ""

    def means(self, month: int, day: int) -> bool:
        """Tell whether a day is the one that was named; where none was, any is."""
        return not self.day or (self.day == day and self.month in {0, month})


def leave_said(line: str) -> Leave | None:
    """Read a line that says its writer will not come; whatever else it says is the reason."""
    if not LEAVES.fullmatch(line) or line.endswith(("吗", "么")):
        return None
    clauses = [clause for clause in _BETWEEN.split(line) if clause]
    found = [(clause, _CLAUSE.fullmatch(clause)) for clause in clauses]
    said = [match for _, match in found if match]
    if not said:
        return None
    named = next((match for match in said if match["day"]), None)
    reason = "，".join(clause for clause, match in found if not match)
    day = named or next((match for clause in clauses if (match := re.search(_DAY, clause))), None)
    return Leave(int(day["month"] or 0), int(day["day"]), reason) if day else Leave(reason=reason)

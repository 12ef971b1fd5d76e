"""What staff ask about activities in free Chinese: every word counts, or it is no question about them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from nlp.times.periods import Period
from nlp.times.time_words import period_at

_MANY = r"(?:多少|几)"
_MEASURES = (
    ("deputies", re.compile(rf"{_MANY}(?:位|名|个)?(?:人大)?代表(?:参加|参与|到场|到站)?")),
    ("deputies", re.compile(rf"代表(?:参加|参与|到场|到站)了?{_MANY}(?:人次|人|次)")),
    ("people", re.compile(rf"{_MANY}(?:人次|(?:个|位)?(?:选民|群众|居民|老百姓|人)|位)|人次|人数")),
    ("times", re.compile(rf"{_MANY}(?:次|场|回)|次数|场次")),
    ("things", re.compile(rf"{_MANY}(?:件次|件|条建议|条|桩)|件数|件次")),
    ("foremost", re.compile(r"多少")),
)
_STOP = re.compile(
    r"请问|请|帮我|查一下|查查|查|统计|看看|一共|总共|共|活动|搞|做|开展|组织|进行|办|选民|群众|参加|情况|是|有|了|过|的|吗|呢|啊|在|里|我们|咱们|[\s,，、:：?？。]"
)
_OWN = {
    "全区": "district",
    "本街道": "own-street",
    "我们街道": "own-street",
    "本站": "own-station",
    "我们站": "own-station",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityQuery:
    """A question about activities as it was understood; what is empty was not named."""

    measure: str
    """`foremost` (whatever the kind counts first), `people`, `times`, `things` or `deputies`."""
    kind: str = ""
    """Empty for attendances of deputies at whatever it was."""
    place: str = ""
    """Key of a place, `station:` with a station's key, or `district`, `own-street`, `own-station`."""
    period: Period | None = None


def read_activity_question(
    line: str,
    today: date,
    *,
    kinds: Mapping[str, str],
    places: Mapping[str, str],
    campaigns: Mapping[str, Period],
) -> ActivityQuery | None:
    """Read a folded line; None where a word is left over, or it names neither a kind nor deputies."""
    found: dict[str, object] = {}
    at = 0
    while at < len(line):
        options = list(_words_at(line, at, today, kinds, places, campaigns))
        if not options:
            return None
        end, slot, value = max(options, key=lambda option: option[0])
        if slot and found.setdefault(slot, value) != value:
            return None
        at = end
    if "measure" not in found or not ("kind" in found or found["measure"] == "deputies"):
        return None
    return ActivityQuery(**found)  # type: ignore[arg-type]


def _words_at(  # noqa: PLR0917 -- the words of a question
    line: str,
    at: int,
    today: date,
    kinds: Mapping[str, str],
    places: Mapping[str, str],
    campaigns: Mapping[str, Period],
) -> Iterator[tuple[int, str, object]]:
    """Give what may stand here: where it ends, which slot it fills, and with what; the longest counts."""
    for slot, names in (("period", campaigns), ("kind", kinds), ("place", {**_OWN, **places})):
        for name, value in names.items():
            if line.startswith(name, at):
                yield at + len(name), slot, value
    if named := period_at(line, at, today):
        yield named.end, "period", named.period
    for measure, pattern in _MEASURES:
        if said := pattern.match(line, at):
            yield said.end(), "measure", measure
    if said := _STOP.match(line, at):
        yield said.end(), "", ""

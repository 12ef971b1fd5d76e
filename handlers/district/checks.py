"""What must hold between the rows of a pack: keys that exist, areas that lie in one another, rules that can be planned."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from handlers.calendar.occasions import AUDIENCES, faults_of
from handlers.district import canned
from handlers.district.records import duty_rule, listed
from handlers.district.sheets import Row, Sheet
from handlers.texts import placeholders, read_sentences
from nlp.learning.sheets import fault_of_term
from nlp.text.fold import fold
from nlp.topics.lexicon import LEARNED

LONGEST_TEXT = 120
FORBIDDEN_WORDS = ("受理",)
"""Legal words of petitions and permits: the house rules keep them out of every sentence."""

_MOST_DAYS = 99
_SHORTEST_NAME = 2
_STREET_KINDS = ("street", "town")
_COMMUNITY_KINDS = ("community", "village")


@dataclass(slots=True, kw_only=True)
class Source:
    """The rows of one file and where they stand in it."""

    file: str
    sheet: Sheet
    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    by_key: dict[str, Row] = field(default_factory=dict)
    broken: bool = False
    """Some cell has a fault already: checks of meaning would only repeat it."""

    def add(self, row: Row, line: int) -> None:
        self.rows.append(row)
        self.lines.append(line)
        self.by_key.setdefault(self.sheet.key_of(row), row)

    def numbered(self) -> Iterator[tuple[str, Row]]:
        """Give each row with the words that say where it stands."""
        for number, row in zip(self.lines, self.rows, strict=True):
            yield f"{self.file} line {number}", row


Sources = Mapping[str, Source]


def faults_between(sources: Sources) -> list[str]:
    """Give every fault that no single cell shows."""
    faults = list(_broken_references(sources))
    for name, check in _CHECKS.items():
        source = sources.get(name)
        if source is not None and not source.broken:
            faults += [f"{at}: {fault}" for at, row in source.numbered() for fault in check(row, sources)]
    return faults


def _broken_references(sources: Sources) -> Iterator[str]:
    for source in sources.values():
        for column in source.sheet.columns:
            target = sources.get(column.refers_to)
            if target is None:
                continue
            for at, row in source.numbered():
                for key in listed(row[column.name]):
                    if key not in target.by_key:
                        yield f"{at}: {column.name.removesuffix('s')} '{key}' is not in {target.file}"


def _keyed(sources: Sources, name: str) -> Mapping[str, Row]:
    source = sources.get(name)
    return source.by_key if source else {}


def _area_faults(row: Row, sources: Sources) -> Iterator[str]:
    yield from _unfindable((row["name"],))
    parent = _keyed(sources, "areas").get(row["parent"])
    if row["kind"] == "district" and row["parent"]:
        yield "a district has no parent"
    if row["kind"] in _COMMUNITY_KINDS and (parent is None or parent["kind"] not in _STREET_KINDS):
        yield f"a {row['kind']} needs a street or town as its parent"
    if row["kind"] == "grid" and (parent is None or parent["kind"] not in _COMMUNITY_KINDS):
        yield "a grid needs a community or village as its parent"
    if row["kind"] in _STREET_KINDS and parent is not None and parent["kind"] != "district":
        yield f"a {row['kind']} lies in the district, not in a {parent['kind']}"


def _station_faults(row: Row, sources: Sources) -> Iterator[str]:
    areas = _keyed(sources, "areas")
    area = areas.get(row["area"])
    street = areas.get(row["street"])
    if row["kind"] == "community" and not row["area"]:
        yield "a community station needs the community it serves (area)"
    if row["kind"] == "street" and not row["area"]:
        yield "a street station needs its street as its area"
    if row["kind"] == "street" and area is not None and area["kind"] not in _STREET_KINDS:
        yield f"a street station serves a street, but '{row['area']}' is a {area['kind']}"
    if row["kind"] != "industry" and not row["street"]:
        yield "street is empty"
    if street is not None and street["kind"] not in _STREET_KINDS:
        yield f"street '{row['street']}' is a {street['kind']}, not a street"
    if row["industry"] and row["kind"] != "industry":
        yield "only an industry station has an industry"
    yield from _half_a_point(row)


def _half_a_point(row: Row) -> Iterator[str]:
    if bool(row["longitude"]) != bool(row["latitude"]):
        yield "has only one of longitude and latitude"


def _shared_member(row: Row, sources: Sources) -> Iterator[str]:
    """Find others with the same UserID of WeCom, which does not mind capitals."""
    for name in ("deputies", "staff"):
        for other in sources[name].rows if name in sources else ():
            if row["wecom"] and other is not row and other["wecom"].lower() == row["wecom"].lower():
                yield f"wecom '{row['wecom']}' is also that of {other['key']} ({other['name']})"


def _staff_faults(row: Row, sources: Sources) -> Iterator[str]:
    yield from _shared_member(row, sources)
    role, area = row["role"], row["area"]
    if role == "station" and area not in _keyed(sources, "stations"):
        yield f"station '{area}' is not in the stations sheet"
    if role == "street" and _keyed(sources, "areas").get(area, {}).get("kind") not in _STREET_KINDS:
        yield f"street '{area}' is not a street of the areas sheet"
    if role in {"department", "head"} and area not in _keyed(sources, "departments"):
        yield f"department '{area}' is not in the departments sheet"
    if role in {"district", "operator", "leader"} and area:
        yield f"the role {role} is for the whole district: leave area empty"


def _department_faults(row: Row, sources: Sources) -> Iterator[str]:
    member = _keyed(sources, "staff").get(row["leader"])
    if member is not None and member["role"] != "leader":
        yield f"leader '{row['leader']}' has the role {member['role']}, not leader"


def _unfindable(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if len(fold(name)) < _SHORTEST_NAME:
            yield f"name '{name}' is too short to be looked for in a sentence"


def _place_faults(row: Row, sources: Sources) -> Iterator[str]:
    yield from _unfindable((row["name"], *listed(row["aliases"])))
    if row["key"] in _keyed(sources, "areas"):
        yield f"key '{row['key']}' is an area's already"
    if not row["area"] and not row["station"]:
        yield "needs an area or a station, else nobody knows who takes care"
    yield from _half_a_point(row)


def _topic_faults(row: Row, sources: Sources) -> Iterator[str]:
    if row["department"] and row["department"] not in _department_words(sources):
        yield f"department '{row['department']}' is not in the departments sheet"
    if not 1 <= int(row["days"]) <= _MOST_DAYS:
        yield f"days must be 1 to {_MOST_DAYS} working days"


def _department_words(sources: Sources) -> set[str]:
    """Give what a department may be called: by its key, in full or in short."""
    rows = _keyed(sources, "departments").values()
    return {row[column] for row in rows for column in ("key", "name", "short")}


def _duty_faults(row: Row, sources: Sources) -> Iterator[str]:
    yield from faults_of(duty_rule(row))
    if row["audience"] not in AUDIENCES and row["audience"] not in _keyed(sources, "stations"):
        yield f"audience '{row['audience']}' is neither {', '.join(AUDIENCES)} nor a station"
    for gap in sorted(placeholders(row["venue"]) - {"station", "street"}):
        yield f"venue may name {{station}} and {{street}}, not {{{gap}}}"


_SENTENCES = read_sentences()


def _text_faults(row: Row, _sources: Sources) -> Iterator[str]:
    yield from faults_of_text(row)


def faults_of_text(row: Row) -> Iterator[str]:
    """Say why a sentence cannot stand above ours."""
    ours = _SENTENCES.get(row["key"])
    if ours is None:
        yield f"there is no sentence '{row['key']}'"
        return
    for gap in sorted(placeholders(row["text"]) - placeholders(ours)):
        yield f"the sentence '{row['key']}' has no gap {{{gap}}}"


def _term_faults(row: Row, _sources: Sources) -> Iterator[str]:
    if fault := fault_of_term(row["term"], learned=row["note"] == LEARNED):
        yield f"term {fault}"


def _reply_faults(row: Row, _sources: Sources) -> Iterator[str]:
    yield from canned.faults_of(row["text"], FORBIDDEN_WORDS)


_MOST_KINDS = 8
"""A menu has a digit for each, and one to leave."""


def _activity_faults(row: Row, sources: Sources) -> Iterator[str]:
    source = sources["activities"]
    if source.rows.index(row) >= _MOST_KINDS:
        yield f"a district has at most {_MOST_KINDS} kinds of activities"
    if len(listed(row["counts"])) != len(listed(row["units"])):
        yield "needs a unit for each of its counts"
    for word in (row["name"], *listed(row["aliases"])):
        others = (other for other in source.rows if other is not row)
        if any(word in {other["name"], *listed(other["aliases"])} for other in others):
            yield f"'{word}' also names another kind"


def _campaign_faults(row: Row, _sources: Sources) -> Iterator[str]:
    yield from _unfindable((row["name"], *listed(row["aliases"])))
    if row["until"] < row["since"]:
        yield "until is before since"


_CHECKS = {
    "activities": _activity_faults,
    "campaigns": _campaign_faults,
    "areas": _area_faults,
    "stations": _station_faults,
    "deputies": _shared_member,
    "staff": _staff_faults,
    "departments": _department_faults,
    "places": _place_faults,
    "topics": _topic_faults,
    "lexicon": _term_faults,
    "duty_rules": _duty_faults,
    "texts": _text_faults,
    "replies": _reply_faults,
}


def warnings_about(sources: Sources) -> Iterator[str]:
    """Give what may stand but should be looked at by a person."""
    for at, row in sources["texts"].numbered():
        yield from (f"{at}: {warning}" for warning in _text_warnings(row))
    for at, row in sources["deputies"].numbered():
        if not row["stations"] and row["active"] == "yes":
            yield f"{at}: {row['name']} belongs to no station and will hear of no duty"
    served = {key for row in sources["deputies"].rows for key in listed(row["stations"])}
    for at, row in sources["stations"].numbered():
        if row["key"] not in served:
            yield f"{at}: {row['name']} has no deputy"
        if not row["longitude"]:
            yield f"{at}: {row['name']} has no coordinate and is never found as the nearest"


def _text_warnings(row: Row) -> Iterator[str]:
    text = row["text"]
    if len(text) > LONGEST_TEXT:
        yield f"{len(text)} characters; a message should have at most {LONGEST_TEXT}"
    for word in FORBIDDEN_WORDS:
        if word in text:
            yield f"says '{word}', a legal word of petitions and permits"
    missing = placeholders(_SENTENCES[row["key"]]) - placeholders(text)
    if missing:
        yield f"leaves out {', '.join(f'{{{gap}}}' for gap in sorted(missing))}"

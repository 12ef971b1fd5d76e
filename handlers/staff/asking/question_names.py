"""The names of a district that a question about cases may hold: topics, places, stations, departments."""

from collections.abc import Iterable, Iterator

from handlers.district.district import District
from nlp.asking.questions import Meaning, Names
from nlp.text.fold import fold
from nlp.topics.lexicon import CATEGORIES, OTHER

_SHORTEST, _TOPICS_AT_MOST = 2, 4
_WEIGHTY = 2.0
"""What a word of the lexicon weighs at least to name a topic by itself."""
_SAY_NOTHING = frozenset(
    [
        "小区",
        "社区",
        "街道",
        "办理",
        "服务",
        "建设",
        "管理",
        "安全",
        "设施",
        "问题",
        "行业",
        "新经",
        "事务",
        "延期",
        "办事",
        "审批",
        "态度",
        "社会",
        "组织",
    ]
)
"""Parts of labels that name no topic."""
_MORE = {
    "交通": "travel",
    "住房": "housing",
    "环境": "water",
    "环保": "water",
    "卫生": "health",
    "文体": "education",
}


def names_in(line: str, district: District) -> Names:
    """Give every name that stands in a folded line, with all that it may mean."""
    found: dict[str, dict[tuple[str, str], Meaning]] = {}
    named = tuple(_named(district))
    for name, meaning in named:
        if name in line:
            found.setdefault(name, {})[meaning.slot, meaning.value] = meaning
    for name, meaning in (*_topics(line, district), *_places(line, district)):
        found.setdefault(name, {}).setdefault((meaning.slot, meaning.value), meaning)
    return {name: tuple(meanings.values()) for name, meanings in found.items()}


def all_names(district: District) -> Names:
    """Give the names that are offered where a word is not understood."""
    found: dict[str, tuple[Meaning, ...]] = {}
    for name, meaning in _named(district):
        found[name] = (*found.get(name, ()), meaning)
    return found


def _named(district: District) -> Iterator[tuple[str, Meaning]]:
    for key, department in district.departments.items():
        meaning = Meaning("department", key, department.short or department.name)
        yield from _folded([department.name, department.short, *department.aliases], meaning)
    yield from _areas_and_stations(district)
    yield from _kinds(district)


def _areas_and_stations(district: District) -> Iterator[tuple[str, Meaning]]:
    for key, station in district.stations.items():
        street = district.areas.get(station.street)
        meaning = Meaning("place", f"station:{key}", f"{street.name if street else ''}{station.name}")
        stem = station.name.removesuffix("联络站")
        yield from _folded([station.name, f"{stem}站", f"{stem.removesuffix('社区')}站"], meaning)
    for area in district.areas.values():
        around = district.street_of(area.key)
        if area.kind == "district":
            continue
        if around is None or around is area:
            yield from _folded([area.name], Meaning("place", area.key, area.name))
            continue
        meaning = Meaning("place", area.key, f"{around.name}{area.name}")
        names = [area.name, f"{around.name}{area.name}", f"{around.name.removesuffix('街道')}{area.name}"]
        names += [area.name.removesuffix("社区")] if len(area.name) > _SHORTEST + 1 else []
        yield from _folded(names, meaning)


def _kinds(district: District) -> Iterator[tuple[str, Meaning]]:
    for key, (head, label) in CATEGORIES.items():
        names = [f"{head}类", f"“{head}”类", label, label.partition("·")[2]] if key != OTHER else ["其他类"]
        yield from _folded(names, Meaning("category", key, label))
    for word, key in _MORE.items():
        yield word, Meaning("category", key, CATEGORIES[key][1])
    for topic in district.topics.values():
        if topic.key != topic.category:
            yield from _folded([topic.label], Meaning("topic", topic.key, topic.label))
        elif topic.key in CATEGORIES and topic.key != OTHER:
            meaning = Meaning("category", topic.key, CATEGORIES[topic.key][1])
            yield from _folded([topic.label, f"{topic.label}类"], meaning)


def _folded(names: Iterable[str], meaning: Meaning) -> Iterator[tuple[str, Meaning]]:
    for name in names:
        if name:
            yield fold(name).lower(), meaning


def _topics(line: str, district: District) -> Iterator[tuple[str, Meaning]]:
    """Give parts of topic labels and words of the lexicon that stand in the line."""
    lexicon = district.lexicon
    labels = {
        fold(topic.label).lower(): topic for topic in district.topics.values() if topic.category != OTHER
    }
    for words in _pieces(line):
        if words in labels or words in _SAY_NOTHING:
            continue
        of_label = [
            topic for label, topic in labels.items() if words in label and topic.key != topic.category
        ]
        if of_label and len(of_label) <= _TOPICS_AT_MOST:
            for topic in of_label:
                yield words, Meaning("topic", topic.key, topic.label)
            continue
        hits = lexicon.find(words)
        if len(hits) == 1 and hits[0][1:] == (0, len(words)):
            votes = sorted(((weight, topic) for topic, weight in lexicon.votes[hits[0][0]]), reverse=True)
            if votes[0][0] >= _WEIGHTY and (len(votes) == 1 or votes[1][0] < votes[0][0] / 2):
                key = lexicon.topic_keys[votes[0][1]]
                known = district.topics.get(key)
                if known and known.category != OTHER:
                    yield words, Meaning("word", key, known.label)


def _pieces(line: str) -> Iterator[str]:
    for start in range(len(line)):
        for end in range(start + _SHORTEST, min(len(line), start + 10) + 1):
            yield line[start:end]


def _places(line: str, district: District) -> Iterator[tuple[str, Meaning]]:
    for name, places in district.gazetteer.names_in(line):
        for place in places:
            label = place.name
            if len(places) > 1:
                label = f"{district.whereabouts(place)}{place.name}"
            yield name, Meaning("place", place.key, label)

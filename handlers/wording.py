"""Small pieces of sentences: dates, topics, places and stations as people say them."""

from datetime import date

from handlers.context import World
from handlers.safety import gate
from nlp.danger.whose import is_somebody_elses
from nlp.topics.lexicon import CATEGORIES

_PLACE_TOLD = 16
WEEKDAYS = "一二三四五六日"


def day(when: date) -> str:
    """Give a date as it is said: `11月25日（周三）`."""
    return f"{when.month}月{when.day}日（周{WEEKDAYS[when.weekday()]}）"


def due_told(when: date, world: World) -> str:
    """Say by which day something is to be answered; of a day that has passed, that it has."""
    return world.texts("due_before" if when >= world.now.date() else "due_past", day=day(when))


def short_day(when: date) -> str:
    return f"{when.month}月{when.day}日"


def full_day(when: date) -> str:
    return f"{when.year}年{when.month}月{when.day}日"


def topic_name(topic: str, world: World) -> str:
    """Give a topic with its head in brackets, `楼道照明（房）`; a voter never sees a bare head."""
    found = world.district.topics.get(topic)
    if found is None or found.category == "other":
        return world.texts("topic_unknown")
    return f"{found.label}（{CATEGORIES[found.category][0]}）"


def topic_alone(topic: str, world: World) -> str:
    """Give a topic without its head, as staff and departments read it."""
    found = world.district.topics.get(topic)
    return found.label if found and found.category != "other" else world.texts("topic_unknown")


def which_place(topic: str, world: World) -> str:
    """Ask where a trouble is, naming it where it is known what it is."""
    found = world.district.topics.get(topic)
    known = found is not None and found.category != "other"
    return world.texts("which_place_again", topic=found.label if found and known else "")


def station_name(station: str, world: World) -> str:
    found = world.district.stations.get(station)
    return found.name if found else world.texts("district_desk")


def department_name(key: str, world: World) -> str:
    """Give a department as people call it."""
    found = world.district.departments.get(key)
    return (found.short or found.name) if found else key


def place_told(place_text: str, world: World) -> str:
    """Give a place as a push may say it: the voter's own words for it, short, without numbers and names of people."""
    return clipped(gate.place(place_text), _PLACE_TOLD) or world.texts("place_unknown")


def despair_key(key: str, words: str) -> str:
    """Give the text for whoever told of despair: for oneself, or for whoever tells of somebody else."""
    return f"{key}_other" if is_somebody_elses(gate.clean(words)) else key


def clipped(text: str, length: int) -> str:
    """Shorten a voter's words for a list: one line, an ellipsis where something was left out."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"

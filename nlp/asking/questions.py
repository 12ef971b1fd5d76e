"""What staff ask in free Chinese about cases, read by a grammar: every word counts, or the question is not understood."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import pairwise
from typing import Any

from nlp.asking.question_words import Token, read_tokens
from nlp.times.periods import Period

SINGLE = ("place", "department", "role", "by", "compare")
"""Slots of which a question names one at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question about cases as it was understood; what is empty was not named."""

    measure: str = "count"
    """`count`, `people`, `list`, `latest`, `days`, `rates`, or a rate: `ontime`, `overdue-rate`, `reported`, `confirmed`, `content`."""
    states: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    place: str = ""
    """Key of an area or place, `station:` with a station's key, or `district`, `own-street`, `own-station`."""
    department: str = ""
    role: str = ""
    """`lead` or `assist` where the department's part was named."""
    period: Period | None = None
    compare: str = ""
    """`year` (the same days a year ago) or `before` (the span before)."""
    by: str = ""
    """`street`, `category`, `department`, `station` or `month`."""
    low: bool = False
    """The smallest first."""


def as_data(query: Query) -> dict[str, object]:
    """Write a question down so that an open question can keep it."""
    data = {field.name: getattr(query, field.name) for field in fields(query)}
    if query.period:
        data["period"] = [query.period.since.isoformat(), query.period.until.isoformat(), query.period.label]
    return data


def from_data(data: Mapping[str, Any]) -> Query:
    """Read what `as_data` wrote."""
    kept: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }
    if data["period"]:
        since, until, label = data["period"]
        kept["period"] = Period(date.fromisoformat(since), date.fromisoformat(until), label)
    return Query(**kept)


@dataclass(frozen=True, slots=True)
class Offer:
    """A question that may have been meant, and the words that make the difference."""

    words: str
    query: Query


@dataclass(frozen=True, slots=True)
class Unclear:
    """A question with words that the grammar does not know, or that mean two things."""

    words: str
    offers: tuple[Offer, ...] = ()
    """What the words may stand for, where they have several meanings."""
    rest: Query | None = None
    """What the other words say."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: a slot of the question and its value."""

    slot: str
    value: str
    label: str = ""


Names = Mapping[str, tuple[Meaning, ...]]
"""All names of the district as people write them, folded, each with what it may stand for."""

_FIRST_TO = ("topic", "category", "place", "department", "word")
"""Which meaning of a name counts where nothing around it decides."""
_ADDS = ("其中", "只看", "里面")
_FOLLOWS = ("那么", "那", "换成", "改成", "再看", *_ADDS)


_WHO = re.compile(r"^(?:还有)?(?:谁|哪些单位|哪几个单位|哪几家)(?:还)?(没(?:有)?(?:答复|回复))(?:的)?$")
"""Who has not answered: only departments answer."""
_HEARD_BY = frozenset({"", "street", "station"})
"""Where one person's words can be counted apart."""


def read_question(line: str, today: date, names: Names, last: Query | None = None) -> Query | Unclear | None:
    """Read a folded line; None where it says nothing about cases at all."""
    words = _WHO.sub(r"各单位\1", line.strip(" 。.!?,、"))
    follows = last is not None and (words.startswith(_FOLLOWS) or words.endswith("呢"))
    tokens = read_tokens(words, today, names)
    said = [token for token in tokens if token.slot not in {"stop", "and"}]
    query = _joined(said, names) if said else None
    unread = next((token for token in tokens if not token.slot), None)
    if query is None:
        return Unclear(unread.words) if unread else None
    if isinstance(query, Unclear):
        return query
    if follows and last is not None:
        query = _changed(last, query, {token.slot for token in said}, adds=words.startswith(_ADDS))
    query = _as_of_now(_of_nobody(query), tokens, today)
    if unread is not None:
        return Unclear(unread.words, rest=query)
    if lonely := _lonely(tokens, names):
        return Unclear(lonely)
    return _checked(query, tokens)


def _of_nobody(query: Query) -> Query:
    """Read 在办 as not closed where no department is named whose hands it is in."""
    if query.department or "in-hand" not in query.states:
        return query
    return replace(query, states=tuple(sorted({*query.states, "open"} - {"in-hand"})))


_STANDING = frozenset({"open", "overdue", "in-hand", "awaiting", "with-department", "new"})
"""How a case stands at a moment."""
_ARRIVES = ("登记", "收到", "接到", "来", "新", "反映", "投诉", "记", "从")


def _as_of_now(query: Query, tokens: list[Token], today: date) -> Query:
    """Read 今天没办的 as what stands so today, whenever it came; 今天登记的没办的 keeps the day."""
    period = query.period
    of_today = period is not None and period.since == today and (period.until - today).days == 1
    arrived = any(token.slot == "stop" and token.words.startswith(_ARRIVES) for token in tokens)
    stands = query.states and _STANDING.issuperset(query.states) and not query.compare
    return replace(query, period=None) if of_today and stands and not arrived else query


def _lonely(tokens: list[Token], names: Names) -> str:
    """Give an `and` that does not join two things of one kind, or a second topic that nothing joins to the first."""
    topic_before = False
    around = zip([None, *tokens[:-1]], tokens, [*tokens[1:], None], strict=True)
    for before, token, after in around:
        if token.slot == "and" and not (before and after and _slots(before, names) & _slots(after, names)):
            return token.words
        if "topic" in _slots(token, names):
            if topic_before and not (before and before.slot == "and"):
                return token.words
            topic_before = True
    return ""


def _slots(token: Token, names: Names) -> set[str]:
    if token.slot != "name":
        return set()
    slots = {each.slot for each in names[token.words]}
    if slots & {"topic", "category"}:
        return {"topic"}
    return slots & {"place", "department"} or {"topic"}


def _joined(tokens: list[Token], names: Names) -> Query | Unclear | None:
    """Put the tokens into the slots of a query."""
    period, clash = _period_of(tokens)
    slots, several = _filled(tokens, names)
    clash = clash or _clash(tokens, slots, names)
    if clash:
        return Unclear(clash)
    if not slots and period is None:
        return None
    query = _query(slots, period)
    if several:
        words, found = several
        return Unclear(words, tuple(Offer(each.label, _with(query, each.slot, each.value)) for each in found))
    return query


def _period_of(tokens: list[Token]) -> tuple[Period | None, str]:
    """Give the span of time that was named, and the words that do not go with it."""
    period: Period | None = None
    for token in tokens:
        if token.period:
            period = _both(period, token) if period else token.period
            if period is None:
                return None, token.words
    return period, ""


_Several = tuple[str, list[Meaning]]


def _filled(tokens: list[Token], names: Names) -> tuple[dict[str, list[str]], _Several | None]:
    """Give the values of each slot, and the first name that stands for several places or departments."""
    slots: dict[str, list[str]] = {}
    several: _Several | None = None
    for index, token in enumerate(tokens):
        slot, values = token.slot, token.values
        if slot == "name":
            beside = {near.slot for near in tokens[max(0, index - 1) : index + 2] if near is not token}
            found = _meant(names[token.words], wants_department=bool(beside & {"role", "to"}))
            slot = "topic" if found[0].slot == "word" else found[0].slot
            if len(found) > 1 and slot in {"place", "department"}:
                several, found = several or (token.words, found), found[:1]
            values = tuple(each.value for each in found)
        if slot and slot != "period":
            kept = slots.setdefault(slot, [])
            kept.extend(value for value in values if value not in kept)
    return slots, several


_NEEDS = {
    "role": {"department", "by"},
    "to": {"department"},
    "rank": {"by"},
    "low": {"by"},
    "more": {"compare"},
}
"""Words that say something only beside others."""


def _clash(tokens: list[Token], slots: Mapping[str, list[str]], names: Names) -> str:
    """Give words that leave it open what is meant: two places, a part in the work without a department."""
    if "unclear" in slots:
        return next(token.words for token in tokens if token.slot == "unclear")
    for slot in SINGLE:
        if len(slots.get(slot, [])) > 1:
            return _second(tokens, names) if slot in {"place", "department"} else tokens[-1].words
    for slot, others in _NEEDS.items():
        if slot in slots and not others & slots.keys():
            return next(token.words for token in tokens if token.slot == slot)
    return ""


def _with(query: Query, slot: str, value: str) -> Query:
    return replace(query, place=value) if slot == "place" else replace(query, department=value)


def _query(slots: Mapping[str, list[str]], period: Period | None) -> Query:
    def one(slot: str) -> str:
        return next(iter(slots.get(slot, ())), "")

    measures = slots.get("measure", [])
    rates = [measure for measure in measures if measure not in {"count", "list"}]
    return Query(
        measure=(rates or (["count"] if "count" in measures else measures) or ["count"])[0],
        states=tuple(sorted(slots.get("states", ()))),
        categories=tuple(sorted(slots.get("category", ()))),
        topics=tuple(sorted(slots.get("topic", ()))),
        place=one("place"),
        department=one("department"),
        role=one("role"),
        period=period,
        compare=one("compare"),
        by=one("by"),
        low="low" in slots,
    )


def _second(tokens: list[Token], names: Names) -> str:
    named = [token.words for token in tokens if token.slot == "name" and token.words in names]
    return named[-1] if named else tokens[-1].words


def _both(period: Period, token: Token) -> Period | None:
    """Cut a span at the last day that is named beside it: 今年 with 到11月20日为止."""
    other = token.period
    if other is None:
        return None
    ends = period if token.slot == "period" and not token.ends_only else other
    whole = other if ends is period else period
    if not token.ends_only and not (ends.since == whole.since or ends.since <= whole.since):
        return None
    if not whole.since < ends.until <= whole.until:
        return None
    return Period(whole.since, ends.until, ends.label)


def _meant(meanings: tuple[Meaning, ...], *, wants_department: bool) -> list[Meaning]:
    """Give the meanings of the slot that counts here."""
    slots = ("department", *_FIRST_TO) if wants_department else _FIRST_TO
    first = next(slot for slot in slots if any(each.slot == slot for each in meanings))
    return [each for each in meanings if each.slot == first]


def _changed(last: Query, query: Query, named: set[str], *, adds: bool) -> Query:
    """Change of the last question only what the new one names."""
    changes: dict[str, object] = {}
    for slot, field in (("states", "states"), ("place", "place"), ("compare", "compare"), ("by", "by")):
        if getattr(query, field):
            changes[slot] = getattr(query, field)
    if adds and query.states:
        changes["states"] = tuple(sorted({*last.states, *query.states}))
    if query.topics or query.categories:
        changes |= {"topics": query.topics, "categories": query.categories}
    if query.department:
        changes |= {"department": query.department, "role": query.role}
    if query.period:
        changes["period"] = query.period
    if "measure" in named:
        changes["measure"] = query.measure
    return replace(last, **changes)  # type: ignore[arg-type]


_MONEY = ("费", "钱", "价", "工资", "金", "税")
"""What follows such a word is a sum of money, no number of cases."""


def _checked(query: Query, tokens: list[Token]) -> Query | Unclear:
    """Refuse what can be read but not answered."""
    base = next((token.words for token in tokens if token.slot == "compare"), "")
    for before, token in pairwise(tokens):
        if token.words == "多少" and before.words.endswith(_MONEY):
            return Unclear(f"{before.words}{token.words}")
    if query.measure == "people" and (query.compare or query.by not in _HEARD_BY):
        return Unclear(next(token.words for token in tokens if token.slot in {"compare", "by"}))
    if query.compare and query.by:
        return Unclear(base or query.by)
    unit = {"月": 31, "季": 92, "周": 7}.get(next((letter for letter in base if letter in "月季周"), ""), 0)
    if query.compare == "before" and unit and query.period:
        days = (query.period.until - query.period.since).days
        if not unit * 0.85 < days <= unit:
            return Unclear(base)
    return query


_OFTEN = (("overdue", "超期的"), ("failed-twice", "选民两次说没解决的"), ("supervised", "挂牌督办的"))
_NEAR, _OFFERED = 0.5, 3


def nearest(words: str, query: Query, names: Names) -> tuple[Offer, ...]:
    """Give three questions that are near: by names that look alike, else by the states asked for most often."""
    scored = sorted(((-_likeness(words, name), name) for name in names), key=lambda each: each)
    offers: list[Offer] = []
    for score, name in scored[:_OFFERED]:
        if -score < _NEAR:
            break
        meaning = _meant(names[name], wants_department=False)[0]
        field = {"word": "topics", "topic": "topics", "category": "categories"}.get(
            meaning.slot, meaning.slot
        )
        values = tuple(each.value for each in _meant(names[name], wants_department=False))
        value = values if field in {"topics", "categories"} else meaning.value
        offers.append(Offer(name, replace(query, **{field: value})))  # type: ignore[arg-type]
    for state, label in _OFTEN:
        if len(offers) < _OFFERED and state not in query.states:
            offers.append(Offer(label, replace(query, states=(*query.states, state))))
    return tuple(offers)


def _likeness(words: str, name: str) -> float:
    pairs = {words[at : at + 2] for at in range(len(words) - 1)}
    others = {name[at : at + 2] for at in range(len(name) - 1)}
    return 2 * len(pairs & others) / (len(pairs) + len(others)) if pairs and others else 0.0

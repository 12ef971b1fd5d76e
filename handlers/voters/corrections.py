"""One digit mends what the bot got wrong: the topic or the place of a case."""

import re
from collections.abc import Mapping
from typing import Any

from handlers import wording
from handlers.cases import case_rows
from handlers.context import Context
from handlers.effects import Effects, write_effects
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage, Kind
from handlers.routing import AnswerHandler, Route
from handlers.voters import adding, filing, joining, several
from nlp import plain_words
from nlp.classify import classify
from nlp.lexicon import CATEGORIES, OTHER, Topic
from nlp.places import Place
from storage import calls, own_cases, questions
from storage.models import Case, State
from storage.people import OpenQuestion
from storage.questions import menu, option

_OFFERED = 3
_TELLING = 2
"""So many characters of a street's name tell it from the others."""


_ENDINGS = {
    "露": "路",
    "陆": "路",
    "录": "路",
    "鹿": "路",
    "洛": "路",
    "小曲": "小区",
    "晓区": "小区",
    "设区": "社区",
    "社曲": "社区",
    "接": "街",
    "龙": "弄",
    "圆": "苑",
    "院": "苑",
    "元": "苑",
}
_ENDS_WITH_A_SLIP = re.compile(rf"(?:{'|'.join(_ENDINGS)})$")
"""What comes of 路, 小区, 社区 when the wrong letter of a sound is picked; read so only where a place was asked for."""
_LANDMARKS = (
    *(("菜场", "market"), ("菜市场", "market"), ("市场", "market"), ("集市", "market")),
    *(("学校", "school"), ("小学", "school"), ("中学", "school"), ("幼儿园", "school")),
    *(("医院", "hospital"), ("卫生", "hospital"), ("公园", "park"), ("广场", "park")),
    *(("地铁", "metro"), ("车站", "metro"), ("河", "river"), ("商场", "mall"), ("派出所", "office")),
)
"""What people name a place by, and the kind that the sheet of places calls it."""


def wrong(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Offer the next topics, and the place."""
    case = _own(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if case.state != State.REGISTERED:
        return _too_late(ctx, case)
    if value == "place":
        _ask_place(ctx, case)
        return ctx.texts("which_place")
    offered = [key for key in case.because.get("candidates", []) if _worth_offering(key, case, ctx)]
    options = [
        option(digit, ctx.district.topics[key].label, f"topic:{key}")
        for digit, key in enumerate(offered[:_OFFERED], start=1)
    ]
    options.append(option(len(options) + 1, ctx.texts("place_is_wrong"), "place"))
    options.append(option(0, ctx.texts("change_nothing"), "nothing"))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="retopic",
        subject=question.subject,
        options=options,
        data={"free": True},
        now=ctx.now,
    )
    return ctx.texts("which_topic", menu=menu(options))


def _worth_offering(key: str, case: Case, ctx: Context) -> bool:
    """Leave out the topic it has, and the ones that only repeat a whole category's name."""
    topic = ctx.district.topics.get(key)
    return topic is not None and key != case.topic and topic.label not in CATEGORIES[topic.category][1]


def retopic(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the topic that was picked, or words that name one."""
    case = _own(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if value == "nothing":
        return ctx.texts("unchanged", number=case.number)
    if case.state != State.REGISTERED:
        return _too_late(ctx, case, value, question)
    if value == "place":
        _ask_place(ctx, case)
        return ctx.texts("which_place")
    key = value.removeprefix("topic:") if value.startswith("topic:") else _topic_in(ctx, value)
    topic = ctx.district.topics.get(key)
    if topic is None or (topic.category == OTHER and not value.startswith("topic:")):
        return ctx.texts("topic_not_known", number=case.number)
    _change(ctx, case, "retopic", _of_topic(topic, ctx), note=topic.label)
    if not case.station:
        _ask_place(ctx, case)
    return ctx.texts(
        "retopiced" if case.station else "retopiced_where",
        number=case.number,
        topic=wording.topic_name(topic.key, ctx),
        station=wording.station_name(case.station, ctx),
    )


def _of_topic(topic: Topic, ctx: Context) -> dict[str, Any]:
    return {"category": topic.category, **case_rows.topic_columns(topic.key, ctx)}


def take_topic(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the topic that a voter names where the words left it open; `0` leaves it to a person."""
    case = _own(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if case.state != State.REGISTERED:
        return _too_late(ctx, case, value, question)
    key = value.removeprefix("topic:") if value.startswith("topic:") else _topic_in(ctx, value)
    topic = ctx.district.topics.get(key) if value != "nothing" else None
    if topic:
        _change(ctx, case, "retopic", _of_topic(topic, ctx), note=topic.label)
    else:
        _change(ctx, case, "topic left", {"topic": OTHER, "category": OTHER, "industry": ""}, note="")
    said = {
        "number": case.number,
        "topic": wording.topic_name(case.topic, ctx),
        "station": wording.station_name(case.station, ctx),
        "day": wording.day(case.look_by),
    }
    key = "topic_taken" if topic else "topic_left"
    if not case.station:
        _ask_place(ctx, case, more=question.data)
        return ctx.texts(f"{key}_where", **said)
    return several.offer_after(ctx, question, ctx.texts(key, **said))


def _topic_in(ctx: Context, words: str) -> str:
    return case_rows.destination(words, ctx).found.topic


def take_place(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the place of a case: an option picked, `0` for not known, or words typed."""
    case = _own(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if value.startswith("phone|"):
        return _keep_phone(ctx, question, case, value.removeprefix("phone|"))
    if case.state != State.REGISTERED:
        return _too_late(ctx, case, value, question)
    return wrong(ctx, question, value) if value == "wrong" else _place_told(ctx, question, case, value)


def _place_told(ctx: Context, question: OpenQuestion, case: Case, value: str) -> str:
    if value == "skip" or joining.NOT_KNOWN.fullmatch(value.strip("。.！!？?啊呀哦 ")):
        said = ctx.texts("place_skipped", number=case.number, day=wording.day(case.look_by))
        return several.offer_after(ctx, question, said)
    place = ctx.district.place(value) or _offered(ctx, question, value) or _by_landmark(ctx, question, value)
    if place is None:
        return _place_in_words(ctx, question, case, value)
    _change(ctx, case, "placed", case_rows.placed(place, ctx), note=place.name)
    return _placed(ctx, question, case, place.name)


def _keep_phone(ctx: Context, question: OpenQuestion, case: Case, number: str) -> str:
    """Keep a number that was typed where a place was asked for, and ask for the place again."""
    calls.keep_phone(ctx.session, ctx.sender.person_id, number)
    _ask_place(ctx, case, question.options, more=question.data)
    shown = menu([choice for choice in question.options if choice["label"]])
    return ctx.texts("phone_kept", question=question.text or ctx.texts("which_place"), menu=shown).rstrip()


def _offered(ctx: Context, question: OpenQuestion, words: str) -> Place | None:
    """Give the one place of a menu that words like “北园那个” mean."""
    meant = [
        choice["value"]
        for choice in question.options
        if choice["label"] and choice["value"] != "skip" and choice["label"][:_TELLING] in words
    ]
    return ctx.district.place(meant[0]) if len(meant) == 1 else None


def _by_landmark(ctx: Context, question: OpenQuestion, words: str) -> Place | None:
    """Give the one place of a menu in whose area there is what the words speak of: a market, a school, a hospital."""
    kind = next((kind for word, kind in _LANDMARKS if word in words), "")
    offered = [place for choice in question.options if (place := ctx.district.place(choice["value"]))]
    found = [
        place
        for place in offered
        if any(each.kind == kind and each.area == place.area for each in ctx.district.places.values())
    ]
    return found[0] if kind and len(found) == 1 else None


def _place_in_words(ctx: Context, question: OpenQuestion, case: Case, words: str) -> str:
    if len(question.options) > 1 and plain_words.points_out(words):
        _ask_place(ctx, case, question.options, more=question.data)
        return ctx.texts("place_not_told_apart", menu=menu(question.options))
    match = ctx.district.gazetteer.find(words)
    if not match.places:
        match = ctx.district.gazetteer.find(_ENDS_WITH_A_SLIP.sub(lambda end: _ENDINGS[end[0]], words))
    if len(match.places) == 1:
        place = match.places[0]
        _change(ctx, case, "placed", case_rows.placed(place, ctx), note=place.name)
        return _placed(ctx, question, case, place.name)
    if match.places:
        options = filing.street_options(match.places[: case_rows.MOST_SAME_NAMES], ctx)
        _ask_place(ctx, case, options, more=question.data)
        return ctx.texts(
            "which_of_same_name", count=len(match.places), place=match.mention, menu=menu(options)
        )
    _change(ctx, case, "placed", {"place_text": wording.clipped(words, 60)}, note=wording.clipped(words, 60))
    said = ctx.texts("place_kept", place=wording.clipped(words, 12), day=wording.day(case.look_by))
    return several.offer_after(ctx, question, said)


def _placed(ctx: Context, question: OpenQuestion, case: Case, place: str) -> str:
    said = {
        "place": place,
        "station": wording.station_name(case.station, ctx),
        "day": wording.day(case.look_by),
    }
    if question.data.get("others"):
        return several.offer_after(ctx, question, ctx.texts("placed_and", **said))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="place_wrong",
        subject=str(case.id),
        options=[option(1, "", "wrong")],
        now=ctx.now,
    )
    return ctx.texts("placed", **said)


def place_wrong(ctx: Context, question: OpenQuestion, _value: str) -> str:
    case = _own(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if case.state != State.REGISTERED:
        return _too_late(ctx, case)
    _ask_place(ctx, case)
    return ctx.texts("which_place")


def _too_late(ctx: Context, case: Case, value: str = "", question: OpenQuestion | None = None) -> str:
    """Change nothing of a case that somebody works on; words typed go into it, and so does what comes next."""
    typed = question is not None and value not in {each["value"] for each in question.options}
    if typed and value != "wrong":
        return adding.put_in(ctx, case, value)
    adding.ask_more(ctx, case)
    return ctx.texts("too_late_to_correct")


def mend(ctx: Context, _message: IncomingMessage, line: str) -> str | None:
    """Mend the case just filed by words like “不对，是新桥社区”; words that name neither topic nor place are no command."""
    case, words = _just_filed(ctx), plain_words.corrected(line)
    if case is None or not words:
        return None
    match = ctx.district.gazetteer.find(words)
    topic = ctx.district.topics.get(classify(words, ctx.district.lexicon).topic)
    named = topic is not None and topic.category != OTHER
    if not (match.places or match.unknown or named):
        return None
    about = [each for each in ctx.sender.questions if each.subject == str(case.id)]
    for each in about:
        questions.close(ctx.session, each.id, ctx.now)
    if topic and named:
        _change(ctx, case, "retopic", _of_topic(topic, ctx), note=topic.label)
    asked = next((each for each in about if each.kind == "place"), None)
    if match.places or match.unknown:
        question = asked or OpenQuestion(0, "place", str(case.id), "", [], {}, ctx.now)
        return _place_in_words(ctx, question, case, words)
    if not case.station:
        _ask_place(ctx, case, asked.options if asked else None, more=asked.data if asked else None)
    return ctx.texts(
        "retopiced" if case.station else "retopiced_where",
        number=case.number,
        topic=wording.topic_name(case.topic, ctx),
        station=wording.station_name(case.station, ctx),
    )


def _just_filed(ctx: Context) -> Case | None:
    """Give the case that further words still join; one that others answer for by now is not mended so."""
    last = ctx.sender.last_case
    if (
        last is None
        or ctx.sender.holds(*STAFF_ROLES, *BUREAU_ROLES)
        or not joining.joins(ctx.sender, ctx, None)
    ):
        return None
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, last.id)
    return None if case is None or case.sealed or case.urgency else case


def _ask_place(
    ctx: Context,
    case: Case,
    options: list[dict[str, str]] | None = None,
    more: Mapping[str, Any] | None = None,
) -> None:
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="place",
        subject=str(case.id),
        text=wording.which_place(case.topic, ctx),
        options=options or [option(0, "", "skip")],
        data={**(more or {}), "free": True},
        now=ctx.now,
    )


def _own(ctx: Context, question: OpenQuestion) -> Case | None:
    return own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))


def _change(ctx: Context, case: Case, action: str, changes: dict[str, Any], *, note: str) -> None:
    step = case_rows.step_row(
        case.id, action, case.state, ctx.now, actor=ctx.sender.person_id, public=True, note=note
    )
    effects = Effects(reply="", route=action, case_changes=[(case.id, changes)], steps=[step])
    write_effects(ctx.session.connection(), [effects], ctx.now)
    ctx.session.refresh(case)


CORRECTION_ROUTES = (Route(name="mend", handler=mend, kinds=frozenset({Kind.TEXT})),)

CORRECTION_ANSWERS: dict[str, AnswerHandler] = {
    "correct": wrong,
    "retopic": retopic,
    "topic": take_topic,
    "place": take_place,
    "place_wrong": place_wrong,
}

"""One digit mends what the bot got wrong: the topic or the place of a case."""

from typing import Any

from handlers import wording
from handlers.cases import case_rows
from handlers.context import Context
from handlers.messages import BUREAU_ROLES, STAFF_ROLES, IncomingMessage, Kind
from handlers.route import AnswerHandler, Route
from handlers.voters.filing import joining, several
from handlers.voters.mending.mending import ask_place, change_case, own_case, too_late
from handlers.voters.mending.place_corrections import (
    place_in_words,
    place_wrong,
    take_place,
)
from handlers.voters.own import adding
from nlp.sayings import plain_words
from nlp.topics.classify import classify
from nlp.topics.lexicon import CATEGORIES, OTHER, Topic
from storage.cases import own_cases
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, State
from storage.people.people import OpenQuestion

_OFFERED = 3


def wrong(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Offer the next topics, and the place."""
    case = own_case(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if case.state != State.REGISTERED:
        return too_late(ctx, case)
    if value == "place":
        ask_place(ctx, case)
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
    case = own_case(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if value == "nothing":
        return ctx.texts("unchanged", number=case.number)
    if said := _kept_as_words(ctx, question, case, value):
        return said
    if value == "place":
        ask_place(ctx, case)
        return ctx.texts("which_place")
    key = value.removeprefix("topic:") if value.startswith("topic:") else _topic_in(ctx, value)
    topic = ctx.district.topics.get(key)
    if topic is None or (topic.category == OTHER and not value.startswith("topic:")):
        return ctx.texts("topic_not_known", number=case.number)
    change_case(ctx, case, "retopic", _of_topic(topic, ctx), note=topic.label)
    if not case.station:
        ask_place(ctx, case)
    return ctx.texts(
        "retopiced" if case.station else "retopiced_where",
        number=case.number,
        topic=wording.topic_name(topic.key, ctx),
        station=wording.station_name(case.station, ctx),
    )


def _kept_as_words(ctx: Context, question: OpenQuestion, case: Case, value: str) -> str:
    """Put words into the case that cannot name its topic (any more); nothing where they may."""
    if case.state != State.REGISTERED:
        return too_late(ctx, case, value, question)
    return adding.put_in(ctx, case, value) if plain_words.names_no_topic(value) else ""


def _of_topic(topic: Topic, ctx: Context) -> dict[str, Any]:
    return {"category": topic.category, **case_rows.topic_columns(topic.key, ctx)}


def take_topic(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the topic that a voter names where the words left it open; `0` leaves it to a person."""
    case = own_case(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if said := _kept_as_words(ctx, question, case, value):
        return said
    key = value.removeprefix("topic:") if value.startswith("topic:") else _topic_in(ctx, value)
    topic = ctx.district.topics.get(key) if value != "nothing" else None
    if topic:
        change_case(ctx, case, "retopic", _of_topic(topic, ctx), note=topic.label)
    else:
        change_case(ctx, case, "topic left", {"topic": OTHER, "category": OTHER, "industry": ""}, note="")
    known = {
        "number": case.number,
        "topic": wording.topic_name(case.topic, ctx),
        "station": wording.station_name(case.station, ctx),
        "day": wording.day(case.look_by),
    }
    key = "topic_taken" if topic else "topic_left"
    if not case.station:
        ask_place(ctx, case, more=question.data)
        return ctx.texts(f"{key}_where", **known)
    return several.offer_after(ctx, question, ctx.texts(key, **known))


def _topic_in(ctx: Context, words: str) -> str:
    return case_rows.destination(words, ctx).found.topic


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
        change_case(ctx, case, "retopic", _of_topic(topic, ctx), note=topic.label)
    asked = next((each for each in about if each.kind == "place"), None)
    if match.places or match.unknown:
        question = asked or OpenQuestion(0, "place", str(case.id), "", [], {}, ctx.now)
        return place_in_words(ctx, question, case, words)
    if not case.station:
        ask_place(ctx, case, asked.options if asked else None, more=asked.data if asked else None)
    return ctx.texts(
        "retopiced" if case.station else "retopiced_where",
        number=case.number,
        topic=wording.topic_name(case.topic, ctx),
        station=wording.station_name(case.station, ctx),
    )


def place_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the place of a case; the digit for “有错” below the question opens all that can be mended."""
    return wrong(ctx, question, value) if value == "wrong" else take_place(ctx, question, value)


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


CORRECTION_ROUTES = (Route(name="mend", handler=mend, kinds=frozenset({Kind.TEXT})),)

CORRECTION_ANSWERS: dict[str, AnswerHandler] = {
    "correct": wrong,
    "retopic": retopic,
    "topic": take_topic,
    "place": place_answer,
    "place_wrong": place_wrong,
}

"""How staff see and mend what the words decide: 测试归类, 词库, and the week's doubtful cases (归类)."""

import re
from datetime import timedelta

from sqlalchemy.orm import Session

from handlers import wording
from handlers.cases import case_rows, reach
from handlers.context import Context, World
from handlers.district import store
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.route import AnswerHandler, Group, Route
from handlers.staff import cases as staff_cases
from handlers.staff import lists
from nlp.alarms.character import read_character
from nlp.learning.what_if import effect, telling_words, with_term, without_term, written_for
from nlp.text.fold import fold
from nlp.topics.classify import SURE
from nlp.topics.lexicon import OTHER, Term
from nlp.topics.troubles import troubles
from storage.cases import corrections
from storage.cases.cases import STAFF
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people.people import OpenQuestion
from storage.people.scopes import Scope, staff_scope

ADDED_WEIGHT = 3.0
"""What a word weighs that staff add: more than one of ours, so that it decides."""
ADDED_NOTE = "district"
SHEET = "lexicon"
TOO_COMMON = 0.2
"""A word in so large a share of the latest cases tells nothing."""
FEWEST_TO_JUDGE = 50
_LOOKED_AT = 1_000
_SHOWN = 3
_DOUBTS_SHOWN, _DOUBTS_COUNTED = 4, 99
_WEEK = timedelta(days=7)
_LEARNED_FROM = timedelta(days=90)
_ORDER = re.compile(r"(添加|加|删除|删|查)\s*+(\S+)?\s*+(.*)", re.DOTALL)
_SHORTEST, _LONGEST = 2, 20


def try_text(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Say what the router would do with a sentence, and why; nothing is filed."""
    if not rest:
        return ctx.texts("staff_try_how")
    where = case_rows.destination(rest, ctx)
    character = read_character(rest, accuses=ctx.district.accuses(rest) is not None)
    told = troubles(rest, ctx.district.lexicon)
    found = told[0].found if told else where.found
    nothing = ctx.texts("staff_try_none")
    station = "、".join(filter(None, (case_rows.place_name(where), wording.station_name(where.station, ctx))))
    topics = ctx.district.topics
    return ctx.texts(
        "staff_try",
        topic=wording.topic_name(found.topic, ctx),
        kind=f"紧急{character.kind}" if character.urgent else str(character.kind),
        sure=round(found.confidence * 100),
        asks=ctx.texts("staff_try_asks" if found.ask else "staff_try_asks_not"),
        words="、".join(found.because) or nothing,
        candidates="、".join(topics[key].label for key in found.candidates[:2] if key in topics) or nothing,
        where=station,
        more=ctx.texts("staff_try_several", count=len(told)) if told else "",
    )


def change_words(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Show, add or remove a word of the district; what it would change is shown before it is done."""
    order = _ORDER.fullmatch(rest.strip())
    word = fold(order[2]).lower() if order and order[2] else ""
    if not order or not word:
        return ctx.texts("staff_words_how")
    if not _SHORTEST <= len(word) <= _LONGEST or word.isdigit():
        raise Refusal(ctx.texts("staff_word_unfit", word=wording.clipped(word, 12)))
    if order[1] == "查":
        return _show(ctx, word)
    return _propose(ctx, word, order[3].strip(), adds=order[1] in {"添加", "加"})


def _show(ctx: Context, word: str) -> str:
    terms = written_for(ctx.district.lexicon, word)
    if not terms:
        return ctx.texts("staff_word_unknown", word=word)
    topics = "、".join(wording.topic_name(term.topic, ctx) for term in terms[:_SHOWN])
    return ctx.texts("staff_word_known", word=word, topics=topics)


def _propose(ctx: Context, word: str, name: str, *, adds: bool) -> str:
    """Ask before the words are changed, with what the change would do to the latest cases."""
    terms = written_for(ctx.district.lexicon, word)
    topic = _topic_named(ctx, name) if name or adds else (terms[0].topic if terms else "")
    present = any(term.topic == topic for term in terms)
    if not adds and not present:
        return ctx.texts("staff_word_unknown", word=word)
    before = ctx.district.lexicon
    term = Term(word, topic, ADDED_WEIGHT, ADDED_NOTE)
    after = with_term(before, term) if adds else without_term(before, word, topic)
    latest = corrections.newest(ctx.session, limit=_LOOKED_AT)
    found = effect([text for _, text in latest], word, before, after)
    if adds and len(latest) >= FEWEST_TO_JUDGE and len(found.holding) > TOO_COMMON * len(latest):
        raise Refusal(ctx.texts("staff_word_too_common", word=word, count=len(found.holding)))
    options = [
        option(1, ctx.texts("staff_word_add" if adds else "staff_word_drop"), "add" if adds else "drop"),
        option(0, ctx.texts("change_nothing"), "nothing"),
    ]
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="staff_word",
        subject=topic,
        options=options,
        data={"word": word},
        now=ctx.now,
    )
    numbers = "、".join(latest[index][0] for index in found.changed[:_SHOWN])
    return ctx.texts(
        "staff_word_effect",
        word=word,
        topic=wording.topic_name(topic, ctx),
        looked=len(latest),
        holding=len(found.holding),
        changed=len(found.changed),
        numbers=ctx.texts("staff_word_such_as", numbers=numbers) if numbers else "",
        menu=menu(options),
    )


def _topic_named(ctx: Context, name: str) -> str:
    """Give the topic that a key or a label names, exactly: a guess would teach the wrong thing."""
    named = [topic.key for topic in ctx.district.topics.values() if name in {topic.key, topic.label}]
    if not named or ctx.district.topics[named[0]].category == OTHER:
        near = [topic.label for topic in ctx.district.topics.values() if name and name[:2] in topic.label]
        raise Refusal(
            ctx.texts("staff_word_which_topic", near="、".join(near[:_SHOWN]) or ctx.texts("staff_try_none"))
        )
    return named[0]


def word_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Change the district's words for everyone; running processes load them again."""
    word, topic = question.data["word"], question.subject
    said = {"word": word, "topic": wording.topic_name(topic, ctx)}
    if value == "nothing":
        return ctx.texts("staff_word_kept", **said)
    if value == "add":
        row = {"term": word, "topic": topic, "weight": f"{ADDED_WEIGHT:g}", "note": ADDED_NOTE}
        store.put_row(ctx.session, SHEET, row, ctx.now)
        return ctx.texts("staff_word_added", **said)
    store.drop_row(ctx.session, SHEET, {"term": word, "topic": topic}, ctx.now)
    return ctx.texts("staff_word_dropped", **said)


def count_doubts(session: Session, scope: Scope, world: World) -> int:
    """Count the week's cases whose topic was not sure, as far as they are worth looking through."""
    return len(corrections.doubtful(session, scope, world.now - _WEEK, SURE, limit=_DOUBTS_COUNTED))


def asked_for_doubts(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return show_doubts(ctx)


def show_doubts(ctx: Context) -> str:
    """List the week's cases with the least confidence, and words that only corrected cases have."""
    found = corrections.doubtful(
        ctx.session,
        staff_scope(ctx.sender.grants, ctx.sender.person_id),
        ctx.now - _WEEK,
        SURE,
        limit=_DOUBTS_SHOWN,
    )
    words = new_words(ctx)
    if not found and not words:
        return ctx.texts("staff_no_doubts")
    options = [
        option(digit, lists.case_line(ctx, case), f"case:{case.id}")
        for digit, case in enumerate(found, start=1)
    ]
    options += [
        option(
            digit,
            ctx.texts("staff_new_word", word=word, topic=ctx.district.topics[topic].label, count=count),
            f"word:{word}:{topic}",
        )
        for digit, (word, topic, count) in enumerate(words, start=len(options) + 1)
    ]
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_doubts", options=options, now=ctx.now
    )
    return ctx.texts("staff_doubts", menu=menu(options))


def new_words(ctx: Context) -> list[tuple[str, str, int]]:
    """Give words that only corrected cases have and the lexicon does not know."""
    mended = corrections.corrected(ctx.session, ctx.now - _LEARNED_FROM)
    if not mended:
        return []
    found = telling_words(mended, corrections.uncorrected_texts(ctx.session), most=_SHOWN * 2)
    topics, lexicon = ctx.district.topics, ctx.district.lexicon
    return [each for each in found if each[1] in topics and not written_for(lexicon, each[0])][:_SHOWN]


def doubt_answer(ctx: Context, _question: OpenQuestion, value: str) -> str:
    kind, _, rest = value.partition(":")
    if kind == "case":
        return staff_cases.detail(ctx, reach.find_again(ctx, rest))
    word, _, topic = rest.partition(":")
    return _propose(ctx, word, topic, adds=True)


WORD_ROUTES = (
    Route(
        name="staff try",
        handler=try_text,
        starts=("测试归类", "试归类"),
        roles=STAFF,
        help="测试归类 一句话：看会归到哪一类，为什么；不登记",
        example="测试归类 楼道灯坏了",
        group=Group.WORDS,
    ),
    Route(
        name="staff words",
        handler=change_words,
        starts=("词库",),
        roles=frozenset({Role.DISTRICT}),
        help="词库 添加 词 类别：教我认词，改之前先看影响",
        example="词库 添加 夜排档 噪音",
        group=Group.WORDS,
    ),
    Route(
        name="staff doubts",
        handler=asked_for_doubts,
        words=("归类", "归类要看的"),
        roles=frozenset({Role.DISTRICT}),
        help="归类：归类拿不准的件，和该教的词",
        example="归类",
        group=Group.WORDS,
    ),
)

WORD_ANSWERS: dict[str, AnswerHandler] = {"staff_word": word_answer, "staff_doubts": doubt_answer}

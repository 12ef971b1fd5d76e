"""Entering a case for someone who came to the station (代录)."""

import re

from handlers import wording
from handlers.alarms.raising import TOLD_SLOT, alarm_of, alarms_told
from handlers.cases import case_rows
from handlers.cases.entering import write_effects
from handlers.cases.reach import find_again, take_step
from handlers.context import Context
from handlers.effects import NUMBER_SLOT, Effects, Row
from handlers.messages import STAFF_ROLES, IncomingMessage
from handlers.route import AnswerHandler, Group, Route
from handlers.voters.filing import filing
from handlers.voters.own.adding import write_in
from nlp.alarms.signals import detect
from nlp.places.place_check import can_be_place
from storage.casework.clusters import DESPAIR
from storage.messages import questions
from storage.messages.questions import option, question_row
from storage.models import State
from storage.people.people import OpenQuestion

_SKIP = "skip"
_TELLER = re.compile(
    r"[\u4e00-\u9fff]{1,5}?(?:来站里?|来电话?|来访|来|打电话来?)?(?:说|讲|反映)(?:的?是|了)?[,，:： ]*"
)
"""Who told it: 张伯来说, 王阿姨打电话来说."""


def file_this(ctx: Context, question: OpenQuestion, _value: str) -> str:
    """File the words that were no command, because who wrote them said so in a word of its own."""
    return file_for_visitor(ctx, question.data["text"])


def file_for_visitor(ctx: Context, text: str) -> str:
    """File what someone told the station in person (代录); whoever enters it is kept, no voter is tied to it.

    Where no place was named it is asked for, then whether the visitor agrees.
    """
    own = next((grant.area for grant in ctx.sender.grants if grant.role == "station"), "")
    where = case_rows.destination(_what_was_told(ctx, text), ctx, own_station=own)
    case = case_rows.case_row(
        where,
        ctx.sender,
        ctx,
        text=text,
        source="visit",
        voter_id=None,
        account_id=None,
        filed_by=ctx.sender.person_id,
        joined_until=None,
    )
    if urgency := _danger(text):
        return _file_danger(ctx, {**case, "urgency": urgency, "industry": ""})
    lacks_place = not where.places and (not where.place_text or where.reason == case_rows.OWN_STATION)
    kind, options = (
        ("visitor_place", [option(0, "", _SKIP)]) if lacks_place else ("visitor_consent", _consent())
    )
    effects = Effects(
        reply=ctx.texts(
            "visitor_where" if lacks_place else "filed_for_visitor",
            number=NUMBER_SLOT,
            topic=wording.topic_name(case["topic"], ctx),
            station=wording.station_name(case["station"], ctx),
        ),
        route="file for visitor",
        case=case,
        steps=[
            case_rows.step_row(
                case["id"], "filed", case["state"], ctx.now, actor=ctx.sender.person_id, public=True
            )
        ],
        question=question_row(
            person_id=ctx.sender.person_id,
            kind=kind,
            subject=str(case["id"]),
            options=options,
            data={"free": True} if lacks_place else {},
            now=ctx.now,
        ),
        closed_questions=filing.replaced_offers(ctx.sender),
    )
    (reply,) = write_effects(ctx.session.connection(), [effects], ctx)
    return reply


def _danger(text: str) -> str:
    signals = detect(text)
    return DESPAIR if signals.suicide else signals.emergency


def _file_danger(ctx: Context, case: Row) -> str:
    """File a danger that somebody told in person, raise its alarm, and ask nothing."""
    effects = Effects(
        reply=ctx.texts(
            "filed_for_visitor_urgent",
            number=NUMBER_SLOT,
            kind=ctx.texts(f"urgency_{case['urgency']}"),
            told=TOLD_SLOT,
        ),
        route="file for visitor",
        case=case,
        steps=[
            case_rows.step_row(
                case["id"], "filed", case["state"], ctx.now, actor=ctx.sender.person_id, public=True
            )
        ],
        alarms=[alarm_of(ctx, case)],
        closed_questions=filing.replaced_offers(ctx.sender),
    )
    (reply,) = write_effects(ctx.session.connection(), [effects], ctx)
    return alarms_told(ctx, effects.alarms, reply, besides=ctx.sender.person_id)


def _consent() -> list[dict[str, str]]:
    return [option(1, "", "yes"), option(2, "", "no")]


def _what_was_told(ctx: Context, text: str) -> str:
    """Leave out who told it, unless a place is named by that: 张伯来说路太滑 names no 张伯来说路."""
    teller = _TELLER.match(text)
    named = teller is not None and bool(ctx.district.gazetteer.find(teller[0]).places)
    return text[teller.end() :] if teller and not named else text


def visitor_place(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Put the place that was asked for to the case, then ask for the visitor's consent."""
    case = find_again(ctx, question.subject)
    match = ctx.district.gazetteer.find(value)
    changes = (
        case_rows.placed(match.places[0], ctx)
        if len(match.places) == 1
        else {"place_text": wording.clipped(value, 60)}
    )
    if value != _SKIP and "place" not in changes and not can_be_place(value):
        write_in(ctx, case, value)
        value = _SKIP
    if value != _SKIP:
        take_step(ctx, case, "placed", note=changes["place_text"], **changes)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="visitor_consent",
        subject=question.subject,
        options=_consent(),
        now=ctx.now,
    )
    return ctx.texts(
        "visitor_no_place" if value == _SKIP else "visitor_placed",
        number=case.number,
        place=wording.clipped(case.place_text, 16),
        station=wording.station_name(case.station, ctx),
    )


def visitor_consent(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Keep whether the visitor agreed that the content goes to a department."""
    step = case_rows.step_row(
        int(question.subject), f"consent_{value}", State.REGISTERED, ctx.now, actor=ctx.sender.person_id
    )
    write_effects(ctx.session.connection(), [Effects(reply="", route="consent", steps=[step])], ctx)
    return ctx.texts(f"visitor_consent_{value}")


def enter_for_visitor(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    return file_for_visitor(ctx, rest) if rest else ctx.texts("visitor_how")


VISITOR_ROUTES = (
    Route(
        name="enter for visitor",
        handler=enter_for_visitor,
        starts=("代录",),
        roles=STAFF_ROLES,
        help="代录 内容：替来访的人登记",
        example="代录 东苑小区3幢路灯坏了",
        group=Group.CASES,
    ),
)

VISITOR_ANSWERS: dict[str, AnswerHandler] = {
    "file_this": file_this,
    "visitor_place": visitor_place,
    "visitor_consent": visitor_consent,
}

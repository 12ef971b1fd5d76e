"""Entering a case for someone who came to the station (代录)."""

from handlers import wording
from handlers.cases import case_rows
from handlers.context import Context
from handlers.effects import NUMBER_SLOT, Effects, write_effects
from handlers.messages import STAFF_ROLES, IncomingMessage
from handlers.routing import AnswerHandler, Group, Route
from handlers.voters import filing
from storage.models import State
from storage.people import OpenQuestion
from storage.questions import option, question_row


def file_this(ctx: Context, question: OpenQuestion, _value: str) -> str:
    """File the words that were no command, because who wrote them said so in a word of its own."""
    return file_for_visitor(ctx, question.data["text"])


def file_for_visitor(ctx: Context, text: str) -> str:
    """File what someone told the station in person (代录); whoever enters it is kept, no voter is tied to it."""
    own = next((grant.area for grant in ctx.sender.grants if grant.role == "station"), "")
    where = case_rows.destination(text, ctx, own_station=own)
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
    effects = Effects(
        reply=ctx.texts(
            "filed_for_visitor",
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
            kind="visitor_consent",
            subject=str(case["id"]),
            options=[option(1, "", "yes"), option(2, "", "no")],
            now=ctx.now,
        ),
        closed_questions=filing.replaced_offers(ctx.sender),
    )
    (reply,) = write_effects(ctx.session.connection(), [effects], ctx.now)
    return reply


def visitor_consent(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Keep whether the visitor agreed that the content goes to a department."""
    step = case_rows.step_row(
        int(question.subject), f"consent_{value}", State.REGISTERED, ctx.now, actor=ctx.sender.person_id
    )
    write_effects(ctx.session.connection(), [Effects(reply="", route="consent", steps=[step])], ctx.now)
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
    "visitor_consent": visitor_consent,
}

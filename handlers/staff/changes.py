"""How staff mend where a case belongs: its topic and its station, by name or by digit."""

from handlers import wording
from handlers.cases import case_rows
from handlers.cases.reach import find, find_again, numbered, take_step
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler, Group, Route
from handlers.staff.cases import ask_which, near_stations, offered_topics
from storage.cases.cases import STAFF
from storage.models import Case
from storage.people.people import OpenQuestion


def retopic(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    if line is None:
        return ctx.texts("staff_retopic_how")
    case = find(ctx, line.number)
    if not line.rest:
        return ask_which(ctx, case, "staff_retopic", offered_topics(ctx, case))
    return retopic_to(ctx, case, line.rest)


def retopic_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    if value == "nothing":
        return ctx.texts("staff_unchanged", number=case.number)
    return retopic_to(ctx, case, value)


def retopic_to(ctx: Context, case: Case, name: str) -> str:
    """Give a case another topic, named by its key, its label or words that lead to it."""
    topics = ctx.district.topics
    key = name.removeprefix("=") if name.startswith("=") else _topic_named(ctx, name)
    topic = topics.get(key)
    if topic is None or topic.category == "other":
        raise Refusal(ctx.texts("staff_topic_unknown", name=wording.clipped(name, 12)))
    take_step(ctx, case, "retopic", note=topic.label, topic=topic.key, category=topic.category)
    return ctx.texts("staff_retopiced", number=case.number, topic=wording.topic_name(topic.key, ctx))


def _topic_named(ctx: Context, name: str) -> str:
    if name in ctx.district.topics:
        return name
    labels = {topic.label: topic.key for topic in ctx.district.topics.values()}
    return labels.get(name) or case_rows.destination(name, ctx).found.topic


def move(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    line = numbered(rest)
    if line is None:
        return ctx.texts("staff_move_how")
    case = find(ctx, line.number)
    if not line.rest:
        return ask_which(ctx, case, "staff_move", near_stations(ctx, case))
    return move_to(ctx, case, line.rest)


def move_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = find_again(ctx, question.subject)
    if value == "nothing":
        return ctx.texts("staff_unchanged", number=case.number)
    return move_to(ctx, case, value)


def move_to(ctx: Context, case: Case, name: str) -> str:
    """Give a case to another station, or to the district desk; a sealed one stays where it is."""
    if case.sealed:
        raise Refusal(ctx.texts("staff_sealed_stays", number=case.number))
    district = ctx.district
    if name in {ctx.texts("district_desk"), district.settings.desk_name}:
        take_step(ctx, case, "moved", note=ctx.texts("district_desk"), station="", street="")
        return ctx.texts("staff_moved", number=case.number, station=ctx.texts("district_desk"))
    key = name.removeprefix("=")
    found = [district.stations[key]] if key in district.stations else []
    found = found or [each for each in district.stations.values() if each.name == name]
    found = found or [each for each in district.stations.values() if name.removesuffix("站") in each.name]
    if not found:
        raise Refusal(ctx.texts("staff_station_unknown", name=wording.clipped(name, 12)))
    if len(found) > 1:
        return ask_which(ctx, case, "staff_move", [(each.name, each.key) for each in found])
    take_step(ctx, case, "moved", note=found[0].name, station=found[0].key, street=found[0].street)
    return ctx.texts("staff_moved", number=case.number, station=found[0].name)


CHANGE_ROUTES = (
    Route(
        name="staff retopic",
        handler=retopic,
        starts=("改类别", "改类"),
        roles=STAFF,
        help="改类 编号 类别：换一个民生类别",
        example="改类 42 物业管理",
        group=Group.MEND,
    ),
    Route(
        name="staff move",
        handler=move,
        starts=("改站",),
        roles=STAFF,
        help="改站 编号 站名：交给别的站",
        example="改站 42 西苑",
        group=Group.MEND,
    ),
)

CHANGE_ANSWERS: dict[str, AnswerHandler] = {
    "staff_retopic": retopic_answer,
    "staff_move": move_answer,
}

"""What belongs to the case just filed rather than being a new one."""

import re

from handlers import wording
from handlers.cases.case_rows import Destination, because, near, part_row, placed, step_row, topic_columns
from handlers.context import World
from handlers.effects import NUMBER_SLOT, Effects, Row
from handlers.messages import IncomingMessage, Kind
from nlp.topics.classify import classify
from storage.messages.questions import option, question_row
from storage.models import State
from storage.people.people import LastCase, OpenQuestion, Sender

_LONGEST_PLACE = 40
_SHORTEST_TELEPHONE = 7
_BARE_NAME = 10
"""A line this short may be a name that no map knows."""
_NO_NAME = re.compile(
    r"^我[的要想]|满意|解决|又|帮我|履职|预约|请个?假|调研|编号|谁|几件|几个|哪|多少|恢复|明细|建议|感谢|请问|希望|为什么|为啥|怎么|什么|啥|你们|能不能|可以|是谁|谁是|[吗么呢了]$|不想|不要|不用|真人|说话|电话|哪个|咋|坏|没人|天天|半夜|晚上|白天|老是|一直|看不|听不|不亮|着急|快点|赶紧|太[^平湖白阳]|很|好多|[几多好][天年月次]"
)
_BESIDE_A_NAME = re.compile(r"联络站|代表|社区|小区|站|那边|这边|附近|我们?在?|我家|住在?|的|在|约|去|到")
NOT_KNOWN = re.compile(
    r"(?:我?也?(?:不知道|不清楚|说不清楚?|搞不清楚?|不记得|不晓得|晓不得|忘了)|没有|无)(?:(?:是|叫)?(?:啥|什么|哪条?)?(?:路|名字?|地方|小区)?|在哪里?|了)"
)
"""How people say that they cannot name the place."""
DESPAIR = "suicide"
_JOINED = {
    Kind.IMAGE: "joined_picture",
    Kind.VIDEO: "joined_picture",
    Kind.VOICE: "joined_voice",
    Kind.LOCATION: "joined_location",
}


def joins(sender: Sender, world: World, where: Destination | None) -> bool:
    """Tell whether a message belongs to the case just filed rather than being a new one.

    Pictures, voices and positions (no `where`) do. A sentence does unless it names another place, or is surely about
    something else: a second trouble must get its own number.
    """
    last = sender.last_case
    if last is None or last.joined_until is None or last.joined_until <= world.now:
        return False
    if last.state not in {State.REGISTERED, State.MERGED}:
        return False
    # What is kept apart takes no further words but its own: an ordinary trouble must not vanish in it.
    if where is None or last.sealed:
        return where is None
    elsewhere = any(place.key != last.place for place in where.places)
    if last.place and where.places and elsewhere:
        return False
    if last.topic == "other" and not last.urgency:
        return True
    return where.found.category == "other" or last.topic == where.found.topic


def join_message(
    message: IncomingMessage, sender: Sender, world: World, inbox_id: int, *, where: Destination | None
) -> Effects:
    """Put a further sentence, picture, voice or position into the case just filed."""
    last = sender.last_case
    if last is None:
        raise ValueError("there is no case to join")
    despairs = last.urgency == DESPAIR
    key = (
        wording.despair_key("joined_despair", last.text)
        if despairs
        else "joined_sealed"
        if last.sealed
        else _JOINED.get(message.kind, "joined")
    )
    effects = Effects(
        reply=world.texts(key, number=last.number or NUMBER_SLOT),
        route="join",
        about=last.id,
        parts=[part_row(last.id, message, world.now, inbox_id)],
        steps=[step_row(last.id, "added", last.state, world.now, actor=sender.person_id, public=True)],
    )
    changes = _completed(message, where, last, world)
    if changes:
        effects.case_changes.append((last.id, changes))
    if changes.get("topic") and last.urgency != DESPAIR:
        asks = not last.place and not sender.station
        effects.reply = world.texts(
            "joined_topic_where" if asks else "joined_topic",
            number=last.number or NUMBER_SLOT,
            topic=wording.topic_name(last.topic, world),
        )
        if asks:
            _ask_place(effects, sender, last, world)
    if key == "joined" and not changes and _awaits_place(sender, last):
        effects.reply = world.texts("joined_where", number=last.number or NUMBER_SLOT)
    if changes.get("station") and last.urgency != DESPAIR:
        place, station = changes["place_text"], wording.station_name(changes["station"], world)
        effects.reply = world.texts(
            "joined_completed" if changes.get("topic") else "joined_placed",
            topic=wording.topic_name(last.topic, world),
            number=last.number or NUMBER_SLOT,
            place=place,
            station=station,
        )
        effects.closed_questions = [question.id for question in sender.questions if question.kind == "place"]
        sender.questions = [question for question in sender.questions if question.kind != "place"]
    return effects


def _awaits_place(sender: Sender, last: LastCase) -> bool:
    """Tell whether the voter still owes the place of this case, and it may be asked."""
    return not last.sealed and any(
        each.kind == "place" and each.subject == str(last.id) for each in sender.questions[:1]
    )


def _ask_place(effects: Effects, sender: Sender, last: LastCase, world: World) -> None:
    """Ask where it is, now that it is known what it is; a question about that still open is only asked again."""
    if any(each.kind == "place" and each.subject == str(effects.about) for each in sender.questions):
        return
    effects.question = question_row(
        person_id=sender.person_id,
        kind="place",
        subject=str(effects.about),
        text=wording.which_place(last.topic, world),
        options=[option(0, "", "skip")],
        data={"free": True},
        now=world.now,
    )
    row = effects.question
    asked = OpenQuestion(
        row["id"], row["kind"], row["subject"], row["text"], row["options"], row["data"], row["delivered_at"]
    )
    sender.questions.insert(0, asked)


def joins_number(line: str, sender: Sender, world: World) -> bool:
    """Tell whether a line is a telephone number left with the case just filed."""
    return line.isdigit() and len(line) >= _SHORTEST_TELEPHONE and joins(sender, world, None)


def names_only_a_place(line: str, world: World) -> bool:
    """Tell whether a line is the name of a place that is known, or of the station there."""
    match = world.district.gazetteer.find(line)
    return bool(match.places) and not _BESIDE_A_NAME.sub("", line.replace(match.mention, ""))


def answers_place(line: str, world: World) -> bool:
    """Tell whether words typed under the question about a place are a place, and not the next thing to say."""
    if len(line) > _LONGEST_PLACE or classify(line, world.district.lexicon).category != "other":
        return False
    if NOT_KNOWN.match(line):
        return True
    match = world.district.gazetteer.find(line)
    return bool(match.places or match.unknown) or (len(line) <= _BARE_NAME and not _NO_NAME.search(line))


def _completed(message: IncomingMessage, where: Destination | None, last: LastCase, world: World) -> Row:
    """Fill in what the case still lacks: its topic, its place."""
    changes: Row = {}
    if where is not None and not last.sealed:
        if last.topic == "other" and where.found.category != "other":
            changes |= {
                "category": where.found.category,
                **topic_columns(where.found.topic, world),
                "because": because(where),
            }
            last.topic = where.found.topic
        if not last.place and len(where.places) == 1:
            changes |= placed(where.places[0], world)
    elif message.point is not None and not last.place and not last.sealed:
        changes |= near(message.point, world)
    last.place = changes.get("place", last.place)
    return changes

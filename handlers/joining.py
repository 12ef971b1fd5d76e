"""What belongs to the case just filed rather than being a new one."""

import re

from handlers import wording
from handlers.case_rows import Destination, near, part_row, placed, step_row
from handlers.context import World
from handlers.effects import NUMBER_SLOT, Effects, Row
from handlers.messages import IncomingMessage, Kind
from nlp.classify import classify
from storage.models import State
from storage.people import LastCase, Sender

_LONGEST_PLACE = 40
_BARE_NAME = 10
"""A line this short may be a name that no map knows."""
_NO_NAME = re.compile(r"建议|感谢|请问|希望|为什么|怎么|你们|能不能|可以")
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
    if last.state != State.REGISTERED:
        return False
    if where is None:
        return True
    elsewhere = any(place.key != last.place for place in where.places)
    if last.place and where.places and elsewhere:
        return False
    return where.found.category == "other" or last.topic in (where.found.topic, "other")


def join_message(
    message: IncomingMessage, sender: Sender, world: World, inbox_id: int, *, where: Destination | None
) -> Effects:
    """Put a further sentence, picture, voice or position into the case just filed."""
    last = sender.last_case
    if last is None:
        raise ValueError("there is no case to join")
    key = _JOINED.get(message.kind, "joined")
    effects = Effects(
        reply=world.texts("joined_sealed" if last.sealed else key, number=last.number or NUMBER_SLOT),
        route="join",
        about=last.id,
        parts=[part_row(last.id, message, world.now, inbox_id)],
        steps=[step_row(last.id, "added", last.state, world.now, actor=sender.person_id, public=True)],
    )
    changes = _completed(message, where, last, world)
    if changes:
        effects.case_changes.append((last.id, changes))
    if changes.get("station"):
        place, station = changes["place_text"], wording.station_name(changes["station"], world)
        effects.reply = world.texts(
            "joined_placed", number=last.number or NUMBER_SLOT, place=place, station=station
        )
        effects.closed_questions = [question.id for question in sender.questions if question.kind == "place"]
        sender.questions = [question for question in sender.questions if question.kind != "place"]
    return effects


def answers_place(line: str, world: World) -> bool:
    """Tell whether words typed under the question about a place are a place, and not the next thing to say."""
    if len(line) > _LONGEST_PLACE or classify(line, world.district.lexicon).category != "other":
        return False
    match = world.district.gazetteer.find(line)
    return bool(match.places or match.unknown) or (len(line) <= _BARE_NAME and not _NO_NAME.match(line))


def _completed(message: IncomingMessage, where: Destination | None, last: LastCase, world: World) -> Row:
    """Fill in what the case still lacks: its topic, its place."""
    changes: Row = {}
    if where is not None and not last.sealed:
        if last.topic == "other" and where.found.category != "other":
            changes |= {"category": where.found.category, "topic": where.found.topic}
            last.topic = where.found.topic
        if not last.place and len(where.places) == 1:
            changes |= placed(where.places[0], world)
    elif message.point is not None and not last.place and not last.sealed:
        changes |= near(message.point, world)
    last.place = changes.get("place", last.place)
    return changes

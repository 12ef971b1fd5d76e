"""Filing, decided without a database: what a voter's message becomes, and what the voter hears."""

from collections.abc import Sequence
from dataclasses import replace

from handlers import wording
from handlers.cases.case_rows import (
    PINNED,
    Destination,
    at_station,
    case_row,
    destination,
    near,
    part_row,
    step_row,
)
from handlers.context import World
from handlers.effects import NUMBER_SLOT, Effects, Row
from handlers.messages import IncomingMessage, Kind, Point
from handlers.voters.filing import several
from nlp.places.places import Place
from nlp.topics.lexicon import OTHER
from nlp.topics.troubles import Trouble, troubles
from storage.engine.database import new_id
from storage.messages.questions import INSISTING, menu, option, question_row
from storage.people.people import LastCase, OpenQuestion, Sender

TAKES_WORDS = frozenset({"place", "topic"})
"""Questions about a case that words answer too."""
FEWEST_TOPICS, MOST_TOPICS = 2, 3
MEDIA = frozenset({Kind.IMAGE, Kind.VOICE, Kind.VIDEO})


def file_message(
    message: IncomingMessage, sender: Sender, world: World, inbox_id: int, *, where: Destination
) -> Effects:
    """File a text, or a voice that came with its words."""
    told = troubles(message.text, world.district.lexicon)
    where = at_station(_at_pin(where, sender, world), sender.station, world)
    if told:
        where = replace(where, found=told[0].found)
    source = "voice" if message.kind is Kind.VOICE else "message"
    case = case_row(where, sender, world, text=message.text, source=source)
    reply, question = _filed_reply(where, case, sender, world, told)
    return filed(
        case,
        reply,
        "file",
        sender,
        world,
        parts=[part_row(case["id"], message, world.now, inbox_id)],
        question=question,
    )


def _at_pin(where: Destination, sender: Sender, world: World) -> Destination:
    """Give a message without a place to the station nearest the position sent just before it."""
    pinned = next((each.data for each in sender.questions[:1] if each.kind == "other_station"), None)
    if where.places or where.place_text or pinned is None:
        return where
    found = near(Point(**pinned), world)
    if not found:
        return where
    place = world.district.place(found["place"])
    return replace(
        where,
        places=(place,) if place else (),
        place_text=found["place_text"],
        station=found["station"],
        street=found["street"],
        reason=PINNED,
    )


def filed(
    case: Row,
    reply: str,
    route: str,
    sender: Sender,
    world: World,
    *,
    parts: list[Row],
    question: Row | None = None,
    pushes: list[Row] | None = None,
    tasks: list[Row] | None = None,
) -> Effects:
    """Put together what filing a case changes, and remember it for the sender's next message."""
    effects = Effects(
        reply=with_notice(reply, sender, world),
        route=route,
        case=case,
        steps=[step_row(case["id"], "filed", case["state"], world.now, actor=sender.person_id, public=True)],
        parts=parts,
        tasks=tasks or [],
        pushes=pushes or [],
        question=question,
        closed_questions=replaced_offers(sender),
        notified=None if sender.notified else sender.person_id,
    )
    sender.notified = True
    sender.last_case = LastCase(
        case["id"],
        "",
        case["topic"],
        case["place"],
        case["state"],
        case["sealed"],
        case["joined_until"],
        case["urgency"],
        case["text"],
    )
    sender.questions = [kept for kept in sender.questions if kept.kind in INSISTING]
    if question:
        sender.questions.insert(0, open_question(question))
    return effects


def replaced_offers(sender: Sender) -> list[int]:
    """Give the menus that a new menu takes the place of; questions that insist stay open."""
    return [question.id for question in sender.questions if question.kind not in INSISTING]


def open_question(row: Row) -> OpenQuestion:
    return OpenQuestion(
        row["id"], row["kind"], row["subject"], row["text"], row["options"], row["data"], row["delivered_at"]
    )


def with_notice(reply: str, sender: Sender, world: World) -> str:
    """Add the privacy notice to the first answer a person ever gets."""
    return reply if sender.notified else f"{reply}\n{world.texts('privacy_short')}"


def _filed_reply(
    where: Destination, case: Row, sender: Sender, world: World, told: Sequence[Trouble]
) -> tuple[str, Row]:
    """Say what was filed, and ask the one thing that matters most: the topic, the place, further troubles, or nothing."""
    texts = world.texts
    topic = wording.topic_name(case["topic"], world)
    station = wording.station_name(case["station"], world)
    day = wording.day(case["look_by"])
    others = several.others(told)
    if len(where.places) > 1:
        options = street_options(where.places, world)
        reply = texts(
            "filed_same_name",
            number=NUMBER_SLOT,
            topic=topic,
            count=len(where.places),
            place=where.places[0].name,
            menu=menu(options),
        )
        return reply, _case_question("place", case, sender, world, options=options, data=others)
    if options := topic_options(where, world):
        key = "filed_which_topic" if case["station"] else "filed_which_topic_no_place"
        reply = texts(key, number=NUMBER_SLOT, station=station, menu=menu(options))
        return reply, _case_question("topic", case, sender, world, options=options, data=others)
    if not case["station"]:
        key = "filed_unknown_place" if where.place_text else "filed_no_place"
        reply = texts(key, number=NUMBER_SLOT, topic=topic, place=wording.clipped(where.place_text, 12))
        options = [option(0, "", "skip")]
        return reply, _case_question("place", case, sender, world, options=options, data=others)
    if told:
        more, options = several.offer(others["others"], world)
        reply = texts(
            "filed_first", count=len(told), number=NUMBER_SLOT, topic=topic, station=station, more=more
        )
        asked = several.asked_of(more)
        return reply, _case_question("others", case, sender, world, options=options, data=others, text=asked)
    place = wording.clipped(where.place_text, 12)
    reply = texts("filed", number=NUMBER_SLOT, topic=topic, place=place, station=station, day=day)
    return reply, _case_question("correct", case, sender, world, options=[option(1, "", "wrong")])


def topic_options(where: Destination, world: World) -> list[dict[str, str]]:
    """Offer the likeliest topics where the words leave it open; nothing where they are clear or say nothing."""
    found, topics = where.found, world.district.topics
    if not found.ask or found.category == OTHER:
        return []
    keys = [key for key in dict.fromkeys((found.topic, *found.candidates)) if key in topics]
    if len(keys) < FEWEST_TOPICS:
        return []
    named = [
        option(digit, topics[key].label, f"topic:{key}") for digit, key in enumerate(keys[:MOST_TOPICS], 1)
    ]
    return [*named, option(0, world.texts("other_topic"), "nothing")]


def street_options(places: Sequence[Place], world: World) -> list[dict[str, str]]:
    """Offer places of one name by what tells them apart: the street, the community or the station they belong to."""
    labels = world.district.told_apart(places)
    named = [
        option(digit, label, place.key)
        for digit, (label, place) in enumerate(zip(labels, places, strict=True), start=1)
    ]
    return [*named, option(0, world.texts("none_of_these"), "skip")]


def _case_question(
    kind: str,
    case: Row,
    sender: Sender,
    world: World,
    *,
    options: list[dict[str, str]],
    data: Row | None = None,
    text: str = "",
) -> Row:
    return question_row(
        person_id=sender.person_id,
        kind=kind,
        subject=str(case["id"]),
        text=wording.which_place(case["topic"], world) if kind == "place" else text,
        options=options,
        data={**({"free": True} if kind in TAKES_WORDS else {}), **(data or {})},
        now=world.now,
    )


def file_media(message: IncomingMessage, sender: Sender, world: World, inbox_id: int) -> Effects:
    """File a picture, a video or a voice without words: a person will look or listen."""
    where = destination("", world, own_station=sender.station)
    voice = message.kind is Kind.VOICE
    case = case_row(where, sender, world, text="", source=str(message.kind))
    tasks = []
    if voice:
        due = world.district.calendar.add_workdays(world.now.date(), world.district.settings.transcribe_days)
        tasks = [
            {
                "id": new_id(),
                "kind": "transcribe",
                "case_id": case["id"],
                "made_at": world.now,
                "due": due,
                "done_at": None,
                "done_by": None,
            }
        ]
        reply = world.texts("filed_voice", number=NUMBER_SLOT, day=wording.day(due))
    else:
        reply = world.texts("filed_picture", number=NUMBER_SLOT)
    return filed(
        case,
        reply,
        "file media",
        sender,
        world,
        tasks=tasks,
        parts=[part_row(case["id"], message, world.now, inbox_id)],
    )

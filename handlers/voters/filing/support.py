"""Others have told the same (附议): the message has its number first, then one digit puts it to the open case."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from handlers import wording
from handlers.context import Context, Work, World
from handlers.effects import NUMBER_SLOT, Effects, Row
from handlers.route import AnswerHandler
from handlers.safety.grave import is_grave
from nlp.places.places import Place
from nlp.topics.lexicon import OTHER
from nlp.topics.similarity import Told, alike, told
from storage.cases import own_cases
from storage.casework import support
from storage.casework.support import OpenCase
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, State
from storage.people.people import OpenQuestion

NEAR = 300
"""Metres within which two named places may have one trouble."""
_WIDE = frozenset({"street", "town", "district"})
"""Kinds of places too wide for a trouble of one spot."""
_NOT_NEAR = _WIDE | {"estate"}


def offer(connection: Connection, effects: Sequence[Effects], world: World) -> None:
    """Offer to those whose case was just decided to join an open one about the same; one query for them all."""
    filed = [(each, case) for each in effects if (case := _comparable(each, world)) is not None]
    if not filed:
        return
    around = {case["place"]: _around(case["place"], world) for _, case in filed}
    known = support.open_at(connection, {key for keys in around.values() for key in keys}, world.now)
    matches = [
        (each, match)
        for each, case in filed
        if (match := _match(case, [other for other in known if other.place in around[case["place"]]], world))
    ]
    behind = support.count_people(connection, {match.id for _, match in matches})
    for each, match in matches:
        _propose(each, match, behind[match.id], world)


def _comparable(effects: Effects, world: World) -> Row | None:
    """Give the case of a message that was filed without any doubt left, at one spot of the district."""
    case, question = effects.case, effects.question
    if case is None or question is None or question["kind"] != "correct":
        return None
    place = world.district.place(case["place"])
    plain = place is not None and place.kind not in _WIDE and case["topic"] != OTHER
    ordinary = not case["sealed"] and not case["urgency"]
    return case if plain and ordinary and not is_grave(case["text"]) else None


def _around(key: str, world: World) -> frozenset[str]:
    """Give a place and those near it; an estate's troubles are not its neighbour's."""
    place = world.district.places[key]
    if place.point is None or place.kind == "estate":
        return frozenset({key})
    near = world.district.places_near(key, NEAR)
    return frozenset({key, *(each.key for each in near if each.kind not in _NOT_NEAR)})


def _match(case: Row, others: Iterable[OpenCase], world: World) -> OpenCase | None:
    """Give the newest open case about the same that somebody else told."""
    mine = _told(case["text"], case["topic"], case["category"], case["place"], world)
    told_by_others = (each for each in others if each.voter_id != case["voter_id"])
    return _newest_alike(mine, told_by_others, world)


def _newest_alike(mine: Told, others: Iterable[OpenCase], world: World) -> OpenCase | None:
    return next(
        (
            each
            for each in others
            if alike(mine, _told(each.text, each.topic, each.category, each.place, world))
            and not is_grave(each.text)
        ),
        None,
    )


def same_trouble(ctx: Work, case: Case) -> OpenCase | None:
    """Give the newest other open case about the same trouble, for staff who look at one."""
    place = ctx.district.place(case.place)
    if place is None or place.kind in _WIDE or case.topic == OTHER or case.sealed:
        return None
    around = _around(case.place, ctx)
    known = support.open_at(ctx.session.connection(), around, ctx.now)
    mine = _told(case.text, case.topic, case.category, case.place, ctx)
    others = (each for each in known if each.id != case.id and each.place in around)
    return _newest_alike(mine, others, ctx)


def _told(text: str, topic: str, category: str, key: str, world: World) -> Told:
    return told(text, topic, category, _names(world.district.place(key)))


def _names(place: Place | None) -> tuple[str, ...]:
    return (place.name, *place.aliases) if place else ()


def _propose(effects: Effects, match: OpenCase, count: int, world: World) -> None:
    """Put the offer in the place of the sentence that says what was filed; the number stays first."""
    if effects.case is None or effects.question is None:
        raise ValueError("nothing was filed")
    options = [
        option(1, world.texts("support_join"), "join"),
        option(2, world.texts("support_apart"), "apart"),
    ]
    place = world.district.places[match.place].name
    offered = world.texts(
        "support_offer",
        number=NUMBER_SLOT,
        what=f"{wording.clipped(place, 12)}{_label(match.topic, world)}",
        count=count,
        main=match.number,
        state=world.texts(f"state_{match.state}"),
        menu=menu(options),
    )
    notice = world.texts("privacy_short")
    effects.reply = f"{offered}\n{notice}" if effects.notified is not None else offered
    effects.question |= {"kind": "support", "options": options, "data": {"main": str(match.id)}}


def _label(topic: str, world: World) -> str:
    return world.district.topics[topic].label if topic in world.district.topics else ""


def take_offer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Put the own case to the open one, or leave it on its own."""
    own = own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))
    if own is None:
        return ctx.texts("nothing_open")
    found = ctx.session.get(Case, int(question.data["main"]))
    main = support.main_of(ctx.session, found) if found else None
    if value == "join" and main is not None and own.merged_into is None:
        actor = ctx.sender.person_id
        if not (main.sealed or main.private) and support.join(
            ctx.session, own, main, actor=actor, now=ctx.now
        ):
            return ctx.texts("support_joined", number=own.number, main=main.number)
    if own.state == State.REGISTERED:
        options = [option(1, "", "wrong")]
        questions.ask(
            ctx.session,
            person_id=ctx.sender.person_id,
            kind="correct",
            subject=question.subject,
            options=options,
            now=ctx.now,
        )
    return ctx.texts(
        "support_apart_noted" if value == "apart" else "support_too_late",
        number=own.number,
        station=wording.station_name(own.station, ctx),
        day=wording.day(own.look_by),
    )


SUPPORT_ANSWERS: dict[str, AnswerHandler] = {"support": take_offer}

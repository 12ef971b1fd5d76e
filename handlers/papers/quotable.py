"""What of a case may stand in a paper for others: whether it may, a sentence about it, and words that a person confirms."""

from collections.abc import Iterable

from handlers import wording
from handlers.context import World
from handlers.safety import gate, grave
from nlp.alarms.signals import detect
from nlp.sayings.intents import small_talk
from storage.cases import referrals
from storage.models import Case, Referral, State

_NO_TOPIC = frozenset({"", "other"})
_SAYS_LITTLE = 20
"""A text shorter than this that names no trouble, only its head, is a scrap of talk."""
SHORT, LONG = 30, 60
"""How much of a sentence stands in a card, and the most that one may have in a paper."""


def is_grave(text: str) -> bool:
    """Tell whether words are of a kind that no paper prints: danger, despair, an accusation, an election offence, abuse."""
    found = detect(text)
    return bool(found.grave or found.insider) or grave.is_grave(text)


def why_not(world: World, case: Case, told: Iterable[str] = ()) -> str:
    """Say why a case may stand in no paper; empty if it may. `told` is what was added to it later."""
    kind = gate.grave(case)
    vague = case.topic == case.category and len(case.text) < _SAYS_LITTLE
    scrap = kind is gate.Grave.SCRAP or case.topic in _NO_TOPIC or vague or bool(small_talk(case.text))
    grave_words = kind is not None or any(is_grave(text) for text in (case.text, *told))
    reasons = (
        ("merged", case.merged_into is not None or case.state == State.MERGED),
        ("withdrawn", case.state == State.WITHDRAWN),
        ("private", bool(case.private)),
        ("grave", grave_words and kind is not gate.Grave.SCRAP),
        ("scrap", scrap),
    )
    return next((world.texts(f"not_printed_{reason}") for reason, is_so in reasons if is_so), "")


def place_of(world: World, case: Case) -> str:
    """Name the place as the district's list does, else the voter's words for it behind the mask."""
    known = world.district.place(case.place)
    return known.name if known else wording.place_told(case.place_text, world)


def sentence_of(world: World, case: Case, lead: Referral | None, people: int) -> str:
    """Make a sentence of topic, place and what was done; no word of the voter's is in it."""
    many = world.texts("sentence_people", count=people) if people > 1 else ""
    return world.texts(
        "sentence_of_case",
        place=place_of(world, case),
        topic=wording.topic_alone(case.topic, world),
        people=many,
        done=_done(world, case, lead),
    )


def _done(world: World, case: Case, lead: Referral | None) -> str:
    say = world.texts
    if case.state == State.CLOSED:
        key = f"sentence_closed_{case.verdict}" if case.verdict else "sentence_closed"
        return say(key if key in say else "sentence_closed")
    if lead is not None and lead.state in referrals.WAITING:
        late = lead.due < world.now.date()
        department = wording.department_name(lead.department, world)
        return say(
            "sentence_late" if late else "sentence_referred",
            department=department,
            day=wording.short_day(lead.due),
        )
    if lead is not None and lead.answer:
        return say("sentence_answered", department=wording.department_name(lead.department, world))
    if case.state == State.REGISTERED:
        return say("sentence_registered")
    if case.state in {State.ANSWERED, State.AWAITING_VOTER}:
        return say("sentence_asked")
    return say("sentence_in_work", station=wording.station_name(case.station, world))


def quotation_of(case: Case, told: Iterable[str] = ()) -> str:
    """Give the voter's words as they might be quoted, if a person says so; empty where they may not be."""
    if case.private or small_talk(case.text) or not gate.stands(case, gate.Audience.PAPER):
        return ""
    grave_words = any(is_grave(text) for text in (case.text, *told))
    return "" if grave_words else wording.clipped(gate.clean(case.text), LONG)

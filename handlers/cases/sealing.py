"""Sealing a case, or words apart from it: whom it is kept from, what ends with it, and who is told (密件)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from handlers import wording
from handlers.cases import case_rows
from handlers.context import World
from handlers.district.insiders import Accusation
from handlers.effects import NUMBER_SLOT, Effects, Row
from handlers.pushes.ceiling import causes_too_much
from handlers.pushes.owing import push_row
from handlers.pushes.send_times import When
from storage.engine.bulk import insert_rows
from storage.engine.database import new_id
from storage.messages.outbox import enqueue_many
from storage.models import Case, CasePart, CaseStep, State
from storage.people import accused
from storage.people.people import LastCase, Sender

NOWHERE: dict[str, Any] = {
    "category": "governance",
    "topic": "other",
    "industry": "",
    "station": "",
    "street": "",
    "place": "",
    "place_text": "",
    "because": {},
}
"""Where a sealed case stands: with the desk, and nothing about it says what it is."""
_OWN_WORDS = frozenset({"message", "voice", "image", "video"})
_UNTOUCHED = frozenset({State.REGISTERED, State.ASSIGNED})
_NAMES_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A case that was sealed just now, or one to which more was said."""

    case_id: int
    who: frozenset[str]
    number: str | Row
    """The number, or the row that gets one when it is written."""
    told: bool
    """The desk is told of it."""
    effects: Effects | None = None
    """A case of its own for words that were taken out of another one."""
    seen: tuple[str, ...] = ()
    """Who had met its words before."""


def whom(connection: Connection, accusations: Sequence[Accusation]) -> frozenset[str]:
    """Give whom the case is kept from, and whether a person must look if it is an accusation at all."""
    keys = {key for each in accusations for key in each.who}
    doubtful = bool(accusations) and not any(each.clear for each in accusations)
    return frozenset(accused.resolved(connection, keys)) | ({accused.UNCLEAR} if doubtful else frozenset())


def is_accused(connection: Connection, person_id: int, who: Iterable[str], world: World) -> bool:
    return not accused.innocent(connection, [person_id], who, world.now)


def case_of(connection: Connection, case_id: int) -> Any:  # noqa: ANN401 -- a row with the columns of a case
    """Give a case as it stands, locked; one of the same batch is not there yet, and the batch is done one by one."""
    return connection.execute(select(Case.__table__).where(Case.id == case_id).with_for_update()).one()


def may_go_whole(connection: Connection, case: Any) -> bool:  # noqa: ANN401 -- a row
    """Tell whether a case is one voter's own, and nobody outside was shown it."""
    joined = connection.scalar(select(Case.id).where(Case.merged_into == case.id).limit(1))
    return (
        case.voter_id is not None
        and case.source in _OWN_WORDS
        and case.state in _UNTOUCHED
        and not case.urgency
        and case.merged_into is None
        and joined is None
        and not accused.departments_of(connection, case.id)
    )


def whole(connection: Connection, case: Any, accusation: Accusation, world: World) -> Sealed:  # noqa: ANN401 -- a row
    """Seal a case with all that was said before, and end what still carries its words."""
    seen = tuple(accused.was_shown(connection, case.id))
    connection.execute(
        update(Case).where(Case.id == case.id).values(sealed=True, updated_at=world.now, **NOWHERE)
    )
    insert_rows(connection, CaseStep, [_step(case.id, "sealed", case.state, world)])
    accused.end_what_is_open(connection, case.id, case.voter_id, world.now)
    who = whom(connection, [accusation])
    return Sealed(case_id=case.id, who=who, number=case.number, told=True, seen=seen)


def apart(connection: Connection, case: Any, words: str, accusation: Accusation, world: World) -> Sealed:  # noqa: ANN401 -- a row
    """Make a sealed case of words that were meant for another one; that one goes on without them."""
    row = _row(case, words, world)
    actor = case.voter_id if case.source in _OWN_WORDS else None
    effects = Effects(
        reply=world.texts("sealed_beside", number=NUMBER_SLOT),
        route="seal",
        case=row,
        steps=[case_rows.step_row(row["id"], "filed", row["state"], world.now, actor=actor, public=True)],
    )
    return Sealed(
        case_id=row["id"], who=whom(connection, [accusation]), number=row, told=True, effects=effects
    )


def _row(case: Any, words: str, world: World) -> Row:  # noqa: ANN401 -- a row
    return {
        "id": new_id(),
        "number": "",
        "voter_id": case.voter_id,
        "account_id": case.account_id,
        **NOWHERE,
        "state": str(State.REGISTERED),
        "urgency": "",
        "sealed": True,
        "private": "",
        "source": case.source if case.source in _OWN_WORDS else "message",
        "text": words[: case_rows.TEXT_LIMIT],
        "filed_at": world.now,
        "look_by": case_rows.look_by(world, "other"),
        "joined_until": None,
        "updated_at": world.now,
    }


def _step(case_id: int, action: str, state: str, world: World) -> Row:
    return case_rows.step_row(case_id, action, state, world.now, actor=None)


def said_of_new(case: Row, world: World) -> str:
    return world.texts("filed_sealed", number=NUMBER_SLOT, day=wording.day(case["look_by"]))


def forget_question(sender: Sender, case: Row) -> None:
    """Let the sender's next line know that this case is sealed, and that nothing is asked about it."""
    sender.questions = [each for each in sender.questions if each.subject != str(case["id"])]
    last = sender.last_case
    if isinstance(last, LastCase) and last.id == case["id"]:
        last.sealed, last.topic, last.place = True, case["topic"], case["place"]


def tell(connection: Connection, sealed: Sequence[Sealed], world: World) -> None:
    """Owe the alert to the desk besides the accused; where nobody is left there, the number alone to the operator."""
    for each in sealed:
        number = each.number if isinstance(each.number, str) else each.number["number"]
        voter = connection.scalar(select(Case.voter_id).where(Case.id == each.case_id))
        readers = accused.readers(connection, each.who, world.now)
        told = readers or accused.operators(connection, each.who, world.now)
        stem = f"alert/{each.case_id}"
        text = world.texts("alert_sealed" if readers else "alert_sealed_nobody", number=number)
        if readers and each.seen:
            names = "、".join(each.seen[:_NAMES_TOLD])
            text = world.texts("alert_sealed_seen", number=number, names=names)
        elif causes_too_much(connection, world, voter):
            stem = f"alert sealed/{voter}/{world.now:%Y%m%d%H%M}"
            text = world.texts("alert_sealed_more" if readers else "alert_sealed_more_nobody")
        rows = [
            push_row(
                world,
                person,
                when=When.AT_ONCE,
                dedupe_key=f"{stem}/{person}",
                kind="alert",
                text=text,
                case_id=each.case_id,
                caused_by=voter,
            )
            for person in told
        ]
        enqueue_many(connection, rows)


def heard(
    connection: Connection, voice: CasePart, words: str, accusation: Accusation, world: World
) -> Sealed:
    """Seal what was heard in a voice: the whole case where nobody outside has met it, else the voice in a case of its own."""
    case = case_of(connection, voice.case_id)
    if may_go_whole(connection, case):
        return whole(connection, case, accusation, world)
    found = apart(connection, case, words, accusation, world)
    accused.move_part(connection, voice.id, found.case_id, world.now)
    return found

"""What handling a message changes: decided first, written together, numbered last."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update

from nlp.alarms.private import CONTACT, private_reason
from storage.cases.numbers import take_numbers
from storage.engine.bulk import insert_rows
from storage.engine.database import Instant
from storage.engine.prepared import Prepared, among
from storage.messages import alarms
from storage.messages.outbox import enqueue_many
from storage.models import Case, CasePart, CaseStep, Person, Question, Task

NUMBER_SLOT = "\ue000"
"""Stands for the case number in a sentence until the counter is taken, which the lock order puts last.
A private-use character: `fold` and the strict reader let none of them in."""

Row = dict[str, Any]


@dataclass(slots=True)
class Effects:
    """The rows to write for one message, and what is said."""

    reply: str
    route: str
    case: Row | None = None
    about: int | None = None
    """The case a slot in the reply stands for, if it is not the one filed here."""
    steps: list[Row] = field(default_factory=list)
    parts: list[Row] = field(default_factory=list)
    tasks: list[Row] = field(default_factory=list)
    pushes: list[Row] = field(default_factory=list)
    alarms: list[Row] = field(default_factory=list)
    """Raised here; whoever writes them down has the first level told (`handlers.alarms.climbing`)."""
    question: Row | None = None
    closed_questions: list[int] = field(default_factory=list)
    case_changes: list[tuple[int, Row]] = field(default_factory=list)
    notified: int | None = None
    """The person who was given the privacy notice."""
    station_of: tuple[int, str] | None = None
    """A person and the station they are now tied to."""


_CLOSE = Prepared(
    update(Question).where(among(Question.id, "ids")).values(closed_at=bindparam("now", type_=Instant))
)
_NOTIFIED = Prepared(
    update(Person).where(among(Person.id, "ids")).values(notified_at=bindparam("now", type_=Instant))
)


def write_rows(connection: Connection, effects: Sequence[Effects], now: datetime) -> list[str]:
    """Write what a batch decided, one statement a table, and give the replies with their numbers.

    Only the door (`handlers.cases.entering`) calls this: words enter a case nowhere else.
    """
    filed = [effect.case for effect in effects if effect.case is not None]
    numbers: dict[int, str] = {}
    for case, number in zip(filed, take_numbers(connection, now.date(), len(filed)), strict=True):
        case["number"] = numbers[case["id"]] = number
    insert_rows(connection, Case, filed)
    insert_rows(connection, CaseStep, [row for effect in effects for row in effect.steps])
    insert_rows(connection, CasePart, [row for effect in effects for row in effect.parts])
    insert_rows(connection, Task, [row for effect in effects for row in effect.tasks])
    alarms.add(connection, [row for effect in effects for row in effect.alarms])
    _note_private(connection, effects)
    _close_questions(connection, effects, now)
    insert_rows(connection, Question, [effect.question for effect in effects if effect.question])
    for effect in effects:
        for case_id, changes in effect.case_changes:
            connection.execute(update(Case).where(Case.id == case_id).values(updated_at=now, **changes))
    _note_persons(connection, effects, now)
    pushes = [
        {**push, "text": _filled(push["text"], effect, numbers)}
        for effect in effects
        for push in effect.pushes
    ]
    enqueue_many(connection, pushes)
    return [_filled(effect.reply, effect, numbers) for effect in effects]


def _note_private(connection: Connection, effects: Sequence[Effects]) -> None:
    """Mark the cases to which words were added that are nobody else's business."""
    for effect in effects:
        new = effect.case["id"] if effect.case else None
        for part in effect.parts:
            if part["case_id"] != new and part["text"] and (reason := private_reason(part["text"])):
                weaker = ("",) if reason == CONTACT else ("", CONTACT)
                mine = update(Case).where(Case.id == part["case_id"], Case.private.in_(weaker))
                connection.execute(mine.values(private=reason))


def _filled(text: str, effect: Effects, numbers: dict[int, str]) -> str:
    case_id = effect.case["id"] if effect.case else effect.about
    return text.replace(NUMBER_SLOT, numbers[case_id]) if case_id in numbers else text


def _close_questions(connection: Connection, effects: Sequence[Effects], now: datetime) -> None:
    closed = [question_id for effect in effects for question_id in effect.closed_questions]
    if closed:
        _CLOSE.run(connection, ids=closed, now=now)


def _note_persons(connection: Connection, effects: Sequence[Effects], now: datetime) -> None:
    notified = [effect.notified for effect in effects if effect.notified is not None]
    if notified:
        _NOTIFIED.run(connection, ids=notified, now=now)
    for effect in effects:
        if effect.station_of is not None:
            person_id, station = effect.station_of
            connection.execute(update(Person).where(Person.id == person_id).values(station=station))

"""The one way to owe a push: whoever owes it says when it may go out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, Protocol, TypedDict, Unpack

from sqlalchemy.orm import Session

from handlers.district.district import District
from handlers.pushes.send_times import When, planned
from storage import outbox


class Hour(Protocol):
    """What must be known to place a push in time: a world, or a plan of many pushes."""

    @property
    def now(self) -> datetime: ...
    @property
    def district(self) -> District: ...


class Push(TypedDict):
    """A push apart from its recipient and its time; the fields are those of `outbox_row`."""

    dedupe_key: str
    kind: str
    text: str
    case_id: NotRequired[int | None]
    question_id: NotRequired[int | None]
    template: NotRequired[str]
    fields: NotRequired[Mapping[str, str] | None]
    order_key: NotRequired[str]
    expires_at: NotRequired[datetime | None]
    attached: NotRequired[Mapping[str, Any] | None]


def push_row(hour: Hour, person_id: int, *, when: When | datetime, **push: Unpack[Push]) -> dict[str, Any]:
    """Make the row of a push that is written later, with many others.

    An instant instead of a `When` is one that was planned out of the quiet hours already.
    """
    at = planned(when, hour.now, hour.district.settings, whose=person_id)
    return outbox.outbox_row(person_id=person_id, now=hour.now, not_before=at, **push)


def owe(session: Session, hour: Hour, person_id: int, *, when: When | datetime, **push: Unpack[Push]) -> bool:
    """Owe a push; False if the same one was owed already."""
    row = push_row(hour, person_id, when=when, **push)
    return bool(outbox.enqueue_many(session.connection(), [row]))

"""The one way to owe a push: whoever owes it says when it may go out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, Protocol, TypedDict, Unpack

from sqlalchemy.orm import Session

from handlers.context import Context
from handlers.district.district import District
from handlers.pushes.ceiling import causes_too_much
from handlers.pushes.send_times import When, planned
from storage.messages import outbox
from storage.messages.outbox import ALERT


class Hour(Protocol):
    """What must be known to place a push in time: a world, or a plan of many pushes."""

    @property
    def now(self) -> datetime: ...
    @property
    def district(self) -> District: ...
    def duty_behind(self, person_id: int, /) -> int | None: ...


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
    caused_by: NotRequired[int | None]


def push_row(hour: Hour, person_id: int, *, when: When | datetime, **push: Unpack[Push]) -> dict[str, Any]:
    """Make the row of a push that is written later, with many others.

    An instant instead of a `When` is one that was planned out of the quiet hours already.
    """
    at = planned(when, hour.now, hour.district.settings, whose=person_id)
    push.setdefault("caused_by", _voter_behind(hour, person_id))
    # An alert that nobody hears climbs by itself.
    owed_by = None if push["kind"] == ALERT else hour.duty_behind(person_id)
    return outbox.outbox_row(person_id=person_id, now=hour.now, not_before=at, owed_by=owed_by, **push)


def owe(session: Session, hour: Hour, person_id: int, *, when: When | datetime, **push: Unpack[Push]) -> bool:
    """Owe a push; False if the same one was owed already, or its voter has caused too many: then one stands for the rest."""
    row = push_row(hour, person_id, when=when, **push)
    voter = row["caused_by"]
    if (
        isinstance(hour, Context)
        and voter is not None
        and row["kind"] != ALERT
        and causes_too_much(session.connection(), hour, voter)
    ):
        _owe_one_for_all(session, hour, person_id, when=when, voter=voter)
        return False
    return bool(outbox.enqueue_many(session.connection(), [row]))


def _voter_behind(hour: Hour, person_id: int) -> int | None:
    """Give the voter whose message causes a push to somebody else."""
    if not isinstance(hour, Context) or hour.sender.grants or hour.sender.person_id == person_id:
        return None
    return hour.sender.person_id


def _owe_one_for_all(
    session: Session, ctx: Context, person_id: int, *, when: When | datetime, voter: int
) -> None:
    """Tell somebody once an hour that a voter has done more than is told piece by piece; 今日 holds all of it."""
    row = push_row(
        ctx,
        person_id,
        when=when,
        dedupe_key=f"caused/{voter}/{person_id}/{ctx.now:%Y%m%d%H}",
        kind="notice",
        text=ctx.texts("caused_much"),
        caused_by=None,
    )
    outbox.enqueue_many(session.connection(), [row])

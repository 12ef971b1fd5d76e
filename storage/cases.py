"""Cases as staff and deputies work with them: found inside a scope, changed by steps of one table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from storage.database import new_id
from storage.models import OPEN_STATES, Case, CaseStep, State, Task
from storage.numbers import month_prefix
from storage.scopes import Grant, Scope, visible

STAFF = frozenset({"station", "street", "district"})
TRANSCRIBE = "transcribe"

_FULL = re.compile(r"(\d{4})-(\d{1,6})")
_JOINED = re.compile(r"(\d{4})(\d{4})")
_ENDING = re.compile(r"\d{1,6}")


@dataclass(frozen=True, slots=True)
class Transition:
    """One thing that can be done with a case: from which states, to which (None stays), by which roles."""

    action: str
    states: frozenset[str]
    to: State | None
    roles: frozenset[str] = STAFF
    public: bool = True
    """Whether the voter sees the step."""


_OPEN = frozenset(map(str, OPEN_STATES))

TRANSITIONS = {
    each.action: each
    for each in (
        Transition("replied", _OPEN, State.ANSWERED),
        Transition("closed", _OPEN, State.CLOSED),
        Transition("retopic", _OPEN, None),
        Transition("moved", _OPEN, None),
        Transition("transcribed", _OPEN, None),
        Transition("phone_seen", frozenset(map(str, State)), None, public=False),
    )
}


class StepRefusedError(Exception):
    """The case is not in a state, or the person not in a role, for this step."""


def step(
    session: Session,
    case: Case,
    action: str,
    *,
    actor: int,
    grants: Sequence[Grant],
    now: datetime,
    note: str = "",
    **changes: Any,  # noqa: ANN401 -- columns of Case
) -> int:
    """Change a case by one step of the table and write the step down; give the step's id."""
    transition = TRANSITIONS[action]
    state = session.scalar(select(Case.state).where(Case.id == case.id).with_for_update())
    if state not in transition.states or not any(grant.role in transition.roles for grant in grants):
        raise StepRefusedError(action)
    after = transition.to or State(state)
    changes |= {"state": after, "updated_at": now}
    if after is State.ANSWERED:
        changes["answered_at"] = now
    if after is State.CLOSED:
        changes |= {"closed_at": now, "joined_until": None}
    session.execute(update(Case).where(Case.id == case.id).values(**changes))
    row = CaseStep(
        id=new_id(),
        case_id=case.id,
        at=now,
        actor_id=actor,
        action=action,
        state=after,
        note=note,
        public=transition.public,
    )
    session.add(row)
    session.flush()
    session.refresh(case)
    return row.id


# -- finding --------------------------------------------------------------------------------------------


def find_case(session: Session, scope: Scope, number_text: str, now: datetime) -> Case | None:
    """Find a case in the scope by its number or the end of it (`42`): this month's, else the latest."""
    text = number_text.strip()
    inside = select(Case).where(visible(scope))
    if full := _FULL.fullmatch(text) or _JOINED.fullmatch(text):
        return session.scalars(inside.where(Case.number == f"{full[1]}-{int(full[2]):04d}")).one_or_none()
    if not _ENDING.fullmatch(text):
        return None
    ending = f"-{int(text):04d}"
    this_month = session.scalars(
        inside.where(Case.number == f"{month_prefix(now.date())}{ending}")
    ).one_or_none()
    earlier = inside.where(Case.number.endswith(ending)).order_by(Case.number.desc()).limit(1)
    return this_month or session.scalars(earlier).one_or_none()


def case_in(session: Session, scope: Scope, case_id: int) -> Case | None:
    """Give a case by id, if it is inside the scope now."""
    return session.scalars(select(Case).where(Case.id == case_id, visible(scope))).one_or_none()


def open_where() -> ColumnElement[bool]:
    return Case.state.in_(OPEN_STATES)


def new_where() -> ColumnElement[bool]:
    """Not looked at yet."""
    return Case.state == State.REGISTERED


def overdue_where(today: date) -> ColumnElement[bool]:
    """Nobody has looked, and the day by which someone would look is past."""
    return (Case.state == State.REGISTERED) & (Case.look_by < today)


def urgent_where() -> ColumnElement[bool]:
    return open_where() & (Case.urgency != "")


def unheard_where() -> ColumnElement[bool]:
    """A voice that nobody has written down yet."""
    waiting = select(Task.case_id).where(Task.kind == TRANSCRIBE, Task.done_at.is_(None))
    return open_where() & Case.id.in_(waiting)


def _in_order(where: ColumnElement[bool], scope: Scope) -> Select[Case]:
    return select(Case).where(visible(scope), where).order_by((Case.urgency == ""), Case.look_by, Case.number)


def list_cases(
    session: Session, scope: Scope, where: ColumnElement[bool], *, limit: int = 5, offset: int = 0
) -> list[Case]:
    """Give cases of the scope: urgent ones first, then those whose day comes first."""
    return list(session.scalars(_in_order(where, scope).limit(limit).offset(offset)))


def count_cases(session: Session, scope: Scope, where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Case).where(visible(scope), where)) or 0


def list_open(session: Session, scope: Scope, *, limit: int = 5, offset: int = 0) -> list[Case]:
    return list_cases(session, scope, open_where(), limit=limit, offset=offset)


def list_new(session: Session, scope: Scope, *, limit: int = 5, offset: int = 0) -> list[Case]:
    return list_cases(session, scope, new_where(), limit=limit, offset=offset)


def overdue(session: Session, scope: Scope, today: date, *, limit: int = 5, offset: int = 0) -> list[Case]:
    return list_cases(session, scope, overdue_where(today), limit=limit, offset=offset)


# -- voices ---------------------------------------------------------------------------------------------


def open_task(session: Session, case_id: int) -> Task | None:
    """Give the task to write down the voice of a case, locked."""
    return session.scalars(
        select(Task)
        .where(Task.case_id == case_id, Task.kind == TRANSCRIBE, Task.done_at.is_(None))
        .order_by(Task.id)
        .limit(1)
        .with_for_update()
    ).one_or_none()


def finish_tasks(session: Session, case_id: int, *, by: int, now: datetime) -> None:
    session.execute(
        update(Task)
        .where(Task.case_id == case_id, Task.kind == TRANSCRIBE, Task.done_at.is_(None))
        .values(done_at=now, done_by=by)
    )

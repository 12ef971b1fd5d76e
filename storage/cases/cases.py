"""Cases as staff and deputies work with them: found inside a scope, changed by steps of one table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from storage.cases.numbers import month_prefix, months_numbered
from storage.engine.database import new_id
from storage.engine.literals import among, equals
from storage.models import OPEN_STATES, Case, CasePart, CaseStep, Referral, State, Task
from storage.people.scopes import Grant, Scope, visible

STAFF = frozenset({"station", "street", "district"})
OFFICES = frozenset({"street", "district"})
"""Who hands cases to departments, and reviews what they answer."""
DISTRICT = frozenset({"district"})
"""Who decides whether a head or a leader is told."""
DEPARTMENT = frozenset({"department"})
TRANSCRIBE = "transcribe"

_FORGOTTEN_AFTER = timedelta(days=7)
_FULL = re.compile(r"\d{4}-\d{4,6}")
_UNHEARD = and_(equals(CasePart.kind, "voice"), equals(CasePart.text, ""))
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

_NOT_TAKEN = _OPEN - {str(State.ASSIGNED)}
_WITH_STATION = frozenset({str(State.REGISTERED), str(State.ASSIGNED)})
_WITH_DEPARTMENT = frozenset({str(State.REFERRED), str(State.ACCEPTED)})
_REVIEWED = frozenset({str(State.ANSWERED)})
_ASKED = frozenset({str(State.AWAITING_VOTER)})

TRANSITIONS = (
    Transition("assigned", frozenset({str(State.REGISTERED)}), State.ASSIGNED),
    Transition("replied", _WITH_STATION | _REVIEWED, State.ANSWERED),
    Transition("replied", _WITH_DEPARTMENT | _ASKED, None),
    Transition("concluded", _OPEN - _ASKED, State.AWAITING_VOTER),
    Transition("closed", _OPEN, State.CLOSED),
    Transition("retopic", _OPEN, None),
    Transition("moved", frozenset({str(State.ASSIGNED)}), State.REGISTERED),
    Transition("moved", _NOT_TAKEN, None),
    Transition("placed", _WITH_STATION | _REVIEWED, None),
    Transition("transcribed", _OPEN, None),
    Transition("referred", _WITH_STATION | _WITH_DEPARTMENT | _REVIEWED, State.REFERRED, roles=OFFICES),
    Transition("redated", _WITH_DEPARTMENT, None, roles=OFFICES, public=False),
    Transition("accepted", frozenset({str(State.REFERRED)}), State.ACCEPTED, roles=DEPARTMENT),
    Transition("refused", _WITH_DEPARTMENT, None, roles=DEPARTMENT, public=False),
    Transition("refusal denied", _WITH_DEPARTMENT, None, roles=OFFICES, public=False),
    Transition("answered", _WITH_DEPARTMENT, State.ANSWERED, roles=DEPARTMENT | OFFICES, public=False),
    Transition("sent back", _REVIEWED, State.ACCEPTED, roles=OFFICES, public=False),
    Transition("answer edited", _REVIEWED, None, roles=OFFICES, public=False),
    Transition("approved", _REVIEWED, State.AWAITING_VOTER, roles=OFFICES),
    Transition("part answered", _WITH_DEPARTMENT, None, roles=DEPARTMENT | OFFICES, public=False),
    Transition("part refused", _WITH_DEPARTMENT, None, roles=DEPARTMENT, public=False),
    Transition("assisting added", _WITH_DEPARTMENT, None, roles=OFFICES, public=False),
    Transition("assisting taken off", _WITH_DEPARTMENT, None, roles=OFFICES, public=False),
    Transition("paused", _WITH_STATION | _WITH_DEPARTMENT | _REVIEWED, None),
    Transition("elsewhere", _WITH_STATION | _REVIEWED, State.ELSEWHERE),
    Transition("supervised", _OPEN, None, roles=OFFICES, public=False),
    Transition("unsupervised", _OPEN, None, roles=OFFICES, public=False),
    Transition("leader's note", _OPEN, None, roles=OFFICES, public=False),
    Transition("extension asked", _WITH_DEPARTMENT, None, roles=DEPARTMENT, public=False),
    Transition("extended", _WITH_DEPARTMENT, None, roles=OFFICES),
    Transition("extension refused", _WITH_DEPARTMENT, None, roles=OFFICES, public=False),
    Transition("help asked", _WITH_DEPARTMENT, None, roles=DEPARTMENT, public=False),
    Transition("head told", _WITH_DEPARTMENT, None, roles=DISTRICT, public=False),
    Transition("leader told", _WITH_DEPARTMENT, None, roles=DISTRICT, public=False),
    Transition("merged", _WITH_STATION | _REVIEWED, State.MERGED),
    Transition("split", frozenset({str(State.MERGED)}), State.REGISTERED),
    Transition("excused", frozenset(map(str, State)), None, roles=OFFICES, public=False),
    Transition("made private", frozenset(map(str, State)), None, public=False),
    Transition("made public", frozenset(map(str, State)), None, public=False),
    Transition("verified", _OPEN, None, public=False),
    Transition("phone_seen", frozenset(map(str, State)), None, public=False),
)
"""All that staff can do with a case; what is not here is refused. A case that moves must be taken over anew.

`concluded` is how staff end a case: its voter is asked whether it is solved. `closed` is for where nobody may be asked.
"""


NOT_UNDER_REVIEW = frozenset({"referred", "paused", "elsewhere", "merged", "placed"})
"""What a mere progress note does not stop, but a department's answer that nobody has reviewed yet does."""


def allowed(action: str, state: str) -> Transition | None:
    """Give the row of the table for an action in a state."""
    return next((each for each in TRANSITIONS if each.action == action and state in each.states), None)


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
    state = session.scalars(select(Case.state).where(Case.id == case.id).with_for_update()).one()
    transition = allowed(action, state)
    if transition is None or not any(grant.role in transition.roles for grant in grants):
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
    if _FULL.fullmatch(text):
        return session.scalars(inside.where(Case.number == text)).one_or_none()
    if not _ENDING.fullmatch(text):
        return None
    ending = f"-{int(text):04d}"
    this_month = session.scalars(
        inside.where(Case.number == f"{month_prefix(now.date())}{ending}")
    ).one_or_none()
    every = [f"{prefix}{ending}" for prefix in months_numbered(session.connection())]
    earlier = inside.where(Case.number.in_(every)).order_by(Case.number.desc()).limit(1)
    return this_month or session.scalars(earlier).one_or_none()


def case_in(session: Session, scope: Scope, case_id: int) -> Case | None:
    """Give a case by id, if it is inside the scope now."""
    return session.scalars(select(Case).where(Case.id == case_id, visible(scope))).one_or_none()


def cases_in(session: Session, scope: Scope, case_ids: Sequence[int]) -> list[Case]:
    """Give cases by id, in this order, as far as they are inside the scope now."""
    rows = session.scalars(select(Case).where(Case.id.in_(case_ids), visible(scope)))
    found = {case.id: case for case in rows}
    return [found[case_id] for case_id in case_ids if case_id in found]


def open_where() -> ColumnElement[bool]:
    return among(Case.state, OPEN_STATES)


def new_where() -> ColumnElement[bool]:
    """Nobody has taken it over yet."""
    return open_where() & (Case.state == State.REGISTERED)


def overdue_where(today: date) -> ColumnElement[bool]:
    """Nobody has answered, and the day by which the voter was to hear from someone is past."""
    waiting = Case.state.in_([State.REGISTERED, State.ASSIGNED])
    return open_where() & waiting & (Case.look_by < today) & Case.paused_at.is_(None)


def added_where() -> ColumnElement[bool]:
    """Taken over already, and the last thing that happened is that the voter added something."""
    later = aliased(CaseStep)
    after = select(later.id).where(later.case_id == CaseStep.case_id, later.id > CaseStep.id)
    last = select(CaseStep.id).where(
        CaseStep.case_id == Case.id, equals(CaseStep.action, "added"), ~after.exists()
    )
    return open_where() & (Case.state != State.REGISTERED) & last.exists()


def returned_where() -> ColumnElement[bool]:
    """Its voter said that what the station did has not solved it."""
    return open_where() & (Case.state == State.ASSIGNED) & (Case.failures > 0)


def unfinished_where(today: date) -> ColumnElement[bool]:
    """The station has sent word, but a week after the day that it named nobody has said that it is done."""
    long_ago = Case.look_by < today - _FORGOTTEN_AFTER
    referred = select(Referral.case_id).where(Referral.case_id == Case.id)
    return open_where() & (Case.state == State.ANSWERED) & long_ago & ~referred.exists()


def urgent_where() -> ColumnElement[bool]:
    return open_where() & (Case.urgency != "")


def supervised_where() -> ColumnElement[bool]:
    """It stands on the supervision list."""
    return open_where() & Case.supervised_at.is_not(None)


def supervised_due_where(until: date) -> ColumnElement[bool]:
    """It is supervised, and its day is past or not later than this one."""
    return open_where() & (Case.state != State.AWAITING_VOTER) & (Case.supervised_until <= until)


def promised_where(today: date, until: date) -> ColumnElement[bool]:
    """Nobody has written to the voter yet, and the day by which somebody will is near."""
    waiting = Case.state.in_([State.REGISTERED, State.ASSIGNED])
    return open_where() & waiting & Case.look_by.between(today, until) & Case.paused_at.is_(None)


def _with_department() -> ColumnElement[bool]:
    return open_where() & Case.state.in_([State.REFERRED, State.ACCEPTED]) & Case.paused_at.is_(None)


def referral_due_where(today: date) -> ColumnElement[bool]:
    """A department answers by today, and has not yet."""
    return _with_department() & (Case.answer_by == today)


def referral_soon_where(today: date, until: date) -> ColumnElement[bool]:
    """A department answers within the next days, today among them, and has not yet."""
    return _with_department() & Case.answer_by.between(today, until)


def referral_late_where(today: date) -> ColumnElement[bool]:
    return _with_department() & (Case.answer_by < today)


def unheard_where() -> ColumnElement[bool]:
    """A voice that nobody has written down yet."""
    return open_where() & Case.id.in_(select(CasePart.case_id).where(_UNHEARD))


def _in_order(where: ColumnElement[bool], scope: Scope) -> Select[Case]:
    return select(Case).where(visible(scope), where).order_by((Case.urgency == ""), Case.look_by, Case.number)


def list_cases(
    session: Session, scope: Scope, where: ColumnElement[bool], *, limit: int = 5, offset: int = 0
) -> list[Case]:
    """Give cases of the scope: urgent ones first, then those whose day comes first."""
    return list(session.scalars(_in_order(where, scope).limit(limit).offset(offset)))


def newest_cases(
    session: Session, scope: Scope, where: ColumnElement[bool], *, limit: int = 5, offset: int = 0
) -> list[Case]:
    """Give cases of the scope, those filed last first."""
    rows = select(Case).where(visible(scope), where).order_by(Case.filed_at.desc(), Case.id.desc())
    return list(session.scalars(rows.limit(limit).offset(offset)))


def count_cases(session: Session, scope: Scope, where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Case).where(visible(scope), where)) or 0


def list_open(session: Session, scope: Scope, *, limit: int = 5, offset: int = 0) -> list[Case]:
    return list_cases(session, scope, open_where(), limit=limit, offset=offset)


def list_new(session: Session, scope: Scope, *, limit: int = 5, offset: int = 0) -> list[Case]:
    return list_cases(session, scope, new_where(), limit=limit, offset=offset)


def overdue(session: Session, scope: Scope, today: date, *, limit: int = 5, offset: int = 0) -> list[Case]:
    return list_cases(session, scope, overdue_where(today), limit=limit, offset=offset)


# -- voices ---------------------------------------------------------------------------------------------


def first_unheard(session: Session, case_id: int) -> CasePart | None:
    """Give the oldest voice of a case that nobody has written down, locked."""
    return session.scalars(
        select(CasePart)
        .where(CasePart.case_id == case_id, _UNHEARD)
        .order_by(CasePart.id)
        .limit(1)
        .with_for_update()
    ).one_or_none()


def write_down(session: Session, voice: CasePart, words: str, *, by: int, now: datetime) -> None:
    """Keep the words of a voice with it; the case's task is done with its last voice."""
    voice.text = words
    session.flush()
    if first_unheard(session, voice.case_id) is None:
        session.execute(
            update(Task)
            .where(Task.case_id == voice.case_id, Task.kind == TRANSCRIBE, Task.done_at.is_(None))
            .values(done_at=now, done_by=by)
        )


# -- what came later --------------------------------------------------------------------------------------


def later_parts(session: Session, case: Case, *, private: bool = True) -> list[CasePart]:
    """Give what belongs to a case beside the text it was filed with: sentences, pictures, voices, what supporters wrote.

    Without `private`, nothing of supporters whose own case is nobody else's business even without their names and numbers.
    """
    joined = select(Case.id).where(Case.merged_into == case.id)
    if not private:
        joined = joined.where(Case.private.in_(("", "contact")))
    here = or_(CasePart.case_id == case.id, CasePart.case_id.in_(joined))
    said = select(CasePart).where(here, CasePart.recheck_id.is_(None))
    parts = list(session.scalars(said.order_by(CasePart.id)))
    first = next((part for part in parts if part.case_id == case.id), None)
    if first and first.at == case.filed_at and first.text:
        parts.remove(first)
    return parts

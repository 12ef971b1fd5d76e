"""Which cases a question means: a frozen description, kept with an open question, and its condition in SQL."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, String, and_, cast, literal, or_, select
from sqlalchemy.orm import aliased

from storage.cases.referrals import ANSWERABLE, undecided, waits
from storage.engine.literals import among, equals
from storage.engine.local_time import local_day
from storage.models import OPEN_STATES, Case, Recheck, Referral, State

FILED, DUE, CLOSED = "filed", "due", "closed"
OPINION = "opinion"
"""Source of what was voiced at meetings: no voter's message, and counted in a paper of its own."""
IMPORTED = "imported"
"""Source of cases from before the bot: they are counted apart, and no rate is made of them."""


NOBODY = "-"
"""In the place of a key: cases that have no street, no station, no department."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Cases by time, kind, place and department; sealed ones are never among them."""

    today: date
    minutes: int
    """How many minutes local time is ahead of UTC."""
    basis: str = FILED
    """`filed`: filed in the span. `closed`: closed in it, whenever filed.

    `due`: the first department that answers for it had to answer within the span.
    """
    since: datetime | None = None
    until: datetime | None = None
    categories: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    street: str = ""
    station: str = ""
    places: tuple[str, ...] = ()
    """Keys of places; with a station beside them, either will do."""
    department: str = ""
    role: str = ""
    only_category: str = ""
    """One group out of those above, as are `only_station` and, where no street was named, `street`."""
    only_station: str = ""
    first_department: str = ""
    """Only what this department answered for first."""
    marks: tuple[str, ...] = ()
    """What else must be true of it: keys of MARKS, or of OUTCOMES."""
    imported: bool = False
    """The cases from before the bot, instead of all the others."""
    opinions: bool = False
    """What was voiced at meetings, instead of what voters told."""

    def as_text(self) -> str:
        return json.dumps(asdict(self), default=lambda value: value.isoformat(), ensure_ascii=False)


def from_text(text: str) -> Selection:
    """Read what `as_text` wrote."""
    said = json.loads(text)
    instants = {name: datetime.fromisoformat(said[name]) for name in ("since", "until") if said[name]}
    lists = {name: tuple(said[name]) for name in ("categories", "topics", "places", "marks")}
    return Selection(**{**said, **instants, **lists, "today": date.fromisoformat(said["today"])})


def in_days(now: datetime, since: date | None = None, until: date | None = None) -> Selection:
    """Select the cases filed from one day up to, not including, another; `now` is in the district's time zone."""
    return Selection(
        today=now.date(),
        minutes=int((now.utcoffset() or timedelta()).total_seconds() // 60),
        since=datetime.combine(since, time(), now.tzinfo) if since else None,
        until=datetime.combine(until, time(), now.tzinfo) if until else None,
    )


def where(wanted: Selection) -> ColumnElement[bool]:
    """Give the condition under which a case is meant."""
    kept: list[ColumnElement[bool]] = [about(wanted)]
    if wanted.basis == DUE:
        kept.append(_came_due(wanted))
    else:
        at = Case.closed_at if wanted.basis == CLOSED else Case.filed_at
        kept += [at >= wanted.since] if wanted.since else []
        kept += [at < wanted.until] if wanted.until else []
        kept += [Case.state == State.CLOSED] if wanted.basis == CLOSED else []
        kept += [_with_department(wanted)] if wanted.department else []
    return and_(*kept)


def about(wanted: Selection) -> ColumnElement[bool]:
    """Give what must be true of a case whenever it was: all but the span, and the department that is asked about."""
    kept: list[ColumnElement[bool]] = [
        Case.sealed.is_(False),
        _of_source(wanted),
    ]
    if wanted.categories or wanted.topics:
        kept.append(or_(Case.category.in_(wanted.categories), Case.topic.in_(wanted.topics)))
    for column, value in (
        (Case.street, wanted.street),
        (Case.category, wanted.only_category),
        (Case.station, wanted.only_station),
    ):
        kept += [column == ("" if value == NOBODY else value)] if value else []
    if wanted.first_department:
        first = first_department()
        kept.append(
            first.is_(None) if wanted.first_department == NOBODY else first == wanted.first_department
        )
    if wanted.station or wanted.places:
        near = [Case.station == wanted.station] if wanted.station else []
        kept.append(or_(*near, Case.place.in_(wanted.places)))
    kept += [_CONDITIONS[mark](wanted) for mark in wanted.marks]
    return and_(*kept)


def _of_source(wanted: Selection) -> ColumnElement[bool]:
    if wanted.imported or wanted.opinions:
        return equals(Case.source, IMPORTED if wanted.imported else OPINION)
    return Case.source.not_in((IMPORTED, OPINION))


def _handed_over(_wanted: Selection) -> ColumnElement[bool]:
    """Some department has, or had, to answer for it."""
    return Case.id.in_(select(Referral.case_id).where(among(Referral.state, ANSWERABLE)))


def _with_department(wanted: Selection) -> ColumnElement[bool]:
    held = select(Referral.case_id).where(
        Referral.department == wanted.department, or_(among(Referral.state, ANSWERABLE), undecided())
    )
    return Case.id.in_(_in_role(held, wanted))


def _in_role(held: Select[int], wanted: Selection) -> Select[int]:
    return held.where(Referral.lead.is_(wanted.role == "lead")) if wanted.role else held


def _in_hand(wanted: Selection) -> ColumnElement[bool]:
    """A department must still answer: as its own list shows it, with what it gave back until somebody decides."""
    held = select(Referral.case_id).where(waits())
    if wanted.department:
        held = held.where(Referral.department == wanted.department)
    return Case.state.in_([State.REFERRED, State.ACCEPTED]) & Case.id.in_(_in_role(held, wanted))


def _came_due(wanted: Selection) -> ColumnElement[bool]:
    """Its first department's day lay in the span and is past; later rounds do not move a case to another span."""
    first = aliased(Referral)
    if RECHECKED & set(wanted.marks):
        # Few were looked at: each is asked, instead of reading all that came due.
        return select(first.id).where(first.case_id == Case.id, first_round(wanted, first)).exists()
    return Case.id.in_(select(first.case_id).where(first_round(wanted, first)))


def first_round(wanted: Selection, referral: type[Referral]) -> ColumnElement[bool]:
    """Give the condition of the round in which a department answered for a case first, due in the span and past."""
    earlier = aliased(Referral)
    before = select(earlier.id).where(
        earlier.case_id == referral.case_id,
        earlier.lead.is_(True),
        earlier.state.in_(ANSWERABLE),
        earlier.round < referral.round,
    )
    kept = [
        referral.lead.is_(True),
        referral.state.in_(ANSWERABLE),
        referral.due < wanted.today,
        or_(referral.round == 1, ~before.exists()),
    ]
    kept += [referral.due >= wanted.since.date()] if wanted.since else []
    kept += [referral.due < wanted.until.date()] if wanted.until else []
    kept += [referral.department == wanted.department] if wanted.department else []
    return and_(*kept)


def first_department() -> ColumnElement[str]:
    """Give the department that answered for a case first."""
    return (
        select(Referral.department)
        .where(
            Referral.case_id == Case.id,
            Referral.lead.is_(True),
            or_(Referral.state.in_(ANSWERABLE), undecided()),
        )
        .order_by(Referral.round)
        .limit(1)
        .scalar_subquery()
    )


# -- what may be true of a case ---------------------------------------------------------------------------


def _open(_wanted: Selection) -> ColumnElement[bool]:
    return among(Case.state, OPEN_STATES)


def _overdue(wanted: Selection) -> ColumnElement[bool]:
    """Nobody has looked, or the department has not answered, by the day that was given for it."""
    unseen = Case.state.in_([State.REGISTERED, State.ASSIGNED]) & (Case.look_by < wanted.today)
    unanswered = Case.state.in_([State.REFERRED, State.ACCEPTED]) & (Case.answer_by < wanted.today)
    if wanted.department:
        return _in_hand(wanted) & unanswered
    return _open(wanted) & or_(unseen, unanswered)


def answered_in_time(referral: type[Referral], wanted: Selection) -> ColumnElement[bool]:
    """Give the condition of a round that was answered by its day."""
    day = local_day(referral.answered_at, literal(wanted.minutes))
    return and_(referral.state == "answered", day <= cast(referral.due, String))


def on_time(wanted: Selection) -> ColumnElement[bool]:
    """Every round whose day is past was answered by that day."""
    in_time = answered_in_time(Referral, wanted)
    late = select(Referral.id).where(
        Referral.case_id == Case.id,
        Referral.lead.is_(True),
        Referral.state.in_(ANSWERABLE),
        Referral.due < wanted.today,
        Referral.excused_at.is_(None),
        ~in_time | Referral.answered_at.is_(None),
    )
    return ~late.exists()


def _excused(_wanted: Selection) -> ColumnElement[bool]:
    """It was found, when figures were checked, that it had been answered in time."""
    return Case.id.in_(select(Referral.case_id).where(Referral.excused_at.is_not(None)))


def answered(result: str = "") -> ColumnElement[bool]:
    """The department that has it last has answered, with this class of result if one is given."""
    later = aliased(Referral)
    after = select(later.id).where(
        later.case_id == Referral.case_id,
        later.lead.is_(True),
        later.state.in_(ANSWERABLE),
        later.round > Referral.round,
    )
    last = select(Referral.id).where(
        Referral.case_id == Case.id, Referral.lead.is_(True), Referral.state == "answered", ~after.exists()
    )
    return (last.where(Referral.result == result) if result else last).exists()


def rechecked(*findings: str) -> ColumnElement[bool]:
    """Give the condition that somebody looked at it on the spot (回头看) and found this."""
    return Case.id.in_(select(Recheck.case_id).where(Recheck.finding.in_(findings)))


_Condition = Callable[[Selection], ColumnElement[bool]]
_GRADES, _CONTENT = ("good", "fair", "bad"), ("good", "fair")

MARKS: Mapping[str, _Condition] = {
    "open": _open,
    "closed": lambda _: Case.state == State.CLOSED,
    "overdue": _overdue,
    "supervised": lambda _: Case.supervised_at.is_not(None),
    "failed-twice": lambda _: Case.failures > 1,
    "unsolved": lambda _: Case.verdict == "unsolved",
    "partly": lambda _: Case.verdict == "partly",
    "solved": lambda _: Case.verdict == "solved",
    "awaiting": lambda _: Case.state == State.AWAITING_VOTER,
    "with-department": lambda _: Case.state.in_([State.REFERRED, State.ACCEPTED]),
    "withdrawn": lambda _: Case.state == State.WITHDRAWN,
    "reopened": lambda _: Case.failures > 0,
    "urgent": lambda _: Case.urgency != "",
    "new": lambda _: Case.state == State.REGISTERED,
    "in-hand": _in_hand,
    "discontent": lambda _: Case.grade == "bad",
}
"""What staff may ask of cases."""

OUTCOMES: Mapping[str, _Condition] = {
    "kept": lambda _: Case.state != State.WITHDRAWN,
    "on-time": on_time,
    "late": lambda wanted: ~on_time(wanted),
    "excused": _excused,
    "answered": lambda _: answered(),
    "reported": lambda _: answered("A"),
    "has-answer": lambda _: Case.answered_at.is_not(None),
    "asked": lambda _: Case.asked_at.is_not(None),
    "said": lambda _: Case.asked_at.is_not(None) & Case.verdict.is_not(None),
    "confirmed": lambda _: Case.asked_at.is_not(None) & (Case.verdict == "solved"),
    "handed-over": _handed_over,
    "graded": lambda _: Case.grade.in_(_GRADES),
    "content": lambda _: Case.grade.in_(_CONTENT),
    "rechecked": lambda _: rechecked("held", "failed"),
    "recheck-held": lambda _: rechecked("held") & ~rechecked("failed"),
    "recheck-failed": lambda _: rechecked("failed"),
}
"""What became of a case that came due."""

RECHECKED = frozenset({"rechecked", "recheck-held", "recheck-failed"})

_CONDITIONS: Mapping[str, _Condition] = {**MARKS, **OUTCOMES}


def condition(mark: str, wanted: Selection) -> ColumnElement[bool]:
    """Give the condition of one mark or outcome."""
    return _CONDITIONS[mark](wanted)

"""Plan the reminders of duty days: what is due goes to the outbox once, however often this runs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.calendar.occasions import reminder_instants
from handlers.district.district import District
from handlers.duties.book import Held, keep_occasions, over_since
from handlers.duties.booked import tell_booked
from handlers.duties.forms import forms
from handlers.duties.news import tell_changed, tell_moved, tell_provisional
from handlers.duties.plan import Plan, ask, missed_key, moved_key, owe_push, reminder_key, said_by
from handlers.pushes.send_times import in_daytime
from handlers.texts import Texts
from storage.activity import duties
from storage.activity.duties import RosterPerson, Said
from storage.messages.health import last_tick

T = TypeVar("T")
Counts = Mapping[str, int]

PLAN_AHEAD = timedelta(minutes=20)
"""Longer than the interval of the tick, so that a reminder waits in the outbox for its minute."""
TICK = "plan"
"""The timed job that plans; since it last ended, reminders may have been missed."""
AT_ONCE = 2_000
"""Reminders planned in one transaction: others get their turn between, and memory stays flat."""
_LONGEST_STOP = timedelta(days=62)
"""Occasions are written down no earlier; so far back is looked where no job has ever ended."""
_OVERLAP = timedelta(minutes=10)
"""A job ends later than the instant that it planned for."""


class Transact(Protocol):
    """Does a piece of work in a transaction of its own."""

    def __call__(self, work: Callable[[Session], T], /) -> T: ...


def plan_reminders(
    session: Session, now: datetime, district: District, texts: Texts, *, ahead: timedelta = PLAN_AHEAD
) -> Counts:
    """Plan everything in the one transaction of this session."""

    def at_once(work: Callable[[Session], T], /) -> T:
        return work(session)

    return plan_in_pieces(at_once, now, district, texts, ahead=ahead)


def plan_in_pieces(
    transact: Transact, now: datetime, district: District, texts: Texts, *, ahead: timedelta = PLAN_AHEAD
) -> Counts:
    """Recompute the whole window: keep the occasions, tell what moved, owe every reminder that is due.

    Nothing is remembered between runs but the rows themselves, so a rule imported late still reminds (one
    message for all the leads that have passed), a clock that jumps forward and back doubles nothing, and what
    a process that died left undone is done by the next one. What no process was there to plan is listed as missed.
    """
    plan, counts, due = transact(partial(_begin, now=now, district=district, texts=texts, ahead=ahead))
    counts |= {"reminders": 0, "missed": 0}
    for piece in _pieces(due):
        for name, count in transact(partial(_remind, plan, piece)).items():
            counts[name] += count
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """The latest reminder of an occasion whose instant has come, for all whom it concerns or some of them."""

    item: Held
    people: tuple[RosterPerson, ...]
    lead: int
    at: datetime
    missed: bool = False
    """The occasion is over: it is only listed."""


def _begin(
    session: Session, *, now: datetime, district: District, texts: Texts, ahead: timedelta
) -> tuple[Plan, dict[str, int], list[_Due]]:
    """Bring the occasions up to date and tell what is new of them; give what is to be reminded of."""
    zone = ZoneInfo(district.settings.timezone)
    plan = Plan(session, now, district, zone, texts, duties.roster(session, "deputy"))
    kept = keep_occasions(session, now, district, texts, plan.people)
    counts = {
        "occasions": kept.new,
        "moved": tell_moved(plan, kept.moved) + tell_changed(plan, kept.changed),
        "booked told": tell_booked(plan, kept.moved, kept.changed),
        "notices": tell_provisional(plan, kept.held),
    }
    ended = last_tick(session.connection(), TICK)
    since = max(ended - _OVERLAP if ended else now - _LONGEST_STOP, now - _LONGEST_STOP)
    ahead_of_us = [item for item in kept.held if item.over > in_daytime(now, district.settings)]
    over = over_since(session, since, now, district, plan.people)
    due = [
        *_latest_due(plan, ahead_of_us, lambda _: now + ahead, missed=False),
        *_latest_due(plan, over, lambda item: item.over, missed=True),
    ]
    return plan, counts, due


def _latest_due(
    plan: Plan, items: Iterable[Held], until: Callable[[Held], datetime], *, missed: bool
) -> Iterator[_Due]:
    """Give the last reminder of each occasion whose instant has come; an earlier one is merged into it."""
    for item in items:
        instants = reminder_instants(item.event.rule, item.event.occasion, plan.zone)
        come = [each for each in instants if each[1] <= until(item)]
        if come:
            lead, at = max(come, key=lambda each: each[1])
            yield _Due(item=item, people=item.people, lead=lead, at=at, missed=missed)


def _pieces(due: Iterable[_Due]) -> Iterator[list[tuple[_Due, RosterPerson]]]:
    each_person = ((each, person) for each in due for person in each.people)
    while piece := list(islice(each_person, AT_ONCE)):
        yield piece


# -- one piece ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """One reminder that should stand in the outbox."""

    due: _Due
    person: RosterPerson
    answer: Said
    key: str
    or_keys: tuple[str, ...]
    """Where one of these stands there, it is not wanted."""


def _remind(plan: Plan, piece: list[tuple[_Due, RosterPerson]], session: Session) -> dict[str, int]:
    """Owe each person of the piece their reminder, unless another process has, or the occasion is another by now."""
    plan.session = session
    connection = session.connection()
    rows = {due.item.row.id: due.item.row for due, _ in piece}
    standing = duties.lock_occasions(connection, rows)
    said = duties.said_of(session, rows)
    wanted = [
        _wanted(due, person, said_by(said, due.item, person))
        for due, person in piece
        if standing.get(due.item.row.id) == (due.item.row.held_on, due.item.row.planned_at)
        and not (due.lead and said_by(said, due.item, person).about(due.item.row.held_on))
    ]
    present = duties.pushes_by_key(connection, [key for each in wanted for key in (each.key, *each.or_keys)])
    wanted = [each for each in wanted if present.keys().isdisjoint((each.key, *each.or_keys))]
    if not wanted:
        return {}
    asked = duties.open_questions_of(connection, {each.due.item.row.id for each in wanted})
    for each in wanted:
        _owe(plan, each, asked)
    duties.take_off_missed(
        connection, [missed_key(w.due.item.row, w.person.id) for w in wanted if not w.due.missed]
    )
    missed = sum(each.due.missed for each in wanted)
    return {"missed": missed, "reminders": plan.write() - missed}


def _wanted(due: _Due, person: RosterPerson, said: Said) -> _Wanted:
    row = due.item.row
    reminder = reminder_key(row, person.id, due.lead)
    told_since = (moved_key(row, person.id),) if row.planned_at >= due.at else ()
    if due.missed:
        key, or_keys = missed_key(row, person.id), (reminder, *told_since)
    else:
        key, or_keys = reminder, told_since
    return _Wanted(due=due, person=person, answer=said, key=key, or_keys=or_keys)


def _owe(plan: Plan, wanted: _Wanted, asked: Mapping[tuple[int, int], int]) -> None:
    due, person, item = wanted.due, wanted.person, wanted.due.item
    answer = wanted.answer.about(item.row.held_on)
    send_at = due.at if due.missed else plan.send_at(due.at, person.id)
    form = forms(
        item.event,
        open_cases=plan.open_cases(item.row.station),
        deputy_name=person.name,
        texts=plan.texts,
        lead=due.lead,
        sent_at=send_at,
        answer=answer,
        booked=0 if due.lead else plan.booked(item.row.id),
    )
    question_id = None
    if item.row.held_on is not None and not answer and not due.missed:
        question_id = asked.get((item.row.id, person.id)) or ask(plan, item, person)
    owe_push(
        plan,
        item,
        person,
        form,
        key=wanted.key,
        when=send_at,
        question_id=question_id,
        missed=due.missed,
    )

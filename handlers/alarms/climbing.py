"""An alarm climbs: each level is told in turn, all of them again every hour, until somebody says that they have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from handlers import wording
from handlers.alarms.above_sealed import tell_above_of_sealed
from handlers.alarms.hearing import DISTRICT, OPERATOR, TEMPLATE, hearing, levels, next_level, where_of
from handlers.alarms.waking import who_is_back
from handlers.cases.case_rows import SAID_BEFORE
from handlers.context import NO_SWITCHES, Switches, Work, World
from handlers.district.district import District
from handlers.effects import Row
from handlers.pushes.ceiling import causes_too_much
from handlers.pushes.owing import owe, push_row
from handlers.pushes.send_times import When
from handlers.texts import Texts
from storage.engine.bulk import insert_rows
from storage.messages import alarms
from storage.messages.alarms import Ringing
from storage.messages.outbox import ALERT, enqueue_many
from storage.messages.questions import menu, option, question_row
from storage.models import Case, Question

log = structlog.get_logger()

KIND = "alarm"
A_MINUTE = timedelta(minutes=1)
_IN_A_ROW = timedelta(minutes=10)
_ALONE = 2
"""So many alarms in a row are told each by itself."""
_NUMBERS_SHOWN = 12
_AT_ONCE = 100
"""So many alarms go on in one turn: whoever writes meanwhile waits for it, and the next turn is seconds away."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Who is told of one alarm now, and when it goes on."""

    people: tuple[int, ...]
    level: int
    next_at: datetime


def climb_alarms(
    session: Session, now: datetime, district: District, texts: Texts, switches: Switches = NO_SWITCHES
) -> dict[str, int]:
    """Tell the next level of every alarm whose time has come; each person gets one push, however many there are."""
    local = now.astimezone(ZoneInfo(district.settings.timezone))
    work = Work(now=local, district=district, texts=texts, switches=switches, session=session)
    opened = alarms.in_hand(session)
    found = alarms.due(session, opened, now)[:_AT_ONCE]
    told = ring(work, found) + _reach_again(work, opened)
    learned = [each for each in alarms.placed_since(session) if not _waits_for_bundle(work, each)]
    return {
        "alarms": len(found),
        "told": told,
        "places": _tell_places(work, learned),
        "sealed": tell_above_of_sealed(work),
    }


def ring_new(work: Work, rows: Sequence[Row], *, besides: int | None = None) -> None:
    """Tell the first level of alarms that were raised just now; `besides`: whoever raised them in office."""
    if rows:
        ring(work, alarms.ringing(work.session, [row["id"] for row in rows]), besides=besides)


def ring(work: Work, found: Sequence[Ringing], *, besides: int | None = None, news: bool = False) -> int:
    """Tell whoever comes next of each alarm; give how many pushes that took. `news`: more was said about it."""
    waiting = alarms.on_its_way(work.session, [each.alarm.id for each in found])
    told: dict[int, list[Ringing]] = {}
    for each in _not_waiting(work, found):
        step = _step(work, each, besides)
        alarm = each.alarm
        if (news or not alarm.rounds) and (free_at := _all_told_just_now(work, step.people)):
            alarm.next_at = free_at
            continue
        for person in step.people:
            if (alarm.id, person) not in waiting:
                told.setdefault(person, []).append(each)
        alarm.next_at = step.next_at
        if step.people:
            _owe_to_the_deaf(work, each, besides, below=step.level)
            _note_step(work, each, step)
        elif not each.early:
            log.error("nobody can be told of an alarm", case_id=each.case.id, kind=alarm.kind)
            _owe_to_the_deaf(work, each, besides, below=OPERATOR)
    for person, theirs in told.items():
        _owe(work, person, theirs, key="alert_urgent_more" if news else "")
    return len(told)


def _reach_again(work: Work, opened: Sequence[Ringing]) -> int:
    """Tell those who have written since an alarm found no way to them; a level that was passed over has its turn."""
    wait = timedelta(minutes=work.district.settings.alarm_minutes)
    told: dict[int, list[Ringing]] = {}
    on_time: list[Ringing] = []
    for each in who_is_back(work, opened):
        alarm = each.ringing.alarm
        if each.above:
            alarm.next_at = min(alarm.next_at, alarm.raised_at + wait * (alarm.rung + 1))
            on_time += [each.ringing] if alarm.next_at <= work.now else []
        alarm.rounds += bool(each.people)
        for person in each.people:
            told.setdefault(person, []).append(each.ringing)
    for person, theirs in told.items():
        _owe(work, person, theirs, key="")
    return len(told) + ring(work, on_time)


def _tell_places(work: Work, found: Sequence[Ringing]) -> int:
    """Tell where it is, once that is known, to those who had an alarm without it, and to the people of that place."""
    told: dict[int, list[Ringing]] = {}
    for each in found:
        alarm, case = each.alarm, each.case
        alarm.told_place, alarm.place = case.place_text, case.place
        first = DISTRICT if alarm.bundled else 0
        heard = hearing(work, where_of(case), first=first, account_id=alarm.account_id)
        before = alarms.people_told(work.session, alarm.id)
        near = next((people for people in heard[:DISTRICT] if people), ())
        everyone = dict.fromkeys(person for people in heard for person in people)
        for person in everyone:
            if (person in before and _sees(work, each, person)) or person in near:
                told.setdefault(person, []).append(each)
        alarm.rounds += 1
        alarm.told_at = work.now
    for person, theirs in told.items():
        _owe(work, person, theirs, key="alert_urgent_place")
    return len(told)


def _note_step(work: Work, each: Ringing, step: _Step) -> None:
    alarm = each.alarm
    alarm.rung, alarm.told_at = max(alarm.rung, step.level), work.now
    alarm.rounds += 1
    alarm.told_place = each.case.place_text
    if alarm.bundled:
        alarms.go_on_together(work.session, alarm)


def _owe_to_the_deaf(work: Work, each: Ringing, besides: int | None, *, below: int) -> None:
    """Let those who were passed over because nothing reaches them stand on the list of whom to call (没送到的), once."""
    if each.alarm.rounds or each.alarm.bundled or work.now != each.alarm.raised_at:
        return
    case = each.case
    where = where_of(case)
    had = alarms.told_enough(work.session, each.alarm.account_id)
    for person in {person for people in levels(work, where)[:below] for person in people} - had - {besides}:
        owe(
            work.session,
            work,
            person,
            when=When.AT_ONCE,
            dedupe_key=f"alert/{case.id}/{person}",
            kind=ALERT,
            text=_said(work, [each], sees=True),
            case_id=case.id,
            caused_by=None,
        )


def _not_waiting(work: Work, found: Sequence[Ringing]) -> list[Ringing]:
    """Give what goes on now; those of whoever has caused too many pushes go on together, once a minute."""
    for each in found:
        if causes_too_much(work.session.connection(), work, each.case.voter_id):
            each.alarm.bundled = True
    return [each for each in found if not _waits_for_bundle(work, each)]


def _waits_for_bundle(work: Work, each: Ringing) -> bool:
    """Tell whether the district was told of this sender's bundle within this minute."""
    alarm = each.alarm
    if not alarm.bundled or alarm.account_id is None:
        return False
    return alarms.bundle_told_since(work.session, alarm.account_id, work.now - A_MINUTE)


def _all_told_just_now(work: Work, people: Sequence[int]) -> datetime | None:
    """Give when the first of them may hear of further alarms, where all have had some of their own within minutes.

    A window of WeChat takes five messages: what comes in a row is told together, once a minute, so that none is lost.
    """
    free: list[datetime] = []
    for person in people:
        last = alarms.told_at(work.session, person, work.now - _IN_A_ROW)
        if len(last) < _ALONE or last[0] <= work.now - A_MINUTE:
            return None
        free.append(last[0] + A_MINUTE)
    return min(free, default=None)


def _step(work: Work, each: Ringing, besides: int | None) -> _Step:
    """Decide who is told of an alarm now: the next level that hears, else again all that were told."""
    alarm, case, settings = each.alarm, each.case, work.district.settings
    wait, again = (
        timedelta(minutes=settings.alarm_minutes),
        timedelta(minutes=settings.alarm_again_minutes),
    )
    where = where_of(case)
    first = DISTRICT if alarm.bundled else 0
    account = alarm.account_id
    heard = hearing(work, where, first=first, besides=besides, account_id=account)
    if not any(heard):
        # Nothing is lost by trying what the platform has closed for the day.
        heard = hearing(work, where, first=first, besides=besides, shut_too=True, account_id=account)
    up = next_level(alarm.rung, heard)
    if up is not None:
        higher = next_level(up, heard) is not None
        return _Step(heard[up], up, work.now + (wait if higher else again))
    if each.early:
        # Nobody above: those who have not got it are tried again soon, not only in an hour.
        soon = (alarm.told_at or work.now) + wait
        return _Step((), alarm.rung, min(alarm.next_at, soon))
    everyone = tuple(dict.fromkeys(person for people in heard for person in people))
    return _Step(everyone, alarm.rung, work.now + (again if everyone else wait))


def _owe(work: Work, person: int, theirs: Sequence[Ringing], *, key: str) -> None:
    """Owe one person one push about all of these, with the digit that takes them."""
    first = theirs[0]
    options = [option(1, work.texts("alarm_heard"), "take")]
    question = question_row(
        person_id=person,
        kind=KIND,
        subject=str(first.case.id),
        options=options,
        data={"cases": [each.case.id for each in theirs]},
        now=work.now,
        delivered=False,
    )
    push = push_row(
        work,
        person,
        when=When.AT_ONCE,
        dedupe_key=f"alarm/{first.alarm.id}/{first.alarm.rounds}/{person}",
        kind=ALERT,
        text=f"{_said(work, theirs, sees=_sees(work, first, person), key=key)}\n{menu(options)}",
        template=TEMPLATE,
        fields=_short(work, theirs),
        case_id=first.case.id,
        question_id=question["id"],
        caused_by=first.case.voter_id if first.alarm.account_id is not None else None,
    )
    connection = work.session.connection()
    insert_rows(connection, Question, [question])
    enqueue_many(connection, [push])
    alarms.note_told(work.session, [(each.alarm.id, person, push["id"]) for each in theirs], work.now)


def _sees(work: Work, each: Ringing, person: int) -> bool:
    """Tell whether a person may see the case itself; the operator gets its number alone."""
    where = where_of(each.case)
    return any(person in people for people in levels(work, where)[:OPERATOR])


def _said(work: Work, theirs: Sequence[Ringing], *, sees: bool, key: str = "") -> str:
    oldest = min(each.alarm.raised_at for each in theirs)
    minutes = int((work.now - oldest).total_seconds() // 60)
    if len(theirs) > 1:
        one_person = len({each.alarm.account_id for each in theirs}) == 1
        again = one_person and any(each.alarm.bundled for each in theirs)
        many = "alert_same_person" if again else "alert_many"
        return work.texts(many, count=len(theirs), numbers=numbers(work, [each.case for each in theirs]))
    alarm, case = theirs[0].alarm, theirs[0].case
    if not sees:
        return work.texts("alert_operator", number=case.number, minutes=minutes)
    if case.sealed:
        return work.texts("alert_sealed_urgent", number=case.number, minutes=minutes)
    kind, place = work.texts(f"urgency_{alarm.kind}"), _place(work, case)
    usual = "alert_urgent_still" if minutes else "alert_urgent"
    return work.texts(key or usual, number=case.number, kind=kind, place=place, minutes=minutes)


def _place(work: Work, case: Case) -> str:
    """Name the place, and whether it is only that of the sentence before."""
    place = wording.place_told(case.place_text, work)
    kept = case.because
    before = kept.get("reason") == SAID_BEFORE and kept.get("place") == case.place_text
    return work.texts("place_said_before", place=place) if before else place


def numbers(world: World, found: Sequence[Case]) -> str:
    """Name cases by number, the month only where it changes: `2611-0042、0043`."""
    shown: list[str] = []
    month = ""
    for case in found[:_NUMBERS_SHOWN]:
        before, _, rest = case.number.partition("-")
        shown.append(rest if before == month else case.number)
        month = before
    more = world.texts("burst_more", count=len(found)) if len(found) > _NUMBERS_SHOWN else ""
    return "、".join(shown) + more


def _short(work: Work, theirs: Sequence[Ringing]) -> Mapping[str, str]:
    """Give the short form for those whose window is closed."""
    many = len(theirs) > 1
    return {
        "编号": work.texts("alert_short_many", count=len(theirs)) if many else theirs[0].case.number,
        "进度": work.texts("alert_short"),
        "说明": work.texts("alert_short_how"),
    }

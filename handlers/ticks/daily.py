"""Once a day: deputies hear of new cases at the end of it, staff of what waits in the morning."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import wording
from handlers.account.duty_channel import kept_to
from handlers.calendar.times import LONGEST_SPREAD
from handlers.context import NO_SWITCHES, Switches, World
from handlers.departments.card import card_text, due_options
from handlers.deputies import CASES_SHOWN, case_line, for_deputies
from handlers.district.district import District
from handlers.messages import Role
from handlers.pushes.owing import push_row
from handlers.pushes.send_times import around
from handlers.texts import Texts
from handlers.ticks.today import lines_from, today_options, today_text
from storage.activity import duties
from storage.cases import cases
from storage.figures import reports
from storage.messages.questions import menu, option, question_row
from storage.models import Case
from storage.people.scopes import Grant, deputy_scope, staff_scope

DIGEST_AT, DIGEST_UNTIL = time(17, 30), time(21, 0)
CARD_AT, CARD_UNTIL = time(8, 30), time(12, 0)
_PLAN_AHEAD = timedelta(minutes=6)


def plan_digests(
    session: Session, now: datetime, district: District, texts: Texts, switches: Switches = NO_SWITCHES
) -> dict[str, int]:
    """Owe each deputy one message about what came since the last evening, if anything came."""
    world = _world(now, district, texts, switches)
    if not _within(world.now, DIGEST_AT, DIGEST_UNTIL):
        return {"digests": 0}
    since = _at(world.now, DIGEST_AT) - timedelta(days=1)
    waiting = _not_told(session, world, [Role.DEPUTY], "digest")
    planned = (_digest(session, world, person_id, grants, since) for person_id, grants in waiting.items())
    return {"digests": _owe(session, (rows for rows in planned if rows))}


def plan_morning_cards(
    session: Session, now: datetime, district: District, texts: Texts, switches: Switches = NO_SWITCHES
) -> dict[str, int]:
    """Owe each member of staff, and each clerk of a department, one card on a working morning if anything is to be done."""
    world = _world(now, district, texts, switches)
    working = district.calendar.is_workday(world.now.date())
    if not working or not _within(world.now, CARD_AT, CARD_UNTIL):
        return {"cards": 0}
    waiting = _not_told(session, world, [Role.STATION, Role.STREET, Role.DISTRICT], "card")
    planned = [_card(session, world, person_id, grants) for person_id, grants in waiting.items()]
    clerks = _not_told(session, world, [Role.DEPARTMENT], "department card")
    planned += [_department_card(session, world, person_id, grants) for person_id, grants in clerks.items()]
    return {"cards": _owe(session, (rows for rows in planned if rows))}


_Rows = tuple[dict[str, Any], dict[str, Any]]
"""A question and the push that carries it."""


def _digest(
    session: Session, world: World, person_id: int, grants: tuple[Grant, ...], since: datetime
) -> _Rows | None:
    scope = deputy_scope(grants)
    new = for_deputies() & (Case.filed_at >= since)
    count = cases.count_cases(session, scope, new)
    found = cases.list_cases(session, scope, new, limit=CASES_SHOWN)
    if not found:
        return None
    stations = {case.station for case in cases.list_cases(session, scope, new, limit=count)}
    one = wording.station_name(next(iter(stations)), world) if len(stations) == 1 else ""
    options = [option(digit, case_line(world, case), str(case.id)) for digit, case in enumerate(found, 1)]
    if count > CASES_SHOWN:
        options.append(option(len(options) + 1, world.texts("deputy_more"), f"more:{CASES_SHOWN}"))
    station = one or world.texts("deputy_digest_own")
    text = world.texts("deputy_digest", station=station, count=count, menu=menu(options))
    return _rows(world, person_id, "digest", "deputy_case", text, options)


def _card(session: Session, world: World, person_id: int, grants: tuple[Grant, ...]) -> _Rows | None:
    options = today_options(session, staff_scope(grants, person_id), world)
    if not options:
        return None
    shown = lines_from(world, options)
    return _rows(world, person_id, "card", "staff_today", today_text(world, shown, len(options)), shown)


def _department_card(
    session: Session, world: World, person_id: int, grants: tuple[Grant, ...]
) -> _Rows | None:
    options = due_options(session, world, grants)
    if not options:
        return None
    text = card_text(world, options)
    return _rows(world, person_id, "department card", "department_list", text, options)


def _rows(  # noqa: PLR0917
    world: World, person_id: int, name: str, kind: str, text: str, options: list[dict[str, str]]
) -> _Rows:
    usual, until = (DIGEST_AT, DIGEST_UNTIL) if name == "digest" else (CARD_AT, CARD_UNTIL)
    send_at = max(world.now, around(_at(world.now, usual), person_id))
    question = question_row(person_id=person_id, kind=kind, options=options, now=world.now, delivered=False)
    push = push_row(
        world,
        person_id,
        when=send_at,
        dedupe_key=_key(world, name, person_id),
        kind="digest",
        text=text,
        question_id=question["id"],
        expires_at=_at(world.now, until),
    )
    return question, push


def _owe(session: Session, planned: Iterable[_Rows]) -> int:
    rows = list(planned)
    connection = session.connection()
    duties.add_questions(connection, [question for question, _ in rows])
    return duties.add_pushes(connection, [push for _, push in rows])


def _not_told(
    session: Session, world: World, roles: list[Role], name: str
) -> Mapping[int, tuple[Grant, ...]]:
    """Give those who can be reached and have not had today's message."""
    holders = reports.holders(session, roles, world.now)
    reached = duties.channels_of(session, holders, kept_to(roles[0], world.switches))
    keys = {person_id: _key(world, name, person_id) for person_id in reached}
    present = duties.pushes_by_key(session.connection(), keys.values())
    return {person_id: holders[person_id] for person_id, key in keys.items() if key not in present}


def _key(world: World, name: str, person_id: int) -> str:
    return f"{name}/{world.now.date().isoformat()}/{person_id}"


def _world(now: datetime, district: District, texts: Texts, switches: Switches) -> World:
    zone = ZoneInfo(district.settings.timezone)
    return World(now=now.astimezone(zone), district=district, texts=texts, switches=switches)


def _at(now: datetime, moment: time) -> datetime:
    return datetime.combine(now.date(), moment, now.tzinfo)


def _within(now: datetime, start: time, until: time) -> bool:
    return _at(now, start) - LONGEST_SPREAD - _PLAN_AHEAD <= now < _at(now, until)

"""Drawing cases for a look on the spot: on demand (回头看 抽 10) or as proposed each month; a named person decides."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers import wording
from handlers.account.duty_channel import kept_to
from handlers.context import NO_SWITCHES, Context, Switches, Work
from handlers.district.district import District
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from handlers.pushes.asking import owe_question
from handlers.pushes.send_times import When
from handlers.rechecks import visits
from handlers.rechecks.drawing import chosen, monthly, share_out
from handlers.rechecks.standing import STANDING_ANSWERS, show_standing
from handlers.route import AnswerHandler, Group, Route
from handlers.texts import Texts
from storage.activity import duties
from storage.casework import rechecks
from storage.casework.rechecks import Candidate
from storage.figures import reports
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people import people
from storage.people.people import OpenQuestion

ASKED = re.compile(r"(?:回头看|抽查)\s*+(.*)")
_DRAW = re.compile(r"\A(?:抽)?\s{0,4}(\D{0,20}?)\s{0,4}(\d{1,3})\s{0,4}件?")
MOST = 100
_UNITS_SHOWN = 6
PROPOSED_FROM, PROPOSED_UNTIL = time(9, 10), time(17)
PROPOSED_DAYS = 7
"""In the first days of a month the desk is asked about the month before."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be drawn: from which days, by which seed, how many of which department."""

    since: str
    until: str
    seed: str
    sizes: Mapping[str, int]
    month: str = ""

    def as_data(self) -> dict[str, object]:
        return {
            "since": self.since,
            "until": self.until,
            "seed": self.seed,
            "sizes": dict(self.sizes),
            "month": self.month,
        }


def recheck(ctx: Context, message: IncomingMessage, rest: str) -> str | None:
    """Show how the looks stand, or propose a drawing (`抽 10`, `住建局 5`)."""
    if not rest:
        return show_standing(ctx, message, rest)
    asked = _DRAW.fullmatch(rest)
    if asked is None:
        return ctx.texts("recheck_how")
    if not ctx.sender.holds(Role.DISTRICT):
        raise Refusal(ctx.texts("recheck_desk_draws"))
    return _propose(ctx, asked[1], int(asked[2]))


def _propose(ctx: Context, name: str, count: int) -> str:
    if not 0 < count <= MOST:
        raise Refusal(ctx.texts("recheck_how"))
    department = ctx.district.department(name) if name else None
    if name and department is None:
        raise Refusal(ctx.texts("staff_department_unknown", name=wording.clipped(name, 12)))
    days = ctx.district.settings.recheck_back_days
    since, until = ctx.now - timedelta(days=days), ctx.now
    pool = _by_department(
        rechecks.candidates(ctx.session, since, until, department.key if department else "")
    )
    sizes = share_out({unit: len(numbers) for unit, numbers in pool.items()}, count)
    if not sizes:
        raise Refusal(ctx.texts("recheck_nothing", days=days))
    plan = Plan(since.isoformat(), until.isoformat(), secrets.token_hex(3), sizes)
    options = _options(ctx)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="recheck_draw",
        options=options,
        data=plan.as_data(),
        now=ctx.now,
    )
    return ctx.texts(
        "recheck_terms",
        days=days,
        total=sum(map(len, pool.values())),
        count=sum(sizes.values()),
        units=_units(ctx, sizes, pool),
        seed=plan.seed,
        menu=menu(options),
    )


def _by_department(found: Sequence[Candidate]) -> dict[str, list[str]]:
    pool: dict[str, list[str]] = {}
    for each in found:
        pool.setdefault(each.department, []).append(each.number)
    return pool


def _units(ctx: Work, sizes: Mapping[str, int], pool: Mapping[str, Sequence[str]]) -> str:
    """Say how many of which department: `区住建局3/12、区城管局2/7`."""
    ordered = sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))
    said = [f"{wording.department_name(key, ctx)}{count}/{len(pool[key])}" for key, count in ordered]
    more = ctx.texts("recheck_units_more", count=len(said)) if len(said) > _UNITS_SHOWN else ""
    return "、".join(said[:_UNITS_SHOWN]) + more


def _options(ctx: Work) -> list[dict[str, str]]:
    return [option(1, ctx.texts("recheck_draw_yes"), "draw"), option(0, ctx.texts("recheck_draw_no"), "not")]


def draw(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Draw, as far as nobody has drawn this month's yet, and hand the looks to those who are near."""
    if value != "draw":
        return ctx.texts("recheck_not_drawn")
    if not ctx.sender.holds(Role.DISTRICT):
        raise Refusal(ctx.texts("recheck_desk_draws"))
    data = question.data
    since, until = datetime.fromisoformat(data["since"]), datetime.fromisoformat(data["until"])
    found = {each.number: each for each in rechecks.candidates(ctx.session, since, until)}
    pool = {
        unit: numbers
        for unit, numbers in _by_department(list(found.values())).items()
        if unit in data["sizes"]
    }
    numbers = [
        number
        for unit, size in data["sizes"].items()
        for number in chosen(pool.get(unit, ()), size, data["seed"])
    ]
    if not numbers:
        raise Refusal(ctx.texts("recheck_nothing_left"))
    due = ctx.district.calendar.add_workdays(ctx.now.date(), ctx.district.settings.recheck_visit_days)
    draw_id = rechecks.keep(
        ctx.session,
        [found[number] for number in numbers],
        pool=pool,
        seed=data["seed"],
        month=data["month"] or None,
        due=due,
        by=ctx.sender.person_id,
        now=ctx.now,
    )
    if draw_id is None:
        before = rechecks.drawn_for(ctx.session, data["month"])
        name = people.name_of(ctx.session, before.drawn_by) if before else ""
        return ctx.texts("recheck_drawn_already", name=name)
    told = visits.hand_out(ctx, draw_id)
    return ctx.texts("recheck_drawn", count=len(numbers), people=told, day=wording.day(due))


# -- once a month -----------------------------------------------------------------------------------------


def plan_rechecks(
    session: Session, now: datetime, district: District, texts: Texts, switches: Switches = NO_SWITCHES
) -> dict[str, int]:
    """Propose to the district desk, once a month, to look again at a part of what was called solved."""
    local = now.astimezone(ZoneInfo(district.settings.timezone))
    today = local.date()
    if today.day > PROPOSED_DAYS or not district.calendar.is_workday(today):
        return {"rechecks proposed": 0}
    if not PROPOSED_FROM <= local.time() < PROPOSED_UNTIL:
        return {"rechecks proposed": 0}
    work = Work(now=local, district=district, texts=texts, switches=switches, session=session)
    until = today.replace(day=1)
    since = (until - timedelta(days=1)).replace(day=1)
    return {"rechecks proposed": _propose_month(work, since, until)}


def _propose_month(work: Work, since: date, until: date) -> int:
    month = f"{since:%Y-%m}"
    desk = reports.holders(work.session, [Role.DISTRICT], work.now)
    reached = duties.channels_of(work.session, desk, kept_to(Role.DISTRICT, work.switches))
    keys = {person_id: f"recheck/{month}/{person_id}" for person_id in reached}
    present = duties.pushes_by_key(work.session.connection(), keys.values())
    waiting = [person_id for person_id, key in keys.items() if key not in present]
    if not waiting or rechecks.drawn_for(work.session, month):
        return 0
    zone = work.now.tzinfo
    span = (datetime.combine(since, time(), zone), datetime.combine(until, time(), zone))
    pool = _by_department(rechecks.candidates(work.session, *span))
    settings = work.district.settings
    counts = {unit: len(numbers) for unit, numbers in pool.items()}
    sizes = monthly(counts, percent=settings.recheck_percent, fewest=settings.recheck_fewest)
    if not sizes:
        return 0
    plan = Plan(span[0].isoformat(), span[1].isoformat(), secrets.token_hex(3), sizes, month)
    text = work.texts(
        "recheck_month",
        month=since.month,
        total=sum(counts.values()),
        count=sum(sizes.values()),
        units=_units(work, sizes, pool),
        seed=plan.seed,
    )
    for person_id in waiting:
        owe_question(
            work,
            person_id,
            kind="recheck_draw",
            subject=month,
            text=text,
            options=_options(work),
            data=plan.as_data(),
            dedupe_key=keys[person_id],
            when=When.IN_PEACE,
        )
    return len(waiting)


_STAFF = frozenset({Role.STATION, Role.STREET, Role.DISTRICT})

RECHECK_ROUTES = (
    visits.EvidenceRoute(
        name="recheck evidence", handler=visits.take_evidence, kinds=visits.EVIDENCE, roles=_STAFF
    ),
    Route(
        name="recheck",
        handler=recheck,
        pattern=ASKED,
        roles=_STAFF,
        help="回头看：去现场看部门说办好的是不是真好；区里写“回头看 抽 10”抽件",
        example="回头看",
        group=Group.SUPERVISE,
    ),
)

RECHECK_ANSWERS: dict[str, AnswerHandler] = {
    "recheck_draw": draw,
    **visits.VISIT_ANSWERS,
    **STANDING_ANSWERS,
}

"""Duty days as staff see them: who comes, who gets which reminder, reminding again."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers import wording
from handlers.cases import reads
from handlers.context import Context, World
from handlers.district.district import District
from handlers.duties.attendance import NO, YES, Guest, WhoComes, who_comes
from handlers.duties.days import day_named, next_gathering
from handlers.duties.forms import TEMPLATE, answer_options, forms, salutation
from handlers.duties.roster import gatherings_on
from handlers.errors import Refusal
from handlers.messages import IncomingMessage
from handlers.pushes.owing import push_row
from handlers.pushes.send_times import When
from handlers.route import AnswerHandler
from storage.activity import bookings, duties
from storage.messages import questions
from storage.messages.outbox import enqueue_many
from storage.messages.questions import menu, option, question_row
from storage.people.people import OpenQuestion
from storage.people.scopes import Scope, staff_scope

_PAGE = 5
_STATIONS_PAGE = 5
_NEAR_DAYS = {"今天": 0, "今日": 0, "明天": 1, "后天": 2}
WHO_COMES = re.compile(
    rf"((?:(?:\d{{1,2}}月)?\d{{1,2}}[号日]|{'|'.join(_NEAR_DAYS)}|下次)?\s{{0,4}}+(?:接待日?|活动)?\s{{0,4}}+"
    r"(?:都?有谁|都?谁|(?:有)?(?:哪些|多少|几位|几个)(?:代表|人))(?:会|能)?来)"
)


def stations_in(scope: Scope, district: District) -> frozenset[str] | None:
    """Give the stations of a scope; None for the whole district."""
    if scope.district:
        return None
    streets = (station.key for station in district.stations.values() if station.street in scope.streets)
    return scope.stations | frozenset(streets)


def next_day(world: World, stations: frozenset[str] | None) -> date | None:
    """Give the next day on which deputies are asked to these stations."""
    found = next_gathering(world, stations)
    return found.event.day if found else None


def label_on(district: District, day: date, stations: frozenset[str] | None) -> str:
    found = [each for each in gatherings_on(district, day) if stations is None or each.station in stations]
    return "、".join(dict.fromkeys(each.event.rule.label for each in found))


# -- who comes ------------------------------------------------------------------------------------------


def show_who_comes(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Say who comes on the day that was named, or on the next one."""
    stations = stations_in(staff_scope(ctx.sender.grants, ctx.sender.person_id), ctx.district)
    near = next((days for word, days in _NEAR_DAYS.items() if word in rest), None)
    if near is not None:
        return who_comes_on(ctx, ctx.now.date() + timedelta(days=near))
    day = day_named(rest, ctx.now.date()) or next_day(ctx, stations)
    return who_comes_on(ctx, day) if day else ctx.texts("staff_no_occasion")


def _guests(ctx: Context, day: date) -> WhoComes:
    stations = stations_in(staff_scope(ctx.sender.grants, ctx.sender.person_id), ctx.district)
    return who_comes(ctx.session, ctx.district, day, stations)


def who_comes_on(ctx: Context, day: date) -> str:
    found = _guests(ctx, day)
    if not found.guests:
        return ctx.texts("staff_nobody_asked", day=wording.short_day(day))
    silent = len(found.who(""))
    choices = [("staff_by_station", "stations")]
    if silent:
        reachable = _reachable(ctx, found)
        done = bool(reachable) and not _not_nudged(ctx, reachable)
        again = "staff_nudged_today" if done else "staff_nudge"
        choices = [("staff_silent_list", "silent"), (again, "nudge"), *choices]
    if found.who(NO):
        choices.append(("staff_leave_list", "leave"))
    options = [
        option(digit, ctx.texts(key, count=silent), f"{value}:{day.isoformat()}:0")
        for digit, (key, value) in enumerate(choices, start=1)
    ]
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_who_comes", options=options, now=ctx.now
    )
    stations = stations_in(staff_scope(ctx.sender.grants, ctx.sender.person_id), ctx.district)
    return ctx.texts(
        "staff_who_comes",
        day=wording.short_day(day),
        name=label_on(ctx.district, day, stations),
        count=len(found.guests),
        yes=found.count(YES),
        no=found.count(NO),
        silent=silent,
        booked=_booked(ctx, day),
        menu=menu(options),
    )


def _booked(ctx: Context, day: date) -> str:
    """Say how many voters have booked the day at the own stations."""
    stations = stations_in(staff_scope(ctx.sender.grants, ctx.sender.person_id), ctx.district)
    held = duties.occasions_held(ctx.session, day, day)
    counts = bookings.counts_ahead(ctx.session, day)
    count = sum(counts.get(row.id, 0) for row in held if stations is None or row.station in stations)
    return ctx.texts("staff_booked_too", count=count) if count else ""


def pick(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Open the list of those who said nothing, remind them, or count by station."""
    what, day_text, offset = value.split(":")
    day = date.fromisoformat(day_text)
    if what == "silent":
        return _silent(ctx, day, int(offset))
    if what == "leave":
        return _on_leave(ctx, day, int(offset))
    if what == "nudge":
        return _nudge(ctx, _guests(ctx, day))
    return _by_station(ctx, day, int(offset))


def _silent(ctx: Context, day: date, offset: int) -> str:
    silent = _guests(ctx, day).who("")
    lines = [
        ctx.texts(
            "staff_person_line", name=each.person.name, phone=each.person.phone or ctx.texts("staff_no_phone")
        )
        for each in silent[offset : offset + _PAGE]
    ]
    reads.note(ctx, reads.PHONES_SEEN, reason=ctx.texts("audit_silent", count=len(lines)))
    return _page(ctx, lines, f"silent:{day.isoformat()}", offset, _PAGE, len(silent))


def _on_leave(ctx: Context, day: date, offset: int) -> str:
    away = _guests(ctx, day).who(NO)
    lines = [
        ctx.texts(
            "staff_leave_line",
            name=each.person.name,
            reason=wording.clipped(each.reason, 20) or ctx.texts("occasion_no_reason"),
        )
        for each in away[offset : offset + _PAGE]
    ]
    return _page(ctx, lines, f"leave:{day.isoformat()}", offset, _PAGE, len(away))


def _by_station(ctx: Context, day: date, offset: int) -> str:
    counted = list(_guests(ctx, day).by_station().items())
    lines = [
        ctx.texts(
            "staff_station_line",
            station=wording.clipped(wording.station_name(station, ctx).removesuffix("联络站"), 8),
            yes=said[YES],
            no=said[NO],
            silent=said[""],
        )
        for station, said in counted[offset : offset + _STATIONS_PAGE]
    ]
    return _page(ctx, lines, f"stations:{day.isoformat()}", offset, _STATIONS_PAGE, len(counted))


def _page(ctx: Context, lines: list[str], name: str, offset: int, size: int, total: int) -> str:  # noqa: PLR0917
    """Show some lines, and the next ones by the digit 1."""
    options = []
    if total > offset + size:
        options = [option(1, ctx.texts("staff_more"), f"{name}:{offset + size}")]
        questions.ask(
            ctx.session, person_id=ctx.sender.person_id, kind="staff_who_comes", options=options, now=ctx.now
        )
    end = menu(options) if options else ctx.texts("staff_list_over")
    return "\n".join([*lines, end])


def _nudge_key(ctx: Context, guest: Guest) -> str:
    return f"nudge/{guest.occasion_id}/{guest.person.id}/{ctx.now.date().isoformat()}"


def _reachable(ctx: Context, found: WhoComes) -> list[Guest]:
    """Give the silent ones who have an account; the others must be called."""
    silent = [each for each in found.who("") if each.occasion_id is not None]
    channels = duties.channels_of(
        ctx.session, {each.person.id for each in silent}, ctx.switches.deputy_channel
    )
    return [each for each in silent if each.person.id in channels]


def _not_nudged(ctx: Context, guests: list[Guest]) -> list[Guest]:
    keys = [_nudge_key(ctx, each) for each in guests]
    present = duties.pushes_by_key(ctx.session.connection(), keys)
    return [guest for guest, key in zip(guests, keys, strict=True) if key not in present]


def _nudge(ctx: Context, found: WhoComes) -> str:
    """Remind those who said nothing, once a day; the reminder carries the question that a digit answers."""
    if not any(each.occasion_id for each in found.guests):
        raise Refusal(ctx.texts("staff_not_asked_yet", day=wording.short_day(found.day)))
    reachable = _reachable(ctx, found)
    if not reachable:
        raise Refusal(ctx.texts("staff_nudge_nobody"))
    guests = _not_nudged(ctx, reachable)
    connection = ctx.session.connection()
    asked = duties.open_questions_of(connection, {each.occasion_id or 0 for each in guests})
    events = {
        (each.station, each.event.rule.key): each.event for each in gatherings_on(ctx.district, found.day)
    }
    cases = duties.open_cases_by_station(ctx.session)
    pushes = []
    for guest in guests:
        event = events[guest.station, guest.rule]
        name = event.rule.label
        known = asked.get((guest.occasion_id or 0, guest.person.id))
        text = ctx.texts(
            "staff_nudge_text",
            deputy=salutation(guest.person.name, ctx.texts),
            day=wording.day(found.day),
            name=name,
            menu=menu(answer_options(ctx.texts)),
        )
        form = forms(
            event,
            open_cases=cases.get(guest.station, 0),
            deputy_name=guest.person.name,
            texts=ctx.texts,
            lead=1,
            sent_at=ctx.now,
        )
        pushes.append(
            push_row(
                ctx,
                guest.person.id,
                when=When.IN_PEACE,
                dedupe_key=_nudge_key(ctx, guest),
                kind="reminder",
                text=text,
                template=TEMPLATE,
                fields=form.fields,
                question_id=known or _new_question(ctx, guest, found.day, name),
                expires_at=_end_of(ctx, found.day),
            )
        )
    enqueue_many(connection, pushes)
    to_call = len(found.who("")) - len(reachable)
    return ctx.texts("staff_nudged" if pushes else "staff_nudged_before", count=len(pushes), calls=to_call)


def _end_of(ctx: Context, day: date) -> datetime:
    return datetime.combine(
        day + timedelta(days=1), datetime.min.time(), ZoneInfo(ctx.district.settings.timezone)
    )


def _new_question(ctx: Context, guest: Guest, day: date, name: str) -> int:
    row = question_row(
        person_id=guest.person.id,
        kind=duties.QUESTION_KIND,
        subject=str(guest.occasion_id),
        text=ctx.texts("occasion_question", day=wording.short_day(day), name=name),
        options=answer_options(ctx.texts),
        now=ctx.now,
        lasts=_end_of(ctx, day) - ctx.now,
        delivered=False,
    )
    duties.add_questions(ctx.session.connection(), [row])
    return int(row["id"])


DUTY_ANSWERS: dict[str, AnswerHandler] = {"staff_who_comes": pick}

"""Who comes to a duty day: deputies answer, staff ask."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.calendar.occasions import over_at
from handlers.context import Context
from handlers.district.district import District
from handlers.duties.roster import gatherings_on
from handlers.pushes.owing import push_row
from handlers.pushes.reaching import Reach, reach
from handlers.pushes.send_times import When
from handlers.texts import Texts
from handlers.wording import short_day
from storage.activity import duties
from storage.activity.duties import RosterPerson, Said
from storage.messages.outbox import enqueue_many
from storage.models import Occasion

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the deputy hears, and whether the text asks for a reason (options: `leave_reasons`)."""

    text: str
    taken: bool = True
    ask_reason: bool = False


def answer_occasion(ctx: Context, occasion_id: int, answer: str, reason: str = "") -> Answered:
    """Take the sender's 参加 or 请假; the station hears of a leave with its reason, or that it is taken back."""
    row = duties.occasion(ctx.session, occasion_id)
    if row is None or row.held_on is None:
        return Answered(text=ctx.texts("occasion_gone"), taken=False)
    names = {"day": short_day(row.held_on), "name": label_of(row, ctx.district, ctx.texts)}
    if over_at(row.held_on, row.starts, row.ends, ZoneInfo(ctx.district.settings.timezone)) <= ctx.now:
        return Answered(text=ctx.texts("occasion_over", **names), taken=False)
    person_id = ctx.sender.person_id
    before = duties.said_of(ctx.session, [row.id]).get((row.id, person_id), Said()).about(row.held_on)
    duties.record_answer(ctx.session, row.id, person_id, answer=answer, reason=reason, now=ctx.now)
    if answer == YES:
        if before == NO:
            _tell_station(ctx, row, "occasion_back_notice", **names)
        key = "occasion_answered_yes_today" if row.held_on == ctx.now.date() else "occasion_answered_yes"
        return Answered(text=ctx.texts(key, **names))
    if not reason:
        return Answered(text=ctx.texts("occasion_ask_reason", **names), ask_reason=True)
    reached = _tell_station(ctx, row, "occasion_leave_notice", reason=_for_a_push(ctx, reason), **names)
    told = _station_told(ctx, row, reached)
    return Answered(text=ctx.texts("occasion_answered_no", reason=reason, told=told, **names))


def leave_reasons(texts: Texts) -> tuple[str, ...]:
    return tuple(texts(f"occasion_reason_{digit}") for digit in (1, 2, 3))


def _for_a_push(ctx: Context, reason: str) -> str:
    """Give a reason that says nothing of a person's life; illness and free words are shown only to who asks."""
    plain = {ctx.texts(key) for key in ("occasion_reason_1", "occasion_reason_3", "occasion_no_reason")}
    return reason if reason in plain else ctx.texts("occasion_reason_asked_for")


def current_occasion(ctx: Context) -> Occasion | None:
    """Give the occasion that a bare 参加 or 请假 is about: the soonest one the sender was asked about."""
    return next(iter(occasions_ahead(ctx)), None)


def occasions_ahead(ctx: Context) -> list[Occasion]:
    """Give what the sender was asked about and is not over, the soonest first."""
    zone = ZoneInfo(ctx.district.settings.timezone)
    asked = duties.occasions_told_to(ctx.session, ctx.sender.person_id, ctx.now.astimezone(zone).date())
    return [
        row for row in asked if row.held_on and over_at(row.held_on, row.starts, row.ends, zone) > ctx.now
    ]


def label_of(row: Occasion, district: District, texts: Texts) -> str:
    """Give the name by which people call an occasion: `接待日`."""
    return next(
        (rule.label for rule in district.rules if rule.key == row.rule), texts("occasion_of_old_rule")
    )


def _station_name(row: Occasion, district: District) -> str:
    station = district.stations.get(row.station)
    return station.name if station else district.settings.desk_name


def _station_told(ctx: Context, row: Occasion, reached: Reach) -> str:
    """Say that the station hears of it, or whom to ring up where no way leads to its people."""
    station = ctx.district.stations.get(row.station)
    name = _station_name(row, ctx.district)
    if not reached.nobody:
        return ctx.texts("station_told", station=name)
    phone = (station.phone if station else "") or ctx.texts("staff_no_phone")
    return ctx.texts("station_not_told", station=name, phone=phone)


def _tell_station(ctx: Context, row: Occasion, key: str, **values: str) -> Reach:
    """Push a line to the station's staff, or to the district desk where a station has none; say how far they are reached."""
    staff = duties.holders_of(ctx.session, "station", row.station, ctx.now)
    staff = staff or duties.holders_of(ctx.session, "district", "", ctx.now)
    reached = reach(ctx, staff, kind="notice")
    text = ctx.texts(key, deputy=ctx.sender.name, station=_station_name(row, ctx.district), **values)
    said_at = int(ctx.now.timestamp())
    pushes = [
        push_row(
            ctx,
            person_id,
            when=When.BY_DAY,
            dedupe_key=f"attendance/{row.id}/{ctx.sender.person_id}/{said_at}/{person_id}",
            kind="notice",
            text=text,
        )
        for person_id in staff
    ]
    enqueue_many(ctx.session.connection(), pushes)
    return reached


# -- who comes ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A deputy who is asked to come, and what they said; `answer` is empty while nothing was said."""

    person: RosterPerson
    station: str
    rule: str
    occasion_id: int | None
    """None while the occasion has not been planned yet."""
    answer: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoComes:
    """The deputies of one day (10号谁来), in the order of the stations."""

    day: date
    guests: tuple[Guest, ...]

    def count(self, answer: str) -> int:
        return sum(guest.answer == answer for guest in self.guests)

    def who(self, answer: str) -> tuple[Guest, ...]:
        """Give those who said `yes`, `no`, or nothing yet."""
        return tuple(guest for guest in self.guests if guest.answer == answer)

    def by_station(self) -> dict[str, Counter[str]]:
        counts: dict[str, Counter[str]] = {}
        for guest in self.guests:
            counts.setdefault(guest.station, Counter())[guest.answer] += 1
        return counts


def who_comes(
    session: Session, district: District, day: date, stations: Collection[str] | None = None
) -> WhoComes:
    """Say who comes on a day, at these stations or (None) everywhere."""
    gatherings = [
        each for each in gatherings_on(district, day) if stations is None or each.station in stations
    ]
    people = duties.roster(session, "deputy")
    nominal = [each.event.occasion.nominal_date for each in gatherings]
    rows = duties.occasions_in(session, min(nominal, default=day), day + timedelta(days=1))
    stored = {(row.rule, row.station, row.nominal_date): row.id for row in rows}
    said = duties.said_of(session, stored.values())
    guests = []
    for gathering in gatherings:
        occasion_id = stored.get(gathering.key)
        for deputy in gathering.deputies:
            person = people.get(deputy.roster_key)
            if person is None:
                continue
            words = said.get((occasion_id or 0, person.id), Said())
            answer = words.about(day)
            guests.append(
                Guest(
                    person=person,
                    station=gathering.station,
                    rule=gathering.event.rule.key,
                    occasion_id=occasion_id,
                    answer=answer,
                    reason=words.reason if answer else "",
                )
            )
    return WhoComes(day=day, guests=tuple(guests))

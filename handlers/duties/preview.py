"""Who gets which reminder on which day (提醒预览): the same forms as are sent, to the letter."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.calendar.occasions import due_between, reminder_instants
from handlers.district.district import District
from handlers.duties.forms import Form, forms
from handlers.duties.roster import PUT_OFF_AT_MOST, Gathering, gatherings
from handlers.pushes.send_times import around
from handlers.texts import Texts
from storage.activity import duties
from storage.activity.duties import RosterPerson, Said

_SEARCH = timedelta(days=100)
_LONGEST_LEAD = timedelta(days=62)

BY_TELEPHONE = ""
"""The channel of a deputy who has not bound an account: someone must call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """One reminder that one deputy will get."""

    at: datetime
    lead: int
    gathering: Gathering
    person: RosterPerson
    channel: str
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All reminders of one day, in the order of their instants."""

    day: date
    reminders: tuple[Previewed, ...]

    @property
    def people(self) -> int:
        return len({each.person.id for each in self.reminders})

    def by_channel(self) -> Counter[str]:
        """Count the persons by channel; BY_TELEPHONE are those without an account."""
        return Counter(channel for _, channel in {(each.person.id, each.channel) for each in self.reminders})


def next_reminder_day(district: District, now: datetime) -> date | None:
    """Give the next day on which anyone is reminded."""
    zone = ZoneInfo(district.settings.timezone)
    due = due_between(district.rules, now, now + _SEARCH, district.calendar, zone)
    return due[0].at.date() if due else None


def preview(session: Session, day: date, district: District, texts: Texts, *, only: str = "") -> Preview:
    """Show the reminders of a day as they would be sent with what is known now."""
    zone = ZoneInfo(district.settings.timezone)
    since, until = day - PUT_OFF_AT_MOST, day + _LONGEST_LEAD
    due = [
        (at, lead, gathering)
        for gathering in gatherings(district, since, until)
        for lead, at in reminder_instants(gathering.event.rule, gathering.event.occasion, zone)
        if at.date() == day
    ]
    people = duties.roster(session, "deputy")
    stored = {
        (row.rule, row.station, row.nominal_date): row.id
        for row in duties.occasions_in(session, since, until)
    }
    said = duties.said_of(session, {stored[each.key] for _, _, each in due if each.key in stored})
    channels = duties.channels_of(session, {person.id for person in people.values()}, only)
    cases = duties.open_cases_by_station(session)
    reminders = []
    for usual, lead, gathering in sorted(due, key=lambda each: each[0]):
        held_on = gathering.event.occasion.held_on
        for deputy in gathering.deputies:
            person = people.get(deputy.roster_key)
            if person is None:
                continue
            answer = said.get((stored.get(gathering.key, 0), person.id), Said()).about(held_on)
            if lead and answer:
                continue
            at = around(usual, person.id)
            form = forms(
                gathering.event,
                open_cases=cases.get(gathering.station, 0),
                deputy_name=person.name,
                texts=texts,
                lead=lead,
                sent_at=at,
                answer=answer,
            )
            reminders.append(
                Previewed(
                    at=at,
                    lead=lead,
                    gathering=gathering,
                    person=person,
                    channel=channels.get(person.id, BY_TELEPHONE),
                    form=form,
                )
            )
    return Preview(day=day, reminders=tuple(reminders))

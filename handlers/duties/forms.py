"""The two forms of a reminder: a message for a chat, and the short fields of a template. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from handlers.calendar.occasions import DutyRule, PlannedOccasion
from handlers.texts import Texts
from handlers.wording import clipped, day, short_day
from storage.messages.questions import menu, option

TEMPLATE = "reminder"
FIELD_LENGTH = 20
LONG_LENGTH = 120
_SHORTEST_THEME = 4

# Names as in the platform's template library, so that an operator sees which field is which.
NAME, TIME, PLACE, NOTE = "活动名称", "时间", "地点", "备注"

_COMPOUND_SURNAMES = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "长孙",
    "司徒",
    "夏侯",
)
_LONGEST_SHORT_NAME = 3


@dataclass(frozen=True, slots=True)
class Form:
    """What is sent: `long` in a chat, `fields` (each at most 20 characters, no line breaks) as a template."""

    long: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The station of an occasion, as far as a reminder speaks of it."""

    name: str
    room: str = ""
    address: str = ""
    street: str = ""
    """The street's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One occasion at one station."""

    rule: DutyRule
    occasion: PlannedOccasion
    site: Site

    @property
    def day(self) -> date:
        return self.occasion.held_on or self.occasion.nominal_date

    @property
    def venue(self) -> str:
        """The place in short: the station's room, or what the rule says, with the gaps it may have."""
        venue = self.rule.venue or "{station}{room}"
        gaps = {"{station}": self.site.name, "{room}": self.site.room, "{street}": self.site.street}
        for gap, value in gaps.items():
            venue = venue.replace(gap, value)
        return venue

    @property
    def place(self) -> str:
        """The place for a sentence: a station with its address, or what the rule says."""
        if self.rule.venue and "{station}" not in self.rule.venue:
            return self.venue
        name = self.venue if self.rule.venue else self.site.name
        return f"{name}（{self.site.address}）" if self.site.address else name


def salutation(name: str, texts: Texts) -> str:
    """Address a deputy by the surname, `陈代表`; a name that is not of Han form is kept whole."""
    if name[:2] in _COMPOUND_SURNAMES and len(name) > 2:  # noqa: PLR2004 -- a compound surname and a given name
        name = name[:2]
    elif 1 < len(name) <= _LONGEST_SHORT_NAME and "·" not in name:
        name = name[:1]
    return texts("deputy_address", name=name)


def answer_options(texts: Texts) -> list[dict[str, str]]:
    return [option(1, texts("occasion_yes"), "yes"), option(2, texts("occasion_no"), "no")]


def clock_time(moment: time) -> str:
    return f"{moment.hour}:{moment:%M}"


def hours(rule: DutyRule) -> str:
    start = clock_time(rule.starts)
    return f"{start}–{clock_time(rule.ends)}" if rule.ends else start


def forms(
    event: Event,
    *,
    open_cases: int,
    deputy_name: str,
    texts: Texts,
    lead: int,
    sent_at: datetime,
    answer: str = "",
    booked: int = 0,
) -> Form:
    """Give both forms of the reminder that a deputy gets `lead` days before, after what they answered."""
    deputy = salutation(deputy_name, texts)
    if event.occasion.held_on is None:
        return _skipped(event, deputy, texts)
    if lead == 0:
        waiting = texts("reminder_booked", count=booked) if booked else ""
        greeting = texts(
            "reminder_today" if sent_at.date() >= event.day else "reminder_tomorrow", deputy=deputy
        )
        return _morning(event, greeting, open_cases, texts, answer=answer, booked=waiting)
    return _invitation(event, deputy, open_cases, texts)


def moved_form(event: Event, *, deputy_name: str, texts: Texts, answered: str) -> Form:
    """Tell that an occasion a deputy already knows of was moved; what was answered no longer counts."""
    deputy = salutation(deputy_name, texts)
    if event.occasion.held_on is None:
        return _skipped(event, deputy, texts)
    values = {
        "deputy": deputy,
        "name": event.rule.label,
        "why": _why(event, texts),
        "day": day(event.day),
        "hours": hours(event.rule),
        "venue": event.venue,
    }
    if answered:
        label = texts("occasion_yes" if answered == "yes" else "occasion_no")
        long = texts("occasion_moved_answered", answer=label, **values)
    else:
        long = texts("occasion_moved", **values)
    note = texts("reminder_field_moved", nominal=short_day(event.occasion.nominal_date))
    return Form(f"{long}\n{menu(answer_options(texts))}", _fields(event, note))


def changed_form(event: Event, *, deputy_name: str, texts: Texts, answered: bool) -> Form:
    """Tell that an occasion is held on the same day at another hour or in another place."""
    long = texts(
        "occasion_changed",
        deputy=salutation(deputy_name, texts),
        day=day(event.day),
        name=event.rule.label,
        hours=hours(event.rule),
        venue=event.venue,
    )
    if not answered:
        long = f"{long}\n{menu(answer_options(texts))}"
    return Form(long, _fields(event, texts("reminder_field_changed")))


def visit_form(event: Event, *, at: time, texts: Texts) -> Form:
    """Remind a voter, the day before, of the time that they booked."""
    values = {"day": day(event.day), "time": clock_time(at), "venue": event.venue}
    return Form(texts("visit_reminder", **values), _visit_fields(event, at, texts))


def visit_moved_form(event: Event, *, at: time, texts: Texts) -> Form:
    """Tell a voter that the reception they booked is on another day, at another hour or in another place."""
    nominal, held_on = event.occasion.nominal_date, event.occasion.held_on
    why = _why(event, texts) if held_on != nominal else texts("visit_rearranged")
    values = {"why": why, "day": day(event.day), "time": clock_time(at), "venue": event.venue}
    return Form(texts("visit_moved", **values), _visit_fields(event, at, texts))


def _visit_fields(event: Event, at: time, texts: Texts) -> dict[str, str]:
    """Fill the short form for a voter: the time is their own."""
    own_time = f"{datetime.combine(event.day, at):%Y年%m月%d日 %H:%M}"
    return _fields(event, texts("visit_field", time=clock_time(at))) | {TIME: own_time}


def visit_off_text(event: Event, *, texts: Texts) -> str:
    """Tell a voter that the reception they booked is not held."""
    return texts("visit_off", why=_why(event, texts), nominal=short_day(event.occasion.nominal_date))


def _why(event: Event, texts: Texts) -> str:
    nominal = short_day(event.occasion.nominal_date)
    if event.occasion.reason:
        return texts("occasion_because", nominal=nominal, reason=event.occasion.reason)
    return texts("occasion_rearranged")


def _invitation(event: Event, deputy: str, open_cases: int, texts: Texts) -> Form:
    occasion, rule = event.occasion, event.rule
    nominal = short_day(occasion.nominal_date)
    put_off = occasion.held_on != occasion.nominal_date
    moved = texts("reminder_put_off", nominal=nominal, reason=occasion.reason) if put_off else ""

    def long(theme: str, place: str) -> str:
        sentence = texts(
            "reminder",
            deputy=deputy,
            moved=moved,
            day=day(event.day),
            hours=hours(rule),
            place=place,
            name=rule.name,
            theme=texts("reminder_theme", theme=theme) if theme else "",
            open=_open_cases(open_cases, texts),
            proviso=texts("reminder_provisional") if occasion.provisional else "",
        )
        return f"{sentence}\n{menu(answer_options(texts))}"

    theme = " ".join(rule.theme.split())
    text = long(theme, event.place)
    excess = len(text) - LONG_LENGTH
    if theme and excess > 0:
        theme = clipped(theme, max(len(theme) - excess, _SHORTEST_THEME))
        text = long(theme, event.place)
    if len(text) > LONG_LENGTH:
        text = long(theme, event.venue)
    return Form(
        text,
        _fields(
            event,
            texts("reminder_field_answer"),
            texts("reminder_field_provisional") if occasion.provisional else "",
            texts("reminder_field_open", count=open_cases),
        ),
    )


def _open_cases(count: int, texts: Texts) -> str:
    return texts("reminder_open", count=count) if count else texts("reminder_none_open")


def _morning(event: Event, greeting: str, open_cases: int, texts: Texts, *, answer: str, booked: str) -> Form:
    """Say it once more: in the morning, or the evening before where the occasion begins too early."""
    values = {
        "greeting": greeting,
        "start": clock_time(event.rule.starts),
        "venue": event.venue,
        "name": event.rule.label,
        "count": open_cases,
        "booked": booked,
    }
    if answer == "no":
        return Form(texts("reminder_on_leave", **values), _fields(event, texts("reminder_field_on_leave")))
    long = texts("reminder_morning", **values)
    open_field = texts("reminder_field_open", count=open_cases)
    if answer == "yes":
        return Form(long, _fields(event, texts("reminder_field_check_in"), open_field))
    question = menu(answer_options(texts))
    return Form(f"{long}\n{question}", _fields(event, texts("reminder_field_answer"), open_field))


def _skipped(event: Event, deputy: str, texts: Texts) -> Form:
    values = {
        "deputy": deputy,
        "name": event.rule.label,
        "nominal": short_day(event.occasion.nominal_date),
        "reason": event.occasion.reason,
    }
    if event.occasion.dropped:
        return Form(texts("reminder_dropped", **values), _fields(event, texts("reminder_field_dropped")))
    key = "reminder_skipped_provisional" if event.occasion.provisional else "reminder_skipped"
    return Form(texts(key, **values), _fields(event, texts("reminder_field_skipped", **values)))


def _fields(event: Event, *notes: str) -> dict[str, str]:
    """Fill the short form; notes stand in the order of their weight, and what does not fit is left out."""
    note = ""
    for piece in notes:
        joined = f"{piece}，{note}" if note and piece else piece or note
        note = joined if len(joined) <= FIELD_LENGTH else note or clipped(piece, FIELD_LENGTH)
    at = datetime.combine(event.day, event.rule.starts)
    return {
        NAME: clipped(event.rule.name, FIELD_LENGTH),
        TIME: f"{at:%Y年%m月%d日 %H:%M}",
        PLACE: clipped(event.venue, FIELD_LENGTH),
        NOTE: clipped(note, FIELD_LENGTH),
    }

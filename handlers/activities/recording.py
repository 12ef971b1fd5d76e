"""Writing an activity down in chat (活动): a kind by digit, a line in plain words, read back, one digit."""

import re
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from handlers import wording
from handlers.activities.words import full_line, kind_name, kind_names
from handlers.cases.reach import scope_of
from handlers.context import Context
from handlers.errors import Refusal
from handlers.messages import IncomingMessage, Role
from nlp.asking.activity_words import Said, read_activity
from nlp.text.fold import fold
from storage.activity import activities
from storage.activity.activities import Entry, entry_from
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.people import visitors
from storage.people.people import OpenQuestion

STAFF = frozenset({Role.STATION, Role.STREET, Role.DISTRICT})
LONGEST = 100
MOST = 100_000
"""What is larger is a slip of the finger."""
_EARLIEST = timedelta(days=800)
_NUMBERS = ("people", "deputies", "things")
_DIGIT_FIRST = re.compile(r"([1-9])(?:[\s,，、:：.]+|(?=[一-鿿]))(.+)", re.DOTALL)

Draft = dict[str, Any]
"""What is known so far: fields of an Entry, and `id` of the record that it corrects."""


def begin(ctx: Context, message: IncomingMessage, rest: str) -> str:
    """Begin a record; what stands behind the word is read at once."""
    typed = re.sub(r"^.*?活动[\s:：,，]*", "", message.text.strip(), count=1) if rest.strip() else ""
    return take_in(ctx, {}, typed)


def take_in(ctx: Context, draft: Draft, typed: str) -> str:
    """Put what a line says into the draft, and go on with what is still missing."""
    draft = dict(draft)
    if "kind" not in draft and (first := _DIGIT_FIRST.fullmatch(typed.strip())):
        kinds = list(ctx.district.activities)
        if int(first[1]) <= len(kinds):
            draft["kind"], typed = kinds[int(first[1]) - 1], first[2]
    said = _read(ctx, typed)
    if said.kind and "kind" not in draft:
        draft["kind"] = said.kind
    if said.day:
        _check_day(ctx, said.day)
        draft["held_on"] = said.day.isoformat()
    draft |= {name: getattr(said, name) for name in _NUMBERS if getattr(said, name) is not None}
    if max(int(draft.get(name, 0)) for name in _NUMBERS) > MOST:
        raise Refusal(ctx.texts("activity_too_many"))
    if said.text:
        draft["text"] = said.text
    if len(draft.get("text", "")) > LONGEST:
        raise Refusal(ctx.texts("activity_long", most=LONGEST))
    if not draft.get("station") and (named := _station_named(ctx, typed)):
        draft["station"] = named
    return go_on(ctx, draft)


def _read(ctx: Context, typed: str) -> Said:
    return read_activity(fold(typed), ctx.now.date(), kind_names(ctx))


def _check_day(ctx: Context, day: date) -> None:
    today = ctx.now.date()
    if day > today:
        raise Refusal(ctx.texts("activity_ahead", day=wording.short_day(day)))
    if day < today - _EARLIEST:
        raise Refusal(ctx.texts("activity_long_ago"))


def _own_stations(ctx: Context) -> list[str]:
    return sorted({grant.area for grant in ctx.sender.grants if grant.role == Role.STATION})


def _station_named(ctx: Context, typed: str) -> str:
    """Give the station within the own area that a line names, if it is just one."""
    streets = {grant.area for grant in ctx.sender.grants if grant.role == Role.STREET}
    whole, own = ctx.sender.holds(Role.DISTRICT), set(_own_stations(ctx))
    found = {
        station.key
        for station in ctx.district.stations.values()
        if (whole or station.street in streets or station.key in own)
        and any(name in typed for name in (station.name, f"{station.name.removesuffix('联络站')}站"))
    }
    return found.pop() if len(found) == 1 else ""


def go_on(ctx: Context, draft: Draft) -> str:
    """Ask for what is missing, or read the whole back."""
    if "kind" not in draft:
        return _ask_kind(ctx, draft)
    if "held_on" not in draft:
        return _ask_words(ctx, draft)
    foremost = ctx.district.activities[draft["kind"]].counts[0]
    if foremost != "times" and not draft.get(foremost):
        return _ask_number(ctx, draft, foremost)
    if "station" not in draft and len(own := _own_stations(ctx)) > 1 and not _offices(ctx):
        return _ask_station(ctx, draft, own)
    return _read_back(ctx, draft)


def _offices(ctx: Context) -> bool:
    return ctx.sender.holds(Role.STREET, Role.DISTRICT)


def _ask(ctx: Context, step: str, draft: Draft, options: list[dict[str, str]], **data: Any) -> None:  # noqa: ANN401 -- kept as JSON
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=f"activity_{step}",
        options=options,
        data={"draft": draft, **data},
        now=ctx.now,
    )


def _leave(ctx: Context) -> dict[str, str]:
    return option(0, ctx.texts("activity_do_not"), "no")


def _ask_kind(ctx: Context, draft: Draft) -> str:
    options = [
        option(digit, kind.name, f"kind:{kind.key}")
        for digit, kind in enumerate(ctx.district.activities.values(), start=1)
    ]
    _ask(ctx, "words", draft, options, free=True)
    return ctx.texts("activity_which_kind", menu=menu(options))


def _ask_words(ctx: Context, draft: Draft) -> str:
    options = [
        option(1, ctx.texts("activity_today"), "day:0"),
        option(2, ctx.texts("activity_yesterday"), "day:1"),
        _leave(ctx),
    ]
    _ask(ctx, "words", draft, options, free=True)
    return ctx.texts("activity_which_words", kind=kind_name(ctx, draft["kind"]), menu=menu(options))


def _ask_number(ctx: Context, draft: Draft, foremost: str) -> str:
    came = _came(ctx, draft) if foremost == "people" else 0
    _ask(ctx, "number", draft, [], free=True, number=True, foremost=foremost)
    known = ctx.texts("activity_known", count=came) if came else ""
    return ctx.texts(f"activity_how_many_{foremost}", kind=kind_name(ctx, draft["kind"]), known=known)


def _came(ctx: Context, draft: Draft) -> int:
    """Count who came that day by bookings and 代录, where voters are received."""
    if not ctx.district.activities[draft["kind"]].receives:
        return 0
    day, entry = date.fromisoformat(draft["held_on"]), _entry(ctx, draft)
    until = day + timedelta(days=1)
    found = visitors.came(ctx.session, {entry.station}, day, until, ctx.now)
    return found.get((entry.station, day), 0)


def _ask_station(ctx: Context, draft: Draft, own: list[str]) -> str:
    options = [
        option(digit, wording.station_name(key, ctx), f"station:{key}")
        for digit, key in enumerate(own[:8], start=1)
    ]
    options.append(_leave(ctx))
    _ask(ctx, "words", draft, options)
    return ctx.texts("activity_which_station", menu=menu(options))


def _entry(ctx: Context, draft: Draft) -> Entry:
    """Give the draft as a record of the own station, or of the own office."""
    known = {name: draft[name] for name in ("people", "deputies", "things", "text") if name in draft}
    own = _own_stations(ctx)
    station = draft.get("station") or (own[0] if own and not _offices(ctx) else "")
    if station:
        street = ctx.district.stations[station].street if station in ctx.district.stations else ""
    else:
        grants = (grant.area for grant in ctx.sender.grants if grant.role == Role.STREET)
        street = "" if ctx.sender.holds(Role.DISTRICT) else next(grants, "")
    return Entry(
        kind=draft["kind"],
        held_on=date.fromisoformat(draft["held_on"]),
        station=station,
        street=draft.get("street", street),
        **known,
    )


def _read_back(ctx: Context, draft: Draft) -> str:
    entry = _entry(ctx, draft)
    options = [
        option(1, ctx.texts("activity_do_change" if "id" in draft else "activity_do_record"), "record"),
        option(2, ctx.texts("activity_do_again"), "again"),
        _leave(ctx),
    ]
    _ask(ctx, "confirm", draft | {"entry": entry.as_data()}, options, free=True)
    already = 0 if "id" in draft else activities.same_day(ctx.session, entry)
    came = _came(ctx, draft)
    return ctx.texts(
        "activity_read_back",
        entry=full_line(ctx, entry),
        already=ctx.texts("activity_already", count=already) if already else "",
        covers=ctx.texts("activity_covers", count=came) if came else "",
        menu=menu(options),
    )


# -- answers ------------------------------------------------------------------------------------------------


def words_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take a kind, a day or a station picked by digit, or a line of words."""
    draft = dict(question.data["draft"])
    what, _, rest = value.partition(":")
    if value == "no":
        return ctx.texts("activity_left")
    if what == "kind":
        return go_on(ctx, draft | {"kind": rest})
    if what == "station":
        return go_on(ctx, draft | {"station": rest})
    if what == "day":
        day = ctx.now.date() - timedelta(days=int(rest))
        return go_on(ctx, draft | {"held_on": day.isoformat()})
    return take_in(ctx, draft, value)


def number_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the number that was missing, or a whole line that holds it."""
    draft, foremost = dict(question.data["draft"]), question.data["foremost"]
    if value == "0":
        return ctx.texts("activity_left")
    if found := re.fullmatch(r"(\d{1,5})\D{0,4}", value.strip()):
        return go_on(ctx, draft | {foremost: int(found[1])})
    return take_in(ctx, draft, value)


def confirm_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Write it down, begin again, or take a further line into the draft."""
    draft = dict(question.data["draft"])
    entry = entry_from(draft.pop("entry"))
    if value == "no":
        return ctx.texts("activity_left")
    if value == "again":
        kept = {name: draft[name] for name in ("kind", "id", "station", "street") if name in draft}
        return _ask_words(ctx, kept)
    if value != "record":
        return take_in(ctx, draft, value)
    if "id" in draft:
        return _corrected(ctx, int(draft["id"]), entry)
    activities.record(ctx.session, entry, by=ctx.sender.person_id, now=ctx.now)
    return ctx.texts("activity_recorded", kind=kind_name(ctx, entry.kind))


def _corrected(ctx: Context, activity_id: int, entry: Entry) -> str:
    row = activities.find(ctx.session, scope_of(ctx), activity_id)
    if row is None or row.recorded_by != ctx.sender.person_id:
        raise Refusal(ctx.texts("activity_gone"))
    entry = replace(entry, station=row.station, street=row.street)
    activities.change(ctx.session, row, entry, by=ctx.sender.person_id, now=ctx.now)
    return ctx.texts("activity_changed")


def correct(ctx: Context, activity_id: int, entry: Entry) -> str:
    """Ask what of a record is to be otherwise; a line changes only what it names."""
    data = asdict(entry) | {"held_on": entry.held_on.isoformat(), "id": activity_id}
    _ask(ctx, "words", data, [_leave(ctx)], free=True)
    return ctx.texts("activity_which_change", entry=full_line(ctx, entry))

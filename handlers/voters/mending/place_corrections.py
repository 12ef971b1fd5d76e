"""Where it is: the place that a voter names for an own case, in words, by a landmark, with a slip, or not at all."""

import re

from handlers import wording
from handlers.cases import case_rows
from handlers.context import Context
from handlers.voters.filing import filing, joining, several
from handlers.voters.mending.mending import ask_place, change_case, own_case, too_late
from handlers.voters.own.adding import write_in
from nlp.places.place_check import can_be_place
from nlp.places.places import Place
from nlp.sayings import plain_words
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case, State
from storage.people import calls
from storage.people.people import OpenQuestion

_TELLING = 2
"""So many characters of a street's name tell it from the others."""
_ENDINGS = {
    "露": "路",
    "陆": "路",
    "录": "路",
    "鹿": "路",
    "洛": "路",
    "小曲": "小区",
    "晓区": "小区",
    "设区": "社区",
    "社曲": "社区",
    "接": "街",
    "龙": "弄",
    "圆": "苑",
    "院": "苑",
    "元": "苑",
}
_ENDS_WITH_A_SLIP = re.compile(rf"(?:{'|'.join(_ENDINGS)})$")
"""What comes of 路, 小区, 社区 when the wrong letter of a sound is picked; read so only where a place was asked for."""
_LANDMARKS = (
    *(("菜场", "market"), ("菜市场", "market"), ("市场", "market"), ("集市", "market")),
    *(("学校", "school"), ("小学", "school"), ("中学", "school"), ("幼儿园", "school")),
    *(("医院", "hospital"), ("卫生", "hospital"), ("公园", "park"), ("广场", "park")),
    *(("地铁", "metro"), ("车站", "metro"), ("河", "river"), ("商场", "mall"), ("派出所", "office")),
)
"""What people name a place by, and the kind that the sheet of places calls it."""


def take_place(ctx: Context, question: OpenQuestion, value: str) -> str:
    """Take the place of a case: an option picked, `0` for not known, or words typed."""
    case = own_case(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if value.startswith("phone|"):
        return _keep_phone(ctx, question, case, value.removeprefix("phone|"))
    if case.state != State.REGISTERED:
        return too_late(ctx, case, value, question)
    return _place_told(ctx, question, case, value)


def _place_told(ctx: Context, question: OpenQuestion, case: Case, value: str) -> str:
    if value == "skip" or joining.NOT_KNOWN.fullmatch(value.strip("。.！!？?啊呀哦 ")):
        said = _left_open(ctx, case)
        return several.offer_after(ctx, question, said)
    place = ctx.district.place(value) or _offered(ctx, question, value) or _by_landmark(ctx, question, value)
    if place is None:
        return place_in_words(ctx, question, case, value)
    change_case(ctx, case, "placed", case_rows.placed(place, ctx), note=place.name)
    return _placed(ctx, question, case, place.name)


def _left_open(ctx: Context, case: Case) -> str:
    """Say who looks at a case whose place is not told; one that had a place keeps it."""
    key = "place_stays" if case.station else "place_skipped"
    station = wording.station_name(case.station, ctx)
    return ctx.texts(key, number=case.number, station=station, day=wording.day(case.look_by))


def _keep_phone(ctx: Context, question: OpenQuestion, case: Case, number: str) -> str:
    """Keep a number that was typed where a place was asked for, and ask for the place again."""
    calls.keep_phone(ctx.session, ctx.sender.person_id, number)
    ask_place(ctx, case, question.options, more=question.data)
    shown = menu([choice for choice in question.options if choice["label"]])
    return ctx.texts("phone_kept", question=question.text or ctx.texts("which_place"), menu=shown).rstrip()


def _offered(ctx: Context, question: OpenQuestion, words: str) -> Place | None:
    """Give the one place of a menu that words like “北园那个” mean."""
    meant = [
        choice["value"]
        for choice in question.options
        if choice["label"] and choice["value"] != "skip" and choice["label"][:_TELLING] in words
    ]
    return ctx.district.place(meant[0]) if len(meant) == 1 else None


def _by_landmark(ctx: Context, question: OpenQuestion, words: str) -> Place | None:
    """Give the one place of a menu in whose area there is what the words speak of: a market, a school, a hospital."""
    kind = next((kind for word, kind in _LANDMARKS if word in words), "")
    offered = [place for choice in question.options if (place := ctx.district.place(choice["value"]))]
    found = [
        place
        for place in offered
        if any(each.kind == kind and each.area == place.area for each in ctx.district.places.values())
    ]
    return found[0] if kind and len(found) == 1 else None


def place_in_words(ctx: Context, question: OpenQuestion, case: Case, words: str) -> str:
    if len(question.options) > 1 and plain_words.points_out(words):
        ask_place(ctx, case, question.options, more=question.data)
        return ctx.texts("place_not_told_apart", menu=menu(question.options))
    match = ctx.district.gazetteer.find(words)
    if not match.places:
        match = ctx.district.gazetteer.find(_ENDS_WITH_A_SLIP.sub(lambda end: _ENDINGS[end[0]], words))
    if len(match.places) == 1:
        place = match.places[0]
        change_case(ctx, case, "placed", case_rows.placed(place, ctx), note=place.name)
        return _placed(ctx, question, case, place.name)
    if match.places:
        options = filing.street_options(match.places[: case_rows.MOST_SAME_NAMES], ctx)
        ask_place(ctx, case, options, more=question.data)
        return ctx.texts(
            "which_of_same_name", count=len(match.places), place=match.mention, menu=menu(options)
        )
    if not can_be_place(words):
        return _not_a_place(ctx, question, case, words)
    change_case(
        ctx, case, "placed", {"place_text": wording.clipped(words, 60)}, note=wording.clipped(words, 60)
    )
    said = ctx.texts("place_kept", place=wording.clipped(words, 12), day=wording.day(case.look_by))
    return several.offer_after(ctx, question, said)


def _not_a_place(ctx: Context, question: OpenQuestion, case: Case, words: str) -> str:
    """Keep words that are no place with the case, and ask once more where it is."""
    write_in(ctx, case, words)
    if ctx.asides:
        return ctx.asides.pop()
    if question.data.get("asked_twice"):
        return several.offer_after(ctx, question, _left_open(ctx, case))
    ask_place(ctx, case, question.options, more={**question.data, "asked_twice": True})
    return ctx.texts("place_is_none", number=case.number)


def _placed(ctx: Context, question: OpenQuestion, case: Case, place: str) -> str:
    said = {
        "place": place,
        "station": wording.station_name(case.station, ctx),
        "day": wording.day(case.look_by),
    }
    if question.data.get("others"):
        return several.offer_after(ctx, question, ctx.texts("placed_and", **said))
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="place_wrong",
        subject=str(case.id),
        options=[option(1, "", "wrong")],
        now=ctx.now,
    )
    return ctx.texts("placed", **said)


def place_wrong(ctx: Context, question: OpenQuestion, _value: str) -> str:
    case = own_case(ctx, question)
    if case is None:
        return ctx.texts("nothing_open")
    if case.state != State.REGISTERED:
        return too_late(ctx, case)
    ask_place(ctx, case)
    return ctx.texts("which_place")

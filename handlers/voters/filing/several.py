"""Several troubles in one message (一句话两件事): the first is filed, one digit files the others too."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers import wording
from handlers.cases import case_rows
from handlers.cases.entering import write_effects
from handlers.context import Context, World
from handlers.effects import NUMBER_SLOT, Effects, Row
from handlers.route import AnswerHandler
from nlp.topics.troubles import Trouble
from storage.cases import own_cases
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import Case
from storage.people.people import OpenQuestion

_SHOWN = 16


def others(told: Sequence[Trouble]) -> dict[str, Any]:
    """Give what a question about the first trouble keeps of the further ones, so that they can be offered later."""
    return {"others": [trouble.words for trouble in told[1:]]} if told else {}


def offer(kept: Sequence[str], world: World) -> tuple[str, list[dict[str, str]]]:
    """Ask whether the further troubles are to be filed too."""
    options = [option(1, world.texts("file_others"), "file"), option(0, world.texts("file_no_others"), "no")]
    if len(kept) == 1:
        said = world.texts("offer_other", words=wording.clipped(kept[0], _SHOWN), menu=menu(options))
    else:
        words = "、".join(f"“{wording.clipped(each, _SHOWN)}”" for each in kept)
        said = world.texts("offer_others", words=words, menu=menu(options))
    return said, options


def asked_of(offered: str) -> str:
    """Give the sentence of an offer without its menu, so that it can be asked again."""
    return offered.partition("\n")[0]


def offer_after(ctx: Context, question: OpenQuestion, said: str) -> str:
    """Offer the further troubles once the question about the first one is answered, if that left no other open."""
    kept = question.data.get("others", [])
    if not kept:
        return said
    more, options = offer(kept, ctx)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind="others",
        subject=question.subject,
        text=asked_of(more),
        options=options,
        data={"others": kept},
        now=ctx.now,
    )
    return f"{said}\n{more}"


def file_others(ctx: Context, question: OpenQuestion, value: str) -> str:
    """File the further troubles as cases of their own, at the place of the first unless they name another."""
    first = own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))
    if first is None:
        return ctx.texts("nothing_open")
    if value != "file":
        return ctx.texts("others_left", number=first.number, day=wording.day(first.look_by))
    filed = [_other(ctx, first, words) for words in question.data["others"]]
    numbers = write_effects(ctx.session.connection(), filed, ctx)
    day = max(first.look_by, _latest_day(filed))
    return ctx.texts("others_filed", cases="、".join(numbers), number=first.number, day=wording.day(day))


def _latest_day(filed: Sequence[Effects]) -> date:
    """Give the day by which somebody has looked at all of them."""
    days: list[date] = [effects.case["look_by"] for effects in filed if effects.case]
    return max(days)


def _other(ctx: Context, first: Case, words: str) -> Effects:
    where = case_rows.destination(words, ctx)
    case = case_rows.case_row(where, ctx.sender, ctx, text=words, source=first.source)
    if not where.places:
        case |= _where_of(first)
    actor = ctx.sender.person_id
    return Effects(
        reply=f"{NUMBER_SLOT} {wording.topic_name(case['topic'], ctx)}",
        route="file others",
        case=case,
        steps=[case_rows.step_row(case["id"], "filed", case["state"], ctx.now, actor=actor, public=True)],
        parts=[case_rows.text_part(case["id"], words, ctx.now, ctx.inbox_id)],
    )


def _where_of(first: Case) -> Row:
    return {
        "place": first.place,
        "place_text": first.place_text,
        "station": first.station,
        "street": first.street,
    }


SEVERAL_ANSWERS: dict[str, AnswerHandler] = {"others": file_others}

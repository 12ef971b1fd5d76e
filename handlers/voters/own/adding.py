"""What a voter adds to a case of their own: a sentence, a picture, the answer to what the office asked (V14)."""

from datetime import timedelta

from handlers import wording
from handlers.cases import case_rows
from handlers.cases.entering import write_effects
from handlers.cases.pauses import resume
from handlers.context import Context
from handlers.effects import Effects
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler, Route
from handlers.voters.filing.joining import DESPAIR
from handlers.voters.own.case_card import MORE, on_card
from handlers.voters.own.cases import latest
from nlp.text.case_numbers import at_start
from nlp.topics.lexicon import OTHER
from storage.cases import own_cases
from storage.casework import support
from storage.messages import questions
from storage.models import OPEN_STATES, Case
from storage.people.people import OpenQuestion

TAKING = frozenset({MORE, "pause_reply"})
"""Questions whose answer goes into the case they are about: words, pictures, voices."""
_COUNTED = ("栋", "幢", "号", "楼", "单元", "室", "弄", "个", "天", "次", "月", "点")
"""What makes a short number that of something else: “补充 3 幢也不亮”."""
ABOUT_A_CASE = TAKING | {"verdict", "grade"}
"""Questions that words answer too, as long as they are not surely the next trouble."""


def add(ctx: Context, _message: IncomingMessage, rest: str) -> str:
    """Add a sentence to the case that its number names, else to the one filed last."""
    number, words = at_start(rest) or ("", rest)
    named = own_cases.by_number(ctx.session, ctx.sender.person_id, number) if number else None
    if named is None and "-" in number:
        return ctx.texts("own_not_found", number=number)
    if named is not None and not words.startswith(_COUNTED):
        return _add(ctx, named, words)
    last = latest(ctx)
    if last is not None and last.sealed and not (rest and ctx.district.accuses(rest)):
        # Only its own words go into what is kept apart: its number, or another accusation.
        return ctx.texts("sealed_own_words", number=last.number)
    return _add(ctx, last, rest)


def _add(ctx: Context, case: Case | None, words: str) -> str:
    if case is None or support.main_of(ctx.session, case).state not in OPEN_STATES:
        return ctx.texts("nothing_to_add_to")
    if words:
        return put_in(ctx, case, words)
    ask_more(ctx, case)
    return ctx.texts("add_what", number=case.number)


def ask_more(
    ctx: Context, case: Case, lasts: timedelta = questions.OFFER_LASTS, *, asked: bool = True
) -> None:
    """Let what the voter says next go into this case; `asked`: it was asked for in so many words."""
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=MORE,
        subject=str(case.id),
        data={"free": True, "asked": asked},
        lasts=lasts,
        now=ctx.now,
    )


def add_answer(ctx: Context, question: OpenQuestion, value: str) -> str:
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))
    return put_in(ctx, case, value) if case else ctx.texts("nothing_open")


def put_in(ctx: Context, case: Case, words: str) -> str:
    """Put words into an own case; where the office waits for them its clock runs on. For a while more may follow."""
    main = support.main_of(ctx.session, case)
    write_in(ctx, case, words)
    if ctx.asides:
        return ctx.asides.pop()
    paused = main.paused_at is not None
    said = resume(ctx, main) if paused else ""
    ask_more(ctx, case, timedelta(minutes=ctx.district.settings.join_minutes), asked=False)
    if paused:
        return ctx.texts("pause_over", number=case.number, sum=said)
    if case.urgency == DESPAIR:
        return ctx.texts(wording.despair_key("joined_despair", case.text))
    return ctx.texts("joined_sealed" if case.sealed else "joined", number=case.number)


def write_in(ctx: Context, case: Case, words: str) -> None:
    """Put words into an own case, and ask nothing."""
    if words:
        _write(ctx, case, case_rows.text_part(case.id, words, ctx.now, ctx.inbox_id))


def put_media(ctx: Context, message: IncomingMessage) -> str | None:
    """Put a picture or a voice into the case about which the voter was just asked; None where nothing was asked."""
    question = ctx.sender.questions[0] if ctx.sender.questions else None
    if question is None or question.kind not in TAKING:
        return None
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))
    if case is None:
        return None
    _write(ctx, case, case_rows.part_row(case.id, message, ctx.now, ctx.inbox_id))
    kind = "voice" if message.kind == "voice" else "picture"
    return ctx.texts(f"joined_{kind}", number=case.number)


def _write(ctx: Context, case: Case, part: dict[str, object]) -> None:
    step = case_rows.step_row(case.id, "added", case.state, ctx.now, actor=ctx.sender.person_id, public=True)
    effects = Effects(reply="", route="add", steps=[step], parts=[part])
    write_effects(ctx.session.connection(), [effects], ctx)


def is_about_it(ctx: Context, question: OpenQuestion, line: str) -> bool:
    """Tell whether words may be for the case that was asked about, and not surely the next trouble."""
    case = own_cases.by_id(ctx.session, ctx.sender.person_id, int(question.subject))
    if case is None:
        return False
    where = case_rows.destination(line, ctx)
    elsewhere = bool(where.places) and all(place.key != case.place for place in where.places)
    if where.found.category == OTHER or where.found.ask:
        return not elsewhere
    # What was asked for may name another side of the same trouble; else a second trouble gets its own number.
    asked = question.kind == "pause_reply" or question.data.get("asked")
    same = case.category == where.found.category if asked else case.topic == where.found.topic
    return same and not elsewhere


ADDING_ROUTES = (Route(name="add", handler=add, starts=("补充",)),)

ADDING_ANSWERS: dict[str, AnswerHandler] = {MORE: on_card(add_answer), "pause_reply": on_card(add_answer)}

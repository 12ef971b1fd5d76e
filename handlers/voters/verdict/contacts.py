"""Who somebody is and how to reach them is kept for the station; it is never a trouble of its own."""

from handlers.context import Context
from handlers.messages import IncomingMessage, Kind
from handlers.route import Route
from handlers.voters.filing.joining import DESPAIR
from handlers.voters.filing.talk import shown_menu
from handlers.voters.own.adding import TAKING
from handlers.voters.own.calling import take_phone
from handlers.voters.own.cases import latest
from handlers.voters.verdict.not_solved import keep_words
from nlp.sayings.contact_words import contact_said
from storage.casework import support
from storage.models import OPEN_STATES
from storage.people import calls
from storage.people.people import OpenQuestion

_ABOUT_A_CASE = frozenset({"topic", "retopic", "place", "support", "others"})


def note_contact(ctx: Context, message: IncomingMessage, line: str) -> str | None:
    """Keep a number, have somebody call, or keep a name with the case; the question that was open stays open."""
    contact = contact_said(line)
    question = ctx.sender.questions[0] if ctx.sender.questions else None
    if contact is None or ctx.sender.grants or (question and question.kind in TAKING):
        return None
    known = calls.phone_of(ctx.session, ctx.sender.person_id)
    if contact.call:
        return _asked_again(ctx, question, take_phone(ctx, None, f"phone|{contact.phone}"))
    if not (contact.introduces or contact.corrects or known):
        return None
    if contact.phone:
        calls.keep_phone(ctx.session, ctx.sender.person_id, contact.phone)
    if contact.introduces:
        return _asked_again(ctx, question, _with_the_case(ctx, message.text))
    return _asked_again(ctx, question, ctx.texts("phone_changed", end=contact.phone[-4:]))


def _with_the_case(ctx: Context, words: str) -> str:
    case = latest(ctx)
    if case is None or support.main_of(ctx.session, case).state not in OPEN_STATES or case.urgency == DESPAIR:
        return ctx.texts("contact_no_case")
    keep_words(ctx, case, words, however_short=True)
    return ctx.texts("contact_kept", number=case.number)


def _asked_again(ctx: Context, question: OpenQuestion | None, said: str) -> str:
    if question is None or question.kind not in _ABOUT_A_CASE:
        return said
    asked = question.text or ctx.texts("contact_still_asked")
    return ctx.texts("still_open", said=said, question=asked, menu=shown_menu(question)).rstrip()


CONTACT_ROUTES = (Route(name="contact", handler=note_contact, kinds=frozenset({Kind.TEXT})),)

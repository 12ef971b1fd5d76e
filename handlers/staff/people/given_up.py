"""没读下来的: messages with which the program ended twice; a person reads them, word for word, and is noted for it.

No pattern meets these words: one of them was the trouble.
"""

from handlers import wording
from handlers.cases import reads
from handlers.context import Context
from handlers.intake import load_message
from handlers.route import AnswerHandler
from nlp.text.fold import fold
from storage.messages import inbox, questions
from storage.messages.questions import menu, option
from storage.models import Inbox
from storage.people import people
from storage.people.people import OpenQuestion

_SHOWN = 3
_READ = 90
SEEN = "seen"


def given_up_page(ctx: Context) -> str:
    """List what nobody has seen, the oldest first; what was written is shown only to who asks for it."""
    found = inbox.given_up(ctx.session, _SHOWN)
    if not found:
        return ctx.texts("staff_given_up_none")
    options = [option(digit, _line(ctx, row), str(row.id)) for digit, row in enumerate(found, start=1)]
    questions.ask(
        ctx.session, person_id=ctx.sender.person_id, kind="staff_given_up", options=options, now=ctx.now
    )
    return ctx.texts("staff_given_up", menu=menu(options))


def _line(ctx: Context, row: Inbox) -> str:
    at = row.received_at.astimezone(ctx.now.tzinfo)
    sender = people.identify_one(ctx.session.connection(), (row.channel, row.sender), ctx.now)
    return ctx.texts(
        "staff_given_up_line",
        at=f"{wording.short_day(at.date())}{at:%H:%M}",
        who=ctx.texts("given_up_by_duty" if sender.grants else "given_up_by_voter"),
        count=len(_words(row)),
    )


def _words(row: Inbox) -> str:
    return load_message(row.raw).text if row.raw else ""


def may_read(name: str, words: str) -> bool:
    """Tell whether words may be shown to somebody of this name: not where they are about them, blanks and forms apart."""
    plain = "".join(fold(name).split())
    return not plain or plain not in "".join(fold(words).split())


def show(ctx: Context, _question: OpenQuestion, value: str) -> str:
    """Show one message from its beginning, and take it off the list: it has been seen."""
    row = inbox.lock(ctx.session, int(value))
    words = _words(row)
    if not may_read(ctx.sender.name, words):
        return ctx.texts("staff_given_up_names_you")
    row.reason = SEEN
    reads.note(ctx, reads.TEXT_READ, reason=f"inbox {row.id}")
    return ctx.texts(
        "staff_given_up_shown",
        text=wording.clipped(words, _READ) or ctx.texts("staff_no_words"),
        count=len(words),
    )


GIVEN_UP_ANSWERS: dict[str, AnswerHandler] = {"staff_given_up": show}

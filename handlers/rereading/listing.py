"""升级清单: what was sealed or withheld when old rows were read again; it goes away once it was looked at."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers.cases.reach import scope_of
from handlers.context import Context, World
from handlers.messages import IncomingMessage
from handlers.route import AnswerHandler
from storage.cases import cases
from storage.keeping import sweeps
from storage.messages import questions
from storage.messages.questions import menu, option
from storage.models import SweepFinding
from storage.people.people import OpenQuestion
from storage.people.scopes import Scope

KINDS = (
    "sealed",
    "sealed_apart",
    "alarm_raised",
    "alarm_old",
    "draft",
    "push_sealed",
    "push_withheld",
    "push_masked",
    "place",
)
"""What can be found, in the order of the list."""
_NUMBERS = 6
_SEEN = "seen"


def today_lines(session: Session, scope: Scope, world: World) -> list[tuple[str, str]]:
    """Give the line of 今日 that opens the list, to the district alone, as long as anything is left on it."""
    found = sweeps.unseen(session, scope) if scope.district else []
    return [(world.texts("staff_today_reread", count=len(found)), "reread")] if found else []


def show(ctx: Context, _message: IncomingMessage, _rest: str) -> str:
    return page(ctx)


def page(ctx: Context) -> str:
    """Tell how many of each kind were found; a digit opens one kind, another takes the list away."""
    counts = Counter(each.what for each in sweeps.unseen(ctx.session, scope_of(ctx)))
    if not counts:
        return ctx.texts("reread_nothing")
    kinds = [kind for kind in KINDS if counts[kind]]
    options = [
        option(digit, ctx.texts(f"reread_{kind}", count=counts[kind]), kind)
        for digit, kind in enumerate(kinds, start=1)
    ]
    options.append(option(0, ctx.texts("reread_seen"), _SEEN))
    _ask(ctx, options)
    return ctx.texts("reread_list", menu=menu(options))


def pick(ctx: Context, _question: OpenQuestion, value: str) -> str:
    what, _, offset = value.partition(":")
    found = sweeps.unseen(ctx.session, scope_of(ctx))
    if what == _SEEN:
        # Only what this person could see is done with; what is kept from them stays for the others.
        sweeps.see(ctx.session, [each.id for each in found if each.what in KINDS], ctx.now)
        return ctx.texts("reread_over")
    of_kind = [each for each in found if each.what == what]
    if not of_kind:
        return page(ctx)
    return _numbers(ctx, what, of_kind, int(offset or 0))


def _numbers(ctx: Context, what: str, found: Sequence[SweepFinding], offset: int) -> str:
    """Name the cases of one kind, a few at a time; each is read by its number."""
    shown = found[offset : offset + _NUMBERS]
    ids = [each.case_id for each in shown if each.case_id is not None]
    numbers = dict.fromkeys(case.number for case in cases.cases_in(ctx.session, scope_of(ctx), ids))
    options = [option(0, ctx.texts("reread_back"), "back")]
    if left := len(found) - offset - len(shown):
        options.insert(0, option(1, ctx.texts("reread_more", count=left), f"{what}:{offset + _NUMBERS}"))
    _ask(ctx, options)
    told = "、".join(numbers) if numbers else ctx.texts("reread_no_number")
    return ctx.texts(
        "reread_kind", kind=ctx.texts(f"reread_{what}", count=len(found)), told=told, menu=menu(options)
    )


def _ask(ctx: Context, options: list[dict[str, str]]) -> None:
    questions.ask(ctx.session, person_id=ctx.sender.person_id, kind="reread", options=options, now=ctx.now)


LISTING_ANSWERS: dict[str, AnswerHandler] = {"reread": pick}

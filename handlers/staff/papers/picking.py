"""Which cases a paper tells of and in which words: lines are proposed, a person picks and words them in one message."""

from collections.abc import Callable, Sequence

from handlers import wording
from handlers.context import Context
from handlers.errors import Refusal
from handlers.papers.quotable import LONG, SHORT, is_grave
from handlers.safety import gate
from nlp.sayings.picks import Pick, read_picks
from storage.messages import questions
from storage.messages.questions import menu, option

MOST = 6
"""So many problems one paper tells of."""
NO = "none"

Offered = Sequence[dict[str, str]]


def ask(ctx: Context, kind: str, subject: str, offered: Offered, head: str) -> str:
    """Propose the lines; what is picked comes back as one message, in digits and, where wanted, in new words."""
    none = option(0, ctx.texts("pick_none"), NO)
    questions.ask(
        ctx.session,
        person_id=ctx.sender.person_id,
        kind=kind,
        subject=subject,
        options=[none],
        # “number”: several digits written together are an answer too.
        data={"free": True, "number": True, "offered": len(offered)},
        now=ctx.now,
    )
    lines = [
        option(digit, wording.clipped(each["sentence"], SHORT), each["number"])
        for digit, each in enumerate(offered, start=1)
    ]
    return ctx.texts("pick_which", head=head, menu=menu([*lines, none]))


def read(
    ctx: Context, said: str, offered: Offered, further: Callable[[str], dict[str, str]] | None = None
) -> list[dict[str, str]]:
    """Give what was picked, each with the words that stand; whatever cannot stand is refused with a sentence.

    `further` finds a case that was not proposed, by its number.
    """
    picks = () if said == NO else read_picks(said, len(offered))
    if picks is None or len(picks) > MOST:
        raise Refusal(ctx.texts("pick_how", most=MOST))
    return [_worded(ctx, pick, _meant(ctx, pick, offered, further)) for pick in picks]


def _meant(
    ctx: Context, pick: Pick, offered: Offered, further: Callable[[str], dict[str, str]] | None
) -> dict[str, str]:
    if pick.digit:
        if pick.digit > len(offered):
            raise Refusal(ctx.texts("pick_no_such", digit=pick.digit, count=len(offered)))
        return offered[pick.digit - 1]
    known = next((each for each in offered if each["number"].endswith(pick.number)), None)
    if known is not None:
        return known
    if further is None:
        raise Refusal(ctx.texts("pick_not_in_it", number=pick.number))
    return further(pick.number)


def _worded(ctx: Context, pick: Pick, meant: dict[str, str]) -> dict[str, str]:
    """Give the line with the person's own words, if there are any: masked, never of a grave kind, not too long."""
    if not pick.words:
        return dict(meant)
    if is_grave(pick.words):
        raise Refusal(ctx.texts("words_not_printed"))
    if len(pick.words) > LONG:
        raise Refusal(ctx.texts("pick_too_long", most=LONG))
    return {**meant, "sentence": gate.clean(pick.words).rstrip("。")}


def told(picked: Offered) -> str:
    """Write the picked lines as they will stand."""
    return "\n".join(f"{place}. {each['sentence']}" for place, each in enumerate(picked, start=1))

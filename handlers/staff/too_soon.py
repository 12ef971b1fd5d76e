"""A second tap on a digit that the first one was enough for: it must not decide about what came up in between."""

from datetime import datetime, timedelta

from handlers.context import Context
from storage.messages import questions
from storage.people.people import OpenQuestion

ONE_LOOK = timedelta(seconds=2)
"""Nobody reads a case in less; a double tap takes under one, and the platform counts in whole seconds."""
_TAPPED = "tapped_at"
"""Where a card that was shown again keeps when the tap was written that it did not take."""


def too_soon(ctx: Context, question: OpenQuestion) -> bool:
    """Tell whether a digit was written before anybody can have read the card that a digit before it brought up."""
    if ctx.sent_at is None or not question.data.get("by_digit"):
        return False
    tapped = question.data.get(_TAPPED)
    # By the platform's clock alone: where ours is ahead of it, the hand must not be held for ever.
    if tapped and ctx.sent_at - datetime.fromisoformat(tapped) >= ONE_LOOK:
        return False
    return ctx.sent_at < question.delivered_at + ONE_LOOK


def note_tap(ctx: Context, card: str) -> str:
    """Keep with the card that was just shown again when the tap was written that it did not take."""
    shown = questions.latest(ctx.session, ctx.sender.person_id, ctx.now)
    if shown and ctx.sent_at:
        data = {**shown.data, _TAPPED: ctx.sent_at.isoformat()}
        questions.amend(ctx.session, shown.id, options=shown.options, data=data)
    return card

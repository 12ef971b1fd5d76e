"""A push that only tells something about a case, by day."""

from handlers.context import Work
from handlers.pushes.send_times import in_daytime
from storage.models import Case
from storage.outbox import enqueue


def owe_notice(ctx: Work, person_id: int, case: Case, *, dedupe_key: str, text: str) -> None:
    """Owe a person a notice about a case, once for each `dedupe_key` and person."""
    enqueue(
        ctx.session,
        dedupe_key=f"{dedupe_key}/{person_id}",
        person_id=person_id,
        kind="notice",
        text=text,
        case_id=case.id,
        now=ctx.now,
        not_before=in_daytime(ctx.now, ctx.district.settings, whose=person_id),
    )

"""A push that only tells something about a case."""

from datetime import datetime

from handlers.context import Work
from handlers.pushes.owing import owe
from handlers.pushes.send_times import When
from storage.models import Case


def owe_notice(
    ctx: Work, person_id: int, case: Case, *, when: When | datetime, dedupe_key: str, text: str
) -> bool:
    """Owe a person a notice about a case, once for each `dedupe_key` and person; False if it was owed already."""
    return owe(
        ctx.session,
        ctx,
        person_id,
        when=when,
        dedupe_key=f"{dedupe_key}/{person_id}",
        kind="notice",
        text=text,
        case_id=case.id,
    )
